"""The values that facts can have: known, known to be none, or unknown within bounds.

Three things are kept apart everywhere in crossprov:

* a **known** value (``True``, ``120``, ``date(2024, 5, 6)`` …);
* ``NONE``: it is known that there is none ("no earlier province with ten years");
* ``Unknown``: nobody has told us, or only a part ("at least 130 months").
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import total_ordering
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS_A_YEAR: Final = 12
_ONE_DAY: Final = dt.timedelta(days=1)
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}\Z")


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, written ``2024-05``."""

    year: int
    month: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month that contains ``day``."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``; raise ``ValueError`` for anything else."""
        if not _MONTH.match(text):
            raise ValueError("month_format")
        first = dt.date(int(text[:4]), int(text[5:]), 1)
        return cls(first.year, first.month)

    @property
    def ordinal(self) -> int:
        """Months since the month 0000-01, for arithmetic."""
        return self.year * MONTHS_A_YEAR + self.month - 1

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the month."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Month:
        """Return the month that lies ``months`` later (earlier if negative)."""
        year, month = divmod(self.ordinal + months, MONTHS_A_YEAR)
        return Month(year, month + 1)

    def __lt__(self, other: Month) -> bool:
        return (self.year, self.month) < (other.year, other.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


class Nothing(Enum):
    """The type of ``NONE``; an enum of one member, so that ``is NONE`` narrows the type."""

    NONE = "none"

    __hash__ = object.__hash__  # that of enums is written in Python, and this is looked up all the time

    def __repr__(self) -> str:
        return "NONE"


NONE: Final = Nothing.NONE

Value: TypeAlias = bool | int | Fraction | dt.date | Month | str | frozenset[str] | Nothing


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """What would have to be supplied: a fact, and for lists of records whose and until when.

    ``places`` are division codes whose records are wanted (empty: no particular place, or, with
    ``everywhere``, every province that has not been covered yet).
    """

    fact: str
    places: tuple[str, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, with what is known about it and what would settle it.

    ``low`` and ``high`` bound an ordered value (both inclusive); ``among`` lists the values that are
    still possible. Bounds matter: "at least 130 months" already answers "120 months or more?".
    """

    needs: frozenset[Need] = frozenset()
    low: int | Fraction | dt.date | Month | None = None
    high: int | Fraction | dt.date | Month | None = None
    among: frozenset[Value] | None = None


Fact: TypeAlias = Value | Unknown


def unknown(fact: str) -> Unknown:
    """Return the unknown value of a fact that only its supplier can tell."""
    return Unknown(frozenset({Need(fact)}))


def needs_of(*values: object) -> frozenset[Need]:
    """Return everything that would have to be supplied to know all of ``values``."""
    found: frozenset[Need] = frozenset()
    for value in values:
        if isinstance(value, Unknown) and value.needs is not found:
            found = found | value.needs if found else value.needs
    return found


def change_days(from_: dt.date | None, through: dt.date | None) -> Iterator[dt.date]:
    """Yield the first day of a time and the day after its last, as far as it has them."""
    if from_ is not None:
        yield from_
    if through is not None and through < dt.date.max:
        yield through + _ONE_DAY


def around(value: Value) -> tuple[Value, ...]:
    """Return a value and its two neighbours, the value first; a value without neighbours alone."""
    if isinstance(value, Month):
        return value, value.plus(-1), value.plus(1)
    if isinstance(value, dt.date):
        before = (value - _ONE_DAY,) if value > dt.date.min else ()
        return (value, *before, value + _ONE_DAY) if value < dt.date.max else (value, *before)
    if type(value) is int:
        return value, value - 1, value + 1
    return (value,)
