"""Which benefits a person draws (领取)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.facts.records import Listed
    from crossprov.models import BenefitDrawn
    from crossprov.values import Fact

_PENSIONS: Final = frozenset({"employee_pension", "public_pension"})


def draws_employee_pension(drawn: Listed[BenefitDrawn], day: dt.date) -> Fact:
    """Tell whether the person draws the pension of enterprise or public-sector employees on ``day``.

    That she draws none is known only if the list is complete for all provinces on that day. A benefit
    of which no end is known is still drawn.
    """
    if any(
        benefit.scheme in _PENSIONS
        and benefit.since <= day
        and (benefit.through is None or day <= benefit.through)
        for benefit in drawn.rows
    ):
        return True
    return False if drawn.covers_everywhere(day, day) else drawn.unknown(everywhere=True)
