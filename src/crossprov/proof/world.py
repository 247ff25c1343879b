"""An item between two changes of its law, as terms of z3: its facts, its tables, its outcome.

The tables are those of the lowering, which every reading but one reads. A conclusion is bound by its table. What is
given, told, or worked out from records is a *leaf*: it may have any value of its type for which the relations hold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.formulas import is_calculated, member, translated, truth
from crossprov.proof.symbols import (
    FALSE,
    FIRST_OTHER,
    TRUE,
    Codes,
    Sym,
    Term,
    bounds,
    chosen,
    compared,
    free,
    of_value,
)
from crossprov.rulebook.expression import Const, all_names, names
from crossprov.rulebook.item import Refer, ThenFact, ThenValue
from crossprov.rulebook.lowering import GAP_MARK
from crossprov.rulebook.types import BOOL, Type
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crossprov.places import Divisions
    from crossprov.places.division import Level
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.expression import Expr
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.lowering import LoweredTable, Test
    from crossprov.rulebook.parameters import Parameter
    from crossprov.rulebook.schema import Requirement

GIVEN_AS_OF: Final = "as_of"
_GIVEN_APPLIED_ON: Final = "applied_on"
_SOMEWHERE: Final = range(106, 126)  # counties of a province outside the table, which nobody looks up
_MANY: Final = 10**9
_MOST_AT_ONCE: Final = 128  # values of open facts that are put in together
_NO_ANSWER: Final = frozenset({"requirement", "notice", "not_required"})


@dataclass(frozen=True)
class TableTerms:
    """A table as terms: ``holds`` whether each row holds, ``hits`` whether it is the answer.

    ``special``: a person must decide, or no row, or more than one of a unique table, answers.
    """

    table: LoweredTable
    holds: tuple[Term, ...]
    hits: tuple[Term, ...]
    gap: Term
    conflict: Term
    special: Term
    conclusion: Sym


@dataclass
class Segment:
    """The days from ``first`` to ``last`` (both inclusive), on which one state of the law holds."""

    first: dt.date
    last: dt.date


def segments(item: Item) -> Iterator[Segment]:
    """Yield the times between two changes of the law of an item, as far as it is in force."""
    end = item.shape.through or dt.date.max
    days = [day for day in item.changes if item.in_force(day)]
    for day, after in zip(days, [*days[1:], None], strict=True):
        yield Segment(day, end if after is None else after - dt.timedelta(days=1))


class ItemWorld:
    """Facts and tables of an item in a segment of time, made when they are asked for.

    ``codes`` and ``shared`` leaves may be those of another world: then both speak of the same case, if not of one day.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        item: Item,
        segment: Segment,
        codes: Codes | None = None,
        shared: dict[str, Sym] | None = None,
        mark: str = "",
    ) -> None:
        self.rulebook, self.item, self.segment = rulebook, item, segment
        self.day, self.mark = segment.first, mark
        self.codes = codes or Codes()
        self.provinces = self._provinces()
        self.leaves: dict[str, Sym] = {}
        self._shared: dict[str, Sym] = {} if shared is None else shared
        self.types: dict[str, Type] = {}  # of the leaves
        self.formulas: dict[str, Expr] = {}  # of the facts that are calculated
        self.constraints: list[Term] = []
        self._province = z3.Function("province_of", z3.IntSort(), z3.IntSort())
        self._province_on = z3.Function("province_on", z3.IntSort(), z3.IntSort(), z3.IntSort())
        self._facts: dict[str, Sym] = {}
        self._free: dict[str, Sym] = {}
        self._open: list[tuple[Sym, Type]] = []  # what nobody can tell
        self._likely: list[Term] = []
        self._unnamed: dict[tuple[str, str], list[str]] = {}
        self._made: dict[str, frozenset[str]] = {}
        self.lowered = rulebook.lowered(item, self.day)
        self.tables: dict[str, TableTerms] = {}
        for table in self.lowered.tables:
            self.tables[table.name] = self._table(table)
        for role in item.shape.offices.values():
            for row in role.rows:
                if row.street is not None:
                    self.get(row.street)
        self.relations = tuple(self._relations())
        self._place_words()

    # --- facts ------------------------------------------------------------------------------------

    def get(self, name: str) -> Sym:
        """Return a fact: a conclusion, one that is calculated, or a leaf."""
        found = self._facts.get(name)
        if found is None:
            found = self._facts[name] = self._fact(name)
        return found

    def _fact(self, name: str) -> Sym:
        if name.partition(GAP_MARK)[1]:
            return self.unknowable(name, BOOL)
        type_ = self.item.symbols.facts[name]
        if name in self.item.shape.conclusions:  # no row of it is in force
            return self.unknowable(name, type_)
        formula = self._formula(name)
        if formula is None:
            return self._leaf(name, type_)
        self.formulas[name] = formula
        if isinstance(formula, Const):
            found = of_value(formula.value, type_.kind, self.codes)
        else:
            found = translated(formula, self)
        self.constraints += bounds(found, type_, self.codes, self.provinces)
        return Sym(type_.kind, found.parts, found.none, found.values)

    def _formula(self, name: str) -> Expr | None:
        """Return the formula by which a fact is calculated from facts alone."""
        found = self.item.formulas.get(name)
        declared = self.rulebook.vocabulary.facts.get(name)
        if found is None and declared is not None and declared.shape.formula is not None:
            found = self.rulebook.vocabulary.formula(name)
        return found if found is not None and is_calculated(found) else None

    def _leaf(self, name: str, type_: Type) -> Sym:
        self.types[name] = type_
        declared = self.rulebook.vocabulary.facts.get(name)
        is_day = declared is not None and declared.shape.given == GIVEN_AS_OF
        found = free(f"{self.mark}{name}", type_) if is_day else self._shared.get(name)
        if found is None or len(found.parts) != len(free(name, type_).parts):
            found = self._shared[name] = free(name, type_)
        self.leaves[name] = found
        self.constraints += bounds(found, type_, self.codes, self.provinces)
        if is_day:
            self.constraints += self._in_segment(found)
        elif declared is not None and declared.shape.given == _GIVEN_APPLIED_ON:
            self._likely += self._in_segment(found)
        return found

    def _in_segment(self, day: Sym) -> Iterator[Term]:
        """Yield that a day lies in the segment."""
        yield compared(">=", day, of_value(self.segment.first, "date", self.codes))
        if self.segment.last < dt.date.max:
            yield compared("<=", day, of_value(self.segment.last, "date", self.codes))

    def _relations(self) -> Iterator[str]:
        """State the relations between facts that the item asks for, and yield their names."""
        vocabulary = self.rulebook.vocabulary
        for name in vocabulary.relations:
            tree = vocabulary.relation(name)
            if {one.name for one in names(tree)} <= self._facts.keys():
                self.constraints.append(truth(translated(tree, self)))
                yield name

    @property
    def as_of(self) -> str | None:
        """The leaf that is the day of the case, if the rules of the item ask for it."""
        for name in self.types:
            declared = self.rulebook.vocabulary.facts.get(name)
            if declared is not None and declared.shape.given == GIVEN_AS_OF:
                return name
        return None

    # --- what formulas ask for --------------------------------------------------------------------

    def parameter(self, name: str) -> Parameter:
        """Return a parameter."""
        return self.rulebook.parameters[name]

    def unknowable(self, key: str, type_: Type) -> Sym:
        """Return the variable of what nobody can tell."""
        known = key in self._free
        found = self.left_free(key, type_)
        if not known:
            self._open.append((found, type_))
        return found

    def left_free(self, key: str, type_: Type) -> Sym:
        """Return the variable of what is not calculated; the same key is the same variable."""
        found = self._free.get(key)
        if found is None:
            found = self._free[key] = free(f"free {key}", type_)
            self.constraints += bounds(found, type_, self.codes, self.provinces)
        return found

    def must(self, holds: Term) -> None:
        """State what holds of every case."""
        self.constraints.append(holds)

    def likely(self, holds: Term) -> None:
        """State what holds of most cases."""
        self._likely.append(holds)

    def province_of(self, place: Term, day: Sym) -> Term:
        """Return the number of the province of a place on a day."""
        first, last = self.provinces
        as_of = self.as_of
        if as_of is not None and day.parts == self._facts[as_of].parts:
            found = self._province(place)
        else:
            found = self._province_on(place, day.term)
        self.constraints.append(z3.And(found >= first, found <= last))
        return found

    def home_province(self, place: Term) -> Term:
        """Return the number of the province of a place on the days of the segment."""
        return self._province(place)

    def leaves_of(self, name: str) -> frozenset[str]:
        """Return the leaves from which a fact is made."""
        return self._made_from(name) & self.types.keys()

    def _provinces(self) -> tuple[int, int]:
        """Give the provinces the first numbers, and return the first and the last."""
        codes = [one.code for one in self.rulebook.divisions.provinces(self.day)]
        numbers = [self.codes.places.number(code) for code in codes]
        return min(numbers), max(numbers)

    def _place_words(self) -> None:
        """Say in which province the places lie that the rules name."""
        for word in self.codes.places.words:
            province = self._province_word(word)
            if province is not None:
                place = z3.IntVal(self.codes.places.number(word))
                self.constraints.append(self._province(place) == self.codes.places.number(province))

        for name, type_ in self.types.items():
            if type_.kind == "place" and type_.level != "province":
                self._only_named_places(self.leaves[name].term, type_.level or "any")

    def _only_named_places(self, place: Term, level: str) -> None:
        """Where the rules name every place of a province, there is no other."""
        named, home = len(self.codes.places.words), self._province(place)
        self.constraints.append(z3.And(home >= self.provinces[0], home <= self.provinces[1]))
        for code in self.codes.places.words[self.provinces[0] : self.provinces[1] + 1]:
            if not self.unnamed(code, level):
                elsewhere = home != self.codes.places.number(code)
                self.constraints.append(z3.Or(place < named, elsewhere))

    def unnamed(self, province: str, level: str) -> list[str]:
        """Return places of a province that no rule names."""
        found = self._unnamed.get((province, level))
        if found is None:
            some = places_of(self.rulebook.divisions, province, level, self.day)
            named = set(self.codes.places.words)
            found = self._unnamed[province, level] = [code for code in some if code not in named]
        return found

    def _province_word(self, code: str) -> str | None:
        last = min(self.segment.last, dt.date(2200, 1, 1))
        found = {self._safely(code, day) for day in (self.segment.first, last)}
        return found.pop() if len(found) == 1 else None

    def _safely(self, code: str, day: dt.date) -> str | None:
        found = self.rulebook.divisions.province_of(code, day)
        return found if isinstance(found, str) else None

    # --- tables -----------------------------------------------------------------------------------

    def _table(self, table: LoweredTable) -> TableTerms:
        facts = {name: self._tested(table, name) for name in table.types}
        tests: dict[Test, Term] = {}

        def test(one: Test) -> Term:
            if one not in tests:
                tests[one] = tested(one, facts[one.fact], self.codes)
            return tests[one]

        holds = tuple(
            z3.Or(*[z3.And(*[test(one) for one in alternative]) for alternative in row.alternatives])
            for row in table.rows
        )
        hits, before = [], FALSE
        for index, here in enumerate(holds):
            others = before if table.hit == "first" else z3.Or(*holds[:index], *holds[index + 1 :])
            hits.append(z3.simplify(z3.And(here, z3.Not(others))))
            before = z3.simplify(z3.Or(before, here))
        gap = z3.simplify(z3.Not(z3.Or(*holds)))
        conflict = FALSE if table.hit == "first" else z3.simplify(z3.And(z3.Not(gap), *map(z3.Not, hits)))
        return self._concluded(table, holds, tuple(hits), gap, conflict)

    def _tested(self, table: LoweredTable, name: str) -> Sym:
        """Return a fact that a table tests; a field of its record may be anything of its type."""
        variable = table.source.each[0] if table.source.each is not None else None
        if variable is None or not name.startswith(f"{variable}."):
            return self.get(name)
        return self.left_free(f"{table.name} {name}", table.types[name])

    def _concluded(
        self, table: LoweredTable, holds: tuple[Term, ...], hits: tuple[Term, ...], gap: Term, conflict: Term
    ) -> TableTerms:
        type_ = table.source.type
        special = [gap, conflict]
        value = self.unknowable(f"conclusion {table.name}", type_)
        for row, hit in zip(table.rows, hits, strict=True):
            match row.then:
                case Refer():
                    special.append(hit)
                case ThenValue():
                    constant = of_value(row.then.value, value.kind, self.codes, value.values)
                    value = chosen(hit, constant, value)
                case ThenFact():
                    fact = self.get(row.then.name)
                    value = chosen(hit, Sym(value.kind, fact.parts, fact.none, fact.values), value)
        found = TableTerms(table, holds, hits, gap, conflict, z3.simplify(z3.Or(*special)), value)
        if table.source.kind == "conclusion" and table.source.each is None:
            self._facts[table.source.id] = value
        return found

    def of_kind(self, *kinds: str) -> list[TableTerms]:
        """Return the tables of some kinds."""
        return [one for one in self.tables.values() if one.table.source.kind in kinds]

    # --- the outcome ------------------------------------------------------------------------------

    def fails(self, requirement: TableTerms) -> Term:
        """Return whether a requirement does not hold."""
        rows = zip(requirement.table.rows, requirement.hits, strict=True)
        return z3.Or(*[hit for row, hit in rows if row.then == ThenValue(value=False)], FALSE)

    def applies(self, table: TableTerms) -> Term:
        """Return whether a rule with one condition applies."""
        rows = zip(table.table.rows, table.hits, strict=True)
        return z3.Or(*[hit for row, hit in rows if row.then == ThenValue(value=True)], FALSE)

    def outcomes(self) -> dict[str, Term]:
        """Return for each outcome whether it is that of the case, if every fact is known."""
        failed: dict[str, list[Term]] = {"out_of_scope": [], "ineligible": [], "refer_to_person": []}
        for one in self.of_kind("requirement"):
            rule = one.table.source.rows[0].rule
            failed[else_of(rule)].append(self.fails(one))
        special = [
            one.special
            for one in self.tables.values()
            if one.table.source.kind not in _NO_ANSWER and not one.table.source.informative
            if one.table.source.each is None
        ]
        failed["refer_to_person"] += special
        found, above = {}, FALSE
        for outcome, terms in failed.items():
            here = z3.Or(*terms, FALSE)
            found[outcome] = z3.And(z3.Not(above), here)
            above = z3.Or(above, here)
        found["eligible"] = z3.Not(above)
        return found

    def plain(self) -> Term:
        """Return what is so of most cases; above all, each place is one that no rule names, so it has an office."""
        found = [
            z3.Or(self.leaves[name].none, self.leaves[name].term >= FIRST_OTHER)
            for name, type_ in self.types.items()
            if type_.kind == "place" and type_.level != "province"
        ]
        return z3.And(*found, *self._likely, TRUE)

    def certainly(self, term: Term) -> Term:
        """Return what must hold for a term to be certain where nobody can tell a value.

        That is so of a conclusion that a person must make, and where the law that we know has no value. What the
        program is certain of holds for every value, so for each of some.
        """
        found, apart, size = term, [term], 1
        for sym, type_ in self._open:
            here = [one for one in _for_some_values(found, sym, type_, self.codes) if not one.eq(found)]
            if here and size * len(here) <= _MOST_AT_ONCE:
                found, size = z3.And(*here), size * len(here)
            elif here:
                apart += _for_some_values(term, sym, type_, self.codes)
        return z3.And(*apart, found)

    def settled(self, *tables: TableTerms) -> Term:
        """Return that every conclusion before some tables has a value, so that none of their facts is open."""
        found = [
            one.special
            for one in self.of_kind("conclusion")
            if one.table.source.each is None and one.table.source.id in self._before(tables)
        ]
        return z3.Not(z3.Or(*found, FALSE))

    def _before(self, tables: Sequence[TableTerms]) -> frozenset[str]:
        """Return the conclusions that some tables read, directly or by way of others."""
        names = {name for one in tables for name in one.table.source.reads()}
        return frozenset(found for name in names for found in self._made_from(name))

    def _made_from(self, name: str) -> frozenset[str]:
        """Return a fact with all that it is made from."""
        found = self._made.get(name)
        if found is None:
            made = {table.source.id: table.source for table in self.lowered.of_kind("conclusion")}
            reads: frozenset[str] = frozenset()
            if name in made:
                reads = made[name].reads()
            elif name in self.formulas:
                reads = frozenset(all_names(self.formulas[name]))
            found = self._made[name] = frozenset({name}).union(*map(self._made_from, reads))
        return found


