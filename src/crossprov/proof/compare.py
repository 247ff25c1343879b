"""What two rulebooks, or two days, decide differently: proved to be nothing, or shown by a case decided by both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.differences import differences
from crossprov.proof.outcome import certainly, plain
from crossprov.proof.people import People, is_value
from crossprov.proof.search import MILLISECONDS
from crossprov.proof.segments import Segment, formula_of, segments
from crossprov.proof.symbols import Codes
from crossprov.proof.world import ItemWorld
from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.types import show

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from crossprov.proof.difference import Difference, Laid
    from crossprov.proof.replay import Program, Told
    from crossprov.proof.symbols import Sym
    from crossprov.rulebook.item import Item
    from crossprov.values import Value

_ROUNDS: Final = 12


@dataclass(frozen=True)
class Change:
    """Something that is decided differently. ``verdict`` is ``differs`` or ``unsettled``, never "no difference".

    ``code`` names the kind, ``subject`` what it is about; ``before`` and ``after`` are what both decide of the case
    that has these ``facts``.
    """

    item: str
    code: str
    subject: str
    verdict: str
    days: tuple[tuple[str, str], ...]
    facts: dict[str, str]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Side:
    """A rulebook with an item of it, asked about the days of a segment."""

    program: Program
    item: Item


def compare(old: Side, new: Side) -> Iterator[Change]:
    """Yield what is decided differently on some day on which both are in force: each kind once, with its days.

    If a fact has become of another type, no case can tell it to both: that is the difference, and all else is left.
    """
    retold = tuple(_retold(old, new))
    if retold:
        yield from retold
        return
    found: dict[tuple[str, str], Change] = {}
    for segment in common(old, new):
        shown_before = frozenset(key for key, one in found.items() if one.verdict == "differs")
        for change in _compare(old, segment, new, segment, shown_before):
            key = (change.code, change.subject)
            known = found.get(key)
            if known is None or (known.verdict == "unsettled" and change.verdict == "differs"):
                days = (*known.days, *change.days) if known is not None else change.days
                found[key] = replace(change, days=days)
            else:
                found[key] = replace(known, days=(*known.days, *change.days))
    yield from found.values()


def compare_days(old: Side, first: dt.date, new: Side, last: dt.date) -> Iterator[Change]:
    """Yield what is decided differently of the same facts on two days, by one rulebook or two; as ``compare`` does."""
    retold = tuple(_retold(old, new))
    if retold:
        yield from retold
        return
    yield from _compare(old, Segment(first, first), new, Segment(last, last))


def _retold(old: Side, new: Side) -> Iterator[Change]:
    """Yield the facts and conclusions of both that have become of another type."""
    names = _told(old) & _told(new)
    for name in sorted(names):
        before, after = (side.item.symbols.facts[name] for side in (old, new))
        if (before.kind, before.unit) != (after.kind, after.unit):
            yield Change(new.item.id, "fact", name, "differs", (), {}, before.name(), after.name())


def _told(side: Side) -> frozenset[str]:
    """Return what the rules of an item read or conclude, but for what is calculated from it by a formula."""
    item, vocabulary = side.item, side.program.rulebook.vocabulary
    found = (everything_read(item, vocabulary) | item.shape.conclusions.keys()) & item.symbols.facts.keys()
    return frozenset(name for name in found if formula_of(name, item, vocabulary) is None)


def common(old: Side, new: Side) -> Iterator[Segment]:
    """Yield the times in which neither law changes and both are in force."""
    for one in segments(old.item, old.program.rulebook):
        for other in segments(new.item, new.program.rulebook):
            first, last = max(one.first, other.first), min(one.last, other.last)
            if first <= last:
                yield Segment(first, last)


def shown(before: Segment, after: Segment) -> tuple[str, str]:
    """Return two times as they are shown: the same time by its ends, two days as they are."""
    return str(before.first), str(before.last if before == after else after.first)


def _compare(
    old: Side, before: Segment, new: Side, after: Segment, known: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[Change]:
    """Yield what is decided differently; that an office has moved is not shown by a case once more."""
    codes, shared = Codes(), dict[str, "Sym"]()
    mark = "" if before == after else "then "
    worlds = (
        ItemWorld(old.program.rulebook, old.item, before, codes, shared, mark),
        ItemWorld(new.program.rulebook, new.item, after, codes, shared),
    )
    pair = _Pair(old, new, worlds)
    days = (shown(before, after),)
    for difference in differences(*worlds):
        if difference.laid and (difference.code, difference.subject) in known:
            yield Change(new.item.id, difference.code, difference.subject, "differs", difference.days, {})
            continue
        change = pair.settle(difference, days)
        if change is not None:
            yield change


class _Pair:
    """Two worlds of the same cases, and the two programs that decide them."""

    def __init__(self, old: Side, new: Side, worlds: tuple[ItemWorld, ItemWorld]) -> None:
        self.sides, self.worlds = (old, new), worlds
        self.people = [People(world) for world in worlds]
        self.solver = z3.Solver()
        self.solver.set("timeout", MILLISECONDS)
        for world in worlds:
            self.solver.add(*world.constraints)
        self.plain = z3.And(*[plain(world) for world in worlds])
        self.vacuous = self.solver.check() != z3.sat

    def settle(self, difference: Difference, days: tuple[tuple[str, str], ...]) -> Change | None:
        """Return how something is decided differently; None if it is proved that it is not."""
        days = difference.days or days
        if not self.vacuous and self._none(difference):
            return None
        for hints in ((difference.hint, self.plain), (self.plain,), ()):
            found = self._look(difference, hints)
            if found is not None:
                facts, told = found
                before, after = (difference.said(one) for one in told)
                return Change(
                    self.sides[1].item.id,
                    difference.code,
                    difference.subject,
                    "differs",
                    days,
                    facts,
                    before,
                    after,
                )
        item, (said, before, after) = self.sides[1].item.id, difference.told
        return Change(item, difference.code, difference.subject, "unsettled", days, said, before, after)

    def _none(self, difference: Difference) -> bool:
        """Return whether there surely is no case of which both are certain, each of another answer."""
        if self._unsat(difference.term):
            return True
        old, new = self.worlds
        return self._unsat(certainly(new, certainly(old, difference.term)))

    def _unsat(self, term: object) -> bool:
        self.solver.push()
        self.solver.add(term)
        answer = self.solver.check()
        self.solver.pop()
        return bool(answer == z3.unsat)

    def _look(
        self, difference: Difference, hints: Sequence[object]
    ) -> tuple[dict[str, str], list[Told]] | None:
        self.solver.push()
        try:
            self.solver.add(difference.term, *hints)
            for _ in range(_ROUNDS):
                if self.solver.check() != z3.sat:
                    return None
                model = self.solver.model()
                facts = [people.facts(model) for people in self.people]
                for laid in difference.laid or (None,):
                    these = facts if laid is None else self._with(facts, laid)
                    both = self._both(these, laid)
                    if both is not None and difference.differs(*both):
                        return self._shortest(difference, these, laid), list(both)
                self._block(facts)
        finally:
            self.solver.pop()
        return None

    def _with(self, facts: list[dict[str, Value]], laid: Laid) -> list[dict[str, Value]]:
        """Return the facts of both sides with what is laid over them, as far as a side asks for it."""
        found = []
        for world, one, day in zip(self.worlds, facts, laid.days, strict=True):
            over = {**laid.facts, **({world.as_of: day} if world.as_of is not None else {})}
            found.append({**one, **{name: value for name, value in over.items() if name in one}})
        return found

    def _both(
        self, facts: list[dict[str, Value]], laid: Laid | None, *, sure: bool = False
    ) -> tuple[Told, Told] | None:
        """Return what both decide of the facts; None if one of them can have no such case."""
        days = laid.days if laid is not None else (None, None)
        old, new = (self._decide(side, facts[side], days[side], sure=sure) for side in (0, 1))
        return (old, new) if old is not None and new is not None else None

    def _decide(self, side: int, facts: dict[str, Value], day: dt.date | None, *, sure: bool) -> Told | None:
        world, program = self.worlds[side], self.sides[side].program
        told = facts.get(world.as_of or "", day)
        on = told if told is not None else world.segment.first
        return program.decide(world.item, facts, on, sure=sure)  # type: ignore[arg-type]

    def _block(self, facts: list[dict[str, Value]]) -> None:
        for world, some in zip(self.worlds, facts, strict=True):
            same = [is_value(world.leaves[name], value, world.codes) for name, value in some.items()]
            self.solver.add(z3.Not(z3.And(*same)))

    def _shortest(
        self, difference: Difference, facts: list[dict[str, Value]], laid: Laid | None
    ) -> dict[str, str]:
        """Leave out every fact without which both decide as differently; what is left is asked of both engines."""
        best = facts
        for name in dict.fromkeys((*facts[0], *facts[1])):
            if name in (self.worlds[0].as_of, self.worlds[1].as_of):
                continue
            fewer = [{key: value for key, value in one.items() if key != name} for one in best]
            both = self._both(fewer, laid)
            if both is not None and difference.differs(*both):
                best = fewer
        assert self._both(best, laid, sure=True) is not None
        types = [world.item.symbols.facts for world in self.worlds]
        return {
            name: show(value, (types[1] if name in types[1] else types[0])[name])
            for one in best
            for name, value in one.items()
        }
