"""What the rules may ask for: the facts and records that nothing but a case can give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.schema import RecordsShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import FactShape, TypeShape


def asked_for(rulebook: Rulebook, items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
    """Return every fact and list of records that deciding the items may ask for, with those that do, by name."""
    found: dict[str, list[Item]] = {}
    for item in items:
        for name in _asked(rulebook, item):
            found.setdefault(name, []).append(item)
    return {name: tuple(found[name]) for name in sorted(found)}


def declared(rulebook: Rulebook) -> Mapping[str, FactShape | RecordsShape]:
    """Return how the vocabulary declares each fact and each list of records."""
    vocabulary = rulebook.vocabulary
    facts = {name: one.shape for name, one in vocabulary.facts.items()}
    return {**facts, **{name: one.shape for name, one in vocabulary.records.items()}}


def type_in_words(shape: TypeShape | RecordsShape) -> str:
    """Return a type in one line, with the unit, the level or the values; of records, their fields."""
    if isinstance(shape, RecordsShape):
        return ", ".join(f"{name}: {type_in_words(field)}" for name, field in shape.fields.items())
    more = " | ".join(shape.values) if shape.values else shape.unit or shape.level or ""
    return f"{shape.type}: {more}" if more else str(shape.type)


def _asked(rulebook: Rulebook, item: Item) -> Iterator[str]:
    vocabulary = rulebook.vocabulary
    for name in everything_read(item, vocabulary):
        if name in vocabulary.records or (name in vocabulary.facts and vocabulary.facts[name].shape.given):
            yield name
