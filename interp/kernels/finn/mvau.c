/* MVAU and VVAU: products with weights, and thresholds behind them. */
#include "../hardware.h"
#include "../xnor.h"

#include <inttypes.h>

/* Zeros and ones for signs: (x + 1) / 2. */
static finnc_status to_bits(fnc_call *call, size_t i, fnc_array *bits)
{
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_FLOAT, bits));
    float *b = FNC_SCRATCH(call, float, bits->nelems);
    const float *x = bits->data;
    if (!b)
        return finnc_no_memory(call->cx);
    for (int64_t k = 0; k < bits->nelems; k++)
        b[k] = (x[k] + 1) / 2;
    bits->data = b;
    return FINNC_OK;
}

/* Thresholds, unless noActivation. Signs for outputs that are BIPOLAR, whatever ActVal is. */
static finnc_status activate(fnc_call *call, const fnc_array *sums)
{
    if (finnc_node_int(call->node, "noActivation", 0) != 0)
        return fnc_hw_plain(call, sums);
    if (fnc_is_bipolar(call, "outputDataType"))
        return fnc_hw_activate(call, sums, 2, 2, -1);
    return fnc_hw_activate(call, sums, 2, 1, (double)finnc_node_int(call->node, "ActVal", 0));
}

/* A layer reads a stream of vectors. Its data may be pictures that make a vector each, all pixels
 * together (RemoveCNVtoFCFlatten): numInputVectors says how many. */
static void read_as_vectors(const fnc_call *call, fnc_array *x, int64_t dims[FINNC_MAX_RANK])
{
    size_t count;
    const int64_t *vectors = finnc_node_ints(call->node, "numInputVectors", &count);
    int64_t n = finnc_node_int(call->node, "MW", 0);
    if (!vectors || count >= FINNC_MAX_RANK || x->rank < 1 || x->dims[x->rank - 1] == n)
        return;
    dims[count] = n;
    for (size_t i = 0; i < count; i++)
        if (!fnc_mul_i64(n, dims[i] = vectors[i], &n))
            return;
    if (n != x->nelems)
        return;
    x->rank = (int)count + 1;
    x->dims = dims;
}

static finnc_status multiply(fnc_call *call)
{
    fnc_matmul shape;
    fnc_array y;
    finnc_dtype x_dtype, w_dtype;
    FINNC_TRY(fnc_hw_dtype(call, "inputDataType", &x_dtype));
    FINNC_TRY(fnc_hw_dtype(call, "weightDataType", &w_dtype));
    bool both_bipolar =
        fnc_is_bipolar(call, "inputDataType") && fnc_is_bipolar(call, "weightDataType");
    if (finnc_node_int(call->node, "binaryXnorMode", 0) != 0) {
        FINNC_TRY(fnc_xnor_inputs(call, &shape, &y));
    } else if (both_bipolar) {
        fnc_array a, b;
        FINNC_TRY(to_bits(call, 0, &a));
        FINNC_TRY(to_bits(call, 1, &b));
        FINNC_TRY(fnc_xnor(call, &a, &b, &shape, &y));
    } else {
        FINNC_TRY(fnc_matmul_inputs(call, x_dtype, w_dtype, &shape, &y));
    }
    return activate(call, &y);
}

static finnc_status mvau(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    fnc_array in[3] = {{0}};
    int64_t dims[FINNC_MAX_RANK];
    fnc_call vectors = *call;
    for (size_t i = 0; i < call->ninputs && i < 3; i++)
        in[i] = call->in[i];
    read_as_vectors(call, &in[0], dims);
    vectors.in = in;
    return multiply(&vectors);
}

const fnc_kernel fnc_kernel_finn_mvau = {.run = mvau};

/* ---- VVAU: every channel has a filter of its own ---- */

static finnc_status vvau(fnc_call *call)
{
    fnc_array x, w;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_DOUBLE, &w));
    if (x.rank != 4 || w.rank != 4)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "data of rank %d and weights of rank %d",
                          x.rank, w.rank);
    int64_t channels = w.dims[0], taps = w.dims[2] * w.dims[3];
    int64_t together = fnc_hw_channels_together(call, channels);
    if (together < 1 || channels % together || x.dims[3] != channels * taps)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements for %" PRId64 " channels of %" PRId64
                          " taps, %" PRId64 " channels together",
                          x.dims[3], channels, taps, together);
    const int64_t dims[] = {x.dims[0], x.dims[1], x.dims[2], channels};
    int64_t places = dims[0] * dims[1] * dims[2];
    double *y = FNC_SCRATCH(call, double, places *channels);
    if (!y)
        return finnc_no_memory(call->cx);
    bool both_bipolar =
        fnc_is_bipolar(call, "inputDataType") && fnc_is_bipolar(call, "weightDataType");
    for (int64_t at = 0; at < places; at++)
        for (int64_t c = 0; c < channels; c++) {
            const double *from = (const double *)x.data + at * channels * taps +
                                 c / together * together * taps + c % together;
            const double *weights = (const double *)w.data + c * taps;
            double sum = 0;
            for (int64_t t = 0; t < taps; t++)
                sum += from[t * together] * weights[t];
            y[at * channels + c] = both_bipolar ? (sum + (double)taps) / 2 : sum;
        }
    fnc_array result = {FINNC_ELEM_DOUBLE, 4, places * channels, dims, y};
    return activate(call, &result);
}

const fnc_kernel fnc_kernel_finn_vvau = {.run = vvau};

/* ---- Thresholding ---- */

static finnc_status thresholding(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    double bias = (double)finnc_node_int(call->node, "ActVal", 0);
    if (fnc_is_bipolar(call, "outputDataType")) /* signs of what the count and ActVal make */
        return fnc_hw_activate(call, &call->in[0], 1, 2, 2 * bias - 1);
    return fnc_hw_activate(call, &call->in[0], 1, 1, bias);
}

const fnc_kernel fnc_kernel_finn_thresholding = {.run = thresholding};
