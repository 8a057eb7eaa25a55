"""Running a model."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

import numpy as np

from . import _abi, _worker
from ._library import lib
from .context import MOST_SIZE, seed_of, whole
from .errors import BadValue
from .model import Model, Source, _text, encode, load
from .tensor import Tensor, detached, elem_name, from_array, numpy_dtype, to_array
from .transform import arrays_of

_ENGINES = {"reference": _abi.FINNC_ENGINE_REFERENCE, "fast": _abi.FINNC_ENGINE_FAST, "auto": _abi.FINNC_ENGINE_AUTO}
_MODES = {None: _abi.FINNC_MODE_ESTIMATED, "images": _abi.FINNC_MODE_IMAGES, "planes": _abi.FINNC_MODE_PLANES}
_TRACE = dict(_abi.finnc_session_options._fields_)["trace"]


@dataclass(frozen=True)
class Trace:
    """One node's run."""

    node: str
    op_type: str
    outputs: dict[str, Any]  #: arrays by name; they may be kept
    depth: int  #: 0: of the main graph; a node in a Loop's body comes once a round
    start_us: float
    duration_us: float


@dataclass(frozen=True)
class Argument:
    """An input or output of a session."""

    name: str
    element_type: str
    shape: tuple[int | str | None, ...] | None
    has_default: bool = False


