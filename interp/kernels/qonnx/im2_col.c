/* Im2Col: the elements under each window of channels-last data, side by side. Every image of a
 * batch is cut on its own (upstream mixes them up for batches above 1). */
#include "../channels_last.h"

static finnc_status run(fnc_call *call)
{
    fnc_windows w;
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(call->node);
    FINNC_TRY(fnc_windows_need(call, &attrs, 2, x->dims + 1, NULL, &w));
    const int64_t channels = x->dims[3];
    int64_t dims[] = {x->dims[0], w.out[0], w.out[1], 0};
    if (!fnc_mul_i64(w.taps, channels, &dims[3]))
        return finnc_no_memory(call->cx);
    double value = (double)finnc_node_attr_int(call->node, "pad_value");
    uint64_t fill = 0;
    fnc_convert(FINNC_ELEM_DOUBLE, &value, x->elem, &fill, 1);
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &y));
    fnc_patches(call, &w, fnc_elem_size(x->elem), x->dims[0], channels, x->data, &fill, y);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_im2_col = {.run = run};
