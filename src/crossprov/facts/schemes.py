"""Relations in the schemes beside that of enterprise employees, and months that two schemes share.

Sums of money are fen; months are calendar months, each counted once. The residents' scheme: 人社部发〔2014〕17号 and
国发〔2014〕8号; the public sector's: 人社部规〔2017〕1号.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.facts.months import Count, count, deemed_in, paid_in, possible_in, told_in, until
from crossprov.facts.pension_money import fen
from crossprov.facts.relations import GONE
from crossprov.values import MONTHS_A_YEAR, NONE, Fact, Month, Need

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from crossprov.facts.months import Months
    from crossprov.facts.records import Listed
    from crossprov.models import DeemedPeriod, PensionSpell

_EMPLOYEE: Final = "employee"
_PUBLIC: Final = "public"
_RESIDENT: Final = "resident"


# --- is there a relation ------------------------------------------------------------------------------


def has_employee_record(spells: Listed[PensionSpell]) -> Fact:
    """Tell whether the person has a relation in the enterprise scheme anywhere."""
    return _has(spells, _EMPLOYEE, None)


def has_resident_record(spells: Listed[PensionSpell]) -> Fact:
    """Tell whether the person has a relation in the residents' scheme anywhere."""
    return _has(spells, _RESIDENT, None)


def has_resident_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person has a relation in the residents' scheme in ``province``."""
    return _has(spells, _RESIDENT, province)


def has_public_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person has a relation in the public-sector scheme in ``province``."""
    return _has(spells, _PUBLIC, province)


def resident_place(spells: Listed[PensionSpell]) -> Fact:
    """Return the division of the residents' relation; ``NONE`` if there is none, or several in different places."""
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True)
    places = {spell.place for spell in _rows(spells, _RESIDENT, None)}
    return next(iter(places)) if len(places) == 1 else NONE


# --- months -------------------------------------------------------------------------------------------


def resident_months_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Return the months paid into live relations of the residents' scheme in ``province``."""
    return _months(spells, _rows(spells, _RESIDENT, province), (province,))


def resident_months(spells: Listed[PensionSpell]) -> Fact:
    """Return the months ever paid into the residents' scheme, each calendar month once."""
    return _months(spells, [spell for spell in spells.rows if spell.scheme == _RESIDENT], None)


def resident_months_by(spells: Listed[PensionSpell], day: dt.date) -> Fact:
    """Return the months paid into the residents' scheme up to the month of ``day``, each calendar month once."""
    cut = Month.of(day).ordinal
    rows = [spell for spell in spells.rows if spell.scheme == _RESIDENT and spell.start.ordinal <= cut]
    ended = [spell for spell in rows if spell.end is not None and spell.end.ordinal <= cut]
    later = [spell for spell in rows if spell not in ended]
    found = count(ended)
    so_far = until(cut)
    told, more = (told_in(rows) & so_far).bit_count(), (possible_in(later) & so_far).bit_count()
    complete = spells.covers_everywhere()
    if complete and all(paid_in(spell) is not None for spell in rows):
        return told
    high = None if found.high is None or not complete else found.high + more
    return Count(max(found.low, told), high).fact(spells.needs(everywhere=True))


def months_in_both_schemes(spells: Listed[PensionSpell]) -> Fact:
    """Return how many calendar months were paid into the enterprise and the residents' scheme alike."""
    told, possible, complete = _shared(spells)
    found = Count(told.bit_count(), possible.bit_count() if complete else None)
    return found.fact(spells.needs(everywhere=True))


def years_in_both_schemes(spells: Listed[PensionSpell]) -> Fact:
    """Return in how many calendar years there are months paid into both schemes."""
    told, possible, complete = _shared(spells)
    found = Count(_years(told), _years(possible) if complete else None)
    return found.fact(spells.needs(everywhere=True))


def months_of_two(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], one: str, other: str) -> Fact:
    """Return the months in the enterprise scheme of two provinces, each calendar month once, with deemed ones."""
    sides = tuple(dict.fromkeys((one, other)))
    found = count(_enterprise_in(spells, set(sides)))
    unseen = tuple(side for side in sides if not spells.covers(side))
    no_deemed = tuple(side for side in sides if not deemed.covers(side))
    needs: frozenset[Need] = frozenset()
    if unseen or found.low != found.high:
        needs |= spells.needs(unseen or sides)
    if no_deemed:
        needs |= deemed.needs(no_deemed)
    high = None if unseen or no_deemed else found.high
    return Count(found.low, high).plus(sum(deemed_in(deemed, side) for side in sides)).fact(needs)


