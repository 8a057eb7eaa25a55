"""Helpers of qonnx.util.basic that scripts use."""

from __future__ import annotations

import os
import random
import string
import warnings
from typing import Any, Iterable, Sequence

import numpy as np
import onnx
from onnx import helper

from ..core.datatype import BaseDataType, DataType, FixedPointType


def get_preferred_onnx_opset() -> int:
    """The opset version of models that qonnx_make_model makes."""
    return 11


def get_preferred_qonnx_opset() -> int:
    """The same for qonnx's own domain."""
    return 1


def qonnx_make_model(graph_proto: onnx.GraphProto, **kwargs: Any) -> onnx.ModelProto:
    """onnx.helper.make_model with these two imports, unless opset_imports says others."""
    if kwargs.get("opset_imports") is None:
        kwargs["opset_imports"] = [
            helper.make_opsetid("", get_preferred_onnx_opset()),
            helper.make_opsetid("qonnx.custom_op.general", get_preferred_qonnx_opset()),
        ]
    return helper.make_model(graph_proto, **kwargs)


def is_finn_op(op_type: str) -> bool:
    """Is it a custom domain? The older name of custom_op.registry.is_custom_op."""
    from ..custom_op.registry import is_custom_op

    return is_custom_op(op_type)


def _environment(name: str, default: str) -> str:
    return os.environ.get(name, default)


def get_num_default_workers() -> int:
    return int(_environment("NUM_DEFAULT_WORKERS", "1"))


def get_execution_error_thresh() -> float:
    return float(_environment("ERROR_THRESH", "1e-2"))


def get_sanitize_quant_tensors() -> int:
    return int(_environment("SANITIZE_QUANT_TENSORS", "1"))


def get_by_name(container: Iterable[Any], name: str, name_field: str = "name") -> Any:
    """The one entry whose field is `name`, or None; two are an error."""
    found = [entry for entry in container if getattr(entry, name_field) == name]
    if len(found) > 1:
        raise Exception(f"{name} is there {len(found)} times")
    return found[0] if found else None


def remove_by_name(container: Any, name: str, name_field: str = "name") -> None:
    entry = get_by_name(container, name, name_field)
    if entry is not None:
        container.remove(entry)


def random_string(stringLength: int = 6) -> str:
    return "".join(random.choices(string.ascii_letters + string.digits, k=stringLength))


def _as_float(array: Any) -> np.ndarray:
    is_float = isinstance(array, np.ndarray) and array.dtype in (np.float32, np.float16)
    return array if is_float else np.asarray(array, np.float32)


def interleave_matrix_outer_dim_from_partitions(matrix: Any, n_partitions: int) -> np.ndarray:
    """Deals the rows of a matrix out to `n_partitions`: row r becomes [r mod n][r div n]."""
    matrix = _as_float(matrix)
    assert matrix.ndim == 2, "interleaving takes a matrix"
    assert matrix.shape[0] % n_partitions == 0, f"{matrix.shape[0]} rows are not divisible by {n_partitions}"
    return matrix.reshape(-1, n_partitions, matrix.shape[1]).swapaxes(0, 1)


def roundup_to_integer_multiple(x: int, factor: int) -> int:
    """The smallest multiple of `factor` that is not below x; x if `factor` is -1."""
    assert int(x) == x and int(factor) == factor, "whole numbers are wanted"
    if factor == -1:
        return x
    assert factor > 0 and x > 0, "positive numbers are wanted"
    return x if x % factor == 0 else x + factor - x % factor


