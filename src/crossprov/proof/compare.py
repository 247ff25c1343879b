"""What two rulebooks, or two days, decide differently: proved to be nothing, or shown by a case decided by both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.differences import Difference, differences
from crossprov.proof.formulas import is_calculated
from crossprov.proof.outcome import certainly, plain
from crossprov.proof.people import People, is_value
from crossprov.proof.search import MILLISECONDS
from crossprov.proof.segments import Segment, segments
from crossprov.proof.symbols import Codes
from crossprov.proof.world import ItemWorld
from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.types import show

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

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
    for segment in _common(old, new):
        for change in _compare(old, segment, new, segment):
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
    found = everything_read(item, vocabulary) | item.shape.conclusions.keys()
    calculated = {name for name in found & vocabulary.facts.keys() if _is_calculated(side, name)}
    return (found & item.symbols.facts.keys()) - item.formulas.keys() - calculated


def _is_calculated(side: Side, name: str) -> bool:
    vocabulary = side.program.rulebook.vocabulary
    return vocabulary.facts[name].shape.formula is not None and is_calculated(vocabulary.formula(name))


def _common(old: Side, new: Side) -> Iterator[Segment]:
    """Yield the times in which neither law changes and both are in force."""
    for one in segments(old.item, old.program.rulebook.offices):
        for other in segments(new.item, new.program.rulebook.offices):
            first, last = max(one.first, other.first), min(one.last, other.last)
            if first <= last:
                yield Segment(first, last)


def _compare(old: Side, before: Segment, new: Side, after: Segment) -> Iterator[Change]:
    codes, shared = Codes(), dict[str, "Sym"]()
    mark = "" if before == after else "then "
    worlds = (
        ItemWorld(old.program.rulebook, old.item, before, codes, shared, mark),
        ItemWorld(new.program.rulebook, new.item, after, codes, shared),
    )
    pair = _Pair(old, new, worlds)
    days = ((str(before.first), str(after.first if before != after else before.last)),)
    for difference in differences(*worlds):
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
        if not self.vacuous and self._none(difference):
            return None
        for hint in (difference.hint, z3.BoolVal(val=True)):
            found = self._look(difference, hint)
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
        return Change(self.sides[1].item.id, difference.code, difference.subject, "unsettled", days, {})

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

    def _look(self, difference: Difference, hint: object) -> tuple[dict[str, str], list[Told]] | None:
        self.solver.push()
        try:
            self.solver.add(difference.term, hint, self.plain)
            for _ in range(_ROUNDS):
                if self.solver.check() != z3.sat:
                    return None
                model = self.solver.model()
                facts = [people.facts(model) for people in self.people]
                told = [self._decide(side, one) for side, one in zip((0, 1), facts, strict=True)]
                both = [one for one in told if one is not None]
                if len(both) == len(told) and difference.differs(*both):
                    return self._shortest(difference, facts), both
                self._block(facts)
        finally:
            self.solver.pop()
        return None

    def _decide(self, side: int, facts: dict[str, Value], *, sure: bool = False) -> Told | None:
        world, program = self.worlds[side], self.sides[side].program
        told = facts.get(world.as_of or "")
        day = told if told is not None else world.segment.first
        return program.decide(world.item, facts, day, sure=sure)  # type: ignore[arg-type]

    def _block(self, facts: list[dict[str, Value]]) -> None:
        for world, some in zip(self.worlds, facts, strict=True):
            same = [is_value(world.leaves[name], value, world.codes) for name, value in some.items()]
            self.solver.add(z3.Not(z3.And(*same)))

    def _shortest(self, difference: Difference, facts: list[dict[str, Value]]) -> dict[str, str]:
        """Leave out every fact without which both decide as differently; what is left is asked of both engines."""
        best = facts
        for name in dict.fromkeys((*facts[0], *facts[1])):
            if name in (self.worlds[0].as_of, self.worlds[1].as_of):
                continue
            fewer = [{key: value for key, value in one.items() if key != name} for one in best]
            told = [self._decide(side, one) for side, one in zip((0, 1), fewer, strict=True)]
            both = [one for one in told if one is not None]
            if len(both) == len(told) and difference.differs(*both):
                best = fewer
        sure = [self._decide(side, one, sure=True) for side, one in zip((0, 1), best, strict=True)]
        assert None not in sure
        types = [world.item.symbols.facts for world in self.worlds]
        return {
            name: show(value, (types[1] if name in types[1] else types[0])[name])
            for one in best
            for name, value in one.items()
        }
