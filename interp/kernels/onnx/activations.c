/* One number in, one out. Parameters are p[0], p[1] in the order of their list. */
#include "../elementwise.h"

#include <base/text.h>

#include <math.h>
#include <tgmath.h>

/* ---- numbers ---- */

FNC_KERNEL_UNARY(onnx_neg, FNC_SIGNED, -x)
/* Not x < 0 ? -x : x, which leaves -0 as it is. */
FNC_FLOATS(FNC_UNARY_LOOP, onnx_abs, fabs(x))
FNC_SIGNED_INTEGERS(FNC_UNARY_LOOP, onnx_abs, x < 0 ? -x : x)
FNC_UNSIGNED(FNC_UNARY_LOOP, onnx_abs, x)
FNC_KERNEL_UNARY_LOOPS(onnx_abs, FNC_NUMERIC(FNC_LOOP_ENTRY, onnx_abs, ), {NULL, 0})
/* A NaN stays one. */
FNC_SIGNED(FNC_UNARY_LOOP, onnx_sign, x > 0 ? 1 : x == 0 ? 0 : x < 0 ? -1 : x)
FNC_UNSIGNED(FNC_UNARY_LOOP, onnx_sign, x > 0)
FNC_KERNEL_UNARY_LOOPS(onnx_sign, FNC_NUMERIC(FNC_LOOP_ENTRY, onnx_sign, ), {NULL, 0})
FNC_KERNEL_UNARY(onnx_floor, FNC_FLOATS, floor(x))
FNC_KERNEL_UNARY(onnx_ceil, FNC_FLOATS, ceil(x))
FNC_KERNEL_UNARY(onnx_round, FNC_FLOATS, rint(x)) /* ties to even */
FNC_KERNEL_UNARY(onnx_sqrt, FNC_FLOATS, sqrt(x))
FNC_KERNEL_UNARY(onnx_exp, FNC_FLOATS, exp(x))
FNC_KERNEL_UNARY(onnx_log, FNC_FLOATS, log(x))
FNC_KERNEL_UNARY(onnx_reciprocal, FNC_FLOATS, 1 / x)
FNC_FLOATS(FNC_UNARY_LOOP, onnx_erf, erf(x))
FNC_INTEGERS(FNC_UNARY_LOOP, onnx_erf, erf((double)x)) /* version 9 had them: 0 below 6 */
FNC_KERNEL_UNARY_LOOPS(onnx_erf, FNC_NUMERIC(FNC_LOOP_ENTRY, onnx_erf, ), {NULL, 0})

/* ---- activations ---- */

/* Not x > 0 ? x : 0: a NaN has to come through, as in numpy. */
FNC_KERNEL_UNARY(onnx_relu, FNC_SIGNED, x < 0 ? 0 : x)
FNC_KERNEL_UNARY_WITH(onnx_leaky_relu, FNC_FLOATS, x < 0 ? x * (elem)p[0] : x, {"alpha", 0.01f})
FNC_KERNEL_UNARY_WITH(onnx_elu, FNC_FLOATS, x < 0 ? (elem)p[0] * expm1(x) : x, {"alpha", 1})
FNC_KERNEL_UNARY_WITH(onnx_celu, FNC_FLOATS, x > 0 ? x : (elem)p[0] * expm1(x / (elem)p[0]),
                      {"alpha", 1})
/* Not fmin and fmax, which drop a NaN. */
FNC_KERNEL_UNARY_WITH(onnx_hard_sigmoid, FNC_FLOATS,
                      (elem)p[0] * x + (elem)p[1] < 0   ? 0
                      : (elem)p[0] * x + (elem)p[1] > 1 ? 1
                                                        : (elem)p[0] * x + (elem)p[1],
                      {"alpha", 0.2f}, {"beta", 0.5f})
