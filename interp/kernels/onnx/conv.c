/* Conv: im2col and a product per group, or taps added up row by row where there is one input
 * channel to a group (depthwise). */
#include "../conv.h"
#include "../../grid.h"

/* Of quantised data or weights. The bias, which is on no grid, comes last. */
static finnc_status run_on_grid(fnc_call *call, fnc_conv *conv, const fnc_grid_product *p)
{
    float *out;
    conv->elem = p->elem;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, conv->out_rank, conv->out_dims, &out));
    void *sums = out;
    if (p->elem != FINNC_ELEM_FLOAT &&
        !(sums = fnc_scratch_array(call, sizeof(double), conv->out_nelems)))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_conv_run(call, conv, p->in[0], p->in[1], NULL, 0, sums));
    fnc_grid_scale(p, sums, conv->out_nelems, (const int64_t[]){1, conv->window.out_size}, out);
    if (!fnc_has(call, 2))
        return FINNC_OK;
    const int64_t filters = conv->out_dims[1];
    FINNC_TRY(fnc_need_shape(call, 2, 1, &filters));
    const float *bias = call->in[2].data;
    const int64_t pixels = conv->window.out_size;
    for (int64_t plane = 0; plane < conv->images * filters; plane++)
        for (int64_t i = 0; i < pixels; i++)
            out[plane * pixels + i] += bias[plane % filters];
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    fnc_conv conv;
    fnc_grid_product product;
    bool is_on_grid;
    fnc_array x, w, bias = {0};
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_conv_read(call, &call->in[0], &call->in[1], &conv));
    FINNC_TRY(fnc_grid_find(call, (const int[]){-1, 0}, conv.window.taps * conv.in_channels,
                            &product, &is_on_grid));
    if (is_on_grid && (!fnc_has(call, 2) || call->in[2].elem == FINNC_ELEM_FLOAT))
        return run_on_grid(call, &conv, &product);
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
