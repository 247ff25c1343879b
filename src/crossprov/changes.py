"""What would have to be different: the fewest facts that, were they otherwise, would turn a "no".

Nothing here is worked out from texts or by a rule of thumb: each change that is named was laid over the case, and
the case decided again by the same rules. What is named is minimal: no part of it alone would do. What the vocabulary
says never changes (a day of birth) is not proposed; what time brings, or the person can bring about, says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Any, Final, Literal

from crossprov._errors import CaseError
from crossprov.assembly.outcome import outcome_of_requirement
from crossprov.assembly.reasons import distance
from crossprov.assembly.show import Shower
from crossprov.decide import builtin, days_of, guarded, read_case
from crossprov.look import Look
from crossprov.rulebook.closure import made_from
from crossprov.rulebook.types import ORDERED, show
from crossprov.values import NONE, Unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from crossprov.assembly.answers import Answer
    from crossprov.decision import FactShown, Outcome
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook
    from crossprov.texts import Text
    from crossprov.values import Value

_MOST_FACTS: Final = 3  # of one set
_MOST_DECISIONS: Final = 300
_MOST_SHOWN: Final = 5
_NAMED: Final = frozenset({"enum", "place"})
_NO: Final = ("out_of_scope", "ineligible")
_BETTER: Final[tuple[Outcome, ...]] = ("eligible", "needs_information", "refer_to_person")


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that would have to be otherwise: what it is now, and what would do, as constants and in words.

    Of numbers and days that is the nearest value; of names, every one that would do. ``by``: ``time`` brings it, or
    the ``person`` can bring it about; None: nothing is said of that.
    """

    fact: FactShown
    would_do: tuple[str, ...]
    shown: tuple[Text, ...]
    by: Literal["time", "person"] | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes that only together would do, and the outcome that the case would then have."""

    changes: tuple[Change, ...]
    outcome: Outcome


def changes(
    case: Case | Mapping[str, object] | str | bytes,
    rulebook: Rulebook | None = None,
    *,
    item: str | None = None,
    law_on: dt.date | None = None,
    facts_on: dt.date | None = None,
) -> tuple[ChangeSet, ...]:
    """Return the smallest sets of changes with which a case that is refused would be eligible; else nothing.

    The arguments are those of ``decide``, and so are the errors. If nothing leads that far, the sets with which it
    would no longer be a "no" are returned. Only facts that the failing requirements rest on are tried, three at a
    time at most and within a bound of decisions, so that nothing is found does not mean that nothing would help.
    """
    read, law = read_case(case), rulebook or builtin()
    law_day, facts_day, _ = days_of(read, law_on, facts_on)
    with guarded():
        return changes_of(Look(law, law.item(item or read.item), read, law_day, facts_day))


def changes_of(look: Look) -> tuple[ChangeSet, ...]:
    """Return the changes that would turn the "no" of a look, see ``changes``."""
    if look.decision.outcome not in _NO or not look.decision.reasons:
        return ()
    search = _Search(look)
    found = search.found() or search.others
    shower = Shower(look.law, look.item, look.book)
    return tuple(_told(look, shower, one) for one in sorted(found, key=_order)[:_MOST_SHOWN])


_Values = dict[str, tuple["Value", ...]]


@dataclass(frozen=True, slots=True)
class _Found:
    """For each fact of a set the values that would do, the outcome, and how far they are from the present."""

    values: _Values
    outcome: Outcome
    far: Fraction


def _order(found: _Found) -> tuple[int, int, Fraction]:
    return len(found.values), _BETTER.index(found.outcome), found.far


class _Search:
    """Looks for sets of facts, the smallest first, until the bound of decisions is reached.

    Where a fact that a requirement rests on was made from what a table concluded, the numbers and days that the
    table looked at are tried besides: an age, a number of months. ``others`` are the sets with which the case
    would at least no longer be refused.
    """

    def __init__(self, look: Look) -> None:
        self.look, self.decided = look, 0
        answers = [one for one in look.answers.values() if one.source.kind == "requirement"]
        failing = [one for one in answers if one.truth is False and outcome_of_requirement(one) in _NO]
        self.resting = [dict.fromkeys(self._rests_on(answer)) for answer in failing]
        behind = [
            {one for name in answer.tested for one in (name, *self._behind(name))} for answer in failing
        ]
        self.sources = [made_from(facts, look.item, look.law.vocabulary) for facts in behind]
        self.values = {name: self._other_values(name) for facts in self.resting for name in facts}
        self.others: list[_Found] = []

    def found(self) -> list[_Found]:
        """Return the sets of facts with which the case would be eligible."""
        found: list[_Found] = []
        for size in range(1, _MOST_FACTS + 1):
            for names in combinations(self.values, size):
                if self._touches_all(names) and not _holds_one_of(names, found):
                    best = self._best(names)
                    found += [best] if best is not None else []
        return found

    def _best(self, names: Sequence[str]) -> _Found | None:
        """Return the nearest values of some facts with which the case would be eligible."""
        choices = (dict(zip(names, values, strict=True)) for values in product(*map(self.values.get, names)))  # type: ignore[arg-type]
        for changed in islice(sorted(choices, key=self._far), max(0, _MOST_DECISIONS - self.decided)):
            outcome = self._outcome(changed)
            if outcome == _BETTER[0]:
                return self._with_all(changed)
            if outcome in _BETTER and not _holds_one_of(names, self.others):
                self.others.append(self._least(changed, outcome))
        return None

    def _least(self, changed: Mapping[str, Value], outcome: Outcome) -> _Found:
        """Return the smallest part of some changes with which the case would at least no longer be refused.

        A part may do although a requirement goes on failing: one of higher precedence may become open by it.
        """
        for size in range(1, len(changed)):
            for part in map(dict, combinations(changed.items(), size)):
                found = self._outcome(part)
                if found in _BETTER:
                    return self._least(part, found)
        return _Found({name: (value,) for name, value in changed.items()}, outcome, self._far(changed))

    def _with_all(self, changed: Mapping[str, Value]) -> _Found:
        """Return a set that was found; of one fact with named values, with every value that would do."""
        values: _Values = {name: (value,) for name, value in changed.items()}
        name = next(iter(changed))
        if len(changed) == 1 and self.look.item.symbols.facts[name].kind in _NAMED:
            all_of_it = [value for alike in self.look.kinds(name) for value in alike]
            values[name] = tuple([one for one in all_of_it if self._outcome({name: one}) == _BETTER[0]])
        return _Found(values, _BETTER[0], self._far(changed))

    def _outcome(self, changed: Mapping[str, Value]) -> Outcome | None:
        """Return the outcome with some facts changed; None if there can be no such case."""
        self.decided += 1
        try:
            return self.look.decided(changed).outcome
        except CaseError:
            return None

    def _touches_all(self, names: Sequence[str]) -> bool:
        """Return whether each failing requirement is made from one of the facts: else it would go on failing."""
        return all(sources & set(names) for sources in self.sources)

    def _rests_on(self, answer: Answer) -> Iterator[str]:
        """Yield the facts that a requirement rests on, and those behind the conclusions among them."""
        facts = self.look.item.symbols.facts
        for name in answer.tested:
            concluded = (
                f"conclusion:{name}" in self.look.answers
            )  # what a table concludes cannot be laid down
            yield from (name,) if not concluded else ()
            yield from (one for one in self._behind(name) if concluded or facts[one].kind in ORDERED)

    def _behind(self, name: str) -> Iterator[str]:
        """Yield the facts behind a conclusion, or behind those that a fact of the item is made from."""
        concluded = self.look.answers.get(f"conclusion:{name}")
        made_from = self.look.item.reads(name) & self.look.item.shape.conclusions.keys()
        for one in concluded.tested if concluded is not None else sorted(made_from):
            if one in self.look.item.symbols.facts:
                yield one
                yield from self._behind(one)

    def _other_values(self, name: str) -> list[Value]:
        """Return the nearest value of each kind that the rules tell apart from the present one."""
        now, shape = self.look.book.get(name), self.look.law.vocabulary.facts.get(name)
        if isinstance(now, Unknown) or (shape is not None and shape.shape.changes == "never"):
            return []
        kinds = [alike for alike in self.look.kinds(name) if now not in alike]
        return [min(alike, key=lambda value: distance(now, value)) for alike in kinds]

    def _far(self, values: Mapping[str, Value]) -> Fraction:
        far = (distance(self.look.book.get(name), value) for name, value in values.items())
        return Fraction(sum(far))


def _holds_one_of(names: Sequence[str], found: Sequence[_Found]) -> bool:
    return any(one.values.keys() <= set(names) for one in found)


def _told(look: Look, shower: Shower, found: _Found) -> ChangeSet:
    types = look.item.symbols.facts
    told = (
        Change(
            shower.fact(name),
            tuple([show(value, types[name]) for value in values]),
            tuple([shower.known(value, types[name], name) for value in values]),
            _by(look, name, values[0]),
        )
        for name, values in found.values.items()
    )
    return ChangeSet(tuple(told), found.outcome)


def _by(look: Look, name: str, value: Any) -> Literal["time", "person"] | None:
    """Return who brings a change about; time only makes things more, later, or true."""
    fact = look.law.vocabulary.facts.get(name)
    by = fact.shape.changes if fact is not None else None
    if by == "time":
        now: Any = look.book.get(name)
        if fact is None or fact.type.kind not in ORDERED:
            return "time" if value is True else None
        return "time" if now is not NONE and value is not NONE and value > now else None
    return "person" if by == "person" else None
