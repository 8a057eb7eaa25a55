#!/usr/bin/env python3
"""Runs published networks with finnc and with qonnx, at every stage that finnc's passes take them to.

    zoo.py MODELS [--finnc build/release/finnc] [--samples 3] [--seed 1] [--only NAME] [--keep DIR]

MODELS is the folder that holds zoo/, cnv-w1a1/ and cnv-w1a2-pynq/. Each network is run as it is published, on inputs drawn from its
input's data type (seeded), and so is what finnc's passes make of it: tidied, as FINN-ONNX (integers and thresholds), streamlined, lowered, as
XNOR-popcount. Two lines per stage: qonnx on the stage's file against qonnx on the published one (is it still the same network?), and finnc
against qonnx on the stage's file (does finnc compute what upstream computes?). Class numbers and outputs that are annotated as integers
have to be equal bit for bit; other floats to 1e-4 of the largest, in float32 after thousands of additions in another order.

A quantiser turns a float's last bit into a step where the number lies between two, and so do those before it: of an output that lies on a
grid at most one element in 1,000 may be off, by a few steps, and is counted. The exit status is 1 if one differs. A stage that a pass refuses
is printed with the reason and is no failure, nor is one that qonnx cannot run: what finnc can reach is what is compared.

Needs Python >= 3.9 with qonnx (PyPI), which brings onnx and onnxruntime.
"""
import argparse, os, subprocess, sys, tempfile, warnings

import numpy as np
import onnx

warnings.filterwarnings("ignore")

# After each stage's passes the next stage's follow.
QONNX_STAGES = [("tidied", "tidy"), ("FINN-ONNX", "qonnx-to-finn"), ("streamlined", "Streamline"),
                ("lowered", "LowerConvsToMatMul,MakeMaxPoolNHWC,AbsorbTransposeIntoMultiThreshold,AbsorbConsecutiveTransposes"),
                ("streamlined again", "Streamline,RemoveUnusedTensors")]
FINN_STAGES = [("tidied", "tidy"), ("streamlined", "AbsorbSignBiasIntoMultiThreshold,MoveScalarLinearPastInvariants,Streamline"),
               ("lowered", "LowerConvsToMatMul,MakeMaxPoolNHWC,AbsorbTransposeIntoMultiThreshold,InferDataLayouts"),
               ("XNOR-popcount", "ConvertBipolarMatMulToXnorPopcount,Streamline,AbsorbScalarMulAddIntoTopK,InferDataLayouts,RemoveUnusedTensors")]
FLOAT_STAGES = [("tidied", "tidy"), ("lowered", "LowerConvsToMatMul")]


def networks(models):
    for name in sorted(os.listdir(os.path.join(models, "zoo"))):
        if name.endswith(".onnx"):
            yield name[:-len(".onnx")], os.path.join(models, "zoo", name)
    for name in ("cnv-w1a1/cnv-w1a1", "cnv-w1a1/cnv-w1a1-qonnx", "cnv-w1a2-pynq/cnv-w1a2-pynq"):
        yield os.path.basename(name), os.path.join(models, name + ".onnx")


def stages_of(model):
    ops = {node.op_type for node in model.graph.node}
    if ops & {"Quant", "BipolarQuant", "IntQuant", "Trunc"}:
        return QONNX_STAGES
    return FINN_STAGES if "MultiThreshold" in ops else FLOAT_STAGES


MAX_STEPS, MAX_SHARE = 4, 1e-3

# ---- inputs and outputs ----

def draw(wrapper, count, seed):
    """`count` sets of inputs. Floats are normal; integers are drawn from the annotated type."""
    from qonnx.util.basic import gen_finn_dt_tensor
    rng = np.random.default_rng(seed)
    np.random.seed(seed)
    samples = []
    for _ in range(count):
        sample = {}
        for value in wrapper.graph.input:
            if wrapper.get_initializer(value.name) is not None:
                continue
            shape, datatype = wrapper.get_tensor_shape(value.name), wrapper.get_tensor_datatype(value.name)
            shape = [max(1, n) for n in shape]
            if datatype.is_integer():
                sample[value.name] = gen_finn_dt_tensor(datatype, shape).astype(np.float32)
            else:
                sample[value.name] = rng.normal(size=shape).astype(np.float32)
        samples.append(sample)
    return samples


def run_qonnx(path, samples):
    """Outputs by position. The inputs' names may have changed: they go by position as well."""
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.transformation.infer_shapes import InferShapes
    wrapper = ModelWrapper(path).transform(InferShapes())
    names = [v.name for v in wrapper.graph.input if wrapper.get_initializer(v.name) is None]
    found = []
    for sample in samples:
        outputs = execute_onnx(wrapper, dict(zip(names, sample.values())))
        found.append([outputs[v.name] for v in wrapper.graph.output])
    return found


