"""What relation a person has at one place: whether there is one, of which account, what is owed there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from crossprov.facts.pension import enterprise, maybe_general
from crossprov.facts.records import tolerant
from crossprov.values import NONE, Fact, Unknown, needs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.facts.records import Listed
    from crossprov.models import PensionSpell
    from crossprov.values import Nothing

GONE: Final = frozenset({"transferred", "ended"})
"""States in which nothing is left at the place; a record handed over without a state is a live relation."""


def has_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person has a relation in the enterprise scheme in ``province``.

    One that was transferred away or ended is none; one whose state is not told is taken to be there.
    """
    if any(live(spells, province)):
        return True
    return False if spells.covers(province) else spells.unknown((province,))


def has_general_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person has a general account of the enterprise scheme in ``province``.

    One that was transferred away or ended is none; one whose state is not told is taken to be there.
    """
    there = [spell for spell in live(spells, province) if spell.account != "temporary"]
    if any(spell.account == "general" for spell in there):
        return True
    return spells.unknown((province,)) if there or not spells.covers(province) else False


def has_temporary_record_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the person has a temporary account of the enterprise scheme in ``province``."""
    there = [spell for spell in live(spells, province) if spell.account != "general"]
    if any(spell.account == "temporary" for spell in there):
        return True
    return spells.unknown((province,)) if there or not spells.covers(province) else False


def has_temporary_record_in(spells: Listed[PensionSpell], province: str | Nothing) -> Fact:
    """Tell the same of the province of registration; false where there is none."""
    return False if province is NONE else has_temporary_record_at(spells, str(province))


def is_paying_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether a relation in ``province`` is recorded as one into which contributions are still paid.

    A record whose state is not told says nothing of that; ``has_untold_state_at`` tells of such records.
    """
    if any(spell.state == "paying" for spell in live(spells, province)):
        return True
    return False if spells.covers(province) else spells.unknown((province,))


def has_untold_state_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Tell whether the state of some relation in ``province`` was not told."""
    if any(spell.state is None for spell in live(spells, province)):
        return True
    return False if spells.covers(province) else spells.unknown((province,))


def has_record_outside(spells: Listed[PensionSpell], province: str | Nothing) -> Fact:
    """Tell whether the person was ever in the enterprise scheme outside ``province``."""
    if any(spells.province(spell) != province for spell in enterprise(spells)):
        return True
    return False if spells.covers_everywhere() else spells.unknown(everywhere=True)


def arrears_months_at(spells: Listed[PensionSpell], province: str) -> Fact:
    """Return the number of months owed in ``province``; a lower bound where something is not told."""
    there = [spell for spell in enterprise(spells) if spells.province(spell) == province]
    seen = sum(spell.arrears_months or 0 for spell in there)
    if spells.covers(province) and all(spell.arrears_months is not None for spell in there):
        return seen
    return spells.unknown((province,), low=seen)


def insured_before(spells: Listed[PensionSpell], day: dt.date) -> Fact:
    """Tell whether the person was in the enterprise scheme anywhere before ``day``."""
    verdicts = [_made_before(spell, day) for spell in enterprise(spells)]
    if True in verdicts:
        return True
    through = min(day - dt.timedelta(days=1), spells.day or day)
    unseen = not spells.covers_everywhere(through=through)
    return spells.unknown(everywhere=True) if unseen or None in verdicts else False


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
    there = [spell for spell in maybe_general(spells) if spells.province(spell) == province]
    verdicts = [_stays_general(spell, reached_age_on, made_before) for spell in there]
    if True in verdicts:
        return True
    if spells.covers(province) and all(verdict is False for verdict in verdicts):
        return False
    if spells.covers(province) and all(_is_told(spell) for spell in there):
        return Unknown(needs_of(reached_age_on))
    return Unknown(spells.needs((province,)) | needs_of(reached_age_on))


# --- helpers ----------------------------------------------------------------------------------------


def live(spells: Listed[PensionSpell], province: str) -> Sequence[PensionSpell]:
    """Return the relations of the enterprise scheme that are, or are taken to be, in ``province``."""
    return spells.once(
        ("live", province),
        lambda: [
            spell
            for spell in enterprise(spells)
            if spell.state not in GONE and spells.province(spell) == province
        ],
    )


def _stays_general(
    spell: PensionSpell, reached_age_on: dt.date | Unknown, made_before: dt.date
) -> bool | None:
    """Return whether a relation is there, general and old enough; None if that is not told."""
    old = _made_before(spell, made_before)
    if old is not True:
        young = None if isinstance(reached_age_on, Unknown) else _made_before(spell, reached_age_on)
        old = True if young is True else (None if None in (old, young) else False)
    there = None if spell.state is None else spell.state not in GONE
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
