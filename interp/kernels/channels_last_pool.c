#include "channels_last_pool.h"

#include <string.h>

finnc_status fnc_max_pool_last(fnc_call *call)
{
    const void *data;
    void *y;
    int64_t dims[FINNC_MAX_RANK], out[FINNC_MAX_RANK], nelems;
    fnc_windows w = {0};
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    int rank = x->rank;
    if (rank < 3)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", rank);
    FINNC_TRY(fnc_to_channels_first(call, x, &data, dims));
    fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    attrs.first_axis = 1;
    FINNC_TRY(fnc_windows_need(call, &attrs, rank - 2, dims + 2, NULL, &w));
    memcpy(dims + 2, w.out, (size_t)w.rank * sizeof *dims);
    FINNC_TRY(finnc_shape_nelems(call->cx, rank, dims, &nelems));
    void *pooled = fnc_scratch_array(call, fnc_elem_size(x->elem), nelems);
    if (!pooled)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_max_pool(call, &w, x->elem, dims[0] * dims[1], data, pooled));
    out[0] = dims[0];
    memcpy(out + 1, w.out, (size_t)w.rank * sizeof *out);
    out[rank - 1] = dims[1];
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, out, &y));
    fnc_to_channels_last(call, x->elem, rank, dims, pooled, y);
    return FINNC_OK;
}
