#!/usr/bin/env python3
"""finnc against the Python tools, in one run, as ratios.

    bench.py --finnc build/release/finnc [--finn FINN_SOURCES] [--images NPZ] [--runs 5] [--only NAME]

Needs a virtual environment with qonnx (PyPI), which brings onnx, onnxruntime and numpy. FINN is on no package registry: its streamlining
is measured only if --finn names a source tree of it (the folder that holds src/finn); without it the passes that qonnx itself has
are measured. Whole processes are timed for finnc; for Python the work alone, without its seconds of imports, which favours Python.
Each figure is the median of --runs runs, peer and finnc in turn, so that a drifting machine hits both.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
CNV = os.path.join(HERE, "..", "..", "examples", "cnv-w1a1", "cnv-w1a1.onnx")


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def finnc(opt, *arguments):
    subprocess.run([opt.finnc, *arguments], check=True, stdout=subprocess.DEVNULL)


def in_turn(runs, a, b):
    """Medians of two jobs run alternately, after a warm-up of each."""
    a(), b()
    times = [(timed(a), timed(b)) for _ in range(runs)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def report(name, ours, theirs):
    print(f"{name:44s} {1e3 * ours:10.1f} ms {1e3 * theirs:10.1f} ms {theirs / ours:8.1f} x")


# ---- peers ----

QONNX_PASSES = ["InferShapes", "FoldConstants", "GiveUniqueNodeNames", "GiveReadableTensorNames", "InferDataTypes",
                "RemoveStaticGraphInputs", "BatchNormToAffine", "ConvertSubToAdd", "ConvertDivToMul", "LowerConvsToMatMul"]


def qonnx_passes():
    from qonnx.transformation.batchnorm_to_affine import BatchNormToAffine
    from qonnx.transformation.fold_constants import FoldConstants
    from qonnx.transformation.general import (ConvertDivToMul, ConvertSubToAdd, GiveReadableTensorNames,
                                              GiveUniqueNodeNames, RemoveStaticGraphInputs)
    from qonnx.transformation.infer_datatypes import InferDataTypes
    from qonnx.transformation.infer_shapes import InferShapes
    from qonnx.transformation.lower_convs_to_matmul import LowerConvsToMatMul
    known = locals()
    return [known[name] for name in QONNX_PASSES]


def bench_passes(opt, tmp):
    from qonnx.core.modelwrapper import ModelWrapper
    classes = qonnx_passes()
    out = os.path.join(tmp, "out.onnx")

    def theirs():
        model = ModelWrapper(CNV)
        for cls in classes:
            model = model.transform(cls())
        model.save(out)

    ours, peer = in_turn(opt.runs, lambda: finnc(opt, "transform", CNV, "-o", out, "--passes", ",".join(QONNX_PASSES)), theirs)
    report(f"{len(QONNX_PASSES)} passes of qonnx on CNV", ours, peer)


def bench_streamline(opt, tmp):
    out = os.path.join(tmp, "out.onnx")
    ours = statistics.median(timed(lambda: finnc(opt, "transform", CNV, "-o", out, "--passes", "Streamline")) for _ in range(opt.runs))
    if not opt.finn:
        print(f"{'Streamline on CNV':44s} {1e3 * ours:10.1f} ms   (give --finn to measure upstream)")
        return
    sys.path.insert(0, os.path.join(opt.finn, "src"))
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.custom_op.base import CustomOp
    from finn.transformation.streamline import Streamline

    # FINN hands numpy's numbers to attributes, which the qonnx of the registry refuses; the one that FINN pins takes them.
    plain = CustomOp.set_nodeattr
    CustomOp.set_nodeattr = lambda op, name, x: plain(op, name, x.item() if isinstance(x, np.generic) else x)

    def theirs():
        ModelWrapper(CNV).transform(Streamline()).save(out)

    ours, peer = in_turn(opt.runs, lambda: finnc(opt, "transform", CNV, "-o", out, "--passes", "Streamline"), theirs)
    report("Streamline on CNV", ours, peer)


def bench_execution(opt, tmp):
    """The whole process of finnc on 50 images, start and files included, against one call per image in Python."""
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    model, count = ModelWrapper(CNV), 50
    images = np.random.default_rng(1).integers(0, 256, (count, 3, 32, 32)).astype(np.float32)
    path = os.path.join(tmp, "in.npz")
    np.savez(path, global_in=images)
    for words, more in (("1 thread", ["--threads", "1"]), ("all cores", [])):
        ours, peer = in_turn(opt.runs, lambda: finnc(opt, "run", CNV, "--inputs", path, "--batch", "--quiet", *more),
                             lambda: [execute_onnx(model, {"global_in": i[None]}) for i in images])
        report(f"one CNV image, reference engine, {words}", ours / count, peer / count)


def bench_eval(opt, tmp):
    """10,000 images through `finnc eval`, the whole process, against qonnx on some of them, per image."""
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    model, count, some = ModelWrapper(CNV), 10000, 20
    if opt.images:
        with np.load(opt.images) as data:
            images, labels = data["images"], data["labels"]
    else:
        rng = np.random.default_rng(1)
        images, labels = rng.integers(0, 256, (count, 3, 32, 32), dtype=np.uint8), rng.integers(0, 10, count)
    rounds = -(-count // len(images))
    path = os.path.join(tmp, "images.npz")
    np.savez(path, images=np.concatenate([images] * rounds)[:count], labels=np.concatenate([labels] * rounds)[:count])
    singles = images[:some].astype(np.float32)
    for words, more in (("1 thread", ["--threads", "1"]), ("all cores", [])):
        ours, peer = in_turn(min(opt.runs, 3), lambda: finnc(opt, "eval", CNV, "--images", path, "--json", *more),
                             lambda: [execute_onnx(model, {"global_in": i[None]}) for i in singles])
        report(f"eval, 10,000 images, {words}: one image", ours / count, peer / some)
        print(f"{'':44s} {ours:10.1f} s in all, {count / ours:,.0f} images/s")


# ---- growth ----

def chain(nodes):
    """A network of `nodes` nodes that Streamline has to work on: MatMul, Mul, Add, MultiThreshold over and over."""
    rng = np.random.default_rng(0)
    weights = helper.make_tensor("w", TensorProto.FLOAT, [4, 4], rng.choice([-1.0, 1.0], 16).tolist())
    inits, body, value = [], [], "x"
    quant = [onnx.TensorAnnotation(tensor_name="x", quant_parameter_tensor_names=[
        onnx.StringStringEntryProto(key="finn_datatype", value="UINT8")])]
    for i in range(max(1, nodes // 4)):
        w = onnx.TensorProto()
        w.CopyFrom(weights)
        w.name = f"w{i}"
        inits += [w, numpy_helper.from_array(np.float32(0.37), f"s{i}"),
                  numpy_helper.from_array(np.float32([0.1, -0.2, 0.3, 0.4]), f"b{i}"),
                  numpy_helper.from_array(np.tile(np.float32([[-2, 0, 2]]), (4, 1)), f"t{i}")]
        quant.append(onnx.TensorAnnotation(tensor_name=f"w{i}", quant_parameter_tensor_names=[
            onnx.StringStringEntryProto(key="finn_datatype", value="BIPOLAR")]))
        body += [helper.make_node("MatMul", [value, f"w{i}"], [f"m{i}"]), helper.make_node("Mul", [f"m{i}", f"s{i}"], [f"n{i}"]),
                 helper.make_node("Add", [f"n{i}", f"b{i}"], [f"a{i}"]),
                 helper.make_node("MultiThreshold", [f"a{i}", f"t{i}"], [f"q{i}"], domain="qonnx.custom_op.general",
                                  out_dtype="UINT2")]
        value = f"q{i}"
    graph = helper.make_graph(body, "chain", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])],
                              [helper.make_tensor_value_info(value, TensorProto.FLOAT, [1, 4])], inits)
    graph.quantization_annotation.extend(quant)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11), helper.make_opsetid("qonnx.custom_op.general", 1)])


def alternating(nodes):
    """Add, Mul, Add, Mul... with nothing between: each of k Adds has to pass all Muls behind it, k * k / 2 moves."""
    body = [helper.make_node(("Add", "Mul")[i % 2], [f"v{i}" if i else "x", ("t", "s")[i % 2]], [f"v{i + 1}"]) for i in range(nodes)]
    graph = helper.make_graph(body, "alternating", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])],
                              [helper.make_tensor_value_info(f"v{nodes}", TensorProto.FLOAT, [4])],
                              [numpy_helper.from_array(np.float32(1), "t"), numpy_helper.from_array(np.float32(1.001), "s")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])


def bench_growth(opt, tmp):
    model, out = os.path.join(tmp, "chain.onnx"), os.path.join(tmp, "out.onnx")

    def streamline(network):
        onnx.save(network, model)
        return statistics.median(timed(lambda: finnc(opt, "transform", model, "-o", out, "--passes", "Streamline")) for _ in range(3))

    for nodes in (100, 1000, 10000, 100000):
        t = streamline(chain(nodes))
        print(f"{f'Streamline, a chain of {nodes} nodes':44s} {1e3 * t:10.1f} ms {1e6 * t / nodes:10.2f} us a node")
    for nodes in (100, 1000, 2000, 4000):
        t = streamline(alternating(nodes))
        print(f"{f'Streamline, {nodes} Adds and Muls in turn':44s} {1e3 * t:10.1f} ms {8e6 * t / nodes ** 2:10.2f} us a move")


BENCHES = {"passes": bench_passes, "streamline": bench_streamline, "execution": bench_execution, "eval": bench_eval, "growth": bench_growth}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--finnc", required=True)
    parser.add_argument("--finn", help="a source tree of FINN")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--images", help="a .npz of pictures, `images` (N, 3, 32, 32) and `labels`, for eval; by default random ones")
    parser.add_argument("--only", choices=sorted(BENCHES))
    opt = parser.parse_args()
    opt.finnc = os.path.abspath(opt.finnc)
    print(f"{'':44s} {'finnc':>13s} {'Python':>13s} {'ratio':>10s}")
    with tempfile.TemporaryDirectory() as tmp:
        for name, bench in BENCHES.items():
            if opt.only in (None, name):
                bench(opt, tmp)


if __name__ == "__main__":
    main()
