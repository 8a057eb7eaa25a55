"""finnc: opens, explains, transforms, draws and runs quantised networks in the FINN-ONNX and QONNX dialects.

    import finnc

    model = finnc.load("net.onnx")
    small = finnc.transform(model, "Streamline", verify_each=True)
    outputs = finnc.run(small, {"input": array})

docs/python.md is the guide; ``finnc.qonnx`` stands in for the package qonnx.
"""

from ._version import __version__
from .analyses import Finding, Record, check, config, cost, estimate, fifo, fold, ranges, stats, topology
from .catalogue import Operator, Parameter, Pass, Recipe, find_op, find_pass, ops, passes, recipes
from .compare import BenchRow, Comparison, Difference, bench, compare, compare_arrays
from .context import Context
from .errors import BadFile, BadValue, Cancelled, Error, NoMemory, NotFound, Unsupported
from .evaluate import Dataset, Evaluation, evaluate, read_image
from .model import Model, Node, Value, load
from .session import Session, Trace, draw_inputs, run
from .transform import PassReport, Pipeline, Remark, TransformReport, VerificationError, transform

__all__ = [
    "BadFile",
    "BadValue",
    "BenchRow",
    "Cancelled",
    "Comparison",
    "Context",
    "Dataset",
    "Difference",
    "Error",
    "Evaluation",
    "Finding",
    "Model",
    "NoMemory",
    "Node",
    "NotFound",
    "Operator",
    "Parameter",
    "Pass",
    "PassReport",
    "Pipeline",
    "Recipe",
    "Record",
    "Remark",
    "Session",
    "Trace",
    "TransformReport",
    "Unsupported",
    "Value",
    "VerificationError",
    "__version__",
    "bench",
    "check",
    "compare",
    "compare_arrays",
    "config",
    "cost",
    "draw_inputs",
    "estimate",
    "evaluate",
    "fifo",
    "find_op",
    "find_pass",
    "fold",
    "load",
    "ops",
    "passes",
    "ranges",
    "read_image",
    "recipes",
    "run",
    "stats",
    "topology",
    "transform",
]
