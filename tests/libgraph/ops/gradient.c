/* The derivatives of gradients.def against central differences, in double: every row, through a
 * Gradient node around a small model, once and (as a Gradient of a Gradient) twice.
 *
 * With a step h of 1e-5 the formula's own error is h^2 f''' / 6, some 1e-10, and rounding adds
 * 1e-16 f / h, some 1e-10 again for sums of the size met here: 1e-6 of the derivative (or of 1, if
 * it is smaller) leaves room for large third derivatives and sees any wrong term. */
#include "support/poor.h"
#include "support/run_text.h"

#include <finnc/finnc.h>
#include <ops/gradient.h>

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct model_case {
    const char *inputs; /* to differentiate by, double */
    const char *values; /* the others, as initialisers */
    const char *body;   /* makes y */
    int opset;          /* 0: 28 */
    double low, high;   /* where the inputs lie; both 0: -2 to 2 */
    bool once;          /* the second derivative is not looked at */
    bool coarse;        /* it computes in float: 1e-7 f / h is less than 1e-3 for h = 3e-3 */
} model_case;

#define X "double[2,3] x"
/* clang-format off */
static const model_case cases[] = {
    {.inputs = X, .body = "y = Identity(x)"},
    {.inputs = X, .body = "y = Neg(x)"},
    {.inputs = X, .body = "y = Abs(x)"},
    {.inputs = X, .body = "y = Reciprocal(x)", .low = 0.5, .high = 2},
    {.inputs = X, .body = "y = Sqrt(x)", .low = 0.5, .high = 2},
    {.inputs = X, .body = "y = Exp(x)"},
    {.inputs = X, .body = "y = Log(x)", .low = 0.5, .high = 2},
    {.inputs = X, .body = "y = Erf(x)"},
    {.inputs = X, .body = "y = Sin(x)"},
    {.inputs = X, .body = "y = Cos(x)"},
    {.inputs = X, .body = "y = Tan(x)", .low = -1, .high = 1},
    {.inputs = X, .body = "y = Asin(x)", .low = -0.8, .high = 0.8},
    {.inputs = X, .body = "y = Acos(x)", .low = -0.8, .high = 0.8},
    {.inputs = X, .body = "y = Atan(x)"},
    {.inputs = X, .body = "y = Sinh(x)"},
    {.inputs = X, .body = "y = Cosh(x)"},
    {.inputs = X, .body = "y = Tanh(x)"},
    {.inputs = X, .body = "y = Asinh(x)"},
    {.inputs = X, .body = "y = Acosh(x)", .low = 1.5, .high = 3},
    {.inputs = X, .body = "y = Atanh(x)", .low = -0.8, .high = 0.8},
    {.inputs = X, .body = "y = Cast <to = 11> (x)"},
    {.inputs = X, .body = "i = Cast <to = 6> (x) j = CastLike(i, x) y = Mul(j, x)"},
    {.inputs = X, .values = "double z = {1}", .body = "y = CastLike(x, z)"},
    {.inputs = X, .body = "f = Sign(x) y = Mul(f, x)"},
    {.inputs = X, .body = "f = Floor(x) y = Mul(f, x)"},
    {.inputs = X, .body = "f = Ceil(x) y = Mul(f, x)"},
    {.inputs = X, .body = "f = Round(x) y = Mul(f, x)"},
    {.inputs = X, .body = "f = Hardmax(x) y = Mul(f, x)"},
    {.inputs = X, .body = "y = Sigmoid(x)"},
    {.inputs = X, .body = "y = Relu(x)"},
    {.inputs = X, .body = "y = ThresholdedRelu <alpha = 0.3> (x)"},
    {.inputs = X, .body = "y = LeakyRelu(x)"},
    {.inputs = X, .body = "y = LeakyRelu <alpha = 0.3> (x)"},
    {.inputs = X, .body = "y = Elu <alpha = 0.7> (x)"},
    {.inputs = X, .body = "y = Celu <alpha = 0.7> (x)"},
    {.inputs = X, .body = "y = Selu(x)"},
    {.inputs = X, .body = "y = Selu <alpha = 0.7, gamma = 1.3> (x)"},
    {.inputs = X, .body = "y = Softplus(x)"},
    {.inputs = X, .body = "y = Softsign(x)"},
    {.inputs = X, .body = "y = HardSigmoid <alpha = 0.4, beta = 0.3> (x)"},
    {.inputs = X, .body = "y = HardSwish(x)", .low = -4, .high = 4},
    {.inputs = X, .body = "y = Swish <alpha = 0.7> (x)"},
    {.inputs = X, .body = "y = Swish(x)"},
    {.inputs = X, .body = "y = Mish(x)"},
    {.inputs = X, .body = "y = Gelu(x)"},
    {.inputs = X, .body = "y = Gelu <approximate = \"tanh\"> (x)"},
    {.inputs = X, .body = "y = Shrink <lambd = 0.6, bias = 0.2> (x)"},
    {.inputs = "double[2,3] x, double[3] slope", .body = "y = PRelu(x, slope)"},
    {.inputs = "double[2,3,2] x, double[3] slope", .body = "y = PRelu(x, slope)", .opset = 6},
    {.inputs = "double[2,2] x, double[2] slope", .body = "y = PRelu(x, slope)", .opset = 6},
    {.inputs = "double[2,3] x, double[1] slope", .body = "y = PRelu(x, slope)", .opset = 6},
    {.inputs = "double[4] x, double[1] slope", .body = "y = PRelu(x, slope)", .opset = 1},
    {.inputs = "double[2,3,2] x, double[3,1,1] slope", .body = "y = PRelu(x, slope)", .opset = 6},
    {.inputs = "double[2,3] x, double low, double high", .body = "l = Sub(low, high) m = Mul(l, l) n = Neg(m) y = Clip(x, n, m)"},
    {.inputs = X, .values = "double low = {-0.5}", .body = "y = Clip(x, low)"},
    {.inputs = X, .body = "y = Clip <min = -0.5, max = 0.5> (x)", .opset = 6},
    {.inputs = X, .body = "y = Dropout(x)"},
    {.inputs = X, .body = "y = Dropout(x)", .opset = 11},
    {.inputs = X, .body = "y = Dropout <is_test = 1> (x)", .opset = 6},
    {.inputs = "double[2,1,3] a, double[2,3] b", .body = "y = Add(a, b)"},
    {.inputs = "double[2,1,3] a, double[2,1] b", .body = "y = Sub(b, a)"},
    {.inputs = "double[2,1,3] a, double[3] b", .body = "y = Mul(a, b)"},
    {.inputs = "double[2,1,3] a, double[2,1] b", .body = "y = Div(a, b)", .low = 0.5, .high = 2},
    {.inputs = "double[2,3] a, double[3] b", .body = "y = Pow(a, b)", .low = 0.5, .high = 2},
    {.inputs = "double[2,3] a", .values = "int64[3] b = {2, 0, 3}", .body = "y = Pow(a, b)"},
    {.inputs = "double[2,3] a, double[3] b", .values = "bool[2,1] c = {1, 0}", .body = "y = Where(c, a, b)"},
    {.inputs = "double[2,3] a, double[3] b, double[2,1] c", .body = "y = Sum(a, b, c)"},
    {.inputs = "double[2,3] a, double[3] b, double[2,1] c", .body = "y = Mean(a, b, c)"},
    {.inputs = "double[2,3] a, double[3] b, double[2,1] c", .body = "y = Max(a, b, c)"},
    {.inputs = "double[2,3] a, double[3] b, double[2,1] c", .body = "y = Min(a, b, c)"},
    {.inputs = "double[2,1] a, double[2,3] b", .values = "double[2,2] c = {1, 2, 3, 4}", .body = "y = Concat <axis = -1> (a, c, b)"},
    {.inputs = "double[2,5] x", .values = "int64[3] n = {1, 3, 1}", .body = "a, b, c = Split <axis = 1> (x, n) y = Mul(a, b)"},
    {.inputs = "double[2,6] x", .values = "int64[3] n = {1, 3, 2}", .body = "\"\", y, \"\" = Split <axis = 1> (x, n)"},
    {.inputs = "double[3,2] a, double[2,4] b", .body = "y = MatMul(a, b)"},
    {.inputs = "double[2,1,3,2] a, double[3,2,4] b", .body = "y = MatMul(a, b)"},
    {.inputs = "double[2] a, double[3,2,4] b", .body = "y = MatMul(a, b)"},
    {.inputs = "double[3,4,2] a, double[2] b", .body = "y = MatMul(a, b)"},
    {.inputs = "double[3] a, double[3] b", .body = "y = MatMul(a, b)"},
    {.inputs = "double[2,3] a, double[3,4] b, double[4] c", .body = "y = Gemm(a, b, c)"},
    {.inputs = "double[2,3] a, double[3,4] b", .body = "y = Gemm(a, b)"},
    {.inputs = "double[3,2] a, double[3,4] b, double[2,1] c", .body = "y = Gemm <alpha = 0.5, beta = 2.0, transA = 1> (a, b, c)"},
    {.inputs = "double[2,3] a, double[4,3] b, double c", .body = "y = Gemm <alpha = 0.5, beta = 2.0, transB = 1> (a, b, c)"},
    {.inputs = "double[3,2] a, double[4,3] b, double c", .body = "y = Gemm <transA = 1, transB = 1> (a, b, c)"},
    {.inputs = "double[1,2,4,5] x, double[2,2,2,3] w, double[2] b", .body = "y = Conv <pads = [1,0,0,2], strides = [2,1]> (x, w, b)"},
    {.inputs = "double[2,4,6] x, double[4,2,2] w", .body = "y = Conv <group = 2, dilations = [2], strides = [3]> (x, w)"},
    {.inputs = "double[1,1,5] x, double[2,1,2] w", .body = "y = Conv <auto_pad = \"SAME_UPPER\", strides = [2]> (x, w)"},
    {.inputs = "double[1,2,4,5] x", .body = "y = AveragePool <kernel_shape = [2,3], pads = [1,0,0,2], strides = [2,1]> (x)"},
    {.inputs = "double[1,2,5] x", .body = "y = AveragePool <kernel_shape = [2], pads = [1,1], strides = [2], count_include_pad = 1, ceil_mode = 1> (x)"},
    {.inputs = "double[1,2,4,5] x", .body = "y = MaxPool <kernel_shape = [2,3], pads = [1,0,0,2], strides = [2,1]> (x)"},
    {.inputs = "double[2,2,2,3] x", .body = "y = GlobalAveragePool(x)"},
    {.inputs = "double[2,2,2,3] x", .body = "y = GlobalMaxPool(x)"},
    {.inputs = "double[2,2,3] x, double[2] w, double[2] b, double[2] m, double[2] v", .body = "y = BatchNormalization <epsilon = 0.1> (x, w, b, m, v)", .low = 0.5, .high = 2},
    {.inputs = "double[2,2,3] x, double[2] w, double[2] b, double[2] m, double[2] v", .body = "y = BatchNormalization <epsilon = 0.1, is_test = 1> (x, w, b, m, v)", .opset = 6, .low = 0.5, .high = 2},
    {.inputs = "double[2,2,3] x, double[2] w, double[2] b, double[2] m, double[2] v", .body = "y = BatchNormalization <epsilon = 0.1> (x, w, b, m, v)", .opset = 13, .low = 0.5, .high = 2},
    {.inputs = "double[2,2,3] x, double[2,3] w, double[2,3] b, double[2,3] m, double[2,3] v", .body = "y = BatchNormalization <epsilon = 0.1, spatial = 0> (x, w, b, m, v)", .opset = 8, .low = 0.5, .high = 2},
    {.inputs = "double[2,2,3] x, double[2] w, double[2] b", .body = "y = InstanceNormalization <epsilon = 0.1> (x, w, b)"},
    /* They compute in FLOAT, whatever comes in. */
    {.inputs = "double[2,2,3] x, double[3] w, double[3] b", .body = "y = LayerNormalization <epsilon = 0.1> (x, w, b)", .coarse = true},
    {.inputs = "double[2,2,3] x, double[2,3] w", .body = "y = LayerNormalization <axis = 1> (x, w)", .coarse = true},
    {.inputs = "double[2,3,2] x", .body = "y = Softmax <axis = 1> (x)"},
    {.inputs = "double[2,3,2] x", .body = "y = Softmax(x)"},
    {.inputs = "double[2,3,2] x", .body = "y = Softmax(x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .body = "y = LogSoftmax <axis = 1> (x)"},
    {.inputs = "double[2,3,2] x", .body = "y = LogSoftmax <axis = 2> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[2,2] l = {0, 2, 1, 1}, double[3] w = {1, 2, 3}", .body = "y = NegativeLogLikelihoodLoss(x, l, w)"},
    {.inputs = "double[2,3,2] x", .values = "int64[2,2] l = {0, 2, 1, 1}", .body = "y = NegativeLogLikelihoodLoss <reduction = \"none\", ignore_index = 1> (x, l)"},
    {.inputs = "double[2,3,2] x", .values = "int64[2,2] l = {0, 2, 1, 1}", .body = "y = NegativeLogLikelihoodLoss <reduction = \"sum\"> (x, l)"},
    /* Over nothing, and of weights that are nothing together. */
    {.inputs = "double[2,3] x", .values = "int64[2] l = {1, 1}", .body = "y = NegativeLogLikelihoodLoss <reduction = \"sum\", ignore_index = 1> (x, l)"},
    {.inputs = "double[2,3] x", .values = "int64[2] l = {1, 1}", .body = "y = SoftmaxCrossEntropyLoss <reduction = \"sum\", ignore_index = 1> (x, l)"},
    {.inputs = "double[2,3] x", .values = "int64[2] l = {0, 1}, double[3] w = {1, -1, 2}", .body = "y = NegativeLogLikelihoodLoss <reduction = \"none\"> (x, l, w)"},
    {.inputs = "double[2,3] x", .values = "int64[2] l = {0, 1}, double[3] w = {1, -1, 2}", .body = "y = SoftmaxCrossEntropyLoss <reduction = \"sum\"> (x, l, w)"},
    {.inputs = "double[4,3] x", .values = "int32[4] l = {0, 2, 1, 7}", .body = "y = SoftmaxCrossEntropyLoss <ignore_index = 7> (x, l)"},
    {.inputs = "double[2,3,2] x", .values = "int64[2,2] l = {0, 2, 1, 1}, double[3] w = {1, 2, 3}", .body = "y = SoftmaxCrossEntropyLoss <reduction = \"none\"> (x, l, w)"},
    {.inputs = "double[2,3,2] x", .values = "int64[2,2] l = {0, 2, 1, 1}, double[3] w = {1, 2, 3}", .body = "y = SoftmaxCrossEntropyLoss <reduction = \"sum\"> (x, l, w)"},
    {.inputs = "double[2,3,2] x", .values = "int64[2] a = {0, 2}", .body = "y = ReduceSum <keepdims = 0> (x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceSum <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceSum <noop_with_empty_axes = 1> (x)"},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceMean(x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceMean <axes = [-1], keepdims = 0> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceMax <keepdims = 0> (x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceMax <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceMin(x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceMin <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceL1(x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceL1 <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceL2 <keepdims = 0> (x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceL2 <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceSumSquare(x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceSumSquare <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceLogSum(x, a)", .low = 0.5, .high = 2},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceLogSum <axes = [1]> (x)", .opset = 11, .low = 0.5, .high = 2},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceLogSumExp(x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceLogSumExp <axes = [1], keepdims = 0> (x)", .opset = 11},
    {.inputs = "double[2,3,2] x", .values = "int64[1] a = {1}", .body = "y = ReduceProd <keepdims = 0> (x, a)"},
    {.inputs = "double[2,3,2] x", .body = "y = ReduceProd <axes = [1]> (x)", .opset = 11},
    /* No zero, one and two in a row, exactly. */
    {.inputs = "double[3,3] x", .values = "double[3,3] k = {0, 0, 0, 0.5, 0, 0, 0.5, 0.5, 0}, int64[1] a = {1}", .body = "z = Sub(x, k) y = ReduceProd(z, a)", .low = 0.5, .high = 0.5, .once = true},
    {.inputs = X, .values = "int64[2] w = {3, -1}", .body = "y = Reshape(x, w)"},
    {.inputs = "double[2,3,2] x", .body = "y = Flatten <axis = 2> (x)"},
    {.inputs = "double[2,1,3] x", .values = "int64[1] a = {1}", .body = "y = Squeeze(x, a)"},
    {.inputs = X, .values = "int64[1] a = {1}", .body = "y = Unsqueeze(x, a)"},
    {.inputs = X, .body = "y = Unsqueeze <axes = [1]> (x)", .opset = 11},
    {.inputs = "double[2,1] x", .values = "int64[3] w = {2, 2, 3}", .body = "y = Expand(x, w)"},
    {.inputs = "double[2,3,3] x", .values = "int64 k = {1}", .body = "y = Trilu <upper = 0> (x, k)"},
    {.inputs = "double[2,3,2] x", .body = "y = Transpose <perm = [2,0,1]> (x)"},
    {.inputs = "double[2,3,2] x", .body = "y = Transpose(x)"},
    {.inputs = "double[1,4,1,2] x", .body = "y = DepthToSpace <blocksize = 2, mode = \"CRD\"> (x)"},
    {.inputs = "double[1,1,2,4] x", .body = "y = SpaceToDepth <blocksize = 2> (x)"},
    {.inputs = "double[2,3] x", .values = "int64[2,2] i = {0, 2, -1, 1}", .body = "y = Gather <axis = 1> (x, i)"},
    {.inputs = "double[2,3] x", .values = "int64[2,2] i = {0, 2, -1, 1}", .body = "y = GatherElements <axis = 1> (x, i)"},
    {.inputs = "double[2,3] x", .values = "int64[3,2] i = {0, 2, 1, 1, 1, 1}", .body = "y = GatherND(x, i)"},
    {.inputs = "double[2,5] x", .values = "int64[1] b = {4}, int64[1] e = {-9}, int64[1] a = {1}, int64[1] w = {-2}", .body = "y = Slice(x, b, e, a, w)"},
    {.inputs = "double[2,5] x", .values = "int64[2] b = {1, 1}, int64[2] e = {2, 4}", .body = "y = Slice(x, b, e)"},
    {.inputs = "double[2,5] x", .body = "y = Slice <starts = [1], ends = [-1], axes = [1]> (x)", .opset = 9},
    {.inputs = "double[2,1,3] x", .values = "int64[3] n = {1, 2, 2}", .body = "y = Tile(x, n)"},
    {.inputs = "double[2,3] x, double v", .values = "int64[4] p = {0, 1, 2, -1}", .body = "y = Pad(x, p, v)"},
    {.inputs = "double[2,3] x", .values = "int64[2] p = {2, 1}, int64[1] a = {1}", .body = "y = Pad <mode = \"reflect\"> (x, p, , a)"},
    {.inputs = "double[2,3] x", .body = "y = Pad <pads = [0,1,2,0], value = 0.5> (x)", .opset = 10},
    {.inputs = "double[2,3] x", .body = "y = Pad <paddings = [0,1,2,0], mode = \"edge\"> (x)", .opset = 1},
    {.inputs = "double[2,3] x", .values = "double[3] l = {1, 2, 3}", .body = "y = finnc.SumTo(x, l)"},
    {.inputs = "double[2,3,2] x", .values = "double[3] l = {1, 2, 3}", .body = "y = finnc.SumTo <axis = 1> (x, l)"},
    {.inputs = "double[3] x", .values = "double[2,3,2] l = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}", .body = "y = finnc.Spread <axis = 1> (x, l)"},
    {.inputs = "double[2,3,2] x", .body = "y = finnc.SwapAxes(x)"},
    {.inputs = "double[2] a, double[3,2,4] b, double[3,4] z", .body = "A, B, Z = finnc.Matrices(a, b, z) p = MatMul(A, B) y = Mul(p, Z)"},
    {.inputs = "double[2,3,2] w, double[2,2,4] z", .body = "W, Z = finnc.Filters(w, z) v = finnc.SwapAxes(W) y = MatMul(v, Z)"},
    {.inputs = "double[2,2,5] x", .values = "double[1,1,2] l = {1, 2}, double[3,1,2] k = {0, 0, 0, 0, 0, 0}", .body = "y = finnc.Unfold <strides = [2], group = 1> (x, l, k)"},
    {.inputs = "double[1,2,2,2] c", .values = "double[1,2,5] l = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, double[1,1,2] m = {0, 0}", .body = "y = finnc.Fold <strides = [2], kernel_shape = [2]> (c, l, m)"},
    {.inputs = "double[4] u", .values = "int64[4] p = {0, 5, 5, 9}, double[2,3] l = {0, 0, 0, 0, 0, 0}", .body = "y = finnc.Scatter(u, p, l)"},
    {.inputs = "double[2,3] x", .values = "int64[4] p = {0, 5, 5, 9}", .body = "y = finnc.Pick(x, p)"},
};
/* clang-format on */
enum { NCASES = sizeof cases / sizeof *cases };

/* ---- a model as a function of the elements of its inputs ---- */

enum { MAX_INPUTS = 8, MAX_ELEMENTS = 100 };

typedef struct function {
    finnc_ctx *cx;
    finnc_model *model;
    finnc_session *session;
    const finnc_graph *graph;
    size_t counts[MAX_INPUTS];
    double x[MAX_INPUTS][MAX_ELEMENTS];
} function;

/* The sum of y^2 + y is differentiated: what goes back into the row is different everywhere. */
static void write_model(const model_case *c, const finnc_graph *inputs, char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size,
                                "<ir_version: 13, opset_import: [\"\": %d, \"finnc\": 1,"
                                " \"ai.onnx.preview.training\": 1]>\n g (%s) => (s",
                                c->opset ? c->opset : 28, c->inputs);
    size_t count = inputs ? finnc_graph_ninputs(inputs) : 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, size - n, c->once ? ", ds%zu" : ", ds%zu, dt%zu", i, i);
    n += (size_t)snprintf(text + n, size - n,
                          "%s) <%s> { %s y2 = Mul(y, y) yy = Add(y2, y)"
                          " s = ReduceSum <keepdims = 0> (yy)",
                          count && !c->once ? ", t" : "", c->values ? c->values : "", c->body);
    for (int level = 1; count && level <= (c->once ? 1 : 2); level++) {
        char of = level == 1 ? 's' : 't';
        for (size_t i = 0; i < count; i++)
            n += (size_t)snprintf(text + n, size - n, "%s d%c%zu", i ? "," : "", of, i);
        n += (size_t)snprintf(text + n, size - n,
                              " = ai.onnx.preview.training.Gradient <y = \"%c\", xs = [", of);
        for (size_t i = 0; i < count; i++)
            n += (size_t)snprintf(text + n, size - n, "%s\"%s\"", i ? ", " : "",
                                  finnc_value_name(finnc_graph_input(inputs, i)));
        n += (size_t)snprintf(text + n, size - n, "]> (");
        for (size_t i = 0; i < count; i++)
            n += (size_t)snprintf(text + n, size - n, "%s%s", i ? ", " : "",
                                  finnc_value_name(finnc_graph_input(inputs, i)));
        n += (size_t)snprintf(text + n, size - n, ")");
        for (size_t i = 0; level == 1 && !c->once && i < count; i++)
            n += (size_t)snprintf(
                text + n, size - n,
                " q%zu = Mul(ds%zu, ds%zu) r%zu = ReduceSum <keepdims = 0> (q%zu)", i, i, i, i, i);
        for (size_t i = 0; level == 1 && !c->once && i < count; i++)
            n += (size_t)snprintf(text + n, size - n, i ? ", r%zu" : " t = Sum(r%zu", i);
        if (level == 1 && !c->once)
            n += (size_t)snprintf(text + n, size - n, ")");
    }
    n += (size_t)snprintf(text + n, size - n, " }");
    cr_assert_lt(n, size);
}

static void feed(function *f, size_t i)
{
    const finnc_value *input = finnc_graph_input(f->graph, i);
    int64_t dims[FINNC_MAX_RANK];
    finnc_tensor *tensor;
    cr_assert(finnc_value_dims(input, -1, dims));
    cr_assert_eq(finnc_tensor_create_from(f->cx, FINNC_ELEM_DOUBLE, finnc_value_rank(input), dims,
                                          f->x[i], &tensor),
                 FINNC_OK);
    finnc_status status = finnc_session_feed(f->session, finnc_value_name(input), tensor);
    cr_assert_eq(status, FINNC_OK, "%s", finnc_ctx_message(f->cx));
    finnc_tensor_release(tensor);
}

static void run(function *f, const char *body)
{
    finnc_status status = finnc_session_run(f->session);
    cr_assert_eq(status, FINNC_OK, "%s: %s", body, finnc_ctx_message(f->cx));
}

/* All elements differ, and lie on no round number, where ops like to have corners. */
static void choose_point(function *f, double low, double high)
{
    size_t total = 0, next = 0, stride = 7;
    for (size_t i = 0; i < finnc_graph_ninputs(f->graph); i++) {
        f->counts[i] = (size_t)finnc_value_nelems(finnc_graph_input(f->graph, i));
        cr_assert_leq(f->counts[i], MAX_ELEMENTS);
        total += f->counts[i];
    }
    while (total % stride == 0)
        stride += 4;
    for (size_t i = 0; i < finnc_graph_ninputs(f->graph); i++) {
        for (size_t k = 0; k < f->counts[i]; k++, next++)
            f->x[i][k] =
                low + (high - low) * ((double)(next * stride % total) + 0.4142) / (double)total;
        feed(f, i);
    }
}

static double value_of(const function *f, const char *name, size_t k)
{
    const finnc_tensor *tensor = finnc_session_fetch(f->session, name);
    cr_assert(tensor, "no %s", name);
    return finnc_tensor_get(tensor, (int64_t)k);
}

/* d`of` / d(element k of input i), by the model's output and by differences. */
static void check_element(function *f, const model_case *c, const char *of, size_t i, size_t k,
                          double have)
{
    const char *body = c->body;
    const double h = c->coarse ? 3e-3 : 1e-5, tolerance = c->coarse ? 1e-3 : 1e-6;
    const double x = f->x[i][k];
    f->x[i][k] = x + h;
    feed(f, i);
    run(f, body);
    double above = value_of(f, of, 0);
    f->x[i][k] = x - h;
    feed(f, i);
    run(f, body);
    double want = (above - value_of(f, of, 0)) / (2 * h);
    f->x[i][k] = x;
    feed(f, i);
    cr_expect(fabs(want - have) <= tolerance * fmax(1, fabs(want)),
              "%s: d%s by element %zu of input %zu is %.9g, should be %.9g", body, of, k, i, have,
              want);
}

static void check_level(function *f, const model_case *c, const char *of)
{
    static double gradients[MAX_INPUTS][MAX_ELEMENTS];
    run(f, c->body);
    for (size_t i = 0; i < finnc_graph_ninputs(f->graph); i++) {
        char name[60];
        snprintf(name, sizeof name, "d%s%zu", of, i);
        const finnc_tensor *tensor = finnc_session_fetch(f->session, name);
        cr_assert_eq((size_t)finnc_tensor_nelems(tensor), f->counts[i], "%s", c->body);
        for (size_t k = 0; k < f->counts[i]; k++)
            gradients[i][k] = finnc_tensor_get(tensor, (int64_t)k);
    }
    for (size_t i = 0; i < finnc_graph_ninputs(f->graph); i++)
        for (size_t k = 0; k < f->counts[i]; k++)
            check_element(f, c, of, i, k, gradients[i][k]);
}

/* ---- every row ---- */

enum { MAX_ROWS = 512 };
static bool is_exercised[MAX_ROWS];

static bool can_run(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_op *op = finnc_node_find_op(node);
        if (!op || !finnc_op_can_run(op))
            return false;
    }
    return true;
}

static void note_rows(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const fnc_gradient *row = fnc_gradient_find(node);
        for (size_t i = 0; row && fnc_gradient_at(i); i++)
            is_exercised[i] |= fnc_gradient_at(i) == row;
    }
}

static void check_case(const model_case *c)
{
    static function f;
    static char text[8000];
    f = (function){.cx = finnc_ctx_create(NULL)};
    write_model(c, NULL, text, sizeof text);
    finnc_model *plain = read_text(f.cx, text);
    if (can_run(finnc_model_graph(plain))) {
        note_rows(finnc_model_graph(plain));
        write_model(c, finnc_model_graph(plain), text, sizeof text);
        f.model = read_text(f.cx, text);
        f.graph = finnc_model_graph(f.model);
        cr_assert_eq(finnc_session_create(f.cx, f.model, NULL, &f.session), FINNC_OK, "%s: %s",
                     c->body, finnc_ctx_message(f.cx));
        choose_point(&f, c->low || c->high ? c->low : -2, c->low || c->high ? c->high : 2);
        check_level(&f, c, "s");
        if (!c->once)
            check_level(&f, c, "t");
        finnc_session_destroy(f.session);
        finnc_model_destroy(f.model);
    }
    finnc_model_destroy(plain);
    cr_assert_eq(finnc_ctx_live_bytes(f.cx), 0, "%s: a leak", c->body);
    finnc_ctx_destroy(f.cx);
}

static bool op_can_run(const char *name)
{
    const char *dot = strrchr(name, '.');
    char domain[100] = "";
    if (dot)
        snprintf(domain, sizeof domain, "%.*s", (int)(dot - name), name);
    const finnc_op *op = finnc_op_find(domain, dot ? dot + 1 : name);
    return op && finnc_op_can_run(op);
}

Test(gradient, every_row_agrees_with_differences)
{
    for (size_t i = 0; i < NCASES; i++)
        check_case(&cases[i]);
    for (size_t i = 0; fnc_gradient_at(i); i++)
        cr_expect(is_exercised[i] || fnc_gradient_at(i)->why || !op_can_run(fnc_gradient_at(i)->op),
                  "no model exercises row %zu, %s", i, fnc_gradient_at(i)->op);
}

/* Nodes in training, by the version's own way to say so. */
static void check_declined(int opset, const char *call, const char *why)
{
    char text[600];
    finnc_session *session = NULL;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    snprintf(
        text, sizeof text,
        "<ir_version: 13, opset_import: [\"\": %d, \"ai.onnx.preview.training\": 1]> g (float[2,1]"
        " x) => (float[2,1] d) <float[1] s = {1}, float[1] b = {0}, float[1] m = {0}, float[1] v"
        " = {1}, bool t = {1}> { %s d = ai.onnx.preview.training.Gradient <xs = [\"x\"], y ="
        " \"y\"> (x) }",
        opset, call);
    finnc_model *model = read_text(cx, text);
    const fnc_gradient *row = fnc_gradient_find(finnc_graph_first_node(finnc_model_graph(model)));
    for (size_t i = 0; fnc_gradient_at(i); i++)
        is_exercised[i] |= fnc_gradient_at(i) == row;
    cr_expect_neq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s", call);
    cr_expect(strstr(finnc_ctx_message(cx), why), "%s: %s", call, finnc_ctx_message(cx));
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(gradient, what_trains_is_declined_whatever_the_version_calls_it)
{
    static const char normal[] = "op BatchNormalization has no derivative here: in training it";
    static const char dropout[] = "op Dropout has no derivative here: in training it draws";
    check_declined(6, "y = BatchNormalization(x, s, b, m, v)", normal);
    check_declined(9, "y, p, q, o, r = BatchNormalization(x, s, b, m, v)", normal);
    check_declined(9, "y, \"\", q = BatchNormalization(x, s, b, m, v)", normal);
    check_declined(14, "y, p, q = BatchNormalization <training_mode = 1> (x, s, b, m, v)", normal);
    check_declined(6, "y = Dropout(x)", dropout);
    check_declined(12, "y = Dropout(x, , t)", dropout);
    for (size_t i = 0; fnc_gradient_at(i); i++)
        cr_expect(is_exercised[i] || !fnc_gradient_at(i)->why, "row %zu, %s is never met", i,
                  fnc_gradient_at(i)->op);
}

/* ---- the graph ---- */

static finnc_model *expanded(finnc_ctx *cx, const char *text)
{
    finnc_model *model = read_text(cx, text);
    finnc_status status = finnc_model_expand_gradients(cx, model);
    cr_assert_eq(status, FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_graph_check(cx, finnc_model_graph(model)), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return model;
}

static size_t count_ops(const finnc_model *model, const char *op)
{
    size_t count = 0;
    finnc_foreach_node (node, finnc_model_graph(model))
        count += !strcmp(finnc_node_op_type(node), op);
    return count;
}

#define HEADER "<ir_version: 13, opset_import: [\"\": 18, \"ai.onnx.preview.training\": 1]> "

Test(gradient, only_other_values_take_a_copy)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = expanded(
        cx, HEADER "g (double a, double b) => (d) { h = Exp(a) y = Sin(h)"
                   " d = ai.onnx.preview.training.Gradient <xs = [\"a\"], y = \"y\"> (a) }");
    cr_expect_eq(count_ops(model, "Exp"), 1);
    cr_expect_eq(count_ops(model, "Gradient"), 0);
    finnc_model_destroy(model);
    model = expanded(cx, HEADER
                     "g (double a, double b) => (d) { h = Exp(a) y = Sin(h)"
                     " d = ai.onnx.preview.training.Gradient <xs = [\"a\"], y = \"y\"> (b) }");
    cr_expect_eq(count_ops(model, "Exp"), 2);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

Test(gradient, nothing_is_left_that_nobody_uses)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = expanded(
        cx, HEADER
        "g (double[2,2] a, double[2,2] b) => (d) { h = MatMul(a, b) y = Mul(h, b)"
        " d = ai.onnx.preview.training.Gradient <xs = [\"b\"], zs = [\"a\"], y = \"y\"> (b, a) }");
    finnc_foreach_node (node, finnc_model_graph(model)) {
        bool is_used = false;
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *output = finnc_node_output(node, o);
            is_used |= finnc_value_nuses(output) > 0 || finnc_value_is_output(output);
        }
        cr_expect(is_used, "%s", finnc_node_op_type(node));
    }
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* Each is about the one before: the graphs would be larger than any memory. */
Test(gradient, gradients_of_gradients_end_somewhere)
{
    char text[8000];
    size_t n = (size_t)snprintf(text, sizeof text,
                                HEADER "g (double a) => (d29) { b = Tanh(a) d0 = Mul(b, a)");
    for (int i = 1; i < 30; i++)
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            " d%d = ai.onnx.preview.training.Gradient <xs = [\"a\"], y = \"d%d\"> (a)", i, i - 1);
    snprintf(text + n, sizeof text - n, " }");
    check_run_fails(text, FINNC_BAD_VALUE, "gradients of gradients make more than");
}

Test(gradient, names_are_resolved_by_the_check)
{
    static const struct {
        const char *attrs, *words;
    } wrong[] = {
        {"xs = [\"a\"], y = \"nosuch\"", "y: no tensor nosuch in the graph"},
        {"xs = [\"a\"], y = \"hid\"", "did you mean hide?"},
        {"xs = [\"nosuch\"], y = \"hide\"", "xs: no tensor nosuch in the graph"},
        {"xs = [\"a\"], y = \"hide\"", NULL},
    };
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[500];
        snprintf(text, sizeof text,
                 HEADER "g (double a) => (d) { hide = Exp(a)"
                        " d = ai.onnx.preview.training.Gradient <%s> (a) }",
                 wrong[i].attrs);
        finnc_model *model = read_text(cx, text);
        const finnc_status status =
            finnc_node_check(cx, finnc_graph_last_node(finnc_model_graph(model)));
        cr_expect_eq(status, wrong[i].words ? FINNC_NOT_FOUND : FINNC_OK, "%s", wrong[i].attrs);
        cr_expect(!wrong[i].words || strstr(finnc_ctx_message(cx), wrong[i].words), "%s: %s",
                  wrong[i].attrs, finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
        finnc_model_destroy(model);
    }
    finnc_ctx_destroy(cx);
}

Test(gradient, by_itself_it_means_nothing)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *x = floats(cx, 1, (int64_t[]){1}, (float[]){1}), *y;
    const finnc_tensor *in[] = {x};
    cr_expect_neq(finnc_op_eval(cx, "ai.onnx.preview.training", "Gradient", 0, in, 1, &y),
                  FINNC_OK);
    finnc_tensor_release(x);
    finnc_ctx_destroy(cx);
}

static finnc_status expand_poorly(finnc_ctx *cx, void *user)
{
    finnc_model *model;
    FINNC_TRY(finnc_model_read_text(cx, user, &model));
    finnc_status status = finnc_model_expand_gradients(cx, model);
    finnc_model_destroy(model);
    return status;
}

Test(gradient, memory_runs_out)
{
    check_poor(
        expand_poorly, HEADER
        "g (double[2] a, double[2] b) => (d, e) { h = Max(a, b) y = Exp(h)"
        " d, e = ai.onnx.preview.training.Gradient <xs = [\"a\", \"b\"], y = \"y\"> (b, a) }");
}
