"""Where two rulebooks name another office, or another province, for a place: by region.yaml and the divisions."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from crossprov.places import Ambiguous, Office
from crossprov.proof.segments import Segment
from crossprov.values import change_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.places import OfficeUndetermined
    from crossprov.rulebook.book import Rulebook

PROVINCE: Final = "province"  # in place of a function: in which province a place lies
_DIVISIONS: Final = ("divisions.csv", "streets.csv")
_SOMEWHERE: Final = "0102"  # a county of a province of which the table has none
_ANY_TOWN: Final = "某镇"  # stands for every township that no row names


class Moved(NamedTuple):
    """A place of which two rulebooks say otherwise."""

    place: str
    street: str
    before: str
    after: str


class Directories:
    """Two rulebooks, asked about every place of either."""

    def __init__(self, old: Rulebook, new: Rulebook) -> None:
        self.sides = (old, new)
        before, after = (one.digests() for one in self.sides)
        self._same_divisions = all(before.get(file) == after.get(file) for file in _DIVISIONS)
        self._places = sorted(set(self._all_places()))
        self._found: dict[tuple[str, dt.date, dt.date], tuple[Moved, ...]] = {}

    def moved(
        self, function: str, before: Segment, after: Segment
    ) -> Iterator[tuple[Segment, Segment, tuple[Moved, ...]]]:
        """Yield the places that have another office for a function, by times in which nothing else changes.

        The two times are the same time, or one day each.
        """
        if before != after:
            times = [(before, after)]
        elif self._same_words(function):
            return
        else:
            days = sorted(set(self._change_days(function)))
            within = [day for day in days if before.first < day <= before.last]
            lasts = [*(day - dt.timedelta(days=1) for day in within), before.last]
            ends = zip([before.first, *within], lasts, strict=True)
            times = [(one, one) for one in (Segment(*both) for both in ends)]
        for one, other in times:
            found = self._apart(function, one.first, other.first)
            if found:
                yield one, other, found

    def _apart(self, function: str, before: dt.date, after: dt.date) -> tuple[Moved, ...]:
        """Return the places of which the two say otherwise, first those for which most of them name an office."""
        key = (function, before, after)
        if key not in self._found:
            found = []
            for place, street in self._places:
                one = _said(self.sides[0], function, place, street, before)
                other = _said(self.sides[1], function, place, street, after)
                if one != other:
                    found.append(Moved(place, street, one, other))
            self._found[key] = tuple(sorted(found, key=_plainest))
        return self._found[key]

    def _same_words(self, function: str) -> bool:
        """Return whether both say the same of all that tells where a function has its offices."""
        old, new = (one.offices.region for one in self.sides)
        versions = [
            region.functions[function].versions if function in region.functions else None
            for region in (old, new)
        ]
        return self._same_divisions and versions[0] == versions[1] and old.transitions == new.transitions

    def _change_days(self, name: str) -> Iterator[dt.date]:
        """Yield every day on which an office may become another one by one rulebook and not by the other.

        Of the same divisions a function has another level all over a province, or none has.
        """
        for rulebook in self.sides:
            region = rulebook.offices.region
            if name in region.functions:
                yield from region.functions[name].change_days()
            for transition in region.transitions:
                yield from transition.span.change_days()
            if self._same_divisions:
                continue
            for life in rulebook.divisions:
                yield from change_days(life.from_, life.through)
            yield from (street.from_ for street in rulebook.divisions.streets)

    def _all_places(self) -> Iterator[tuple[str, str]]:
        """Yield every place, and those within them that a township tells apart."""
        for rulebook in self.sides:
            for life in rulebook.divisions:
                yield life.code, ""
                if life.level == "province":
                    yield life.code[:2] + _SOMEWHERE, ""
            for street in rulebook.divisions.streets:
                for county in (street.old_county, street.new_county):
                    yield county, street.name
                    yield county, _ANY_TOWN


def _plainest(one: Moved) -> tuple[int, str, str]:
    return -sum(said.endswith(")") for said in (one.before, one.after)), one.street, one.place


@lru_cache(maxsize=1)
def directories(old: Rulebook, new: Rulebook) -> Directories:
    """Return what two rulebooks say of places; it is kept, since every item asks the same."""
    return Directories(old, new)


def _said(rulebook: Rulebook, function: str, place: str, street: str, day: dt.date) -> str:
    """Return which office acts, or in which province a place lies."""
    if function == PROVINCE:
        found = rulebook.divisions.province_of(place, day)
        return (
            " ".join(one.code for one in found.candidates) if isinstance(found, Ambiguous) else found or "–"
        )
    if function not in rulebook.offices.region.functions:
        return "–"
    return _office(rulebook.offices.office(function, place, day, street=street or None))


def _office(found: Office | OfficeUndetermined) -> str:
    if isinstance(found, Office):
        return f"{found.division} ({found.level})"
    return " ".join([found.reason, *found.candidates])
