#!/usr/bin/env python3
"""Images a second of CNV-W1A1: finnc's engines, onnxruntime and qonnx in one run, as ratios.

    peers.py MODELS --finnc build/release/finnc [--seconds 3] [--threads N]

MODELS is a folder with cnv-w1a1.onnx (FINN-ONNX), cnv-w1a1-float.onnx (the same network in standard operators) and, if there, expected.npz.
Needs onnxruntime and qonnx (PyPI). Each figure is the best of what fits into --seconds, peers and finnc in turn twice, so that a drifting
machine hits all of them.
"""
import argparse
import json
import os
import subprocess
import time

import numpy as np


def best_rate(run, count, seconds):
    """Images a second of the fastest of the runs, `count` images each, that fit into the time."""
    run()
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end or best == 0.0:
        start = time.perf_counter()
        run()
        best = max(best, count / (time.perf_counter() - start))
    return best


def onnxruntime_rates(path, images, opt):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = opt.threads
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rates = {}
    for batch in (1, 64, 512):
        x = np.ascontiguousarray(images[:batch])
        rates[f"onnxruntime float, {batch} at a time"] = best_rate(lambda: session.run(None, {name: x}), batch, opt.seconds)
    return rates


def qonnx_rate(path, images, opt):
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    model = ModelWrapper(path)
    name = model.graph.input[0].name
    return {"qonnx, 1 at a time": best_rate(lambda: execute_onnx(model, {name: images[:1]}), 1, opt.seconds)}


def finnc_rates(path, opt):
    out = subprocess.run([opt.finnc, "bench", path, "--json", "--threads", str(opt.threads), "--seconds", str(opt.seconds),
                          "--batch-size", "1", "--batch-size", "512", "--batch-size", "1024"],
                         check=True, stdout=subprocess.PIPE).stdout
    bench = json.loads(out)
    rates = {}
    for row in bench["rows"]:
        name = f"finnc {row['engine']}, {row['batch']} at a time, {row['threads']} thread{'s' if row['threads'] > 1 else ''}"
        rates[name] = row["images_per_second"]
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    opt = parser.parse_args()

    images = np.random.default_rng(1).integers(0, 256, (512, 3, 32, 32)).astype(np.float32)
    quantised = os.path.join(opt.models, "cnv-w1a1.onnx")
    rates = {}
    for _ in range(2):
        for found in (onnxruntime_rates(os.path.join(opt.models, "cnv-w1a1-float.onnx"), images, opt),
                      finnc_rates(quantised, opt), qonnx_rate(quantised, images, opt)):
            for name, rate in found.items():
                rates[name] = max(rate, rates.get(name, 0))

    peer = max(rate for name, rate in rates.items() if name.startswith("onnxruntime"))
    print(f"{'CNV-W1A1, ' + str(opt.threads) + ' threads':64s} {'images/s':>12s}  to onnxruntime's best")
    for name, rate in rates.items():
        print(f"{name:64s} {rate:12,.0f} {rate / peer:8.2f} x")


if __name__ == "__main__":
    main()
