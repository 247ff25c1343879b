"""Running the tables of an item over the facts of a case; a conclusion is a fact for the tables after it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from crossprov.engine import CONFLICT, GAP
from crossprov.rulebook.item import NOT_APPLICABLE, TableRow, ThenFact, ThenValue
from crossprov.values import NONE, Fact, Need, Unknown, Value, needs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crossprov.assembly.stretches import Prepared
    from crossprov.engine import Evaluator
    from crossprov.facts.book import FactBook
    from crossprov.rulebook.item import Table, Then
    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.rulebook.schema import OfficeRow


class Special(Enum):
    """Conclusions that are no value: a person must decide, or the rules do not answer."""

    REFER = "refer_to_person"
    GAP = "gap"
    NO_PLACE = "no_place"  # the office that decides is that of a place, and there is no such place


Concluded: TypeAlias = Value | Special


@dataclass(slots=True, eq=False)
class Answer:
    """The answer of a table for a case. Nobody changes it: many cases share it.

    ``possible`` are the conclusions of the rows that may still be the answer: one if it is known (``open_``
    false); ``others``: further ones, since a row that may be the answer concludes an unknown fact. ``needs``
    is what would settle it. ``row`` is the row that decided, if one row did. ``tested`` are the facts that
    were looked at, for the kinds of tables that show them. ``records`` are the answers for each record, of a
    table that is applied to each; no answer holds a record itself.

    ``source`` is the table as written. ``value`` is the value concluded, or None if it is not known or is
    none of the values. ``truth`` is the answer of a table with one condition: True, False, or None while it
    is not known. ``refers``: certainly a person must decide, or the rules do not answer.
    """

    table: LoweredTable
    possible: tuple[Concluded, ...]
    open_: bool
    needs: frozenset[Need]
    row: TableRow | None
    tested: tuple[str, ...]
    others: bool = False
    records: tuple[Answer, ...] = ()
    source: Table = field(init=False)
    value: Value | None = field(init=False)
    truth: bool | None = field(init=False)
    refers: bool = field(init=False)

    def __post_init__(self) -> None:
        value: Value | None = None
        refers = False
        if not self.open_:
            only = self.possible[0] if len(self.possible) == 1 else None
            if only is None or type(only) is Special:
                refers = all(isinstance(one, Special) for one in self.possible)
            else:
                value = only  # type: ignore[assignment] # it is no Special
        self.source, self.value, self.refers = self.table.source, value, refers
        self.truth = value if value is True or value is False else None

    @property
    def beyond(self) -> bool:
        """Whether the table certainly has nothing to say of the case: its ``when`` does not hold."""
        return self.row is not None and self.row.id == NOT_APPLICABLE

    @property
    def may_refer(self) -> bool:
        """Whether a person may have to decide."""
        return any(isinstance(one, Special) for one in self.possible)


_FLAT: Final = frozenset({"bool", "enum", "place", "text"})
COMPETENT: Final = "office:competent"  # the table of the office that decides
_SHOW_FACTS: Final = frozenset({"requirement", "conclusion"})
_NOTHING: Final[frozenset[Need]] = frozenset()
_MAX_KEPT: Final = (
    256  # answers a table keeps; it has one for each row, each way to get there and what is open
)


class PreparedTable:
    """A table ready to be asked. The answers of rows that conclude a constant are kept for all cases."""

    def __init__(self, table: LoweredTable, evaluate: Evaluator) -> None:
        self.table, self.evaluate = table, evaluate
        self.source, self.name, self.kind = table.source, table.source.name, table.source.kind
        self.each = self.source.each is not None
        rows = enumerate(table.source.rows)
        self._constant = frozenset(
            {GAP, CONFLICT, *(i for i, row in rows if not isinstance(row.then, ThenFact))}
        )
        self.shown = tuple(table.types) if self.kind in _SHOW_FACTS else ()
        self._kept: dict[tuple[tuple[int, ...], frozenset[Need], tuple[str, ...]], Answer] = {}
        then = [row.then.name for row in table.source.rows if isinstance(row.then, ThenFact)]
        # Of these it is not known beforehand which ones a case looks at.
        self.looked_at_anew = frozenset((*then, *table.types) if self.each else then)
        # A table that tests nothing and concludes a constant has one answer for every case.
        settled = not table.types and not self.each and self._constant.issuperset(range(len(table.rows)))
        self.settled: Answer | None = self.answer({}, _no_fact) if settled else None

    def settled_as(self, answer: Answer) -> PreparedTable:
        """Return the table with an answer that nothing which will be asked can change."""
        found = copy(self)
        found.settled = answer
        return found

    def forget(self) -> None:
        """Keep no more of the answers that were kept; those that begin to be kept now are other ones."""
        self._kept = {}

    def answer(self, seen: Mapping[str, Fact], get: Callable[[str], Fact]) -> Answer:
        """Answer the table for the facts that ``get`` returns; ``seen`` are those that were asked for so far."""
        hit = self.evaluate(get)
        needs = needs_of(*[get(name) for name in hit.missing]) if hit.missing else _NOTHING
        return self.concluded(hit.rows, needs, self.tested(seen), get)

    def tested(self, seen: Mapping[str, Fact]) -> tuple[str, ...]:
        """Return the facts, of those that the table shows, that were asked for so far."""
        return tuple([name for name in self.shown if name in seen]) if self.shown else ()

    def is_constant(self, rows: tuple[int, ...]) -> bool:
        """Tell whether rows conclude the same for every case."""
        return self._constant.issuperset(rows)

    def concluded(
        self,
        rows: tuple[int, ...],
        needs: frozenset[Need],
        tested: tuple[str, ...],
        get: Callable[[str], Fact],
    ) -> Answer:
        """Return the answer of the rows that may decide; ``needs`` would settle which, ``tested`` was looked at."""
        key = rows, needs, tested
        answer = self._kept.get(key)
        if answer is None:
            answer = self.answered(rows, needs, tested, get)
            if self.is_constant(rows) and len(self._kept) < _MAX_KEPT:
                self._kept[key] = answer
        return answer

    def answered(
        self,
        rows: tuple[int, ...],
        needs: frozenset[Need],
        tested: tuple[str, ...],
        get: Callable[[str], Fact],
    ) -> Answer:
        """Return the same without keeping it for other cases."""
        if len(rows) == 1 and rows[0] >= 0:
            decides = self.source.rows[rows[0]]
            only = _conclusion(self.source, decides.then, get)
            if not isinstance(only, Unknown):
                return Answer(self.table, (only,), False, _NOTHING, decides, tested)
        found = dict.fromkeys(_conclusions(self.table, rows, get))
        unknown = [value for value in found if isinstance(value, Unknown)]
        possible = tuple([value for value in found if not isinstance(value, Unknown)])
        open_ = bool(unknown) or len(possible) > 1 or self._differ(rows)
        row = self.source.rows[rows[0]] if len(rows) == 1 and rows[0] >= 0 else None
        needs = needs | needs_of(*unknown) if open_ else _NOTHING
        return Answer(self.table, possible, open_, needs, row, tested, bool(unknown))

    def _differ(self, rows: tuple[int, ...]) -> bool:
        """Tell whether rows that may decide name different organs, even for one place."""
        if self.kind != "office":
            return False
        rules = [cast("OfficeRow", self.source.rows[index].rule) for index in rows if index >= 0]
        return len({rule.function for rule in rules}) > 1


def _no_fact(name: str) -> Fact:
    raise AssertionError(name)  # INVARIANT: a table without tests asks for nothing


def run(prepared: Prepared, book: FactBook) -> dict[str, Answer]:
    """Answer every table in order and enter the conclusions among the facts."""
    return prepared.run(book).answers


def _conclusions(
    table: LoweredTable, rows: tuple[int, ...], get: Callable[[str], Fact]
) -> Iterator[Concluded | Unknown]:
    for index in rows:
        if index in (GAP, CONFLICT):
            yield Special.GAP
        else:
            yield _conclusion(table.source, table.rows[index].then, get)


def _conclusion(table: Table, then: Then, get: Callable[[str], Fact]) -> Concluded | Unknown:
    if isinstance(then, ThenFact):
        found = get(then.name)
        # That nobody is to decide must be stated; that a place is none does not state it.
        return Special.NO_PLACE if found is NONE and table.name == COMPETENT else found
    return then.value if isinstance(then, ThenValue) else Special.REFER


def concluded_fact(answer: Answer) -> Fact:
    """A conclusion as a fact: unknown among what is possible, or unknown for good if a person must decide."""
    if answer.refers or not answer.possible:
        return Unknown(answer.needs)
    if not answer.open_ and answer.value is not None:
        return answer.value
    values = frozenset(one for one in answer.possible if not isinstance(one, Special))
    closed = answer.source.type.kind in _FLAT and not answer.may_refer and not answer.others
    return Unknown(answer.needs, among=values if closed else None)


def for_each(table: PreparedTable, book: FactBook) -> Answer:
    """Apply a table to each record; the results are a list of records with the field ``conclusion``."""
    source = table.source
    assert source.each is not None
    variable, records = source.each
    listed = book.listed(records)
    results: list[tuple[object, Answer]] = []
    for record in listed.rows:

        def get(name: str, record: object = record) -> Fact:
            head, _, field = name.partition(".")
            return book.field(records, record, field) if head == variable else book.get(name)

        results.append((record, table.answer(book.seen(), get)))
    needs = frozenset(need for _, answer in results for need in answer.needs)
    complete = listed.covers_everywhere()
    if not complete:
        needs |= listed.needs(everywhere=True)
    rows = tuple(_Concluded(record, concluded_fact(answer)) for record, answer in results)
    book.put_listed(source.id, listed.with_rows(rows))  # what is missing keeps the name of the records
    special = tuple(dict.fromkeys(one for _, answer in results if answer.refers for one in answer.possible))
    open_ = not special and (not complete or any(answer.open_ for _, answer in results))
    tested = tuple(dict.fromkeys(name for _, answer in results for name in answer.tested))
    each = tuple(answer for _, answer in results)
    return Answer(table.table, special or (NONE,), open_, needs, None, tested, records=each)


@dataclass(frozen=True, slots=True)
class _Concluded:
    """A record together with what was concluded for it."""

    record: object
    conclusion: Fact

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)
