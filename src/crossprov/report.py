"""The guide (办事指南) for a person: of a decision, of an item without a case, or of how a case was decided.

Two halves. What a guide contains is a ``Guide``: a title, a short answer, sections of entries, the
provenance. How it is written for a terminal is ``as_text``; a web page can write the same guide otherwise.
Every word comes from ``texts/reports.yaml``, from the rules or from the decision.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from crossprov._version import __version__
from crossprov.assembly.answers import Answer, Special, run
from crossprov.assembly.show import Shower, text_of
from crossprov.decision import (
    AmountShown,
    Channel,
    Conclusion,
    Decision,
    Due,
    FactShown,
    IntakeShown,
    LawRef,
    MaterialShown,
    Notice,
    OfficeShown,
    Reason,
    StepShown,
)
from crossprov.facts.book import TOLD, FactBook
from crossprov.places import Division
from crossprov.rulebook.item import NOT_APPLICABLE, Refer, TableRow, ThenFact, ThenValue
from crossprov.rulebook.law import in_force
from crossprov.texts import Text, both, template, text
from crossprov.values import Unknown

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.decide import Decider
    from crossprov.engine import Evaluator
    from crossprov.models import Case
    from crossprov.rulebook import schema
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item, Then
    from crossprov.rulebook.lowering import LoweredTable

PlaceNames = Callable[[str], Text]
"""From a division code to its name."""

_Told = TypeVar("_Told", Reason, Conclusion)

_HASH_SHOWN: Final = 12
_ORDER: Final = (False, None, True)
_NUMERIC: Final = re.compile(r"-?[0-9][0-9.-]*")
_WITH_ADVICE: Final = frozenset({"eligible", "needs_information", "refer_to_person"})


# --- what a guide is ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a section says: a mark before it, and smaller lines below it."""

    words: str
    mark: str = "•"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide; ``id`` is stable and the same in both languages."""

    id: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that is said, in the order in which it is read; sections without entries are left out."""

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]

    def section(self, name: str) -> Section:
        """Return a section by its id; raise ``KeyError`` if the guide has none of that id."""
        for section in self.sections:
            if section.id == name:
                return section
        raise KeyError(name)


def place_names(law: Rulebook, day: dt.date) -> PlaceNames:
    """Return how places are called on ``day``; a code that is not in the table stays a code."""

    def name(code: str) -> Text:
        found = law.divisions.latest(code, day)
        return (
            Text(found.name, found.name_en or found.name) if isinstance(found, Division) else Text(code, code)
        )

    return name


# --- words and laws -------------------------------------------------------------------------------------


class _Words:
    """Puts parts of a decision into words of one language; numbers the laws that are cited."""

    def __init__(self, language: str, shown: object, place: PlaceNames | None) -> None:
        self.language = language
        self.place_name = place or (lambda code: Text(code, code))
        titles: dict[Text, dict[LawRef, None]] = {}
        for law in _cited(shown):
            if law.title is not None:
                titles.setdefault(law.title, {})[law] = None
        self.laws = titles
        self.numbers = {
            law: n for n, law in enumerate((one for group in titles.values() for one in group), 1)
        }

    def say(self, key: str, /, **values: object) -> str:
        """Return a text of ``texts/reports.yaml``."""
        return text(f"report.{key}", self.language, **values)

    def of(self, words: Text | None) -> str:
        """Return a text of the rules in this language."""
        return "" if words is None else words.in_(self.language)

    def listed(self, words: Iterable[str], key: str = "separator") -> str:
        """Return several words as one list."""
        return self.say(key).join(words)

    def places(self, codes: Iterable[str]) -> str:
        """Return the names of places as one list."""
        return self.listed((self.of(self.place_name(code)) for code in codes), "comma")

    def section(self, name: str, entries: Iterable[Entry]) -> Section:
        """Return a section with its heading."""
        return Section(name, self.say(f"section_{name}"), tuple(entries))

    def lawful(self, words: str, laws: Sequence[LawRef], confidence: str | None = None) -> str:
        """Return words followed by the laws behind them, and by how sure we are where that is less."""
        marks = [self.say("law_number", n=self.numbers[law]) for law in laws if law.title is not None]
        if len(marks) < len(laws):
            marks.append(self.say("no_law"))
        elif confidence in ("inferred", "recalled") and all(law.confidence != confidence for law in laws):
            marks.append(self.say(f"sure_{confidence}"))
        return self.say("with_marks", words=words, marks="".join(marks)) if marks else words

    def facts(self, facts: Iterable[FactShown]) -> str:
        """Return facts with their values as one list."""
        return self.listed(
            self.say("pair", label=self.of(one.label), value=self.of(one.shown)) for one in facts
        )

    def law_section(self) -> Section:
        """Return the laws that were cited, by instrument, each with how sure we are of its text."""
        entries = []
        for title, laws in self.laws.items():
            cited = (
                self.say(
                    f"sure_law_{law.confidence}",
                    number=self.say("law_number", n=self.numbers[law]),
                    citation=law.citation,
                )
                for law in laws
            )
            entries.append(Entry(self.say("title", title=self.of(title)), "", tuple(cited)))
        return self.section("laws", entries)


