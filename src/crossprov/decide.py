"""The story of a case: records → facts → tables → decision."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from crossprov import calendar
from crossprov._errors import CaseError, CrossprovError, Problem, internal_fault
from crossprov._version import __version__
from crossprov.assembly import reasons
from crossprov.assembly.answers import PreparedTable
from crossprov.assembly.memory import Memory
from crossprov.assembly.steps import Counting
from crossprov.assembly.stretches import Prepared
from crossprov.assembly.whole import Assembly, out_of_scope
from crossprov.decision import MadeBy
from crossprov.engine import ENGINES
from crossprov.facts.admit import admit
from crossprov.facts.book import FactBook, FactSources
from crossprov.facts.registry import BUILTIN
from crossprov.models import Case
from crossprov.models.errors import case_error
from crossprov.rulebook.book import Rulebook
from crossprov.rulebook.closure import read_by_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.assembly.stretches import Answers
    from crossprov.decision import Decision
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.lowering import LoweredItem
    from crossprov.values import Fact

_KEPT: Final = "decider"
_MAX_KEPT: Final = 4_096  # days, of which a decision says that it was made


def decide(
    case: Case | Mapping[str, object] | str | bytes,
    rulebook: Rulebook | None = None,
    *,
    item: str | None = None,
    law_on: dt.date | None = None,
    facts_on: dt.date | None = None,
) -> Decision:
    """Decide a case.

    ``case`` is a ``Case``, a dict (read as JSON would be), or JSON text. ``item`` overrides the item named in
    the case. Three days are kept apart: ``law_on`` chooses the law, ``facts_on`` the facts; both are the
    case's ``as_of`` unless given, and that is today in Beijing unless given; the day of deciding is today.
    What lies after the day of the facts cannot have happened and is refused.

    Raises ``CaseError`` for an input that cannot be read as a case, ``UnknownItemError`` for an unknown item,
    ``RulebookError`` for rules that cannot be used, ``InternalFaultError`` if a rule breaks. Never raises for
    facts that are missing: the decision then says which.
    """
    read = read_case(case)
    law_day, facts_day, today = days_of(read, law_on, facts_on)
    ready = decider(rulebook or builtin())
    with guarded():
        return ready.decide(item or read.item, read, law_day, facts_day, today)


class guarded:  # noqa: N801 - read as the functions of contextlib are, of which it is one, and quicker
    """Turn an error of a rule into an ``InternalFaultError``, which shows nothing of the case."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise another error, if it is not one of ours."""
        if isinstance(error, Exception) and not isinstance(error, CrossprovError):
            raise internal_fault(error) from None


def days_of(case: Case, law_on: dt.date | None, facts_on: dt.date | None) -> tuple[dt.date, dt.date, dt.date]:
    """Return the days of the law, of the facts and of deciding; raise ``CaseError`` for what is no day.

    The clock is looked at once, so midnight cannot come between them.
    """
    today = calendar.today()
    as_of = case.as_of or today
    return _a_day(law_on) or as_of, _a_day(facts_on) or as_of, today


def _a_day(day: dt.date | None) -> dt.date | None:
    if day is not None and (not isinstance(day, dt.date) or isinstance(day, dt.datetime)):
        raise CaseError([Problem("not_a_date", {"found": type(day).__name__})])
    return day


def read_case(case: Case | Mapping[str, object] | str | bytes) -> Case:
    """Read a case; raise ``CaseError`` that names each field and what would be right, and no value."""
    if isinstance(case, Case):
        return case
    try:
        if isinstance(case, (str, bytes)):
            return Case.model_validate_json(case)
        return Case.model_validate(case)
    except ValidationError as error:
        raise case_error(error) from None


@lru_cache(maxsize=1)
def builtin() -> Rulebook:
    """Return the rulebook that comes with the library, loaded once."""
    return Rulebook.load()


def decider(rulebook: Rulebook) -> Decider:
    """Return the decider of a rulebook; it keeps what does not depend on a case."""
    found = rulebook.kept.get(_KEPT)
    if not isinstance(found, Decider):
        found = rulebook.kept[_KEPT] = Decider(rulebook)
    return found


class Decider:
    """Decides cases by one rulebook; keeps prepared tables and sources of facts for all cases."""

    def __init__(self, rulebook: Rulebook) -> None:
        if rulebook.engine not in ENGINES:
            said = {"found": rulebook.engine[:40], "expected": ", ".join(ENGINES)}
            raise CaseError([Problem("unknown_engine", said)])
        self.rulebook = rulebook
        self.engine = ENGINES[rulebook.engine]()
        self.counting = Counting(rulebook.workdays)
        self.sources = FactSources(rulebook, self.counting.workdays, (*rulebook.functions, BUILTIN))
        self.memory = Memory()
        self.made_by = lru_cache(maxsize=_MAX_KEPT)(self._made_by)
        self._prepared: dict[int, tuple[LoweredItem, Prepared]] = {}
        self._read: dict[str, frozenset[str]] = {}  # what facts read is the same on every day

    def prepared(self, item: Item, day: dt.date, kind: str | None = None) -> Prepared:
        """Return the tables of an item in force on a day (only those of a kind), ready to be asked."""
        lowered = self.rulebook.lowered(item, day, kind)
        found = self._prepared.get(id(lowered))
        if found is None:
            tables = [PreparedTable(table, self.engine.prepare(table)) for table in lowered.tables]
            # What tables test of each record is no fact of the case.
            classes = self.engine.classes([table for table in lowered.tables if table.source.each is None])
            ready = Prepared(tables, classes, self._read_by_facts(item), self.memory)
            found = self._prepared.setdefault(id(lowered), (lowered, ready))  # two threads keep one
        return found[1]

    def decide(
        self,
        item_id: str,
        case: Case | None,
        law_on: dt.date,
        facts_on: dt.date,
        decided_on: dt.date,
        fixed: Mapping[str, Fact] | None = None,
    ) -> Decision:
        """Decide a case on its days; ``fixed`` facts are taken as they are, without records."""
        item = self.rulebook.item(item_id)
        made_by = self.made_by(law_on, facts_on, decided_on)
        told = admit(case, item, self.rulebook, facts_on) if case is not None else {}
        if not item.in_force(law_on):
            return out_of_scope(item, reasons.not_in_force(item.shape), made_by)
        if case is not None and case.applicant.kind not in item.shape.serves:
            return out_of_scope(item, reasons.not_served(), made_by)
        book = FactBook(self.sources, item, case, law_on, facts_on, fixed, told)
        prepared = self.prepared(item, law_on)
        with self.engine.deciding():
            answers = prepared.run(book)
            return self.assembly(book, prepared, answers).decision(made_by)

    def _read_by_facts(self, item: Item) -> frozenset[str]:
        found = self._read.get(item.id)
        if found is None:
            found = self._read[item.id] = read_by_facts(item, self.rulebook.vocabulary)
        return found

    def assembly(self, book: FactBook, prepared: Prepared, answers: Answers) -> Assembly:
        """Return what puts the answers of one case together."""
        limits = partial(self.prepared, book.item, kind="limit")
        return Assembly(self.rulebook, book, prepared, answers, limits, self.counting)

    def _made_by(self, law_on: dt.date, facts_on: dt.date, decided_on: dt.date) -> MadeBy:
        identity = self.rulebook.identity
        return MadeBy(
            identity.id, self.rulebook.hash, identity.language, __version__, self.engine.name,
            law_on, facts_on, decided_on,
        )  # fmt: skip


__all__ = ["Decider", "builtin", "days_of", "decide", "decider", "guarded", "read_case"]
