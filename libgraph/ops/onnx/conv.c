/* Convolutions: input (N, C, spatial...), weights (M, C / group, kernel...), stride, dilation and
 * padding per spatial axis. */
#include "window_attrs.h"

#include <inttypes.h>

/* The weights tell the rank of an input of which nothing is known. */
static void read_operands(const finnc_infer *in, size_t weights, fnc_shape *x, fnc_shape *w)
{
    *x = fnc_shape_of(in, 0);
    *w = fnc_shape_of(in, weights);
    if (x->rank >= 0)
        return;
    x->rank = w->rank;
    for (int i = 0; i < x->rank; i++)
        x->dims[i] = fnc_unknown_dim();
}

static finnc_status weight_kernel(const finnc_infer *in, const fnc_shape *x, const fnc_shape *w,
                                  int64_t *kernel)
{
    if (x->rank < 3)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "convolves a tensor of rank %d, needs batch, channels and axes", x->rank);
    if (w->rank >= 0 && w->rank != x->rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "weights of rank %d on a tensor of rank %d",
                          w->rank, x->rank);
    for (int i = 2; i < x->rank; i++)
        kernel[i - 2] = w->rank >= 0 && w->dims[i].size > 0 ? w->dims[i].size : 0;
    return FINNC_OK;
}

/* Does the node say its kernel, or do the weights? */
static bool kernel_known(const finnc_infer *in, size_t rank, const int64_t *kernel)
{
    size_t count;
    if (finnc_node_ints(in->node, "kernel_shape", &count))
        return true;
    for (size_t i = 0; i < rank; i++)
        if (!kernel[i])
            return false;
    return true;
}

static finnc_status check_channels(const finnc_infer *in, const fnc_shape *x, const fnc_shape *w,
                                   int64_t group)
{
    if (group < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute group is %" PRId64, group);
    int64_t expected;
    if (w->rank < 2 || x->dims[1].size < 0 || w->dims[1].size < 0 ||
        !fnc_mul_i64(w->dims[1].size, group, &expected))
        return FINNC_OK;
    if (expected != x->dims[1].size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "weights take %" PRId64 " channels in %" PRId64
                          " group(s), the input has %" PRId64,
                          w->dims[1].size, group, x->dims[1].size);
    if (w->dims[0].size >= 0 && w->dims[0].size % group)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " output channels do not divide into %" PRId64 " groups",
                          w->dims[0].size, group);
    return FINNC_OK;
}

finnc_status fnc_infer_conv(finnc_infer *in, size_t weights, finnc_elem elem)
{
    fnc_shape x, w;
    read_operands(in, weights, &x, &w);
    x.elem = elem;
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    int64_t kernel[FINNC_MAX_RANK];
    FINNC_TRY(weight_kernel(in, &x, &w, kernel));
    FINNC_TRY(check_channels(in, &x, &w, fnc_infer_int(in, "group", 1)));
    size_t spatial = (size_t)x.rank - 2;
    x.dims[1] = w.rank >= 0 ? w.dims[0] : fnc_unknown_dim();
    if (!kernel_known(in, spatial, kernel)) {
        for (int i = 2; i < x.rank; i++)
            x.dims[i] = fnc_unknown_dim();
        return fnc_infer_set(in, 0, &x);
    }
    fnc_window window;
    FINNC_TRY(fnc_window_read(in, spatial, kernel, &window));
    for (size_t i = 0; i < spatial; i++)
        FINNC_TRY(fnc_window_out(in, &window, i, x.dims[i + 2], &x.dims[i + 2]));
    return fnc_infer_set(in, 0, &x);
}

/* One number is taken for all, here and there. */
static finnc_status check_bias(const finnc_infer *in, finnc_dim filters)
{
    const finnc_dim bias = finnc_infer_rank(in, 2) == 1 ? finnc_infer_dim(in, 2, 0) : filters;
    if (bias.size < 0 || filters.size < 0 || bias.size == 1 || bias.size == filters.size)
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                      filters.size, bias.size);
}

static finnc_status conv_shapes(finnc_infer *in)
{
    if (finnc_infer_rank(in, 1) > 0)
        FINNC_TRY(check_bias(in, finnc_infer_dim(in, 1, 0)));
    return fnc_infer_conv(in, 1, finnc_infer_elem(in, 0));
}

/* stride * (size - 1) + output_padding + ((kernel - 1) * dilation + 1) - pads; output_shape says it
 * outright. */
