"""What was probably meant where a rule file cannot be read, in words for people who know neither YAML nor Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crossprov.texts import Text, both, template

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

    from crossprov.rulebook.types import Type

_WIDE_COLON: Final = re.compile(r"\s*(?:- +)*(?P<key>[A-Za-z_][\w.-]*)：")
_WIDE_COMMA: Final = re.compile(r"[，、；]\s*[a-z_]+:\s")
_WIDE_SPACE: Final = re.compile(r" *\u3000")
_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as YAML 1.1 counts lines
_TAB: Final = re.compile(r"[ -]*\t")
_PLAIN_KEY: Final = re.compile(r"[\w.-]+\Z", re.ASCII)
# The two parsers say it differently; the first that occurs in what was said counts.
_SAID: Final = (
    ("end of stream", "quotes"),
    ("expected ',' or '}'", "braces"),
    ("expected ',' or ']'", "brackets"),
    ("expected ':'", "colon"),
    ("mapping values", "second_colon"),
    ("expected key", "indentation"),
    ("indicator", "indentation"),
    ("expected <block end>", "indentation"),
    ("cannot start any token", "first_character"),
)
_TEXTS: Final = re.compile(r"""'[^']*'|"[^"]*\"""")
_OPERATORS: Final = re.compile(r"(?<![=<>!])=(?!=)|<>|&&|\|\||\b(?:AND|OR|NOT)\b")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_MAX_SHOWN: Final = 20


def of_yaml(error: MarkedYAMLError, source: str) -> tuple[Text, int, int]:
    """Return in words why YAML cannot be read, with the line and the column (from 1) to look at."""
    said = str(error.problem or error.context or "")
    mark, begun = error.problem_mark or error.context_mark, error.context_mark
    kind = next((kind for part, kind in _SAID if part in said), None)
    if kind == "colon" and begun is not None:
        mark = begun  # the parser notices it lines later
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = [*_BREAK.split(source), ""]  # the parser may look at the end, after the last line
    here, before = lines[line - 1], lines[line - 2] if line > 1 else ""
    if wide := _WIDE_COLON.match(here) or _WIDE_COLON.match(before):
        return both("slip.wide_colon", key=wide["key"]), line, column
    if _WIDE_COMMA.search(here):
        return both("slip.wide_comma"), line, column
    if _WIDE_SPACE.match(here) or _WIDE_SPACE.match(before):
        return both("slip.wide_space"), line, column
    if _TAB.match(here):
        return both("slip.tab"), line, column
    if kind is None:
        return both("slip.other", said=said), line, column
    return both(f"slip.{kind}", line=begun.line + 1 if begun else line), line, column


def of_expression(body: str) -> Text:
    """Return what to look at in an expression that cannot be read."""
    bare = _TEXTS.sub(" ", body)
    if wide := _NOT_ASCII.search(bare):
        return both("slip.not_ascii", found=wide[0][:_MAX_SHOWN])
    return both("slip.operators" if _OPERATORS.search(bare) else "slip.expression")


def of_name(name: str, near: str) -> Text:
    """Return the facts near an unknown name; for a bare word also that a value stands in quotes."""
    return both("slip.near" if "." in name else "slip.near_or_value", near=near, found=name)


def of_constant(type_: Type) -> Text:
    """Return how a constant of a type is written, or which there are."""
    if type_.values:
        return both("slip.one_of", values=", ".join(type_.values))
    written = template(f"slip.{type_.kind}")
    if type_.unit is None:
        return written
    return template("slip.in_unit").filled(written=written, unit=Text(type_.unit, type_.unit))


def of_missing(key: str) -> Text:
    """Return what to write for a key that is missing."""
    return template("slip.no_law" if key == "law" else "slip.add")


def of_key(key: str, near: str) -> Text:
    """Return the keys near an unknown one; for what is no word, that it was meant as a text."""
    return both("slip.near" if _PLAIN_KEY.match(key) else "slip.near_or_text", near=near)
