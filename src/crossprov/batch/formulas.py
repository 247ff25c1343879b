"""Formulas of the vocabulary as columns: what ``facts.formula`` does for one case, done for all rows at once.

What cannot be done exactly on every backend is refused here (``NotColumnarError``), and what would leave the
range in which it is exact is left to the engine of single cases, row by row (``Sources.doubt``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any, Final, Protocol

from crossprov.batch.dates import add_days, add_months, month_end, month_of, months_between
from crossprov.batch.facts import RATE, Among, Column_, NotColumnarError, has_member, held
from crossprov.rulebook import expression as ex
from crossprov.values import NONE, Month, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crossprov.batch.nodes import Node, Stages
    from crossprov.rulebook.parameters import Parameter
    from crossprov.values import Fact

MAX_SIZE: Final = 2**62
_SHIFT: Final = 2**31  # makes what is rounded positive, since backends divide what is negative in two ways
_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


class Sources(Protocol):
    """What a formula may ask for."""

    stages: Stages
    as_of: dt.date

    def fact(self, name: str) -> Column_:
        """Return a fact as columns."""
        ...

    def kind(self, name: str) -> str:
        """Return the kind of a fact."""
        ...

    def parameter(self, name: str) -> Parameter:
        """Return a parameter with its versions."""
        ...

    def province_of(self, place: Column_) -> Column_:
        """Return the province of a place on the day of the facts."""
        ...

    def working_days_later(self, begins: Node, count: int) -> Node:
        """Return the day that lies so many working days later."""
        ...

    def settled(self, tree: ex.Expr) -> Fact | None:
        """Return what a part of a formula is that is the same for all rows; None if it differs."""
        ...

    def constant_fact(self, fact: Fact, kind: str) -> Column_:
        """Return a fact of a kind that is the same for all rows."""
        ...

    def doubt(self, when: Node) -> None:
        """Leave rows to the engine of single cases."""
        ...


@dataclass(frozen=True, slots=True)
class Exact:
    """A number that need not be whole: ``part.value`` divided by ``by``."""

    part: Column_
    by: int = 1


def formula(tree: ex.Expr, sources: Sources) -> Column_:
    """Return a calculated fact as columns; raise ``NotColumnarError`` if it cannot be one."""
    found = _Formula(sources).of(tree)
    if found.by != 1:
        raise NotColumnarError
    return found.part


class _Formula:
    def __init__(self, sources: Sources) -> None:
        self.sources, self.stages = sources, sources.stages

    def of(self, tree: ex.Expr) -> Exact:
        """Return a part of the formula."""
        if isinstance(tree, ex.Const):
            return self._constant(tree.value)
        if isinstance(tree, ex.Name):
            by = RATE if self.sources.kind(tree.name) == "rate" else 1
            return Exact(self.sources.fact(tree.name), by)
        settled = self.sources.settled(tree)
        if settled is None:
            return self._of_parts(tree)
        if not isinstance(settled, Unknown):
            return self._constant(settled)
        if isinstance(settled.low, Fraction) or isinstance(settled.high, Fraction):
            raise NotColumnarError
        return Exact(self.sources.constant_fact(settled, _kind_of(tree, self.sources)))

    def _of_parts(self, tree: ex.Expr) -> Exact:
        match tree:
            case ex.Param():
                return self._parameter(tree)
            case ex.Not() | ex.And() | ex.Or():
                return Exact(self._logic(tree))
            case ex.Compare():
                return Exact(self._compare(tree.op, self.of(tree.left), self.of(tree.right)))
            case ex.IsNone():
                return Exact(self._is_none(self.of(tree.operand).part))
            case ex.In():
                return Exact(self._one_of(self.of(tree.operand).part, [one.value for one in tree.options]))
            case ex.Contains():
                return Exact(self._contains(self.sources.fact(tree.operand.name), str(tree.member.value)))
            case ex.Arith(op="/", right=ex.Param() as divisor) if self.sources.settled(divisor) is None:
                return self._divided(self.of(tree.left), divisor)
            case ex.Arith():
                return self._arith(tree.op, self.of(tree.left), self.of(tree.right))
            case ex.Call():
                return self._call(tree, [self.of(arg) for arg in tree.args])
        raise NotColumnarError

    def _constant(self, value: Value) -> Exact:
        stages, by = self.stages, 1
        if isinstance(value, Fraction):
            value, by = value.numerator, value.denominator
        size = abs(value) if isinstance(value, int) else 0
        if value is NONE:
            return Exact(Column_(stages.null(None), stages.false, stages.true))
        if isinstance(value, frozenset):
            raise NotColumnarError
        kind = stages.space.Int64 if isinstance(held(value), int) and not isinstance(value, bool) else None
        return Exact(Column_(stages.constant(held(value), kind), stages.false, stages.false, size=size), by)

    # --- what is unknown ----------------------------------------------------------------------------------

    def _made(self, value: Node, *parts: Column_, none: Node | None = None, size: int = 0) -> Column_:
        """Return what is made of parts: null is unknown, unless it is none; it needs what unknown parts need."""
        stages = self.stages
        value = stages.keep(value)
        none = stages.keep(none) if none is not None else stages.false
        unknown = stages.keep(stages.both(stages.is_null(value), stages.no(none)))
        needs: dict[str, list[Node]] = {}
        for part in parts:
            for name, flag in part.needs.items():
                needs.setdefault(name, []).append(stages.both(part.unknown, flag))
        needed = {name: stages.keep(stages.any(*flags)) for name, flags in needs.items()}
        if size > MAX_SIZE:
            raise NotColumnarError
        return Column_(value, unknown, none, needed, size=size)

    def _none_of(self, *parts: Column_) -> Node:
        return self.stages.any(*(part.none for part in parts))

    # --- truth --------------------------------------------------------------------------------------------

    def _truth(self, part: Column_) -> Node:
        """Return a fact as it counts in a condition: what is none is false, what is unknown is null."""
        return self.stages.choose([(part.none, self.stages.false)], part.value)

    def _logic(self, tree: ex.Not | ex.And | ex.Or) -> Column_:
        stages = self.stages
        operands = (tree.operand,) if isinstance(tree, ex.Not) else tree.operands
        parts = [self.of(one).part for one in operands]
        truths = [self._truth(part) for part in parts]
        if isinstance(tree, ex.Not):
            return self._made(stages.no(truths[0]), *parts)
        return self._made(stages.both(*truths) if isinstance(tree, ex.And) else stages.any(*truths), *parts)

    def _compare(self, op: str, left: Exact, right: Exact) -> Column_:
        a, b = self._of_one_measure(left, right)
        if op in (">", ">="):
            return self._before("<" if op == ">" else "<=", b, a)
        return self._before(op, a, b) if op in ("<", "<=") else self._equal(op, a, b)

    def _of_one_measure(self, left: Exact, right: Exact) -> tuple[Column_, Column_]:
        by = lcm(left.by, right.by)
        return self._times(left, by // left.by).part, self._times(right, by // right.by).part

    def _before(self, op: str, a: Column_, b: Column_) -> Column_:
        stages, test = self.stages, _ORDER[op]
        found = stages.of(test, a.value, b.value)
        if any(end is not None for end in (a.low, a.high, b.low, b.high)):
            surely = stages.sure(stages.of(test, self._high(a), self._low(b)))
            never = stages.sure(stages.no(stages.of(test, self._low(a), self._high(b))))
            found = stages.choose([(surely, stages.true), (never, stages.false)], found)
        return self._made(stages.choose([(self._none_of(a, b), stages.false)], found), a, b)

    def _low(self, part: Column_) -> Node:
        return part.low if part.low is not None else part.value

    def _high(self, part: Column_) -> Node:
        return part.high if part.high is not None else part.value

    def _equal(self, op: str, a: Column_, b: Column_) -> Column_:
        stages = self.stages
        same = stages.of(lambda one, other: one == other, a.value, b.value)
        some_a, some_b = self._is_some(a), self._is_some(b)
        apart = [
            (stages.both(a.none, b.none), stages.true),
            (stages.any(stages.both(a.none, some_b), stages.both(b.none, some_a)), stages.false),
        ]
        if any(end is not None for end in (a.low, a.high, b.low, b.high)):
            for one, other in ((a, b), (b, a)):
                below = stages.of(lambda x, y: x < y, self._high(one), self._low(other))
                apart.append((stages.sure(below), stages.false))
        for one, other in ((a, b), (b, a)):
            apart += [(self._nowhere(among, one, other), stages.false) for among in one.among]
        found = stages.choose(apart, same)
        return self._made(found if op == "==" else stages.no(found), a, b)

    def _nowhere(self, among: Among, fact: Column_, other: Column_) -> Node:
        """Return whether a known value is none of those that are listed for an unknown fact."""
        if other.among:
            raise NotColumnarError
        stages = self.stages
        parts = [fact.unknown, among.when, stages.no(other.unknown)]
        for value in among.constants:
            if value is NONE:
                parts.append(stages.no(other.none))
            else:
                constant = held(value)
                equal = stages.of(lambda expr, constant=constant: expr == constant, other.value)
                parts.append(stages.no(stages.sure(equal)))
        for one in among.facts:
            equal = stages.of(lambda x, y: x == y, one.value, other.value)
            parts.append(stages.no(stages.any(stages.sure(equal), stages.both(one.none, other.none))))
        return stages.both(*parts)

    def _is_some(self, part: Column_) -> Node:
        """Return whether a fact is certainly not none: it is known, has a bound, or none is not among its values."""
        stages = self.stages
        ends = [stages.no(stages.is_null(end)) for end in (part.low, part.high) if end is not None]
        listed = [
            stages.both(one.when, *(stages.no(other.none) for other in one.facts))
            for one in part.among
            if NONE not in one.constants
        ]
        known = stages.both(stages.no(part.unknown), stages.no(part.none))
        return stages.any(known, stages.both(part.unknown, stages.any(*ends, *listed)))

    def _is_none(self, part: Column_) -> Column_:
        stages = self.stages
        some = self._is_some(part)
        found = stages.choose(
            [(part.none, stages.true), (some, stages.false)], stages.null(stages.space.Boolean)
        )
        return self._made(found, part)

    def _one_of(self, part: Column_, options: Sequence[Value]) -> Column_:
        stages = self.stages
        chosen = [held(value) for value in options if value is not NONE]
        none = stages.true if NONE in options else stages.false
        known = (
            stages.among(part.value, chosen)
            if chosen
            else stages.choose([(part.unknown, stages.null(stages.space.Boolean))], stages.false)
        )
        arms = [(part.none, none)]
        for one in part.among:
            inside = [stages.constant(value in options) for value in one.constants]
            for other in one.facts:
                here = stages.sure(stages.among(other.value, chosen)) if chosen else stages.false
                inside.append(stages.choose([(other.none, none)], here))
            when = stages.both(part.unknown, one.when)
            arms.append((stages.both(when, *inside), stages.true))
            arms.append((stages.both(when, *(stages.no(flag) for flag in inside)), stages.false))
        return self._made(stages.choose(arms, known), part)

    def _contains(self, part: Column_, member: str) -> Column_:
        """Return whether a set, told as text with ``;`` between, has a member; what is none has not."""
        stages = self.stages
        inside = stages.of(lambda expr: has_member(expr, member, stages.space), part.value)
        return self._made(stages.choose([(part.none, stages.false)], inside), part)

    # --- parameters ---------------------------------------------------------------------------------------

    def _divided(self, left: Exact, divisor: ex.Param) -> Exact:
        """Divide by a keyed parameter: multiply by what makes one number of all its values."""
        values = {
            one for version in self.sources.parameter(divisor.name).versions for one in _leaves(version.table)
        }
        if not all(isinstance(one, int) and one > 0 for one in values):
            raise NotColumnarError
        over = lcm(*values)
        times = self._parameter(divisor, over)
        return Exact(self._product(left.part, times.part), left.by * over)

    def _parameter(self, tree: ex.Param, over: int = 0) -> Exact:
        """Return a parameter: by its keys, which have names, and by the version of its day.

        With ``over``, that number divided by each of its values.
        """
        on = self.of(tree.on).part if tree.on is not None else None
        keys = [self.of(key).part for key in tree.keys]
        found = self.sources.parameter(tree.name)
        if on is not None and (on.low is not None or on.high is not None):
            raise NotColumnarError  # known bounds of a day may settle which version it is
        by = _measure(found)
        day = on.value.value if on is not None and not on.value.is_open else None
        if on is None or (isinstance(day, dt.date) and on.unknown.value is False):
            table = found.table(day or self.sources.as_of)
            value, gap = self._keyed(table, keys, by, over)
        else:
            value, gap = self._dated(found, keys, on, by, over)
        parts = [*keys, *([on] if on is not None else [])]
        none = self._none_of(*parts)
        made = self._made(value, *parts, none=none, size=over or _size(found, by))
        if gap is not None and gap.value is not False:
            sure = self.stages.both(gap, *(self.stages.no(part.unknown) for part in parts))
            made = replace(made, needs={**made.needs, tree.name: self.stages.keep(sure)})
        return Exact(made, by)

    def _keyed(self, table: Any, keys: Sequence[Column_], by: int, over: int) -> tuple[Node, Node]:
        """Return the value for keys, and where the law has none."""
        stages = self.stages
        if not keys or table is None:
            if table is None:
                return stages.null(None), stages.true
            value = over // table if over else table * by if isinstance(table, Fraction) else table
            return self._constant(value).part.value, stages.false
        values, gaps = [], []
        known = stages.false
        for key, rest in table.items():
            one = held(key)
            test = keys[0].value if one is True else stages.of(lambda e, one=one: e == one, keys[0].value)
            here = stages.sure(stages.no(test) if one is False else test)
            value, gap = self._keyed(rest, keys[1:], by, over)
            values.append((here, value))
            gaps.append((here, gap))
            known = stages.any(known, here)
        return stages.choose(values, stages.null(None)), stages.choose(gaps, stages.true)

    def _dated(
        self, found: Parameter, keys: Sequence[Column_], on: Column_, by: int, over: int
    ) -> tuple[Node, Node]:
        stages = self.stages
        values, gaps = [], []
        day = stages.keep(on.value)
        for version in reversed(found.versions):
            value, gap = self._keyed(version.table, keys, by, over)
            from_, through = version.from_, version.through
            here = stages.of(lambda expr, from_=from_: expr >= from_, day)
            if through is not None:
                here = stages.both(here, stages.of(lambda expr, through=through: expr <= through, day))
            here = stages.sure(here)
            values.append((here, value))
            gaps.append((here, gap))
        return stages.choose(values, stages.null(None)), stages.choose(gaps, stages.true)

    # --- numbers ------------------------------------------------------------------------------------------

    def _times(self, one: Exact, factor: int) -> Exact:
        return one if factor == 1 else self._arith("*", one, self._constant(factor))

    def _arith(self, op: str, left: Exact, right: Exact) -> Exact:
        if op == "/":
            number = right.part.value.value
            if not isinstance(number, int) or number <= 0:
                raise NotColumnarError
            times = self._times(left, right.by) if right.by != 1 else left
            return Exact(times.part, times.by * number)
        if op == "*":
            return Exact(self._product(left.part, right.part), left.by * right.by)
        a, b = self._of_one_measure(left, right)
        by, size = lcm(left.by, right.by), a.size + b.size
        plus = op == "+"

        def made(x: Any, y: Any) -> Any:
            return x + y if plus else x - y

        return Exact(self._growing(made, [a, b], frozenset() if plus else frozenset({1}), size), by)

    def _growing(
        self,
        make: Callable[..., Any],
        parts: Sequence[Column_],
        falling: frozenset[int] = frozenset(),
        size: int = 0,
    ) -> Column_:
        """Return what grows (in the positions ``falling``: shrinks) with each part, with its bounds."""
        stages = self.stages
        value = stages.of(make, *(part.value for part in parts))
        found = self._made(value, *parts, none=self._none_of(*parts), size=size)
        if all(part.low is None and part.high is None for part in parts):
            return found
        lows = [self._high(part) if i in falling else self._low(part) for i, part in enumerate(parts)]
        highs = [self._low(part) if i in falling else self._high(part) for i, part in enumerate(parts)]
        return replace(
            found, low=stages.keep(stages.of(make, *lows)), high=stages.keep(stages.of(make, *highs))
        )

    def _product(self, a: Column_, b: Column_) -> Column_:
        stages = self.stages
        value = stages.of(lambda x, y: x * y, a.value, b.value)
        found = self._made(value, a, b, none=self._none_of(a, b), size=a.size * b.size)
        if all(end is None for end in (a.low, a.high, b.low, b.high)):
            return found
        raise NotColumnarError

    def _rounded(self, how: str, one: Exact) -> Exact:
        """Return the whole number: floor, ceil, or half up away from zero."""
        by, part = one.by, one.part
        if by == 1:
            return one
        if part.size * 2 + 2 * by * _SHIFT > MAX_SIZE:
            raise NotColumnarError

        def down(expr: Any, over: int) -> Any:
            return (expr + _SHIFT * over) // over - _SHIFT

        if how == "floor":
            return Exact(self._growing(lambda e: down(e, by), [part], size=part.size))
        if how == "ceil":
            return Exact(self._growing(lambda e: -down(-e, by), [part], size=part.size))
        when = self.stages.space.when

        def half_up(expr: Any) -> Any:
            return when(expr >= 0).then(down(2 * expr + by, 2 * by)).otherwise(-down(-2 * expr + by, 2 * by))

        return Exact(self._growing(half_up, [part], size=part.size))

    # --- functions ----------------------------------------------------------------------------------------

    def _call(self, tree: ex.Call, args: Sequence[Exact]) -> Exact:
        name = tree.function
        if name in ("floor", "ceil", "round_half_up"):
            return self._rounded(name, args[0])
        if name in ("min", "max"):
            by = lcm(*(arg.by for arg in args))
            return Exact(self._extreme(tree, [self._times(arg, by // arg.by).part for arg in args]), by)
        if any(arg.by != 1 for arg in args):
            raise NotColumnarError
        parts = [arg.part for arg in args]
        if name == "province_of":
            if parts[1].value.value != self.sources.as_of:
                raise NotColumnarError
            return Exact(self.sources.province_of(parts[0]))
        return Exact(self._of_days(tree, parts))

    def _of_days(self, tree: ex.Call, parts: list[Column_]) -> Column_:
        """Return a day or a count of months; what leaves the years that are counted here is left to others."""
        found, stages = self._day_or_count(tree, parts), self.stages
        known = [stages.no(stages.any(part.unknown, part.none)) for part in parts]
        self.sources.doubt(stages.both(*known, found.unknown))
        return found

    def _day_or_count(self, tree: ex.Call, parts: list[Column_]) -> Column_:
        space, by_month = self.stages.space, _kind_of(tree.args[0], self.sources) == "month"
        match tree.function:
            case "add_months" if by_month:
                return self._growing(lambda month, count: month + count, parts)
            case "months_between" if by_month:
                return self._growing(lambda a, b: b - a, parts, frozenset({0}), size=120_000)
            case "months_between":
                return self._growing(
                    lambda a, b: months_between(a, b, space), parts, frozenset({0}), size=120_000
                )
            case "add_months":
                return self._growing(lambda day, count: add_months(day, count, space), parts)
            case "month_of":
                return self._growing(lambda day: month_of(day, space), parts)
            case "month_end":
                return self._growing(lambda day: month_end(day, space, by_month=by_month), parts)
            case "add_days":
                count = _fixed(parts[1])
                return self._growing(lambda day: add_days(day, count, space), parts[:1])
            case "add_working_days" if parts[0].low is None and parts[0].high is None:
                later = self.sources.working_days_later(self.stages.keep(parts[0].value), _fixed(parts[1]))
                return self._made(later, parts[0], none=parts[0].none)
        raise NotColumnarError

    def _extreme(self, tree: ex.Call, parts: Sequence[Column_]) -> Column_:
        stages, least = self.stages, tree.function == "min"
        pairs = stages.space.min_horizontal if least else stages.space.max_horizontal
        some = [stages.no(part.unknown) for part in parts]
        null = stages.null(None)
        known = stages.of(pairs, *(part.value for part in parts))
        none = self._none_of(*parts)
        all_known = stages.both(*some, stages.no(none))
        value = known if all_known.value is True else stages.choose([(all_known, known)], null)
        found = self._made(value, *parts, none=none, size=max(part.size for part in parts))
        if all(part.unknown.value is False for part in parts):
            return found
        lows, highs = [self._low(part) for part in parts], [self._high(part) for part in parts]
        whole, partial = (lows, highs) if least else (highs, lows)  # this end only if all parts have it
        every = stages.both(*(stages.no(stages.is_null(end)) for end in whole))
        ends = [
            stages.choose([(every, stages.of(pairs, *whole))], null),
            stages.of(pairs, *partial),
        ]
        if tree.may_be_none:
            certain = stages.both(*(self._is_some(part) for part in parts))
            ends = [stages.choose([(certain, end)], null) for end in ends]
        low, high = (ends[0], ends[1]) if least else (ends[1], ends[0])
        return replace(found, low=stages.keep(low), high=stages.keep(high))


def _fixed(part: Column_) -> int:
    """Return a number that is the same for all rows."""
    if not isinstance(part.value.value, int):
        raise NotColumnarError
    return part.value.value


def _kind_of(tree: ex.Expr, sources: Sources) -> str:
    """Return the kind of what a part of a formula gives."""
    match tree:
        case ex.Name():
            return sources.kind(tree.name)
        case ex.Param():
            return sources.parameter(tree.name).type.kind
        case ex.Call(function="add_months" | "min" | "max"):
            return _kind_of(tree.args[0], sources)
        case ex.Call():
            kinds = {"month_of": "month", "month_end": "date", "province_of": "place"}
            return kinds.get(tree.function, "date" if tree.function.startswith("add_") else "int")
        case ex.Arith():
            return "int"
        case ex.Const():
            return (
                "month"
                if isinstance(tree.value, Month)
                else "date"
                if isinstance(tree.value, dt.date)
                else "int"
            )
    return "bool"


def _measure(found: Parameter) -> int:
    """Return the number that makes all values of a parameter whole."""
    return lcm(
        *(
            one.denominator
            for version in found.versions
            for one in _leaves(version.table)
            if isinstance(one, Fraction)
        ),
        1,
    )


def _size(found: Parameter, by: int) -> int:
    return max(
        (
            abs(int(one * by))
            for version in found.versions
            for one in _leaves(version.table)
            if isinstance(one, (int, Fraction))
        ),
        default=0,
    )


def _leaves(table: Any) -> list[Any]:
    if hasattr(table, "items"):
        return [leaf for rest in table.values() for leaf in _leaves(rest)]
    return [] if table is None else [table]
