"""Which steps wait for which: the order of a plan, of the steps that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crossprov.rulebook.schema import Step

Before: TypeAlias = "Mapping[str, Sequence[str]]"
"""For each step, those that have to be done first."""


def stated(in_force: Iterable[Step], of_any_day: Iterable[Step]) -> dict[str, tuple[str, ...]]:
    """Return what each step waits for by the rules of a day.

    A step without a version on that day is named all the same by others; it hands on what its versions say.
    """
    found = {step.id: step.after for step in in_force}
    absent: dict[str, tuple[str, ...]] = {}
    for step in of_any_day:
        if step.id not in found:
            absent[step.id] = tuple(dict.fromkeys((*absent.get(step.id, ()), *step.after)))
    return absent | found


def nearest(before: Before, shown: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return for each step shown the nearest steps shown before it; ``before`` knows also the others.

    A step that is left out hands on what it waits for. None of the nearest waits for another of them.
    """
    return {step: _nearest(step, before, shown) for step in shown}


def _nearest(step: str, before: Before, shown: Collection[str]) -> tuple[str, ...]:
    direct = before.get(step, ())
    if all(one in shown for one in direct):
        return tuple(direct)
    near = dict.fromkeys(_reached(step, before, shown))
    implied = {other for one in near for other in _all_before(one, before)}
    return tuple(one for one in near if one not in implied)


def _reached(step: str, before: Before, shown: Collection[str]) -> Iterator[str]:
    """Yield the steps shown that are reached by way of steps that are not."""
    open_, seen = [*before.get(step, ())], {step}
    while open_:
        one = open_.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one in shown:
            yield one
        else:
            open_ += before.get(one, ())


def _all_before(step: str, before: Before) -> set[str]:
    seen: set[str] = set()
    open_ = [*before.get(step, ())]
    while open_:
        one = open_.pop()
        if one not in seen:
            seen.add(one)
            open_ += before.get(one, ())
    return seen


def following(step: str, before: Before) -> set[str]:
    """Return the steps that cannot begin before this one is done."""
    return {name for name in before if step in _all_before(name, before)} - {step}
