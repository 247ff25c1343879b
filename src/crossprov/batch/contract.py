"""Which columns a frame of facts may have, and which columns the decisions add: the same on every backend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crossprov._errors import CaseError, Problem, shown
from crossprov.batch.places import Book, moved_places, office_book, province_book
from crossprov.decide import builtin
from crossprov.rulebook.expression import Aggregate, Expr, children
from crossprov.rulebook.item import ThenFact
from crossprov.rulebook.lowering import GAP_MARK
from crossprov.rulebook.schema import OfficeRow
from crossprov.rulebook.symbols import closest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from crossprov.batch.automaton import Automaton
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.lowering import LoweredItem, LoweredTable
    from crossprov.rulebook.types import Type

SEPARATOR: Final = ";"
NONE_OF: Final = ".none"
AS_OF: Final = "case.as_of"
REFUSED: Final = ("refused.column", "refused.reason", "refused.expected")
_KEPT: Final = "contracts of frames"
_TEXTS: Final = frozenset({"text", "enum", "place"})

Held: TypeAlias = Literal["bool", "int", "date", "text", "decimal"]
"""What a column holds, whatever the backend calls it."""

HELD_AS: Final[Mapping[str, Held]] = {
    "bool": "bool",
    "int": "int",
    "money": "int",
    "date": "date",
    "rate": "decimal",
    "month": "text",
    "set": "text",
    "text": "text",
    "enum": "text",
    "place": "text",
}


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column that tells a fact. Null is "not known"; ``companion`` is the column that says "known to be none".

    Money is in fen, a month is text such as ``2024-05``, a set is text with its members joined by ``;``. Facts
    held as text say ``none`` themselves and have no companion.
    """

    name: str
    type: Type
    calculated: bool

    @property
    def holds(self) -> Held:
        """What the column holds."""
        return HELD_AS[self.type.kind]

    @property
    def companion(self) -> str | None:
        """The column of truth values that says that the fact is known to be none, if it may be."""
        return self.name + NONE_OF if self.type.optional and self.holds != "text" else None


