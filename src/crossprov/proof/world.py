"""An item between two changes of its law, as terms of z3: its facts and its tables.

The tables are those of the lowering, which every reading but one reads. A conclusion is bound by its table. What is
given, told, or worked out from records is a *leaf*: it may have any value of its type for which the relations hold.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.formulas import translated, truth
from crossprov.proof.places import Places
from crossprov.proof.segments import formula_of
from crossprov.proof.symbols import Codes, Sym, Term, bounds, compared, free, of_value
from crossprov.proof.tables import TableTerms, table_terms
from crossprov.rulebook.expression import Const, all_names, names
from crossprov.rulebook.lowering import GAP_MARK
from crossprov.rulebook.types import BOOL, Type
from crossprov.rulebook.vocabulary import APPLIED_ON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crossprov.proof.segments import Segment
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.expression import Expr
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.parameters import Parameter

GIVEN_AS_OF: Final = "as_of"


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
        self.places = Places(rulebook.divisions, self.codes, segment)
        self.leaves: dict[str, Sym] = {}
        self._shared: dict[str, Sym] = {} if shared is None else shared
        self.types: dict[str, Type] = {}  # of the leaves
        self.formulas: dict[str, Expr] = {}  # of the facts that are calculated
        self.constraints: list[Term] = []
        self._facts: dict[str, Sym] = {}
        self._free: dict[str, Sym] = {}
        self.open: list[tuple[Sym, Type]] = []  # what nobody can tell
        self.held_likely: list[Term] = []
        self._made: dict[str, frozenset[str]] = {}
        self.lowered = rulebook.lowered(item, self.day)
        self.tables: dict[str, TableTerms] = {}
        for table in self.lowered.tables:
            found = self.tables[table.name] = table_terms(table, self)
            if table.source.kind == "conclusion" and table.source.each is None:
                self._facts[table.source.id] = found.conclusion
        for role in item.shape.offices.values():
            for row in role.rows:
                if row.street is not None:
                    self.get(row.street)
        self.relations = tuple(self._relations())
        self.constraints += self.places.of_words()
        self.constraints += self.places.of_leaves(self.own_places())

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
        formula = formula_of(name, self.item, self.rulebook.vocabulary)
        if formula is None:
            return self._leaf(name, type_)
        self.formulas[name] = formula
        if isinstance(formula, Const):
            found = of_value(formula.value, type_.kind, self.codes)
        else:
            found = translated(formula, self)
        self.constraints += bounds(found, type_, self.codes, self.places.provinces)
        return Sym(type_.kind, found.parts, found.none, found.values)

    def _leaf(self, name: str, type_: Type) -> Sym:
        self.types[name] = type_
        declared = self.rulebook.vocabulary.facts.get(name)
        is_day = declared is not None and declared.shape.given == GIVEN_AS_OF
        found = free(f"{self.mark}{name}", type_) if is_day else self._shared.get(name)
        if (
            found is not None and found.values != free(name, type_).values
        ):  # a set that has other members there
            found = self._with_other_members(name, found, type_)
        if found is None:
            found = self._shared[name] = free(name, type_)
        self.leaves[name] = found
        self.constraints += bounds(found, type_, self.codes, self.places.provinces)
        if is_day:
            self.constraints += self._in_segment(found)
        elif declared is not None and declared.shape.given == APPLIED_ON:
            self.held_likely += self._in_segment(found)
        return found

    def _with_other_members(self, name: str, there: Sym, type_: Type) -> Sym:
        """Return a set of which the other world knows other members; no case of both has what only one knows."""
        found = free(name, type_)
        for one, other in ((found, there), (there, found)):
            known = zip(one.values, one.parts, strict=True)
            self.constraints += [z3.Not(part) for member, part in known if member not in other.values]
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

    # --- what formulas and tables ask for --------------------------------------------------------------------

    def parameter(self, name: str) -> Parameter:
        """Return a parameter."""
        return self.rulebook.parameters[name]

    def unknowable(self, key: str, type_: Type) -> Sym:
        """Return the variable of what nobody can tell."""
        known = key in self._free
        found = self.left_free(key, type_)
        if not known:
            self.open.append((found, type_))
        return found

    def left_free(self, key: str, type_: Type) -> Sym:
        """Return the variable of what is not calculated; the same key is the same variable."""
        found = self._free.get(key)
        if found is None:
            found = self._free[key] = free(f"free {key}", type_)
            self.constraints += bounds(found, type_, self.codes, self.places.provinces)
        return found

    def must(self, holds: Term) -> None:
        """State what holds of every case."""
        self.constraints.append(holds)

    def likely(self, holds: Term) -> None:
        """State what holds of most cases."""
        self.held_likely.append(holds)

    def province_of(self, place: Term, day: Sym) -> Term:
        """Return the number of the province of a place on a day."""
        as_of = self.as_of
        if as_of is not None and day.parts == self._facts[as_of].parts:
            found = self.places.home(place)
        else:
            found = self.places.province_on(place, day)
        self.constraints.append(self.places.is_province(found))
        return found

    def lacks_office(self, function: str, place: Term) -> Term:
        """Return whether a function has no office for a place; left open where it has none for some of a province."""
        offices, (first, last) = self.rulebook.offices, (self.segment.first, self.segment.last)
        never, some = (
            self.places.is_in(place, codes) for codes in offices.provinces_without(function, first, last)
        )
        if z3.is_false(some):
            return never
        # Two worlds speak of the same offices only if they are of the same days and levels.
        name = f"no_office {first} {last} {offices.region.functions[function].versions!r}"
        return z3.Or(never, z3.And(some, z3.Function(name, z3.IntSort(), z3.BoolSort())(place)))

    def own_places(self) -> Iterator[tuple[Sym, str]]:
        """Yield the leaves that are places below a province, with their level."""
        for name, type_ in self.types.items():
            if type_.kind == "place" and type_.level != "province":
                yield self.leaves[name], type_.level or "any"

    def leaves_of(self, name: str) -> frozenset[str]:
        """Return the leaves from which a fact is made."""
        return self._made_from(name) & self.types.keys()

    def of_kind(self, *kinds: str) -> list[TableTerms]:
        """Return the tables of some kinds."""
        return [one for one in self.tables.values() if one.table.source.kind in kinds]

    def before(self, tables: Sequence[TableTerms]) -> frozenset[str]:
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
