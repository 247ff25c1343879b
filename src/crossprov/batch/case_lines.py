"""A register of whole cases, a case a line: each is decided as alone, on its own day, over worker processes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import polars as pl

from crossprov._errors import CaseError, CrossprovError, Problem, RulebookError
from crossprov.batch.contract import Contract
from crossprov.batch.flat import Cell, flat
from crossprov.batch.headers import ROW, shown
from crossprov.batch.json_lines import Line, Lines, bad_line
from crossprov.batch.records import CASES_A_PIECE, Deciding, lost
from crossprov.batch.refused import BadRow
from crossprov.batch.rows import POLARS
from crossprov.batch.workers import pieces_of, spread
from crossprov.case_json import read_object
from crossprov.decide import read_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.types import Type

AS_OF: Final = "as_of"
"""The column with the day whose law decided a case."""

Answer: TypeAlias = "tuple[int, Sequence[Cell]] | BadRow"


class AnyDay(Contract):
    """The columns of an item on whatever day: cases have days of their own, and one table holds all."""

    @cached_property
    def conclusions(self) -> Mapping[str, Type]:
        """The conclusions of every version of the item."""
        tables = self.item.tables
        return {one.id: one.type for one in tables if one.kind == "conclusion" and one.each is None}

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """The sums of money of every version."""
        return tuple(dict.fromkeys(amount.id for amount in self.item.shape.amounts))

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The steps of every version that some limit bounds."""
        limited = {limit.step for limit in self.item.shape.limits}
        return tuple(dict.fromkeys(step.id for step in self.item.shape.steps if step.id in limited))

    @classmethod
    def of(cls, rulebook: Rulebook, item: str) -> AnyDay:
        """Return the columns of an item, made once for a rulebook."""
        key = f"columns of {item} on any day"
        found = rulebook.kept.get(key)
        if not isinstance(found, AnyDay):
            named = rulebook.item(item)
            found = rulebook.kept[key] = cls(rulebook, named, named.shape.from_)
        return found


@dataclass(frozen=True, slots=True)
class DecidingLines:
    """The work of deciding lines that hold cases of one item."""

    item: str
    deciding: Deciding

    def __call__(self, rulebook: Rulebook, piece: Sequence[Line]) -> list[Answer]:
        """Decide the cases of a piece."""
        columns = AnyDay.of(rulebook, self.item)
        return [self._one(rulebook, columns, number, line) for number, line in piece]

    def _one(self, rulebook: Rulebook, columns: AnyDay, number: int, line: bytes | None) -> Answer:
        try:
            decision = self.deciding.decision(rulebook, read_case(self._read(line)))
            told = flat(decision, columns)
        except RulebookError:  # no fault of the row
            raise
        except CrossprovError as error:
            return bad_line(number, error.problems)
        return number, (decision.made_by.law_on, *told.values())

    def _read(self, line: bytes | None) -> dict[str, Any]:
        if line is None:
            raise CaseError([Problem("row_empty")])
        found = read_object(line)
        item = found.setdefault("item", self.item)
        if item != self.item:
            said = {"found": shown(str(item).replace("-", "_")).replace("_", "-"), "expected": self.item}
            raise CaseError([Problem("case_of_other_item", said, path="item")])
        return found

    def lost(self, member: Line) -> Answer:
        """Return the answer for a line of which a worker died."""
        return BadRow(member[0], lost(member).problems, member[0])


class Answers(NamedTuple):
    """Cases of a file that were decided, as a frame, and those that were not."""

    frame: pl.DataFrame
    refused: list[BadRow]
    records: int


class CaseLines:
    """A file of cases."""

    def __init__(self, path: Path, rulebook: Rulebook, item: str, deciding: Deciding, workers: int) -> None:
        self.lines, self.rulebook, self.workers = Lines(path), rulebook, workers
        self.columns = AnyDay.of(rulebook, item)
        self.work = DecidingLines(item, deciding)
        self.schema = {ROW: pl.Int64, AS_OF: pl.Date}
        self.schema |= {name: POLARS[kind] for name, kind in self.columns.outputs.items()}

    def done(self) -> float:
        """Return which part of the file has been read."""
        return self.lines.done()

    def answers(self) -> Iterator[Answers]:
        """Decide all lines and yield the answers in order; at least one, so that the columns are known."""
        some = False
        for found in spread(self.work, pieces_of(self.lines, CASES_A_PIECE), self.rulebook, self.workers):
            some = True
            yield self._frame(found)
        if not some:
            yield self._frame([])

    def _frame(self, found: Sequence[Answer]) -> Answers:
        good = [(one[0], *one[1]) for one in found if not isinstance(one, BadRow)]
        bad = [one for one in found if isinstance(one, BadRow)]
        return Answers(pl.DataFrame(good, schema=self.schema, orient="row"), bad, len(found))
