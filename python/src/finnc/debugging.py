"""Why did a rewrite not apply? Which one broke the result? Does it still, and on how small a model?

What ``finnc explain``, ``bisect``, ``replay`` and ``reduce`` do; docs/debugging-a-flow.md tells when to ask which.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from . import _abi
from ._library import lib
from .compare import Comparison, sampler
from .context import MOST_INT, MOST_SIZE, Context, seed_of, whole
from .errors import BadValue
from .model import Model, Source, _text, encode, encode_path, load
from .transform import Step, model_of, pipeline_of, values_of

_FATES = {
    _abi.FINNC_FATE_REWRITTEN: "rewritten",
    _abi.FINNC_FATE_DECLINED: "declined",
    _abi.FINNC_FATE_STEP: "step",
}
_TELL = lib.finnc_explain.argtypes[5]
_INPUTS = dict(_abi.finnc_compare_options._fields_)["inputs"]
_BETTER = dict(_abi.finnc_reduce_options._fields_)["better"]


def _copy(model: Source) -> Model:
    """One for which nobody else waits meanwhile."""
    return (model if isinstance(model, Model) else load(model)).copy()


# ---- what becomes of a node ----


@dataclass(frozen=True)
class Followed:
    """A node that is followed from some event on."""

    node: str  #: its name; "" if it has none
    op_type: str
    output: str  #: the value that it makes

    def __str__(self) -> str:
        return f"{self.node or 'the maker of ' + self.output} ({self.op_type})"


@dataclass(frozen=True)
class Fate:
    """One event in the life of a node and of whatever becomes of it."""

    kind: str  #: "rewritten", "declined" (``text`` says why), "step" (one is over)
    step: int  #: of the pipeline, from 1
    pass_name: str
    rule: str  #: the picture, or ""
    node: str  #: which of those followed it is about, as it was before
    op_type: str
    text: str
    rewrite: int  #: number within the run of what was rewritten; 0: the pass did not count it
    is_far: bool  #: nothing but the root of the picture fits
    values: dict[str, str]  #: the constants that decided: name in the picture, and what it holds
    now: tuple[Followed, ...]  #: what is followed from here on; none: it is gone

    def __str__(self) -> str:
        if self.kind == "step":
            return f"step {self.step}, {self.pass_name}: {', '.join(map(str, self.now)) or 'gone'}"
        sign = "+" if self.kind == "rewritten" else "-"
        number = f" (rewrite {self.rewrite})" if self.rewrite else ""
        return f"{sign} {self.pass_name}: {self.node} ({self.op_type}): {self.text}{number}"


def _followed(node: Any) -> Followed:
    output = lib.finnc_node_output(node, 0) if lib.finnc_node_noutputs(node) else None
    return Followed(
        _text(lib.finnc_node_name(node)),
        _text(lib.finnc_node_op_type(node)),
        _text(lib.finnc_value_name(output)) if output else "",
    )


def _fate(f: Any) -> Fate:
    return Fate(
        kind=_FATES[f.kind],
        step=f.step,
        pass_name=_text(f.pass_),
        rule=_text(f.rule),
        node=_text(f.node),
        op_type=_text(f.op_type),
        text=_text(f.text),
        rewrite=f.rewrite,
        is_far=f.is_far,
        values=values_of(f),
        now=tuple(_followed(f.now[i]) for i in range(f.nnow)),
    )


def explain(
    model: Source, node: str, *passes: Step, wants_far: bool = False, stop_after: int = 0, **parameters: Any
) -> list[Fate]:
    """What passes would do with a node, and why not more; ``model`` stays as it is.

    ``node`` is a node's name, or that of a value that it makes. Passes are said as in finnc.transform. ``wants_far``
    tells also of pictures of which nothing but this node fits; ``stop_after`` runs only so many steps.
    """
    model, found = _copy(model), []
    pipeline = pipeline_of(model._context, passes, parameters)
    options = _abi.finnc_explain_options(wants_far=wants_far, stop_after=whole("stop_after", stop_after, MOST_INT))
    tell = model._core.callback(_TELL, lambda _user, fate: found.append(_fate(fate.contents)))
    arguments = model._need(), pipeline._pointer, encode(node), ctypes.byref(options), tell, None
    model._core.work(lib.finnc_explain, *arguments)
    return found


# ---- which rewrite it was ----


@dataclass(frozen=True)
class Bisection:
    """True if no rewrite changes a result."""

    rewrites: int  #: of the whole run, as far as it came
    rewrite: int  #: number of the first that changes a result; 0: none does
    last: int  #: of those that are made together with it; mostly ``rewrite``
    runs: int  #: how often the passes were run
    step: int  #: of the pipeline, from 1
    pass_name: str
    rule: str  #: the picture, or ""
    node: str
    op_type: str
    text: str  #: what the rewrite said of itself
    on_purpose: bool  #: the pass is meant to change values
    failure: str  #: what was said, where the run fails from this rewrite on; else ""
    comparison: Comparison | None  #: how the results differ
    before: Model | None  #: the model without the rewrite
    after: Model | None  #: the model with it; None: the run fails

    def __bool__(self) -> bool:
        return self.rewrite == 0

    def __str__(self) -> str:
        if not self.rewrite:
            return f"equal: none of {self.rewrites} rewrites changes a result"
        number = f"rewrite {self.rewrite}"
        if self.last > self.rewrite:
            number = f"rewrites {self.rewrite} to {self.last}, which are made together,"
        what = "makes the run fail" if self.failure else "changes a result"
        purpose = ", on purpose" if self.on_purpose and not self.failure else ""
        place = f" at {self.node} ({self.op_type})" if self.op_type else ""
        return (
            f"{number} of {self.rewrites} {what}{purpose}: step {self.step}, "
            f"{self.pass_name}{place}: {self.failure or self.text}"
        )


def bisect(
    model: Source,
    *passes: Step,
    inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    samples: int = 3,
    seed: int = 0,
    rtol: float = 1e-4,
    check_each: bool = False,
    stop_after: int = 0,
    **parameters: Any,
) -> Bisection:
    """Finds the first rewrite that changes what a model computes, or makes the run fail.

    Passes are said as in finnc.transform, ``inputs``, ``samples``, ``seed`` and ``rtol`` as in finnc.compare. With
    ``check_each`` a broken invariant of the graph is a failure, too; ``stop_after`` runs only so many steps.
    """
    model = _copy(model)
    core, pipeline = model._core, pipeline_of(model._context, passes, parameters)
    options = _abi.finnc_bisect_options(check_each=check_each, stop_after=whole("stop_after", stop_after, MOST_INT))
    options.compare.nsamples, options.compare.seed = whole("samples", samples, MOST_SIZE), seed_of(seed)
    options.compare.rtol = rtol
    if inputs is not None:
        options.compare.inputs, options.compare.nsamples = sampler(model, inputs, _INPUTS)
    found = _abi.finnc_bisection()
    core.work(lib.finnc_bisect, model._need(), pipeline._pointer, ctypes.byref(options), ctypes.byref(found))
    try:
        return Bisection(
            rewrites=found.nrewrites,
            rewrite=found.rewrite,
            last=found.last,
            runs=found.nruns,
            step=found.step,
            pass_name=_text(found.pass_),
            rule=_text(found.rule),
            node=_text(found.node),
            op_type=_text(found.op_type),
            text=_text(found.text),
            on_purpose=found.is_on_purpose,
            failure=_text(found.failure),
            comparison=Comparison._of(found.comparison) if found.comparison.difference.value is not None else None,
            before=model_of(found.before, model) if found.before else None,
            after=model_of(found.after, model) if found.after else None,
        )
    finally:
        with core:
            lib.finnc_bisection_clear(ctypes.byref(found))


# ---- does it still? ----


@dataclass(frozen=True)
class Failure:
    """What was said, and by which step of a pipeline."""

    cause: str  #: "pass", "check", "verification"
    pass_name: str
    rewrite: int  #: the last one begun, counted in this step; 0: none
    message: str


@dataclass(frozen=True)
class Replay:
    """True if it still fails."""

    recorded: Failure  #: what is in the folder
    recorded_version: str  #: of finnc
    now: Failure | None  #: what came of it now; None: it does not fail any more
    is_same: bool  #: it fails for the same cause, in the same pass

    def __bool__(self) -> bool:
        return self.now is not None


def replay(folder: str | os.PathLike[str], *, context: Context | None = None) -> Replay:
    """Runs a failure again that ``finnc transform``, or finnc.transform with ``reproducer``, has kept in a folder."""
    context, r = context or Context(), _abi.finnc_replayed()
    nobody = lib.finnc_replay.argtypes[2]()
    context._core.work(lib.finnc_replay, encode_path(folder), nobody, None, ctypes.byref(r))

    def failure(cause: int, *said: Any) -> Failure:
        pass_name, rewrite, message = said
        return Failure(_text(lib.finnc_failure_cause_name(cause)), _text(pass_name), rewrite, _text(message))

    return Replay(
        recorded=failure(r.recorded_cause, r.recorded_pass, r.recorded_rewrite, r.recorded_message),
        recorded_version=_text(r.recorded_version),
        now=failure(r.cause, r.pass_, r.rewrite, r.message) if r.fails else None,
        is_same=r.is_same,
    )


# ---- and on how small a model? ----


@dataclass(frozen=True)
class Reduction:
    """What shrinking a model came to."""

    model: Model  #: the smallest one found
    candidates: int  #: how many were asked about, besides the model itself
    smaller: int  #: how often the answer was yes
    finished: bool  #: no limit was reached: nothing more can be taken away


def reduce(
    model: Source,
    is_interesting: Callable[[Model], Any],
    *,
    better: Callable[[Model], Any] | None = None,
    seconds: float = 0.0,
    candidates: int = 0,
) -> Reduction:
    """Shrinks a model as long as ``is_interesting(candidate)`` says yes, which it has to of the model itself.

    Outputs, nodes and sizes are taken away, in large pieces first; the same answers give the same model. What
    ``is_interesting`` raises ends the search and is raised. ``better(model)`` hears of each smaller one, so that
    it can be kept. No candidate is begun after so many ``seconds``, or ``candidates``; 0: no limit.
    """
    if not seconds >= 0:  # NaN is neither
        raise BadValue(f"seconds: {seconds} is not 0 or more")
    model = _copy(model)
    core = model._core

    def ask(_user: Any, _cx: Any, candidate: Any, answer: Any) -> None:
        answer[0] = bool(is_interesting(model_of(candidate, model)))

    def keep(_user: Any, _cx: Any, smaller: Any) -> None:
        better(model_of(smaller, model))

    options = _abi.finnc_reduce_options(seconds=seconds, ncandidates=whole("candidates", candidates, MOST_SIZE))
    if better:
        options.better = core.callback(_BETTER, keep)
    out, came = ctypes.POINTER(_abi.finnc_model)(), _abi.finnc_reduction()
    arguments = core.callback(_abi.finnc_interesting_fn, ask), ctypes.byref(options), ctypes.byref(out)
    core.work(lib.finnc_reduce, model._need(), *arguments, ctypes.byref(came))
    return Reduction(Model(model._context, out, model.path), came.ncandidates, came.nbetter, came.is_finished)


__all__ = [
    "Bisection",
    "Failure",
    "Fate",
    "Followed",
    "Reduction",
    "Replay",
    "bisect",
    "explain",
    "reduce",
    "replay",
]
