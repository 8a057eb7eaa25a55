"""As qonnx.analysis.inference_cost."""

from __future__ import annotations

from typing import Any

from ... import analyses


def inference_cost(model: Any, discount_sparsity: bool = True, cost_breakdown: bool = False) -> dict[str, Any]:
    """Amounts by upstream's keys: {"total_cost": {"op_mac_INT2_INT4": ...}}, with ``cost_breakdown`` by node and op type too."""
    report = analyses.cost(model.to_finnc(), counts_zeros=not discount_sparsity)
    total = dict(report.total.amounts, unsupported=set(report.unsupported), discount_sparsity=discount_sparsity)
    found: dict[str, Any] = {"total_cost": total}
    if cost_breakdown:
        found["optype_cost"] = {name: dict(costs.amounts) for name, costs in report.op_types.items()}
        found["node_cost"] = {name: dict(costs.amounts) for name, costs in report.nodes.items()}
    return found
