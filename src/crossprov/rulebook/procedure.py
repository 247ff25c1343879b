"""Whether steps, limits, intake and offices of an item name each other rightly, and no step waits for itself."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crossprov._errors import Problem
    from crossprov.rulebook.schema import Intake, ItemFile
    from crossprov.rulebook.vocabulary import Where

_PERSONS: Final = frozenset({"applicant", "employer"})


def procedure_problems(shape: ItemFile, where: Where) -> list[Problem]:
    """Return what is wrong with the order of an item's steps and with the names of its steps and actors."""
    found = [*_steps(shape, where), *_order(shape, where), *_limits(shape, where), *_intake(shape, where)]
    if "competent" not in shape.offices:
        found.append(where.problem("no_competent_office"))
    return found


def _steps(shape: ItemFile, where: Where) -> Iterator[Problem]:
    ids = {step.id for step in shape.steps}
    actors = _PERSONS | shape.offices.keys() | {"intake"}
    for index, step in enumerate(shape.steps):
        at = where.at("steps", index)
        yield from _known(step.actor, actors, at.at("actor"), "unknown_actor", shape)
        for before in step.after:
            yield from _known(before, ids - {step.id}, at.at("after"), "unknown_step", shape)


def _order(shape: ItemFile, where: Where) -> Iterator[Problem]:
    """No step may wait for itself, over whatever others; nor may two versions turn an order round."""
    before: dict[str, list[str]] = {}
    for step in shape.steps:
        before.setdefault(step.id, []).extend(step.after)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle = error.args[1]
        index = next(n for n, step in enumerate(shape.steps) if step.id in circle and step.after)
        at = where.at("steps", index, "after")
        yield at.problem("circular_steps", found=" → ".join(reversed(circle)))


def _limits(shape: ItemFile, where: Where) -> Iterator[Problem]:
    ids = {step.id for step in shape.steps}
    for index, limit in enumerate(shape.limits):
        at = where.at("limits", index)
        yield from _known(limit.step, ids, at.at("step"), "unknown_step", shape)
        yield from _known(limit.starts_with, ids, at.at("starts_with"), "unknown_step", shape)


def _intake(shape: ItemFile, where: Where) -> Iterator[Problem]:
    for index, intake in enumerate(shape.intake):
        at = where.at("intake", index)
        if not _says_where(intake):
            yield at.problem("intake_place", found=intake.id)
        if intake.at is not None:
            yield from _known(intake.at, shape.offices.keys(), at.at("at"), "unknown_actor", shape)


def _says_where(intake: Intake) -> bool:
    """At one office, or anywhere in some provinces, and then at which organ."""
    if intake.at is not None:
        return not intake.anywhere_in
    return bool(intake.anywhere_in and intake.function)


def _known(word: str, known: Iterable[str], where: Where, code: str, shape: ItemFile) -> Iterator[Problem]:
    known = sorted(known)
    if (
        word not in known
    ):  # the item is named, since a fragment is right or wrong only in the items that use it
        yield where.problem(code, found=word, expected=", ".join(known), item=shape.item)
