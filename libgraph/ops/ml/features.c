/* Ops of ai.onnx.ml that bring features into shape. */
#include "ml.h"

#include <inttypes.h>

/* Columns of the last axis. One axis alone becomes a row of a matrix. */
static finnc_status array_feature_extractor_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), index = fnc_shape_of(in, 1), z = {.elem = x.elem};
    finnc_dim count = {.size = index.rank < 0 ? -1 : 1};
    if (x.rank == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input 0 has no axis to pick from");
    for (int i = 0; i < index.rank; i++)
        count = fnc_dim_mul(count, index.dims[i]);
    z.rank = x.rank == 1 ? 2 : x.rank;
    for (int i = 0; i + 1 < z.rank; i++)
        z.dims[i] = x.rank == 1 ? fnc_known(1) : x.dims[i];
    if (z.rank > 0)
        z.dims[z.rank - 1] = count;
    return fnc_infer_set(in, 0, &z);
}
const finnc_op fnc_op_ml_array_feature_extractor = {
    .name = "ArrayFeatureExtractor",
    .domain = FNC_ML_DOMAIN,
    .summary = "picks columns of the last axis",
    .since = {1},
    .in = {{"X", "of any shape", 0, "T"}, {"Y", "which columns, from 0", 0, "INT64"}},
    .out = {{"Z", "these columns, in their order", 0, "T"}},
    .types = {{"T", FNC_ML_NUMBERS | FINNC_TYPE(STRING)}},
    .traits = FINNC_OP_MOVES,
    .shapes = array_feature_extractor_shapes};

