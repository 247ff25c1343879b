"""Feed what reads other people's input with changed copies of good input, and say what it cannot bear.

    python benchmarks/fuzz/run.py                          every target for a minute
    python benchmarks/fuzz/run.py --seconds 600 yaml case  two of them, longer
    python benchmarks/fuzz/run.py --quick                  a second each: does it still run?
    python benchmarks/fuzz/run.py --atheris --seconds 600 yaml    guided by coverage (pip install atheris)

A find is an exception that is no refusal of ours, more than the target's seconds of computing (one; ten for whole
rulebooks), or 200 MiB more memory. Finds are written into build/fuzz-finds/TARGET-HASH; each becomes a test. The seed
(``--seed``) makes a run repeatable, as long as the machine is as fast.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import random
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from targets import ROOT, TARGETS, Target, refused

if TYPE_CHECKING:
    from types import FrameType

FINDS: Final = ROOT / "build" / "fuzz-finds"
MOST_BYTES: Final = 400_000
MOST_REPEATS: Final = 3_000
KIB_ALLOWED: Final = 200 * 1024
SAME: Final = 3  # how often a find is written down


class TooSlow(BaseException):
    """A target took too long."""


def _too_slow(_: int, __: FrameType | None) -> None:
    raise TooSlow


class Changer:
    """Makes new inputs out of good ones."""

    def __init__(self, target: Target, chance: random.Random) -> None:
        self.chance, self.words = chance, target.words
        self.pool = target.seeds()

    def one(self) -> bytes:
        raw = self.chance.choice(self.pool)
        for _ in range(self.chance.choice((1, 1, 2, 3, 8))):
            raw = self.chance.choice((
                self.cut, self.insert, self.insert, self.replace, self.double, self.splice, self.nest, self.flip,
            ))(raw)[:MOST_BYTES]  # fmt: skip
        return raw

    def span(self, raw: bytes) -> tuple[int, int]:
        start = self.chance.randint(0, len(raw))
        return start, min(len(raw), start + self.chance.choice((0, 1, 4, 20, 200)))

    def word(self) -> bytes:
        return self.chance.choice(self.words) if self.words else bytes([self.chance.randrange(256)])

    def cut(self, raw: bytes) -> bytes:
        start, end = self.span(raw)
        return raw[:start] + raw[end:]

    def insert(self, raw: bytes) -> bytes:
        start, _ = self.span(raw)
        return raw[:start] + self.word() + raw[start:]

    def replace(self, raw: bytes) -> bytes:
        start, end = self.span(raw)
        return raw[:start] + self.word() + raw[end:]

    def double(self, raw: bytes) -> bytes:
        start, end = self.span(raw)
        times = self.chance.choice((2, 3, 50, MOST_REPEATS))
        return raw[:start] + raw[start:end] * times + raw[end:]

    def splice(self, raw: bytes) -> bytes:
        other = self.chance.choice(self.pool)
        start, end = self.span(other)
        at, _ = self.span(raw)
        return raw[:at] + other[start : end + 100] + raw[at:]

    def nest(self, raw: bytes) -> bytes:
        start, end = self.span(raw)
        before = b"".join(self.word() for _ in range(self.chance.randint(1, 3)))
        after = b"".join(self.word() for _ in range(self.chance.randint(0, 3)))
        times = self.chance.choice((2, 12, 30, 100, MOST_REPEATS))
        return raw[:start] + before * times + raw[start:end] + after * times + raw[end:]

    def flip(self, raw: bytes) -> bytes:
        if not raw:
            return raw
        at = self.chance.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ (1 << self.chance.randrange(8))]) + raw[at + 1 :]


class Watch:
    """Runs a target on one input at a time, and keeps what it cannot bear."""

    def __init__(self, target: Target) -> None:
        self.target, self.run = target, refused(target.run)
        self.found: dict[str, int] = {}
        self.runs = 0

    def __call__(self, raw: bytes) -> None:
        self.runs += 1
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # The time that this process computes, not what others on the machine take.
        signal.setitimer(signal.ITIMER_VIRTUAL, self.target.seconds)
        try:
            self.run(raw)
        except TooSlow:
            self.keep(raw, f"over {self.target.seconds} s\n{traceback.format_exc(limit=-4)}", _place())
        except MemoryError:
            self.keep(raw, "MemoryError", "memory")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self.keep(raw, traceback.format_exc(), f"{type(error).__name__} {_place()}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
        if more > KIB_ALLOWED:
            self.keep(raw, f"{more // 1024} MiB more", "memory")

    def keep(self, raw: bytes, what: str, kind: str) -> None:
        self.found[kind] = self.found.get(kind, 0) + 1
        if self.found[kind] > SAME:
            return
        FINDS.mkdir(parents=True, exist_ok=True)
        path = FINDS / f"{self.target.name}-{hashlib.sha256(raw).hexdigest()[:12]}"
        path.write_bytes(raw)
        path.with_suffix(".txt").write_text(what, "utf-8")
        print(f"  {kind}: {path.relative_to(ROOT)} ({len(raw)} bytes)", flush=True)


def _place() -> str:
    """Return where in the library it happened."""
    error = sys.exc_info()[1]
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    ours = [frame for frame in frames if "crossprov" in frame.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"


def fuzz(target: Target, seconds: float, seed: int) -> bool:
    watch, changer = Watch(target), Changer(target, random.Random(seed))  # noqa: S311 - no secret
    until = time.monotonic() + seconds
    for raw in changer.pool:
        watch(raw)
    while time.monotonic() < until:
        watch(changer.one())
    print(f"{target.name:12}{watch.runs:9} inputs  {sum(watch.found.values())} finds", flush=True)
    return not watch.found


def guided(target: Target, seconds: float) -> None:
    """Let atheris choose the inputs; it ends the process when the time is over."""
    import atheris  # noqa: PLC0415 - only who wants it has it

    corpus = ROOT / "build" / "fuzz-corpus" / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for raw in target.seeds():
        (corpus / hashlib.sha256(raw).hexdigest()[:16]).write_bytes(raw)
    words = corpus.with_suffix(".dict")
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words), "ascii")
    limits = [f"-max_total_time={int(seconds)}", "-max_len=20000", "-verbosity=1", f"-dict={words}"]
    watch = Watch(target)
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], str(corpus), *limits], watch)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    """Return a word as libFuzzer's dictionaries have it."""
    return "".join(f"\\x{byte:02x}" for byte in word)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(one.name for one in TARGETS))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the changes that are made")
    parser.add_argument("--quick", action="store_true", help="a second each: only whether it runs")
    parser.add_argument("--atheris", action="store_true", help="guided by coverage; one target")
    options: Any = parser.parse_args()
    chosen = [one for one in TARGETS if not options.targets or one.name in options.targets]
    signal.signal(signal.SIGVTALRM, _too_slow)
    if options.atheris:
        guided(chosen[0], options.seconds)
        return 0
    print(f"seed {options.seed}")
    quiet = contextlib.redirect_stderr(io.StringIO())
    with quiet:
        good = [fuzz(one, 1.0 if options.quick else options.seconds, options.seed) for one in chosen]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
