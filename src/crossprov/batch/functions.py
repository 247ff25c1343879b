"""Functions of formulas as columns: days and months, the least and the greatest, rounding, provinces."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import lcm
from typing import TYPE_CHECKING

from crossprov.batch.dates import add_days, add_months, month_end, month_of, months_between
from crossprov.batch.facts import NotColumnarError
from crossprov.batch.numbers import Exact, rounded, times
from crossprov.batch.parts import growing, high_of, is_some, low_of, made, none_of
from crossprov.rulebook import expression as ex
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.batch.facts import Column_
    from crossprov.batch.formulas import Sources
    from crossprov.batch.nodes import Stages


def called(tree: ex.Call, args: Sequence[Exact], sources: Sources) -> Exact:
    """Return the value of a function with the values of its arguments."""
    name, stages = tree.function, sources.stages
    if name in ("floor", "ceil", "round_half_up"):
        return rounded(stages, name, args[0])
    if name in ("min", "max"):
        by = lcm(*(arg.by for arg in args))
        return Exact(_extreme(stages, tree, [times(stages, arg, by // arg.by).part for arg in args]), by)
    if any(arg.by != 1 for arg in args):
        raise NotColumnarError
    parts = [arg.part for arg in args]
    if name == "province_of":
        if parts[1].value.value != sources.as_of:
            raise NotColumnarError
        return Exact(sources.province_of(parts[0]))
    return Exact(_of_days(tree, parts, sources))


def _of_days(tree: ex.Call, parts: list[Column_], sources: Sources) -> Column_:
    """Return a day or a count of months; what leaves the years that are counted here is left to others."""
    found, stages = _day_or_count(tree, parts, sources), sources.stages
    known = [stages.no(stages.any(part.unknown, part.none)) for part in parts]
    sources.doubt(stages.both(*known, found.unknown))
    return found


def _day_or_count(tree: ex.Call, parts: list[Column_], sources: Sources) -> Column_:
    stages = sources.stages
    space, by_month = stages.space, kind_of(tree.args[0], sources) == "month"
    match tree.function:
        case "add_months" if by_month:
            return growing(stages, lambda month, count: month + count, parts)
        case "months_between" if by_month:
            return growing(stages, lambda a, b: b - a, parts, frozenset({0}), size=120_000)
        case "months_between":
            return growing(
                stages, lambda a, b: months_between(a, b, space), parts, frozenset({0}), size=120_000
            )
        case "add_months":
            return growing(stages, lambda day, count: add_months(day, count, space), parts)
        case "month_of":
            return growing(stages, lambda day: month_of(day, space), parts)
        case "month_end":
            return growing(stages, lambda day: month_end(day, space, by_month=by_month), parts)
        case "add_days":
            count = _fixed(parts[1])
            return growing(stages, lambda day: add_days(day, count, space), parts[:1])
        case "add_working_days" if parts[0].low is None and parts[0].high is None:
            later = sources.working_days_later(stages.keep(parts[0].value), _fixed(parts[1]))
            return made(stages, later, parts[0], none=parts[0].none)
    raise NotColumnarError


def _extreme(stages: Stages, tree: ex.Call, parts: Sequence[Column_]) -> Column_:
    least = tree.function == "min"
    pairs = stages.space.min_horizontal if least else stages.space.max_horizontal
    some = [stages.no(part.unknown) for part in parts]
    null = stages.null(None)
    known = stages.of(pairs, *(part.value for part in parts))
    none = none_of(stages, *parts)
    all_known = stages.both(*some, stages.no(none))
    value = known if all_known.value is True else stages.choose([(all_known, known)], null)
    found = made(stages, value, *parts, none=none, size=max(part.size for part in parts))
    if all(part.unknown.value is False for part in parts):
        return found
    lows, highs = [low_of(part) for part in parts], [high_of(part) for part in parts]
    whole, partial = (lows, highs) if least else (highs, lows)  # this end only if all parts have it
    every = stages.both(*(stages.no(stages.is_null(end)) for end in whole))
    ends = [
        stages.choose([(every, stages.of(pairs, *whole))], null),
        stages.of(pairs, *partial),
    ]
    if tree.may_be_none:
        certain = stages.both(*(is_some(stages, part) for part in parts))
        ends = [stages.choose([(certain, end)], null) for end in ends]
    low, high = (ends[0], ends[1]) if least else (ends[1], ends[0])
    return replace(found, low=stages.keep(low), high=stages.keep(high))


def _fixed(part: Column_) -> int:
    """Return a number that is the same for all rows."""
    if not isinstance(part.value.value, int):
        raise NotColumnarError
    return part.value.value


def kind_of(tree: ex.Expr, sources: Sources) -> str:
    """Return the kind of what a part of a formula gives."""
    match tree:
        case ex.Name():
            return sources.kind(tree.name)
        case ex.Param():
            return sources.parameter(tree.name).type.kind
        case ex.Call(function="add_months" | "min" | "max"):
            return kind_of(tree.args[0], sources)
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
