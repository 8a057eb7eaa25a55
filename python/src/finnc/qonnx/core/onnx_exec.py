"""execute_onnx, by finnc's interpreter."""

from __future__ import annotations

import copy
from typing import Any, Callable

import numpy as np
import onnx
from onnx import helper

from ...session import Session
from ..util.basic import get_by_name, get_preferred_qonnx_opset, get_sanitize_quant_tensors, qonnx_make_model
from .modelwrapper import ModelWrapper

# From this use of an unchanged model on it is compiled: that takes some runs' time.
_COMPILE_FROM = 3
_SESSIONS = 4


class _Prepared:
    """A session for a state of a model, and how often it was used."""

    def __init__(self, data: bytes, folder: str | None, is_full: bool) -> None:
        self.data, self.folder, self.is_full = data, folder, is_full
        self.sanitises = get_sanitize_quant_tensors() != 0
        self.uses, self.engine = 0, ""

    def fits(self, data: bytes, is_full: bool) -> bool:
        sanitises = get_sanitize_quant_tensors() != 0
        return (self.is_full, self.sanitises) == (is_full, sanitises) and self.data == data

    def get(self) -> Session:
        self.uses += 1
        engine = "fast" if self.uses >= _COMPILE_FROM and not self.is_full else "reference"
        if engine != self.engine:
            from ...model import Model

            model = Model.read(self.data, folder=self.folder)
            keep = [value.name for value in _made(model)] if self.is_full else []
            self.session = Session(model, engine, keep=keep, sanitise=self.sanitises)
            self.engine = engine
        return self.session


def _made(model: Any) -> list[Any]:
    """What a run gives values to: inputs, which it may round, and what nodes make."""
    outputs = (value for node in model.nodes for value in node.outputs if value is not None)
    return [*model.free_inputs, *outputs]


def _session(model: ModelWrapper, is_full: bool) -> Session:
    """Made anew if the model is another one than at the last calls."""
    held: list[_Prepared] = model._sessions.setdefault("prepared", [])
    data = model.model.SerializeToString()
    for i, prepared in enumerate(held):
        if prepared.fits(data, is_full):
            held.insert(0, held.pop(i))
            return prepared.get()
    held.insert(0, _Prepared(data, model.folder, is_full))
    del held[_SESSIONS:]
    return held[0].get()


def _check(model: ModelWrapper) -> None:
    if not model.check_all_tensor_shapes_specified():
        raise Exception("a tensor has no shape: InferShapes finds them")
    made = {info.name for info in model.graph.input} | {constant.name for constant in model.graph.initializer}
    later = {name for node in model.graph.node for name in node.output}
    for node in model.graph.node:
        later.difference_update(node.output)
        ahead = [name for name in node.input if name in later and name not in made]
        assert not ahead, f"nodes are not in order: {node.name} ({node.op_type}) needs {ahead[0]} of a later one"
    if model.get_metadata_prop("exec_mode") not in (None, ""):
        raise Exception(f"exec_mode is {model.get_metadata_prop('exec_mode')}, which nobody knows")


def _fitting(name: str, given: Any, wanted: np.ndarray) -> np.ndarray:
    given = np.asarray(given)
    if given.shape != wanted.shape:
        raise Exception(f"input {name} is of shape {given.shape}, the model wants {wanted.shape}")
    fitted = given.astype(wanted.dtype, copy=False)
    is_cut = wanted.dtype.kind in "iub" or (given.dtype.kind == "c") != (wanted.dtype.kind == "c")
    if is_cut and fitted.dtype != given.dtype and not np.array_equal(fitted, given):
        raise Exception(f"input {name} holds what {wanted.dtype}, which the model wants, does not")
    return fitted


def execute_onnx(
    model: ModelWrapper,
    input_dict: dict[str, Any],
    return_full_exec_context: bool = False,
    start_node: onnx.NodeProto | None = None,
    end_node: onnx.NodeProto | None = None,
) -> dict[str, Any]:
    """Outputs by name, or all tensors. With ``start_node`` and ``end_node`` the nodes from the one to the other run, on
    what ``input_dict`` holds; tensors that nothing gives are zeros."""
    _check(model)
    if start_node is not None or end_node is not None:
        return _execute_part(model, input_dict, return_full_exec_context, start_node, end_node)
    context = _context(model, input_dict) if return_full_exec_context else {}
    inputs = {}
    for info in model.graph.input:
        if get_by_name(model.graph.initializer, info.name) is None or info.name in input_dict:
            inputs[info.name] = _given(info, input_dict)
    constants = {constant.name for constant in model.graph.initializer}
    inputs.update((name, np.asarray(x)) for name, x in input_dict.items() if name in constants)
    found = _session(model, return_full_exec_context).run(inputs)
    context.update((name, np.array(x)) for name, x in found.items() if x is not None)
    if return_full_exec_context:
        return context
    return {info.name: context[info.name] for info in model.graph.output}


