"""The commands about the items of the rules: ``items``, ``show``, ``doubts`` and ``pages``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crossprov.cli.errors import DONE, PROBLEMS, wrong
from crossprov.cli.options import day_of, item_of, rulebook_of
from crossprov.cli.output import write, write_json
from crossprov.decide import decider
from crossprov.report import (
    Entry,
    Guide,
    Section,
    Words,
    doubts_page,
    item_data,
    item_guide,
    padded,
    provenance,
    stale,
    width_of,
    write_pages,
)
from crossprov.report import pages as all_pages
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse

    from crossprov.rulebook.schema import ItemFile


def items(options: argparse.Namespace) -> int:
    """List the items, or those with a text in their id, number, name or codes; the related ones apart."""
    language, wanted = options.language, (options.filter or "").casefold()
    rulebook = rulebook_of(options)
    found = [item.shape for item in rulebook.items()]
    shapes = [one for one in found if wanted in _searched(one).casefold()]
    if options.json:
        return write_json([item_data(one, why_here=options.provenance) for one in shapes])
    if options.provenance:
        return _provenance(shapes, language)
    if not shapes:
        sys.stdout.write(text("cli.items_none", language) + "\n")
    names = [_name(one, language) for one in shapes]
    ids, widest = max((len(one.item) for one in shapes), default=0), max(map(width_of, names), default=0)
    apart = False
    for one, name in zip(shapes, names, strict=True):
        if one.catalogue == "related" and not apart:
            apart = True
            sys.stdout.write(text("cli.items_related", language) + "\n")
        codes = " ".join(f"{place}:{code}" for place, code in one.codes.items())
        sys.stdout.write(
            f"{one.number or '':>3}  {one.item:{ids}}  {padded(name, widest)}  {codes}".rstrip() + "\n"
        )
    return DONE


def _name(shape: ItemFile, language: str) -> str:
    return shape.name.zh if language == "zh" else shape.name.en


def _provenance(shapes: list[ItemFile], language: str) -> int:
    """Write where each line of the catalogue comes from."""
    lead = text("page.catalogue_about", language), text("page.catalogue_replace", language)
    sections = []
    for kind in ("joint", "related"):
        entries = tuple(_line(one, language) for one in shapes if one.catalogue == kind)
        sections.append(Section(kind, text(f"page.{kind}", language), entries))
    filled = tuple(section for section in sections if section.entries)
    return write(Guide(text("cli.provenance_title", language), lead, filled, ()))


def _line(shape: ItemFile, language: str) -> Entry:
    mark = "•" if shape.number is None else f"{shape.number}."
    name = text("cli.fact_type", language, name=_name(shape, language), type=shape.item)
    if shape.provenance is None:
        return Entry(name, mark, (text("cli.provenance_unknown", language),))
    found = provenance(shape.provenance, Words(language, (), None))
    return Entry(name, mark, (found.words, *found.notes))


def _searched(shape: ItemFile) -> str:
    return " ".join([shape.item, str(shape.number), shape.name.zh, shape.name.en, *shape.codes.values()])


def show(options: argparse.Namespace) -> int:
    """Write the guide of an item without a case."""
    rulebook = rulebook_of(options)
    item = item_of(rulebook, options.item_shown, options.language)
    return write(item_guide(decider(rulebook), item, day_of(options), options.language))


def doubts(options: argparse.Namespace) -> int:
    """Write the page of doubts, which stands in both languages at once."""
    sys.stdout.write(doubts_page(decider(rulebook_of(options))))
    return DONE


def pages(options: argparse.Namespace) -> int:
    """Write the pages of all items into a folder, or with ``--check`` only say which are not current."""
    folder, language = Path(options.folder), options.language
    rulebook = rulebook_of(options)
    day = rulebook.identity.guides_on if options.as_of is None else None
    found = all_pages(decider(rulebook), day or day_of(options))
    if not options.check:
        try:
            written = write_pages(found, folder)
        except (OSError, ValueError):
            raise wrong(language, "not_writable") from None
        sys.stdout.write(text("cli.schema_written", language, n=written) + "\n")
        return DONE
    not_current = stale(found, folder)
    for name in not_current:
        sys.stdout.write(text("cli.pages_stale", language, file=name) + "\n")
    if not not_current:
        sys.stdout.write(text("cli.schema_current", language, n=len(found)) + "\n")
    return PROBLEMS if not_current else DONE
