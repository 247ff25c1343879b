"""The kinds of difference between two worlds of the same cases: a term of z3, and a question to both programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import z3

from crossprov.assembly.answers import COMPETENT
from crossprov.proof.outcome import outcomes_of, settled_before
from crossprov.proof.symbols import FALSE, TRUE, Term, compared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.proof.replay import Told
    from crossprov.proof.tables import TableTerms
    from crossprov.proof.world import ItemWorld

_RULES: Final = ("intake", "step", "material", "not_required", "notice")
_IF_IT_GOES_ON: Final = frozenset({"intake", "step", "material"})
_GOES_ON: Final = frozenset({"eligible", "refer_to_person"})


@dataclass(frozen=True)
class Difference:
    """One way in which two decisions may differ. ``said`` returns what a decision says of it."""

    code: str
    subject: str
    term: Term
    said: Callable[[Told], str]
    goes_on: bool = False
    hint: Term = TRUE

    def differs(self, old: Told, new: Told) -> bool:
        """Return whether two decisions differ in this, where it is asked of cases that go on, only of these."""
        if self.goes_on and not {old.decision.outcome, new.decision.outcome} <= _GOES_ON:
            return False
        before, after = self.said(old), self.said(new)
        return before != after and "" not in (before, after)


def differences(old: ItemWorld, new: ItemWorld) -> Iterator[Difference]:
    """Yield the ways in which the decisions of two worlds may differ."""
    before, after = outcomes_of(old), outcomes_of(new)
    hint = z3.And(settled_before(old, *old.tables.values()), settled_before(new, *new.tables.values()))
    for one, first in before.items():
        for other, second in after.items():
            if one != other:
                said = _among(_outcome, one, other)
                yield Difference("outcome", f"{one}→{other}", z3.And(first, second), said, hint=hint)
    goes_on = z3.And(_goes_on(before), _goes_on(after))
    yield from _competent(old, new, goes_on, hint)
    yield from _conclusions(old, new, hint)
    for kind in _RULES:
        yield from _applies(old, new, kind, goes_on, hint)
    yield from _due(old, new, goes_on, hint)
    yield from _amounts(old, new, goes_on, hint)


def _goes_on(outcomes: dict[str, Term]) -> Term:
    return z3.Or(*[outcomes[one] for one in sorted(_GOES_ON)])


def _outcome(told: Told) -> str:
    return str(told.decision.outcome)


def _among(said: Callable[[Told], str], *wanted: str) -> Callable[[Told], str]:
    return lambda told: found if (found := said(told)) in wanted else ""


def _apart(one: TableTerms, other: TableTerms) -> Term:
    """Return that two tables conclude differently, or that only one of them does."""
    a, b = one.conclusion, other.conclusion
    if a.kind != b.kind or a.values != b.values:
        return FALSE
    same = (
        z3.And(*[x == y for x, y in zip(a.parts, b.parts, strict=True)])
        if a.kind == "set"
        else compared("==", a, b)
    )
    both = z3.And(z3.Not(one.special), z3.Not(other.special))
    return z3.Or(z3.And(both, z3.Not(same)), one.special != other.special)


def _competent(old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term) -> Iterator[Difference]:
    if COMPETENT in old.tables and COMPETENT in new.tables:
        term = z3.And(goes_on, _apart(old.tables[COMPETENT], new.tables[COMPETENT]))
        yield Difference("competent", COMPETENT, term, _office, goes_on=True, hint=hint)


def _office(told: Told) -> str:
    office = told.decision.competent
    return "" if office is None else str(office.division or office.undetermined)


def _conclusions(old: ItemWorld, new: ItemWorld, hint: Term) -> Iterator[Difference]:
    for one in old.of_kind("conclusion"):
        other = new.tables.get(one.table.name)
        if other is not None and one.table.source.each is None and other.table.source.each is None:
            term = _apart(one, other)
            yield Difference(
                "conclusion", one.table.source.id, term, _conclusion(one.table.source.id), hint=hint
            )


def _conclusion(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        found = next((one for one in told.decision.conclusions if one.name == name), None)
        if found is None:
            return "–"
        return "refer_to_person" if found.refer else str(found.value) if found.known else ""

    return said


def _applies(old: ItemWorld, new: ItemWorld, kind: str, goes_on: Term, hint: Term) -> Iterator[Difference]:
    names = dict.fromkeys(one.table.name for world in (old, new) for one in world.of_kind(kind))
    only = kind in _IF_IT_GOES_ON
    for name in names:
        one, other = (world.tables[name].applies() if name in world.tables else FALSE for world in (old, new))
        term = z3.And(goes_on if only else TRUE, one != other)
        yield Difference(kind, name.partition(":")[2], term, _rule(name), goes_on=only, hint=hint)


def _rule(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        row = told.rows.get(name)
        if row is None and any(one == name for one in told.tables):
            return ""
        return "applies" if row == 0 else "applies_not"

    return said


def _due(old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term) -> Iterator[Difference]:
    """Time limits, by the step: another length, or one limit more or less."""
    steps = dict.fromkeys(_limit(one).step for world in (old, new) for one in world.of_kind("limit"))
    for step in steps:
        lengths: dict[str, list[Term]] = {}
        for side, world in enumerate((old, new)):
            for one in world.of_kind("limit"):
                rule = _limit(one)
                if rule.step == step:
                    terms = lengths.setdefault(
                        f"{rule.kind} {rule.length} {rule.starts_with}", [FALSE, FALSE]
                    )
                    terms[side] = z3.Or(terms[side], one.applies())
        term = z3.And(goes_on, z3.Or(*[before != after for before, after in lengths.values()]))
        yield Difference("due", step, term, _limits(step), goes_on=True, hint=hint)


def _limit(table: TableTerms) -> Any:
    return table.table.source.rows[0].rule


def _limits(step: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        found = next((one for one in told.decision.steps if one.id == step), None)
        limits = (
            []
            if found is None
            else [f"{due.length} {due.unit} ({due.kind}, {due.starts_with})" for due in found.due]
        )
        return ", ".join(sorted(limits)) or "–"

    return said


def _amounts(old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term) -> Iterator[Difference]:
    for one in old.of_kind("amount"):
        other = new.tables.get(one.table.name)
        if other is not None:
            term = z3.And(goes_on, _apart(one, other))
            yield Difference(
                "amount", one.table.source.id, term, _amount(one.table.source.id), goes_on=True, hint=hint
            )


def _amount(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        found = next((one for one in told.decision.amounts if one.id == name), None)
        return "–" if found is None else str(found.yuan or "")

    return said
