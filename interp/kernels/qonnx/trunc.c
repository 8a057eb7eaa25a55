/* Trunc: drops low bits of quantised data. Version 1 keeps the scale; version 2 has one of its own
 * for the output, and clamps. Each step rounds once, in the precision of the data. */
#include "../broadcast.h"
#include "../rounding.h"

#include <math.h>

typedef struct trunc_params {
    fnc_rounding rounding;
    bool clamps; /* version 2 */
    double factor, low, high;
} trunc_params;

/* In version 2 the factor is the power of two that is nearest to the ratio of the scales. */
#define TRUNC_LOOP(NAME, T, round_it, rint_it, exp2_it, log2_it)                                   \
    static void loop_##NAME(const void *const *in, const int64_t *step, void *out, int64_t n,      \
                            const void *user)                                                      \
    {                                                                                              \
        const trunc_params *p = user;                                                              \
        const T *x = in[0], *scale = in[1], *zero = in[2], *out_scale = in[3];                     \
        const T low = (T)p->low, high = (T)p->high;                                                \
        T *y = out;                                                                                \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const T s = scale[i * step[1]], z = zero[i * step[2]];                                 \
            const T so = p->clamps ? out_scale[i * step[3]] : s;                                   \
            const T factor = p->clamps ? exp2_it(rint_it(log2_it(so / s))) : (T)p->factor;         \
            T t = rint_it(x[i * step[0]] / s + z) / factor;                                        \
            if (p->clamps) {                                                                       \
                t = t > high ? high : t;                                                           \
                t = t < low ? low : t;                                                             \
            }                                                                                      \
            t = round_it(p->rounding, t);                                                          \
            y[i] = (t - (p->clamps ? z / factor : z)) * so;                                        \
        }                                                                                          \
    }
TRUNC_LOOP(FLOAT, float, fnc_round_float, rintf, exp2f, log2f)
TRUNC_LOOP(DOUBLE, double, fnc_round_double, rint, exp2, log2)

static finnc_status run(fnc_call *call)
{
    bool is_new = call->version >= 2;
    trunc_params p = {.clamps = is_new};
    double in_bits, out_bits;
    fnc_array in[4];
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, is_new ? 6 : 5));
    FINNC_TRY(fnc_rounding_read(call, "FLOOR", &p.rounding));
    FINNC_TRY(fnc_in_scalar(call, 3, &in_bits));
    FINNC_TRY(fnc_in_scalar(call, is_new ? 5 : 4, &out_bits));
    fnc_integer_bounds(out_bits, finnc_node_attr_int(call->node, "signed") != 0,
                       finnc_node_attr_int(call->node, "narrow") != 0, &p.low, &p.high);
    p.factor = exp2(in_bits - out_bits);
    const size_t inputs[] = {0, 1, 2, is_new ? 4 : 1};
    finnc_elem elem = fnc_rounding_elem(call, inputs, 4);
    for (size_t i = 0; i < 4; i++)
        FINNC_TRY(fnc_in_as(call, inputs[i], elem, &in[i]));
    const fnc_array *operands[] = {&in[0], &in[1], &in[2], &in[3]};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 4, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape.out_rank, shape.out_dims, &out));
    return fnc_rounding_run(call, &shape, operands, elem, loop_FLOAT, loop_DOUBLE, out, &p);
}

const fnc_kernel fnc_kernel_qonnx_trunc = {.run = run, .takes = FNC_TAKES_ALL};
