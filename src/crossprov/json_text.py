"""A case, or what holds one, as JSON text: read within limits, and refused without repeating what stands in it.

Python's own reader takes ``NaN``, keys that stand twice and any nesting; a case may come from anywhere.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Final, NoReturn

from crossprov._errors import CaseError, Problem, shown

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 64
_MOST_DEPTH: Final = 500
"""Whoever allows more gets no more: some way beyond, Python's own reader has no stack left."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.?)*+"?|[\[{]|[\]}]', re.DOTALL)
"""A string, also one that never ends, or a bracket. It takes no step back: a text cannot make it slow."""

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""Begins, in JSON, one of the two halves of which a rare character is made."""


def read_object(raw: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """Return the JSON object of a text of at most ``max_bytes``, nested at most ``max_depth`` deep (500 at most).

    Raises ``CaseError`` that says what is wrong with the text and shows nothing of it.
    """
    found = read_value(raw, max_bytes, max_depth)
    if not isinstance(found, dict):
        raise _wrong("case_no_object")
    return found


def read_value(raw: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """Return the same of a text that may be any value of JSON."""
    if len(raw) > max_bytes:
        raise _wrong("case_too_large", limit=str(max_bytes))
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong("case_not_utf8") from None
    if not words.strip():
        raise _wrong("case_empty")
    deepest = min(max_depth, _MOST_DEPTH)
    if _depth(words) > deepest:
        raise _wrong("case_too_deep", limit=str(deepest))
    try:
        found = json.loads(words, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise _wrong("case_not_json", line=str(error.lineno), column=str(error.colno)) from None
    except ValueError:  # Python reads no whole number of thousands of digits
        raise _wrong("case_long_number") from None
    if _HALF.search(words) and not _is_text(found):
        raise _wrong("case_half_character")
    return found


def _is_text(found: Any) -> bool:
    """Tell whether all that was read can be written again: half of a pair of surrogates cannot."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong(code: str, /, **said: str) -> CaseError:
    return CaseError([Problem(code, said)])


def _depth(words: str) -> int:
    """Return how deeply brackets are nested outside of strings."""
    depth = deepest = 0
    for token in _TOKEN.finditer(words):
        first = token[0][0]
        if first != '"':
            depth += 1 if first in "[{" else -1
            deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse a key that stands twice, since nobody knows which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = Counter(key for key, _ in pairs)
        twice = next(key for key, times in seen.items() if times > 1)
        raise _wrong("case_duplicate", key=shown(twice))
    return found


def _constant(_: str) -> NoReturn:
    raise _wrong("case_no_number")
