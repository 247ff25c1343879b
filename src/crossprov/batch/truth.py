"""Conditions as columns: what is none counts as false, what is unknown is null unless bounds or lists settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crossprov.batch.facts import Among, Column_, NotColumnarError, has_member, held
from crossprov.batch.parts import high_of, is_some, low_of, made, none_of
from crossprov.rulebook import expression as ex
from crossprov.values import NONE, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crossprov.batch.nodes import Node, Stages

_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


def logic(stages: Stages, tree: ex.Not | ex.And | ex.Or, parts: Sequence[Column_]) -> Column_:
    """Return whether all, or any, of some conditions hold, or one does not."""
    truths = [_truth(stages, part) for part in parts]
    if isinstance(tree, ex.Not):
        return made(stages, stages.no(truths[0]), *parts)
    return made(stages, stages.both(*truths) if isinstance(tree, ex.And) else stages.any(*truths), *parts)


def _truth(stages: Stages, part: Column_) -> Node:
    """Return a fact as it counts in a condition: what is none is false, what is unknown is null."""
    return stages.choose([(part.none, stages.false)], part.value)


def compared(stages: Stages, op: str, a: Column_, b: Column_) -> Column_:
    """Return how two facts of one measure compare."""
    if op in (">", ">="):
        return _before(stages, "<" if op == ">" else "<=", b, a)
    return _before(stages, op, a, b) if op in ("<", "<=") else _equal(stages, op, a, b)


def _before(stages: Stages, op: str, a: Column_, b: Column_) -> Column_:
    test = _ORDER[op]
    found = stages.of(test, a.value, b.value)
    if any(end is not None for end in (a.low, a.high, b.low, b.high)):
        surely = stages.sure(stages.of(test, high_of(a), low_of(b)))
        never = stages.sure(stages.no(stages.of(test, low_of(a), high_of(b))))
        found = stages.choose([(surely, stages.true), (never, stages.false)], found)
    return made(stages, stages.choose([(none_of(stages, a, b), stages.false)], found), a, b)


def _equal(stages: Stages, op: str, a: Column_, b: Column_) -> Column_:
    same = stages.of(lambda one, other: one == other, a.value, b.value)
    some_a, some_b = is_some(stages, a), is_some(stages, b)
    apart = [
        (stages.both(a.none, b.none), stages.true),
        (stages.any(stages.both(a.none, some_b), stages.both(b.none, some_a)), stages.false),
    ]
    if any(end is not None for end in (a.low, a.high, b.low, b.high)):
        for one, other in ((a, b), (b, a)):
            below = stages.of(lambda x, y: x < y, high_of(one), low_of(other))
            apart.append((stages.sure(below), stages.false))
    for one, other in ((a, b), (b, a)):
        apart += [(_nowhere(stages, among, one, other), stages.false) for among in one.among]
    found = stages.choose(apart, same)
    return made(stages, found if op == "==" else stages.no(found), a, b)


def _nowhere(stages: Stages, among: Among, fact: Column_, other: Column_) -> Node:
    """Return whether a known value is none of those that are listed for an unknown fact."""
    if other.among:
        raise NotColumnarError
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


def is_none(stages: Stages, part: Column_) -> Column_:
    """Return whether a fact is none."""
    some = is_some(stages, part)
    found = stages.choose([(part.none, stages.true), (some, stages.false)], stages.null(stages.space.Boolean))
    return made(stages, found, part)


def one_of(stages: Stages, part: Column_, options: Sequence[Value]) -> Column_:
    """Return whether a fact has one of some values."""
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
    return made(stages, stages.choose(arms, known), part)


def contains(stages: Stages, part: Column_, member: str) -> Column_:
    """Return whether a set, told as text with ``;`` between, has a member; what is none has not."""
    inside = stages.of(lambda expr: has_member(expr, member, stages.space), part.value)
    return made(stages, stages.choose([(part.none, stages.false)], inside), part)