def _given(info: onnx.ValueInfoProto, input_dict: dict[str, Any]) -> np.ndarray:
    from ..util.onnx import valueinfo_to_tensor

    zeros = valueinfo_to_tensor(info)
    return _fitting(info.name, input_dict[info.name], zeros) if info.name in input_dict else zeros


def _context(model: ModelWrapper, input_dict: dict[str, Any]) -> dict[str, Any]:
    context = model.make_empty_exec_context()
    for name, given in input_dict.items():
        if name in context and context[name] is not None:
            context[name] = _fitting(name, given, context[name])
    return context


def _execute_part(
    model: ModelWrapper, input_dict: dict[str, Any], is_full: bool, start: Any, end: Any
) -> dict[str, Any]:
    first = model.get_node_index(start) if start is not None else 0
    last = model.get_node_index(end) if end is not None else len(model.graph.node) - 1
    assert first is not None and last is not None, "the node is not of this model"
    assert last + 1 >= first, "the last node stands before the first one"
    context = _context(model, input_dict)
    nodes = list(model.graph.node)[first : last + 1]
    _run_nodes(nodes, context, model.get_opset_imports(), model)
    return context if is_full else {info.name: context[info.name] for info in model.graph.output}


def _run_nodes(nodes: list[Any], context: dict[str, Any], opsets: dict[str, int], model: ModelWrapper | None) -> None:
    """Runs nodes in a model of their own, on the tensors of `context`, which gets what they make."""
    made = {name for node in nodes for name in node.output if name}
    needed = dict.fromkeys(name for node in nodes for name in node.input if name and name not in made)
    graph = helper.make_graph(
        nodes,
        "part",
        [_info(name, context[name]) for name in needed],
        [onnx.ValueInfoProto(name=name) for name in sorted(made)],
    )
    if model is not None:
        known = made | set(needed)
        graph.value_info.extend(info for info in [*model.graph.value_info, *model.graph.output] if info.name in made)
        del graph.output[:]
        infos = {info.name: info for info in graph.value_info}
        graph.output.extend(infos.get(name) or onnx.ValueInfoProto(name=name) for name in sorted(made))
        del graph.value_info[:]
        graph.quantization_annotation.extend(a for a in model.graph.quantization_annotation if a.tensor_name in known)
    imports = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    part = ModelWrapper(qonnx_make_model(graph, opset_imports=imports))
    # Constants are constants to some ops.
    constants = {c.name for c in model.graph.initializer} if model is not None else set()
    for name in [name for name in needed if name in constants]:
        part.graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(context[name]), name))
    feed = {name: context[name] for name in needed if name not in constants}
    found = _session(part, False).run(feed)
    context.update((name, np.array(x)) for name, x in found.items() if x is not None)


def _info(name: str, array: Any) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)


def execute_node(
    node: onnx.NodeProto,
    context: dict[str, Any],
    graph: Any,
    opset_version: int = get_preferred_qonnx_opset(),
    return_full_exec_context: bool = False,
) -> None:
    """Runs one node on the tensors of ``context``, which gets its outputs."""
    _run_nodes([node], context, {node.domain: opset_version}, None)


def execute_onnx_and_make_model(model: ModelWrapper, input_dict: dict[str, Any]) -> ModelWrapper:
    """A model whose tensors are all constants, those of a run, and outputs: for looking at."""
    made = copy.deepcopy(model)
    for name, array in execute_onnx(model, input_dict, True).items():
        if name:
            made.set_initializer(name, array)
    made.graph.output.extend(made.graph.value_info)
    return made


def compare_execution(
    model_a: ModelWrapper,
    model_b: ModelWrapper,
    input_dict: dict[str, Any],
    compare_fxn: Callable[[Any, Any], bool] = lambda x, y: bool(np.isclose(x, y, atol=1e-3).all()),
) -> bool:
    """Do the first outputs of two models agree?"""
    a, b = (next(iter(execute_onnx(model, input_dict).values())) for model in (model_a, model_b))
    return compare_fxn(a, b)
