"""All facts of one case, each worked out when first asked for and only once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crossprov._errors import CaseError, Problem, RulebookError
from crossprov.calendar import WorkdayCalendar, add_working_days
from crossprov.facts.formula import Formula, compile_formula
from crossprov.facts.records import Listed, is_tolerant
from crossprov.facts.registry import BUILTIN, function, misread
from crossprov.places import Ambiguous
from crossprov.rulebook.lowering import GAP_MARK
from crossprov.rulebook.parameters import of_keys
from crossprov.rulebook.types import FEN_A_YUAN, Type, constant
from crossprov.rulebook.vocabulary import APPLIED_ON
from crossprov.values import NONE, Fact, Month, Need, Nothing, Unknown, Value, needs_of, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crossprov.models import Case
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.loading import Law
    from crossprov.rulebook.vocabulary import FactDef

TOLD: Final = "told"
APPLY: Final = "apply"  # the step of the application itself
_MAX_KEPT: Final = 4_096  # provinces of places, and parameters, on a day
_NEVER_KNOWN: Final = Unknown()
_USUAL: Final[Mapping[str, type]] = {
    "bool": bool, "int": int, "money": int, "date": dt.date, "month": Month, "place": str, "text": str,
}  # fmt: skip

Source = Callable[["FactBook"], Fact]
ProvinceOf = Callable[..., str | Ambiguous | None]


class FactSources:
    """For each fact of a rulebook, how to work it out: made when first needed, kept for all cases."""

    def __init__(self, law: Law, workdays: WorkdayCalendar, packages: Sequence[str] = (BUILTIN,)) -> None:
        self.law, self.workdays, self.packages = law, workdays, tuple(packages)
        self._sources: dict[str, Source] = {}
        self._of_items: dict[str, dict[str, Source]] = {}
        self.parameter_on = lru_cache(maxsize=_MAX_KEPT)(self._parameter_on)

    def _parameter_on(self, name: str, day: dt.date) -> Any:
        """Return a parameter on a day, a keyed one as the mapping; None where the law we know has none."""
        return self.law.parameters[name].table(day)

    @cached_property
    def province_of(self) -> ProvinceOf:
        """The province of a place on a day, as the divisions tell it; kept for other cases."""
        divisions = self.law.divisions
        kept = lru_cache(maxsize=_MAX_KEPT)(divisions.province_of)

        def province_of(place: str, on: dt.date, written_on: dt.date | None = None) -> str | Ambiguous | None:
            # The days of records are many; to most codes they say nothing.
            if written_on is None or not divisions.had_other_lives(place):
                return kept(place, on)
            return kept(place, on, written_on=written_on)

        return province_of

    def of_item(self, item: Item) -> dict[str, Source]:
        """Return how the facts of an item are worked out, as far as they have been needed."""
        return self._of_items.setdefault(item.id, {})

    def make(self, item: Item, name: str) -> Source:
        """Return how a fact of an item is worked out: its own, or one of the vocabulary."""
        if name in item.shape.conclusions:  # no row of it is in force on the day
            return lambda _book: Unknown()
        parameter, mark, _ = name.partition(GAP_MARK)
        if mark:  # a gap of the law stands in for a comparison, see lowering
            return lambda _book: unknown(parameter)
        if name in item.functions:
            return self._made_by_function(item.functions[name], item.symbols.records)
        if name not in item.formulas:
            return self.source(name)
        formula = compile_formula(item.formulas[name])
        return _checked(name, item.symbols.facts[name], lambda book: formula(book, None))

    def source(self, name: str) -> Source:
        """Return how a fact is worked out; raise ``KeyError`` if there is no such fact."""
        found = self._sources.get(name)
        if found is None:
            found = self._sources[name] = self._make(self.law.vocabulary.facts[name])
        return found

    def _make(self, fact: FactDef) -> Source:
        shape = fact.shape
        if shape.formula is not None:
            formula: Formula = compile_formula(self.law.vocabulary.formula(fact.name))
            return _checked(fact.name, fact.type, lambda book: formula(book, None))
        if shape.function is not None:
            return self._made_by_function(fact, self.law.vocabulary.symbols.records)
        if shape.given == TOLD:
            return _told(fact)
        return _checked(fact.name, fact.type, _given(tuple(str(shape.given).split(".")), fact))

    def _made_by_function(self, fact: FactDef, records: Mapping[str, Mapping[str, Type]]) -> Source:
        call = function(str(fact.shape.function), len(fact.shape.reads), self.packages)
        problems = list(misread(call, fact, records))
        if problems:
            raise RulebookError(problems)
        parameters = self.law.vocabulary.parameters
        reads = [
            methodcaller("listed" if name in records else "table" if name in parameters else "get", name)
            for name in fact.shape.reads
        ]
        return _checked(fact.name, fact.type, _by_function(call, reads))


def _told(fact: FactDef) -> Source:
    """What the case tells by the fact's name; absent or null is unknown."""
    name, open_ = fact.name, unknown(fact.name)
    return lambda book: book.told.get(name, open_)


