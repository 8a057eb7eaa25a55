#!/usr/bin/env python3
"""Images a second of small quantised networks: finnc's fast engine, onnxruntime and qonnx in one run, as ratios.

    peers.py MODELS --finnc build/release/finnc [--seconds 1] [--threads N] [--network NAME]... [--json]

MODELS has cnv-w1a1/cnv-w1a1.onnx (FINN-ONNX) and cnv-w1a1/cnv-w1a1-float.onnx (the same network in standard operators),
zoo/tfc-w1a1-finn.onnx and zoo/kwsmlp_w3a3.onnx. What is missing is left out. Networks:

    cnv       CNV-W1A1. onnxruntime runs it in float32
    tfc       TFC-W1A1. onnxruntime runs it with comparisons in the place of its thresholds, which are one a channel
    kws       keyword spotting, W3A3: finnc streamlines it first; onnxruntime runs it in QuantizeLinear and DequantizeLinear
    residual  a binary network of 100 equal layers, made by residual.py; and one of 25, to see how cost grows

Needs onnx, onnxruntime and qonnx (PyPI). Each figure is the best of what fits into --seconds, all in turn twice, so that a drifting machine hits
all of them. Some two minutes on an idle machine.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

import residual


def best_rate(run, count, seconds):
    """Images a second of the fastest of the runs, `count` images each, that fit into the time."""
    run()
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end or best == 0.0:
        start = time.perf_counter()
        run()
        best = max(best, count / (time.perf_counter() - start))
    return best


# ---- who runs them ----


def onnxruntime_rates(path, draw, batches, opt):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = opt.threads
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rates = {}
    for batch in batches:
        x = draw(batch)
        rates[f"onnxruntime, {batch} at a time"] = best_rate(lambda: session.run(None, {name: x}), batch, opt.seconds)
    return rates


def qonnx_rate(path, draw, opt):
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.transformation.infer_shapes import InferShapes
    model = ModelWrapper(path).transform(InferShapes())
    name, x = model.graph.input[0].name, draw(1)
    return {"qonnx, 1 at a time": best_rate(lambda: execute_onnx(model, {name: x}), 1, opt.seconds)}


def finnc_rates(path, batches, opt):
    sizes = [word for batch in batches for word in ("--batch-size", str(batch))]
    out = subprocess.run([opt.finnc, "bench", path, "--engine", "fast", "--json", "--threads", str(opt.threads), "--seconds", str(opt.seconds)]
                         + sizes, check=True, stdout=subprocess.PIPE).stdout
    rates = {}
    for row in json.loads(out)["rows"]:
        threads = f"{row['threads']} thread{'s' if row['threads'] > 1 else ''}"
        rates[f"finnc, {row['batch']} at a time, {threads}"] = row["images_per_second"]
    return rates


# ---- the same network for onnxruntime ----


def compare_in_place_of_thresholds(path, out):
    """MultiThreshold with one threshold a channel, in operators of ONNX."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    model = onnx.load(path)
    tensors = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if node.op_type != "MultiThreshold":
            nodes.append(node)
            continue
        given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        t = tensors[node.input[1]]
        if t.shape[1] != 1:
            raise ValueError(f"{node.name} has {t.shape[1]} thresholds")
        name = node.output[0]
        flat = [("_t", t[:, 0]), ("_s", given.get("out_scale", 1.0)), ("_b", given.get("out_bias", 0.0))]
        for suffix, array in flat:
            model.graph.initializer.append(numpy_helper.from_array(np.asarray(array, dtype=np.float32), name + suffix))
        nodes += [helper.make_node("GreaterOrEqual", [node.input[0], name + "_t"], [name + "_is"]),
                  helper.make_node("Cast", [name + "_is"], [name + "_01"], to=TensorProto.FLOAT),
                  helper.make_node("Mul", [name + "_01", name + "_s"], [name + "_scaled"]),
                  helper.make_node("Add", [name + "_scaled", name + "_b"], [name])]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.quantization_annotation[:]
    del model.opset_import[:]
    model.opset_import.extend([helper.make_opsetid("", 12)])
    onnx.save(model, out)


def transform(model, passes, out, opt):
    subprocess.run([opt.finnc, "transform", model, "--passes", passes, "-o", out], check=True, stderr=subprocess.DEVNULL)


# ---- networks ----


def pixels(*shape):
    x = np.random.default_rng(1).integers(0, 256, (1024, *shape)).astype(np.float32)
    return lambda n: np.ascontiguousarray(x[:n])


