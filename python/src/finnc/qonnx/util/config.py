"""As qonnx.util.config."""

from __future__ import annotations

import json
from typing import Any, Sequence

from ..custom_op.registry import getCustomOp


def extract_model_config_to_json(model: Any, json_filename: str, attr_names_to_extract: Sequence[str]) -> None:
    """Writes {"Defaults": {}, NODE: {ATTRIBUTE: value}} for the nodes that have any of them."""
    found: dict[str, Any] = {"Defaults": {}}
    for node in model.graph.node:
        op = getCustomOp(node)
        types = op.get_nodeattr_types()
        values = {name: op.get_nodeattr(name) for name in attr_names_to_extract if name in types}
        if values:
            found[node.name] = values
    with open(json_filename, "w") as file:
        json.dump(found, file, indent=2)
