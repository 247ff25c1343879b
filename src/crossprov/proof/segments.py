"""The times of an item between two changes of its law, or of who decides at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crossprov.assembly.offices import COMPETENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.places import Offices
    from crossprov.rulebook.item import Item


@dataclass
class Segment:
    """The days from ``first`` to ``last`` (both inclusive), on which one state of the law holds."""

    first: dt.date
    last: dt.date


def segments(item: Item, offices: Offices) -> Iterator[Segment]:
    """Yield the times between two changes of the law of an item, as far as it is in force.

    The organ that decides may begin or end within the law of the item: then nobody is eligible before or after.
    """
    end = item.shape.through or dt.date.max
    competent = item.shape.offices[COMPETENT]
    organs = {competent.function, *(row.function for row in competent.rows if row.function is not None)}
    acting = {day for organ in organs for day in offices.region.functions[organ].change_days()}
    days = sorted(day for day in acting.union(item.changes) if item.in_force(day))
    for day, after in zip(days, [*days[1:], None], strict=True):
        yield Segment(day, end if after is None else after - dt.timedelta(days=1))
