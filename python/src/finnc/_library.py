"""Finds the shared library and gives its functions their types."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import pathlib
from typing import Any

from . import _abi
from ._version import __version__

_HERE = pathlib.Path(__file__).resolve().parent
SONAME = "libfinnc.so.0"


def _candidates() -> list[str]:
    """Where it may be, best first: what the user says, the wheel's own, the source tree's, the system's."""
    if "FINNC_LIBRARY" in os.environ:
        return [os.environ["FINNC_LIBRARY"]]
    places = [str(path) for path in sorted((_HERE / "_lib").glob("libfinnc*.so*"))]
    for tree in list(_HERE.parents)[2:3]:  # as python/src/finnc lies in it
        if (tree / "include" / "finnc" / "finnc.h").is_file():
            places += [str(path) for path in [tree / "build" / "release" / SONAME] if path.is_file()]
    return [*places, SONAME]


def _load() -> ctypes.CDLL:
    said = []
    for place in _candidates():
        try:
            return ctypes.CDLL(place)
        except OSError as error:
            said.append(f"{place}: {error}")
    raise ImportError("finnc's shared library is not here (FINNC_LIBRARY says where it is):\n  " + "\n  ".join(said))


def _type_functions(library: ctypes.CDLL) -> None:
    for name, (result, parameters) in _abi.FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(
                f"{library._name} has no {name}: it is another version than this package, {__version__}"
            ) from None
        function.restype = result
        function.argtypes = parameters


lib: Any = _load()
_type_functions(lib)
if lib.finnc_version().decode() != __version__:
    raise ImportError(f"{lib._name} is finnc {lib.finnc_version().decode()}, this package is {__version__}")
