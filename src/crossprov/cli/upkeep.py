"""The commands for those who write rules: ``check`` and ``schema``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crossprov import checking, jsonschema
from crossprov._errors import RulebookError
from crossprov.cli.errors import DONE, PROBLEMS, wrong
from crossprov.cli.options import rulebook_of
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from crossprov._errors import Problem


def check(options: argparse.Namespace) -> int:
    """Check rules, run their worked examples and write every problem with its place."""
    language = options.language
    try:
        rulebook = rulebook_of(options)
        problems: Sequence[Problem] = checking.check(rulebook)
    except RulebookError as error:
        problems = error.problems
    for problem in sorted(problems, key=lambda one: (one.file, one.line, one.column)):
        sys.stdout.write(problem.text(language) + "\n")
    if problems:
        sys.stdout.write(text("cli.check_bad", language, n=len(problems)) + "\n")
        return PROBLEMS
    examples = sum(len(rulebook.examples(name)) for name in rulebook.item_ids)
    counts = {"items": len(rulebook.item_ids), "examples": examples, "laws": len(rulebook.instruments.all)}
    counts |= {"facts": len(rulebook.vocabulary.facts), "parameters": len(rulebook.parameters)}
    sys.stdout.write(text("cli.check_good", language, **counts) + "\n")
    return DONE


def schema(options: argparse.Namespace) -> int:
    """Write the JSON Schemas into a folder, or with ``--check`` only say which are not current."""
    folder, language = Path(options.folder), options.language
    if not options.check:
        try:
            written = jsonschema.write(folder)
        except (OSError, ValueError):
            raise wrong(language, "not_writable") from None
        sys.stdout.write(text("cli.schema_written", language, n=written) + "\n")
        return DONE
    stale = jsonschema.stale(folder)
    for name in stale:
        sys.stdout.write(text("cli.schema_stale", language, file=name) + "\n")
    if not stale:
        sys.stdout.write(text("cli.schema_current", language, n=len(jsonschema.FILES)) + "\n")
    return PROBLEMS if stale else DONE
