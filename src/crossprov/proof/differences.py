"""The kinds of difference between two worlds of the same cases: a term of z3, and a question to both programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import z3

from crossprov.proof.acting import acting
from crossprov.proof.difference import GOES_ON, Difference, apart, of_both
from crossprov.proof.outcome import outcomes_of, settled_before
from crossprov.proof.symbols import FALSE, TRUE, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.proof.replay import Told
    from crossprov.proof.tables import TableTerms
    from crossprov.proof.world import ItemWorld
    from crossprov.rulebook.item import Kind

_RULES: Final[tuple[Kind, ...]] = ("intake", "step", "material", "not_required", "notice")
_IF_IT_GOES_ON: Final = frozenset({"intake", "step", "material"})


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
    yield from acting(old, new, goes_on, hint)
    yield from _conclusions(old, new, hint)
    for kind in _RULES:
        yield from _applies(old, new, kind, goes_on, hint)
    yield from _due(old, new, goes_on, hint)
    yield from _amounts(old, new, goes_on, hint)


def _goes_on(outcomes: dict[str, Term]) -> Term:
    return z3.Or(*[outcomes[one] for one in sorted(GOES_ON)])


def _outcome(told: Told) -> str:
    return str(told.decision.outcome)


def _among(said: Callable[[Told], str], *wanted: str) -> Callable[[Told], str]:
    return lambda told: found if (found := said(told)) in wanted else ""


def _conclusions(old: ItemWorld, new: ItemWorld, hint: Term) -> Iterator[Difference]:
    for table, one, other in of_both(old, new, "conclusion"):
        if all(found is None or found.table.source.each is None for found in (one, other)):
            name = table.partition(":")[2]
            yield Difference("conclusion", name, apart(one, other), _conclusion(name), hint=hint)


def _conclusion(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        found = next((one for one in told.decision.conclusions if one.name == name), None)
        if found is None:
            return "–"
        return "refer_to_person" if found.refer else str(found.value) if found.known else ""

    return said


def _applies(old: ItemWorld, new: ItemWorld, kind: Kind, goes_on: Term, hint: Term) -> Iterator[Difference]:
    only = kind in _IF_IT_GOES_ON
    for name, *both in of_both(old, new, kind):
        one, other = (table.applies() if table is not None else FALSE for table in both)
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
    for table, one, other in of_both(old, new, "amount"):
        name, term = table.partition(":")[2], z3.And(goes_on, apart(one, other))
        yield Difference("amount", name, term, _amount(name), goes_on=True, hint=hint)


def _amount(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        found = next((one for one in told.decision.amounts if one.id == name), None)
        return "–" if found is None else str(found.yuan or "")

    return said
