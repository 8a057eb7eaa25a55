/* Standard ops on channels-last data. */
#include "../batchnorm.h"
#include "../channels_last_pool.h"
#include "../conv.h"

#include <string.h>

/* The weights are channels-last too: (filters, spatial..., channels). */
static finnc_status conv(fnc_call *call)
{
    fnc_conv shape;
    fnc_array x, w, bias = {0}, first_x, first_w;
    int64_t x_dims[FINNC_MAX_RANK], w_dims[FINNC_MAX_RANK], dims[FINNC_MAX_RANK];
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    first_x = call->in[0];
    first_w = call->in[1];
    FINNC_TRY(fnc_to_channels_first(call, &call->in[0], &first_x.data, x_dims));
    FINNC_TRY(fnc_to_channels_first(call, &call->in[1], &first_w.data, w_dims));
    first_x.dims = x_dims;
    first_w.dims = w_dims;
    FINNC_TRY(fnc_conv_read(call, &first_x, &first_w, &shape));
    x = first_x;
    w = first_w;
    finnc_elem stored = x.elem;
    void *wide_x = (void *)x.data, *wide_w = (void *)w.data;
    if (x.elem != shape.elem && !(wide_x = fnc_scratch_array(call, sizeof(double), x.nelems)))
        return finnc_no_memory(call->cx);
    if (w.elem != shape.elem && !(wide_w = fnc_scratch_array(call, sizeof(double), w.nelems)))
        return finnc_no_memory(call->cx);
    if (x.elem != shape.elem)
        fnc_convert(x.elem, x.data, shape.elem, wide_x, x.nelems);
    if (w.elem != shape.elem)
        fnc_convert(w.elem, w.data, shape.elem, wide_w, w.nelems);
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, shape.elem, &bias));
    void *y = fnc_scratch_array(call, fnc_elem_size(shape.elem), shape.out_nelems);
    void *narrow = fnc_scratch_array(call, fnc_elem_size(stored), shape.out_nelems);
    if (!y || !narrow)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_conv_run(call, &shape, wide_x, wide_w, bias.data, bias.nelems, y));
    fnc_convert(shape.elem, y, stored, narrow, shape.out_nelems);
    int rank = shape.out_rank;
    dims[0] = shape.out_dims[0];
    memcpy(dims + 1, shape.out_dims + 2, (size_t)(rank - 2) * sizeof *dims);
    dims[rank - 1] = shape.out_dims[1];
    FINNC_TRY(fnc_out(call, 0, stored, rank, dims, &out));
    fnc_to_channels_last(call, stored, rank, shape.out_dims, narrow, out);
    return FINNC_OK;
}

static finnc_status max_pool(fnc_call *call)
{
    return fnc_max_pool_last(call);
}

static finnc_status batch_normalization(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank < 1 || !finnc_elem_is_float(x->elem))
        return fnc_bad_elem(call, 0);
    return fnc_batchnorm(call, fnc_channels_along(x, x->rank - 1), finnc_node_trains(call->node));
}

const fnc_kernel fnc_kernel_qonnx_channels_last_conv = {.run = conv};
const fnc_kernel fnc_kernel_qonnx_channels_last_max_pool = {.run = max_pool};
const fnc_kernel fnc_kernel_qonnx_channels_last_batch_normalization = {.run = batch_normalization};