def pad_tensor_to_multiple_of(
    ndarray: Any, pad_to_dims: Sequence[int], val: float = 0, distr_pad: bool = False
) -> np.ndarray:
    """Pads each axis to a multiple (-1: not), at its end or, with `distr_pad`, on both sides with the odd one at the end."""
    array = _as_float(ndarray)
    assert array.ndim == len(pad_to_dims), f"{len(pad_to_dims)} sizes for {array.ndim} axes"
    more = [roundup_to_integer_multiple(n, k) - n for n, k in zip(array.shape, pad_to_dims)]
    before = [m // 2 if distr_pad else 0 for m in more]
    return np.pad(array, [(b, m - b) for b, m in zip(before, more)], constant_values=val)


def calculate_matvec_accumulator_range(matrix: np.ndarray, vec_dt: BaseDataType) -> tuple[float, float]:
    """Between which numbers the products of a vector of that type with the columns lie."""
    low, high = matrix * vec_dt.min(), matrix * vec_dt.max()
    return np.minimum(low, high).sum(0).min(), np.maximum(low, high).sum(0).max()


def calculate_signed_dot_prod_range(dt_a: BaseDataType, dt_b: BaseDataType, len: int) -> tuple[Any, Any]:
    """The same for two vectors of `len` signed elements."""
    assert dt_a.signed() and dt_b.signed(), "both vectors have to be signed"
    products = [a * b * len for a in (dt_a.min(), dt_a.max()) for b in (dt_b.min(), dt_b.max())]
    return min(products), max(products)


def gen_finn_dt_tensor(finn_dt: BaseDataType, tensor_shape: Sequence[int]) -> np.ndarray:
    """Random values that a type allows, from numpy's global generator, as upstream draws them: the same for the same seed."""
    shape = tuple(tensor_shape)
    name = finn_dt.name
    if name in ("BIPOLAR", "BINARY"):
        values = np.random.randint(2, size=shape)
        values = 2 * values - 1 if name == "BIPOLAR" else values
    elif finn_dt.is_integer():
        low, high = int(finn_dt.min()), int(finn_dt.max()) + 1
        values = np.random.randint(low, high=high, size=shape, dtype=finn_dt.to_numpy_dt())
    elif isinstance(finn_dt, FixedPointType):
        codes = DataType[f"INT{finn_dt.bitwidth()}"]
        low, high = int(codes.min()), int(codes.max()) + 1
        values = np.random.randint(low, high=high, size=shape, dtype=codes.to_numpy_dt()) * finn_dt.scale_factor()
    elif name in ("FLOAT32", "FLOAT16"):
        values = np.random.randn(*shape)
    else:
        raise ValueError(f"no random values are known for {name}")
    return np.asarray(values).astype(np.float16 if name == "FLOAT16" else np.float32)


def sanitize_quant_values(
    model: Any, node_tensors: Iterable[str], execution_context: dict[str, Any], check_values: bool = False
) -> dict[str, Any]:
    """Rounds tensors that are annotated with an integer type and hold what that does not allow; far off is an error."""
    for name in node_tensors:
        dtype = model.get_tensor_datatype(name)
        if not dtype.is_integer():
            continue
        values = execution_context[name]
        if np.all(dtype.allowed(values)):
            continue
        rounded = np.round(values)
        warnings.warn(f"{name} holds what {dtype.name} does not allow: it is rounded")
        if not np.max(np.abs(values - rounded)) <= get_execution_error_thresh():
            raise Exception(f"{name}: its values are too far from {dtype.name}")
        if check_values and not np.all(dtype.allowed(rounded)):
            raise Exception(f"{name}: {dtype.name} does not allow its values, rounded as they are")
        execution_context[name] = rounded
    return execution_context


def auto_pad_to_explicit_padding(
    autopad_str: str, idim_h: int, idim_w: int, k_h: int, k_w: int, stride_h: int, stride_w: int, n_dims: int
) -> list[int]:
    """Pads that keep the size, as [top, left, bottom, right]."""
    totals = [(s - 1) * n - s + k for s, n, k in ((stride_h, idim_h, k_h), (stride_w, idim_w, k_w))]
    small = [int(t / 2) for t in totals]
    large = [t - half for t, half in zip(totals, small)]
    if autopad_str == "VALID":
        return [0] * (2 * n_dims)
    if autopad_str == "SAME_UPPER":
        return small + large
    if autopad_str == "SAME_LOWER":
        return large + small
    raise Exception(f"auto_pad {autopad_str} is not supported")
