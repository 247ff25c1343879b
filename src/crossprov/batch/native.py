"""What differs from one kind of frame to the next: taking it in, giving it back, deciding some rows one by one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

import narwhals as nw
import polars as pl

from crossprov._errors import CaseError, Problem
from crossprov.batch.contract import REFUSED, contract
from crossprov.batch.rows import POLARS, Told, decide_rows, schema
from crossprov.rulebook.elsewhere import RulebookSource

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crossprov.batch.contract import Contract, Held
    from crossprov.batch.nodes import ListLookup

_NARWHALS: Final[dict[Held, Any]] = {
    "bool": nw.Boolean,
    "int": nw.Int64,
    "date": nw.Date,
    "text": nw.String,
    "decimal": nw.Decimal(38, 8),
}
_VALUES: Final[dict[Held, type]] = {
    "bool": bool, "int": int, "date": dt.date, "text": str, "decimal": Decimal,
}  # fmt: skip
BEYOND: Final = -(2**63)
"""Stands for a whole number that is too large for any column of ours: no fact can have it, so its row is refused."""

_MOST: Final = 2**63 - 1
_WIDE: Final = (nw.UInt64, nw.Int128, nw.UInt128)
_OF_NOTHING: Final = frozenset({"null", "null[pyarrow]", "void"})  # types of columns without any value
_FIRST: Final = 3  # rows that an error names
_EAGER: Final = frozenset({nw.Implementation.POLARS, nw.Implementation.PANDAS, nw.Implementation.PYARROW})
_LAZY: Final = frozenset({nw.Implementation.POLARS, nw.Implementation.DUCKDB, nw.Implementation.PYSPARK})


def accepted(frame: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Return a frame as Narwhals sees it; raise ``CaseError`` for one that we do not know."""
    found: Any = nw.from_native(frame, pass_through=True)
    known = (isinstance(found, nw.DataFrame) and found.implementation in _EAGER) or (
        isinstance(found, nw.LazyFrame) and found.implementation in _LAZY
    )
    if not known:
        raise CaseError([Problem("frame_kind", {"found": type(frame).__name__})])
    return cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", found)


class Foreign(nw.dtypes.DType):
    """A type of columns that Narwhals does not know, under the name it has where it comes from."""

    __slots__ = ("called",)

    def __init__(self, called: str) -> None:
        self.called = called

    def __repr__(self) -> str:
        return self.called


