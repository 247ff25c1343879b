"""A fact as a z3 value of its type's domain, and what may be asked of one.

Days are two numbers, the month and the day in it, because the law counts in months; money is in fen; words and places
are numbers that ``Codes`` gives out, those that no rule names included; a set is one truth value for each member. A
fact that may be none has a truth value more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import z3

from crossprov.values import MONTHS_A_YEAR, NONE, Month, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.rulebook.types import Kind, Type

Term: TypeAlias = Any
"""A term of z3, whose own types say nothing."""

DAYS: Final = 32  # more than any month has: a day in order is month * DAYS + day
FIRST_YEAR: Final = 1901
LAST_YEAR: Final = 2099
"""Between these years every fourth has a leap day; what a proof says of days, it says of these years."""

FIRST_OTHER: Final = 1_000_000  # numbers from here on are certainly of words and places that no rule names

TRUE: Final = z3.BoolVal(val=True)
FALSE: Final = z3.BoolVal(val=False)


@dataclass
class Numbers:
    """The numbers of words, given out when they are first named."""

    words: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, word: str) -> int:
        """Return the number of a word."""
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self.words)
            self.words.append(word)
        return found

    def word(self, number: int) -> str | None:
        """Return the word of a number; None for one that no rule names."""
        return self.words[number] if 0 <= number < len(self.words) else None


@dataclass
class Codes:
    """The numbers of words, and those of the codes of places."""

    words: Numbers = field(default_factory=Numbers)
    places: Numbers = field(default_factory=Numbers)

    def of(self, kind: Kind) -> Numbers:
        """Return the numbers that stand for the values of a kind."""
        return self.places if kind == "place" else self.words


@dataclass(frozen=True)
class Sym:
    """A value: its numbers or truth values (of a set, one for each of ``values``), and whether it is none."""

    kind: Kind
    parts: tuple[Term, ...]
    none: Term = FALSE
    values: tuple[str, ...] = ()

    @property
    def term(self) -> Term:
        """The value as one term, ordered as the values are (not of a set)."""
        if self.kind == "date":
            return self.parts[0] * DAYS + self.parts[1]
        return self.parts[0]

    @property
    def some(self) -> Term:
        """Whether there is a value."""
        return z3.Not(self.none)


def of_value(value: Value, kind: Kind, codes: Codes, values: tuple[str, ...] = ()) -> Sym:
    """Return a constant of a type."""
    if value is NONE:
        return Sym(kind, tuple(_zero(kind) for _ in range(_width(kind, values))), TRUE, values)
    if isinstance(value, bool):
        return Sym("bool", (TRUE if value else FALSE,))
    if isinstance(value, int):
        return Sym(kind, (z3.IntVal(value),))
    if isinstance(value, Fraction):
        return Sym(kind, (z3.RealVal(f"{value.numerator}/{value.denominator}"),))
    if isinstance(value, dt.date):
        return Sym("date", (z3.IntVal(Month.of(value).ordinal), z3.IntVal(value.day)))
    if isinstance(value, Month):
        return Sym("month", (z3.IntVal(value.ordinal),))
    if isinstance(value, frozenset):
        return Sym("set", tuple(TRUE if one in value else FALSE for one in values), values=values)
    return Sym(kind, (z3.IntVal(codes.of(kind).number(value)),))


def _width(kind: Kind, values: tuple[str, ...]) -> int:
    return len(values) if kind == "set" else 2 if kind == "date" else 1


def _zero(kind: Kind) -> Term:
    if kind in ("bool", "set"):
        return FALSE
    return z3.RealVal(0) if kind in ("rate", "exact") else z3.IntVal(0)


def free(name: str, type_: Type) -> Sym:
    """Return a variable of a type, without its bounds."""
    none = z3.Bool(f"{name}?none") if type_.optional else FALSE
    kind = type_.kind
    if kind == "bool":
        return Sym("bool", (z3.Bool(name),), none)
    if kind == "set":
        values = tuple(type_.values or ())
        return Sym("set", tuple(z3.Bool(f"{name}?{one}") for one in values), none, values)
    if kind == "date":
        return Sym("date", (z3.Int(f"{name}?month"), z3.Int(f"{name}?day")), none)
    if kind in ("rate", "exact"):
        return Sym(kind, (z3.Real(name),), none)
    return Sym(kind, (z3.Int(name),), none)


def bounds(sym: Sym, type_: Type, codes: Codes, provinces: tuple[int, int]) -> Iterator[Term]:
    """Yield what holds of every value of a type; ``provinces`` are the first and last number of one."""
    kind = type_.kind
    if kind in ("enum", "text") and type_.values is not None:
        yield _unless_none(sym, z3.Or(*[sym.term == codes.words.number(one) for one in type_.values]))
    elif kind == "place" and type_.level == "province":
        yield _unless_none(sym, z3.And(sym.term >= provinces[0], sym.term <= provinces[1]))
    elif kind in ("place", "text", "enum"):
        yield sym.term >= 0
    elif kind == "date":
        month, day = sym.parts
        yield z3.And(*_calendar_month(month), day >= 1, day < DAYS)
        yield day <= month_length(month)
    elif kind == "month":
        yield z3.And(*_calendar_month(sym.parts[0]))
    for bound, below in ((type_.low, True), (type_.high, False)):
        if bound is not None:
            limit = of_value(bound, kind, codes).term
            yield _unless_none(sym, sym.term >= limit if below else sym.term <= limit)


def _calendar_month(month: Term) -> tuple[Term, Term]:
    return month >= FIRST_YEAR * MONTHS_A_YEAR, month < (LAST_YEAR + 1) * MONTHS_A_YEAR


def _unless_none(sym: Sym, holds: Term) -> Term:
    return holds if z3.is_false(sym.none) else z3.Or(sym.none, holds)


def month_length(month: Term) -> Term:
    """Return the number of days of a month."""
    if z3.is_int_value(month) and month.as_long() >= MONTHS_A_YEAR:  # below stands what is none
        found = Month(month.as_long() // MONTHS_A_YEAR, month.as_long() % MONTHS_A_YEAR + 1)
        return z3.IntVal(found.last_day.day)
    of_year, year = month % MONTHS_A_YEAR, month / MONTHS_A_YEAR
    short = z3.Or(*[of_year == one for one in (3, 5, 8, 10)])  # April, June, September, November
    february = z3.If(year % 4 == 0, z3.IntVal(29), z3.IntVal(28))
    return z3.If(of_year == 1, february, z3.If(short, z3.IntVal(30), z3.IntVal(31)))


def compared(op: str, left: Sym, right: Sym) -> Term:
    """Return a comparison; none equals only none, and is neither more nor less than anything."""
    if op == "!=":
        return z3.Not(compared("==", left, right))
    both = z3.And(left.some, right.some)
    if op == "==":
        same = z3.And(*[a == b for a, b in zip(left.parts, right.parts, strict=True)])
        return z3.simplify(z3.Or(z3.And(left.none, right.none), z3.And(both, same)))
    a, b = left.term, right.term
    holds = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
    return z3.simplify(z3.And(both, holds))


def chosen(condition: Term, one: Sym, other: Sym) -> Sym:
    """Return one value if a condition holds, else the other."""
    parts = tuple(z3.If(condition, a, b) for a, b in zip(one.parts, other.parts, strict=True))
    none = z3.simplify(z3.If(condition, one.none, other.none))
    return Sym(one.kind, parts, none, one.values)
