/* Ops of ai.onnx.ml on maps. */
#include "ml.h"

#include <string.h>

static finnc_status cast_map_shapes(finnc_infer *in)
{
    const char *to = finnc_node_string(in->node, "cast_to", "TO_FLOAT");
    fnc_shape s = {.elem = !strcmp(to, "TO_STRING")  ? FINNC_ELEM_STRING
                           : !strcmp(to, "TO_INT64") ? FINNC_ELEM_INT64
                                                     : FINNC_ELEM_FLOAT,
                   .rank = -1};
    return fnc_infer_set(in, 0, &s);
}
const finnc_op fnc_op_ml_cast_map = {
    .name = "CastMap",
    .domain = FNC_ML_DOMAIN,
    .summary = "the values of a map by ascending key",
    .since = {1},
    .in = {{"X", "a map from integers", 0, "T1"}},
    .out = {{"Y", "its values", 0, "T2"}},
    .attrs = {{"cast_to", FINNC_ATTR_STRING, "\"TO_FLOAT\"", "TO_FLOAT, TO_STRING or TO_INT64", 0},
              {"map_form", FINNC_ATTR_STRING, "\"DENSE\"",
               "DENSE: one behind the other; SPARSE: keys are places", 0},
              {"max_map", FINNC_ATTR_INT, "1", "SPARSE: how many places", 0}},
    .types = {{"T1", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(STRING) | FINNC_TYPES_MAP |
                         FINNC_TYPES_NO_TENSOR},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(STRING)}},
    .shapes = cast_map_shapes};

const finnc_op fnc_op_ml_dict_vectorizer = {
    .name = "DictVectorizer",
    .domain = FNC_ML_DOMAIN,
    .summary = "the values of a map in the order of a vocabulary, 0 where there is none",
    .since = {1},
    .in = {{"X", "a map", 0, "T1"}},
    .out = {{"Y", "as many values as words", 0, "T2"}},
    .attrs = {{"int64_vocabulary", FINNC_ATTR_INTS, NULL, "keys that are integers", 0},
              {"string_vocabulary", FINNC_ATTR_STRINGS, NULL, "keys that are strings", 0}},
    .types = {
        {"T1", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(STRING) | FINNC_TYPE(DOUBLE) |
                   FINNC_TYPES_MAP | FINNC_TYPES_NO_TENSOR},
        {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(STRING) | FINNC_TYPE(DOUBLE)}}};

const finnc_op fnc_op_ml_zip_map = {
    .name = "ZipMap",
    .domain = FNC_ML_DOMAIN,
    .summary = "a map from labels to scores for each row",
    .since = {1},
    .in = {{"X", "samples by labels", 0, "FLOAT"}},
    .out = {{"Z", "a sequence of maps", 0, "T"}},
    .attrs = {{"classlabels_int64s", FINNC_ATTR_INTS, NULL, "labels that are integers", 0},
              {"classlabels_strings", FINNC_ATTR_STRINGS, NULL, "labels that are strings", 0}},
    .types = {{"T", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(STRING) | FINNC_TYPES_MAP |
                        FINNC_TYPES_NO_TENSOR | FINNC_TYPES_SEQUENCE}}};