class Contract:
    """The columns of an item on a day: those that may come in, and those that go out."""

    def __init__(self, rulebook: Rulebook, item: Item, as_of: dt.date) -> None:
        self.rulebook, self.item, self.as_of = rulebook, item, as_of
        self.lowered: LoweredItem = rulebook.lowered(item, as_of)
        self._books: dict[tuple[str, tuple[str, ...]], Book] = {}
        self.automata: dict[object, Automaton] = {}  # of tables, by what they read
        self.plans: dict[object, object] = {}  # what was made ready for frames, by the facts that they tell

    @cached_property
    def facts(self) -> Mapping[str, FactColumn]:
        """The facts that may come as columns, by name.

        What is not among the columns of a frame is not known, unless it has a formula: then it is calculated
        from the others. A column that is there is taken as it stands, also where it is null.
        """
        types = self.item.symbols.facts
        return {
            name: FactColumn(name, types[name], calculated=self.formula(name) is not None)
            for name in sorted(self.read)
        }

    @cached_property
    def read(self) -> frozenset[str]:
        """The facts that the rules read, and those from which a formula makes them."""
        found: set[str] = set()
        open_ = set(self._read_by_tables())
        while open_:
            name = open_.pop()
            found.add(name)
            open_ |= (set(self.parts(name)) & self.item.symbols.facts.keys()) - found
        made = self.item.shape.conclusions.keys() | self.item.formulas.keys()
        return frozenset(found - made - {AS_OF})

    def parts(self, name: str) -> Iterable[str]:
        """Return what a fact is made from by a formula; nothing if it comes from records or is told."""
        if name in self.item.formulas:
            return self.item.reads(name)
        return self.rulebook.vocabulary.reads(name) if self.formula(name) is not None else ()

    def formula(self, name: str) -> Expr | None:
        """Return the formula of a fact, or None; one that looks at records is none here: a frame has none."""
        if name in self.item.formulas:
            return self.item.formulas[name]
        fact = self.rulebook.vocabulary.facts.get(name)
        if fact is None or fact.shape.formula is None or name in self.item.functions:
            return None
        tree = self.rulebook.vocabulary.formula(name)
        return None if _looks_at_records(tree) else tree

    def _read_by_tables(self) -> Iterator[str]:
        if self.rulebook.vocabulary.applied_on is not None:
            yield self.rulebook.vocabulary.applied_on
        for table in self._tables():
            yield from (name for name in table.types if GAP_MARK not in name and table.source.each is None)
            for row in table.source.rows:
                if isinstance(row.then, ThenFact):
                    yield row.then.name
                if isinstance(row.rule, OfficeRow) and row.rule.street is not None:
                    yield row.rule.street
        yield from self.item.own_facts

    def _tables(self) -> Iterator[LoweredTable]:
        """Yield the tables of the day, and the limits of other days, on which clocks may start."""
        yield from self.lowered.tables
        for day in self.item.changes:
            if self.item.in_force(day):
                yield from self.rulebook.lowered(self.item, day, "limit").tables

    # --- what is said of places, made once -------------------------------------------------------------

    @cached_property
    def province_book(self) -> Book:
        """The province of every place on the day."""
        return province_book(self.rulebook, self.as_of)

    @cached_property
    def moved_places(self) -> frozenset[str]:
        """The places for which the name of a township could tell more."""
        return moved_places(self.rulebook, self.as_of)

    def office_book(self, function: str, more: tuple[str, ...]) -> Book:
        """Return the office of every place on the day, and of ``more`` that are no divisions."""
        if (function, more) not in self._books:
            self._books[function, more] = office_book(self.rulebook, function, self.as_of, more)
        return self._books[function, more]

    # --- what goes out ----------------------------------------------------------------------------------

    @cached_property
    def conclusions(self) -> Mapping[str, Type]:
        """The conclusions with their types; what is concluded for each record has no column."""
        tables = self.lowered.of_kind("conclusion")
        return {table.source.id: table.source.type for table in tables if table.source.each is None}

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """The sums of money."""
        return tuple(table.source.id for table in self.lowered.of_kind("amount"))

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The steps that some limit of the item bounds."""
        limited = {limit.step for limit in self.item.shape.limits}
        steps = (table.source.id for table in self.lowered.of_kind("step"))
        return tuple(step for step in steps if step in limited)

    @cached_property
    def outputs(self) -> Mapping[str, Held]:
        """The columns that are added, in order."""
        found: dict[str, Held] = dict.fromkeys(
            ("outcome", "reasons", "reasons_open", "competent", "competent_place", "competent_why"), "text"
        )
        found |= {"intake": "text", "intake_open": "text", "missing": "text"}
        for name, type_ in self.conclusions.items():
            found[f"conclusion.{name}"] = HELD_AS[type_.kind]
            found[f"rule.{name}"] = "text"
        found |= {"conclusions_open": "text", "conclusions_refer": "text"}
        found |= {f"amount.{name}": "int" for name in self.amounts}
        found |= {f"due.{name}": "date" for name in self.steps}
        return found

    def wanted(self, only: Iterable[str] | None) -> tuple[str, ...]:
        """Return the outputs named, in the order of ``outputs``; all if none are named.

        Raises ``CaseError`` for every name that is no output, with those near it; what is no plain name is masked.
        """
        if only is None:
            return tuple(self.outputs)
        named = dict.fromkeys([only] if isinstance(only, str) else only)
        unknown = [name for name in named if name not in self.outputs]
        if unknown:
            raise CaseError(
                [
                    Problem(
                        "frame_no_output",
                        {"found": shown(str(name)), "expected": closest(str(name), [*self.outputs])},
                    )
                    for name in unknown
                ]
            )
        return tuple(name for name in self.outputs if name in named)

    @cached_property
    def meanwhile(self) -> Mapping[str, str]:
        """For each column that is added, the name by which it goes meanwhile: ids may hold dots and hyphens."""
        found = {name: f"o{i}" for i, name in enumerate(self.outputs)}
        return found | {name: f"r{i}" for i, name in enumerate(REFUSED)}


def _looks_at_records(tree: Expr) -> bool:
    return isinstance(tree, Aggregate) or any(_looks_at_records(part) for part in children(tree))


def contract(item: str, as_of: dt.date, rulebook: Rulebook | None = None) -> Contract:
    """Return the columns of an item on a day; raise ``UnknownItemError`` for an unknown item."""
    book = rulebook or builtin()
    kept: dict[tuple[str, dt.date], Contract] = book.kept.setdefault(_KEPT, {})  # type: ignore[assignment]
    found = book.item(item)
    key = found.id, as_of
    if key not in kept:
        kept[key] = Contract(book, found, as_of)
    return kept[key]
