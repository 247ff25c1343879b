"""Running the tables of an item over the facts of a case; a conclusion is a fact for the tables after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crossprov.engine import CONFLICT, GAP, Evaluator, Hit
from crossprov.facts.records import Listed
from crossprov.rulebook.item import Refer, TableRow, ThenFact, ThenValue
from crossprov.values import NONE, Fact, Need, Unknown, Value, needs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.facts.book import FactBook
    from crossprov.rulebook.item import Table, Then
    from crossprov.rulebook.lowering import LoweredTable


class Special(Enum):
    """Conclusions that are no value: a person must decide, or the rules do not answer."""

    REFER = "refer_to_person"
    GAP = "gap"


Concluded: TypeAlias = Value | Special


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a table for a case.

    ``possible`` are the conclusions of the rows that may still be the answer: one if it is known (``open_``
    false); ``others``: further ones, since a row that may be the answer concludes an unknown fact. ``needs`` is
    what would settle it. ``row`` is the row that decided, if one row did.
    """

    table: LoweredTable
    possible: tuple[Concluded, ...]
    open_: bool
    needs: frozenset[Need]
    row: TableRow | None
    tested: tuple[str, ...]
    others: bool = False
    records: tuple[tuple[object, Answer], ...] = ()

    @property
    def source(self) -> Table:
        """The table as written."""
        return self.table.source

    @property
    def value(self) -> Value | None:
        """The value concluded, or None if it is not known or is none of the values."""
        only = self.possible[0] if len(self.possible) == 1 and not self.open_ else None
        return None if isinstance(only, Special) else only

    @property
    def truth(self) -> bool | None:
        """The answer of a table with one condition: True, False, or None while it is not known."""
        value = self.value
        return value if isinstance(value, bool) else None

    @property
    def refers(self) -> bool:
        """Whether it is certain that a person must decide, or that the rules do not answer."""
        return not self.open_ and all(isinstance(one, Special) for one in self.possible)

    @property
    def may_refer(self) -> bool:
        """Whether a person may have to decide."""
        return any(isinstance(one, Special) for one in self.possible)


Prepared: TypeAlias = "tuple[tuple[LoweredTable, Evaluator], ...]"

_FLAT: Final = frozenset({"bool", "enum", "place", "text"})


def run(prepared: Prepared, book: FactBook) -> dict[str, Answer]:
    """Answer every table in order and enter the conclusions among the facts."""
    answers: dict[str, Answer] = {}
    for table, evaluate in prepared:
        source = table.source
        if source.each is not None:
            answers[source.name] = _for_each(table, evaluate, book)
            continue
        answer = _answer(table, evaluate, book, book.get)
        answers[source.name] = answer
        if source.kind == "conclusion":
            book.put(source.id, _as_fact(answer))
    return answers


def _answer(
    table: LoweredTable, evaluate: Evaluator, book: FactBook, get: Callable[[str], Fact]
) -> Answer:
    hit = evaluate(get)
    rows = table.source.rows
    found = dict.fromkeys(_conclusions(table, hit, get))
    needs = needs_of(*(get(name) for name in hit.missing))
    unknown = [value for value in found if isinstance(value, Unknown)]
    needs |= needs_of(*unknown)
    possible = tuple(value for value in found if not isinstance(value, Unknown))
    open_ = bool(unknown) or len(possible) > 1
    row = rows[hit.rows[0]] if len(hit.rows) == 1 and hit.rows[0] >= 0 else None
    tested = tuple(name for name in table.types if name in book.seen())
    return Answer(table, possible, open_, needs if open_ else frozenset(), row, tested, bool(unknown))


def _conclusions(table: LoweredTable, hit: Hit, get: Callable[[str], Fact]) -> Iterator[Concluded | Unknown]:
    for index in hit.rows:
        if index in (GAP, CONFLICT):
            yield Special.GAP
        else:
            yield _conclusion(table.rows[index].then, get)


def _conclusion(then: Then, get: Callable[[str], Fact]) -> Concluded | Unknown:
    match then:
        case ThenValue():
            return then.value
        case ThenFact():
            return get(then.name)
        case Refer():
            return Special.REFER


def _as_fact(answer: Answer) -> Fact:
    """A conclusion as a fact: unknown among what is possible, or unknown for good if a person must decide."""
    if answer.refers or not answer.possible:
        return Unknown(answer.needs)
    if not answer.open_ and answer.value is not None:
        return answer.value
    values = frozenset(one for one in answer.possible if not isinstance(one, Special))
    closed = answer.source.type.kind in _FLAT and not answer.may_refer and not answer.others
    return Unknown(answer.needs, among=values if closed else None)


def _for_each(table: LoweredTable, evaluate: Evaluator, book: FactBook) -> Answer:
    """Apply a table to each record; the results are a list of records with the field ``conclusion``."""
    source = table.source
    assert source.each is not None  # noqa: S101 - INVARIANT: asked before
    variable, records = source.each
    listed = book.listed(records)
    results: list[tuple[object, Answer]] = []
    for record in listed.rows:

        def get(name: str, record: object = record) -> Fact:
            head, _, field = name.partition(".")
            return book.field(records, record, field) if head == variable else book.get(name)

        results.append((record, _answer(table, evaluate, book, get)))
    needs = frozenset(need for _, answer in results for need in answer.needs)
    complete = listed.covers_everywhere()
    if not complete:
        needs |= listed.unknown(everywhere=True).needs
    rows = tuple(_Concluded(record, _as_fact(answer)) for record, answer in results)
    book.put_listed(source.id, replace(listed, name=source.id, rows=rows))
    special = tuple(dict.fromkeys(one for _, answer in results if answer.refers for one in answer.possible))
    open_ = not special and (not complete or any(answer.open_ for _, answer in results))
    tested = tuple(dict.fromkeys(name for _, answer in results for name in answer.tested))
    return Answer(table, special or (NONE,), open_, needs, None, tested, records=tuple(results))


@dataclass(frozen=True, slots=True)
class _Concluded:
    """A record together with what was concluded for it."""

    record: object
    conclusion: Fact

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)
