/* Ops of ai.onnx.ml that look elements up in lists. */
#include "ml.h"

/* Strings become integers, integers strings. */
static finnc_status swapped_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    if (s.elem != FINNC_ELEM_UNDEFINED)
        s.elem = s.elem == FINNC_ELEM_STRING ? FINNC_ELEM_INT64 : FINNC_ELEM_STRING;
    return fnc_infer_set(in, 0, &s);
}

const finnc_op fnc_op_ml_category_mapper = {
    .name = "CategoryMapper",
    .domain = FNC_ML_DOMAIN,
    .summary = "strings to the integers of their categories, or back",
    .since = {1},
    .in = {{"X", "of any shape", 0, "T1"}},
    .out = {{"Y", "integers for strings, strings for integers", 0, "T2"}},
    .attrs = {{"default_int64", FINNC_ATTR_INT, "-1", "for unknown strings", 0},
              {"default_string", FINNC_ATTR_STRING, "\"_Unused\"", "for unknown integers", 0},
              {"cats_int64s", FINNC_ATTR_INTS, NULL, "the integer of each category", 0},
              {"cats_strings", FINNC_ATTR_STRINGS, NULL, "the string of each category", 0}},
    .types = {{"T1", FINNC_TYPE(INT64) | FINNC_TYPE(STRING)},
              {"T2", FINNC_TYPE(INT64) | FINNC_TYPE(STRING)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = swapped_shapes};

/* The type of the values, of which one attribute holds some. */
static finnc_elem value_elem(const finnc_infer *in)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, "values_tensor");
    const finnc_tensor *tensor = attr ? finnc_attr_tensor(attr, 0) : NULL;
    if (tensor)
        return finnc_tensor_elem(tensor);
    return fnc_ml_count(in, "values_strings", NULL)  ? FINNC_ELEM_STRING
           : fnc_ml_count(in, "values_int64s", NULL) ? FINNC_ELEM_INT64
           : fnc_ml_count(in, "values_floats", NULL) ? FINNC_ELEM_FLOAT
                                                     : FINNC_ELEM_UNDEFINED;
}

static finnc_status label_encoder_shapes(finnc_infer *in)
{
    if (in->version < 2)
        return swapped_shapes(in);
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = value_elem(in);
    return fnc_infer_set(in, 0, &s);
}

#define LABELS (FNC_ML_NUMBERS | FINNC_TYPE(INT16) | FINNC_TYPE(STRING))
const finnc_op fnc_op_ml_label_encoder = {
    .name = "LabelEncoder",
    .domain = FNC_ML_DOMAIN,
    .summary = "what stands beside each element in a list of keys and values",
    .since = {1, 2, 4},
    .in = {{"X", "keys, of any shape", 0, "T1"}},
    .out = {{"Y", "their values", 0, "T2"}},
    .attrs = {{"default_string", FINNC_ATTR_STRING, "\"_Unused\"",
               "for unknown keys, if values are strings", 0},
              {"default_int64", FINNC_ATTR_INT, "-1", "if they are integers", 0},
              {"default_float", FINNC_ATTR_FLOAT, "-0.0", "if they are floats", FINNC_SINCE(2)},
              {"default_tensor", FINNC_ATTR_TENSOR, NULL, "of any type, goes before these",
               FINNC_SINCE(4)},
              {"classes_strings", FINNC_ATTR_STRINGS, NULL,
               "strings, whose places are the integers", FINNC_UNTIL(2)},
              {"keys_floats", FINNC_ATTR_FLOATS, NULL, "the keys", FINNC_SINCE(2)},
              {"keys_int64s", FINNC_ATTR_INTS, NULL, "the keys", FINNC_SINCE(2)},
              {"keys_strings", FINNC_ATTR_STRINGS, NULL, "the keys", FINNC_SINCE(2)},
              {"keys_tensor", FINNC_ATTR_TENSOR, NULL, "the keys", FINNC_SINCE(4)},
              {"values_floats", FINNC_ATTR_FLOATS, NULL, "the values", FINNC_SINCE(2)},
              {"values_int64s", FINNC_ATTR_INTS, NULL, "the values", FINNC_SINCE(2)},
              {"values_strings", FINNC_ATTR_STRINGS, NULL, "the values", FINNC_SINCE(2)},
              {"values_tensor", FINNC_ATTR_TENSOR, NULL, "the values", FINNC_SINCE(4)}},
    .types = {{"T1", LABELS}, {"T2", LABELS}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = label_encoder_shapes};
