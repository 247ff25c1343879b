"""A register as CSV, as systems of offices export it: with or without a byte-order mark, in UTF-8 or GB18030."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from crossprov._errors import CaseError, Problem
from crossprov.batch.encodings import encoding_of
from crossprov.batch.headers import header
from crossprov.batch.reading import ROWS_A_PIECE, Columns, FactReader, Filling, Piece, value_names
from crossprov.batch.refused import BadRow
from crossprov.texts import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import TextIOWrapper
    from pathlib import Path

    from crossprov.batch.contract import Contract

_MAX_CELL: Final = 1 << 17


class CsvFile:
    """A CSV file with a line of headers.

    Cells are separated by commas; quotes, line breaks inside them and every end of line are read as RFC 4180 has them.
    """

    def __init__(
        self,
        path: Path,
        columns: Contract,
        *,
        keep: bool = False,
        encoding: str | None = None,
    ) -> None:
        self.path, self.columns = path, columns
        self.encoding = encoding_of(path, encoding)
        self._size = max(path.stat().st_size, 1)
        self._read = 0
        with self._open() as file:
            names = self._names(csv.reader(file, strict=True))
        self.header = header(names, columns, keep=keep)
        self.width = len(names)
        self.about: Mapping[str, str] = {
            "encoding": self.encoding.removesuffix("-sig"),
            "unread": ", ".join(self.header.unread),
        }

    def done(self) -> float:
        """Return which part of the file has been read."""
        return min(self._read / self._size, 1.0)

    def pieces(self) -> Iterator[Piece]:
        """Yield the records; raise ``CaseError`` where quotes do not match, since nobody knows what follows."""
        with self._open() as file:
            csv.field_size_limit(_MAX_CELL)
            reader = csv.reader(file, strict=True)
            try:
                self._names(reader)
                for piece in self._pieces(reader):
                    self._read = file.buffer.tell()  # type: ignore[attr-defined]  # a file opened by its path has it
                    yield piece
            except csv.Error:
                raise CaseError([Problem("register_quotes", {"line": str(self._line)})]) from None
            except UnicodeDecodeError:
                raise CaseError([Problem("register_changed")]) from None

    def _open(self) -> TextIOWrapper:
        return self.path.open("r", encoding=self.encoding, newline="")

    def _names(self, reader: csv._reader) -> list[str]:  # type: ignore[name-defined]
        self._line = 1
        try:
            for cells in reader:
                if cells:
                    return list(cells)
        except csv.Error:
            raise CaseError([Problem("register_quotes", {"line": "1"})]) from None
        raise CaseError([Problem("register_empty")])

    def _pieces(self, reader: csv._reader) -> Iterator[Piece]:  # type: ignore[name-defined]
        facts = self.header.facts.values()
        readers = [FactReader(fact, fact.name, value_names(self.columns, fact.name)) for fact in facts]
        filling = _Filling(self, readers)
        row, empty = 0, list[int]()
        self._line = reader.line_num + 1
        for cells in reader:
            if not cells:  # empty lines at the end are no records; between records they are bad ones
                empty.append(self._line)
            else:
                for line in empty:
                    row += 1
                    filling.refuse(BadRow(row, (Problem("row_empty"),), line))
                empty.clear()
                row += 1
                filling.add(row, self._line, cells)
                if filling.count >= ROWS_A_PIECE:
                    yield filling.piece()
                    filling = _Filling(self, readers)
            self._line = reader.line_num + 1
        if filling.count or row == 0:
            yield filling.piece()


class _Filling(Filling):
    def __init__(self, file: CsvFile, readers: list[FactReader]) -> None:
        self.width, self.readers = file.width, readers
        found = file.header
        super().__init__(Columns(tuple(found.facts.values()), tuple(found.kept.values())))
        self.fact_places, self.kept_places = tuple(found.facts), tuple(found.kept)

    def add(self, row: int, line: int, cells: list[str]) -> None:
        if len(cells) != self.width:
            found, wanted = both("cell.found_cells", n=len(cells)), both("cell.cells", n=self.width)
            return self.refuse(
                BadRow(row, (Problem("row_cells", {"found": found, "expected": wanted}),), line)
            )
        values = [
            reader.read(cells[place]) for reader, place in zip(self.readers, self.fact_places, strict=True)
        ]
        wrong = [value for value in values if isinstance(value, Problem)]
        if wrong:
            return self.refuse(BadRow(row, tuple(wrong), line))
        self.take(row, line, values, [cells[place] or None for place in self.kept_places])
