"""Decide very many cases in threads, processes and asyncio, and watch for wrong answers and growing memory.

    python benchmarks/soak.py                                  one million by index, 100,000 checked, in threads
    python benchmarks/soak.py --how threads fork spawn asyncio in each of the four ways
    python benchmarks/soak.py --index 50000 --checked 10000    fewer
    python benchmarks/soak.py --quick                          does it still run?

The cases are the worked examples that are whole cases, of all items, over and over. What each must give is
decided once by ``reference`` beforehand, whole and as JSON; any later difference is a wrong answer. Each decision
is compared by its outcome, and in every twentieth round over all cases as a whole, which takes ten times as long
as deciding (``--whole 1`` compares everything). Memory is that of the processes that decide and of those in which
durable_rules works; it is taken when a tenth is done, and at the end; of several processes the sum is told.

``fork`` forks after the rules are loaded, the tables prepared and, checked, the other engine at work; ``spawn`` starts
processes that know nothing; ``asyncio`` hands each decision to a thread of its loop.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from crossprov import Rulebook, read_case
from crossprov.decide import decider
from crossprov.engine import durable

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov import Case, Decision

How: TypeAlias = Literal["threads", "fork", "spawn", "asyncio"]
HOW: Final = get_args(How)
THREADS: Final = 8
PROCESSES: Final = 2
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


@dataclass(frozen=True, slots=True)
class Share:
    """What one process has to do: every ``step``-th of the numbers, from ``first``."""

    engine: str
    how: How
    first: int
    step: int
    count: int
    whole: int

    def numbers(self, start: int, end: int) -> range:
        return range(start + (self.first - start) % self.step, end, self.step)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a share: the numbers decided wrongly, and memory in KiB."""

    wrong: tuple[int, ...]
    mine: int
    theirs: int
    growth: int
    their_growth: int


def do(share: Share, all_tasks: list[Task], rules: Rulebook | None = None) -> Found:
    """Do a share in this process."""
    rules = rules or Rulebook.load(engine=share.engine)
    wrong: list[int] = []

    def work(number: int) -> None:
        turn, which = divmod(number, len(all_tasks))
        task = all_tasks[which]
        try:
            decision = decided(rules, task.case)
            right = decision.outcome == task.outcome
            if turn % share.whole == 0:
                right = right and said(decision) == task.expected
        except Exception:  # noqa: BLE001 - an error is a wrong answer
            right = False
        if not right:
            wrong.append(number)

    spread = in_asyncio if share.how == "asyncio" else in_threads
    spread(work, share.numbers(0, share.count // WARM))
    warm, their_warm = memory()
    spread(work, share.numbers(share.count // WARM, share.count))
    mine, theirs = memory()
    return Found(tuple(wrong), mine, theirs, mine - warm, theirs - their_warm)


def in_threads(work: Callable[[int], None], numbers: range) -> None:
    """Do a piece of work for each number, over all threads."""
    turns = [threading.Thread(target=_turn, args=(work, numbers[first::THREADS])) for first in range(THREADS)]
    for turn in turns:
        turn.start()
    for turn in turns:
        turn.join()


def _turn(work: Callable[[int], None], numbers: range) -> None:
    for number in numbers:
        work(number)


def in_asyncio(work: Callable[[int], None], numbers: range) -> None:
    """Do a piece of work for each number, as many tasks of a loop as there would be threads."""

    async def turn(mine: range) -> None:
        for number in mine:
            await asyncio.to_thread(work, number)

    async def all_turns() -> None:
        await asyncio.gather(*(turn(numbers[first::THREADS]) for first in range(THREADS)))

    asyncio.run(all_turns())


FORKED: Final[list[tuple[list[Task], Rulebook]]] = []  # what a forked process finds


def do_forked(share: Share) -> Found:
    return do(share, *FORKED[0])


def soak(engine: str, how: How, count: int, all_tasks: list[Task], whole: int) -> bool:
    began = time.perf_counter()
    processes = 1 if how in ("threads", "asyncio") else PROCESSES
    shares = [Share(engine, how, first, processes, count, whole) for first in range(processes)]
    if processes == 1:
        found = [do(shares[0], all_tasks)]
    else:
        work = partial(do, all_tasks=all_tasks)
        if how == "fork":
            rules = Rulebook.load(engine=engine)
            for task in all_tasks[:50]:
                decided(rules, task.case)
            FORKED[:] = [(all_tasks, rules)]
            work = do_forked
        with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context(how)) as pool:
            found = list(pool.map(work, shares))
    seconds = time.perf_counter() - began
    wrong = sum(len(one.wrong) for one in found)
    print(
        f"{engine} {how}: decisions={count} processes={processes} threads={THREADS} cases={len(all_tasks)} "
        f"wrong={wrong} seconds={seconds:.0f} a_second={count / seconds:.0f} "
        f"rss_MiB={sum(one.mine for one in found) / 1024:.0f} growth_KiB={sum(one.growth for one in found)} "
        f"workers_rss_MiB={sum(one.theirs for one in found) / 1024:.0f} "
        f"workers_growth_KiB={sum(one.their_growth for one in found)}",
        flush=True,
    )
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--index", type=int, default=1_000_000, metavar="N", help="decisions by index")
    parser.add_argument("--checked", type=int, default=100_000, metavar="N", help="checked decisions")
    parser.add_argument(
        "--how", nargs="+", choices=HOW, default=["threads"], help="in which ways; each decides all"
    )
    parser.add_argument(
        "--whole", type=int, default=20, metavar="N", help="every Nth round compares everything"
    )
    parser.add_argument("--quick", action="store_true", help="few decisions: only whether it runs")
    options = parser.parse_args()
    found = tasks()
    counts = {"index": options.index, "checked": options.checked if durable.installed() else 0}
    good = [
        soak(engine, how, min(count, 400) if options.quick else count, found, options.whole)
        for how in options.how
        for engine, count in counts.items()
        if count
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
