"""When a person reaches the conditions of a pension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from crossprov.facts.records import tolerant
from crossprov.values import Fact, Unknown, needs_of

if TYPE_CHECKING:
    import datetime as dt

Timing: TypeAlias = Literal["at_statutory_age", "elastic_early", "elastic_late"]


@tolerant
def condition_date(
    timing: Timing | Unknown,
    early_date: dt.date | Unknown,
    statutory_date: dt.date | Unknown,
    earliest_date: dt.date | Unknown,
    early_months: int,
) -> Fact:
    """Return the day on which the age for the pension is reached.

    The statutory day, or the chosen day of who retires elastically early; retiring late does not move
    it (国务院关于渐进式延迟法定退休年龄的办法 第二条). ``earliest_date`` is the first day that may be
    chosen; who cannot choose any before the statutory day is not asked. ``early_months`` is by how many
    months one may retire early, 0 where the law in force does not know it.

    Who chose a day that nobody can choose has chosen none: the statutory day stays, and the rules say that
    the choice is not possible.
    """
    if early_months == 0 or _no_choice(earliest_date, statutory_date):
        return statutory_date
    if timing == "elastic_early" and not isinstance(early_date, Unknown):
        return _chosen(early_date, earliest_date, statutory_date)
    if timing in ("at_statutory_age", "elastic_late"):
        return statutory_date
    asked = needs_of(early_date) if timing == "elastic_early" else needs_of(timing, statutory_date)
    return Unknown(asked, low=_low(earliest_date), high=_high(statutory_date))


def _chosen(early_date: dt.date, earliest_date: dt.date | Unknown, statutory_date: dt.date | Unknown) -> Fact:
    """Return the chosen day if it may be chosen, else the statutory one."""
    first, last = _high(earliest_date), _low(statutory_date)
    if first is not None and last is not None and first <= early_date < last:
        return early_date
    first, last = _low(earliest_date), _high(statutory_date)
    if (first is not None and early_date < first) or (last is not None and last <= early_date):
        return statutory_date
    return Unknown(needs_of(earliest_date, statutory_date), low=first, high=last)


def _no_choice(earliest_date: dt.date | Unknown, statutory_date: dt.date | Unknown) -> bool:
    first, last = _low(earliest_date), _high(statutory_date)
    return (
        first is not None and last is not None and last <= first and not isinstance(statutory_date, Unknown)
    )


def _low(day: dt.date | Unknown) -> dt.date | None:
    return cast("dt.date | None", day.low) if isinstance(day, Unknown) else day


def _high(day: dt.date | Unknown) -> dt.date | None:
    return cast("dt.date | None", day.high) if isinstance(day, Unknown) else day
