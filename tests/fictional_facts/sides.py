"""Functions of facts of the fictional rulebook."""

from crossprov.facts.records import reads_concluded, tolerant
from crossprov.values import NONE, Unknown

_SIDES = {"970000": "north", "980000": "south"}


def side_of(province):
    return _SIDES.get(province, "elsewhere")


@reads_concluded("gifts", "full", "half", "not_at_all")
def gifts_counted_in_full(gifts, province):
    there = [gift for gift in gifts.rows if gifts.province(gift) == province]
    known = sum(gift.months for gift in there if gift.conclusion == "full")
    if gifts.covers(province) and not any(isinstance(gift.conclusion, Unknown) for gift in there):
        return known
    return gifts.unknown((province,), low=known)


@tolerant
def last_side(spells, crew_months):
    assert set(crew_months) == {"male", "female"}  # a keyed parameter is handed over as its mapping
    if not spells.covers_everywhere():
        return spells.unknown(everywhere=True, among=frozenset({*_SIDES.values(), "elsewhere", NONE}))
    if not spells.rows:
        return NONE
    province = spells.province(spells.rows[-1])
    return province if isinstance(province, Unknown) else side_of(province)
