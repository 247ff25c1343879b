"""Numbers as columns, exact: whole numbers, and what they have to be divided by."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any, Final

from crossprov.batch.facts import Column_, NotColumnarError, held
from crossprov.batch.parts import MAX_SIZE, growing, made, none_of
from crossprov.values import NONE, Value

if TYPE_CHECKING:
    from crossprov.batch.nodes import Stages

_SHIFT: Final = 2**31  # makes what is rounded positive, since backends divide what is negative in two ways


@dataclass(frozen=True, slots=True)
class Exact:
    """A number that need not be whole: ``part.value`` divided by ``by``."""

    part: Column_
    by: int = 1


def constant(stages: Stages, value: Value) -> Exact:
    """Return a value that is the same for all rows."""
    by = 1
    if isinstance(value, Fraction):
        value, by = value.numerator, value.denominator
    size = abs(value) if isinstance(value, int) else 0
    if value is NONE:
        return Exact(Column_(stages.null(None), stages.false, stages.true))
    if isinstance(value, frozenset):
        raise NotColumnarError
    kind = stages.space.Int64 if isinstance(held(value), int) and not isinstance(value, bool) else None
    return Exact(Column_(stages.constant(held(value), kind), stages.false, stages.false, size=size), by)


def of_one_measure(stages: Stages, left: Exact, right: Exact) -> tuple[Column_, Column_]:
    """Return two numbers as whole numbers that can be compared and added."""
    by = lcm(left.by, right.by)
    return times(stages, left, by // left.by).part, times(stages, right, by // right.by).part


def times(stages: Stages, one: Exact, factor: int) -> Exact:
    """Return a number multiplied by a whole one."""
    return one if factor == 1 else arithmetic(stages, "*", one, constant(stages, factor))


def arithmetic(stages: Stages, op: str, left: Exact, right: Exact) -> Exact:
    """Return a sum, difference, product or quotient; divided is only by a number that is the same for all rows."""
    if op == "/":
        number = right.part.value.value
        if not isinstance(number, int) or number <= 0:
            raise NotColumnarError
        one = times(stages, left, right.by)
        return Exact(one.part, one.by * number)
    if op == "*":
        return Exact(product(stages, left.part, right.part), left.by * right.by)
    a, b = of_one_measure(stages, left, right)
    by, size = lcm(left.by, right.by), a.size + b.size
    plus = op == "+"

    def together(x: Any, y: Any) -> Any:
        return x + y if plus else x - y

    return Exact(growing(stages, together, [a, b], frozenset() if plus else frozenset({1}), size), by)


def product(stages: Stages, a: Column_, b: Column_) -> Column_:
    """Return a product; of what is only bounded, none is known."""
    value = stages.of(lambda x, y: x * y, a.value, b.value)
    found = made(stages, value, a, b, none=none_of(stages, a, b), size=a.size * b.size)
    if all(end is None for end in (a.low, a.high, b.low, b.high)):
        return found
    raise NotColumnarError


def rounded(stages: Stages, how: str, one: Exact) -> Exact:
    """Return the whole number: floor, ceil, or half up away from zero."""
    by, part = one.by, one.part
    if by == 1:
        return one
    if part.size * 2 + 2 * by * _SHIFT > MAX_SIZE:
        raise NotColumnarError

    def down(expr: Any, over: int) -> Any:
        return (expr + _SHIFT * over) // over - _SHIFT

    if how == "floor":
        return Exact(growing(stages, lambda e: down(e, by), [part], size=part.size))
    if how == "ceil":
        return Exact(growing(stages, lambda e: -down(-e, by), [part], size=part.size))
    when = stages.space.when

    def half_up(expr: Any) -> Any:
        return when(expr >= 0).then(down(2 * expr + by, 2 * by)).otherwise(-down(-2 * expr + by, 2 * by))

    return Exact(growing(stages, half_up, [part], size=part.size))
