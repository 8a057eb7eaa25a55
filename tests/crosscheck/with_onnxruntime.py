#!/usr/bin/env python3
"""finnc against onnxruntime, operator by operator, on random single-node models.

    with_onnxruntime.py --finnc build/release/finnc [--cases 100] [--seed 1] [--only Op,Op] [--markdown docs/crosscheck.md]

Needs onnx, onnxruntime and numpy (PyPI). An operator takes part if finnc runs it and generators/ draws cases of it; a case counts if
onnxruntime has a kernel for its types and accepts it. Cases are the same for the same seed. Where the two differ, onnx's reference
evaluator decides, and after it EXPLAINED; the exit status is 1 if neither has a reason. (Not called onnxruntime.py: Python would take it for the package.)
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
import warnings
import zlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto as T, defs, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import generators

IR_VERSION = 10
DOMAINS = {"ai.onnx": "", "ai.onnx.ml": "ai.onnx.ml"}
NUMPY = {T.FLOAT, T.DOUBLE, T.FLOAT16, T.BOOL, *generators.INTS}
TOLERANCE = {np.dtype(np.float32): 2e-5, np.dtype(np.float64): 1e-11, np.dtype(np.float16): 4e-3}

# Where onnxruntime is not the standard and onnx's reference evaluator, which is asked first, does not settle it: operators, what has to
# hold of the case, and the reason.
EXPLAINED = [
    ("HannWindow HammingWindow BlackmanWindow", lambda c: c.attr("periodic") == 0 and c.value(0) == 1,
     "a symmetric window of one element: 1, theirs is 0 / 0"),
    ("HammingWindow BlackmanWindow", lambda c: c.attr("output_datatype") == T.DOUBLE or c.value(0) <= 2, "their coefficients have float precision"),
    ("Gelu Shrink LayerNormalization GroupNormalization RMSNormalization Attention", lambda c: c.elem(0) == T.DOUBLE, "they compute DOUBLE in float"),
    ("Shrink", lambda c: c.elem(0) in generators.INTS, "they compute integers in float"),
    ("Gelu", lambda c: True, "1 + erf(x) loses digits in theirs where x is far below 0"),
    ("MeanVarianceNormalization", lambda c: True, "two nearly equal elements: their variance loses digits in float"),
    ("ReduceLogSumExp", lambda c: c.elem(0) in generators.INTS, "they round down to integers between the steps"),
    ("Cast", lambda c: c.attr("to") == T.STRING, "they print 8 digits; finnc prints as many as bring the number back"),
    ("LSTM", lambda c: c.attr("clip") is not None, "clip: the cell is an activation's input too, and theirs is not clipped there"),
    ("AffineGrid", lambda c: 1 in c.value(1)[2:], "an axis of one element: theirs divides by 0"),
    ("GridSample", lambda c: c.attr("mode") in (b"cubic", b"bicubic") and c.attr("padding_mode") == b"border",
     "cubic at a border; the reference evaluator does not know the names of version 16"),
    ("Resize Upsample", lambda c: c.elem(0) in generators.INTS, "integers: theirs are cut off, finnc's and the reference evaluator's are rounded"),
    ("LinearRegressor", lambda c: c.attr("post_transform", b"NONE") != b"NONE", "they leave out post_transform for one target"),
    ("QuantizeLinear", lambda c: c.inputs() > 2 and c.elem(2) in generators.FLOAT8, "a float8 zero point: the formula adds it, theirs does not"),
    ("OneHot", lambda c: c.draw.version < 11 and np.any(c.value(0) < 0), "before version 11 negative indices are outside: all off"),
    ("DynamicQuantizeLinear", lambda c: c.value(0).size == 0, "of no elements: finnc's scale is that of all zeros"),
]
ARBITER = "onnx's reference evaluator gives what finnc gives"


# ---- a case as a model ----

class Case:
    def __init__(self, draw, opset, seed):
        self.draw, self.opset, self.seed = draw, opset, seed
        self.op = draw.op

    def attr(self, name, absent=None):
        for attr in self.draw.nodes[-1].attribute:
            if attr.name == name:
                return helper.get_attribute_value(attr)
        return absent

    def value(self, i):
        """The array that is input `i` of the last node."""
        return self.draw.values[self.draw.nodes[-1].input[i]]

    def inputs(self):
        return len(self.draw.nodes[-1].input)

    def elem(self, i):
        return numpy_helper.from_array(self.value(i)).data_type

    def __str__(self):
        node = self.draw.nodes[-1]
        attrs = ", ".join(f"{a.name} = {helper.get_attribute_value(a)!r}" for a in node.attribute if a.type != onnx.AttributeProto.TENSOR)
        shapes = ", ".join(f"{describe(self.draw.values[n])}" if n in self.draw.values else n or "-" for n in node.input)
        return f"{self.op} (opset {self.opset}, seed {self.seed}): {shapes}" + (f" <{attrs}>" if attrs else "")


def describe(array):
    text = f"{array.dtype}{list(array.shape)}"
    return text + f" {array.tolist()}" if array.size <= 4 else text


def parts_of(case, prefix=""):
    """Nodes, initialisers, graph inputs and outputs, with names of their own."""
    nodes = []
    for node in case.draw.nodes:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        copy.name = prefix + node.output[0]
        for names in (copy.input, copy.output):
            for i, name in enumerate(names):
                names[i] = prefix + name if name else ""
        nodes.append(copy)
    feeds, initialisers = {}, []
    as_inputs = case.seed[-1] % 2 == 0
    for name, value in case.draw.values.items():
        tensor = numpy_helper.from_array(value, prefix + name)
        if as_inputs and tensor.data_type in NUMPY:
            feeds[prefix + name] = value
        else:
            initialisers.append(tensor)
    return nodes, feeds, initialisers, [prefix + o for o in case.draw.outputs]


def model_of(cases, opset, domain, casts, types=None):
    """One model of all cases. `casts`: outputs that become FLOAT since numpy has no such type."""
    nodes, feeds, initialisers, outputs = [], {}, [], []
    for i, case in enumerate(cases):
        n, f, t, o = parts_of(case, f"c{i}_")
        nodes += n
        feeds.update(f)
        initialisers += t
        for name in o:
            key = (id(case), name.split("_", 1)[1])
            if key in casts:
                nodes.append(helper.make_node("Cast", [name], [name + "_cast"], to=T.FLOAT))
                name += "_cast"
            outputs.append(name)
    inputs = [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in feeds.items()]
    outs = [onnx.ValueInfoProto(name=o) if types is None else helper.make_tensor_value_info(o, types[o], None) for o in outputs]
    graph = helper.make_graph(nodes, "g", inputs, outs, initialisers)
    newest = defs.onnx_opset_version()
    imports = [helper.make_opsetid("", opset if not domain else min(newest, 22))] + ([helper.make_opsetid(domain, opset)] if domain else [])
    return helper.make_model(graph, opset_imports=imports, ir_version=IR_VERSION), feeds, outputs


# ---- both programs ----

def run_onnxruntime(case, domain):
    """Arrays by output, or None: no kernel, or it does not like the case. Also which outputs had to be cast."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    casts = set()
    model, feeds, outputs = model_of([case], case.opset, domain, casts)
    try:
        types = {v.name: v.type.tensor_type.elem_type for v in onnx.shape_inference.infer_shapes(model).graph.output}
        casts |= {(id(case), o[3:]) for o in outputs if types.get(o, 0) not in NUMPY | {0, T.STRING}}
        if casts:
            model, feeds, outputs = model_of([case], case.opset, domain, casts)
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return session.run(None, feeds), casts
    except Exception:  # whatever it does not like: there is nothing to compare with
        return None, casts


