"""What a frame may tell: its columns against the contract, before anything is computed; then each value."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

from crossprov._errors import CaseError, Problem
from crossprov.batch.coded import code_column, with_codes, words_of
from crossprov.batch.contract import AS_OF, NONE_OF, REFUSED, SEPARATOR
from crossprov.batch.native import BEYOND
from crossprov.batch.rows import Told
from crossprov.rulebook.types import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crossprov.batch.contract import Contract, FactColumn, Held
    from crossprov.rulebook.types import Type

_FITS: Final[Mapping[Held, Callable[[Any], bool]]] = {
    "bool": lambda found: found == nw.Boolean,
    "int": lambda found: found.is_integer(),
    "date": lambda found: found == nw.Date,
    "text": lambda found: found in (nw.String, nw.Categorical, nw.Enum),
    "decimal": lambda found: found == nw.Decimal,
}
CALLED: Final[Mapping[Held, str]] = {
    "bool": "Boolean",
    "int": "Int64",
    "date": "Date",
    "text": "String",
    "decimal": "Decimal(38, 8)",
}
_PLACE: Final = r"^[0-9]{6}\z"
_MONTH: Final = r"^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-(0[1-9]|1[0-2])\z"


def matched(
    schema: Mapping[str, Any],
    columns: Contract,
    misfits: Callable[[str, Held], Sequence[int]] = lambda *_: (),
) -> list[Told]:
    """Return the facts that a frame tells; raise ``CaseError`` with everything that is wrong with its columns.

    ``misfits`` tells the first rows, from 1 on, whose values are no such as a column should hold, where a column
    has values of several types; elsewhere its type alone is wrong, whatever its rows hold.
    """
    problems = list(_problems(schema, columns, misfits))
    if problems:
        raise CaseError(problems)
    found = [fact for name, fact in columns.facts.items() if name in schema or fact.companion in schema]
    told = []
    for i, fact in enumerate(found):
        none = f"f{i}_none" if fact.companion in schema else None
        told.append(Told(fact, f"f{i}", none, absent=fact.name not in schema))
    return told


def _problems(
    schema: Mapping[str, Any], columns: Contract, misfits: Callable[[str, Held], Sequence[int]]
) -> Iterator[Problem]:
    for name in [name for name in (*columns.outputs, *REFUSED) if name in schema]:
        yield Problem("frame_column_taken", path=name)
    made = columns.item.shape.conclusions.keys() | columns.item.formulas.keys()
    for name in [name for name in schema if name in made]:
        yield Problem("fact_not_told", {"fact": name}, path=name)
    if AS_OF in schema:
        yield Problem("frame_as_of", path=AS_OF)
    for fact in columns.facts.values():
        for name, held in _columns_of(fact):
            if name in schema and not (_FITS[held](schema[name]) or schema[name] == nw.Unknown):
                mixed = misfits(name, held) if schema[name] == nw.Object else ()
                rows = ", ".join(map(str, mixed))
                if rows:
                    yield Problem("frame_column_mixed", {"expected": CALLED[held], "rows": rows}, path=name)
                else:
                    said = {"found": str(schema[name]), "expected": CALLED[held]}
                    yield Problem("frame_column_type", said, path=name)
        if fact.companion is None and fact.name + NONE_OF in schema:
            yield Problem("frame_never_none", {"fact": fact.name}, path=fact.name + NONE_OF)


def _columns_of(fact: FactColumn) -> Iterator[tuple[str, Held]]:
    yield fact.name, fact.holds
    if fact.companion is not None:
        yield fact.companion, "bool"


# --- values ---------------------------------------------------------------------------------------------


def with_refusals(frame: Any, told: Sequence[Told], columns: Contract) -> Any:
    """Return a frame of Narwhals with the columns of a refusal: the first value of a row that its fact cannot have.

    They are null where a row is not refused. First the wrong value is counted, then it is named. A frame of Polars
    also gets the numbers of its words.
    """
    suspects: Sequence[Told] = told
    if frame.implementation.is_polars():
        frame = nw.from_native(with_codes(frame.to_native(), told, columns))
        if isinstance(frame, nw.DataFrame):
            suspects = _suspects(frame, told, columns)
    found = [
        (wrong, (one.fact.name, code, expected)) for one in suspects for wrong, code, expected in _wrong(one)
    ]
    names = [f"r{i}" for i in range(len(REFUSED))]
    if not found:
        return frame.with_columns(nw.lit(None, nw.String).alias(name) for name in names)
    (first, _), *others = found
    chain = nw.when(first).then(nw.lit(0, nw.Int32))
    for i, (wrong, _) in enumerate(others, 1):
        chain = chain.when(wrong).then(nw.lit(i, nw.Int32))
    counted = frame.with_columns(chain.otherwise(nw.lit(len(found), nw.Int32)).alias("wrong"))
    words = [[*column, None] for column in zip(*(said for _, said in found), strict=True)]
    if frame.implementation.is_polars():
        listed = [pl.lit(pl.Series(column, dtype=pl.String)).gather(pl.col("wrong")) for column in words]
        native = counted.to_native().with_columns(e.alias(n) for e, n in zip(listed, names, strict=True))
        return nw.from_native(native).drop("wrong")
    return counted.with_columns(
        _named(column).alias(name) for column, name in zip(words, names, strict=True)
    ).drop("wrong")


def _suspects(frame: nw.DataFrame[Any], told: Sequence[Told], columns: Contract) -> list[Told]:
    """Return the facts of which a value is wrong; in most frames there is none, and no row need be looked at."""
    found = []
    for one in _some_hold(frame, {one: _doubts(one, columns) for one in told}):
        rows = frame
        if _are_words(one, columns):  # of right words nearly all have numbers; the others are few
            rows = frame.select(one.column, code_column(one)).filter(*_doubts(one, columns)).unique()
        found += _some_hold(rows, {one: [wrong for wrong, _, _ in _wrong(one)]})
    return found


def _some_hold(frame: nw.DataFrame[Any], tests: Mapping[Told, Sequence[nw.Expr]]) -> list[Told]:
    """Return the facts of which a test holds in some row."""
    named = {
        f"{i}-{j}": (one, test) for i, (one, some) in enumerate(tests.items()) for j, test in enumerate(some)
    }
    if not named:
        return []
    (row,) = frame.select(test.any().alias(name) for name, (_, test) in named.items()).rows(named=True)
    return list(dict.fromkeys(one for name, (one, _) in named.items() if row[name]))


def _doubts(told: Told, columns: Contract) -> list[nw.Expr]:
    """Return the tests that hold wherever a value of a fact is wrong; they take little time."""
    if _are_words(told, columns):
        return [nw.col(code_column(told)).is_null() & ~nw.col(told.column).is_null()]
    return [wrong for wrong, _, _ in _wrong(told)]


def _are_words(told: Told, columns: Contract) -> bool:
    """Return whether each word of a fact that has a number is right."""
    type_ = told.fact.type
    return (type_.low, type_.high) == (None, None) and words_of(told.fact, columns) is not None


def _named(words: Sequence[str | None]) -> nw.Expr:
    """Return the word at the place of the wrong value; null after the last."""
    places: dict[str, list[int]] = {}
    for i, word in enumerate(words[:-1]):
        places.setdefault(str(word), []).append(i)
    (word, some), *others = places.items()
    chain = nw.when(nw.col("wrong").is_in(some)).then(nw.lit(word))
    for word, some in others:
        chain = chain.when(nw.col("wrong").is_in(some)).then(nw.lit(word))
    return chain.otherwise(nw.lit(None, nw.String))


def _wrong(told: Told) -> Iterator[tuple[nw.Expr, str, str]]:
    value = nw.col(told.column)
    right = list(_right(value, told.fact.type))
    if right:
        wrong = ~reduce(and_, right).fill_null(value=True)
        yield wrong, "fact_not_of_type", _expected(told.fact)
    if told.none is not None:
        both = nw.col(told.none).fill_null(value=False) & ~value.is_null()
        yield both, "fact_contradicts", told.fact.name + NONE_OF


def _right(value: nw.Expr, type_: Type) -> Iterator[nw.Expr]:
    """Yield what must hold of every known value of a type."""
    said = (nw.lit("none"),) if type_.optional else ()
    none = value == said[0] if said else nw.lit(value=False)
    match type_.kind:
        case "enum" | "text" if type_.values is not None:
            yield value.is_in([*type_.values, *(["none"] if type_.optional else [])])
        case "place":
            yield value.str.contains(_PLACE) | none
        case "month":
            yield value.str.contains(_MONTH) | none
        case "set":
            member = "|".join(type_.values or ())
            yield value.str.contains(rf"^(({member})({SEPARATOR}({member}))*)?\z") | none
        case "date":  # other programs count further than Python
            first, last = (
                nw.lit(end.isoformat()).str.to_date("%Y-%m-%d") for end in (dt.date.min, dt.date.max)
            )
            yield (value >= first) & (
                value <= last
            )  # as text, since Spark is handed the first as the year `1`
        case "int" | "money" if type_.low is None:
            yield value > nw.lit(BEYOND)
    for bound, holds in ((type_.low, nw.Expr.__ge__), (type_.high, nw.Expr.__le__)):
        if bound is not None:
            end: Any = str(bound) if type_.kind == "month" else bound
            yield holds(value, nw.lit(end)) | (none if type_.kind == "month" else nw.lit(value=False))


def _expected(fact: FactColumn) -> str:
    type_ = fact.type
    if type_.values is not None:
        return ", ".join(type_.values)
    ends = [
        f"{word} {show(end, type_)}"
        for word, end in (("min", type_.low), ("max", type_.high))
        if end is not None
    ]
    return ", ".join([type_.name(), *ends])
