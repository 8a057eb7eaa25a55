/* Layers that spread pixels out, thin them or put zeros around them. Channels-last. */
#include "../hardware.h"
#include "../move.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* y[n, h, w, c] = x[n, map_h[h], map_w[w], c], 0 where a map says -1. */
static finnc_status take_pixels(fnc_call *call, const int64_t out[2], int64_t *const maps[2])
{
    const float zero = 0;
    void *y;
    const fnc_array *x = &call->in[0];
    const int64_t dims[] = {x->dims[0], out[0], out[1], x->dims[3]};
    const int64_t *all[] = {NULL, maps[0], maps[1], NULL};
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &y));
    fnc_take(call, sizeof zero, 4, x->dims, x->data, dims, y, all, &zero);
    return FINNC_OK;
}

/* Room for two maps of as many entries as the output has rows and columns. */
static finnc_status make_maps(fnc_call *call, const int64_t out[2], int64_t *maps[2])
{
    int64_t nelems;
    const int64_t *d = call->in[0].dims;
    FINNC_TRY(
        finnc_shape_nelems(call->cx, 4, (const int64_t[]){d[0], out[0], out[1], d[3]}, &nelems));
    for (int i = 0; i < 2; i++)
        if (!(maps[i] = FNC_SCRATCH(call, int64_t, out[i])))
            return finnc_no_memory(call->cx);
    return FINNC_OK;
}

static finnc_status fm_padding(fnc_call *call)
{
    size_t n;
    int64_t out[2], *maps[2];
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    const int64_t *pads = finnc_node_ints(call->node, "Padding", &n), none[] = {1, 1, 1, 1};
    pads = pads ? pads : none;
    if (pads != none && n != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "Padding has %zu numbers", n);
    for (int i = 0; i < 2; i++) {
        if (pads[i] < 0 || pads[i + 2] < 0 || pads[i] > INT32_MAX || pads[i + 2] > INT32_MAX)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "Padding has %" PRId64 " and %" PRId64 " in it", pads[i],
                              pads[i + 2]);
        out[i] = x->dims[i + 1] + pads[i] + pads[i + 2];
    }
    FINNC_TRY(make_maps(call, out, maps));
    for (int i = 0; i < 2; i++)
        for (int64_t k = 0; k < out[i]; k++) {
            int64_t at = k - pads[i];
            maps[i][k] = at >= 0 && at < x->dims[i + 1] ? at : -1;
        }
    return take_pixels(call, out, maps);
}

/* Zeros between the pixels: what a transposed convolution of stride s sees. */
static finnc_status fm_padding_pixel(fnc_call *call)
{
    int64_t stride[2], out[2], *maps[2];
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_hw_pair(call, "Stride", 1, stride));
    for (int i = 0; i < 2; i++)
        if (!fnc_mul_i64(x->dims[i + 1] - 1, stride[i], &out[i]) || ++out[i] < 0)
            return finnc_no_memory(call->cx);
    FINNC_TRY(make_maps(call, out, maps));
    for (int i = 0; i < 2; i++)
        for (int64_t k = 0; k < out[i]; k++)
            maps[i][k] = k % stride[i] ? -1 : k / stride[i];
    return take_pixels(call, out, maps);
}

static finnc_status down_sampler(fnc_call *call)
{
    int64_t stride = finnc_node_int(call->node, "Stride", 2), out[2], *maps[2];
    FINNC_TRY(fnc_hw_input(call, 4));
    if (stride < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "Stride is %" PRId64, stride);
    for (int i = 0; i < 2; i++)
        out[i] = call->in[0].dims[i + 1] > 0 ? (call->in[0].dims[i + 1] - 1) / stride + 1 : 0;
    FINNC_TRY(make_maps(call, out, maps));
    for (int i = 0; i < 2; i++)
        for (int64_t k = 0; k < out[i]; k++)
            maps[i][k] = k * stride;
    return take_pixels(call, out, maps);
}

/* Both axes by OFMDim / IFMDim; a single column stays one (DimMode 1 has data in H alone), a single
 * pixel is a square. */
static finnc_status upsample_nearest_neighbour(fnc_call *call)
{
    int64_t out[2], *maps[2];
    double to = (double)finnc_node_int(call->node, "OFMDim", 1);
    double from = (double)finnc_node_int(call->node, "IFMDim", 1);
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    bool is_1d =
        finnc_node_attr_int(call->node, "DimMode") != 0 || (x->dims[2] == 1 && x->dims[1] != 1);
    double ratio = rint(to / from);
    if (!(ratio >= 1 && ratio <= INT32_MAX))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "OFMDim %g for IFMDim %g", to, from);
    int64_t factors[] = {(int64_t)ratio, is_1d ? 1 : (int64_t)ratio};
    for (int i = 0; i < 2; i++)
        if (!fnc_mul_i64(x->dims[i + 1], factors[i], &out[i]))
            return finnc_no_memory(call->cx);
    FINNC_TRY(make_maps(call, out, maps));
    for (int i = 0; i < 2; i++)
        for (int64_t k = 0; k < out[i]; k++)
            maps[i][k] = k / factors[i];
    return take_pixels(call, out, maps);
}

const fnc_kernel fnc_kernel_finn_fm_padding = {.run = fm_padding};
const fnc_kernel fnc_kernel_finn_fm_padding_pixel = {.run = fm_padding_pixel};
const fnc_kernel fnc_kernel_finn_down_sampler = {.run = down_sampler};
const fnc_kernel fnc_kernel_finn_upsample_nearest_neighbour = {.run = upsample_nearest_neighbour};
