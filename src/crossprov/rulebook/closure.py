"""Everything that deciding an item may read: its tables, and what the facts in them are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.rulebook.expression import all_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crossprov.rulebook.item import Item
    from crossprov.rulebook.vocabulary import Vocabulary


def everything_read(item: Item, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the names of all facts, lists of records and parameters that the rules of an item may read.

    Those of the vocabulary and those of the item itself, on whatever day.
    """
    return made_from(_in_tables(item), item, vocabulary)


def made_from(names: Iterable[str], item: Item, vocabulary: Vocabulary) -> frozenset[str]:
    """Return names together with those of everything that what they name is made from, however far behind."""
    open_, seen = set(names), set[str]()
    while open_:
        name = open_.pop()
        seen.add(name)
        open_ |= _reads(name, item, vocabulary)
        open_ -= seen
    return frozenset(seen)


def read_by_facts(item: Item, vocabulary: Vocabulary) -> frozenset[str]:
    """Return of all that the rules of an item may read what is read by facts, not only by tables."""
    return frozenset[str]().union(
        *(_reads(name, item, vocabulary) for name in everything_read(item, vocabulary))
    )


def _reads(name: str, item: Item, vocabulary: Vocabulary) -> frozenset[str]:
    if name in item.own_facts:
        return item.reads(name)
    if name in vocabulary.facts:
        return frozenset(vocabulary.reads(name))
    return frozenset(vocabulary.parameters[name].shape.keyed_by if name in vocabulary.parameters else ())


def _in_tables(item: Item) -> Iterable[str]:
    for table in item.tables:
        yield from table.reads()
        yield from (table.each or ())[1:]
        for row in table.rows:
            yield from all_names(row.when)
    yield from (amount.value for amount in item.shape.amounts)
    streets = (row.street for role in item.shape.offices.values() for row in role.rows)
    yield from (street for street in streets if street is not None)
