"""Processes in which durable_rules works: few, each used by one thread at a time, and given up when they fail."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from crossprov.engine import durable_worker

if TYPE_CHECKING:
    from collections.abc import Iterable

_OWN_CLOCK: Final = 4  # times the seconds that we wait
MAX_WORKERS: Final = 2  # one can keep up with what one interpreter decides
MAX_KIB: Final = 160_000  # of rules in one process; then another takes its place
START_SECONDS: Final = 30.0  # a machine may be busy
_MILLISECONDS: Final = 1_000


END: Final = ".\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rules that a process is told together, once."""

    name: int
    text: str
    kib: int  # about what a process needs for them


class WorkerError(Exception):
    """A process did not answer (``silent``), ended, or told of a fault; ``kind`` says which."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


class Worker:
    """One process; only one thread may use it at a time."""

    def __init__(self, folder: str, seconds: float) -> None:
        self.seconds, self.kib = seconds, 0
        self._told: set[int] = set()
        script = str(Path(durable_worker.__file__))
        # Its own clock is for when nobody waits any more, so it must not end the process before we stop waiting.
        own = str(_OWN_CLOCK * seconds)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, "-I", script, folder, own],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            )  # fmt: skip
        except OSError:
            raise WorkerError("not_started") from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        self._writable, self._readable = select.poll(), select.poll()
        self._writable.register(self._in, select.POLLOUT)
        self._readable.register(self._out, select.POLLIN)
        self._buffer = b""
        try:
            self._read(START_SECONDS)
        except BaseException:
            self.end()
            raise

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Return whether the process is still there; a system short of memory may have ended it."""
        return self._process.poll() is None

    def untold(self, chunks: Iterable[Chunk]) -> str:
        """Return the rules that this process has not been told, and take them for told."""
        found = [chunk for chunk in chunks if chunk.name not in self._told]
        self._told.update(chunk.name for chunk in found)
        self.kib += sum(chunk.kib for chunk in found)
        return "".join(chunk.text for chunk in found)

    def send(self, text: str) -> None:
        """Send lines; raise ``WorkerError`` if they are not taken in time."""
        data, until = text.encode(), monotonic() + self.seconds
        while data:
            try:
                data = data[os.write(self._in, data) :]
            except BlockingIOError:  # the pipe is full
                if not self._writable.poll(_left(until)):
                    raise WorkerError("silent") from None
            except OSError:
                raise WorkerError("ended") from None

    def answers(self) -> list[Any]:
        """Return the answers to what was sent; raise ``WorkerError`` if they do not come in time."""
        found: list[Any] = self._read(self.seconds)
        return found

    def _read(self, seconds: float) -> Any:
        until = monotonic() + seconds
        while b"\n" not in self._buffer:
            if not self._readable.poll(_left(until)):
                raise WorkerError("silent")
            more = os.read(self._out, 1 << 16)
            if not more:
                raise WorkerError("ended")
            self._buffer += more
        line, _, more = self._buffer.partition(b"\n")
        if more:  # whose answer would that be?
            raise WorkerError("says_too_much")
        self._buffer = b""
        try:
            said = json.loads(line)
        except ValueError:
            raise WorkerError("not_understood") from None
        if isinstance(said, dict):
            raise WorkerError(str(said["fault"]))
        return said

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self.forget()

    def forget(self) -> None:
        """Close what this process has of the other; after a fork it is that of the parent."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._process.returncode = self._process.returncode or 0


def _left(until: float) -> int:
    return max(0, int((until - monotonic()) * _MILLISECONDS))


class Places:
    """So many places; who waits longest is served first, which a semaphore does not promise."""

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._left = count
        self._waiting: deque[threading.Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Take a place; return False if none becomes free in time."""
        with self._lock:
            if self._left and not self._waiting:
                self._left -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it was handed over at the last moment

    def give(self) -> None:
        """Hand a place over to who waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._left += 1


class Pool:
    """At most so many processes; who wants one waits for it, but not for ever."""

    def __init__(self, folder: str, seconds: float, workers: int = MAX_WORKERS) -> None:
        self.folder, self.seconds, self.size = folder, seconds, workers
        self._clear()
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def _clear(self) -> None:
        self._free: deque[Worker] = deque()
        self._there: set[Worker] = set()  # also those that a thread uses now
        self._places = Places(self.size)

    def take(self) -> Worker:
        """Return a process that nobody else uses; ``give`` or ``drop`` it."""
        if not self._places.take(self.seconds):
            raise WorkerError("busy")
        try:
            while (worker := self._idle_one()) is not None:
                if worker.alive():
                    return worker
                self._end(worker)
            return self._new()
        except BaseException:
            self._places.give()
            raise

    def _new(self) -> Worker:
        worker = Worker(self.folder, self.seconds)
        self._there.add(worker)
        return worker

    def _idle_one(self) -> Worker | None:
        try:
            return self._free.pop()
        except IndexError:  # to look first whether there is one is not safe: another thread may take it
            return None

    def give(self, worker: Worker) -> None:
        """Take a process back, unless it has grown too large."""
        if worker.kib > MAX_KIB:
            self.drop(worker)
        else:
            self._free.append(worker)
            self._places.give()

    def drop(self, worker: Worker) -> None:
        """Give a process up."""
        self._end(worker)
        self._places.give()

    def _end(self, worker: Worker) -> None:
        self._there.discard(worker)
        worker.end()

    def idle(self) -> list[int]:
        """Return the numbers of the processes that nobody uses now."""
        return [worker.pid for worker in self._free]

    def close(self) -> None:
        """End the processes that nobody uses."""
        while (worker := self._idle_one()) is not None:
            self._end(worker)

    def _forget(self) -> None:
        """After a fork, keep no end of any pipe: a process ends when all who could write to it are gone."""
        for worker in self._there:
            worker.forget()
        self._clear()


class Talk:
    """Questions that are asked together: to send is dear, and the other process has to be woken."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._chunks: dict[int, Chunk] = {}
        self._questions: list[str] = []

    def ask(self, chunk: Chunk, question: str) -> None:
        """Add a question about a table of a chunk."""
        self._chunks[chunk.name] = chunk
        self._questions.append(question)

    def answers(self) -> list[Any]:
        """Ask, and return the answers; a process that fails is given up, and ``WorkerError`` raised."""
        if not self._questions:
            return []
        worker = self.pool.take()
        try:
            worker.send(worker.untold(self._chunks.values()) + "".join(self._questions) + END)
            found = worker.answers()
        except BaseException:
            self.pool.drop(worker)
            raise
        self.pool.give(worker)
        return found