class Session:
    """A model made ready to run; as often as one likes.

    ``engine``: "reference" (a plain kernel for each node), "fast" (packed integers where these give the same), or
    "auto", the one that is expected to need less time for ``nsamples``, compiling included. All give the same.
    ``nsamples``: how many samples will be run in all, a batch being several; 0: without end. ``threads`` 0: one per
    core. ``keep``: names of values besides the outputs that a run returns, or True for all that the nodes of the main
    graph make. ``trace(trace)`` is called after each node, in their order; then plain kernels run. ``check_datatypes``
    holds every tensor to its annotated data type; ``sanitise`` off leaves values that are annotated as integers as
    they were computed. ``profile`` takes the times of ``stages``. ``isa`` names the instruction set of the fast
    engine's kernels, such as "avx2", and ``mode`` is how it takes images: "images", one at a time, or "planes", one for
    each bit of a register; by default as FINNC_ISA and FINNC_MODE in the environment say, or what ought to be fastest.

    A session has a context of its own, so several run side by side, in threads too; calls of one wait for each other.
    The model may change afterwards: a session keeps the state that it was made of.
    """

    def __init__(
        self,
        model: Source,
        engine: str = "auto",
        *,
        nsamples: int = 0,
        threads: int = 0,
        keep: Sequence[str] | bool = (),
        trace: Callable[[Trace], None] | None = None,
        check_datatypes: bool = False,
        sanitise: bool = True,
        profile: bool = False,
        isa: str | None = None,
        mode: str | None = None,
    ) -> None:
        running = _running(engine, isa, mode)
        model = model if isinstance(model, Model) else load(model)
        context = model._context
        self._context = context.like(threads=threads) if threads else context.like()
        self._model = model.copy(context=self._context)
        core = self._core = self._context._core
        self.inputs = [_argument(v) for v in self._model.inputs]
        self.outputs = [_argument(v) for v in self._model.outputs]
        if isinstance(keep, str):
            keep = [keep]
        if keep is True:
            keep = [v.name for node in self._model.nodes for v in node.outputs if v is not None]
        names = [argument.name for argument in self.outputs]
        self._kept = [*names, *(name for name in dict.fromkeys(keep or ()) if name not in names)]
        extra = self._kept[len(names) :]
        options = _abi.finnc_session_options(
            nsamples=whole("nsamples", nsamples, MOST_SIZE),
            threads=threads,
            check_dtypes=check_datatypes,
            unsanitised=not sanitise,
            profile=profile,
            **running,
        )
        options.keep = (ctypes.c_char_p * max(1, len(extra)))(*[encode(name) for name in extra])
        options.nkeep = len(extra)
        if trace:
            options.trace = core.callback(_TRACE, lambda _user, _cx, t: trace(self._trace(t.contents)))
        self._options = options
        out = ctypes.POINTER(_abi.finnc_session)()
        core.work(lib.finnc_session_create, self._model._need(), ctypes.byref(options), ctypes.byref(out))
        self._pointer = out
        self._finalizer = core.own(self, lib.finnc_session_destroy, out)
        self._fed: dict[str, Tensor] = {}
        self._is_running = False

    def _trace(self, t: Any) -> Trace:
        outputs = {}
        for i in range(t.noutputs):
            if t.outputs[i]:
                name = _text(lib.finnc_value_name(lib.finnc_node_output(t.node, i)))
                outputs[name] = self._array(t.outputs[i])
        return Trace(
            _text(lib.finnc_node_name(t.node)),
            _text(lib.finnc_node_op_type(t.node)),
            outputs,
            t.depth,
            t.start_us,
            t.duration_us,
        )

    def run(self, inputs: Mapping[str, Any] | Sequence[Any] | np.ndarray | None = None, **named: Any) -> dict[str, Any]:
        """Outputs, and what ``keep`` asked for, as arrays by name.

        ``inputs``: arrays by name, or in the order of the inputs that have no default, or one array. An array is looked
        at where it lies if its type is the input's; no type is changed for you. Results are read-only, lie in the
        library's memory and may be kept, whatever is written into the inputs later. What was given before and is not
        given now is looked at again.
        """
        return self._work(self._by_name(inputs) | named, None)

    __call__ = run

    def run_random(self, seed: int = 0) -> dict[str, Any]:
        """The same for inputs that are drawn from their data types."""
        return self._work({}, seed_of(seed))

    def _work(self, given: dict[str, Any], seed: int | None) -> dict[str, Any]:
        core = self._core
        return _worker.call(self._run, core.cancel, core.resume, given, seed)

    def _run(self, given: dict[str, Any], seed: int | None) -> dict[str, Any]:
        with self._core:  # so that threads that share a session get each their own results
            if self._is_running:
                raise BadValue("the session is running: what it calls meanwhile cannot run it")
            self._is_running = True
            try:
                return self._core.timed(self._run_now, given, seed)
            finally:
                self._is_running = False
                if not self._finalizer.alive:  # closed meanwhile
                    self._fed.clear()

    def _run_now(self, given: dict[str, Any], seed: int | None) -> dict[str, Any]:
        if seed is not None:
            self._core.plain(lib.finnc_session_feed_random, self._need(), seed)
        self._feed(given)
        self._core.plain(lib.finnc_session_run, self._need())
        return {name: self._fetch(name) for name in self._kept}

    def _by_name(self, inputs: Any) -> dict[str, Any]:
        if inputs is None:
            return {}
        if isinstance(inputs, Mapping):
            return dict(inputs)
        free = [argument.name for argument in self.inputs if not argument.has_default]
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if len(given) > len(free):
            raise BadValue(f"{len(given)} arrays for {len(free)} input{'' if len(free) == 1 else 's'}")
        return dict(zip(free, given))

    def _feed(self, given: dict[str, Any]) -> None:
        """All or none, so that no later run looks at a part of what was refused."""
        tensors = {name: self._tensor(name, data) for name, data in given.items()}
        names = (ctypes.c_char_p * len(given))(*map(encode, given))
        pointers = (ctypes.POINTER(_abi.finnc_tensor) * len(given))(*(tensor.pointer for tensor in tensors.values()))
        self._core.plain(lib.finnc_session_feed_all, self._need(), names, pointers, len(given))
        self._fed.update(tensors)

    def _tensor(self, name: str, data: Any) -> Tensor:
        value = lib.finnc_graph_find_value(self._model._graph, encode(name))
        return from_array(self._core, data, lib.finnc_value_elem(value) if value else 0)

    def _fetch(self, name: str) -> Any:
        tensor = lib.finnc_session_fetch(self._pointer, encode(name))
        return self._array(tensor) if tensor else None

    def _array(self, tensor: Any) -> Any:
        """A tensor that was computed, which may be a view of an array that was fed."""
        return detached(to_array(self._core, tensor), [array for fed in self._fed.values() for array in fed.lent])

    def _need(self) -> Any:
        if not self._finalizer.alive:
            raise ReferenceError("the session was closed")
        return self._pointer

    # ---- how ----

    @property
    def peak_bytes(self) -> int:
        """The most bytes that intermediate tensors took at once in the last run."""
        return lib.finnc_session_peak_bytes(self._need())

    @property
    def engine(self) -> str:
        """What it runs on: "reference" or "fast"."""
        return _engine_name(lib.finnc_session_engine(self._need()))

    @property
    def isa(self) -> str | None:
        """The instruction set that fast kernels use; None: there are none."""
        return _text(lib.finnc_session_isa(self._need())) or None

    def plan(self) -> list[dict[str, Any]]:
        """How each node runs: ``node``, ``op_type``, ``fast``, ``program`` (None), ``kind`` and ``why`` it is not fast."""
        rows = []
        for i in range(lib.finnc_session_nnodes(self._need())):
            how = lib.finnc_session_how(self._pointer, i)
            rows.append(
                {
                    "node": _text(lib.finnc_node_name(how.node)),
                    "op_type": _text(lib.finnc_node_op_type(how.node)),
                    "fast": how.is_fast,
                    "program": how.program if how.program >= 0 else None,
                    "kind": _text(how.kind),
                    "why": _text(how.why) or None,
                }
            )
        return rows

    def stages(self) -> list[dict[str, Any]]:
        """The fast engine's work, stage by stage; seconds are for an image, with ``profile`` and one thread."""
        rows, stage = [], _abi.finnc_stage()
        while lib.finnc_session_stage(self._need(), len(rows), ctypes.byref(stage)):
            rows.append(
                {
                    "program": stage.program,
                    "mode": _text(stage.mode),
                    "kind": _text(stage.kind),
                    "node": _text(lib.finnc_node_name(stage.node)) if stage.node else None,
                    "macs": stage.macs,
                    "bound": stage.bound,
                    "seconds": stage.seconds,
                }
            )
        return rows

    def cancel(self) -> None:
        """Ends a run that another thread waits for: it raises Cancelled, as does each later one until ``resume``."""
        self._core.cancel()

    def resume(self) -> None:
        self._core.resume()

    def close(self) -> None:
        """Ends the session now. Arrays that it gave live on."""
        self._finalizer()
        if not self._is_running:
            self._fed.clear()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _running(engine: str, isa: str | None, mode: str | None) -> dict[str, Any]:
    """The fields of options that say what runs a model."""
    for kind, word, words in (("engine", engine, _ENGINES), ("mode", mode, _MODES)):
        if word not in words:
            raise BadValue(f"the {kind} is one of {', '.join(filter(None, words))}, not {word!r}")
    return {"engine": _ENGINES[engine], "isa": None if isa is None else encode(isa), "mode": _MODES[mode]}


