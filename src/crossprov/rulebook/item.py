"""An item of the catalogue with its rules read and checked: everything that decides is a table.

A requirement, a condition of a step or a paper, a conclusion, the choice of an office: each becomes a
``Table`` of rows over facts. Whatever reads the rules (reference, index …) reads tables and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crossprov.rulebook.expression import Expr, all_names, names
from crossprov.rulebook.law import in_force

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.rulebook.schema import ItemFile, Rule
    from crossprov.rulebook.symbols import Symbols
    from crossprov.rulebook.types import Type
    from crossprov.rulebook.vocabulary import FactDef, Where
    from crossprov.values import Value

Kind: TypeAlias = Literal[
    "requirement",
    "conclusion",
    "office",
    "intake",
    "step",
    "limit",
    "material",
    "not_required",
    "amount",
    "notice",
]
NOT_APPLICABLE: Final = "not-applicable"


@dataclass(frozen=True, slots=True)
class ThenValue:
    """The row concludes a constant."""

    value: Value


@dataclass(frozen=True, slots=True)
class ThenFact:
    """The row concludes what a fact says."""

    name: str


@dataclass(frozen=True, slots=True)
class Refer:
    """The row concludes that a person must decide."""


Then: TypeAlias = ThenValue | ThenFact | Refer


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: when it holds, what follows, and the rule it states."""

    id: str
    when: Expr
    then: Then
    rule: Rule | None
    from_: dt.date
    through: dt.date | None
    where: Where


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. ``each`` names the variable and the list of records it is applied to, if any.

    ``informative``: while its answer is open or for a person, the outcome of the case is none the less certain.
    ``name`` is unique in the item on any one day: ``conclusion:account_type``, ``step:apply`` …
    """

    kind: Kind
    id: str
    type: Type
    hit: Literal["first", "unique"]
    rows: tuple[TableRow, ...]
    from_: dt.date
    through: dt.date | None
    each: tuple[str, str] | None = None
    informative: bool = False

    @property
    def name(self) -> str:
        """The unique name of the table."""
        return f"{self.kind}:{self.id}"

    def on(self, day: dt.date) -> Table | None:
        """Return the table with the rows in force on ``day``, or None if it is not in force."""
        if not in_force(self.from_, self.through, day):
            return None
        rows = tuple(row for row in self.rows if in_force(row.from_, row.through, day))
        if not rows:
            return None
        return replace(self, rows=rows)

    def reads(self) -> frozenset[str]:
        """Return the names of the facts that the rows test or conclude."""
        found: set[str] = set()
        for row in self.rows:
            found.update(name.name for name in names(row.when))
            if isinstance(row.then, ThenFact):
                found.add(row.then.name)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Item:
    """A catalogue item ready for use; ``id`` is that of its shape.

    ``formulas`` and ``functions`` are the facts of the item itself, which may be calculated from its conclusions.
    """

    id: str
    shape: ItemFile
    tables: tuple[Table, ...]
    symbols: Symbols
    formulas: Mapping[str, Expr]
    functions: Mapping[str, FactDef]
    parameters: frozenset[str]
    changes: tuple[dt.date, ...]
    where: Where

    @property
    def own_facts(self) -> frozenset[str]:
        """The names of the facts of the item itself."""
        return frozenset(self.formulas) | frozenset(self.functions)

    def reads(self, name: str) -> frozenset[str]:
        """Return the names of the facts, records and parameters from which a fact of the item itself is made."""
        if name in self.functions:
            return frozenset(self.functions[name].shape.reads)
        return frozenset(all_names(self.formulas[name])) if name in self.formulas else frozenset()

    def in_force(self, day: dt.date) -> bool:
        """Return whether the item has rules on ``day``."""
        return in_force(self.shape.from_, self.shape.through, day)


def evaluation_order(tables: tuple[Table, ...], own: Mapping[str, frozenset[str]]) -> tuple[Table, ...]:
    """Return the tables so that each conclusion comes before the tables and facts of the item that use it.

    ``own`` tells of each fact of the item itself what it reads. Raises ``ValueError`` with the names of a circle.
    """
    made: Mapping[str, Table] = {table.id: table for table in tables if table.kind == "conclusion"}
    order: list[Table] = []
    done: set[object] = set()

    def visit(name: str, key: object, reads: frozenset[str], path: tuple[str, ...]) -> None:
        if key in done:
            return
        if name in path:
            raise ValueError(" → ".join([*path[path.index(name) :], name]))
        for read in sorted(reads & (made.keys() | own.keys())):
            if read in made:
                visit(made[read].name, id(made[read]), made[read].reads(), (*path, name))
                add(made[read])
            else:
                visit(read, read, own[read], (*path, name))
        done.add(key)

    def add(table: Table) -> None:
        if table not in order:
            order.append(table)

    for table in tables:
        visit(table.name, id(table), table.reads(), ())
        add(table)
    for name, reads in own.items():
        visit(name, name, reads, ())
    return tuple(order)
