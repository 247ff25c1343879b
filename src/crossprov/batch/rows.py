"""Deciding a frame row by row with the engine of single cases: for what columns cannot express exactly.

Rows that tell the same are decided once.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from crossprov._errors import CaseError
from crossprov.batch.contract import REFUSED, SEPARATOR
from crossprov.batch.flat import flat
from crossprov.decide import decider
from crossprov.values import NONE, Month, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.batch.contract import Contract, FactColumn, Held
    from crossprov.values import Fact, Value

POLARS: Final[Mapping[Held, Any]] = {
    "bool": pl.Boolean,
    "int": pl.Int64,
    "date": pl.Date,
    "text": pl.String,
    "decimal": pl.Decimal(38, 8),
}


class Told(NamedTuple):
    """A fact that a frame tells: its column, and under which name the column stands while it is decided."""

    fact: FactColumn
    column: str
    none: str | None = None  # the column that says "known to be none"
    absent: bool = False  # only the column that says so is there


def schema(columns: Contract) -> dict[str, Any]:
    """Return the columns that deciding adds, with those of a refusal, as Polars calls them."""
    found = {name: POLARS[held] for name, held in columns.outputs.items()}
    return found | dict.fromkeys(REFUSED, pl.String)


def decide_rows(frame: pl.DataFrame, columns: Contract, told: Sequence[Told]) -> pl.DataFrame:
    """Decide each row of a frame of facts; the result has a row for each, in the same order.

    A row that contradicts itself is refused with the code of the problem, and nothing of it is decided.
    """
    keys = [one.column for one in told] + [one.none for one in told if one.none is not None]
    wanted = schema(columns)
    if not keys:
        answers = pl.DataFrame([decide_row({}, columns, told)], schema=wanted)
        return answers.select(pl.all().gather(pl.repeat(0, frame.height, eager=True)))
    distinct = frame.select(keys).unique()
    answers = pl.DataFrame([decide_row(row, columns, told) for row in distinct.to_dicts()], schema=wanted)
    both = pl.concat([distinct, answers], how="horizontal")
    joined = frame.select(keys).join(both, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(list(wanted))


def decide_row(row: Mapping[str, Any], columns: Contract, told: Sequence[Told]) -> dict[str, Any]:
    """Return what is decided for one row, with why it is refused if it is."""
    day = columns.as_of
    try:
        facts = as_told(row, columns, told)
        decision = decider(columns.rulebook).decide(columns.item.id, None, day, day, day, facts)
        return {**flat(decision, columns), **dict.fromkeys(REFUSED)}
    except CaseError as error:
        problem = error.problems[0]
        where = str(problem.params.get("fact", problem.path))
        return {
            **dict.fromkeys(columns.outputs),
            **dict(zip(REFUSED, (where, problem.code, None), strict=True)),
        }


def as_told(row: Mapping[str, Any], columns: Contract, told: Sequence[Told]) -> dict[str, Fact]:
    """Return the facts of a row: null is not known; what only records could tell is not known either."""
    named = {one.fact.name for one in told}
    facts: dict[str, Fact] = {
        name: unknown(name)
        for name, fact in columns.facts.items()
        if name not in named and not fact.calculated
    }
    for fact, column, none, _ in told:
        raw = row[column]
        if none is not None and row[none]:
            facts[fact.name] = NONE
        else:
            facts[fact.name] = unknown(fact.name) if raw is None else _value(raw, fact)
    return facts


def _value(raw: Any, fact: FactColumn) -> Value:
    kind = fact.type.kind
    if raw == "none" and fact.type.optional:
        return NONE
    if kind == "month":
        return Month.parse(raw)
    if kind == "set":
        return frozenset(raw.split(SEPARATOR)) if raw else frozenset()
    if kind == "rate":
        return Fraction(raw)
    value: Value = raw
    return value