def _cited(shown: object) -> Iterator[LawRef]:
    """Yield every citation inside parts of a decision, in order."""
    if isinstance(shown, LawRef):
        yield shown
    elif dataclasses.is_dataclass(shown):
        for field in dataclasses.fields(shown):
            yield from _cited(getattr(shown, field.name))
    elif isinstance(shown, (tuple, list)):
        for one in shown:
            yield from _cited(one)


# --- the guide of a decision ----------------------------------------------------------------------------


def guide(decision: Decision, language: str, places: PlaceNames | None = None) -> Guide:
    """Return the guide of a decision in ``zh`` or ``en``; ``places`` names codes, as ``place_names`` does."""
    return _OfDecision(decision, language, places).guide()


class _OfDecision:
    def __init__(self, decision: Decision, language: str, places: PlaceNames | None) -> None:
        self.decision = decision
        moot = {one.name for one in decision.conclusions if not one.applies}
        self.reasons = _without(sorted(decision.reasons, key=lambda one: _ORDER.index(one.holds)), moot)
        self.conclusions = _without([one for one in decision.conclusions if one.applies], moot)
        self.advises = decision.outcome in _WITH_ADVICE
        roles = [one for one in decision.roles if one.undetermined != "none"] if self.advises else []
        self.offices = [*filter(None, [decision.competent]), *roles]
        self.intake = decision.intake if self.advises else ()
        self.papers = decision.not_required if self.advises else ()
        money = (decision.amounts, decision.fee)
        shown = [
            self.reasons,
            self.conclusions,
            self.offices,
            self.intake,
            decision.steps,
            decision.materials,
        ]
        self.words = _Words(language, [*shown, self.papers, money, decision.notices], places)

    def guide(self) -> Guide:
        decision, words = self.decision, self.words
        sections = (
            words.section("missing", self._missing()),
            words.section("reasons", _reasons(self.reasons, words)),
            words.section("conclusions", (_conclusion(one, words) for one in self.conclusions)),
            words.section("where", (*_offices(self.offices, words), *_intakes(self.intake, words))),
            words.section("steps", _steps(decision.steps, self._named(), words)),
            words.section("materials", _materials(decision.materials, self.papers, words)),
            words.section("money", _money(decision.amounts, decision.fee if self.advises else None, words)),
            words.section("notices", (_notice(one, words) for one in decision.notices)),
            words.law_section(),
        )
        filled = tuple(section for section in sections if section.entries)
        return Guide(words.of(decision.name), tuple(self._lead()), filled, self._footer())

    def _lead(self) -> Iterator[str]:
        """The answer, and in one line what it rests on or what to do."""
        decision, words = self.decision, self.words
        yield words.say(f"outcome_{decision.outcome}")
        if decision.outcome == "eligible":
            if decision.competent is not None and decision.competent.name is not None:
                yield words.say("lead_office", office=words.of(decision.competent.name))
            return
        if decision.outcome == "needs_information":
            yield words.say("lead_missing", n=len(decision.missing))
            return
        failed = [one for one in self.reasons if one.holds is False and one.outcome == decision.outcome]
        yield from (words.of(one.say) for one in failed if one.say is not None)
        refer = [words.of(one.label) for one in self.conclusions if one.refer]
        if decision.outcome == "refer_to_person" and refer and not failed:
            yield words.say("lead_refer", labels=words.listed(refer))
        if not decision.reasons:
            yield from (words.of(one.text) for one in decision.notices[:1])

    def _missing(self) -> Iterator[Entry]:
        words = self.words
        for one in self.decision.missing:
            note: tuple[str, ...] = ()
            if one.everywhere:
                note = (words.say("missing_everywhere"),)
            elif one.places:
                note = (words.say("missing_places", places=words.places(one.places)),)
            yield Entry(words.of(one.question or one.label), "?", note)

    def _named(self) -> dict[str, str]:
        decision, words = self.decision, self.words
        offices = [*filter(None, [decision.competent]), *decision.roles]
        return {one.role: words.of(one.name or one.function) for one in offices}

    def _footer(self) -> tuple[str, ...]:
        made, words = self.decision.made_by, self.words
        by = words.say(
            "made_by", rulebook=made.rulebook, hash=made.rulebook_hash[:_HASH_SHOWN], version=made.library,
            engine=made.engine,
        )  # fmt: skip
        return by, words.say("made_on", law=made.law_on, facts=made.facts_on, decided=made.decided_on)


