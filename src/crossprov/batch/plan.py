"""An item on a day, made ready for frames that tell certain facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from crossprov.batch.accept import refusals
from crossprov.batch.native import Answering, one_by_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.batch.contract import Contract
    from crossprov.batch.rows import Told


class Plan:
    """How the rows of a frame are decided."""

    def __init__(self, columns: Contract, told: Sequence[Told]) -> None:
        self.columns, self.told = columns, tuple(told)
        self.refusals = [one.alias(f"r{i}") for i, one in enumerate(refusals(told))]

    @classmethod
    def of(cls, columns: Contract, told: Sequence[Told]) -> Plan:
        """Return the plan for frames that tell these facts."""
        return cls(columns, told)

    def in_memory(self, facts: pl.DataFrame) -> pl.DataFrame:
        """Return the answers for a frame of facts, a row for each, in the same order."""
        looked_at = nw.from_native(facts).with_columns(self.refusals).to_native()
        answered = Answering(self.columns, self.told)(looked_at)
        return answered.select(pl.col(column).alias(name) for name, column in self.columns.meanwhile.items())

    def deferred(self, lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return a lazy frame with its answers."""
        return one_by_one(lazy.with_columns(self.refusals), self.columns, self.told)
