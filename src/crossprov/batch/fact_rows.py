"""A register of facts, decided piece by piece as frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from crossprov.batch.ahead import ahead
from crossprov.batch.case_lines import Answers
from crossprov.batch.contract import REFUSED
from crossprov.batch.frame import decide_frame
from crossprov.batch.headers import ROW
from crossprov.batch.made_facts import HARD, MadeFacts
from crossprov.batch.refused import BadRow, stated
from crossprov.batch.rows import schema

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from crossprov.batch.contract import Contract
    from crossprov.batch.reading import Piece, Register


class FactsDecided:
    """Decides the pieces of a register, with facts that functions make of those it tells."""

    def __init__(self, register: Register, columns: Contract, only: Iterable[str] | None = None) -> None:
        self.register, self.columns, self.wanted = register, columns, columns.wanted(only)
        self.about = register.about
        self._made: MadeFacts | None = None
        self._own = {*columns.facts, *(fact.companion for fact in columns.facts.values()), HARD}

    def done(self) -> float:
        """Return which part of the file has been read."""
        return self.register.done()

    def answers(self) -> Iterator[Answers]:
        """Yield the answers to each piece, in order."""
        yield from ahead(self._answers())

    def _answers(self) -> Generator[Answers]:
        for piece, facts in ahead(self._read()):
            frame, bad = self._decided(facts)
            refused = [*piece.refused, *_with_lines(bad, piece)]
            yield Answers(frame, sorted(refused, key=lambda one: one.row), piece.records)

    def _read(self) -> Generator[tuple[Piece, pl.DataFrame]]:
        for piece in self.register.pieces():
            yield piece, self._making(piece.frame).beside(piece.frame)

    def _decided(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[BadRow]]:
        columns, made = self.columns, self._making(frame)
        found = decide_frame(
            frame, columns.item.id, as_of=columns.as_of, rulebook=columns.rulebook, only=self.wanted
        )
        good, bad = made.told_instead(found.frame), self._bad(found.refused)
        if HARD in good.columns and good[HARD].any():
            good, more = self._with_hard(good, made)
            bad += more
        return good.select(name for name in good.columns if name not in self._own), bad

    def _with_hard(self, good: pl.DataFrame, made: MadeFacts) -> tuple[pl.DataFrame, list[BadRow]]:
        """Let the engine of single cases decide the hard rows; return all in their order, and those it refuses."""
        hard = good.filter(HARD)
        answers = pl.DataFrame(made.by_engine(hard), schema=schema(self.columns), orient="row")
        kept = hard.drop(self.wanted).hstack(answers)
        refused = kept.filter(pl.col(REFUSED[1]).is_not_null())
        decided = kept.filter(pl.col(REFUSED[1]).is_null()).select(good.columns)
        return pl.concat([good.filter(~pl.col(HARD)), decided]).sort(ROW), self._bad(refused)

    def _making(self, given: pl.DataFrame) -> MadeFacts:
        if self._made is None:
            facts = [fact for name, fact in self.columns.facts.items() if name in given.columns]
            told = [(fact, fact.companion if fact.companion in given.columns else None) for fact in facts]
            self._made = MadeFacts(self.columns, told)
        return self._made

    def _bad(self, refused: pl.DataFrame) -> list[BadRow]:
        rows, day = refused.select(ROW, *REFUSED).iter_rows(), self.columns.as_of
        return [BadRow(row, (stated(code, column, expected, day),)) for row, column, code, expected in rows]


def _with_lines(bad: list[BadRow], piece: Piece) -> Iterator[BadRow]:
    """Yield rows that deciding refused, with the lines on which they begin, where the file has lines."""
    if not bad or not piece.lines:
        yield from bad
        return
    lines = dict(zip(piece.frame[ROW], piece.lines, strict=True))
    yield from (replace(one, line=lines[one.row]) for one in bad)
