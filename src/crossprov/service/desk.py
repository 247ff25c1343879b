"""Where decisions are made: a few threads of their own, so that a long one keeps nobody from being heard."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from crossprov.service.problems import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov.service.limits import Limits

T = TypeVar("T")


class Desk:
    """Works in threads, within a time, and turns away who would have to wait behind too many.

    A thread cannot be stopped: work that takes too long is answered for in time and goes on until it is done.
    It keeps its thread until then, and counts among those who wait, so that such work cannot pile up.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._threads: ThreadPoolExecutor | None = None
        self._open = 0
        self._counting = threading.Lock()

    async def work(self, task: Callable[[], T]) -> T:
        """Return what a task returns; raise what it raises, or refuse to begin or to wait for it."""
        if self._open >= self.limits.threads + self.limits.waiting:
            raise RefusalError("busy", "busy")
        with self._counting:
            self._open += 1
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self.limits.threads, "crossprov-decides")
        begun = self._threads.submit(task)
        begun.add_done_callback(self._done)
        running = asyncio.wrap_future(begun)
        finished, _ = await asyncio.wait({running}, timeout=self.limits.deciding)
        if not finished:
            running.cancel()  # takes it from the queue, if it has not begun
            raise RefusalError("too_slow", "too_slow", limit=str(self.limits.deciding))
        return running.result()

    def _done(self, _: object) -> None:
        with self._counting:
            self._open -= 1

    def close(self) -> None:
        """Let go of the threads; what waits for one is not begun."""
        with self._counting:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)
