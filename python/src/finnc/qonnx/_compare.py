"""Runs a script twice, with finnc and with the real qonnx, and compares."""

from __future__ import annotations

import functools
import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from typing import Any, Callable

import numpy as np

# What is timed: module, class or None, function.
_TIMED = (
    ("qonnx.core.onnx_exec", None, "execute_onnx"),
    ("qonnx.core.modelwrapper", "ModelWrapper", "transform"),
    ("qonnx.util.cleanup", None, "cleanup_model"),
)


# ---- in a process of its own: one run ----


class _Recorder:
    """Takes the time of calls, not of those inside them, and keeps what execute_onnx gave."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self.arrays: dict[str, Any] = {}
        self.depth = 0

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self.depth += 1
            begin = time.perf_counter()
            try:
                found = function(*args, **kwargs)
            finally:
                self.depth -= 1
                took = time.perf_counter() - begin
            if self.depth == 0:
                number = self.calls[name] = self.calls.get(name, 0) + 1
                self.seconds[name] = self.seconds.get(name, 0.0) + took
                if name == "execute_onnx":
                    kept = {f"{number}/{key}": np.array(x) for key, x in found.items() if x is not None}
                    self.arrays.update(kept)
            return found

        return timed


def _run_one(which: str, out: str, arguments: list[str]) -> None:
    if which == "finnc":
        from finnc.qonnx import install

        install(finn=False)
    import importlib

    recorder = _Recorder()
    for module_name, kind, name in _TIMED:
        holder = importlib.import_module(module_name)
        holder = getattr(holder, kind) if kind else holder
        setattr(holder, name, recorder.wrap(name, getattr(holder, name)))
    sys.argv = arguments
    sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
    begin = time.perf_counter()
    runpy.run_path(arguments[0], run_name="__main__")
    recorder.seconds["script"] = time.perf_counter() - begin
    np.savez(out + ".npz", **recorder.arrays)
    with open(out + ".json", "w") as file:
        json.dump({"seconds": recorder.seconds, "calls": recorder.calls}, file)


# ---- both ----


def compare_runs(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        runs = {}
        for which in ("qonnx", "finnc"):
            out = os.path.join(folder, which)
            print(f"==> {' '.join(arguments)}, with {which}", flush=True)
            done = subprocess.run([sys.executable, "-m", "finnc.qonnx._compare", which, out, *arguments])
            if done.returncode:
                return done.returncode
            with open(out + ".json") as file:
                runs[which] = (json.load(file), dict(np.load(out + ".npz")))
    _print_times(runs["qonnx"][0], runs["finnc"][0])
    return _compare_arrays(runs["qonnx"][1], runs["finnc"][1])


def _print_times(theirs: Any, ours: Any) -> None:
    print(f"\n{'':16}{'calls':>6}{'qonnx':>12}{'finnc':>12}{'faster':>10}")
    for name, seconds in theirs["seconds"].items():
        calls = theirs["calls"].get(name, "")
        mine = ours["seconds"].get(name)
        if mine:
            print(f"{name:16}{calls:>6}{seconds:>10.3f} s{mine:>10.3f} s{seconds / mine:>9.1f}x")
    print("(imports of qonnx and of finnc are left out)\n")


def _compare_arrays(theirs: dict[str, np.ndarray], ours: dict[str, np.ndarray]) -> int:
    unlike, near, largest = [], 0, 0.0
    for key in sorted(theirs.keys() | ours.keys()):
        a, b = theirs.get(key), ours.get(key)
        if a is None or b is None or a.shape != b.shape:
            unlike.append(key)
        elif not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            if a.dtype.kind in "fc" and np.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True):
                near, largest = near + 1, max(largest, float(np.nanmax(np.abs(a - b))))
            else:
                unlike.append(key)
    print(f"arrays of execute_onnx: {len(theirs)}, of which {len(theirs) - near - len(unlike)} are equal", end="")
    print(f", {near} within the rounding of float32 (at most {largest:.2g})" if near else "")
    for key in unlike:
        call, _, name = key.partition("/")
        print(f"call {call}: {name} differs")
    return 1 if unlike else 0


if __name__ == "__main__":
    _run_one(sys.argv[1], sys.argv[2], sys.argv[3:])