def months_paid_in_both(spells: Listed[PensionSpell], one: str, other: str) -> Fact:
    """Return how many months of the enterprise scheme were paid in both of two provinces."""
    here, there = _enterprise_in(spells, {one}), _enterprise_in(spells, {other})
    told, possible = told_in(here) & told_in(there), possible_in(here) & possible_in(there)
    complete = all(spells.covers(side) for side in (one, other))
    found = Count(told.bit_count(), possible.bit_count() if complete else None)
    return found.fact(spells.needs((one, other)))


def months_of_one(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], province: str) -> Fact:
    """Return the months in the enterprise scheme of one province, temporary accounts and deemed ones included."""
    return months_of_two(spells, deemed, province, province)


# --- money --------------------------------------------------------------------------------------------


def resident_account_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Return what the personal accounts of the residents' scheme in ``province`` hold, in fen."""
    return _account(spells, _RESIDENT, province)


def resident_account(spells: Listed[PensionSpell]) -> Fact:
    """Return what the personal accounts of the residents' scheme hold, in fen."""
    return _account(spells, _RESIDENT, None)


def employee_account(spells: Listed[PensionSpell]) -> Fact:
    """Return what the personal accounts of the enterprise scheme hold, in fen."""
    return _account(spells, _EMPLOYEE, None)


def public_account_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Return what the personal accounts of the public-sector scheme in ``province`` hold, in fen."""
    return _account(spells, _PUBLIC, province)


def public_wages(spells: Listed[PensionSpell], province: str, since: Month) -> Fact:
    """Return the wages on which was paid in the public sector of ``province`` from ``since``, in fen.

    A lower bound where months, or the wage of some, are not told.
    """
    rows = _rows(spells, _PUBLIC, province)
    total, known = 0, spells.covers(province)
    for spell in rows:
        if spell.contributions is None:
            known = known and (spell.paid_months == 0 or (spell.end is not None and spell.end < since))
        for run in spell.contributions or ():
            months = max(0, run.end.ordinal - max(run.start.ordinal, since.ordinal) + 1)
            total += months * (0 if run.base is None else fen(run.base))
            known = known and (run.base is not None or months == 0)
    return total if known else spells.unknown((province,), low=total)


# --- helpers ------------------------------------------------------------------------------------------


def _rows(spells: Listed[PensionSpell], scheme: str, province: str | None) -> list[PensionSpell]:
    """Return the live relations of a scheme; one whose state is not told is taken to be there."""
    return [
        spell
        for spell in spells.rows
        if spell.scheme == scheme
        and spell.state not in GONE
        and (province is None or spells.province(spell) == province)
    ]


def _has(spells: Listed[PensionSpell], scheme: str, province: str | None) -> Fact:
    if _rows(spells, scheme, province):
        return True
    if province is None:
        return False if spells.covers_everywhere() else spells.unknown(everywhere=True)
    return False if spells.covers(province) else spells.unknown((province,))


def _months(
    spells: Listed[PensionSpell], rows: Iterable[PensionSpell], places: tuple[str, ...] | None
) -> Fact:
    found = count(rows)
    complete = spells.covers_everywhere() if places is None else all(map(spells.covers, places))
    wanted = spells.unknown(places or (), everywhere=places is None)
    return Count(found.low, found.high if complete else None).fact(wanted.needs)


def _account(spells: Listed[PensionSpell], scheme: str, province: str | None) -> Fact:
    balances = [spell.personal_account_balance for spell in _rows(spells, scheme, province)]
    complete = spells.covers_everywhere() if province is None else spells.covers(province)
    held = sum(fen(balance) for balance in balances if balance is not None)
    if complete and None not in balances:
        return held
    return spells.unknown(() if province is None else (province,), everywhere=province is None, low=held)


def _enterprise_in(spells: Listed[PensionSpell], provinces: set[str]) -> list[PensionSpell]:
    return [
        spell for spell in spells.rows if spell.scheme == _EMPLOYEE and spells.province(spell) in provinces
    ]


def _shared(spells: Listed[PensionSpell]) -> tuple[Months, Months, bool]:
    """Return the months that were, and that may have been, paid into both schemes, and whether all are seen."""
    employees = [spell for spell in spells.rows if spell.scheme == _EMPLOYEE]
    residents = [spell for spell in spells.rows if spell.scheme == _RESIDENT]
    told = told_in(employees) & told_in(residents)
    return told, possible_in(employees) & possible_in(residents), spells.covers_everywhere()


def _years(months: Months) -> int:
    """Return in how many calendar years there is one of the months; the first bit is that of a January."""
    of_a_year, found = (1 << MONTHS_A_YEAR) - 1, 0
    while months:
        months >>= _first_of(months) // MONTHS_A_YEAR * MONTHS_A_YEAR
        found += 1
        months &= ~of_a_year
    return found


def _first_of(months: Months) -> int:
    return (months & -months).bit_length() - 1
