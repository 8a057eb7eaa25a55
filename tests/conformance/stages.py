#!/usr/bin/env python3
"""Compares finnc with upstream's graph after each pass of the CNV-W1A1 recipe.

    stages.py MODELS [--finnc build/debug/finnc] [--last N] [--images NPZ] [--keep DIR]

MODELS is the folder that holds cnv-w1a1/: the model and stages/NN-Pass.json, one file per pass with nodes (op, domain,
attributes) and tensors (shape, data type, layout). finnc runs each pass on its own result of the pass before. Graphs are
compared up to names, from the outputs upwards. The last stage cuts the hardware layers out: the partition's model is compared
with stages/partition-*.json. Its layers are then folded as folding/ says, under FINN's older names and under the current ones, and cycles,
resources, operation counts and the throughput at 100 MHz that finnc estimate gives have to be those of folding/estimate.json.
Prints a line per stage; exit status 0 if all are equal, 1 if one differs.

With --images (an .npz of pictures, `images` of shape (N, 3, 32, 32)) every stage is run on all of them: the labels have to be those
of cnv-w1a1/expected.npz, whose first N pictures they are, and the logits of the first stage, taken in front of its TopK, have to be its logits but for rounding.

Needs Python >= 3.9, numpy and onnx, only to read and prepare files: finnc is a black box.
"""
import argparse, ast, json, os, subprocess, sys, tempfile

import numpy as np
import onnx
from onnx import AttributeProto, helper

# 14 to 22 make layers of hardware, 23 cuts them out.
LAST_STAGE = 23
CLOCK_NS = 10
MAX_DIFFS = 8
# attributes that say the same when they are absent
DEFAULTS = {("MultiThreshold", "out_scale"): 1.0, ("MultiThreshold", "out_bias"): 0.0, ("MaxPool", "ceil_mode"): 0,
            ("Flatten", "axis"): 1, ("TopK", "axis"): -1, ("TopK", "largest"): 1, ("TopK", "sorted"): 1,
            ("Conv", "group"): 1, ("Reshape", "allowzero"): 0}
COMMUTATIVE = {"Add", "Mul"}


def annotations(graph):
    found = {}
    for annotation in graph.quantization_annotation:
        for entry in annotation.quant_parameter_tensor_names:
            found.setdefault(annotation.tensor_name, {}).setdefault(entry.key, entry.value)
    return found


def prepare(source, target):
    """What upstream's run began with: the input laid out as NCHW, and four-dimensional thresholds told so."""
    model = onnx.load(source)
    graph = model.graph
    ranks = {v.name: len(v.type.tensor_type.shape.dim) for v in list(graph.value_info) + list(graph.input) + list(graph.output)}
    for node in graph.node:
        if node.op_type == "MultiThreshold" and ranks.get(node.input[0]) == 4:
            for attribute in [a for a in node.attribute if a.name == "data_layout"]:
                node.attribute.remove(attribute)
            node.attribute.append(helper.make_attribute("data_layout", "NCHW"))
    name = graph.input[0].name
    for annotation in graph.quantization_annotation:
        if annotation.tensor_name == name:
            break
    else:
        annotation = graph.quantization_annotation.add(tensor_name=name)
    for entry in [e for e in annotation.quant_parameter_tensor_names if e.key == "tensor_layout"]:
        annotation.quant_parameter_tensor_names.remove(entry)
    annotation.quant_parameter_tensor_names.add(key="tensor_layout", value="['N', 'C', 'H', 'W']")
    onnx.save(model, target)


def attribute_value(attribute):
    kind = AttributeProto
    return {kind.FLOAT: lambda: attribute.f, kind.INT: lambda: attribute.i, kind.STRING: lambda: attribute.s.decode(),
            kind.INTS: lambda: list(attribute.ints), kind.FLOATS: lambda: list(attribute.floats)}[attribute.type]()


def describe(path):
    """A model in the form of the stage files."""
    graph = onnx.load(path).graph
    notes = annotations(graph)
    tensors = {}
    for value in list(graph.value_info) + list(graph.input) + list(graph.output):
        shape = [d.dim_value if d.HasField("dim_value") else None for d in value.type.tensor_type.shape.dim]
        tensors[value.name] = {"shape": shape, "initializer": False}
    for constant in graph.initializer:
        tensors[constant.name] = {"shape": list(constant.dims), "initializer": True}
    for name, tensor in tensors.items():
        layout = notes.get(name, {}).get("tensor_layout")
        tensor["datatype"] = notes.get(name, {}).get("finn_datatype", "FLOAT32")
        tensor["layout"] = ast.literal_eval(layout) if layout else None
    nodes = [{"op": n.op_type, "domain": n.domain, "inputs": list(n.input), "outputs": list(n.output),
              "attrs": {a.name: attribute_value(a) for a in n.attribute}} for n in graph.node]
    return {"nodes": nodes, "tensors": tensors, "inputs": [v.name for v in graph.input if v.name not in
            {c.name for c in graph.initializer}], "outputs": [v.name for v in graph.output]}


