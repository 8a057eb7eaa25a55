"""Tensors and numpy's arrays, one over the memory of the other.

What numpy has a type for goes both ways without a copy: an array that is fed is looked at where it lies, and an array
that comes out lies in the library's memory, read-only, which lives as long as it. Types that are packed in memory (4
bits and fewer, 6 bits) and strings are converted. A tensor of the library's may lie in an array that was fed, as the
output of a Reshape does: `detached` makes a copy of it, which is not the caller's to change.
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Any, Iterable, Mapping

import numpy as np

from . import _abi
from ._library import lib
from .context import Core
from .errors import BadValue, Unsupported

try:
    import ml_dtypes
except ImportError:  # then these types are seen as their bits
    ml_dtypes = None

_NUMPY = {
    _abi.FINNC_ELEM_FLOAT: "float32",
    _abi.FINNC_ELEM_UINT8: "uint8",
    _abi.FINNC_ELEM_INT8: "int8",
    _abi.FINNC_ELEM_UINT16: "uint16",
    _abi.FINNC_ELEM_INT16: "int16",
    _abi.FINNC_ELEM_INT32: "int32",
    _abi.FINNC_ELEM_INT64: "int64",
    _abi.FINNC_ELEM_BOOL: "bool",
    _abi.FINNC_ELEM_FLOAT16: "float16",
    _abi.FINNC_ELEM_DOUBLE: "float64",
    _abi.FINNC_ELEM_UINT32: "uint32",
    _abi.FINNC_ELEM_UINT64: "uint64",
    _abi.FINNC_ELEM_COMPLEX64: "complex64",
    _abi.FINNC_ELEM_COMPLEX128: "complex128",
}
# What ml_dtypes has beyond numpy, and what stands for it without: the bits of a byte or two.
_BEYOND = {
    _abi.FINNC_ELEM_BFLOAT16: ("bfloat16", "uint16"),
    _abi.FINNC_ELEM_FLOAT8E4M3FN: ("float8_e4m3fn", "uint8"),
    _abi.FINNC_ELEM_FLOAT8E4M3FNUZ: ("float8_e4m3fnuz", "uint8"),
    _abi.FINNC_ELEM_FLOAT8E5M2: ("float8_e5m2", "uint8"),
    _abi.FINNC_ELEM_FLOAT8E5M2FNUZ: ("float8_e5m2fnuz", "uint8"),
    _abi.FINNC_ELEM_FLOAT8E8M0: ("float8_e8m0fnu", "uint8"),
    _abi.FINNC_ELEM_FLOAT4E2M1: ("float4_e2m1fn", "uint8"),
    _abi.FINNC_ELEM_FLOAT6E2M3: ("float6_e2m3fn", "uint8"),
    _abi.FINNC_ELEM_FLOAT6E3M2: ("float6_e3m2fn", "uint8"),
}
# Packed: an array has a byte for each.
_PACKED_INTS = {
    _abi.FINNC_ELEM_INT4: "int8",
    _abi.FINNC_ELEM_UINT4: "uint8",
    _abi.FINNC_ELEM_INT2: "int8",
    _abi.FINNC_ELEM_UINT2: "uint8",
}
_PACKED_NAMES = {
    "int4": _abi.FINNC_ELEM_INT4,
    "uint4": _abi.FINNC_ELEM_UINT4,
    "int2": _abi.FINNC_ELEM_INT2,
    "uint2": _abi.FINNC_ELEM_UINT2,
}
_ELEM = {name: elem for elem, name in _NUMPY.items()} | _PACKED_NAMES
_ELEM |= {name: elem for elem, (name, _bits) in _BEYOND.items()}

FREE = lib.finnc_tensor_create_view.argtypes[5]


def elem_name(elem: int) -> str:
    """ "FLOAT", "INT4", ...: ONNX's name of an element type."""
    name = lib.finnc_elem_name(elem)
    return name.decode() if name else str(elem)


def numpy_dtype(elem: int) -> np.dtype:
    """The type of the arrays that stand for tensors of an element type."""
    if elem in _NUMPY:
        return np.dtype(_NUMPY[elem])
    if elem in _BEYOND:
        name, bits = _BEYOND[elem]
        return np.dtype(getattr(ml_dtypes, name, bits)) if ml_dtypes else np.dtype(bits)
    if elem in _PACKED_INTS:
        return np.dtype(_PACKED_INTS[elem])
    if elem == _abi.FINNC_ELEM_STRING:
        return np.dtype(object)
    raise Unsupported(f"numpy has nothing for elements of type {elem_name(elem)}")


# ---- tensors as arrays ----


