"""Rows that were refused, as a table: one line for each problem, with what was found and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from crossprov._errors import Problem
from crossprov.texts import Text, both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

COLUMNS: Final[Mapping[str, Any]] = {
    "row": pl.Int64,
    "line": pl.Int64,
    "field": pl.String,
    "code": pl.String,
    "found": pl.String,
    "expected": pl.String,
    "zh": pl.String,
    "en": pl.String,
}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a file that was not decided. ``row`` counts records from 1, ``line`` lines, where a file has lines."""

    row: int
    problems: tuple[Problem, ...]
    line: int | None = None


def cell_problem(field: str, found: Text, expected: Text) -> Problem:
    """Return the problem of a cell that is no value of its fact."""
    return Problem("cell", {"found": found, "expected": expected}, path=field)


def table(rows: Iterable[BadRow]) -> pl.DataFrame:
    """Return bad rows as a frame, a line for each problem."""
    lines = [_line(row, problem) for row in rows for problem in row.problems]
    return pl.DataFrame(lines, schema=COLUMNS, orient="row")


def _line(row: BadRow, problem: Problem) -> tuple[int | str | None, ...]:
    found, expected = (_english(one) for one in _found_and_expected(problem))
    field = problem.path or _english(problem.params.get("fact"))
    return (
        row.row, row.line, field, problem.code, found, expected, problem.text("zh"), problem.text("en"),
    )  # fmt: skip


def _found_and_expected(problem: Problem) -> tuple[str | Text | None, str | Text | None]:
    if problem.code == "place_unknown":
        return both("cell.found_no_place", day=str(problem.params["day"])), both("cell.place")
    return problem.params.get("found"), problem.params.get("expected")


def _english(said: str | Text | None) -> str | None:
    return said.en if isinstance(said, Text) else said


def stated(code: str, field: str | None, expected: str | None, day: dt.date) -> Problem:
    """Return a problem of which only the code, the field, what would be right and the day of the facts are known."""
    params: dict[str, str | Text] = {
        "fact": field or "",
        "expected": expected or "",
        "found": "",
        "day": str(day),
    }
    try:
        both(f"problem.{code}", **params)
    except KeyError:
        return Problem("row_refused", {"expected": expected or code}, path=field or "")
    return Problem(code, params, path=field or "")
