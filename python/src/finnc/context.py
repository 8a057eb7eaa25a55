"""The context: memory, words for failures, log, progress and cancellation. Everything else is made within one."""

from __future__ import annotations

import collections
import ctypes
import logging
import threading
import weakref
from typing import Any, Callable, Iterator

from . import _abi, _worker
from ._library import lib
from .errors import BY_STATUS, Cancelled, Error, NoMemory

log = logging.getLogger("finnc")

ProgressCallback = Callable[[str, int, int], None]

_LOG = dict(_abi.finnc_ctx_options._fields_)["log"]
_PROGRESS = dict(_abi.finnc_ctx_options._fields_)["progress"]


class Core:
    """The C context itself, and what keeps it alive: it ends after the last thing that was made with it, in whatever
    order Python forgets them, and by a thread that holds the lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.pointer: Any = None
        self.alive = 0
        self.bin: collections.deque[tuple[Callable[[Any], None] | None, Any]] = collections.deque()
        self.lenders: list[Context] = []
        self.raised: BaseException | None = None
        self.callbacks: tuple[Any, ...] = ()

    def own(self, thing: Any, destroy: Callable[[Any], None] | None, pointer: Any) -> weakref.finalize:
        """`destroy(pointer)` once `thing` is forgotten, or what this answers is called."""
        with self.lock:
            self.alive += 1
        finalizer = weakref.finalize(thing, self.drop, destroy, pointer)
        finalizer.atexit = False  # the process ends: so does all of it, in any order
        return finalizer

    def borrow(self, context: Context) -> None:
        """What is made here may have tensors of another context, which has to live as long."""
        if context._core is not self and context not in self.lenders:
            self.lenders.append(context)

    def drop(self, destroy: Callable[[Any], None] | None, pointer: Any) -> None:
        """Ends a thing, now or when the context is free."""
        self.bin.append((destroy, pointer))
        self.sweep()

    def sweep(self) -> None:
        while self.bin and self.lock.acquire(blocking=False):
            try:
                while self.bin:
                    destroy, pointer = self.bin.popleft()
                    if destroy:
                        destroy(pointer)
                    self.alive -= 1
                if self.alive == 0:
                    lib.finnc_ctx_destroy(self.pointer)
                    self.pointer = None
                    self.lenders.clear()
            finally:
                self.lock.release()

    # ---- calls ----

    def check(self, status: int) -> None:
        """Raises what a status says, or what a callback raised meanwhile."""
        if self.raised is not None:
            raised, self.raised = self.raised, None
            lib.finnc_ctx_resume(self.pointer)
            lib.finnc_ctx_clear(self.pointer)
            raise raised
        if status != _abi.FINNC_OK:
            message = lib.finnc_ctx_message(self.pointer).decode("utf-8", "replace")
            lib.finnc_ctx_clear(self.pointer)
            raise BY_STATUS.get(status, Error)(message)

    def call(self, function: Any, *arguments: Any) -> None:
        """function(cx, ...), which returns a status."""
        with self.lock:
            if self.pointer is None:
                raise ReferenceError("the context has ended")
            self.check(function(self.pointer, *arguments))
        if self.bin:
            self.sweep()

    def plain(self, function: Any, *arguments: Any) -> None:
        """The same of a function that takes no context, because its first argument has one."""
        with self.lock:
            self.check(function(*arguments))
        if self.bin:
            self.sweep()

    def work(self, function: Any, *arguments: Any) -> None:
        """As `call`, for what may take long: Ctrl-C ends it."""
        _worker.call(self.call, self.cancel, self.resume, function, *arguments)

    def work_plain(self, function: Any, *arguments: Any) -> None:
        """As `plain`, likewise."""
        _worker.call(self.plain, self.cancel, self.resume, function, *arguments)

    def cancel(self) -> None:
        lib.finnc_ctx_cancel(self.pointer)

    def resume(self) -> None:
        lib.finnc_ctx_resume(self.pointer)

    # ---- callbacks ----

    def failed_in_callback(self, error: BaseException) -> int:
        """Keeps what a callback raised, and ends the call around it."""
        if self.raised is None:
            self.raised = error
        lib.finnc_ctx_cancel(self.pointer)
        return lib.finnc_fail(self.pointer, _abi.FINNC_CANCELLED, b"%s", b"a callback raised an exception")

    def callback(self, kind: Any, function: Callable[..., Any]) -> Any:
        """A C function pointer of `kind`; what it returns stands for FINNC_OK if it is None."""
        this = weakref.proxy(self)

        def guarded(*arguments: Any) -> int:
            try:
                answer = function(*arguments)
                return 0 if answer is None else answer
            except BaseException as error:
                return this.failed_in_callback(error)

        def silent(*arguments: Any) -> None:
            guarded(*arguments)

        return kind(silent if kind._restype_ is None else guarded)


def _log_line(_user: Any, severity: int, line: bytes) -> None:
    level = logging.WARNING if severity == _abi.FINNC_WARNING else logging.INFO
    log.log(level, "%s", line.decode("utf-8", "replace"))


class Context:
    """Settings under which models are made: threads, a cap on memory, progress.

    Every model has one, made by itself unless it is given. A context does one thing at a time: calls of other threads
    wait. Sessions have contexts of their own, so they run side by side.

    Notes and warnings go to the logger "finnc". With ``progress``, long work calls ``progress(what, done, total)``
    now and then (``total`` 0: nobody knows); what it raises ends the work and is raised there.
    """

    def __init__(self, *, threads: int = 0, max_memory: int = 0, progress: ProgressCallback | None = None) -> None:
        self.threads_wanted, self.max_memory, self.progress = threads, max_memory, progress
        core = self._core = Core()
        options = _abi.finnc_ctx_options(threads=threads, max_memory=max_memory)
        options.log = _LOG(_log_line)
        if progress:
            options.progress = core.callback(
                _PROGRESS, lambda _user, what, done, total: progress(what.decode(), done, total)
            )
        core.callbacks = (options,)
        core.pointer = lib.finnc_ctx_create(ctypes.byref(options))
        if not core.pointer:
            raise NoMemory("no memory for a context")
        core.own(self, None, None)

    def like(self) -> Context:
        """A new one with the same settings."""
        return Context(threads=self.threads_wanted, max_memory=self.max_memory, progress=self.progress)

    def cancel(self) -> None:
        """Makes the running call, and each later one until ``resume``, raise Cancelled. From any thread."""
        self._core.cancel()

    def resume(self) -> None:
        """Takes ``cancel`` back."""
        self._core.resume()

    @property
    def live_bytes(self) -> int:
        """Bytes that are in use."""
        return lib.finnc_ctx_live_bytes(self._core.pointer)

    @property
    def peak_bytes(self) -> int:
        """The most bytes that were in use at once."""
        return lib.finnc_ctx_peak_bytes(self._core.pointer)

    @property
    def threads(self) -> int:
        """Threads that kernels may use."""
        return lib.finnc_ctx_threads(self._core.pointer)


def texts(array: Any) -> Iterator[str]:
    """The strings of a list that ends with NULL."""
    i = 0
    while array[i]:
        yield array[i].decode()
        i += 1


def collect(core: Core, function: Any, *arguments: Any) -> str:
    """The text that function(cx, ..., write, user) writes."""
    parts: list[bytes] = []
    write = core.callback(_abi.finnc_write_fn, lambda _u, _cx, text, n: parts.append(ctypes.string_at(text, n)))
    core.call(function, *arguments, write, None)
    return b"".join(parts).decode("utf-8", "surrogateescape")


def collect_bytes(core: Core, function: Any, *arguments: Any) -> bytes:
    """The same, of something that is no text."""
    return collect(core, function, *arguments).encode("utf-8", "surrogateescape")


__all__ = ["Cancelled", "Context", "ProgressCallback"]
