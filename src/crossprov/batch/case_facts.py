"""The facts of many cases as the columns that ``decide_frame`` takes: made by the same functions as for one case.

A column holds a value or null, and a case can say more than that: "at least 130 months" is neither. So each row
names, in ``facts.only_in_case``, what is known of its case that its columns cannot say. Where that is empty the row
decides as the case does (of what is missing it names facts, where the case names the records they come from); other
rows are to be decided from their cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import polars as pl

from crossprov._errors import CrossprovError, Problem, RulebookError, internal_fault
from crossprov.assembly.answers import run
from crossprov.batch.case_rows import case_of
from crossprov.batch.contract import SEPARATOR, contract
from crossprov.batch.headers import ROW
from crossprov.batch.reading import Columns, held
from crossprov.batch.refused import BadRow
from crossprov.decide import decider
from crossprov.facts.admit import admit
from crossprov.facts.book import FactBook
from crossprov.values import NONE, Unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from crossprov.batch.case_rows import Row
    from crossprov.batch.contract import Contract, FactColumn
    from crossprov.batch.reading import Cell
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.types import Type
    from crossprov.values import Fact

ONLY_IN_CASE: Final = "facts.only_in_case"

FactsOfRow: TypeAlias = "tuple[int, tuple[Sequence[Cell], str]] | BadRow"


class FactsOfCases(NamedTuple):
    """How the facts of an item on a day are made of a case."""

    rulebook: Rulebook
    columns: Contract

    @property
    def facts(self) -> list[FactColumn]:
        """The facts that a case tells; what a formula makes of them is left to the frame."""
        return [fact for fact in self.columns.facts.values() if not fact.calculated]

    def of(self, case: Case) -> tuple[list[Cell], str]:
        """Return the cells of a case, and what only the case says; raise ``CaseError`` as deciding it does."""
        item, day = self.columns.item, self.columns.as_of
        admit(case, item, self.rulebook, day)
        made = decider(self.rulebook)
        book = FactBook(made.sources, item, case, day, day)
        if item.functions and item.in_force(day):  # these are made of what was concluded for each record
            with made.engine.deciding():
                run(made.prepared(item, day), book)
        values = {fact.name: book.get(fact.name) for fact in self.facts}
        only = [name for name, value in values.items() if says_more(value, self.columns.facts[name].type)]
        only += ["events"] if case.events else []
        only += ["applicant"] if case.applicant.kind not in item.shape.serves else []
        return [_cell(value) for value in values.values()], SEPARATOR.join(only)


def _cell(value: Fact) -> Cell:
    if isinstance(value, Unknown):
        return None
    return NONE if value is NONE else held(value)


def says_more(value: Fact, type_: Type) -> bool:
    """Tell whether something is known of a value that is not known, beyond what holds of everybody's."""
    if not isinstance(value, Unknown):
        return False
    bounded = value.low not in (None, type_.low) or value.high not in (None, type_.high)
    return bounded or value.among is not None


@dataclass(frozen=True)
class MakingFacts:
    """The work of making the facts of rows that hold cases of one item."""

    item: str
    as_of: dt.date

    def __call__(self, rulebook: Rulebook, piece: Sequence[Row]) -> list[FactsOfRow]:
        """Return the facts of the cases of a piece."""
        facts = self.facts(rulebook)
        return list(self._each(facts, piece))

    def _each(self, facts: FactsOfCases, piece: Sequence[Row]) -> Iterator[FactsOfRow]:
        for number, case in piece:
            try:
                yield number, _guarded(facts, case_of(case, self.item))
            except RulebookError:  # no fault of the row
                raise
            except CrossprovError as error:
                yield BadRow(number, error.problems)

    def facts(self, rulebook: Rulebook) -> FactsOfCases:
        """Return how facts are made by a rulebook."""
        return FactsOfCases(rulebook, contract(self.item, self.as_of, rulebook))

    def schema(self, rulebook: Rulebook) -> Mapping[str, Any]:
        """Return the columns of an answer, as Polars calls them."""
        return {name: kind for name, kind in self.frame(rulebook, ()).schema.items() if name != ROW}

    def frame(
        self, rulebook: Rulebook, rows: Sequence[tuple[int, tuple[Sequence[Cell], str]]]
    ) -> pl.DataFrame:
        """Return the facts of rows as a frame, with the numbers of the rows."""
        facts = self.facts(rulebook).facts
        cells = list(zip(*(told[0] for _, told in rows), strict=True)) or [()] * len(facts)
        frame = Columns(facts).frame([number for number, _ in rows], cells, ())
        return frame.with_columns(pl.Series(ONLY_IN_CASE, [told[1] for _, told in rows], dtype=pl.String))

    def lost(self, member: Row) -> FactsOfRow:
        """Return the answer for a row of which a worker died."""
        return BadRow(member[0], (Problem("worker_died"),))


def _guarded(facts: FactsOfCases, case: Case) -> tuple[list[Cell], str]:
    try:
        return facts.of(case)
    except CrossprovError:
        raise
    except Exception as error:  # noqa: BLE001 - as in `decide`
        raise internal_fault(error) from None
