"""The commands that are disturbed: what they read, and what they make.

Every command of cli/commands.def has a job here, or a reason in WITHOUT.
"""

import dataclasses
import os
import shutil
import struct
import subprocess
import zipfile
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclasses.dataclass
class Job:
    name: str
    arguments: list
    outputs: tuple = ()  # in out/
    together: tuple = ()  # groups of outputs that are all old or all new
    kept: tuple = ()  # outputs that must not be there before: another one's data are not overwritten
    before: str = ""  # a folder in in/ whose files stand in out/ before, where any file will not do
    without: tuple = ()  # kinds of faults that mean nothing here
    anyhow: tuple = ()  # outputs, or folders of them, whose bytes may be others: times, stages
    folders: tuple = ()  # in out/, which get files whose names are not listed here
    may_fail: bool = False  # the undisturbed run fails, or finds a difference


def job(name, line, *outputs, **more):
    return Job(name, line.split(), outputs, **more)


JOBS = [
    job("dump", "dump in/tfc.onnx"),
    job("dump-text", "dump in/tfc.onnx --format=onnx -w -o out/m.txt", "m.txt"),
    job("dump-json", "dump in/tfc.onnx --json -o out/m.json", "m.json"),
    job("dump-external", "dump in/external.onnx --json -w -o out/m.json", "m.json"),
    job("dot", "dot in/tfc.onnx -o out/m.dot", "m.dot", without=("memory",)),  # cgraph, where it has no memory, dies
    job("check", "check in/tfc.onnx --json"),
    job("cost", "cost in/tfc.onnx --json -o out/c.json --save out/m.onnx", "c.json", "m.onnx"),
    job("estimate", "estimate in/bound.onnx -r out/reports --chart out/c.svg -o out/e.txt", "c.svg", "e.txt",
        "reports/estimate_layer_config_alternatives.json", "reports/estimate_layer_cycles.json",
        "reports/estimate_layer_resources.json", "reports/estimate_network_performance.json",
        "reports/op_and_param_counts.json"),
    job("stats", "stats in/tfc.onnx -n 1 --json -o out/s.json", "s.json"),
    job("ranges", "ranges in/tfc.onnx --json -o out/r.json", "r.json"),
    job("fold", "fold in/bound.onnx --target-cycles 256 -o out/f.json --apply out/m.onnx", "f.json", "m.onnx"),
    job("fifo", "fifo in/bound.onnx -o out/f.json", "f.json"),
    job("transform", "transform in/tfc.onnx -o out/m.onnx --pipeline in/streamline.yaml --remarks-file out/r.json",
        "m.onnx", "r.json", anyhow=("r.json",)),  # remarks up to a failure are kept
    job("transform-text", "transform in/tfc.onnx -o out/m.onnxtxt -p tidy", "m.onnxtxt"),
    job("transform-dir", "transform in/tfc.onnx -n -p ConvertSubToAdd,BatchNormToAffine --dump-dir=out/d",
        folders=("d",), anyhow=("d",),  # Graphviz draws without its plugins and fonts, but not the same,
        without=("memory",)),  # and dies where it has no memory
    job("transform-split", "transform in/tfc.onnx -o out/m.onnx -p tidy --external=split", "m.onnx", "m.onnx.data",
        together=(("m.onnx", "m.onnx.data"),), before="split"),  # data are replaced if they are the old model's
    job("transform-external", "transform in/external.onnx -o out/m.onnx -p ConvertSubToAdd", "m.onnx", "external.onnx.data", kept=("external.onnx.data",)),
    job("transform-partitions", "transform in/layers.onnx -o out/m.onnx -p "
        "CreateDataflowPartition{partition_model_dir=\"parts\"}", "m.onnx", "parts/partition_0.onnx",
        together=(("m.onnx", "parts/partition_0.onnx"),), kept=("parts/partition_0.onnx",)),
    job("transform-folding", "transform in/bound.onnx -o out/m.onnx -p ApplyConfig{config=\"in/folding.json\"}",
        "m.onnx"),
    job("transform-fails", "transform in/layers.onnx -o out/m.onnx -p tidy,InsertTopK{k=7000} --reproducer=out/repro",
        folders=("repro",), may_fail=True),
    job("prune", "prune in/prune.onnxtxt --spec in/spec.json -o out/m.onnx", "m.onnx"),
    job("channels-last", "channels-last in/conv.onnxtxt -o out/m.onnx", "m.onnx"),
    job("cleanup", "cleanup in/tfc.onnx -o out/m.onnx", "m.onnx"),
    job("convert", "convert in/tfc.onnx --to=finn -o out/m.onnx", "m.onnx"),
    job("explain", "explain in/tfc.onnx MatMul_0 -p Streamline"),
    job("bisect", "bisect in/tfc.onnx -p tidy -n 1 --json"),
    job("replay", "replay in/repro", may_fail=True),
    job("reduce", "reduce in/prune.onnxtxt -o out/m.onnx --check true -q", "m.onnx", anyhow=("m.onnx",)),  # the best one so far
    job("run", "run in/prune.onnxtxt -i in/x.npz --outputs=out/o.npz --trace=out/t", "o.npz",
        folders=("t",)),
    job("run-fast", "run in/tfc.onnx -i in/i.npz --outputs=out/o.npz --engine=fast", "o.npz"),
    job("run-pictures", "run in/mean.onnxtxt in/p.png --labels in/labels.txt --json"),
    job("run-profile", "run in/tfc.onnx -i in/i.npz --profile=out/p.json", "p.json", anyhow=("p.json",)),
    job("compare", "compare in/tfc.onnx in/external.onnx -n 1"),
    job("eval", "eval in/mean.onnxtxt --images in/images.npz --images-key x --truth-key y --wrong out/w.txt --json",
        "w.txt"),
    job("test", "test in/case"),
    job("passes", "passes --json"),
    job("ops", "ops Conv"),
    job("help", "help run"),
    job("completions", "completions bash"),
    job("man", "man run"),
]

