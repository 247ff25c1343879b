"""Which benefits a person draws (领取)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.facts.records import Listed
    from crossprov.models import BenefitDrawn
    from crossprov.values import Fact

_ENTERPRISE: Final = frozenset({"employee_pension"})
_PENSIONS: Final = _ENTERPRISE | {"public_pension"}
_RESIDENTS: Final = frozenset({"resident_pension"})
_UNEMPLOYMENT: Final = frozenset({"unemployment"})


def draws_employee_pension(drawn: Listed[BenefitDrawn], day: dt.date) -> Fact:
    """Tell whether the person draws the pension of enterprise or public-sector employees on ``day``.

    That she draws none is known only if the list is complete for all provinces on that day. A benefit
    of which no end is known is still drawn.
    """
    return _draws(drawn, day, _PENSIONS)


def draws_resident_pension(drawn: Listed[BenefitDrawn], day: dt.date) -> Fact:
    """Tell the same of the residents' pension."""
    return _draws(drawn, day, _RESIDENTS)


def draws_unemployment_benefit(drawn: Listed[BenefitDrawn], day: dt.date) -> Fact:
    """Tell the same of unemployment benefit (失业保险金)."""
    return _draws(drawn, day, _UNEMPLOYMENT)


def pensions_drawn_in_both(
    drawn: Listed[BenefitDrawn], one: str, other: str, through: dt.date, by: dt.date
) -> Fact:
    """Tell whether pensions of enterprise or public-sector employees were drawn at once in two provinces.

    At once: both on some day, up to ``through`` and up to ``by``, the day of the case.
    """
    return _at_once(drawn, one, other, min(through, by), _PENSIONS)


def enterprise_pensions_drawn_in_both(
    drawn: Listed[BenefitDrawn], one: str, other: str, through: dt.date, by: dt.date
) -> Fact:
    """Tell the same of pensions of enterprise employees alone."""
    return _at_once(drawn, one, other, min(through, by), _ENTERPRISE)


def _draws(drawn: Listed[BenefitDrawn], day: dt.date, schemes: frozenset[str]) -> Fact:
    if any(
        benefit.scheme in schemes
        and benefit.since <= day
        and (benefit.through is None or day <= benefit.through)
        for benefit in drawn.rows
    ):
        return True
    return False if drawn.covers_everywhere(day, day) else drawn.unknown(everywhere=True)


def _at_once(
    drawn: Listed[BenefitDrawn], one: str, other: str, through: dt.date, schemes: frozenset[str]
) -> Fact:
    if one == other:
        return False
    here, there = (_drawn_in(drawn, province, through, schemes) for province in (one, other))
    if any(_overlap(first, second) for first in here for second in there):
        return True
    open_ = tuple(province for province in (one, other) if not drawn.covers(province, None, through))
    return drawn.unknown(open_) if open_ else False


def _drawn_in(
    drawn: Listed[BenefitDrawn], province: str, through: dt.date, schemes: frozenset[str]
) -> list[BenefitDrawn]:
    return [
        benefit
        for benefit in drawn.rows
        if benefit.scheme in schemes and benefit.since <= through and drawn.province(benefit) == province
    ]


def _overlap(one: BenefitDrawn, other: BenefitDrawn) -> bool:
    """Return whether both were drawn on some day; one of which no end is known is still drawn."""
    starts = max(one.since, other.since)
    return all(it.through is None or starts <= it.through for it in (one, other))
