# %% [markdown]
# # CNV-W1A1, from Python
#
# The binarised CIFAR-10 network of the FINN paper: opened, streamlined with proof, run, counted and turned into hardware
# layers. The cells can be run one by one (VS Code, Spyder, jupytext), or all at once: `python cnv_flow.py [FOLDER]`. Plots go
# to FOLDER (build/demo); without matplotlib they are left out.

# %%
import pathlib
import sys

import finnc
import numpy as np

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    plt = None
    print("no matplotlib: no plots")

here = pathlib.Path(__file__).resolve().parent.parent / "cnv-w1a1"
out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo")
out.mkdir(parents=True, exist_ok=True)


def keep(figure, name):
    figure.tight_layout()
    figure.savefig(out / name, dpi=120)
    plt.close(figure)
    print("drawn:", out / name)


# %% [markdown]
# ## What is in it

# %%
model = finnc.load(here / "cnv-w1a1.onnx")
print(model, model.inputs, "->", model.outputs)
kinds = {}
for node in model.nodes:
    kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
print(", ".join(f"{count} {kind}" for kind, count in kinds.items()))

try:
    model.draw(out / "cnv.svg")
    print("drawn:", out / "cnv.svg")
except finnc.Unsupported:
    (out / "cnv.dot").write_text(model.dump("dot"))
    print("Graphviz' renderer is not here; its language:", out / "cnv.dot")

# %% [markdown]
# ## Streamlined, with proof
#
# Every step is run before and after; a difference would end it.

# %%
streamlined = finnc.transform(model, "cnv", verify_each=True)
report = streamlined.report
print(
    f"{len(model.nodes)} nodes became {len(streamlined.nodes)} in {report.rewrites} rewrites; "
    f"{report.verified} steps verified, {report.unverified} not"
)
slowest = sorted((p for p in report.passes if p.depth == 0), key=lambda p: -p.seconds)[:3]
print("most time:", ", ".join(f"{p.name} {1e3 * p.seconds:.1f} ms" for p in slowest))
print("an example of what was said:", next(r for r in report.remarks if r.kind == "applied"))
assert finnc.compare(model, streamlined)

# %% [markdown]
# ## The pictures

# %%
labels = (here / "labels.txt").read_text().split()
pictures = sorted((here / "images").glob("*.png"))
session = finnc.Session(streamlined, keep=True)
scores_of = streamlined.nodes[-1].inputs[0].name  # what TopK chooses among
confusion = np.zeros((len(labels), len(labels)), int)
scores = []
for picture in pictures:
    found = session.run(finnc.read_image(picture).astype(np.float32))
    answer = found[streamlined.outputs[0].name].item()
    truth = labels.index(picture.stem.partition("-")[2])
    confusion[truth, answer] += 1
    scores.append(found[scores_of].reshape(-1))
    print(f"{picture.name:18} {labels[answer]}")
print(f"{np.trace(confusion)} of {len(pictures)} are right")

# %%
if plt:
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5))
    left.imshow(confusion, cmap="Blues")
    left.set(xlabel="answered", ylabel="is", xticks=range(len(labels)), yticks=range(len(labels)))
    left.set_xticklabels(labels, rotation=60, ha="right")
    left.set_yticklabels(labels)
    right.bar(labels, scores[3])
    right.tick_params(axis="x", rotation=60)
    right.set_title(f"scores of {pictures[3].name}")
    keep(figure, "pictures.png")

# %% [markdown]
# ## What it costs
#
# Multiply-accumulates by the types of their factors: nearly all of them are of one bit.

# %%
cost = finnc.cost(finnc.transform(model, "cost-preparation"))
print(f"{cost.total.macs:,.0f} multiply-accumulates, {cost.total.weight_bits / 8:,.0f} bytes of weights")
for name, node in cost.nodes.items():
    print(f"{name:12} {node.macs:>12,.0f}  {', '.join(k[7:] for k in node.amounts if k.startswith('op_mac'))}")

# %% [markdown]
# ## As hardware
#
# FINN's layers, bound to HLS and RTL for a Pynq-Z1; folded so that a frame begins every 100,000 cycles, by an exact search; and how
# deep the FIFOs have to be.

# %%
# What comes before the first layer and behind the last one stays with the processor.
hardware = finnc.transform(streamlined, "hw-step", "CreateDataflowPartition")
partition = next(n for n in hardware.nodes if n.op_type == "StreamingDataflowPartition").open_partition()
partition.transform(("SpecializeLayers", {"fpgapart": "xc7z020clg400-1"}), "GiveUniqueNodeNames")
folding = finnc.fold(partition, part="Pynq-Z1", max_cycles=100_000, apply=True)
print(folding.proof)
estimate = finnc.estimate(partition, part="Pynq-Z1", clock_ns=10)
print(
    f"{estimate.fps:,.0f} frames a second at 100 MHz, {estimate.total.lut:,.0f} LUTs; the bottleneck is {estimate.bottleneck}"
)
fifos = finnc.fifo(partition)
print(
    f"{sum(f.depth > 2 for f in fifos.fifos)} FIFOs of {fifos.bits / 8:,.0f} bytes; the first frame is out after {fifos.latency:,} cycles"
)

# %%
if plt:
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(9, 7))
    top.bar(list(cost.nodes), [n.macs / 1e6 for n in cost.nodes.values()])
    top.set_ylabel("million multiply-accumulates")
    names = [layer.name for layer in estimate.layers]
    colours = ["tab:red" if name == estimate.bottleneck else "tab:blue" for name in names]
    bottom.bar(names, [layer.cycles for layer in estimate.layers], color=colours)
    bottom.set_ylabel("cycles for a frame")
    for axes in (top, bottom):
        axes.tick_params(axis="x", rotation=75)
    keep(figure, "layers.png")

# %% [markdown]
# ## How fast here?

# %%
for row in finnc.bench(streamlined, batches=[1, 64], threads=[1], seconds=0.2):
    print(
        f"{row.engine:10} batch {row.batch:3}  {row.images_per_second:>9,.0f} pictures a second, {1e3 * row.best:.3f} ms"
    )
