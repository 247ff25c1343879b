"""Formulas of the vocabulary, compiled once into functions over the facts of a case.

Missing flows through: what is calculated from an unknown fact is unknown and needs what that fact needs; but
bounds are kept ("at least 130 months"), so that a comparison may be known although its number is not.
``NONE`` flows through calculations; a comparison with ``NONE`` is false.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

from crossprov import calendar
from crossprov.rulebook.expression import (
    Aggregate,
    Always,
    And,
    Arith,
    Call,
    Compare,
    Const,
    Contains,
    Expr,
    In,
    IsNone,
    Name,
    Not,
    Or,
    Param,
)
from crossprov.rulebook.lowering import compare
from crossprov.values import NONE, Fact, Month, Need, Unknown, Value, needs_of

if TYPE_CHECKING:
    from crossprov.facts.records import Listed


class Facts(Protocol):
    """What a formula may ask for."""

    def get(self, name: str) -> Fact:
        """Return a fact."""
        ...

    def parameter(self, name: str, keys: tuple[Value, ...], on: dt.date | None) -> Fact:
        """Return a parameter on a day (that of the law if None); a gap is unknown."""
        ...

    def in_one_version(self, name: str, first: dt.date, last: dt.date) -> bool:
        """Return whether a parameter has one version on all days from ``first`` to ``last``."""
        ...

    def listed(self, name: str) -> Listed[Any]:
        """Return a list of records."""
        ...

    def field(self, records: str, record: object, name: str) -> Fact:
        """Return a field of a record."""
        ...

    def province_of(self, place: str, day: dt.date) -> Fact:
        """Return the province of a place on a day."""
        ...

    def add_working_days(self, day: dt.date, days: int) -> dt.date:
        """Return the day that lies so many working days later."""
        ...


Record: TypeAlias = "tuple[str, str, object] | None"  # variable, list, record
Formula: TypeAlias = Callable[[Facts, Record], Fact]


def compile_formula(node: Expr) -> Formula:
    """Return the function that a resolved formula is."""
    match node:
        case Always():
            return _constant(value=True)
        case Const():
            return _constant(node.value)
        case Name():
            return _name(node.name)
        case Param():
            return _param(node)
        case Not():
            return _not(compile_formula(node.operand))
        case And():
            return _all([compile_formula(part) for part in node.operands])
        case Or():
            parts = [_not(compile_formula(part)) for part in node.operands]
            return _not(_all(parts))
        case Compare():
            return _compare(node.op, compile_formula(node.left), compile_formula(node.right))
        case IsNone():
            return _is_none(compile_formula(node.operand))
        case In():
            return _one_of(frozenset(option.value for option in node.options), compile_formula(node.operand))
        case Contains():
            member = node.member.value
            return _lifted(
                lambda value: isinstance(value, frozenset) and member in value, compile_formula(node.operand)
            )
        case Arith():
            return _arith(node.op, compile_formula(node.left), compile_formula(node.right))
        case Call():
            return _call(node, [compile_formula(arg) for arg in node.args])
        case Aggregate():
            return _aggregate(node)


# --- leaves -------------------------------------------------------------------------------------------


def _constant(value: Value) -> Formula:
    return lambda _facts, _record: value


def _name(name: str) -> Formula:
    head, _, field = name.partition(".")

    def look_up(facts: Facts, record: Record) -> Fact:
        if record is not None and record[0] == head:
            return facts.field(record[1], record[2], field)
        return facts.get(name)

    return look_up


def _param(node: Param) -> Formula:
    keys = [compile_formula(key) for key in node.keys]
    on = compile_formula(node.on) if node.on is not None else None

    def look_up(facts: Facts, record: Record) -> Fact:
        found: list[Any] = [key(facts, record) for key in keys]
        day = on(facts, record) if on is not None else None
        for one in found:
            if isinstance(one, Unknown):
                return Unknown(needs_of(*found, day))
        known: tuple[Value, ...] = tuple(found)
        if isinstance(day, Unknown):
            return _on_an_unknown_day(facts, node.name, known, day)
        if day is NONE or NONE in known:
            return NONE
        return facts.parameter(node.name, known, day if isinstance(day, dt.date) else None)

    return look_up


def _on_an_unknown_day(facts: Facts, name: str, keys: tuple[Value, ...], day: Unknown) -> Fact:
    """A parameter on a day that is not known: known if all days that are possible lie in one version."""
    if NONE in keys:
        return NONE
    if (
        isinstance(day.low, dt.date)
        and isinstance(day.high, dt.date)
        and facts.in_one_version(name, day.low, day.high)
    ):
        return facts.parameter(name, keys, day.low)
    return Unknown(day.needs)


# --- truth --------------------------------------------------------------------------------------------


def _not(part: Formula) -> Formula:
    def negate(facts: Facts, record: Record) -> Fact:
        value = part(facts, record)
        return Unknown(value.needs) if isinstance(value, Unknown) else value is not True

    return negate


def _all(parts: Sequence[Formula]) -> Formula:
    """False if any part is; unknown if none is false and one is unknown."""

    def conjoin(facts: Facts, record: Record) -> Fact:
        unknown: list[Unknown] = []
        for part in parts:
            value = part(facts, record)
            if isinstance(value, Unknown):
                unknown.append(value)
            elif value is not True:
                return False
        return Unknown(needs_of(*unknown)) if unknown else True

    return conjoin


def _compare(op: str, left: Formula, right: Formula) -> Formula:
    def evaluate(facts: Facts, record: Record) -> Fact:
        a, b = left(facts, record), right(facts, record)
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return _compare_bounds(op, a, b)
        return compare(op, a, b)

    return evaluate


def _compare_bounds(op: str, a: Fact, b: Fact) -> Fact:
    """Compare where at least one side is unknown; known if the bounds leave only one answer."""
    needs = needs_of(a, b)
    (a_low, a_high), (b_low, b_high) = _bounds(a), _bounds(b)
    if a is NONE or b is NONE:
        if op not in ("==", "!="):
            return False
        return op == "!=" if _is_some(a) or _is_some(b) else Unknown(needs)
    if op in (">", ">="):
        op, a_low, a_high, b_low, b_high = {">": "<", ">=": "<="}[op], b_low, b_high, a_low, a_high
    if op in ("<", "<="):
        if a_high is not None and b_low is not None and compare(op, a_high, b_low):
            return True
        if a_low is not None and b_high is not None and not compare(op, a_low, b_high):
            return False
        return Unknown(needs)
    apart = (a_high is not None and b_low is not None and a_high < b_low) or (
        b_high is not None and a_low is not None and b_high < a_low
    )
    if apart or _disjoint(a, b):
        return op == "!="
    return Unknown(needs)


def _is_some(value: Fact) -> bool:
    """Return whether a fact is certainly not none; what has a bound has a value."""
    if not isinstance(value, Unknown):
        return value is not NONE
    if value.among is not None:
        return NONE not in value.among
    return value.low is not None or value.high is not None


def _is_none(part: Formula) -> Formula:
    def evaluate(facts: Facts, record: Record) -> Fact:
        value = part(facts, record)
        if isinstance(value, Unknown):
            return False if _is_some(value) else Unknown(value.needs)
        return value is NONE

    return evaluate


def _one_of(options: frozenset[Value], part: Formula) -> Formula:
    def evaluate(facts: Facts, record: Record) -> Fact:
        value = part(facts, record)
        if not isinstance(value, Unknown):
            return value in options
        if value.among is None or (value.among & options and not value.among <= options):
            return Unknown(value.needs)
        return value.among <= options

    return evaluate


def _bounds(value: Fact) -> tuple[Any, Any]:
    if isinstance(value, Unknown):
        return value.low, value.high
    ordered = not isinstance(value, (str, bool, frozenset)) and value is not NONE
    return (value, value) if ordered else (None, None)


def _disjoint(a: Fact, b: Fact) -> bool:
    """Return whether the values that two facts may have are listed and have none in common."""
    sets = [value.among if isinstance(value, Unknown) else frozenset({value}) for value in (a, b)]
    return sets[0] is not None and sets[1] is not None and not sets[0] & sets[1]


# --- calculation --------------------------------------------------------------------------------------


def _lifted(function: Callable[..., Value], *parts: Formula) -> Formula:
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
        open_ = open_ or isinstance(value, Unknown)
    if not open_:
        known: Value = function(*values)
        return known
    bounds = [_bounds(value) for value in values]
    lows = [pair[1] if i in falling else pair[0] for i, pair in enumerate(bounds)]
    highs = [pair[0] if i in falling else pair[1] for i, pair in enumerate(bounds)]
    return Unknown(needs_of(*values), _bound(function, lows), _bound(function, highs))


def _bound(function: Callable[..., Any], ends: Sequence[Any]) -> Any:
    """Return the bound that a function makes of bounds; none where they lead out of the calendar."""
    if None in ends:
        return None
    try:
        return function(*ends)
    except (OverflowError, ValueError):
        return None


def _arith(op: str, left: Formula, right: Formula) -> Formula:
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
        (a_low, a_high), (b_low, b_high) = _bounds(a), _bounds(b)
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


def _whole_part(function: str, left: Formula, right: Formula) -> Formula:
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


def _call(node: Call, parts: Sequence[Formula]) -> Formula:
    function = node.function
    if function in ("floor", "ceil") and isinstance(node.args[0], Arith) and node.args[0].op == "/":
        quotient = node.args[0]
        return _whole_part(function, compile_formula(quotient.left), compile_formula(quotient.right))
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
        if node.may_be_none and not all(_is_some(value) for value in values):
            return Unknown(needs_of(*values))
        lows, highs = zip(*(_bounds(value) for value in values), strict=True)
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


# --- records ------------------------------------------------------------------------------------------


def _aggregate(node: Aggregate) -> Formula:
    element = compile_formula(node.element)
    chosen = compile_formula(node.condition) if node.condition is not None else _constant(value=True)
    records, variable, kind = node.records.name, node.variable, node.kind

    def evaluate(facts: Facts, _record: Record) -> Fact:
        listed = facts.listed(records)
        values: list[Fact] = []
        rows: list[Any] = []
        doubtful: list[Fact] = []
        for row in listed.rows:
            record = (variable, records, row)
            truth = chosen(facts, record)
            if truth is False:
                continue
            value = element(facts, record)
            (doubtful if isinstance(truth, Unknown) or isinstance(value, Unknown) else values).append(value)
            rows.append(row)
            if isinstance(truth, Unknown):
                doubtful.append(truth)
        complete = listed.covers_everywhere()
        needs = needs_of(*doubtful)
        if not complete:
            needs |= listed.unknown(everywhere=True).needs
        if kind == "latest" and complete and not doubtful:
            return _latest(listed, rows, values)
        if complete and not doubtful:
            return cast("Value", _of_all(kind, values))
        return _at_least(node, values, needs)

    return evaluate


def _of_all(kind: str, values: Sequence[Any]) -> Any:
    """Put together what all records say; a record that is known to have none adds nothing."""
    known = [value for value in values if value is not NONE]
    if kind in ("sum", "count"):
        return sum(known)
    if not known:
        return NONE
    return max(known) if kind == "max" else min(known)


def _latest(listed: Listed[Any], rows: Sequence[Any], values: Sequence[Any]) -> Fact:
    """The value of the record that began last; unknown among several if their order is not told."""
    if not rows:
        return NONE
    begun = [getattr(row, row.sorted_by) for row in rows]
    last = max((day for day in begun if day is not None), default=None)
    may_be = {value for day, value in zip(begun, values, strict=True) if day in (None, last)}
    if len(may_be) == 1:
        return cast("Value", may_be.pop())
    return Unknown(listed.unknown().needs, among=frozenset(may_be))


def _at_least(node: Aggregate, values: Sequence[Any], needs: frozenset[Need]) -> Unknown:
    """What is known although records may be missing: a sum of what is never negative is a lower bound."""
    kind = node.kind
    known = [value for value in values if value is not NONE]
    if kind in ("sum", "count"):
        return Unknown(needs, low=sum(known) if node.grows else None)
    if kind == "max" and known:
        return Unknown(needs, low=max(known))
    if kind == "min" and known:
        return Unknown(needs, high=min(known))
    return Unknown(needs)
