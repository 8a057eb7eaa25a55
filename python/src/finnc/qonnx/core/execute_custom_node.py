"""As qonnx.core.execute_custom_node."""

from __future__ import annotations

from typing import Any

from .onnx_exec import execute_node


def execute_custom_node(node: Any, context: dict[str, Any], graph: Any, onnx_opset_version: int = 1) -> None:
    """Runs one node of a custom domain on the tensors of ``context``, which gets its outputs."""
    execute_node(node, context, graph, onnx_opset_version)
