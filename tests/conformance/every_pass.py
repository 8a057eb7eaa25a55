#!/usr/bin/env python3
"""Runs every pass on every published network, at each stage that finnc's passes take it to, and compares outputs before and after.

    every_pass.py MODELS [--finnc build/release/finnc] [--samples 2] [--seed 1] [--only NAME] [--pass NAME]... [--verbose]

MODELS is the folder that holds zoo/, cnv-w1a1/ and cnv-w1a2-pynq/. A line per pass: of how many models it changed the graph, which of them still
compute the same (bit for bit, to rounding, or but for a quantiser's step, as zoo.py has it), how many it refused. The list of passes is
finnc's own; those that need arguments get the ones of ARGUMENTS below.

A failure is: outputs that differ though the pass's row does not say that it changes values, an output or input that has another shape or is gone
though the row does not say that either, a crash, and a file left behind by a pass that failed. The exit status is 1 if there is one, or if a
pass needs arguments and has none below.

Needs Python >= 3.9 with numpy and onnx.
"""
import argparse, collections, hashlib, json, os, subprocess, sys, tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper

from zoo import FINN_STAGES, FLOAT_STAGES, bitwise, compare, networks, run_finnc, stages_of

TYPES = {TensorProto.FLOAT: np.float32, TensorProto.DOUBLE: np.float64, TensorProto.INT64: np.int64, TensorProto.INT32: np.int32,
         TensorProto.UINT8: np.uint8, TensorProto.INT8: np.int8}


# ---- models ----

PART = "xc7z020clg400-1"
# What the streamlined networks become layers by, and these layers of HLS and RTL.
HARDWARE_STAGES = [("layers", "InferBinaryMatrixVectorActivation,InferQuantizedMatrixVectorActivation,InferLabelSelectLayer,InferThresholdingLayer,"
                              "InferConvInpGen,InferStreamingMaxPool,InferDuplicateStreamsLayer,InferAddStreamsLayer,AbsorbConsecutiveTransposes,"
                              "GiveUniqueNodeNames,InferDataLayouts"),
                   ("specialised", f'SpecializeLayers{{fpgapart="{PART}"}},GiveUniqueNodeNames')]


def free_inputs(graph):
    held = {t.name for t in graph.initializer}
    return [v for v in graph.input if v.name not in held]


def shape_of(value):
    return [d.dim_value if d.dim_value > 0 else 1 for d in value.type.tensor_type.shape.dim]


def datatypes(graph):
    return {a.tensor_name: e.value for a in graph.quantization_annotation for e in a.quant_parameter_tensor_names if e.key == "finn_datatype"}


def draw(graph, count, seed):
    """`count` sets of inputs: floats are normal, integers drawn from the annotated type."""
    rng, types, samples = np.random.default_rng(seed), datatypes(graph), []
    for _ in range(count):
        sample = {}
        for value in free_inputs(graph):
            shape, name = shape_of(value), types.get(value.name, "FLOAT32")
            bits = "".join(c for c in name if c.isdigit())
            if name == "BIPOLAR":
                numbers = rng.choice([-1, 1], shape)
            elif name.startswith(("INT", "UINT")) and bits:
                low = -2 ** (int(bits) - 1) if name.startswith("INT") else 0
                numbers = rng.integers(low, low + 2 ** int(bits), shape)
            else:
                numbers = rng.normal(size=shape)
            sample[value.name] = numbers.astype(TYPES[value.type.tensor_type.elem_type])
        samples.append(sample)
    return samples


def is_exact(graph):
    types = datatypes(graph)
    return [v.type.tensor_type.elem_type != TensorProto.FLOAT or types.get(v.name, "FLOAT32").startswith(("INT", "UINT", "BIPOLAR"))
            for v in graph.output]


class Model:
    """A model with what it gives."""

    def __init__(self, name, path, options, scratch):
        self.name, self.path = name, path
        self.graph = onnx.load(path).graph
        self.samples = draw(self.graph, options.samples, options.seed)
        self.exact = is_exact(self.graph)
        self.outputs = run_finnc(options.finnc, path, self.samples, scratch)
        self.known = {}  # by the hash of a result's bytes: what is wrong with it


def stages(options, scratch):
    """Each network as published, and what each stage's passes make of it."""
    for name, path in networks(options.models):
        if options.only and options.only not in name:
            continue
        yield Model(name, path, options, scratch)
        ways = FINN_STAGES if name == "cnv-w1a1" else stages_of(onnx.load(path))
        for number, (stage, passes) in enumerate(ways + (HARDWARE_STAGES if ways != FLOAT_STAGES else [])):
            after = os.path.join(scratch, f"{name}-{number + 1}.onnx")
            if subprocess.run([options.finnc, "transform", path, "-o", after, "--passes", passes, "--quiet"], capture_output=True).returncode:
                break
            yield Model(f"{name}, {stage}", after, options, scratch)
            path = after


