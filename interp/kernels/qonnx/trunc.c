/* Trunc: drops low bits of quantised data. Version 1 keeps the scale; version 2 has one of its own
 * for the output, and clamps. */
#include "../broadcast.h"
#include "../rounding.h"

#include <math.h>

typedef struct trunc_params {
    fnc_rounding rounding;
    bool clamps;
    float factor, low, high;
} trunc_params;

static void loop(const void *const *in, const int64_t *step, void *out, int64_t n, const void *user)
{
    const trunc_params *p = user;
    const float *x = in[0], *scale = in[1], *zero = in[2], *out_scale = in[3];
    float *y = out;
    for (int64_t i = 0; i < n; i++) {
        const float s = scale[i * step[1]], z = zero[i * step[2]];
        /* Version 2: the factor is the power of two nearest to the ratio of the scales. */
        const float so = p->clamps ? out_scale[i * step[3]] : s;
        const float factor = p->clamps ? exp2f(rintf(log2f(so / s))) : p->factor;
        float t = rintf(x[i * step[0]] / s + z) / factor;
        if (p->clamps) {
            t = t > p->high ? p->high : t;
            t = t < p->low ? p->low : t;
        }
        t = fnc_round_float(p->rounding, t);
        y[i] = (t - (p->clamps ? z / factor : z)) * so;
    }
}

static finnc_status run(fnc_call *call)
{
    bool is_new = call->version >= 2;
    trunc_params p = {.clamps = is_new};
    double in_bits, out_bits, low, high;
    fnc_array in[4];
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, is_new ? 6 : 5));
    FINNC_TRY(fnc_rounding_read(call, "FLOOR", &p.rounding));
    FINNC_TRY(fnc_in_scalar(call, 3, &in_bits));
    FINNC_TRY(fnc_in_scalar(call, is_new ? 5 : 4, &out_bits));
    fnc_integer_bounds(out_bits, finnc_node_int(call->node, "signed", 1) != 0,
                       finnc_node_int(call->node, "narrow", 0) != 0, &low, &high);
    p.low = (float)low;
    p.high = (float)high;
    p.factor = (float)exp2(in_bits - out_bits);
    for (size_t i = 0; i < 3; i++)
        FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_FLOAT, &in[i]));
    FINNC_TRY(fnc_in_as(call, is_new ? 4 : 1, FINNC_ELEM_FLOAT, &in[3]));
    const fnc_array *operands[] = {&in[0], &in[1], &in[2], &in[3]};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 4, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape.out_rank, shape.out_dims, &out));
    fnc_broadcast_run(call, &shape, operands, out, sizeof(float), loop, &p);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_trunc = {.run = run};
