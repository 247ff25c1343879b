"""What is missing, table by table: a case is never both certain and unknown.

The index answers for every state of knowledge by the masks of classes of values. Here it is proved of each table that
every value of a fact is in the class whose mask says what its tests say, so that the answer of a half-known state is
the set of the answers of its completions; where a table is small, all states are gone through as well, and the
reference gives the answer of each completion.
"""

from __future__ import annotations

import itertools
from math import prod
from typing import TYPE_CHECKING, Final

from crossprov.engine.index import TableIndex
from crossprov.engine.reference import answer, representatives
from crossprov.values import Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.rulebook.lowering import LoweredTable

MOST_STATES: Final = 600
"""States of knowledge up to which a table is gone through whole."""

_UNKNOWN: Final = Unknown()


def broken(table: LoweredTable) -> Mapping[str, Value] | None:
    """Return facts for which the answer with something missing is wrong; None if there are none."""
    index = TableIndex(table)
    values = {name: representatives(name, _UNKNOWN, table) for name in table.types}
    for column in index.columns:
        for value in values[column.fact]:
            said = column.mask(value)
            for bit, tests in column.tests.items():
                if (said >> bit & 1) != all(test.holds(value) for test in tests):
                    return {column.fact: value}
        if not {column.mask(value) for value in values[column.fact]} <= column.masks(_UNKNOWN):
            return {column.fact: values[column.fact][0]}
    classes = {name: _one_of_each_class(index, name, several) for name, several in values.items()}
    if prod(len(some) + 1 for some in classes.values()) > MOST_STATES:
        return None
    return _gone_through(table, index, classes)


def _one_of_each_class(index: TableIndex, name: str, values: Sequence[Value]) -> list[Value]:
    columns = [column for column in index.columns if column.fact == name]
    found = {tuple(column.mask(value) for column in columns): value for value in values}
    return list(found.values())


def _gone_through(
    table: LoweredTable, index: TableIndex, classes: Mapping[str, Sequence[Value]]
) -> Mapping[str, Value] | None:
    """Ask for every state in which each fact is in one class, or unknown."""
    names = list(classes)
    known = {
        whole: answer(table, dict(zip(names, whole, strict=True)))
        for whole in itertools.product(*classes.values())
    }
    for state in itertools.product(*[[*classes[name], _UNKNOWN] for name in names]):
        facts = dict(zip(names, state, strict=True))
        hit = index(facts.__getitem__)
        ways = itertools.product(
            *[classes[name] if one is _UNKNOWN else [one] for name, one in facts.items()]
        )
        if set(hit.rows) != {known[way] for way in ways}:  # type: ignore[index]
            return {name: one for name, one in facts.items() if not isinstance(one, Unknown)}
    return None
