#include "support/io_check.h"

#include <criterion/criterion.h>

#include <finnc/io.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const finnc_tensor *tensor_of(const finnc_model *model, const char *name)
{
    finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), name);
    cr_assert(value && finnc_value_tensor(value));
    return finnc_value_tensor(value);
}

/* ---- every element type, in lists and raw ---- */

struct type_case {
    const char *list; /* two elements as a list */
    const char *raw;  /* the same as raw data */
    double first, second;
};

/* By element type. */
static const struct type_case types[] = {
    [1] = {"float_data: [1.5, -2]", "\\000\\000\\300\\077\\000\\000\\000\\300", 1.5, -2},
    [2] = {"int32_data: [3, 255]", "\\003\\377", 3, 255},
    [3] = {"int32_data: [3, -128]", "\\003\\200", 3, -128},
    [4] = {"int32_data: [1, 65535]", "\\001\\000\\377\\377", 1, 65535},
    [5] = {"int32_data: [1, -2]", "\\001\\000\\376\\377", 1, -2},
    [6] = {"int32_data: [1, -2]", "\\001\\000\\000\\000\\376\\377\\377\\377", 1, -2},
    [7] = {"int64_data: [1, -2]",
           "\\001\\000\\000\\000\\000\\000\\000\\000\\376\\377\\377\\377\\377\\377\\377\\377", 1,
           -2},
    [9] = {"int32_data: [1, 0]", "\\001\\000", 1, 0},
    [10] = {"int32_data: [15872, 49152]", "\\000\\076\\000\\300", 1.5, -2},
    [11] = {"double_data: [1.5, -2]",
            "\\000\\000\\000\\000\\000\\000\\370\\077\\000\\000\\000\\000\\000\\000\\000\\300", 1.5,
            -2},
    [12] = {"uint64_data: [1, 4294967295]", "\\001\\000\\000\\000\\377\\377\\377\\377", 1,
            4294967295.},
    [13] = {"uint64_data: [1, 2]",
            "\\001\\000\\000\\000\\000\\000\\000\\000\\002\\000\\000\\000\\000\\000\\000\\000", 1,
            2},
    [14] = {"float_data: [1.5, 7, -2, 8]",
            "\\000\\000\\300\\077\\000\\000\\340\\100\\000\\000\\000\\300\\000\\000\\000\\101", 1.5,
            -2},
    [15] = {"double_data: [1.5, 0, -2, 0]",
            "\\000\\000\\000\\000\\000\\000\\370\\077\\000\\000\\000\\000\\000\\000\\000\\000"
            "\\000\\000\\000\\000\\000\\000\\000\\300\\000\\000\\000\\000\\000\\000\\000\\000",
            1.5, -2},
    [16] = {"int32_data: [16320, 49152]", "\\300\\077\\000\\300", 1.5, -2},
    [17] = {"int32_data: [60, 192]", "\\074\\300", 1.5, -2},
    [18] = {"int32_data: [68, 200]", "\\104\\310", 1.5, -2},
    [19] = {"int32_data: [62, 192]", "\\076\\300", 1.5, -2},
    [20] = {"int32_data: [66, 196]", "\\102\\304", 1.5, -2},
    [21] = {"int32_data: 243", "\\363", 3, 15},
    [22] = {"int32_data: 131", "\\203", 3, -8},
    [23] = {"int32_data: 195", "\\303", 1.5, -2},
    [24] = {"int32_data: [127, 128]", "\\177\\200", 1, 2},
    [25] = {"int32_data: 13", "\\015", 1, 3},
    [26] = {"int32_data: 9", "\\011", 1, -2},
    [27] = {"int32_data: [12, 48]", "\\014\\014", 1.5, -2},
    [28] = {"int32_data: [14, 48]", "\\016\\014", 1.5, -2},
};

