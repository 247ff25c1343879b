"""A register of whole cases, a case a line, decided over worker processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crossprov.batch.case_rows import AS_OF, AnyDay, DecidingRows
from crossprov.batch.headers import ROW
from crossprov.batch.json_lines import Lines, bad_line
from crossprov.batch.records import CASES_A_PIECE
from crossprov.batch.refused import BadRow
from crossprov.batch.workers import pieces_of, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from crossprov.batch.case_rows import Answer
    from crossprov.batch.records import Deciding
    from crossprov.rulebook.book import Rulebook


class Answers(NamedTuple):
    """Some records of a file: those that were decided, as a frame, and those that were not."""

    frame: pl.DataFrame
    refused: list[BadRow]
    records: int


class CaseLines:
    """A file of cases of one item."""

    def __init__(
        self,
        path: Path,
        rulebook: Rulebook,
        item: str,
        deciding: Deciding,
        workers: int,
        only: Iterable[str] | None = None,
    ) -> None:
        self.lines, self.rulebook, self.workers = Lines(path), rulebook, workers
        self.columns = AnyDay.of(rulebook, item)
        self.wanted = self.columns.wanted(only)
        self.work = DecidingRows(item, deciding)

    def done(self) -> float:
        """Return which part of the file has been read."""
        return self.lines.done()

    def answers(self) -> Iterator[Answers]:
        """Decide all lines and yield the answers in order; at least one, so that the columns are known."""
        some = False
        for found in spread(self.work, pieces_of(self.lines, CASES_A_PIECE), self.rulebook, self.workers):
            some = True
            yield self._answers(found)
        if not some:
            yield self._answers([])

    def _answers(self, found: Sequence[Answer]) -> Answers:
        good = [one for one in found if not isinstance(one, BadRow)]
        bad = [bad_line(one.row, one.problems) for one in found if isinstance(one, BadRow)]
        frame = self.work.frame(self.rulebook, good).select(ROW, AS_OF, *self.wanted)
        return Answers(frame, bad, len(found))
