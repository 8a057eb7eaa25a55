"""As qonnx.analysis.topology: each answers a dict with its name."""

from __future__ import annotations

from typing import Any, Callable

from ... import analyses


def _check(name: str, doc: str) -> Callable[[Any], dict[str, bool]]:
    def check(model: Any) -> dict[str, bool]:
        return {name: analyses.topology(model.to_finnc())[name]}

    check.__name__ = check.__qualname__ = name
    check.__doc__ = doc
    return check


is_linear = _check("is_linear", "No tensor is used by two nodes.")
all_tensors_f32 = _check("all_tensors_f32", "All tensors are stored as float32, whatever they are annotated with.")
node_inputs_in_expected_order = _check("node_inputs_in_expected_order", "Constants are the second operands.")


def nodes_topologically_sorted(model: Any) -> dict[str, bool]:
    """Every node stands behind those that it needs."""
    made_by = {name: i for i, node in enumerate(model.graph.node) for name in node.output if name}
    in_order = all(made_by.get(name, -1) < i for i, node in enumerate(model.graph.node) for name in node.input if name)
    return {"nodes_topologically_sorted": in_order}


def get_per_tensor_fanouts(model: Any) -> dict[str, int]:
    """How many nodes use each tensor."""
    return {name: model.get_tensor_fanout(name) for name in model.make_empty_exec_context()}
