"""What transformations are derived from, as qonnx.transformation.base: a user's own run on the ModelProto, as usual."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import Any

from ..util.basic import get_num_default_workers


class Transformation(ABC):
    """`apply` changes a ModelWrapper and says whether it has to be called again."""

    @abstractmethod
    def apply(self, model: Any) -> tuple[Any, bool]: ...


class NodeLocalTransformation(Transformation):
    """Changes every node by itself: `applyNodeLocal(node)` answers the node, and whether all have to be done again. A
    read-only copy of the model is `ref_input_model`. One after the other, whatever `num_workers` says."""

    def __init__(self, num_workers: int | None = None) -> None:
        workers = get_num_default_workers() if num_workers is None else num_workers
        assert workers >= 0, "a number of workers is not negative"
        self._num_workers = workers

    @abstractmethod
    def applyNodeLocal(self, node: Any) -> tuple[Any, bool]: ...

    def apply(self, model: Any) -> tuple[Any, bool]:
        self.ref_input_model = copy.deepcopy(model)
        done = [self.applyNodeLocal(copy.deepcopy(node)) for node in model.graph.node]
        del model.graph.node[:]
        model.graph.node.extend(node for node, _ in done)
        return model, any(again is True for _, again in done)
