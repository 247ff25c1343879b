"""Strategies for single facts: values of a type, what may be known of one, and how it may turn out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from crossprov.rulebook.types import ORDERED
from crossprov.values import NONE, Month, Need, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.rulebook.types import Type
    from crossprov.values import Fact, Value

_DAY: Final = dt.date(2020, 1, 1)
_LISTED: Final = 3
_EIGHTHS: Final = tuple(Fraction(part, 8) for part in range(7))
_WHOLE: Final = (*range(11), -1)
_FEN: Final = (*(50 * count for count in range(13)), -50, -100)
_DAYS: Final = (*(_DAY + dt.timedelta(days=count) for count in (*range(9), -1, -2)), dt.date.min, dt.date.max)
_MONTHS: Final = tuple(Month.of(_DAY).plus(count) for count in (*range(9), -1, -2))
_FEW: Final[dict[str, tuple[Value, ...]]] = {
    "bool": (False, True),
    "int": _WHOLE,
    "rate": _EIGHTHS,
    "money": _FEN,
    "date": _DAYS,
    "month": _MONTHS,
    "text": ("a", "b", "c", "", "那"),
    "place": ("510000", "500000", "510104"),
}


def values(type_: Type, near: Sequence[Value] = ()) -> st.SearchStrategy[Value]:
    """Draw a value of a type: one of ``near``, such as constants of the rules, or a bound of the type.

    Without ``near`` it is one of a few ordinary values, so that facts and constants often meet. Of a type with
    named values, any of these. A type that may be none draws ``NONE`` too.
    """
    if type_.kind == "set":
        return st.frozensets(st.sampled_from(type_.values or ()))
    drawn: st.SearchStrategy[Value] = st.sampled_from(_known(type_, near))
    return drawn | st.just(NONE) if type_.optional else drawn


def candidates(type_: Type, near: Sequence[Value] = ()) -> tuple[Value, ...]:
    """Return the values from which ``values`` draws; of a set only none, each one alone, and all members."""
    if type_.kind == "set":
        members = type_.values or ()
        some = (frozenset[str](), *(frozenset({one}) for one in members), frozenset(members))
        return tuple(dict.fromkeys(some))
    return (*_known(type_, near), *((NONE,) if type_.optional else ()))


def _known(type_: Type, near: Sequence[Value]) -> tuple[Value, ...]:
    some = dict.fromkeys((*_some(type_, near), *_bounds(type_)))
    return tuple(one for one in some if one is not NONE and type_.admits(one))


def _some(type_: Type, near: Sequence[Value]) -> Sequence[Value]:
    if type_.kind == "bool":  # tests name only the one value of two
        return _FEW["bool"]
    return type_.values or near or _FEW.get(type_.kind, ())


def _bounds(type_: Type) -> tuple[Value, ...]:
    return tuple(one for one in (type_.low, type_.high) if one is not None)


def unknowns(name: str, type_: Type, near: Sequence[Value] = ()) -> st.SearchStrategy[Unknown]:
    """Draw an unknown of which some value is possible: nothing known of it, bounds, or a list."""
    needs = frozenset({Need(name)})
    found: st.SearchStrategy[Unknown] = st.just(Unknown(needs))
    if type_.kind in ORDERED:
        some = values(replace(type_, optional=False), near)
        ends = st.tuples(some, some).map(lambda pair: sorted(pair))  # type: ignore[type-var]  # noqa: PLW0108
        found |= some.map(lambda low: Unknown(needs, low=low))  # type: ignore[arg-type]
        found |= some.map(lambda high: Unknown(needs, high=high))  # type: ignore[arg-type]
        found |= ends.map(lambda pair: Unknown(needs, low=pair[0], high=pair[1]))  # type: ignore[arg-type]
    if type_.kind != "set":
        listed = st.frozensets(values(type_, near), min_size=1, max_size=_LISTED)
        found |= listed.map(lambda among: Unknown(needs, among=among))
    return found


def is_possible(value: Value, fact: Fact) -> bool:
    """Return whether a fact is, or may turn out to be, a value."""
    if not isinstance(fact, Unknown):
        return value == fact
    if fact.among is not None:
        return value in fact.among
    if value is NONE:
        return fact.low is None and fact.high is None
    above = fact.low is None or value >= fact.low  # type: ignore[operator]
    return above and (fact.high is None or value <= fact.high)  # type: ignore[operator]


def completions(type_: Type, fact: Fact, near: Sequence[Value] = ()) -> st.SearchStrategy[Value]:
    """Draw a value that a fact may turn out to have: its own, if it is known."""
    if not isinstance(fact, Unknown):
        return st.just(fact)
    listed = sorted((one for one in fact.among or () if type_.admits(one)), key=repr)
    if fact.among is not None and listed:
        return st.sampled_from(listed)
    ends = [end for end in (fact.low, fact.high) if end is not None and type_.admits(end)]
    if type_.kind == "set":
        return values(type_)
    some = (*_some(type_, near), *ends, *_bounds(type_), NONE)
    return st.sampled_from(
        [one for one in dict.fromkeys(some) if type_.admits(one) and is_possible(one, fact)]
    )
