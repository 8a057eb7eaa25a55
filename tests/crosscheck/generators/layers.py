"""What networks are made of: windows that move, normalisations, recurrence, losses, attention, quantisation."""
import numpy as np
from onnx import TensorProto as T, helper

from .draw import Unfit, family, scale


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
