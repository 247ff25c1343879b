"""Reading the command line: which command takes which arguments, and help in the language of the user."""

from __future__ import annotations

import argparse
import re
from functools import partial
from typing import Any, Final, NoReturn

from crossprov._version import __version__
from crossprov.cli.errors import WRONG_CALL, Stop
from crossprov.texts import text

ARGUMENTS: Final[dict[str, tuple[tuple[str, ...], dict[str, Any]]]] = {
    "case": (("case",), {"metavar": "CASE.json"}),
    "item_shown": (("item_shown",), {"metavar": "ITEM"}),
    "item_of": (("item_of",), {"metavar": "ITEM", "nargs": "?"}),
    "filter": (("filter",), {"metavar": "TEXT", "nargs": "?"}),
    "folder": (("folder",), {"metavar": "DIR"}),
    "rules_here": (("rules",), {"metavar": "DIR", "nargs": "?"}),
    "json": (("--json",), {"action": "store_true"}),
    "item": (("--item",), {"metavar": "ITEM"}),
    "as_of": (("--as-of",), {"metavar": "YYYY-MM-DD"}),
    "rules": (("--rules",), {"metavar": "DIR"}),
    "engine": (("--engine",), {"metavar": "NAME"}),
    "provenance": (("--provenance",), {"action": "store_true"}),
    "item_asked": (("item_asked",), {"metavar": "ITEM", "nargs": "?"}),
    "case_known": (("--case",), {"metavar": "CASE.json", "dest": "case_known"}),
    "save": (("--save",), {"metavar": "FILE"}),
    "resume": (("--resume",), {"metavar": "FILE"}),
    "record": (("--record",), {"metavar": "FILE"}),
    "record_file": (("record_file",), {"metavar": "RECORD.json"}),
    "key_file": (("--key-file",), {"metavar": "FILE"}),
    "key_env": (("--key-env",), {"metavar": "NAME"}),
    "host": (("--host",), {"metavar": "ADDRESS"}),
    "port": (("--port",), {"metavar": "NUMBER"}),
    "workers": (("--workers",), {"metavar": "NUMBER"}),
    "check_files": (("--check",), {"action": "store_true"}),
    "functions": (("--functions",), {"metavar": "PACKAGE"}),
    "old": (("old",), {"metavar": "OLD", "nargs": "?"}),
    "new": (("new",), {"metavar": "NEW", "nargs": "?"}),
    "on": (("--on",), {"metavar": "YYYY-MM-DD"}),
    "between": (("--between",), {"metavar": "YYYY-MM-DD", "nargs": 2}),
    "jobs": (("--jobs",), {"metavar": "N"}),
    "cache": (("--cache",), {"metavar": "DIR"}),
    "no_cache": (("--no-cache",), {"action": "store_true"}),
    "source": (("source",), {"metavar": "IN"}),
    "target": (("target",), {"metavar": "OUT"}),
    "told": (("--as",), {"metavar": "cases|facts", "dest": "told"}),
    "keep": (("--keep",), {"action": "store_true"}),
    "encoding": (("--encoding",), {"metavar": "NAME"}),
    "force": (("--force",), {"action": "store_true"}),
    "only": (("--only",), {"metavar": "NAME,NAME"}),
}

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "decide": ("case", "item", "as_of", "json", "record", "key_file", "key_env", "rules", "engine"),
    "ask": ("item_asked", "case_known", "as_of", "save", "resume", "rules"),
    "explain": ("case", "item", "as_of", "json", "rules", "engine"),
    "replay": ("record_file", "case", "item", "as_of", "key_file", "key_env", "json", "rules", "engine"),
    "items": ("filter", "provenance", "json", "rules"),
    "show": ("item_shown", "as_of", "rules"),
    "facts": ("item_of", "json", "rules"),
    "batch": (
        "item_shown",
        "source",
        "target",
        "as_of",
        "told",
        "keep",
        "encoding",
        "only",
        "force",
        "jobs",
        "json",
        "rules",
    ),
    "serve": ("host", "port", "workers", "rules", "engine"),
    "doubts": ("rules_here",),
    "pages": ("folder", "check_files", "as_of", "rules"),
    "check": ("rules_here", "engine"),
    "schema": ("folder", "check_files"),
    "prove": ("item_of", "json", "rules", "functions", "jobs", "cache", "no_cache"),
    "diff": ("old", "new", "item", "on", "between", "json", "functions"),
}

# What argparse says, and the key of our words for it. The group is ours, or an option of plain letters.
_SAID_BY_ARGPARSE: Final = (
    (r"the following arguments are required: (.+)", "call_missing"),
    (r"argument (--[a-z-]+): expected one argument", "option_wants_value"),
    (r"unrecognized arguments: (?:.* )?(--?[a-z]{1,12}(?:-[a-z]{1,12})?)(?:[ =]|$)", "option_unknown"),
    (r"argument (COMMAND): invalid choice", "command_wrong"),
)


def parser(language: str) -> Parser:
    """Return the reader of the command line; it names the command in ``command``."""
    found = Parser(
        language=language,
        prog="crossprov",
        description=text("cli.about", language),
        epilog=text("cli.exit_codes", language),
    )
    found.option("--version", key="version", action="version", version=f"crossprov {__version__}")
    commands = found.add_subparsers(
        metavar="COMMAND", title=text("cli.help_commands", language), required=True
    )
    for name, arguments in COMMANDS.items():
        words = text(f"cli.help_{name}", language)
        command = commands.add_parser(name, language=language, help=words, description=words)
        for argument in arguments:
            names, settings = ARGUMENTS[argument]
            command.option(*names, key=argument, **settings)
        command.option("--lang", key="lang", metavar="zh|en")
        command.set_defaults(command=name)
    return found


class Parser(argparse.ArgumentParser):
    """Reads a command line; says what is wrong with it without repeating it."""

    def __init__(self, *, language: str, **settings: Any) -> None:
        super().__init__(
            add_help=False, allow_abbrev=False, formatter_class=partial(_Help, language=language), **settings
        )
        self.language = language
        self.group = self.add_argument_group(text("cli.help_options", language))
        self.group.add_argument("--help", "-h", action="help", help=text("cli.help_help", language))

    def option(self, *names: str, key: str, **settings: Any) -> None:
        """Add an argument with its help from the texts."""
        self.group.add_argument(*names, help=text(f"cli.help_{key}", self.language), **settings)

    def error(self, message: str) -> NoReturn:
        """Stop with our own words for what argparse found."""
        found = ((key, re.match(pattern, message)) for pattern, key in _SAID_BY_ARGPARSE)
        key, told = next(((key, match[1]) for key, match in found if match), ("call_wrong", ""))
        said = text(f"cli.{key}", self.language, told=told, commands=", ".join(COMMANDS))
        raise Stop(WRONG_CALL, [said, text("cli.try_help", self.language, command=self.prog)])


class _Help(argparse.HelpFormatter):
    """Help whose own words are in the language of the user."""

    def __init__(self, prog: str, *, language: str) -> None:
        super().__init__(prog, max_help_position=28)
        self.language = language

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        usual = text("cli.help_usage", self.language)
        super().add_usage(usage, actions, groups, usual if prefix is None else prefix)
