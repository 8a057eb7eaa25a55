/* Decision trees of ai.onnx.ml. */
#include "ml.h"

static int64_t declared_targets(const finnc_infer *in)
{
    int64_t targets = fnc_infer_int(in, "n_targets", -1);
    return targets > 0 ? targets : -1;
}

static finnc_status tree_ensemble_shapes(finnc_infer *in)
{
    return fnc_ml_set_scores(in, 0, finnc_infer_elem(in, 0), declared_targets(in));
}
const finnc_op fnc_op_ml_tree_ensemble = {
    .name = "TreeEnsemble",
    .domain = FNC_ML_DOMAIN,
    .summary = "what the leaves of decision trees say, put together for each target",
    .since = {5},
    .in = {{"X", "samples by features", 0, "T"}},
    .out = {{"Y", "samples by targets", 0, "T"}},
    .attrs = {{"aggregate_function", FINNC_ATTR_INT, "1", "0: average, 1: sum, 2: min, 3: max", 0},
              {"post_transform", FINNC_ATTR_INT, "0",
               "0: none, 1: softmax, 2: logistic, 3: softmax_zero, 4: probit", 0},
              {"n_targets", FINNC_ATTR_INT, NULL, "how many; absent: as leaf_targetids say", 0},
              {"tree_roots", FINNC_ATTR_INTS, NULL, "the first node of each tree", FINNC_REQUIRED},
              {"nodes_hitrates", FINNC_ATTR_TENSOR, NULL, "not looked at", 0},
              {"nodes_missing_value_tracks_true", FINNC_ATTR_INTS, NULL,
               "1: a NaN takes the true branch; absent: never", 0},
              {"nodes_modes", FINNC_ATTR_TENSOR, NULL,
               "0: <=, 1: <, 2: >=, 3: >, 4: ==, 5: !=, 6: is a member", FINNC_REQUIRED},
              {"nodes_featureids", FINNC_ATTR_INTS, NULL, "which feature is compared",
               FINNC_REQUIRED},
              {"nodes_splits", FINNC_ATTR_TENSOR, NULL, "with what", FINNC_REQUIRED},
              {"nodes_truenodeids", FINNC_ATTR_INTS, NULL, "the node or leaf if it holds",
               FINNC_REQUIRED},
              {"nodes_trueleafs", FINNC_ATTR_INTS, NULL, "1: that is a leaf", FINNC_REQUIRED},
              {"nodes_falsenodeids", FINNC_ATTR_INTS, NULL, "the node or leaf if not",
               FINNC_REQUIRED},
              {"nodes_falseleafs", FINNC_ATTR_INTS, NULL, "1: that is a leaf", FINNC_REQUIRED},
              {"leaf_targetids", FINNC_ATTR_INTS, NULL, "the target of each leaf", FINNC_REQUIRED},
              {"leaf_weights", FINNC_ATTR_TENSOR, NULL, "what it says", FINNC_REQUIRED},
              {"membership_values", FINNC_ATTR_TENSOR, NULL,
               "the members for each node of mode 6, each set ended by NaN", 0}},
    .types = {{"T", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .shapes = tree_ensemble_shapes};

/* The attributes that the two older operators share; `votes`: "class" or "target". */
/* clang-format off */
#define NODE_ATTRS                                                                                 \
    {"nodes_treeids", FINNC_ATTR_INTS, NULL, "the tree of each node", 0},                          \
    {"nodes_nodeids", FINNC_ATTR_INTS, NULL, "its number there", 0},                               \
    {"nodes_featureids", FINNC_ATTR_INTS, NULL, "which feature is compared", 0},                   \
    {"nodes_modes", FINNC_ATTR_STRINGS, NULL,                                                      \
     "BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ, or LEAF", 0},                                         \
    {"nodes_values", FINNC_ATTR_FLOATS, NULL, "with what it is compared", 0},                      \
    {"nodes_values_as_tensor", FINNC_ATTR_TENSOR, NULL, "the same in double", FINNC_SINCE(3)},                  \
    {"nodes_truenodeids", FINNC_ATTR_INTS, NULL, "the next node if that holds", 0},                \
    {"nodes_falsenodeids", FINNC_ATTR_INTS, NULL, "the next node if not", 0},                      \
    {"nodes_missing_value_tracks_true", FINNC_ATTR_INTS, NULL,                                     \
     "1: a NaN takes the true branch; absent: never", 0},                                          \
    {"nodes_hitrates", FINNC_ATTR_FLOATS, NULL, "not looked at", 0},                               \
    {"nodes_hitrates_as_tensor", FINNC_ATTR_TENSOR, NULL, "not looked at", FINNC_SINCE(3)},                     \
    {"base_values", FINNC_ATTR_FLOATS, NULL, "added to the sums", 0},                              \
    {"base_values_as_tensor", FINNC_ATTR_TENSOR, NULL, "the same in double", FINNC_SINCE(3)}
#define VOTE_ATTRS(votes)                                                                          \
    {votes "_treeids", FINNC_ATTR_INTS, NULL, "the tree of each weight's leaf", 0},                \
    {votes "_nodeids", FINNC_ATTR_INTS, NULL, "the leaf", 0},                                      \
    {votes "_ids", FINNC_ATTR_INTS, NULL, "what the weight is for", 0},                            \
    {votes "_weights", FINNC_ATTR_FLOATS, NULL, "the weight", 0},                                  \
    {votes "_weights_as_tensor", FINNC_ATTR_TENSOR, NULL, "the same in double", FINNC_SINCE(3)}
/* clang-format on */

static finnc_status tree_ensemble_classifier_shapes(finnc_infer *in)
{
    FINNC_TRY(fnc_ml_set_labels(in, "classlabels_strings"));
    return fnc_ml_set_scores(in, 1, FINNC_ELEM_FLOAT,
                             fnc_ml_count(in, "classlabels_int64s", "classlabels_strings"));
}
const finnc_op fnc_op_ml_tree_ensemble_classifier = {
    .name = "TreeEnsembleClassifier",
    .domain = FNC_ML_DOMAIN,
    .summary = "the class that decision trees give the most weight",
    .since = {1, 3, 5},
    .in = {{"X", "samples by features, or one sample", 0, "T1"}},
    .out = {{"Y", "a label per sample", 0, "T2"}, {"Z", "scores of the classes", 0, "FLOAT"}},
    .attrs = {FNC_ML_TRANSFORM,
              {"classlabels_int64s", FINNC_ATTR_INTS, NULL, "labels that are integers", 0},
              {"classlabels_strings", FINNC_ATTR_STRINGS, NULL, "labels that are strings", 0},
              NODE_ATTRS,
              VOTE_ATTRS("class")},
    .types = {{"T1", FNC_ML_NUMBERS}, {"T2", FINNC_TYPE(INT64) | FINNC_TYPE(STRING)}},
    .shapes = tree_ensemble_classifier_shapes};

static finnc_status tree_ensemble_regressor_shapes(finnc_infer *in)
{
    return fnc_ml_set_scores(in, 0, FINNC_ELEM_FLOAT, declared_targets(in));
}
const finnc_op fnc_op_ml_tree_ensemble_regressor = {
    .name = "TreeEnsembleRegressor",
    .domain = FNC_ML_DOMAIN,
    .summary = "numbers that decision trees find, put together for each target",
    .since = {1, 3, 5},
    .in = {{"X", "samples by features, or one sample", 0, "T"}},
    .out = {{"Y", "samples by targets", 0, "FLOAT"}},
    .attrs = {{"aggregate_function", FINNC_ATTR_STRING, "\"SUM\"", "SUM, AVERAGE, MIN or MAX", 0},
              FNC_ML_TRANSFORM,
              {"n_targets", FINNC_ATTR_INT, NULL, "how many; absent: as target_ids say", 0},
              NODE_ATTRS,
              VOTE_ATTRS("target")},
    .types = {{"T", FNC_ML_NUMBERS}},
    .shapes = tree_ensemble_regressor_shapes};
