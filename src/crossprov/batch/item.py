"""All facts of an item as columns: what a frame tells, what formulas make of it, what the tables conclude."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from crossprov.batch.coded import Coded, code_column, words_of
from crossprov.batch.contract import AS_OF
from crossprov.batch.dates import FIRST_MONTH, FIRST_YEAR, LAST_MONTH, LAST_YEAR, coded_month, counted_month
from crossprov.batch.days import Days
from crossprov.batch.facts import RATE, Column_, NotColumnarError, held
from crossprov.batch.formulas import formula
from crossprov.batch.places import Reading
from crossprov.batch.rows import as_told
from crossprov.batch.tables import Answers
from crossprov.decide import decider
from crossprov.facts.book import FactBook
from crossprov.facts.formula import compile_formula
from crossprov.rulebook.expression import all_names
from crossprov.rulebook.lowering import GAP_MARK
from crossprov.values import NONE, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.batch.contract import Contract
    from crossprov.batch.nodes import Node, Stages
    from crossprov.batch.rows import Told
    from crossprov.rulebook.expression import Expr
    from crossprov.rulebook.parameters import Parameter
    from crossprov.values import Fact

_MOST: Final[Mapping[str, int]] = {
    "int": 10**6,
    "money": 10**11,
    "rate": 10**11,
}  # what is larger is left to whole numbers of Python


class ItemColumns:
    """The facts and answers of an item for frames that tell certain facts."""

    def __init__(self, columns: Contract, told: Sequence[Told], stages: Stages) -> None:
        self.columns, self.stages, self.as_of = columns, stages, columns.as_of
        self.rulebook, self.item = columns.rulebook, columns.item
        self.days = Days.around(columns.as_of)
        self.told = {one.fact.name: one for one in told}
        self._facts: dict[str, Column_] = {}
        self._doubts: list[Node] = []
        self._bounded: set[str] = set()
        self._static = self._book()
        self.answers: dict[str, Answers] = {}
        for table in columns.lowered.tables:
            if table.source.each is not None:
                continue
            answers = Answers(table, self)
            self.answers[table.name] = answers
            if table.source.kind == "conclusion":
                self._facts[table.source.id] = answers.as_fact()

    # --- doubt ----------------------------------------------------------------------------------------------

    def doubt(self, when: Node) -> None:
        """Leave rows to the engine of single cases."""
        if when.value is not False:
            self._doubts.append(when)

    @property
    def doubtful(self) -> Node:
        """Where columns cannot be sure to be exact."""
        return self.stages.any(*self._doubts)

    # --- facts ----------------------------------------------------------------------------------------------

    def fact(self, name: str) -> Column_:
        """Return a fact as columns; raise ``NotColumnarError`` if that cannot be exact."""
        found = self._facts.get(name)
        if found is None:
            found = self._facts[name] = self._made(name)
        return found

    def kind(self, name: str) -> str:
        """Return the kind of a fact."""
        return self.item.symbols.facts[name].kind

    def parameter(self, name: str) -> Parameter:
        """Return a parameter with its versions."""
        return self.rulebook.parameters[name]

    def _made(self, name: str) -> Column_:
        if name in self.told:
            return self._leaf(self.told[name])
        if name == AS_OF:
            return self._constant(self.as_of)
        if GAP_MARK in name or not self._is_made_of_told(name):
            return self.constant_fact(self._static.get(name), self._kind(name))
        tree = self.columns.formula(name)
        assert tree is not None
        found = formula(tree, self)
        if found.value.value is None:
            found = replace(found, value=self.stages.nothing(self.kind(name)))
        self._check(name, found)
        return found

    def _is_made_of_told(self, name: str) -> bool:
        """Return whether anything that a frame tells, or that the item concludes, goes into a fact."""
        if name in self.told or (
            name in self.item.shape.conclusions and f"conclusion:{name}" in self.answers
        ):
            return True
        return any(self._is_made_of_told(part) for part in self.columns.parts(name) if self._is_fact(part))

    def _is_fact(self, name: str) -> bool:
        return name in self.item.symbols.facts and name != AS_OF

    def _leaf(self, told: Told) -> Column_:
        """Return a fact that a frame tells, as it is calculated with: months are counted."""
        stages, space, type_ = self.stages, self.stages.space, told.fact.type
        value = stages.column(told.column)
        none = stages.false
        codes = self._codes(told)
        if told.none is not None:
            none = stages.keep(stages.sure(stages.column(told.none)))
        elif type_.optional and told.fact.holds == "text":
            said = (codes.node, codes.places["none"]) if codes is not None else (value, "none")
            none = stages.keep(stages.sure(stages.among(said[0], [said[1]])))
            value = stages.choose([(none, stages.null(space.String))], value)
        if type_.kind == "rate":
            value = stages.of(lambda expr: (expr * RATE).cast(space.Int64), value)
        if type_.kind == "month" and codes is not None:
            value = stages.of(coded_month, codes.node)
        elif type_.kind == "month":
            value = stages.of(lambda expr: counted_month(expr, space), value)
        value = stages.keep(value)
        unknown = stages.keep(stages.both(stages.is_null(value), stages.no(none)))
        return Column_(
            value, unknown, none, {told.fact.name: stages.true}, size=_MOST.get(type_.kind, 0), codes=codes
        )

    def _codes(self, told: Told) -> Coded | None:
        """Return the words of a column as numbers, which only frames of Polars have."""
        words = words_of(told.fact, self.columns) if self.stages.space is pl else None
        return None if words is None else Coded(self.stages.column(code_column(told)), words)

    def settled(self, tree: Expr) -> Fact | None:
        """Return what a part of a formula is that is the same for all rows; None if it differs."""
        names = [name for name in all_names(tree) if name in self.item.symbols.facts]
        if any(name != AS_OF and self._is_made_of_told(name) for name in names):
            return None
        return compile_formula(tree)(self._static, None)

    def _constant(self, value: Any) -> Column_:
        stages = self.stages
        kind = stages.space.Int64 if isinstance(held(value), int) and not isinstance(value, bool) else None
        size = abs(value) if isinstance(value, int) else 0
        return Column_(stages.constant(held(value), kind), stages.false, stages.false, size=size)

    def _kind(self, name: str) -> str:
        return "bool" if GAP_MARK in name else self.kind(name)

    def constant_fact(self, fact: Fact, kind: str) -> Column_:
        """Return a fact of a kind that is the same for all rows, since nothing that a frame tells goes into it."""
        stages = self.stages
        if fact is NONE:
            return Column_(stages.nothing(kind), stages.false, stages.true)
        if not isinstance(fact, Unknown):
            if isinstance(fact, frozenset):
                raise NotColumnarError
            return self._constant(fact)
        if fact.among is not None:
            raise NotColumnarError
        needs = {need.fact: stages.true for need in fact.needs}
        ends = [None if end is None else self._constant(end).value for end in (fact.low, fact.high)]
        return Column_(stages.nothing(kind), stages.true, stages.false, needs, low=ends[0], high=ends[1])

    def _book(self) -> FactBook:
        """Return the facts of a case of which nothing is told."""
        sources = decider(self.rulebook).sources
        nothing = as_told({}, self.columns, ())
        nothing = {name: fact for name, fact in nothing.items() if name not in self.told}
        return FactBook(sources, self.item, None, self.as_of, self.as_of, nothing)

    def _check(self, name: str, found: Column_) -> None:
        """Leave a calculated value outside its type to the engine of single cases, which refuses it if it matters."""
        stages, type_ = self.stages, self.item.symbols.facts[name]
        outside = []
        if type_.low is not None:
            low = held(type_.low)
            outside.append(stages.of(lambda expr: expr < low, found.value))
        if type_.high is not None:
            high = held(type_.high)
            outside.append(stages.of(lambda expr: expr > high, found.value))
        if not type_.optional and found.none.value is not False:
            outside.append(found.none)
        if type_.values is not None:
            outside.append(stages.no(stages.among(found.value, list(type_.values))))
        for test in outside:
            self.doubt(stages.keep(stages.sure(test)))

    def province_of(self, place: Column_) -> Column_:
        """Return the province of a place on the day of the facts."""
        stages = self.stages
        reading = Reading(self.columns.province_book, stages.keep(place.value), stages)
        self.doubt(stages.keep(reading.where(lambda said: said.division is None)))
        value = stages.keep(reading.division())
        return Column_(value, place.unknown, place.none, place.needs, among=())

    def working_days_later(self, begins: Node, count: int) -> Node:
        """Return the day that lies so many working days later; rows of days that are not counted are in doubt."""
        known = self.stages.no(self.stages.is_null(begins))
        self.doubt(
            self.stages.keep(self.stages.both(known, self.stages.no(self.days.inside(begins, self.stages))))
        )
        book = self._static
        return self.days.counted(begins, lambda day: book.add_working_days(day, count), self.stages)


def in_range(stages: Stages, told: Sequence[Told]) -> Node:
    """Return where told days and numbers are such as columns can calculate with exactly."""
    tests = []
    for one in told:
        value, kind = stages.column(one.column), one.fact.type.kind
        if kind == "date":
            first, last = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 1, 1)
            tests.append(stages.of(lambda e, a=first, b=last: (e >= a) & (e < b), value))
        elif kind == "month" and stages.space is pl:
            code = stages.column(code_column(one))
            tests.append(stages.of(lambda e, c: c.is_not_null() | e.is_null(), value, code))
        elif kind == "month":  # still written
            ends = str(FIRST_MONTH), str(LAST_MONTH)
            tests.append(
                stages.of(lambda e, ends=ends: ((e >= ends[0]) & (e <= ends[1])) | (e == "none"), value)
            )
        elif kind in _MOST:  # a rate is still written with its point
            most = _MOST[kind]
            tests.append(stages.of(lambda e, most=most: (e <= most) & (e >= -most), value))
    known = [stages.of(lambda e: e.fill_null(True), test) for test in tests]
    return stages.both(*known)
