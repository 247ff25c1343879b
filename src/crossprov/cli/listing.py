"""The commands about the items of the rules: ``items``, ``show`` and ``doubts``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crossprov.cli.errors import DONE
from crossprov.cli.options import day_of, item_of, rulebook_of
from crossprov.cli.output import write, write_json
from crossprov.decide import decider
from crossprov.report import doubts_page, item_guide, padded, width_of
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse

    from crossprov.rulebook.schema import ItemFile


def items(options: argparse.Namespace) -> int:
    """List the items, or those with a text in their id, number, name or codes."""
    language, wanted = options.language, (options.filter or "").casefold()
    found = [item.shape for item in rulebook_of(options).items()]
    shapes = [one for one in found if wanted in _searched(one).casefold()]
    if options.json:
        keys = {"item", "number", "name", "codes", "serves", "from_", "through"}
        return write_json([one.model_dump(mode="json", include=keys, by_alias=True) for one in shapes])
    if not shapes:
        sys.stdout.write(text("cli.items_none", language) + "\n")
    names = [one.name.zh if language == "zh" else one.name.en for one in shapes]
    ids, widest = max((len(one.item) for one in shapes), default=0), max(map(width_of, names), default=0)
    for one, name in zip(shapes, names, strict=True):
        codes = " ".join(f"{place}:{code}" for place, code in one.codes.items())
        sys.stdout.write(
            f"{one.number or '':>3}  {one.item:{ids}}  {padded(name, widest)}  {codes}".rstrip() + "\n"
        )
    return DONE


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
