"""Which of a person's pension relations make a benefit place: the last one, those with ten years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crossprov.facts.last import NEVER, STILL_OPEN, Standing, covers_after, last_of, standing_of
from crossprov.facts.months import Count, deemed_in, general_months, paid_in, span_of
from crossprov.facts.records import tolerant
from crossprov.values import NONE, Fact, Need, Nothing, Unknown, needs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crossprov.facts.last import Moment
    from crossprov.facts.months import Months
    from crossprov.facts.records import Listed
    from crossprov.models import DeemedPeriod, PensionSpell

# --- the last relation ------------------------------------------------------------------------------


def has_general_record(spells: Listed[PensionSpell]) -> Fact:
    """Tell whether the person ever had a general account of the enterprise scheme anywhere."""
    general = list(maybe_general(spells))
    if any(spell.account == "general" for spell in general):
        return True
    return spells.unknown(everywhere=True) if general or not spells.covers_everywhere() else False


def last_general_province(spells: Listed[PensionSpell]) -> Fact:
    """Return the province of the last general relation in time, ``NONE`` if there never was one.

    The relation that lasted longest into time is the last; of two that end alike, the one that began
    later (国办发〔2009〕66号 第六条 speaks of the place of the relation).
    """
    return last_of(spells, standings(spells))


def last_general_place(spells: Listed[PensionSpell]) -> Fact:
    """Return the division of the last general relation in time, as its record has it; else as above."""
    return last_of(spells, standings(spells, lambda spell: spell.place))


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
    others = {name: it for name, it in standings(spells).items() if name != last}
    months = {name: general_months(spells, deemed, name) for name in others}
    possible = {name for name in others if _may_reach(months[name][0], limit)}
    sure = [name for name in possible if months[name][0].low >= limit]
    best = max(sure, key=lambda name: others[name].low, default=None)
    if best is not None:
        floor = others[best].low
        rivals = {name for name in possible - {best} if others[name].high >= floor}
        if floor != NEVER and covers_after(spells, floor):
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


def has_ten_years_only_deemed(
    spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], limit: int, hukou: str | Nothing
) -> Fact:
    """Tell whether some province reaches ``limit`` by deemed months without any general relation there.

    No text that we read says whether such a place is a former place of insurance. The province of
    registration is left out: where no other place has ten years, benefits are drawn there anyway.
    """
    insured = standings(spells)
    places = {deemed.province(period) for period in deemed.rows} - {hukou}
    places -= {province for province, it in insured.items() if it.low != NEVER}
    reached = {place for place in places if deemed_in(deemed, place) >= limit}
    if any(spells.covers(place) and place not in insured for place in reached):
        return True
    if reached:
        return spells.unknown(tuple(sorted(reached)))
    return False if deemed.covers_everywhere() else deemed.unknown(everywhere=True)


# --- months paid twice ------------------------------------------------------------------------------


@tolerant
def duplicates_decide(
    spells: Listed[PensionSpell],
    deemed: Listed[DeemedPeriod],
    last: str | Nothing | Unknown,
    hukou: str | Nothing | Unknown,
    limit: int,
) -> Fact:
    """Tell whether months paid in two provinces at once decide which province is the benefit place.

    Which of the two relations keeps such months is for the person and the agency to agree
    (人社部发〔2009〕187号 意见第三条). They decide nothing where every agreement gives the same place.
    A total without its months may share every month of its spell: then the months are asked for. Of two
    relations that end together the agreement also settles which is the last.
    """
    rivals = {} if isinstance(last, Unknown) else _rivals(spells, last)
    if not rivals and last == hukou and not isinstance(last, Unknown):
        return False  # 第六条第一项: no count of months matters
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True)
    shared = shared_months(spells)
    reach = {name: _reach(spells, deemed, name, shared[name], limit) for name in standings(spells)}
    if not rivals and not any(it.by_agreement for it in reach.values()):
        return False
    if isinstance(last, Unknown) or isinstance(hukou, Unknown):
        return Unknown(needs_of(last, hukou))
    places = (_places(spells, reach, name, hukou) for name in (last, *rivals))
    if len(set[str | Nothing]().union(*places)) == 1:
        return False
    needs = frozenset(need for it in reach.values() for need in it.needs)
    if not all(rivals.values()):
        needs |= spells.needs((str(last), *sorted(rivals)))
    return Unknown(needs) if needs else True


def _rivals(spells: Listed[PensionSpell], last: str | Nothing) -> dict[str, bool]:
    """Return the provinces whose relation ends with the last one and has months of it; false: it may have."""
    stood = standings(spells)
    if last is NONE:
        return {}
    told, may = _months_by_province(spells)
    ends = stood[str(last)].low[0]
    together = [name for name, it in stood.items() if name != last and it.high[0] >= ends]
    return {name: bool(told[name] & told[str(last)]) for name in together if may[name] & may[str(last)]}


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whether a province may, and whether it must, have ten years; ``by_agreement``: duplicates settle it."""

    may: bool
    must: bool
    by_agreement: bool
    needs: frozenset[Need]