def bits(*shape):
    x = np.random.default_rng(1).integers(0, 2, (512, *shape)).astype(np.float32)
    return lambda n: np.ascontiguousarray(x[:n])


def normal(*shape):
    x = np.random.default_rng(1).normal(0, 1, (1024, *shape)).astype(np.float32)
    return lambda n: np.ascontiguousarray(x[:n])


def cnv(models, folder, opt):
    path, draw = os.path.join(models, "cnv-w1a1", "cnv-w1a1.onnx"), pixels(3, 32, 32)
    return [("CNV-W1A1", [lambda: onnxruntime_rates(path.replace(".onnx", "-float.onnx"), draw, (1, 64, 512), opt),
                          lambda: finnc_rates(path, (1, 512, 1024), opt), lambda: qonnx_rate(path, draw, opt)])]


def tfc(models, folder, opt):
    path, draw = os.path.join(models, "zoo", "tfc-w1a1-finn.onnx"), pixels(1, 28, 28)
    work = []
    for batch in (1, 1024):
        resized, compared = (os.path.join(folder, f"tfc-{kind}-{batch}.onnx") for kind in ("resized", "compared"))
        transform(path, f"ChangeBatchSize{{bsize={batch}}}", resized, opt)
        compare_in_place_of_thresholds(resized, compared)
        work.append(lambda path=compared, batch=batch: onnxruntime_rates(path, draw, (batch,), opt))
    return [("TFC-W1A1", work + [lambda: finnc_rates(path, (1, 1024), opt), lambda: qonnx_rate(path, draw, opt)])]


def kws(models, folder, opt):
    path, draw = os.path.join(models, "zoo", "kwsmlp_w3a3.onnx"), normal(1, 10, 49)
    streamlined, work = os.path.join(folder, "kws.onnx"), []
    transform(path, "qonnx-to-finn,Streamline", streamlined, opt)
    for batch in (1, 1024):
        qcdq = os.path.join(folder, f"kws-{batch}.onnx")
        transform(path, f"ChangeBatchSize{{bsize={batch}}},QuantToQCDQ", qcdq, opt)
        work.append(lambda path=qcdq, batch=batch: onnxruntime_rates(path, draw, (batch,), opt))
    return [("keyword spotting", work + [lambda: finnc_rates(streamlined, (1, 1024), opt), lambda: qonnx_rate(path, draw, opt)])]


def deep(models, folder, opt):
    import onnx
    found = []
    for layers in (25, 100):
        path = os.path.join(folder, f"residual-{layers}.onnx")
        onnx.save(residual.build(layers, 64, 16, False), path)
        work = [lambda path=path: finnc_rates(path, (1, 512), opt)]
        if layers == 100:
            standard = os.path.join(folder, "standard.onnx")
            onnx.save(residual.build(layers, 64, 16, True), standard)
            work.insert(0, lambda: onnxruntime_rates(standard, bits(64, 16, 16), (1,), opt))
        found.append((f"residual, {layers} layers", work))
    return found


NETWORKS = {"cnv": cnv, "tfc": tfc, "kws": kws, "residual": deep}


# ---- the table ----


def measure(work):
    rates = {}
    for _ in range(2):
        for each in work:
            for name, rate in each().items():
                rates[name] = max(rate, rates.get(name, 0))
    return rates


def show(title, rates):
    peer = max((rate for name, rate in rates.items() if name.startswith("onnxruntime")), default=0)
    for name, rate in rates.items():
        ratio = f"{rate / peer:8.2f} x" if peer else ""
        print(f"{title:22s} {name:36s} {rate:12,.0f} {1e6 / rate:12,.1f} {ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--network", action="append", choices=sorted(NETWORKS))
    parser.add_argument("--json", action="store_true")
    opt = parser.parse_args()
    opt.finnc = os.path.abspath(opt.finnc)
    warnings.simplefilter("ignore")

    found = {}
    if not opt.json:
        print(f"{'network':22s} {str(opt.threads) + ' threads':36s} {'images/s':>12s} {'us an image':>12s}  to onnxruntime's best")
    with tempfile.TemporaryDirectory() as folder:
        for name in opt.network or NETWORKS:
            try:
                networks = NETWORKS[name](opt.models, folder, opt)
            except FileNotFoundError as error:
                print(f"peers.py: {name} is left out: {error}", file=sys.stderr)
                continue
            for title, work in networks:
                found[title] = measure(work)
                if not opt.json:
                    show(title, found[title])
    if opt.json:
        json.dump(found, sys.stdout, indent=2)
        print()


if __name__ == "__main__":
    main()
