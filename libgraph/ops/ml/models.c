/* Linear models and support vector machines of ai.onnx.ml. */
#include "ml.h"

/* ---- linear ---- */

static finnc_status linear_classifier_shapes(finnc_infer *in)
{
    int64_t nlabels = fnc_ml_count(in, "classlabels_ints", "classlabels_strings");
    int64_t ncoefficients = fnc_ml_count(in, "coefficients", NULL), k = -1;
    finnc_dim features = fnc_ml_features(in);
    if (features.size > 0)
        k = ncoefficients / features.size;
    FINNC_TRY(fnc_ml_set_labels(in, "classlabels_strings"));
    return fnc_ml_set_scores(in, 1, FINNC_ELEM_FLOAT, k == 1 && nlabels == 2 ? 2 : k);
}
const finnc_op fnc_op_ml_linear_classifier = {
    .name = "LinearClassifier",
    .domain = FNC_ML_DOMAIN,
    .summary = "the class with the greatest linear score",
    .since = {1},
    .in = {{"X", "samples by features, or one sample", 0, "T1"}},
    .out = {{"Y", "a label per sample", 0, "T2"}, {"Z", "scores of the classes", 0, "FLOAT"}},
    .attrs = {FNC_ML_TRANSFORM,
              {"classlabels_ints", FINNC_ATTR_INTS, NULL, "labels that are integers", 0},
              {"classlabels_strings", FINNC_ATTR_STRINGS, NULL, "labels that are strings", 0},
              {"multi_class", FINNC_ATTR_INT, "0", "how it was trained; not looked at", 0},
              {"intercepts", FINNC_ATTR_FLOATS, NULL, "added to the score of each class", 0},
              {"coefficients", FINNC_ATTR_FLOATS, NULL,
               "classes by features; one row speaks for the second of two classes",
               FINNC_REQUIRED}},
    .types = {{"T1", FNC_ML_NUMBERS}, {"T2", FINNC_TYPE(INT64) | FINNC_TYPE(STRING)}},
    .shapes = linear_classifier_shapes};

static finnc_status linear_regressor_shapes(finnc_infer *in)
{
    int64_t targets = finnc_node_attr_int(in->node, "targets");
    return fnc_ml_set_scores(in, 0, FINNC_ELEM_FLOAT, targets > 0 ? targets : -1);
}
const finnc_op fnc_op_ml_linear_regressor = {
    .name = "LinearRegressor",
    .domain = FNC_ML_DOMAIN,
    .summary = "linear functions of the features",
    .since = {1},
    .in = {{"X", "samples by features, or one sample", 0, "T"}},
    .out = {{"Y", "samples by targets", 0, "FLOAT"}},
    .attrs = {{"targets", FINNC_ATTR_INT, "1", "how many functions", 0},
              {"intercepts", FINNC_ATTR_FLOATS, NULL, "added to each target", 0},
              {"coefficients", FINNC_ATTR_FLOATS, NULL, "targets by features", 0},
              FNC_ML_TRANSFORM},
    .types = {{"T", FNC_ML_NUMBERS}},
    .shapes = linear_regressor_shapes};

/* ---- support vector machines ---- */

/* With support vectors but no probabilities, scores are those of pairs of classes. */
static finnc_status svm_classifier_shapes(finnc_infer *in)
{
    size_t count;
    const int64_t *sizes = finnc_node_ints(in->node, "vectors_per_class", &count);
    int64_t k = fnc_ml_count(in, "classlabels_ints", "classlabels_strings"), width = k;
    bool has_vectors = false;
    for (size_t i = 0; i < count; i++)
        has_vectors |= sizes[i] > 0;
    if (has_vectors && !fnc_ml_count(in, "prob_a", NULL))
        width = k <= 2 ? 2 : k < 65536 ? k * (k - 1) / 2 : -1;
    FINNC_TRY(fnc_ml_set_labels(in, "classlabels_strings"));
    return fnc_ml_set_scores(in, 1, FINNC_ELEM_FLOAT, width);
}

#define KERNEL_ATTRS                                                                               \
    {"kernel_type", FINNC_ATTR_STRING, "\"LINEAR\"", "LINEAR, POLY, RBF or SIGMOID", 0},           \
        {"kernel_params", FINNC_ATTR_FLOATS, NULL, "gamma, coef0, degree", 0},                     \
    {                                                                                              \
        "support_vectors", FINNC_ATTR_FLOATS, NULL, "vectors by features; none: linear", 0         \
    }
const finnc_op fnc_op_ml_svm_classifier = {
    .name = "SVMClassifier",
    .domain = FNC_ML_DOMAIN,
    .summary = "the class that a support vector machine votes for",
    .since = {1},
    .in = {{"X", "samples by features, or one sample", 0, "T1"}},
    .out = {{"Y", "a label per sample", 0, "T2"},
            {"Z", "probabilities of classes, or scores of classes or pairs of them", 0, "FLOAT"}},
    .attrs = {{"classlabels_ints", FINNC_ATTR_INTS, NULL, "labels that are integers", 0},
              {"classlabels_strings", FINNC_ATTR_STRINGS, NULL, "labels that are strings", 0},
              {"rho", FINNC_ATTR_FLOATS, NULL, "added to the score of each pair of classes", 0},
              {"prob_a", FINNC_ATTR_FLOATS, NULL,
               "of each pair: slope of the sigmoid that makes a probability", 0},
              {"prob_b", FINNC_ATTR_FLOATS, NULL, "and its offset", 0},
              {"coefficients", FINNC_ATTR_FLOATS, NULL,
               "classes less one by vectors; without vectors classes by features", 0},
              {"vectors_per_class", FINNC_ATTR_INTS, NULL, "support vectors of each class", 0},
              FNC_ML_TRANSFORM,
              KERNEL_ATTRS},
    .types = {{"T1", FNC_ML_NUMBERS}, {"T2", FINNC_TYPE(INT64) | FINNC_TYPE(STRING)}},
    .shapes = svm_classifier_shapes};

static finnc_status svm_regressor_shapes(finnc_infer *in)
{
    return fnc_ml_set_scores(in, 0, FINNC_ELEM_FLOAT, 1);
}
const finnc_op fnc_op_ml_svm_regressor = {
    .name = "SVMRegressor",
    .domain = FNC_ML_DOMAIN,
    .summary = "the value, or the side (1, -1), that a support vector machine finds",
    .since = {1},
    .in = {{"X", "samples by features, or one sample", 0, "T"}},
    .out = {{"Y", "a number per sample", 0, "FLOAT"}},
    .attrs = {{"rho", FINNC_ATTR_FLOATS, NULL, "added to the score", 0},
              {"coefficients", FINNC_ATTR_FLOATS, NULL,
               "of each vector; without vectors of each feature", 0},
              {"n_supports", FINNC_ATTR_INT, "0", "how many vectors", 0},
              {"one_class", FINNC_ATTR_INT, "0", "only the sign counts", 0},
              FNC_ML_TRANSFORM,
              KERNEL_ATTRS},
    .types = {{"T", FNC_ML_NUMBERS}},
    .shapes = svm_regressor_shapes};
