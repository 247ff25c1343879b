"""A case that shows a fault: as few facts as show it, in words of a rule file, and as a worked example to paste."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crossprov.proof.world import GIVEN_AS_OF
from crossprov.rulebook.types import show
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov.proof.goals import Goal
    from crossprov.proof.replay import Program, Told
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.types import Type
    from crossprov.values import Value


def shortest(told: Told, item: Item, program: Program, met: Callable[[Told], bool]) -> Told:
    """Leave out every fact without which the program says the same; the rest is asked of both engines."""
    best, outcome = told, told.decision.outcome
    for name in told.facts:
        fewer = {other: value for other, value in best.facts.items() if other != name}
        again = program.decide(item, fewer, told.day)
        if again is not None and met(again) and again.decision.outcome == outcome:
            best = again
    sure = program.decide(item, best.facts, told.day, sure=True)
    assert sure is not None
    assert met(sure)
    return sure


def written_facts(told: Told, item: Item) -> dict[str, str]:
    """Return the facts of a case as a rule file writes them; the day of the case is no fact among others."""
    return {
        name: show(value, item.symbols.facts[name])
        for name, value in told.facts.items()
        if name in item.symbols.facts and not _is_as_of(name, told)
    }


def _is_as_of(name: str, told: Told) -> bool:
    declared = told.book.sources.law.vocabulary.facts.get(name)
    return declared is not None and declared.shape.given == GIVEN_AS_OF


def entry(told: Told, item: Item, program: Program, goal: Goal) -> str:
    """Return the case as an entry of the worked examples of its item. It expects what the program says now."""
    facts = {
        name: _plain(value, item.symbols.facts[name])
        for name, value in told.facts.items()
        if name in item.symbols.facts and not _is_as_of(name, told)
    }
    name = f"proof-{goal.code}-{goal.subject}"
    lines = [
        f"- id: {json.dumps(name, ensure_ascii=False)}",
        f"  title: {{zh: {_word(goal.subject)}, en: {_word(goal.subject)}}}",
        f"  as_of: {told.day}",
    ]
    case = program.no_records(item)
    if case:
        lines.append(f"  case: {json.dumps(case, ensure_ascii=False)}")
    lines.append(f"  facts: {json.dumps(facts, ensure_ascii=False)}")
    lines.append(f"  expect: {{outcome: {told.decision.outcome}}}")
    return "\n".join(lines)


def _word(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain(value: Value, type_: Type) -> Any:
    """Return a value as ``facts:`` of an example takes it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, int) and type_.kind == "int":
        return value
    return "none" if value is NONE else show(value, type_)
