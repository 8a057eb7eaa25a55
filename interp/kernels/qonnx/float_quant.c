/* FloatQuant: onto the grid of a small float format. */
#include "../broadcast.h"
#include "../rounding.h"

#include <math.h>

typedef struct float_quant {
    fnc_rounding rounding;
    double mantissa_bits;
    bool saturates, has_infinity;
} float_quant;

/* in: x, scale, least exponent of the grid (1 - bias - mantissa bits), largest value. An infinite x
 * becomes NaN, the grid around it being infinitely wide. log2 is taken in float: just below a power
 * of two it rounds up, and the grid is a step coarser there, as upstream. */
static void loop(const void *const *in, const int64_t *step, void *out, int64_t n, const void *user)
{
    const float_quant *q = user;
    const float *x = in[0], *scale = in[1], *least = in[2], *most = in[3];
    const float tiny = 0x1p-126f, mantissa_bits = (float)q->mantissa_bits;
    float *y = out;
    for (int64_t i = 0; i < n; i++) {
        const float s = scale[i * step[1]], bottom = least[i * step[2]], top = most[i * step[3]];
        const float v = x[i * step[0]] / s;
        float power = floorf(log2f(fabsf(v) + tiny)) - mantissa_bits;
        power = power < bottom ? bottom : power;
        const float unit = exp2f(power);
        const float r = unit * fnc_round_float(q->rounding, v / unit);
        float clamped = r > top ? top : r;
        clamped = clamped < -top ? -top : clamped;
        if (!q->saturates &&
            (r > top || r < -top || isinf(r))) /* a top of 2^128 is infinite, too */
            clamped = q->has_infinity ? copysignf(INFINITY, r) : NAN;
        y[i] = clamped * s;
    }
}

/* What every element of the broadcast parameters says: in: exponent width, bias (NaN: the usual
 * one), given maximum (infinite: none). */
static void least_loop(const void *const *in, const int64_t *step, void *out, int64_t n,
                       const void *user)
{
    const double *width = in[0], *given = in[1], mantissa_bits = *(const double *)user;
    float *least = out;
    for (int64_t i = 0; i < n; i++) {
        double bias = given[i * step[1]];
        bias = isnan(bias) ? exp2(width[i * step[0]] - 1) - 1 : bias;
        least[i] = (float)(1 - bias - mantissa_bits);
    }
}

static void most_loop(const void *const *in, const int64_t *step, void *out, int64_t n,
                      const void *user)
{
    const double *width = in[0], *given = in[1], *max = in[2];
    const double mantissa_bits = *(const double *)user;
    float *most = out;
    for (int64_t i = 0; i < n; i++) {
        double w = width[i * step[0]], bias = given[i * step[1]], limit = max[i * step[2]];
        bias = isnan(bias) ? exp2(w - 1) - 1 : bias;
        double top = (2 - exp2(-mantissa_bits)) * exp2(exp2(w) - 1 - bias);
        most[i] = (float)(limit < top ? limit : top);
    }
}

/* Input `i`, or one number if it is absent. */
static finnc_status in_or(fnc_call *call, size_t i, const double *absent, fnc_array *x)
{
    *x = (fnc_array){.elem = FINNC_ELEM_DOUBLE, .nelems = 1, .data = absent};
    return fnc_has(call, i) ? fnc_in_as(call, i, FINNC_ELEM_DOUBLE, x) : FINNC_OK;
}

/* Exponent widths, biases and maxima may vary, each in its way; `shape` is what they broadcast to.
 */
static finnc_status grid(fnc_call *call, double mantissa_bits, fnc_array *least, fnc_array *most,
                         fnc_broadcast *shape)
{
    static const double usual = NAN, none = INFINITY;
    fnc_array e, b, m;
    FINNC_TRY(fnc_in_as(call, 2, FINNC_ELEM_DOUBLE, &e));
    FINNC_TRY(in_or(call, 4, &usual, &b));
    FINNC_TRY(in_or(call, 5, &none, &m));
    const fnc_array *parts[] = {&e, &b, &m};
    FINNC_TRY(fnc_broadcast_init(call, shape, 3, parts));
    float *low = FNC_SCRATCH(call, float, shape->nelems);
    float *high = FNC_SCRATCH(call, float, shape->nelems);
    if (!low || !high)
        return finnc_no_memory(call->cx);
    fnc_broadcast_run(call, shape, parts, low, sizeof *low, least_loop, &mantissa_bits);
    fnc_broadcast_run(call, shape, parts, high, sizeof *high, most_loop, &mantissa_bits);
    *least = *most = (fnc_array){.elem = FINNC_ELEM_FLOAT,
                                 .rank = shape->out_rank,
                                 .nelems = shape->nelems,
                                 .dims = shape->out_dims};
    least->data = low;
    most->data = high;
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    float_quant q;
    fnc_array x, scale, least, most;
    fnc_broadcast shape, params;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 4));
    FINNC_TRY(fnc_in_scalar(call, 3, &q.mantissa_bits));
    FINNC_TRY(fnc_rounding_read(call, "ROUND", &q.rounding));
    q.saturates = finnc_node_int(call->node, "saturation", 1) != 0;
    q.has_infinity = finnc_node_int(call->node, "has_inf", 0) != 0;
    if (!q.saturates && !q.has_infinity && finnc_node_int(call->node, "has_nan", 0) == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "without saturation the format needs infinity or NaN");
    FINNC_TRY(grid(call, q.mantissa_bits, &least, &most, &params));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_FLOAT, &x));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &scale));
    const fnc_array *operands[] = {&x, &scale, &least, &most};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 4, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape.out_rank, shape.out_dims, &out));
    fnc_broadcast_run(call, &shape, operands, out, sizeof(float), loop, &q);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_float_quant = {.run = run, .takes = FNC_TAKES_ALL};
