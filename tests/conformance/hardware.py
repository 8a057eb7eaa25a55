#!/usr/bin/env python3
"""Takes published networks all the way to FINN's hardware, and runs them at every stage.

    hardware.py MODELS [--finnc build/release/finnc] [--samples 3] [--seed 1] [--only NAME] [--images NPZ] [--keep DIR]

MODELS is the folder that holds zoo/, cnv-w1a1/ and cnv-w1a2-pynq/. Each network is streamlined, lowered, made hardware layers (recipe hw), cut
into a partition with them and a parent with the rest. The partition then goes on: bound to HLS and RTL, folded by SetFolding, its numbers made
as narrow as they can be, with width converters, with FIFOs, and as in a Zynq shell (IODMAs, a floorplan, each die's layers a partition inside
it). After each stage the whole network is run by finnc on inputs drawn from its input's data type (seeded). What streamlining gives is compared
with the published network, as zoo.py does (which compares that with qonnx); from then on numbers are integers, and every output has to be the same
bit for bit. The recipe hw-step, what FINN's default step does, is held to the same.

With --images (an .npz, `images` of shape (N, 3, 32, 32) and `labels`) the networks that take such pictures classify all of them, at each stage.

Prints a line per stage, and for every node that became no layer the reasons that the passes gave. The exit status is 1 if an output differs, or if
a partition is there and one of its stages fails. Needs Python >= 3.9, numpy and onnx.
"""
import argparse, collections, json, os, subprocess, sys, tempfile

import numpy as np
import onnx

from every_pass import draw, free_inputs, is_exact, shape_of
from zoo import bitwise, compare, networks, run_finnc

PART = "xc7z020clg400-1"
HARDWARE = ("finn.custom_op.fpgadataflow",)
PARTITION = "partition_0.onnx"

STREAMLINED = [("streamlined", "qonnx-to-finn,AbsorbSignBiasIntoMultiThreshold,Streamline"),
               ("lowered", "LowerConvsToMatMul,MakeMaxPoolNHWC,AbsorbTransposeIntoMultiThreshold,MakeMaxPoolNHWC,AbsorbConsecutiveTransposes,"
                           "ConvertBipolarMatMulToXnorPopcount,Streamline,AbsorbScalarMulAddIntoTopK,InferDataLayouts,RoundAndClipThresholds,"
                           "RemoveUnusedTensors")]
# What is done to the partition, with its parent beside it.
BIND = 'SpecializeLayers{fpgapart="%s"},GiveUniqueNodeNames' % PART
INSIDE = [("specialised", BIND),
          ("folded", "SetFolding{target_cycles_per_frame=20000}"),
          ("narrowed", "MinimizeWeightBitWidth,MinimizeAccumulatorWidth,InferDataTypes"),
          ("with converters", "InsertDWC," + BIND),
          ("with FIFOs", "InsertFIFO{create_shallow_fifos=true}," + BIND),
          ("in a shell", "InsertIODMA{max_intfwidth=64},GiveUniqueNodeNames,InsertDWC," + BIND + ",Floorplan,"
                         'CreateDataflowPartition{partition_model_dir="kernels"}')]


def is_hardware(node):
    return node.domain.startswith(HARDWARE)


def kinds(nodes):
    count = collections.Counter(n.op_type for n in nodes)
    return ", ".join(f"{n} {op}" for op, n in count.most_common())


