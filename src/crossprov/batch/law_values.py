"""Values of law as columns: by their keys, which have names, and by the version of their day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from crossprov.batch.facts import Column_, NotColumnarError, held
from crossprov.batch.numbers import Exact, constant
from crossprov.batch.parts import made, none_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.batch.formulas import Sources
    from crossprov.batch.nodes import Node, Stages
    from crossprov.rulebook.parameters import Parameter


def law_value(
    sources: Sources, found: Parameter, keys: Sequence[Column_], on: Column_ | None, over: int = 0
) -> Exact:
    """Return a parameter for keys on a day (that of the law if None).

    With ``over``, that number divided by each of its values.
    """
    stages = sources.stages
    if on is not None and (on.low is not None or on.high is not None):
        raise NotColumnarError  # known bounds of a day may settle which version it is
    by = _measure(found)
    day = on.value.value if on is not None and not on.value.is_open else None
    if on is None or (isinstance(day, dt.date) and on.unknown.value is False):
        table = found.table(day or sources.as_of)
        bare, gap = _keyed(stages, table, keys, by, over)
    else:
        bare, gap = _dated(stages, found, keys, on, by, over)
    parts = [*keys, *([on] if on is not None else [])]
    none = none_of(stages, *parts)
    value = made(stages, bare, *parts, none=none, size=over or _size(found, by))
    if gap is not None and gap.value is not False:
        sure = stages.both(gap, *(stages.no(part.unknown) for part in parts))
        value = replace(value, needs={**value.needs, found.name: stages.keep(sure)})
    return Exact(value, by)


def _keyed(stages: Stages, table: Any, keys: Sequence[Column_], by: int, over: int) -> tuple[Node, Node]:
    """Return the value for keys, and where the law has none."""
    if not keys or table is None:
        if table is None:
            return stages.null(None), stages.true
        value = over // table if over else table * by if isinstance(table, Fraction) else table
        return constant(stages, value).part.value, stages.false
    values, gaps = [], []
    for key, rest in table.items():
        one = held(key)
        test = keys[0].value if one is True else stages.of(lambda e, one=one: e == one, keys[0].value)
        here = stages.sure(stages.no(test) if one is False else test)
        value, gap = _keyed(stages, rest, keys[1:], by, over)
        values.append((here, value))
        gaps.append((here, gap))
    return stages.choose(values, stages.null(None)), stages.choose(gaps, stages.true)


def _dated(
    stages: Stages, found: Parameter, keys: Sequence[Column_], on: Column_, by: int, over: int
) -> tuple[Node, Node]:
    """Return the value for keys on a day, and where the law has none."""
    values, gaps = [], []
    day = stages.keep(on.value)
    for version in reversed(found.versions):
        value, gap = _keyed(stages, version.table, keys, by, over)
        from_, through = version.from_, version.through
        here = stages.of(lambda expr, from_=from_: expr >= from_, day)
        if through is not None:
            here = stages.both(here, stages.of(lambda expr, through=through: expr <= through, day))
        here = stages.sure(here)
        values.append((here, value))
        gaps.append((here, gap))
    return stages.choose(values, stages.null(None)), stages.choose(gaps, stages.true)


def common_multiple(found: Parameter) -> int:
    """Return the number that every value of a parameter divides; raise ``NotColumnarError`` if there is none."""
    values = {one for version in found.versions for one in _leaves(version.table)}
    if not all(isinstance(one, int) and one > 0 for one in values):
        raise NotColumnarError
    return lcm(*values)


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
