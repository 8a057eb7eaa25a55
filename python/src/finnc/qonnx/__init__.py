"""Stands in for the package qonnx: the import changes, the script stays.

    from finnc.qonnx.core.modelwrapper import ModelWrapper
    from finnc.qonnx.core.onnx_exec import execute_onnx

Or nothing changes at all: ``finnc.qonnx.install()`` puts the modules where ``import qonnx`` finds them, and
``python -m finnc.qonnx script.py`` runs a script so. Needs the package onnx.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import pkgutil
import sys
from typing import Any

_REAL = ("qonnx", "finn")


class _Absent(importlib.abc.MetaPathFinder):
    """Says what is not there in words."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        package = name.partition(".")[0]
        stand_in = sys.modules.get(package)
        if package in _REAL and package != name and stand_in is sys.modules.get(f"finnc.{package}"):
            raise ModuleNotFoundError(f"finnc's stand-in for {package} has no module {name}", name=name)
        return None


def _import_all(package: Any) -> None:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def install(*, finn: bool | None = None) -> None:
    """From here on ``import qonnx`` gives this package; modules of qonnx that were imported before stay with whoever has
    them. ``finn``: the same for FINN's transformations; by default where FINN is not installed."""
    if finn is None:
        finn = importlib.util.find_spec("finn") is None
    for package in _REAL if finn else _REAL[:1]:
        for name in [n for n in sys.modules if n == package or n.startswith(package + ".")]:
            del sys.modules[name]
        home = f"finnc.{package}"
        _import_all(importlib.import_module(home))
        for name, module in list(sys.modules.items()):
            if name == home or name.startswith(home + "."):
                sys.modules[name[len("finnc.") :]] = module
    if not any(isinstance(finder, _Absent) for finder in sys.meta_path):
        sys.meta_path.append(_Absent())


def is_installed() -> bool:
    """Is ``import qonnx`` this package?"""
    return sys.modules.get("qonnx") is sys.modules[__name__]
