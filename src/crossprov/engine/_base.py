"""What every reading of the rules offers, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from crossprov.values import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from crossprov.rulebook.lowering import LoweredTable

GAP: Final = -1
CONFLICT: Final = -2

Facts: TypeAlias = Callable[[str], Fact]

Class: TypeAlias = Callable[[Fact], Hashable]
"""Returns the class of a value of a fact."""


@dataclass(frozen=True, slots=True)
class Hit:
    """The answer of a table.

    ``rows`` are the rows that are the answer in at least one completion of the unknown facts: one row if the
    table is decided. ``GAP`` stands for "no row holds", ``CONFLICT`` for "more than one row of a unique table
    holds". ``missing`` are the unknown facts for which some completion changes what is concluded.
    """

    rows: tuple[int, ...]
    missing: tuple[str, ...] = ()


Evaluator: TypeAlias = Callable[[Facts], Hit]


class Engine(Protocol):
    """A reading of the rules. ``prepare`` may be slow; what it returns is called for every case."""

    name: str

    def prepare(self, table: LoweredTable) -> Evaluator:
        """Return the function that answers the table for any state of the facts."""
        ...

    def classes(self, tables: Sequence[LoweredTable]) -> Mapping[str, Class] | None:
        """Return for each fact that tables test how to class its values, so that all of a class are answered alike.

        The class of an unknown fact tells what would settle it, too, and a truth is its own class. None: this reading
        wants to be asked every time.
        """
        ...

    def deciding(self) -> AbstractContextManager[None]:
        """Return what goes round the decision of a case; at its end a reading may refuse what it answered."""
        ...