def _reach(
    spells: Listed[PensionSpell], deemed: Listed[DeemedPeriod], province: str, shared: Count, limit: int
) -> _Reach:
    found, needs = general_months(spells, deemed, province)
    may, must = _may_reach(found, limit), found.low - (shared.high or 0) >= limit
    by_agreement = may and not must and shared.high != 0
    if by_agreement and found.low - shared.low >= limit:  # only the months that may be shared are in the way
        needs |= spells.needs((province,))
    elif found.low == found.high:
        needs = frozenset()
    return _Reach(may, must, by_agreement, needs if may and not must else frozenset())


def _places(
    spells: Listed[PensionSpell], reach: Mapping[str, _Reach], last: str | Nothing, hukou: str | Nothing
) -> set[str | Nothing]:
    """Return the benefit places that are possible where ``last`` is the last (国办发〔2009〕66号 第六条)."""
    if last == hukou:
        return {hukou}
    stood = standings(spells)
    order = sorted(reach, key=lambda name: (name == last, stood[name].low), reverse=True)
    found: set[str | Nothing] = set()
    for name in order:
        if reach[name].may:
            found.add(name)
        if reach[name].must:
            return found
    return found | {hukou}


# --- helpers ----------------------------------------------------------------------------------------


def enterprise(spells: Listed[PensionSpell]) -> Sequence[PensionSpell]:
    """Return the spells in the enterprise scheme."""
    return spells.once("enterprise", lambda: [spell for spell in spells.rows if spell.scheme == "employee"])


def maybe_general(spells: Listed[PensionSpell]) -> Sequence[PensionSpell]:
    """Return the spells that are, or may be, those of a general account."""
    return spells.once(
        "maybe general", lambda: [spell for spell in enterprise(spells) if spell.account != "temporary"]
    )


def standings(
    spells: Listed[PensionSpell], named: Callable[[PensionSpell], str] | None = None
) -> Mapping[str, Standing]:
    """Return when the last general spell of each province was (or of each of what ``named`` says)."""
    if named is None:
        return spells.once("standings", lambda: standings(spells, spells.province))
    return standing_of(maybe_general(spells), named, _moment)


def _moment(spell: PensionSpell) -> Standing:
    """Return when the spell was general, within bounds; without an end it is open only if its state says so."""
    low, high = _when(spell)
    return Standing(low if spell.account == "general" else NEVER, high)


def _when(spell: PensionSpell) -> tuple[Moment, Moment]:
    start = spell.start.ordinal
    if spell.end is not None:
        return (spell.end.ordinal, start), (spell.end.ordinal, start)
    if spell.state == "paying":
        return (STILL_OPEN, start), (STILL_OPEN, start)
    paid = paid_in(spell)
    if paid is None or spell.state is None:
        return (start, start), (STILL_OPEN, start)
    last = paid.bit_length() - 1 if paid else start
    return (last, start), (last, start)


def _may_reach(found: Count, limit: int) -> bool:
    return found.high is None or found.high >= limit


def _records_of(spells: Listed[PensionSpell], provinces: set[str]) -> frozenset[Need]:
    return spells.needs(tuple(sorted(provinces)))


def shared_months(spells: Listed[PensionSpell]) -> dict[str, Count]:
    """Return for each province how many of its months were, and may have been, paid elsewhere as well."""
    paid, may = _months_by_province(spells)
    return {province: Count(_in_several(province, paid), _in_several(province, may)) for province in may}


def _months_by_province(spells: Listed[PensionSpell]) -> tuple[Mapping[str, Months], Mapping[str, Months]]:
    """Return the months that were, and that may have been, paid in each province."""
    return spells.once("months by province", lambda: _by_province(spells))


def _by_province(spells: Listed[PensionSpell]) -> tuple[dict[str, Months], dict[str, Months]]:
    paid: dict[str, Months] = {}
    may: dict[str, Months] = {}
    for spell in maybe_general(spells):
        province, told = spells.province(spell), paid_in(spell)
        paid[province] = paid.get(province, 0) | (told or 0)
        may[province] = may.get(province, 0) | (span_of(spell) if told is None else told)
    return paid, may


def _in_several(province: str, months: Mapping[str, Months]) -> int:
    """Return how many months of a province stand in another one too."""
    elsewhere = 0
    for name, theirs in months.items():
        if name != province:
            elsewhere |= theirs
    return (months[province] & elsewhere).bit_count()
