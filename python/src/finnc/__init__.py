"""finnc: opens, explains, transforms, draws and runs quantised networks in the FINN-ONNX and QONNX dialects.

    import finnc

    model = finnc.load("net.onnx")
    small = finnc.transform(model, "Streamline", verify_each=True)
    outputs = finnc.run(small, {"input": array})

docs/python.md is the guide; ``finnc.qonnx`` stands in for the package qonnx.
"""

from ._version import __version__
from .analyses import Finding, Record, check, config, cost, dataflow, estimate, fifo, fold, ranges, stats, topology
from .catalogue import (
    Attribute,
    Formal,
    InstructionSet,
    Operator,
    Parameter,
    Pass,
    Recipe,
    find_op,
    find_pass,
    instruction_sets,
    ops,
    passes,
    recipes,
)
from .compare import BenchRow, CaseResult, Comparison, Difference, bench, compare, compare_arrays, run_case
from .context import Context
from .debugging import Bisection, Failure, Fate, Followed, Reduction, Replay, bisect, explain, reduce, replay
from .errors import BadFile, BadValue, Cancelled, Error, NoMemory, NotFound, Unsupported
from .evaluate import Dataset, Evaluation, evaluate, read_image
from .model import Model, Node, Value, load
from .session import Session, Trace, draw_inputs, run
from .transform import PassReport, Pipeline, Remark, TransformReport, VerificationError, transform

__all__ = [
    "Attribute",
    "BadFile",
    "BadValue",
    "BenchRow",
    "Bisection",
    "Cancelled",
    "CaseResult",
    "Comparison",
    "Context",
    "Dataset",
    "Difference",
    "Error",
    "Evaluation",
    "Failure",
    "Fate",
    "Finding",
    "Followed",
    "Formal",
    "InstructionSet",
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
    "Reduction",
    "Remark",
    "Replay",
    "Session",
    "Trace",
    "TransformReport",
    "Unsupported",
    "Value",
    "VerificationError",
    "__version__",
    "bench",
    "bisect",
    "check",
    "compare",
    "compare_arrays",
    "config",
    "cost",
    "dataflow",
    "draw_inputs",
    "estimate",
    "evaluate",
    "explain",
    "fifo",
    "find_op",
    "find_pass",
    "fold",
    "instruction_sets",
    "load",
    "ops",
    "passes",
    "ranges",
    "read_image",
    "recipes",
    "reduce",
    "replay",
    "run",
    "run_case",
    "stats",
    "topology",
    "transform",
]
