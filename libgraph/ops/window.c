/* Windows over spatial axes: the arithmetic that convolutions and pools share. */
#include "infer.h"

#include "../base/window.h"

#include <inttypes.h>
#include <string.h>

/* A list of `rank` (or 2 * rank) entries from an attribute, or `fallback` in each. */
static finnc_status read_list(const finnc_infer *in, const char *name, size_t length,
                              int64_t fallback, int64_t least, int64_t *x)
{
    size_t count;
    const int64_t *list = finnc_node_ints(in->node, name, &count);
    if (list && count != length)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s has %zu entries, should have %zu",
                          name, count, length);
    for (size_t i = 0; i < length; i++) {
        x[i] = list ? list[i] : fallback;
        if (x[i] < least)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s holds %" PRId64, name, x[i]);
    }
    return FINNC_OK;
}

finnc_status fnc_window_read(const finnc_infer *in, size_t rank, const int64_t *kernel,
                             fnc_window *w)
{
    *w = (fnc_window){.rank = rank};
    if (rank > FINNC_MAX_RANK / 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu spatial axes", rank);
    size_t count;
    if (!kernel)
        FINNC_TRY(finnc_node_need_ints(in->cx, in->node, "kernel_shape", &kernel, &count));
    if (finnc_node_ints(in->node, "kernel_shape", &count))
        FINNC_TRY(read_list(in, "kernel_shape", rank, 1, 1, w->kernel));
    else
        memcpy(w->kernel, kernel, rank * sizeof *kernel);
    for (size_t i = 0; i < rank; i++)
        if (kernel && kernel[i] > 0 && kernel[i] != w->kernel[i])
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "attribute kernel_shape says %" PRId64 " along axis %zu, the weights "
                              "have %" PRId64,
                              w->kernel[i], i + 2, kernel[i]);
    int64_t pads[FINNC_MAX_RANK];
    FINNC_TRY(read_list(in, "strides", rank, 1, 1, w->stride));
    FINNC_TRY(read_list(in, "dilations", rank, 1, 1, w->dilation));
    FINNC_TRY(read_list(in, "pads", 2 * rank, 0, -INT64_MAX, pads)); /* can be negated */
    const char *mode = finnc_node_string(in->node, "auto_pad", "NOTSET");
    w->same = !strncmp(mode, "SAME_", 5);
    w->ceil = finnc_node_int(in->node, "ceil_mode", 0) != 0;
    bool valid = !strcmp(mode, "VALID");
    if (valid)
        w->ceil = false; /* which counts windows in the padding */
    for (size_t i = 0; i < rank && !valid && !w->same; i++) {
        w->begin[i] = pads[i];
        w->end[i] = pads[rank + i];
    }
    return FINNC_OK;
}

finnc_status fnc_window_out(const finnc_infer *in, const fnc_window *w, size_t axis, finnc_dim size,
                            finnc_dim *out)
{
    *out = fnc_unknown_dim();
    if (size.size < 0)
        return FINNC_OK;
    if (w->same) {
        *out = fnc_known(fnc_window_count_same(size.size, w->stride[axis]));
        return FINNC_OK;
    }
    const fnc_window_axis windows = {.size = size.size,
                                     .kernel = w->kernel[axis],
                                     .stride = w->stride[axis],
                                     .dilation = w->dilation[axis],
                                     .before = w->begin[axis],
                                     .after = w->end[axis]};
    int64_t n;
    bool is_cut;
    if (!fnc_window_count(&windows, w->ceil, &n, &is_cut))
        return finnc_fail(
            in->cx, FINNC_BAD_VALUE,
            "a kernel of %" PRId64 " (dilated by %" PRId64 ") does not fit into %" PRId64
            " elements padded by %" PRId64 " and %" PRId64,
            w->kernel[axis], w->dilation[axis], size.size, w->begin[axis], w->end[axis]);
    /* Before version 22 of the pools the text did not leave the last window out, though whatever
     * runs them did: models hold either number. */
    *out = is_cut && in->version < 22 ? fnc_unknown_dim() : fnc_known(n);
    return FINNC_OK;
}

finnc_status fnc_shapes_pool(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank < 3)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "pools a tensor of rank %d, needs batch, channels and axes to pool",
                          x.rank);
    fnc_window w;
    FINNC_TRY(fnc_window_read(in, (size_t)x.rank - 2, NULL, &w));
    for (int i = 2; i < x.rank; i++)
        FINNC_TRY(fnc_window_out(in, &w, (size_t)i - 2, x.dims[i], &x.dims[i]));
    FINNC_TRY(fnc_infer_set(in, 0, &x));
    x.elem = FINNC_ELEM_INT64;
    return finnc_infer_noutputs(in) > 1 ? fnc_infer_set(in, 1, &x) : FINNC_OK;
}