def _engine_name(engine: int) -> str:
    return next(name for name, kind in _ENGINES.items() if kind == engine)


def _argument(value: Any) -> Argument:
    return Argument(value.name, value.element_type, value.shape, bool(lib.finnc_value_is_constant(value._pointer)))


def run(
    model: Source,
    inputs: Mapping[str, Any] | Sequence[Any] | np.ndarray | None = None,
    *,
    engine: str = "auto",
    **options: Any,
) -> dict[str, Any]:
    """Runs a model once: outputs as arrays by name. ``inputs`` as Session.run takes them, ``options`` as Session does;
    ``nsamples`` is what one run has."""
    model = model if isinstance(model, Model) else load(model)
    options.setdefault("nsamples", _count_samples(model, inputs))
    with Session(model, engine, **options) as session:
        return session.run(inputs)


def _count_samples(model: Model, inputs: Any) -> int:
    """How many samples are in one run: the first axis of the first input, as the library counts them."""
    free = model.free_inputs
    shape = free[0].shape if free else None
    if shape and isinstance(shape[0], int) and shape[0] > 0:
        return shape[0]
    if free and isinstance(inputs, Mapping):
        inputs = inputs.get(free[0].name)
    elif isinstance(inputs, (list, tuple)):
        inputs = inputs[0] if inputs else None
    given = getattr(inputs, "shape", ())
    return max(1, given[0]) if given else 1


def draw_inputs(model: Model, *, seed: int = 0, sample: int = 0) -> dict[str, np.ndarray]:
    """Inputs for trying a model out, drawn from their annotated data types; the same on every machine."""
    out = ctypes.POINTER(_abi.finnc_bundle)()
    model._core.call(lib.finnc_graph_draw_inputs, model._graph, seed_of(seed), whole("sample", sample, 2**64 - 1), ctypes.byref(out))
    try:
        return arrays_of(model._core, out)
    finally:
        lib.finnc_bundle_destroy(out)


__all__ = ["Argument", "Session", "Trace", "draw_inputs", "elem_name", "numpy_dtype", "run"]