def _without(told: Iterable[_Told], moot: Collection[str]) -> list[_Told]:
    """Leave out, among the facts that decided, conclusions of tables that do not apply."""
    return [
        dataclasses.replace(one, facts=tuple(fact for fact in one.facts if fact.name not in moot))
        for one in told
    ]


def _reasons(reasons: Iterable[Reason], words: _Words) -> Iterator[Entry]:
    """Requirements that do not hold or are not known; then those that hold, by their facts alone."""
    held: dict[tuple[str, str], list[LawRef]] = {}
    for one in reasons:
        if one.holds:
            told = words.facts(one.facts) or words.of(one.say)
            held.setdefault((told, one.confidence), []).extend(one.law)
        else:
            yield _not_held(one, words)
    for (told, confidence), laws in held.items():
        yield Entry(words.lawful(told, tuple(dict.fromkeys(laws)), confidence), "✓")


def _not_held(one: Reason, words: _Words) -> Entry:
    facts = words.facts(sorted(one.facts, key=lambda fact: fact.value is not None))
    if one.holds is None:
        notes = (words.say("if_not", say=words.of(one.say)),) if one.say is not None else ()
        return Entry(words.lawful(facts, one.law, one.confidence), "?", notes)
    notes = (words.say("because", facts=facts),) if facts and one.say is not None else ()
    near = (_near_miss(miss.fact, miss.would_do, words) for miss in one.near_misses)
    return Entry(words.lawful(words.of(one.say) or facts, one.law, one.confidence), "✗", (*notes, *near))


def _near_miss(fact: FactShown, would_do: str | None, words: _Words) -> str:
    """What would have to be otherwise, with the unit that the present value is shown with."""
    label, now = words.of(fact.label), words.of(fact.shown)
    if would_do in ("true", "false", "none"):
        value = text({"true": "word.yes", "false": "word.no"}.get(would_do, "word.none"), words.language)
    elif (
        would_do is not None
        and fact.value is not None
        and _NUMERIC.fullmatch(fact.value)
        and fact.value in now
    ):
        value = now.replace(fact.value, would_do)
    else:  # the decision has no words for the other value
        return words.say("near_miss_other", label=label, now=now)
    return words.say("near_miss", label=label, value=value)


def _conclusion(one: Conclusion, words: _Words) -> Entry:
    notes: list[str] = [words.of(one.say)] if one.say is not None else []
    if one.refer:
        value = words.say("for_a_person")
    elif not one.known:
        counted = len(one.possible) > 1 and not one.others
        value = words.say("not_known_yet_of" if counted else "not_known_yet", n=len(one.possible))
        open_ = [words.of(fact.label) for fact in one.facts if fact.value is None]
        notes += [words.say("still_open", facts=words.listed(open_))] if open_ else []
    else:
        value = words.of(one.shown)
    for n, record in enumerate(one.records, 1):
        found = record.get("conclusion") or text("word.unknown", words.language)
        notes.append(words.say("record", n=n, value=found))
    if (one.known or one.refer) and one.facts:
        notes.append(words.say("because", facts=words.facts(one.facts)))
    told = words.say("pair", label=words.of(one.label), value=value)
    return Entry(words.lawful(told, one.law, one.confidence), "•", tuple(notes))


