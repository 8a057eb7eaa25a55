#!/usr/bin/env python3
"""Is the fast engine equal to the reference engine, bit for bit?

    fast.py MODELS [--finnc build/release/finnc] [--images NPZ] [--only NAME] [--samples 1000] [--shared N] [--sizes] [--most 1025]

MODELS is the folder that holds zoo/, cnv-w1a1/ and cnv-w1a2-pynq/. Each network is run as it is published and at each stage that finnc's
passes take it to, on --samples samples: those of --images where they fit (an .npz of pictures, `images` of shape (N, 3, 32, 32)), else
drawn from the input's data type (seeded). The reference engine runs them one at a time. Then the fast one, with every instruction set that
this machine has, on one thread and two, one sample at a time and 512 together. Every output has to have the same bytes. A line per stage
says how many nodes are compiled; a network that has none is run by the same kernels twice, and is marked so (once, on two threads).

Threads that share one sample wait for each other at every layer, which takes long where others use the cores: --shared N has them run N samples.

With --sizes: batches of many sizes instead, each of them a run of its own: every size from 1 to --most for CNV-W1A1 with the best instruction
set and two threads and for a small network, TFC-W1A1, with all sets, on one thread and two; and the sizes around full registers for every
network of which anything is compiled, with all sets, on one thread and two.

On two cores that do nothing else either takes about half an hour, of which the portable kernels take most.
The exit status is 1 if something differs. Needs Python >= 3.9 with qonnx (PyPI).
"""
import argparse, os, re, subprocess, sys, tempfile, time, warnings

import numpy as np
import onnx

from zoo import networks, stages_of

warnings.filterwarnings("ignore")

TOGETHER = 512
SMALL, LARGE = "tfc-w1a1-finn", "cnv-w1a1"
# Elements of all samples of an input: of large ones fewer samples are drawn.
MAX_ELEMENTS = 4_000_000


def finnc_run(options, arguments, isa=None):
    environment = dict(os.environ)
    environment.pop("FINNC_ISA", None)
    if isa:
        environment["FINNC_ISA"] = isa
    return subprocess.run([options.finnc] + arguments, capture_output=True, text=True, env=environment)


def instruction_sets(options, path):
    """Those that finnc names when it is asked for one that there is not, as far as this machine has them."""
    answer = finnc_run(options, ["run", path, "--explain-plan"], isa="?")
    names = re.findall(r"(\w+) \(takes", answer.stderr)
    return [name for name in names if finnc_run(options, ["run", path, "--explain-plan"], isa=name).returncode == 0]


