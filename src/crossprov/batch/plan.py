"""An item on a day, made ready for frames that tell certain facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import narwhals as nw
import polars as pl

from crossprov.batch.accept import with_refusals
from crossprov.batch.contract import REFUSED
from crossprov.batch.facts import NotColumnarError
from crossprov.batch.native import Answering, one_by_one, stacked
from crossprov.batch.program import DOUBTFUL, Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crossprov.batch.contract import Contract
    from crossprov.batch.rows import Told

_ROWS: Final = 2**18  # of a piece: more take memory, fewer take time, since each piece is planned anew


class Plan:
    """How the rows of a frame are decided: in columns, and one by one where columns are not sure to be exact.

    ``wanted`` are the outputs that are worked out, all unless given.
    """

    def __init__(self, columns: Contract, told: Sequence[Told], wanted: Iterable[str] | None = None) -> None:
        self.columns, self.told = columns, tuple(told)
        names = columns.outputs if wanted is None else wanted
        self._meanwhile = {name: columns.meanwhile[name] for name in (*names, *REFUSED)}
        self._programs: dict[Any, Program | None] = {}

    @classmethod
    def of(cls, columns: Contract, told: Sequence[Told], wanted: Iterable[str] | None = None) -> Plan:
        """Return the plan for frames that tell these facts, and of which these outputs are wanted."""
        key = tuple((one.fact.name, *one[1:]) for one in told)
        asked = tuple(columns.outputs if wanted is None else wanted)
        found: Plan | None = columns.plans.get((key, asked))  # type: ignore[assignment]
        if found is None:
            found = columns.plans[key, asked] = cls(columns, told, asked)
            # What takes long to make ready is the same whatever is wanted.
            found._programs = columns.plans.setdefault(key, found._programs)  # type: ignore[assignment]
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
        """Return the answers for a frame of facts, a row for each, in the same order.

        Some rows at a time, so that what is worked out on the way stays small however long the frame is.
        """
        return pl.concat([self._of_some(facts[i : i + _ROWS]) for i in range(0, max(1, len(facts)), _ROWS)])

    def _of_some(self, facts: pl.DataFrame) -> pl.DataFrame:
        names = self._meanwhile
        looked_at = with_refusals(nw.from_native(facts), self.told, self.columns).to_native()
        program = self.program(pl)
        if program is None:
            answered = Answering(self.columns, self.told)(looked_at)
        else:
            refused = looked_at["r1"].null_count() < len(looked_at)
            made = self._answered(program, looked_at.lazy(), refused=refused)
            answered = self._mended(made.collect())
        return answered.select(pl.col(column).alias(name) for name, column in names.items())

    def deferred(self, lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return a lazy frame with its answers."""
        looked_at = with_refusals(lazy, self.told, self.columns)
        in_polars = lazy.implementation.is_polars()
        program = self.program(pl if in_polars else nw)
        if program is None:
            return one_by_one(looked_at, self.columns, self.told)
        kept = [*lazy.collect_schema().names(), *self._meanwhile.values(), DOUBTFUL]
        if in_polars:
            made = self._answered(program, looked_at.to_native()).select(kept)
            return nw.from_native(self._mended_later(program, made))
        made = self._answered(program, looked_at)
        if program.doubtful.value is False:
            return cast("nw.LazyFrame[Any]", made.select(kept))
        wanted = [nw.col(name) for name in kept if name != DOUBTFUL]
        sure = made.filter(~nw.col(DOUBTFUL)).select(wanted)
        asked = made.filter(nw.col(DOUBTFUL)).select(
            nw.col(name) for name in kept if name not in self._answers
        )
        rest = one_by_one(asked, self.columns, self.told).select(wanted)
        return stacked(sure, rest)

    @property
    def _answers(self) -> list[str]:
        """The names of the answers, without those of a refusal, as they go meanwhile."""
        return list(self._meanwhile.values())[: -len(REFUSED)]

    def _answered(self, program: Program, frame: Any, *, refused: bool = True) -> Any:
        """Return a frame with the answers of columns; what was refused has none and is not in doubt.

        ``refused``: whether some row may be.
        """
        if not refused:
            return program.applied(frame, list(frame.collect_schema()), self._answers)
        space = program.stages.space
        good = space.col("r1").is_null()
        told = [name for one in self.told for name in (one.column, one.none) if name is not None]
        blank = [
            space.when(good).then(space.col(name)).alias(name) for name in told
        ]  # no sense is made of the rest
        made = program.applied(frame.with_columns(blank), list(frame.collect_schema()), self._answers)
        return made.with_columns(
            *(space.when(good).then(space.col(name)).alias(name) for name in self._answers),
            (good & space.col(DOUBTFUL)).alias(DOUBTFUL),
        )

    def _mended(self, made: pl.DataFrame) -> pl.DataFrame:
        """Return a frame in which the rows in doubt are answered one by one."""
        rest = made[DOUBTFUL]
        if not rest.any():
            return made
        asked = made.filter(rest).drop(self._answers)
        mended = Answering(self.columns, self.told)(asked)
        place = pl.select(pl.when(rest).then(rest.cum_sum() - 1)).to_series()
        return made.with_columns(
            pl.when(rest).then(mended[one].gather(place)).otherwise(pl.col(one)).alias(one)
            for one in self._meanwhile.values()
        )

    def _mended_later(self, program: Program, made: pl.LazyFrame) -> pl.LazyFrame:
        if program.doubtful.value is False:
            return made
        return made.map_batches(self._mended, schema=made.collect_schema(), streamable=True)
