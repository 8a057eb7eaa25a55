"""As qonnx.util.inference_cost."""

from __future__ import annotations

import json
from typing import Any

from ..analysis.inference_cost import inference_cost as count
from ..core.datatype import DataType
from ..core.modelwrapper import ModelWrapper


def compute_bops_and_macs(inf_cost_dict: dict[str, Any]) -> tuple[float, float]:
    """Products times the bits of both factors, and products."""
    bops = macs = 0.0
    for key, amount in inf_cost_dict.items():
        if key.startswith("op_mac"):
            a, b = (DataType[name].bitwidth() for name in key.split("_")[2:4])
            bops, macs = bops + a * b * amount, macs + amount
    return bops, macs


def compute_mem_bits_and_elems(inf_cost_dict: dict[str, Any], filter_string: str = "mem_w") -> tuple[float, float]:
    """Bits and elements of weights ("mem_w") or outputs ("mem_o")."""
    bits = elements = 0.0
    for key, amount in inf_cost_dict.items():
        if key.startswith(filter_string):
            bits, elements = bits + DataType[key.split("_")[2]].bitwidth() * amount, elements + amount
    return bits, elements


def assign_mem_bits_and_elems(res_dict: dict[str, Any]) -> dict[str, Any]:
    for what in ("w", "o"):
        bits, elements = compute_mem_bits_and_elems(res_dict, f"mem_{what}")
        res_dict[f"total_mem_{what}_bits"], res_dict[f"total_mem_{what}_elems"] = bits, elements
    return res_dict


def _summed(costs: dict[str, Any]) -> dict[str, Any]:
    bops, macs = compute_bops_and_macs(costs)
    costs = assign_mem_bits_and_elems(costs)
    costs["total_bops"], costs["total_macs"] = bops, macs
    return costs


def inference_cost(
    model_filename_or_wrapper: Any,
    *,
    output_json: str | None = None,
    output_onnx: str | None = None,
    preprocess: bool = True,
    discount_sparsity: bool = True,
    cost_breakdown: bool = False,
) -> dict[str, Any]:
    """What an inference costs: multiply-accumulates by data types, and memory."""
    model = model_filename_or_wrapper
    model = model if isinstance(model, ModelWrapper) else ModelWrapper(model)
    model = model.transform("cost-preparation" if preprocess else "GiveUniqueNodeNames,GiveReadableTensorNames")
    if output_onnx is not None:
        model.save(output_onnx)
    found = count(model, discount_sparsity, cost_breakdown)
    total = _summed(found["total_cost"])
    total["unsupported"] = str(total["unsupported"])
    for key in ("optype_cost", "node_cost"):
        for costs in found.get(key, {}).values():
            _summed(costs)
    if output_json is not None:
        with open(output_json, "w") as file:
            json.dump(found, file, sort_keys=True, indent=2)
    return found
