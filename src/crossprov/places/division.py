"""One life of an administrative division, one moved township, and the answers about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import datetime as dt

Level: TypeAlias = Literal["province", "prefecture", "county"]
Precision: TypeAlias = Literal["day", "year"]
Asks: TypeAlias = Literal["street", "county"]
Reason: TypeAlias = Literal[
    "malformed", "unknown_code", "no_county_table", "not_yet", "abolished", "no_successor"
]


@dataclass(frozen=True, slots=True)
class Division:
    """A division of GB/T 2260 during one of its lives.

    A code can have several lives: it may be renamed, or given to another place years later, so a code
    means nothing without a date. ``from_`` and ``through`` are the first and last day in force, both
    inclusive; ``through`` is ``None`` while it lasts. ``precision`` is ``year`` where only the year of
    a change is known: the change is then put on 1 January of that year. ``successors`` are the codes
    that took over the territory on the day after ``through``. ``name_en`` may be empty.
    """

    code: str
    name: str
    name_en: str
    level: Level
    parent: str | None
    from_: dt.date
    through: dt.date | None
    successors: tuple[str, ...]
    precision: Precision

    def in_force(self, on: dt.date) -> bool:
        """Tell whether this life includes the day ``on``."""
        return self.from_ <= on and (self.through is None or on <= self.through)


@dataclass(frozen=True, slots=True)
class Street:
    """A township-level unit (街道, 镇, 乡) that changed county; ``from_`` is its first day in the new one.

    The name ``*`` stands for every other township of ``old_county``; it has no code.
    """

    code: str
    name: str
    old_county: str
    new_county: str
    from_: dt.date


@dataclass(frozen=True, slots=True)
class Resolved:
    """The division that a code means on the day asked about.

    ``via`` lists the codes that were followed to get here, the given one first; empty if the given code
    is still in force. ``parts_moved_to`` lists counties that have taken townships away from this one
    since the code may have been written: worth a notice when no street was given.
    """

    division: Division
    via: tuple[str, ...] = ()
    parts_moved_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The place was divided among several; ``asks`` names the finer part of the address that settles it."""

    candidates: tuple[Division, ...]
    asks: Asks


@dataclass(frozen=True, slots=True)
class NotFound:
    """No division answers to the code on that day.

    Carries a reason only, never the code: what was typed there may have been an identity number.
    """

    reason: Reason
