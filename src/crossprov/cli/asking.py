"""The command ``facts``: what the rules may ask a backend for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossprov.cli.options import item_of, rulebook_of
from crossprov.cli.output import write, write_json
from crossprov.report import Entry, Guide, Section, whence
from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.schema import RecordsShape
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import FactShape, TypeShape


def facts(options: argparse.Namespace) -> int:
    """List the facts that the rules may ask for, with their questions and where a case has them."""
    rulebook, language = rulebook_of(options), options.language
    items = (
        [item_of(rulebook, options.item_of, language)] if options.item_of is not None else rulebook.items()
    )
    asked = sorted({name for item in items for name in _asked(rulebook, item)})
    declared = _declared(rulebook)
    if options.json:
        return write_json([_fact(name, declared[name]) for name in asked])
    domains: dict[str, list[Entry]] = {}
    for name in asked:
        domains.setdefault(name.partition(".")[0], []).append(_entry(name, declared[name], language))
    title = text("cli.facts_asked", language, n=len(asked))
    sections = (Section(domain, domain, tuple(entries)) for domain, entries in domains.items())
    return write(Guide(title, (), tuple(sections), ()))


def _declared(rulebook: Rulebook) -> Mapping[str, FactShape | RecordsShape]:
    vocabulary = rulebook.vocabulary
    facts = {name: one.shape for name, one in vocabulary.facts.items()}
    return {**facts, **{name: one.shape for name, one in vocabulary.records.items()}}


def _asked(rulebook: Rulebook, item: Item) -> Iterator[str]:
    """Yield the facts and lists of records that deciding an item may ask for: what nothing else gives."""
    vocabulary = rulebook.vocabulary
    for name in everything_read(item, vocabulary):
        if name in vocabulary.records or (name in vocabulary.facts and vocabulary.facts[name].shape.given):
            yield name


def _entry(name: str, shape: FactShape | RecordsShape, language: str) -> Entry:
    words = [words.zh if language == "zh" else words.en for words in (shape.label, shape.question) if words]
    told = text("cli.fact_type", language, name=name, type=_type(shape))
    return Entry(told, notes=(*words, whence(shape, language)))


def _type(shape: TypeShape | RecordsShape) -> str:
    """Return a type in one line, with the unit, the level or the values; of records, their fields."""
    if isinstance(shape, RecordsShape):
        return ", ".join(f"{name}: {_type(field)}" for name, field in shape.fields.items())
    more = " | ".join(shape.values) if shape.values else shape.unit or shape.level or ""
    return f"{shape.type}: {more}" if more else str(shape.type)


def _fact(name: str, shape: FactShape | RecordsShape) -> dict[str, Any]:
    keys = {"type", "unit", "values", "level", "optional", "label", "question", "given", "fields"}
    return {"name": name, **shape.model_dump(mode="json", include=keys, by_alias=True, exclude_none=True)}
