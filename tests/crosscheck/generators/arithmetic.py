"""Element by element, along axes, and products."""
import numpy as np
from onnx import TensorProto as T, helper

from .draw import COMPLEX, INTS, SMALL, UNSIGNED, Unfit, broadcast, family, scale


# ---- element by element ----

@family("Abs Neg Sign Floor Ceil Round Sqrt Exp Log Reciprocal Erf Relu LeakyRelu Elu Celu Selu HardSigmoid HardSwish Sigmoid Tanh Softplus "
        "Softsign Mish ThresholdedRelu Sin Cos Tan Atan Sinh Cosh Asinh Not IsNaN IsInf BitwiseNot Identity Shrink Swish")
def unary(d):
    d.node([d.tensor(0, d.dims(), "wide")], **d.free_attrs())


@family("Acos Asin Atanh")
def unary_unit(d):
    d.node([d.tensor(0, d.dims(), "unit")])


@family("Acosh")
def unary_from_one(d):
    d.node([d.tensor(0, d.dims(), "positive") + np.array(1, dtype=helper.tensor_dtype_to_np_dtype(d.elem()))])


@family("Gelu")
def gelu(d):
    d.node([d.tensor(0, d.dims())], **d.attrs(approximate=d.pick(["none", "tanh", None])))


@family("Clip")
def clip(d):
    x = d.tensor(0, d.dims(), "wide")
    low, high = sorted([d.between(0, 4), d.between(0, 4)])
    if d.has("min"):
        d.node([x], **d.attrs(min=float(low) if d.flip() else None, max=float(high) if d.flip() else None))
    else:
        d.node([x, np.array(low, x.dtype) if d.flip() else None, np.array(high, x.dtype) if d.flip() else None])


@family("Add Sub Mul And Or Xor Equal Greater Less GreaterOrEqual LessOrEqual BitwiseAnd BitwiseOr BitwiseXor")
def binary(d):
    dims = d.dims()
    d.node([d.tensor(0, broadcast(d, dims), "wide"), d.tensor(1, broadcast(d, dims), "wide")])


@family("Div")
def div(d):
    dims = d.dims()
    d.node([d.tensor(0, broadcast(d, dims)), d.tensor(1, broadcast(d, dims), "positive")])


@family("Mod")
def mod(d):
    dims, elem = d.dims(), d.elem()
    b = d.array(elem, broadcast(d, dims), "positive")
    if elem in INTS - UNSIGNED and d.flip():
        b = -b
    d.node([d.array(elem, broadcast(d, dims)), b], fmod=d.between(0, 1) if elem in INTS else 1)


@family("Pow")
def power(d):
    dims, exponent = d.dims(), d.elem(1)
    b = d.array(exponent, broadcast(d, dims), "positive" if exponent in INTS else "unit")
    a = d.tensor(0, broadcast(d, dims), "positive")
    if d.elem() in INTS:
        a, b = np.minimum(a, np.array(3, a.dtype)), np.minimum(b, np.array(3, b.dtype))
    d.node([a, b])


@family("BitShift")
def bit_shift(d):
    dims = d.dims()
    d.node([d.tensor(0, broadcast(d, dims), "wide"), d.tensor(1, broadcast(d, dims), "positive") - 1 & 7], direction=d.pick(["LEFT", "RIGHT"]))


@family("PRelu")
def prelu(d):
    dims = d.dims(1)
    d.node([d.tensor(0, dims), d.tensor(1, broadcast(d, dims))])


@family("Sum Min Max Mean")
def variadic(d):
    dims, n = d.dims(), d.between(1, 4)
    d.node([d.tensor(0, broadcast(d, dims) if d.version >= 8 else dims) for _ in range(n)])


@family("Where")
def where(d):
    dims = d.dims()
    d.node([d.tensor(0, broadcast(d, dims)), d.tensor(1, broadcast(d, dims)), d.tensor(2, broadcast(d, dims))])


@family("Cast")
def cast(d):
    to = d.pick([t for t in d.allowed("T2") if t not in COMPLEX])
    if d.elem() == T.STRING:
        x = np.array(["1", "-2.5", "3e2"], dtype=object) if to not in INTS | SMALL else np.array(["1", "0", "3"], dtype=object)
    else:
        x = d.tensor(0, d.dims(), "positive" if to in UNSIGNED else "small")
    attrs = d.attrs(saturate=d.between(0, 1) if d.flip() else None)
    d.node([x], to=to, **attrs)


@family("CastLike")
def cast_like(d):
    to = d.elem(1)
    if T.STRING in (d.elem(0), to):
        raise Unfit
    d.node([d.tensor(0, d.dims(), "positive" if to in UNSIGNED else "small"), d.array(to, [1])])


# ---- along axes ----

