"""FINN's data types as qonnx.core.datatype has them, over finnc's."""

from __future__ import annotations

import ctypes
import functools
from typing import Any, Union

import numpy as np

from ... import _abi
from ..._library import lib
from ...context import Context
from ...errors import BadValue
from ...model import encode

Number = Union[int, float]
_context = Context()


class BaseDataType:
    """What a tensor may hold, as opposed to the element type that it is stored in. Compared by name."""

    def __init__(self, dtype: Any) -> None:
        self._dtype = dtype

    # ---- names ----

    def get_canonical_name(self) -> str:
        name = ctypes.create_string_buffer(_abi.FINNC_DTYPE_NAME_MAX)
        return lib.finnc_dtype_name(self._dtype, name).decode()

    @property
    def name(self) -> str:
        return self.get_canonical_name()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, BaseDataType):
            return lib.finnc_dtype_equal(self._dtype, other._dtype)
        return self.name == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return self.name

    def __deepcopy__(self, _memo: Any) -> BaseDataType:
        return self

    def __reduce__(self) -> Any:
        return resolve_datatype, (self.name,)

    # ---- what it holds ----

    def bitwidth(self) -> int:
        return lib.finnc_dtype_bits(self._dtype)

    def min(self) -> Number:
        return self._number(lib.finnc_dtype_min(self._dtype))

    def max(self) -> Number:
        return self._number(lib.finnc_dtype_max(self._dtype))

    def _number(self, x: float) -> Number:
        return int(x) if self.is_integer() else x

    def get_num_possible_values(self) -> int:
        count = lib.finnc_dtype_count(self._dtype)
        if not np.isfinite(count):
            raise Exception(f"the number of values is not defined for {self.name}")
        return int(count)

    def is_integer(self) -> bool:
        return lib.finnc_dtype_is_integer(self._dtype)

    def is_fixed_point(self) -> bool:
        return self._dtype.kind == _abi.FINNC_DTYPE_FIXED

    def signed(self) -> bool:
        return lib.finnc_dtype_is_signed(self._dtype)

    def allowed(self, value: Any) -> Any:
        """A bool for a number, an array of bools for an array."""
        array = np.asarray(value)
        flat = [lib.finnc_dtype_allows(self._dtype, float(x)) for x in array.reshape(-1)]
        found = np.array(flat, bool).reshape(array.shape)
        return found if isinstance(value, np.ndarray) else bool(found)

    # ---- in other languages ----

    def get_hls_datatype_str(self) -> str:
        raise Exception(f"HLS has no word for {self.name}")

    def to_numpy_dt(self) -> np.dtype:
        return np.dtype(np.float32)


class FloatType(BaseDataType):
    def get_hls_datatype_str(self) -> str:
        return "float"


class Float16Type(BaseDataType):
    def get_hls_datatype_str(self) -> str:
        return "half"

    def to_numpy_dt(self) -> np.dtype:
        return np.dtype(np.float16)


class ArbPrecFloatType(BaseDataType):
    def exponent_bits(self) -> int:
        return self._dtype.exponent_bits

    def mantissa_bits(self) -> int:
        return self._dtype.mantissa_bits

    def exponent_bias(self) -> int:
        return self._dtype.bias


class _Integers(BaseDataType):
    def allowed(self, value: Any) -> Any:
        """At once for all elements."""
        if type(value) in (int, float):  # exactly; numpy takes the bounds of 64 bits for the doubles next to them
            return (type(value) is int or value.is_integer()) and self.min() <= value <= self.max()
        array = np.asarray(value)
        found = (array == np.round(array)) & (array >= self.min()) & (array <= self.max())
        return found if isinstance(value, np.ndarray) else bool(found)

    def get_hls_datatype_str(self) -> str:
        return f"ap_{'' if self.signed() else 'u'}int<{self.bitwidth()}>"

    def to_numpy_dt(self) -> np.dtype:
        for bits in (8, 16, 32, 64):
            if self.bitwidth() <= bits:
                return np.dtype(f"{'int' if self.signed() else 'uint'}{bits}")
        raise Exception(f"numpy has no type for {self.name}")


