/* ONNX's own quantisers. Scales and zero points lie per tensor, per axis, or per block of an axis.
 */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

/* ---- how the parameters lie under the data ---- */

/* Data are rows of `inner` elements, `axis_dim` to each outer element. */
typedef struct grid {
    int64_t axis_dim, inner;
    int64_t steps, block; /* parameters along the axis; elements that share one */
    bool is_blocked;      /* a row has as many parameters as elements; else one for all of it */
} grid;

/* Where the parameters of a row begin. */
static int64_t param_at(const grid *g, int64_t row)
{
    int64_t along = row % g->axis_dim / g->block;
    return g->is_blocked ? (row / g->axis_dim * g->steps + along) * g->inner : along;
}

static finnc_status find_blocks(fnc_call *call, int axis, int64_t block, grid *g)
{
    const fnc_array *x = &call->in[0], *scale = &call->in[1];
    if (scale->rank != x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "scales of rank %d for blocks of rank %d",
                          scale->rank, x->rank);
    g->is_blocked = true;
    g->block = block;
    g->steps = scale->dims[axis];
    for (int i = 0; i < x->rank; i++)
        if (i != axis && scale->dims[i] != x->dims[i])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " scales for %" PRId64 " elements along axis %d",
                              scale->dims[i], x->dims[i], i);
    if (g->steps != g->axis_dim / block + (g->axis_dim % block != 0))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " scales for %" PRId64 " elements in blocks of %" PRId64,
                          g->steps, g->axis_dim, block);
    return FINNC_OK;
}

static finnc_status find_grid(fnc_call *call, grid *g)
{
    const fnc_array *x = &call->in[0], *scale = &call->in[1];
    int64_t block = finnc_node_attr_int(call->node, "block_size");
    int axis;
    *g = (grid){.axis_dim = 1, .inner = x->nelems, .steps = 1, .block = 1};
    if (scale->nelems == 1 && block == 0)
        return FINNC_OK;
    if (block < 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "block_size is %" PRId64, block);
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), x->rank, &axis));
    g->axis_dim = x->dims[axis];
    g->inner = 1;
    for (int i = axis + 1; i < x->rank; i++)
        g->inner *= x->dims[i];
    if (block > 0)
        return find_blocks(call, axis, block, g);
    g->steps = scale->nelems;
    if (scale->rank != 1 || g->steps != g->axis_dim)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " scales of rank %d for %" PRId64 " elements along axis %d",
                          g->steps, scale->rank, g->axis_dim, axis);
    return FINNC_OK;
}

/* Input 2 as doubles, if it is there: of type `elem`, as many as scales. */
static finnc_status zero_points(fnc_call *call, finnc_elem elem, const double **zeros)
{
    *zeros = NULL;
    if (!fnc_has(call, 2))
        return FINNC_OK;
    fnc_array zero;
    if (call->in[2].elem != elem)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "zero points are %s, should be %s",
                          finnc_elem_name(call->in[2].elem), finnc_elem_name(elem));
    if (call->in[2].nelems != call->in[1].nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " scales and %" PRId64 " zero points", call->in[1].nelems,
                          call->in[2].nelems);
    FINNC_TRY(fnc_in_as(call, 2, FINNC_ELEM_DOUBLE, &zero));
    *zeros = zero.data;
    return FINNC_OK;
}

/* ---- QuantizeLinear ---- */

typedef struct quantizer {
    grid g;
    finnc_elem precision; /* of the division */
    bool is_float;        /* codes are floats: not rounded here */
    double low, high;     /* else their range */
    const double *x, *scales, *zeros;
    double *codes;
} quantizer;

/* A quotient of 16-bit floats rounded to float first is the same after it is rounded again. */
static double round_to(finnc_elem precision, double x)
{
    if (precision == FINNC_ELEM_DOUBLE)
        return x;
    return precision == FINNC_ELEM_FLOAT
               ? (double)(float)x
               : finnc_elem_decode(precision, finnc_elem_encode(precision, x));
}

/* Items: elements. */
static void quantize_range(void *user, int64_t begin, int64_t end)
{
    const quantizer *q = user;
    for (int64_t at = begin; at < end;) {
        int64_t row = at / q->g.inner, i = at % q->g.inner, step = q->g.is_blocked;
        int64_t n = q->g.inner - i < end - at ? q->g.inner - i : end - at;
        int64_t first = param_at(&q->g, row) + i * step;
        for (int64_t k = 0; k < n; k++) {
            int64_t p = first + k * step;
            double code = round_to(q->precision, q->x[at + k] / q->scales[p]);
            if (!q->is_float)
                code = rint(code);
            code += q->zeros ? q->zeros[p] : 0;
            if (!q->is_float)
                code = code < q->low ? q->low : code > q->high ? q->high : code;
            q->codes[at + k] = code;
        }
        at += n;
    }
}

/* The element type of the codes: output_dtype, the zero point's, or UINT8. */
static finnc_elem code_elem(const fnc_call *call)
{
    int64_t said = finnc_node_attr_int(call->node, "output_dtype"); /* a fitting one: checked */
    return said ? (finnc_elem)said : fnc_has(call, 2) ? call->in[2].elem : FINNC_ELEM_UINT8;
}