def run_finnc(finnc, path, samples, scratch):
    graph = onnx.load(path, load_external_data=False).graph
    held = {t.name for t in graph.initializer}
    names = [v.name for v in graph.input if v.name not in held]
    ins, outs = os.path.join(scratch, "in.npz"), os.path.join(scratch, "out.npz")
    found = []
    for sample in samples:
        np.savez(ins, **dict(zip(names, sample.values())))
        run = subprocess.run([finnc, "run", path, "--inputs", ins, "--outputs", outs, "--quiet"], capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(run.stderr.strip())
        with np.load(outs) as answers:
            found.append([answers[v.name] for v in graph.output])
    return found


def is_exact(wrapper):
    """Per output: does its type promise integers?"""
    return [v.type.tensor_type.elem_type != onnx.TensorProto.FLOAT or wrapper.get_tensor_datatype(v.name).is_integer()
            for v in wrapper.graph.output]


def step_of(numbers):
    """The step of the grid that an output lies on; 0 if it has more than 256 levels."""
    levels = np.unique(numbers)
    gaps = np.diff(levels)
    gaps = gaps[gaps > 1e-5 * np.abs(levels).max(initial=0)]  # a level may have several roundings
    return gaps.min() if 1 <= gaps.size < 256 else 0


def compare(wanted, found, exact):
    """What is wrong, and how many elements are off because a quantiser decided otherwise."""
    steps = 0
    for n, (sample_w, sample_f) in enumerate(zip(wanted, found)):
        for k, (w, f) in enumerate(zip(sample_w, sample_f)):
            if w.size != f.size:
                return f"output {k} of sample {n} has the shape {list(f.shape)}, {list(w.shape)} is wanted", 0
            if w.shape != f.shape:  # channels are last now
                f = np.moveaxis(f, -1, 1) if f.ndim == w.ndim and np.moveaxis(f, -1, 1).shape == w.shape else f.reshape(w.shape)
            off = np.abs(w.astype(np.float64) - f.astype(np.float64))
            allowed = 0 if exact[k] else 1e-4 * np.abs(w).max()
            far = off > allowed
            if not exact[k] and 0 < far.sum() <= MAX_SHARE * off.size and off.max() <= MAX_STEPS * step_of(w):
                steps += far.sum()
            elif far.any() or np.isnan(off).any():
                return f"output {k} of sample {n} is off by {off.max():g}, {allowed:g} is allowed", 0
    return None, steps


def bitwise(wanted, found):
    return all(np.array_equal(w.reshape(-1), f.reshape(-1)) for a, b in zip(wanted, found) for w, f in zip(a, b))


# ---- networks ----

class Checker:
    def __init__(self, options, scratch):
        self.options, self.scratch, self.failures = options, scratch, 0

    def report(self, name, stage, wanted, found, exact, who):
        why, steps = compare(wanted, found, exact)
        same = "bit for bit" if bitwise(wanted, found) else f"but for a quantiser's step in {steps} elements" if steps else "to rounding"
        self.failures += why is not None
        print(f"{name:44s} {stage:18s} {who:6s} {'differs: ' + why if why else 'equal, ' + same}", flush=True)

    def fail(self, name, stage, who, error):
        words = str(error).splitlines()
        print(f"{name:44s} {stage:18s} {who:6s} cannot run it: {words[-1] if words else type(error).__name__}", flush=True)

    def stage(self, name, stage, path, samples, published, exact):
        """qonnx on this file against qonnx on the published one; then finnc against qonnx on this file."""
        wanted = published
        if stage != "published":
            try:
                theirs = run_qonnx(path, samples)
                self.report(name, stage, published, theirs, exact, "qonnx")
                wanted = theirs
            except Exception as error:  # which says nothing about finnc
                self.fail(name, stage, "qonnx", error)
        try:
            self.report(name, stage, wanted, run_finnc(self.options.finnc, path, samples, self.scratch), exact, "finnc")
        except RuntimeError as error:
            self.failures += 1
            self.fail(name, stage, "finnc", error)

    def network(self, name, path):
        from qonnx.core.modelwrapper import ModelWrapper
        from qonnx.transformation.infer_shapes import InferShapes
        wrapper = ModelWrapper(path).transform(InferShapes())
        samples = draw(wrapper, self.options.samples, self.options.seed)
        wanted, exact = run_qonnx(path, samples), is_exact(wrapper)
        self.stage(name, "published", path, samples, wanted, exact)
        for number, (stage, passes) in enumerate(stages_of(wrapper.model)):
            after = os.path.join(self.options.keep or self.scratch, f"{name}-{number + 1}-{stage.replace(' ', '-')}.onnx")
            run = subprocess.run([self.options.finnc, "transform", path, "-o", after, "--passes", passes, "--quiet"],
                                 capture_output=True, text=True)
            if run.returncode != 0:
                print(f"{name:44s} {stage:18s} not reached: {run.stderr.strip().splitlines()[0]}", flush=True)
                break
            self.stage(name, stage, after, samples, wanted, exact)
            path = after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="networks whose names have this in them")
    parser.add_argument("--keep", help="folder for the models in between")
    options = parser.parse_args()
    options.finnc = os.path.abspath(options.finnc)
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        checker = Checker(options, scratch)
        for name, path in networks(options.models):
            if not options.only or options.only in name:
                checker.network(name, path)
    print(f"{checker.failures} differ" if checker.failures else "all equal")
    return 1 if checker.failures else 0


if __name__ == "__main__":
    sys.exit(main())
