/* Entries that a value cannot hold are kept as long as they are true. */
#include "support/io_check.h"

#include <criterion/criterion.h>

#include <string.h>

#define FLOATS_OF(n) "type { tensor_type { elem_type: 1 shape { dim { dim_value: " n " } } } }"

static finnc_value *value_of(const finnc_model *model, const char *name)
{
    finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), name);
    cr_assert(value);
    return value;
}

Test(onnx_list, an_entry_that_is_there_twice_goes_when_the_type_of_its_value_changes)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(
        cx, "graph { input { name: 'x' " FLOATS_OF(
                "2") " } output { name: 'x' }"
                     " output { name: 'x' " FLOATS_OF(
                         "3") " }"
                              " value_info { name: 'x' " FLOATS_OF(
                                  "4") " }"
                                       " value_info { name: 'other' " FLOATS_OF("5") " } }");
    int64_t size = 9;
    cr_assert_eq(finnc_value_set_shape(cx, value_of(model, "x"), FINNC_ELEM_FLOAT, 1, &size),
                 FINNC_OK);
    io_check_written(
        cx, model,
        "graph { input { name: 'x' " FLOATS_OF(
            "9") " }"
                 " output { name: 'x' " FLOATS_OF("9") " } output { name: 'x' " FLOATS_OF(
                     "9") " } value_info { name: 'other' " FLOATS_OF("5") " } }");
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_list, an_entry_that_says_less_than_the_next_one_stays_too)
{
    io_check_model("graph { value_info { name: 'x' type { } } value_info { name: 'x' " FLOATS_OF(
        "4") " } value_info { name: 'x' } }");
}

Test(onnx_list, what_a_type_had_besides_its_shape_goes_when_another_is_set)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model =
        io_read(cx, "graph { input { name: 'x' doc_string: 'd' type { denotation: 'IMAGE'"
                    " tensor_type { elem_type: 1 } } } input { name: 'y' type { denotation: 'AUDIO'"
                    " tensor_type { elem_type: 1 } } } }");
    cr_assert_eq(finnc_value_set_type(cx, value_of(model, "x"), FINNC_ELEM_INT8, -1, NULL),
                 FINNC_OK);
    io_check_written(
        cx, model,
        "graph { input { name: 'x' doc_string: 'd' type { tensor_type { elem_type: 3 } }"
        " } input { name: 'y' type { denotation: 'AUDIO' tensor_type { elem_type: 1 }"
        " } } }");
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_list, entries_of_a_value_go_with_it)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model =
        io_read(cx, "graph { value_info { name: 'x' } value_info { name: 'x' doc_string: 'again' }"
                    " value_info { doc_string: 'nameless' }"
                    " quantization_annotation { tensor_name: 'x' }"
                    " quantization_annotation { tensor_name: 'x' 99: 1 } }");
    finnc_graph_erase_value(value_of(model, "x"));
    io_check_written(cx, model, "graph { value_info { doc_string: 'nameless' } }");
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_list, new_entries_come_after_those_of_the_file)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(
        cx,
        "graph { node { op_type: 'A' output: ['a', 'b', 'c'] } value_info { name: 'c' " FLOATS_OF(
            "1") " } value_info { name: 'a' " FLOATS_OF("2") " }"
                                                             " quantization_annotation { tensor_name: 'c' quant_parameter_tensor_names {"
                                                             " key: 'finn_datatype' value: 'INT4' } } }");
    int64_t size = 3;
    cr_assert_eq(finnc_value_set_shape(cx, value_of(model, "b"), FINNC_ELEM_FLOAT, 1, &size),
                 FINNC_OK);
    cr_assert_eq(finnc_value_set_dtype(cx, value_of(model, "a"), finnc_dtype_bipolar()), FINNC_OK);
    cr_assert_eq(finnc_value_set_dtype(cx, value_of(model, "c"), finnc_dtype_uint(2)), FINNC_OK);
    io_check_written(
        cx, model,
        "graph { node { op_type: 'A' output: ['a', 'b', 'c'] } value_info { name: 'c' " FLOATS_OF("1") " } value_info { name: 'a' " FLOATS_OF(
            "2") " } value_info { name: 'b' " FLOATS_OF("3") " } quantization_annotation { tensor_name: 'c' quant_parameter_tensor_names {"
                                                             " key: 'finn_datatype' value: 'UINT2' } } quantization_annotation { tensor_name: 'a'"
                                                             " quant_parameter_tensor_names { key: 'finn_datatype' value: 'BIPOLAR' } } }");
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_list, finn_s_annotations_are_understood)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model =
        io_read(cx, "graph { input { name: 'x' } quantization_annotation { tensor_name: 'x'"
                    " quant_parameter_tensor_names { key: 'finn_datatype' value: 'UINT8' }"
                    " quant_parameter_tensor_names { key: 'tensor_layout' value:"
                    " \"['N', 'H', 'W', 'C']\" }"
                    " quant_parameter_tensor_names { key: 'tensor_sparsity' value: '{}' } } }");
    const finnc_value *x = value_of(model, "x");
    cr_expect(finnc_dtype_equal(finnc_value_dtype(x), finnc_dtype_uint(8)));
    cr_expect_str_eq(finnc_value_layout(x), "NHWC");
    cr_expect_str_eq(finnc_value_sparsity(x), "{}");
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_list, an_entry_of_a_subgraph_for_an_outer_value_does_not_hide_that_value)
{
    const char *text =
        "graph { input { name: 'x' } node { op_type: 'If' output: 'y'"
        " attribute { name: 'then_branch' type: GRAPH g {"
        " node { op_type: 'Abs' input: 'x' output: 'z' } output { name: 'z' }"
        " value_info { name: 'x' } quantization_annotation { tensor_name: 'x' } } } } }";
    io_check_model(text);
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    cr_expect_eq(finnc_value_nuses(value_of(model, "x")), 1);
    cr_expect_eq(finnc_graph_check(cx, finnc_model_graph(model)), FINNC_OK);
    finnc_model_destroy(model);
    io_end(cx);
}
