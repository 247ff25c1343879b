"""What is made of several columns: what of it is unknown, what would settle it, and its bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from crossprov.batch.facts import Column_, NotColumnarError
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crossprov.batch.nodes import Node, Stages

MAX_SIZE: Final = 2**62


def made(stages: Stages, value: Node, *parts: Column_, none: Node | None = None, size: int = 0) -> Column_:
    """Return what is made of parts: null is unknown, unless it is none; it needs what unknown parts need."""
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


def none_of(stages: Stages, *parts: Column_) -> Node:
    """Return whether any of some facts is none."""
    return stages.any(*(part.none for part in parts))


def is_some(stages: Stages, part: Column_) -> Node:
    """Return whether a fact is certainly not none: it is known, has a bound, or none is not among its values."""
    ends = [stages.no(stages.is_null(end)) for end in (part.low, part.high) if end is not None]
    listed = [
        stages.both(one.when, *(stages.no(other.none) for other in one.facts))
        for one in part.among
        if NONE not in one.constants
    ]
    known = stages.both(stages.no(part.unknown), stages.no(part.none))
    return stages.any(known, stages.both(part.unknown, stages.any(*ends, *listed)))


def low_of(part: Column_) -> Node:
    """Return the least that a fact can be."""
    return part.low if part.low is not None else part.value


def high_of(part: Column_) -> Node:
    """Return the most that a fact can be."""
    return part.high if part.high is not None else part.value


def growing(
    stages: Stages,
    make: Callable[..., Any],
    parts: Sequence[Column_],
    falling: frozenset[int] = frozenset(),
    size: int = 0,
) -> Column_:
    """Return what grows (in the positions ``falling``: shrinks) with each part, with its bounds."""
    value = stages.of(make, *(part.value for part in parts))
    found = made(stages, value, *parts, none=none_of(stages, *parts), size=size)
    if all(part.low is None and part.high is None for part in parts):
        return found
    lows = [high_of(part) if i in falling else low_of(part) for i, part in enumerate(parts)]
    highs = [low_of(part) if i in falling else high_of(part) for i, part in enumerate(parts)]
    return replace(found, low=stages.keep(stages.of(make, *lows)), high=stages.keep(stages.of(make, *highs)))
