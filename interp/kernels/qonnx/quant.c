/* Quant (also called IntQuant): onto a grid of integers and back, in the precision of the data:
 * every step rounds once, as upstream's numpy does. */
#include "../broadcast.h"
#include "../rounding.h"

#include <math.h>

typedef struct quant {
    fnc_rounding rounding;
    bool is_bipolar; /* one signed bit: the sign, without rounding or clamping */
    double low, high;
} quant;

/* Clamped before rounding; a NaN goes through both comparisons unharmed. Rounding to even, which is
 * what most networks ask for, is spelled out for the compiler. */
#define QUANT_LOOP(NAME, T, round_it, rint_it)                                                     \
    static T quant_one_##NAME(const quant *q, T v)                                                 \
    {                                                                                              \
        const T low = (T)q->low, high = (T)q->high;                                                \
        if (q->is_bipolar)                                                                         \
            return v >= 0 ? 1 : -1;                                                                \
        v = v > high ? high : v;                                                                   \
        v = v < low ? low : v;                                                                     \
        return q->rounding == FNC_ROUND_EVEN ? rint_it(v) : round_it(q->rounding, v);              \
    }                                                                                              \
    static void quant_##NAME(const void *const *in, const int64_t *step, void *out, int64_t n,     \
                             const void *user)                                                     \
    {                                                                                              \
        const quant q = *(const quant *)user;                                                      \
        const T *x = in[0], *scale = in[1], *zero = in[2];                                         \
        T *y = out;                                                                                \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const T s = scale[i * step[1]], z = zero[i * step[2]];                                 \
            const T v = quant_one_##NAME(&q, x[i * step[0]] / s + z);                              \
            y[i] = (v - z) * s;                                                                    \
        }                                                                                          \
    }
QUANT_LOOP(FLOAT, float, fnc_round_float, rintf)
QUANT_LOOP(DOUBLE, double, fnc_round_double, rint)

/* A parameter of rank 1 and more in double makes numpy compute in double; a single number does not.
 */
static bool wants_double(const fnc_call *call)
{
    for (size_t i = 0; i < 3; i++)
        if (call->in[i].elem == FINNC_ELEM_DOUBLE && (i == 0 || call->in[i].rank > 0))
            return true;
    return false;
}

static finnc_status run(fnc_call *call)
{
    double bits;
    quant q;
    fnc_array in[3];
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 4));
    FINNC_TRY(fnc_in_scalar(call, 3, &bits));
    bool is_signed = finnc_node_int(call->node, "signed", 1) != 0;
    FINNC_TRY(fnc_rounding_read(call, "ROUND", &q.rounding));
    q.is_bipolar = bits == 1 && is_signed;
    fnc_integer_bounds(bits, is_signed, finnc_node_int(call->node, "narrow", 0) != 0, &q.low,
                       &q.high);
    finnc_elem elem = wants_double(call) ? FINNC_ELEM_DOUBLE : FINNC_ELEM_FLOAT;
    for (size_t i = 0; i < 3; i++)
        FINNC_TRY(fnc_in_as(call, i, elem, &in[i]));
    const fnc_array *operands[] = {&in[0], &in[1], &in[2]};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 3, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape.out_rank, shape.out_dims, &out));
    if (elem == FINNC_ELEM_FLOAT) {
        fnc_broadcast_run(call, &shape, operands, out, sizeof(float), quant_FLOAT, &q);
        return FINNC_OK;
    }
    void *wide = fnc_scratch_array(call, sizeof(double), shape.nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    fnc_broadcast_run(call, &shape, operands, wide, sizeof(double), quant_DOUBLE, &q);
    fnc_convert(FINNC_ELEM_DOUBLE, wide, FINNC_ELEM_FLOAT, out, shape.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_quant = {.run = run};
const fnc_kernel fnc_kernel_qonnx_int_quant = {.run = run};
