"""Where a person's pension relations are: the last one, those with ten years, an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov.facts.months import Count, deemed_in, general_months, paid_in
from crossprov.facts.records import tolerant
from crossprov.values import NONE, Fact, Month, Need, Nothing, Unknown, needs_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.facts.records import Listed
    from crossprov.models import DeemedPeriod, PensionSpell

_STILL_OPEN: Final = 1_000_000
"""As the last month of a spell: later than any month."""

_NEVER: Final = (-1, -1)
_FIRST_MONTH: Final = Month(1, 1)
_ENDED: Final = frozenset({"transferred", "ended"})

Moment: TypeAlias = tuple[int, int]
"""When a spell was: its last month, then its first, as ordinals; spells compare by it."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """When the last general spell of a province was, within bounds."""

    low: Moment
    high: Moment


# --- the last relation ------------------------------------------------------------------------------


def has_general_record(spells: Listed[PensionSpell]) -> Fact:
    """Tell whether the person ever had a general account of the enterprise scheme anywhere."""
    general = list(_maybe_general(spells))
    if any(spell.account == "general" for spell in general):
        return True
    return spells.unknown(everywhere=True) if general or not spells.covers_everywhere() else False


def last_general_province(spells: Listed[PensionSpell]) -> Fact:
    """Return the province of the last general relation in time, ``NONE`` if there never was one.

    The relation that lasted longest into time is the last; of two that end alike, the one that began
    later (国办发〔2009〕66号 第六条 speaks of the place of the relation).
    """
    standings = _standings(spells)
    if not standings:
        return NONE if spells.covers_everywhere() else spells.unknown(everywhere=True)
    floor = max(standing.low for standing in standings.values())
    contenders = frozenset(province for province, it in standings.items() if it.high >= floor)
    complete = floor != _NEVER and _covers_after(spells, floor)
    if len(contenders) == 1 and complete:
        return next(iter(contenders))
    if not complete:
        return spells.unknown(everywhere=True)
    return spells.unknown(tuple(sorted(contenders)), among=frozenset(contenders))


def general_months_in(
    spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], province: str | Nothing
) -> Fact:
    """Return the months of a province that count for the benefit place; 0 where there is no province."""
    if province is NONE:
        return 0
    found, needs = general_months(spells, deemed, str(province))
    return found.fact(needs)


def latest_other_ten_year_province(
    spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], last: str | Nothing, limit: int
) -> Fact:
    """Return the latest province other than the last with at least ``limit`` months, or ``NONE``.

    "Latest" goes by the last general spell there (国办发〔2009〕66号 第六条第三项).
    """
    others = {name: it for name, it in _standings(spells).items() if name != last}
    months = {name: general_months(spells, deemed, name) for name in others}
    possible = {name for name in others if _may_reach(months[name][0], limit)}
    sure = [name for name in possible if months[name][0].low >= limit]
    best = max(sure, key=lambda name: others[name].low, default=None)
    if best is not None:
        floor = others[best].low
        rivals = {name for name in possible - {best} if others[name].high >= floor}
        if floor != _NEVER and _covers_after(spells, floor):
            if not rivals:
                return best
            needs = frozenset(need for name in rivals for need in months[name][1])
            return Unknown(needs or _records_of(spells, rivals | {best}), among=frozenset({best, *rivals}))
        return spells.unknown(everywhere=True)
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True)
    if not possible:
        return NONE
    needs = frozenset(need for name in possible for need in months[name][1])
    return Unknown(needs, among=frozenset({NONE, *possible}))


def has_ten_years_only_deemed(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], limit: int) -> Fact:
    """Tell whether some province reaches ``limit`` by deemed months without any general relation there.

    No text that we read says whether such a place is a former place of insurance.
    """
    insured = _standings(spells)
    places = {deemed.province(period) for period in deemed.rows} - {
        province for province, it in insured.items() if it.low != _NEVER
    }
    reached = {place for place in places if deemed_in(deemed, place) >= limit}
    if any(spells.covers(place) and place not in insured for place in reached):
        return True
    if reached:
        return spells.unknown(tuple(sorted(reached)))
    return False if deemed.covers_everywhere() else deemed.unknown(everywhere=True)


def duplicates_decide(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], limit: int) -> Fact:
    """Tell whether months paid in two provinces at once decide if a province reaches ``limit``.

    Which of the two relations keeps such months is for the person and the agency to agree
    (人社部发〔2009〕187号 意见第三条). Totals without months are taken not to overlap.
    """
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True)
    needs: frozenset[Need] = frozenset()
    for province, shared in _shared_months(spells).items():
        found, open_needs = general_months(spells, deemed, province)
        if found.low - shared >= limit or not _may_reach(found, limit):
            continue
        if found.low == found.high:
            return True
        needs |= open_needs
    return Unknown(needs) if needs else False


# --- relations at a place ---------------------------------------------------------------------------


def has_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person was ever in the enterprise scheme in ``province``."""
    if any(spells.province(spell) == province for spell in _enterprise(spells)):
        return True
    return False if spells.covers(province) else spells.unknown((province,))


