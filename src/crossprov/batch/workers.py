"""Many pieces of work over worker processes: in order, none lost, whoever dies.

Processes are spawned, never forked: libraries with threads of their own (Polars, Arrow) do not survive a fork. What
goes to a worker is data; a worker loads the rulebook itself, once, and must find the same rules.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from crossprov._errors import CrossprovError, InternalFaultError, Problem, internal_fault
from crossprov.rulebook.elsewhere import RulebookSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crossprov.rulebook.book import Rulebook

In = TypeVar("In")
Out = TypeVar("Out")
_In_contra = TypeVar("_In_contra", contravariant=True)

_AHEAD: Final = 3  # pieces under way for each worker: enough to keep it busy, few enough to stay small


class Work(Protocol[_In_contra, Out]):
    """What is done with a piece. It goes to the workers, so it is a function of a module or a dataclass of one."""

    def __call__(self, rulebook: Rulebook, piece: Sequence[_In_contra]) -> list[Out]:
        """Return an answer for each member of the piece, in order; raise only what ends the whole run."""
        ...

    def lost(self, member: _In_contra) -> Out:
        """Return the answer for a member at which a worker died, every time it was tried."""
        ...


def usual_workers() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def spread(
    work: Work[In, Out], pieces: Iterable[Sequence[In]], rulebook: Rulebook, workers: int
) -> Iterator[list[Out]]:
    """Yield what ``work`` answers to each piece, in order, over so many processes; with one, in this one.

    A worker that dies is replaced, and the pieces it may have died of are tried again alone, halved until the
    members that kill it stand alone; ``work.lost`` answers for these. Raises ``InternalFaultError`` if workers
    cannot even start.
    """
    if workers > 1:
        yield from Spread(work, RulebookSource.of(rulebook), workers).over(pieces)
    else:
        for piece in pieces:
            yield _guarded(work, rulebook, piece)


def _guarded(work: Work[In, Out], rulebook: Rulebook, piece: Sequence[In]) -> list[Out]:
    """Answer a piece; of an error that nobody foresaw only its kind and place go on, since it may show a case."""
    try:
        return work(rulebook, piece)
    except CrossprovError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is
        raise internal_fault(error) from None


def pieces_of(members: Iterable[In], size: int) -> Iterator[list[In]]:
    """Yield the members in lists of ``size``; the last may be shorter."""
    here = iter(members)
    while piece := list(islice(here, size)):
        yield piece


class Spread(Generic[In, Out]):
    """One run over worker processes."""

    def __init__(self, work: Work[In, Out], source: RulebookSource, workers: int) -> None:
        self.work, self.source, self.workers = work, source, workers
        self.pool = self._pool(workers)

    def over(self, pieces: Iterable[Sequence[In]]) -> Iterator[list[Out]]:
        """Yield the answers to the pieces, in order; only a few pieces are taken in advance."""
        waiting: deque[tuple[Sequence[In], Future[list[Out]]]] = deque()
        try:
            for piece in pieces:
                waiting.append((piece, self._submit(piece)))
                if len(waiting) >= self.workers * _AHEAD:
                    yield self._next(waiting)
            while waiting:
                yield self._next(waiting)
        finally:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, piece: Sequence[In]) -> Future[list[Out]]:
        try:
            return self.pool.submit(_work, self.work, piece)
        except BrokenProcessPool as error:  # found out below, when its turn comes
            broken: Future[list[Out]] = Future()
            broken.set_exception(error)
            return broken

    def _next(self, waiting: deque[tuple[Sequence[In], Future[list[Out]]]]) -> list[Out]:
        piece, future = waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            answers = self._alone(piece)
            self._begin_again(waiting)
            return answers

    def _begin_again(self, waiting: deque[tuple[Sequence[In], Future[list[Out]]]]) -> None:
        """Replace the broken pool and hand it what had not been answered."""
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.pool = self._pool(self.workers)
        again = [(piece, future if _answered(future) else self._submit(piece)) for piece, future in waiting]
        waiting.clear()
        waiting.extend(again)

    def _alone(self, piece: Sequence[In]) -> list[Out]:
        """Answer a piece in a worker of its own; halve it until what kills a worker stands alone."""
        try:
            with self._pool(1) as pool:
                self._see_it_start(pool)
                return pool.submit(_work, self.work, piece).result()
        except BrokenProcessPool:
            if len(piece) == 1:
                return [self.work.lost(piece[0])]
            middle = len(piece) // 2
            return [*self._alone(piece[:middle]), *self._alone(piece[middle:])]

    @staticmethod
    def _see_it_start(pool: ProcessPoolExecutor) -> None:
        """Tell a worker that cannot start from one that dies of its work: nothing is lost for the wrong reason."""
        try:
            pool.submit(os.getpid).result()
        except BrokenProcessPool:
            raise InternalFaultError([Problem("workers_do_not_start")]) from None

    def _pool(self, workers: int) -> ProcessPoolExecutor:
        spawned = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, spawned, initializer=_start, initargs=(self.source,))


def _answered(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenProcessPool)


# --- in a worker ------------------------------------------------------------------------------------

_loaded: dict[str, Rulebook | Exception] = {}


def _start(source: RulebookSource) -> None:
    """Begin a worker. An error of the rules is kept for the first piece, where it reaches the caller as it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller is interrupted, and ends its workers
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    try:
        _loaded["rulebook"] = source.load()
    except Exception as error:  # noqa: BLE001 - raised again where it can be told
        _loaded["rulebook"] = error


def _end_with_the_caller() -> None:
    """End when the caller has ended, however that was: nobody else would."""
    caller = multiprocessing.parent_process()
    assert caller is not None
    wait([caller.sentinel])
    os._exit(1)


def _work(work: Work[In, Out], piece: Sequence[In]) -> list[Out]:
    rulebook = _loaded["rulebook"]
    if isinstance(rulebook, Exception):
        raise rulebook
    return _guarded(work, rulebook, piece)