def _given(path: tuple[str, ...], fact: FactDef) -> Source:
    """What a field of the case says, or else what it tells by the fact's name; absent is unknown."""
    if path == ("as_of",):
        return lambda book: book.facts_on
    name, open_, type_ = fact.name, unknown(fact.name), fact.type

    def work_out(book: FactBook) -> Fact:
        raw = recorded(book.case, path)
        return book.told.get(name, open_) if raw is None else as_fact(raw, type_)

    return work_out


def _by_function(call: Callable[..., Any], reads: Sequence[Callable[[FactBook], Any]]) -> Source:
    tolerant = is_tolerant(call)

    def work_out(book: FactBook) -> Fact:
        values = [read(book) for read in reads]
        if not tolerant:
            for value in values:
                if isinstance(value, Unknown):
                    return Unknown(needs_of(*values))
        found: Fact = call(*values)
        return found

    return work_out


def _checked(name: str, type_: Type, source: Source) -> Source:
    """Refuse a value outside what the vocabulary declares: bad input must not decide anything."""
    usual, low = _USUAL.get(type_.kind), type_.low
    if type_.values is not None or type_.high is not None:
        usual = None

    def work_out(book: FactBook) -> Fact:
        try:
            value = source(book)
        except (OverflowError, ValueError):
            raise CaseError([Problem("fact_out_of_range", {"fact": name})]) from None
        if type(value) is usual and (low is None or low <= value):  # type: ignore[operator]
            return value
        if not isinstance(value, Unknown) and not type_.admits(value):
            raise CaseError([Problem("fact_out_of_range", {"fact": name})])
        return value

    return work_out


class FactBook:
    """The facts of a case on its days.

    ``law_on`` chooses the versions of parameters, ``facts_on`` is the day up to which records are seen. Facts in
    ``fixed`` are taken as they are, also calculated ones. ``told`` are the facts that the case tells by name, as
    ``admit`` read them; without it they are read here.
    """

    def __init__(
        self,
        sources: FactSources,
        item: Item,
        case: Case | None,
        law_on: dt.date,
        facts_on: dt.date,
        fixed: Mapping[str, Fact] | None = None,
        told: Mapping[str, Value] | None = None,
    ) -> None:
        self.sources, self.item, self.case = sources, item, case
        self.law_on, self.facts_on = law_on, facts_on
        self._sources = sources.of_item(item)
        self.fixed = bool(fixed)
        self._known: dict[str, Fact] = dict(fixed or {})
        self._listed: dict[str, Listed[Any]] = {}
        self.told = told if told is not None else self._told()

    def get(self, name: str) -> Fact:
        """Return a fact."""
        known = self._known
        if name in known:
            return known[name]
        known[name] = _NEVER_KNOWN  # a fact made from itself
        try:
            source = self._sources[name]
        except KeyError:
            source = self._sources[name] = self.sources.make(self.item, name)
        value = known[name] = source(self)
        return value

    def put(self, name: str, value: Fact) -> None:
        """Enter a conclusion, which is a fact for the tables after it."""
        self._known[name] = value

    def seen(self) -> Mapping[str, Fact]:
        """Return the facts that have been worked out so far."""
        return self._known

    def known(self) -> KnownFacts:
        """Return the facts that have been worked out so far, without the case."""
        return KnownFacts(self.law_on, self.facts_on, dict(self._known))

    def table(self, name: str) -> Any:
        """Return a parameter as a function reads it: a keyed one as the mapping; a gap is unknown."""
        found = self.sources.parameter_on(name, self.law_on)
        return unknown(name) if found is None else found

    def parameter(self, name: str, keys: tuple[Value, ...], on: dt.date | None) -> Fact:
        """Return a parameter; a day or key for which we know no law is a gap, and unknown."""
        value = of_keys(self.sources.parameter_on(name, on or self.law_on), keys)
        return unknown(name) if value is None else value

    def in_one_version(self, name: str, first: dt.date, last: dt.date) -> bool:
        """Return whether a parameter has one version on all days from ``first`` to ``last``."""
        found = self.sources.law.parameters[name]
        return not any(first < day <= last for day in found.change_days())

    def province_of(self, place: str, day: dt.date) -> Fact:
        """Return the province of a place on a day; unknown, asking for the township, if it was divided."""
        found = self.sources.province_of(place, day)
        if isinstance(found, Ambiguous):
            among = frozenset(division.code for division in found.candidates)
            return Unknown(frozenset({Need(found.asks)}), among=among)
        if found is None:
            raise self.no_division(place, day)
        return found

    def no_division(self, place: str, day: dt.date) -> CaseError:
        """Return the error that no division had a code on a day: it names the fact that tells it, never the code."""
        fact, path = next(self._telling(place), ("", ""))
        return CaseError([Problem("place_unknown", {"day": str(day), "fact": fact}, path=path)])

    def _telling(self, place: str) -> Iterator[tuple[str, str]]:
        """Yield the facts that tell a place, each with its field in a case; then those that are made of others."""
        for name, fact in self.sources.law.vocabulary.facts.items():
            given = fact.shape.given
            if given is not None and fact.type.kind == "place":
                field = None if given == TOLD else recorded(self.case, given.split("."))
                told = self.told.get(name) if field is None else field
                if self._known.get(name, told) == place:
                    yield name, f"facts.{name}" if field is None else given
        yield from ((name, name) for name, value in self._known.items() if value == place)

    def add_working_days(self, day: dt.date, days: int) -> dt.date:
        """Return the day that lies so many working days later."""
        return add_working_days(day, days, self.sources.workdays).day

    # --- records ----------------------------------------------------------------------------------

    def listed(self, name: str) -> Listed[Any]:
        """Return a list of records with what it is complete for."""
        found = self._listed.get(name)
        if found is None:
            # No method of the book: its lists would hold it, and with it the case, until garbage is collected.
            concluded = name in self.item.shape.conclusions
            path = name if concluded else self.sources.law.vocabulary.records[name].shape.given
            province = partial(_province, self.sources, self.facts_on, path)
            if concluded:  # no row of the table is in force on the day
                return Listed(name, (), None, province, self.facts_on)
            records = walk(self.case, path.split("."))
            rows = tuple(records.records) if records is not None else ()
            found = self._listed[name] = Listed(name, rows, records, province, self.facts_on)
        return found

    def put_listed(self, name: str, listed: Listed[Any]) -> None:
        """Enter the conclusions of a table that was applied to each record."""
        self._listed[name] = listed

    def field(self, records: str, record: object, name: str) -> Fact:
        """Return a field of a record; absent is unknown."""
        type_ = self.item.symbols.records[records][name]
        raw = getattr(record, name)
        if isinstance(raw, (Unknown, Nothing, Fraction, frozenset)):
            return raw  # what a table concluded for the record
        return Unknown(frozenset({Need(records)})) if raw is None else as_fact(raw, type_)

    def _told(self) -> dict[str, Value]:
        known, told = self.sources.law.vocabulary.facts, self.case.facts if self.case is not None else {}
        return {name: told_fact(raw, known[name]) for name, raw in told.items() if raw is not None}