def run_finnc(opt, cases, results, opset, domain, casts, folder):
    """Arrays by output for each case; words for those that fail. Many in one process; one by one if that fails."""
    types = {}
    for i, result in enumerate(results):
        names = [f"c{i}_{o}" + ("_cast" if (id(cases[i]), o) in casts else "") for o in cases[i].draw.outputs]
        types.update({n: T.STRING if r.dtype == object else helper.np_dtype_to_tensor_dtype(r.dtype) for n, r in zip(names, result)})
    model, feeds, outputs = model_of(cases, opset, domain, casts, types)
    path, inputs, out = (os.path.join(folder, n) for n in ("model.onnx", "in.npz", "out.npz"))
    onnx.save(model, path)
    np.savez(inputs, **feeds)
    if os.path.exists(out):
        os.remove(out)
    command = [opt.finnc, "run", path, "--outputs", out, "--quiet", "--threads=1"] + (["--inputs", inputs] if feeds else [])
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        with np.load(out, allow_pickle=False) as got:
            arrays = {k: got[k] for k in outputs}
        at, per_case = iter(outputs), []
        for case in cases:
            per_case.append([arrays[next(at)] for _ in case.draw.outputs])
        return per_case
    if len(cases) == 1:
        return [done.stderr.strip() or f"exit status {done.returncode}"]
    half = len(cases) // 2
    return (run_finnc(opt, cases[:half], results[:half], opset, domain, casts, folder) +
            run_finnc(opt, cases[half:], results[half:], opset, domain, casts, folder))


