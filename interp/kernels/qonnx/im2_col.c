/* Im2Col: the elements under each window of channels-last data, side by side. Every image of a
 * batch is cut on its own (upstream mixes them up for batches above 1). */
#include "../channels_last.h"

#include <inttypes.h>

static finnc_status list(fnc_call *call, const char *name, size_t count, int64_t least, int64_t *to)
{
    size_t n;
    const int64_t *given = finnc_node_ints(call->node, name, &n);
    for (size_t i = 0; given && i < count; i++) {
        if (n != count || given[i] < least || given[i] > INT32_MAX)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s does not hold %zu sound numbers", name,
                              count);
        to[i] = given[i];
    }
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    int64_t pads[4] = {0};
    fnc_windows w = {.rank = 2, .dilation = {1, 1}, .out = {-1, -1}};
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    FINNC_TRY(list(call, "kernel_size", 2, 1, w.kernel));
    FINNC_TRY(list(call, "stride", 2, 1, w.stride));
    FINNC_TRY(list(call, "dilations", 2, 1, w.dilation));
    FINNC_TRY(list(call, "pad_amount", 4, 0, pads));
    if (w.kernel[0] == 0 || w.stride[0] == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "kernel_size or stride is missing");
    for (int i = 0; i < 2; i++) {
        w.in[i] = x->dims[i + 1];
        w.before[i] = pads[i];
        w.after[i] = pads[i + 2];
    }
    FINNC_TRY(fnc_windows_finish(call, false, &w));
    const int64_t channels = x->dims[3];
    int64_t dims[] = {x->dims[0], w.out[0], w.out[1], 0};
    if (!fnc_mul_i64(w.taps, channels, &dims[3]))
        return finnc_no_memory(call->cx);
    double value = (double)finnc_node_int(call->node, "pad_value", 0);
    uint64_t fill = 0;
    fnc_convert(FINNC_ELEM_DOUBLE, &value, x->elem, &fill, 1);
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &y));
    fnc_patches(call, &w, fnc_elem_size(x->elem), x->dims[0], channels, x->data, &fill, y);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_im2_col = {.run = run};