def _offices(offices: Sequence[OfficeShown], words: _Words) -> Iterator[Entry]:
    for one in offices:
        name = words.of(one.name)
        if one.undetermined is not None:
            why = words.say(f"undetermined_{one.undetermined}")
            name = words.say("office_open", function=words.of(one.function), why=why)
        key = "office_competent" if one.role == "competent" else "office_other"
        notes = [words.of(one.say)] if one.say is not None else []
        notes += (
            [words.say("office_candidates", places=words.places(one.candidates))] if one.candidates else []
        )
        known = {"address": one.address, "phone": one.phone, "hours": one.hours}
        notes += [words.say(f"office_{what}", value=value) for what, value in known.items() if value]
        notes += [words.of(notice) for notice in one.notices]
        if one.generic and one.name is not None and one.role == "competent":
            notes.append(words.say("office_generic"))
        yield Entry(words.lawful(words.say(key, name=name), one.law), "•", tuple(notes))


def _intakes(intake: Sequence[IntakeShown], words: _Words) -> Iterator[Entry]:
    for one in intake:
        channels = [channel for channel in one.channels if one.say is None or channel.address]
        named = words.listed((_channel(channel, words) for channel in channels), "comma")
        told = words.say("intake", words=words.of(one.say) or named)
        if not one.certain:
            told = words.say("perhaps", words=told)
        notes = [named] if one.say is not None and named else []
        if one.anywhere_in:
            notes.append(words.say("intake_area", places=words.places(one.anywhere_in)))
            if one.office is not None and one.office.name is not None:
                notes.append(words.say("intake_office", name=words.of(one.office.name)))
            notes += [words.say("intake_never_moves")] if one.say is None else []
        yield Entry(words.lawful(told, one.law, one.confidence), "•", tuple(notes))


def _channel(one: Channel, words: _Words) -> str:
    name = words.of(one.name)
    return words.say("intake_channel", name=name, address=one.address) if one.address else name


# --- steps, materials, money, notices -------------------------------------------------------------------


def _steps(steps: Sequence[StepShown], named: dict[str, str], words: _Words) -> Iterator[Entry]:
    """The steps as a timeline; ``named`` has the name of each role's office."""
    numbers = {step.id: words.say("step_number", n=n) for n, step in enumerate(steps, 1)}
    for n, step in enumerate(steps, 1):
        name = words.of(step.name)
        told = name if step.certain else words.say("perhaps", words=name)
        notes = [words.say("step_actor", who=_actor(step.actor, named, words))]
        if step.done_on is not None:
            notes.append(words.say("step_done", day=step.done_on))
        for due in step.due:
            limit = _due(due, numbers, words)
            limit = limit if due.certain or not step.certain else words.say("perhaps", words=limit)
            notes.append(words.lawful(limit, due.law, due.confidence))
            if due.provisional:
                notes.append(words.say("due_provisional", day=due.day))
        if step.in_time_by is not None and step.done_on is None and step.in_time_by != step.due_on:
            notes.append(words.say("in_time_by", day=step.in_time_by))
        yield Entry(words.lawful(told, step.law, step.confidence), f"{n}.", tuple(notes))


def _actor(actor: str, named: dict[str, str], words: _Words) -> str:
    if actor in ("applicant", "employer", "intake"):
        return words.say(f"actor_{actor}")
    return named.get(actor, actor)


def _due(due: Due, numbers: dict[str, str], words: _Words) -> str:
    kind, start = words.say(f"kind_{due.kind}"), numbers.get(due.starts_with, due.starts_with)
    length = text(f"word.{due.unit}", words.language, n=due.length)
    if due.day is None:
        return words.say("due_open", kind=kind, length=length, start=start)
    if due.expected:
        return words.say("due_expected", day=due.day, kind=kind, length=length, start=start)
    return words.say("due_started", day=due.day, kind=kind, length=length, start=start, since=due.started_on)


def _materials(
    materials: Sequence[MaterialShown], papers: Sequence[MaterialShown], words: _Words
) -> Iterator[Entry]:
    for one in materials:
        name = words.of(one.name)
        told = name if one.certain else words.say("perhaps", words=name)
        notes = (words.of(one.say),) if one.say is not None else ()
        yield Entry(words.lawful(told, one.law, one.confidence), "•", notes)
    for one in papers:
        told = words.say("not_required", name=words.of(one.name))
        told = told if one.certain else words.say("perhaps", words=told)
        yield Entry(words.lawful(told, one.law, one.confidence), "✗")


