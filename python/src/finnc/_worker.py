"""Long calls of the main thread are made by another one, so that Ctrl-C ends them.

Python runs signal handlers in the main thread and between its own instructions: while the thread is inside a long C
call, nobody hears the signal. So the main thread waits, which can be interrupted, and one other thread works: always
the same one, because OpenMP gives each caller a team of threads of its own.
"""

from __future__ import annotations

import os
import queue
import threading
from typing import Any, Callable


class _Job:
    __slots__ = ("function", "arguments", "result", "error", "done")

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.function, self.arguments = function, arguments
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def work(self) -> None:
        try:
            self.result = self.function(*self.arguments)
        except BaseException as error:  # handed to whoever waits
            self.error = error
        finally:
            self.done.release()


class _Worker:
    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="finnc", daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self.jobs.get()
            job.work()
            del job  # and with it its arguments and result, which others may wait to see gone


_worker: _Worker | None = None


def _forget() -> None:
    """Threads do not survive a fork."""
    global _worker
    _worker = None


os.register_at_fork(after_in_child=_forget)


def call(function: Callable[..., Any], cancel: Callable[[], None], resume: Callable[[], None], *arguments: Any) -> Any:
    """`function(*arguments)`. An exception that comes while the main thread waits, KeyboardInterrupt above all, calls
    `cancel`, waits for the end, calls `resume`, and is raised."""
    global _worker
    if threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    if _worker is None:
        _worker = _Worker()
    job = _Job(function, arguments)
    _worker.jobs.put(job)
    try:
        job.done.acquire()
    except BaseException:
        cancel()
        while True:  # the model is in use until then, however often somebody presses Ctrl-C
            try:
                job.done.acquire()
                break
            except BaseException:
                continue
        resume()
        raise
    if job.error:
        raise job.error
    return job.result
