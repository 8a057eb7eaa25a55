#include "io_check.h"

#include "pb_equal.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

const char io_rich_model[] =
    "ir_version: 14 producer_name: 'p' producer_version: '1.0' domain: 'd' model_version: -1"
    " doc_string: 'several\\nlines' opset_import { domain: '' version: 28 }"
    " opset_import { domain: 'finn.custom_op.general' version: 1 400: 3 }"
    " metadata_props { key: 'k' value: 'v' } metadata_props { key: '' value: '' }"
    " training_info { algorithm { name: 'a' initializer { dims: 1 data_type: 1 name: 'r'"
    "   raw_data: '\\001\\002\\003\\004' } } update_binding { key: 'x' value: 'y' } }"
    " functions { name: 'f' domain: 'local' overload: 'o' input: ['a', 'b'] output: 'c'"
    "   attribute: 'alpha' attribute_proto { name: 'beta' type: FLOAT f: 1.5 }"
    "   node { op_type: 'LeakyRelu' input: 'a' output: 't'"
    "     attribute { name: 'alpha' ref_attr_name: 'alpha' type: FLOAT } }"
    "   node { op_type: 'Add' input: ['t', 'b'] output: 'c' }"
    "   value_info { name: 't' type { tensor_type { elem_type: 1 } } }"
    "   opset_import { version: 28 } metadata_props { key: 'm' value: 'n' } doc_string: 'fd' }"
    " configuration { name: 'two' num_devices: 2 device: ['cpu0', 'cpu1'] }"
    " 500: 'unknown' 501: 7 501: 8"
    " graph { name: 'g' doc_string: 'gd' metadata_props { key: 'exec_mode' value: 'x' } 600: 'u'"
    /* nodes, one for each kind of attribute */
    "  node { name: 'n0' op_type: 'Conv' domain: '' input: ['x', 'w', ''] output: ['y0', '']"
    "   doc_string: 'nd' metadata_props { key: 'a' value: 'b' } 700: 1"
    "   device_configurations { configuration_id: 'two' pipeline_stage: 1 sharding_spec {"
    "     tensor_name: 'x' device: [0, 1] index_to_device_group_map { key: 2 value: [0, 1] }"
    "     sharded_dim { axis: -1 simple_sharding { dim_param: 'N' num_shards: 2 } } } }"
    "   attribute { name: 'group' type: INT i: 0 doc_string: 'ad' }"
    "   attribute { name: 'alpha' type: FLOAT f: -0.0 800: 'u' }"
    "   attribute { name: 'auto_pad' type: STRING s: 'SA\\000ME\\377' }"
    "   attribute { name: 'pads' type: INTS ints: [0, -1, 9223372036854775807] }"
    "   attribute { name: 'none' type: INTS }"
    "   attribute { name: 'scales' type: FLOATS floats: [1.5, -2, nan] }"
    "   attribute { name: 'words' type: STRINGS strings: ['', 'b'] }"
    "   attribute { name: 'kind_is_missing' i: 4 }"
    "   attribute { name: 'value_is_missing' type: INT }"
    "   attribute { name: 'both_are_missing' }"
    "   attribute { name: 'newer' type: 99 900: 'u' }"
    "   attribute { name: 't' type: TENSOR t { name: '' dims: 2 data_type: 7 int64_data: [1, -2]"
    "     doc_string: 'td' } }"
    "   attribute { name: 'no_t' type: TENSOR }"
    "   attribute { name: 'ts' type: TENSORS tensors { data_type: 3 dims: 1 int32_data: -3 }"
    "     tensors { name: 'second' data_type: 8 dims: [1, 2] string_data: ['a', '\\000'] } }"
    "   attribute { name: 'st' type: SPARSE_TENSOR sparse_tensor { dims: [2, 3]"
    "     values { dims: 1 data_type: 1 float_data: 2.5 } indices { dims: 1 data_type: 7"
    "     int64_data: 4 } } }"
    "   attribute { name: 'tp' type: TYPE_PROTO tp { sequence_type { elem_type {"
    "     tensor_type { elem_type: 1 } } } } } }"
    "  node { op_type: 'If' input: 'c' output: 'y1'"
    "   attribute { name: 'then_branch' type: GRAPH g { name: 'then' node { op_type: 'Abs'"
    "     input: 'y0' output: 'inner' } output { name: 'inner' type { tensor_type {"
    "     elem_type: 1 } } } value_info { name: 'y0' doc_string: 'outer' }"
    "     quantization_annotation { tensor_name: 'y0' } } }"
    "   attribute { name: 'else_branch' type: GRAPH g { name: '' output { name: 'y0' } } }"
    "   attribute { name: 'more' type: GRAPHS graphs { } graphs { name: 'empty' } } }"
    "  node { name: 'last' op_type: 'MultiThreshold' domain: 'finn.custom_op.general' overload: 'o'"
    "   input: ['y1', 'thr'] output: 'y' }"
    /* initialisers, sparse ones, element types that are newer than we are */
    "  initializer { name: 'w' dims: [1, 1, 1, 2] data_type: 1 raw_data: 'abcdefgh' 1000: 'u'"
    "   metadata_props { key: 'k' value: 'v' } }"
    "  initializer { name: 'thr' dims: [] data_type: 16 int32_data: 65535 }"
    "  initializer { name: 'newer' dims: 3 data_type: 99 raw_data: 'xyz' }"
    "  initializer { name: 'empty' dims: [0, 5] data_type: 11 }"
    "  initializer { name: 'empty_raw' dims: 0 data_type: 9 raw_data: '' }"
    "  sparse_initializer { dims: 4 values { name: 's' dims: 2 data_type: 3 raw_data: 'ab' }"
    "   indices { dims: 2 data_type: 7 int64_data: [0, 3] } }"
    "  sparse_initializer { dims: [2, 2] values { name: 's2' dims: 1 data_type: 22 raw_data: '\\005' }"
    "   indices { dims: [1, 2] data_type: 7 int64_data: [1, 0] } }"
    /* values, with all that can be odd about them */
    "  input { name: 'x' doc_string: 'xd' type { denotation: 'IMAGE' tensor_type { elem_type: 1"
    "   shape { dim { dim_param: 'N' } dim { } dim { dim_value: -1 } dim { dim_value: 4"
    "   denotation: 'W' } } } } }"
    "  input { name: 'c' type { tensor_type { elem_type: 9 shape { } } } }"
    "  input { name: 'w' }"
    "  input { name: 'opaque' type { opaque_type { domain: 'ml' name: 'o' } } 1100: 1 }"
    "  output { name: 'y' type { tensor_type { elem_type: 1 shape { dim { dim_value: 1 } } } } }"
    "  output { name: 'x' type { tensor_type { elem_type: 1 } } }"
    "  output { name: 'y' }"
    "  output { name: 'y0' type { optional_type { elem_type { map_type { key_type: 7 value_type {"
    "   sparse_tensor_type { elem_type: 1 shape { dim { dim_value: 3 } } } } } } } } }"
    "  value_info { name: 'y1' type { tensor_type { elem_type: 1 shape { dim { dim_value: 7 } } } } }"
    "  value_info { name: 'y' type { tensor_type { elem_type: 1 shape { dim { dim_value: 1 } } } } }"
    "  value_info { name: 'y1' type { tensor_type { elem_type: 6 } } }"
    "  value_info { name: 'thr' type { } } value_info { name: 'nobody' } value_info { }"
    "  value_info { name: 'x' metadata_props { key: 'k' value: 'v' } }"
    "  value_info { name: 'w' type { tensor_type { elem_type: 1 shape { dim { dim_value: 1 }"
    "   dim { dim_value: 1 } dim { dim_value: 1 } dim { dim_value: 2 } } } } }"
    /* FINN's annotations and others' */
    "  quantization_annotation { tensor_name: 'w' quant_parameter_tensor_names {"
    "   key: 'finn_datatype' value: 'INT4' } quant_parameter_tensor_names { key: 'tensor_layout'"
    "   value: \"['N', 'C', 'H', 'W']\" } }"
    "  quantization_annotation { tensor_name: 'x' quant_parameter_tensor_names { key: ''"
    "   value: '' } quant_parameter_tensor_names { key: 'SCALE_TENSOR' value: 's' } 1200: 1 }"
    "  quantization_annotation { tensor_name: 'w' quant_parameter_tensor_names {"
    "   key: 'tensor_sparsity' value: '{}' } }"
    "  quantization_annotation { tensor_name: 'gone' } quantization_annotation { }"
    "  quantization_annotation { tensor_name: 'y' quant_parameter_tensor_names { value: 'INT2' } }"
    " }";

