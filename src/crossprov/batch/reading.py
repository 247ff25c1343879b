"""Reading a register piece by piece: what every kind of file gives, and how texts become columns."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import polars as pl

from crossprov.batch.cells import CellError, CellReader
from crossprov.batch.contract import NONE_OF, SEPARATOR
from crossprov.batch.headers import ROW
from crossprov.batch.refused import BadRow, cell_problem
from crossprov.batch.rows import POLARS
from crossprov.values import NONE, Month

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crossprov._errors import Problem
    from crossprov.batch.contract import Contract, FactColumn
    from crossprov.values import Value

ROWS_A_PIECE: Final = 100_000
"""Records of a text file that are worked on at once; this bounds the memory, whatever the size of the file."""

_MAX_KEPT: Final = 1 << 16
_NOT_READ: Final = object()

Cell = Any
"""What a column of a frame holds: text, a whole number, a truth value, a day, a decimal number, or None."""


class Piece(NamedTuple):
    """Some records of a file: those that could be read, as a frame with their numbers, and those that could not.

    ``lines`` are those of the file on which the records of the frame begin, where a file has lines.
    """

    frame: pl.DataFrame
    refused: list[BadRow]
    lines: Sequence[int] = ()

    @property
    def records(self) -> int:
        """How many records were read."""
        return self.frame.height + len(self.refused)


class Register(Protocol):
    """A file of records, read in pieces."""

    about: Mapping[str, str]
    """What was found out about the file: its encoding, its columns that no rule reads."""

    def pieces(self) -> Iterator[Piece]:
        """Yield all records in order; at least one piece, so that columns are known of a file without records."""
        ...

    def done(self) -> float:
        """Return which part of the file has been read, from 0 to 1."""
        ...


class FactReader:
    """Reads the values of one fact of a text file. What was read before is remembered, since registers repeat."""

    def __init__(self, fact: FactColumn, field: str, names: Mapping[str, str] | None = None) -> None:
        self.fact, self.field = fact, field
        self._cells = CellReader(fact.type, names)
        self._kept: dict[str, Cell | Problem] = {}

    def read(self, text: str) -> Cell | Problem:
        """Return what a column holds for the text of a cell, or what is wrong with it."""
        found = self._kept.get(text, _NOT_READ)
        if found is _NOT_READ:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            found = self._kept[text] = self._new(text)
        return found

    def _new(self, text: str) -> Cell | Problem:
        try:
            value = self._cells.read(text)
        except CellError as error:
            return cell_problem(self.field, error.found, error.expected)
        return NONE if value is NONE else held(value)


def held(value: Value | None) -> Cell:
    """Return a value as a column holds it; ``NONE`` as text says so, which only columns of text can hold."""
    match value:
        case Month():
            return str(value)
        case Fraction():
            return Decimal(value.numerator) / Decimal(value.denominator)
        case frozenset():
            return SEPARATOR.join(sorted(value))
        case _ if value is NONE:
            return "none"
    return value


def value_names(columns: Contract, name: str) -> dict[str, str]:
    """Return the Chinese names of the values of a fact, for facts whose values have names."""
    shape = columns.item.shape.facts.get(name) or columns.rulebook.vocabulary.facts[name].shape
    return {value: text.zh for value, text in shape.values.items()} if isinstance(shape.values, dict) else {}


class Filling:
    """The records of a piece while they come in; those that cannot be read are refused."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._numbers: list[int] = []
        self._lines: list[int] = []
        self._cells: list[list[Cell]] = []
        self._kept: list[list[str | None]] = []
        self._refused: list[BadRow] = []

    @property
    def count(self) -> int:
        """Return how many records came in."""
        return len(self._numbers) + len(self._refused)

    def refuse(self, row: BadRow) -> None:
        """Note a record that cannot be read."""
        self._refused.append(row)

    def take(self, number: int, line: int, cells: list[Cell], kept: list[str | None]) -> None:
        """Take in a record, which begins on a line: its facts, and what goes along."""
        self._numbers.append(number)
        self._lines.append(line)
        self._cells.append(cells)
        self._kept.append(kept)

    def piece(self) -> Piece:
        """Return what came in."""
        cells = list(zip(*self._cells, strict=True)) or [()] * len(self.columns.facts)
        kept = list(zip(*self._kept, strict=True)) or [()] * len(self.columns.kept)
        return Piece(self.columns.frame(self._numbers, cells, kept), self._refused, self._lines)


class Columns:
    """Columns of facts that are filled record by record, and become a frame in the types of the contract."""

    def __init__(self, facts: Sequence[FactColumn], kept: Sequence[str] = ()) -> None:
        self.facts, self.kept = tuple(facts), tuple(kept)

    def frame(
        self, rows: Sequence[int], cells: Sequence[Sequence[Cell]], kept: Sequence[Sequence[str | None]]
    ) -> pl.DataFrame:
        """Return the frame of some records; ``cells`` and ``kept`` are columns."""
        made = [pl.Series(ROW, rows, dtype=pl.Int64)]
        made += [
            pl.Series(name, column, dtype=pl.String) for name, column in zip(self.kept, kept, strict=True)
        ]
        for fact, column in zip(self.facts, cells, strict=True):
            made += self._fact(fact, column)
        return pl.DataFrame(made)

    @staticmethod
    def _fact(fact: FactColumn, column: Sequence[Cell]) -> Iterator[pl.Series]:
        kind, none = POLARS[fact.holds], fact.companion
        if none is None:
            said = ["none" if cell is NONE else cell for cell in column] if fact.type.optional else column
            yield pl.Series(fact.name, said, dtype=kind)
        else:
            yield pl.Series(fact.name, [None if cell is NONE else cell for cell in column], dtype=kind)
            yield pl.Series(fact.name + NONE_OF, [cell is NONE for cell in column], dtype=pl.Boolean)
