#!/usr/bin/env python3
"""The time that every pass takes on graphs of 1,000, 10,000 and 100,000 nodes, in one table.

    growth.py [--finnc build/release/finnc] [--sizes 1000 10000 100000] [--pass NAME]... [--shape NAME]... [--timeout 60] [--markdown]

The passes are those that finnc knows. Each gets a graph made of the pictures in its own test (pictures.py), in which it has something to do: copies
side by side; side by side but all of one input (forked); and, where a copy's output fits its input, in a row. Shown are the milliseconds of the pass, hidden clean-up included but without
reading and writing, the rewrites in the largest graph, and by what factor the time grows from one size to the next: 10 is linear, and a factor
above 20 is marked if it leads beyond 10 us a node (below that, caches and noise decide). In a row a pass may have more than a fixed number of rewrites a copy (a scale that moves past everything behind it), so there the
factor is that of the time a rewrite.

Short times are those that --time-passes says, long ones the processor's time less that of reading alone, which says more where others are at work on
the machine. The best of four runs is taken, of two from 10,000 nodes on, one from 100,000 on, where
graphs stand side by side only.
"""
import argparse, json, math, os, re, resource, subprocess, sys, tempfile

import onnx

import pictures

SUSPICIOUS = 20
FELT = 10e-6  # seconds a node
LARGE = 100000  # graphs that are read for longer than most passes take
SHORT, NOISE = 0.02, 0.06
TOTAL = re.compile(r"(\d[\d,]*) steps?, (\d[\d,]*) rewrites?, .* ([\d.,]+) (ms|s)\s*$", re.M)


NOTHING = ["-p", "SortGraph", "--stop-after", "0"]


def parse_arguments(text):
    """A pass's arguments as finnc takes them; None if they are more than JSON with '='."""
    inside = re.fullmatch(r"\w+\s*(?:\{(.*)\})?\s*", text, re.S)
    if not inside:
        return None
    try:
        return json.loads("{" + re.sub(r'(\w+)\s*=', r'"\1":', inside.group(1) or "") + "}")
    except ValueError:
        return None


class Timer:
    def __init__(self, options, scratch):
        self.options, self.scratch, self.known = options, scratch, {}

    def read(self, text, before=None):
        """A picture as a model, after the passes that its test runs before; None if finnc cannot read it."""
        source, target = os.path.join(self.scratch, "picture.onnxtxt"), os.path.join(self.scratch, "picture.onnx")
        with open(source, "w") as file:
            file.write(text)
        run = subprocess.run([self.options.finnc, "transform", source, "-o", target, "-q", *(["-p", before] if before else NOTHING)],
                             capture_output=True)
        if run.returncode:
            return None
        model = onnx.load(target)
        for i, node in enumerate(model.graph.node):
            node.name = node.name or f"{node.op_type}_{i}"
        return model

    def run(self, path, passes):
        """(seconds, rewrites); None, 0: it took too long; None: it fails."""
        run, spent = self.spend([path, "-n", "--time-passes", "--pipeline", passes])
        if not run:
            return None, 0
        found = TOTAL.search(run.stderr)
        if not found or run.returncode:
            return None
        seconds = float(found.group(3).replace(",", "")) / (1000 if found.group(4) == "ms" else 1)
        if seconds > SHORT:
            seconds = min(seconds, max(spent - self.reading(path), NOISE * spent))
        return seconds, int(found.group(2).replace(",", ""))

    def spend(self, arguments):
        """The finished process, and the processor's seconds; None, 0: it took too long."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            run = subprocess.run([self.options.finnc, "transform", *arguments], capture_output=True, text=True, timeout=self.options.timeout,
                                 cwd=self.scratch)
        except subprocess.TimeoutExpired:
            return None, 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return run, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def reading(self, path):
        """What it takes to read the file and to do nothing."""
        key = path, os.stat(path).st_mtime_ns
        if key not in self.known:
            self.known[key] = self.spend([path, "-n", "-q", *NOTHING])[1]
        return self.known[key]

    def pipeline(self, name, arguments):
        path = os.path.join(self.scratch, "passes.yaml")
        with open(path, "w") as file:
            file.write(f"- {name}: {json.dumps(arguments)}\n" if arguments else f"- {name}\n")
        return path

    def measure(self, name, arguments, model, make, sizes):
        """[(nodes, seconds, rewrites)] for each size, up to the first that takes too long."""
        # Of a partition it is the nodes that it becomes.
        per_copy, found = PART_NODES if EACH in arguments.values() else len(model.graph.node), []
        names = pictures.names_of(model.graph)
        for size in sizes:
            count = max(1, size // per_copy)
            path = os.path.join(self.scratch, "many.onnx")
            make(model, count, path)
            given = {k: list(range(count)) if v is EACH else pictures.spread(v, names, min(count, 2000)) for k, v in arguments.items()}
            passes = self.pipeline(name, given)
            best = self.run(path, passes)
            if not best:
                return []
            for _ in range(0 if best[0] is None or best[0] > 1 or size >= LARGE else 1 if size >= LARGE / 10 else 3):
                again = self.run(path, passes)
                best = min(best, again) if again and again[0] is not None else best
            found.append((count * per_copy,) + best)
            if best[0] is None:
                break
        return found


# The numbers of all copies.
EACH = object()
# A partition that all copies stand for: its test makes one by another pass, of which copies are no partitions.
PART = """<ir_version: 8, opset_import: ["" : 13]> g (float[2] x) => (float[2] y) {
    a = Neg(x) b = Abs(a) y = Relu(b) }"""
PART_NODES = 3
PARENT = """<ir_version: 8, opset_import: ["" : 13, "qonnx.custom_op.general" : 1]> g (float[2] x) => (float[2] y) {
    y = qonnx.custom_op.general.GenericPartition <model = "part.onnx"> (x) }"""


def choose_partition(timer):
    with open(os.path.join(timer.scratch, "part.onnx"), "wb") as file:
        file.write(timer.read(PART).SerializeToString())
    return {"extend_index": EACH}, timer.read(PARENT)


def candidates(row):
    """(passes before, arguments, text): the pictures of the pass's test, then something of everything."""
    for passes, text in pictures.pictures(row["room"], row["name"]):
        last = re.fullmatch(r"(?:([\w,]+),)?(\w+(?:\{.*\})?)", passes.replace(" ", ""), re.S)
        if last and pictures.snake(re.match(r"\w*", last.group(2)).group(0)) == pictures.snake(row["name"]):
            arguments = parse_arguments(last.group(2))
            if arguments is not None:
                yield last.group(1), arguments, text
    yield None, {p["name"]: {"transformations": ["RemoveIdentityOps"]}.get(p["name"], "many.onnx") for p in row["parameters"] if p["required"]}, pictures.MIXED