static finnc_status transpose_out(const finnc_infer *in, const fnc_window *w, size_t axis,
                                  finnc_dim size, finnc_dim *out)
{
    size_t count;
    const int64_t *wanted = finnc_node_ints(in->node, "output_shape", &count);
    if (wanted && count != w->rank && count != w->rank + 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute output_shape has %zu entries for %zu spatial axes", count,
                          w->rank);
    if (wanted) {
        int64_t n = wanted[axis + count - w->rank]; /* some write batch and channels, too */
        if (n < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute output_shape holds %" PRId64, n);
        *out = fnc_known(n);
        return FINNC_OK;
    }
    *out = fnc_unknown_dim();
    if (size.size < 1)
        return FINNC_OK;
    const int64_t *more = finnc_node_ints(in->node, "output_padding", &count);
    int64_t extra = more && axis < count ? more[axis] : 0, n, extent;
    bool fits = fnc_mul_i64(w->stride[axis], w->same ? size.size : size.size - 1, &n) &&
                fnc_mul_i64(w->kernel[axis] - 1, w->dilation[axis], &extent) &&
                fnc_add_i64(extent, 1, &extent);
    if (fits && !w->same)
        fits = fnc_add_i64(n, extra, &n) && fnc_add_i64(n, extent, &n) &&
               fnc_add_i64(n, -w->begin[axis], &n) && fnc_add_i64(n, -w->end[axis], &n);
    if (!fits || n < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the output would have %" PRId64 " elements along axis %zu",
                          fits ? n : -1, axis + 2);
    *out = fnc_known(n);
    return FINNC_OK;
}

static finnc_status conv_transpose_shapes(finnc_infer *in)
{
    fnc_shape x, w;
    read_operands(in, 1, &x, &w);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    int64_t kernel[FINNC_MAX_RANK];
    FINNC_TRY(weight_kernel(in, &x, &w, kernel));
    size_t spatial = (size_t)x.rank - 2;
    if (fnc_infer_int(in, "group", 1) < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute group is %" PRId64,
                          fnc_infer_int(in, "group", 1));
    if (w.rank >= 0 && x.dims[1].size >= 0 && w.dims[0].size >= 0 &&
        x.dims[1].size != w.dims[0].size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "weights for %" PRId64 " channels, the input has %" PRId64,
                          w.dims[0].size, x.dims[1].size);
    x.dims[1] = w.rank >= 0 ? fnc_dim_mul(w.dims[1], fnc_known(fnc_infer_int(in, "group", 1)))
                            : fnc_unknown_dim();
    FINNC_TRY(check_bias(in, x.dims[1]));
    if (!kernel_known(in, spatial, kernel)) {
        for (int i = 2; i < x.rank; i++)
            x.dims[i] = fnc_unknown_dim();
        return fnc_infer_set(in, 0, &x);
    }
    fnc_window window;
    FINNC_TRY(fnc_window_read(in, spatial, kernel, &window));
    for (size_t i = 0; i < spatial; i++)
        FINNC_TRY(transpose_out(in, &window, i, x.dims[i + 2], &x.dims[i + 2]));
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_conv = {.name = "Conv",
                                   .summary = "convolution over any number of axes",
                                   .since = {1, 11, 22},
                                   .in = {{"X", "(N, C, spatial...)", 0, "T"},
                                          {"W", "(M, C / group, kernel...)", 0, "T"},
                                          {"B", "(M)", FINNC_OPTIONAL, "T"}},
                                   .out = {{"Y", "(N, M, spatial...)", 0, "T"}},
                                   .attrs = {FNC_CONV_ATTRS},
                                   .types = {{"T", FINNC_TYPES_FLOAT}},
                                   .traits = FINNC_OP_LINEAR,
                                   .shapes = conv_shapes,
                                   .dtypes = fnc_dtypes_mac,
                                   .cost = fnc_cost_conv,
                                   .range = fnc_range_linear};

const finnc_op fnc_op_onnx_conv_transpose = {
    .name = "ConvTranspose",
    .summary = "the transpose of a convolution: upsamples by its stride",
    .since = {1, 11, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"},
           {"W", "(C, M / group, kernel...)", 0, "T"},
           {"B", "(M)", FINNC_OPTIONAL, "T"}},
    .out = {{"Y", "(N, M, spatial...)", 0, "T"}},
    .attrs = {FNC_CONV_ATTRS,
              {"output_padding", FINNC_ATTR_INTS, NULL, "added at the end of each axis", 0},
              {"output_shape", FINNC_ATTR_INTS, NULL, "spatial sizes; padding follows from them",
               0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_LINEAR,
    .shapes = conv_transpose_shapes,
    .range = fnc_range_linear};
