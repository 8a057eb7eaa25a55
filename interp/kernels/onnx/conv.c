/* Conv: im2col and a product per group, or taps added up row by row where there is one input
 * channel to a group (depthwise). */
#include "../conv.h"

static finnc_status run(fnc_call *call)
{
    fnc_conv conv;
    fnc_array x, w, bias = {0};
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_conv_read(call, &call->in[0], &call->in[1], &conv));
    FINNC_TRY(fnc_in_as(call, 0, conv.elem, &x));
    FINNC_TRY(fnc_in_as(call, 1, conv.elem, &w));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, conv.elem, &bias));
    void *y, *out;
    finnc_elem stored = call->in[0].elem;
    FINNC_TRY(fnc_out(call, 0, stored, conv.out_rank, conv.out_dims, &out));
    y = out;
    if (stored != conv.elem && !(y = fnc_scratch_array(call, sizeof(double), conv.out_nelems)))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_conv_run(call, &conv, x.data, w.data, bias.data, bias.nelems, y));
    if (y != out)
        fnc_convert(conv.elem, y, stored, out, conv.out_nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_conv = {.run = run};
