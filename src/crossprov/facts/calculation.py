"""Calculations and functions of formulas; of what is unknown, the bounds are calculated too."""

from __future__ import annotations

import datetime as dt
import math
import operator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from crossprov import calendar
from crossprov.facts.bounds import bounds, is_some
from crossprov.values import NONE, Fact, Month, Unknown, Value, needs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crossprov.facts.formula import Facts, Formula, Record
    from crossprov.rulebook.expression import Call


def lifted(function: Callable[..., Value], *parts: Formula) -> Formula:
    """Apply a function to known values; unknown if any is unknown."""

    def evaluate(facts: Facts, record: Record) -> Fact:
        values = [part(facts, record) for part in parts]
        if any(isinstance(value, Unknown) for value in values):
            return Unknown(needs_of(*values))
        return function(*values)

    return evaluate


def _monotone(
    function: Callable[..., Any], parts: Sequence[Formula], falling: frozenset[int] = frozenset()
) -> Formula:
    """Apply a function that grows (in the positions ``falling``: shrinks) with each argument; keeps bounds."""

    def evaluate(facts: Facts, record: Record) -> Fact:
        return _applied(function, [part(facts, record) for part in parts], falling)

    return evaluate


def _applied(
    function: Callable[..., Any], values: Sequence[Fact], falling: frozenset[int] = frozenset()
) -> Fact:
    open_ = False
    for value in values:
        if value is NONE:
            return NONE
        if isinstance(value, Unknown):
            open_ = True
    if not open_:
        known: Value = function(*values)
        return known
    lows, highs = [], []
    for place, value in enumerate(values):
        low, high = bounds(value)
        lows.append(high if place in falling else low)
        highs.append(low if place in falling else high)
    return Unknown(needs_of(*values), _bound(function, lows), _bound(function, highs))


def _bound(function: Callable[..., Any], ends: Sequence[Any]) -> Any:
    """Return the bound that a function makes of bounds; none where they lead out of the calendar."""
    if None in ends:
        return None
    try:
        return function(*ends)
    except (OverflowError, ValueError):
        return None


def arithmetic(op: str, left: Formula, right: Formula) -> Formula:
    """Return the function that a sum, difference, product or quotient is."""
    if op == "+":
        return _monotone(operator.add, [left, right])
    if op == "-":
        return _monotone(operator.sub, [left, right], frozenset({1}))
    if op == "*":
        return _times(left, right)
    return _divided(left, right)


def _times(left: Formula, right: Formula) -> Formula:
    def multiply(facts: Facts, record: Record) -> Fact:
        a, b = left(facts, record), right(facts, record)
        if a is NONE or b is NONE:
            return NONE
        if not isinstance(a, Unknown) and not isinstance(b, Unknown):
            return a * b  # type: ignore[operator]
        (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
        low = a_low * b_low if _not_negative(a_low) and _not_negative(b_low) else None
        both = a_high is not None and b_high is not None and low is not None
        return Unknown(needs_of(a, b), low, a_high * b_high if both else None)

    return multiply


def _not_negative(bound: Any) -> bool:
    return bound is not None and bound >= 0


def _divided(left: Formula, right: Formula) -> Formula:
    return lambda facts, record: _quotient(left(facts, record), right(facts, record))


def _quotient(a: Fact, b: Fact) -> Fact:
    if a is NONE or b is NONE or (not isinstance(b, Unknown) and b == 0):
        return NONE if a is NONE or b is NONE else Unknown(needs_of(a))
    if isinstance(b, Unknown):
        return Unknown(needs_of(a, b))
    if not isinstance(a, Unknown):
        return Fraction(a, b)  # type: ignore[arg-type]
    share = Fraction(1) / b  # type: ignore[operator]
    low, high = (a.low, a.high) if share > 0 else (a.high, a.low)
    return Unknown(
        a.needs,
        None if low is None else low * share,  # type: ignore[operator]
        None if high is None else high * share,  # type: ignore[operator]
    )


def whole_part(function: str, left: Formula, right: Formula) -> Formula:
    """Return ``floor`` or ``ceil`` of a quotient; of whole numbers without making a fraction of them first."""
    rounded = _GROWING[function]

    def evaluate(facts: Facts, record: Record) -> Fact:
        a, b = left(facts, record), right(facts, record)
        if type(a) is int and type(b) is int and b != 0:
            return a // b if function == "floor" else -(-a // b)
        return _applied(rounded, [_quotient(a, b)])

    return evaluate


def round_half_up(value: Fraction | int) -> int:
    """Round to the whole unit, a half away from zero."""
    exact = Fraction(value)
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return whole if exact >= 0 else -whole


def _add_months(day: Any, months: int) -> Any:
    return day.plus(months) if isinstance(day, Month) else calendar.add_months(day, months)


def _months_between(a: Any, b: Any) -> int:
    return b.ordinal - a.ordinal if isinstance(a, Month) else calendar.months_between(a, b)


_GROWING: Final[dict[str, Callable[..., Any]]] = {
    "ceil": math.ceil,
    "floor": math.floor,
    "round_half_up": round_half_up,
    "add_months": _add_months,
    "add_days": lambda day, days: day + dt.timedelta(days=days),
    "month_of": Month.of,
    "month_end": calendar.month_end,
}


def called(node: Call, parts: Sequence[Formula]) -> Formula:
    """Return the function that a call with some arguments is."""
    function = node.function
    if function in _GROWING:
        return _monotone(_GROWING[function], parts)
    if function == "months_between":
        return _monotone(_months_between, parts, frozenset({0}))
    if function in ("min", "max"):
        return _extreme(node, parts)
    if function == "province_of":
        return _with_facts(lambda facts, place, day: facts.province_of(place, day), parts)
    return _with_facts(lambda facts, day, days: facts.add_working_days(day, days), parts)


def _with_facts(function: Callable[..., Fact], parts: Sequence[Formula]) -> Formula:
    """Apply a function that needs the calendar or the divisions."""

    def evaluate(facts: Facts, record: Record) -> Fact:
        values = [part(facts, record) for part in parts]
        for value in values:
            if isinstance(value, Unknown):
                return Unknown(needs_of(*values))
        return NONE if NONE in values else function(facts, *values)

    return evaluate


def _extreme(node: Call, parts: Sequence[Formula]) -> Formula:
    choose: Callable[[Iterable[Any]], Any] = min if node.function == "min" else max

    def evaluate(facts: Facts, record: Record) -> Fact:
        values = [part(facts, record) for part in parts]
        open_ = False
        for value in values:
            if value is NONE:
                return NONE
            open_ = open_ or isinstance(value, Unknown)
        if not open_:
            chosen: Value = choose(values)
            return chosen
        if node.may_be_none and not all(is_some(value) for value in values):
            return Unknown(needs_of(*values))
        lows, highs = zip(*(bounds(value) for value in values), strict=True)
        low, high = _extreme_bounds(node.function, lows, highs)
        return Unknown(needs_of(*values), low, high)

    return evaluate


def _extreme_bounds(function: str, lows: Sequence[Any], highs: Sequence[Any]) -> tuple[Any, Any]:
    """The greatest is at least every low bound and at most all high bounds; the least the other way round."""
    known_lows = [low for low in lows if low is not None]
    known_highs = [high for high in highs if high is not None]
    if function == "max":
        return max(known_lows, default=None), max(known_highs) if len(known_highs) == len(highs) else None
    return min(known_lows) if len(known_lows) == len(lows) else None, min(known_highs, default=None)
