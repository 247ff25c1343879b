"""Where the answers of an item may change: the days, lengths, ages and sums that its rules speak of.

Cases that lie on these edges, and just beside them, are those that find mistakes. All of them are read from the
rulebook, so another rulebook has other edges and no figure of law stands here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.expression import Const, children
from crossprov.values import MONTHS_A_YEAR, Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.expression import Expr
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.parameters import Parameter
    from crossprov.rulebook.vocabulary import FactDef
    from crossprov.values import Value

_KEPT: Final = "edges"
_MOST_MONTHS: Final = 100 * MONTHS_A_YEAR
_GROWN_UP: Final = 16 * MONTHS_A_YEAR
"""More months than this may be an age written in months; it only decides what is tried as an age."""


@dataclass(frozen=True, slots=True)
class Edges:
    """What the rules of an item compare with.

    ``read`` are the names of everything it reads. ``days`` are those on which its rules change and those that
    it compares with; ``months`` are lengths and ``ages`` ages, both in months; ``numbers`` are all whole
    numbers and ``fen`` all sums of money. ``told`` are the facts that a case tells by their names.
    """

    item: Item
    read: frozenset[str]
    days: tuple[dt.date, ...]
    months: tuple[int, ...]
    ages: tuple[int, ...]
    numbers: tuple[int, ...]
    fen: tuple[int, ...]
    told: tuple[FactDef, ...]

    @property
    def last_change(self) -> dt.date:
        """The last day on which the rules of the item change."""
        return self.item.changes[-1]


def edges(rulebook: Rulebook, item: str) -> Edges:
    """Return the edges of an item, found once and kept with the rulebook."""
    kept = rulebook.kept.setdefault(_KEPT, {})
    assert isinstance(kept, dict)
    found: Edges | None = kept.get(item)
    if found is None:
        found = kept[item] = _find(rulebook, rulebook.item(item))
    return found


def _find(rulebook: Rulebook, item: Item) -> Edges:
    vocabulary = rulebook.vocabulary
    read = everything_read(item, vocabulary)
    parameters = [rulebook.parameters[name] for name in sorted(read & rulebook.parameters.keys())]
    facts = [vocabulary.facts[name] for name in sorted(read & vocabulary.facts.keys())]
    values = {one for tree in _trees(rulebook, item, facts) for one in constants_in(tree)}
    by_parameter = [(one, value) for one in parameters for value in _values(one)]
    values |= {value for _, value in by_parameter}
    days = {value for value in values if isinstance(value, dt.date)}
    days |= {value.first_day for value in values if isinstance(value, Month)}
    days |= {day for one in parameters for day in one.change_days()} | set(item.changes)
    numbers = {value for value in values if type(value) is int}
    fen = {value for one, value in by_parameter if one.type.kind == "money" and type(value) is int}
    years = {value for one, value in by_parameter if one.type.unit == "years_of_age" and type(value) is int}
    months = {one for one in numbers - fen if 0 < one <= _MOST_MONTHS} | {MONTHS_A_YEAR}
    ages = {MONTHS_A_YEAR * one for one in years} | {one for one in months if one > _GROWN_UP}
    return Edges(
        item, read, tuple(sorted(days)), tuple(sorted(months)), tuple(sorted(ages)), tuple(sorted(numbers)),
        tuple(sorted(fen)), tuple(fact for fact in facts if fact.shape.given == "told"),
    )  # fmt: skip


def _trees(rulebook: Rulebook, item: Item, facts: Iterable[FactDef]) -> Iterator[Expr]:
    yield from (row.when for table in item.tables for row in table.rows)
    yield from item.formulas.values()
    for fact in facts:
        if fact.shape.formula is not None:
            yield rulebook.vocabulary.formula(fact.name)


def constants_in(tree: Expr) -> Iterator[Value]:
    """Yield every constant of an expression."""
    if isinstance(tree, Const):
        yield tree.value
    for option in getattr(tree, "options", ()):
        yield option.value
    for part in children(tree):
        yield from constants_in(part)


def _values(parameter: Parameter) -> Iterator[Value]:
    """Yield every value of a parameter, under whatever key and version."""
    for version in parameter.versions:
        open_: list[Any] = [version.table]
        while open_:
            here = open_.pop()
            if isinstance(here, dict):
                open_.extend(here.values())
            else:
                yield here
