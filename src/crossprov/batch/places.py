"""Division codes in columns: the province and the office of a place, from what ``places`` answers for each code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from crossprov.places import Office, OfficeUndetermined
from crossprov.places._tables import is_division_code
from crossprov.places.division import Ambiguous, Resolved

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crossprov.batch.coded import Coded
    from crossprov.batch.nodes import Node, Stages
    from crossprov.rulebook.book import Rulebook

_PREFECTURE, _COUNTY = "0100", "0106"  # ends of codes of places outside the table, which nobody looks up
_NO_SUCH_PLACE: Final = frozenset({"malformed", "unknown_code", "not_yet"})


class Said(NamedTuple):
    """What is said of a place: the code of a division, or why there is none and what would have to be asked."""

    division: str | None
    why: str | None = None
    asks: str | None = None


WRONG: Final = Said(None, "place_unknown")


@dataclass(frozen=True, slots=True)
class Book:
    """What is said of every code: of each in the table, and of those beyond by their first and last digits."""

    codes: Mapping[str, Said]
    beyond: Mapping[tuple[str, bool], Said]  # by the two digits of the province, and whether 00 comes last

    @classmethod
    def of(cls, rulebook: Rulebook, say: Callable[[str], Said], more: Iterable[str] = ()) -> Book:
        """Return what ``say`` says of every code, and of ``more`` that are no codes."""
        divisions = rulebook.divisions
        codes = {life.code: say(life.code) for life in divisions} | {code: say(code) for code in more}
        provinces = {life.code[:2] for life in divisions if life.level == "province"}
        beyond = {}
        for province in sorted(provinces):
            for end in (_PREFECTURE, _COUNTY):
                if province + end not in codes:
                    beyond[province, end.endswith("00")] = say(province + end)
        return cls(codes, beyond)


def province_book(rulebook: Rulebook, on: dt.date) -> Book:
    """Return the province of every code on a day."""

    def say(code: str) -> Said:
        found = rulebook.divisions.province_of(code, on)
        if isinstance(found, Ambiguous):
            return Said(None, "divided", found.asks)
        return WRONG if found is None else Said(found)

    return Book.of(rulebook, say)


def office_book(rulebook: Rulebook, function: str, on: dt.date, more: Iterable[str] = ()) -> Book:
    """Return the division of the office that exercises a function for every code on a day."""

    def say(code: str) -> Said:
        found = rulebook.offices.office(function, code, on)
        if isinstance(found, Office):
            return Said(found.division)
        assert isinstance(found, OfficeUndetermined)
        return WRONG if found.reason in _NO_SUCH_PLACE else Said(None, found.reason, found.asks)

    return Book.of(rulebook, say, more)


def moved_places(rulebook: Rulebook, on: dt.date) -> frozenset[str]:
    """Return the codes for which the name of a township could tell more than the code."""
    divisions, region = rulebook.divisions, rulebook.offices.region
    touched = {code for street in divisions.streets for code in (street.old_county, street.new_county)}
    for transition in region.transitions:
        touched |= {transition.division, *transition.acting}
    found = set(touched)
    for life in divisions:
        seen = divisions.resolve(life.code, on)
        if isinstance(seen, Ambiguous) or (
            isinstance(seen, Resolved) and ({seen.division.code, *seen.via} & touched)
        ):
            found.add(life.code)
    return frozenset(found)


class Reading:
    """What a book says of the place in a column.

    In Polars a code becomes a number first, by one look-up, and everything else is asked of the number.
    """

    def __init__(self, book: Book, place: Node, stages: Stages, coded: Coded | None = None) -> None:
        self.book, self.place, self.stages = book, place, stages
        self.codes, self.beyond = sorted(book.codes), sorted(book.beyond)
        if coded is not None:  # what has a number already is not read as text
            null = stages.null(stages.space.String)
            place = stages.keep(stages.choose([(stages.no(stages.is_null(coded.node)), null)], place))
        self.province = stages.keep(stages.of(lambda expr: expr.str.slice(0, 2), place))
        self.ends_in_00 = stages.keep(stages.sure(stages.of(lambda expr: expr.str.ends_with("00"), place)))
        self.number = None
        if stages.space is pl:
            self.number = stages.keep(self._coded(coded, place))
        self.known = stages.keep(self._among(self.codes))

    def _coded(self, coded: Coded | None, place: Node) -> Node:
        """Return the place of a code in these lists, by its number where it has one."""
        if coded is None:
            return self._number(place, self._index(place, self.codes, -1))
        place_of = {code: i for i, code in enumerate(self.codes)}
        null = len(self.codes) + len(self.beyond) + 1  # also of what is none
        table = [place_of.get(word, null) for word in coded.places]
        found = self.stages.pick(coded.node, table, pl.Int32)
        unlisted = self.stages.constant(-1, pl.Int32)
        if not place_of.keys() <= coded.places.keys():
            unlisted = self._index(place, self.codes, -1)
        return self.stages.choose([(self.stages.is_null(coded.node), self._number(place, unlisted))], found)

    def _number(self, place: Node, code: Node) -> Node:
        """Return the place of a code in these lists: ``code`` if it is listed, else that of those beyond it.

        After them come that it is not known, and null.
        """
        provinces = {province: i for i, province in enumerate(sorted({key[0] for key in self.beyond}))}
        place_of = {key: len(self.codes) + i for i, key in enumerate(self.beyond)}
        unknown = len(self.codes) + len(self.beyond)
        table = [place_of.get((one, end), unknown) for one in provinces for end in (False, True)]
        outside = self.stages.number(
            [
                (self._index(self.province, list(provinces), len(provinces)), 1),
                (self.stages.digit(self.ends_in_00), 2),
            ]
        )
        beyond = self.stages.pick(outside, [*table, unknown, unknown], pl.Int32)
        unlisted = self.stages.of(lambda a: a < 0, code) if code.is_open else self.stages.true
        found = self.stages.choose([(unlisted, beyond)], code)
        null = self.stages.constant(unknown + 1, pl.Int32)
        return self.stages.choose([(self.stages.is_null(place), null)], found)

    def _index(self, value: Node, options: Sequence[str], other: int) -> Node:
        words = pl.Enum(options)  # faster than ``replace_strict``

        def number(expr: pl.Expr) -> pl.Expr:
            return expr.cast(words, strict=False).to_physical().cast(pl.Int32).fill_null(other)

        return self.stages.of(number, value)

    def _among(self, codes: Iterable[str]) -> Node:
        if self.number is not None:
            some = set(codes)
            return self._asked([code in some for code in self.codes])
        return self.stages.sure(self.stages.among(self.place, sorted(codes)))

    def _asked(self, said: Sequence[bool]) -> Node:
        """Return what a list says of a code by its number; of what it leaves out, no."""
        assert self.number is not None
        missing = len(self.codes) + len(self.beyond) + 2 - len(said)
        return self.stages.pick(self.number, [*said, *[False] * missing], pl.Boolean)

    def division(self) -> Node:
        """Return the division; null if there is none."""
        nothing = self.stages.null(self.stages.space.String)
        beyond: dict[Any, list[tuple[str, bool]]] = {}
        for key, said in self.book.beyond.items():
            code = key[0] + (_PREFECTURE if key[1] else _COUNTY)
            beyond.setdefault(_how(code, said.division), []).append(key)
        arms = [(self._beyond(keys), self._target(how)) for how, keys in beyond.items() if how is not None]
        if self.number is not None:
            divisions = [self.book.codes[code].division for code in self.codes]
            table = [*divisions, *[None] * (len(self.beyond) + 2)]
            return self.stages.choose(arms, self.stages.pick(self.number, table, pl.String))
        targets: dict[Any, list[str]] = {}
        for code, said in self.book.codes.items():
            targets.setdefault(_how(code, said.division), []).append(code)
        named = [(self._among(codes), self._target(how)) for how, codes in targets.items() if how is not None]
        return self.stages.choose([*named, *arms], nothing)

    def _target(self, how: Any) -> Node:
        if isinstance(how, int):
            end = "0" * (6 - how)
            space = self.stages.space
            if not end:
                return self.place
            return self.stages.of(
                lambda expr: space.concat_str(expr.str.slice(0, how), space.lit(end)), self.place
            )
        return self.stages.constant(how, self.stages.space.String)

    def where(self, test: Callable[[Said], bool]) -> Node:
        """Return where what is said of a place, also that nothing is known of it, meets a test."""
        if self.number is not None:
            said = [
                *(self.book.codes[code] for code in self.codes),
                *(self.book.beyond[key] for key in self.beyond),
            ]
            return self._asked([*map(test, said), test(WRONG), False])
        codes = [code for code, said in self.book.codes.items() if test(said)]
        beyond = [key for key, said in self.book.beyond.items() if test(said)]
        found = [self._among(codes)] if codes else []
        found += [self._beyond(beyond)] if beyond else []
        if test(WRONG):
            unknown = self.stages.any(self.known, self._beyond(self.beyond))
            found.append(
                self.stages.both(self.stages.no(unknown), self.stages.no(self.stages.is_null(self.place)))
            )
        return self.stages.any(*found)

    def _beyond(self, keys: Sequence[tuple[str, bool]]) -> Node:
        stages = self.stages
        if self.number is not None:
            return self._asked([*[False] * len(self.codes), *(key in keys for key in self.beyond)])
        found = []
        for ending in (True, False):
            provinces = [province for province, end in keys if end is ending]
            if provinces:
                end = self.ends_in_00 if ending else stages.no(self.ends_in_00)
                found.append(stages.both(end, stages.sure(stages.among(self.province, provinces))))
        return stages.both(stages.no(self.known), stages.any(*found))

    def reasons(self) -> dict[str, Node]:
        """Return for each reason why there is no division where it is the reason."""
        everything = {*self.book.codes.values(), *self.book.beyond.values()}
        why = sorted({said.why for said in everything if said.why is not None and said != WRONG})
        return {one: self.where(lambda said, one=one: said.why == one) for one in why}  # type: ignore[misc]

    def asks(self, what: str | None) -> Node:
        """Return where a person would have to be asked for something."""
        return self.where(lambda said: said != WRONG and said.asks == what)

    def has_none(self) -> Node:
        """Return where there is no office, and nobody could tell what would name one."""
        everything = {*self.book.codes.values(), *self.book.beyond.values()}
        if not any(map(_has_none, everything)):
            return self.stages.false
        return self.where(_has_none)

    def asked(self) -> set[str]:
        """Return what may have to be asked."""
        everything = {*self.book.codes.values(), *self.book.beyond.values()}
        return {said.asks for said in everything if said.asks is not None}

    def wrong(self) -> Node:
        """Return where a code is that of no place on the day."""
        return self.where(lambda said: said == WRONG)


def _has_none(said: Said) -> bool:
    return said.why is not None and said.asks is None and said != WRONG


def _how(code: str, division: str | None) -> Any:
    """Return how a division follows from a code: by that many of its first digits, or as a code of its own."""
    if division is None or not is_division_code(code):
        return division
    for digits in (6, 4, 2):
        if division == code[:digits] + "0" * (6 - digits):
            return digits
    return division
