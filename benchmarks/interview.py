"""How many questions an interview asks, item by item, with the worked examples as people who know their case.

    python benchmarks/interview.py                    # every worked case; the table of docs/benchmarks.md
    python benchmarks/interview.py card-loss-report   # only some items
    python benchmarks/interview.py --quick            # the first case of each item, for CI: does it still run?

Each case answers from itself, and the interview must end with the outcome of the whole case, or this stops. Beside
it stands an interview that asks for whatever is open, in the order of the alphabet: what choosing the order saves.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from crossprov import Rulebook, decide, read_case
from crossprov.decide import decider
from crossprov.facts.book import FactBook, walk
from crossprov.interview import Interview, telling
from crossprov.report import asked_for
from crossprov.rulebook.types import show
from crossprov.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN = "needs_information"


@dataclass
class Counted:
    """What was counted of one item: questions up to the outcome and in all, in our order and by the alphabet."""

    facts: int
    settled: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    naive: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class Person:
    """Knows what a case says and nothing else."""

    def __init__(self, law: Rulebook, case: dict[str, Any]) -> None:
        self.law, self.case = law, read_case(case)
        item, day = law.item(self.case.item), self.case.as_of
        assert day is not None
        self.book = FactBook(decider(law).sources, item, self.case, day, day)
        whole = self.case.model_dump(mode="json", exclude_none=True)
        self.start = {"applicant": {"kind": self.case.applicant.kind}, "events": whole["events"]}

    def __call__(self, fact: str) -> Any:
        """Return the answer about a fact as JSON has it; None where the case does not say."""
        if fact in self.law.vocabulary.records:
            found = walk(self.case, self.law.vocabulary.records[fact].shape.given.split("."))
            return None if found is None else found.model_dump(mode="json", exclude_none=True)
        value, type_ = self.book.get(fact), self.law.vocabulary.facts[fact].type
        if isinstance(value, Unknown):
            return None
        if isinstance(value, frozenset):
            return sorted(value)
        return value if isinstance(value, (bool, int)) and type_.kind != "money" else show(value, type_)


def interviewed(law: Rulebook, person: Person, counted: Counted) -> str:
    """Ask until nothing is open and return the outcome."""
    talk = Interview.start(person.case.item, law, as_of=person.case.as_of, case=person.start)
    asked = settled = 0
    while True:
        begun = time.perf_counter()
        question = talk.question
        counted.seconds.append(time.perf_counter() - begun)
        if question is None:
            break
        asked += 1
        settled += question.why_now.code != "detail"
        talk = talk.answer(person(question.fact))
    counted.asked.append(asked)
    counted.settled.append(settled)
    return talk.decision.outcome


def by_the_alphabet(law: Rulebook, person: Person) -> int:
    """Return how many questions it takes to ask for whatever is open, in the order of the alphabet."""
    start = {**person.start, "item": person.case.item, "as_of": str(person.case.as_of)}
    answers: list[tuple[str, Any]] = []
    seen: set[tuple[str, ...]] = set()
    while True:
        told = telling.told(law, start, [one for one in answers if one[1] is not None])
        decision = decide(told, law)
        kind = person.case.applicant.kind
        open_ = [
            one.fact
            for one in decision.missing
            if telling.can_be_told(law, one.fact, kind) and telling.path_of(law, one.fact) not in seen
        ]
        if not open_ or decision.outcome != OPEN:
            return len(seen)
        seen.add(telling.path_of(law, open_[0]))
        answers.append((open_[0], person(open_[0])))


def cases(law: Rulebook, name: str, *, quick: bool) -> Iterator[dict[str, Any]]:
    for one in law.examples(name):
        example = one.example
        if example.case is not None:
            yield {**example.case, "item": name, "as_of": str(example.as_of)}
            if quick:
                return


def count(law: Rulebook, name: str, *, quick: bool) -> Counted:
    found = Counted(len(asked_for(law, [law.item(name)])))
    for case in cases(law, name, quick=quick):
        person = Person(law, case)
        outcome = interviewed(law, person, found)
        assert outcome == decide(case, law).outcome, (name, case)
        found.naive.append(by_the_alphabet(law, person))
    return found


def table(rows: dict[str, Counted]) -> Iterator[str]:
    yield "| item | facts | cases | median to the outcome | most | median with details | by the alphabet |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, one in rows.items():
        numbers = (
            one.facts,
            len(one.settled),
            median(one.settled),
            max(one.settled),
            median(one.asked),
            median(one.naive),
        )
        yield f"| {name} | " + " | ".join(f"{number:g}" for number in numbers) + " |"
    every = [number for one in rows.values() for number in one.settled]
    naive = [number for one in rows.values() for number in one.naive]
    seconds = sorted(second for one in rows.values() for second in one.seconds)
    yield ""
    ours, theirs = (sum(numbers) / len(numbers) for numbers in (every, naive))
    yield f"{len(every)} cases; questions to the outcome: {ours:.1f} on average, by the alphabet {theirs:.1f}."
    p50, p99 = (seconds[int(share * (len(seconds) - 1))] * 1000 for share in (0.5, 0.99))
    yield f"Choosing a question: p50 {p50:.1f} ms, p99 {p99:.0f} ms."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("items", nargs="*")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    law = Rulebook.load()
    names = options.items or law.item_ids
    print("\n".join(table({name: count(law, name, quick=options.quick) for name in names})))


if __name__ == "__main__":
    main()
