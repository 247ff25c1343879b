"""Expressions of the rule language as a tree of our own, and walks over it.

``parsing`` reads the text into this tree; what names and types mean is settled afterwards, in ``check``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.texts import Text
    from crossprov.values import Value

CompareOp: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
ArithOp: TypeAlias = Literal["+", "-", "*", "/"]


class ExpressionError(Exception):
    """An expression cannot be used: a problem code, its parameters and the column (from 0) inside the text."""

    def __init__(self, code: str, offset: int, **params: str | Text) -> None:
        self.code, self.offset, self.params = code, offset, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Const:
    """A constant; ``value`` is as written until the check gives it the type of its neighbour."""

    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a fact, of a field of a record, or of a parameter without a key."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter, by its keys; ``on`` names the day whose version is meant (the day of the law if absent)."""

    name: str
    keys: tuple[Expr, ...]
    on: Expr | None
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    operand: Expr
    at: int


@dataclass(frozen=True, slots=True)
class And:
    """All of several conditions."""

    operands: tuple[Expr, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of several conditions."""

    operands: tuple[Expr, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two values."""

    op: CompareOp
    left: Expr
    right: Expr
    at: int


@dataclass(frozen=True, slots=True)
class IsNone:
    """Whether a fact is known to be none."""

    operand: Expr
    at: int


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of several constants."""

    operand: Expr
    options: tuple[Const, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Contains:
    """Whether a fact of the type ``set`` contains a member."""

    operand: Name
    member: Const
    at: int


@dataclass(frozen=True, slots=True)
class Arith:
    """A calculation with two values."""

    op: ArithOp
    left: Expr
    right: Expr
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of the language; ``may_be_none``: one of the arguments may be known to be none."""

    function: str
    args: tuple[Expr, ...]
    at: int
    may_be_none: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``sum(r.months for r in pension.spells if …)`` and its like over a list of records.

    ``grows``: no element is ever negative, so the sum of some records is a lower bound for that of all.
    """

    kind: str
    element: Expr
    variable: str
    records: Name
    condition: Expr | None
    at: int
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Always:
    """``otherwise``: holds for every case."""

    at: int = 0


Expr: TypeAlias = (
    Const
    | Name
    | Param
    | Not
    | And
    | Or
    | Compare
    | IsNone
    | In
    | Contains
    | Arith
    | Call
    | Aggregate
    | Always
)


def children(node: Expr) -> tuple[Expr, ...]:
    """Return the parts of a node, for walks over the tree."""
    match node:
        case Not() | IsNone() | In():
            return (node.operand,)
        case Contains():
            return (node.operand,)
        case And() | Or():
            return node.operands
        case Compare() | Arith():
            return (node.left, node.right)
        case Param():
            return (*node.keys, *((node.on,) if node.on is not None else ()))
        case Call():
            return node.args
        case Aggregate():
            return (node.element, *((node.condition,) if node.condition is not None else ()))
        case _:
            return ()


def names(node: Expr) -> Iterator[Name]:
    """Yield every fact that an expression names."""
    if isinstance(node, Name):
        yield node
    for part in children(node):
        yield from names(part)


def all_names(node: Expr) -> Iterator[str]:
    """Yield every fact, parameter and list of records that a formula is calculated from."""
    inside: Iterator[str] = (name for part in children(node) for name in all_names(part))
    if isinstance(node, Aggregate):
        yield node.records.name
        yield from (name for name in inside if not name.startswith(node.variable + "."))
        return
    if isinstance(node, (Name, Param)):
        yield node.name
    yield from inside


def parameters_in(node: Expr) -> Iterator[Param]:
    """Yield every parameter that an expression names."""
    if isinstance(node, Param):
        yield node
    for part in children(node):
        yield from parameters_in(part)
