"""The context: memory, words for failures, log, progress and cancellation. Everything else is made within one."""

from __future__ import annotations

import collections
import ctypes
import logging
import math
import operator
import threading
import weakref
from typing import Any, Callable, Iterator, Mapping

from . import _abi, _worker
from ._library import lib
from .errors import BY_STATUS, BadValue, Cancelled, Error, NoMemory

log = logging.getLogger("finnc")

ProgressCallback = Callable[[str, int, int], None]

_LOG = dict(_abi.finnc_ctx_options._fields_)["log"]
_PROGRESS = dict(_abi.finnc_ctx_options._fields_)["progress"]
_NO_LIMIT = 2**64 - 1
MOST_INT = 2**31 - 1
MOST_SIZE = 2**63 - 1  # of what is counted: of a size_t half, so that sums have room


class Core:
    """The C context itself, and what keeps it alive: it ends after the last thing that was made with it, in whatever
    order Python forgets them, and by a thread that holds the lock. `with core:` holds it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.depth = 0  # calls that are under way, one inside a callback of the other
        self.pointer: Any = None
        self.alive = 0
        self.is_held = 0  # 1: the Context is one of those alive
        self.bin: collections.deque[tuple[Callable[[Any], None] | None, Any]] = collections.deque()
        self.lenders: dict[Context, None] = {}
        self.timeout = 0.0
        self.is_timed = False
        self.raised: BaseException | None = None
        self.callbacks: tuple[Any, ...] = ()

    def own(self, thing: Any, destroy: Callable[[Any], None] | None, pointer: Any) -> weakref.finalize:
        """`destroy(pointer)` once `thing` is forgotten, or what this answers is called."""
        with self.lock:
            self.alive += 1
        finalizer = weakref.finalize(thing, self.drop, destroy, pointer)
        finalizer.atexit = False  # the process ends: so does all of it, in any order
        return finalizer

    def hold(self, context: Context) -> None:
        """Lives at least as long as its Context."""
        self.is_held = 1
        self.own(context, None, None)

    def borrow(self, context: Context) -> None:
        """What was made here may have tensors of another context, which has to live as long, and of those that it has
        borrowed of in turn. Of which nothing is left, that may end."""
        with context._core.lock:
            further = [context, *context._core.lenders]
        with self.lock:
            self.lenders.update((lender, None) for lender in further if lender._core is not self)
            for lender in [lender for lender in self.lenders if not lender.live_bytes]:
                del self.lenders[lender]

    def drop(self, destroy: Callable[[Any], None] | None, pointer: Any) -> None:
        """Ends a thing, now or when the context is free."""
        self.bin.append((destroy, pointer))
        self.sweep()

    def sweep(self) -> None:
        """Ends what waits for it. While a call is under way that is tensors alone, whose users count themselves: a callback
        may close the session that calls it."""
        while self.bin and self.lock.acquire(blocking=False):
            try:
                later = []
                while self.bin:
                    destroy, pointer = self.bin.popleft()
                    if self.depth and destroy is not lib.finnc_tensor_release:
                        later.append((destroy, pointer))
                        continue
                    if destroy:
                        destroy(pointer)
                    else:
                        self.is_held = 0
                    self.alive -= 1
                self.bin.extend(later)
                if self.alive == 0:
                    lib.finnc_ctx_destroy(self.pointer)
                    self.pointer = None
                if self.alive == self.is_held:
                    self.lenders.clear()
            finally:
                self.lock.release()
            if later:
                return

    # ---- calls ----

    def __enter__(self) -> Core:
        self.lock.acquire()
        self.depth += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.depth -= 1
        self.lock.release()
        if self.bin:
            self.sweep()

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

    def timed(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """`function(*arguments)`, which has `timeout` seconds; what it calls in turn shares them. Needs the lock."""
        if not self.timeout or self.is_timed:
            return function(*arguments)
        self.is_timed = True
        lib.finnc_ctx_set_timeout(self.pointer, self.timeout)
        try:
            return function(*arguments)
        finally:
            self.is_timed = False
            lib.finnc_ctx_set_timeout(self.pointer, 0)

    def call(self, function: Any, *arguments: Any) -> None:
        """function(cx, ...), which returns a status."""
        with self:
            if self.pointer is None:
                raise ReferenceError("the context has ended")
            self.check(self.timed(function, self.pointer, *arguments))

    def plain(self, function: Any, *arguments: Any) -> None:
        """The same of a function that takes no context, because its first argument has one."""
        with self:
            self.check(self.timed(function, *arguments))

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
        """A C function pointer of `kind`. What `function` returns does not matter: a user's own may return anything."""
        this = weakref.proxy(self)

        def guarded(*arguments: Any) -> int:
            try:
                function(*arguments)
                return _abi.FINNC_OK
            except BaseException as error:
                return this.failed_in_callback(error)

        def silent(*arguments: Any) -> None:
            guarded(*arguments)

        return kind(silent if kind._restype_ is None else guarded)


