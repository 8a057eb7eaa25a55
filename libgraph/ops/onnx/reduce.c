/* Reductions: what the elements along any axes add up to. */
#include "../infer.h"

static finnc_status reduce_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem};
    fnc_list axes;
    FINNC_TRY(fnc_infer_list(in, "axes", 1, &axes));
    bool keep = finnc_node_attr_int(in->node, "keepdims") != 0;
    if (x.rank < 0 || (!axes.known && !keep))
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (axes.present && axes.known && !axes.count &&
        finnc_node_attr_int(in->node, "noop_with_empty_axes"))
        return fnc_infer_set(in, 0, &x);
    uint64_t chosen = axes.count ? 0 : UINT64_MAX;
    for (size_t i = 0; i < axes.count; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes.x[i], x.rank, &axis));
        chosen |= UINT64_C(1) << axis;
    }
    if (!axes.present && finnc_node_attr_int(in->node, "noop_with_empty_axes"))
        chosen = 0;
    for (int i = 0; i < x.rank; i++)
        if (!axes.known)
            y.dims[y.rank++] = fnc_unknown_dim();
        else if (!(chosen >> i & 1))
            y.dims[y.rank++] = x.dims[i];
        else if (keep)
            y.dims[y.rank++] = fnc_known(1);
    return fnc_infer_set(in, 0, &y);
}

/* What sums and extremes are made of. */
#define REDUCED                                                                                    \
    (FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64) | FINNC_TYPE(UINT32) |              \
     FINNC_TYPE(UINT64))
/* `listed`: the version since which the axes are an input. */
#define REDUCE(symbol, op, text, range_rule, set, listed, ...)                                     \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"data", "numbers", 0, "T"},                                                        \
               {"axes", "which; absent: all", FINNC_OPTIONAL | FINNC_SINCE(listed), "INT64"}},     \
        .out = {{"reduced", "one element along those axes", 0, "T"}},                              \
        .attrs = {{"axes", FINNC_ATTR_INTS, NULL, "as the input", FINNC_UNTIL(listed)},            \
                  {"keepdims", FINNC_ATTR_INT, "1", "keep the axes, with one element", 0},         \
                  {"noop_with_empty_axes", FINNC_ATTR_INT, "0", "no axes: do nothing",             \
                   FINNC_SINCE(listed)}},                                                          \
        .types = {{"T", set}},                                                                     \
        .shapes = reduce_shapes,                                                                   \
        .range = range_rule}

/* The sum of integers has 64 bits: those of fewer cannot make it overflow. */
static finnc_status mean_range(finnc_infer *in, finnc_range_rule *rule)
{
    rule->wraps = finnc_elem_bits(finnc_infer_elem(in, 0)) == 64;
    return fnc_range_rises_alone(in, rule);
}

REDUCE(reduce_mean, "ReduceMean", "means along axes", mean_range, REDUCED, 18, 1, 11, 13, 18);
REDUCE(reduce_sum, "ReduceSum", "sums along axes", fnc_range_reduces, REDUCED, 13, 1, 11, 13);
REDUCE(reduce_l1, "ReduceL1", "sums of magnitudes along axes", NULL, REDUCED, 18, 1, 11, 13, 18);
REDUCE(reduce_l2, "ReduceL2", "roots of sums of squares along axes", NULL, REDUCED, 18, 1, 11, 13,
       18);
REDUCE(reduce_prod, "ReduceProd", "products along axes", NULL, REDUCED, 18, 1, 11, 13, 18);
REDUCE(reduce_sum_square, "ReduceSumSquare", "sums of squares along axes", NULL, REDUCED, 18, 1, 11,
       13, 18);
REDUCE(reduce_log_sum, "ReduceLogSum", "logarithms of sums along axes", NULL, REDUCED, 18, 1, 11,
       13, 18, 28);
REDUCE(reduce_log_sum_exp, "ReduceLogSumExp", "logarithms of sums of exponentials along axes", NULL,
       REDUCED, 18, 1, 11, 13, 18, 28);
REDUCE(reduce_max, "ReduceMax", "largest elements along axes", fnc_range_reduces,
       REDUCED | FINNC_TYPE(INT8) | FINNC_TYPE(UINT8) | FINNC_TYPE(BOOL), 18, 1, 11, 12, 13, 18,
       20);
REDUCE(reduce_min, "ReduceMin", "smallest elements along axes", fnc_range_reduces,
       REDUCED | FINNC_TYPE(INT8) | FINNC_TYPE(UINT8) | FINNC_TYPE(BOOL), 18, 1, 11, 12, 13, 18,
       20);
