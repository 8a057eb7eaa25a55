"""What generators draw with: a Draw knows an operator's schema in one opset version, and holds the nodes and numbers of one case."""
import numpy as np
from onnx import TensorProto as T, defs, helper

FAMILIES = {}
TYPES = {f"tensor({name.lower()})": number for name, number in T.DataType.items()}
INTS = {T.INT8, T.INT16, T.INT32, T.INT64, T.UINT8, T.UINT16, T.UINT32, T.UINT64}
UNSIGNED = {T.UINT8, T.UINT16, T.UINT32, T.UINT64, T.UINT4, T.UINT2}
SMALL = {T.INT4, T.UINT4, T.INT2, T.UINT2}
FLOAT8 = {T.FLOAT8E4M3FN, T.FLOAT8E4M3FNUZ, T.FLOAT8E5M2, T.FLOAT8E5M2FNUZ}
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


def scale(d, dims=(), elem=T.FLOAT):
    """Of a quantisation."""
    return d.array(elem, dims, "positive")