class Comparison:
    def __init__(self, want, got):
        self.want, self.got = want, got
        self.makers = [{o: n for n in g["nodes"] for o in n["outputs"]} for g in (want, got)]
        self.pairs, self.diffs = {}, []
        if len(want["nodes"]) != len(got["nodes"]):
            self.diffs.append(f"{len(want['nodes'])} nodes wanted, {len(got['nodes'])} there")
        todo = list(zip(want["inputs"], got["inputs"])) + list(zip(want["outputs"], got["outputs"]))
        while todo and len(self.diffs) < MAX_DIFFS:
            self.tensor(*todo.pop(0), todo)

    def differ(self, where, what, want, got):
        if want != got:
            self.diffs.append(f"{where}: {what} {want} wanted, {got} there")

    def tensor(self, a, b, todo):
        if a in self.pairs:
            self.differ(a, "connected to", self.pairs[a], b)
            return
        self.pairs[a] = b
        x, y = self.want["tensors"].get(a, {}), self.got["tensors"].get(b, {})
        for key in ("shape", "initializer"):
            if x.get(key) is not None:
                self.differ(a, key, x.get(key), y.get(key))
        self.differ(a, "data type", x.get("datatype") or "FLOAT32", y.get("datatype") or "FLOAT32")
        self.differ(a, "layout", x.get("layout") or [], y.get("layout") or [])
        m, n = self.makers[0].get(a), self.makers[1].get(b)
        if (m is None) != (n is None):
            self.differ(a, "made by", m and m["op"], n and n["op"])
        elif m is not None:
            self.node(m, n, todo)

    def node(self, m, n, todo):
        where = m["outputs"][0]
        self.differ(where, "operator", (m["op"], m["domain"]), (n["op"], n["domain"]))
        for key in sorted(set(m["attrs"]) | set(n["attrs"])):
            default = DEFAULTS.get((m["op"], key))
            ours = n["attrs"].get(key, default)
            if (m["op"], key) == ("StreamingDataflowPartition", "model"):  # which folder it is in is not upstream's
                ours = os.path.basename(ours)
            self.differ(f"{m['op']} {where}", f"attribute {key}", m["attrs"].get(key, default), ours)
        ours = n["inputs"]
        if m["op"] in COMMUTATIVE and self.got["tensors"].get(ours[0], {}).get("initializer") != \
                self.want["tensors"].get(m["inputs"][0], {}).get("initializer"):
            ours = ours[::-1]
        self.differ(where, "inputs", len(m["inputs"]), len(ours))
        todo.extend(zip(m["inputs"], ours))
        todo.extend(zip(m["outputs"], n["outputs"]))


def cut_topk(source, target):
    """The model without its last node, which gives the logits."""
    model = onnx.load(source)
    graph = model.graph
    topk = next(n for n in graph.node if n.op_type == "TopK")
    logits = topk.input[0]
    graph.node.remove(topk)
    del graph.output[:]
    graph.output.append(next(v for v in graph.value_info if v.name == logits))
    onnx.save(model, target)


class Pictures:
    """The pictures and what the trained network makes of them."""

    def __init__(self, path, folder, scratch, finnc):
        self.images = np.load(path)["images"].astype(np.float32)
        with np.load(os.path.join(folder, "expected.npz")) as expected:
            self.expected = {key: expected[key][:len(self.images)] for key in ("top1", "logits")}
        self.scratch, self.finnc = scratch, finnc

    def run(self, model):
        """The first output of a model on all pictures."""
        name = onnx.load(model, load_external_data=False).graph.input[0].name
        ins, outs = (os.path.join(self.scratch, n) for n in ("pictures.npz", "answers.npz"))
        np.savez(ins, **{name: self.images})
        subprocess.run([self.finnc, "run", model, "--inputs", ins, "--batch", "--threads", "1", "--outputs", outs, "--quiet"],
                       check=True, stdout=subprocess.DEVNULL)
        with np.load(outs) as answers:
            return answers[answers.files[0]]

    def check_labels(self, model):
        same = self.run(model).reshape(-1) == self.expected["top1"]
        return [] if same.all() else [f"{(~same).sum()} of {same.size} pictures get another label, the first is number {np.argmin(same)}"]

    def check_logits(self, model):
        """A logit is a sum of 512 signs, scaled and shifted in float32 four times: 4 roundings of the largest one are allowed."""
        cut = os.path.join(self.scratch, "logits.onnx")
        cut_topk(model, cut)
        found, wanted = self.run(cut).reshape(self.expected["logits"].shape), self.expected["logits"]
        off = np.abs(found - wanted).max()
        allowed = 4 * np.finfo(np.float32).eps * np.abs(wanted).max()
        print(f"    logits of {len(wanted)} pictures: {(found == wanted).all(axis=1).sum()} bit for bit, the largest difference is {off:g}")
        return [] if off <= allowed else [f"logits differ by {off:g}, {allowed:g} is allowed"]