# ---- comparison ----

def difference(case, want, have):
    """None, or what differs."""
    if isinstance(have, str):
        return have
    for o, (w, h) in enumerate(zip(want, have)):
        w = np.asarray(w)
        if w.dtype == object or w.dtype.kind in "SU":
            w, h = w.astype(str), h.astype(str)
        elif w.dtype != h.dtype:
            return f"output {o} is {h.dtype}, theirs {w.dtype}"
        if w.shape != h.shape:
            return f"output {o} has the shape {list(h.shape)}, theirs {list(w.shape)}"
        if w.dtype.kind == "f":
            finite = np.abs(w[np.isfinite(w)].astype(np.float64))
            tolerance = TOLERANCE[w.dtype]
            limit = tolerance * np.maximum(np.abs(w.astype(np.float64)), finite.max() if finite.size else 0) + case.draw.absolute
            with np.errstate(invalid="ignore"):
                good = (w == h) | (np.isnan(w) & np.isnan(h)) | (np.abs(w.astype(np.float64) - h.astype(np.float64)) <= limit)
        elif w.dtype.kind in "iu" and case.draw.slack:
            good = np.abs(w.astype(np.float64) - h.astype(np.float64)) <= case.draw.slack
        else:
            good = w == h
        if not np.all(good):
            at = tuple(int(i) for i in np.argwhere(~np.atleast_1d(good))[0])
            return f"output {o}, element {list(at)}: {np.atleast_1d(h)[at]!r}, theirs {np.atleast_1d(w)[at]!r}"
    return None


class Tally:
    def __init__(self):
        self.cases = self.agree = 0
        self.reasons, self.differ = collections.Counter(), []


def reason_for(case, have, domain, casts):
    """Why it is fine that a result differs from onnxruntime's, or None."""
    if isinstance(have, str):
        return None
    model, feeds, _ = model_of([case], case.opset, domain, casts)
    try:
        with np.errstate(all="ignore"):
            if difference(case, ReferenceEvaluator(model).run(None, feeds), have) is None:
                return ARBITER
    except Exception:  # it does not do all attributes and types
        pass
    for ops, test, reason in EXPLAINED:
        if case.op in ops.split() and test(case):
            return reason
    return None


def draw_cases(opt, domain, op):
    """Cases that onnxruntime answered, by opset version."""
    versions = {s.since_version for s in defs.get_all_schemas_with_history() if s.name == op and s.domain == domain}
    opsets = sorted({max(v, 1 if domain else 7) for v in versions})  # onnxruntime knows ai.onnx from 7 on
    found, count = collections.defaultdict(list), 0
    for i in range(4 * opt.cases):
        seed = (opt.seed, zlib.crc32(op.encode()), i)
        opset = opsets[i % len(opsets)]
        try:
            draw = generators.Draw(seed, domain, op, opset)
            generators.FAMILIES[domain, op](draw)
        except (generators.Unfit, defs.SchemaError):
            continue
        case = Case(draw, opset, seed)
        result, casts = run_onnxruntime(case, domain)
        if result is None:
            continue
        found[opset].append((case, result, casts))
        count += 1
        if count == opt.cases:
            break
    return found