def _province(sources: FactSources, on: dt.date, path: str, place: str, written_on: dt.date | None) -> str:
    """Return the province, on the day of a case, of a place that a record names."""
    found = sources.province_of(place, on, written_on=written_on)
    if not isinstance(found, str):
        raise CaseError([Problem("place_unknown", {"day": str(on)}, path=path)])
    return found


class KnownFacts(NamedTuple):
    """What is left of a book when its case is let go: the facts that were worked out, and their days."""

    law_on: dt.date
    facts_on: dt.date
    facts: Mapping[str, Fact]

    def get(self, name: str) -> Fact:
        """Return a fact; raise ``KeyError`` for one that was not worked out while there was a case."""
        return self.facts[name]

    def seen(self) -> Mapping[str, Fact]:
        """Return all of them."""
        return self.facts


def told_fact(raw: object, fact: FactDef) -> Value:
    """Return a fact told by name; raise ``CaseError`` if it is not of the fact's type."""
    type_ = fact.type
    if (raw is True or raw is False) and type_.kind == "bool":
        return raw
    if type_.kind == "enum" and type(raw) is str and raw in (type_.values or ()) and raw != "none":
        return raw
    try:
        value = constant(raw, type_)
    except ValueError:
        value = None
    if value is None or not type_.bounds_admit(value):
        expected = ", ".join(type_.values) if type_.values else type_.name()
        problem = Problem(
            "fact_not_of_type", {"fact": fact.name, "expected": expected}, path=f"facts.{fact.name}"
        )
        raise CaseError([problem])
    return value


def as_fact(raw: object, type_: Type) -> Value:
    """Return what a record says as the value of a fact: money in fen, rates as fractions."""
    if type(raw) is bool or type(raw) is dt.date:
        return raw
    if isinstance(raw, Decimal):
        return int(raw * FEN_A_YUAN) if type_.kind == "money" else Fraction(raw)
    if isinstance(raw, (list, tuple)):
        return frozenset(raw)
    if raw == "none" and type_.optional:
        return NONE
    assert isinstance(raw, (bool, int, str, dt.date, Month))
    return raw


def recorded(case: Case | None, path: Sequence[str]) -> Any:
    """Return what a field of a case says, or None; of the day of the application, what the event ``apply`` says."""
    found = walk(case, path)
    if found is None and case is not None and list(path) == [APPLIED_ON]:
        return next((event.on for event in case.events if event.step == APPLY), None)
    return found


def walk(start: object, path: Sequence[str]) -> Any:
    """Follow a path of fields; None where something is absent or the applicant has no such field."""
    here = start
    for part in path:
        here = getattr(here, part, None)
        if here is None:
            return None
    return here
