"""Models: how they get in and out of files, and what is in them."""

from __future__ import annotations

import ctypes
import functools
import os
import pathlib
import threading
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from . import _abi, _worker
from ._library import lib
from .context import Context, collect, collect_bytes
from .errors import BadValue, NotFound
from .tensor import elem_name, from_array, to_array

if TYPE_CHECKING:
    import onnx

    from .transform import TransformReport

Source = Union[str, "os.PathLike[str]", bytes, "onnx.ModelProto", "Model"]


def _text(pointer: bytes | None) -> str:
    return "" if pointer is None else pointer.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """A name or text as the library has it; with a zero byte in it there can be none."""
    return _whole(text.encode("utf-8", "surrogateescape"), text)


def encode_path(path: str | bytes | os.PathLike[str]) -> bytes:
    """The same of a path."""
    return _whole(os.fsencode(path), path)


def _whole(data: bytes, given: Any) -> bytes:
    """C would see what is before the zero byte: another name, another file."""
    if b"\0" in data:
        raise BadValue(f"there is a zero byte in {given!r:.100}")
    return data


class _View:
    """A node or a value of a model: it lives in the model, and until the model changes or is closed."""

    __slots__ = ("_model", "_edits", "_raw")

    def __init__(self, model: Model, pointer: Any) -> None:
        self._model, self._edits, self._raw = model, model._edits, pointer

    @property
    def _pointer(self) -> Any:
        self._model._need()
        if self._edits != self._model._edits:
            raise ReferenceError("the model was changed since: ask it for its nodes and values anew")
        return self._raw

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _View) and _address(self._pointer) == _address(other._pointer)

    def __hash__(self) -> int:
        return hash(_address(self._raw))


def _address(pointer: Any) -> int | None:
    return ctypes.cast(pointer, ctypes.c_void_p).value


class Value(_View):
    """Anything with a name in a graph: an input, an initialiser, a node's output."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return _text(lib.finnc_value_name(self._pointer))

    @property
    def element_type(self) -> str:
        """ONNX's name, "FLOAT"; "UNDEFINED" if it is not known."""
        return elem_name(lib.finnc_value_elem(self._pointer))

    @property
    def shape(self) -> tuple[int | str | None, ...] | None:
        """Sizes; a name or None where a dimension is not known. None: not even the rank is."""
        rank = lib.finnc_value_rank(self._pointer)
        if rank < 0:
            return None
        dims = [lib.finnc_value_dim(self._pointer, i) for i in range(rank)]
        return tuple(d.size if d.size >= 0 else d.symbol.decode() if d.symbol else None for d in dims)

    @property
    def datatype(self) -> str:
        """FINN's data type, "INT4", "BIPOLAR", ...: the annotated one, else FLOAT32 or FLOAT16."""
        name = ctypes.create_string_buffer(_abi.FINNC_DTYPE_NAME_MAX)
        return lib.finnc_dtype_name(lib.finnc_value_dtype(self._pointer), name).decode()

    @property
    def layout(self) -> str | None:
        """One letter per axis, "NCHW"; None if not annotated."""
        layout = lib.finnc_value_layout(self._pointer)
        return None if layout is None else layout.decode()

    @property
    def array(self) -> np.ndarray | None:
        """The initialiser, read-only; None if it has none."""
        tensor = lib.finnc_value_tensor(self._pointer)
        return to_array(self._model._core, tensor) if tensor else None

    @property
    def producer(self) -> Node | None:
        """The node that makes it."""
        node = lib.finnc_value_producer(self._pointer)
        return Node(self._model, node) if node else None

    @property
    def consumers(self) -> list[Node]:
        """The nodes that use it, each once, in no particular order."""
        found: dict[Node, None] = {}
        use = lib.finnc_value_first_use(self._pointer)
        while use:
            found.setdefault(Node(self._model, lib.finnc_use_node(use)))
            use = lib.finnc_use_next(use)
        return list(found)

    def __repr__(self) -> str:
        shape = "?" if self.shape is None else ",".join("?" if d is None else str(d) for d in self.shape)
        return f"<Value {self.name}: {self.element_type}[{shape}] {self.datatype}>"


