"""What can be said of a model without changing it: checks, costs, ranges, and what hardware layers take.

Answers are records: dicts whose keys are attributes, too, so that they print, compare and go into JSON as they are. The
keys are the fields of the C interface (include/finnc), nodes and values by their names.
"""

from __future__ import annotations

import ctypes
import json
import math
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

import numpy as np

from . import _abi
from ._library import lib
from .compare import sampler
from .context import MOST_INT, MOST_SIZE, collect, collect_bytes, seed_of, whole
from .errors import BadValue
from .model import Model, Source, _text, encode, load

_NODE = ctypes.POINTER(_abi.finnc_node)
_VALUE = ctypes.POINTER(_abi.finnc_value)


class Record(dict):
    """A dict whose keys are attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _plain(x: Any) -> Any:
    """A field of a record as Python has it. Pointers to numbers have no length of their own: they are left to the caller."""
    if isinstance(x, bytes):
        return _text(x)
    if isinstance(x, _abi.finnc_dtype):
        name = ctypes.create_string_buffer(_abi.FINNC_DTYPE_NAME_MAX)
        return lib.finnc_dtype_name(x, name).decode()
    if isinstance(x, _NODE):
        return _text(lib.finnc_node_name(x)) if x else None
    if isinstance(x, _VALUE):
        return _text(lib.finnc_value_name(x)) if x else None
    if isinstance(x, ctypes.Structure):
        return _record(x)
    if isinstance(x, ctypes.Array):
        return [_plain(y) for y in x]
    return x


def _record(structure: Any, *leave: str, **more: Any) -> Record:
    """The fields of a C record, without `leave` and pointers to what is none of ours."""
    found = Record()
    for name, kind in structure._fields_:
        if name in leave or name in more:
            continue
        x = getattr(structure, name)
        if kind in (_NODE, _VALUE) or not isinstance(x, ctypes._Pointer):
            found[name.rstrip("_")] = _plain(x)
    found.update(more)
    return found


def _open(model: Source) -> Model:
    return model if isinstance(model, Model) else load(model)


def _list(get: Any, of: Any) -> list[Any]:
    """What get(of, 0), get(of, 1), ... point to, up to NULL."""
    found = []
    while pointer := get(of, len(found)):
        found.append(pointer.contents if isinstance(pointer, ctypes._Pointer) else pointer)
    return found


class _Held:
    """A C report, ended with the block."""

    def __init__(self, model: Model, create: Any, destroy: Any, kind: Any, *arguments: Any) -> None:
        self.model, self.destroy = model, destroy
        self.pointer = ctypes.POINTER(kind)()
        model._work(create, *arguments, ctypes.byref(self.pointer))

    def __enter__(self) -> Any:
        return self.pointer

    def __exit__(self, *_: object) -> None:
        with self.model._core:
            self.destroy(self.pointer)


# ---- validity ----


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a model."""

    is_error: bool  #: wrong for everybody; else it breaks what FINN's passes rely on
    text: str


def check(model: Source) -> list[Finding]:
    """All that is wrong with a model; an empty list is a valid one."""
    model, found = _open(model).copy(), []
    hear = model._core.callback(
        _abi.finnc_finding_fn,
        lambda _u, _cx, f: found.append(Finding(f.contents.is_error, _text(f.contents.text))),
    )
    model._core.work(lib.finnc_model_examine, model._need(), hear, None)
    return found


def topology(model: Source) -> Record:
    """The checks of qonnx.analysis.topology, by its names."""
    model, found = _open(model), _abi.finnc_topology()
    model._core.call(lib.finnc_graph_topology, model._graph, ctypes.byref(found))
    return _record(found)


# ---- cost ----


