/* The largest or smallest elements along an axis: ArgMax, ArgMin, TopK. */
#include "../infer.h"

#include <inttypes.h>

/* ---- ArgMax, ArgMin ---- */

static finnc_status arg_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = FINNC_ELEM_INT64};
    int axis;
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, FINNC_ELEM_INT64, -1, NULL);
    FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
    if (x.dims[axis].size == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "an axis of 0 elements");
    for (int i = 0; i < x.rank; i++)
        if (i != axis)
            y.dims[y.rank++] = x.dims[i];
        else if (finnc_node_attr_int(in->node, "keepdims"))
            y.dims[y.rank++] = fnc_known(1);
    return fnc_infer_set(in, 0, &y);
}

/* Indices along the axis. */
static finnc_status arg_range(finnc_infer *in, finnc_range_rule *rule)
{
    int rank = finnc_infer_rank(in, 0), axis;
    if (rank < 0)
        return FINNC_OK;
    FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), rank, &axis));
    return fnc_range_up_to(finnc_infer_dim(in, 0, axis).size - 1, rule);
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
                  {"select_last_index", FINNC_ATTR_INT, "0", "of equal ones the last",             \
                   FINNC_SINCE(12)}},                                                              \
        .types = {{"T", FINNC_TYPES_NUMERIC}},                                                     \
        .shapes = arg_shapes,                                                                      \
        .range = arg_range}

ARG(arg_max, "ArgMax", "where the largest element along an axis is");
ARG(arg_min, "ArgMin", "where the smallest element along an axis is");

/* ---- TopK ---- */

/* -1: not known. */
static finnc_status read_k(const finnc_infer *in, int64_t *count)
{
    const finnc_tensor *k = finnc_infer_const(in, 1);
    *count = -1;
    if (finnc_infer_has(in, 1) ? !k || finnc_tensor_nelems(k) != 1
                               : !finnc_node_find_attr(in->node, "k"))
        return FINNC_OK;
    *count = k ? finnc_tensor_get_int(k, 0) : fnc_infer_int(in, "k", 0);
    if (*count < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "k is %" PRId64, *count);
    return FINNC_OK;
}

static finnc_status top_k_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t count;
    FINNC_TRY(read_k(in, &count));
    if (x.rank >= 0) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
        if (count > x.dims[axis].size && x.dims[axis].size >= 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "picks %" PRId64 " elements out of %" PRId64,
                              count, x.dims[axis].size);
        x.dims[axis] = fnc_known(count);
    }
    FINNC_TRY(fnc_infer_set(in, 0, &x));
    x.elem = FINNC_ELEM_INT64;
    return fnc_infer_set(in, 1, &x);
}

static finnc_status top_k_range(finnc_infer *in, finnc_range_rule *rule)
{
    FINNC_TRY(fnc_range_reduces(in, rule)); /* the values; not where they are */
    rule->wraps = false;
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_top_k = {
    .name = "TopK",
    .summary = "the k largest (or smallest) elements along an axis, and where they are",
    .since = {1, 10, 11, 24},
    .in = {{"X", "numbers", 0, "T"}, {"K", "how many", FINNC_SINCE(10), "INT64"}},
    .out = {{"Values", "k along the axis", 0, "T"}, {"Indices", "INT64", 0, "I"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "-1", "along which", 0},
              {"largest", FINNC_ATTR_INT, "1", "0: the smallest", FINNC_SINCE(11)},
              {"sorted", FINNC_ATTR_INT, "1", "in order?", FINNC_SINCE(11)},
              {"k", FINNC_ATTR_INT, NULL, "how many", FINNC_REQUIRED | FINNC_UNTIL(10)}},
    .types = {{"T", FINNC_TYPES_NUMERIC}, {"I", FINNC_TYPE(INT64)}},
    .shapes = top_k_shapes,
    .range = top_k_range};
