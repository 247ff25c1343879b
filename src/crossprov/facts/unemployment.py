"""Unemployment insurance: months that count, months left over, where a person was last insured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crossprov.facts.last import STILL_OPEN, Standing, last_of, standing_of
from crossprov.facts.months import LONGEST, Count
from crossprov.facts.records import tolerant
from crossprov.values import Fact, Month, Need, Nothing, Unknown, needs_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crossprov.facts.records import Listed
    from crossprov.models import UnemploymentGrant, UnemploymentSpell

_STEP: Final = "m"
"""Names of steps are this letter and the fewest months of the step: the rules say which there are."""


# --- months that count --------------------------------------------------------------------------------


def paid_months(
    spells: Listed[UnemploymentSpell], grants: Listed[UnemploymentGrant], province: str | None = None
) -> Fact:
    """Return the months paid since benefit was last drawn, in ``province`` or in all, each month once.

    Months count if employer and person paid (社会保险法 第四十五条). After benefit was drawn the count
    begins anew (社会保险法 第四十六条): months after that of the grant, and those of a spell that began
    in it, are the new ones. Bounds where something is not told.
    """
    complete = spells.covers_everywhere() if province is None else spells.covers(province)
    there = [spell for spell in spells.rows if province is None or spells.province(spell) == province]
    restart = _restart(grants)
    # Benefit drawn of which nobody told would have made every month seen an old one.
    low = _count(there, restart.latest, sure=True).low if restart.complete else 0
    most = _count(there, restart.certain, sure=False).high
    found = Count(low, most if complete else None)
    needs: frozenset[Need] = frozenset()
    if not restart.complete or restart.certain != restart.latest:
        needs |= grants.needs(everywhere=True)
    if not complete or found.low != found.high:
        places = () if province is None else (province,)
        needs |= spells.needs(places, everywhere=province is None)
    return found.fact(needs)


def months_in(
    spells: Listed[UnemploymentSpell], grants: Listed[UnemploymentGrant], province: str | Nothing
) -> Fact:
    """Return the months paid in ``province`` since benefit was last drawn anywhere; 0 where there is none."""
    return paid_months(spells, grants, province) if isinstance(province, str) else 0


@tolerant
def counted_months(
    spells: Listed[UnemploymentSpell],
    grants: Listed[UnemploymentGrant],
    service_months: int | Unknown,
    discharged_on: dt.date | Unknown,
    left_out: bool | Unknown,  # noqa: FBT001 - a fact, by its place
    service_counts: bool | Unknown,  # noqa: FBT001 - a parameter of the law, by its place
) -> Fact:
    """Return the months that count for entitlement and length: paid ones and, if it counts, service.

    Military service counts as contributions (退役军人安置条例 第八十五条) on the days on which
    ``service_counts``, but for who is ``left_out``; not again once benefit was drawn after the discharge.
    """
    paid = paid_months(spells, grants)
    if isinstance(service_counts, Unknown):
        return Unknown(service_counts.needs)
    if not service_counts or service_months == 0 or left_out is True:
        return paid
    service, needs = _service(grants, service_months, discharged_on)
    if isinstance(left_out, Unknown) and service.high != 0:
        service, needs = Count(0, service.high), needs | left_out.needs
    low, high = (paid.low, paid.high) if isinstance(paid, Unknown) else (paid, paid)
    assert isinstance(low, int)
    most = high + service.high if isinstance(high, int) and service.high is not None else None
    return Count(low + service.low, most).fact(needs_of(paid) | needs)


@tolerant
def step(months: int | Unknown, by_step: Mapping[str, int] | Unknown) -> Fact:
    """Return the name of the last step that ``months`` reach, of the steps that a parameter lists.

    Known also for an unknown number of months if all that it may be lie on one step.
    """
    if isinstance(by_step, Unknown):
        return Unknown(by_step.needs)
    steps = sorted(by_step, key=_fewest)
    if not isinstance(months, Unknown):
        return _reached(steps, months)
    low = months.low if isinstance(months.low, int) else 0
    last = _reached(steps, months.high) if isinstance(months.high, int) else steps[-1]
    may_be = steps[steps.index(_reached(steps, low)) : steps.index(last) + 1]
    return may_be[0] if len(may_be) == 1 else Unknown(months.needs, among=frozenset(may_be))


# --- months left over ---------------------------------------------------------------------------------


def carried_months(grants: Listed[UnemploymentGrant]) -> Fact:
    """Return the months of benefit that were granted and not drawn, 0 if there are none.

    A later decision includes what an earlier one left (社会保险法 第四十六条), so those of the last.
    """
    return _carried(grants, lambda _grant: True)


def carried_in(grants: Listed[UnemploymentGrant], province: str) -> Fact:
    """Return the months granted and not drawn if ``province`` granted them last, else 0."""
    return _carried(grants, lambda grant: grants.province(grant) == province)


def carried_elsewhere(grants: Listed[UnemploymentGrant], province: str) -> Fact:
    """Tell whether months are left that another province than ``province`` granted last."""
    left = _carried(grants, lambda grant: grants.province(grant) != province)
    if not isinstance(left, Unknown):
        return left != 0
    return True if isinstance(left.low, int) and left.low > 0 else Unknown(left.needs)


def has_untouched_grant(grants: Listed[UnemploymentGrant]) -> Fact:
    """Tell whether nothing was drawn of the last grant.

    No text that we read says whether the count of months begins anew then.
    """
    last = _last_grants(grants)
    if last is None:
        return grants.unknown(everywhere=True)
    if any(grant.months_drawn is None for grant in last):
        return grants.unknown(tuple(sorted({grants.province(grant) for grant in last})))
    return any(grant.months_drawn == 0 for grant in last)


# --- places -------------------------------------------------------------------------------------------


def last_insured_place(spells: Listed[UnemploymentSpell]) -> Fact:
    """Return the division where the person was last insured (最后参保地), ``NONE`` if never anywhere.

    The spell that lasted longest into time; of two that end alike, the one that began later. One whose end is
    not told may have ended before others, or go on.
    """
    return _last_insured(spells, lambda spell: spell.place)


def last_insured_province(spells: Listed[UnemploymentSpell]) -> Fact:
    """Return the province where the person was last insured; else as above."""
    return _last_insured(spells, spells.province)


def has_record_at(
    spells: Listed[UnemploymentSpell], grants: Listed[UnemploymentGrant], province: str
) -> Fact:
    """Tell whether the person was insured against unemployment, or granted benefit, in ``province``."""
    if any(spells.province(spell) == province for spell in spells.rows):
        return True
    if any(grants.province(grant) == province for grant in grants.rows):
        return True
    if spells.covers(province) and grants.covers(province):
        return False
    open_ = [listed for listed in (spells, grants) if not listed.covers(province)]
    return Unknown(frozenset(need for listed in open_ for need in listed.needs((province,))))


# --- helpers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Restart:
    """Months (as ordinals) in which the count began anew: surely last, and at the latest if at all.

    ``complete``: there was no later one. A grant counts if something was drawn of it.
    """

    certain: int | None
    latest: int | None
    complete: bool


def _restart(grants: Listed[UnemploymentGrant]) -> _Restart:
    drawn = [grant.granted_on for grant in _real(grants) if grant.months_drawn]
    possible = [grant.granted_on for grant in _real(grants) if grant.months_drawn != 0]
    certain, latest = max(drawn, default=None), max(possible, default=None)
    complete = grants.covers_everywhere(since=latest)
    return _Restart(_ordinal(certain), _ordinal(latest), complete)


def _ordinal(day: dt.date | None) -> int | None:
    return None if day is None else Month.of(day).ordinal


def _real(grants: Listed[UnemploymentGrant]) -> Iterator[UnemploymentGrant]:
    return (grant for grant in grants.rows if grant.months_granted > 0)


def _last_grants(grants: Listed[UnemploymentGrant]) -> list[UnemploymentGrant] | None:
    """Return the grants of the last day on which there were any; None if there may have been later ones."""
    last = max((grant.granted_on for grant in _real(grants)), default=None)
    if not grants.covers_everywhere(since=last):
        return None
    return [grant for grant in _real(grants) if grant.granted_on == last]


def _carried(grants: Listed[UnemploymentGrant], counts: Callable[[UnemploymentGrant], bool]) -> Fact:
    last = _last_grants(grants)
    if last is None:
        return grants.unknown(everywhere=True, low=0)
    mine = [grant for grant in last if counts(grant)]
    low = sum(
        grant.months_granted - (grant.months_drawn or 0) for grant in mine if grant.months_drawn is not None
    )
    open_ = [grant for grant in mine if grant.months_drawn is None]
    if not open_:
        return low
    places = tuple(sorted({grants.province(grant) for grant in open_}))
    return grants.unknown(places, low=low, high=low + sum(grant.months_granted for grant in open_))


def _service(
    grants: Listed[UnemploymentGrant], months: int | Unknown, discharged_on: dt.date | Unknown
) -> tuple[Count, frozenset[Need]]:
    """Return the months of service that count, and what would settle them."""
    restart = _restart(grants)
    low, high = (0, None) if isinstance(months, Unknown) else (months, months)
    needs = needs_of(months)
    discharged = None if isinstance(discharged_on, Unknown) else Month.of(discharged_on).ordinal
    if restart.certain is not None and discharged is not None and discharged <= restart.certain:
        return Count(0, 0), frozenset()
    if restart.complete and restart.latest is None:
        return Count(low, high), needs
    if (
        restart.complete
        and discharged is not None
        and restart.latest is not None
        and discharged > restart.latest
    ):
        return Count(low, high), needs
    if not restart.complete or restart.certain != restart.latest:
        needs |= grants.needs(everywhere=True)
    return Count(0, high), needs | needs_of(discharged_on)


def _count(spells: Iterable[UnemploymentSpell], restart: int | None, *, sure: bool) -> Count:
    """Return how many different calendar months were paid after ``restart``; ``sure``: only those told.

    Totals without months are added up; where such a spell overlaps another in time, some of its months
    may be the same, and the count is a range.
    """
    told: set[int] = set()
    totals: list[tuple[range, Count]] = []
    for spell in spells:
        paid = (spell.employer_paid, spell.person_paid)
        if False in paid or (sure and None in paid):
            continue
        span, months = _after(spell, restart)
        if months.low == len(span):
            told |= set(span)
        elif months.high != 0:
            totals.append((span, months))
    low, high = len(told), len(told)
    unbounded = False
    for span, months in sorted(totals, key=lambda it: (-it[1].low, it[0].start, it[0].stop)):
        low += max(0, months.low - len(told & set(span)))
        unbounded = unbounded or months.high is None
        high += months.high or 0
        told |= set(span)
    return Count(low, None if unbounded else high)


def _after(spell: UnemploymentSpell, restart: int | None) -> tuple[range, Count]:
    """Return the months of a spell that are new after ``restart``, and how many of them were paid."""
    start = spell.start.ordinal
    stop = start + LONGEST if spell.end is None else spell.end.ordinal + 1
    told, whole = spell.months, stop - start
    if restart is None or start >= restart:
        longest = None if spell.end is None else whole
        return range(start, stop), Count(0, longest) if told is None else Count(told, told)
    old = min(restart + 1, stop) - start
    new = whole - old
    if told is None:
        return range(start + old, stop), Count(0, None if spell.end is None else new)
    return range(start + old, stop), Count(max(0, told - old), min(told, new))


def _fewest(name: str) -> int:
    return int(name.removeprefix(_STEP))


def _reached(steps: list[str], months: int) -> str:
    return max((name for name in steps if _fewest(name) <= months), key=_fewest)


def _last_insured(spells: Listed[UnemploymentSpell], named: Callable[[UnemploymentSpell], str]) -> Fact:
    return last_of(spells, standing_of(spells.rows, named, _moment))


def _moment(spell: UnemploymentSpell) -> Standing:
    """Return when the spell was, within bounds; one without an end may have ended at once, or go on."""
    start = spell.start.ordinal
    if spell.end is None:
        return Standing((start, start), (STILL_OPEN, start))
    when = spell.end.ordinal, start
    return Standing(when, when)
