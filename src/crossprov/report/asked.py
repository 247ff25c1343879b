"""What the rules may ask for: the facts and records that nothing but a case can give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.schema import RecordsShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import FactShape, ItemFile, TypeShape


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


def fact_data(name: str, shape: FactShape | RecordsShape) -> dict[str, Any]:
    """Return what a backend has to know of a fact or a list of records that it may be asked for, as plain data."""
    keys = {"type", "unit", "values", "level", "optional", "label", "question", "given", "fields"}
    return {"name": name, **shape.model_dump(mode="json", include=keys, by_alias=True, exclude_none=True)}


def item_data(shape: ItemFile, *, why_here: bool = False) -> dict[str, Any]:
    """Return what a list of items says of one, as plain data; ``why_here`` adds where the line comes from."""
    keys = {"item", "catalogue", "number", "name", "codes", "serves", "life_events", "from_", "through"}
    keys |= {"provenance"} if why_here else set()
    return shape.model_dump(mode="json", include=keys, by_alias=True)


def _asked(rulebook: Rulebook, item: Item) -> Iterator[str]:
    vocabulary = rulebook.vocabulary
    for name in everything_read(item, vocabulary):
        if name in vocabulary.records or (name in vocabulary.facts and vocabulary.facts[name].shape.given):
            yield name
