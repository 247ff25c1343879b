"""Who decides and who takes in: offices from the roles and intake rules of an item."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from crossprov.assembly.answers import Answer, Special
from crossprov.assembly.reasons import STREET
from crossprov.assembly.show import text_of
from crossprov.decision import Channel, IntakeShown, Notice, OfficeShown
from crossprov.places import Office, OfficeUndetermined
from crossprov.rulebook.item import ThenFact
from crossprov.rulebook.schema import OfficeRow
from crossprov.texts import Text, template
from crossprov.values import NONE, Need

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.assembly.show import Shower
    from crossprov.facts.book import FactBook
    from crossprov.rulebook import schema
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.schema import Intake, OfficeRole

COMPETENT: Final = "competent"  # the role of the office that decides
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


class Found(NamedTuple):
    """Where an office was looked for, and the office; without one, ``why``."""

    place: str | None = None
    office: Office | OfficeUndetermined | None = None
    why: str | None = None

    @property
    def division(self) -> str | None:
        """The division of the office, if there is one."""
        return self.office.division if isinstance(self.office, Office) else None

    @property
    def is_nowhere(self) -> bool:
        """Whether no office acts for the place, or there is no place, and nothing that could be told would name one."""
        nobody = isinstance(self.office, OfficeUndetermined) and self.office.asks is None
        return nobody or self.why == Special.NO_PLACE.value


class OfficeFinder:
    """Finds the offices of a case on its day."""

    def __init__(self, rulebook: Rulebook, book: FactBook) -> None:
        self.counters = Counters.of(rulebook)
        self.book = book
        self.shapes = book.item.shape.offices

    def role(self, role: str, answer: Answer) -> Found:
        """Return the office of a role, or why it cannot be named."""
        if answer.open_ or answer.value is None:
            only = answer.possible[0] if len(answer.possible) == 1 and not answer.open_ else None
            return Found(why=only.value if isinstance(only, Special) else "facts_missing")
        if answer.value is NONE:
            return Found(why="none")
        fact = street_fact(answer)
        street = self.book.get(fact) if fact is not None else None
        function = organ(self.shapes[role], answer)
        return self._at(function, str(answer.value), street if isinstance(street, str) else None)

    def window(self, answer: Answer) -> Found | None:
        """Return the window at the place where the applicant wants to apply, if it is in the area of a rule."""
        case = self.book.case
        if case is None or case.applied_at is None:
            return None
        rule = cast("Intake", answer.source.rows[0].rule)
        if rule.at is not None or rule.function is None:
            return None
        province = self.book.province_of(case.applied_at, self.book.facts_on)
        if province not in rule.anywhere_in:
            return None
        return self._at(rule.function, case.applied_at, case.street)

    def _at(self, function: str, place: str, street: str | None) -> Found:
        day = self.book.facts_on
        found = self.counters.office(function, place, day, street)
        if isinstance(found, Office):
            return Found(place, found)
        if found.reason in _NO_SUCH_PLACE:
            raise self.book.no_division(place, day)
        return Found(place, found, found.reason)


class OfficeShower:
    """Puts the offices that were found for a case into words."""

    def __init__(self, rulebook: Rulebook, shower: Shower) -> None:
        self.counters, self.shower = Counters.of(rulebook), shower

    def role(self, role: str, answer: Answer, found: Found) -> OfficeShown:
        """Return the office of a role, or what is missing to name it."""
        shape = self.shower.item.shape.offices[role]
        title = text_of(shape.name) if shape.name is not None else None
        function = organ(shape, answer)
        return self._shown(found, role, function, self.shower.row_rule(answer.row), title)

    def intake(self, answer: Answer, window: Found | None, roles: Mapping[str, OfficeShown]) -> IntakeShown:
        """Return who may take the case in by one rule: the office of a role, or a window."""
        rule = cast("Intake", answer.source.rows[0].rule)
        office = roles.get(rule.at) if rule.at is not None else None
        if window is not None and rule.function is not None:
            office = self._shown(window, rule.id, rule.function, rule)
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

    def nowhere(self, answer: Answer | None) -> Notice:
        """Return the notice that no office could decide on the day; ``answer`` None: no row names a place."""
        role = self.shower.item.shape.offices[COMPETENT]
        function = self.counters.functions[role.function if answer is None else organ(role, answer)].name
        day = str(self.shower.book.facts_on)
        words = template("word.no_office").filled(function=function, day=Text(day, day))
        return Notice("no-office", words, True, ())

    def _shown(
        self, found: Found, role: str, function: str, rule: schema.Rule | None, title: Text | None = None
    ) -> OfficeShown:
        said = self.shower.said(rule) if rule is not None else None
        office = found.office if isinstance(found.office, Office) else None
        undetermined = found.office if isinstance(found.office, OfficeUndetermined) else None
        return OfficeShown(
            role=role,
            title=title,
            function=self.counters.functions[function].name,
            place=found.place,
            division=found.division,
            level=office.level if office is not None else None,
            name=office.name if office is not None else None,
            generic=office.generic if office is not None else True,
            address=office.address if office is not None else None,
            phone=office.phone if office is not None else None,
            hours=office.hours if office is not None else None,
            undetermined=found.why,
            asks=undetermined.asks if undetermined is not None else None,
            candidates=undetermined.candidates if undetermined is not None else (),
            rule=getattr(rule, "id", None),
            say=said.say if said is not None else None,
            law=said.laws if said is not None else (),
            notices=tuple([notice.text for notice in office.notices]) if office is not None else (),
        )


def organ(role: OfficeRole, answer: Answer) -> str:
    """Return the function of the organ that acts: that of the row that decided, else that of the role."""
    rule = answer.row.rule if answer.row is not None else None
    return rule.function or role.function if type(rule) is OfficeRow else role.function


def street_fact(answer: Answer) -> str | None:
    """Return the fact that tells the township of the place that a role's table concluded."""
    rule = answer.row.rule if answer.row is not None else None
    return rule.street if type(rule) is OfficeRow else None


def office_needs(found: Found, answer: Answer) -> frozenset[Need]:
    """Return what would settle the office of a role that could not be named from a known place."""
    if not isinstance(found.office, OfficeUndetermined) or found.place is None or found.office.asks is None:
        return frozenset()
    then = answer.row.then if answer.row is not None else None
    asks = found.office.asks
    fact = street_fact(answer) if asks == STREET else then.name if isinstance(then, ThenFact) else None
    return frozenset({Need(fact) if fact is not None else Need(STREET, (found.place,))})
