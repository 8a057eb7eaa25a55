"""Do two models compute the same? And how fast is one?"""

from __future__ import annotations

import ctypes
import math
import os
import time
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from . import _abi
from ._library import lib
from .context import MOST_SIZE, Context, seed_of, whole
from .errors import BadValue
from .model import Model, Source, _text, encode_path, load
from .session import Session, draw_inputs
from .tensor import from_array
from .transform import bundle_of, run_passes

_INPUTS = dict(_abi.finnc_compare_options._fields_)["inputs"]


@dataclass(frozen=True)
class Difference:
    """How two tensors differ."""

    value: str
    index: int  #: first differing element, row-major; -1: shapes or types differ
    a: float
    b: float
    count: int  #: elements that differ
    largest: float  #: largest absolute difference

    @classmethod
    def _of(cls, d: Any) -> Difference | None:
        return cls(_text(d.value), d.index, d.a, d.b, d.count, d.largest) if d.value is not None else None


@dataclass(frozen=True)
class Comparison:
    """True if the models gave the same."""

    difference: Difference | None  #: of the first output that differs
    sample: int  #: on which input
    parting: Difference | None  #: the first tensor, in the first model's order, that differs
    parting_node: str | None
    outputs_moved: int  #: outputs that hold the same with their axes in another order

    def __bool__(self) -> bool:
        return self.difference is None

    @classmethod
    def _of(cls, found: Any) -> Comparison:
        node = found.parting_node
        return cls(
            Difference._of(found.difference),
            found.sample,
            Difference._of(found.parting),
            _text(lib.finnc_node_name(node)) if node else None,
            found.nmoved,
        )


def sampler(model: Model, inputs: Any, kind: Any) -> tuple[Any, int]:
    """The callback that hands out inputs of a model by number, and how many there are."""
    samples = [inputs] if isinstance(inputs, Mapping) else list(inputs)
    if not samples:
        raise BadValue("there are no inputs")

    def give(_user: Any, _cx: Any, sample: int, out: Any) -> None:
        out[0] = bundle_of(model, samples[sample])

    return model._core.callback(kind, give), len(samples)


def compare(
    a: Source,
    b: Source,
    inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    *,
    samples: int = 3,
    seed: int = 0,
    rtol: float = 1e-4,
    where: bool = True,
) -> Comparison:
    """Runs two models on the same inputs and compares their outputs.

    ``inputs``: arrays by name, or a list of such; else ``samples`` are drawn, and some more where quantisers jump.
    Floats may differ by ``rtol`` times the largest magnitude in a tensor, as reordered sums do; integers, and what is
    annotated as integer, not at all.
    ``where`` looks for the tensor at which the models part.
    """
    a = (a if isinstance(a, Model) else load(a)).copy()
    core = a._core
    b = (b if isinstance(b, Model) else load(b)).copy(context=a._context)
    options = _abi.finnc_compare_options(
        nsamples=whole("samples", samples, MOST_SIZE), seed=seed_of(seed), rtol=rtol, wants_parting=where
    )
    if inputs is not None:
        options.inputs, options.nsamples = sampler(a, inputs, _INPUTS)
    options.name_a, options.name_b = b"the first model", b"the second model"
    found = _abi.finnc_comparison()
    core.work(lib.finnc_compare, a._need(), b._need(), ctypes.byref(options), ctypes.byref(found))
    return Comparison._of(found)


def compare_arrays(a: Any, b: Any, *, rtol: float = 1e-4) -> Difference | None:
    """How two arrays differ, by the rules of ``compare``; None: they do not."""
    if not 0 <= rtol < math.inf:  # NaN is neither
        raise BadValue(f"a tolerance of {rtol:g}; 0 and more is one")
    context = Context()
    first, second = from_array(context._core, a), from_array(context._core, b)
    found = _abi.finnc_difference()
    lib.finnc_tensor_compare(first.pointer, second.pointer, rtol, b"array", ctypes.byref(found))
    return Difference._of(found)


@dataclass(frozen=True)
class CaseResult:
    """What became of a test case. True if it passed."""

    passed: bool
    sets: int  #: data sets that were run
    is_random: bool  #: the model draws random numbers: only element types and shapes were compared
    text: str  #: what is wrong; "" if nothing is

    def __bool__(self) -> bool:
        return self.passed


def run_case(
    folder: str | os.PathLike[str], *, rtol: float = 1e-3, atol: float = 1e-7, context: Context | None = None
) -> CaseResult:
    """Runs one of ONNX's test cases: a folder with model.onnx, and input_0.pb, output_0.pb, ... in test_data_set_0, ...

    Floats may be off by ``atol`` plus ``rtol`` times what is recorded. A model or file that does not read, and a run
    that fails, are a result, too.
    """
    context = context or Context()
    options, r = _abi.finnc_case_options(rtol=rtol, atol=atol), _abi.finnc_case_result()
    context._core.work(lib.finnc_case_run, encode_path(folder), ctypes.byref(options), None, ctypes.byref(r))
    return CaseResult(r.passed, r.nsets, r.is_random, "" if r.passed else _text(r.words))


@dataclass(frozen=True)
class BenchRow:
    """What was measured of one engine, batch size and number of threads; times in seconds, of a run."""

    engine: str
    batch: int
    threads: int
    runs: int
    best: float
    p50: float
    p90: float
    p99: float

    @property
    def images_per_second(self) -> float:
        """Of the fastest run."""
        return self.batch / self.best


def bench(
    model: Source,
    *,
    engines: Sequence[str] = ("reference", "fast"),
    batches: Sequence[int] = (1,),
    threads: Sequence[int] | None = None,
    seconds: float = 1.0,
    isa: str | None = None,
    mode: str | None = None,
    on_row: Callable[[BenchRow], None] | None = None,
) -> list[BenchRow]:
    """Runs a model on inputs drawn from their data types, again and again, and takes the times.

    ``threads``: 1 and all cores if it says nothing. Other batches than 1 are made by ChangeBatchSize. ``isa`` and
    ``mode`` as of a Session.
    """
    model = model if isinstance(model, Model) else load(model)
    all_threads = model._context.threads
    rows = []
    for batch in batches:
        resized = model
        if batch != 1:
            resized = model.copy()
            run_passes(resized, ["ChangeBatchSize"], {"bsize": batch})
        for engine in engines:
            for n in threads or dict.fromkeys((1, all_threads)):
                with Session(resized, engine, threads=n, isa=isa, mode=mode) as session:
                    rows.append(_measure(session, draw_inputs(resized), engine, batch, n, seconds))
                if on_row:
                    on_row(rows[-1])
    return rows


def _measure(
    session: Session, inputs: dict[str, Any], engine: str, batch: int, threads: int, seconds: float
) -> BenchRow:
    session.run(inputs)
    times, begin, run = [], time.perf_counter(), session._run
    while len(times) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        run({}, None)
        times.append(time.perf_counter() - start)
    times.sort()

    def quantile(q: float) -> float:
        return times[min(len(times) - 1, int(q * len(times)))]

    return BenchRow(engine, batch, threads, len(times), times[0], quantile(0.5), quantile(0.9), quantile(0.99))


__all__ = ["BenchRow", "CaseResult", "Comparison", "Difference", "bench", "compare", "compare_arrays", "run_case"]
