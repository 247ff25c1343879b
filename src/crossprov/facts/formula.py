"""Formulas of the vocabulary, compiled once into functions over the facts of a case.

Missing flows through: what is calculated from an unknown fact is unknown and needs what that fact needs; but
bounds are kept ("at least 130 months"), so that a comparison may be known although its number is not.
``NONE`` flows through calculations; a comparison with ``NONE`` is false.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from crossprov.facts.aggregates import aggregate
from crossprov.facts.bounds import compared_by_bounds, is_some
from crossprov.facts.calculation import arithmetic, called, lifted, whole_part
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
from crossprov.values import NONE, Fact, Unknown, Value, needs_of

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
            return lifted(
                lambda value: isinstance(value, frozenset) and member in value, compile_formula(node.operand)
            )
        case Arith():
            return arithmetic(node.op, compile_formula(node.left), compile_formula(node.right))
        case Call():
            return _call(node)
        case Aggregate():
            chosen = compile_formula(node.condition if node.condition is not None else Always())
            return aggregate(node, compile_formula(node.element), chosen)


def _call(node: Call) -> Formula:
    match node:
        case Call(function="floor" | "ceil", args=[Arith(op="/") as quotient]):
            left, right = compile_formula(quotient.left), compile_formula(quotient.right)
            return whole_part(node.function, left, right)
    return called(node, [compile_formula(arg) for arg in node.args])


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
    if not node.keys and node.on is None:
        return lambda facts, _record: facts.parameter(node.name, (), None)
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
            return compared_by_bounds(op, a, b)
        return compare(op, a, b)

    return evaluate


def _is_none(part: Formula) -> Formula:
    def evaluate(facts: Facts, record: Record) -> Fact:
        value = part(facts, record)
        if isinstance(value, Unknown):
            return False if is_some(value) else Unknown(value.needs)
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
