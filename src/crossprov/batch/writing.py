"""Writing frames into one file, piece by piece: Parquet, CSV or JSON Lines.

In the formats of text money stands as yuan with two decimals, as it is read there; in Parquet as whole fen.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from crossprov._errors import CaseError, Problem, shown
from crossprov.rulebook.types import FEN_A_YUAN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

FORMATS: Final = (".parquet", ".csv", ".jsonl")
_BOM: Final = b"\xef\xbb\xbf"
"""Office programs take a CSV file for UTF-8 only if it begins so."""


class Writer(Protocol):
    """Writes frames of the same columns one after the other."""

    def write(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame."""
        ...

    def close(self) -> None:
        """Write what ends the file."""
        ...

    def abandon(self) -> None:
        """Let the file be, half written as it is."""
        ...


def writer(ending: str, file: IO[bytes], money: Collection[str] = ()) -> Writer:
    """Return the writer for a kind of file, by the ending of its name; ``money`` are columns in fen."""
    made: Mapping[str, Callable[[IO[bytes], Collection[str]], Writer]] = {
        ".parquet": lambda file, _: ParquetWriter(file),
        ".csv": CsvWriter,
        ".jsonl": JsonLinesWriter,
    }
    return made[ending](file, money)


class ParquetWriter:
    """Writes Parquet; each frame becomes a group of rows."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._writer: Any = None

    def write(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame."""
        table: pa.Table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd", compression_level=1)
        self._writer.write_table(table)

    def close(self) -> None:
        """Write what ends the file."""
        if self._writer is not None:
            self._writer.close()

    def abandon(self) -> None:
        """Keep the writer from ending the file when it is thrown away."""
        if self._writer is not None:
            self._writer.is_open = False


class CsvWriter:
    """Writes CSV in UTF-8 with a byte-order mark, so that office programs read Chinese."""

    def __init__(self, file: IO[bytes], money: Collection[str]) -> None:
        self._file, self._money, self._begun = file, money, False

    def write(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame; raise ``CaseError`` for columns that CSV cannot hold."""
        into = io.BytesIO()
        if not self._begun:
            _refuse(frame, lambda kind: kind.is_nested() or isinstance(kind, _NOT_IN_CSV))
            into.write(_BOM)
        _refuse_far_days(frame)
        in_yuan(frame, self._money).write_csv(into, include_header=not self._begun)
        self._begun = True
        self._file.write(into.getbuffer())

    def close(self) -> None:
        """Write what ends the file: nothing."""

    def abandon(self) -> None:
        """Let the file be."""


class JsonLinesWriter:
    """Writes JSON Lines."""

    def __init__(self, file: IO[bytes], money: Collection[str]) -> None:
        self._file, self._money = file, money

    def write(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame; raise ``CaseError`` for columns that JSON cannot hold."""
        into = io.BytesIO()
        _refuse(frame, lambda kind: any(isinstance(inner, _NOT_IN_JSON) for inner in types_within(kind)))
        _refuse_far_days(frame)
        in_yuan(frame, self._money).write_ndjson(into)
        self._file.write(into.getbuffer())

    def close(self) -> None:
        """Write what ends the file: nothing."""

    def abandon(self) -> None:
        """Let the file be."""


_NOT_IN_JSON: Final = (pl.Binary, pl.Object)
_NOT_IN_CSV: Final = (*_NOT_IN_JSON, pl.Duration, getattr(pl, "BaseExtension", pl.Object))


def types_within(kind: Any) -> Iterator[Any]:
    """Yield a type and those of which it is made."""
    yield kind
    if isinstance(kind, pl.Struct):
        for part in kind.fields:
            yield from types_within(part.dtype)
    elif isinstance(kind, (pl.List, pl.Array)):
        yield from types_within(kind.inner)


def _refuse(frame: pl.DataFrame, cannot: Callable[[Any], bool]) -> None:
    """Refuse columns that were kept and that a format cannot hold: Polars would only find out while it writes."""
    wrong = [name for name, kind in frame.schema.items() if cannot(kind)]
    if wrong:
        raise CaseError([Problem("column_kind", {"found": shown(name)}) for name in wrong])


_FIRST_DAY, _LAST_DAY = ((end - dt.date(1970, 1, 1)).days for end in (dt.date.min, dt.date.max))
_A_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def _refuse_far_days(frame: pl.DataFrame) -> None:
    """Refuse columns that were kept with days beyond the year 9999: Polars ends with a panic where it writes them."""
    for name, kind in frame.schema.items():
        if isinstance(kind, (pl.Date, pl.Datetime)):
            days = frame[name].to_physical()
            days = days // _A_DAY[kind.time_unit] if isinstance(kind, pl.Datetime) else days
            if not days.is_between(_FIRST_DAY, _LAST_DAY).all():
                raise CaseError([Problem("column_kind", {"found": shown(name)})])


def in_yuan(frame: pl.DataFrame, money: Collection[str]) -> pl.DataFrame:
    """Return a frame with columns in fen as yuan, in text with two decimals."""
    return frame.with_columns(_yuan(name) for name in money)


def _yuan(name: str) -> pl.Expr:
    fen = pl.col(name)
    minus = pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = (fen.abs() // FEN_A_YUAN).cast(pl.String)
    part = (fen.abs() % FEN_A_YUAN).cast(pl.String).str.zfill(2)
    return pl.concat_str([minus, whole, pl.lit("."), part]).alias(name)
