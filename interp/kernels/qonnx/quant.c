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
    const size_t inputs[] = {0, 1, 2};
    finnc_elem elem = fnc_rounding_elem(call, inputs, 3);
    for (size_t i = 0; i < 3; i++)
        FINNC_TRY(fnc_in_as(call, i, elem, &in[i]));
    const fnc_array *operands[] = {&in[0], &in[1], &in[2]};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 3, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape.out_rank, shape.out_dims, &out));
    return fnc_rounding_run(call, &shape, operands, elem, quant_FLOAT, quant_DOUBLE, out, &q);
}

const fnc_kernel fnc_kernel_qonnx_quant = {.run = run, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_qonnx_int_quant = {.run = run, .takes = FNC_TAKES_ALL};
