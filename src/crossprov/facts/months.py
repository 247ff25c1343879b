"""Counting months paid: exactly where months are told, within bounds where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov.values import Fact, Month, Need, Unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from crossprov.facts.records import Listed
    from crossprov.models import DeemedPeriod, PensionSpell

LONGEST: Final = 1_200
"""Months that an open spell may last at most: nobody pays for a hundred years."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of months within bounds, both inclusive; ``high`` None: no upper bound is known."""

    low: int
    high: int | None

    def plus(self, months: int) -> Count:
        """Return the count with ``months`` more."""
        return Count(self.low + months, None if self.high is None else self.high + months)

    def fact(self, needs: frozenset[Need]) -> Fact:
        """Return the number, or an unknown within the bounds that ``needs`` would settle."""
        return self.low if self.low == self.high else Unknown(needs, low=self.low, high=self.high)


_EARLIEST: Final = Month(1800, 1).ordinal
"""The first month that a set can hold; who paid then has no case. From the year 0 on, a set was ten times as long."""

Months: TypeAlias = int
"""A set of calendar months: the bit n stands for the nth month after January 1800. Lists and sets of the months of
whole working lives were most of the time that facts took."""


def from_to(first: int, last: int) -> Months:
    """Return the months from ``first`` to ``last`` (ordinals), both inclusive; none if they are reversed.

    Raises ``ValueError`` for months before 1800.
    """
    return ((1 << (last - first + 1)) - 1) << (first - _EARLIEST) if first <= last else 0


def until(last: int) -> Months:
    """Return all months up to ``last`` (an ordinal), inclusive."""
    return from_to(_EARLIEST, last)


def paid_in(spell: PensionSpell) -> Months | None:
    """Return the calendar months paid in a spell, or None if it is not told which."""
    if spell.contributions is not None:
        months = 0
        for run in spell.contributions:
            months |= from_to(run.start.ordinal, run.end.ordinal)
        return months
    if spell.paid_months == 0:
        return 0
    span = span_of(spell)
    return span if spell.end is not None and spell.paid_months == span.bit_count() else None


def told_in(spells: Iterable[PensionSpell]) -> Months:
    """Return the calendar months that certainly were paid in ``spells``."""
    months = 0
    for spell in spells:
        months |= paid_in(spell) or 0
    return months


def possible_in(spells: Iterable[PensionSpell]) -> Months:
    """Return the calendar months that may have been paid in ``spells``."""
    months = 0
    for spell in spells:
        paid = paid_in(spell)
        months |= span_of(spell) if paid is None else paid
    return months


def count(spells: Iterable[PensionSpell]) -> Count:
    """Return how many different calendar months were paid in ``spells``.

    Totals without months are added up; where such a spell overlaps another in time, some of its
    months may be the same, and the count is a range.
    """
    told = 0
    totals: list[PensionSpell] = []
    for spell in spells:
        months = paid_in(spell)
        if months is None:
            totals.append(spell)
        else:
            told |= months
    found = Count(told.bit_count(), told.bit_count())
    for spell in sorted(totals, key=_largest_first):
        span = span_of(spell)
        shared = (told & span).bit_count()
        low, high = _total(spell, span.bit_count())
        upper = None if found.high is None or high is None else found.high + high
        found = Count(found.low + max(0, low - shared), upper)
        told |= span
    return found


def span_of(spell: PensionSpell) -> Months:
    """Return the calendar months in which the months of a spell lie."""
    start, end = spell.start.ordinal, spell.end
    return from_to(start, start + LONGEST - 1 if end is None else end.ordinal)


def _largest_first(spell: PensionSpell) -> tuple[int, int, int]:
    """Return a key that makes the lower bound large, and the same in whatever order spells are told."""
    span = span_of(spell)
    return -(spell.paid_months or 0), spell.start.ordinal, span.bit_length()


def _total(spell: PensionSpell, longest: int) -> tuple[int, int | None]:
    if spell.paid_months is not None:
        return spell.paid_months, spell.paid_months
    return 0, None if spell.end is None else longest


def deemed_in(deemed: Listed[DeemedPeriod], province: str | None = None) -> int:
    """Return the deemed months seen for a province, or for all."""
    return sum(
        period.months for period in deemed.rows if province is None or deemed.province(period) == province
    )


def general_months(
    spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], province: str
) -> tuple[Count, frozenset[Need]]:
    """Return the months of a province that count for the benefit place, and what would settle them.

    Months of general accounts and deemed months; temporary accounts count for nothing
    (国办发〔2009〕66号 第六条, 人社部规〔2016〕5号 第一条).
    """
    least, most, told = spells.once(("general months", province), lambda: _general(spells, province))
    needs: frozenset[Need] = frozenset()
    if not spells.covers(province) or most.low != most.high or not told:
        needs |= spells.needs((province,))
    if not deemed.covers(province):
        needs |= deemed.needs((province,))
    complete = spells.covers(province) and deemed.covers(province)
    return Count(least.low, most.high if complete else None).plus(deemed_in(deemed, province)), needs


def _general(spells: Listed[PensionSpell], province: str) -> tuple[Count, Count, bool]:
    """Return the months of accounts that are, and that may be, general, and whether of each it is told."""
    there = [
        spell
        for spell in spells.rows
        if spell.scheme == "employee" and spell.account != "temporary" and spells.province(spell) == province
    ]
    general = [spell for spell in there if spell.account == "general"]
    most = count(there)
    told = len(general) == len(there)
    return most if told else count(general), most, told


def total_months(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod]) -> Fact:
    """Return all months in the enterprise scheme, each calendar month once, with the deemed ones.

    Counts temporary accounts too: they are gathered at the benefit place. It is the figure to compare
    with the minimum number of months for a pension.
    """
    found = count(spell for spell in spells.rows if spell.scheme == "employee")
    needs: frozenset[Need] = frozenset()
    if not spells.covers_everywhere() or found.low != found.high:
        needs |= spells.needs(everywhere=True)
    if not deemed.covers_everywhere():
        needs |= deemed.needs(everywhere=True)
    complete = spells.covers_everywhere() and deemed.covers_everywhere()
    return Count(found.low, found.high if complete else None).plus(deemed_in(deemed)).fact(needs)


def months_paid_after(spells: Listed[PensionSpell], day: dt.date) -> Fact:
    """Return the months paid in the enterprise scheme after the month of ``day``, each calendar month once.

    A total that is told without its months says only how many they are at most.
    """
    first = Month.of(day).plus(1)
    if spells.day is not None and spells.day < first.first_day:
        return 0
    told = 0
    further: int | None = 0
    for spell in spells.rows:
        if spell.scheme != "employee" or (spell.end is not None and spell.end < first):
            continue
        months = paid_in(spell)
        if months is None:
            most = spell.paid_months
            if spell.end is not None:
                there = spell.end.ordinal - first.ordinal + 1
                most = there if most is None else min(most, there)
            further = None if further is None or most is None else further + most
        else:
            told |= months & ~until(first.ordinal - 1)
    complete = spells.covers_everywhere(since=first.first_day)
    sure = told.bit_count()
    high = None if further is None or not complete else sure + further
    return Count(sure, high).fact(spells.needs(everywhere=True))