finnc_ctx *io_begin(void)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 1 << 28});
    cr_assert(cx);
    return cx;
}

void io_end(finnc_ctx *cx)
{
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0, "%zu bytes are left",
                 (size_t)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

static void check_equal(finnc_ctx *cx, const finnc_model *model, const void *data, size_t length)
{
    void *written;
    size_t nwritten;
    char why[256];
    cr_assert_eq(finnc_model_write_bytes(cx, model, &written, &nwritten), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    bool same = pb_equal_bytes(&onnx__model_proto__descriptor, data, length, written, nwritten, why,
                               sizeof why);
    cr_assert(same, "not what was read: %s", why);
    finnc_bytes_destroy(cx, written);
}

void io_check_bytes(finnc_ctx *cx, const void *data, size_t length)
{
    finnc_model *model;
    finnc_ctx_clear(cx);
    if (finnc_model_read_bytes(cx, data, length, NULL, &model) != FINNC_OK) {
        cr_assert(*finnc_ctx_message(cx), "an error without words");
    } else {
        check_equal(cx, model, data, length);
        finnc_model_destroy(model);
    }
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
}

finnc_model *io_read(finnc_ctx *cx, const char *text)
{
    pb_bytes bytes = pb_model(text);
    finnc_model *model;
    cr_assert_eq(finnc_model_read_bytes(cx, bytes.data, bytes.length, NULL, &model), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    free(bytes.data);
    return model;
}

void io_check_written(finnc_ctx *cx, const finnc_model *model, const char *text)
{
    pb_bytes bytes = pb_model(text);
    check_equal(cx, model, bytes.data, bytes.length);
    free(bytes.data);
}

void io_check_model(const char *text)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    io_check_written(cx, model, text);
    finnc_model_destroy(model);
    io_end(cx);
}

void io_check_refused(const char *text, const char *words)
{
    finnc_ctx *cx = io_begin();
    pb_bytes bytes = pb_model(text);
    finnc_model *model;
    cr_expect_neq(finnc_model_read_bytes(cx, bytes.data, bytes.length, NULL, &model), FINNC_OK);
    cr_expect(strstr(finnc_ctx_message(cx), words), "'%s' has no '%s' in it", finnc_ctx_message(cx),
              words);
    free(bytes.data);
    io_end(cx);
}
