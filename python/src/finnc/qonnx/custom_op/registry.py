"""Custom ops as qonnx.custom_op.registry hands them out, over finnc's table of operators."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from onnx import AttributeProto, NodeProto, helper, numpy_helper

from ... import _abi
from ..._library import lib
from ...catalogue import attributes_of, find_op
from ...catalogue import ops as all_ops
from ...model import encode
from ..util.basic import get_by_name, get_preferred_qonnx_opset

_KINDS = {
    _abi.FINNC_ATTR_INT: "i",
    _abi.FINNC_ATTR_FLOAT: "f",
    _abi.FINNC_ATTR_STRING: "s",
    _abi.FINNC_ATTR_INTS: "ints",
    _abi.FINNC_ATTR_FLOATS: "floats",
    _abi.FINNC_ATTR_STRINGS: "strings",
    _abi.FINNC_ATTR_TENSOR: "t",
}
_PYTHON = {"i": (int, np.integer), "f": float, "s": (str, bytes), "t": (np.ndarray, np.generic)}
_STANDARD = ("", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview.training")


class CustomOp:
    """A node of a custom domain: its attributes by name, with the op's defaults. Its op's rules are finnc's."""

    def __init__(self, onnx_node: NodeProto, onnx_opset_version: int = get_preferred_qonnx_opset()) -> None:
        self.onnx_node = onnx_node
        self.onnx_opset_version = onnx_opset_version

    def get_nodeattr_types(self) -> dict[str, tuple[Any, ...]]:
        """(kind, is it required, default[, what is allowed]) by name."""
        pointer = lib.finnc_op_find(encode(self.onnx_node.domain), encode(self.onnx_node.op_type))
        found: dict[str, tuple[Any, ...]] = {}
        allowed = _choices(pointer)
        for s in attributes_of(pointer):
            name, kind = s.name.decode(), _KINDS.get(s.kind, "")
            default = None if s.fallback is None else json.loads(s.fallback)
            is_required = bool(s.flags & _abi.FINNC_REQUIRED)
            is_listed = name in allowed and not s.flags & _abi.FINNC_IN_ANY_CASE  # words as they are written
            found[name] = (kind, is_required, default, *([allowed[name]] if is_listed else []))
        return found

    def get_nodeattr_def(self, name: str) -> tuple[str, bool, Any, set[Any] | None]:
        types = self.get_nodeattr_types()
        if name not in types:
            raise AttributeError(f"{self.onnx_node.name} ({self.onnx_node.op_type}) has no attribute {name}")
        found = types[name]
        return found if len(found) == 4 else (*found, None)  # type: ignore[return-value]

    def get_nodeattr_allowed_values(self, name: str) -> set[Any] | None:
        return self.get_nodeattr_def(name)[3]

    def get_nodeattr(self, name: str) -> Any:
        kind, is_required, default, allowed = self.get_nodeattr_def(name)
        attribute = get_by_name(self.onnx_node.attribute, name)
        if attribute is None:
            if is_required:
                raise Exception(f"{self.onnx_node.name} ({self.onnx_node.op_type}): attribute {name} is missing")
            return default
        found = _read(attribute, kind)
        assert allowed is None or found in allowed, f"{name} is {found}, which is none of {allowed}"
        return found

    def set_nodeattr(self, name: str, value: Any) -> None:
        kind, _, _, allowed = self.get_nodeattr_def(name)
        if kind in _PYTHON and not isinstance(value, _PYTHON[kind]):
            raise TypeError(f"{name} is of kind {kind}, not a {type(value).__name__}")
        if kind not in _PYTHON and not isinstance(value, list):
            raise TypeError(f"{name} is a list, not a {type(value).__name__}")
        if allowed is not None and value not in allowed:
            raise ValueError(f"{name} = {value} is none of {allowed}")
        made = helper.make_attribute(
            name, numpy_helper.from_array(np.asarray(value)) if kind == "t" else value, attr_type=_PROTO[kind]
        )
        attribute = get_by_name(self.onnx_node.attribute, name)
        if attribute is None:
            self.onnx_node.attribute.append(made)
        else:
            attribute.CopyFrom(made)

    def execute_node(self, context: dict[str, Any], graph: Any) -> None:
        """Runs the node on the tensors of `context`, which gets its outputs."""
        from ..core.onnx_exec import execute_node

        execute_node(self.onnx_node, context, graph, self.onnx_opset_version)


_PROTO = {
    "i": AttributeProto.INT,
    "f": AttributeProto.FLOAT,
    "s": AttributeProto.STRING,
    "ints": AttributeProto.INTS,
    "floats": AttributeProto.FLOATS,
    "strings": AttributeProto.STRINGS,
    "t": AttributeProto.TENSOR,
}


def _read(attribute: AttributeProto, kind: str) -> Any:
    found = getattr(attribute, kind)
    if kind == "s":
        return found.decode()
    if kind == "strings":
        return [text.decode() for text in found]
    if kind == "t":
        return numpy_helper.to_array(found)
    return list(found) if kind in ("ints", "floats") else found


def _choices(op: Any) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {}
    choices = op.contents.choices
    i = 0
    while choices and choices[i].attr is not None:
        words = choices[i].words.decode().split()
        found[choices[i].attr.decode()] = {int(w) if w.lstrip("-").isdigit() else w for w in words}
        i += 1
    return found


def getCustomOp(node: NodeProto, onnx_opset_version: int | None = None) -> CustomOp:
    """KeyError for ops that finnc does not know."""
    if node.domain in _STANDARD or find_op(node.op_type, node.domain) is None:
        raise KeyError(f"op {node.op_type} is not known in domain {node.domain!r}")
    return CustomOp(node, onnx_opset_version or get_preferred_qonnx_opset())


def is_custom_op(domain: str, op_type: str | None = None) -> bool:
    """Does the domain (with `op_type`: the op in it) belong to QONNX or FINN?"""
    if domain in _STANDARD:
        return False
    if op_type is not None:
        return find_op(op_type, domain) is not None
    return domain in ("finn", "onnx.brevitas") or domain in {op.domain for op in all_ops()}


def hasCustomOp(domain: str, op_type: str) -> bool:
    return is_custom_op(domain, op_type)


__all__ = ["CustomOp", "getCustomOp", "hasCustomOp", "is_custom_op"]
