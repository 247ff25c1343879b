"""Checks that the tables of places do not contradict themselves; each check is a generator of problems."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crossprov._errors import Problem
from crossprov.places.division import Division, NotFound, Street

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Find = Callable[[str, dt.date], Division | NotFound]

_ONE_DAY: Final = dt.timedelta(days=1)


def problems_of_divisions(lives: Sequence[Division], find: Find) -> Iterator[Problem]:
    """Yield what is wrong with the lives of one code, given in the order of their beginning."""
    yield from _overlaps(lives)
    for life in lives:
        yield from _missing_parents(life, find)
        yield from _missing_successors(life, find)


def problems_of_streets(streets: Iterable[Street], find: Find) -> Iterator[Problem]:
    """Yield each county of a moved township that was not in force when the township moved."""
    for street in streets:
        for county, day in ((street.old_county, street.from_ - _ONE_DAY), (street.new_county, street.from_)):
            if isinstance(find(county, day), NotFound):
                yield Problem(
                    "street_county_missing", {"street": street.name, "found": county, "day": str(day)}
                )


def _overlaps(lives: Sequence[Division]) -> Iterator[Problem]:
    for earlier, later in pairwise(lives):
        if earlier.through is None or later.from_ <= earlier.through:
            params = {"code": later.code, "earlier": str(earlier.from_), "later": str(later.from_)}
            yield Problem("division_lives_overlap", params)


def _missing_parents(life: Division, find: Find) -> Iterator[Problem]:
    for day in (life.from_, life.through or dt.date.max):
        if life.parent is not None and isinstance(find(life.parent, day), NotFound):
            yield Problem(
                "division_parent_missing", {"code": life.code, "found": life.parent, "day": str(day)}
            )


def _missing_successors(life: Division, find: Find) -> Iterator[Problem]:
    for successor in life.successors:
        change = (life.through or life.from_) + _ONE_DAY
        if isinstance(find(successor, change), NotFound):
            yield Problem(
                "division_successor_missing", {"code": life.code, "found": successor, "day": str(change)}
            )