def _money(amounts: Sequence[AmountShown], fee: AmountShown | None, words: _Words) -> Iterator[Entry]:
    for one in (*amounts, *([fee] if fee is not None else [])):
        yuan = text("word.yuan", words.language, n=one.yuan)
        told = words.say("amount", name=words.of(one.name), yuan=yuan)
        if one is fee and not one.yuan.strip("0."):
            told = words.say("free")
        yield Entry(words.lawful(told, one.law, one.confidence))


def _notice(one: Notice, words: _Words) -> Entry:
    told = words.of(one.text)
    return Entry(words.lawful(told if one.certain else words.say("perhaps", words=told), one.law), "!")


# --- the guide of an item without a case ----------------------------------------------------------------


def item_guide(decider: Decider, item: Item, day: dt.date, language: str) -> Guide:
    """Return the guide of an item by the rules in force on ``day``, for nobody in particular."""
    return _OfItem(decider, item, day, language).guide()


class _OfItem:
    """Makes of each rule what a decision would show of it, with the names of facts for their values."""

    def __init__(self, decider: Decider, item: Item, day: dt.date, language: str) -> None:
        self.law, self.item, self.day = decider.rulebook, item, day
        self.shower = Shower(self.law, item, FactBook(decider.sources, item, None, day, day))
        self.language, self.places = language, place_names(self.law, day)
        self.tables = self.law.lowered(item, day).tables if item.in_force(day) else ()
        self.intake = tuple(map(self._intake, self._rules("intake")))
        self.steps = tuple(map(self._step, self._rules("step")))
        self.materials = tuple(map(self._paper, self._rules("material")))
        self.papers = tuple(map(self._paper, self._rules("not_required")))
        self.notices = tuple(self._notices())
        fee = item.shape.fee
        self.fee = self._fee(fee) if fee and self.tables and in_force(fee.from_, fee.through, day) else None
        rules = [
            self._law(rule) for kind in ("requirement", "conclusion", "office") for rule in self._rules(kind)
        ]
        rest = [rules, self.intake, self.steps, self.materials, self.papers, self.fee, self.notices]
        self.words = _Words(language, rest, self.places)

    def guide(self) -> Guide:
        words, shape = self.words, self.item.shape
        sections = (
            words.section("about", self._about()),
            words.section("requirements", (self._say(rule) for rule in self._rules("requirement"))),
            words.section("tables", self._conclusions()),
            words.section("where", (*self._roles(), *_intakes(self.intake, words))),
            words.section("steps", _steps(self.steps, self._named(), words)),
            words.section("materials", _materials(self.materials, self.papers, words)),
            words.section("money", _money((), self.fee, words)),
            words.section("results", (Entry(words.of(text_of(one))) for one in shape.results)),
            words.section("notices", (_notice(one, words) for one in self.notices)),
            words.section("provenance", self._provenance()),
            words.law_section(),
        )
        lead = [words.of(text_of(shape.summary))] if shape.summary is not None else []
        if not self.tables:
            lead.append(words.say("not_in_force", day=self.day))
            lead += [words.of(text_of(shape.before))] if shape.before and self.day < shape.from_ else []
        identity = self.law.identity
        made = words.say(
            "item_on",
            rulebook=identity.id,
            hash=self.law.hash[:_HASH_SHOWN],
            day=self.day,
            version=__version__,
        )
        filled = tuple(section for section in sections if section.entries)
        return Guide(words.of(text_of(shape.name)), tuple(lead), filled, (made,))

    def _rules(self, kind: str) -> list[Any]:
        tables = (table.source for table in self.tables if table.source.kind == kind)
        return [row.rule for table in tables for row in table.rows if row.rule is not None]

    def _law(self, rule: schema.Rule) -> tuple[tuple[LawRef, ...], Any]:
        return self.shower.laws(rule), self.shower.confidence(rule)

    def _plain(self, words: schema.Text) -> Text:
        """A text with the names of its facts where a decision has their values."""
        return text_of(words).replaced(self._blank)

    def _blank(self, name: str) -> Text:
        return template("report.blank").filled(label=self.shower.label(name))

    def _said(self, rule: schema.Rule) -> Text | None:
        return None if rule.say is None else self._plain(rule.say)

    def _about(self) -> Iterator[Entry]:
        words, shape = self.words, self.item.shape
        yield Entry(words.say("item_id", id=shape.item))
        if shape.number is not None:
            yield Entry(words.say("item_number", n=shape.number))
        for place, code in shape.codes.items():
            yield Entry(words.say("item_code", province=words.places([place]), code=code))
        yield Entry(
            words.say(
                "item_serves", who=words.listed((words.say(f"serves_{one}") for one in shape.serves), "comma")
            )
        )
        if shape.mode is not None:
            yield Entry(words.say("item_mode", mode=words.of(text_of(shape.mode))))
        key = "item_from" if shape.through is None else "item_through"
        yield Entry(words.say(key, since=shape.from_, through=shape.through))

    def _say(self, rule: schema.NamedRule) -> Entry:
        return Entry(self.words.lawful(self.words.of(self._said(rule)) or rule.id, *self._law(rule)))

    def _conclusions(self) -> Iterator[Entry]:
        for table in (one.source for one in self.tables if one.source.kind == "conclusion"):
            rows = (self._row(row, table.id) for row in table.rows if row.rule is not None)
            yield Entry(self.words.of(self.shower.label(table.id)), "•", tuple(rows))

    def _roles(self) -> Iterator[Entry]:
        named = self._named()
        for table in (one.source for one in self.tables if one.source.kind == "office"):
            key = "office_competent" if table.id == "competent" else "office_other"
            rows = (self._row(row, table.id) for row in table.rows if row.rule is not None)
            yield Entry(self.words.say(key, name=named[table.id]), "•", tuple(rows))

    def _row(self, row: TableRow, table: str) -> str:
        words, rule = self.words, cast("schema.Rule", row.rule)
        then = words.of(_then(row.then, table, self.shower))
        said = self._said(rule)
        told = then if said is None else words.say("row_then", then=then, say=words.of(said))
        return words.lawful(told, *self._law(rule))

    def _named(self) -> dict[str, str]:
        functions = self.law.offices.region.functions
        roles = self.item.shape.offices.items()
        return {role: functions[shape.function].name.in_(self.language) for role, shape in roles}

    def _intake(self, rule: schema.Intake) -> IntakeShown:
        known = ((name, self.law.channels[name]) for name in rule.channels)
        channels = tuple(Channel(name, text_of(shape.name), shape.address) for name, shape in known)
        return IntakeShown(
            rule.id, _always(rule), None, rule.anywhere_in, channels, self._said(rule), *self._law(rule)
        )

    def _step(self, rule: schema.Step) -> StepShown:
        limits = [one for one in self._rules("limit") if one.step == rule.id]
        due = tuple(map(self._limit, limits))
        laws, confidence = self._law(rule)
        return StepShown(
            id=rule.id, name=self._plain(rule.name), actor=rule.actor, office=None, certain=_always(rule),
            after=rule.after, done_on=None, due=due, in_time_by=None, law=laws, confidence=confidence,
        )  # fmt: skip

    def _limit(self, rule: schema.Limit) -> Due:
        count, _, unit = rule.length.partition(" ")
        laws, confidence = self._law(rule)
        return Due(
            limit=rule.id, kind=rule.kind, length=int(count), unit=cast("Any", unit),
            starts_with=rule.starts_with, started_on=None, day=None, certain=_always(rule), expected=False,
            provisional=False, say=self._said(rule), law=laws, confidence=confidence,
        )  # fmt: skip

    def _paper(self, rule: schema.Material | schema.NotRequired) -> MaterialShown:
        return MaterialShown(
            rule.id, self._plain(rule.name), _always(rule), self._said(rule), *self._law(rule)
        )

    def _fee(self, rule: schema.Fee) -> AmountShown:
        return AmountShown("fee", both("word.fee"), rule.amount, *self._law(rule))

    def _notices(self) -> Iterator[Notice]:
        for rule in self._rules("notice"):
            yield Notice(rule.id, self._plain(rule.say), _always(rule), self.shower.laws(rule))
        adopted: dict[Text, Notice] = {}
        for table in self.tables:
            for row in table.source.rows:
                if row.rule is not None and row.rule.adopted is not None:
                    words = self._plain(row.rule.adopted)
                    adopted.setdefault(words, Notice(row.id, words, True, self.shower.laws(row.rule)))  # noqa: FBT003
        yield from adopted.values()
        for n, one in enumerate(self.item.shape.differences):
            yield Notice(f"difference-{n}", text_of(one), True, ())  # noqa: FBT003 - certain

    def _provenance(self) -> Iterator[Entry]:
        why = self.item.shape.provenance
        if why is not None:
            yield Entry(self.words.say(f"inclusion_{why.inclusion}"), "•", (self.words.of(text_of(why.why)),))


