/* FloatQuant: onto the grid of a small float format. */
#include "../broadcast.h"
#include "../rounding.h"

#include <inttypes.h>
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
        if (!q->saturates && (r > top || r < -top))
            clamped = q->has_infinity ? copysignf(INFINITY, r) : NAN;
        y[i] = clamped * s;
    }
}

/* Exponent widths, biases and maxima that vary: numbers made for every element of their shapes. */
static finnc_status grid(fnc_call *call, double mantissa_bits, fnc_array *least, fnc_array *most)
{
    fnc_array e, b = {0}, m = {0};
    FINNC_TRY(fnc_in_as(call, 2, FINNC_ELEM_DOUBLE, &e));
    if (fnc_has(call, 4))
        FINNC_TRY(fnc_in_as(call, 4, FINNC_ELEM_DOUBLE, &b));
    if (fnc_has(call, 5))
        FINNC_TRY(fnc_in_as(call, 5, FINNC_ELEM_DOUBLE, &m));
    const fnc_array *parts[3] = {&e};
    int nparts = 1;
    if (b.data)
        parts[nparts++] = &b;
    if (m.data)
        parts[nparts++] = &m;
    const fnc_array *shape = &e; /* all but single numbers have to be of one shape */
    for (int i = 0; i < nparts; i++)
        if (parts[i]->nelems > 1)
            shape = parts[i];
    for (int i = 0; i < nparts; i++)
        if (parts[i]->nelems != 1 && parts[i]->nelems != shape->nelems)
            return finnc_fail(call->cx, FINNC_UNSUPPORTED,
                              "exponent width, bias and maximum of %" PRId64 " and %" PRId64
                              " elements",
                              parts[i]->nelems, shape->nelems);
    float *low = FNC_SCRATCH(call, float, shape->nelems);
    float *high = FNC_SCRATCH(call, float, shape->nelems);
    if (!low || !high)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < shape->nelems; i++) {
        double width = ((const double *)e.data)[e.nelems > 1 ? i : 0];
        double bias = b.data ? ((const double *)b.data)[b.nelems > 1 ? i : 0] : exp2(width - 1) - 1;
        double top = (2 - exp2(-mantissa_bits)) * exp2(exp2(width) - 1 - bias);
        double given = m.data ? ((const double *)m.data)[m.nelems > 1 ? i : 0] : INFINITY;
        low[i] = (float)(1 - bias - mantissa_bits);
        high[i] = (float)(given < top ? given : top);
    }
    *least = *most = *shape;
    least->elem = most->elem = FINNC_ELEM_FLOAT;
    least->data = low;
    most->data = high;
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    float_quant q;
    fnc_array x, scale, least, most;
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 4));
    FINNC_TRY(fnc_in_scalar(call, 3, &q.mantissa_bits));
    FINNC_TRY(fnc_rounding_read(call, "ROUND", &q.rounding));
    q.saturates = finnc_node_int(call->node, "saturation", 1) != 0;
    q.has_infinity = finnc_node_int(call->node, "has_inf", 0) != 0;
    if (!q.saturates && !q.has_infinity && finnc_node_int(call->node, "has_nan", 0) == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "without saturation the format needs infinity or NaN");
    FINNC_TRY(grid(call, q.mantissa_bits, &least, &most));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_FLOAT, &x));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &scale));
    const fnc_array *operands[] = {&x, &scale, &least, &most};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 4, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape.out_rank, shape.out_dims, &out));
    fnc_broadcast_run(call, &shape, operands, out, sizeof(float), loop, &q);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_float_quant = {.run = run};
