"""What came of a register: how many rows, which outcomes, offices and reasons, and how many were refused why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from crossprov.batch.contract import SEPARATOR

if TYPE_CHECKING:
    import polars as pl

    from crossprov.batch.refused import BadRow

_COUNTED: Final = ("outcome", "competent", "reasons", "missing")
_LISTS: Final = frozenset({"reasons", "missing"})


@dataclass(slots=True)
class Summary:
    """Counts that are added up piece by piece.

    ``read`` are the records of the file; each was decided or refused. ``reasons`` are the requirements that are not
    met, ``missing`` what is not known, each counted once a row; ``refused_for`` the first problem of each refused row.
    What is not among the outputs wanted is not counted.
    """

    read: int = 0
    decided: int = 0
    refused: int = 0
    outcome: Counter[str] = field(default_factory=Counter)
    competent: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    refused_for: Counter[str] = field(default_factory=Counter)

    def add(self, records: int, frame: pl.DataFrame, refused: list[BadRow]) -> None:
        """Count a piece of ``records``: what was decided and what was not."""
        self.read += records
        self.decided += frame.height
        self.refused += len(refused)
        assert self.read == self.decided + self.refused, "a record was lost or came twice"
        for name in _COUNTED:
            if name not in frame.columns:
                continue
            counted: Counter[str] = getattr(self, name)
            for value, rows in frame[name].value_counts().iter_rows():
                for word in _words(value) if name in _LISTS else (value or "",):
                    counted[word] += rows
        self.refused_for.update(row.problems[0].code for row in refused)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data, the greatest first; ``competent`` ``""`` is a row without an office."""
        counts = {name: dict(getattr(self, name).most_common()) for name in (*_COUNTED, "refused_for")}
        return {"read": self.read, "decided": self.decided, "refused": self.refused, **counts}


def _words(value: str | None) -> list[str]:
    return value.split(SEPARATOR) if value else []