@family("ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare")
def reduce(d):
    dims = d.dims()
    x = d.tensor(0, dims, "positive" if d.op in ("ReduceLogSum", "ReduceProd") else "small")
    attrs = d.attrs(keepdims=d.pick([0, 1, None]))
    axes = d.some(len(dims), 1) if d.flip(0.8) and dims else None
    if d.has("axes"):
        d.node([x], **attrs, **d.attrs(axes=axes))
    else:
        d.node([x, d.ints(axes) if axes else None], **attrs, **d.attrs(noop_with_empty_axes=d.pick([0, 1, None])))


@family("ArgMax ArgMin")
def arg(d):
    dims = d.dims(1)
    d.node([d.tensor(0, dims)], axis=d.axis(len(dims)), **d.attrs(keepdims=d.pick([0, 1, None]), select_last_index=d.pick([0, 1, None])))


@family("Softmax LogSoftmax Hardmax")
def softmax(d):
    dims = d.dims(1)
    axis = d.axis(len(dims))
    d.node([d.tensor(0, dims)], **d.attrs(axis=(axis if d.version >= 11 else axis % len(dims)) if d.flip(0.8) or len(dims) < 2 else None))


@family("CumSum CumProd")
def cumulate(d):
    dims = d.dims(1)
    d.node([d.tensor(0, dims), np.array(d.axis(len(dims)), d.pick([np.int32, np.int64]))], exclusive=d.between(0, 1), reverse=d.between(0, 1))


@family("TopK")
def top_k(d):
    dims = d.dims(1, 3)
    axis, x = d.axis(len(dims)), d.tensor(0, dims)
    if x.dtype.kind == "f":
        x = d.rng.permutation(x.size).astype(x.dtype).reshape(x.shape)  # equal ones may come in any order if not sorted
    k = d.between(1, max(1, dims[axis]))
    if d.version < 10:
        d.node([x], 2, axis=axis % len(dims), k=k)
    else:
        d.node([x, d.ints([k])], 2, axis=axis, **d.attrs(largest=d.pick([0, 1, None]), sorted=1))


@family("LpNormalization")
def lp_normalization(d):
    dims = d.dims(1)
    d.node([d.tensor(0, dims, "positive")], axis=d.axis(len(dims)), p=d.between(1, 2))


@family("MeanVarianceNormalization")
def mean_variance(d):
    d.node([d.tensor(0, d.dims(4, 4, 2))], axes=d.pick([[0, 2, 3], [2, 3], [1]]))


# ---- products ----

@family("MatMul")
def matmul(d):
    batch, m, k, n = d.dims(0, 2), *(d.between(1, 5) for _ in range(3))
    a, b = broadcast(d, batch) + [m, k], broadcast(d, batch) + [k, n]
    a, b = ([k] if d.flip(0.15) else a), ([k] if d.flip(0.15) else b)
    d.node([d.tensor(0, a), d.tensor(1, b)])


@family("Gemm")
def gemm(d):
    m, k, n, ta, tb = d.between(1, 5), d.between(1, 5), d.between(1, 5), d.between(0, 1), d.between(0, 1)
    c = d.tensor(2, d.pick([[m, n], [n], [1, n], [m, 1], []])) if d.version < 11 or d.flip(0.8) else None
    d.node([d.tensor(0, [k, m] if ta else [m, k]), d.tensor(1, [n, k] if tb else [k, n]), c], transA=ta, transB=tb,
           alpha=d.pick([1.0, 0.5, 2.0]), beta=d.pick([1.0, 0.25]))


@family("MatMulInteger")
def matmul_integer(d):
    m, k, n = (d.between(1, 5) for _ in range(3))
    zero_a = d.array(d.elem(0), d.pick([[], [1]])) if d.flip() else None
    zero_b = d.array(d.elem(1), d.pick([[], [n]])) if d.flip() else None
    d.node([d.tensor(0, [m, k], "wide"), d.tensor(1, [k, n], "wide"), zero_a, zero_b])


@family("QLinearMatMul")
def qlinear_matmul(d):
    d.slack = 1
    m, k, n = (d.between(1, 4) for _ in range(3))
    y = d.elem(var=d.schema.outputs[0].type_str)
    s = d.elem(1)
    d.node([d.tensor(0, [m, k], "wide"), scale(d, [], s), d.array(d.elem(0), []), d.tensor(3, [k, n], "wide"), scale(d, [], s),
            d.array(d.elem(3), []), scale(d, [], s) * np.array(8, helper.tensor_dtype_to_np_dtype(s)), d.array(y, [])])


@family("Einsum")
def einsum(d):
    sizes = {c: d.between(1, 4) for c in "ijkb"}
    equation = d.pick(["ij,jk->ik", "bij,bjk->bik", "ii->i", "ij->ji", "ij,ij->", "i,j->ij", "ij->j", "...ij,...jk->...ik", "bij,jk", "ij,jk,k->i"])
    terms = equation.split("->")[0].split(",")
    d.node([d.tensor(0, [sizes[c] for c in term.replace("...", "b")]) for term in terms], equation=equation)


@family("Det")
def det(d):
    n = d.between(1, 4)
    d.node([d.tensor(0, d.dims(0, 2) + [n, n])])
