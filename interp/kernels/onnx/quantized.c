/* ConvInteger, QLinearConv, QLinearMatMul, DynamicQuantizeLinear. Sums of products of codes are
 * taken in double, which holds them exactly; only the division by y_scale rounds. */
#include "../broadcast.h"
#include "../conv.h"
#include "../matmul.h"

#include <inttypes.h>
#include <math.h>

/* Input `i` as doubles: one, or `count` of them. */
static finnc_status read_params(fnc_call *call, size_t i, int64_t count, fnc_array *params)
{
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, params));
    if (params->nelems != 1 && (params->nelems != count || params->rank != 1))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "input %zu has %" PRId64 " elements, should have 1 or a list of %" PRId64,
                          i, params->nelems, count);
    return FINNC_OK;
}

/* Numbers as codes of `elem`: rounded to even and saturated, or (small floats) left to the
 * conversion. */
static finnc_status write_codes(fnc_call *call, double *x, int64_t n, double zero, finnc_elem elem,
                                void *out)
{
    int bits = finnc_elem_bits(elem);
    bool is_signed = finnc_elem_is_signed(elem), is_float = finnc_elem_is_float(elem);
    double low = is_signed ? -ldexp(1, bits - 1) : 0;
    double high = ldexp(1, is_signed ? bits - 1 : bits) - 1;
    double scale;
    FINNC_TRY(fnc_in_scalar(call, 6, &scale));
    for (int64_t i = 0; i < n; i++) {
        double y = x[i] / scale;
        if (!is_float)
            y = rint(y);
        y += zero;
        x[i] = is_float ? y : y < low ? low : y > high ? high : y;
    }
    fnc_convert(FINNC_ELEM_DOUBLE, x, elem, out, n);
    return FINNC_OK;
}

/* ---- convolutions ---- */

/* Input `i`, less its zero point: one, or one for each filter. */
static finnc_status read_centred(fnc_call *call, size_t i, size_t zero, bool is_per_filter,
                                 fnc_array *x)
{
    fnc_array zeros;
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, x));
    if (!fnc_has(call, zero))
        return FINNC_OK;
    int64_t count = is_per_filter && x->rank > 0 ? x->dims[0] : 1;
    FINNC_TRY(read_params(call, zero, count, &zeros));
    double *centred = FNC_SCRATCH(call, double, x->nelems);
    if (!centred)
        return finnc_no_memory(call->cx);
    int64_t each = zeros.nelems > 1 ? x->nelems / zeros.nelems : x->nelems;
    for (int64_t at = 0; at < x->nelems; at++)
        centred[at] = ((const double *)x->data)[at] - ((const double *)zeros.data)[at / each];
    x->data = centred;
    return FINNC_OK;
}

static finnc_status convolve(fnc_call *call, const fnc_array *x, const fnc_array *w, fnc_conv *conv,
                             double **sums)
{
    FINNC_TRY(fnc_conv_read(call, x, w, conv));
    conv->elem = FINNC_ELEM_DOUBLE;
    *sums = FNC_SCRATCH(call, double, conv->out_nelems);
    if (!*sums)
        return finnc_no_memory(call->cx);
    return fnc_conv_run(call, conv, x->data, w->data, NULL, 0, *sums);
}

static finnc_status conv_integer(fnc_call *call)
{
    fnc_array x, w;
    fnc_conv conv;
    double *sums;
    int32_t *y;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(read_centred(call, 0, 2, false, &x));
    FINNC_TRY(read_centred(call, 1, 3, true, &w));
    FINNC_TRY(convolve(call, &x, &w, &conv, &sums));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT32, conv.out_rank, conv.out_dims, &y));
    for (int64_t i = 0; i < conv.out_nelems; i++)
        y[i] = (int32_t)(uint32_t)(int64_t)sums[i]; /* beyond 32 bits it wraps */
    return FINNC_OK;
}

