"""The command line: ``crossprov decide CASE.json`` and its like.

Exit codes: 0 done, and a decision of any outcome is done; 1 ``check`` or ``schema --check`` found problems;
2 the call or the case is wrong; 3 the rules cannot be used; 4 internal fault; 130 interrupted.

What was typed, and what stands in a case, is never repeated in an error: it may be an identity number. Heavy
modules are imported inside the commands, so that ``--version`` and ``--help`` are there at once.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import re
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from crossprov._errors import CaseError, CrossprovError, InternalFaultError, Problem, RulebookError
from crossprov._version import __version__
from crossprov.texts import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crossprov.models import Case
    from crossprov.report import Guide
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import FactShape, ItemFile, RecordsShape, TypeShape

DONE: Final = 0
PROBLEMS: Final = 1
WRONG_CALL: Final = 2
WRONG_RULES: Final = 3
FAULT: Final = 4
INTERRUPTED: Final = 130

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 64
_WIDTH: Final = 92
_WIDTHS: Final = (60, 100)


class _Stop(Exception):  # noqa: N818 - not always an error of the program
    """Ends the command with an exit code and what to say on standard error."""

    def __init__(self, code: int, lines: Iterable[str]) -> None:
        self.code, self.lines = code, tuple(lines)
        super().__init__(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Nothing that goes wrong shows a traceback or personal data."""
    _write_utf8()
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = _language(arguments)
    try:
        code = _run(arguments, language)
        sys.stdout.flush()
    except _Stop as stop:
        return _complain(stop.lines, stop.code, language)
    except CrossprovError as error:
        return _complain(*_of_error(error, language), language)
    except SystemExit as done:  # argparse, after --help and --version
        return DONE if done.code is None else int(done.code)
    except BrokenPipeError:  # whoever was reading has seen enough
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last door: a traceback could show what a case holds
        said = text("cli.stopped", language, kind=type(error).__name__, place=_place(error))
        return _complain([said], FAULT, language)
    return code


def _run(arguments: list[str], language: str) -> int:
    options = _parser(language).parse_args(arguments)
    options.language = language
    if options.lang not in (None, *LANGUAGES):
        raise _wrong(language, "option_not_one_of", option="--lang", expected=", ".join(LANGUAGES))
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


# --- words and errors -----------------------------------------------------------------------------------


def _language(arguments: Sequence[str]) -> str:
    """Return ``--lang``, else ``CROSSPROV_LANG``, else the language of the system; else English."""
    asked = ""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if before == "--lang" or argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    for found in (asked, os.environ.get("CROSSPROV_LANG")):
        if found in LANGUAGES:
            return found
    system = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if system.lower().startswith("zh") else "en"


def _write_utf8() -> None:
    """Chinese must come out whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(lines: Iterable[str], code: int, language: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in lines:
            sys.stderr.write(text("cli.error", language, said=line) + "\n")
    return code


def _wrong(language: str, key: str, /, **values: object) -> _Stop:
    return _Stop(WRONG_CALL, [text(f"cli.{key}", language, **values)])


def _of_error(error: CrossprovError, language: str) -> tuple[list[str], int]:
    if isinstance(error, InternalFaultError):
        return [text("cli.engines_disagree", language)], FAULT
    code = WRONG_RULES if isinstance(error, RulebookError) else WRONG_CALL
    return [problem.text(language) for problem in error.problems], code


def _place(error: BaseException) -> str:
    """Return where in the library an error arose: a file and a line, and nothing of the case."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "crossprov" in path.parts:
            place = f"{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


# --- the command line -----------------------------------------------------------------------------------


