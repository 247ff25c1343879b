"""Places as terms: in which province one lies, and what there is besides those that the rules name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.symbols import FALSE, TRUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from crossprov.places import Divisions
    from crossprov.places.division import Level
    from crossprov.proof.segments import Segment
    from crossprov.proof.symbols import Codes, Sym, Term

_SOMEWHERE: Final = range(106, 126)  # counties of a province outside the table, which nobody looks up


class Places:
    """Places in a segment of time; the provinces have the first numbers of ``codes``."""

    def __init__(self, divisions: Divisions, codes: Codes, segment: Segment) -> None:
        self.divisions, self.codes, self.segment = divisions, codes, segment
        self.provinces = self._provinces()
        self._province = z3.Function("province_of", z3.IntSort(), z3.IntSort())
        self._province_on = z3.Function("province_on", z3.IntSort(), z3.IntSort(), z3.IntSort())
        self._unnamed: dict[tuple[str, str], list[str]] = {}

    def _provinces(self) -> tuple[int, int]:
        """Give the provinces the first numbers, and return the first and the last."""
        codes = self.divisions.province_codes(self.segment.first)
        numbers = [self.codes.places.number(code) for code in codes]
        return min(numbers), max(numbers)

    def home(self, place: Term) -> Term:
        """Return the number of the province of a place on the days of the segment."""
        return self._province(place)

    def is_in(self, place: Term, provinces: AbstractSet[str]) -> Term:
        """Return whether a place lies in one of some provinces on the days of the segment."""
        here = self.divisions.province_codes(self.segment.first)
        if provinces and provinces >= set(here):
            return TRUE
        numbers = [self.codes.places.number(code) for code in here if code in provinces]
        return z3.Or(*[self.home(place) == number for number in numbers]) if numbers else FALSE

    def province_on(self, place: Term, day: Sym) -> Term:
        """Return the number of the province of a place on another day."""
        return self._province_on(place, day.term)

    def is_province(self, number: Term) -> Term:
        """Return whether a number is that of a province."""
        first, last = self.provinces
        return z3.And(number >= first, number <= last)

    def of_words(self) -> Iterator[Term]:
        """Yield in which province the places lie that the rules name."""
        for word in self.codes.places.words:
            province = self._province_word(word)
            if province is not None:
                place = z3.IntVal(self.codes.places.number(word))
                yield self.home(place) == self.codes.places.number(province)

    def of_leaves(self, places: Iterable[tuple[Sym, str]]) -> Iterator[Term]:
        """Yield that places of some levels lie in provinces; where the rules name every place, there is no other."""
        first, last = self.provinces
        for place, level in places:
            named, home = len(self.codes.places.words), self.home(place.term)
            yield self.is_province(home)
            for code in self.codes.places.words[first : last + 1]:
                if not self.unnamed(code, level):
                    elsewhere = home != self.codes.places.number(code)
                    yield z3.Or(place.term < named, elsewhere)

    def unnamed(self, province: str, level: str) -> list[str]:
        """Return places of a province that no rule names."""
        found = self._unnamed.get((province, level))
        if found is None:
            some = places_of(self.divisions, province, level, self.segment.first)
            named = set(self.codes.places.words)
            found = self._unnamed[province, level] = [code for code in some if code not in named]
        return found

    def _province_word(self, code: str) -> str | None:
        last = min(self.segment.last, dt.date(2200, 1, 1))
        found = {self._safely(code, day) for day in (self.segment.first, last)}
        return found.pop() if len(found) == 1 else None

    def _safely(self, code: str, day: dt.date) -> str | None:
        found = self.divisions.province_of(code, day)
        return found if isinstance(found, str) else None


def places_of(divisions: Divisions, province: str, level: str, day: dt.date) -> list[str]:
    """Return codes of places of a level in a province; of one outside the table, some that nobody looks up."""
    wanted: Level = "prefecture" if level == "prefecture" else "county"
    found = [one.code for one in divisions.below(province, wanted, day) if one.through is None]
    if found or divisions.children(province, day):
        return found
    return [f"{province[:2]}{somewhere:04d}" for somewhere in _SOMEWHERE]
