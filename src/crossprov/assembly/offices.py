"""Who decides and who takes in: offices from the roles and intake rules of an item."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CaseError, Problem
from crossprov.assembly.answers import Answer, Special
from crossprov.assembly.reasons import STREET
from crossprov.assembly.show import Shower, text_of
from crossprov.decision import Channel, IntakeShown, OfficeShown
from crossprov.places import Office, OfficeUndetermined
from crossprov.rulebook.item import ThenFact
from crossprov.rulebook.schema import Intake, OfficeRow
from crossprov.texts import Text
from crossprov.values import NONE, Need

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.facts.book import FactBook
    from crossprov.rulebook import schema
    from crossprov.rulebook.book import Rulebook

_KEPT: Final = "counters"
_MAX_KEPT: Final = 4_096  # offices
_NO_SUCH_PLACE: Final = frozenset({"malformed", "unknown_code", "not_yet"})


class Counters:
    """The offices and channels of a rulebook, kept for all cases.

    Not kept: what a backend's own directory says, which may change at any time, and what depends on a street,
    which is free text.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._find = self._kept = rulebook.offices.office
        if rulebook.directory is None:
            self._kept = lru_cache(maxsize=_MAX_KEPT)(self._find)
        self.functions = rulebook.offices.region.functions
        shapes = rulebook.channels.items()
        self._channels = {name: Channel(name, text_of(one.name), one.address) for name, one in shapes}

    @classmethod
    def of(cls, rulebook: Rulebook) -> Counters:
        """Return those of a rulebook, which keeps them."""
        found = rulebook.kept.get(_KEPT)
        if not isinstance(found, Counters):
            found = rulebook.kept[_KEPT] = cls(rulebook)
        return found

    def office(
        self, function: str, place: str, on: dt.date, street: str | None
    ) -> Office | OfficeUndetermined:
        """Return the office that acts for a place on a day."""
        if street is None:
            return self._kept(function, place, on)
        return self._find(function, place, on, street=street)

    def channel(self, name: str) -> Channel:
        """Return a channel, by its id alone if it is not known."""
        return self._channels.get(name) or Channel(name, Text(name, name))


class OfficeFinder:
    """Finds the offices of a case on its day."""

    def __init__(self, rulebook: Rulebook, shower: Shower, book: FactBook) -> None:
        self.counters = Counters.of(rulebook)
        self.shower, self.book = shower, book
        self.day: dt.date = book.facts_on

    def role(self, role: str, answer: Answer) -> OfficeShown:
        """Return the office of a role, or what is missing to name it."""
        shape = self.shower.item.shape.offices[role]
        title = text_of(shape.name) if shape.name is not None else None
        about = self._about(role, shape.function, self.shower.row_rule(answer.row), title)
        if answer.open_ or answer.value is None:
            only = answer.possible[0] if len(answer.possible) == 1 and not answer.open_ else None
            return _unnamed(about, only.value if isinstance(only, Special) else "facts_missing")
        if answer.value is NONE:
            return _unnamed(about, "none")
        fact = street_fact(answer)
        street = self.book.get(fact) if fact is not None else None
        return self._at(about, shape.function, str(answer.value), street if isinstance(street, str) else None)

    def intake(self, answer: Answer, roles: Mapping[str, OfficeShown]) -> IntakeShown:
        """Return who may take the case in by one rule."""
        rule = answer.source.rows[0].rule
        assert isinstance(rule, Intake)
        office = roles.get(rule.at) if rule.at is not None else self._window(rule)
        said = self.shower.said(rule)
        return IntakeShown(
            rule.id,
            answer.truth is True,
            office,
            rule.anywhere_in,
            tuple([self.counters.channel(name) for name in rule.channels]),
            said.say,
            said.laws,
            said.confidence,
        )

    def _window(self, rule: Intake) -> OfficeShown | None:
        """Return the window at the place where the applicant wants to apply, if it is in the area."""
        case = self.book.case
        if case is None or case.applied_at is None or rule.function is None:
            return None
        province = self.book.province_of(case.applied_at, self.day)
        if province not in rule.anywhere_in:
            return None
        about = self._about(rule.id, rule.function, rule)
        return self._at(about, rule.function, case.applied_at, case.street)

    def _about(
        self, role: str, function: str, rule: schema.Rule | None, title: Text | None = None
    ) -> dict[str, Any]:
        """Return what is shown of a role whether or not its office can be named."""
        said = self.shower.said(rule) if rule is not None else None
        return {
            "role": role,
            "title": title,
            "function": self.counters.functions[function].name,
            "rule": getattr(rule, "id", None),
            "say": said.say if said is not None else None,
            "law": said.laws if said is not None else (),
        }

    def _at(self, about: dict[str, Any], function: str, place: str, street: str | None) -> OfficeShown:
        found = self.counters.office(function, place, self.day, street)
        if not isinstance(found, Office):
            if found.reason in _NO_SUCH_PLACE:
                raise CaseError([Problem("place_unknown", {"day": str(self.day)}, path=about["role"])])
            return _unnamed(about, found.reason, place, found.asks, found.candidates)
        return OfficeShown(
            **about, place=place, division=found.division, level=found.level, name=found.name,
            generic=found.generic, address=found.address, phone=found.phone, hours=found.hours,
            undetermined=None, asks=None, candidates=(),
            notices=tuple([notice.text for notice in found.notices]),
        )  # fmt: skip


def _unnamed(
    about: dict[str, Any],
    why: str,
    place: str | None = None,
    asks: str | None = None,
    candidates: tuple[str, ...] = (),
) -> OfficeShown:
    return OfficeShown(
        **about, place=place, division=None, level=None, name=None, generic=True,
        address=None, phone=None, hours=None, undetermined=why, asks=asks, candidates=candidates,
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
