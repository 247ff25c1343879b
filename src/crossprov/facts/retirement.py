"""When a person reaches the conditions of a pension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

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
    early_months: int,
) -> Fact:
    """Return the day on which the age for the pension is reached.

    The statutory day, or the chosen day of who retires elastically early; retiring late does not move
    it (国务院关于渐进式延迟法定退休年龄的办法 第二条). ``early_months`` is by how many months one may
    retire early, 0 where the law in force does not know it.
    """
    if early_months == 0 or timing in ("at_statutory_age", "elastic_late"):
        return statutory_date
    latest = None if isinstance(statutory_date, Unknown) else statutory_date
    if timing == "elastic_early":
        return Unknown(needs_of(early_date), high=latest) if isinstance(early_date, Unknown) else early_date
    return Unknown(needs_of(timing, statutory_date), high=latest)