def has_general_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person ever had a general account of the enterprise scheme in ``province``."""
    there = [spell for spell in _maybe_general(spells) if spells.province(spell) == province]
    if any(spell.account == "general" for spell in there):
        return True
    return spells.unknown((province,)) if there or not spells.covers(province) else False


def has_record_outside(spells: Listed[PensionSpell], province: str | Nothing) -> Fact:
    """Tell whether the person was ever in the enterprise scheme outside ``province``."""
    if any(spells.province(spell) != province for spell in _enterprise(spells)):
        return True
    return False if spells.covers_everywhere() else spells.unknown(everywhere=True)


def arrears_months_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Return the number of months owed in ``province``; a lower bound where something is not told."""
    there = [spell for spell in _enterprise(spells) if spells.province(spell) == province]
    seen = sum(spell.arrears_months or 0 for spell in there)
    if spells.covers(province) and all(spell.arrears_months is not None for spell in there):
        return seen
    return spells.unknown((province,), low=seen)


@tolerant
def has_earlier_general_relation(
    spells: Listed[PensionSpell],
    province: str | Unknown,
    reached_age_on: dt.date | Unknown,
    made_before: dt.date,
) -> Fact:
    """Tell whether a general relation that still exists in ``province`` is old enough to stay general.

    Old enough: made before the day ``made_before``, or before the person reached the transfer age
    (人社部发〔2010〕70号, as copies word it). Known without the age if the first already holds.
    """
    if isinstance(province, Unknown):
        return Unknown(needs_of(province))
    there = [spell for spell in _maybe_general(spells) if spells.province(spell) == province]
    verdicts = [_stays_general(spell, reached_age_on, made_before) for spell in there]
    if True in verdicts:
        return True
    if spells.covers(province) and all(verdict is False for verdict in verdicts):
        return False
    if spells.covers(province) and all(_is_told(spell) for spell in there):
        return Unknown(needs_of(reached_age_on))
    return Unknown(spells.unknown((province,)).needs | needs_of(reached_age_on))


# --- helpers ----------------------------------------------------------------------------------------


def _enterprise(spells: Listed[PensionSpell]) -> Iterator[PensionSpell]:
    return (spell for spell in spells.rows if spell.scheme == "employee")


def _maybe_general(spells: Listed[PensionSpell]) -> Iterator[PensionSpell]:
    return (spell for spell in _enterprise(spells) if spell.account != "temporary")


def _standings(spells: Listed[PensionSpell]) -> dict[str, _Standing]:
    found: dict[str, _Standing] = {}
    for spell in _maybe_general(spells):
        province = spells.province(spell)
        low, high = _moment(spell)
        before = found.get(province, _Standing(_NEVER, _NEVER))
        low = low if spell.account == "general" else _NEVER
        found[province] = _Standing(max(low, before.low), max(high, before.high))
    return found


def _moment(spell: PensionSpell) -> tuple[Moment, Moment]:
    """Return when the spell was, within bounds; without an end it is open unless its state denies it."""
    start = spell.start.ordinal
    if spell.end is not None:
        return (spell.end.ordinal, start), (spell.end.ordinal, start)
    if spell.state is None or spell.state == "paying":
        return (_STILL_OPEN, start), (_STILL_OPEN, start)
    paid = paid_in(spell)
    if paid is None:
        return (start, start), (_STILL_OPEN, start)
    last = max(paid, default=start)
    return (last, start), (last, start)


def _covers_after(spells: Listed[PensionSpell], floor: Moment) -> bool:
    """Return whether every spell as late as ``floor`` must have been seen.

    INVARIANT: such a spell touches the time from the last month of ``floor`` (for an open one: from
    its first month) to the day of the case.
    """
    last, first = floor
    since = _FIRST_MONTH.plus((first if last == _STILL_OPEN else last) - _FIRST_MONTH.ordinal)
    return spells.covers_everywhere(since=since.first_day)


def _may_reach(found: Count, limit: int) -> bool:
    return found.high is None or found.high >= limit


def _records_of(spells: Listed[PensionSpell], provinces: set[str]) -> frozenset[Need]:
    return spells.unknown(tuple(sorted(provinces))).needs


def _shared_months(spells: Listed[PensionSpell]) -> dict[str, int]:
    """Return for each province how many of its months were paid in another province as well."""
    paid: dict[str, set[int]] = {}
    for spell in _maybe_general(spells):
        paid.setdefault(spells.province(spell), set()).update(paid_in(spell) or ())
    in_several = {
        month for (_, mine), (_, theirs) in combinations(paid.items(), 2) for month in mine & theirs
    }
    return {province: len(months & in_several) for province, months in paid.items() if months & in_several}


def _stays_general(
    spell: PensionSpell, reached_age_on: dt.date | Unknown, made_before: dt.date
) -> bool | None:
    """Return whether a relation is there, general and old enough; None if that is not told."""
    old = _made_before(spell, made_before)
    if old is not True:
        young = None if isinstance(reached_age_on, Unknown) else _made_before(spell, reached_age_on)
        old = True if young is True else (None if None in (old, young) else False)
    there = None if spell.state is None else spell.state not in _ENDED
    parts = (old, there, True if spell.account == "general" else None)
    return False if False in parts else (None if None in parts else True)


def _is_told(spell: PensionSpell) -> bool:
    """Return whether nothing about the relation itself is left open."""
    return spell.state is not None and spell.account is not None and spell.enrolled_on is not None


def _made_before(spell: PensionSpell, day: dt.date) -> bool | None:
    """Return whether a relation was made before ``day``: by its registration, else by its first month."""
    if spell.enrolled_on is not None:
        return spell.enrolled_on < day
    if spell.start.last_day < day:
        return True
    return False if spell.start.first_day >= day else None
