"""How long a decision takes, stage by stage, and beside a plain function with ``if``s.

    python benchmarks/decide.py                     the table
    python benchmarks/decide.py --json out.json     the same as data
    python benchmarks/decide.py --quick             a few calls only: does it still run?

Every time is that of one call, for as long as its thread computes; with ``checked`` and ``durable``, which also
wait for another process, it is that of the clock. ``p50`` and ``p99`` are medians over several rounds; the garbage
collector rests while the clock runs. Machines differ and are shared, so times are also given as multiples of a
fixed loop (``loops``) and of the plain function (``plain``), both measured in the same run.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, perf_counter_ns, thread_time_ns
from typing import TYPE_CHECKING, Any, Final

from plain import plain_answer
from stages import ENGINES, Stage, decided, stages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
NANOSECONDS_A_MICROSECOND: Final = 1_000
WITH_PROCESSES: Final = frozenset({"checked", "durable"})


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure: rounds, and for each round the seconds and the calls it may take at most."""

    rounds: int
    seconds: float
    calls: int
    processes: int


FULL: Final = Effort(rounds=5, seconds=0.4, calls=1_000, processes=10)
QUICK: Final = Effort(rounds=1, seconds=0.02, calls=20, processes=1)


@dataclass(frozen=True, slots=True)
class Time:
    """The time of one call in microseconds."""

    p50: float
    p99: float


def calibration() -> int:
    """Do a fixed piece of work of the kind that deciding is: look-ups, calls, small objects."""
    table = {f"fact.{number}": number for number in range(40)}
    total = 0
    for turn in range(25):
        for name, number in table.items():
            total += len((name, number)) + number * (turn & 3) + (name in table)
    return total


def measured(call: Callable[[], object], effort: Effort, clock: Callable[[], int] = thread_time_ns) -> Time:
    """Return how long ``call`` takes by a clock, warmed up."""
    calls = _calls(call, effort)
    rounds = [_round(call, calls, clock) for _ in range(effort.rounds)]
    return Time(median(one.p50 for one in rounds), median(one.p99 for one in rounds))


def _calls(call: Callable[[], object], effort: Effort) -> int:
    """Warm up, and return how many calls fit into a round."""
    call()
    start = perf_counter()
    for _ in range(5):
        call()
    each = (perf_counter() - start) / 5
    return max(10, min(effort.calls, int(effort.seconds / each)))


def _round(call: Callable[[], object], calls: int, clock: Callable[[], int]) -> Time:
    times = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(calls):
            start = clock()
            call()
            times.append(clock() - start)
    finally:
        gc.enable()
    times.sort()
    last = len(times) - 1
    in_us = [times[round(last * share)] / NANOSECONDS_A_MICROSECOND for share in (0.5, 0.99)]
    return Time(*in_us)


# --- cold start ---------------------------------------------------------------------------------------

COLD: Final = """
import json, sys
from time import perf_counter
start = perf_counter()
import crossprov
imported = perf_counter()
rulebook = crossprov.Rulebook.load()
loaded = perf_counter()
crossprov.decide(sys.argv[1], rulebook)
print(json.dumps([imported - start, loaded - imported, perf_counter() - loaded]))
"""


def cold_start(case: str, effort: Effort) -> dict[str, float]:
    """Return seconds of a whole process that decides one case, and of its parts; medians."""
    runs: list[list[float]] = []
    for _ in range(effort.processes):
        bare = _process(["-c", "pass"])[0]
        whole, said = _process(["-c", COLD, case])
        runs.append([*json.loads(said), whole, bare])
    names = ("import", "load", "first decision", "whole process", "bare interpreter")
    found = {name: median(run[index] for run in runs) for index, name in enumerate(names)}
    return found | {"import to decision": median(sum(run[:3]) for run in runs)}


def _process(arguments: Sequence[str]) -> tuple[float, str]:
    start = perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    return perf_counter() - start, done.stdout


# --- the table ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``loops`` and ``plain`` are multiples of the fixed loop and the plain function."""

    case: str
    engine: str
    stage: Stage | str
    p50: float
    p99: float
    loops: float
    plain: float


def lines(case: Path, loop: Time, effort: Effort) -> list[Line]:
    """Measure a case: the plain function, then each stage of each engine."""
    text = case.read_text(encoding="utf-8")
    found: list[Line] = []
    base = 0.0
    for engine in ENGINES:
        answer, read = decided(text, engine)
        if plain_answer(read) != answer:
            print(
                f"{case.name}: the rules have changed, the plain function answers otherwise", file=sys.stderr
            )
        if not found:
            plain = measured(lambda read=read: plain_answer(read), effort)  # type: ignore[misc]
            base = plain.p50
            found.append(Line(case.stem, "", "plain function", plain.p50, plain.p99, base / loop.p50, 1.0))
        for stage, call in stages(text, engine).items():
            time = measured(call, effort, perf_counter_ns if engine in WITH_PROCESSES else thread_time_ns)
            relative = time.p50 / loop.p50, time.p50 / base
            found.append(Line(case.stem, engine, stage, time.p50, time.p99, *relative))
    return found


def printed(found: Sequence[Line], loop: Time, cold: dict[str, float]) -> None:
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    print(f"one loop: {loop.p50:.1f} µs\n")
    print(f"{'case':15}{'engine':11}{'stage':19}{'p50 µs':>9}{'p99 µs':>10}{'loops':>8}{'plain':>9}")
    for line in found:
        print(
            f"{line.case:15}{line.engine:11}{line.stage:19}"
            f"{line.p50:9.1f}{line.p99:10.1f}{line.loops:8.2f}{line.plain:9.1f}"
        )
    print("\ncold start, milliseconds")
    for name, seconds in cold.items():
        print(f"{name:20}{seconds * 1_000:8.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers as JSON, too")
    parser.add_argument("--quick", action="store_true", help="few calls: only whether it runs")
    arguments = parser.parse_args()
    effort = QUICK if arguments.quick else FULL
    cases = sorted((ROOT / "examples").glob("*.json"))
    loop = measured(calibration, effort)
    found = [line for case in cases for line in lines(case, loop, effort)]
    cold = cold_start(cases[-1].read_text(encoding="utf-8"), effort)
    printed(found, loop, cold)
    if arguments.json:
        data: dict[str, Any] = {
            "python": platform.python_version(), "cores": os.cpu_count(), "loop_us": asdict(loop),
            "lines": [asdict(line) for line in found], "cold_start_s": cold,
        }  # fmt: skip
        arguments.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
