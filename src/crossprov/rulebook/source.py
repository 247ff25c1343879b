"""Reading YAML with the position of every value, and without YAML's traps.

Rule files may come from elsewhere, so they are read with suspicion: no anchors, aliases, tags or
duplicate keys, a bounded size and depth. ``yes``, ``no``, ``on`` and ``off`` stay words; dates, months and
decimal numbers stay text until the rule that holds them says what type they have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml

from crossprov._errors import Problem, RulebookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 24
_WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}

Path_: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a value starts; both count from 1. ``inline`` is false where columns inside cannot be told."""

    line: int
    column: int
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data, and where each part of it stands."""

    file: str
    data: Any
    positions: dict[Path_, Position] = field(default_factory=dict)

    def problem(self, code: str, path: Path_, offset: int = 0, /, **params: str) -> Problem:
        """Return a problem at ``path``, or at the nearest part above it that has a position."""
        at = path
        while at and at not in self.positions:
            at = at[:-1]
        found = self.positions.get(at, Position(1, 1))
        column = found.column + (offset if found.inline and at == path else 0)
        return Problem(code, params, self.file, found.line, column, ".".join(map(str, path)))


def read_yaml(path: Path, name: str | None = None) -> Document:
    """Read one file; raise ``RulebookError`` that says file, line and column."""
    name = name or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RulebookError([Problem("file_unreadable", {"reason": type(error).__name__}, name)]) from None
    return parse_yaml(raw, name)


def parse_yaml(raw: bytes, name: str) -> Document:
    """Read YAML text (UTF-8); raise ``RulebookError`` that says file, line and column."""
    if len(raw) > MAX_BYTES:
        raise RulebookError([Problem("file_too_large", {"limit": str(MAX_BYTES)}, name)])
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RulebookError([Problem("file_not_utf8", {}, name, line, 1)]) from None
    builder = _Builder(name)
    try:
        return builder.build(source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = {"reason": str(error.problem or error.context or "")}
        raise RulebookError([Problem("yaml_syntax", said, name, line, column)]) from None
    except (yaml.YAMLError, ValueError) as error:
        said = {"reason": type(error).__name__}
        raise RulebookError([Problem("yaml_syntax", said, name, 1, 1)]) from None


class _Builder:
    """Builds plain data from YAML events, refusing what rule files do not need."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.positions: dict[Path_, Position] = {}

    def build(self, source: str) -> Document:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        events = yaml.parse(source, Loader=loader)
        documents: list[Any] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if documents:
                    raise self._refuse("several_documents", event)
                documents.append(self._value(next(events), events, ()))
        if not documents:
            raise RulebookError([Problem("file_empty", {}, self.name, 1, 1)])
        return Document(self.name, documents[0], self.positions)

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path_) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse("yaml_anchor", event)
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise self._refuse("yaml_tag", event, found=str(tag)[:40])
        if len(path) > MAX_DEPTH:
            raise self._refuse("yaml_too_deep", event, limit=str(MAX_DEPTH))
        inline = isinstance(event, yaml.ScalarEvent) and event.style in (None, "'", '"', "")
        quoted = isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"')
        line, column = _start(event)
        self.positions[path] = Position(line, column + quoted, inline)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse("yaml_syntax", event, reason=type(event).__name__)
        return _scalar(event)

    def _mapping(self, events: Iterator[yaml.Event], path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise self._refuse("yaml_key", event)
            key = event.value
            if key in found:
                raise self._refuse("duplicate_key", event, found=key[:80])
            found[key] = self._value(next(events), events, (*path, key))
        return found

    def _sequence(self, events: Iterator[yaml.Event], path: Path_) -> list[Any]:
        found: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _refuse(self, code: str, event: yaml.Event, **params: str) -> RulebookError:
        return RulebookError([Problem(code, params, self.name, *_start(event))])


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    word: str = event.value
    if event.style not in (None, ""):
        return word
    if word in _WORDS:
        return _WORDS[word]
    return int(word) if _WHOLE_NUMBER.match(word) else word
