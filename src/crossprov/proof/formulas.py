"""Formulas as terms of z3, as the program calculates them.

What z3 cannot calculate, such as working days, is left free within what is certain of it: then a proof still holds, and
a case that z3 finds is tried by the program, which tells the true value (see ``search``).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce
from typing import TYPE_CHECKING, Final, Protocol

import z3

from crossprov.proof.symbols import (
    FALSE,
    TRUE,
    Codes,
    Sym,
    Term,
    chosen,
    compared,
    month_length,
    of_value,
)
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
    children,
)
from crossprov.rulebook.types import Type
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crossprov.rulebook.parameters import Parameter
    from crossprov.rulebook.types import Kind

_AT: Final = re.compile(r"\bat=\d+")
_DAYS_IN: Final = 146_097  # days in 400 years of the Gregorian calendar
_MONTHS_IN: Final = 4_800  # months in 400 years
_WORKING_DAYS: Final = 15  # a month has more
_OFF_BY: Final = 5
"""No two days of the years of ``symbols`` lie further from what their months and days tell at that rate."""


class World(Protocol):
    """What a formula may ask for."""

    codes: Codes
    day: dt.date
    """The day of the law."""

    def get(self, name: str) -> Sym:
        """Return a fact."""
        ...

    def parameter(self, name: str) -> Parameter:
        """Return a parameter."""
        ...

    def province_of(self, place: Term, day: Sym) -> Term:
        """Return the number of the province of a place on a day."""
        ...

    def left_free(self, key: str, type_: Type) -> Sym:
        """Return the variable of what is not calculated; the same key is the same variable."""
        ...

    def unknowable(self, key: str, type_: Type) -> Sym:
        """Return the variable of what nobody can tell."""
        ...

    def must(self, holds: Term) -> None:
        """State what holds of every case."""
        ...

    def likely(self, holds: Term) -> None:
        """State what holds of most cases."""
        ...


def is_calculated(node: Expr) -> bool:
    """Return whether a formula is calculated from facts alone; what goes over records is a fact to be told."""
    return not isinstance(node, Aggregate) and all(is_calculated(part) for part in children(node))


def truth(sym: Sym) -> Term:
    """Return whether a truth value is true; none is not."""
    return sym.parts[0] if z3.is_false(sym.none) else z3.And(sym.some, sym.parts[0])


def translated(node: Expr, world: World) -> Sym:
    """Return the value of a resolved formula (one for which ``is_calculated``)."""
    match node:
        case Always():
            return Sym("bool", (TRUE,))
        case Const():
            return _constant(node, world.codes)
        case Name():
            return world.get(node.name)
        case Param():
            return _param(node, world)
        case Arith():
            return _arith(node, translated(node.left, world), translated(node.right, world), world)
        case Call():
            return _call(node, [translated(part, world) for part in node.args], world)
        case _:
            return Sym("bool", (_holds(node, world),))


def _holds(node: Expr, world: World) -> Term:
    match node:
        case Not():
            return z3.Not(truth(translated(node.operand, world)))
        case And():
            return z3.And(*[truth(translated(part, world)) for part in node.operands])
        case Or():
            return z3.Or(*[truth(translated(part, world)) for part in node.operands])
        case Compare():
            return compared(node.op, *_pair(node.left, node.right, world))
        case IsNone():
            return translated(node.operand, world).none
        case In():
            value = translated(node.operand, world)
            options = [of_value(one.value, value.kind, world.codes) for one in node.options]
            return z3.Or(*[compared("==", value, one) for one in options])
        case Contains():
            return member(world.get(node.operand.name), str(node.member.value))
    raise AssertionError(node)


def _pair(left: Expr, right: Expr, world: World) -> tuple[Sym, Sym]:
    """Return both sides of a comparison; a constant is of the kind of the other side."""
    if isinstance(right, Const):
        one = translated(left, world)
        return one, of_value(right.value, one.kind, world.codes)
    if isinstance(left, Const):
        other = translated(right, world)
        return of_value(left.value, other.kind, world.codes), other
    return translated(left, world), translated(right, world)


def member(whole: Sym, one: str) -> Term:
    """Return whether a set contains a member."""
    return z3.And(whole.some, whole.parts[whole.values.index(one)]) if one in whole.values else FALSE


def _constant(node: Const, codes: Codes) -> Sym:
    value = node.value
    kinds: dict[type, Kind] = {bool: "bool", int: "int", str: "text", dt.date: "date", Month: "month"}
    return of_value(value, kinds.get(type(value), "rate"), codes)


# --- values of law ------------------------------------------------------------------------------------


def _param(node: Param, world: World) -> Sym:
    declared = world.parameter(node.name)
    keys = [translated(key, world) for key in node.keys]
    on = translated(node.on, world) if node.on is not None else None
    none = z3.simplify(z3.Or(*[key.none for key in (*keys, *([on] if on is not None else []))], FALSE))
    # Where the law that we know has no value, nobody can tell one.
    found = world.unknowable(f"{node.name}@", declared.type)
    found = Sym(found.kind, found.parts, FALSE, found.values)
    for version in declared.versions:
        if on is None:
            if declared.version(world.day) is version:
                found = _keyed(version.table, keys, declared, found, world)
            continue
        first = of_value(version.from_, "date", world.codes)
        holds = compared(">=", on, first)
        if version.through is not None:
            holds = z3.And(holds, compared("<=", on, of_value(version.through, "date", world.codes)))
        found = chosen(holds, _keyed(version.table, keys, declared, found, world), found)
    return Sym(found.kind, found.parts, z3.simplify(z3.Or(none, found.none)), found.values)


def _keyed(table: object, keys: Sequence[Sym], declared: Parameter, gap: Sym, world: World) -> Sym:
    if not keys:
        return of_value(table, declared.type.kind, world.codes, gap.values)  # type: ignore[arg-type]
    assert isinstance(table, dict)
    found = gap
    for key, inner in table.items():
        here = compared("==", keys[0], of_value(key, keys[0].kind, world.codes))
        found = chosen(here, _keyed(inner, keys[1:], declared, gap, world), found)
    return found


# --- calculation --------------------------------------------------------------------------------------


def _none_of(parts: Sequence[Sym]) -> Term:
    return z3.simplify(z3.Or(*[part.none for part in parts], FALSE))


def _arith(node: Arith, left: Sym, right: Sym, world: World) -> Sym:
    a, b, none = left.term, right.term, _none_of((left, right))
    exact = node.op == "/" or {"rate", "exact"} & {left.kind, right.kind}
    kind: Kind = "exact" if exact else "money" if "money" in (left.kind, right.kind) else "int"
    if node.op == "+":
        return Sym(kind, (a + b,), none)
    if node.op == "-":
        return Sym(kind, (a - b,), none)
    if node.op == "*":
        return Sym(kind, (_by_case(b, a, lambda x, y: x * y, lambda x: a * x),), none)
    open_ = world.left_free(_key(node), Type("exact")).term
    exactly = z3.ToReal(a) if z3.is_int(a) else a
    return Sym("exact", (_by_case(b, exactly, _quotient(open_), lambda _: open_),), none)


def _by_case(
    term: Term, other: Term, known: Callable[[Term, Term], Term], unknown: Callable[[Term], Term]
) -> Term:
    """Calculate with one number or another, as a value of law is by its key: then z3 has only numbers to deal with."""
    simple = z3.simplify(term)
    if z3.is_app_of(simple, z3.Z3_OP_ITE):
        condition, one, two = simple.children()
        return z3.If(condition, _by_case(one, other, known, unknown), _by_case(two, other, known, unknown))
    if z3.is_app_of(simple, z3.Z3_OP_TO_REAL):
        return _by_case(simple.children()[0], other, known, unknown)
    if z3.is_int_value(simple) or z3.is_rational_value(simple):
        return known(other, simple)
    return unknown(simple)


def _quotient(open_: Term) -> Callable[[Term, Term], Term]:
    """Divide; by nothing, nobody knows what."""

    def divide(one: Term, other: Term) -> Term:
        if z3.is_true(z3.simplify(other == 0)):
            return open_
        return one / z3.ToReal(other) if z3.is_int(other) else one / other

    return divide


def _key(node: Expr) -> str:
    """Return what names a calculation wherever it stands."""
    return _AT.sub("", repr(node))


def _call(node: Call, parts: Sequence[Sym], world: World) -> Sym:
    function, none = node.function, _none_of(parts)
    match function:
        case "min" | "max":
            return _extreme(function, parts, none)
        case "floor" | "ceil" | "round_half_up":
            kind: Kind = "money" if parts[0].kind == "money" else "int"
            return Sym(kind, (_rounded(function, parts[0].term),), none)
        case "month_of":
            return Sym("month", (parts[0].parts[0],), none)
        case "month_end":
            month = parts[0].parts[0]
            return Sym("date", (month, month_length(month)), none)
        case "add_months":
            return _months_later(parts[0], parts[1].term, none)
        case "months_between":
            return Sym("int", (_months_between(parts[0], parts[1]),), none)
        case "province_of":
            return Sym("place", (world.province_of(parts[0].term, parts[1]),), none)
    return _days_later(node, parts, none, world)


def _extreme(function: str, parts: Sequence[Sym], none: Term) -> Sym:
    op = "<=" if function == "min" else ">="
    bare = [Sym(part.kind, part.parts) for part in parts]
    found = reduce(lambda one, other: chosen(compared(op, one, other), one, other), bare)
    return Sym(found.kind, found.parts, none)


def _rounded(function: str, term: Term) -> Term:
    if z3.is_int(term):
        return term
    if function == "floor":
        return z3.ToInt(term)
    if function == "ceil":
        return -z3.ToInt(-term)
    half = z3.RealVal("1/2")
    return z3.If(term >= 0, z3.ToInt(term + half), -z3.ToInt(-term + half))


def _months_later(start: Sym, count: Term, none: Term) -> Sym:
    month = z3.simplify(start.parts[0] + count)
    if start.kind == "month":
        return Sym("month", (month,), none)
    length, day = month_length(month), start.parts[1]
    return Sym("date", (month, z3.If(day <= length, day, length)), none)


def _months_between(first: Sym, last: Sym) -> Term:
    months = last.parts[0] - first.parts[0]
    if first.kind == "month":
        return months
    # Less one if the day that many months later (at most the end of the month) lies after the last day.
    begun = z3.And(first.parts[1] > last.parts[1], month_length(last.parts[0]) > last.parts[1])
    return z3.simplify(months - z3.If(begun, 1, 0))


def _days_later(node: Call, parts: Sequence[Sym], none: Term, world: World) -> Sym:
    """So many days, or working days, later: within bounds, and in the right order."""
    start, count = Sym("date", parts[0].parts), parts[1].term
    # Equal arguments, equal results: also where the same day is counted from in another rule, or another rulebook.
    key = f"{node.function} {[part.get_id() for part in start.parts]} {count.get_id()}"
    result = world.left_free(key, Type("date"))
    after, before = result.term > start.term, result.term < start.term
    world.must(z3.Implies(count > 0, after))
    months = result.parts[0] - start.parts[0]
    if node.function == "add_days":
        world.must(z3.Implies(count == 0, result.term == start.term))
        world.must(z3.Implies(count < 0, before))
        off = months * _DAYS_IN + (result.parts[1] - start.parts[1] - count) * _MONTHS_IN
        world.must(z3.And(off <= _OFF_BY * _MONTHS_IN, off >= -_OFF_BY * _MONTHS_IN))
    else:  # by most calendars; what is not certain only says where to look first
        world.likely(z3.And(months >= 0, months * _WORKING_DAYS <= count + 2 * _WORKING_DAYS))
    return Sym("date", result.parts, none)
