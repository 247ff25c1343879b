"""How a case was decided, as data: every table with its rows, every fact with where it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crossprov.assembly.answers import Answer, Special, run
from crossprov.assembly.show import Shower, text_of
from crossprov.assembly.stretches import Prepared
from crossprov.facts.book import TOLD, FactBook
from crossprov.rulebook.item import NOT_APPLICABLE, Refer, TableRow, ThenFact, ThenValue
from crossprov.texts import Text, both, template
from crossprov.values import Unknown

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.decide import Decider
    from crossprov.decision import Confidence, FactShown, LawRef
    from crossprov.engine import Evaluator
    from crossprov.models import Case
    from crossprov.rulebook.item import Item, Table, Then
    from crossprov.rulebook.lowering import LoweredTable


@dataclass(frozen=True, slots=True)
class RowTrace:
    """A row as written, and whether it may be the answer; it ``decides`` if no other row may be."""

    id: str
    when: str
    then: Text
    possible: bool
    decides: bool
    say: Text | None
    law: tuple[LawRef, ...]
    confidence: Confidence | None


@dataclass(frozen=True, slots=True)
class TableTrace:
    """A table with its answer, its rows, and the facts that it looked at or wants.

    While the answer is ``open``, ``possible`` lists what is left, and ``others`` says that values not known
    yet are left as well. A table that is applied to each record has its answers in ``records`` instead.
    """

    name: str
    kind: str
    label: Text
    hit: str
    chooses: bool
    open: bool
    possible: tuple[Text, ...]
    others: bool
    each: bool
    records: tuple[Text, ...]
    rows: tuple[RowTrace, ...]
    facts: tuple[FactShown, ...]
    wants: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class FactTrace:
    """A fact that was used, its value in words, and where it came from."""

    name: str
    label: Text
    known: bool
    shown: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Trace:
    """Every table of a case in order, and every fact that was used."""

    item: str
    name: Text
    tables: tuple[TableTrace, ...]
    facts: tuple[FactTrace, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as plain data, as it would be in JSON."""
        return dataclasses.asdict(self, dict_factory=_plain)


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: _in_both(value) for key, value in pairs}


def _in_both(value: Any) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Mapping):
        return {key: _in_both(one) for key, one in value.items()}
    return [_in_both(one) for one in value] if isinstance(value, tuple) else value


def traced(decider: Decider, item: Item, case: Case, days: tuple[dt.date, dt.date]) -> Trace:
    """Return how a case is decided on ``days``, that of the law and that of the facts.

    For a case that ``decide`` has accepted.
    """
    book = FactBook(decider.sources, item, case, *days)
    prepared = decider.prepared(item, days[0]) if item.in_force(days[0]) else Prepared(())
    shower = Shower(decider.rulebook, item, book)
    with decider.engine.deciding():
        answers = run(prepared, book)
        tables = tuple(_Tracer(table.evaluate, answers[table.name], shower).table() for table in prepared)
    facts = tuple(_used(name, shower) for name in book.seen())
    return Trace(item.id, text_of(item.shape.name), tables, facts)


