"""One look at a case: its decision, its facts and tables, and what would be decided if some facts were otherwise.

The interview and the changes look at a case this way; they decide by the same pipeline as everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from crossprov.assembly.answers import run
from crossprov.assembly.reasons import missing
from crossprov.assembly.show import Shower
from crossprov.assembly.stretches import Prepared
from crossprov.calendar import today
from crossprov.decide import decider, guarded
from crossprov.engine.kinds import kinds_of_values
from crossprov.facts.book import FactBook
from crossprov.rulebook.closure import made_from
from crossprov.rulebook.expression import all_names
from crossprov.values import Unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from crossprov.assembly.answers import Answer, PreparedTable
    from crossprov.decide import Decider
    from crossprov.decision import Decision, Missing, Outcome
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.values import Fact, Need, Value

_KEPT: Final = "reach"
OPEN: Final = "needs_information"


@dataclass(frozen=True, repr=False)
class Look:
    """What a case, as far as it is told, gives by the law and the facts of two days (mostly one)."""

    law: Rulebook
    item: Item
    case: Case
    law_on: dt.date
    facts_on: dt.date

    @cached_property
    def decision(self) -> Decision:
        """The decision of the case as it is."""
        return self.decided({})

    def decided(self, fixed: Mapping[str, Fact]) -> Decision:
        """Return what the decision would be if some facts were as ``fixed`` says."""
        with guarded():
            return self._decider.decide(self.item.id, self.case, self.law_on, self.facts_on, today(), fixed)

    def would_be(self, fixed: Mapping[str, Fact]) -> tuple[Outcome, frozenset[Need]]:
        """Return the outcome if some facts were as ``fixed`` says, and what would be wanted then.

        It is that of ``decided``; only tables that the facts can reach are answered anew, so many can be tried.
        """
        book = FactBook(self._decider.sources, self.item, self.case, self.law_on, self.facts_on, fixed)
        reach = self._reach
        tables = Prepared(
            [
                table
                if table.each or not fixed.keys().isdisjoint(reach[table.name])
                else self._settled[table.name]
                for table in self.prepared
            ]
        )
        with guarded(), self._decider.engine.deciding():
            return self._decider.assembly(book, self.prepared, tables.run(book)).outcome()

    @cached_property
    def _settled(self) -> Mapping[str, PreparedTable]:
        """The tables with the answers that they have now."""
        return {table.name: table.settled_as(self.answers[table.name]) for table in self.prepared}

    @cached_property
    def _reach(self) -> Mapping[str, frozenset[str]]:
        """For each table, the names of everything that its answer is made from, however far behind."""
        kept = self.law.kept.setdefault(_KEPT, {})
        assert isinstance(kept, dict)
        found: tuple[Prepared, Mapping[str, frozenset[str]]] | None = kept.get(id(self.prepared))
        if found is None:  # the entry holds the tables, so no others can ever have this identity
            found = kept[id(self.prepared)] = (self.prepared, self._reached())
        return found[1]

    def _reached(self) -> Mapping[str, frozenset[str]]:
        reach: dict[str, frozenset[str]] = {}
        for table in self.prepared:
            tests = (all_names(row.when) for row in table.source.rows)
            names = table.source.reads().union(*tests, (table.source.each or ())[1:])
            found = made_from(names, self.item, self.law.vocabulary)
            behind = (reach.get(f"conclusion:{name}", frozenset()) for name in found)
            reach[table.name] = found.union(*behind)
        return reach

    @property
    def _decider(self) -> Decider:
        return decider(self.law)

    @cached_property
    def prepared(self) -> Prepared:
        """The tables of the item on the day."""
        return self._decider.prepared(self.item, self.law_on)

    @cached_property
    def book(self) -> FactBook:
        """The facts of the case, with the conclusions among them."""
        book = FactBook(self._decider.sources, self.item, self.case, self.law_on, self.facts_on)
        with guarded(), self._decider.engine.deciding():
            self.__dict__["answers"] = run(self.prepared, book)
        return book

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        """What each table says."""
        _ = self.book
        found: Mapping[str, Answer] = self.__dict__["answers"]
        return found

    @cached_property
    def open(self) -> tuple[Missing, ...]:
        """What would still change the decision; where it stands, what would fill in what only informs."""
        if self.decision.outcome == OPEN or self.decision.missing:
            return self.decision.missing
        informing = [answer for answer in self.answers.values() if answer.source.informative]
        needs = frozenset(need for answer in informing for need in answer.needs)
        return tuple(missing(needs, Shower(self.law, self.item, self.book)))

    def kinds(self, name: str) -> list[list[Value]]:
        """Return values of a fact, those together that the rules of the item do not tell apart."""
        provinces = self.law.divisions.province_codes(self.facts_on)
        tables = (table.table for table in self.prepared)
        return kinds_of_values(tables, name, self.item.symbols.facts[name], provinces)

    def waiting(self, fact: str) -> Iterator[Answer]:
        """Yield the answers of tables that wait for a fact or a list of records, in the order of the rules."""
        _ = self.book
        for answer in self.answers.values():
            if any(need.fact == fact for need in answer.needs):
                yield answer

    def settled_by(self, fact: str) -> tuple[str, ...]:
        """Return the facts tested by waiting tables that are open and that this fact alone would tell."""
        found: set[str] = set()
        for answer in self.waiting(fact):
            for name in self.item.symbols.facts.keys() & answer.table.types.keys():  # no field of a record
                value = self.book.get(name)
                if isinstance(value, Unknown) and {need.fact for need in value.needs} == {fact}:
                    found.add(name)
        return tuple(sorted(found))
