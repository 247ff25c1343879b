"""The program itself, asked about a set of facts: a proof says nothing that the engines do not say as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CaseError
from crossprov.decide import Decider, read_case
from crossprov.engine import IndexEngine, ReferenceEngine
from crossprov.facts.book import FactBook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.decision import Decision
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.values import Fact, Value


# A fact that is left out is worked out from no records, which other facts may contradict.
_NO_SUCH_CASE: Final = (CaseError, LookupError)


@dataclass(frozen=True)
class Told:
    """What the program says of a set of facts.

    ``rows`` are the rows that answered (``GAP``, ``CONFLICT``), by table; a table whose answer is open has none.
    """

    facts: Mapping[str, Value]
    day: dt.date
    rows: Mapping[str, int]
    tables: frozenset[str]
    decision: Decision
    book: FactBook


class Program:
    """Decides facts of one rulebook with the index, and with the reference where it must be sure."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._index, self._reference = Decider(rulebook), Decider(rulebook)
        self._index.engine, self._reference.engine = IndexEngine(), ReferenceEngine()

    def decide(
        self, item: Item, facts: Mapping[str, Value], day: dt.date, *, sure: bool = False
    ) -> Told | None:
        """Return what is decided on a day; None if no case can have these facts.

        ``sure``: by both engines, which must agree. What the case leaves out is not known, but of records it is known
        that there are none, since facts are told instead of them.
        """
        found = self._decide(self._index, item, facts, day)
        if found is not None and sure:
            other = self._decide(self._reference, item, facts, day)
            assert other is not None
            assert (other.rows, other.decision.outcome) == (found.rows, found.decision.outcome)
        return found

    def _decide(self, decider: Decider, item: Item, facts: Mapping[str, Value], day: dt.date) -> Told | None:
        book = self.book(item, facts, day, decider)
        prepared = decider.prepared(item, day)
        try:
            answers = prepared.run(book)
            made_by = decider.made_by(day, day, day)
            decision = decider.assembly(book, prepared, answers).decision(made_by)
            rows: dict[str, int] = {}
            for table in prepared:
                if table.each is False:
                    hit = table.evaluate(book.get)
                    if len(hit.rows) == 1:
                        rows[table.name] = hit.rows[0]
        except _NO_SUCH_CASE:
            return None
        return Told(facts, day, rows, frozenset(answers.answers), decision, book)

    def book(
        self, item: Item, facts: Mapping[str, Value], day: dt.date, decider: Decider | None = None
    ) -> FactBook:
        """Return the facts with what is calculated from them."""
        fixed: dict[str, Fact] = dict(facts)
        return FactBook((decider or self._index).sources, item, self._case(item), day, day, fixed)

    def true_value(self, book: FactBook, name: str) -> Fact | None:
        """Return a calculated fact; None if no case can have it."""
        try:
            return book.get(name)
        except _NO_SUCH_CASE:
            return None

    def _case(self, item: Item) -> Case | None:
        data = self.no_records(item)
        return read_case({"item": item.id, **data}) if data else None

    def no_records(self, item: Item) -> dict[str, Any]:
        """Return what a case says that has no record, of the lists that tables of the item go through."""
        paths = [
            self.rulebook.vocabulary.records[table.each[1]].shape.given
            for table in item.tables
            if table.each is not None
        ]
        if not paths:
            return {}
        data: dict[str, Any] = {"applicant": {"kind": item.shape.serves[0]}}
        for path in paths:
            *parts, last = path.split(".")
            here = data
            for part in parts:
                here = here.setdefault(part, {})
            here[last] = {"complete_for": [{"provinces": "all"}], "records": []}
        return data