static void check_type(int type, const char *elements)
{
    char text[512];
    snprintf(text, sizeof text, "graph { initializer { name: 'w' dims: 2 data_type: %d %s } }",
             type, elements);
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    const finnc_tensor *w = tensor_of(model, "w");
    cr_expect_eq((int)finnc_tensor_elem(w), type);
    cr_expect_eq(finnc_tensor_get(w, 0), types[type].first, "%s: %g", text, finnc_tensor_get(w, 0));
    cr_expect_eq(finnc_tensor_get(w, 1), types[type].second, "%s: %g", text,
                 finnc_tensor_get(w, 1));
    io_check_written(cx, model, text);
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_tensor, every_element_type_is_read_from_lists_and_from_raw_data)
{
    int count = 0;
    for (int type = 0; type < (int)(sizeof types / sizeof *types); type++) {
        char raw[512];
        if (!types[type].list)
            continue;
        check_type(type, types[type].list);
        snprintf(raw, sizeof raw, "raw_data: '%s'", types[type].raw);
        check_type(type, raw);
        count++;
    }
    /* All that have a name but UNDEFINED and STRING. */
    int named = 0;
    for (int type = 1; type < 200; type++)
        named += finnc_elem_name((finnc_elem)type) != NULL;
    cr_expect_eq(count, named - 1);
}

Test(onnx_tensor, strings_may_hold_any_bytes)
{
    const char *text = "graph { initializer { name: 'w' dims: 3 data_type: 8"
                       " string_data: ['', 'a\\000b', '\\377'] } }";
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    const void *data;
    cr_assert_eq(finnc_tensor_need_data(cx, tensor_of(model, "w"), &data), FINNC_OK);
    const finnc_string *strings = data;
    cr_expect_eq(strings[0].length, 0);
    cr_expect(strings[1].length == 3 && !memcmp(strings[1].data, "a\0b", 3));
    io_check_written(cx, model, text);
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_tensor, a_type_that_is_newer_than_we_are_is_kept_and_refused_when_it_is_asked)
{
    const char *text =
        "graph { initializer { name: 'w' dims: 2 data_type: 4711 raw_data: 'abc' } }";
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    const void *data;
    cr_expect_eq(finnc_tensor_need_data(cx, tensor_of(model, "w"), &data), FINNC_UNSUPPORTED);
    io_check_written(cx, model, text);
    finnc_model_destroy(model);
    io_end(cx);
}

/* ---- contradictions ---- */

Test(onnx_tensor, a_tensor_that_contradicts_itself_is_refused_by_name)
{
    static const char *const cases[][2] = {
        {"dims: 3 data_type: 1 raw_data: 'abc'", "3 bytes of raw_data, its shape wants 12"},
        {"dims: 3 data_type: 1 float_data: 1", "1 numbers in float_data, its shape wants 3"},
        {"dims: 3 data_type: 1", "0 numbers in float_data, its shape wants 3"},
        {"dims: -1 data_type: 1", "dimension 0 of a tensor is -1"},
        {"dims: [4294967296, 4294967296] data_type: 1 raw_data: ''", "more than 2^63 elements"},
        {"dims: 9223372036854775807 data_type: 1 raw_data: ''", "9223372036854775807 elements"},
        {"dims: [0, 5] data_type: 1 raw_data: 'a'", "shape wants 0"},
        {"dims: 1 data_type: 2 int32_data: 256",
         "number 0 in int32_data is 256, which is no UINT8"},
        {"dims: 1 data_type: 3 int32_data: -129", "is -129, which is no INT8"},
        {"dims: 1 data_type: 12 uint64_data: 4294967296", "which is no UINT32"},
        {"dims: 1 data_type: 1 int32_data: 1", "int32_data, FLOAT belongs in float_data"},
        {"dims: 1 data_type: 8 raw_data: 'a'", "strings belong in string_data"},
        {"dims: 1 data_type: 1 raw_data: 'abcd' float_data: 1", "its elements are there twice"},
        {"dims: 1 data_type: 1 segment { begin: 0 }", "a segment of a larger tensor"},
        {"data_location: EXTERNAL data_type: 1", "no location is given"},
        {"data_location: EXTERNAL data_type: 1 external_data { key: 'location' value: 'a' }",
         "a model in memory has no folder"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512], words[512];
        snprintf(text, sizeof text, "graph { initializer { name: 'w' %s } }", cases[i][0]);
        io_check_refused(text, cases[i][1]);
        snprintf(words, sizeof words, "tensor w: ");
        io_check_refused(text, words);
    }
    char text[1024] = "graph { initializer { name: 'w' data_type: 1 raw_data: '' dims: [";
    for (int i = 0; i < 65; i++)
        strcat(text, "0,");
    io_check_refused(strcat(text, "] } }"), "65 dimensions (at most 64)");
}

/* ---- sparse ---- */

