"""Cases in, frames out: their answers, or their facts, over worker processes here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import polars as pl

from crossprov import calendar
from crossprov.batch.case_facts import MakingFacts
from crossprov.batch.case_rows import DecidingRows
from crossprov.batch.records import CASES_A_PIECE, Deciding
from crossprov.batch.refused import BadRow, table
from crossprov.batch.workers import pieces_of, spread, usual_workers
from crossprov.decide import builtin

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crossprov.batch.case_rows import Row
    from crossprov.batch.records import CaseLike
    from crossprov.rulebook.book import Rulebook


class RowWork(Protocol):
    """Work that answers rows with cases, and puts the answers into a frame."""

    def __call__(self, rulebook: Rulebook, piece: Sequence[Row]) -> list[Any]:
        """Answer the rows of a piece, in order: a number with cells, or a ``BadRow``."""
        ...

    def frame(self, rulebook: Rulebook, rows: Sequence[Any]) -> pl.DataFrame:
        """Return answers as a frame."""
        ...

    def schema(self, rulebook: Rulebook) -> Mapping[str, Any]:
        """Return the columns of an answer, as Polars calls them."""
        ...

    def lost(self, member: Row) -> Any:
        """Return the answer for a row of which a worker died."""
        ...


class Frames(NamedTuple):
    """A frame of the cases that could be read, numbered by ``row`` from 1, and one of those that were refused.

    ``refused`` has a line for each problem: the row, the field, the code, what was found as a kind, what would be
    right, both in words. Together they hold every case.
    """

    frame: pl.DataFrame
    refused: pl.DataFrame


def answers_frame(
    cases: Iterable[CaseLike],
    item: str,
    rulebook: Rulebook | None = None,
    *,
    as_of: dt.date | None = None,
    workers: int | None = None,
) -> Frames:
    """Decide cases of one item; return their answers in the columns of ``decide_frame``, and the day of each.

    Each answer is that of ``decide``, with dates of events, and of facts that are known only in part. ``as_of`` is
    the day of the law and of the facts for all cases; else that of each case, else today. ``item``: its id or
    official code. Raises ``UnknownItemError``, and what ``decide_cases`` raises.
    """
    rules = rulebook or builtin()
    work = DecidingRows(rules.item(item).id, Deciding(as_of, as_of, calendar.today()))
    return _frames(work, cases, rules, workers)


def facts_frame(
    cases: Iterable[CaseLike],
    item: str,
    rulebook: Rulebook | None = None,
    *,
    as_of: dt.date,
    workers: int | None = None,
) -> Frames:
    """Return the facts of cases of one item on one day, in the columns that ``decide_frame`` takes.

    They are made by the functions that make them for a single case. ``facts.only_in_case`` names what a row cannot
    say; a row where it is not empty is to be decided from its case (``answers_frame``). Raises as that does.
    """
    rules = rulebook or builtin()
    return _frames(MakingFacts(rules.item(item).id, as_of), cases, rules, workers)


def _frames(work: RowWork, cases: Iterable[CaseLike], rulebook: Rulebook, workers: int | None) -> Frames:
    made = list(_pieces(work, cases, rulebook, usual_workers() if workers is None else workers))
    return Frames(pl.concat(frame for frame, _ in made), table(bad for _, some in made for bad in some))


def _pieces(
    work: RowWork, cases: Iterable[CaseLike], rulebook: Rulebook, workers: int
) -> Iterator[tuple[pl.DataFrame, list[BadRow]]]:
    yield work.frame(rulebook, ()), []
    for found in spread(work, pieces_of(enumerate(cases, 1), CASES_A_PIECE), rulebook, workers):
        good = [one for one in found if not isinstance(one, BadRow)]
        yield work.frame(rulebook, good), [one for one in found if isinstance(one, BadRow)]
