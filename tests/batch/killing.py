"""Work for tests of workers, in a module that a spawned process can import."""

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Killing:
    """Doubles numbers; some kill the worker."""

    deadly: frozenset

    def __call__(self, rulebook, piece):
        for member in piece:
            if member in self.deadly:
                os._exit(9)
        return [2 * member for member in piece]

    def lost(self, member):
        return -member


@dataclass(frozen=True)
class Broken:
    """Meets an error that nobody foresaw, with personal data in its message."""

    def __call__(self, rulebook, piece):
        raise ZeroDivisionError("Zhang San")

    def lost(self, member):
        raise AssertionError


@dataclass(frozen=True)
class Sleeping:
    """Tells the worker's number in a file and sleeps."""

    told: str

    def __call__(self, rulebook, piece):
        Path(self.told).write_text(str(os.getpid()), "ascii")
        time.sleep(60)
        return list(piece)

    def lost(self, member):
        return member
