"""Passes, pipelines of them, and what running them reports."""

from __future__ import annotations

import ctypes
import json
import os
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Mapping, Sequence, Union

from . import _abi
from ._library import lib
from .context import MOST_INT, Context, Core, collect, log, whole
from .errors import BadValue, Cancelled, Error, NoMemory
from .model import Model, Source, _text, encode, encode_path, load
from .tensor import detached, from_array, to_array

# "Streamline", "tidy,InsertTopK{k=1}", ("InsertTopK", {"k": 1}), {"InsertTopK": {"k": 1}}, a Pipeline, an object of upstream's
Step = Union[str, tuple[str, Mapping[str, Any]], Mapping[str, Any], "Pipeline", Any]

_KINDS = {
    _abi.FINNC_REMARK_APPLIED: "applied",
    _abi.FINNC_REMARK_MISSED: "missed",
    _abi.FINNC_REMARK_ANALYSIS: "analysis",
}


@dataclass(frozen=True)
class Remark:
    """What a pass did at a node, or why it did not."""

    kind: str  #: "applied", "missed", "analysis"
    pass_name: str
    node: str
    op_type: str
    text: str
    step: int  #: of the pipeline, from 1
    rewrite: int  #: number within the run of the rewrite applied; else 0
    rule: str  #: the picture that was found, or nearly
    values: dict[str, str]  #: the constants that decided: name in the picture, and what it holds

    def __str__(self) -> str:
        place = f"{self.node} ({self.op_type}): " if self.node else ""
        return f"{self.kind}: {self.pass_name}: {place}{self.text}"


@dataclass(frozen=True)
class PassReport:
    """What became of one pass."""

    name: str
    group: str | None
    depth: int  #: 0: a step of the pipeline; more: a pass inside it
    step: int
    seconds: float
    rewrites: int
    nodes_before: int
    nodes_after: int
    changed: bool


@dataclass
class TransformReport:
    """What a run of a pipeline came to."""

    passes: list[PassReport] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    verified: int = 0  #: steps after which the outputs were the same as before
    unverified: int = 0  #: steps that could not be verified; a remark says why

    @property
    def rewrites(self) -> int:
        return sum(p.rewrites for p in self.passes if p.depth == 0)


class Pipeline:
    """A list of passes, made of the text that ``finnc transform --passes`` takes, or read from YAML (docs/pipelines.md)."""

    def __init__(self, *steps: Step, context: Context | None = None, **parameters: Any) -> None:
        self._context = context or Context()
        text = ",".join(_step_text(step) for step in steps)
        if parameters:
            if len(steps) != 1 or not isinstance(steps[0], str):
                raise BadValue("parameters as keywords belong to one pass, given by its name")
            text = _step_text((steps[0], parameters))
        self._make(lib.finnc_pipeline_parse, encode(text))

    def _make(self, function: Any, *arguments: Any) -> None:
        core, out = self._context._core, ctypes.POINTER(_abi.finnc_pipeline)()
        core.call(function, *arguments, ctypes.byref(out))
        self._pointer = out
        core.own(self, lib.finnc_pipeline_destroy, out)

    @classmethod
    def read(cls, path: str | os.PathLike[str], *, context: Context | None = None) -> Pipeline:
        """A pipeline in a YAML file."""
        made = cls.__new__(cls)
        made._context = context or Context()
        made._make(lib.finnc_pipeline_read, encode_path(path))
        return made

    @classmethod
    def from_yaml(cls, text: str, *, context: Context | None = None) -> Pipeline:
        made = cls.__new__(cls)
        made._context = context or Context()
        made._make(lib.finnc_pipeline_read_text, encode(text))
        return made

    def __len__(self) -> int:
        """Top-level steps."""
        return lib.finnc_pipeline_nsteps(self._pointer)

    def to_yaml(self) -> str:
        """As ``read`` takes it, recipes and groups written out."""
        return collect(self._context._core, lib.finnc_pipeline_write, self._pointer, 0, len(self))


def _step_text(step: Step) -> str:
    if isinstance(step, str):
        return step
    if isinstance(step, Pipeline):
        raise BadValue("a Pipeline stands alone")
    if isinstance(step, tuple) and len(step) == 2 and isinstance(step[0], str):
        name, parameters = step
        inside = ", ".join(f"{key}={_json(key, x)}" for key, x in parameters.items())
        return f"{name}{{{inside}}}" if inside else name
    if isinstance(step, Mapping):
        return ",".join(_step_text((name, parameters or {})) for name, parameters in step.items())
    if isinstance(step, (list, Sequence)):
        return ",".join(_step_text(inner) for inner in step)
    from .upstream import as_step

    return _step_text(as_step(step))


