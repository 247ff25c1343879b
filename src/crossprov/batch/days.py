"""Periods that depend on a calendar, counted beforehand for every day of some years around the day of the facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crossprov.batch.nodes import Node, Stages

_BEFORE: Final = dt.timedelta(
    days=3 * 366
)  # what begins earlier, or later, is left to the engine of single cases
_AFTER: Final = dt.timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Days:
    """The days for which periods are counted, both ends inclusive."""

    first: dt.date
    last: dt.date

    @classmethod
    def around(cls, day: dt.date) -> Days:
        """Return those around a day."""
        return cls(day - _BEFORE, day + _AFTER)

    def inside(self, begins: Node, stages: Stages) -> Node:
        """Return where a day is one of them."""
        return stages.sure(stages.of(lambda e: (e >= self.first) & (e <= self.last), begins))

    def counted(self, begins: Node, end_of: Callable[[dt.date], dt.date], stages: Stages) -> Node:
        """Return the ends of periods that begin on these days; of others, anything."""
        count = (self.last - self.first).days + 1
        days = [self.first + dt.timedelta(days=i) for i in range(count)]
        ends = [end_of(day) for day in days]
        if stages.space is not pl:
            return _shifted(begins, days, ends, stages)
        place = stages.of(lambda e: (e - pl.lit(self.first)).dt.total_days().clip(0, count - 1), begins)
        return stages.pick(place, ends, pl.Date)


def _shifted(begins: Node, days: Sequence[dt.date], ends: Sequence[dt.date], stages: Stages) -> Node:
    """Return the ends by how many days they come later, which takes few values."""
    by: dict[int, list[dt.date]] = {}
    for day, end in zip(days, ends, strict=True):
        by.setdefault((end - day).days, []).append(day)
    usual = max(by, key=lambda shift: len(by[shift]))

    def shift(count: int) -> Node:
        return stages.of(lambda e: e.dt.offset_by(f"{count}d").cast(stages.space.Date), begins)

    arms = [(stages.sure(stages.among(begins, some)), shift(one)) for one, some in by.items() if one != usual]
    return stages.choose(arms, shift(usual))
