"""How long a decision takes over the whole catalogue: every worked example that is a case, in turn.

    python benchmarks/catalogue.py                     index, checked and durable, in one run
    python benchmarks/catalogue.py --engine index      one of them
    python benchmarks/catalogue.py --json out.json     the same as data
    python benchmarks/catalogue.py --quick             one turn: does it still run?

One case after another, so that no case finds the memory of the machine full of itself; ``decide`` from a ``Case``,
of which the outcome is read. ``new`` are cases decided for the first time, by a rulebook that has decided others.
Times are those for which the deciding thread computes, so others may use the machine as well; what the processes
of ``checked`` and ``durable`` compute is not among them, but ``by the clock`` has everything.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from time import perf_counter, thread_time, thread_time_ns
from typing import TYPE_CHECKING, Final, TypeAlias

from stages import ENGINES

from crossprov import CrossprovError, Rulebook, decide, read_case
from decide import FULL as EFFORT
from decide import calibration, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov import Case

SLOW: Final = frozenset({"reference"})  # minutes for a half-known case
NANOSECONDS_A_MICROSECOND: Final = 1_000
COLUMNS: Final = (
    "median item",
    "mean item",
    "below 100 µs",
    "new p50",
    "new mean",
    "a second",
    "by the clock",
)
SHARES: Final = {"p10": 0.1, "p50": 0.5, "p90": 0.9, "p99": 0.99}

Cases: TypeAlias = "Sequence[tuple[str, Case]]"


@dataclass(frozen=True, slots=True)
class Found:
    """Times in microseconds of one engine: over all cases, over the medians of the items, and of new cases.

    Large items have many more worked examples than small ones, so ``mean`` is about them; in ``mean_item``, the mean
    of the means of the items, each item counts once.
    """

    engine: str
    cases: dict[str, float]
    mean: float
    median_item: float
    mean_item: float
    items_below_100: int
    items: int
    new_p50: float
    new_mean: float
    a_second: float
    by_the_clock: float


def worked_cases(rulebook: Rulebook) -> list[tuple[str, Case]]:
    """Return the worked examples of all items that are cases and are decided."""
    found: list[tuple[str, Case]] = []
    for item in rulebook.items():
        for worked in rulebook.examples(item.id):
            example = worked.example
            if example.case is None or example.facts is not None:
                continue
            case = read_case({"item": item.id, "as_of": str(example.as_of), **example.case})
            try:
                decide(case, rulebook)
            except CrossprovError:
                continue
            found.append((item.id, case))
    return found


def measure(engine: str, cases: Cases, turns: int) -> Found:
    rulebook = Rulebook.load(engine=engine)
    new = _turn(_shuffled(cases), rulebook)
    times = [_turn(cases, rulebook) for _ in range(turns)]
    of_each = [median(several) for several in zip(*times, strict=True)]
    by_item: dict[str, list[float]] = {}
    for (item, _), time in zip(cases, of_each, strict=True):
        by_item.setdefault(item, []).append(time)
    items = [median(several) for several in by_item.values()]
    later = new[len(new) // 2 :]
    return Found(
        engine,
        {name: sorted(of_each)[round((len(of_each) - 1) * share)] for name, share in SHARES.items()},
        mean(of_each),
        median(items),
        mean(mean(several) for several in by_item.values()),
        sum(time < 100 for time in items),
        len(items),
        median(later),
        mean(later),
        *_in_one_go(cases, rulebook),
    )


def _shuffled(cases: Cases) -> Cases:
    found = list(cases)
    random.Random(1).shuffle(found)  # noqa: S311 - the same every time
    return found


def _turn(cases: Cases, rulebook: Rulebook) -> list[float]:
    """Decide every case once; return the time of each, with the garbage collector off."""
    times = []
    gc.collect()
    gc.disable()
    try:
        for _, case in cases:
            start = thread_time_ns()
            _ = decide(case, rulebook).outcome
            times.append((thread_time_ns() - start) / NANOSECONDS_A_MICROSECOND)
    finally:
        gc.enable()
    return times


def _in_one_go(cases: Cases, rulebook: Rulebook) -> tuple[float, float]:
    """Return how many cases a thread decides in a second of computing, and the microseconds of each by the clock."""
    computed, began = thread_time(), perf_counter()
    for _, case in cases:
        _ = decide(case, rulebook).outcome
    computed, passed = thread_time() - computed, perf_counter() - began
    return len(cases) / computed, passed / len(cases) * 1_000_000


def printed(found: Sequence[Found], loop: float, cases: int) -> None:
    print(f"{cases} cases; one loop: {loop:.1f} µs\n")
    names = "".join(f"{name:>8}" for name in SHARES)
    rest = "".join(f"{name:>13}" for name in COLUMNS)
    print(f"{'engine':10}{names}{'mean':>8}{rest}")
    for one in found:
        shares = "".join(f"{time:8.0f}" for time in one.cases.values())
        below = f"{one.items_below_100}/{one.items}"
        print(
            f"{one.engine:10}{shares}{one.mean:8.0f}{one.median_item:13.0f}{one.mean_item:13.0f}{below:>13}"
            f"{one.new_p50:13.0f}{one.new_mean:13.0f}{one.a_second:13,.0f}{one.by_the_clock:13,.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers as JSON, too")
    parser.add_argument("--quick", action="store_true", help="one turn with index: only whether it runs")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="all but reference, if not told")
    arguments = parser.parse_args()
    cases = worked_cases(Rulebook.load(engine="index"))
    chosen = arguments.engine or [name for name in ENGINES if name not in SLOW]
    engines = ["index"] if arguments.quick else chosen
    loop = measured(calibration, EFFORT).p50
    found = [measure(name, cases, 1 if arguments.quick else 9 if name == "index" else 3) for name in engines]
    printed(found, loop, len(cases))
    if arguments.json:
        data = {"python": sys.version, "loop_us": loop, "engines": [asdict(one) for one in found]}
        arguments.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
