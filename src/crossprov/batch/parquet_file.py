"""A register as Parquet: its columns have types already; only those that are wanted are read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from crossprov._errors import CaseError, Problem, shown
from crossprov.batch.accept import CALLED
from crossprov.batch.arrow_types import not_taken
from crossprov.batch.headers import ROW, header
from crossprov.batch.reading import Piece
from crossprov.batch.refused import BadRow, cell_problem
from crossprov.batch.rows import POLARS
from crossprov.batch.writing import types_within
from crossprov.texts import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crossprov.batch.contract import Contract

PARQUET_ROWS: Final = 1 << 18
_WIDE: Final = ("Int128", "UInt128")
_BUFFER: Final = 1 << 20  # a group of rows is read bit by bit, however large it is


class ParquetFile:
    """A Parquet file whose columns are named like facts, in the types of the contract."""

    def __init__(self, path: Path, columns: Contract, *, keep: bool = False) -> None:
        self.path, self.columns = path, columns
        with self._open() as file:
            self.total = file.metadata.num_rows
            names = file.schema_arrow.names
            self.schema = file.schema_arrow
        self.header = header(names, columns, keep=keep, companions=True)
        problems = list(self._not_taken())
        if problems:
            raise CaseError(problems)
        places = sorted({*self.header.facts, *self.header.companions, *self.header.kept})
        self.names = [names[place] for place in places]
        self.renamed = {
            names[place]: name
            for place, name in (
                *((place, fact.name) for place, fact in self.header.facts.items()),
                *self.header.companions.items(),
                *self.header.kept.items(),
            )
            if names[place] != name
        }
        self.about: Mapping[str, str] = {"unread": ", ".join(self.header.unread)}
        self._read = 0

    def done(self) -> float:
        """Return which part of the file has been read."""
        return self._read / self.total if self.total else 1.0

    def pieces(self) -> Iterator[Piece]:
        """Yield the records; raise ``CaseError`` where the file is damaged."""
        self._read = 0
        if not self.total:
            yield self._piece(
                pa.Table.from_batches([], pa.schema([self.schema.field(n) for n in self.names]))
            )
        with self._open() as file:
            batches = file.iter_batches(PARQUET_ROWS, columns=self.names)
            while self._read < self.total:
                try:
                    batch = next(batches)
                except (pa.ArrowException, OSError, StopIteration) as error:
                    raise _unreadable(error) from None
                self._look_at(batch)
                yield self._piece(pa.Table.from_batches([batch]))
                self._read += batch.num_rows

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(
                self.path, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True
            )
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last of names of columns
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the system has a reason
            problems = _too_wide(self.path) if isinstance(error, pa.ArrowNotImplementedError) else []
            raise CaseError(problems) if problems else _unreadable(error) from None

    def _look_at(self, batch: pa.RecordBatch) -> None:
        """Refuse text that is no UTF-8, which Arrow hands on as it is; Polars takes it for granted."""
        for name, column in zip(self.names, batch.columns, strict=True):
            try:
                column.validate(full=True)
            except pa.ArrowInvalid:
                said = {"column": str(self.schema.names.index(name) + 1), "found": shown(name)}
                raise CaseError([Problem("column_not_valid", said)]) from None

    def _not_taken(self) -> Iterator[Problem]:
        """Yield the columns that are wanted and that no frame can hold."""
        for place, (name, type_) in enumerate(zip(self.schema.names, self.schema.types, strict=True)):
            unknown = not_taken(type_)
            if unknown is None:
                continue
            kind = str(unknown).partition("<")[0]  # names of what is within may be data
            fact = self.header.facts.get(place)
            if fact is not None or place in self.header.companions:
                said = {"found": kind, "expected": CALLED[fact.holds if fact is not None else "bool"]}
                yield Problem("frame_column_type", said, path=name)
            elif place in self.header.kept:
                yield _not_read(place, name, kind)

    def _piece(self, table: pa.Table) -> Piece:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        numbers = pl.int_range(self._read + 1, self._read + frame.height + 1, dtype=pl.Int64, eager=True)
        texts = pl.col(pl.Categorical, pl.Enum).cast(pl.String)
        made = frame.rename(self.renamed).with_columns(texts)
        absent = [
            pl.lit(None, POLARS[fact.holds]).alias(fact.name)
            for fact in self.columns.facts.values()
            if fact.companion in made.columns and fact.name not in made.columns
        ]
        return self._piece_of(made.with_columns(absent).insert_column(0, numbers.alias(ROW)))

    def _piece_of(self, frame: pl.DataFrame) -> Piece:
        """Refuse rows with days that Python cannot count, which others let through: the year 0, or 10,000."""
        refused: list[BadRow] = []
        for name in [
            one.name for one in self.columns.facts.values() if frame.schema.get(one.name) == pl.Date
        ]:
            known = pl.col(name).is_between(dt.date.min, dt.date.max).fill_null(value=True)
            problem = cell_problem(name, both("cell.found_outside"), both("cell.date"))
            refused += [BadRow(row, (problem,)) for row in frame.filter(~known)[ROW]]
            frame = frame.filter(known)
        return Piece(frame, refused)


def _not_read(place: int, name: str, kind: str) -> Problem:
    return Problem("column_not_read", {"column": str(place + 1), "found": shown(name), "kind": kind})


def _unreadable(error: Exception) -> CaseError:
    """Tell a file that is damaged from one that is written in a way that is not read."""
    strange = isinstance(error, (pa.ArrowNotImplementedError, UnicodeDecodeError)) or "crypt" in str(error)
    return CaseError([Problem("register_not_read" if strange else "register_broken")])


def _too_wide(path: Path) -> list[Problem]:
    """Return the columns for which Arrow refuses a whole file: of whole numbers of more than 64 bits, at any depth."""
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        return []
    found = []
    for place, (name, kind) in enumerate(schema.items()):
        wide = next((one for one in map(str, types_within(kind)) if one in _WIDE), None)
        if wide is not None:
            found.append(_not_read(place, name, wide))
    return found
