"""Whether a person pays into an employees' pension scheme already, and in which capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.values import Month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.facts.records import Listed
    from crossprov.models import PensionSpell
    from crossprov.values import Fact


def pays_as_employee(spells: Listed[PensionSpell], day: dt.date) -> Fact:
    """Tell whether an employer, private or public, insures the person on ``day``, in any province.

    A spell whose last month is over does not count, whatever its state; one without a state may.
    """
    return _pays(spells, "employed", day)


def pays_as_flexible(spells: Listed[PensionSpell], day: dt.date) -> Fact:
    """Tell whether the person pays as a flexible worker on ``day``, in any province; else as above."""
    return _pays(spells, "flexible", day)


def _pays(spells: Listed[PensionSpell], capacity: str, day: dt.date) -> Fact:
    maybe = [spell for spell in _open(spells, day) if _capacity(spell) in {capacity, None}]
    if any(spell.state == "paying" and _capacity(spell) == capacity for spell in maybe):
        return True
    if maybe:
        return spells.unknown(tuple(dict.fromkeys(spells.province(spell) for spell in maybe)))
    return False if spells.covers_everywhere() else spells.unknown(everywhere=True)


def _open(spells: Listed[PensionSpell], day: dt.date) -> Iterator[PensionSpell]:
    """Yield the spells of the employees' schemes that may be paid into on ``day``."""
    for spell in spells.rows:
        over = spell.end is not None and spell.end < Month.of(day)
        if spell.scheme != "resident" and spell.state in {"paying", None} and not over:
            yield spell


def _capacity(spell: PensionSpell) -> str | None:
    """Return in which capacity the spell is; the public sector insures only its own staff."""
    return "employed" if spell.scheme == "public" else spell.insured_as
