/* QuantAvgPool2d: an average whose division is a shift, as hardware has it. */
#include "../channels_last.h"
#include "../pool.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Bits of the largest sum that is dropped so that `obits` are left. */
static int find_shift(int64_t ibits, int64_t obits, int64_t taps)
{
    double largest = (exp2((double)ibits) - 1) * (double)taps;
    int bits = 0;
    frexp(largest, &bits);
    return bits > obits ? bits - (int)obits : 0;
}

static finnc_status run(fnc_call *call)
{
    int64_t kernel, stride, ibits, obits, dims[FINNC_MAX_RANK], nelems;
    const void *data;
    fnc_array x;
    float *out;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_FLOAT, &x));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "kernel", &kernel));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "stride", &stride));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "ibits", &ibits));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "obits", &obits));
    bool is_last = fnc_same(finnc_node_string(call->node, "data_layout", "NCHW"), "NHWC");
    if (x.rank != 4 || kernel < 1 || kernel > INT16_MAX || stride < 1 || stride > INT32_MAX ||
        ibits < 1 || ibits > 32 || obits < 1 || obits > 64)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "rank %d, kernel %" PRId64 ", stride %" PRId64 ", %" PRId64
                          " bits to %" PRId64,
                          x.rank, kernel, stride, ibits, obits);
    memcpy(dims, x.dims, 4 * sizeof *dims);
    data = x.data;
    if (is_last)
        FINNC_TRY(fnc_to_channels_first(call, &x, &data, dims));
    fnc_windows w = {.rank = 2,
                     .in = {dims[2], dims[3]},
                     .out = {-1, -1},
                     .kernel = {kernel, kernel},
                     .stride = {stride, stride},
                     .dilation = {1, 1}};
    FINNC_TRY(fnc_windows_finish(call, false, &w));
    dims[2] = w.out[0];
    dims[3] = w.out[1];
    FINNC_TRY(finnc_shape_nelems(call->cx, 4, dims, &nelems));
    float *average = FNC_SCRATCH(call, float, nelems);
    if (!average)
        return finnc_no_memory(call->cx);
    FINNC_TRY(
        fnc_average_pool(call, &w, FINNC_ELEM_FLOAT, dims[0] * dims[1], false, data, average));
    int shift = find_shift(ibits, obits, w.taps);
    for (int64_t i = 0; i < nelems; i++) {
        double sum = rintf(average[i] * (float)w.taps);
        average[i] = (float)floor(ldexp(sum, -shift));
    }
    const int64_t last[] = {dims[0], dims[2], dims[3], dims[1]};
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 4, is_last ? last : dims, &out));
    if (is_last)
        fnc_to_channels_last(call, FINNC_ELEM_FLOAT, 4, dims, average, out);
    else
        memcpy(out, average, (size_t)nelems * sizeof *out);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_quant_avg_pool2d = {.run = run};
