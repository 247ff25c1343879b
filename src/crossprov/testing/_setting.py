"""Where a drawn case is set: its rulebook, its day, and how days, lengths and places are chosen near edges.

Everything is drawn so that the simplest comes first: the day of the case itself, the first county of a side.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from calendar import isleap
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from hypothesis import strategies as st

from crossprov.calendar import add_months
from crossprov.values import MONTHS_A_YEAR, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crossprov.places import Division, Divisions
    from crossprov.rulebook.book import Rulebook
    from crossprov.testing.edges import Edges

T = TypeVar("T")

_KEPT: Final = "places of testing"
_LIFETIME: Final = 90 * MONTHS_A_YEAR
_FIRST_DAY: Final = dt.date(1900, 1, 1)
_ONE_DAY: Final = dt.timedelta(days=1)
_AHEAD: Final = dt.timedelta(days=900)
_NEAR: Final = 400  # days
_STRETCH: Final = 60  # months
_SOMEWHERE: Final = "0106"  # a county of a province outside the table, which nobody looks up
_WAYS: Final = ("near", "edge", "ago", "turn", "any")


class Setting:
    """The surroundings of one case. ``whole``: everything that can be told is told."""

    def __init__(
        self, draw: st.DrawFn, rulebook: Rulebook, edges: Edges, as_of: dt.date, *, whole: bool
    ) -> None:
        self.draw, self.rulebook, self.edges, self.as_of, self.whole = draw, rulebook, edges, as_of, whole
        self.earliest = max(_FIRST_DAY, add_months(as_of, -_LIFETIME))
        self._near = sorted(near for day in edges.days for near in around(day) if isinstance(near, dt.date))
        self._anchors: list[dt.date] = []
        self._notable, self._others = places(rulebook)

    def tells(self) -> bool:
        """Draw whether something that need not be told is told."""
        return self.whole or self.draw(st.sampled_from([False, True, True]))

    def choice(self, options: Sequence[T]) -> T:
        """Draw one of some options, the first being the simplest."""
        return self.draw(st.sampled_from(options))

    def yes(self) -> bool:
        """Draw a truth value."""
        return self.draw(st.booleans())

    # --- days -----------------------------------------------------------------------------------------

    def anchor(self, days: Iterable[dt.date]) -> None:
        """Remember days near which other days of the case shall lie, such as birthdays."""
        near = {near for one in days for near in around(one) if isinstance(near, dt.date)}
        self._anchors = sorted(near.union(self._anchors))

    def day(self, least: dt.date | None = None, most: dt.date | None = None) -> dt.date:
        """Draw a day from ``least`` to ``most`` (the day of the case unless given), both inclusive."""
        most = most or self.as_of
        least = min(least or self.earliest, most)
        way = self.choice(_WAYS)
        if way == "edge":
            edges = [*_within(self._anchors, least, most), *_within(self._near, least, most)]
            if edges:
                return self.choice(edges)
        if way == "ago":
            return min(most, max(least, self._ago(most)))
        if way == "turn":
            return min(most, max(least, self._turn(least.year, most.year)))
        if way == "any":
            return self.draw(st.dates(least, most))
        return most - dt.timedelta(days=self.draw(st.integers(0, min(_NEAR, (most - least).days))))

    def day_told(self) -> dt.date:
        """Draw a day that a fact may tell: mostly past, sometimes ahead."""
        return self.day(most=self.as_of + self.choice((dt.timedelta(0), dt.timedelta(0), _AHEAD)))

    def _ago(self, most: dt.date) -> dt.date:
        months = self.choice(self.edges.ages if self.edges.ages and self.yes() else self.edges.months)
        return add_months(most, -months) + self.choice((0, -1, 1)) * _ONE_DAY

    def _turn(self, first: int, last: int) -> dt.date:
        """Draw a day at which calendars go wrong: the end of February, the ends of a month or a year."""
        year = last - self.draw(st.integers(0, last - first))
        leap = (dt.date(year, 2, 29),) if isleap(year) else (dt.date(year, 2, 28),)
        return self.choice((*leap, dt.date(year, 12, 31), dt.date(year, 1, 1), dt.date(year, 1, 31)))

    def length(self, most: int = _LIFETIME) -> int:
        """Draw a number of months from 1 to ``most``, often one that the rules compare with, or beside it."""
        if self.yes():
            near = [
                one for edge in self.edges.months for one in (edge, edge - 1, edge + 1) if 1 <= one <= most
            ]
            if near:
                return self.choice(near)
        return self.draw(st.integers(1, min(most, _STRETCH)))

    def number(self, most: int | None = None) -> int:
        """Draw a number of months from 0 to ``most``: all, one less, none, an edge, or any."""
        if most is None:
            return self.choice((0, 1)) and self.length()
        if self.yes():
            return self.draw(st.integers(0, most))
        return self.choice(tuple(dict.fromkeys((most, max(0, most - 1), 0))))

    # --- places ---------------------------------------------------------------------------------------

    def place(self) -> str:
        """Draw a division code that existed by the day of the case: of the table, or outside it."""
        some = self._others if self.choice((False, False, False, True)) else self._notable
        return self.choice([code for code, since in some if since <= self.as_of] or [some[0][0]])

    def province(self) -> str:
        """Draw the code of a province: the sides first."""
        return self.choice(provinces_of(self.rulebook, self.as_of))

    def street(self) -> str:
        """Draw the name of a township: one that changed county, or any."""
        return self.choice(
            ("某某街道", *sorted({one.name for one in self.rulebook.divisions.streets} - {"*"}))
        )


def provinces_of(rulebook: Rulebook, day: dt.date) -> tuple[str, ...]:
    """Return the codes of all provinces on a day, those that the table covers in full first."""
    divisions = rulebook.divisions
    codes = divisions.province_codes(day)
    return tuple(sorted(codes, key=lambda code: not divisions.children(code, day)))


Dated: TypeAlias = tuple[str, dt.date]


def places(rulebook: Rulebook) -> tuple[tuple[Dated, ...], tuple[Dated, ...]]:
    """Return codes, each with the day from which it can be told: notable ones, and all.

    Notable are, of each side, the first counties in force, the first and the last that were abolished, those
    that were divided, a prefecture, and places outside the table.
    """
    found: tuple[tuple[Dated, ...], tuple[Dated, ...]] | None = rulebook.kept.get(_KEPT)  # type: ignore[assignment]
    if found is None:
        found = rulebook.kept[_KEPT] = _places(rulebook.divisions)
    return found


def _places(divisions: Divisions) -> tuple[tuple[Dated, ...], tuple[Dated, ...]]:
    lives = tuple(divisions)
    sides = sorted({one.code[:2] for one in lives if one.level == "county"}, reverse=True)
    by_side = [[one for one in lives if one.code.startswith(side)] for side in sides]
    here = [[one for one in some if one.level == "county" and one.through is None][:2] for some in by_side]
    gone = [_gone(some) for some in by_side]
    coarse = [[one for one in some if one.level == "prefecture"][-1:] for some in by_side]
    outside = [one for one in lives if one.level == "province" and one.code[:2] not in sides]
    beyond = tuple((f"{one.code[:2]}{_SOMEWHERE}", one.from_) for one in outside)
    notable = dict.fromkeys((one.code, one.from_) for some in (*here, *gone, *coarse) for one in some)
    return (*notable, *beyond[:2], *beyond[-1:]), (*((one.code, one.from_) for one in lives), *beyond)


def _gone(lives: Iterable[Division]) -> list[Division]:
    """Return counties that are no more: the first and the last abolished, and the last divided."""
    ended = [one for one in lives if one.level == "county" and one.through is not None]
    ended.sort(key=lambda one: one.through or dt.date.max)
    return [*ended[-3:], *[one for one in ended if len(one.successors) > 1][-2:], *ended[:2]]


def _within(days: list[dt.date], least: dt.date, most: dt.date) -> list[dt.date]:
    """Return the days of an ordered list from ``least`` to ``most``, the last first."""
    return days[bisect_left(days, least) : bisect_right(days, most)][::-1]
