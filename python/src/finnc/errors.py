"""What goes wrong, as exceptions: one class per status of the library, with the words that the program prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _abi

if TYPE_CHECKING:
    from .transform import TransformReport


class Error(Exception):
    """A call failed. The words name the place: "net.onnx: Concat_7 (Concat): axis 4 is outside ..."."""

    status = 0
    report: TransformReport | None = None  #: of a pipeline that failed: how far it came


class BadValue(Error, ValueError):
    """An argument, attribute, shape or parameter is wrong."""

    status = _abi.FINNC_BAD_VALUE


class BadFile(Error, OSError):
    """A file is not what it should be, or cannot be read or written."""

    status = _abi.FINNC_BAD_FILE


class Unsupported(Error, NotImplementedError):
    """Well formed, but nobody here can do it: an op without a kernel, a newer element type."""

    status = _abi.FINNC_UNSUPPORTED


class NotFound(Error, LookupError):
    """No such pass, tensor, node or file. The words have the nearest name."""

    status = _abi.FINNC_NOT_FOUND


class NoMemory(Error, MemoryError):
    """The allocator or the context's cap said no."""

    status = _abi.FINNC_NO_MEMORY


class Cancelled(Error):
    """Context.cancel was called."""

    status = _abi.FINNC_CANCELLED


BY_STATUS: dict[int, type[Error]] = {
    kind.status: kind for kind in (BadValue, BadFile, Unsupported, NotFound, NoMemory, Cancelled)
}
