"""The times of an item between two changes of what decides it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crossprov.assembly.offices import COMPETENT
from crossprov.proof.formulas import is_calculated
from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.expression import parameters_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.expression import Expr
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.vocabulary import Vocabulary


@dataclass
class Segment:
    """The days from ``first`` to ``last`` (both inclusive), on which one state of the law holds."""

    first: dt.date
    last: dt.date


def segments(item: Item, rulebook: Rulebook) -> Iterator[Segment]:
    """Yield the times between two changes of what decides an item, as far as it is in force.

    Besides its rules these are the values of law in the formulas behind them, and the organ that decides: it may begin
    or end within the law of the item, and then nobody is eligible before or after.
    """
    end = item.shape.through or dt.date.max
    changes = {*item.changes, *_of_values(item, rulebook.vocabulary), *_of_organs(item, rulebook)}
    days = sorted(day for day in changes if item.in_force(day))
    for day, after in zip(days, [*days[1:], None], strict=True):
        yield Segment(day, end if after is None else after - dt.timedelta(days=1))


def _of_values(item: Item, vocabulary: Vocabulary) -> Iterator[dt.date]:
    """Yield the days on which a value of law changes that a formula takes as of the day of the law."""
    for name in everything_read(item, vocabulary):
        formula = formula_of(name, item, vocabulary)
        for value in parameters_in(formula) if formula is not None else ():
            if value.on is None:
                yield from vocabulary.parameters[value.name].change_days()


def _of_organs(item: Item, rulebook: Rulebook) -> Iterator[dt.date]:
    competent, functions = item.shape.offices[COMPETENT], rulebook.offices.region.functions
    for organ in {competent.function, *(row.function for row in competent.rows if row.function is not None)}:
        yield from functions[organ].change_days()


def formula_of(name: str, item: Item, vocabulary: Vocabulary) -> Expr | None:
    """Return the formula by which a fact of an item is calculated from facts alone; None if it is not."""
    found = item.formulas.get(name)
    if found is None and name in vocabulary.facts and vocabulary.facts[name].shape.formula is not None:
        found = vocabulary.formula(name)
    return found if found is not None and is_calculated(found) else None
