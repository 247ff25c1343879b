"""A register as Parquet: its columns have types already; only those that are wanted are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from crossprov._errors import CaseError, Problem
from crossprov.batch.headers import ROW, header
from crossprov.batch.reading import Piece
from crossprov.batch.rows import POLARS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crossprov.batch.contract import Contract

PARQUET_ROWS: Final = 1 << 18
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
                except (pa.ArrowException, OSError, StopIteration):
                    raise CaseError([Problem("register_broken")]) from None
                yield self._piece(pa.Table.from_batches([batch]))
                self._read += batch.num_rows

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(
                self.path, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True
            )
        except pa.ArrowException:
            raise CaseError([Problem("register_broken")]) from None

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
        return Piece(made.with_columns(absent).insert_column(0, numbers.alias(ROW)), [])