class _Help(argparse.HelpFormatter):
    """Help whose own words are in the language of the user."""

    def __init__(self, prog: str, *, language: str) -> None:
        super().__init__(prog, max_help_position=28)
        self.language = language

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        usual = text("cli.help_usage", self.language)
        super().add_usage(usage, actions, groups, usual if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
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
        found = ((key, re.match(pattern, message)) for pattern, key in _SAID_BY_ARGPARSE)
        key, told = next(((key, match[1]) for key, match in found if match), ("call_wrong", ""))
        said = text(f"cli.{key}", self.language, told=told, commands=", ".join(_COMMANDS))
        raise _Stop(WRONG_CALL, [said, text("cli.try_help", self.language, command=self.prog)])


# What argparse says, and the key of our words for it. The group is ours, or an option of plain letters.
_SAID_BY_ARGPARSE: Final = (
    (r"the following arguments are required: (.+)", "call_missing"),
    (r"argument (--[a-z-]+): expected one argument", "option_wants_value"),
    (r"unrecognized arguments: (?:.* )?(--?[a-z]{1,12}(?:-[a-z]{1,12})?)(?:[ =]|$)", "option_unknown"),
    (r"argument (COMMAND): invalid choice", "command_wrong"),
)


def _parser(language: str) -> _Parser:
    parser = _Parser(
        language=language,
        prog="crossprov",
        description=text("cli.about", language),
        epilog=text("cli.exit_codes", language),
    )
    parser.option("--version", key="version", action="version", version=f"crossprov {__version__}")
    commands = parser.add_subparsers(
        metavar="COMMAND", title=text("cli.help_commands", language), required=True
    )
    for name, (run, arguments) in _COMMANDS.items():
        words = text(f"cli.help_{name}", language)
        command = commands.add_parser(name, language=language, help=words, description=words)
        for argument in arguments:
            names, settings = _ARGUMENTS[argument]
            command.option(*names, key=argument, **settings)
        command.option("--lang", key="lang", metavar="zh|en")
        command.set_defaults(run=run)
    return parser


# --- the case file --------------------------------------------------------------------------------------


def _read_case(source: str, language: str) -> dict[str, Any]:
    """Read the JSON object of a case from a file or, for ``-``, from standard input."""
    raw = _bytes(source, language)
    if len(raw) > MAX_BYTES:
        raise CaseError([Problem("case_too_large", {"limit": str(MAX_BYTES)})])
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CaseError([Problem("case_not_utf8")]) from None
    if not words.strip():
        raise CaseError([Problem("case_empty")])
    if _depth(words) > MAX_DEPTH:
        raise _wrong(language, "case_too_deep", limit=MAX_DEPTH)
    try:
        found = json.loads(
            words, object_pairs_hook=partial(_object, language), parse_constant=partial(_constant, language)
        )
    except json.JSONDecodeError as error:
        said = {"line": str(error.lineno), "column": str(error.colno)}
        raise CaseError([Problem("case_not_json", said)]) from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise _wrong(language, "case_long_number") from None
    if not isinstance(found, dict):
        raise _wrong(language, "case_no_object")
    return found


def _bytes(source: str, language: str) -> bytes:
    """Return what a file or standard input holds, and of too much no more than tells that it is too much."""
    try:
        if source == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        why = "no_such_file"
    except IsADirectoryError:
        why = "is_directory"
    except PermissionError:
        why = "no_permission"
    except (OSError, ValueError, AttributeError):  # also a path that cannot be one, and no standard input
        why = "other_reason"
    raise CaseError([Problem("case_unreadable", {"reason": text(f"cli.{why}", language)})])


def _depth(words: str) -> int:
    """Return how deeply brackets are nested outside of strings."""
    depth = deepest = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', words, re.DOTALL):
        first = token[0][0]
        if first != '"':
            depth += 1 if first in "[{" else -1
            deepest = max(deepest, depth)
    return deepest


def _object(language: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse a key that stands twice, since nobody knows which was meant."""
    from crossprov.models.errors import MASK, is_name  # noqa: PLC0415 - heavy, see above

    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _wrong(language, "case_duplicate", key=twice if is_name(twice) else MASK)
    return found


def _constant(language: str, _: str) -> NoReturn:
    raise _wrong(language, "case_no_number")


# --- what the commands share ----------------------------------------------------------------------------


def _rulebook(options: argparse.Namespace) -> Rulebook:
    from crossprov.engine import ENGINES  # noqa: PLC0415 - heavy, see above
    from crossprov.rulebook.book import Rulebook  # noqa: PLC0415

    root = None if options.rules is None else Path(options.rules)
    if root is not None and not _is_file(root / "rulebook.yaml"):
        raise _Stop(WRONG_RULES, [text("cli.no_rules_there", options.language)])
    rulebook = Rulebook.load(root, engine=getattr(options, "engine", None))
    if rulebook.engine not in ENGINES:
        raise _wrong(options.language, "engine_wrong", expected=", ".join(ENGINES))
    return rulebook


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _item(rulebook: Rulebook, name: str, language: str) -> Item:
    from crossprov._errors import UnknownItemError  # noqa: PLC0415

    try:
        return rulebook.item(name)
    except UnknownItemError:
        raise _wrong(language, "item_unknown", n=len(rulebook.item_ids)) from None


def _case(options: argparse.Namespace, rulebook: Rulebook) -> tuple[Item, Case]:
    """Read the case with what the options say instead, and find its item."""
    from crossprov.decide import read_case  # noqa: PLC0415

    language = options.language
    data = _read_case(options.case, language)
    if options.item is not None:
        data["item"] = _item(rulebook, options.item, language).id
    if options.as_of is not None:
        data["as_of"] = str(_day(options))
    case = read_case(data)
    return _item(rulebook, case.item, language), case


def _day(options: argparse.Namespace) -> dt.date:
    """Return ``--as-of``, or today in Beijing."""
    from crossprov.calendar import today  # noqa: PLC0415

    if options.as_of is None:
        return today()
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", options.as_of):
            return dt.date.fromisoformat(options.as_of)
    except ValueError:
        pass
    raise _wrong(options.language, "option_not_day", option="--as-of")


def _write(guide: Guide) -> int:
    from crossprov.report import as_text  # noqa: PLC0415

    width = _WIDTH
    if sys.stdout.isatty():
        least, most = _WIDTHS
        width = min(max(shutil.get_terminal_size((_WIDTH, 0)).columns, least), most)
    sys.stdout.write(as_text(guide, width))
    return DONE


def _write_json(data: object) -> int:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return DONE


# --- the commands ---------------------------------------------------------------------------------------


def _decide(options: argparse.Namespace) -> int:
    from crossprov.decide import decide  # noqa: PLC0415
    from crossprov.report import guide, place_names  # noqa: PLC0415

    rulebook = _rulebook(options)
    _, case = _case(options, rulebook)
    decision = decide(case, rulebook)
    if options.json:
        return _write_json(decision.to_dict())
    return _write(guide(decision, options.language, place_names(rulebook, decision.made_by.facts_on)))


def _explain(options: argparse.Namespace) -> int:
    from crossprov.decide import decide, decider  # noqa: PLC0415
    from crossprov.report import explanation, guide  # noqa: PLC0415

    rulebook = _rulebook(options)
    item, case = _case(options, rulebook)
    decision = decide(case, rulebook)
    days = decision.made_by.law_on, decision.made_by.facts_on
    explained = explanation(decider(rulebook), item, case, days, options.language)
    answered = guide(decision, options.language)
    return _write(replace(explained, lead=(*answered.lead, *explained.lead), footer=answered.footer))


def _items(options: argparse.Namespace) -> int:
    from crossprov.report import padded, width_of  # noqa: PLC0415

    language, wanted = options.language, (options.filter or "").casefold()
    found = [item.shape for item in _rulebook(options).items()]
    shapes = [one for one in found if wanted in _searched(one).casefold()]
    if options.json:
        keys = {"item", "number", "name", "codes", "serves", "from_", "through"}
        return _write_json([one.model_dump(mode="json", include=keys, by_alias=True) for one in shapes])
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


def _show(options: argparse.Namespace) -> int:
    from crossprov.decide import decider  # noqa: PLC0415
    from crossprov.report import item_guide  # noqa: PLC0415

    rulebook = _rulebook(options)
    item = _item(rulebook, options.item_shown, options.language)
    return _write(item_guide(decider(rulebook), item, _day(options), options.language))


def _facts(options: argparse.Namespace) -> int:
    from crossprov.report import Entry, Guide, Section, whence  # noqa: PLC0415

    rulebook, language = _rulebook(options), options.language
    items = [_item(rulebook, options.item_of, language)] if options.item_of is not None else rulebook.items()
    asked = sorted({name for item in items for name in _asked(rulebook, item)})
    vocabulary = rulebook.vocabulary
    declared: dict[str, FactShape | RecordsShape] = {
        name: one.shape for name, one in vocabulary.facts.items()
    }
    declared |= {name: one.shape for name, one in vocabulary.records.items()}
    if options.json:
        return _write_json([_fact(name, declared[name]) for name in asked])
    domains: dict[str, list[Entry]] = {}
    for name in asked:
        shape = declared[name]
        words = [
            words.zh if language == "zh" else words.en for words in (shape.label, shape.question) if words
        ]
        told = text("cli.fact_type", language, name=name, type=_type(shape))
        domain = domains.setdefault(name.partition(".")[0], [])
        domain.append(Entry(told, notes=(*words, whence(shape, language))))
    title = text("cli.facts_asked", language, n=len(asked))
    sections = (Section(domain, domain, tuple(entries)) for domain, entries in domains.items())
    return _write(Guide(title, (), tuple(sections), ()))


def _asked(rulebook: Rulebook, item: Item) -> Iterator[str]:
    """Yield the facts and lists of records that deciding an item may ask for: what nothing else gives."""
    from crossprov.rulebook.expression import all_names  # noqa: PLC0415

    vocabulary, shape = rulebook.vocabulary, item.shape
    open_ = {name for table in item.tables for name in (*table.reads(), *(table.each or ())[1:])}
    open_ |= {amount.value for amount in shape.amounts}
    open_ |= {row.street for role in shape.offices.values() for row in role.rows if row.street is not None}
    seen: set[str] = set()
    while open_:
        name = open_.pop()
        seen.add(name)
        if name in vocabulary.records or (name in vocabulary.facts and vocabulary.facts[name].shape.given):
            yield name
        if name in item.formulas:
            open_.update(all_names(item.formulas[name]))
        elif name in vocabulary.facts:
            open_.update(vocabulary.reads(name))
        open_ -= seen


def _type(shape: TypeShape | RecordsShape) -> str:
    """Return a type in one line, with the unit, the level or the values; of records, their fields."""
    from crossprov.rulebook.schema import RecordsShape  # noqa: PLC0415

    if isinstance(shape, RecordsShape):
        return ", ".join(f"{name}: {_type(field)}" for name, field in shape.fields.items())
    more = " | ".join(shape.values) if shape.values else shape.unit or shape.level or ""
    return f"{shape.type}: {more}" if more else str(shape.type)


def _fact(name: str, shape: FactShape | RecordsShape) -> dict[str, Any]:
    keys = {"type", "unit", "values", "level", "optional", "label", "question", "given", "fields"}
    return {"name": name, **shape.model_dump(mode="json", include=keys, by_alias=True, exclude_none=True)}


def _check(options: argparse.Namespace) -> int:
    from crossprov.checking import check  # noqa: PLC0415

    language = options.language
    try:
        rulebook = _rulebook(options)
        problems: Sequence[Problem] = check(rulebook)
    except RulebookError as error:
        problems = error.problems
    for problem in sorted(problems, key=lambda one: (one.file, one.line, one.column)):
        sys.stdout.write(problem.text(language) + "\n")
    if problems:
        sys.stdout.write(text("cli.check_bad", language, n=len(problems)) + "\n")
        return PROBLEMS
    examples = sum(len(item.shape.examples) for item in rulebook.items())
    counts = {"items": len(rulebook.item_ids), "examples": examples, "laws": len(rulebook.instruments.all)}
    counts |= {"facts": len(rulebook.vocabulary.facts), "parameters": len(rulebook.parameters)}
    sys.stdout.write(text("cli.check_good", language, **counts) + "\n")
    return DONE


def _schema(options: argparse.Namespace) -> int:
    from crossprov import jsonschema  # noqa: PLC0415

    folder, language = Path(options.folder), options.language
    if not options.check:
        try:
            written = jsonschema.write(folder)
        except (OSError, ValueError):
            raise _wrong(language, "not_writable") from None
        sys.stdout.write(text("cli.schema_written", language, n=written) + "\n")
        return DONE
    stale = jsonschema.stale(folder)
    for name in stale:
        sys.stdout.write(text("cli.schema_stale", language, file=name) + "\n")
    if not stale:
        sys.stdout.write(text("cli.schema_current", language, n=len(jsonschema.FILES)) + "\n")
    return PROBLEMS if stale else DONE


# --- which command takes which arguments ----------------------------------------------------------------

_ARGUMENTS: Final[dict[str, tuple[tuple[str, ...], dict[str, Any]]]] = {
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
    "check_files": (("--check",), {"action": "store_true"}),
}

_COMMANDS: Final[dict[str, tuple[Callable[[argparse.Namespace], int], tuple[str, ...]]]] = {
    "decide": (_decide, ("case", "item", "as_of", "json", "rules", "engine")),
    "explain": (_explain, ("case", "item", "as_of", "rules", "engine")),
    "items": (_items, ("filter", "json", "rules")),
    "show": (_show, ("item_shown", "as_of", "rules")),
    "facts": (_facts, ("item_of", "json", "rules")),
    "check": (_check, ("rules_here", "engine")),
    "schema": (_schema, ("folder", "check_files")),
}
