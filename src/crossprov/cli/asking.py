"""The command ``facts``: what the rules may ask a backend for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.cli.options import item_of, rulebook_of
from crossprov.cli.output import write, write_json
from crossprov.report import Entry, Guide, Section, asked_for, declared, fact_data, type_in_words, whence
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse

    from crossprov.rulebook.schema import FactShape, RecordsShape


def facts(options: argparse.Namespace) -> int:
    """List the facts that the rules may ask for, with their questions and where a case has them."""
    rulebook, language = rulebook_of(options), options.language
    items = (
        [item_of(rulebook, options.item_of, language)] if options.item_of is not None else rulebook.items()
    )
    asked, shapes = asked_for(rulebook, items), declared(rulebook)
    if options.json:
        return write_json([fact_data(name, shapes[name]) for name in asked])
    domains: dict[str, list[Entry]] = {}
    for name in asked:
        domains.setdefault(name.partition(".")[0], []).append(_entry(name, shapes[name], language))
    title = text("cli.facts_asked", language, n=len(asked))
    sections = (Section(domain, domain, tuple(entries)) for domain, entries in domains.items())
    return write(Guide(title, (), tuple(sections), ()))


def _entry(name: str, shape: FactShape | RecordsShape, language: str) -> Entry:
    words = [words.zh if language == "zh" else words.en for words in (shape.label, shape.question) if words]
    told = text("cli.fact_type", language, name=name, type=type_in_words(shape))
    return Entry(told, notes=(*words, whence(shape, language)))
