/* ONNX's own quantisers. Scales and zero points lie per tensor, per axis, or per block of an axis.
 */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

/* How the parameters lie under the data. */
typedef struct grid {
    int axis;
    int64_t axis_dim, inner; /* elements along the axis, and behind it */
    int64_t steps, block;    /* parameters along the axis; elements that share one */
    bool is_blocked;         /* parameters vary along all axes */
} grid;

static int64_t param_at(const grid *g, int64_t i)
{
    if (g->steps <= 1 && !g->is_blocked)
        return 0;
    int64_t along = i / g->inner % g->axis_dim / g->block;
    if (!g->is_blocked)
        return along;
    return (i / g->inner / g->axis_dim * g->steps + along) * g->inner + i % g->inner;
}

static finnc_status find_grid(fnc_call *call, const fnc_array *scale, grid *g)
{
    const fnc_array *x = &call->in[0];
    int64_t block = finnc_node_int(call->node, "block_size", 0);
    *g = (grid){.axis_dim = 1, .inner = 1, .steps = 1, .block = 1};
    if (scale->nelems == 1 && block == 0)
        return FINNC_OK;
    FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 1), x->rank, &g->axis));
    g->axis_dim = x->dims[g->axis];
    for (int i = g->axis + 1; i < x->rank; i++)
        g->inner *= x->dims[i];
    g->is_blocked = block > 0;
    if (g->is_blocked) {
        if (scale->rank != x->rank)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "scales of rank %d for data of rank %d",
                              scale->rank, x->rank);
        g->block = block;
        g->steps = scale->dims[g->axis];
        for (int i = 0; i < x->rank; i++)
            if (i != g->axis && scale->dims[i] != x->dims[i])
                return finnc_fail(call->cx, FINNC_BAD_VALUE, "scales do not fit along axis %d", i);
        if (g->steps != (g->axis_dim + block - 1) / block)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " scales for %" PRId64 " elements in blocks of %" PRId64,
                              g->steps, g->axis_dim, block);
        return FINNC_OK;
    }
    g->steps = scale->nelems;
    if (g->steps != g->axis_dim)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " scales for %" PRId64 " elements along axis %d", g->steps,
                          g->axis_dim, g->axis);
    return FINNC_OK;
}

static finnc_status zero_points(fnc_call *call, const fnc_array *scale, fnc_array *zero)
{
    *zero = (fnc_array){0};
    if (!fnc_has(call, 2))
        return FINNC_OK;
    FINNC_TRY(fnc_in_as(call, 2, FINNC_ELEM_DOUBLE, zero));
    if (zero->nelems != scale->nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " scales and %" PRId64 " zero points", scale->nelems,
                          zero->nelems);
    return FINNC_OK;
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The element type of the codes: the zero point's, else output_dtype, else UINT8. */
static finnc_elem code_elem(const fnc_call *call)
{
    if (fnc_has(call, 2))
        return call->in[2].elem;
    int64_t given = finnc_node_int(call->node, "output_dtype", 0);
    return given > 0 && given < FNC_NELEMS ? (finnc_elem)given : FINNC_ELEM_UINT8;
}

static finnc_status quantize(fnc_call *call)
{
    fnc_array x, scale, zero;
    grid g;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_FLOAT, &x));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &scale));
    FINNC_TRY(find_grid(call, &scale, &g));
    FINNC_TRY(zero_points(call, &scale, &zero));
    finnc_elem elem = code_elem(call);
    int bits = finnc_elem_bits(elem);
    bool is_float = finnc_elem_is_float(elem), is_signed = finnc_elem_is_signed(elem);
    double low = is_signed ? -ldexp(1, bits - 1) : 0;
    double high = ldexp(1, is_signed ? bits - 1 : bits) - 1;
    float *codes = FNC_SCRATCH(call, float, x.nelems);
    FINNC_TRY(fnc_out(call, 0, elem, x.rank, x.dims, &out));
    if (!codes)
        return finnc_no_memory(call->cx);
    const float *data = x.data, *scales = scale.data;
    for (int64_t i = 0; i < x.nelems; i++) {
        int64_t p = param_at(&g, i);
        float scaled = data[i] / scales[p];
        double z = zero.data ? ((const double *)zero.data)[p] : 0;
        codes[i] = is_float ? scaled : (float)clamp(rintf(scaled) + z, low, high);
    }
    fnc_convert(FINNC_ELEM_FLOAT, codes, elem, out, x.nelems);
    return FINNC_OK;
}

static finnc_status dequantize(fnc_call *call)
{
    fnc_array x, scale, zero;
    grid g;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &scale));
    FINNC_TRY(find_grid(call, &scale, &g));
    FINNC_TRY(zero_points(call, &scale, &zero));
    float *values = FNC_SCRATCH(call, float, x.nelems);
    finnc_elem elem = call->in[1].elem;
    FINNC_TRY(fnc_out(call, 0, elem, x.rank, x.dims, &out));
    if (!values)
        return finnc_no_memory(call->cx);
    const double *codes = x.data;
    const float *scales = scale.data;
    for (int64_t i = 0; i < x.nelems; i++) {
        int64_t p = param_at(&g, i);
        double z = zero.data ? ((const double *)zero.data)[p] : 0;
        values[i] = (float)(codes[i] - z) * scales[p];
    }
    fnc_convert(FINNC_ELEM_FLOAT, values, elem, out, x.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_quantize_linear = {.run = quantize, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_dequantize_linear = {.run = dequantize, .takes = FNC_TAKES_ALL};