def choose(timer, row):
    """The first picture of which many copies give the pass more to do than one."""
    last = None
    for before, arguments, text in candidates(row):
        model = timer.read(text, before)
        if model is None or not model.graph.node:
            continue
        path = os.path.join(timer.scratch, "few.onnx")
        pictures.side_by_side(model, 3, path)
        names = pictures.names_of(model.graph)
        seen = timer.run(path, timer.pipeline(row["name"], {k: pictures.spread(v, names, 3) for k, v in arguments.items()}))
        if seen and seen[1] >= 3:
            return arguments, model
        last = last or (seen and (arguments, model))
    return last


# ---- the table ----

def growth(found):
    """Factors from size to size, for ten times the nodes; of the time a rewrite where rewrites grow faster than the graph."""
    factors = []
    for (n, t, r), (m, u, q) in zip(found, found[1:]):
        more = max(1, q / r / (m / n)) if r else 1
        factors.append(None if u is None else (u / t / more) ** (1 / math.log10(m / n)))
    return factors


def show_ms(seconds):
    return "too long" if seconds is None else f"{1e3 * seconds:,.1f}" if seconds < 0.01 else f"{1e3 * seconds:,.0f}"


def is_bad(found, factors):
    """Grows faster than the graph, so much that it is felt."""
    if not found:
        return False
    return found[-1][1] is None or any(f > SUSPICIOUS and u > FELT * m for f, (m, u, _) in zip(factors, found[1:]))


def cells(found, sizes, factors):
    times = [show_ms(t) for _, t, _ in found] + [""] * (len(sizes) - len(found))
    worst = max((f for f in factors if f is not None), default=None)
    mark = "" if worst is None else f"{worst:.0f}" + ("!" if is_bad(found, factors) else "")
    return times + [f"{found[-1][2]:,}" if found else "", mark]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--finnc", default="build/release/finnc")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000, 100000])
    parser.add_argument("--pass", action="append", dest="passes", metavar="NAME", help="this pass; again: more")
    parser.add_argument("--shape", action="append", dest="shapes", choices=["side by side", "forked", "in a row"], help="graphs of this shape; again: more")
    parser.add_argument("--timeout", type=int, default=60, help="seconds, for one run")
    parser.add_argument("--markdown", action="store_true", help="the table as docs/performance.md has it")
    options = parser.parse_args()
    options.finnc = os.path.abspath(options.finnc)
    rows = json.loads(subprocess.run([options.finnc, "passes", "--json"], check=True, capture_output=True, text=True).stdout)["passes"]
    rows = [r for r in rows if "parameters" in r and (not options.passes or r["name"] in options.passes)]
    short = [n for n in options.sizes if n < LARGE]
    shapes = [(name, make, sizes) for name, make, sizes in (("side by side", pictures.side_by_side, options.sizes), ("forked", pictures.forked, short),
                                                            ("in a row", pictures.in_a_row, short)) if not options.shapes or name in options.shapes]
    head = [h for name, _, sizes in shapes for h in [f"{name}: {sizes[0]:,}"] + [f"{n:,}" for n in sizes[1:]] + ["rewrites", "x"]]
    line = (lambda cs: "| " + " | ".join(cs) + " |") if options.markdown else (
        lambda cs: f"{cs[0]:44s}" + "".join(f"{c:>10s}" if i % 5 else f"{c:>20s}" for i, c in enumerate(cs[1:])))
    print(line(["pass"] + head))
    if options.markdown:
        print("|---|" + "--:|" * len(head))
    marked = []
    with tempfile.TemporaryDirectory() as scratch:
        timer = Timer(options, scratch)
        for row in rows:
            found, chosen = [], choose_partition(timer) if row["name"] == "ExtendPartition" else choose(timer, row)
            for name, make, sizes in shapes:
                measured = []
                if chosen and (name != "in a row" or pictures.link(chosen[1])):
                    measured = timer.measure(row["name"], *chosen, make, sizes)
                found += cells(measured, sizes, growth(measured))
            if any(cell.endswith("!") for cell in found):
                marked.append(row["name"])
            print(line([row["name"]] + found), flush=True)
    print(f"{len(rows)} passes; above {SUSPICIOUS}: {', '.join(marked) or 'none'}", file=sys.stderr)


if __name__ == "__main__":
    main()