def cost(model: Source, *, counts_zeros: bool = False) -> Record:
    """What an inference costs, as qonnx's inference_cost counts: ``total``, ``nodes`` by name, ``op_types``, and
    ``unsupported`` op types. Partitions are counted, under ``"Part_0/MVAU_3"``. Quantisers of weights count once they are folded: the recipe "cost-preparation"."""
    model = _open(model)
    options = _abi.finnc_cost_options(counts_zeros=counts_zeros)
    create, destroy = lib.finnc_cost_report_create, lib.finnc_cost_report_destroy
    with _Held(model, create, destroy, _abi.finnc_cost_report, model._graph, ctypes.byref(options)) as report:

        def summed(s: Any) -> Record:
            amounts = {s.keys[i].decode(): s.amounts[i] for i in range(s.nkeys)}
            return _record(s, "node", "nkeys", "keys", of=_text(s.of) or None, amounts=amounts)

        return Record(
            total=summed(lib.finnc_cost_report_total(report).contents),
            nodes={_text(s.of): summed(s) for s in _list(lib.finnc_cost_report_node, report)},
            op_types={_text(s.of): summed(s) for s in _list(lib.finnc_cost_report_op_type, report)},
            unsupported=[_text(t) for t in _list(lib.finnc_cost_report_unsupported, report)],
        )


# ---- ranges and statistics ----


def ranges(
    model: Source,
    inputs: Mapping[str, tuple[Any, Any]] | None = None,
    *,
    scaled: bool = False,
    axis: int | None = None,
) -> dict[str, Record]:
    """Between which numbers each tensor lies, whatever the inputs, by name.

    ``inputs``: (min, max) by name, numbers or one for each channel; others lie in the range of their data types.
    ``scaled`` looks for integers and scales, too; channels are along ``axis`` (1; negative: from the
    end). Sizes that inputs leave open are taken as 1, and inputs with a default as constant.
    """
    model = _open(model)
    rows = []
    for name, (low, high) in (inputs or {}).items():
        low, high = (np.atleast_1d(np.asarray(x, np.float64)) for x in np.broadcast_arrays(low, high))
        rows.append((encode(name), np.ascontiguousarray(low), np.ascontiguousarray(high)))
    number = ctypes.POINTER(ctypes.c_double)
    given = (_abi.finnc_input_range * max(1, len(rows)))(
        *[_abi.finnc_input_range(n, a.ctypes.data_as(number), b.ctypes.data_as(number), a.size) for n, a, b in rows]
    )
    options = _abi.finnc_ranges_options(
        inputs=given, ninputs=len(rows), has_axis=axis is not None, axis=whole("axis", axis or 0, MOST_INT, -MOST_INT), has_scaled=scaled
    )
    create, destroy = lib.finnc_ranges_create, lib.finnc_ranges_destroy
    with _Held(model, create, destroy, _abi.finnc_ranges, model._need(), ctypes.byref(options)) as found:
        return {_plain(r.name): _range(r) for r in _list(lib.finnc_ranges_at, found)}


def _range(r: Any) -> Record:
    def channels(of: Any) -> dict[str, list[float] | None]:
        n = r.nchannels
        return {key: getattr(of, key)[:n] if n else None for key in ("channel_min", "channel_max")}

    scaled = None
    if r.scaled:
        s = r.scaled.contents
        scaled = _record(s, scale=s.scale[: s.count], bias=s.bias[: s.count], **channels(s))
    return _record(r, "value", "name", "nchannels", scaled=scaled, **channels(r))


def stats(
    model: Source,
    inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    *,
    samples: int = 1,
    seed: int = 0,
    axes: Sequence[int] = (),
    weights: bool = False,
) -> dict[str, Record]:
    """What tensors hold while a model runs, by name: extremes, mean, how much of its data type each one uses."""
    model = _open(model)
    if len(axes) > _abi.FINNC_STATS_MAX_AXES:
        raise BadValue(f"at most {_abi.FINNC_STATS_MAX_AXES} axes")
    options = _abi.finnc_stats_options(
        nsamples=whole("samples", samples, MOST_SIZE), seed=seed_of(seed), naxes=len(axes), has_axes=len(axes) > 0,
        includes_weights=weights,
    )
    options.axes[: len(axes)] = [whole("an axis", axis, MOST_INT, -MOST_INT) for axis in axes]
    if inputs is not None:
        kind = dict(_abi.finnc_stats_options._fields_)["inputs"]
        options.inputs, options.nsamples = sampler(model, inputs, kind)
    with _Held(
        model, lib.finnc_stats_create, lib.finnc_stats_destroy, _abi.finnc_stats, model._need(), ctypes.byref(options)
    ) as found:
        return {_plain(t.value): _stats(t) for t in _list(lib.finnc_stats_at, found)}


