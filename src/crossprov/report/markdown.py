"""Guides as Markdown, for a site of documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crossprov.report.model import Entry, Section

_SPECIAL: Final = re.compile(r"([\\`*<>|&]|(?<![^\W_])_|_(?![^\W_]))|(\])(?=\()")
_STARTS_A_BLOCK: Final = re.compile(r"(?<=\A)\d*(?=[#+:=~.)-])")


def plain(words: str) -> str:
    """Return a text of which no sign means anything to Markdown, on one line."""
    escaped = _SPECIAL.sub(r"\\\g<0>", " ".join(words.split()))
    return _STARTS_A_BLOCK.sub(r"\g<0>\\", escaped, count=1)


def section(found: Section, level: int = 2) -> Iterator[str]:
    """Yield the lines of a section: its heading, and its entries as a list."""
    yield from ("", f"{'#' * level} {plain(found.heading)}", "")
    yield from entries(found.entries)


def entries(found: Iterable[Entry]) -> Iterator[str]:
    """Yield the lines of a list; numbered entries keep their numbers, and marks that say something stay."""
    for entry in found:
        numbered = entry.mark.rstrip(".").isdigit()
        bullet = entry.mark if numbered else "-"
        mark = f"{entry.mark} " if entry.mark in ("✗", "✓", "?") else ""
        yield f"{bullet} {mark}{plain(entry.words)}"
        yield from (f"{' ' * (len(bullet) + 1)}- {plain(note)}" for note in entry.notes)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; the cells are Markdown already."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that a reader opens with a click."""
    yield from ("", f":::{{dropdown}} {plain(title)}", "", *lines, ":::")


def link(words: str, target: str) -> str:
    """Return a link to another page."""
    return f"[{plain(words)}]({target})"