def _log_line(_user: Any, severity: int, line: bytes) -> None:
    level = logging.WARNING if severity == _abi.FINNC_WARNING else logging.INFO
    log.log(level, "%s", line.decode("utf-8", "replace"))


def whole(what: str, number: Any, most: int, least: int = 0) -> int:
    """A number that C has room for; ctypes would cut it down without a word."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    number = operator.index(number)
    if not least <= number <= most:
        raise BadValue(f"{what}: {number} is not from {least} to {most}")
    return number


def seed_of(seed: Any) -> int:
    """What random numbers begin with."""
    return whole("seed", seed, 2**64 - 1)


def _limit_names() -> list[str]:
    names: list[str] = []
    while info := lib.finnc_limit_at(len(names)):
        names.append(info.contents.name.decode())
    return names


def _limits(given: Mapping[str, float | None]) -> Any:
    """A finnc_limits."""
    made = _abi.finnc_limits()
    for name, number in given.items():
        is_none = number is None or number == math.inf
        value = _NO_LIMIT if is_none else whole(f"the limit {name}", number, _NO_LIMIT)
        if not lib.finnc_limits_set(ctypes.byref(made), name.replace("_", "-").encode(), value):
            raise BadValue(f"a limit is one of {', '.join(_limit_names())}, not {name!r}")
    return made


def _seconds(timeout: float | None) -> float:
    seconds = 0.0 if timeout is None else float(timeout)
    if not seconds >= 0:  # NaN is neither
        raise BadValue(f"a timeout is a number of seconds, not {timeout}")
    return seconds


class Context:
    """Settings under which models are made: threads, a cap on memory, limits, time, progress.

    Every model has one, made by itself unless it is given. A context does one thing at a time: calls of other threads
    wait. Sessions have contexts of their own, with the same settings, so they run side by side.

    ``threads`` 0: one per core. ``max_memory``: bytes that may be in use at once; 0: no cap. ``limits``: how much of a
    kind is taken from a model (docs/limits.md), as {"tensor-bytes": 2**30}, or tensor_bytes; 0: the default, None: no
    limit. ``timeout``: seconds that each call may take, a run or a transformation, before it raises Cancelled; None
    or 0: as long as it takes.

    Notes and warnings go to the logger "finnc". With ``progress``, long work calls ``progress(what, done, total)``
    now and then (``total`` 0: nobody knows); what it raises ends the work and is raised there.
    """

    def __init__(
        self,
        *,
        threads: int = 0,
        max_memory: int = 0,
        limits: Mapping[str, float | None] | None = None,
        timeout: float | None = None,
        progress: ProgressCallback | None = None,
    ) -> None:
        self._settings: dict[str, Any] = {
            "threads": threads,
            "max_memory": max_memory,
            "limits": dict(limits or {}),
            "timeout": timeout,
            "progress": progress,
        }
        self.max_memory, self.progress = max_memory, progress
        core = self._core = Core()
        core.timeout = _seconds(timeout)
        options = _abi.finnc_ctx_options(
            threads=whole("threads", threads, MOST_INT),
            max_memory=whole("max_memory", max_memory, _NO_LIMIT),
            limits=_limits(limits or {}),
        )
        options.log = _LOG(_log_line)
        if progress:
            options.progress = core.callback(
                _PROGRESS, lambda _user, what, done, total: progress(what.decode(), done, total)
            )
        core.callbacks = (options,)
        core.pointer = lib.finnc_ctx_create(ctypes.byref(options))
        if not core.pointer:
            raise NoMemory("no memory for a context")
        core.hold(self)

    def like(self, **changes: Any) -> Context:
        """A new one with the same settings, but for those that are said."""
        return Context(**{**self._settings, **changes})

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

    @property
    def limits(self) -> dict[str, int | None]:
        """What holds of each limit, by name; None: there is no limit."""
        values = [lib.finnc_ctx_limit(self._core.pointer, i) for i in range(len(_limit_names()))]
        return {name: None if value == _NO_LIMIT else value for name, value in zip(_limit_names(), values)}

    @property
    def timeout(self) -> float | None:
        """Seconds that each call may take; None: as long as it takes."""
        return self._core.timeout or None


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
