"""Calculations and functions as terms of z3, as the program calculates them.

What z3 cannot calculate, such as working days, is left free within what is certain of it: then a proof still holds, and
a case that z3 finds is tried by the program, which tells the true value (see ``search``).
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.symbols import FALSE, Sym, Term, chosen, compared, month_length
from crossprov.rulebook.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crossprov.proof.formulas import World
    from crossprov.rulebook.expression import Arith, Call
    from crossprov.rulebook.types import Kind

_DAYS_IN: Final = 146_097  # days in 400 years of the Gregorian calendar
_MONTHS_IN: Final = 4_800  # months in 400 years
_WORKING_DAYS: Final = 15  # a month has more
_OFF_BY: Final = 5
"""No two days of the years of ``symbols`` lie further from what their months and days tell at that rate."""


def _none_of(parts: Sequence[Sym]) -> Term:
    return z3.simplify(z3.Or(*[part.none for part in parts], FALSE))


def arithmetic(node: Arith, left: Sym, right: Sym, world: World) -> Sym:
    """Return the value of a calculation with the values of its sides."""
    a, b, none = left.term, right.term, _none_of((left, right))
    exact = node.op == "/" or {"rate", "exact"} & {left.kind, right.kind}
    kind: Kind = "exact" if exact else "money" if "money" in (left.kind, right.kind) else "int"
    if node.op == "+":
        return Sym(kind, (a + b,), none)
    if node.op == "-":
        return Sym(kind, (a - b,), none)
    if node.op == "*":
        return Sym(kind, (_by_case(b, a, lambda x, y: x * y, lambda x: a * x),), none)
    # By what is divided, not by its name: in another rulebook, or on another day, a fact may be calculated otherwise.
    open_ = world.left_free(f"{a.sexpr()} / {b.sexpr()}", Type("exact")).term
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


def called(node: Call, parts: Sequence[Sym], world: World) -> Sym:
    """Return the value of a function with the values of its arguments."""
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