def _json(key: str, x: Any) -> str:
    def other(y: Any) -> Any:
        for method in ("tolist", "item"):  # numpy's
            if hasattr(y, method):
                return getattr(y, method)()
        if isinstance(y, (set, frozenset)):
            return sorted(y)
        if isinstance(y, os.PathLike):
            return os.fspath(y)
        raise BadValue(f"{key}: {y!r} has no form in JSON")

    return json.dumps(x, default=other)


def values_of(said: Any) -> dict[str, str]:
    """The constants that decided: name in the picture, and what it holds."""
    return {_text(said.values[i].name): _text(said.values[i].text) for i in range(said.nvalues)}


def _remark(pointer: Any) -> Remark:
    r = pointer.contents
    return Remark(
        kind=_KINDS[r.kind],
        pass_name=_text(r.pass_),
        node=_text(r.node),
        op_type=_text(r.op_type),
        text=_text(r.text),
        step=r.step,
        rewrite=r.rewrite,
        rule=_text(r.rule),
        values=values_of(r),
    )


def _report(pointer: Any) -> PassReport:
    p = pointer.contents
    return PassReport(
        name=_text(p.pass_),
        group=_text(p.group) or None,
        depth=p.depth,
        step=p.step,
        seconds=p.seconds,
        rewrites=p.rewrites,
        nodes_before=p.nodes_before,
        nodes_after=p.nodes_after,
        changed=p.changed,
    )


class VerificationError(BadValue):
    """A step changed what the model computes. ``inputs`` are those on which it shows."""

    def __init__(self, message: str, pass_name: str, rewrite: int, inputs: dict[str, Any] | None) -> None:
        super().__init__(message)
        self.pass_name, self.rewrite, self.inputs = pass_name, rewrite, inputs


def pipeline_of(context: Context, steps: Iterable[Step], parameters: dict[str, Any]) -> Pipeline:
    """The steps as one pipeline, which they may be already."""
    steps = tuple(steps)
    if len(steps) == 1 and isinstance(steps[0], Pipeline):
        if parameters:
            raise BadValue(f"a Pipeline takes no parameters: {', '.join(parameters)}")
        return steps[0]
    return Pipeline(*steps, context=context, **parameters)


def _keep_failure(model: Model, pipeline: Pipeline, options: Any, folder: bytes, words: str) -> None:
    """The failure itself is what matters: if it cannot be kept, that is a warning."""
    arguments = model._need(), pipeline._pointer, ctypes.byref(options), words.encode("utf-8", "surrogateescape")
    try:
        model._core.call(lib.finnc_reproducer_write, folder, *arguments)
    except Error as error:
        log.warning("the failure is not kept: %s", error)


_SWITCHES = ("verify_each", "verify_tensors", "check_each")
_COUNTS = {"verify_inputs": MOST_INT, "verify_seed": 2**64 - 1, "stop_after": MOST_INT, "rewrite_limit": 2**64 - 1}