def places_of(divisions: Divisions, province: str, level: str, day: dt.date) -> list[str]:
    """Return codes of places of a level in a province; of one outside the table, some that nobody looks up."""
    wanted: Level = "prefecture" if level == "prefecture" else "county"
    found = [one.code for one in divisions.below(province, wanted, day) if one.through is None]
    if found or divisions.children(province, day):
        return found
    return [f"{province[:2]}{somewhere:04d}" for somewhere in _SOMEWHERE]


def _for_some_values(term: Term, sym: Sym, type_: Type, codes: Codes) -> Iterator[Term]:
    """Yield a term with each of some values in the place of a fact: all, if there are few."""
    some: list[Sym] = []
    if type_.kind == "bool":
        some = [of_value(one, "bool", codes) for one in (False, True)]
    elif type_.values is not None and type_.kind in ("enum", "text"):
        some = [of_value(one, type_.kind, codes) for one in type_.values]
    elif type_.kind in ("place", "text"):
        some = [Sym(type_.kind, (z3.IntVal(number),)) for number in (0, 1, 2, FIRST_OTHER)]
    elif type_.kind in ("int", "money"):
        ends = (type_.low or 0, type_.high or _MANY)
        some = [of_value(end, type_.kind, codes) for end in ends]
    some += [of_value(NONE, type_.kind, codes, sym.values)] if type_.optional and type_.kind != "set" else []
    for one in some:
        pairs = list(zip(sym.parts, one.parts, strict=True))
        pairs += [(sym.none, one.none)] if not z3.is_false(sym.none) else []
        yield z3.substitute(term, *pairs)


def else_of(rule: object) -> str:
    """Return the outcome of who does not meet a requirement."""
    requirement: Requirement = rule  # type: ignore[assignment]
    return requirement.else_


def tested(test: Test, fact: Sym, codes: Codes) -> Term:
    """Return whether a test of a fact holds."""
    return z3.Not(_bare(test, fact, codes)) if test.negated else _bare(test, fact, codes)


def _bare(test: Test, fact: Sym, codes: Codes) -> Term:
    if test.op == "none":
        return fact.none
    if test.op == "true":
        return truth(fact)
    if test.op == "contains":
        return member(fact, str(test.value))
    if test.op == "in":
        assert isinstance(test.value, tuple)
        options = [of_value(one, fact.kind, codes) for one in test.value if one is not NONE]
        return z3.And(fact.some, z3.Or(*[compared("==", fact, one) for one in options], FALSE))
    assert not isinstance(test.value, tuple)
    if isinstance(test.value, frozenset):
        raise AssertionError(test)  # INVARIANT: sets are tested by their members
    return z3.And(fact.some, compared(test.op, fact, of_value(test.value, fact.kind, codes)))


__all__ = ["ItemWorld", "Segment", "TableTerms", "segments", "tested"]
