/* Softmax, its logarithm, and Hardmax. */
#include "../infer.h"

static finnc_status softmax_shapes(finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0), axis;
    int64_t given = fnc_infer_int(in, "axis", in->version < 13 ? 1 : -1);
    /* Rows of one element: what no axis is left for was never refused. */
    if (rank >= 0 && !(in->version < 13 && given == rank))
        FINNC_TRY(fnc_infer_axis(in, given, rank, &axis));
    return fnc_shapes_as_first(in);
}

#define SOFTMAX(symbol, op, text, range_rule)                                                      \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {1, 11, 13},                                                                      \
        .in = {{"input", "numbers", 0, "T"}},                                                      \
        .out = {{"output", "of that shape", 0, "T"}},                                              \
        .attrs = {{"axis", FINNC_ATTR_INT, "1", "and all behind it", FINNC_UNTIL(13)},             \
                  {"axis", FINNC_ATTR_INT, "-1", "along which", FINNC_SINCE(13)}},                 \
        .types = {{"T", FINNC_TYPES_FLOAT}},                                                       \
        .shapes = softmax_shapes,                                                                  \
        .range = range_rule}

SOFTMAX(softmax, "Softmax", "exponentials that add up to 1 along an axis", fnc_range_share);
SOFTMAX(log_softmax, "LogSoftmax", "logarithms of Softmax", NULL);
SOFTMAX(hardmax, "Hardmax", "1 where the first of the largest elements along an axis is, else 0",
        fnc_range_truth);