WITHOUT = {"bench": "measures for a second each time, writes nothing"}

# ---- what they read ----

MEAN = """<ir_version: 8, opset_import: ["" : 13]>
mean (float[1,3,4,4] x {UINT8}) => (float[1,3] y) { y = ReduceMean<axes=[2,3], keepdims=0>(x) }
"""

CONV = """<ir_version: 8, opset_import: ["" : 13]>
g (float[1,2,4,4] x) => (float[1,3,4,4] y) <float[3,2,1,1] w = {1,2,3,4,5,6}> { c = Conv(x, w) y = Relu(c) }
"""

PRUNE = """<ir_version: 8, opset_import: ["" : 13]>
g (float[1,2] x) => (float[1,2] y) <float[2,3] v = {1,2,3,4,5,6}, float[1,3] r, float[3,2] w = {1,2,3,4,5,6}>
{ a = MatMul(x, v) r = Relu(a) y = MatMul(r, w) }
"""


def npy(dims, elements, code="<f4"):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }" % (code, ", ".join(map(str, dims)))
    header += " " * (-(len(header) + 11) % 64) + "\n"
    form = {"<f4": "f", "<i8": "q", "|u1": "B"}[code]
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
            + struct.pack("<%d%s" % (len(elements), form), *elements))


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((7 * x + 13 * y + 29 * c) % 256 for x in range(width) for c in range(3))
                    for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def field(number, data):
    """A protobuf field: a number, or bytes."""
    def varint(n):
        return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)

    return varint(number << 3) + varint(data) if isinstance(data, int) else (
        varint(number << 3 | 2) + varint(len(data)) + data)


def tensor(dims, elements):
    """A TensorProto of float32."""
    raw = struct.pack("<%df" % len(elements), *elements)
    return b"".join(field(1, n) for n in dims) + field(2, 1) + field(9, raw)


def prepare(finnc, folder):
    def write(name, data):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())

    def make(*arguments, status=0):
        done = subprocess.run([finnc, *arguments], cwd=folder, capture_output=True, text=True)
        if done.returncode != status:
            raise SystemExit("faults: finnc %s: %s" % (" ".join(arguments), done.stderr))

    def archive(name, **arrays):
        with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as z:
            for key, data in arrays.items():
                z.writestr(key + ".npy", data)

    tfc = os.path.join(ROOT, "examples/tfc-hardware")
    shutil.copy(os.path.join(tfc, "streamline.yaml"), folder)
    write("mean.onnxtxt", MEAN)
    write("conv.onnxtxt", CONV)
    write("prune.onnxtxt", PRUNE)
    write("spec.json", '{"r": {"1": [1]}}\n')
    write("folding.json", '{"Defaults": {}, "MVAU_hls_0": {"PE": 2, "SIMD": 4}}\n')
    os.mkdir(os.path.join(folder, "case"))
    write("labels.txt", "red\ngreen\nblue\n")
    write("p.png", png(4, 4))
    archive("i.npz", global_in=npy((1, 1, 8, 8), [float(i * 3 % 256) for i in range(64)]))
    archive("x.npz", x=npy((1, 2), [1.0, 2.0]))
    archive("images.npz", x=npy((3, 3, 4, 4), [i * 11 % 256 for i in range(144)], "|u1"), y=npy((3,), [0, 1, 2], "<i8"))
    make("transform", os.path.join(tfc, "tfc.onnxtxt"), "-o", "tfc.onnx", "-p", "tidy")
    make("transform", "tfc.onnx", "-o", "external.onnx", "-p", "tidy", "--external=split")
    os.mkdir(os.path.join(folder, "split"))
    make("transform", "tfc.onnx", "-o", "split/m.onnx", "-p", "Streamline", "--external=split")
    make("transform", "tfc.onnx", "-o", "streamlined.onnx", "--pipeline", "streamline.yaml")
    make("transform", "streamlined.onnx", "-o", "layers.onnx", "-p", "hw-step")
    make("transform", "layers.onnx", "-o", "parent.onnx", "-p", "CreateDataflowPartition{partition_model_dir=\"parts\"}")
    make("transform", "parts/partition_0.onnx", "-o", "bound.onnx", "-p",
         'SpecializeLayers{fpgapart="xc7z020clg400-1"},GiveUniqueNodeNames')
    make("transform", "layers.onnx", "-n", "-p", "InsertTopK{k=7000}", "--reproducer=repro", status=1)
    make("transform", "prune.onnxtxt", "-o", "case/model.onnx", "-p", "FoldConstants")
    write("case/test_data_set_0/input_0.pb", tensor((1, 2), (1.0, 2.0)))
    write("case/test_data_set_0/output_0.pb", tensor((1, 2), (120.0, 156.0)))
