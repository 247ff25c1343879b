"""Which of several spells was the last in time, within bounds where the end of one is not told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov.values import NONE, Fact, Month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeVar

    from crossprov.facts.records import Listed

    R = TypeVar("R")

STILL_OPEN: Final = 1_000_000
"""As the last month of a spell: later than any month."""

NEVER: Final = (-1, -1)
_FIRST_MONTH: Final = Month(1, 1)

Moment: TypeAlias = tuple[int, int]
"""When a spell was: its last month, then its first, as ordinals; spells compare by it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """When the last spell of a place was, within bounds, both inclusive; ``NEVER`` if there may be none."""

    low: Moment
    high: Moment


def standing_of(
    rows: Iterable[R], named: Callable[[R], str], moment: Callable[[R], Standing]
) -> dict[str, Standing]:
    """Return when the last spell was of each of what ``named`` says; ``moment`` tells it of one spell."""
    found: dict[str, Standing] = {}
    for row in rows:
        name, here = named(row), moment(row)
        before = found.get(name, Standing(NEVER, NEVER))
        found[name] = Standing(max(here.low, before.low), max(here.high, before.high))
    return found


def last_of(spells: Listed[R], stood: Mapping[str, Standing]) -> Fact:
    """Return of which standing the last spell is, ``NONE`` without any; an unknown lists what it may be."""
    if not stood:
        return NONE if spells.covers_everywhere() else spells.unknown(everywhere=True)
    floor = max(it.low for it in stood.values())
    contenders = frozenset(name for name, it in stood.items() if it.high >= floor)
    if floor == NEVER or not covers_after(spells, floor):
        return spells.unknown(everywhere=True)
    if len(contenders) == 1:
        return next(iter(contenders))
    return spells.unknown(tuple(sorted(contenders)), among=frozenset(contenders))


def covers_after(spells: Listed[R], floor: Moment) -> bool:
    """Return whether every spell as late as ``floor`` must have been seen.

    INVARIANT: such a spell touches the time from the last month of ``floor`` (for an open one: from
    its first month) to the day of the case.
    """
    last, first = floor
    since = _FIRST_MONTH.plus((first if last == STILL_OPEN else last) - _FIRST_MONTH.ordinal)
    return spells.covers_everywhere(since=since.first_day)