FNC_KERNEL_UNARY(onnx_sigmoid, FNC_FLOATS, 1 / (1 + exp(-x)))
FNC_KERNEL_UNARY(onnx_tanh, FNC_FLOATS, tanh(x))
/* log(1 + e^x) without overflow. */
FNC_KERNEL_UNARY(onnx_softplus, FNC_FLOATS, (x > 0 ? x : 0) + log1p(exp(-fabs(x))))
FNC_KERNEL_UNARY(onnx_softsign, FNC_FLOATS, x / (1 + fabs(x)))
FNC_KERNEL_UNARY(onnx_hard_swish, FNC_FLOATS, fmax((elem)0, fmin((elem)1, x / 6 + (elem)0.5)) * x)
FNC_KERNEL_UNARY(onnx_mish, FNC_FLOATS, tanh((x > 0 ? x : 0) + log1p(exp(-fabs(x)))) * x)
FNC_KERNEL_UNARY_WITH(onnx_swish, FNC_FLOATS, x / (1 + exp((elem)-p[0] * x)), {"alpha", 1})
FNC_KERNEL_UNARY_WITH(onnx_thresholded_relu, FNC_FLOATS, x > (elem)p[0] ? x : 0, {"alpha", 1})

/* ---- Selu ---- */

/* Version 1 had its two numbers in fewer digits. */
FNC_FLOATS(FNC_UNARY_LOOP, selu, (elem)p[1] * (x > 0 ? x : (elem)p[0] * expm1(x)))

static finnc_status selu(fnc_call *call)
{
    static fnc_unary_loop *const loops[FNC_NELEMS] = {FNC_FLOATS(FNC_LOOP_ENTRY, selu, )};
    static const fnc_unary_param first[] = {{"alpha", 1.6732f}, {"gamma", 1.0507f}, {NULL, 0}};
    static const fnc_unary_param params[] = {
        {"alpha", 1.67326319217681884765625f}, {"gamma", 1.05070102214813232421875f}, {NULL, 0}};
    double p[2];
    return fnc_unary_run(call, loops, call->version < 6 ? first : params, p);
}

const fnc_kernel fnc_kernel_onnx_selu = {.run = selu};

/* ---- Gelu ---- */

static const fnc_unary_param no_params[] = {{NULL, 0}};

/* 1 + erf(x) would cancel where x is negative. */
FNC_FLOATS(FNC_UNARY_LOOP, gelu, x / 2 * erfc(x * (elem)-0.70710678118654752440))
FNC_FLOATS(FNC_UNARY_LOOP, gelu_tanh,
           x / 2 * (1 + tanh((elem)0.79788456080286535588 * (x + (elem)0.044715 * x * x * x))))

static finnc_status gelu(fnc_call *call)
{
    static fnc_unary_loop *const exact[FNC_NELEMS] = {FNC_FLOATS(FNC_LOOP_ENTRY, gelu, )};
    static fnc_unary_loop *const by_tanh[FNC_NELEMS] = {FNC_FLOATS(FNC_LOOP_ENTRY, gelu_tanh, )};
    bool is_exact = !finnc_node_attr_is(call->node, "approximate", "tanh");
    return fnc_unary_run(call, is_exact ? exact : by_tanh, no_params, NULL);
}

const fnc_kernel fnc_kernel_onnx_gelu = {.run = gelu};

/* ---- Shrink: integers are computed as doubles, as numpy does ---- */

FNC_FLOATS(FNC_UNARY_LOOP, shrink, x < -p[1] ? x + p[0] : (x > p[1] ? x - p[0] : 0))

static finnc_status shrink(fnc_call *call)
{
    static fnc_unary_loop *const loops[FNC_NELEMS] = {FNC_FLOATS(FNC_LOOP_ENTRY, shrink, )};
    static const fnc_unary_param params[] = {{"bias", 0}, {"lambd", 0.5}, {NULL, 0}};
    double p[2];
    fnc_array x;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 1));
    finnc_elem elem = call->in[0].elem;
    if (!finnc_elem_is_integer(elem))
        return fnc_unary_run(call, loops, params, p);
    for (int i = 0; params[i].attr; i++)
        p[i] = finnc_node_float(call->node, params[i].attr, params[i].fallback);
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    double *y = FNC_SCRATCH(call, double, x.nelems);
    if (!y)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_out_like(call, 0, &call->in[0], &out));
    shrink_DOUBLE(x.data, y, x.nelems, p);
    fnc_convert(FINNC_ELEM_DOUBLE, y, elem, out, x.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_shrink = {.run = shrink};