/* What is divided in: the type of the scales, unless the node says another. FLOAT8E8M0 holds no
 * quotients; integers are divided exactly. */
static finnc_elem division_elem(const fnc_call *call)
{
    int64_t said = finnc_node_attr_int(call->node, "precision");
    finnc_elem elem = said ? (finnc_elem)said : call->in[1].elem;
    return elem == FINNC_ELEM_FLOAT8E8M0 ? FINNC_ELEM_FLOAT
           : elem == FINNC_ELEM_INT32    ? FINNC_ELEM_DOUBLE
                                         : elem;
}

/* Input `i` rounded to `precision`, as doubles. */
static finnc_status read_rounded(fnc_call *call, size_t i, finnc_elem precision, const double **x)
{
    fnc_array rounded;
    FINNC_TRY(fnc_in_as(call, i, precision, &rounded));
    if (precision == FINNC_ELEM_DOUBLE) {
        *x = rounded.data;
        return FINNC_OK;
    }
    double *doubles = FNC_SCRATCH(call, double, rounded.nelems);
    if (!doubles)
        return finnc_no_memory(call->cx);
    fnc_convert(precision, rounded.data, FINNC_ELEM_DOUBLE, doubles, rounded.nelems);
    *x = doubles;
    return FINNC_OK;
}

static void store_codes(const fnc_call *call, const quantizer *q, finnc_elem elem, int64_t n,
                        void *out)
{
    bool saturates = finnc_node_attr_int(call->node, "saturate") != 0;
    if (saturates || !q->is_float || finnc_elem_bits(elem) != 8) {
        fnc_convert(FINNC_ELEM_DOUBLE, q->codes, elem, out, n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        ((uint8_t *)out)[i] =
            (uint8_t)finnc_elem_encode_as(elem, q->codes[i], false, FINNC_ROUND_NEAREST);
}

static finnc_status quantize(fnc_call *call)
{
    quantizer q;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    finnc_elem elem = code_elem(call);
    FINNC_TRY(find_grid(call, &q.g));
    q.precision = division_elem(call);
    q.is_float = finnc_elem_is_float(elem);
    int bits = finnc_elem_bits(elem);
    bool is_signed = finnc_elem_is_signed(elem);
    q.low = is_signed ? -ldexp(1, bits - 1) : 0;
    q.high = ldexp(1, is_signed ? bits - 1 : bits) - 1;
    FINNC_TRY(zero_points(call, elem, &q.zeros));
    FINNC_TRY(read_rounded(call, 0, q.precision, &q.x));
    FINNC_TRY(read_rounded(call, 1, q.precision, &q.scales));
    const fnc_array *x = &call->in[0];
    q.codes = FNC_SCRATCH(call, double, x->nelems);
    FINNC_TRY(fnc_out(call, 0, elem, x->rank, x->dims, &out));
    if (!q.codes)
        return finnc_no_memory(call->cx);
    fnc_parallel_long(call, x->nelems, 8, quantize_range, &q);
    FINNC_TRY(finnc_ctx_check(call->cx)); /* else some have no code yet */
    store_codes(call, &q, elem, x->nelems, out);
    return FINNC_OK;
}

/* ---- DequantizeLinear ---- */

typedef struct dequantizer {
    grid g;
    const double *codes, *zeros;
    const float *scales;
    float *y;
} dequantizer;

/* Items: elements. */
static void dequantize_range(void *user, int64_t begin, int64_t end)
{
    const dequantizer *d = user;
    for (int64_t at = begin; at < end;) {
        int64_t row = at / d->g.inner, i = at % d->g.inner, step = d->g.is_blocked;
        int64_t n = d->g.inner - i < end - at ? d->g.inner - i : end - at;
        int64_t first = param_at(&d->g, row) + i * step;
        for (int64_t k = 0; k < n; k++) {
            int64_t p = first + k * step;
            double zero = d->zeros ? d->zeros[p] : 0;
            d->y[at + k] = (float)(d->codes[at + k] - zero) * d->scales[p];
        }
        at += n;
    }
}

static finnc_status dequantize(fnc_call *call)
{
    fnc_array x, scale;
    dequantizer d;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    int64_t said = finnc_node_attr_int(call->node, "output_dtype"); /* a fitting one: checked */
    finnc_elem elem = said ? (finnc_elem)said : call->in[1].elem;
    if (elem == FINNC_ELEM_FLOAT8E8M0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "scales are FLOAT8E8M0, which the result "
                          "cannot be: output_dtype is missing");
    FINNC_TRY(find_grid(call, &d.g));
    FINNC_TRY(zero_points(call, call->in[0].elem, &d.zeros));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &scale));
    d.codes = x.data;
    d.scales = scale.data;
    FINNC_TRY(fnc_out(call, 0, elem, x.rank, x.dims, &out));
    d.y = elem == FINNC_ELEM_FLOAT ? out : FNC_SCRATCH(call, float, x.nelems);
    if (!d.y)
        return finnc_no_memory(call->cx);
    fnc_parallel_long(call, x.nelems, 4, dequantize_range, &d);
    if (d.y != out)
        fnc_convert(FINNC_ELEM_FLOAT, d.y, elem, out, x.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_quantize_linear = {.run = quantize, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_dequantize_linear = {.run = dequantize, .takes = FNC_TAKES_ALL};
