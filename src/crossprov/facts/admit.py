"""What a case may say: nothing that has not happened, nothing told twice differently, no unknown names.

Bad input never decides anything, so a case is looked at as a whole before any rule is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crossprov._errors import CaseError, Problem
from crossprov.facts.book import TOLD, as_fact, told_fact, walk
from crossprov.models import Records
from crossprov.rulebook.check import closest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.models import Case
    from crossprov.models.base import Model
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.loading import Law
    from crossprov.values import Value

APPLY = "apply"


def admit(case: Case, item: Item, law: Law, facts_on: dt.date) -> dict[str, Value]:
    """Return the facts that the case tells by name, read.

    Raises ``CaseError`` with everything in the case that cannot be so on the day of the facts.
    """
    late = [Problem("after_as_of", {"day": str(facts_on)}, path=path) for path in _after(case, facts_on)]
    told: dict[str, Value] = {}
    found = [*late, *_events(case, item), *_told(case, law, told)]
    if found:
        raise CaseError(found)
    return told


def _after(case: Case, facts_on: dt.date) -> Iterator[str]:
    """Yield the fields that speak of what lies after the day of the facts."""
    for index, event in enumerate(case.events):
        if event.on > facts_on:
            yield f"events[{index}].on"
    if case.applied_on is not None and case.applied_on > facts_on:
        yield "applied_on"
    born = getattr(case.applicant, "known_birth_date", None)
    if born is not None and born > facts_on:
        yield "applicant.birth_date"
    enrolled = case.move.enrolled_on if case.move is not None else None
    if enrolled is not None and enrolled > facts_on:
        yield "move.enrolled_on"
    for path, records in _lists(case.applicant, "applicant"):
        for index, record in enumerate(records.records):
            if record.last_told is not None and record.last_told > facts_on:
                yield f"{path}.records[{index}]"


def _lists(model: Model, path: str) -> Iterator[tuple[str, Records]]:  # type: ignore[type-arg]
    for name in _fields(type(model)):
        value = getattr(model, name)
        if isinstance(value, Records):
            yield f"{path}.{name}", value
        elif name == "insurance":
            yield from _lists(value, f"{path}.{name}")


@cache
def _fields(model: type[Model]) -> tuple[str, ...]:
    """Return the names of the fields of a model, which pydantic takes long to tell."""
    return tuple(model.model_fields)


def _events(case: Case, item: Item) -> Iterator[Problem]:
    steps = {step.id for step in item.shape.steps} if case.events else ()
    for index, event in enumerate(case.events):
        path = f"events[{index}]"
        if event.step not in steps:
            said = {"found": event.step, "expected": ", ".join(sorted(steps))}
            yield Problem("event_unknown", said, path=f"{path}.step")
        if event.step == APPLY and case.applied_on not in (None, event.on):
            yield Problem("event_contradicts", path=f"{path}.on")


def _told(case: Case, law: Law, told: dict[str, Value]) -> Iterator[Problem]:
    for name, raw in case.facts.items():
        path = f"facts.{name}"
        fact = law.vocabulary.facts.get(name)
        if fact is None:
            said = {"found": name, "expected": closest(name, law.vocabulary.facts)}
            yield Problem("fact_unknown", said, path=path)
        elif fact.shape.given is None:
            yield Problem("fact_not_told", {"fact": name}, path=path)
        elif raw is not None:
            try:
                value = told[name] = told_fact(raw, fact)
            except CaseError as error:
                yield from error.problems
                continue
            recorded = walk(case, fact.shape.given.split(".")) if fact.shape.given != TOLD else None
            if recorded is not None and as_fact(recorded, fact.type) != value:
                yield Problem("fact_contradicts", {"fact": name}, path=path)