# ---- the partition ----

def check_partition(keep, folder):
    """The model that stage 23 put beside its parent."""
    with open(os.path.join(folder, "stages", "partition-GenericPartition_0.json")) as f:
        return Comparison(json.load(f), describe(os.path.join(keep, "partition_0.onnx"))).diffs


def estimate(finnc, partition, wanted, folding):
    """finnc estimate of the partition with a folding file: what is not as upstream's `wanted`, and the throughput."""
    run = subprocess.run([finnc, "estimate", partition, "--part", wanted["fpgapart"], "--clock", str(CLOCK_NS), "--folding", folding, "--json"],
                         capture_output=True, text=True)
    if run.returncode != 0:
        return [run.stderr.strip()], 0
    found, diffs = json.loads(run.stdout), []
    fps = 1e9 / (CLOCK_NS * wanted["performance"]["max_cycles"])
    compare_dicts("cycles", wanted["cycles"], found["layer_cycles"], diffs)
    compare_dicts("resources", wanted["resources"], found["layer_resources"], diffs)
    compare_dicts("operations", wanted["op_and_param_counts"], found["op_and_param_counts"], diffs)
    performance = {**wanted["performance"], "estimated_throughput_fps": fps}
    compare_dicts("performance", performance, found["network_performance"], diffs)
    if list(found["layer_cycles"]) != wanted["order"]:
        diffs.append(f"layers {wanted['order']} wanted, {list(found['layer_cycles'])} there")
    return diffs, fps


def compare_dicts(what, wanted, found, diffs):
    for key, value in wanted.items():
        if found.get(key) != value:
            diffs.append(f"{what}: {key}: {value} wanted, {found.get(key)} there")


def check_folding(finnc, keep, folder):
    """Both folding files against estimate.json. The number of those that differ."""
    with open(os.path.join(folder, "folding", "estimate.json")) as f:
        wanted = json.load(f)
    failures = 0
    for name in ("folding_legacy_names", "folding_current_names"):
        diffs, fps = estimate(finnc, os.path.join(keep, "partition_0.onnx"), wanted, os.path.join(folder, "folding", name + ".json"))
        print(f"{name}: " + ("differs" if diffs else f"cycles and resources of {len(wanted['cycles'])} layers equal, {fps:.1f} frames a second at {1000 // CLOCK_NS} MHz"))
        for diff in diffs[:MAX_DIFFS]:
            print(f"    {diff}")
        failures += bool(diffs)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/debug/finnc")
    parser.add_argument("--last", type=int, default=LAST_STAGE, help="the last stage to compare")
    parser.add_argument("--images", help="pictures to run every stage on")
    parser.add_argument("--keep", help="folder for the models in between")
    arguments = parser.parse_args()
    finnc = os.path.abspath(arguments.finnc)
    folder = os.path.join(arguments.models, "cnv-w1a1")
    stages = sorted(f for f in os.listdir(os.path.join(folder, "stages")) if f[:2].isdigit() and f.endswith(".json"))
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        keep = arguments.keep or scratch
        os.makedirs(keep, exist_ok=True)
        model = os.path.join(keep, "00-input.onnx")
        prepare(os.path.join(folder, "cnv-w1a1.onnx"), model)
        pictures = Pictures(arguments.images, folder, scratch, finnc) if arguments.images else None
        for stage in stages:
            name = stage[:-len(".json")]
            if int(name[:2]) > arguments.last:
                break
            if int(name[:2]) > 0:
                after = os.path.join(keep, name + ".onnx")
                run = subprocess.run([finnc, "transform", model, "-o", after, "--passes", name[3:]], capture_output=True, text=True)
                if run.returncode != 0:
                    print(f"{name}: {run.stderr.strip()}")
                    return 1
                model = after
            with open(os.path.join(folder, "stages", stage)) as f:
                diffs = Comparison(json.load(f), describe(model)).diffs
            if pictures:
                diffs += pictures.check_labels(model)
                if model.endswith("00-input.onnx"):
                    diffs += pictures.check_logits(model)
            if "CreateDataflowPartition" in name:
                diffs += check_partition(keep, folder)
            print(f"{name}: {'differs' if diffs else 'equal'}")
            for diff in diffs[:MAX_DIFFS]:
                print(f"    {diff}")
            failures += bool(diffs)
        if os.path.exists(os.path.join(keep, "partition_0.onnx")):
            failures += check_folding(finnc, keep, folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
