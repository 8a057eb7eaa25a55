/* Optionals: something that may be there, and what it is if so. */
#include "../infer.h"

#define ANYTHING (FINNC_TYPES_ANY | FINNC_TYPES_FLOAT6)

static finnc_status optional_shapes(finnc_infer *in)
{
    fnc_shape item = fnc_infer_item(in, 0);
    const finnc_value *v = finnc_node_input(in->node, 0);
    if (!v || finnc_value_kind(v) != FINNC_KIND_TENSOR) /* of a sequence, or of nothing */
        return FINNC_OK;
    return fnc_infer_set_of(in, 0, FINNC_KIND_OPTIONAL, &item);
}

static finnc_status has_element_shapes(finnc_infer *in)
{
    return finnc_infer_set_type(in, 0, FINNC_ELEM_BOOL, 0, NULL);
}

static finnc_status get_element_shapes(finnc_infer *in)
{
    const finnc_value *v = finnc_node_input(in->node, 0);
    return fnc_infer_set_within(in, 0, 0, v && finnc_value_kind(v) == FINNC_KIND_OPTIONAL);
}

const finnc_op fnc_op_onnx_optional = {
    .name = "Optional",
    .summary = "something that may be nothing",
    .since = {15, 28},
    .in = {{"input", "what it holds; absent: nothing", FINNC_OPTIONAL, "V"}},
    .out = {{"output", "the optional", 0, "O"}},
    .attrs = {{"type", FINNC_ATTR_TYPE_PROTO, NULL, "what it might hold", 0}},
    .types = {{"V", ANYTHING | FINNC_TYPES_SEQUENCE},
              {"O",
               ANYTHING | FINNC_TYPES_NO_TENSOR | FINNC_TYPES_OPTIONAL | FINNC_TYPES_SEQUENCE}},
    .shapes = optional_shapes};

#define MAYBE (ANYTHING | FINNC_TYPES_OPTIONAL | FINNC_TYPES_SEQUENCE)

const finnc_op fnc_op_onnx_optional_has_element = {
    .name = "OptionalHasElement",
    .summary = "is there something in an optional?",
    .since = {15, 18, 28},
    .in = {{"input", "an optional, or what is surely there", FINNC_OPTIONAL, "O"}},
    .out = {{"output", "one truth value", 0, "B"}},
    .types = {{"O", MAYBE}, {"B", FINNC_TYPE(BOOL)}},
    .shapes = has_element_shapes};

const finnc_op fnc_op_onnx_optional_get_element = {
    .name = "OptionalGetElement",
    .summary = "what an optional holds; an error if that is nothing",
    .since = {15, 18, 28},
    .in = {{"input", "an optional, or what is surely there", 0, "O"}},
    .out = {{"output", "what it holds", 0, "V"}},
    .types = {{"O", MAYBE}, {"V", ANYTHING | FINNC_TYPES_SEQUENCE}},
    .shapes = get_element_shapes};