const finnc_op fnc_op_ml_binarizer = {
    .name = "Binarizer",
    .domain = FNC_ML_DOMAIN,
    .summary = "1 for elements above a threshold, 0 for others",
    .since = {1},
    .in = {{"X", "numbers of any shape", 0, "T"}},
    .out = {{"Y", "zeros and ones", 0, "T"}},
    .attrs = {{"threshold", FINNC_ATTR_FLOAT, "0.0", "itself becomes 0", 0}},
    .types = {{"T", FNC_ML_NUMBERS}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_as_first};

/* How wide input `i` is in the result; -1: not known. */
static int64_t part_width(const finnc_infer *in, size_t i)
{
    size_t count;
    const int64_t *wanted = finnc_node_ints(in->node, "inputdimensions", &count);
    if (wanted && i < count)
        return wanted[i] < 0 ? -1 : wanted[i];
    const fnc_shape x = fnc_shape_of(in, i);
    int64_t width = x.rank > 0 ? 1 : -1;
    for (int a = x.rank == 1 ? 0 : 1; a < x.rank && width >= 0; a++)
        if (x.dims[a].size < 0 || !fnc_mul_i64(width, x.dims[a].size, &width))
            width = -1;
    return width;
}

static finnc_status feature_vectorizer_shapes(finnc_infer *in)
{
    fnc_shape y = {.elem = FINNC_ELEM_FLOAT, .rank = 2, .dims = {fnc_unknown_dim(), fnc_known(0)}};
    for (size_t i = 0; i < finnc_infer_ninputs(in); i++) {
        const int64_t width = part_width(in, i);
        int rank = finnc_infer_rank(in, i);
        int64_t sum;
        bool is_known =
            y.dims[1].size >= 0 && width >= 0 && fnc_add_i64(y.dims[1].size, width, &sum);
        y.dims[1] = is_known ? fnc_known(sum) : fnc_unknown_dim();
        if (y.dims[0].size < 0 && rank > 0)
            y.dims[0] = rank == 1 ? fnc_known(1) : finnc_infer_dim(in, i, 0);
    }
    return fnc_infer_set(in, 0, &y);
}
const finnc_op fnc_op_ml_feature_vectorizer = {
    .name = "FeatureVectorizer",
    .domain = FNC_ML_DOMAIN,
    .summary = "joins matrices along the features, each cut or padded to a width",
    .since = {1},
    .in = {{"X", "samples by features; one axis is one sample", FINNC_VARIADIC, "T1"}},
    .out = {{"Y", "samples by all features", 0, "FLOAT"}},
    .attrs = {{"inputdimensions", FINNC_ATTR_INTS, NULL,
               "the width of each input; absent: as they are", 0}},
    .types = {{"T1", FNC_ML_NUMBERS}},
    .shapes = feature_vectorizer_shapes};

const finnc_op fnc_op_ml_imputer = {
    .name = "Imputer",
    .domain = FNC_ML_DOMAIN,
    .summary = "replaces elements of one value, which stands for a missing one",
    .since = {1},
    .in = {{"X", "features along the last axis", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"replaced_value_int64", FINNC_ATTR_INT, "0", "what is replaced in integers", 0},
              {"imputed_value_int64s", FINNC_ATTR_INTS, NULL,
               "by what: one for all, or one for each feature", 0},
              {"replaced_value_float", FINNC_ATTR_FLOAT, "0.0",
               "what is replaced in floats; NaN replaces NaNs", 0},
              {"imputed_value_floats", FINNC_ATTR_FLOATS, NULL,
               "by what: one for all, or one for each feature", 0}},
    .types = {{"T", FNC_ML_NUMBERS}},
    .shapes = fnc_shapes_as_first};

const finnc_op fnc_op_ml_normalizer = {
    .name = "Normalizer",
    .domain = FNC_ML_DOMAIN,
    .summary = "divides each row by its greatest element, sum of magnitudes or length",
    .since = {1},
    .in = {{"X", "samples by features, or one sample", 0, "T"}},
    .out = {{"Y", "as X; rows whose divisor is 0 stay", 0, "FLOAT"}},
    .attrs = {{"norm", FINNC_ATTR_STRING, "\"MAX\"", "MAX, L1 or L2", 0}},
    .types = {{"T", FNC_ML_NUMBERS}},
    .shapes = fnc_ml_shapes_float};

static finnc_status one_hot_encoder_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = FINNC_ELEM_FLOAT;
    if (s.rank >= FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "the result would have rank %d", s.rank + 1);
    if (s.rank >= 0)
        s.dims[s.rank++] = fnc_known(fnc_ml_count(in, "cats_int64s", "cats_strings"));
    return fnc_infer_set(in, 0, &s);
}
const finnc_op fnc_op_ml_one_hot_encoder = {
    .name = "OneHotEncoder",
    .domain = FNC_ML_DOMAIN,
    .summary = "a row of zeros with a one at the element's category",
    .since = {1},
    .in = {{"X", "categories; floats are cut to integers", 0, "T"}},
    .out = {{"Y", "X with an axis more: the categories", 0, "FLOAT"}},
    .attrs = {{"zeros", FINNC_ATTR_INT, "1", "may an element be in no category?", 0},
              {"cats_strings", FINNC_ATTR_STRINGS, NULL, "categories of strings", 0},
              {"cats_int64s", FINNC_ATTR_INTS, NULL, "categories of numbers", 0}},
    .types = {{"T", FNC_ML_NUMBERS | FINNC_TYPE(STRING)}},
    .shapes = one_hot_encoder_shapes};

const finnc_op fnc_op_ml_scaler = {
    .name = "Scaler",
    .domain = FNC_ML_DOMAIN,
    .summary = "(x - offset) * scale, for each feature its own",
    .since = {1},
    .in = {{"X", "features along the last axis", 0, "T"}},
    .out = {{"Y", "as X", 0, "FLOAT"}},
    .attrs = {{"scale", FINNC_ATTR_FLOATS, NULL, "one for all, or one for each feature", 0},
              {"offset", FINNC_ATTR_FLOATS, NULL, "as many as scale", 0}},
    .types = {{"T", FNC_ML_NUMBERS}},
    .shapes = fnc_ml_shapes_float};