# ---- arguments ----

def constant_of(graph, ops):
    """The name and number of axes of a constant with a channel to spare that one of these ops reads."""
    dims = {t.name: list(t.dims) for t in graph.initializer}
    for node in graph.node:
        for name in node.input[1:2]:
            if node.op_type in ops and name in dims and len(dims[name]) > 1 and dims[name][0] > 1:
                return name
    return None


def dictionary(key, value):
    return {key: value} if key else None


ARGUMENTS = {
    "FoldConstantsFiltered": lambda g: {"match_filter_fxn": {"op_type": ["Transpose", "Quant", "Mul"]}},
    "InsertTopK": lambda g: {"k": 1},
    "InsertIdentity": lambda g: {"tensor_name": g.node[len(g.node) // 2].output[0], "producer_or_consumer": "consumer"},
    "MergeONNXModels": lambda g: {"pre_model": "before.onnx"},
    "ChangeBatchSize": lambda g: {"bsize": 2},
    "ExposeIntermediateTensorsPatternList": lambda g: {"pattern_list": ["out"]},
    "ComposedTransformation": lambda g: {"transformations": ["ConvertSubToAdd", "ConvertDivToMul"]},
    "QuantizeGraph": lambda g: {"quantnode_map": {"op_type": {"Relu": [[["output", 0], [0.5, 0, 4, 0, 1, "ROUND"]]]}}},
    "FixedPointQuantizeParams": lambda g: {"fixedpt_dtype": "FIXED<16,8>"},
    "FixedPointQuantizeParamsFromDict": lambda g: {"fixedpt_dict": {t.name: "FIXED<16,8>" for t in g.initializer[:2]}},
    "MoveOpPastFork": lambda g: {"op_name_list": ["Mul", "Add", "Transpose", "Relu"]},
    "MoveIdenticalOpPastJoinOp": lambda g: {"identical_op_list": ["Transpose", "Reshape"], "join_node_list": ["Add", "Mul"]},
    "RebalanceIm2Col": lambda g: {"extract_channels": 2},
    "ApplyMasks": lambda g: {"prune_spec": dictionary(constant_of(g, ["MatMul", "Conv"]), {"0": [0]}) or {}},
    "PruneChannels": lambda g: {"prune_spec": dictionary(constant_of(g, ["Conv"]), {"0": [0]}) or dictionary(constant_of(g, ["MatMul"]), {"1": [0]}) or {}},
    "PartitionFromDict": lambda g: {"partitioning": {"0": [1, 2]}, "partition_dir": "parts"},
    "PartitionFromLambda": lambda g: {"partitioning": {"0": {"op_type": "MultiThreshold"}}, "partition_dir": "parts"},
    "CreateGenericPartitions": lambda g: {"partitioning": {"0": [0, 1]}, "partition_dir": "parts"},
    "ExtendPartition": lambda g: {"extend_index": [i for i, n in enumerate(g.node) if n.op_type == "GenericPartition"]},
    "SpecializeLayers": lambda g: {"fpgapart": PART},
    "AnnotateResources": lambda g: {"mode": "estimate", "fpgapart": PART},
    "SetExecMode": lambda g: {"mode": "cppsim"},
    "ApplyConfig": lambda g: {"config": {"Defaults": {"preferred_impl_style": ["hls", "all"]}}},
    "CreateDataflowPartition": lambda g: {"partition_model_dir": "parts"},
}


def spelled(row, graph):
    """The pass with its arguments; None: nobody knows which."""
    given = ARGUMENTS[row["name"]](graph) if row["name"] in ARGUMENTS else {}
    if any(p["required"] and p["name"] not in given for p in row["parameters"]):
        return None
    return row["name"] + ("{" + ",".join(f"{k}={json.dumps(v)}" for k, v in given.items()) + "}" if given else "")


# ---- a pass ----

def identity_before(model, folder):
    """What MergeONNXModels puts in front: nothing but Identities."""
    inputs = free_inputs(model.graph)
    body = [helper.make_node("Identity", [v.name], [v.name + "_"]) for v in inputs]
    outputs = [helper.make_tensor_value_info(v.name + "_", v.type.tensor_type.elem_type, shape_of(v)) for v in inputs]
    front = helper.make_model(helper.make_graph(body, "front", inputs, outputs), opset_imports=[helper.make_opsetid("", 11)])
    onnx.save(front, os.path.join(folder, "before.onnx"))


def fit(samples, graph):
    """The samples as the inputs are now, repeated if the batch has grown; None if they do not fit."""
    shapes = [shape_of(v) for v in free_inputs(graph)]
    fitted = []
    for sample in samples:
        if len(sample) != len(shapes):
            return None
        new = {}
        for (name, x), shape in zip(sample.items(), shapes):
            grown = len(shape) == x.ndim > 0 and shape[1:] == list(x.shape[1:]) and shape[0] % x.shape[0] == 0
            if not grown:
                return None
            new[name] = np.concatenate([x] * (shape[0] // x.shape[0]))
        fitted.append(new)
    return fitted


def trim(found, wanted):
    """Of a batch that has grown, its first samples; of more outputs, the old ones."""
    return [[f[:len(w)] if f.ndim == w.ndim > 0 and f.shape[1:] == w.shape[1:] else f for f, w in zip(fs, ws)] for fs, ws in zip(found, wanted)]


def judge(row, model, after, options, scratch):
    """(verdict, words)"""
    graph = onnx.load(after).graph
    changes_io, changes_values = row["changes_io"], row["changes_values"]
    samples = fit(model.samples, graph)
    if samples is None or len(graph.output) < len(model.graph.output):
        return ("other inputs or outputs", None) if changes_io else ("differs", "it has other inputs or outputs, which its row does not say")
    try:
        found = trim(run_finnc(options.finnc, after, samples, scratch), model.outputs)
    except RuntimeError as error:
        return "differs", f"what it makes does not run: {error}"
    why, steps = compare(model.outputs, found, model.exact)
    if why:
        return ("other values, as it says", None) if changes_values else ("differs", why)
    return ("bit for bit" if bitwise(model.outputs, found) else "but for steps" if steps else "to rounding"), None


def fingerprint(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).digest()


def apply(row, model, options, scratch):
    """(verdict, words) of one pass on one model."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        text = spelled(row, model.graph)
        if text is None:
            return "no arguments", "every_pass.py knows none for it"
        if "pre_model" in text:
            identity_before(model, folder)
        held = set(os.listdir(folder))
        run = subprocess.run([options.finnc, "transform", model.path, "-o", "out.onnx", "--passes", text, "--quiet", "--check-each"], cwd=folder,
                             capture_output=True, text=True)
        if run.returncode not in (0, 1):
            return "crashed", f"exit status {run.returncode}: {run.stderr.strip()[-200:]}"
        if run.returncode == 1:
            left = [f for f in os.listdir(folder) if f not in held and not (f == "parts" and not os.listdir(os.path.join(folder, f)))]
            words = run.stderr.strip().splitlines()[0] if run.stderr.strip() else ""
            return ("left a file", f"{left} after: {words}") if left else ("refused", words) if words else ("refused without words", "")
        after = os.path.join(folder, "out.onnx")
        key = fingerprint(after)
        if "parts" not in os.listdir(folder) and key in model.known:
            verdict, words = model.known[key]
            return ("other values, as it says", None) if verdict == "differs" and row["changes_values"] else (verdict, words)
        verdict = judge(row, model, after, options, folder)
        if not row["changes_values"] and not row["changes_io"]:
            model.known[key] = verdict
        return verdict


BAD = ("differs", "crashed", "left a file", "refused without words", "no arguments")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="networks whose names have this in them")
    parser.add_argument("--pass", action="append", dest="passes", metavar="NAME", help="this pass; again: more")
    parser.add_argument("--verbose", action="store_true", help="tell what was refused, and why")
    options = parser.parse_args()
    options.finnc = os.path.abspath(options.finnc)
    rows = json.loads(subprocess.run([options.finnc, "passes", "--json"], check=True, capture_output=True, text=True).stdout)["passes"]
    rows = [r for r in rows if "parameters" in r and (not options.passes or r["name"] in options.passes)]
    verdicts, bad = collections.defaultdict(collections.Counter), []
    nmodels = 0
    with tempfile.TemporaryDirectory() as scratch:
        for model in stages(options, scratch):
            nmodels += 1
            for row in rows:
                verdict, words = apply(row, model, options, scratch)
                verdicts[row["name"]][verdict] += 1
                if verdict in BAD:
                    bad.append(f"{row['name']} on {model.name}: {verdict}: {words}")
                    print(bad[-1], file=sys.stderr, flush=True)
                elif options.verbose and words:
                    print(f"{row['name']} on {model.name}: {verdict}: {words}", flush=True)
    for row in rows:
        counts = verdicts[row["name"]]
        print(f"{row['name']:44s} " + ", ".join(f"{n} {what}" for what, n in counts.most_common()))
    print(f"{len(rows)} passes on {nmodels} models: " + (f"{len(bad)} failures" if bad else "no failures"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