def _always(rule: Any) -> bool:
    return getattr(rule, "when", "otherwise") in ("otherwise", True)


def _then(then: Then, table: str, shower: Shower) -> Text:
    """What a row concludes: a value, what a fact says, or that a person must decide."""
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


# --- an explanation: every table of a case --------------------------------------------------------------


def explanation(
    decider: Decider, item: Item, case: Case, days: tuple[dt.date, dt.date], language: str
) -> Guide:
    """Return every table of a case with its rows, and every fact that was used with where it came from.

    ``days`` are the day of the law and the day of the facts. For a case that ``decide`` has accepted.
    """
    book = FactBook(decider.sources, item, case, *days)
    prepared = decider.prepared(item, days[0]) if item.in_force(days[0]) else ()
    answers = run(prepared, book)
    shower = Shower(decider.rulebook, item, book)
    rules = [row.rule for table, _ in prepared for row in table.source.rows if row.rule is not None]
    words = _Words(language, [shower.laws(rule) for rule in rules], None)
    traces = [_Trace(table, evaluate, answers[table.name], shower, words) for table, evaluate in prepared]
    facts = words.section("facts", (_used(name, shower, words) for name in book.seen()))
    title = words.say("explained", name=words.of(text_of(item.shape.name)))
    return Guide(
        title,
        (words.say("legend"),),
        (*(trace.section() for trace in traces), facts, words.law_section()),
        (),
    )


