"""Modules of upstream's transformations, made from the table of passes: a class for each, where upstream has it."""

from __future__ import annotations

import inspect
import sys
import types
from typing import Any

from .catalogue import Pass, passes

_KINDS: dict[str, Any] = {"int": int, "float": float, "bool": bool, "str": str, "json": Any}


def make_class(known: Pass, module: str, base: type) -> type:
    """A class with upstream's constructor; `apply` runs the pass."""
    parameters = []
    for p in sorted(known.parameters, key=lambda p: not p.is_required):  # those that must be given come first
        default = inspect.Parameter.empty if p.is_required else p.default
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters.append(inspect.Parameter(p.name, kind, default=default, annotation=_KINDS[p.kind]))
    signature = inspect.Signature(parameters)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{known.name}: {error}") from None
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            setattr(self, name, list(value) if isinstance(value, list) else value)

    def apply(self: Any, model: Any) -> tuple[Any, bool]:
        return model.transform(self, make_deepcopy=False), False

    def __repr__(self: Any) -> str:
        return f"{known.name}({', '.join(f'{key}={value!r}' for key, value in vars(self).items())})"

    __init__.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD), *parameters]
    )
    doc = known.summary[:1].upper() + known.summary[1:] + "." + ("\n\n" + known.notes if known.notes else "")
    body = {"__init__": __init__, "apply": apply, "__repr__": __repr__, "__doc__": doc, "__module__": module}
    return type(known.name, (base,), body)


def make_modules(prefix: str, home: str, base: type) -> list[str]:
    """Puts the modules of all passes whose upstream module begins with `prefix` below the package `home`, and answers
    their names. Where a module is there as a file already, its own definitions stay."""
    made = []
    for known in passes():
        if not known.upstream or not (known.upstream + ".").startswith(prefix + "."):
            continue
        module = _need_module(home + known.upstream[len(prefix) :], home)
        if known.name not in vars(module):
            setattr(module, known.name, make_class(known, module.__name__, base))
        made.append(module.__name__)
    return sorted(set(made))


def _need_module(name: str, home: str) -> types.ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    parent, _, last = name.rpartition(".")
    above = sys.modules[parent] if parent == home else _need_module(parent, home)
    if not hasattr(above, "__path__"):
        above.__path__ = []
    module = types.ModuleType(name, f"What {name.partition('.')[2]} has, as passes of finnc.")
    module.__package__ = parent
    sys.modules[name] = module
    setattr(above, last, module)
    return module
