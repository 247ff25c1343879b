"""crossprov itself: one table by the engine named in CROSSPROV_ENGINE, as a decision asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tables import name, said, tables

from crossprov import Rulebook
from crossprov.decide import decider
from crossprov.values import NONE, Month, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov.values import Fact


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    rules = Rulebook.load()
    ours = next(
        one for _, one in tables(rules) if {name(fact) for fact in one.types} == table["facts"].keys()
    )
    evaluate = decider(rules).engine.prepare(ours)
    facts = {fact: (name(fact), type_.kind == "month") for fact, type_ in ours.types.items()}
    answers = [said(row.then) for row in ours.rows]

    def value(case: dict[str, Any], fact: str) -> Fact:
        key, is_month = facts[fact]
        found = case.get(key, case)
        if found is case or (found is None and not is_month):
            return Unknown(frozenset((fact,)))
        if is_month:
            return NONE if found is None else Month(*divmod(found - 1, 12))
        return found

    def ask(case: dict[str, Any]) -> object:
        hit = evaluate(lambda fact: value(case, fact))
        known = {answers[row] for row in hit.rows if row >= 0}
        return known.pop() if len(known) == 1 and not hit.missing else None

    return ask
