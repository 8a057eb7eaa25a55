"""ModelWrapper: an onnx.ModelProto with qonnx's methods. Transformations and execution are finnc's."""

from __future__ import annotations

import ast
import copy
import inspect
import os
import tempfile
import warnings
from typing import Any, Callable, Sequence

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from ...model import Model
from ...transform import TransformReport
from ...upstream import as_step, find
from ..custom_op.registry import CustomOp, getCustomOp, is_custom_op
from ..util import basic as util
from ..util.onnx import valueinfo_to_tensor
from .datatype import BaseDataType, DataType

_CLEANUP = (
    "RemoveUnusedTensors",
    "RemoveStaticGraphInputs",
    "SortGraph",
    "SortCommutativeInputsInitializerLast",
    "GiveUniqueParameterTensors",
)


class ModelWrapper:
    """Made of a path, a file's bytes or a ModelProto, which it changes unless ``make_deepcopy``.

    ``transform`` takes qonnx's and FINN's transformation objects, the names of finnc's passes ("Streamline",
    "InsertTopK{k=1}", recipes), pairs of a name and parameters, and a user's own transformations, whose ``apply`` runs as
    usual. ``report`` is what finnc said of the last one that it ran.
    """

    report: TransformReport | None = None

    def __init__(
        self,
        onnx_model_proto: Any,
        make_deepcopy: bool = False,
        fix_float64: bool = False,
        fix_missing_initializer_valueinfo: bool = True,
    ) -> None:
        # Where external data and partitions lie: of a model that was in no file, as upstream, where the script runs.
        self.folder = os.getcwd()
        if isinstance(onnx_model_proto, (str, os.PathLike)):
            path = os.fspath(onnx_model_proto)
            assert os.path.isfile(path), f"no such file: {path}"
            self._model_proto = onnx.load(path)
            self.folder = os.path.dirname(os.path.abspath(path))
        elif isinstance(onnx_model_proto, bytes):
            self._model_proto = onnx.load_from_string(onnx_model_proto)
        else:
            self._model_proto = copy.deepcopy(onnx_model_proto) if make_deepcopy else onnx_model_proto
        self._sessions: dict[Any, Any] = {}
        self.temporary_fix_oldstyle_domain()
        if fix_missing_initializer_valueinfo:
            self.check_all_tensor_shapes_specified(fix_missing_init_shape=True)
        self.fix_float64 = fix_float64

    def __deepcopy__(self, memo: Any) -> ModelWrapper:
        made = copy.copy(self)
        made._model_proto = copy.deepcopy(self._model_proto, memo)
        made._sessions = {}
        return made

    def temporary_fix_oldstyle_domain(self) -> None:
        """The domains "finn" and "finn.custom_op.general" of old become today's."""
        changed = False
        for node in self.graph.node:
            old = node.domain
            if old == "finn.custom_op.general":
                node.domain = "qonnx.custom_op.general"
            elif old == "finn":
                backend = util.get_by_name(node.attribute, "backend")
                if backend is None:
                    node.domain = "qonnx.custom_op.general"
                elif backend.s == b"fpgadataflow":
                    node.domain = "finn.custom_op.fpgadataflow"
                else:
                    warnings.warn(f"{node.name} ({node.op_type}): nobody knows the domain of backend {backend.s!r}")
            changed = changed or node.domain != old
        if changed:
            warnings.warn("domains of old (finn, finn.custom_op.general) were replaced")

    # ---- the model ----

    @property
    def graph(self) -> GraphProto:
        return self._model_proto.graph

    @graph.setter
    def graph(self, value: GraphProto) -> None:
        self._model_proto.graph.CopyFrom(value)

    @property
    def model(self) -> ModelProto:
        return self._model_proto

    @model.setter
    def model(self, value: ModelProto) -> None:
        self._model_proto = value

    def save(self, filename: str | os.PathLike[str]) -> None:
        onnx.save(self._model_proto, os.fspath(filename))

    def to_finnc(self) -> Model:
        """The model as finnc has it."""
        return Model.read(self._model_proto.SerializeToString(), folder=self.folder)

    def make_subgraph_modelwrapper(self, subgraph: GraphProto) -> ModelWrapper:
        return ModelWrapper(util.qonnx_make_model(subgraph, opset_imports=self._model_proto.opset_import))

    # ---- analyses and transformations ----

    def analysis(self, analysis_fxn: Callable[..., Any], apply_to_subgraphs: bool = False) -> Any:
        if not apply_to_subgraphs:
            return analysis_fxn(self)
        takes = "apply_to_subgraphs" in inspect.signature(analysis_fxn).parameters
        assert takes, "the analysis has no argument apply_to_subgraphs"
        return analysis_fxn(self, apply_to_subgraphs)

    def transform(
        self,
        transformation: Any,
        make_deepcopy: bool = True,
        cleanup: bool = True,
        apply_to_subgraphs: bool = False,
        use_preorder_traversal: bool = True,
        **options: Any,
    ) -> ModelWrapper:
        """The transformed model; without ``make_deepcopy`` this one is changed. ``options``: finnc.transform's. finnc's
        passes always clean up."""
        made = copy.deepcopy(self) if make_deepcopy else self
        if self.fix_float64:
            made._run(["DoubleToSingleFloat"], {})
        if apply_to_subgraphs and not use_preorder_traversal:
            made.transform_subgraphs(transformation, make_deepcopy, cleanup, True, use_preorder_traversal)
        step = made._step(transformation)
        if step is not None:
            made._run([step], options)
        else:
            again = True
            while again:
                made, again = transformation.apply(made)
            if cleanup:
                made.cleanup()
        if apply_to_subgraphs and use_preorder_traversal:
            made.transform_subgraphs(transformation, make_deepcopy, cleanup, True, use_preorder_traversal)
        return made

    def _step(self, transformation: Any) -> Any:
        """A pass, as finnc.transform takes it; None: the user's own class."""
        if find(transformation) is not None:
            return as_step(transformation, self)
        return None if hasattr(transformation, "apply") else transformation

    def _run(self, steps: Sequence[Any], options: dict[str, Any]) -> None:
        model = self.to_finnc()
        self.report = model.transform(*steps, **options)
        self._model_proto.CopyFrom(model.to_onnx())
        self._write_partitions(model)

    def _write_partitions(self, model: Model) -> None:
        """Models of partitions that were made go into files, as upstream's: where they were said to go, or in a new folder."""
        made = [i for i, node in enumerate(model.nodes) if node.has_own_partition]
        home = ""
        for i in made:
            attribute = util.get_by_name(self.graph.node[i].attribute, "model")
            path = attribute.s.decode()
            if not os.path.dirname(path):
                home = home or tempfile.mkdtemp(prefix="partitioning_")
                path = os.path.join(home, path)
            path = os.path.abspath(path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            model.nodes[i].open_partition().save(path)
            attribute.s = path.encode()
            self.folder = os.path.dirname(path)

    def transform_subgraphs(
        self,
        transformation: Any,
        make_deepcopy: bool = True,
        cleanup: bool = True,
        apply_to_subgraphs: bool = False,
        use_preorder_traversal: bool = True,
    ) -> None:
        """Transforms the graphs that are attributes of nodes."""
        for node in self.graph.node:
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    inner = self.make_subgraph_modelwrapper(attribute.g)
                    inner = inner.transform(
                        transformation, make_deepcopy, cleanup, apply_to_subgraphs, use_preorder_traversal
                    )
                    attribute.g.CopyFrom(inner.graph)

    def cleanup(self) -> ModelWrapper:
        """What qonnx does after every transformation."""
        self._run(_CLEANUP, {})
        return self

    # ---- annotations ----

    def _annotation(self, tensor_name: str, key: str) -> Any:
        annotation = util.get_by_name(self.graph.quantization_annotation, tensor_name, "tensor_name")
        if annotation is None:
            return None
        return util.get_by_name(annotation.quant_parameter_tensor_names, key, "key")

    def _annotate(self, tensor_name: str, key: str, text: str) -> None:
        entry = self._annotation(tensor_name, key)
        if entry is not None:
            entry.value = text
            return
        annotation = util.get_by_name(self.graph.quantization_annotation, tensor_name, "tensor_name")
        if annotation is None:
            annotation = self.graph.quantization_annotation.add(tensor_name=tensor_name)
        annotation.quant_parameter_tensor_names.add(key=key, value=text)

    def get_tensor_datatype(self, tensor_name: str) -> BaseDataType:
        entry = self._annotation(tensor_name, "finn_datatype")
        if entry is not None:
            return DataType[entry.value]
        info = self.get_tensor_valueinfo(tensor_name)
        elem = info.type.tensor_type.elem_type if info is not None else self.get_initializer(tensor_name, True)[1]
        return DataType["FLOAT16" if elem == TensorProto.FLOAT16 else "FLOAT32"]

    def set_tensor_datatype(self, tensor_name: str, datatype: BaseDataType | None) -> None:
        if datatype is not None:
            self._annotate(tensor_name, "finn_datatype", datatype.name)
            return
        entry = self._annotation(tensor_name, "finn_datatype")
        if entry is not None:
            entry.Clear()

    def get_tensor_layout(self, tensor_name: str) -> list[str] | None:
        entry = self._annotation(tensor_name, "tensor_layout")
        return None if entry is None else ast.literal_eval(entry.value)

    def set_tensor_layout(self, tensor_name: str, data_layout: list[str]) -> None:
        assert type(data_layout) is list, "a layout is a list"
        self._annotate(tensor_name, "tensor_layout", str(data_layout))

    def get_tensor_sparsity(self, tensor_name: str) -> dict[Any, Any] | None:
        entry = self._annotation(tensor_name, "tensor_sparsity")
        if entry is None:
            return None
        # Upstream writes the empty set as set(), which is no literal.
        return ast.literal_eval(entry.value.replace("set()", "()"))

    def set_tensor_sparsity(self, tensor_name: str, sparsity_dict: dict[Any, Any]) -> None:
        self._annotate(tensor_name, "tensor_sparsity", str(sparsity_dict))

    # ---- types and shapes ----

    def _infos(self) -> list[ValueInfoProto]:
        return [*self.graph.input, *self.graph.output, *self.graph.value_info]

    def get_tensor_valueinfo(self, tensor_name: str) -> ValueInfoProto | None:
        found = [info for info in self._infos() if info.name == tensor_name]
        assert len(found) <= 1, f"{tensor_name} is declared {len(found)} times"
        return found[0] if found else None

    def get_tensor_shape(self, tensor_name: str, fix_missing_init_shape: bool = False) -> list[int] | None:
        info = self.get_tensor_valueinfo(tensor_name)
        if info is not None:
            return [d.dim_value for d in info.type.tensor_type.shape.dim]
        constant = util.get_by_name(self.graph.initializer, tensor_name)
        if constant is None:
            return None
        if fix_missing_init_shape:
            self.set_tensor_shape(tensor_name, list(constant.dims), dtype=constant.data_type)
        return list(constant.dims)

    def set_tensor_shape(self, tensor_name: str, tensor_shape: Sequence[int], dtype: int | None = None) -> None:
        """Keeps the element type, or takes FLOAT, if ``dtype`` says none."""
        old = self.get_tensor_valueinfo(tensor_name)
        if dtype is None:
            dtype = TensorProto.FLOAT if old is None else old.type.tensor_type.elem_type
        made = helper.make_tensor_value_info(tensor_name, dtype, [int(n) for n in tensor_shape])
        for container in (self.graph.output, self.graph.input):
            info = util.get_by_name(container, tensor_name)
            if info is not None:
                info.CopyFrom(made)
                return
        util.remove_by_name(self.graph.value_info, tensor_name)
        self.graph.value_info.append(made)

    def check_all_tensor_shapes_specified(self, fix_missing_init_shape: bool = False) -> bool:
        known = {info.name for info in self._infos()}
        constants = {constant.name: constant for constant in self.graph.initializer}
        complete = True
        for node in self.graph.node:
            for name in [*(name for name in node.input if name), *node.output]:
                if name in known:
                    continue
                constant = constants.get(name)
                if constant is None:
                    complete = False
                elif fix_missing_init_shape:
                    info = helper.make_tensor_value_info(name, constant.data_type, list(constant.dims))
                    self.graph.value_info.append(info)
                    known.add(name)
        return complete

    # ---- constants and names ----

    def get_initializer(self, tensor_name: str, return_dtype: bool = False) -> Any:
        constant = next((c for c in self.graph.initializer if c.name == tensor_name), None)
        array = None if constant is None else numpy_helper.to_array(constant)
        if not return_dtype:
            return array
        return (array, None if constant is None else constant.data_type)

    def set_initializer(self, tensor_name: str, tensor_value: np.ndarray) -> None:
        constant = numpy_helper.from_array(np.asarray(tensor_value), tensor_name)
        self.del_initializer(tensor_name)
        self.graph.initializer.append(constant)
        self.set_tensor_shape(tensor_name, list(tensor_value.shape), constant.data_type)

    def del_initializer(self, initializer_name: str) -> None:
        old = next((c for c in self.graph.initializer if c.name == initializer_name), None)
        if old is not None:
            self.graph.initializer.remove(old)

    def rename_tensor(self, old_name: str, new_name: str) -> None:
        """Everywhere in the main graph."""
        for entry in [*self._infos(), *self.graph.initializer]:
            if entry.name == old_name:
                entry.name = new_name
        for annotation in self.graph.quantization_annotation:
            if annotation.tensor_name == old_name:
                annotation.tensor_name = new_name
        for node in self.graph.node:
            for names in (node.input, node.output):
                for i, name in enumerate(names):
                    if name == old_name:
                        names[i] = new_name

    def get_all_tensor_names(self) -> list[str]:
        return [info.name for info in [*self.graph.value_info, *self.graph.input, *self.graph.output]]

    def make_new_valueinfo_name(self) -> str:
        taken = set(self.get_all_tensor_names())
        while (name := util.random_string()) in taken:
            pass
        return name

    def get_first_global_in(self) -> str:
        return self.graph.input[0].name

    def get_first_global_out(self) -> str:
        return self.graph.output[0].name

    # ---- who makes and who uses what ----

    def find_producer(self, tensor_name: str) -> NodeProto | None:
        return next((node for node in self.graph.node if tensor_name in node.output), None)

    def find_consumers(self, tensor_name: str) -> list[NodeProto]:
        """A node that uses it twice comes twice."""
        return [node for node in self.graph.node for name in node.input if name == tensor_name]

    def find_consumer(self, tensor_name: str) -> NodeProto | None:
        found = self.find_consumers(tensor_name)
        if len(found) > 1:
            warnings.warn(f"{tensor_name} has {len(found)} consumers: this is the first one")
        return found[0] if found else None

    def find_upstream(
        self, tensor_name: str, finder_fxn: Callable[[NodeProto], bool], keep_if_not_found: bool = False
    ) -> list[NodeProto] | None:
        """The makers of a tensor, of that node's first input, and so on, up to the one that ``finder_fxn`` says yes to."""
        seen: list[NodeProto] = []
        node = self.find_producer(tensor_name)
        while node is not None:
            seen.append(node)
            if finder_fxn(node):
                return seen
            if not node.input:
                return seen if keep_if_not_found else None
            node = self.find_producer(node.input[0])
        return seen if keep_if_not_found else []

    def find_direct_successors(self, node: NodeProto) -> list[NodeProto] | None:
        return [user for name in node.output for user in self.find_consumers(name)] or None

    def find_direct_predecessors(self, node: NodeProto) -> list[NodeProto] | None:
        makers = [self.find_producer(name) for name in node.input]
        return [maker for maker in makers if maker is not None] or None

    def is_fork_node(self, node: NodeProto) -> bool:
        leaves = node.output[0] in [info.name for info in self.graph.output]
        return len(self.find_direct_successors(node) or []) > (0 if leaves else 1)

    def is_join_node(self, node: NodeProto) -> bool:
        enters = node.input[0] in [info.name for info in self.graph.input]
        return len(self.find_direct_predecessors(node) or []) > (0 if enters else 1)

    def get_tensor_fanout(self, tensor_name: str) -> int:
        return sum(tensor_name in node.input for node in self.graph.node)

    # ---- nodes ----

    def get_nodes_by_op_type(self, op_type: str) -> list[NodeProto]:
        return [node for node in self.graph.node if node.op_type == op_type]

    def get_finn_nodes(self) -> list[NodeProto]:
        return [node for node in self.graph.node if is_custom_op(node.domain)]

    def get_non_finn_nodes(self) -> list[NodeProto]:
        return [node for node in self.graph.node if not is_custom_op(node.domain)]

    def get_node_index(self, node: NodeProto) -> int | None:
        return next((i for i, other in enumerate(self.graph.node) if other == node), None)

    def get_node_from_name(self, node_name: str) -> NodeProto | None:
        return next((node for node in self.graph.node if node.name == node_name), None)

    def get_customop_wrapper(self, node: NodeProto, fallback_customop_version: int = 1) -> CustomOp:
        version = self.get_opset_imports().get(node.domain)
        if version is None:
            warnings.warn(f"the model does not import {node.domain}: version {fallback_customop_version} is taken")
        return getCustomOp(node, onnx_opset_version=version or fallback_customop_version)

    # ---- metadata ----

    def get_metadata_prop(self, key: str) -> str | None:
        entry = util.get_by_name(self.graph.metadata_props, key, "key")
        return None if entry is None else entry.value

    def set_metadata_prop(self, key: str, value: str) -> None:
        entry = util.get_by_name(self.graph.metadata_props, key, "key")
        if entry is None:
            self.graph.metadata_props.add(key=key, value=value)
        else:
            entry.value = value

    def get_opset_imports(self) -> dict[str, int]:
        return {entry.domain: entry.version for entry in self._model_proto.opset_import}

    def set_opset_import(self, domain: str, version: int) -> None:
        entry = util.get_by_name(self._model_proto.opset_import, domain, "domain")
        if entry is None:
            self._model_proto.opset_import.add(domain=domain, version=version)
        else:
            entry.version = version

    # ---- execution ----

    def make_empty_exec_context(self) -> dict[str, np.ndarray | None]:
        """Zeros for every tensor that is declared, the constants' arrays, and None for ""."""
        context: dict[str, np.ndarray | None] = {info.name: valueinfo_to_tensor(info) for info in self._infos()}
        context.update((constant.name, numpy_helper.to_array(constant)) for constant in self.graph.initializer)
        context[""] = None
        return context
