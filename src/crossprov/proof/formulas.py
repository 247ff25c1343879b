"""Formulas as terms of z3: conditions, facts and values of law; ``calculation`` has what is calculated of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

import z3

from crossprov.proof.calculation import arithmetic, called
from crossprov.proof.symbols import (
    FALSE,
    TRUE,
    Codes,
    Sym,
    Term,
    chosen,
    compared,
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
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.rulebook.parameters import Parameter
    from crossprov.rulebook.types import Kind, Type


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
            return arithmetic(node, translated(node.left, world), translated(node.right, world), world)
        case Call():
            return called(node, [translated(part, world) for part in node.args], world)
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