class _Trace:
    """One table of a case: the answer, the rows, the facts it looked at."""

    def __init__(
        self, table: LoweredTable, evaluate: Evaluator, answer: Answer, shower: Shower, words: _Words
    ) -> None:
        self.table, self.source, self.answer = table, table.source, answer
        self.shower, self.words = shower, words
        each = self.source.each is not None
        self.possible = frozenset(() if each else evaluate(shower.book.get).rows)

    def section(self) -> Section:
        source, words = self.source, self.words
        label = words.of(self.shower.label(source.id))
        heading = words.say(f"table_{source.kind}", name=source.id if label == source.id else label)
        if len(source.rows) > 2:  # noqa: PLR2004 - a rule, and what holds otherwise
            heading = words.say(f"hit_{source.hit}", heading=heading)
        rows = (
            self._row(index, row)
            for index, row in enumerate(source.rows)
            if row.rule or row.id == NOT_APPLICABLE
        )
        return Section(source.name, heading, (self._answer(), *rows, *self._facts()))

    def _answer(self) -> Entry:
        answer, words = self.answer, self.words
        values = [self._value(one) for one in answer.possible]
        if self.source.each is not None:
            records = enumerate(
                (self._value(one.possible[0]) for _, one in answer.records if one.possible), 1
            )
            return Entry("", "=", tuple(words.say("record", n=n, value=value) for n, value in records))
        if answer.open_:
            return Entry(words.say("answer_open", values=words.listed(values, "comma")), "=")
        return Entry(words.say("answer", value=words.listed(values, "comma") or words.say("no_row")), "=")

    def _value(self, value: Any) -> str:
        if isinstance(value, Special):
            return self.words.say(f"undetermined_{value.value}")
        return self.words.of(self.shower.known(value, self.source.type, self.source.id))

    def _row(self, index: int, row: TableRow) -> Entry:
        words, only = self.words, len(self.possible) == 1
        mark = ("→" if only else "?") if index in self.possible else "·"
        then = words.of(_then(row.then, self.source.id, self.shower))
        told = words.say("row", id=row.id, when=_condition(row, self.shower), then=then)
        if row.rule is None:
            return Entry(told, mark)
        # The words of a requirement say what follows if it does not hold.
        fits = index in self.possible and (self.source.kind != "requirement" or self.answer.truth is not True)
        said = (words.of(self.shower.say(row.rule)),) if fits and row.rule.say is not None else ()
        laws, confidence = self.shower.laws(row.rule), self.shower.confidence(row.rule)
        return Entry(words.lawful(told, laws, confidence), mark, said)

    def _facts(self) -> Iterator[Entry]:
        seen = self.shower.book.seen()
        for one in self.shower.facts(name for name in self.table.types if name in seen):
            told = self.words.say(
                "fact", label=self.words.of(one.label), name=one.name, value=self.words.of(one.shown)
            )
            yield Entry(told, "○")
        for need in sorted(self.answer.needs):
            label = self.words.of(self.shower.label(need.fact))
            yield Entry(self.words.say("wants", label=label, name=need.fact), "○")


