/* Layers that look through windows: ConvolutionInputGenerator, StreamingMaxPool, Pool. */
#include "../channels_last.h"
#include "../hardware.h"
#include "../move.h"
#include "../pool.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- ConvolutionInputGenerator ---- */

/* (..., taps, channels) becomes (..., channels / SIMD, taps, SIMD): how the hardware variants feed
 * a VVAU. */
static finnc_status interleave(fnc_call *call, int64_t places, int64_t taps, int64_t channels,
                               const float *from, float *to)
{
    int64_t simd = finnc_node_attr_int(call->node, "SIMD");
    if (simd < 1 || channels % simd)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "SIMD %" PRId64 " for %" PRId64 " channels",
                          simd, channels);
    const int64_t dims[] = {places, channels / simd, taps, simd};
    const int64_t strides[] = {taps * channels, simd, channels, 1};
    int64_t to_strides[4];
    fnc_strides(4, dims, to_strides);
    fnc_copy_block(call, sizeof(float), 4, dims, from, strides, to, to_strides);
    return FINNC_OK;
}

static finnc_status convolution_input_generator(fnc_call *call)
{
    fnc_windows w;
    const float zero = 0;
    float *y;
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    const fnc_window_attrs attrs = fnc_window_attrs_of_generator(call->node);
    FINNC_TRY(fnc_windows_need(call, &attrs, 2, x->dims + 1, NULL, &w));
    int64_t channels = x->dims[3], dims[] = {x->dims[0], w.out[0], w.out[1], 0};
    if (!fnc_mul_i64(w.taps, channels, &dims[3]))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &y));
    bool is_variant = !finnc_node_is(call->node, "ConvolutionInputGenerator");
    if (!is_variant || finnc_node_attr_int(call->node, "depthwise") == 0) {
        fnc_patches(call, &w, sizeof zero, x->dims[0], channels, x->data, &zero, y);
        return FINNC_OK;
    }
    int64_t places = x->dims[0] * w.out_size;
    float *plain = FNC_SCRATCH(call, float, places *dims[3]);
    if (!plain)
        return finnc_no_memory(call->cx);
    fnc_patches(call, &w, sizeof zero, x->dims[0], channels, x->data, &zero, plain);
    return interleave(call, places, w.taps, channels, plain, y);
}

const fnc_kernel fnc_kernel_finn_convolution_input_generator = {.run = convolution_input_generator};

/* ---- StreamingMaxPool ---- */

static finnc_status streaming_max_pool(fnc_call *call)
{
    int64_t line[2], dims[4], nelems;
    const void *data;
    void *y;
    fnc_windows w;
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    const fnc_window_attrs attrs =
        fnc_window_attrs_of_streaming_max_pool(call->node, x->dims + 1, line);
    FINNC_TRY(fnc_windows_need(call, &attrs, 2, x->dims + 1, NULL, &w));
    FINNC_TRY(fnc_to_channels_first(call, x, &data, dims));
    dims[2] = w.out[0];
    dims[3] = w.out[1];
    FINNC_TRY(finnc_shape_nelems(call->cx, 4, dims, &nelems));
    float *pooled = FNC_SCRATCH(call, float, nelems);
    if (!pooled)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_max_pool(call, &w, x->elem, dims[0] * dims[1], data, pooled));
    const int64_t out[] = {dims[0], dims[2], dims[3], dims[1]};
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, out, &y));
    fnc_to_channels_last(call, x->elem, 4, dims, pooled, y);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finn_streaming_max_pool = {.run = streaming_max_pool};

/* ---- Pool: reduces the windows that a ConvolutionInputGenerator laid out ---- */

static finnc_status pool(fnc_call *call)
{
    size_t n;
    int64_t taps = 1, channels = finnc_node_int(call->node, "Channels", 0);
    int shift = 0;
    float *y;
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    const int64_t *kernel = finnc_node_ints(call->node, "KernelSize", &n);
    for (size_t i = 0; i < n; i++)
        if (kernel[i] < 1 || !fnc_mul_i64(taps, kernel[i], &taps))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "KernelSize has %" PRId64 " in it",
                              kernel[i]);
    int64_t all = -1;
    if (channels < 1 || !fnc_mul_i64(taps, channels, &all) || all != x->dims[3])
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements for %" PRId64 " channels of %" PRId64 " taps",
                          x->dims[3], channels, taps);
    int64_t together = fnc_hw_channels_together(call, channels);
    if (together < 1 || channels % together)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "PE %" PRId64 " does not divide %" PRId64 " channels", together,
                          channels);
    bool is_max = fnc_same(finnc_node_string(call->node, "Function", ""), "MaxPool");
    if (!is_max) {
        finnc_dtype from, to;
        FINNC_TRY(fnc_hw_dtype(call, "InputDataType", &from));
        FINNC_TRY(fnc_hw_dtype(call, "OutputDataType", &to));
        shift = fnc_pool_shift(finnc_dtype_bits(from), finnc_dtype_bits(to), taps);
    }
    const int64_t dims[] = {x->dims[0], x->dims[1], x->dims[2], channels};
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &y));
    const float *data = x->data;
    for (int64_t at = 0; at < dims[0] * dims[1] * dims[2]; at++)
        for (int64_t c = 0; c < channels; c++) {
            const float *from = data + at * all + c / together * together * taps + c % together;
            double result = is_max ? -INFINITY : 0;
            for (int64_t t = 0; t < taps && is_max; t++)
                if (from[t * together] > result) /* no fmax: gcc 12 for ARM fails on it here */
                    result = from[t * together];
            for (int64_t t = 0; t < taps && !is_max; t++)
                result += from[t * together];
            y[at * channels + c] = (float)(is_max ? result : floor(ldexp(result, -shift)));
        }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finn_pool = {.run = pool};

/* ---- GlobalAccPool: sums over all places ---- */

static finnc_status global_acc_pool(fnc_call *call)
{
    float *y;
    FINNC_TRY(fnc_need_inputs(call, 1));
    if (call->in[0].rank == 2)
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    FINNC_TRY(fnc_hw_input(call, 4));
    const fnc_array *x = &call->in[0];
    const int64_t dims[] = {x->dims[0], 1, 1, x->dims[3]};
    int64_t places = x->dims[1] * x->dims[2], channels = x->dims[3];
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &y));
    for (int64_t image = 0; image < dims[0]; image++)
        for (int64_t c = 0; c < channels; c++) {
            const float *from = (const float *)x->data + image * places * channels + c;
            double sum = 0;
            for (int64_t i = 0; i < places; i++)
                sum += from[i * channels];
            y[image * channels + c] = (float)sum;
        }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finn_global_acc_pool = {.run = global_acc_pool};
