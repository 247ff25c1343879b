"""An item on a day, made ready for frames that tell certain facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from crossprov.batch.accept import refusals
from crossprov.batch.contract import REFUSED
from crossprov.batch.facts import NotColumnarError
from crossprov.batch.native import Answering, one_by_one
from crossprov.batch.program import DOUBTFUL, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.batch.contract import Contract
    from crossprov.batch.rows import Told


class Plan:
    """How the rows of a frame are decided: in columns, and one by one where columns are not sure to be exact."""

    def __init__(self, columns: Contract, told: Sequence[Told]) -> None:
        self.columns, self.told = columns, tuple(told)
        self.refusals = [one.alias(f"r{i}") for i, one in enumerate(refusals(told))]
        self._programs: dict[Any, Program | None] = {}

    @classmethod
    def of(cls, columns: Contract, told: Sequence[Told]) -> Plan:
        """Return the plan for frames that tell these facts."""
        key = tuple((one.fact.name, *one[1:]) for one in told)
        found: Plan | None = columns.plans.get(key)  # type: ignore[assignment]
        if found is None:
            found = columns.plans[key] = cls(columns, told)
        return found

    def program(self, space: Any) -> Program | None:
        """Return the columns of the item, or None if they cannot be exact."""
        if space not in self._programs:
            try:
                self._programs[space] = Program(self.columns, self.told, space)
            except NotColumnarError:
                self._programs[space] = None
        return self._programs[space]

    def in_memory(self, facts: pl.DataFrame) -> pl.DataFrame:
        """Return the answers for a frame of facts, a row for each, in the same order."""
        looked_at = nw.from_native(facts).with_columns(self.refusals).to_native()
        program, answering = self.program(pl), Answering(self.columns, self.told)
        names = self.columns.meanwhile
        if program is None:
            answered = answering(looked_at)
        else:
            made = program.applied(looked_at)
            refused = made["r1"].is_not_null()
            if refused.any():
                wanted = list(names.values())[: -len(REFUSED)]
                made = made.with_columns(pl.when(pl.col("r1").is_null()).then(pl.col(one)).alias(one) for one in wanted)
            rest = made[DOUBTFUL] & ~refused
            answered = made.select(*names.values())
            if rest.any():
                mended = answering(looked_at.filter(rest)).select(*names.values())
                place = pl.select(pl.when(rest).then(rest.cum_sum() - 1)).to_series()
                answered = answered.select(
                    pl.when(rest).then(mended[one].gather(place)).otherwise(pl.col(one)).alias(one)
                    for one in answered.columns
                )
        return answered.select(pl.col(column).alias(name) for name, column in names.items())

    def deferred(self, lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return a lazy frame with its answers."""
        return one_by_one(lazy.with_columns(self.refusals), self.columns, self.told)