def _condition(row: TableRow, shower: Shower) -> str:
    """The condition of a row as the rule file has it."""
    rule = row.rule
    if rule is None:
        conclusion = next(
            one for name, one in shower.item.shape.conclusions.items() if row.where.path[1] == name
        )
        return f"not ({conclusion.when})"
    found = getattr(rule, "holds", None)
    return str(getattr(rule, "when", "otherwise") if found is None else found)


def _used(name: str, shower: Shower, words: _Words) -> Entry:
    """A fact with its value and where it came from."""
    value, shape = shower.book.get(name), shower.shape(name)
    type_ = shower.item.symbols.facts.get(name)
    shown = words.of(shower.value(value, type_, name)) if type_ is not None else str(value)
    told = words.say("fact", label=words.of(shower.label(name)), name=name, value=shown)
    return Entry(told, "?" if isinstance(value, Unknown) else "•", (whence(shape, words.language),))


def whence(shape: Any, language: str) -> str:
    """Return where a fact or a list of records comes from."""
    given, formula, function = (getattr(shape, key, None) for key in ("given", "formula", "function"))
    if given is not None:
        return (
            text("report.from_told", language)
            if given == TOLD
            else text("report.from_given", language, path=given)
        )
    if formula is not None:
        return text("report.from_formula", language, formula=formula)
    if function is not None:
        return text("report.from_function", language, function=function)
    return text("report.from_table", language)


# --- as text --------------------------------------------------------------------------------------------

_UNITS: Final = re.compile(r"[^\S\n]+|〔[^〔〕\s]{1,12}〕|[\u0021-\u02af]+|[^\s\u0021-\u02af]")
_NOT_FIRST: Final = frozenset("，。；：、？！）】》〕”’…,.;:?!)]}")
_NOT_LAST: Final = frozenset("（【《〔“‘([{")


def width_of(words: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(
        2 if unicodedata.east_asian_width(one) in "WF" else 0 if unicodedata.combining(one) else 1
        for one in words
    )


def padded(words: str, width: int) -> str:
    """Return a text filled with spaces to ``width`` columns."""
    return words + " " * max(width - width_of(words), 0)


def wrapped(words: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, if no single word is longer.

    Chinese may break anywhere but before a closing and after an opening mark; Latin words stay whole.
    """
    lines: list[str] = []
    line = ""
    for unit in _units(words):
        if line and width_of(line + unit) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + unit if line else unit.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(words: str) -> Iterator[str]:
    """Yield the pieces between which a line may break."""
    held = ""
    for unit in _UNITS.findall(words.replace("\n", " ")):
        if held and unit[0] not in _NOT_FIRST and held[-1] not in _NOT_LAST:
            yield held
            held = ""
        held += unit
    if held:
        yield held


def as_text(guide_: Guide, width: int = 92) -> str:
    """Return a guide as plain text of at most ``width`` columns, ending with a line break."""
    lines = [*wrapped(guide_.title, width)]
    lines.append("=" * min(width, max(map(width_of, lines))))
    for words in guide_.lead:
        lines += wrapped(words, width)
    for section in guide_.sections:
        lines += ["", section.heading, "-" * min(width, width_of(section.heading))]
        for entry in section.entries:
            lines += _entry(entry, width)
    lines += (
        ["", *(line for words in guide_.footer for line in wrapped(words, width))] if guide_.footer else []
    )
    return "\n".join(lines) + "\n"


def _entry(entry: Entry, width: int) -> Iterator[str]:
    indent = " " * (width_of(entry.mark) + 1) if entry.mark else ""
    first = f"{entry.mark} " if entry.mark else ""
    for line in wrapped(entry.words, width - len(indent)):
        yield (first + line).rstrip()
        first = indent
    inner = indent or "  "
    for note in entry.notes:
        for line in wrapped(note, width - len(inner)):
            yield inner + line