class Node(_View):
    """A node of a graph."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return _text(lib.finnc_node_name(self._pointer))

    @property
    def op_type(self) -> str:
        return _text(lib.finnc_node_op_type(self._pointer))

    @property
    def domain(self) -> str:
        return _text(lib.finnc_node_domain(self._pointer))

    def _value(self, pointer: Any) -> Value | None:
        return Value(self._model, pointer) if pointer else None

    @property
    def inputs(self) -> list[Value | None]:
        """None where an optional input is absent."""
        node = self._pointer
        return [self._value(lib.finnc_node_input(node, i)) for i in range(lib.finnc_node_ninputs(node))]

    @property
    def outputs(self) -> list[Value | None]:
        node = self._pointer
        return [self._value(lib.finnc_node_output(node, i)) for i in range(lib.finnc_node_noutputs(node))]

    @property
    def attributes(self) -> dict[str, Any]:
        """Numbers, strings, lists of them and arrays, by name; graphs and types are left out."""
        found = {}
        for i in range(lib.finnc_node_nattrs(self._pointer)):
            attr = lib.finnc_node_attr(self._pointer, i)
            value = _attribute(self._model, attr)
            if value is not None:
                found[_text(lib.finnc_attr_name(attr))] = value
        return found

    @property
    def has_own_partition(self) -> bool:
        """Is it a partition whose model is in memory, so that ``save`` will write its file?"""
        return bool(lib.finnc_node_partition(self._pointer))

    def open_partition(self) -> Model:
        """A copy of the model of a partition, from memory or its file."""
        context, out = self._model._context.like(), ctypes.POINTER(_abi.finnc_model)()
        path = ctypes.create_string_buffer(4096)
        with self._model._core:
            context._core.call(lib.finnc_node_open_partition, self._pointer, path, len(path), ctypes.byref(out))
        return Model(context, out, os.fsdecode(path.value), lender=self._model._context)

    def __repr__(self) -> str:
        return f"<Node {self.name or '(no name)'}: {self.op_type}>"


def _attribute(model: Model, attr: Any) -> Any:
    kind, count = lib.finnc_attr_get_kind(attr), lib.finnc_attr_count(attr)

    def string(i: int) -> str:
        text = lib.finnc_attr_string(attr, i)
        return ctypes.string_at(text.data, text.length).decode("utf-8", "surrogateescape")

    getters = {
        _abi.FINNC_ATTR_FLOAT: lambda i: lib.finnc_attr_float(attr, i),
        _abi.FINNC_ATTR_INT: lambda i: lib.finnc_attr_int(attr, i),
        _abi.FINNC_ATTR_STRING: string,
        _abi.FINNC_ATTR_TENSOR: lambda i: to_array(model._core, lib.finnc_attr_tensor(attr, i)),
    }
    lists = {
        _abi.FINNC_ATTR_FLOATS: _abi.FINNC_ATTR_FLOAT,
        _abi.FINNC_ATTR_INTS: _abi.FINNC_ATTR_INT,
        _abi.FINNC_ATTR_STRINGS: _abi.FINNC_ATTR_STRING,
        _abi.FINNC_ATTR_TENSORS: _abi.FINNC_ATTR_TENSOR,
    }
    if kind in getters:
        return getters[kind](0)
    if kind in lists:
        return [getters[lists[kind]](i) for i in range(count)]
    return None


class Model:
    """A model. ``finnc.load`` makes one; so do ``Model.from_text`` and what is made of models.

    A model may be used as a context manager; it ends by itself, too, once nobody needs it.
    """

    def __init__(self, context: Context, pointer: Any, name: str = "", *, lender: Context | None = None) -> None:
        """Not for users: takes over a finnc_model, which may have tensors of another context's."""
        self._context = context
        self._core = context._core
        self._edits = 0
        self._uses = 0  # calls under way that look at it
        self._editor: int | None = None  # the thread that changes it
        self.report: TransformReport | None = None  #: of finnc.transform, which made it
        self.path = name
        self._pointer = pointer
        self._finalizer = self._core.own(self, lib.finnc_model_destroy, pointer)
        if lender is not None:
            self._core.borrow(lender)

    # ---- in ----

    @classmethod
    def read(
        cls, source: Source, *, folder: str | os.PathLike[str] | None = None, context: Context | None = None
    ) -> Model:
        """See finnc.load."""
        if isinstance(source, Model):
            return source.copy(context=context)
        context = context or Context()
        out = ctypes.POINTER(_abi.finnc_model)()
        if isinstance(source, (str, os.PathLike)):
            path = os.fspath(source)
            context._core.work(lib.finnc_model_read, encode_path(path), ctypes.byref(out))
            return cls(context, out, path)
        if not isinstance(source, (bytes, bytearray, memoryview)):
            if not hasattr(source, "SerializeToString"):
                raise TypeError(f"a model is a path, bytes or an onnx.ModelProto, not {type(source).__name__}")
            source = source.SerializeToString()
        data = bytes(source)
        base = encode_path(folder) if folder is not None else None
        context._core.work(lib.finnc_model_read_bytes, data, len(data), base, ctypes.byref(out))
        return cls(context, out)

    @classmethod
    def from_text(cls, text: str, *, context: Context | None = None) -> Model:
        """A model in ONNX's textual syntax (docs/text.md)."""
        context = context or Context()
        out = ctypes.POINTER(_abi.finnc_model)()
        context._core.call(lib.finnc_model_read_text, encode(text), ctypes.byref(out))
        return cls(context, out)

    def copy(self, *, context: Context | None = None) -> Model:
        """A model of its own with the same content; weights are shared."""
        context = context or self._context.like()
        out = ctypes.POINTER(_abi.finnc_model)()
        with self._core:
            context._core.call(lib.finnc_model_clone, self._need(), ctypes.byref(out))
        return Model(context, out, self.path, lender=self._context)

    def _need(self) -> Any:
        if not self._finalizer.alive:
            raise ReferenceError("the model was closed")
        if self._editor not in (None, threading.get_ident()):
            with self._core.lock:  # which is free once the change is done
                pass
        return self._pointer

    def _use(self, function: Any, *arguments: Any, edits: bool = False) -> None:
        """function(cx, ...), which looks at the model for as long as it takes, or edits it."""
        with self._core:
            if edits and self._uses:
                raise BadValue("the model is in use: what is called meanwhile cannot change it")
            self._uses += 1
            self._editor = threading.get_ident() if edits else self._editor
            try:
                self._core.call(function, *arguments)
            finally:
                self._uses -= 1
                if edits:
                    self._editor = None
                    self._edits += 1

    def _work(self, function: Any, *arguments: Any, edits: bool = False) -> None:
        """The same of what may take long."""
        use = functools.partial(self._use, edits=edits)
        _worker.call(use, self._core.cancel, self._core.resume, function, *arguments)

    # ---- out ----

    def save(self, path: str | os.PathLike[str], *, external_data: str = "keep") -> None:
        """Writes an ONNX file (ONNX's textual syntax if the name ends in .onnxtxt); a failure leaves the old file whole.

        ``external_data``: "keep" as it was read, "inline" everything into the file, "split" weights into FILE.data.
        """
        kinds = {
            "keep": _abi.FINNC_EXTERNAL_KEEP,
            "inline": _abi.FINNC_EXTERNAL_INLINE,
            "split": _abi.FINNC_EXTERNAL_SPLIT,
        }
        if external_data not in kinds:
            raise BadValue(f"external_data is one of {', '.join(kinds)}, not {external_data!r}")
        self._core.work(lib.finnc_model_write, self._need(), encode_path(path), kinds[external_data])

    def to_bytes(self) -> bytes:
        """The model as an ONNX file's content, external data taken into it."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        with self._core:
            self._core.call(lib.finnc_model_write_bytes, self._need(), ctypes.byref(data), ctypes.byref(size))
            try:
                return ctypes.string_at(data, size.value)
            finally:
                lib.finnc_bytes_destroy(self._core.pointer, data)

    def to_onnx(self) -> onnx.ModelProto:
        """The model as onnx has it; needs the package onnx."""
        import onnx

        return onnx.ModelProto.FromString(self.to_bytes())

    def dump(self, format: str = "text", *, weights: bool = False) -> str:
        """The model as text: "text" (ONNX's textual syntax), "json" (docs/schema-dump.md) or "dot" (Graphviz)."""
        flags = _abi.FINNC_TEXT_WEIGHTS if weights else 0
        if format == "text":
            return collect(self._core, lib.finnc_text_write, self._need(), flags)
        if format == "json":
            return collect(self._core, lib.finnc_json_write, self._need(), flags)
        if format == "dot":
            return collect(self._core, lib.finnc_dot_write, self._need())
        raise BadValue(f"a model is dumped as text, json or dot, not {format!r}")

    def draw(self, path: str | os.PathLike[str] | None = None, *, format: str | None = None) -> bytes:
        """The graph, drawn by Graphviz as "svg", "png" or "pdf" (what the path ends in says it); Unsupported where that is
        not installed. Written to ``path`` if there is one."""
        if format is None:
            format = pathlib.Path(path).suffix[1:] if path is not None else "svg"
        drawing = collect_bytes(self._core, lib.finnc_dot_render, self._need(), encode(format))
        if path is not None:
            pathlib.Path(path).write_bytes(drawing)
        return drawing

    # ---- looking ----

    @property
    def _graph(self) -> Any:
        return lib.finnc_model_graph(self._need())

    @property
    def name(self) -> str:
        """The main graph's."""
        return _text(lib.finnc_graph_name(self._graph))

    @property
    def inputs(self) -> list[Value]:
        """Graph inputs, those with a default value included."""
        with self._core:
            graph = self._graph
            return [Value(self, lib.finnc_graph_input(graph, i)) for i in range(lib.finnc_graph_ninputs(graph))]

    @property
    def free_inputs(self) -> list[Value]:
        """Inputs without a default: a run needs an array for each."""
        at, found = ctypes.c_size_t(), []
        with self._core:
            while value := lib.finnc_graph_next_free_input(self._graph, ctypes.byref(at)):
                found.append(Value(self, value))
        return found

    @property
    def outputs(self) -> list[Value]:
        with self._core:
            graph = self._graph
            return [Value(self, lib.finnc_graph_output(graph, i)) for i in range(lib.finnc_graph_noutputs(graph))]

    @property
    def nodes(self) -> list[Node]:
        """In the graph's order."""
        return self._walk(Node, lib.finnc_graph_first_node, lib.finnc_node_next)

    @property
    def values(self) -> list[Value]:
        return self._walk(Value, lib.finnc_graph_first_value, lib.finnc_value_next)

    def _walk(self, kind: Any, first: Any, after: Any) -> list[Any]:
        found = []
        with self._core:
            at = first(self._graph)
            while at:
                found.append(kind(self, at))
                at = after(at)
        return found

    def find_node(self, name: str) -> Node:
        node = lib.finnc_graph_find_node(self._graph, encode(name))
        if not node:
            raise NotFound(f"no node '{name}' in the graph")
        return Node(self, node)

    def find_value(self, name: str) -> Value:
        value = lib.finnc_graph_find_value(self._graph, encode(name))
        if not value:
            raise NotFound(f"no tensor '{name}' in the graph")
        return Value(self, value)

    @property
    def opsets(self) -> dict[str, int]:
        """Versions by domain; "" is ONNX's own."""
        found, version = {}, ctypes.c_int64()
        for i in range(lib.finnc_model_nopsets(self._need())):
            domain = lib.finnc_model_opset(self._pointer, i, ctypes.byref(version))
            found[_text(domain)] = version.value
        return found

    @property
    def metadata(self) -> dict[str, str]:
        found, key = {}, ctypes.c_char_p()
        for i in range(lib.finnc_model_nmetadata(self._need())):
            text = lib.finnc_model_metadata(self._pointer, i, ctypes.byref(key))
            found[_text(key.value)] = _text(text)
        return found

    # ---- editing ----

    def set_array(self, name: str, array: Any) -> None:
        """Makes a copy of an array the initialiser of a value that no node makes; element type and shape follow."""
        with self._core:
            value = self.find_value(name)._pointer
            tensor = from_array(self._core, array, lib.finnc_value_elem(value), copies=True)
            self._use(lib.finnc_value_set_tensor, value, tensor.pointer, edits=True)

    def set_datatype(self, name: str, datatype: str) -> None:
        """Annotates a value with a FINN data type: "INT4", "BIPOLAR", ..."""
        dtype = _abi.finnc_dtype()
        self._core.call(lib.finnc_dtype_parse, encode(datatype), ctypes.byref(dtype))
        with self._core:
            self._use(lib.finnc_value_set_dtype, self.find_value(name)._pointer, dtype, edits=True)

    def set_layout(self, name: str, layout: str) -> None:
        """Annotates a value with the order of its axes, "NHWC"."""
        with self._core:
            self._use(lib.finnc_value_set_layout, self.find_value(name)._pointer, encode(layout), edits=True)

    def set_metadata(self, key: str, text: str) -> None:
        self._use(lib.finnc_model_set_metadata, self._need(), encode(key), encode(text), edits=True)

    def transform(self, *passes: Any, **options: Any) -> TransformReport:
        """Runs passes on this model; see finnc.transform, which works on a copy."""
        from .transform import run_passes

        return run_passes(self, passes, options)

    # ---- ending ----

    def close(self) -> None:
        """Ends the model now rather than when Python forgets it. Sessions and arrays made of it live on."""
        self._finalizer()

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if not self._finalizer.alive:
            return "<Model, closed>"
        n = lib.finnc_graph_nnodes(self._graph)
        return f"<Model {self.name or self.path}: {n} node{'' if n == 1 else 's'}>"


def load(source: Source, *, folder: str | os.PathLike[str] | None = None, context: Context | None = None) -> Model:
    """Opens a model: a path (ONNX, or its textual syntax if it ends in .onnxtxt), a file's bytes or an onnx.ModelProto.

    ``folder`` is where bytes and ModelProtos have external data and partitions; without it there can be none. Weights of a path
    stay in the file, which must not be rewritten in place while the model lives (``save`` never does that).
    """
    return Model.read(source, folder=folder, context=context)
