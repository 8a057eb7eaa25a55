"""Transformation objects of qonnx and FINN as passes: the class's name is the pass's, its attributes are the parameters.

Some parameters are functions or models upstream, and filters or files here: functions are asked here, for every node
or tensor of the model, and files written for the time of the run.
"""

from __future__ import annotations

import functools
import os
import tempfile
from typing import Any, Callable

from .catalogue import Pass, passes
from .errors import BadValue, Unsupported

Step = tuple[str, dict[str, Any]]


@functools.cache
def by_name() -> dict[str, Pass]:
    """Passes that are classes upstream."""
    return {p.name: p for p in passes() if p.upstream}


def _is_theirs(module: str) -> bool:
    return module.split(".")[0] in ("qonnx", "finn") or module.startswith(("finnc.qonnx.", "finnc.finn."))


def find(transformation: Any) -> Pass | None:
    """The pass that a transformation object stands for; None: it is the user's own."""
    kind = type(transformation)
    known = by_name().get(kind.__name__)
    return known if known and _is_theirs(kind.__module__) else None


def as_step(transformation: Any, model: Any = None) -> Step:
    """A transformation object as a pass with its arguments. `model`, a ModelWrapper, is what functions are asked about."""
    known = find(transformation)
    if known is None:
        kind = type(transformation)
        raise BadValue(f"{kind.__module__}.{kind.__qualname__} is no pass that finnc has")
    arguments = {}
    for parameter in known.parameters:
        found = _attribute(transformation, parameter.name)
        if found is _ABSENT:
            if parameter.is_required:
                raise BadValue(f"{known.name}: the object has no attribute {parameter.name}")
            continue
        if found != parameter.default or parameter.is_required:
            arguments[parameter.name] = _value(known.name, parameter.name, found, model)
    return known.name, arguments


_ABSENT = object()


def _attribute(transformation: Any, name: str) -> Any:
    held = vars(transformation)
    for spelling in (name, "_" + name):
        if spelling in held:
            return held[spelling]
    return _rounding(held) if name == "rounding_mode" else _ABSENT


def _rounding(held: dict[str, Any]) -> Any:
    """FixedPointQuantizeParamsFromDict keeps the function of a rounding mode instead of its name."""
    function = held.get("round_func")
    if function is None:
        return _ABSENT
    samples = (-2.5, -1.5, -0.4, 0.4, 0.5, 0.6, 1.5)
    modes = {
        (-2, -2, 0, 0, 0, 1, 2): "ROUND",
        (-2, -1, 0, 1, 1, 1, 2): "CEIL",
        (-3, -2, -1, 0, 0, 0, 1): "FLOOR",
        (-3, -2, -1, 1, 1, 1, 2): "UP",
        (-2, -1, 0, 0, 0, 0, 1): "DOWN",
        (-3, -2, 0, 0, 1, 1, 2): "HALF_UP",
        (-2, -1, 0, 0, 0, 1, 1): "HALF_DOWN",
    }
    got = tuple(int(function(x)) for x in samples)
    if got not in modes:
        raise Unsupported("a rounding that has no name in finnc")
    return modes[got]


def _value(pass_name: str, name: str, found: Any, model: Any) -> Any:
    if callable(found) and not isinstance(found, type):
        return _answers(pass_name, name, found, model)
    if hasattr(found, "graph") and hasattr(found, "save"):  # a ModelWrapper
        return _file(found)
    if pass_name == "ComposedTransformation":
        from .transform import _step_text

        return [_step_text(as_step(inner, model)) for inner in found]
    return _plain(found)


def _plain(x: Any) -> Any:
    """Types and arrays as JSON has them."""
    if hasattr(x, "get_canonical_name"):
        return x.get_canonical_name()
    if isinstance(x, dict):
        return {str(key): _plain(y) for key, y in x.items()}
    if isinstance(x, (list, tuple)):
        return [_plain(y) for y in x]
    if isinstance(x, (set, frozenset)):
        return sorted(_plain(y) for y in x)
    if isinstance(x, os.PathLike):
        return os.fspath(x)
    return x.tolist() if hasattr(x, "tolist") else x


def _answers(pass_name: str, name: str, function: Callable[..., Any], model: Any) -> Any:
    """What a function says of each node or tensor, as a filter by names."""
    if model is None:
        raise BadValue(f"{pass_name}: {name} is a function, which only a ModelWrapper's transform can ask")
    if pass_name == "ExposeIntermediateTensorsLambda":
        chosen = [info.name for info in model.graph.value_info if function(info.name, model)]
        return {"name": [_literal(text) for text in chosen], "dynamic_only": False}
    takes_model = pass_name == "FoldConstantsFiltered"
    answers = [(node.name, function(model, node) if takes_model else function(node)) for node in model.graph.node]
    names = [node for node, _ in answers]
    if len(set(names)) != len(names) or "" in names:
        raise BadValue(f"{pass_name}: {name} is a function: nodes need names of their own (GiveUniqueNodeNames)")
    if pass_name == "PartitionFromLambda":
        ids: dict[str, list[str]] = {}
        for node, answer in answers:
            if answer != -1:
                ids.setdefault(str(answer), []).append(_literal(node))
        return {key: {"name": chosen} for key, chosen in ids.items()}
    return {"name": [_literal(node) for node, answer in answers if answer]}


def _literal(name: str) -> str:
    if "*" in name or "?" in name:
        raise Unsupported(f"the name {name} is a pattern in a filter")
    return name


_folders: list[tempfile.TemporaryDirectory[str]] = []  # until the process ends


def _file(model: Any) -> str:
    if not _folders:
        _folders.append(tempfile.TemporaryDirectory(prefix="finnc-"))
    handle, path = tempfile.mkstemp(".onnx", dir=_folders[0].name)
    os.close(handle)
    model.save(path)
    return path