Test(onnx_tensor, a_sparse_initialiser_is_dense_to_those_who_use_it)
{
    const char *text =
        "graph { sparse_initializer { dims: [2, 2] values { name: 'w' dims: 2 data_type: 1"
        " float_data: [5, 6] } indices { dims: [2, 2] data_type: 7 int64_data: [0, 1, 1, 0] } } }";
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    const finnc_tensor *w = tensor_of(model, "w");
    const double want[] = {0, 5, 6, 0};
    for (int i = 0; i < 4; i++)
        cr_expect_eq(finnc_tensor_get(w, i), want[i]);
    io_check_written(cx, model, text);
    /* Somebody else's tensor goes to the dense ones. */
    finnc_tensor *one;
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_UINT8, 7, &one), FINNC_OK);
    finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), "w");
    cr_assert_eq(finnc_value_set_tensor(cx, value, one), FINNC_OK);
    finnc_tensor_release(one);
    io_check_written(cx, model,
                     "graph { initializer { name: 'w' data_type: 2 raw_data: '\\007' } }");
    finnc_model_destroy(model);
    io_end(cx);
}

Test(onnx_tensor, a_sparse_attribute_is_dense_to_those_who_use_it)
{
    const char *text =
        "graph { node { op_type: 'Constant' output: 'y' attribute { name: 'sparse_value'"
        " type: SPARSE_TENSOR sparse_tensor { dims: 3 values { dims: 1 data_type: 2"
        " name: 'v' raw_data: '\\007' } indices { dims: 1 data_type: 7"
        " raw_data: '\\001\\000\\000\\000\\000\\000\\000\\000' } } } } }";
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text), *clone;
    cr_assert_eq(finnc_model_clone(cx, model, &clone), FINNC_OK);
    finnc_model_destroy(model);
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(clone));
    const finnc_tensor *t = finnc_attr_tensor(finnc_node_find_attr(node, "sparse_value"), 0);
    cr_assert(t);
    cr_expect_eq(finnc_tensor_nelems(t), 3);
    cr_expect_eq(finnc_tensor_get_int(t, 0), 0);
    cr_expect_eq(finnc_tensor_get_int(t, 1), 7);
    io_check_written(cx, clone, text);
    finnc_model_destroy(clone);
    io_end(cx);
}

Test(onnx_tensor, a_sparse_tensor_that_does_not_fit_is_refused)
{
    static const char *const cases[][2] = {
        {"dims: 2 indices { dims: 1 data_type: 7 int64_data: 2 }", "entry 0 is at 2 of 2"},
        {"dims: 2 indices { dims: 1 data_type: 7 int64_data: -1 }", "entry 0 is at -1 of 2"},
        {"dims: 2 indices { dims: 2 data_type: 7 int64_data: [0, 1] }", "do not fit"},
        {"dims: 2 indices { dims: 1 data_type: 6 int32_data: 0 }", "do not fit"},
        {"dims: 2", "without values or indices"},
        {"dims: [2, 2] indices { dims: [1, 2] data_type: 7 int64_data: [0, 2] }", "at 2 of 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "graph { sparse_initializer { values { name: 'w' dims: 1 data_type: 1"
                 " float_data: 5 } %s } }",
                 cases[i][0]);
        io_check_refused(text, cases[i][1]);
    }
}

/* ---- files with one tensor ---- */

Test(onnx_tensor, a_tensor_file_is_read)
{
    char path[] = "/tmp/finnc-test-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    FILE *file = fdopen(fd, "wb");
    pb_bytes bytes = pb_from_text(&onnx__tensor_proto__descriptor,
                                  "dims: [2, 1] data_type: 3 name: 'x' raw_data: '\\001\\377'");
    fwrite(bytes.data, 1, bytes.length, file);
    fclose(file);
    finnc_ctx *cx = io_begin();
    finnc_tensor *tensor;
    cr_assert_eq(finnc_pb_read(cx, path, &tensor), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_tensor_rank(tensor), 2);
    cr_expect_eq(finnc_tensor_get_int(tensor, 1), -1);
    finnc_tensor_release(tensor);
    cr_expect_eq(truncate(path, (off_t)bytes.length - 1), 0);
    cr_expect_eq(finnc_pb_read(cx, path, &tensor), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), path));
    cr_expect(strstr(finnc_ctx_message(cx), "ends inside TensorProto.raw_data"));
    io_end(cx);
    remove(path);
    free(bytes.data);
}
