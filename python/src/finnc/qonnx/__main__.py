"""Runs a script that was written for qonnx with finnc in qonnx' place.

    python -m finnc.qonnx script.py [ARGUMENT]...
    python -m finnc.qonnx --compare script.py [ARGUMENT]...

--compare (which may stand last, too) runs it once with each, holds what execute_onnx gave against each other, and prints
how much faster it was. Exit status 1: the arrays differ.
"""

from __future__ import annotations

import runpy
import sys

from . import install
from ._compare import compare_runs


def main(arguments: list[str]) -> int:
    wants_comparison = "--compare" in (arguments[:1] + arguments[-1:])
    if wants_comparison:
        arguments.remove("--compare")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0 if arguments else 2
    if wants_comparison:
        return compare_runs(arguments)
    install()
    sys.argv = arguments
    runpy.run_path(arguments[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