class Flow:
    """One network on its way."""

    def __init__(self, name, path, options, folder):
        self.name, self.options, self.folder, self.failures = name, options, folder, 0
        self.model = os.path.abspath(path)
        graph = onnx.load(self.model).graph
        self.samples, self.exact = draw(graph, options.samples, options.seed), is_exact(graph)
        self.wanted = self.run(self.model)
        inputs = free_inputs(graph)
        self.pictures = options.pictures if len(inputs) == 1 and shape_of(inputs[0]) == [1, 3, 32, 32] else None
        self.labels = None

    def say(self, stage, words, is_wrong=False):
        self.failures += is_wrong
        print(f"{self.name:40s} {stage:16s} {words}", flush=True)

    def run(self, model):
        return run_finnc(self.options.finnc, model, self.samples, self.folder)

    def transform(self, model, target, passes):
        """What went wrong, or None."""
        run = subprocess.run([self.options.finnc, "transform", model, "-o", target, "--passes", passes, "--quiet",
                              "--remarks-file", os.path.join(self.folder, "remarks.json")], capture_output=True, text=True, cwd=self.folder)
        return None if run.returncode == 0 else run.stderr.strip().splitlines()[0]

    def classify(self, model):
        """The classes of all pictures, by the first output."""
        name = free_inputs(onnx.load(model).graph)[0].name
        ins, outs = (os.path.join(self.folder, n) for n in ("pictures.npz", "classes.npz"))
        np.savez(ins, **{name: self.pictures["images"].astype(np.float32)})
        subprocess.run([self.options.finnc, "run", model, "--inputs", ins, "--batch", "--outputs", outs, "--quiet"], check=True)
        with np.load(outs) as answers:
            found = answers[answers.files[0]].reshape(len(self.pictures["images"]), -1)
        return found[:, 0] if found.shape[1] == 1 else found.argmax(axis=1)

    def check_pictures(self, model):
        """Words on the pictures; the labels of the first stage are what the others have to give."""
        labels = self.classify(model)
        if self.labels is None:
            self.labels = labels
        same, right = (labels == self.labels).sum(), (labels == self.pictures["labels"]).sum()
        return f", {right} of {len(labels)} pictures right", same != len(labels)

    def check(self, stage, model, bits):
        """Runs `model`, and compares it with what is wanted; `bits`: bit for bit."""
        try:
            found = self.run(model)
        except RuntimeError as error:
            self.say(stage, f"cannot be run: {error}", True)
            return
        why, steps = compare(self.wanted, found, self.exact)
        same = bitwise(self.wanted, found) and all(w.dtype == f.dtype for a, b in zip(self.wanted, found) for w, f in zip(a, b))
        words = f"differs: {why}" if why else "equal, bit for bit" if same else "equal, " + (f"but for a step in {steps} elements" if steps else "to rounding")
        is_wrong = why is not None or (bits and not same)
        if self.pictures:
            more, differs = self.check_pictures(model)
            words, is_wrong = words + more, is_wrong or differs
        self.say(stage, words + (" (WRONG)" if is_wrong else ""), is_wrong)
        if not bits:
            self.wanted = found

    # ---- the stages ----

    def streamline(self):
        for number, (stage, passes) in enumerate(STREAMLINED):
            after = os.path.join(self.folder, f"{number + 1}-{stage}.onnx")
            why = self.transform(self.model, after, passes)
            if why:
                self.say(stage, f"not reached: {why}")
                return False
            self.model = after
            self.check(stage, after, False)
        return True

    def explain(self, model):
        """What became no layer, with the reasons that passes gave for ops of its kind."""
        with open(os.path.join(self.folder, "remarks.json")) as f:
            remarks = [r for r in json.load(f)["remarks"] if r["kind"] == "missed" and r["pass"].startswith("Infer")]
        left = [n for n in onnx.load(model).graph.node if not is_hardware(n)]
        for node in left:
            reasons = {r["text"]: None for r in remarks if r["node"] == node.name and r["op"] == node.op_type}
            print(f"{'':57s} stays: {node.name} ({node.op_type})" + "".join(f"; {text}" for text in reasons))

    def become_layers(self, recipe):
        after = os.path.join(self.folder, f"3-{recipe}.onnx")
        why = self.transform(self.model, after, recipe)
        if why:
            self.say(recipe, f"fails: {why}", True)
            return None
        self.check(recipe, after, True)
        layers = [n for n in onnx.load(after).graph.node if is_hardware(n)]
        print(f"{'':57s} {len(layers)} layers: {kinds(layers)}" if layers else f"{'':57s} no layers")
        return after

    def partition(self, layers):
        """The parent; None if there is nothing to cut out."""
        parent = os.path.join(self.folder, "4-parent.onnx")
        why = self.transform(layers, parent, "CreateDataflowPartition")
        if why:
            self.say("partitioned", f"cannot be cut: {why}")
            return None
        if not os.path.exists(os.path.join(self.folder, PARTITION)):
            return None
        self.check("partitioned", parent, True)
        return parent

    def go_on(self, parent):
        child = os.path.join(self.folder, PARTITION)
        for stage, passes in INSIDE:
            why = self.transform(child, child, passes)
            if why:
                self.say(stage, f"fails: {why}", True)
                return
            self.check(stage, parent, True)
            print(f"{'':57s} {kinds(onnx.load(child).graph.node)}")

    def follow(self):
        self.check("published", self.model, False)
        if not self.streamline():
            return
        self.become_layers("hw-step")
        layers = self.become_layers("hw")
        if layers is None:
            return
        self.explain(layers)
        parent = self.partition(layers)
        if parent:
            self.go_on(parent)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="networks whose names have this in them")
    parser.add_argument("--images", help="pictures to classify")
    parser.add_argument("--keep", help="folder for the models in between")
    options = parser.parse_args()
    options.finnc = os.path.abspath(options.finnc)
    options.pictures = np.load(options.images) if options.images else None
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in networks(options.models):
            if options.only and options.only not in name:
                continue
            folder = os.path.join(os.path.abspath(options.keep or scratch), name)
            os.makedirs(folder, exist_ok=True)
            flow = Flow(name, path, options, folder)
            flow.follow()
            failures += flow.failures
    print(f"{failures} wrong" if failures else "all equal")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
