"""Helpers of qonnx.util.onnx that scripts use."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper

from ..core import data_layout as DataLayout

monotonic_optypes = set(
    "Identity Relu LeakyRelu Clip Selu Celu Elu Sigmoid HardSigmoid Tanh Softplus Exp Log Sqrt Erf Floor Ceil Round Sign".split()
)
eltwise_optypes = monotonic_optypes | set(
    "Quant Mul Div Sub Add Mod And Or Xor Equal Less LessOrEqual Greater GreaterOrEqual BitwiseAnd BitwiseOr BitwiseXor "
    "Maximum Minimum BitShift Pow".split()
)


def is_eltwise_monotonic_optype(optype: str) -> bool:
    return optype in monotonic_optypes


def is_eltwise_optype(optype: str) -> bool:
    return optype in eltwise_optypes


def valueinfo_to_tensor(vi: Any) -> np.ndarray:
    """Zeros of that element type and shape."""
    kind = vi.type.tensor_type
    return np.zeros([d.dim_value for d in kind.shape.dim], helper.tensor_dtype_to_np_dtype(kind.elem_type))


def nchw_to_nhwc(t: str, model: Any, idx: int, reverse: bool = False) -> str:
    """Inserts a Transpose at place `idx` between a tensor of NCHW and a new one of NHWC, whose name is answered."""
    n, c, h, w = model.get_tensor_shape(t)
    made = model.make_new_valueinfo_name()
    model.graph.value_info.append(helper.make_tensor_value_info(made, TensorProto.FLOAT, (n, h, w, c)))
    model.set_tensor_datatype(made, model.get_tensor_datatype(t))
    model.set_tensor_layout(made, DataLayout.NHWC)
    ends, perm = (([made], [t]), [0, 3, 1, 2]) if reverse else (([t], [made]), [0, 2, 3, 1])
    model.graph.node.insert(idx, helper.make_node("Transpose", *ends, perm=perm))
    return made
