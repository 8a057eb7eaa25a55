/* One number in, one out. Parameters are p[0], p[1] in the order of their list. */
#include "../elementwise.h"

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
FNC_KERNEL_UNARY(onnx_erf, FNC_FLOATS, erf(x))

/* ---- activations ---- */

/* Not x > 0 ? x : 0: a NaN has to come through, as in numpy. */
FNC_KERNEL_UNARY(onnx_relu, FNC_SIGNED, x < 0 ? 0 : x)
FNC_KERNEL_UNARY_WITH(onnx_leaky_relu, FNC_FLOATS, x < 0 ? x * (elem)p[0] : x, {"alpha", 0.01f})
FNC_KERNEL_UNARY_WITH(onnx_elu, FNC_FLOATS, x < 0 ? (elem)p[0] * (exp(x) - 1) : x, {"alpha", 1})
FNC_KERNEL_UNARY_WITH(onnx_celu, FNC_FLOATS,
                      (x > 0 ? x : 0) + (x < 0 ? (elem)p[0] * (exp(x / (elem)p[0]) - 1) : (elem)0),
                      {"alpha", 1})
FNC_KERNEL_UNARY_WITH(onnx_selu, FNC_FLOATS,
                      (elem)p[1] * (x > 0 ? x : (elem)p[0] * exp(x) - (elem)p[0]),
                      {"alpha", 1.67326319217681884765625f}, {"gamma", 1.05070102214813232421875f})
FNC_KERNEL_UNARY_WITH(onnx_hard_sigmoid, FNC_FLOATS,
                      fmax((elem)0, fmin((elem)1, (elem)p[0] * x + (elem)p[1])), {"alpha", 0.2f},
                      {"beta", 0.5f})
FNC_KERNEL_UNARY(onnx_sigmoid, FNC_FLOATS, 1 / (1 + exp(-x)))
FNC_KERNEL_UNARY(onnx_tanh, FNC_FLOATS, tanh(x))
/* log(1 + e^x) without overflow. */
FNC_KERNEL_UNARY(onnx_softplus, FNC_FLOATS, (x > 0 ? x : 0) + log1p(exp(-fabs(x))))
FNC_KERNEL_UNARY(onnx_softsign, FNC_FLOATS, x / (1 + fabs(x)))
