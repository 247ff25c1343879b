"""Months paid in two places at once: how many there are, and what is paid back of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from crossprov.facts.calculation import round_half_up
from crossprov.facts.months import Count, possible_in, told_in, until
from crossprov.facts.pension import enterprise
from crossprov.facts.pension_money import PaidRun, at_prescribed_rates, paid_runs
from crossprov.facts.relations import live
from crossprov.values import Fact, Unknown

if TYPE_CHECKING:
    from crossprov.facts.records import Listed
    from crossprov.models import PensionSpell
    from crossprov.values import Month

_OLD_PLACE: Final = "old_place"


def months_paid_twice(spells: Listed[PensionSpell], province: str) -> Fact:
    """Return how many months were paid in ``province`` and, at the same time, in another province.

    Relations that were transferred away or ended are left out: nothing is there to be cleared.
    """
    here, elsewhere = _sides(spells, province)
    complete = spells.covers_everywhere()
    told, possible = told_in(here) & told_in(elsewhere), possible_in(here) & possible_in(elsewhere)
    found = Count(told.bit_count(), possible.bit_count() if complete else None)
    return found.fact(spells.needs(everywhere=not complete, places=() if not complete else (province,)))


def refund(
    spells: Listed[PensionSpell],
    province: str,
    kept: str,
    since: Month,
    change: Month,
    first: Fraction,
    then: Fraction,
) -> Fact:
    """Return what the personal account holds of the months that are cleared, in fen, without interest.

    ``kept`` says whose months are kept, those of the ``old_place`` (``province``) or others. A month counts at
    the rate at which it was credited or, where that is not told, at the rate prescribed. What the pool holds is
    not paid back (人社部发〔2009〕187号 意见第三条).
    """
    here, elsewhere = _sides(spells, province)
    everywhere = spells.unknown(everywhere=True)
    if not spells.covers_everywhere():
        return everywhere
    twice = told_in(here) & told_in(elsewhere)
    if twice != possible_in(here) & possible_in(elsewhere):
        return everywhere
    if twice & until(since.ordinal - 1):
        return Unknown()  # of accounts before they were uniform only a person can tell
    cleared = elsewhere if kept == _OLD_PLACE else here
    paid = [
        one._replace(months=one.months & twice) for one in paid_runs(cleared, since) if one.months & twice
    ]
    wanted = sum((told_in([spell]) & twice).bit_count() for spell in cleared)
    if sum(one.months.bit_count() for one in paid) != wanted or any(one.base is None for one in paid):
        return everywhere
    return round_half_up(sum((_credited(one, change, first, then) for one in paid), Fraction(0)))


def _credited(paid: PaidRun, change: Month, first: Fraction, then: Fraction) -> Fraction:
    told, base = paid.run.personal_rate, paid.base or 0
    if told is not None:
        return Fraction(told) * (base * paid.months.bit_count())
    prescribed = at_prescribed_rates(paid.months, change, first, then)
    return sum((rate * (base * months) for rate, months in prescribed), Fraction(0))


def _sides(spells: Listed[PensionSpell], province: str) -> tuple[list[PensionSpell], list[PensionSpell]]:
    here = list(live(spells, province))
    others = {spells.province(spell) for spell in enterprise(spells)} - {province}
    return here, [spell for other in sorted(others) for spell in live(spells, other)]