static finnc_status q_linear_conv(fnc_call *call)
{
    fnc_array x, w, w_scale, bias = {0};
    fnc_conv conv;
    double *sums, x_scale, zero;
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 8));
    FINNC_TRY(read_centred(call, 0, 2, false, &x));
    FINNC_TRY(read_centred(call, 3, 5, true, &w));
    FINNC_TRY(fnc_in_scalar(call, 1, &x_scale));
    FINNC_TRY(fnc_in_scalar(call, 7, &zero));
    FINNC_TRY(convolve(call, &x, &w, &conv, &sums));
    int64_t filters = conv.out_dims[1];
    FINNC_TRY(read_params(call, 4, filters, &w_scale));
    if (fnc_has(call, 8))
        FINNC_TRY(fnc_in_as(call, 8, FINNC_ELEM_DOUBLE, &bias));
    if (bias.data && bias.nelems != filters)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                          filters, bias.nelems);
    const double *scales = w_scale.data, *biases = bias.data;
    for (int64_t plane = 0; plane < conv.images * filters; plane++) {
        int64_t f = plane % filters;
        double b = biases ? biases[f] : 0, scale = x_scale * scales[w_scale.nelems > 1 ? f : 0];
        for (int64_t i = 0; i < conv.window.out_size; i++) {
            double *sum = &sums[plane * conv.window.out_size + i];
            *sum = (*sum + b) * scale;
        }
    }
    finnc_elem elem = call->in[7].elem;
    FINNC_TRY(fnc_out(call, 0, elem, conv.out_rank, conv.out_dims, &y));
    return write_codes(call, sums, conv.out_nelems, zero, elem, y);
}

const fnc_kernel fnc_kernel_onnx_conv_integer = {.run = conv_integer};
const fnc_kernel fnc_kernel_onnx_q_linear_conv = {.run = q_linear_conv};

/* ---- QLinearMatMul ---- */

/* A scale or zero point as an array that broadcasts to its matrix: one number, or one per row of
 * the left and column of the right matrix. */
typedef struct side {
    fnc_array array;
    int64_t dims[FINNC_MAX_RANK];
} side;

static bool side_fits(const side *p, const fnc_array *matrix, bool is_left)
{
    const fnc_array *a = &p->array;
    int summed = is_left ? a->rank - 1 : a->rank - 2;
    if (matrix->rank < 2 || a->rank > matrix->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (p->dims[i] != 1 &&
            (i == summed || p->dims[i] != matrix->dims[matrix->rank - a->rank + i]))
            return false;
    return true;
}

static finnc_status read_side(fnc_call *call, size_t i, const fnc_array *matrix, bool is_left,
                              side *p)
{
    fnc_array *a = &p->array;
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, a));
    for (int axis = 0; axis < a->rank; axis++)
        p->dims[axis] = a->dims[axis];
    if (a->nelems == 1)
        a->rank = 0;
    if (a->rank == 1 && is_left)
        p->dims[a->rank++] = 1;
    a->dims = p->dims;
    if (a->rank > 0 && !side_fits(p, matrix, is_left))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "input %zu is neither one number nor one per %s of its matrix", i,
                          is_left ? "row" : "column");
    return FINNC_OK;
}

static void subtract(const void *const *in, const int64_t *step, void *out, int64_t n,
                     const void *user)
{
    const double *x = in[0], *z = in[1];
    (void)user;
    for (int64_t i = 0; i < n; i++)
        ((double *)out)[i] = x[i * step[0]] - z[i * step[1]];
}

static finnc_status read_matrix(fnc_call *call, size_t i, size_t zero, bool is_left, fnc_array *x)
{
    side z;
    fnc_broadcast b;
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, x));
    FINNC_TRY(read_side(call, zero, x, is_left, &z));
    const fnc_array *operands[] = {x, &z.array};
    FINNC_TRY(fnc_broadcast_init(call, &b, 2, operands));
    double *centred = FNC_SCRATCH(call, double, x->nelems);
    if (!centred)
        return finnc_no_memory(call->cx);
    fnc_broadcast_run(call, &b, operands, centred, sizeof *centred, subtract, NULL);
    x->data = centred;
    return FINNC_OK;
}

