"""A guide as plain text in columns, in which a Chinese character takes two."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.report.model import Entry, Guide

_UNITS: Final = re.compile(r"[^\S\n]+|〔[^〔〕\s]{1,12}〕|[\u0021-\u02af]+|[^\s\u0021-\u02af]")
_NOT_FIRST: Final = frozenset("，。；：、？！）】》〕”’…,.;:?!)]}")
_NOT_LAST: Final = frozenset("（【《〔“‘([{")


def width_of(words: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(
        2 if unicodedata.east_asian_width(one) in "WF" else 0 if unicodedata.combining(one) else 1
        for one in words
    )


def padded(words: str, width: int) -> str:
    """Return a text filled with spaces to ``width`` columns."""
    return words + " " * max(width - width_of(words), 0)


def wrapped(words: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, if no single word is longer.

    Chinese may break anywhere but before a closing and after an opening mark; Latin words stay whole.
    """
    lines: list[str] = []
    line = ""
    for unit in _units(words):
        if line and width_of(line + unit) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + unit if line else unit.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(words: str) -> Iterator[str]:
    """Yield the pieces between which a line may break."""
    held = ""
    for unit in _UNITS.findall(words.replace("\n", " ")):
        if held and unit[0] not in _NOT_FIRST and held[-1] not in _NOT_LAST:
            yield held
            held = ""
        held += unit
    if held:
        yield held


def as_text(guide_: Guide, width: int = 92) -> str:
    """Return a guide as plain text of at most ``width`` columns, ending with a line break."""
    lines = [*wrapped(guide_.title, width)]
    lines.append("=" * min(width, max(map(width_of, lines))))
    for words in guide_.lead:
        lines += wrapped(words, width)
    for section in guide_.sections:
        lines += ["", section.heading, "-" * min(width, width_of(section.heading))]
        for entry in section.entries:
            lines += _entry(entry, width)
    lines += (
        ["", *(line for words in guide_.footer for line in wrapped(words, width))] if guide_.footer else []
    )
    return "\n".join(lines) + "\n"


def _entry(entry: Entry, width: int) -> Iterator[str]:
    indent = " " * (width_of(entry.mark) + 1) if entry.mark else ""
    first = f"{entry.mark} " if entry.mark else ""
    for line in wrapped(entry.words, width - len(indent)):
        yield (first + line).rstrip()
        first = indent
    inner = indent or "  "
    for note in entry.notes:
        for line in wrapped(note, width - len(inner)):
            yield inner + line
