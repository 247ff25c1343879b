"""The times of an item between two changes of its law."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.rulebook.item import Item


@dataclass
class Segment:
    """The days from ``first`` to ``last`` (both inclusive), on which one state of the law holds."""

    first: dt.date
    last: dt.date


def segments(item: Item) -> Iterator[Segment]:
    """Yield the times between two changes of the law of an item, as far as it is in force."""
    end = item.shape.through or dt.date.max
    days = [day for day in item.changes if item.in_force(day)]
    for day, after in zip(days, [*days[1:], None], strict=True):
        yield Segment(day, end if after is None else after - dt.timedelta(days=1))