class _Memory:
    """The elements of a tensor, for numpy: the array keeps this, and this keeps the tensor."""

    def __init__(self, core: Core, pointer: Any, address: int, shape: tuple[int, ...], typestr: str) -> None:
        core.own(self, lib.finnc_tensor_release, pointer)
        self.__array_interface__ = {"version": 3, "data": (address, True), "shape": shape, "typestr": typestr}


def to_array(core: Core, pointer: Any) -> Any:
    """A tensor as an array; a sequence as a list, a map as a dict, an optional as its item or None. `pointer` is
    borrowed."""
    kind = lib.finnc_tensor_kind(pointer)
    if kind != _abi.FINNC_KIND_TENSOR:
        items = [to_array(core, lib.finnc_tensor_item(pointer, i)) for i in range(lib.finnc_tensor_nelems(pointer))]
        if kind == _abi.FINNC_KIND_MAP:
            return dict(zip(items[0].tolist(), items[1] if isinstance(items[1], list) else items[1].tolist()))
        return items if kind == _abi.FINNC_KIND_SEQUENCE else items[0] if items else None
    elem = lib.finnc_tensor_elem(pointer)
    rank = lib.finnc_tensor_rank(pointer)
    dims = lib.finnc_tensor_dims(pointer)
    shape = tuple(dims[i] for i in range(rank))
    if elem == _abi.FINNC_ELEM_STRING:
        return _strings(pointer, shape)
    dtype = numpy_dtype(elem)
    address = ctypes.c_void_p()
    core.call(lib.finnc_tensor_need_data, pointer, ctypes.byref(address))
    nbytes = lib.finnc_tensor_nbytes(pointer)
    if not nbytes:
        return np.zeros(shape, dtype)
    bits = lib.finnc_elem_bits(elem)
    if bits % 8:
        codes = np.frombuffer(ctypes.string_at(address, nbytes), np.uint8)
        return _unpack(codes, bits, int(np.prod(shape)), dtype).reshape(shape)
    raw = np.dtype(f"u{dtype.itemsize}") if dtype.kind == "V" or elem in _BEYOND else dtype
    memory = _Memory(core, lib.finnc_tensor_retain(pointer), address.value, shape, raw.str)
    array = np.asarray(memory)
    return array if raw == dtype else array.view(dtype)


def detached(found: Any, lent: Iterable[np.ndarray] | None) -> Any:
    """What to_array gave, with a copy, read-only as well, of each array that lies in memory of one in `lent`; None: of
    all of them."""
    if isinstance(found, list):
        return [detached(x, lent) for x in found]
    if isinstance(found, dict):
        return {key: detached(x, lent) for key, x in found.items()}
    if not isinstance(found, np.ndarray) or found.dtype.hasobject:  # strings were copied
        return found
    if lent is not None and not any(np.may_share_memory(found, array) for array in lent):
        return found
    return np.ndarray(found.shape, found.dtype, found.tobytes())  # which nobody can make writeable


def _strings(pointer: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.empty(int(np.prod(shape)), object)
    for i in range(array.size):
        text = lib.finnc_tensor_get_string(pointer, i)
        data = ctypes.string_at(text.data, text.length) if text.length else b""
        array[i] = data.decode("utf-8", "surrogateescape")
    return array.reshape(shape)


def _unpack(data: np.ndarray, bits: int, count: int, dtype: np.dtype) -> np.ndarray:
    """Elements of fewer than 8 bits, the first one in the low bits."""
    flat = np.unpackbits(data, bitorder="little")[: count * bits].reshape(count, bits)
    codes = np.packbits(flat, axis=1, bitorder="little")[:, 0]
    if dtype == np.int8:
        shift = np.uint8(8 - bits)
        return (codes << shift).view(np.int8) >> np.int8(8 - bits)
    return codes.view(dtype)


def _pack(codes: np.ndarray, bits: int) -> np.ndarray:
    flat = np.unpackbits(codes.reshape(-1, 1), axis=1, bitorder="little")[:, :bits]
    return np.packbits(flat.reshape(-1), bitorder="little")


# ---- arrays as tensors ----

_kept: dict[int, Any] = {}
_numbers = itertools.count(1)


def _forget(number: int | None) -> None:
    _kept.pop(number, None)


_FORGET = FREE(_forget)


class Tensor:
    """A reference to a tensor of the library's, given back when this is forgotten. `lent`: arrays of somebody else's that
    it lies in, who may change them."""

    __slots__ = ("core", "pointer", "lent", "__weakref__")

    def __init__(self, core: Core, pointer: Any, lent: tuple[np.ndarray, ...] = ()) -> None:
        self.core, self.pointer, self.lent = core, pointer, lent
        core.own(self, lib.finnc_tensor_release, pointer)

    def array(self) -> Any:
        return to_array(self.core, self.pointer)


def _is_lasting(array: np.ndarray) -> bool:
    """Does it lie where nobody can change it, as in a tensor of the library's?"""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, (_Memory, bytes))