def run_passes(model: Model, steps: Iterable[Step], options: dict[str, Any]) -> TransformReport:
    """Model.transform and finnc.transform: `options` are those that transform names, and one pass's parameters."""
    chosen = {key: options.pop(key) for key in _SWITCHES if key in options}
    chosen |= {key: whole(key, options.pop(key), most) for key, most in _COUNTS.items() if key in options}
    on_remark = options.pop("on_remark", None)
    after = options.pop("after", None)
    wants_far = options.pop("wants_far", False)
    given = options.pop("verify_on", None)
    reproducer = options.pop("reproducer", None)
    folder = None if reproducer is None else encode_path(reproducer)
    pipeline = pipeline_of(model._context, steps, options)
    core, report = model._core, TransformReport()

    # Callbacks may look at the model; what they see may be gone when the next one comes.
    def hear(_user: Any, remark: Any) -> None:
        model._edits += 1
        report.remarks.append(_remark(remark))
        if on_remark:
            on_remark(report.remarks[-1])

    def over(_user: Any, _cx: Any, reported: Any, _model: Any) -> None:
        model._edits += 1
        report.passes.append(_report(reported))
        if after:
            after(report.passes[-1])

    kinds = dict(_abi.finnc_transform_options._fields_)
    verification, failure = _abi.finnc_verification(), _abi.finnc_transform_failure()
    c = _abi.finnc_transform_options(wants_far=wants_far, **chosen)
    c.remark, c.after = core.callback(kinds["remark"], hear), core.callback(kinds["after"], over)
    c.verification, c.failure = ctypes.pointer(verification), ctypes.pointer(failure)
    bundle = None
    try:
        if given:
            bundle = bundle_of(model, given)
            c.verify_given = bundle
        model._work(lib.finnc_transform, model._need(), pipeline._pointer, ctypes.byref(c), edits=True)
    except Error as error:
        if folder is not None and failure.step and not isinstance(error, (Cancelled, NoMemory)):
            _keep_failure(model, pipeline, c, folder, str(error))
        if failure.cause == _abi.FINNC_FAILED_VERIFICATION:
            inputs = detached(arrays_of(core, failure.inputs), None) if failure.inputs else None
            error = VerificationError(str(error), _text(failure.pass_), failure.rewrite, inputs)
        error.report = report
        raise error from None
    finally:
        if failure.inputs:
            lib.finnc_bundle_destroy(failure.inputs)
        if bundle:
            lib.finnc_bundle_destroy(bundle)
    report.verified, report.unverified = verification.verified, verification.unverified
    return report


def model_of(pointer: Any, owner: Model) -> Model:
    """A model of one's own, with the content of one that the library lent, which shares weights with `owner`."""
    context, out = owner._context.like(), ctypes.POINTER(_abi.finnc_model)()
    context._core.call(lib.finnc_model_clone, pointer, ctypes.byref(out))
    return Model(context, out, owner.path, lender=owner._context)


def bundle_of(model: Model, arrays: Mapping[str, Any]) -> Any:
    """Tensors for values of a model, by name, which the caller ends."""
    core, out = model._core, ctypes.POINTER(_abi.finnc_bundle)()
    core.call(lib.finnc_bundle_create, ctypes.byref(out))
    try:
        for name, array in arrays.items():
            value = lib.finnc_graph_find_value(model._graph, encode(name))
            tensor = from_array(core, array, lib.finnc_value_elem(value) if value else 0)
            core.plain(lib.finnc_bundle_set, out, encode(name), tensor.pointer)
    except BaseException:
        lib.finnc_bundle_destroy(out)
        raise
    return out


def arrays_of(core: Core, bundle: Any) -> dict[str, Any]:
    """The arrays of a bundle, which stays the caller's."""
    found, name = {}, ctypes.c_char_p()
    for i in range(lib.finnc_bundle_count(bundle)):
        tensor = lib.finnc_bundle_at(bundle, i, ctypes.byref(name))
        found[_text(name.value)] = to_array(core, tensor)
    return found


def transform(
    model: Source,
    *passes: Step,
    verify_each: bool = False,
    on_remark: Callable[[Remark], None] | None = None,
    after: Callable[[PassReport], None] | None = None,
    **options: Any,
) -> Model:
    """A new model, on which the passes were run in their order; ``model`` stays as it is.

    A pass is what ``finnc transform --passes`` takes ("Streamline", "tidy, InsertTopK{k=1}", the name of a recipe), a
    pair of a name and its parameters, a dict of such, a Pipeline, or an object of qonnx's or FINN's transformation
    classes. Parameters of a single pass may be keywords: ``transform(model, "InsertTopK", k=1)``.

    ``verify_each`` runs the model before and after every step, and raises VerificationError where outputs differ.
    More: ``verify_on`` (one more input, arrays by name), ``verify_tensors``, ``verify_inputs`` (how many random ones),
    ``verify_seed``, ``check_each``, ``stop_after`` (steps), ``rewrite_limit``, ``wants_far``. ``on_remark`` hears every
    remark, ``after`` every pass; both, and what verification came to, are in ``.report`` of the result. A failure is
    kept in the folder ``reproducer``, for finnc.replay.
    """
    made = model.copy() if isinstance(model, Model) else load(model)
    report = run_passes(made, passes, dict(options, verify_each=verify_each, on_remark=on_remark, after=after))
    made.report = report
    return made
