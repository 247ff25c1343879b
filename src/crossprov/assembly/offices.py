"""Who decides and who takes in: offices from the roles and intake rules of an item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CaseError, Problem
from crossprov.assembly.answers import Answer, Special
from crossprov.assembly.show import Shower, text_of
from crossprov.decision import Channel, IntakeShown, OfficeShown
from crossprov.places import Office
from crossprov.rulebook.item import ThenFact
from crossprov.rulebook.schema import Intake, OfficeRow
from crossprov.texts import Text
from crossprov.values import NONE, Need

if TYPE_CHECKING:
    from crossprov.facts.book import FactBook
    from crossprov.rulebook.book import Rulebook

STREET: Final = "street"
_NO_SUCH_PLACE: Final = frozenset({"malformed", "unknown_code", "not_yet"})


class OfficeFinder:
    """Finds the offices of a case on its day."""

    def __init__(self, rulebook: Rulebook, shower: Shower, book: FactBook) -> None:
        self.offices, self.channels = rulebook.offices, rulebook.channels
        self.shower, self.book = shower, book
        self.day: dt.date = book.facts_on

    def role(self, role: str, answer: Answer) -> OfficeShown:
        """Return the office of a role, or what is missing to name it."""
        shape = self.shower.item.shape.offices[role]
        rule = self.shower.row_rule(answer.row)
        title = text_of(shape.name) if shape.name is not None else None
        empty = self._empty(role, shape.function, rule, title)
        if answer.open_ or answer.value is None:
            only = answer.possible[0] if len(answer.possible) == 1 and not answer.open_ else None
            return replace(empty, undetermined=only.value if isinstance(only, Special) else "facts_missing")
        if answer.value is NONE:
            return replace(empty, undetermined="none")
        fact = street_fact(answer)
        street = self.book.get(fact) if fact is not None else None
        return self._at(empty, shape.function, str(answer.value), street if isinstance(street, str) else None)

    def intake(self, answer: Answer, roles: Mapping[str, OfficeShown]) -> IntakeShown:
        """Return who may take the case in by one rule."""
        rule = answer.source.rows[0].rule
        assert isinstance(rule, Intake)  # noqa: S101 - INVARIANT: only intake rules are asked
        office = roles.get(rule.at) if rule.at is not None else self._window(rule)
        return IntakeShown(
            rule.id,
            answer.truth is True,
            office,
            rule.anywhere_in,
            tuple(self._channel(name) for name in rule.channels),
            self.shower.say(rule),
            self.shower.laws(rule),
            self.shower.confidence(rule),
        )

    def _window(self, rule: Intake) -> OfficeShown | None:
        """Return the window at the place where the applicant wants to apply, if it is in the area."""
        case = self.book.case
        if case is None or case.applied_at is None or rule.function is None:
            return None
        province = self.book.province_of(case.applied_at, self.day)
        if province not in rule.anywhere_in:
            return None
        return self._at(self._empty(rule.id, rule.function, rule), rule.function, case.applied_at, case.street)

    def _channel(self, name: str) -> Channel:
        found = self.channels.get(name)
        return Channel(name, text_of(found.name), found.address) if found else Channel(name, Text(name, name))

    def _empty(self, role: str, function: str, rule: Any, title: Text | None = None) -> OfficeShown:
        known = self.offices.region.functions[function]
        return OfficeShown(
            role=role, title=title, function=known.name, place=None, division=None, level=None, name=None, generic=True,
            address=None, phone=None, hours=None, undetermined=None, asks=None, candidates=(),
            rule=rule.id if rule is not None else None, say=self.shower.say(rule),
            law=self.shower.laws(rule) if rule is not None else (),
        )  # fmt: skip

    def _at(self, empty: OfficeShown, function: str, place: str, street: str | None) -> OfficeShown:
        found = self.offices.office(function, place, self.day, street=street)
        if not isinstance(found, Office):
            if found.reason in _NO_SUCH_PLACE:
                raise CaseError([Problem("place_unknown", {"day": str(self.day)}, path=empty.role)])
            return replace(
                empty, place=place, undetermined=found.reason, asks=found.asks, candidates=found.candidates
            )
        return replace(
            empty, place=place, division=found.division, level=found.level, name=found.name,
            generic=found.generic, address=found.address, phone=found.phone, hours=found.hours,
            notices=tuple(notice.text for notice in found.notices),
        )  # fmt: skip


def street_fact(answer: Answer) -> str | None:
    """Return the fact that tells the township of the place that a role's table concluded."""
    rule = answer.row.rule if answer.row is not None else None
    return rule.street if isinstance(rule, OfficeRow) else None


def office_needs(role: OfficeShown, answer: Answer) -> frozenset[Need]:
    """Return what would settle an office that could not be named from a known place."""
    if role.undetermined is None or role.place is None or role.asks is None:
        return frozenset()
    then = answer.row.then if answer.row is not None else None
    fact = street_fact(answer) if role.asks == STREET else then.name if isinstance(then, ThenFact) else None
    return frozenset({Need(fact) if fact is not None else Need(STREET, (role.place,))})
