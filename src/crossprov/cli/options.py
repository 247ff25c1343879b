"""What the options of a command name: the rules, an item, a case, a day."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from crossprov._errors import UnknownItemError
from crossprov.calendar import today
from crossprov.cli.case_file import read_case_file
from crossprov.cli.errors import WRONG_RULES, Stop, wrong
from crossprov.decide import read_case
from crossprov.engine import ENGINES, durable
from crossprov.rulebook.book import ENGINE_VARIABLE, Rulebook
from crossprov.texts import text

if TYPE_CHECKING:
    import argparse

    from crossprov.models import Case
    from crossprov.rulebook.item import Item

MOST_PROCESSES: Final = 256
_Otherwise = TypeVar("_Otherwise", int, None)


def rulebook_of(options: argparse.Namespace) -> Rulebook:
    """Return the rules of ``--rules``, else those that come with the program, read by ``--engine``."""
    functions = (options.functions,) if getattr(options, "functions", None) else ()
    found = Rulebook.load(rules_of(options), engine=_engine(options), functions=functions)
    return _known_engine(found, options.language)


def rulebook_served(options: argparse.Namespace) -> Rulebook:
    """Return the rules of a service: read as a program reads them, by one engine unless more is asked for."""
    return _known_engine(Rulebook.load(rules_of(options), engine=options.engine), options.language)


def rules_of(options: argparse.Namespace) -> Path | None:
    """Return the directory of ``--rules``, or None for the rules that come with the program."""
    root = None if options.rules is None else Path(options.rules)
    if root is not None and not _is_file(root / "rulebook.yaml"):
        raise Stop(WRONG_RULES, [text("cli.no_rules_there", options.language)])
    return root


def _known_engine(rulebook: Rulebook, language: str) -> Rulebook:
    if rulebook.engine not in ENGINES:
        raise wrong(language, "engine_wrong", expected=", ".join(ENGINES))
    return rulebook


def number_of(options: argparse.Namespace, name: str, otherwise: _Otherwise, most: int) -> int | _Otherwise:
    """Return the whole number from 1 to ``most`` of an option."""
    raw = getattr(options, name)
    if raw is None:
        return otherwise
    if raw.isascii() and raw.isdecimal() and len(raw) <= len(str(most)) and 1 <= int(raw) <= most:
        return int(raw)
    raise wrong(options.language, "option_not_number", option=f"--{name}", most=most)


def _engine(options: argparse.Namespace) -> str | None:
    """Return ``--engine``; where a command has it and nothing else is chosen, two readings that must agree."""
    if not hasattr(options, "engine"):
        return None
    chosen: str | None = options.engine or os.environ.get(ENGINE_VARIABLE)
    return chosen or ("checked" if durable.installed() else None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def item_of(rulebook: Rulebook, name: str, language: str) -> Item:
    """Return an item by its id or official code."""
    try:
        return rulebook.item(name)
    except UnknownItemError:
        raise wrong(language, "item_unknown", n=len(rulebook.item_ids)) from None


def case_of(options: argparse.Namespace, rulebook: Rulebook) -> tuple[Item, Case]:
    """Read the case with what the options say instead, and find its item."""
    language = options.language
    data = read_case_file(options.case, language)
    if options.item is not None:
        data["item"] = item_of(rulebook, options.item, language).id
    if options.as_of is not None:
        data["as_of"] = str(day_of(options))
    case = read_case(data)
    return item_of(rulebook, case.item, language), case


def day_of(options: argparse.Namespace) -> dt.date:
    """Return ``--as-of``, or today in Beijing."""
    return today() if options.as_of is None else read_day(options.as_of, "--as-of", options.language)


def read_day(words: str, option: str, language: str) -> dt.date:
    """Return the day that an option names."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
            return dt.date.fromisoformat(words)
    except ValueError:
        pass
    raise wrong(language, "option_not_day", option=option)


def jobs_of(options: argparse.Namespace) -> int | None:
    """Return ``--jobs``: in how many processes to work."""
    return number_of(options, "jobs", None, MOST_PROCESSES)