def from_array(core: Core, data: Any, elem: int = 0, *, copies: bool = False) -> Tensor:
    """A tensor over an array, or over what numpy makes an array of. `elem` is wanted where numpy has no word for it (INT4
    of int8); else the array's type decides. The array must not change while the tensor is in use, unless it `copies`."""
    if data is None or isinstance(data, (list, tuple, dict)) and _is_compound(data):
        return _compound(core, data, copies)
    given = array = np.asarray(data)
    if array.dtype.kind in "OUS" or elem == _abi.FINNC_ELEM_STRING and array.dtype.kind == "T":
        return _from_strings(core, array)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    found = _ELEM.get(array.dtype.name)
    if found is None:
        raise BadValue(f"ONNX has no element type for arrays of {array.dtype}")
    stands_for = elem in _PACKED_INTS and array.dtype == _PACKED_INTS[elem]
    if stands_for or elem in _BEYOND and array.dtype == _BEYOND[elem][1]:
        found = elem
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    if found == _abi.FINNC_ELEM_BOOL and array.size and array.view(np.uint8).max() > 1:
        array = array.view(np.uint8) != 0  # bytes that were looked at as bools
    shape = array.shape
    bits = lib.finnc_elem_bits(found)
    if bits % 8:
        codes = array.view(np.uint8).reshape(-1)
        if array.dtype.kind in "iu":
            _check_range(array, found, bits)
        array = _pack(codes, bits)
    if _is_lasting(array) or not np.may_share_memory(array, given):
        return _view(core, found, shape, array)
    return _view(core, found, shape, array.copy()) if copies else _view(core, found, shape, array, lent=(array,))


def _check_range(array: np.ndarray, elem: int, bits: int) -> None:
    """Of integers, or of the codes of floats."""
    if not array.size:
        return
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if array.dtype.kind == "i" else (0, (1 << bits) - 1)
    for x in (int(array.min()), int(array.max())):
        if not low <= x <= high:
            raise BadValue(f"{x} is no {elem_name(elem)}, which goes from {low} to {high}")


def _view(
    core: Core, elem: int, shape: tuple[int, ...], array: np.ndarray, lent: tuple[np.ndarray, ...] = ()
) -> Tensor:
    number = next(_numbers)
    _kept[number] = array
    out = ctypes.POINTER(_abi.finnc_tensor)()
    dims = (ctypes.c_int64 * max(1, len(shape)))(*shape)
    try:
        core.call(
            lib.finnc_tensor_create_view, elem, len(shape), dims, array.ctypes.data, _FORGET, number, ctypes.byref(out)
        )
    except BaseException:
        _forget(number)
        raise
    return Tensor(core, out, lent)


def _from_strings(core: Core, array: np.ndarray) -> Tensor:
    out = ctypes.POINTER(_abi.finnc_tensor)()
    dims = (ctypes.c_int64 * max(1, array.ndim))(*array.shape)
    core.call(lib.finnc_tensor_create, _abi.FINNC_ELEM_STRING, array.ndim, dims, ctypes.byref(out))
    tensor = Tensor(core, out)
    for i, text in enumerate(array.reshape(-1).tolist()):
        if isinstance(text, str):
            text = text.encode("utf-8", "surrogateescape")
        elif not isinstance(text, bytes):
            raise BadValue(f"{text!r} is no string")
        core.call(lib.finnc_tensor_set_string, out, i, text, len(text))
    return tensor


def _is_compound(data: Any) -> bool:
    """A dict is a map and a list of arrays a sequence; a list of numbers is what numpy says."""
    return isinstance(data, dict) or all(isinstance(x, (np.ndarray, list, dict)) for x in data)


def _compound(core: Core, data: Any, copies: bool) -> Tensor:
    if isinstance(data, Mapping):
        kind, parts = _abi.FINNC_KIND_MAP, [np.asarray(list(data)), np.asarray(list(data.values()))]
    else:
        kind, parts = _abi.FINNC_KIND_SEQUENCE, list(data or [])
        if data is None:
            kind = _abi.FINNC_KIND_OPTIONAL
    tensors = [from_array(core, part, copies=copies) for part in parts]
    items = (ctypes.POINTER(_abi.finnc_tensor) * max(1, len(tensors)))(*[t.pointer for t in tensors])
    out = ctypes.POINTER(_abi.finnc_tensor)()
    core.call(lib.finnc_tensor_create_of, kind, items, len(tensors), ctypes.byref(out))
    return Tensor(core, out, tuple(array for tensor in tensors for array in tensor.lent))