def check(opt, domain, op, folder):
    tally = Tally()
    for opset, entries in sorted(draw_cases(opt, domain, op).items()):
        cases, results = [e[0] for e in entries], [e[1] for e in entries]
        casts = set().union(*(e[2] for e in entries))
        for case, want, have in zip(cases, results, run_finnc(opt, cases, results, opset, domain, casts, folder)):
            tally.cases += 1
            wrong = difference(case, want, have)
            reason = reason_for(case, have, domain, casts) if wrong else None
            if not wrong:
                tally.agree += 1
            elif reason:
                tally.reasons[reason] += 1
            else:
                tally.differ.append(f"{case}: {wrong}")
    return tally


# ---- the report ----

def remark(tally):
    words = [f"{n} differ: {reason}" for reason, n in tally.reasons.items()]
    if tally.differ:
        words.insert(0, f"**{len(tally.differ)} differ**")
    return "; ".join(words) or ("no kernel in onnxruntime" if not tally.cases else "")


def write_markdown(opt, tallies, missing):
    cases, agree = sum(t.cases for _, _, t in tallies), sum(t.agree for _, _, t in tallies)
    with open(opt.markdown, "w", encoding="utf-8") as f:
        print(f"""# finnc against onnxruntime

Random single-node models with random shapes, attributes, opset versions and element types, run by both: `./dev crosscheck --markdown`
writes this page (onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}, seed {opt.seed}). {len(tallies)} operators, {cases} cases, {agree} agree. Floats agree
when they differ by no more than rounding (2e-5 of the largest element for FLOAT), integers when they are equal, quantised results within one step.
The same command holds the records of operators (`finnc ops`) against the standard's, version by version (`tests/crosscheck/records.py`).

| operator | cases | agree | remark |
|---|---:|---:|---|""", file=f)
        for domain, op, tally in tallies:
            name = f"{domain}.{op}" if domain else op
            print(f"| {name} | {tally.cases} | {tally.agree} | {remark(tally)} |", file=f)
        print("\nRun by finnc, but not drawn here (no generator, or random by nature): " + ", ".join(missing) + ".", file=f)


def main():
    onnxruntime.set_default_logger_severity(4)
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--cases", type=int, default=100, help="for each operator, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="operators, separated by commas")
    parser.add_argument("--all", action="store_true", help="print every disagreement, not the first of an operator")
    parser.add_argument("--markdown", nargs="?", const="docs/crosscheck.md", help="write the table there")
    opt = parser.parse_args()
    ops = json.loads(subprocess.run([opt.finnc, "ops", "--json"], check=True, capture_output=True, text=True).stdout)["ops"]
    running = [(DOMAINS[o["domain"]], o["name"]) for o in ops if o["runs"] and o["domain"] in DOMAINS]
    chosen = [o for o in running if o in generators.FAMILIES and (not opt.only or o[1] in opt.only.split(","))]
    missing = [f"{d}.{n}" if d else n for d, n in running if (d, n) not in generators.FAMILIES]
    tallies = []
    with tempfile.TemporaryDirectory() as folder:
        for domain, op in chosen:
            tally = check(opt, domain, op, folder)
            tallies.append((domain, op, tally))
            print(f"{op:30s} {tally.cases:5d} cases {tally.agree:5d} agree  {remark(tally)}", flush=True)
            for line in tally.differ[:None if opt.all else 1]:
                print(f"    {line}", flush=True)
    if opt.markdown:
        write_markdown(opt, tallies, missing)
    return 1 if any(t.differ for _, _, t in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
