"""``decide_frame``: every row of a frame decided, each kind of frame in its own engine.

Frames of Polars, pandas and PyArrow are worked on in memory, by Polars. Lazy frames of Polars, relations of
DuckDB and frames of PySpark stay what they are, and nothing is collected.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import narwhals as nw

from crossprov._errors import CaseError, Problem
from crossprov.batch import native
from crossprov.batch.accept import matched
from crossprov.batch.contract import REFUSED, contract
from crossprov.batch.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crossprov.batch.contract import Contract
    from crossprov.rulebook.book import Rulebook

_WHY: Final = REFUSED[1]


class Decided(NamedTuple):
    """The rows that were decided, and those that were refused with the reason: together all rows that came in.

    ``frame`` has the columns of the frame that came in and those of the decisions, ``refused`` the columns of the
    frame that came in and ``refused.column``, ``refused.reason`` (the code of a problem) and ``refused.expected``.
    """

    frame: Any
    refused: Any


def decide_frame(
    frame: Any,
    item: str,
    *,
    as_of: dt.date,
    rulebook: Rulebook | None = None,
    only: Iterable[str] | None = None,
) -> Decided:
    """Decide every row of a frame of facts on one day; the answers are those of the single cases.

    ``frame`` is a frame of Polars (also lazy), pandas or PyArrow, a relation of DuckDB or a frame of PySpark; what
    comes back is of the same kind. Its columns named like facts of the item tell them (``contract(item, as_of)``
    lists them), null being "not known"; all other columns are kept as they are. ``as_of`` is the day of the law
    and of the facts, for every row. ``only`` names the outputs that are wanted; nothing is worked out for others
    alone. Which rows are refused, and what an output says, does not depend on it.

    Columns are made from the engine ``index``, whichever the rulebook has: with ``checked`` only the few rows that are
    decided one by one are checked by another engine as well.

    Raises ``CaseError`` before anything is computed: for a column of the wrong type, a fact that the item
    concludes itself, a column named like an answer, also like one that is not wanted, a frame of another kind, a day
    that is no date, a name in ``only`` that is no output.
    """
    if not isinstance(as_of, dt.date) or isinstance(as_of, dt.datetime):
        raise CaseError([Problem("not_a_date", {"found": type(as_of).__name__})])
    columns = contract(item, as_of, rulebook)
    wanted = columns.wanted(only)
    given = native.accepted(frame)
    schema = native.schema_of(given)
    told = matched(schema, columns, partial(native.misfits, given))
    plan = Plan.of(columns, told, wanted)
    if isinstance(given, nw.DataFrame):
        answers = plan.in_memory(native.facts_of(given, told))
        kept = answers[_WHY].is_null()
        return Decided(
            native.beside(given, answers.drop(REFUSED), kept),
            native.beside(given, answers.select(REFUSED), ~kept),
        )
    whole, why = plan.deferred(native.numbered(given, told)), nw.col(columns.meanwhile[_WHY])
    return Decided(
        native.named(whole.filter(why.is_null()), schema, _only(columns, wanted)),
        native.named(whole.filter(~why.is_null()), schema, _only(columns, REFUSED)),
    )


def _only(columns: Contract, names: Iterable[str]) -> dict[str, str]:
    return {name: columns.meanwhile[name] for name in names}
