"""What a rulebook remembers of where cases were led, over all its items and days, and when it forgets.

It is counted in notes: a stop on a way is one, an answer that stands there one, an upshot ``UPSHOT``; each is some 300
bytes. What is remembered of an item on a day is forgotten as a whole, since its parts hold each other.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crossprov.assembly.stretches import Prepared, Stop
    from crossprov.assembly.upshot import Upshot

MAX_NOTES: Final = 200_000  # of a rulebook: some 60 MB. The worked examples of all items take 51,000
MAX_OF_ONE: Final = (
    50_000  # of an item on a day: one whose cases are never alike must not drive out the others
)
UPSHOT: Final = 10  # notes
_MEMORIES: Final[weakref.WeakSet[Memory]] = weakref.WeakSet()


class Remembered:
    """What is remembered of an item on a day.

    ``first`` are the stops at which its stretches begin, ``upshots`` what followed, by where the stretches ended;
    ``notes`` is how much that is, ``used`` when a case was last led by it. A case is led by the same one from
    beginning to end, so what is forgotten meanwhile stays in no other.
    """

    __slots__ = ("__weakref__", "first", "notes", "of", "upshots", "used")

    def __init__(self, of: Prepared) -> None:
        self.of = of
        self.first: list[Stop | None] = [None] * len(of.stretches)
        self.upshots: dict[tuple[Stop, ...], Upshot] = {}
        self.notes = self.used = 0

    def add(self, notes: int) -> None:
        """Say that it has become more."""
        self.of.memory.add(self, notes)


class Memory:
    """Counts what is remembered; beyond ``MAX_NOTES``, what has not been used for longest is forgotten.

    ``now`` counts what was added. A case that is led the way of others only writes it down as ``used``.
    """

    def __init__(self) -> None:
        self.now = self.notes = 0
        self._all: set[Remembered] = set()
        self.unlock()
        _MEMORIES.add(self)

    def unlock(self) -> None:
        """Begin with a lock that nobody holds."""
        self._lock = threading.Lock()

    def add(self, remembered: Remembered, notes: int) -> None:
        """Count what was added to what is remembered of an item on a day."""
        with self._lock:
            if remembered.of.remembered is not remembered:
                return  # forgotten meanwhile; it goes with the case that is led by it
            self._all.add(remembered)
            remembered.used = self.now
            self.now += 1
            remembered.notes += notes
            self.notes += notes
            if remembered.notes > MAX_OF_ONE:
                self._forget(remembered)
            while self.notes > MAX_NOTES:
                self._forget(min(self._all, key=lambda one: one.used))

    def _forget(self, remembered: Remembered) -> None:
        self._all.remove(remembered)
        self.notes -= remembered.notes
        remembered.of.forget()


def _after_a_fork() -> None:
    """A lock that another thread held at the fork would be held for ever."""
    for memory in _MEMORIES:
        memory.unlock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_a_fork)
