"""Decide very many cases in several threads, and watch for wrong answers and growing memory.

    python benchmarks/soak.py                                  one million by index, 100,000 checked
    python benchmarks/soak.py --index 50000 --checked 10000    fewer
    python benchmarks/soak.py --quick                          does it still run?

The cases are the worked examples that are whole cases, of all items, over and over. What each must give is
decided once by ``reference`` beforehand, whole and as JSON; any later difference is a wrong answer. Each decision
is compared by its outcome, and in every twentieth round over all cases as a whole, which takes ten times as long
as deciding (``--whole 1`` compares everything). Memory is
that of this process and of those in which durable_rules works; it is taken when a tenth is done, and at the end.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crossprov import Rulebook, read_case
from crossprov.decide import decider
from crossprov.engine import durable

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov import Case, Decision

THREADS: Final = 8
WARM: Final = 10  # a tenth is warming up
KIB_A_PAGE: Final = 4


@dataclass(frozen=True, slots=True)
class Task:
    """A case and what it must give."""

    case: Case
    outcome: str
    expected: str


def tasks() -> list[Task]:
    rules = Rulebook.load(engine="reference")
    found = []
    for item in rules.items():
        for worked in rules.examples(item.id):
            example = worked.example
            if example.case is not None:
                case = read_case({"item": item.id, "as_of": str(example.as_of), **example.case})
                decision = decided(rules, case)
                found.append(Task(case, decision.outcome, said(decision)))
    return found


def decided(rules: Rulebook, case: Case) -> Decision:
    day = case.as_of
    assert day is not None
    return decider(rules).decide(str(case.item), case, day, day, day)


def said(decision: Decision) -> str:
    """Return a decision as text, without what engines may differ in: their name, the facts they looked at."""
    return json.dumps(_without(decision.to_dict()), sort_keys=True)


def _without(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without(value) for key, value in data.items() if key not in ("facts", "engine")}
    return [_without(one) for one in data] if isinstance(data, list) else data


def memory() -> tuple[int, int]:
    """Return how much this process and the idle workers hold, in KiB."""
    return _held("self"), sum(_held(pid) for pid in durable.pool().idle()) if durable.installed() else 0


def _held(process: int | str) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * KIB_A_PAGE
    except OSError:
        return 0


def spread(work: Callable[[int], None], count: int) -> None:
    """Do a piece of work so many times, over all threads."""
    turns = [threading.Thread(target=_turn, args=(work, first, count)) for first in range(THREADS)]
    for turn in turns:
        turn.start()
    for turn in turns:
        turn.join()


def _turn(work: Callable[[int], None], first: int, count: int) -> None:
    for number in range(first, count, THREADS):
        work(number)


def soak(engine: str, count: int, all_tasks: list[Task], whole: int) -> bool:
    rules = Rulebook.load(engine=engine)
    wrong: list[int] = []

    def work(number: int) -> None:
        turn, which = divmod(number, len(all_tasks))
        task = all_tasks[which]
        try:
            decision = decided(rules, task.case)
            right = decision.outcome == task.outcome
            if turn % whole == 0:
                right = right and said(decision) == task.expected
        except Exception:  # noqa: BLE001 - an error is a wrong answer
            right = False
        if not right:
            wrong.append(number)

    began = time.perf_counter()
    spread(work, count // WARM)
    warm = memory()
    spread(work, count - count // WARM)
    mine, theirs = memory()
    seconds = time.perf_counter() - began
    print(
        f"{engine}: decisions={count} threads={THREADS} cases={len(all_tasks)} wrong={len(wrong)} "
        f"seconds={seconds:.0f} a_second={count / seconds:.0f} "
        f"rss_MiB={mine / 1024:.0f} growth_KiB={mine - warm[0]} "
        f"workers_rss_MiB={theirs / 1024:.0f} workers_growth_KiB={theirs - warm[1]}",
        flush=True,
    )
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--index", type=int, default=1_000_000, metavar="N", help="decisions by index")
    parser.add_argument("--checked", type=int, default=100_000, metavar="N", help="checked decisions")
    parser.add_argument(
        "--whole", type=int, default=20, metavar="N", help="every Nth round compares everything"
    )
    parser.add_argument("--quick", action="store_true", help="few decisions: only whether it runs")
    options = parser.parse_args()
    found = tasks()
    counts = {"index": options.index, "checked": options.checked if durable.installed() else 0}
    good = [
        soak(engine, min(count, 400) if options.quick else count, found, options.whole)
        for engine, count in counts.items()
        if count
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
