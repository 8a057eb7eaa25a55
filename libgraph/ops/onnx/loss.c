/* Losses of a classification: scores or log-probabilities against labels. */
#include "../infer.h"

#include <string.h>

/* The loss has the labels' shape, or is one number. */
static finnc_status loss_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), loss = {.elem = x.elem};
    const char *reduction = finnc_node_string(in->node, "reduction", "mean");
    if (!strcmp(reduction, "none")) {
        loss.rank = finnc_infer_rank(in, 1);
        if (x.rank >= 0)
            FINNC_TRY(fnc_infer_need_rank(in, 1, x.rank - 1));
        for (int i = 0; i < loss.rank; i++) {
            loss.dims[i] = finnc_infer_dim(in, 1, i);
            FINNC_TRY(fnc_infer_same_dim(in, 0, i == 0 ? 0 : i + 1, &loss.dims[i]));
        }
    } else if (strcmp(reduction, "mean") != 0 && strcmp(reduction, "sum") != 0) {
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "reduction is %s, it may be none, sum or mean",
                          reduction);
    }
    FINNC_TRY(fnc_infer_set(in, 0, &loss));
    return fnc_infer_set(in, 1, &x);
}

/* clang-format off */
#define ATTRS                                                                                      \
    {{"ignore_index", FINNC_ATTR_INT, NULL, "label that costs nothing and counts for nothing", 0}, \
     {"reduction", FINNC_ATTR_STRING, "\"mean\"", "none, sum, or mean (by weight)", 0}}
#define TYPES {{"T", FINNC_TYPES_FLOAT}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}}
/* clang-format on */

const finnc_op fnc_op_onnx_softmax_cross_entropy_loss = {
    .name = "SoftmaxCrossEntropyLoss",
    .summary = "minus the logarithm of what Softmax gives the right class",
    .since = {12, 13},
    .in = {{"scores", "(N, classes, ...)", 0, "T"},
           {"labels", "classes, (N, ...)", 0, "Tind"},
           {"weights", "one per class", FINNC_OPTIONAL, "T"}},
    .out = {{"output", "as labels, or one number", 0, "T"},
            {"log_prob", "LogSoftmax of scores", FINNC_OPTIONAL, "T"}},
    .attrs = ATTRS,
    .types = TYPES,
    .shapes = loss_shapes};

const finnc_op fnc_op_onnx_negative_log_likelihood_loss = {
    .name = "NegativeLogLikelihoodLoss",
    .summary = "minus the log-probability of the right class",
    .since = {12, 13, 22},
    .in = {{"input", "log-probabilities, (N, classes, ...)", 0, "T"},
           {"target", "classes, (N, ...)", 0, "Tind"},
           {"weight", "one per class", FINNC_OPTIONAL, "T"}},
    .out = {{"loss", "as target, or one number", 0, "T"}},
    .attrs = ATTRS,
    .types = TYPES,
    .shapes = loss_shapes};
