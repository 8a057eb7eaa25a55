"""What the tests share: where things are, and small models."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("FINNC_BUILD", ROOT / "build" / "release"))
EXAMPLES = ROOT / "examples"
CNV = EXAMPLES / "cnv-w1a1" / "cnv-w1a1.onnx"

# The package that is tested: the installed one if there is one, else the sources'.
try:
    import finnc  # noqa: F401
except ImportError:
    sys.path.insert(0, str(ROOT / "python" / "src"))

HEAD = '<ir_version: 8, opset_import: ["" : 17]>\n'

SCALES = (
    HEAD
    + """g (float[1,4] x) => (float[1,4] y)
<float[1] s = {0.5}, float[1] t = {4.0}>
{
  [first] a = Mul(x, s)
  [second] y = Mul(a, t)
}
"""
)

# Of e, where integers begin, the file tells no shape.
BARE = (
    HEAD.replace('17]', '17, "qonnx.custom_op.general" : 1]')
    + """g (float[1,4] x) => (y)
<float[4,3] w = {1, -1, 2, 1, 1, -1, -2, 1, 1, 1, 2, -1}, float s = {1}, float z = {0}, float n = {4}>
{
  [wave] e = Exp(x)
  [quant] q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (e, s, z, n)
  [product] p = MatMul(q, w)
  [relu] y = Relu(p)
}
"""
)


def identity(kind: str, shape: str = "[2,3]") -> str:
    """A model that gives its input back, in the memory where it lies."""
    return HEAD.replace("17", "26") + f"g ({kind}{shape} x) => ({kind}{shape} y) {{ y = Identity(x) }}\n"


# Runs for as many rounds as it is told.
LOOP = (
    HEAD
    + """g (int64 rounds, float[2] x) => (float[2] y)
<bool go = {1}>
{
  y = Loop <body = b (int64 i, bool c, float[2] v) => (bool d, float[2] w) {
    d = Identity(c)
    w = Sub(v, v)
  }> (rounds, go, x)
}
"""
)
