"""Random cases of operators: one generator for each family, in the table FAMILIES.

A generator gets a Draw, which knows the operator's schema in one opset version (onnx.defs), and adds nodes to it. What the schema says
is not said again here: element types, which attributes and inputs there are in this version. A generator that finds that its draw makes
no sense raises Unfit, and another is drawn.
"""
import numpy as np
import onnx
from onnx import TensorProto as T, defs, helper

FAMILIES = {}
TYPES = {f"tensor({name.lower()})": number for name, number in T.DataType.items()}
INTS = {T.INT8, T.INT16, T.INT32, T.INT64, T.UINT8, T.UINT16, T.UINT32, T.UINT64}
UNSIGNED = {T.UINT8, T.UINT16, T.UINT32, T.UINT64, T.UINT4, T.UINT2}
SMALL = {T.INT4, T.UINT4, T.INT2, T.UINT2}
COMPLEX = {T.COMPLEX64, T.COMPLEX128}


class Unfit(Exception):
    pass


def family(names, domain=""):
    def register(generator):
        for name in names.split():
            FAMILIES[domain, name] = generator
        return generator
    return register


class Draw:
    def __init__(self, seed, domain, op, opset):
        self.rng = np.random.default_rng(seed)
        self.op, self.domain = op, domain
        self.schema = defs.get_schema(op, opset, domain)
        self.version = self.schema.since_version
        self.bound, self.nodes, self.values, self.outputs = {}, [], {}, []
        self.slack = 0  # what integers may differ by: roundings of quantised results
        self.absolute = 1e-30  # and floats, besides their relative tolerance

    # ---- choices ----

    def flip(self, p=0.5):
        return self.rng.random() < p

    def pick(self, choices):
        return choices[self.rng.integers(len(choices))]

    def between(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def some(self, n, low=0):
        """Different ones of 0 to n - 1, in any order, some counted from the back."""
        chosen = self.rng.permutation(n)[:self.between(min(low, n), n)]
        return [int(a) - (n if self.flip(0.3) else 0) for a in chosen]

    def axis(self, rank, span=0):
        if rank + span == 0:
            raise Unfit
        return self.between(-rank - span, rank + span - 1)

    def dims(self, low=0, high=4, least=1, most=5):
        """Sizes of `low` to `high` axes; now and then one is 0."""
        dims = [self.between(least, most) for _ in range(self.between(low, high))]
        if dims and least == 1 and self.flip(0.04):
            dims[self.between(0, len(dims) - 1)] = 0
        return dims

    # ---- types and numbers ----

    def allowed(self, text):
        for constraint in self.schema.type_constraints:
            if constraint.type_param_str == text:
                return [TYPES[t] for t in sorted(constraint.allowed_type_strs) if t in TYPES]
        return [TYPES[text]] if text in TYPES else []

    def elem(self, i=0, among=None, var=None):
        """The element type of input `i`, the same for all of one type variable."""
        text = var or self.schema.inputs[min(i, len(self.schema.inputs) - 1)].type_str
        if text not in self.bound:
            allowed = [t for t in self.allowed(text) if t not in COMPLEX and (among is None or t in among)]
            if not allowed:
                raise Unfit
            usual = T.FLOAT if T.FLOAT in allowed else T.UINT8  # others often have no kernel there
            self.bound[text] = usual if usual in allowed and self.flip(0.35) else self.pick(allowed)
        return self.bound[text]

    def array(self, elem, dims, kind="small"):
        dims = tuple(dims)
        if elem == T.STRING:
            words = np.array(["", "a", "b", "ab", "Zürich", "a b", "1"], dtype=object)
            return words[self.rng.integers(len(words), size=dims)]
        dtype = helper.tensor_dtype_to_np_dtype(elem)
        if elem == T.BOOL:
            return self.rng.random(dims) < 0.5
        if elem in INTS or elem in SMALL:
            bits = 4 if elem in (T.INT4, T.UINT4) else 2 if elem in SMALL else 8 * np.dtype(dtype).itemsize
            low, high = (0, 2**bits - 1) if elem in UNSIGNED else (-2**(bits - 1), 2**(bits - 1) - 1)
            if kind == "wide":
                return self.rng.integers(max(low, -2**40), min(high, 2**40), size=dims, endpoint=True).astype(dtype)
            low = max(low, {"positive": 1, "unit": -1, "share": 0}.get(kind, -8))
            high = min(high, {"unit": 1, "share": 1}.get(kind, 8))
            return self.rng.integers(low, high, size=dims, endpoint=True).astype(dtype)
        x = self.rng.normal(size=dims) * 2
        if kind == "positive":
            x = np.abs(x) + 0.1
        elif kind == "unit":
            x = self.rng.uniform(-1, 1, size=dims)
        elif kind == "share":
            x = self.rng.uniform(0, 1, size=dims)
        elif kind == "wide" and self.flip(0.3):
            specials = self.rng.choice([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, 1.5, 2.5, 1e-3, 700, -700], size=dims)
            x = np.where(self.rng.random(dims) < 0.3, specials, x)
        return np.asarray(x).astype(dtype)

    def tensor(self, i, dims, kind="small", among=None):
        return self.array(self.elem(i, among), dims, kind)

    def ints(self, values, elem=T.INT64):
        return np.array(values, dtype=helper.tensor_dtype_to_np_dtype(elem))

    # ---- what this version of the schema has ----

    def has(self, attr):
        return attr in self.schema.attributes

    def attrs(self, **attrs):
        """Those of the attributes that this version has; None: absent."""
        return {k: v for k, v in attrs.items() if v is not None and self.has(k)}

    def free_attrs(self):
        """Any numbers for float attributes, 0 and 1 for integers that are switches."""
        attrs = {}
        for name, attr in self.schema.attributes.items():
            if attr.type == defs.OpSchema.AttrType.FLOAT and self.flip():
                attrs[name] = float(np.float32(self.rng.uniform(0.1, 2)))
            if attr.type == defs.OpSchema.AttrType.INT and name.startswith("detect_") and self.flip():
                attrs[name] = self.between(0, 1)
        return attrs

    def name(self, value):
        name = f"v{len(self.values)}"
        self.values[name] = value
        return name

    def node(self, inputs, noutputs=1, op=None, **attrs):
        """Adds a node; inputs are arrays, names of other nodes' outputs, or None."""
        names = ["" if x is None else x if isinstance(x, str) else self.name(x) for x in inputs]
        while names and not names[-1]:
            names.pop()
        outputs = [f"y{len(self.nodes)}_{o}" for o in range(noutputs)]
        domain = self.domain if op is None else ""
        self.nodes.append(helper.make_node(op or self.op, names, outputs, domain=domain, **attrs))
        self.outputs = outputs
        return outputs[0]


def broadcast(d, dims):
    """A shape that broadcasts with `dims`."""
    dims = [1 if d.flip(0.2) else n for n in dims]
    return dims[d.between(0, len(dims)):] if d.flip(0.3) else dims


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


def scale(d, dims=(), elem=T.FLOAT):
    return d.array(elem, dims, "positive")


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


# ---- windows that move ----

def windows(d, spatial, kernel, dims):
    """Attributes of windows, by auto_pad or by numbers."""
    attrs = {"kernel_shape": kernel}
    if d.flip(0.7):
        attrs["strides"] = [d.between(1, 3) for _ in range(spatial)]
    if d.flip(0.3) and d.has("dilations"):
        attrs["dilations"] = [d.between(1, 2) for _ in range(spatial)]
    if d.flip(0.3):
        attrs["auto_pad"] = d.pick(["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"])
        if attrs["auto_pad"].startswith("SAME"):
            attrs.pop("dilations", None)
    elif d.flip(0.7):
        attrs["pads"] = [d.between(0, kernel[i % spatial] - 1) for i in range(2 * spatial)]
    for i in range(spatial):
        reach = (kernel[i] - 1) * attrs.get("dilations", [1] * spatial)[i] + 1
        if dims[i] < reach:
            raise Unfit
    return attrs


def conv_shapes(d):
    spatial, groups = d.between(1, 3), d.pick([1, 1, 2, 3])
    cin, cout = groups * d.between(1, 3), groups * d.between(1, 3)
    kernel, dims = [d.between(1, 3) for _ in range(spatial)], [d.between(1, 8) for _ in range(spatial)]
    return spatial, groups, d.between(1, 2), cin, cout, kernel, dims


@family("Conv")
def conv(d):
    spatial, groups, n, cin, cout, kernel, dims = conv_shapes(d)
    attrs = windows(d, spatial, kernel, dims)
    d.node([d.tensor(0, [n, cin] + dims), d.tensor(1, [cout, cin // groups] + kernel), d.tensor(2, [cout]) if d.flip() else None], group=groups, **attrs)


@family("ConvTranspose")
def conv_transpose(d):
    spatial, groups, n, cin, cout, kernel, dims = conv_shapes(d)
    attrs = {"kernel_shape": kernel, "strides": [d.between(1, 3) for _ in range(spatial)]}
    if d.flip(0.4):
        attrs["dilations"] = [d.between(1, 2) for _ in range(spatial)]
    if d.flip(0.3):
        attrs["output_padding"] = [d.between(0, s - 1) for s in attrs["strides"]]
    if d.flip():
        attrs["pads"] = [d.between(0, kernel[i % spatial] - 1) for i in range(2 * spatial)]
    d.node([d.tensor(0, [n, cin] + dims), d.tensor(1, [cin, cout // groups] + kernel), d.tensor(2, [cout]) if d.flip() else None], group=groups, **attrs)


@family("ConvInteger")
def conv_integer(d):
    spatial, groups, n, cin, cout, kernel, dims = conv_shapes(d)
    attrs = windows(d, spatial, kernel, dims)
    d.node([d.tensor(0, [n, cin] + dims, "wide"), d.tensor(1, [cout, cin // groups] + kernel, "wide"), d.array(d.elem(0), []) if d.flip() else None,
            d.array(d.elem(1), []) if d.flip() else None], group=groups, **attrs)


@family("QLinearConv")
def qlinear_conv(d):
    d.slack = 1
    spatial, groups, n, cin, cout, kernel, dims = conv_shapes(d)
    attrs = windows(d, spatial, kernel, dims)
    y = d.elem(var=d.schema.outputs[0].type_str)
    each = [cout] if d.flip() else []
    d.node([d.tensor(0, [n, cin] + dims, "wide"), scale(d), d.array(d.elem(0), []), d.tensor(3, [cout, cin // groups] + kernel, "wide"), scale(d, each),
            np.zeros(each, helper.tensor_dtype_to_np_dtype(d.elem(3))), scale(d) * np.float32(16), d.array(y, []),
            d.array(T.INT32, [cout]) if d.flip() else None], group=groups, **attrs)


@family("MaxPool AveragePool LpPool")
def pool(d):
    spatial, _, n, c, _, kernel, dims = conv_shapes(d)
    attrs = windows(d, spatial, kernel, dims)
    attrs.update(d.attrs(ceil_mode=d.between(0, 1) if d.flip(0.4) else None, count_include_pad=d.between(0, 1), p=d.between(1, 3),
                         storage_order=d.between(0, 1) if d.flip(0.3) else None))
    d.node([d.tensor(0, [n, c] + dims)], 2 if d.op == "MaxPool" and d.version >= 8 and d.flip() else 1, **attrs)


@family("GlobalAveragePool GlobalMaxPool GlobalLpPool")
def global_pool(d):
    d.node([d.tensor(0, d.dims(3, 5))], **d.attrs(p=d.pick([1, 2, None])))


@family("MaxUnpool")
def max_unpool(d):
    n, c, h, w = d.between(1, 2), d.between(1, 2), d.between(1, 3), d.between(1, 3)
    size = n * c * 4 * h * w
    at = np.sort(d.rng.permutation(size)[:n * c * h * w]).reshape(n, c, h, w).astype(np.int64)
    d.node([d.tensor(0, [n, c, h, w]), at], kernel_shape=[2, 2], strides=[2, 2])


@family("LRN")
def lrn(d):
    d.node([d.tensor(0, d.dims(3, 4))], size=d.pick([1, 3, 5]), **d.free_attrs())


@family("RoiAlign")
def roi_align(d):
    n, rois = d.between(1, 2), d.between(1, 3)
    start = d.rng.uniform(0, 3, size=(rois, 2))
    boxes = np.concatenate([start, start + d.rng.uniform(0.5, 5, size=(rois, 2))], 1).astype(helper.tensor_dtype_to_np_dtype(d.elem()))
    d.node([d.tensor(0, [n, 2, 6, 7]), boxes, d.rng.integers(n, size=rois)], output_height=d.between(1, 3), output_width=d.between(1, 3),
           sampling_ratio=d.between(0, 2), spatial_scale=d.pick([1.0, 0.5]),
           **d.attrs(mode=d.pick(["avg", "max"]), coordinate_transformation_mode=d.pick(["half_pixel", "output_half_pixel", None])))


@family("MaxRoiPool")
def max_roi_pool(d):
    rois = np.array([[0, a, b, a + d.between(0, 3), b + d.between(0, 3)] for a, b in [(d.between(0, 2), d.between(0, 2)) for _ in range(2)]])
    d.node([d.tensor(0, [1, 2, 6, 6]), rois.astype(helper.tensor_dtype_to_np_dtype(d.elem()))], pooled_shape=[d.between(1, 2), d.between(1, 2)])


@family("DeformConv")
def deform_conv(d):
    c, m, kh, kw, h, w = d.between(1, 3), d.between(1, 2), d.between(1, 3), d.between(1, 3), d.between(3, 5), d.between(3, 5)
    oh, ow = h - kh + 1, w - kw + 1
    d.node([d.tensor(0, [1, c, h, w]), d.tensor(1, [m, c, kh, kw]), d.tensor(2, [1, 2 * kh * kw, oh, ow]), d.tensor(3, [m]) if d.flip() else None,
            d.tensor(4, [1, kh * kw, oh, ow]) if d.flip() else None], kernel_shape=[kh, kw], pads=[0] * 4)


@family("Col2Im")
def col2im(d):
    h, w, kh, kw, sh = d.between(3, 6), d.between(3, 6), d.between(1, 3), d.between(1, 3), d.between(1, 2)
    blocks = ((h - kh) // sh + 1) * ((w - kw) // sh + 1)
    d.node([d.tensor(0, [d.between(1, 2), 2 * kh * kw, blocks]), d.ints([h, w]), d.ints([kh, kw])], strides=[sh, sh])


# ---- normalisations ----

@family("BatchNormalization")
def batch_normalization(d):
    dims = d.dims(2, 5)
    c = dims[1]
    d.node([d.tensor(0, dims), d.tensor(1, [c]), d.tensor(2, [c]), d.tensor(3, [c]), d.array(d.elem(4), [c], "positive")],
           **d.attrs(epsilon=d.pick([1e-5, 0.01, None])))


@family("InstanceNormalization")
def instance_normalization(d):
    dims = d.dims(3, 5, 2)
    d.node([d.tensor(0, dims), d.tensor(1, [dims[1]]), d.tensor(2, [dims[1]])], epsilon=0.01)


@family("GroupNormalization")
def group_normalization(d):
    groups, each = d.between(1, 3), d.between(1, 3)
    c = groups * each if d.version >= 21 else groups
    d.node([d.tensor(0, [d.between(1, 2), groups * each] + d.dims(1, 3, 2)), d.tensor(1, [c]), d.tensor(2, [c])], num_groups=groups, epsilon=0.01)


@family("LayerNormalization")
def layer_normalization(d):
    dims = d.dims(1, 4, 2)
    axis = d.axis(len(dims))
    rest = dims[axis:] if axis < 0 else dims[axis:]
    d.node([d.tensor(0, dims), d.tensor(1, rest), d.tensor(2, rest) if d.flip() else None], d.between(1, 3), axis=axis, epsilon=0.01)


@family("RMSNormalization")
def rms_normalization(d):
    dims = d.dims(1, 4, 2)
    axis = d.axis(len(dims))
    d.node([d.tensor(0, dims), d.tensor(1, dims[axis:])], axis=axis, epsilon=0.01)


# ---- elements brought elsewhere ----

@family("Transpose")
def transpose(d):
    dims = d.dims()
    d.node([d.tensor(0, dims)], **d.attrs(perm=[int(a) for a in d.rng.permutation(len(dims))] if dims and d.flip(0.8) else None))


@family("Reshape")
def reshape(d):
    x = d.tensor(0, d.dims(1, 3))
    dims, zero = list(x.shape), 0
    to = d.pick([[-1], dims, dims[::-1], [0] + [-1] * (len(dims) > 1), [1, -1], dims + [1]])
    if x.size == 0 and -1 in to:
        raise Unfit
    d.node([x, d.ints(to)], **d.attrs(allowzero=1 if d.flip(0.1) and 0 not in to else None))


@family("Flatten")
def flatten(d):
    dims = d.dims(1)
    axis = d.between(-len(dims), len(dims)) if d.version >= 11 else d.between(0, len(dims))
    d.node([d.tensor(0, dims)], axis=axis)


@family("Squeeze")
def squeeze(d):
    dims = [1 if d.flip() else n for n in d.dims(1)]
    axes = [a for a in range(len(dims)) if dims[a] == 1 and d.flip(0.7)]
    axes = [a - len(dims) if d.flip(0.3) and d.version >= 11 else a for a in axes]
    x = d.tensor(0, dims)
    if d.has("axes"):
        d.node([x], **d.attrs(axes=axes or None))
    else:
        d.node([x, d.ints(axes) if axes else None])


@family("Unsqueeze")
def unsqueeze(d):
    dims = d.dims(0, 3)
    rank = len(dims) + d.between(1, 2)
    axes = [int(a) for a in d.rng.permutation(rank)[:rank - len(dims)]]
    axes = [a - rank if d.flip(0.3) and d.version >= 11 else a for a in (axes if d.version >= 13 else sorted(axes))]
    d.node([d.tensor(0, dims)], axes=axes) if d.has("axes") else d.node([d.tensor(0, dims), d.ints(axes)])


@family("Concat")
def concat(d):
    dims = d.dims(1)
    axis = d.axis(len(dims)) if d.version >= 11 else d.between(0, len(dims) - 1)

    def one():
        mine = list(dims)
        mine[axis] = d.between(0, 3)
        return d.tensor(0, mine)
    d.node([one() for _ in range(d.between(1, 4))], axis=axis)


@family("Split")
def split(d):
    parts, each = d.between(1, 4), d.between(1, 2)
    dims = d.dims(1, 3)
    axis = d.axis(len(dims))
    sizes = [d.between(0, 3) for _ in range(parts)] if d.flip() else None
    dims[axis] = sum(sizes) if sizes else parts * each
    x, attrs = d.tensor(0, dims), {"axis": axis if d.version >= 11 else axis % len(dims)}
    if d.has("split"):
        d.node([x], parts, **attrs, **d.attrs(split=sizes))
    else:
        d.node([x, d.ints(sizes) if sizes else None], parts, **attrs, **({} if sizes else d.attrs(num_outputs=parts)))


@family("Slice")
def slicing(d):
    dims = d.dims(1)
    axes = d.some(len(dims), 1)
    starts, ends = [d.between(-7, 7) for _ in axes], [d.pick([-2**62, -3, -1, 0, 2, 5, 2**62]) for _ in axes]
    if d.has("starts"):
        d.node([d.tensor(0, dims)], starts=starts, ends=ends, axes=[a % len(dims) for a in axes])
    else:
        elem = d.pick([T.INT32, T.INT64])
        ends = [int(np.clip(e, -2**31 + 1, 2**31 - 1)) for e in ends] if elem == T.INT32 else ends
        steps = d.ints([d.pick([1, 2, -1, -3]) for _ in axes], elem) if d.flip(0.7) else None
        d.node([d.tensor(0, dims), d.ints(starts, elem), d.ints(ends, elem), d.ints(axes, elem), steps])


@family("Pad")
def pad(d):
    dims = d.dims(1, 4, 2)
    mode = d.pick([m for m in ["constant", "reflect", "edge", "wrap"] if m != "wrap" or d.version >= 19])
    pads = [d.between(0 if mode in ("wrap", "edge") else -1, 1) for _ in range(2 * len(dims))]
    if d.has("pads"):
        d.node([d.tensor(0, dims)], mode=mode, pads=pads, value=0.5)
    else:
        d.node([d.tensor(0, dims), d.ints(pads), d.array(d.elem(), []) if d.flip() and mode == "constant" else None], mode=mode)


@family("Tile")
def tile(d):
    dims = d.dims(1, 3)
    d.node([d.tensor(0, dims), d.ints([d.between(0, 3) for _ in dims])])


@family("Expand")
def expand(d):
    dims = d.dims(1)
    d.node([d.tensor(0, broadcast(d, dims)), d.ints(broadcast(d, dims))])


def index(d, size, dims, elem=T.INT64):
    if size == 0:
        raise Unfit
    return d.rng.integers(-size, size, size=dims).astype(helper.tensor_dtype_to_np_dtype(elem))


@family("Gather")
def gather(d):
    dims = d.dims(1)
    axis = d.axis(len(dims))
    x = d.tensor(0, dims)
    at = index(d, dims[axis], d.dims(0, 2), d.elem(1))
    d.node([x, np.abs(at) % dims[axis] if d.version < 11 else at], axis=axis)


@family("GatherElements")
def gather_elements(d):
    dims = d.dims(1, 3)
    axis = d.axis(len(dims))
    to = [d.between(1, max(1, n)) for n in dims]
    d.node([d.tensor(0, dims), index(d, dims[axis], to, d.elem(1))], axis=axis)


@family("GatherND")
def gather_nd(d):
    dims = d.dims(1, 4)
    batch = d.between(0, len(dims) - 1) if d.has("batch_dims") and d.flip() else 0
    depth = d.between(1, len(dims) - batch)
    if 0 in dims:
        raise Unfit
    lead = dims[:batch] + d.dims(0, 2)
    at = np.stack([index(d, n, lead) for n in dims[batch:batch + depth]], -1)
    d.node([d.tensor(0, dims), at], **d.attrs(batch_dims=batch))


@family("Scatter ScatterElements")
def scatter_elements(d):
    dims = d.dims(1, 3)
    axis = d.axis(len(dims))
    reduction = d.pick(["none", "add", "mul", "min", "max"][:3 if d.version < 18 else 5]) if d.has("reduction") and d.flip() else None
    to = [d.between(1, max(1, n)) for n in dims]
    if dims[axis] == 0:
        raise Unfit
    at = np.empty(to, np.int64)  # no place twice, which without a reduction has no answer
    to[axis] = min(to[axis], dims[axis])
    order = np.argsort(d.rng.random([*to[:axis % len(dims)], dims[axis], *to[axis % len(dims) + 1:]]), axis)
    at = np.take(order, range(to[axis]), axis)
    if reduction:
        at = index(d, dims[axis], to)
    d.node([d.tensor(0, dims), at.astype(helper.tensor_dtype_to_np_dtype(d.elem(1))), d.tensor(2, to)], axis=axis, **d.attrs(reduction=reduction))


@family("ScatterND")
def scatter_nd(d):
    dims = d.dims(1, 3)
    depth = d.between(1, len(dims))
    if 0 in dims:
        raise Unfit
    reduction = d.pick(["none", "add", "mul", "min", "max"][:3 if d.version < 18 else 5]) if d.has("reduction") and d.flip() else None
    places = int(np.prod(dims[:depth]))
    chosen = d.rng.permutation(places)[:d.between(1, places)]
    at = np.stack(np.unravel_index(chosen, dims[:depth]), -1).astype(np.int64)
    d.node([d.tensor(0, dims), at, d.tensor(2, [len(chosen)] + dims[depth:])], **d.attrs(reduction=reduction))


@family("DepthToSpace SpaceToDepth")
def depth_space(d):
    n, c, h, w, b = d.between(1, 2), d.between(1, 2), d.between(1, 3), d.between(1, 3), d.between(1, 3)
    dims = [n, c * b * b, h, w] if d.op == "DepthToSpace" else [n, c, h * b, w * b]
    d.node([d.tensor(0, dims)], blocksize=b, **d.attrs(mode=d.pick(["DCR", "CRD", None])))


@family("ReverseSequence")
def reverse_sequence(d):
    dims, batch = d.dims(2, 4), d.between(0, 1)
    if 0 in dims:
        raise Unfit
    d.node([d.tensor(0, dims), d.rng.integers(1, dims[1 - batch] + 1, size=dims[batch])], batch_axis=batch, time_axis=1 - batch)


@family("Trilu")
def trilu(d):
    d.node([d.tensor(0, d.dims(2, 4)), d.ints(d.between(-4, 4)) if d.flip(0.7) else None], upper=d.between(0, 1))


@family("Compress")
def compress(d):
    dims = d.dims(1, 3)
    axis = d.axis(len(dims)) if d.flip() else None
    size = int(np.prod(dims)) if axis is None else dims[axis]
    d.node([d.tensor(0, dims), d.array(T.BOOL, [d.between(1, max(1, size))])], **d.attrs(axis=axis))


@family("EyeLike")
def eye_like(d):
    to = d.pick([t for t in d.allowed("T2") if t not in COMPLEX] + [None])
    d.node([d.tensor(0, d.dims(2, 2))], k=d.between(-3, 3), **d.attrs(dtype=to))


@family("Range")
def range_(d):
    elem = d.elem()
    d.node([d.array(elem, []), d.array(elem, []), d.array(elem, [], "positive")])


@family("OneHot")
def one_hot(d):
    at, depth = d.tensor(0, d.dims(0, 3)), d.array(d.elem(1), [], "positive")
    d.node([np.trunc(at) if at.dtype.kind == "f" else at, np.ceil(depth) if depth.dtype.kind == "f" else depth, d.tensor(2, [2])], axis=d.pick([-1, 0]))


@family("NonZero Shape Size")
def whole(d):
    dims = d.dims(1)
    d.node([d.tensor(0, dims)], **d.attrs(start=d.between(-5, 5) if d.flip() else None, end=d.between(-5, 5) if d.flip() else None))


@family("Unique")
def unique(d):
    dims = d.dims(1, 3)
    d.node([d.tensor(0, dims)], 4, sorted=1, **d.attrs(axis=d.axis(len(dims)) if d.flip() else None))


@family("ConstantOfShape")
def constant_of_shape(d):
    elem = d.pick([t for t in d.allowed("T2") if t not in COMPLEX])
    value = onnx.numpy_helper.from_array(d.array(elem, [1]))
    d.node([d.ints(d.dims(1, 3))], **d.attrs(value=value if d.flip(0.8) else None))


@family("CenterCropPad")
def center_crop_pad(d):
    dims = d.dims(1, 3)
    axes = d.some(len(dims), 1)
    d.node([d.tensor(0, dims), d.ints([d.between(1, 6) for _ in axes], d.elem(1))], axes=axes)


@family("Resize")
def resize(d):
    dims = [d.between(1, 2), d.between(1, 2), d.between(2, 5), d.between(2, 5)]
    mode = d.pick(["nearest", "linear", "cubic"] if d.version >= 11 else ["nearest", "linear"])
    by_size = d.version >= 11 and d.flip()
    scales = np.array([1, 1, d.pick([0.5, 0.75, 1, 1.5, 2, 3]), d.pick([0.5, 0.6, 1, 2, 2.5])], np.float32)
    sizes = d.ints(dims[:2] + [d.between(1, 8), d.between(1, 8)])
    if d.version < 11:
        d.node([d.tensor(0, dims), scales], mode=mode)
        return
    transform = d.pick(["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"] + ["half_pixel_symmetric"] * (d.version >= 19))
    attrs = d.attrs(nearest_mode=d.pick(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]) if mode == "nearest" else None,
                    cubic_coeff_a=d.pick([-0.75, -0.5]) if mode == "cubic" else None, exclude_outside=d.between(0, 1) if mode == "cubic" else None,
                    antialias=d.between(0, 1) if mode != "nearest" and d.flip(0.3) else None)
    roi = np.zeros(0, np.float32) if d.version < 13 else None
    none = np.zeros(0, np.float32) if d.version < 13 else None
    d.node([d.tensor(0, dims), roi, none if by_size else scales, sizes if by_size else None], mode=mode, coordinate_transformation_mode=transform, **attrs)


@family("Upsample")
def upsample(d):
    dims = [1, d.between(1, 2), d.between(1, 4), d.between(1, 4)]
    scales = [1.0, 1.0, d.pick([1.0, 2.0, 1.5]), d.pick([1.0, 2.0, 3.0])]
    mode = d.pick(["nearest", "linear"])
    x = d.tensor(0, dims)
    d.node([x], mode=mode, scales=scales) if d.has("scales") else d.node([x, np.float32(scales)], mode=mode)


@family("GridSample")
def grid_sample(d):
    spatial = 3 if d.version >= 20 and d.flip(0.3) else 2
    modes = ["linear", "nearest", "cubic"][:3 if spatial == 2 else 2] if d.version >= 20 else ["bilinear", "nearest", "bicubic"]
    n, size, to = d.between(1, 2), [d.between(2, 4) for _ in range(spatial)], [d.between(1, 4) for _ in range(spatial)]
    grid = d.rng.uniform(-1.3, 1.3, size=[n] + to + [spatial]).astype(helper.tensor_dtype_to_np_dtype(d.elem(1)))
    d.node([d.tensor(0, [n, 2] + size), grid], mode=d.pick(modes), padding_mode=d.pick(["zeros", "border", "reflection"]), align_corners=d.between(0, 1))


@family("AffineGrid")
def affine_grid(d):
    spatial = d.between(2, 3)
    d.node([d.tensor(0, [2, spatial, spatial + 1]), d.ints([2, 3] + [d.between(1, 4) for _ in range(spatial)])], align_corners=d.between(0, 1))


@family("NonMaxSuppression")
def non_max_suppression(d):
    n = d.between(1, 6)
    corner = d.rng.uniform(0, 3, size=(1, n, 2))
    boxes = np.concatenate([corner, corner + d.rng.uniform(0.5, 2, size=(1, n, 2))], -1).astype(np.float32)
    d.node([boxes, d.array(T.FLOAT, [1, 2, n], "share"), d.ints([d.between(0, 4)]), np.float32([0.3]) if d.flip(0.7) else None,
            np.float32([0.4]) if d.flip() else None], center_point_box=d.between(0, 1))


# ---- quantisation ----

@family("QuantizeLinear")
def quantize_linear(d):
    d.slack = 1
    dims = d.dims(1, 3)
    axis = d.axis(len(dims))
    each = [dims[axis]] if d.version >= 13 and d.flip(0.4) else []
    zero = d.elem(2) if d.flip(0.8) else None
    s = d.elem(1)
    d.node([d.tensor(0, dims), d.array(s, each, "positive"), d.array(zero, each) if zero else None], **d.attrs(axis=axis if each else None))


@family("DequantizeLinear")
def dequantize_linear(d):
    dims = d.dims(1, 3)
    axis = d.axis(len(dims))
    each = [dims[axis]] if d.version >= 13 and d.flip(0.4) else []
    zero = d.elem(0) not in (T.INT32,) and d.flip(0.7)
    x = d.tensor(0, dims, "wide")
    d.node([x, d.array(d.elem(1), each, "positive"), d.array(d.elem(0), each) if zero else None], **d.attrs(axis=axis if each else None))


@family("DynamicQuantizeLinear")
def dynamic_quantize_linear(d):
    d.slack = 1
    d.node([d.tensor(0, d.dims(1, 3))], 3)


# ---- recurrent networks ----

@family("RNN GRU LSTM")
def recurrent(d):
    d.absolute = 1e-5  # onnxruntime's sigmoid is an approximation
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[d.op]
    seq, batch, width, hidden = d.between(1, 4), d.between(1, 2), d.between(1, 3), d.between(1, 3)
    direction = d.pick(["forward", "reverse", "bidirectional"])
    n = 2 if direction == "bidirectional" else 1
    lengths = d.rng.integers(1, seq + 1, size=batch).astype(np.int32) if d.flip(0.4) else None
    state = d.tensor(0, [n, batch, hidden]) if d.flip() else None
    inputs = [d.tensor(0, [seq, batch, width]), d.tensor(1, [n, gates * hidden, width], "unit"), d.tensor(2, [n, gates * hidden, hidden], "unit"),
              d.tensor(3, [n, 2 * gates * hidden]) if d.flip() else None, lengths, state]
    if d.op == "LSTM":
        inputs += [d.tensor(0, [n, batch, hidden]) if d.flip() else None, d.tensor(0, [n, 3 * hidden]) if d.flip(0.3) else None]
    attrs = {"hidden_size": hidden, "direction": direction}
    if d.flip(0.3):
        attrs["clip"] = 0.5
    if d.op == "GRU" and d.flip():
        attrs["linear_before_reset"] = d.between(0, 1)
    if d.op == "LSTM" and d.flip(0.2):
        attrs["input_forget"] = 1
    if d.flip(0.3):
        each = {"RNN": 1, "GRU": 2, "LSTM": 3}[d.op]
        attrs["activations"] = [d.pick(["Tanh", "Relu", "Sigmoid"]) for _ in range(each * n)]
    d.node(inputs, 3 if d.op == "LSTM" else 2, **attrs)


# ---- losses ----

@family("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss")
def loss(d):
    n, c, rest = d.between(1, 3), d.between(1, 4), d.dims(0, 2)
    target = d.rng.integers(c, size=[n] + rest).astype(helper.tensor_dtype_to_np_dtype(d.elem(1)))
    weight = d.array(d.elem(0), [c], "positive") if d.flip() else None
    attrs = {"reduction": d.pick(["none", "mean", "sum"]), **({"ignore_index": d.between(-1, c - 1)} if d.flip(0.3) else {})}
    d.node([d.tensor(0, [n, c] + rest), target, weight], 2 if d.op.startswith("Softmax") and d.flip() else 1, **attrs)


# ---- strings ----

@family("StringConcat")
def string_concat(d):
    dims = d.dims(0, 3)
    d.node([d.tensor(0, broadcast(d, dims)), d.tensor(1, broadcast(d, dims))])


@family("StringSplit")
def string_split(d):
    d.node([d.tensor(0, d.dims(1, 2))], 2, **d.attrs(delimiter=d.pick([" ", "a", None]), maxsplit=d.pick([1, 2, None])))


@family("RegexFullMatch")
def regex_full_match(d):
    d.node([d.tensor(0, d.dims(1, 2))], pattern=d.pick(["a.*", "[ab]+", ".*", r"\d", ""]))


@family("StringNormalizer")
def string_normalizer(d):
    d.node([d.array(T.STRING, d.pick([[4], [1, 3]]))], case_change_action=d.pick(["LOWER", "UPPER", "NONE"]), is_case_sensitive=d.between(0, 1),
           **d.attrs(stopwords=d.pick([["a"], ["A", "b"], None])))


@family("TfIdfVectorizer")
def tf_idf(d):
    d.node([d.array(d.pick([T.INT32, T.INT64]), d.pick([[8], [2, 6]]), "unit")], mode=d.pick(["TF", "IDF", "TFIDF"]), min_gram_length=1,
           max_gram_length=2, max_skip_count=d.between(0, 2), ngram_counts=[0, 2], ngram_indexes=[0, 1, 2, 3], pool_int64s=[0, 1, 1, 1, 0, 1],
           **d.attrs(weights=[0.5, 2.0, 1.0, 3.0] if d.flip() else None))


# ---- signals ----

@family("DFT")
def dft(d):
    dims = d.dims(2, 3, 1, 12)
    inverse, onesided = d.between(0, 1), d.between(0, 1)
    parts = (2 if inverse else 1) if onesided else d.between(1, 2)
    rank = len(dims) + 1
    axis = d.between(1, len(dims) - 1) - (rank if d.flip(0.3) else 0)
    length = d.ints(d.between(1, 14), d.elem(1)) if d.flip() else None
    if dims[axis if axis >= 0 else axis + rank] < 2:
        raise Unfit
    x = d.tensor(0, dims + [parts])
    if d.has("axis"):
        d.node([x, length], inverse=inverse, onesided=onesided, axis=axis)
    else:
        d.node([x, length, d.ints(axis)], inverse=inverse, onesided=onesided)


@family("STFT")
def stft(d):
    frame, length, onesided = d.between(2, 8), d.between(8, 20), d.between(0, 1)
    window = d.tensor(2, [frame], "positive") if d.flip() else None
    d.node([d.tensor(0, [d.between(1, 2), length, 1 if onesided or d.flip() else 2]), d.ints(d.between(1, 4), d.elem(1)), window,
            d.ints(frame, d.elem(3)) if window is None or d.flip() else None], onesided=onesided)


@family("HannWindow HammingWindow BlackmanWindow")
def window(d):
    d.node([d.ints(d.between(0, 20), d.elem())], periodic=d.between(0, 1), output_datatype=d.pick([T.FLOAT, T.DOUBLE]))


@family("MelWeightMatrix")
def mel(d):
    rate = d.pick([8000, 8192, 44100])
    low = d.rng.uniform(0, rate / 8)
    high = d.rng.uniform(low, rate / 2)
    f = helper.tensor_dtype_to_np_dtype(d.elem(3))
    d.node([d.ints(d.between(1, 10), d.elem()), d.ints(d.between(4, 64), d.elem()), d.ints(rate, d.elem()), np.array(low, f), np.array(high, f)],
           output_datatype=d.pick([T.FLOAT, T.DOUBLE]))


# ---- attention ----

@family("RotaryEmbedding")
def rotary_embedding(d):
    batch, heads, seq, size = d.between(1, 2), d.between(1, 3), d.between(1, 4), 2 * d.between(1, 3)
    positions = d.flip()
    cache = [seq + 2, size // 2] if positions else [batch, seq, size // 2]
    d.node([d.tensor(0, [batch, heads, seq, size]), d.tensor(1, cache), d.tensor(2, cache),
            d.rng.integers(seq + 2, size=(batch, seq)) if positions else None], interleaved=d.between(0, 1))


@family("Attention")
def attention(d):
    batch, kv, group, q, k, size, vsize = d.between(1, 2), d.between(1, 2), d.between(1, 2), d.between(1, 4), d.between(1, 4), d.between(1, 4), d.between(1, 4)
    mask = d.array(d.pick([T.BOOL, d.elem(0)]), [q, k]) if d.flip(0.3) else None
    d.node([d.tensor(0, [batch, kv * group, q, size]), d.tensor(1, [batch, kv, k, size]), d.tensor(2, [batch, kv, k, vsize]), mask],
           is_causal=d.between(0, 1), **d.attrs(scale=0.5 if d.flip(0.3) else None, softcap=2.0 if d.flip(0.3) else None))


# ---- sequences, looked at through tensors ----

@family("SequenceConstruct SequenceAt SequenceLength ConcatFromSequence SequenceInsert SequenceErase")
def sequence(d):
    elem = d.pick([T.FLOAT, T.INT64, T.DOUBLE, T.STRING, T.BOOL])
    n, dims = d.between(1, 4), d.dims(1, 3)
    s = d.node([d.array(elem, dims) for _ in range(n)], op="SequenceConstruct")
    if d.op == "SequenceInsert":
        s = d.node([s, d.array(elem, dims), d.ints(d.between(-n, n)) if d.flip() else None])
    if d.op == "SequenceErase":
        s = d.node([s, d.ints(d.between(-n, n - 1)) if d.flip() else None])
        if n == 1:
            raise Unfit
    if d.op == "SequenceLength":
        d.node([s])
    elif d.op == "SequenceAt":
        d.node([s, d.ints(d.between(-n, n - 1))])
    else:
        d.node([s], op="ConcatFromSequence", axis=d.axis(len(dims)), new_axis=0)


# ---- classical machine learning ----

ML = "ai.onnx.ml"


@family("Normalizer", ML)
def normalizer(d):
    d.node([d.tensor(0, d.dims(1, 2))], norm=d.pick(["MAX", "L1", "L2"]))


@family("Binarizer", ML)
def binarizer(d):
    d.node([d.tensor(0, d.dims(1, 3))], threshold=0.5)


@family("Scaler", ML)
def scaler(d):
    n = d.between(1, 4)
    each = n if d.flip() else 1
    d.node([d.tensor(0, [d.between(1, 3), n])], offset=[0.5 * i for i in range(each)], scale=[2.0 - i for i in range(each)])


@family("Imputer", ML)
def imputer(d):
    n, elem = d.between(1, 4), d.elem()
    x = d.array(elem, [2, n])
    if elem in INTS:
        d.node([x], imputed_value_int64s=[7], replaced_value_int64=1)
    else:
        d.node([np.where(d.rng.random(x.shape) < 0.3, np.array(np.nan, x.dtype), x)], imputed_value_floats=[7.0] * d.pick([1, n]), replaced_value_float=float("nan"))


@family("ArrayFeatureExtractor", ML)
def array_feature_extractor(d):
    dims = d.dims(1, 3)
    if 0 in dims:
        raise Unfit
    d.node([d.tensor(0, dims), d.rng.integers(dims[-1], size=d.between(1, 4))])


@family("LabelEncoder", ML)
def label_encoder(d):
    if d.version < 2:
        raise Unfit
    keys, values = d.pick(["strings", "int64s", "floats"]), d.pick(["strings", "int64s", "floats"])
    lists = {"strings": ["a", "b", ""], "int64s": [1, 2, 0], "floats": [0.5, 1.0, 2.0]}
    x = np.array(lists[keys], dtype={"strings": object, "int64s": np.int64, "floats": np.float32}[keys])
    d.node([x[d.rng.integers(3, size=d.dims(1, 2))]], **{f"keys_{keys}": lists[keys][:2], f"values_{values}": lists[values][1:]})


@family("LinearRegressor", ML)
def linear_regressor(d):
    n, targets = d.between(1, 4), d.between(1, 2)
    d.node([d.tensor(0, [d.between(1, 3), n])], coefficients=[float(v) for v in d.array(T.FLOAT, [n * targets])], targets=targets,
           **({"intercepts": [0.5] * targets} if d.flip() else {}), post_transform=d.pick(["NONE", "SOFTMAX", "LOGISTIC"]))


@family("FeatureVectorizer", ML)
def feature_vectorizer(d):
    n = d.between(1, 3)
    widths = [d.between(1, 3) for _ in range(n)]
    d.node([d.tensor(0, [2, w]) for w in widths], inputdimensions=widths)


@family("OneHotEncoder", ML)
def one_hot_encoder(d):
    x = d.pick([d.array(T.INT64, [4], "unit"), d.array(T.STRING, [4])])
    cats = {"cats_strings": ["a", "b", "ab"]} if x.dtype == object else {"cats_int64s": [0, 1, 5]}
    d.node([x], zeros=1, **cats)
