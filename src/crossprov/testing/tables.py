"""From what tables shall answer to values of facts: rows are chosen, and each fact keeps what they all admit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from hypothesis import strategies as st

from crossprov.rulebook.item import ThenFact, ThenValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crossprov.rulebook.item import Then
    from crossprov.rulebook.lowering import Alternative, LoweredItem, LoweredRow, LoweredTable, Test
    from crossprov.values import Value

Domains: TypeAlias = "Mapping[str, tuple[Value, ...]]"

_STEPS: Final = 400
_DEEP: Final = 8


@dataclass(frozen=True, slots=True)
class Aim:
    """A table, and which of its conclusions are wanted."""

    table: LoweredTable
    wants: Callable[[Then], bool]


class Narrowing:
    """The search for values of one item on one day; which rows are tried first is drawn.

    ``used`` are the facts that the chosen rows test, in the end.
    """

    def __init__(self, draw: st.DrawFn, lowered: LoweredItem, candidates: Domains) -> None:
        self.draw, self.candidates = draw, candidates
        self.made = {one.source.id: one for one in lowered.of_kind("conclusion") if one.source.each is None}
        self.used: list[str] = []
        self.steps = 0

    def solved(self, aims: Sequence[Aim]) -> Domains | None:
        """Return for each fact the values with which every aim is met; None if none were found."""
        found = next(self._all(dict(self.candidates), list(aims), 0), None)
        if found is not None:
            cut = [name for name, some in found.items() if len(some) < len(self.candidates[name])]
            self.used = sorted(cut) or sorted(found)
        return found

    def _all(self, domains: Domains, aims: list[Aim], deep: int) -> Iterator[Domains]:
        if not aims:
            yield domains
            return
        for narrowed in self._aim(domains, aims[0], deep):
            yield from self._all(narrowed, aims[1:], deep)

    def _aim(self, domains: Domains, aim: Aim, deep: int) -> Iterator[Domains]:
        """Yield narrower domains with which a row that is wanted is the answer of its table."""
        rows = aim.table.rows
        for index in self._in_some_order(len(rows)):
            if aim.wants(rows[index].then):
                others = rows[:index] if aim.table.hit == "first" else rows[:index] + rows[index + 1 :]
                for place in self._in_some_order(len(rows[index].alternatives)):
                    self.steps += 1
                    if self.steps > _STEPS:
                        return
                    for narrowed in self._alternative(domains, rows[index].alternatives[place], deep):
                        yield from self._without(narrowed, self._unwanted(others, aim), deep)

    @staticmethod
    def _unwanted(others: Sequence[LoweredRow], aim: Aim) -> list[Alternative]:
        """Return the alternatives that must fail, so that no row before the chosen one is the answer."""
        unique = aim.table.hit == "unique"
        return [one for row in others if unique or not aim.wants(row.then) for one in row.alternatives]

    def _alternative(self, domains: Domains, tests: Sequence[Test], deep: int) -> Iterator[Domains]:
        if not tests:
            yield domains
            return
        for narrowed in self._test(domains, tests[0], deep, truth=True):
            yield from self._alternative(narrowed, tests[1:], deep)

    def _without(self, domains: Domains, alternatives: Sequence[Alternative], deep: int) -> Iterator[Domains]:
        """Yield domains with which in each alternative some test fails."""
        if not alternatives:
            yield domains
            return
        tests = alternatives[0]
        for index in self._in_some_order(len(tests)):
            for narrowed in self._test(domains, tests[index], deep, truth=False):
                self.steps += 1
                if self.steps > _STEPS:
                    return
                yield from self._without(narrowed, alternatives[1:], deep)

    def _test(self, domains: Domains, test: Test, deep: int, *, truth: bool) -> Iterator[Domains]:
        """Yield domains in which a test comes out so; what the item calculates is left to chance."""
        if test.fact in domains:
            left = tuple(value for value in domains[test.fact] if test.holds(value) is truth)
            if left:
                yield {**domains, test.fact: left}
        elif test.fact in self.made and deep < _DEEP:

            def wanted(then: Then) -> bool:
                if isinstance(then, ThenFact):
                    return any(test.holds(value) is truth for value in domains.get(then.name, ()))
                return isinstance(then, ThenValue) and test.holds(then.value) is truth

            yield from self._aim(domains, Aim(self.made[test.fact], wanted), deep + 1)
        else:
            yield domains

    def _in_some_order(self, count: int) -> Iterator[int]:
        """Yield numbers from a drawn one on, and then those before it."""
        first = self.draw(st.integers(0, count - 1)) if count > 1 else 0
        yield from (*range(first, count), *range(first))
