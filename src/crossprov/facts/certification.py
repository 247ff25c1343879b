"""Certification of the qualification to keep drawing a benefit (待遇领取资格认证)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.facts.records import tolerant
from crossprov.values import Fact, Month, Nothing, Unknown, needs_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.facts.records import Listed
    from crossprov.models import BenefitDrawn

_SCHEMES: Final[Mapping[str, str]] = {
    "employee_pension": "employee_pension",
    "public_pension": "public_pension",
    "resident_pension": "resident_pension",
    "chengdu_supplementary_pension": "supplementary_pension",
    "sickness_allowance": "sickness_allowance",
    "disability_allowance": "work_injury",
    "nursing_allowance": "work_injury",
    "pension_dependant": "survivor",
    "work_death_dependant": "survivor",
}
"""The scheme of a record that stands for a benefit; benefits paid once have none."""


def is_drawn(drawn: Listed[BenefitDrawn], benefit: str, province: str, day: dt.date) -> Fact:
    """Tell whether the person draws ``benefit`` from ``province`` on ``day``.

    A benefit of which no end is known is still drawn. Only the records of the paying province can tell that
    none is. A suspension ends no entitlement, so it does not show here.
    """
    scheme = _SCHEMES.get(benefit)
    if any(
        row.scheme == scheme
        and drawn.province(row) == province
        and row.since <= day
        and (row.through is None or day <= row.through)
        for row in drawn.rows
    ):
        return True
    if scheme is None or drawn.covers(province, day, day):
        return False
    return drawn.unknown((province,))


@tolerant
def counted_from(last_on: dt.date | Nothing | Unknown, first_paid: Month | Unknown, as_of: dt.date) -> Fact:
    """Return the month from which the twelve months run: of the last certification, or of the first payment.

    Nobody is certified before the first payment or after ``as_of``; what says so is refused (``ValueError``).
    """
    first = None if isinstance(first_paid, Unknown) else first_paid
    if first is not None and first > Month.of(as_of):
        raise ValueError("first_payment_in_future")
    if isinstance(last_on, Unknown):
        return Unknown(needs_of(last_on), low=first, high=Month.of(as_of))
    if isinstance(last_on, Nothing):
        return first_paid
    if last_on > as_of or (first is not None and Month.of(last_on) < first):
        raise ValueError("certification_out_of_range")
    return Month.of(last_on)


@tolerant
def certified_since_suspension(
    suspended_since: Month | Nothing | Unknown,
    last_on: dt.date | Nothing | Unknown,
    first_paid: Month | Unknown,
    as_of: dt.date,
) -> Fact:
    """Tell whether the last certification came after the payment was suspended, so that it is due again.

    ``suspended_since`` is the first month without payment. One before the first payment or after the month of
    ``as_of`` is refused (``ValueError``).
    """
    if isinstance(suspended_since, Unknown):
        return Unknown(suspended_since.needs)
    if isinstance(suspended_since, Nothing):
        return False
    first = None if isinstance(first_paid, Unknown) else first_paid
    if suspended_since > Month.of(as_of) or (first is not None and suspended_since < first):
        raise ValueError("suspension_out_of_range")
    if isinstance(last_on, Unknown):
        return Unknown(last_on.needs)
    return not isinstance(last_on, Nothing) and Month.of(last_on) >= suspended_since


def after_the_following_year(month: Month) -> Month:
    """Return the month after the calendar year that follows the one of ``month``."""
    return Month(month.year + 2, 1)
