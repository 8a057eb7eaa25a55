/* The way back from MaxPool. */
#include "../infer.h"

#include <inttypes.h>

/* stride * (size - 1) + kernel - padding */
static finnc_status unpooled(const finnc_infer *in, const fnc_windows *w, int axis, finnc_dim *d)
{
    int64_t n;
    if (d->size < 0) {
        *d = fnc_unknown_dim();
        return FINNC_OK;
    }
    if (!fnc_mul_i64(w->stride[axis], d->size - 1, &n) || !fnc_add_i64(n, w->kernel[axis], &n) ||
        !fnc_add_i64(n, -w->before[axis], &n) || !fnc_add_i64(n, -w->after[axis], &n) || n < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " windows of %" PRId64 ", %" PRId64
                          " apart, do not make an axis",
                          d->size, w->kernel[axis], w->stride[axis]);
    *d = fnc_known(n);
    return FINNC_OK;
}

static finnc_status max_unpool_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y;
    if (finnc_infer_has(in, 2)) {
        FINNC_TRY(fnc_shape_listed(in, 2, &y));
        y.elem = x.elem;
        if (x.rank >= 0 && y.rank >= 0 && x.rank != y.rank)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "output_shape has %d dimensions, the input %d", y.rank, x.rank);
        return fnc_infer_set(in, 0, &y);
    }
    if (x.rank < 0)
        return fnc_infer_set(in, 0, &x);
    if (x.rank < 3)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "unpools a tensor of rank %d, needs batch, channels and axes", x.rank);
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    FINNC_TRY(fnc_infer_windows(in, &attrs, x.rank - 2, NULL, &w));
    for (int i = 2; i < x.rank; i++)
        FINNC_TRY(unpooled(in, &w, i - 2, &x.dims[i]));
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_max_unpool = {
    .name = "MaxUnpool",
    .summary = "puts the results of MaxPool back where they were, among zeros",
    .since = {9, 11, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T1"},
           {"I", "MaxPool's Indices", 0, "T2"},
           {"output_shape", "all dimensions", FINNC_OPTIONAL, "T2"}},
    .out = {{"output", "(N, C, spatial...)", 0, "T1"}},
    .attrs = {{"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis", FINNC_REQUIRED},
              {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends, per spatial axis", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPE(INT64)}},
    .shapes = max_unpool_shapes};