/* Leaves out the axis of length 1 that the product with a vector does not have. */
static void drop_axis(side *p, int from_end)
{
    if (p->array.rank < from_end)
        return;
    for (int i = p->array.rank - from_end; i + 1 < p->array.rank; i++)
        p->dims[i] = p->dims[i + 1];
    p->array.rank--;
}

static void scale_both(const void *const *in, const int64_t *step, void *out, int64_t n,
                       const void *user)
{
    const double *x = in[0], *a = in[1], *b = in[2];
    (void)user;
    for (int64_t i = 0; i < n; i++)
        ((double *)out)[i] = x[i * step[0]] * (a[i * step[1]] * b[i * step[2]]);
}

static finnc_status q_linear_mat_mul(fnc_call *call)
{
    fnc_array a, b, c;
    side a_scale, b_scale;
    fnc_matmul m;
    fnc_broadcast shape;
    double zero;
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 8));
    FINNC_TRY(read_matrix(call, 0, 2, true, &a));
    FINNC_TRY(read_matrix(call, 3, 5, false, &b));
    FINNC_TRY(read_side(call, 1, &a, true, &a_scale));
    FINNC_TRY(read_side(call, 4, &b, false, &b_scale));
    FINNC_TRY(fnc_in_scalar(call, 7, &zero));
    FINNC_TRY(fnc_matmul_init(call, &a, &b, &m));
    double *sums = FNC_SCRATCH(call, double, m.nelems);
    double *scaled = FNC_SCRATCH(call, double, m.nelems);
    if (!sums || !scaled)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_matmul_run(call, &m, FINNC_ELEM_DOUBLE, a.data, b.data, sums));
    if (b.rank == 1)
        drop_axis(&a_scale, 1);
    if (a.rank == 1)
        drop_axis(&b_scale, 2);
    c = (fnc_array){.elem = FINNC_ELEM_DOUBLE,
                    .rank = m.rank,
                    .nelems = m.nelems,
                    .dims = m.dims,
                    .data = sums};
    const fnc_array *operands[] = {&c, &a_scale.array, &b_scale.array};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 3, operands));
    fnc_broadcast_run(call, &shape, operands, scaled, sizeof *scaled, scale_both, NULL);
    finnc_elem elem = call->in[7].elem;
    FINNC_TRY(fnc_out(call, 0, elem, m.rank, m.dims, &y));
    return write_codes(call, scaled, m.nelems, zero, elem, y);
}

const fnc_kernel fnc_kernel_onnx_q_linear_mat_mul = {.run = q_linear_mat_mul,
                                                     .takes = FNC_TAKES_ALL};

/* ---- DynamicQuantizeLinear ---- */

/* In float, as the standard's function. All zeros would make the step 0 and what follows undefined:
 * the range is taken as 1 then. */
static finnc_status dynamic_quantize_linear(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *in = &call->in[0];
    if (in->elem != FINNC_ELEM_FLOAT)
        return fnc_bad_elem(call, 0);
    const float *x = in->data;
    float least = 0, greatest = 0, *scale;
    uint8_t *y, *zero;
    for (int64_t i = 0; i < in->nelems; i++) {
        least = x[i] < least || isnan(x[i]) ? x[i] : least;
        greatest = x[i] > greatest || isnan(x[i]) ? x[i] : greatest;
    }
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_UINT8, in->rank, in->dims, &y));
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_FLOAT, 0, NULL, &scale));
    FINNC_TRY(fnc_out(call, 2, FINNC_ELEM_UINT8, 0, NULL, &zero));
    float *codes = FNC_SCRATCH(call, float, in->nelems);
    if (!codes)
        return finnc_no_memory(call->cx);
    *scale = (greatest == least ? 1 : greatest - least) / 255;
    float middle = rintf(fminf(fmaxf(0 - least / *scale, 0), 255));
    for (int64_t i = 0; i < in->nelems; i++)
        codes[i] = rintf(x[i] / *scale) + middle;
    fnc_convert(FINNC_ELEM_FLOAT, &middle, FINNC_ELEM_UINT8, zero, 1);
    fnc_convert(FINNC_ELEM_FLOAT, codes, FINNC_ELEM_UINT8, y, in->nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_dynamic_quantize_linear = {.run = dynamic_quantize_linear};
