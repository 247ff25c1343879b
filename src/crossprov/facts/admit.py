"""What a case may say: nothing that has not happened, nothing told twice differently, no unknown names.

Bad input never decides anything, so a case is looked at as a whole before any rule is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, get_args

from crossprov._errors import CaseError, Problem, shown
from crossprov.facts.book import APPLY, TOLD, as_fact, recorded, told_fact
from crossprov.models import Insurance, Records
from crossprov.rulebook.symbols import closest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.models import Case
    from crossprov.models.base import Model
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.loading import Law
    from crossprov.values import Value


def admit(case: Case, item: Item, law: Law, facts_on: dt.date) -> dict[str, Value]:
    """Return the facts that the case tells by name, read.

    Raises ``CaseError`` with everything in the case that cannot be so on the day of the facts.
    """
    told: dict[str, Value] = {}
    found = [Problem("after_as_of", {"day": str(facts_on)}, path=path) for path in _after(case, facts_on)]
    if case.events:
        found += _events(case, item)
    if case.facts:
        found += _told(case, law, told)
    if found:
        raise CaseError(found)
    return told


def _after(case: Case, facts_on: dt.date) -> Iterator[str]:
    """Yield the fields that speak of what lies after the day of the facts."""
    for index, event in enumerate(case.events):
        if event.on > facts_on:
            yield f"events[{index}].on"
    applied, applicant, move = case.applied_on, case.applicant, case.move
    if applied is not None and applied > facts_on:
        yield "applied_on"
    born = getattr(applicant, "known_birth_date", None)
    if born is not None and born > facts_on:
        yield "applicant.birth_date"
    enrolled = move.enrolled_on if move is not None else None
    if enrolled is not None and enrolled > facts_on:
        yield "move.enrolled_on"
    yield from _records_after(applicant, "applicant", facts_on)


def _records_after(holder: Model, path: str, facts_on: dt.date) -> Iterator[str]:
    lists, holders = _lists_in(type(holder))
    fields = vars(holder)
    for name in lists:
        listed = fields[name]
        if listed is not None:
            for index, record in enumerate(listed.records):
                last = record.last_told
                if last is not None and last > facts_on:
                    yield f"{path}.{name}.records[{index}]"
    for name in holders:
        yield from _records_after(fields[name], f"{path}.{name}", facts_on)


@cache
def _lists_in(model: type[Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields of a model that are lists of records, and those that may hold some."""
    lists: list[str] = []
    holders: list[str] = []
    for name, field in model.model_fields.items():
        for kind in get_args(field.annotation) or (field.annotation,):
            if isinstance(kind, type) and issubclass(kind, Records):
                lists.append(name)
            elif kind is Insurance:
                holders.append(name)
    return tuple(lists), tuple(holders)


def _events(case: Case, item: Item) -> Iterator[Problem]:
    steps = {step.id for step in item.shape.steps}
    for index, event in enumerate(case.events):
        path = f"events[{index}]"
        if event.step not in steps:
            said = {"found": shown(event.step), "expected": ", ".join(sorted(steps))}
            yield Problem("event_unknown", said, path=f"{path}.step")
        if event.step == APPLY and case.applied_on not in (None, event.on):
            yield Problem("event_contradicts", path=f"{path}.on")


def _told(case: Case, law: Law, told: dict[str, Value]) -> Iterator[Problem]:
    known = law.vocabulary.facts
    for name, raw in case.facts.items():
        fact = known.get(name)
        given = fact.shape.given if fact is not None else None
        if fact is None:
            said = {"found": name, "expected": closest(name, known)}
            yield Problem("fact_unknown", said, path=f"facts.{name}")
        elif given is None:
            yield Problem("fact_not_told", {"fact": name}, path=f"facts.{name}")
        elif raw is not None:
            try:
                value = told[name] = told_fact(raw, fact)
            except CaseError as error:
                yield from error.problems
                continue
            if given == TOLD:
                continue
            field = recorded(case, given.split("."))
            if field is not None and as_fact(field, fact.type) != value:
                yield Problem("fact_contradicts", {"fact": name}, path=f"facts.{name}")