def _stats(t: Any) -> Record:
    axes = {a.axis: Record(min=a.min[: a.size], max=a.max[: a.size]) for a in (t.axes[i] for i in range(t.naxes))}
    return _record(t, "value", "rank", "naxes", shape=t.dims[: t.rank] if t.rank >= 0 else None, axes=axes)


# ---- hardware layers ----


def _part(model: Model, name: str | None) -> Any:
    if name is None:
        return None
    part = _abi.finnc_part()
    model._core.call(lib.finnc_part_find, encode(name), ctypes.byref(part))
    return ctypes.byref(part)


def dataflow(model: Source, *, part: str | None = None) -> Model:
    """A model of what ``estimate``, ``fold`` and ``fifo`` want: hardware layers, bound, with names of their own. Of a
    parent it is its one dataflow partition. Layers that are bound neither to HLS nor to RTL are bound for ``part``."""
    model = _open(model)
    chosen, context, out = _part(model, part), model._context.like(), ctypes.POINTER(_abi.finnc_model)()
    with model._core:
        context._core.call(lib.finnc_dataflow_open, model._need(), chosen, ctypes.byref(out))
    return Model(context, out, model.path, lender=model._context)


def estimate(model: Source, *, part: str | None = None, clock_ns: float = 10.0, svg: bool = False) -> Record:
    """Cycles and resources of the layers by FINN's formulas: ``layers``, the sum, ``fps``, ``latency_ns``, and FINN's
    reports by their files' names (``reports``). ``part``: a part or board; without, resources are not looked at.
    ``svg``: with a drawing of the cycles."""
    _check_clock(clock_ns)
    model = _open(model)
    chosen = _part(model, part)
    core = model._core
    create, destroy = lib.finnc_estimate_create, lib.finnc_estimate_destroy
    with _Held(model, create, destroy, _abi.finnc_estimate, model._graph, chosen) as e:
        s = lib.finnc_estimate_summarise(e).contents
        layers = []
        for layer in _list(lib.finnc_estimate_layer, e):
            counts = {_text(layer.counts[i].key): layer.counts[i].amount for i in range(layer.ncounts)}
            layers.append(_record(layer, "node", "ncounts", counts=counts))
        reports = {}
        about_resources = (_abi.FINNC_REPORT_LAYER_RESOURCES, _abi.FINNC_REPORT_ALTERNATIVES)
        for report in range(_abi.FINNC_NREPORTS):
            if part is not None or report not in about_resources:
                text = collect(core, lib.finnc_report_write, e, report, clock_ns)
                reports[lib.finnc_report_file(report).decode()] = json.loads(text)
        found = _record(
            s,
            bottleneck=_text(s.bottleneck.contents.name) if s.bottleneck else None,
            part=_text(s.part.contents.name) if s.part else None,
            layers=layers,
            fps=lib.finnc_estimate_fps(e, clock_ns),
            latency_ns=lib.finnc_estimate_latency_ns(e, clock_ns),
            reports=reports,
        )
        if svg:
            found["svg"] = collect_bytes(core, lib.finnc_estimate_draw, e, clock_ns).decode()
        return found


_RESOURCES = {"lut": _abi.FINNC_LUT, "bram_18k": _abi.FINNC_BRAM_18K, "dsp": _abi.FINNC_DSP, "uram": _abi.FINNC_URAM}
_LIMITS = ("kept", "layer", "widths", "budget", "target", "nothing")


def _by_resource(amounts: Any) -> dict[str, float]:
    return {name: amounts[i] for name, i in _RESOURCES.items()}


_MOST_CYCLES = 2**63 - 1


def _check_clock(clock_ns: float) -> None:
    if not 0 < clock_ns < math.inf:  # NaN is neither
        raise BadValue(f"a clock of {clock_ns:g} ns")


def _cycles_of(fps: float, clock_ns: float) -> int:
    """How long a frame may take at most; 0 would be no target."""
    if not fps > 0:
        raise BadValue(f"{fps:g} frames a second at {clock_ns:g} ns")
    period = fps * clock_ns  # billionths of a frame
    if period > 1e9:
        raise BadValue(f"{fps:g} frames a second at {clock_ns:g} ns are less than a cycle each")
    return _MOST_CYCLES if period < 1e9 / 2.0**63 else min(int(1e9 / period), _MOST_CYCLES)