def compiled_nodes(options, path):
    answer = finnc_run(options, ["run", path, "--explain-plan"])
    found = re.search(r"(\d+) of (\d+) nodes are fast", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def inputs_of(path, options):
    """By name: that many samples, one behind the other."""
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.util.basic import gen_finn_dt_tensor
    wrapper, rng = ModelWrapper(path), np.random.default_rng(options.seed)
    np.random.seed(options.seed)
    arrays = {}
    for value in wrapper.graph.input:
        if wrapper.get_initializer(value.name) is not None:
            continue
        shape, datatype = [max(1, n) for n in wrapper.get_tensor_shape(value.name)], wrapper.get_tensor_datatype(value.name)
        count = max(1, min(options.samples, MAX_ELEMENTS // int(np.prod(shape))))
        if options.pictures is not None and tuple(shape[1:]) in ((3, 32, 32), (32, 32, 3)):
            pictures = options.pictures[np.arange(options.samples) % len(options.pictures)]
            x = pictures.transpose(0, 2, 3, 1) if shape[3] == 3 else pictures
        elif datatype.is_integer():
            x = gen_finn_dt_tensor(datatype, [count * shape[0]] + shape[1:])
        else:
            x = rng.normal(size=[count * shape[0]] + shape[1:])
        arrays[value.name] = np.ascontiguousarray(x, dtype=np.float32)
    return arrays


def outputs_of(options, path, engine, isa=None, threads=1, batch=None):
    """The bytes of every output; a RuntimeError with finnc's words."""
    made = os.path.join(options.scratch, "out.npz")
    arguments = ["run", path, "--inputs", options.inputs, "--outputs", made, "--quiet", "--engine", engine, "--threads", str(threads)]
    run = finnc_run(options, arguments + ([f"--batch-size={batch}"] if batch else ["--batch"]), isa)
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip())
    with np.load(made) as arrays:
        return {name: arrays[name] for name in arrays.files}


def difference(wanted, found):
    for name, w in wanted.items():
        f = found.get(name)
        if f is None or f.dtype != w.dtype or f.size != w.size:
            return f"'{name}' has another shape or type"
        same = (w.reshape(-1).view(np.uint8) == f.reshape(-1).view(np.uint8)).reshape(w.size, -1).all(axis=1)
        if not same.all():
            first = int(np.argmin(same))
            return f"'{name}' in {int((~same).sum())} elements of {w.size}, the first is {first}"
    return None


class Checker:
    def __init__(self, options):
        self.options, self.failures, self.runs, self.images = options, 0, 0, 0

    def write_inputs(self, arrays, count):
        self.options.inputs = os.path.join(self.options.scratch, "in.npz")
        np.savez(self.options.inputs, **{name: x[:count] for name, x in arrays.items()})

    def compare(self, wanted, path, count, **how):
        """True if it is equal; else says where not."""
        self.runs += 1
        self.images += count
        try:
            why = difference(wanted, outputs_of(self.options, path, "fast", **how))
        except RuntimeError as error:
            why = str(error)
        if why:
            self.failures += 1
            print(f"  differs with {how}: {why}", flush=True)
        return not why

    def few(self, wanted, path, arrays, count, few, **how):
        """As compare, of the first samples only."""
        self.write_inputs(arrays, few)
        return self.compare({name: w[:len(w) // count * few] for name, w in wanted.items()}, path, few, **how)

    def stage(self, name, stage, path, sets):
        begin = time.time()
        fast, nodes = compiled_nodes(self.options, path)
        try:
            arrays = inputs_of(path, self.options)
            count = len(next(iter(arrays.values())))
            self.write_inputs(arrays, count)
            wanted = outputs_of(self.options, path, "reference")
        except (RuntimeError, StopIteration) as error:
            print(f"{name:40s} {stage:18s} cannot be run: {error}", flush=True)
            return
        equal = True
        for isa in sets if fast else sets[-1:]:
            for threads in (1, 2) if fast else (2,):
                for batch in (None, TOGETHER) if fast else (None,):
                    how, few = {"isa": isa, "threads": threads, "batch": batch}, self.options.shared
                    if few and few < count and threads > 1 and not batch:
                        equal &= self.few(wanted, path, arrays, count, few, **how)
                        self.write_inputs(arrays, count)
                    else:
                        equal &= self.compare(wanted, path, count, **how)
        what = f"{fast} of {nodes} nodes fast" if fast else "nothing is compiled"
        print(f"{name:40s} {stage:18s} {'equal' if equal else 'DIFFERS':8s} {count:5d} samples, {what}, {time.time() - begin:.0f} s", flush=True)

    def network(self, name, path, sets):
        self.stage(name, "published", path, sets)
        for number, (stage, passes) in enumerate(stages_of(onnx.load(path))):
            after = os.path.join(self.options.scratch, f"{name}-{number + 1}.onnx")
            run = finnc_run(self.options, ["transform", path, "-o", after, "--passes", passes, "--quiet"])
            if run.returncode != 0:
                print(f"{name:40s} {stage:18s} not reached: {run.stderr.strip().splitlines()[0]}", flush=True)
                break
            self.stage(name, stage, after, sets)
            path = after

    def sizes(self, name, path, sets):
        """Batches around full registers with all sets; every size where that is to be."""
        if compiled_nodes(self.options, path)[0] == 0:
            return
        most, best = self.options.most, sets[-1]
        arrays = inputs_of(path, self.options)
        count = min(most, len(next(iter(arrays.values()))))
        self.write_inputs(arrays, count)
        wanted = outputs_of(self.options, path, "reference")
        borders = sorted({n for power in range(11) for n in (2**power - 1, 2**power, 2**power + 1) if 0 < n <= count} | {count})
        for isa in sets:
            for threads in (1, 2):
                is_every = name == SMALL or name == LARGE and isa == best and threads == 2
                tried, begin = range(1, count + 1) if is_every else borders, time.time()
                wrong = [n for n in tried if not self.few(wanted, path, arrays, count, n, isa=isa, threads=threads, batch=n)]
                print(f"{name:40s} {len(tried):5d} sizes of batches up to {count}, {isa}, {threads} threads: "
                      f"{f'DIFFERS at {wrong[:8]}' if wrong else 'equal'}, {time.time() - begin:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models")
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--images", help="pictures for the networks that take 3 x 32 x 32")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="networks whose names have this in them; again: or this")
    parser.add_argument("--isa", action="append", help="this instruction set; again: several")
    parser.add_argument("--shared", type=int, help="samples that two threads run one at a time (all)")
    parser.add_argument("--sizes", action="store_true", help="many batch sizes")
    parser.add_argument("--most", type=int, default=1025, help="the largest batch of --sizes")
    options = parser.parse_args()
    options.finnc = os.path.abspath(options.finnc)
    options.pictures = None
    if options.images:
        with np.load(options.images) as arrays:
            options.pictures = arrays["images"]
    chosen = [(name, path) for name, path in networks(options.models) if not options.only or any(part in name for part in options.only)]
    if not chosen:
        parser.error("no network has that in its name")
    with tempfile.TemporaryDirectory() as options.scratch:
        checker = Checker(options)
        sets = options.isa or instruction_sets(options, chosen[0][1])
        print("instruction sets:", ", ".join(sets), flush=True)
        if options.sizes:
            options.samples = options.most
        for name, path in chosen:
            if options.sizes:
                checker.sizes(name, path, sets)
            else:
                checker.network(name, path, sets)
    print(f"{checker.runs} runs of the fast engine on {checker.images} samples:", f"{checker.failures} differ" if checker.failures else "all equal")
    return 1 if checker.failures or not checker.runs else 0


if __name__ == "__main__":
    sys.exit(main())
