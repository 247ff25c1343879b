"""The case as a JSON file: read within limits, and refused without repeating what stands in it."""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from crossprov._errors import CaseError, Problem
from crossprov.cli.errors import wrong
from crossprov.models.errors import MASK, is_name
from crossprov.texts import text

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 64


def read_case_file(source: str, language: str) -> dict[str, Any]:
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
        raise wrong(language, "case_too_deep", limit=MAX_DEPTH)
    try:
        found = json.loads(
            words, object_pairs_hook=partial(_object, language), parse_constant=partial(_constant, language)
        )
    except json.JSONDecodeError as error:
        said = {"line": str(error.lineno), "column": str(error.colno)}
        raise CaseError([Problem("case_not_json", said)]) from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise wrong(language, "case_long_number") from None
    if not isinstance(found, dict):
        raise wrong(language, "case_no_object")
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
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise wrong(language, "case_duplicate", key=twice if is_name(twice) else MASK)
    return found


def _constant(language: str, _: str) -> NoReturn:
    raise wrong(language, "case_no_number")
