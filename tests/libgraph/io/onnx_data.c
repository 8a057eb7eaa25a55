/* Sequences, optionals and maps in files of their own, as ONNX's test cases have them. */
#include "support/pb_text.h"
#include "support/poor.h"
#include "support/spill.h"
#include "support/suite.h"

#include <finnc/io.h>

#include <stdlib.h>
#include <string.h>

FNC_SUITE(onnx_data);

static const ProtobufCMessageDescriptor *type_of(finnc_kind kind)
{
    return kind == FINNC_KIND_MAP        ? &onnx__map_proto__descriptor
           : kind == FINNC_KIND_SEQUENCE ? &onnx__sequence_proto__descriptor
                                         : &onnx__optional_proto__descriptor;
}

static const char *file_of(finnc_kind kind, const char *text)
{
    const pb_bytes bytes = pb_from_text(type_of(kind), text);
    const char *path = spill(bytes.data, bytes.length);
    free(bytes.data);
    return path;
}

static finnc_tensor *read_as(finnc_kind kind, const char *text)
{
    finnc_tensor *tensor = NULL;
    cr_assert_eq(finnc_pb_read_as(cx, file_of(kind, text), kind, &tensor), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_kind(tensor), kind);
    return tensor;
}

static void check_refused(finnc_kind kind, const char *text, const char *words)
{
    finnc_tensor *tensor = NULL;
    cr_assert_eq(finnc_pb_read_as(cx, file_of(kind, text), kind, &tensor), FINNC_BAD_FILE, "%s",
                 text);
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

#define SCALAR(x)   "tensor_values { data_type: 1 float_data: " #x " } "
#define VECTOR(...) "tensor_values { data_type: 1 dims: 3 float_data: [" #__VA_ARGS__ "] } "

Test(onnx_data, a_map_is_keys_and_values_in_their_order)
{
    finnc_tensor *map =
        read_as(FINNC_KIND_MAP,
                "key_type: 7 keys: [30, 10, -20] values { " SCALAR(3) SCALAR(1) SCALAR(-2) "}");
    const finnc_tensor *keys = finnc_tensor_item(map, 0), *values = finnc_tensor_item(map, 1);
    cr_assert_eq(finnc_tensor_elem(keys), FINNC_ELEM_INT64);
    cr_assert_eq(finnc_tensor_kind(values), FINNC_KIND_TENSOR);
    cr_assert_eq(finnc_tensor_nelems(values), 3);
    for (int64_t i = 0; i < 3; i++)
        cr_expect_eq(finnc_tensor_get_int(keys, i), (int64_t)(10 * finnc_tensor_get(values, i)));
    finnc_tensor_release(map);
}

Test(onnx_data, a_map_s_keys_may_be_strings_and_its_values_integers_or_strings)
{
    finnc_tensor *map = read_as(FINNC_KIND_MAP, "key_type: 8 string_keys: [\"b\", \"a\"] values { "
                                                "tensor_values { data_type: 7 int64_data: 5 } "
                                                "tensor_values { data_type: 7 int64_data: -6 } }");
    const finnc_tensor *keys = finnc_tensor_item(map, 0), *values = finnc_tensor_item(map, 1);
    cr_assert_eq(finnc_tensor_elem(keys), FINNC_ELEM_STRING);
    cr_assert_eq(finnc_tensor_get_string(keys, 1).data[0], 'a');
    cr_assert_eq(finnc_tensor_elem(values), FINNC_ELEM_INT64);
    cr_assert_eq(finnc_tensor_get_int(values, 1), -6);
    finnc_tensor_release(map);

    /* Without a key_type the keys tell. */
    map = read_as(FINNC_KIND_MAP, "string_keys: \"k\" values { "
                                  "tensor_values { data_type: 8 string_data: \"text\" } }");
    values = finnc_tensor_item(map, 1);
    cr_assert_eq(finnc_tensor_elem(values), FINNC_ELEM_STRING);
    cr_assert(!strncmp(finnc_tensor_get_string(values, 0).data, "text", 4));
    finnc_tensor_release(map);
}

Test(onnx_data, values_of_a_map_may_come_as_one_tensor_or_stay_a_sequence)
{
    finnc_tensor *map =
        read_as(FINNC_KIND_MAP, "key_type: 7 keys: [1, 2, 3] values { " VECTOR(4, 5, 6) "}");
    cr_assert_eq(finnc_tensor_kind(finnc_tensor_item(map, 1)), FINNC_KIND_TENSOR);
    cr_assert_eq(finnc_tensor_get(finnc_tensor_item(map, 1), 2), 6);
    finnc_tensor_release(map);

    map = read_as(FINNC_KIND_MAP,
                  "key_type: 7 keys: [1, 2] values { " VECTOR(4, 5, 6) VECTOR(7, 8, 9) "}");
    const finnc_tensor *values = finnc_tensor_item(map, 1);
    cr_assert_eq(finnc_tensor_kind(values), FINNC_KIND_SEQUENCE);
    cr_assert_eq(finnc_tensor_get(finnc_tensor_item(values, 1), 0), 7);
    finnc_tensor_release(map);

    map = read_as(FINNC_KIND_MAP, "key_type: 7 values { }");
    cr_assert_eq(finnc_tensor_nelems(finnc_tensor_item(map, 0)), 0);
    finnc_tensor_release(map);
}

Test(onnx_data, maps_that_contradict_themselves_are_refused)
{
    check_refused(FINNC_KIND_MAP, "key_type: 7 keys: 1 string_keys: \"a\" values { }",
                  "a map with keys of two kinds");
    check_refused(FINNC_KIND_MAP, "key_type: 1 keys: 1 values { " SCALAR(1) "}",
                  "a map with keys of element type 1");
    check_refused(FINNC_KIND_MAP, "key_type: 7 keys: 1", "a map without values");
}

Test(onnx_data, what_a_sequence_or_an_optional_holds_may_be_of_any_kind)
{
    finnc_tensor *sequence = read_as(
        FINNC_KIND_SEQUENCE, "elem_type: 2 sequence_values { " SCALAR(1) "} sequence_values { }");
    cr_assert_eq(finnc_tensor_nelems(sequence), 2);
    cr_assert_eq(finnc_tensor_nelems(finnc_tensor_item(sequence, 0)), 1);
    cr_assert_eq(finnc_tensor_nelems(finnc_tensor_item(sequence, 1)), 0);
    finnc_tensor_release(sequence);

    sequence =
        read_as(FINNC_KIND_SEQUENCE,
                "map_values { key_type: 7 keys: 4 values { " SCALAR(2) "} } optional_values { }");
    cr_assert_eq(finnc_tensor_kind(finnc_tensor_item(sequence, 0)), FINNC_KIND_MAP);
    cr_assert_eq(finnc_tensor_kind(finnc_tensor_item(sequence, 1)), FINNC_KIND_OPTIONAL);
    finnc_tensor_release(sequence);

    finnc_tensor *optional =
        read_as(FINNC_KIND_OPTIONAL, "map_value { key_type: 7 keys: 4 values { " SCALAR(2) "} }");
    const finnc_tensor *held = finnc_tensor_item(optional, 0);
    cr_assert_eq(finnc_tensor_kind(held), FINNC_KIND_MAP);
    cr_assert_eq(finnc_tensor_get_int(finnc_tensor_item(held, 0), 0), 4);
    finnc_tensor_release(optional);

    optional = read_as(FINNC_KIND_OPTIONAL, "");
    cr_assert_eq(finnc_tensor_nelems(optional), 0);
    finnc_tensor_release(optional);
}

static finnc_status read_poorly(finnc_ctx *context, void *path)
{
    finnc_tensor *tensor = NULL;
    finnc_status status = finnc_pb_read_as(context, path, FINNC_KIND_SEQUENCE, &tensor);
    finnc_tensor_release(tensor);
    return status;
}

Test(onnx_data, runs_out_of_memory_cleanly)
{
    char path[128];
    strcpy(path, file_of(FINNC_KIND_SEQUENCE,
                         "map_values { key_type: 8 string_keys: [\"a\", \"b\"] values { "
                         "tensor_values { data_type: 8 string_data: \"x\" } "
                         "tensor_values { data_type: 8 string_data: \"y\" } } } "
                         "map_values { keys: 1 values { " VECTOR(
                             1, 2, 3) "} } "
                                      "optional_values { sequence_value { " SCALAR(1) "} }"));
    check_poor(read_poorly, path);
}
