"""Elements brought elsewhere, by shape or by index; and resampling."""
import numpy as np
import onnx
from onnx import TensorProto as T, helper

from .draw import COMPLEX, Unfit, broadcast, family


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
    if size == 0:
        raise Unfit
    d.node([d.tensor(0, dims), d.array(T.BOOL, [d.between(1, size)])], **d.attrs(axis=axis))


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