class _Tracer:
    """Puts one table of a case into words."""

    def __init__(self, evaluate: Evaluator, answer: Answer, shower: Shower) -> None:
        self.lowered: LoweredTable = answer.table
        self.source, self.answer, self.shower = answer.source, answer, shower
        each = self.source.each is not None
        self.possible = frozenset(() if each else evaluate(shower.book.get).rows)

    def table(self) -> TableTrace:
        source, answer = self.source, self.answer
        each = source.each is not None
        seen = self.shower.book.seen()
        return TableTrace(
            name=source.name,
            kind=source.kind,
            label=_label(source, self.shower),
            hit=source.hit,
            chooses=len(source.rows) > 2,  # noqa: PLR2004 - more than yes and no
            open=answer.open_,
            possible=() if each else tuple(map(self._value, answer.possible)),
            others=answer.others,
            each=each,
            records=tuple(self._record(one) for one in answer.records),
            rows=tuple(self._rows()),
            facts=self.shower.facts(name for name in self.lowered.types if name in seen),
            wants={need.fact: self.shower.label(need.fact) for need in sorted(answer.needs)},
        )

    def _rows(self) -> Iterator[RowTrace]:
        for index, row in enumerate(self.source.rows):
            if row.rule is not None or row.id == NOT_APPLICABLE:
                yield self._row(row, possible=index in self.possible)

    def _row(self, row: TableRow, *, possible: bool) -> RowTrace:
        shower, rule = self.shower, row.rule
        # The words of a requirement say what follows if it does not hold.
        fits = possible and (self.source.kind != "requirement" or self.answer.truth is not True)
        return RowTrace(
            id=row.id,
            when=_condition(row, shower),
            then=concluded(row.then, self.source.id, shower),
            possible=possible,
            decides=possible and len(self.possible) == 1,
            say=shower.say(rule) if fits else None,
            law=shower.laws(rule) if rule is not None else (),
            confidence=shower.confidence(rule) if rule is not None else None,
        )

    def _value(self, value: Any) -> Text:
        if isinstance(value, Special):
            return both(f"report.undetermined_{value.value}")
        return self.shower.known(value, self.source.type, self.source.id)

    def _record(self, answer: Answer) -> Text:
        if answer.open_ or not answer.possible:
            return both("report.not_known_yet")
        return self._value(answer.possible[0])


def _label(source: Table, shower: Shower) -> Text:
    """What a table is about; its id where nothing names it."""
    rule = source.rows[0].rule
    role = shower.item.shape.offices.get(source.id) if source.kind == "office" else None
    named = role.name if role is not None else getattr(rule, "name", None)
    if source.kind in ("requirement", "office") and named is not None:
        return shower.filled(named)
    return shower.label(source.id)


def _condition(row: TableRow, shower: Shower) -> str:
    """The condition of a row as the rule file has it."""
    rule = row.rule
    if rule is None:
        return f"not ({_applies(row, shower)})"
    found = getattr(rule, "holds", None)
    return str(getattr(rule, "when", "otherwise") if found is None else found)


def _applies(row: TableRow, shower: Shower) -> object:
    """The condition under which the table of a row has anything to say at all."""
    shape = shower.item.shape
    section, which = row.where.path[:2]
    if section == "requirements" and isinstance(which, int):
        return shape.requirements[which].when
    return next(one.when for name, one in shape.conclusions.items() if which == name)


def concluded(then: Then, table: str, shower: Shower) -> Text:
    """Return what a row concludes: a value, what a fact says, or that a person must decide."""
    match then:
        case ThenValue():
            type_ = shower.item.symbols.facts.get(table)
            if type_ is None:  # an office, or a table that is applied to each record
                type_ = next(one.type for one in shower.item.tables if one.id == table)
            return shower.known(then.value, type_, table)
        case ThenFact():
            return template("report.value_of").filled(label=shower.label(then.name))
        case Refer():
            return both("report.for_a_person")


# --- facts ------------------------------------------------------------------------------------------------


def _used(name: str, shower: Shower) -> FactTrace:
    value, type_ = shower.book.get(name), shower.item.symbols.facts.get(name)
    shown = shower.value(value, type_, name) if type_ is not None else Text(str(value), str(value))
    known = not isinstance(value, Unknown)
    return FactTrace(name, shower.label(name), known, shown, _source(shower.shape(name)))


def whence(shape: Any, language: str) -> str:
    """Return where a fact or a list of records comes from."""
    return _source(shape).in_(language)


def _source(shape: Any) -> Text:
    given, formula, function = (getattr(shape, key, None) for key in ("given", "formula", "function"))
    if given is not None:
        return both("report.from_told") if given == TOLD else both("report.from_given", path=given)
    if formula is not None:
        return both("report.from_formula", formula=formula)
    if function is not None:
        return both("report.from_function", function=function)
    return both("report.from_table")
