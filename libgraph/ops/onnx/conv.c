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

/* -1 for what the weights do not tell. */
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
        kernel[i - 2] = w->rank >= 0 ? w->dims[i].size : -1;
    return FINNC_OK;
}

/* Does the node say its kernel, or do the weights? */
static bool kernel_known(const fnc_window_attrs *attrs, int rank, const int64_t *kernel)
{
    for (int i = 0; i < rank && !attrs->kernel.x; i++)
        if (kernel[i] < 0)
            return false;
    return true;
}

/* The windows of a node whose kernel the weights have; `*is_known` is false if nobody says how
 * large it is. */
static finnc_status read_windows(const finnc_infer *in, const fnc_window_attrs *attrs,
                                 const fnc_shape *x, const fnc_shape *w, fnc_windows *windows,
                                 bool *is_known)
{
    int64_t kernel[FINNC_MAX_RANK];
    FINNC_TRY(weight_kernel(in, x, w, kernel));
    *is_known = kernel_known(attrs, x->rank - 2, kernel);
    fnc_window_attrs said = *attrs;
    if (!*is_known) /* all else is looked at */
        said.kernel.otherwise = 1;
    return fnc_infer_windows(in, &said, x->rank - 2, *is_known ? kernel : NULL, windows);
}

static void forget_axes(fnc_shape *x)
{
    for (int i = 2; i < x->rank; i++)
        x->dims[i] = fnc_unknown_dim();
}

finnc_status fnc_infer_conv(finnc_infer *in, size_t weights, finnc_elem elem)
{
    fnc_shape x, w;
    read_operands(in, weights, &x, &w);
    x.elem = elem;
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    fnc_windows windows;
    bool is_known;
    const fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    FINNC_TRY(read_windows(in, &attrs, &x, &w, &windows, &is_known));
    if (w.rank >= 0)
        FINNC_TRY(
            fnc_windows_status(in->cx, fnc_windows_check_channels(&windows, x.dims[1].size,
                                                                  w.dims[1].size, w.dims[0].size)));
    x.dims[1] = w.rank >= 0 ? w.dims[0] : fnc_unknown_dim();
    for (int i = 2; i < x.rank && is_known; i++)
        FINNC_TRY(fnc_infer_window(in, &windows, i - 2, &x.dims[i]));
    if (!is_known)
        forget_axes(&x);
    return fnc_infer_set(in, 0, &x);
}

finnc_status fnc_infer_need_bias(const finnc_infer *in, finnc_dim filters)
{
    const int rank = finnc_infer_rank(in, 2);
    const finnc_dim bias = rank == 1 ? finnc_infer_dim(in, 2, 0) : filters;
    if (rank >= 0 && rank != 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a bias of rank %d, should be a vector", rank);
    if (bias.size < 0 || filters.size < 0 || bias.size == filters.size)
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                      filters.size, bias.size);
}

static finnc_status conv_shapes(finnc_infer *in)
{
    if (finnc_infer_rank(in, 1) > 0)
        FINNC_TRY(fnc_infer_need_bias(in, finnc_infer_dim(in, 1, 0)));
    return fnc_infer_conv(in, 1, finnc_infer_elem(in, 0));
}

/* By the sizes that there are, and by output_shape without them. */
static finnc_status transposed_dim(const finnc_infer *in, const fnc_window_attrs *attrs,
                                   fnc_windows *w, int axis, finnc_dim *dim)
{
    FINNC_TRY(fnc_windows_status(in->cx, fnc_windows_place_transposed(w, attrs, axis, dim->size)));
    *dim = w->in[axis] < 0 ? fnc_unknown_dim() : fnc_known(w->in[axis]);
    return FINNC_OK;
}

static finnc_status conv_transpose_shapes(finnc_infer *in)
{
    fnc_shape x, w;
    read_operands(in, 1, &x, &w);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    fnc_windows windows;
    bool is_known;
    const fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    FINNC_TRY(read_windows(in, &attrs, &x, &w, &windows, &is_known));
    if (w.rank >= 0)
        FINNC_TRY(fnc_windows_status(
            in->cx, fnc_windows_check_transposed(&windows, x.dims[1].size, w.dims[0].size)));
    x.dims[1] = w.rank >= 0 ? fnc_dim_mul(w.dims[1], fnc_known(windows.group)) : fnc_unknown_dim();
    FINNC_TRY(fnc_infer_need_bias(in, x.dims[1]));
    for (int i = 2; i < x.rank && is_known; i++)
        FINNC_TRY(transposed_dim(in, &attrs, &windows, i - 2, &x.dims[i]));
    if (!is_known)
        forget_axes(&x);
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