def schema_of(given: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> Mapping[str, Any]:
    """Return what the columns of a frame hold; of plain objects of pandas, what Arrow makes of them."""
    found: dict[str, Any] = dict(given.collect_schema())
    for name, kind in list(found.items()):
        if kind == nw.Unknown:
            found[name] = _named(given, name)
        elif kind == nw.Object:
            try:
                column = given.select(nw.col(name)).to_arrow()  # type: ignore[union-attr]
            except (TypeError, ValueError, OverflowError):  # values of several types: no column of any fact
                continue
            arrow = nw.from_native(column)
            found[name] = _named(arrow, name) if arrow.schema[name] == nw.Unknown else arrow.schema[name]
    return found


def _named(given: nw.DataFrame[Any] | nw.LazyFrame[Any], name: str) -> Any:
    """Return a type that Narwhals does not know; ``Unknown`` that of a column without any value."""
    native, by = given.to_native(), given.implementation
    if by.is_polars():
        kind = native.collect_schema()[name]
    elif by.is_pyarrow():
        kind = native.schema.field(name).type
    elif by.is_duckdb():
        kind = dict(zip(native.columns, native.types, strict=True))[name]
    elif by.is_pyspark():
        kind = native.schema[name].dataType.typeName()
    else:
        kind = native.dtypes[name]
    called = str(kind).strip('"')
    return nw.Unknown() if called.lower() in _OF_NOTHING else Foreign(called)


def misfits(given: nw.DataFrame[Any] | nw.LazyFrame[Any], name: str, held: Held) -> list[int]:
    """Return the first rows, from 1 on, whose values are no such as a column should hold.

    Only what is in memory is looked through, and only a column of plain objects can have some.
    """
    if not isinstance(given, nw.DataFrame):
        return []
    fits = _VALUES[held]
    wrong = (
        row
        for row, value in enumerate(given[name].to_list(), 1)
        if value is not None and value == value and type(value) is not fits  # noqa: PLR0124 - NaN is "nothing" there
    )
    return list(islice(wrong, _FIRST))


# --- in memory ------------------------------------------------------------------------------------------


def facts_of(given: nw.DataFrame[Any], told: Sequence[Told]) -> pl.DataFrame:
    """Return the facts of a frame in memory as a frame of Polars, under the names by which they go meanwhile."""
    names = {one.column: one.fact.name for one in told if not one.absent}
    names |= {one.none: str(one.fact.companion) for one in told if one.none is not None}
    chosen = given.select(list(dict.fromkeys(names.values())))
    some: Any = chosen.to_native() if given.implementation.is_polars() else pl.from_arrow(chosen.to_arrow())
    number = pl.int_range(len(given), dtype=pl.UInt32, eager=True).alias(
        "number"
    )  # a frame without facts has rows
    frame = (
        some.select(pl.col(name).alias(column) for column, name in names.items()) if names else pl.DataFrame()
    )
    wide = {name for name, kind in nw.from_native(frame).schema.items() if kind in _WIDE}
    return pl.DataFrame([*frame.get_columns(), number]).with_columns(_cast(told, pl, wide))


def _cast(told: Sequence[Told], space: Any, wide: Collection[str]) -> list[Any]:
    """Return the columns of facts as what they hold, in the expressions of Polars or of Narwhals.

    ``wide`` are columns of whole numbers that may be too large.
    """
    kinds = POLARS if space is pl else _NARWHALS
    found = []
    for one in told:
        kind = kinds[one.fact.holds]
        value = space.lit(None, kind) if one.absent else space.col(one.column).cast(kind)
        if one.column in wide:
            value = _narrowed(space.col(one.column), kind, space)
        found.append(value.alias(one.column))
        if one.none is not None:
            found.append(space.col(one.none).cast(kinds["bool"]).alias(one.none))
    return found


def _narrowed(value: Any, kind: Any, space: Any) -> Any:
    inside = space.when((value <= _MOST) & (value > BEYOND)).then(value).cast(kind)
    return space.when(inside.is_null() & ~value.is_null()).then(space.lit(BEYOND, kind)).otherwise(inside)


def beside(given: nw.DataFrame[Any], answers: pl.DataFrame, kept: pl.Series) -> Any:
    """Return the rows of a frame that are kept, with the columns of answers beside them, as the kind it came in."""
    frame, found = given.to_native(), answers.filter(kept)
    if given.implementation.is_polars():
        return frame.filter(kept).hstack(found)
    table = found.to_arrow()
    if given.implementation.is_pandas():
        import pandas as pd  # type: ignore[import-untyped]  # noqa: PLC0415 - who hands one in has it

        rows = frame[kept.to_numpy()]
        made = table.to_pandas(types_mapper=pd.ArrowDtype)
        return pd.concat([rows, made.set_index(rows.index)], axis=1)
    rows = frame.filter(kept.to_arrow())
    for name in table.column_names:
        rows = rows.append_column(name, table.column(name))
    return rows


# --- lazily ---------------------------------------------------------------------------------------------


def numbered(given: nw.LazyFrame[Any], told: Sequence[Told]) -> nw.LazyFrame[Any]:
    """Return a frame whose own columns go by numbers, since names may hold dots, with its facts beside them."""
    names = given.collect_schema().names()
    own = {name: f"u{i}" for i, name in enumerate(names)}
    if given.implementation.is_pyspark():
        lazy = _lazy(given.to_native().toDF(*own.values()))
    else:
        lazy = given.select(nw.col(name).alias(number) for name, number in own.items())
    facts = {one.column: own[one.fact.name] for one in told if not one.absent}
    facts |= {one.none: own[str(one.fact.companion)] for one in told if one.none is not None}
    lazy = lazy.with_columns(nw.col(number).alias(column) for column, number in facts.items())
    schema = given.collect_schema()
    wide = {one.column for one in told if not one.absent and schema[one.fact.name] in _WIDE}
    return lazy.with_columns(_cast(told, nw, wide))


def _lazy(frame: Any) -> nw.LazyFrame[Any]:
    return cast("nw.LazyFrame[Any]", nw.from_native(frame))


def named(whole: nw.LazyFrame[Any], own: Iterable[str], added: Mapping[str, str]) -> Any:
    """Return a frame with its own names again, and columns that were ``added`` (with what they go by meanwhile)."""
    names = {name: f"u{i}" for i, name in enumerate(own)} | dict(added)
    if whole.implementation.is_pyspark():
        return whole.to_native().select(*names.values()).toDF(*names)
    return whole.select(nw.col(column).alias(name) for name, column in names.items()).to_native()


def looked_up(frame: nw.LazyFrame[Any], lookups: Mapping[str, ListLookup]) -> nw.LazyFrame[Any]:
    """Return a lazy frame with columns that are looked up in lists."""
    rows = frame.to_native()
    if frame.implementation.is_pyspark():
        from pyspark.sql import functions  # noqa: PLC0415 - who hands in a frame of Spark has it

        made = {}
        for name, (key, table, kind) in lookups.items():
            if kind == nw.String:
                values = functions.array(*(functions.lit(one) for one in table))
            else:  # a text that is taken apart once makes a far smaller plan
                values = functions.split(functions.lit(",".join(map(str, table))), ",").cast(
                    f"array<{'int' if kind == nw.Int32 else 'bigint'}>"
                )
            made[name] = functions.element_at(values, functions.col(key) + 1)
        return _lazy(rows.withColumns(made))
    listed = [
        f"list_extract({_listed(table, kind)}, {key} + 1) as {name}"
        for name, (key, table, kind) in lookups.items()
    ]
    return _lazy(rows.project(", ".join(["*", *listed])))


def _listed(table: Sequence[Any], kind: Any) -> str:
    """Return a list as DuckDB reads it; ids hold no quotes."""
    words = ("null" if one is None else f"'{one}'" if kind == nw.String else str(int(one)) for one in table)
    return f"[{', '.join(words)}]"


# --- one by one -----------------------------------------------------------------------------------------


def one_by_one(lazy: nw.LazyFrame[Any], columns: Contract, told: Sequence[Told]) -> nw.LazyFrame[Any]:
    """Return a lazy frame with the answers of the engine of single cases; what was refused before stays so.

    DuckDB has no function over whole rows, so there the rows are fetched at once.
    """
    answer = Answering(columns, tuple(told))
    frame = lazy.to_native()
    if lazy.implementation.is_polars():
        added = {columns.meanwhile[name]: kind for name, kind in schema(columns).items()}
        kept = {name: kind for name, kind in frame.collect_schema().items() if name not in added}
        made = frame.map_batches(answer, schema={**kept, **added})
    elif lazy.implementation.is_pyspark():
        made = frame.mapInArrow(answer.of_batches, _of_spark(frame.schema, columns))
    else:
        rows = cast("pl.DataFrame", pl.from_arrow(frame.to_arrow_table()))
        answered = answer(rows).to_arrow()  # noqa: F841 - DuckDB finds it by name
        made = frame.query("rows_of_frame", "select * from answered")
    return _lazy(made)


def stacked(upper: nw.LazyFrame[Any], lower: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the rows of two lazy frames with the same columns."""
    if upper.implementation.is_pyspark():
        return _lazy(upper.to_native().unionByName(lower.to_native()))
    return _lazy(upper.to_native().union(lower.to_native()))


class Answering:
    """Decides the rows of a frame of Polars, or of batches of Arrow, that were not refused."""

    def __init__(self, columns: Contract, told: tuple[Told, ...]) -> None:
        self.columns, self.told = columns, told

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with answers, under the names by which they go meanwhile."""
        before, names = frame.select(f"r{i}" for i in range(len(REFUSED))), self.columns.meanwhile
        good = before["r1"].is_null()
        found = decide_rows(frame.filter(good), self.columns, self.told).rename(names)
        place = pl.when(good).then(good.cum_sum() - 1)
        taken = found.select(pl.all().gather(pl.select(place).to_series()))
        mended = [pl.coalesce(before[name], taken[name]).alias(name) for name in before.columns]
        return frame.drop(before.columns).hstack(taken.with_columns(mended))

    def of_batches(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Answer the batches of a partition, on whichever machine it lies."""
        for batch in batches:
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield from self(frame).to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as the place of the rules, which are loaded there once."""
        told = tuple((one.fact.name, *one[1:]) for one in self.told)
        rules = RulebookSource.of(self.columns.rulebook)
        return _there, (rules, self.columns.item.id, self.columns.as_of, told)


def _there(rules: RulebookSource, item: str, as_of: dt.date, told: tuple[tuple[Any, ...], ...]) -> Answering:
    columns = contract(item, as_of, rules.load())
    return Answering(columns, tuple(Told(columns.facts[name], *rest) for name, *rest in told))


def _of_spark(frame: Any, columns: Contract) -> Any:
    """Return the columns of a frame of Spark with those of the answers."""
    from pyspark.sql import types  # noqa: PLC0415 - who hands in a frame of Spark has it

    kinds = {
        "bool": types.BooleanType(),
        "int": types.LongType(),
        "date": types.DateType(),
        "text": types.StringType(),
        "decimal": types.DecimalType(38, 8),
    }
    held = {**columns.outputs, **dict.fromkeys(REFUSED, "text")}
    kept = [field for field in frame.fields if field.name not in {f"r{i}" for i in range(len(REFUSED))}]
    return types.StructType(
        [*kept, *(types.StructField(columns.meanwhile[name], kinds[kind]) for name, kind in held.items())]
    )
