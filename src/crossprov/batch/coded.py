"""Words as small numbers, in frames of Polars: a text is looked up once, and everything else is asked of its number."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from crossprov.batch.dates import MONTHS_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.batch.contract import Contract, FactColumn
    from crossprov.batch.nodes import Node
    from crossprov.batch.rows import Told

_MARK = "_code"


class Coded(NamedTuple):
    """The numbers of the words in a column, null for a word that has none; and the number of each word."""

    node: Node
    places: Mapping[str, int]


def words_of(fact: FactColumn, columns: Contract) -> Mapping[str, int] | None:
    """Return the number of each word that a column of a fact is likely to hold; None if it holds no such words."""
    type_ = fact.type
    if type_.kind == "month":
        words: Sequence[str] = MONTHS_WRITTEN
    elif type_.kind == "place":
        words = sorted(columns.province_book.codes)
    elif type_.kind in ("enum", "text") and type_.values is not None:
        words = type_.values
    else:
        return None
    return _numbered(tuple(words), type_.optional)[0]


@lru_cache(maxsize=256)
def _numbered(words: tuple[str, ...], optional: bool) -> tuple[Mapping[str, int], pl.Enum]:  # noqa: FBT001
    """Return the number of each word, and what Polars numbers them by, which takes long to make."""
    found = list(dict.fromkeys([*words, *(["none"] if optional else [])]))
    return {word: i for i, word in enumerate(found)}, pl.Enum(found)


def code_column(told: Told) -> str:
    """Return the name by which the numbers of a column go."""
    return told.column + _MARK


def with_codes(frame: Any, told: Sequence[Told], columns: Contract) -> Any:
    """Return a frame of Polars with the numbers of words beside its columns of words."""
    made = []
    for one in told:
        words = words_of(one.fact, columns)
        if words is not None:
            kind = _numbered(tuple(words), one.fact.type.optional)[1]
            number = pl.col(one.column).cast(kind, strict=False).to_physical()
            made.append(number.alias(code_column(one)))
    return frame.with_columns(made)