def fold(
    model: Source,
    *,
    part: str,
    max_cycles: int = 0,
    fps: float | None = None,
    clock_ns: float = 10.0,
    budget: Mapping[str, float] | None = None,
    keeps: bool = False,
    apply: bool = False,
) -> Record:
    """The best folding of all that there are: the cheapest that is fast enough (``max_cycles``, or ``fps`` at a clock), or
    the fastest within ``budget`` ("lut", "bram_18k", "dsp", "uram"). ``folding`` is FINN's configuration; ``apply``
    sets it in ``model``."""
    _check_clock(clock_ns)
    model = _open(model)
    if fps is not None:
        max_cycles = _cycles_of(fps, clock_ns)
    goal = _abi.finnc_fold_goal(max_cycles=whole("max_cycles", max_cycles, _MOST_CYCLES), keeps=keeps)
    for name, amount in (budget or {}).items():
        if name not in _RESOURCES:
            raise BadValue(f"a resource is one of {', '.join(_RESOURCES)}, not {name!r}")
        goal.has_budget[_RESOURCES[name]] = True
        goal.budget[_RESOURCES[name]] = amount
    create, destroy = lib.finnc_fold_search, lib.finnc_fold_plan_destroy
    chosen = _part(model, part)
    with _Held(model, create, destroy, _abi.finnc_fold_plan, model._graph, chosen, ctypes.byref(goal)) as plan:
        s, proof = lib.finnc_fold_plan_summary(plan).contents, lib.finnc_fold_plan_proof(plan).contents
        layers = []
        for layer in _list(lib.finnc_fold_plan_layer, plan):
            now = {_text(f.attr): f.now for f in layer.folds[: layer.nfolds]}
            before = dict(zip(now, layer.before[: layer.nfolds]))
            resources = _by_resource(layer.resources)
            layers.append(_record(layer, "nfolds", folds=now, before=before, resources=resources))
        folding = json.loads(collect(model._core, lib.finnc_fold_plan_write, plan))
        found = _record(
            s,
            total=_by_resource(s.total),
            layers=layers,
            converters=[_record(c) for c in _list(lib.finnc_fold_plan_converter, plan)],
            limit=_LIMITS[proof.limit],
            proof=_text(proof.words),
            fps=1e9 / (s.max_cycles * clock_ns) if s.max_cycles else 0.0,
            folding=folding,
        )
        if apply:
            model._use(lib.finnc_fold_plan_apply, plan, model._graph, edits=True)
    return found


_PLACES = ("between", "before", "behind")


def fifo(model: Source, *, keeps: bool = False, frames: int = 0) -> Record:
    """The smallest FIFOs with which the layers are as fast as the slowest of them, by simulation to the cycle; ``keeps``:
    what the model's own depths come to. ``configuration`` is FINN's."""
    model = _open(model)
    options = _abi.finnc_fifo_options(keeps=keeps, frames=whole("frames", frames, MOST_SIZE))
    create, destroy = lib.finnc_fifo_search, lib.finnc_fifo_plan_destroy
    with _Held(model, create, destroy, _abi.finnc_fifo_plan, model._graph, ctypes.byref(options)) as plan:
        s = lib.finnc_fifo_plan_summary(plan).contents
        fifos = [_record(f, place=_PLACES[f.place]) for f in _list(lib.finnc_fifo_plan_fifo, plan)]
        text = collect(model._core, lib.finnc_fifo_plan_write, plan)
        return _record(s, fifos=fifos, configuration=json.loads(text))


def config(model: Source, attributes: str | Sequence[str] = "folding") -> dict[str, Any]:
    """FINN's configuration of a graph's nodes, which ApplyConfig takes; ``attributes``: "specialize", "folding", "final", or
    the names of those wanted."""
    model = _open(model)
    kinds = {
        "specialize": _abi.FINNC_CONFIG_SPECIALIZE,
        "folding": _abi.FINNC_CONFIG_FOLDING,
        "final": _abi.FINNC_CONFIG_FINAL,
    }
    if isinstance(attributes, str):
        if attributes not in kinds:
            raise BadValue(f"a configuration is one of {', '.join(kinds)}, not {attributes!r}")
        wanted = lib.finnc_config_attrs(kinds[attributes])
    else:
        wanted = (ctypes.c_char_p * (len(attributes) + 1))(*[encode(a) for a in attributes], None)
    return json.loads(collect(model._core, lib.finnc_config_write, model._graph, wanted))
