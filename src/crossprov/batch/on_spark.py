"""Cases in a column of a PySpark frame: answered where they lie, partition by partition, by the same functions.

Spark does the spreading. What goes to its workers is where the rules are; each of their processes loads them once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov.batch.case_facts import MakingFacts
from crossprov.batch.case_rows import DecidingRows
from crossprov.batch.contract import REFUSED
from crossprov.batch.headers import ROW
from crossprov.batch.records import Deciding
from crossprov.batch.refused import BadRow, table
from crossprov.decide import builtin
from crossprov.rulebook.elsewhere import RulebookSource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from crossprov.batch.case_frames import RowWork
    from crossprov.rulebook.book import Rulebook

_TYPES: Final[Mapping[Any, str]] = {
    pl.Boolean: "boolean",
    pl.Int64: "bigint",
    pl.Date: "date",
    pl.String: "string",
    pl.Decimal: "decimal(38,8)",
}


class SparkFrames(NamedTuple):
    """Two lazy frames of Spark that together hold every row that came in.

    Both have the columns of the frame that came in, but for the cases. ``frame`` has the answers or facts beside them,
    ``refused`` what is wrong first: ``refused.column``, ``refused.reason`` (a code), ``refused.expected``.
    """

    frame: Any
    refused: Any


def answers_on_spark(
    frame: Any,
    cases: str,
    item: str,
    rulebook: Rulebook | None = None,
    *,
    as_of: dt.date | None = None,
) -> SparkFrames:
    """Decide the cases (JSON text) in the column ``cases`` of a frame of Spark, as ``answers_frame`` does.

    The rows may be computed by Spark twice if both frames are used; persist what came in or what comes out.
    """
    rules = rulebook or builtin()
    work = DecidingRows(rules.item(item).id, Deciding(as_of, as_of, calendar.today()))
    return _mapped(frame, cases, work, rules)


def facts_on_spark(
    frame: Any, cases: str, item: str, rulebook: Rulebook | None = None, *, as_of: dt.date
) -> SparkFrames:
    """Return the facts of the cases (JSON text) in a column of a frame of Spark, as ``facts_frame`` does."""
    rules = rulebook or builtin()
    return _mapped(frame, cases, MakingFacts(rules.item(item).id, as_of), rules)


def _mapped(frame: Any, cases: str, work: RowWork, rules: Rulebook) -> SparkFrames:
    from pyspark.sql import types  # noqa: PLC0415 - who hands in a frame of Spark has it

    added = {**work.schema(rules), **dict.fromkeys(REFUSED, pl.String)}
    kept = [field for field in frame.schema.fields if field.name != cases]
    if cases not in frame.columns:
        raise CaseError([Problem("frame_no_cases", {"expected": "string"})])
    taken = [field.name for field in kept if field.name in added]
    if taken:
        raise CaseError([Problem("frame_column_taken", path=name) for name in taken])
    made = [types.StructField(name, types.DataType.fromDDL(_ddl(kind))) for name, kind in added.items()]
    schema = types.StructType([*kept, *made])
    mapping = OfPartition(work, RulebookSource.of(rules), frame.columns.index(cases), tuple(frame.columns))
    numbered = frame.toDF(
        *(f"u{place}" for place in range(len(frame.columns)))
    )  # Spark stumbles over dots here
    answered = numbered.mapInArrow(mapping, schema)
    why = answered[f"`{REFUSED[1]}`"]
    good = [_quoted(name) for name in (*(field.name for field in kept), *added) if name not in REFUSED]
    bad = [_quoted(name) for name in (*(field.name for field in kept), *REFUSED)]
    return SparkFrames(
        answered.filter(why.isNull()).select(*good), answered.filter(why.isNotNull()).select(*bad)
    )


def _quoted(name: str) -> str:
    """Return a name as Spark reads it where it holds dots."""
    return "`" + name.replace("`", "``") + "`"


def _ddl(kind: Any) -> str:
    return _TYPES[kind.base_type() if hasattr(kind, "base_type") else kind]


@dataclass(frozen=True, slots=True)
class OfPartition:
    """Answers the batches of a partition, on whichever machine it lies."""

    work: RowWork
    source: RulebookSource
    place: int
    names: tuple[str, ...]

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield each batch with its answers in place of its cases."""
        rulebook = self.source.load()
        for batch in batches:
            yield from self._answered(rulebook, batch)

    def _answered(self, rulebook: Rulebook, batch: Any) -> Iterator[Any]:
        import pyarrow as pa  # noqa: PLC0415 - Spark needs it on its workers

        texts = batch.column(self.place).to_pylist()
        answers = self.work(rulebook, list(enumerate(texts)))
        good = self.work.frame(rulebook, [one for one in answers if not isinstance(one, BadRow)])
        both = pl.DataFrame({ROW: range(len(texts))}, schema={ROW: pl.Int64})
        for part in (good, _first_problems([one for one in answers if isinstance(one, BadRow)])):
            both = both.join(part, on=ROW, how="left", maintain_order="left")
        made = both.drop(ROW).to_arrow(compat_level=pl.CompatLevel.oldest())
        columns = {name: batch.column(i) for i, name in enumerate(self.names) if i != self.place}
        columns |= {name: _plain(made.column(name)) for name in made.column_names}
        yield from pa.table(columns).to_batches()


def _plain(column: Any) -> Any:
    """Return a column of Arrow in the types that Spark knows: its texts are short ones."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


def _first_problems(bad: Sequence[BadRow]) -> pl.DataFrame:
    """Return the first problem of each refused row in the columns of a refusal."""
    first = table(bad).unique("row", keep="first", maintain_order=True)
    return first.select(ROW, *(pl.col(mine).alias(name) for name, mine in zip(REFUSED, _MINE, strict=True)))


_MINE: Final = ("field", "code", "expected")
