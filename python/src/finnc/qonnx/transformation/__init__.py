"""qonnx's transformations by their modules, as passes of finnc; the classes come from the table of passes."""

from ..._mirror import make_modules
from .base import Transformation

MODULES = make_modules("qonnx.transformation", __name__, Transformation)
