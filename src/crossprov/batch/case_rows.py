"""Cases as rows of a frame: each decided as alone, on its own day, by the engine of single cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from crossprov._errors import CaseError, CrossprovError, Problem, RulebookError, shown
from crossprov.batch.contract import Contract
from crossprov.batch.flat import Cell, flat
from crossprov.batch.headers import ROW
from crossprov.batch.refused import BadRow
from crossprov.batch.rows import POLARS
from crossprov.decide import read_case
from crossprov.json_text import read_object
from crossprov.models import Case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.batch.records import CaseLike, Deciding
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.types import Type

AS_OF: Final = "as_of"
"""The column with the day whose law decided a case."""

Row: TypeAlias = "tuple[int, CaseLike | None]"
"""A case with its number; None for an empty row."""

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

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The columns of a row that was decided, as Polars calls them."""
        return {AS_OF: pl.Date} | {name: POLARS[held] for name, held in self.outputs.items()}

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
class DecidingRows:
    """The work of deciding rows that hold cases of one item."""

    item: str
    deciding: Deciding

    def __call__(self, rulebook: Rulebook, piece: Sequence[Row]) -> list[Answer]:
        """Decide the cases of a piece."""
        columns = AnyDay.of(rulebook, self.item)
        return [self._one(rulebook, columns, number, case) for number, case in piece]

    def _one(self, rulebook: Rulebook, columns: AnyDay, number: int, case: CaseLike | None) -> Answer:
        try:
            decision = self.deciding.decision(rulebook, case_of(case, self.item))
            told = flat(decision, columns)
        except RulebookError:  # no fault of the row
            raise
        except CrossprovError as error:
            return BadRow(number, error.problems)
        return number, (decision.made_by.law_on, *told.values())

    def schema(self, rulebook: Rulebook) -> Mapping[str, Any]:
        """Return the columns of an answer."""
        return AnyDay.of(rulebook, self.item).schema

    def frame(self, rulebook: Rulebook, rows: Sequence[tuple[int, Sequence[Cell]]]) -> pl.DataFrame:
        """Return answers as a frame, with the numbers of their rows."""
        schema = {ROW: pl.Int64} | dict(self.schema(rulebook))
        return pl.DataFrame([(number, *cells) for number, cells in rows], schema=schema, orient="row")

    def lost(self, member: Row) -> Answer:
        """Return the answer for a row of which a worker died."""
        return BadRow(member[0], (Problem("worker_died"),))


def case_of(case: CaseLike | None, item: str) -> Case:
    """Read a case of an item; raise ``CaseError`` also for one of another item. A case may leave the item out."""
    if isinstance(case, Case):
        _of_item(case.item, item)
        return case
    if case is None:
        raise CaseError([Problem("row_empty")])
    if isinstance(case, str):
        case = case.encode("utf-8", "surrogatepass")
    if not isinstance(case, (bytes, Mapping)):  # it is refused in the words for a case
        return read_case(case)
    found = read_object(case) if isinstance(case, bytes) else dict(case)
    _of_item(found.setdefault("item", item), item)
    return read_case(found)


def _of_item(found: object, item: str) -> None:
    if found != item:
        raise CaseError(
            [Problem("case_of_other_item", {"found": shown(str(found)), "expected": item}, path="item")]
        )
