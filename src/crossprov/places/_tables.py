"""Strict reading of ``divisions.csv`` and ``streets.csv``.

Raises ``RulebookError`` with every problem found: file, line, number of the cell, its column's name,
what stands there, and by its code what would be right.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, get_args

from crossprov._errors import Problem, RulebookError
from crossprov.places.division import Division, Level, Precision, Street

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")

DIVISION_COLUMNS: Final = (
    *("code", "name", "name_en", "level", "parent"),
    *("from", "through", "successors", "precision"),
)
STREET_COLUMNS: Final = ("street_code", "name", "old_county", "new_county", "from")
EVERY_OTHER: Final = "*"
_MAX_SHOWN: Final = 200

_CODE: Final = re.compile(r"[0-9]{6}")
_STREET_CODE: Final = re.compile(r"[0-9]{9}")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEVELS: Final[dict[str, Level]] = {level: level for level in get_args(Level)}
_PRECISIONS: Final[dict[str, Precision]] = {precision: precision for precision in get_args(Precision)}


class _Row(NamedTuple):
    """A line of a table, able to say where a fault is."""

    file: str
    line: int
    cells: dict[str, str]

    def read(self, column: str, parse: Callable[[str], T], problem: str) -> T:
        """Return the parsed cell; raise the named problem if ``parse`` refuses it."""
        try:
            return parse(self.cells[column])
        except (ValueError, KeyError):
            raise self.fault(column, problem) from None

    def fault(self, column: str, problem: str) -> RulebookError:
        """Return the error that points at the cell of ``column``."""
        number = list(self.cells).index(column) + 1
        params = {"column": column, "found": self.cells[column][:_MAX_SHOWN]}
        return RulebookError([Problem(problem, params, self.file, self.line, number)])


def is_division_code(text: str) -> bool:
    """Tell whether ``text`` has the form of a GB/T 2260 code (six digits)."""
    return _CODE.fullmatch(text) is not None


def read_divisions(path: Path) -> list[Division]:
    """Read ``divisions.csv``."""
    return _read(path, DIVISION_COLUMNS, _division)


def read_streets(path: Path) -> list[Street]:
    """Read ``streets.csv``."""
    return _read(path, STREET_COLUMNS, _street)


def _read(path: Path, columns: tuple[str, ...], parse: Callable[[_Row], T]) -> list[T]:
    records: list[T] = []
    problems: list[Problem] = []
    for row in _rows(path, columns):
        try:
            records.append(parse(row))
        except RulebookError as error:
            problems += error.problems
    if problems:
        raise RulebookError(problems)
    return records


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    """Yield the rows below the header, which must be exactly ``columns``."""
    reader = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            params = {"found": ",".join(header)[:_MAX_SHOWN], "expected": ",".join(columns)}
            raise RulebookError([Problem("table_header", params, path.name, 1, 1)])
        for cells in reader:
            if len(cells) != len(columns):
                params = {"found": str(len(cells)), "expected": str(len(columns))}
                raise RulebookError([Problem("table_cells", params, path.name, reader.line_num, 1)])
            yield _Row(path.name, reader.line_num, dict(zip(columns, cells, strict=True)))
    except csv.Error:  # a quotation mark inside a cell or without its second, or a cell of 128 KiB
        raise RulebookError([Problem("table_syntax", {}, path.name, reader.line_num, 1)]) from None


def _text_of(path: Path) -> str:
    """Return the text of a table; spreadsheets put a mark of order in front of it."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RulebookError([Problem("file_not_utf8", {}, path.name, line, 1)]) from None


def _division(row: _Row) -> Division:
    level = row.read("level", _LEVELS.__getitem__, "table_level")
    from_ = row.read("from", iso_day, "table_date")
    through = row.read("through", _optional_date, "table_date")
    if through is not None and through < from_:
        raise row.fault("through", "table_through_before_from")
    successors = row.read("successors", _codes, "table_codes")
    if successors and through is None:
        raise row.fault("successors", "table_successors_in_force")
    parent = row.read("parent", _optional_code, "table_code")
    if (parent is None) != (level == "province"):
        raise row.fault("parent", "table_parent")
    return Division(
        code=row.read("code", _code, "table_code"),
        name=row.read("name", _text, "table_name"),
        name_en=row.cells["name_en"],
        level=level,
        parent=parent,
        from_=from_,
        through=through,
        successors=successors,
        precision=row.read("precision", _PRECISIONS.__getitem__, "table_precision"),
    )


def _street(row: _Row) -> Street:
    name = row.read("name", _text, "table_name")
    code = row.cells["street_code"]
    if bool(_STREET_CODE.fullmatch(code)) == (name == EVERY_OTHER) or (name == EVERY_OTHER and code):
        raise row.fault("street_code", "table_street_code")
    return Street(
        code=code,
        name=name,
        old_county=row.read("old_county", _code, "table_code"),
        new_county=row.read("new_county", _code, "table_code"),
        from_=row.read("from", iso_day, "table_date"),
    )


def _text(text: str) -> str:
    if not text or text != text.strip():
        raise ValueError
    return text


def _code(text: str) -> str:
    if not is_division_code(text):
        raise ValueError
    return text


def _optional_code(text: str) -> str | None:
    return _code(text) if text else None


def _codes(text: str) -> tuple[str, ...]:
    return tuple(_code(part) for part in text.split(";")) if text else ()


def iso_day(text: str) -> dt.date:
    """Return the day of ``YYYY-MM-DD``; raise ``ValueError`` for anything else, also other forms of ISO 8601."""
    if not _ISO_DATE.fullmatch(text):
        raise ValueError
    return dt.date.fromisoformat(text)


def _optional_date(text: str) -> dt.date | None:
    return iso_day(text) if text else None
