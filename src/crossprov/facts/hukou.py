"""Where a person was registered (户籍) on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from crossprov.facts.records import tolerant
from crossprov.values import NONE, Fact, Unknown, needs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov.facts.records import Listed
    from crossprov.models import HukouSpell

_MAINLAND: Final = "mainland"


@tolerant
def place_on(
    spells: Listed[HukouSpell], day: dt.date | Unknown, status: str | Unknown, as_of: dt.date
) -> Fact:
    """Return the division of registration on ``day``; ``NONE`` for who has no mainland registration.

    Unknown for a day after ``as_of``: nobody knows where a person will be registered.
    """
    return _registered(spells, day, status, as_of, lambda spell: spell.place)


@tolerant
def province_on(
    spells: Listed[HukouSpell], day: dt.date | Unknown, status: str | Unknown, as_of: dt.date
) -> Fact:
    """Return the province of registration on ``day``; ``NONE`` for who has no mainland registration.

    Known even without the day if the person was registered in one province at all days it may be.
    Unknown for a day after ``as_of``: nobody knows where a person will be registered.
    """
    return _registered(spells, day, status, as_of, spells.province)


@tolerant
def moved_in_on(
    spells: Listed[HukouSpell],
    province: str | Unknown,
    enrolled_on: dt.date | Unknown,
    status: str | Unknown,
    as_of: dt.date,
) -> Fact:
    """Return the day after ``enrolled_on`` on which a registration in ``province`` began, the first if several.

    ``NONE`` if there was none by ``as_of``, or if the person was registered in the province all along.
    """
    if isinstance(status, Unknown) or isinstance(province, Unknown):
        return Unknown(needs_of(status, province))
    if status != _MAINLAND:
        return NONE
    here = [spell for spell in spells.rows if spells.province(spell) == province]
    start = enrolled_on if isinstance(enrolled_on, dt.date) else None
    if not here and spells.covers(province, start, as_of):
        return NONE
    before = province_on(spells, enrolled_on, status, as_of) if here else spells.unknown((province,))
    if before == province:
        return NONE
    if isinstance(before, Unknown) or start is None:
        return Unknown(needs_of(before, enrolled_on))
    # A registration that began before had ended by then: the person was registered elsewhere.
    later = [
        spell.since
        for spell in here
        if (spell.since is None or spell.since > start) and (spell.through is None or spell.through > start)
    ]
    first = min((since for since in later if since is not None), default=None)
    if None in later or not spells.covers(province, start, first or as_of):
        return spells.unknown((province,), high=first)
    return NONE if first is None else first


def _registered(
    spells: Listed[HukouSpell],
    day: dt.date | Unknown,
    status: str | Unknown,
    as_of: dt.date,
    named: Callable[[HukouSpell], str],
) -> Fact:
    if isinstance(status, Unknown):
        return Unknown(needs_of(status, day) | (frozenset() if spells.rows else spells.needs()))
    if status != _MAINLAND:
        return NONE
    first, last = _bounds(day)
    if last is None or last > as_of:
        return Unknown(needs_of(day))
    exact = not isinstance(day, Unknown)
    if exact and first is not None:
        sure = [spell for spell in spells.rows if _certainly(spell, first)]
        if sure:
            return named(sure[-1])
    rows = _possible(spells, first, last)
    found = frozenset(named(spell) for spell in rows)
    complete = spells.covers_everywhere(first, last)
    if complete and len(found) == 1:
        return next(iter(found))
    needs = needs_of(day)
    if not complete or exact:
        needs |= spells.needs(everywhere=not complete)
    return Unknown(needs, among=frozenset(found) if complete and found else None)


def _bounds(day: dt.date | Unknown) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day that ``day`` may be, None where it is not bounded."""
    if not isinstance(day, Unknown):
        return day, day
    low, high = (None if isinstance(bound, int) else bound for bound in (day.low, day.high))
    return low, high  # type: ignore[return-value] # the bounds of a date are dates


def _certainly(spell: HukouSpell, day: dt.date) -> bool:
    held = spell.certain_days
    return held is not None and held[0] <= day <= held[1]


def _possible(spells: Listed[HukouSpell], first: dt.date | None, last: dt.date | None) -> list[HukouSpell]:
    """Return the registrations that may hold on some day from ``first`` to ``last``.

    Nobody is registered twice, so a registration without a known end ended when a later one began.
    """
    rows = [
        spell
        for spell in spells.rows
        if (last is None or spell.since is None or spell.since <= last)
        and (first is None or spell.through is None or spell.through >= first)
    ]
    begun = [
        spell.since
        for spell in rows
        if spell.since is not None and first is not None and spell.since <= first
    ]
    newest = max(begun, default=None)
    return [spell for spell in rows if newest is None or spell.since is None or spell.since >= newest]
