/* Windows over spatial axes: the sizes of what convolutions and pools make. */
#include "infer.h"

#include <math.h>

finnc_status fnc_infer_windows(const finnc_infer *in, const fnc_window_attrs *attrs, int rank,
                               const int64_t *kernel, fnc_windows *w)
{
    return fnc_windows_status(in->cx, fnc_windows_read(attrs, rank, kernel, w));
}

finnc_status fnc_infer_window(const finnc_infer *in, fnc_windows *w, int axis, finnc_dim *dim)
{
    const int64_t size = dim->size;
    *dim = fnc_unknown_dim();
    if (size < 0)
        return FINNC_OK;
    FINNC_TRY(fnc_windows_status(in->cx, fnc_windows_place(w, axis, size)));
    /* Before version 22 of the pools the text did not leave the last window out, though whatever
     * runs them did: models hold either number. */
    if (!w->is_cut[axis] || in->version >= 22)
        *dim = fnc_known(w->out[axis]);
    return FINNC_OK;
}

finnc_status fnc_infer_window_dims(const finnc_infer *in, const fnc_window_attrs *attrs, int rank,
                                   finnc_dim *dims)
{
    fnc_windows w;
    FINNC_TRY(fnc_infer_windows(in, attrs, rank, NULL, &w));
    for (int i = 0; i < rank; i++)
        FINNC_TRY(fnc_infer_window(in, &w, i, &dims[i]));
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
    const fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    FINNC_TRY(fnc_infer_window_dims(in, &attrs, x.rank - 2, x.dims + 2));
    FINNC_TRY(fnc_infer_set(in, 0, &x));
    x.elem = FINNC_ELEM_INT64;
    return finnc_infer_noutputs(in) > 1 ? fnc_infer_set(in, 1, &x) : FINNC_OK;
}

/* Windows that make no sense are for the rule of shapes to tell. */
static bool may_miss(const finnc_infer *in, const fnc_window_attrs *attrs, int first_axis)
{
    fnc_windows w;
    const bool has_rank = finnc_infer_rank(in, 0) >= 0;
    const int rank = has_rank ? finnc_infer_rank(in, 0) - 2 : (int)attrs->kernel.count;
    if (rank < 1 || fnc_windows_read(attrs, rank, NULL, &w))
        return false;
    for (int i = 0; i < rank; i++) {
        const int64_t size = has_rank ? finnc_infer_dim(in, 0, first_axis + i).size : -1;
        if (size < 0 ? fnc_windows_may_ever_miss(&w, i)
                     : !fnc_windows_place(&w, i, size) && fnc_windows_may_miss(&w, i))
            return true;
    }
    return false;
}

finnc_status fnc_infer_max_dtype(finnc_infer *in, int first_axis)
{
    const fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    finnc_dtype t = finnc_infer_dtype(in, 0);
    if (may_miss(in, &attrs, first_axis))
        t = fnc_dtype_with(t, -INFINITY);
    return finnc_infer_set_dtype(in, 0, t);
}
