"""Random cases of operators: one generator for each family, found by domain and name in FAMILIES.

A generator gets a Draw and adds nodes to it. What the schema says (element types, which attributes and inputs there are in this
version) is asked of it and not said again here. A generator that finds that its draw makes no sense raises Unfit, and another is drawn.
"""
from . import arithmetic, layers, movement, other  # noqa: F401 (they fill FAMILIES)
from .draw import FAMILIES, FLOAT8, INTS, Draw, Unfit  # noqa: F401
