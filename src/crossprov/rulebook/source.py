"""Reading YAML with the position of every value, and without YAML's traps.

Rule files may come from elsewhere, so they are read with suspicion: no anchors, aliases, tags or
duplicate keys, a bounded size and depth. ``yes``, ``no``, ``on`` and ``off`` stay words; dates, months and
decimal numbers stay text until the rule that holds them says what type they have.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml

from crossprov._errors import Problem, RulebookError
from crossprov.rulebook import slips

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crossprov.texts import Text

MAX_BYTES: Final = 2_000_000
MAX_VALUES: Final = 100_000
MAX_DEPTH: Final = 24
_WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}

Path_: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a value starts; both count from 1. ``inline`` is false where columns inside cannot be told."""

    line: int
    column: int
    inline: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A YAML file as plain data, and where each part of it stands.

    ``positions`` has the start of every value (of a collection that stands under a key: the key itself),
    ``keys`` the start of every key. ``grafts`` tells where parts come from that were taken over from other
    documents, or that stand elsewhere in this one (see ``fragments``).
    """

    file: str
    data: Any
    positions: dict[Path_, Position] = field(default_factory=dict)
    keys: dict[Path_, Position] = field(default_factory=dict)
    grafts: dict[Path_, tuple[Document, Path_]] = field(default_factory=dict)

    def __repr__(self) -> str:
        # Every rule knows where it stands; a repr of one must not write the whole file for each of them.
        return f"Document({self.file!r}, …)"

    def home(self, path: Path_) -> tuple[Document, Path_]:
        """Return the document in which ``path`` was written, and its path there."""
        for length in range(len(path), 0, -1) if self.grafts else ():
            if path[:length] in self.grafts:
                document, start = self.grafts[path[:length]]
                return document, (*start, *path[length:])
        return self, path

    def position(self, path: Path_) -> Position:
        """Return where ``path`` stands, or the nearest part above it that has a position."""
        home, path = self.home(path)
        while path and path not in home.positions:
            path = path[:-1]
        return home.positions.get(path, Position(1, 1))

    def problem(self, code: str, path: Path_, offset: int = 0, /, **params: str | Text) -> Problem:
        """Return a problem at ``path``, or at the nearest part above it that has a position."""
        home, path = self.home(path)
        if home is not self:
            return home.problem(code, path, offset, **params)
        found = self.position(path)
        exact = found is self.positions.get(path)
        column = found.column + (offset if found.inline and exact else 0)
        return Problem(code, params, self.file, found.line, column, ".".join(map(str, path)))

    def key_problem(self, code: str, path: Path_, /, **params: str | Text) -> Problem:
        """Return a problem of the key with which ``path`` ends."""
        home, path = self.home(path)
        if home is not self:
            return home.key_problem(code, path, **params)
        found = self.keys.get(path)
        if found is None:
            return self.problem(code, path, **params)
        return Problem(code, params, self.file, found.line, found.column, ".".join(map(str, path)))


def read_yaml(path: Path, name: str | None = None) -> Document:
    """Read one file; raise ``RulebookError`` that says file, line and column."""
    name = name or path.name
    return parse_yaml(read_bytes(path, name), name)


def read_bytes(path: Path, name: str) -> bytes:
    """Read a plain file of a bearable size; raise ``RulebookError`` that names it ``name``."""
    require_file(path, name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise RulebookError([_unreadable(error, name)]) from None


def require_file(path: Path, name: str) -> None:
    """Refuse what is no plain file of a bearable size, before it is opened: a pipe would wait for ever."""
    try:
        found = path.stat()
    except OSError as error:
        raise RulebookError([_unreadable(error, name)]) from None
    if not stat.S_ISREG(found.st_mode):
        raise RulebookError([Problem("file_irregular", {}, name)])
    if found.st_size > MAX_BYTES:
        raise RulebookError([Problem("file_too_large", {"limit": str(MAX_BYTES)}, name)])


def _unreadable(error: OSError, name: str) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem("file_missing", {}, name)
    return Problem("file_unreadable", {"reason": error.strerror or "–"}, name)


def parse_yaml(raw: bytes, name: str) -> Document:
    """Read YAML text (UTF-8); raise ``RulebookError`` that says file, line and column."""
    if len(raw) > MAX_BYTES:
        raise RulebookError([Problem("file_too_large", {"limit": str(MAX_BYTES)}, name)])
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RulebookError([Problem("file_not_utf8", {}, name, line, 1)]) from None
    unprintable = _UNPRINTABLE.search(source)
    if unprintable is not None:
        before = source[: unprintable.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        said = {"found": f"U+{ord(unprintable[0]):04X}"}
        raise RulebookError([Problem("file_character", said, name, line, column)])
    builder = _Builder(name)
    try:
        return builder.build(source)
    except yaml.MarkedYAMLError as error:
        reason, line, column = slips.of_yaml(error, source)
        raise RulebookError([Problem("yaml_syntax", {"reason": reason}, name, line, column)]) from None


class _Builder:
    """Builds plain data from YAML events, refusing what rule files do not need."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.positions: dict[Path_, Position] = {}
        self.keys: dict[Path_, Position] = {}

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
        return Document(self.name, documents[0], self.positions, self.keys)

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path_) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse("yaml_anchor", event)
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise self._refuse("yaml_tag", event, found=str(tag)[:40])
        if len(path) > MAX_DEPTH:
            raise self._refuse("yaml_too_deep", event, limit=str(MAX_DEPTH))
        if len(self.positions) >= MAX_VALUES:
            raise self._refuse("yaml_too_many", event, limit=str(MAX_VALUES))
        self.positions[path] = self._position(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        assert isinstance(event, yaml.ScalarEvent)
        return _scalar(event)

    def _position(self, event: yaml.Event, path: Path_) -> Position:
        line, column = _start(event)
        if not isinstance(event, yaml.ScalarEvent):
            return self.keys.get(path, Position(line, column))
        quoted = event.style in ("'", '"')
        # Where a text is folded or has escapes, columns inside it cannot be told.
        inline = event.style in (None, "", "'", '"') and _end(event) == (
            line,
            column + len(event.value) + 2 * quoted,
        )
        return Position(line, column + quoted, inline)

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
            self.keys[*path, key] = Position(*_start(event))
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


def _end(event: yaml.Event) -> tuple[int, int]:
    mark = event.end_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    word: str = event.value
    if event.style not in (None, ""):
        return word
    if word in _WORDS:
        return _WORDS[word]
    return int(word) if _WHOLE_NUMBER.match(word) else word
