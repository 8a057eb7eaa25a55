#!/usr/bin/env python3
"""Compares `finnc ranges` with qonnx' range analysis on published networks, and with what qonnx computes.

    ranges.py MODELS [--finnc build/release/finnc] [--samples 3] [--seed 1] [--only NAME]

MODELS is the folder that holds zoo/, cnv-w1a1/ and cnv-w1a2-pynq/. Each network is cleaned up by qonnx first, so that both look at the same
tensors. Then, for each tensor that upstream's analysis has an answer for, one of these is counted:

    equal      the same ends, to 1e-4 of the larger one: finnc adds what rounding may
    wider      finnc's range holds upstream's, as more can happen (padding; rounding, where much cancels out)
    tighter    it lies within upstream's, which takes the extremes of all elements for those of each
    across     neither

The judge is a run: inputs are drawn between the ends of their ranges, many at the ends themselves, and no element that qonnx computes may leave
finnc's range (by more than 1e-4 of the larger end: qonnx adds up in another order). Elements that leave upstream's are counted too. The exit
status is 1 if one leaves finnc's.

Needs Python >= 3.9 with qonnx (PyPI).
"""
import argparse, json, os, subprocess, sys, tempfile, warnings

import numpy as np

from zoo import networks

warnings.filterwarnings("ignore")
SLACK = 1e-4


def is_float(datatype):
    return datatype.name in ("FLOAT32", "FLOAT16")


def theirs(wrapper, irange):
    """Name to (min, max), both scalars or one per channel."""
    from qonnx.util.range_analysis import range_analysis
    found = range_analysis(wrapper, irange=irange, report_mode="range")
    return {name: (np.asarray(lo, np.float64), np.asarray(hi, np.float64)) for name, (lo, hi) in found.items()}


def ours(finnc, path, irange):
    command = [finnc, "ranges", path, "--json"] + (["--irange", f"({irange[0]},{irange[1]})"] if irange else [])
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["tensors"]
    ends = lambda pair, k, none: np.asarray([none if x is None else x for x in np.atleast_1d(np.asarray(pair[k], object))], np.float64)
    return {name: (ends(of["range"], 0, -np.inf), ends(of["range"], 1, np.inf)) for name, of in report.items()}


def holds(a, b):
    """Does range a hold range b?"""
    slack = SLACK * max(np.abs(b[0]).max(), np.abs(b[1]).max())
    return (a[0] <= b[0] + slack).all() and (a[1] >= b[1] - slack).all()


def whole(pair):
    """Over all channels: the two may count them along different axes."""
    return np.min(pair[0]), np.max(pair[1])


def comparable(a, b):
    sizes = {np.size(x) for x in a + b} - {1}
    return (a, b) if len(sizes) <= 1 else (whole(a), whole(b))


def compare(found, wanted):
    counts = dict.fromkeys(("equal", "wider", "tighter", "across"), 0)
    for name in wanted.keys() & found.keys():
        a, b = comparable(found[name], wanted[name])
        counts[{(True, True): "equal", (True, False): "wider", (False, True): "tighter", (False, False): "across"}[
            holds(a, b), holds(b, a)]] += 1
    return counts


def draw(wrapper, irange, rng):
    sample = {}
    for value in wrapper.graph.input:
        shape = [max(1, n) for n in wrapper.get_tensor_shape(value.name)]
        datatype = wrapper.get_tensor_datatype(value.name)
        lo, hi = irange if irange else (datatype.min(), datatype.max())
        numbers = np.where(rng.random(shape) < 0.5, rng.uniform(lo, hi, shape), rng.choice([lo, hi], shape))
        sample[value.name] = (np.rint(numbers) if datatype.is_integer() else numbers).astype(np.float32)
    return sample


def leaving(tensors, ranges):
    """Names of tensors with an element outside of its range."""
    names = []
    for name, tensor in tensors.items():
        if name not in ranges or tensor is None:
            continue
        tensor = np.asarray(tensor, np.float64)
        lo, hi = whole(ranges[name])
        slack = SLACK * max((abs(x) for x in (lo, hi) if np.isfinite(x)), default=0)
        if np.min(tensor, initial=np.inf) < lo - slack or np.max(tensor, initial=-np.inf) > hi + slack:
            names.append(name)
    return names


def check(options, scratch, name, path):
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.util.cleanup import cleanup_model
    wrapper = cleanup_model(ModelWrapper(path))
    cleaned = os.path.join(scratch, name + ".onnx")
    wrapper.save(cleaned)
    irange = (-1.0, 1.0) if is_float(wrapper.get_tensor_datatype(wrapper.graph.input[0].name)) else None
    found = ours(options.finnc, cleaned, irange)
    try:
        wanted = theirs(ModelWrapper(cleaned), irange if irange else "")
    except Exception as error:  # which says nothing about finnc
        print(f"{name:44s} qonnx cannot: {str(error).splitlines()[-1] if str(error) else type(error).__name__}")
        wanted = {}
    rng, escaped, escaped_theirs = np.random.default_rng(options.seed), set(), set()
    for _ in range(options.samples):
        tensors = execute_onnx(wrapper, draw(wrapper, irange, rng), return_full_exec_context=True)
        escaped.update(leaving(tensors, found))
        escaped_theirs.update(leaving(tensors, wanted))
    bounded = sum(bool(np.isfinite(whole(pair)).all()) for pair in found.values())
    counts = " ".join(f"{n} {what}" for what, n in compare(found, wanted).items() if n) or "nothing to compare"
    print(f"{name:44s} {bounded} of {len(found)} tensors bounded, qonnx {len(wanted)}: {counts}; left by values: "
          f"{len(escaped)}, qonnx {len(escaped_theirs)}", flush=True)
    for tensor in sorted(escaped):
        print(f"    {tensor} leaves {whole(found[tensor])}")
    return len(escaped)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="networks whose names have this in them")
    options = parser.parse_args()
    options.finnc = os.path.abspath(options.finnc)
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in networks(options.models):
            if not options.only or options.only in name:
                failures += check(options, scratch, name, path)
    print(f"{failures} tensors left their range" if failures else "no value left its range")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
