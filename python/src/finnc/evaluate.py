"""How well a model classifies a data set; and pictures and other files as arrays."""

from __future__ import annotations

import ctypes
import operator
import os
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from . import _abi, _worker
from ._library import lib
from .context import MOST_INT, MOST_SIZE, Context, whole
from .model import Model, Source, _text, encode, encode_path, load
from .session import _engine_name, _running
from .tensor import Tensor


def read_image(path: str | os.PathLike[str]) -> np.ndarray:
    """A picture as uint8 (1, 3, height, width), red first: PNG, JPEG, BMP, JPEG 2000, PNM, TIFF, WebP."""
    context, out = Context(), ctypes.POINTER(_abi.finnc_tensor)()
    context._core.call(lib.finnc_image_read, encode_path(path), ctypes.byref(out))
    return Tensor(context._core, out).array()


class Dataset:
    """Labelled samples: a folder of pictures, one folder a class, or a file of arrays (docs/evaluating.md)."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        images: str | None = None,
        labels: str | None = None,
        truth: str | os.PathLike[str] | None = None,
        classes: str | os.PathLike[str] | None = None,
    ) -> None:
        self._context = Context()
        self._core = self._context._core
        options = _abi.finnc_dataset_options(
            encode(images) if images else None,
            encode(labels) if labels else None,
            encode_path(truth) if truth else None,
            encode_path(classes) if classes else None,
        )
        out = ctypes.POINTER(_abi.finnc_dataset)()
        self._core.work(lib.finnc_dataset_open, encode_path(path), ctypes.byref(options), ctypes.byref(out))
        self._pointer = out
        self._core.own(self, lib.finnc_dataset_destroy, out)

    def __len__(self) -> int:
        return lib.finnc_dataset_count(self._pointer)

    def __getitem__(self, i: int) -> tuple[np.ndarray, int]:
        """Sample `i`, behind a first axis of one element, and its class."""
        i = self._index(i)
        out = ctypes.POINTER(_abi.finnc_tensor)()
        self._core.call(lib.finnc_dataset_read, self._pointer, i, ctypes.byref(out))
        # A sample may lie in the data set's memory, which may end before it.
        return np.array(Tensor(self._core, out).array()), lib.finnc_dataset_label(self._pointer, i)

    def name(self, i: int) -> str | None:
        """What a sample is called: its file's path within the folder."""
        return _text(lib.finnc_dataset_name(self._pointer, self._index(i))) or None

    def _index(self, i: int) -> int:
        i = operator.index(i)
        if not 0 <= i < len(self):
            raise IndexError(i)
        return i

    @property
    def classes(self) -> list[str]:
        """Their names; empty if they have none."""
        n = lib.finnc_dataset_nclasses(self._pointer)
        return [_text(lib.finnc_dataset_class(self._pointer, i)) for i in range(n)]


@dataclass(frozen=True)
class Evaluation:
    """How a data set was classified."""

    samples: int
    top: tuple[int, ...]  #: how many have the truth among the best 1, 2, ...
    confusion: np.ndarray  #: [truth, predicted], counts
    predicted: np.ndarray  #: the class put first, by sample
    truth: np.ndarray
    seconds: float
    fitting: str  #: what became of a sample to be the model's input
    engine: str  #: that ran the model: "reference" or "fast"
    fast_nodes: int  #: how many of its nodes were fast

    @property
    def accuracy(self) -> float:
        return self.top[0] / self.samples if self.samples else 0.0

    @property
    def per_class(self) -> np.ndarray:
        """The share that was right, by class; NaN of a class without samples."""
        with np.errstate(invalid="ignore"):
            return np.diag(self.confusion) / self.confusion.sum(1)


def evaluate(
    model: Source,
    dataset: Dataset | str | os.PathLike[str],
    *,
    top_k: int = 1,
    limit: int = 0,
    batch: int = 0,
    threads: int = 0,
    engine: str = "auto",
    isa: str | None = None,
    mode: str | None = None,
    output: str | None = None,
    scores: bool = False,
    layout: str | None = None,
    scale: Sequence[float] = (),
    mean: Sequence[float] = (),
    std: Sequence[float] = (),
) -> Evaluation:
    """Runs a model on the samples of a data set and judges its answers, as ``finnc eval`` (docs/evaluating.md)."""
    model = model if isinstance(model, Model) else load(model)
    dataset = dataset if isinstance(dataset, Dataset) else Dataset(dataset)
    core = model._core
    options = _abi.finnc_eval_options(
        top_k=whole("top_k", top_k, MOST_SIZE),
        limit=whole("limit", limit, MOST_SIZE),
        batch=whole("batch", batch, MOST_SIZE),
        threads=whole("threads", threads, MOST_INT),
        has_scores=scores,
        **_running(engine, isa, mode),
    )
    options.output = encode(output) if output else None
    options.fit.layout = encode(layout) if layout else None
    for name, numbers in (("scale", scale), ("mean", mean), ("std", std)):
        numbers = np.atleast_1d(np.asarray(numbers, np.float64))
        setattr(options.fit, name, (ctypes.c_double * max(1, numbers.size))(*numbers))
        setattr(options.fit, "n" + name, numbers.size)
    out, report = ctypes.POINTER(_abi.finnc_evaluation)(), _abi.finnc_eval_report()
    arguments = model._need(), dataset._pointer, ctypes.byref(options), ctypes.byref(out), ctypes.byref(report)

    def judge() -> None:
        with dataset._core:  # of this thread, so that its callbacks may look at the data set
            model._use(lib.finnc_evaluate, *arguments)

    _worker.call(judge, core.cancel, core.resume)
    try:
        return _evaluation(out, report, max(1, options.top_k))
    finally:
        lib.finnc_evaluation_destroy(out)


def _evaluation(e: Any, report: Any, top_k: int) -> Evaluation:
    count, nclasses = lib.finnc_evaluation_count(e), lib.finnc_evaluation_nclasses(e)
    judged = [lib.finnc_evaluation_at(e, i).contents for i in range(count)]
    confusion = np.zeros((nclasses, nclasses), np.int64)
    length = ctypes.c_size_t()
    for truth in range(nclasses):
        row = lib.finnc_evaluation_row(e, truth, ctypes.byref(length))
        if row:
            n = min(length.value, nclasses)  # the row may have zeros behind
            confusion[truth, :n] = row[:n]
    return Evaluation(
        samples=count,
        top=tuple(lib.finnc_evaluation_hits(e, k + 1) for k in range(top_k)),
        confusion=confusion,
        predicted=np.array([j.predicted for j in judged], np.int64),
        truth=np.array([j.truth for j in judged], np.int64),
        seconds=report.seconds,
        fitting=_text(report.fitting),
        engine=_engine_name(report.engine),
        fast_nodes=report.nfast,
    )
