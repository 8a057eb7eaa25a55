/* Ops that sum up, pick or normalise along axes. */
#include "../infer.h"

#include <inttypes.h>

/* ---- reductions over any axes ---- */

static finnc_status reduce_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem};
    fnc_list axes;
    FINNC_TRY(fnc_infer_list(in, "axes", 1, &axes));
    bool keep = fnc_infer_int(in, "keepdims", 1) != 0;
    if (x.rank < 0 || (!axes.known && !keep))
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (axes.present && axes.known && !axes.count && fnc_infer_int(in, "noop_with_empty_axes", 0))
        return fnc_infer_set(in, 0, &x);
    uint64_t chosen = axes.count ? 0 : UINT64_MAX;
    for (size_t i = 0; i < axes.count; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes.x[i], x.rank, &axis));
        chosen |= UINT64_C(1) << axis;
    }
    if (!axes.present && fnc_infer_int(in, "noop_with_empty_axes", 0))
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
#define REDUCE(symbol, op, text, set, ...)                                                         \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"data", "numbers", 0, "T"},                                                        \
               {"axes", "which; absent: all", FINNC_OPTIONAL, "INT64"}},                           \
        .out = {{"reduced", "one element along those axes", 0, "T"}},                              \
        .attrs = {{"axes", FINNC_ATTR_INTS, NULL, "in old versions", 0},                           \
                  {"keepdims", FINNC_ATTR_INT, "1", "keep the axes, with one element", 0},         \
                  {"noop_with_empty_axes", FINNC_ATTR_INT, "0", "no axes: do nothing", 0}},        \
        .types = {{"T", set}},                                                                     \
        .shapes = reduce_shapes}

REDUCE(reduce_mean, "ReduceMean", "means along axes", REDUCED, 1, 11, 13, 18);
REDUCE(reduce_sum, "ReduceSum", "sums along axes", REDUCED, 1, 11, 13);
REDUCE(reduce_l1, "ReduceL1", "sums of magnitudes along axes", REDUCED, 1, 11, 13, 18);
REDUCE(reduce_l2, "ReduceL2", "roots of sums of squares along axes", REDUCED, 1, 11, 13, 18);
REDUCE(reduce_prod, "ReduceProd", "products along axes", REDUCED, 1, 11, 13, 18);
REDUCE(reduce_sum_square, "ReduceSumSquare", "sums of squares along axes", REDUCED, 1, 11, 13, 18);
REDUCE(reduce_log_sum, "ReduceLogSum", "logarithms of sums along axes", REDUCED, 1, 11, 13, 18, 28);
REDUCE(reduce_log_sum_exp, "ReduceLogSumExp", "logarithms of sums of exponentials along axes",
       REDUCED, 1, 11, 13, 18, 28);
REDUCE(reduce_max, "ReduceMax", "largest elements along axes",
       REDUCED | FINNC_TYPE(INT8) | FINNC_TYPE(UINT8) | FINNC_TYPE(BOOL), 1, 11, 12, 13, 18, 20);
REDUCE(reduce_min, "ReduceMin", "smallest elements along axes",
       REDUCED | FINNC_TYPE(INT8) | FINNC_TYPE(UINT8) | FINNC_TYPE(BOOL), 1, 11, 12, 13, 18, 20);

/* ---- ArgMax, ArgMin ---- */

static finnc_status arg_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = FINNC_ELEM_INT64};
    int axis;
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, FINNC_ELEM_INT64, -1, NULL);
    FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), x.rank, &axis));
    for (int i = 0; i < x.rank; i++)
        if (i != axis)
            y.dims[y.rank++] = x.dims[i];
        else if (fnc_infer_int(in, "keepdims", 1))
            y.dims[y.rank++] = fnc_known(1);
    return fnc_infer_set(in, 0, &y);
}

#define ARG(symbol, op, text)                                                                      \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {1, 11, 12, 13},                                                                  \
        .in = {{"data", "numbers", 0, "T"}},                                                       \
        .out = {{"reduced", "indices", 0, "INT64"}},                                               \
        .attrs = {{"axis", FINNC_ATTR_INT, "0", "along which", 0},                                 \
                  {"keepdims", FINNC_ATTR_INT, "1", "keep the axis, with one element", 0},         \
                  {"select_last_index", FINNC_ATTR_INT, "0", "of equal ones the last", 0}},        \
        .types = {{"T", FINNC_TYPES_NUMERIC}},                                                     \
        .shapes = arg_shapes}

ARG(arg_max, "ArgMax", "where the largest element along an axis is");
ARG(arg_min, "ArgMin", "where the smallest element along an axis is");

/* ---- TopK ---- */

static finnc_status top_k_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    const finnc_tensor *k = in->version >= 10 ? finnc_infer_const(in, 1) : NULL;
    int64_t count =
        k && finnc_tensor_nelems(k) == 1 ? finnc_tensor_get_int(k, 0) : fnc_infer_int(in, "k", -1);
    if (x.rank >= 0) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", -1), x.rank, &axis));
        if (count > x.dims[axis].size && x.dims[axis].size >= 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "picks %" PRId64 " elements out of %" PRId64,
                              count, x.dims[axis].size);
        x.dims[axis] = fnc_known(count);
    }
    FINNC_TRY(fnc_infer_set(in, 0, &x));
    x.elem = FINNC_ELEM_INT64;
    return fnc_infer_set(in, 1, &x);
}

const finnc_op fnc_op_onnx_top_k = {
    .name = "TopK",
    .summary = "the k largest (or smallest) elements along an axis, and where they are",
    .since = {1, 10, 11, 24},
    .in = {{"X", "numbers", 0, "T"}, {"K", "how many", FINNC_OPTIONAL, "INT64"}},
    .out = {{"Values", "k along the axis", 0, "T"}, {"Indices", "INT64", 0, "I"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "-1", "along which", 0},
              {"largest", FINNC_ATTR_INT, "1", "0: the smallest", 0},
              {"sorted", FINNC_ATTR_INT, "1", "in order?", 0},
              {"k", FINNC_ATTR_INT, NULL, "before version 10", 0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}, {"I", FINNC_TYPE(INT64)}},
    .shapes = top_k_shapes};

/* ---- Softmax ---- */

static finnc_status softmax_shapes(finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0), axis;
    int64_t given = fnc_infer_int(in, "axis", in->version < 13 ? 1 : -1);
    /* Rows of one element: what no axis is left for was never refused. */
    if (rank >= 0 && !(in->version < 13 && given == rank))
        FINNC_TRY(fnc_infer_axis(in, given, rank, &axis));
    return fnc_shapes_as_first(in);
}

#define SOFTMAX(symbol, op, text)                                                                  \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {1, 11, 13},                                                                      \
        .in = {{"input", "numbers", 0, "T"}},                                                      \
        .out = {{"output", "of that shape", 0, "T"}},                                              \
        .attrs = {{"axis", FINNC_ATTR_INT, NULL,                                                   \
                   "-1 if absent; before version 13 1, and all axes from there on", 0}},           \
        .types = {{"T", FINNC_TYPES_FLOAT}},                                                       \
        .shapes = softmax_shapes}

SOFTMAX(softmax, "Softmax", "exponentials that add up to 1 along an axis");
SOFTMAX(log_softmax, "LogSoftmax", "logarithms of Softmax");
SOFTMAX(hardmax, "Hardmax", "1 where the first of the largest elements along an axis is, else 0");
