"""Which office acts for a place on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from crossprov.places._region_data import read_region
from crossprov.places.directory import GenericDirectory, name_of
from crossprov.places.division import Ambiguous, Division, NotFound, Resolved
from crossprov.texts import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.places.directory import OfficeDirectory
    from crossprov.places.division import Level
    from crossprov.places.divisions import Divisions
    from crossprov.places.region import Agency, Confidence, Function, OfficeTransition, Tier

OfficeReason: TypeAlias = Literal[
    "malformed",
    "unknown_code",
    "not_yet",
    "no_successor",
    "divided",
    "too_coarse",
    "no_division_at_level",
    "function_not_in_force",
    "former_office_unknown",
    "agency_not_in_force",
    "agency_not_competent",
]
OfficeAsks: TypeAlias = Literal["place", "street", "prefecture", "county", "former_county"]

# From the largest to the smallest.
_LEVELS: Final[tuple[Level, ...]] = ("province", "prefecture", "county")


class Notice(NamedTuple):
    """Something to be shown with an office; the code is stable, the text comes from ``region.yaml``."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Office:
    """An office that acts for a place.

    ``division`` is the code of the division whose office it is, ``None`` for an agency that lies in
    several; ``agency`` is the id of a special agency, if it is one. ``generic`` means that the name states
    the type of office and is not its real name. ``acting_for`` is the new division for which the office
    of a former one still acts. ``law`` says where the level is laid down, or ``none_found``.
    """

    function: str
    division: str | None
    level: Tier
    agency: str | None
    name: Text
    generic: bool
    law: str
    confidence: Confidence
    acting_for: str | None = None
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeUndetermined:
    """The office cannot be named yet: why, which places are possible, and what would have to be told.

    ``candidates`` are division codes; ``asks`` is ``None`` where no answer could help.
    """

    reason: OfficeReason
    candidates: tuple[str, ...] = ()
    asks: OfficeAsks | None = None


