"""In which province a person has most months: the benefit place of who has no registration to fall back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.facts.months import Count, general_months
from crossprov.facts.pension import shared_months, standings
from crossprov.values import NONE, Fact, Need, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.facts.last import Standing
    from crossprov.facts.records import Listed
    from crossprov.models import DeemedPeriod, PensionSpell


def longest_province(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod]) -> Fact:
    """Return the province with most months of general accounts, deemed ones included; ``NONE`` without any.

    Of several with as many months, the one whose last general spell is the latest (人社部令第41号).
    """
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True)
    stood = standings(spells)
    if not stood:
        return NONE
    months = {name: general_months(spells, deemed, name) for name in stood}
    counts = {name: found for name, (found, _) in months.items()}
    longest = _longest(counts, stood)
    if longest is not None:
        return longest
    least = max(found.low for found in counts.values())
    among = frozenset(name for name, found in counts.items() if found.high is None or found.high >= least)
    needs = frozenset(need for name in among for need in months[name][1])
    return Unknown(needs or spells.needs(tuple(sorted(among))), among=among)


def duplicates_decide_longest(spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod]) -> Fact:
    """Tell whether months paid in two provinces at once decide which province has most months.

    Which of the two keeps such months is for the person and the agency to agree (人社部发〔2009〕187号
    意见第三条). They decide nothing where one province has most months whatever is agreed.
    """
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True)
    shared = shared_months(spells)
    if all(found.high == 0 for found in shared.values()):
        return False
    months = {name: general_months(spells, deemed, name) for name in shared}
    agreed = {name: _by_agreement(found, shared[name]) for name, (found, _) in months.items()}
    if _longest(agreed, standings(spells)) is not None:
        return False
    exact = all(found.low == found.high for found in (*shared.values(), *(it for it, _ in months.values())))
    if exact:
        return True
    needs: frozenset[Need] = frozenset(need for _, further in months.values() for need in further)
    return Unknown(needs | spells.needs(tuple(sorted(months))))


# --- helpers ----------------------------------------------------------------------------------------


def _by_agreement(found: Count, shared: Count) -> Count:
    """Return how many months a province may be left with once it is agreed who keeps the shared ones."""
    return Count(max(0, found.low - (shared.high or 0)), found.high)


def _longest(counts: Mapping[str, Count], stood: Mapping[str, Standing]) -> str | None:
    """Return the province that certainly has most months; of as many, the one that certainly came last."""
    best = max(counts, key=lambda name: (counts[name].low, stood[name].low))
    least = counts[best].low
    for name, found in counts.items():
        if name == best or (found.high is not None and found.high < least):
            continue
        if found.high != least or stood[name].high >= stood[best].low:
            return None
    return best