class IntType(_Integers):
    # Beyond 2^53 a double is not exact: bounds follow from the width.
    def min(self) -> Number:
        return -(1 << (self.bitwidth() - 1)) if self.signed() else 0

    def max(self) -> Number:
        return (1 << (self.bitwidth() - self.signed())) - 1

    def get_num_possible_values(self) -> int:
        return 1 << self.bitwidth()


class BipolarType(_Integers):
    def allowed(self, value: Any) -> Any:
        found = np.abs(np.asarray(value)) == 1
        return found if isinstance(value, np.ndarray) else bool(found)


class TernaryType(_Integers):
    pass


class FixedPointType(BaseDataType):
    def int_bits(self) -> int:
        return self._dtype.int_bits

    def frac_bits(self) -> int:
        return self.bitwidth() - self.int_bits()

    def scale_factor(self) -> float:
        return 2.0 ** -self.frac_bits()

    def get_num_possible_values(self) -> int:
        return 1 << self.bitwidth()

    def get_hls_datatype_str(self) -> str:
        return f"ap_fixed<{self.bitwidth()}, {self.int_bits()}>"


class ScaledIntType(BaseDataType):
    def min(self) -> Number:
        raise Exception("an integer times an unknown scale has no smallest value")

    def max(self) -> Number:
        raise Exception("an integer times an unknown scale has no largest value")

    def allowed(self, value: Any) -> Any:
        raise Exception("an integer times an unknown scale cannot tell what it holds")


_KINDS: dict[int, type[BaseDataType]] = {
    _abi.FINNC_DTYPE_FLOAT32: FloatType,
    _abi.FINNC_DTYPE_FLOAT16: Float16Type,
    _abi.FINNC_DTYPE_UINT: IntType,
    _abi.FINNC_DTYPE_INT: IntType,
    _abi.FINNC_DTYPE_BIPOLAR: BipolarType,
    _abi.FINNC_DTYPE_TERNARY: TernaryType,
    _abi.FINNC_DTYPE_FIXED: FixedPointType,
    _abi.FINNC_DTYPE_SCALEDINT: ScaledIntType,
    _abi.FINNC_DTYPE_MINIFLOAT: ArbPrecFloatType,
}


def _of(dtype: Any) -> BaseDataType:
    return _KINDS[dtype.kind](dtype)


@functools.cache
def _resolve(name: str) -> BaseDataType:
    dtype = _abi.finnc_dtype()
    try:
        _context._core.call(lib.finnc_dtype_parse, encode(name), ctypes.byref(dtype))
    except BadValue as error:
        raise KeyError(str(error)) from None
    return _of(dtype)


def resolve_datatype(name: str) -> BaseDataType:
    """The data type of a name; KeyError if there is none."""
    if not isinstance(name, str):
        raise TypeError(f"a data type's name is a str, not {type(name).__name__}")
    return _resolve(name)


class _Names(type):
    def __getitem__(cls, name: str) -> BaseDataType:
        return resolve_datatype(name)


class DataType(metaclass=_Names):
    """DataType["INT4"]"""

    @staticmethod
    def get_accumulator_dt_cands() -> list[str]:
        """In the order in which get_smallest_possible tries them."""
        unsigned = ["BINARY"] + [f"UINT{n}" for n in range(1, 65)]
        return unsigned + ["BIPOLAR", "TERNARY"] + [f"INT{n}" for n in range(1, 65)]

    @staticmethod
    def get_smallest_possible(value: Number) -> BaseDataType:
        """The narrowest that holds a number."""
        if int(value) != value:
            return DataType["FLOAT32"]
        for name in DataType.get_accumulator_dt_cands():
            candidate = DataType[name]
            if candidate.min() <= value <= candidate.max():
                return candidate
        raise Exception(f"no integer type holds {value}")