class Offices:
    """Finds offices from (function, place, day) by the tiers, agencies and transitions of ``region.yaml``."""

    def __init__(
        self, region: Mapping[str, Any], divisions: Divisions, directory: OfficeDirectory | None = None
    ) -> None:
        """Take the parsed ``region.yaml``; raise ``RulebookError`` if it is not right."""
        self.region = read_region(region)
        self._divisions = divisions
        self._directory = directory
        self._generic = GenericDirectory(self.region, divisions)

    def office(
        self,
        function: str,
        place: str,
        on: dt.date,
        *,
        street: str | None = None,
        written_on: dt.date | None = None,
    ) -> Office | OfficeUndetermined:
        """Return the office that exercises ``function`` for ``place`` on the day ``on``.

        ``place`` is a division code or the id of an agency; ``street`` and ``written_on`` are as in
        ``Divisions.resolve``. Raises ``ValueError`` for a function that ``region.yaml`` does not have.
        """
        if function not in self.region.functions:
            raise ValueError("unknown_function")
        rule = self.region.functions[function]
        if place in self.region.agencies:
            return self._of_agency(rule, self.region.agencies[place], on)
        found = self._divisions.resolve(place, on, street=street, written_on=written_on)
        if isinstance(found, Resolved):
            return self._of_division(rule, found, on, street)
        if isinstance(found, Ambiguous):
            return self._of_candidates(rule, found, on)
        if found.reason == "no_county_table":
            return self._outside(rule, place, on)
        return OfficeUndetermined(
            "unknown_code" if found.reason == "abolished" else found.reason, (), "place"
        )

    def provinces_without(
        self, function: str, first: dt.date, last: dt.date
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the provinces where a function has no office on any of some days, and those where it lacks some.

        It lacks one on a day on which it is not in force there, and for a place that has no division of its level. For
        a place that is not told finely enough, or of which nobody knows, that is not the question.
        """
        rule, divisions = self.region.functions[function], self._divisions
        days = {first, *(day for day in rule.change_days() if first <= day <= last)}
        tiers: dict[str, set[Tier | None]] = {}
        for day in days:
            for code in divisions.province_codes(day):
                tiers.setdefault(code, set()).add(rule.tier(code, day))
        never = frozenset(code for code, found in tiers.items() if found == {None})
        some = {code for code, found in tiers.items() if None in found}
        by_prefecture = {code for code, found in tiers.items() if "prefecture" in found}
        for life in divisions:
            day = max(first, life.from_)
            if life.level == "county" and day <= min(last, life.through or last):
                province = divisions.ancestor(life, "province", day) or life
                if province.code in by_prefecture and divisions.ancestor(life, "prefecture", day) is None:
                    some.add(province.code)
        return never, frozenset(some) - never

    def hosts(self, agency: str, on: dt.date) -> tuple[str, ...]:
        """Return the codes of the counties in which an agency lies on the day ``on``."""
        codes: set[str] = set()
        for host in self.region.agencies[agency].hosts:
            found = self._divisions.resolve(host.county, on, street=host.street)
            if isinstance(found, Resolved):
                codes.add(found.division.code)
            elif isinstance(found, Ambiguous):
                codes |= {division.code for division in found.candidates}
        return tuple(sorted(codes))

    def _of_division(
        self, rule: Function, found: Resolved, on: dt.date, street: str | None
    ) -> Office | OfficeUndetermined:
        target = self._target(rule, found.division, on)
        if isinstance(target, OfficeUndetermined):
            return target
        division, tier = target
        notices = self._notices_of_moves(found, division, on)
        transition = self._transition(division.code, on)
        if transition is None:
            return replace(self._build(rule, division.code, tier, on), notices=notices)
        former = self._former(transition, found, on, street)
        if former is None:
            return OfficeUndetermined("former_office_unknown", transition.acting, "former_county")
        notices += (Notice("old_office_acts", transition.notice),)
        return replace(self._build(rule, former, tier, on), notices=notices, acting_for=division.code)

    def _of_candidates(self, rule: Function, found: Ambiguous, on: dt.date) -> Office | OfficeUndetermined:
        """Return the office if it is the same for all candidates, else ask which of them it is."""
        targets = [self._target(rule, candidate, on) for candidate in found.candidates]
        codes = {None if isinstance(t, OfficeUndetermined) else t[0].code for t in targets}
        if len(codes) == 1:
            return self._of_division(rule, Resolved(found.candidates[0]), on, None)
        return OfficeUndetermined("divided", tuple(c.code for c in found.candidates), found.asks)

    def _target(
        self, rule: Function, division: Division, on: dt.date
    ) -> tuple[Division, Tier] | OfficeUndetermined:
        """Return the division of the right level that is or contains ``division``, and the level."""
        province = self._divisions.ancestor(division, "province", on) or division
        tier = rule.tier(province.code, on)
        if tier is None:
            return OfficeUndetermined("function_not_in_force")
        level: Level = "county" if tier == "township" else tier
        target = self._divisions.ancestor(division, level, on)
        if target is not None:
            return target, tier
        if _LEVELS.index(division.level) > _LEVELS.index(level):
            return OfficeUndetermined("no_division_at_level")
        finer = self._divisions.below(division.code, level, on)
        return OfficeUndetermined("too_coarse", tuple(d.code for d in finer), _asks(level))

    def _outside(self, rule: Function, code: str, on: dt.date) -> Office | OfficeUndetermined:
        """Return the office for a place in a province of which only the province itself is known."""
        province = self._divisions.latest(code[:2] + "0000", on)
        if isinstance(province, NotFound):
            return OfficeUndetermined("unknown_code", (), "place")
        tier = rule.tier(province.code, on)
        if tier is None:
            return OfficeUndetermined("function_not_in_force")
        if tier == "province":
            return self._build(rule, province.code, tier, on)
        # In GB/T 2260 a code that ends in 00 is that of a prefecture.
        if tier != "prefecture" and code.endswith("00"):
            return OfficeUndetermined("too_coarse", (), "county")
        notice = Notice("outside_region", self.region.notices["outside_region"])
        return replace(self._build(rule, code, tier, on), notices=(notice,))

    def _of_agency(self, rule: Function, agency: Agency, on: dt.date) -> Office | OfficeUndetermined:
        hosts = self.hosts(agency.id, on)
        if not agency.span.includes(on):
            return OfficeUndetermined("agency_not_in_force", hosts, "county")
        if rule.id not in agency.functions:
            return OfficeUndetermined("agency_not_competent", hosts, "county")
        entry = self._directory.find(rule.id, agency.id, on) if self._directory else None
        return Office(
            function=rule.id,
            division=hosts[0] if len(hosts) == 1 else None,
            level="county",
            agency=agency.id,
            name=Text(entry.name_zh, entry.name_en) if entry else agency.name,
            generic=False,
            law=agency.law,
            confidence=agency.confidence,
            address=entry.address if entry else None,
            phone=entry.phone if entry else None,
            hours=entry.hours if entry else None,
        )

    def _build(self, rule: Function, code: str, tier: Tier, on: dt.date) -> Office:
        """Return the office for ``code``, named by the backend's directory or else generically."""
        own = self._directory.find(rule.id, code, on) if self._directory else None
        entry = own or self._generic.find(rule.id, code, on)
        return Office(
            function=rule.id,
            division=code,
            level=tier,
            agency=None,
            name=Text(entry.name_zh, entry.name_en) if entry else rule.name,
            generic=own is None,
            law=rule.law,
            confidence=rule.confidence,
            address=entry.address if entry else None,
            phone=entry.phone if entry else None,
            hours=entry.hours if entry else None,
        )

    def _transition(self, code: str, on: dt.date) -> OfficeTransition | None:
        transitions = (t for t in self.region.transitions if t.division == code and t.span.includes(on))
        return next(transitions, None)

    def _former(
        self, transition: OfficeTransition, found: Resolved, on: dt.date, street: str | None
    ) -> str | None:
        """Return the former division whose office still acts: the one the code or the street came from."""
        followed = (code for code in reversed(found.via) if code in transition.acting)
        former = next(followed, None)
        if former is None and street:
            former = self._divisions.former_county(transition.division, street, on)
        return former if former in transition.acting else None

    def _notices_of_moves(self, found: Resolved, target: Division, on: dt.date) -> tuple[Notice, ...]:
        """Return a notice for each county that took townships from this one, if the county matters."""
        if target.code != found.division.code:
            return ()
        template = self.region.notices["partly_moved"]
        others = (self._divisions.find(code, on) for code in found.parts_moved_to)
        return tuple(
            Notice("partly_moved", template.filled(division=name_of(target), target=name_of(other)))
            for other in others
            if isinstance(other, Division)
        )


def _asks(level: Level) -> OfficeAsks:
    return "place" if level == "province" else level
