"""The guide of an item by the rules of a day, for nobody in particular."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from crossprov._version import __version__
from crossprov.assembly.order import nearest, stated
from crossprov.assembly.show import Shower, text_of
from crossprov.decision import (
    AmountShown,
    Channel,
    Due,
    IntakeShown,
    LawRef,
    MaterialShown,
    Notice,
    StepShown,
)
from crossprov.facts.book import FactBook
from crossprov.report import parts
from crossprov.report.conditions import condition
from crossprov.report.model import Entry, Guide, Section
from crossprov.report.plan import plan_of
from crossprov.report.trace import concluded
from crossprov.report.words import HASH_SHOWN, Words, place_names
from crossprov.rulebook.expression import Always, Not
from crossprov.rulebook.law import in_force
from crossprov.texts import Text, both, template

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.decide import Decider
    from crossprov.rulebook import schema
    from crossprov.rulebook.item import Item, Table, TableRow


def item_guide(decider: Decider, item: Item, day: dt.date, language: str) -> Guide:
    """Return the guide of an item by the rules in force on ``day``, for nobody in particular."""
    rules = _Rules(decider, item, day)
    return _OfItem(rules, language).guide()


class _Rules:
    """Makes of each rule what a decision would show of it, with the names of facts for their values."""

    def __init__(self, decider: Decider, item: Item, day: dt.date) -> None:
        self.law, self.item, self.day = decider.rulebook, item, day
        self.shower = Shower(self.law, item, FactBook(decider.sources, item, None, day, day))
        self.tables = self.law.lowered(item, day).tables if item.in_force(day) else ()
        self.intake = tuple(map(self._intake, self.of("intake")))
        steps = self.of("step")
        self.before = nearest(stated(steps, item.shape.steps), [step.id for step in steps])
        self.steps = tuple(map(self._step, steps))
        self.since = {rule.id: rule.from_ for rule in self.of("limit") if rule.from_ is not None}
        self.materials = tuple(map(self._paper, self.of("material")))
        self.papers = tuple(map(self._paper, self.of("not_required")))
        self.notices = tuple(self._notices())
        fee = item.shape.fee
        self.fee = self._fee(fee) if fee and self.tables and in_force(fee.from_, fee.through, day) else None

    def of(self, kind: str) -> list[Any]:
        """Return the rules of a kind in force on the day."""
        tables = (table.source for table in self.tables if table.source.kind == kind)
        return [row.rule for table in tables for row in table.rows if row.rule is not None]

    def basis(self, rule: schema.Rule) -> tuple[tuple[LawRef, ...], Any]:
        """Return the laws behind a rule, and how sure we are of it."""
        return self.shower.laws(rule), self.shower.confidence(rule)

    def plain(self, words: schema.Text) -> Text:
        """Return a text with the names of its facts where a decision has their values."""
        return text_of(words).replaced(self._blank)

    def said(self, rule: schema.Rule) -> Text | None:
        """Return what a rule says, if it says something."""
        return None if rule.say is None else self.plain(rule.say)

    def _blank(self, name: str) -> Text:
        return template("report.blank").filled(label=self.shower.label(name))

    def _intake(self, rule: schema.Intake) -> IntakeShown:
        known = ((name, self.law.channels[name]) for name in rule.channels)
        channels = tuple(Channel(name, text_of(shape.name), shape.address) for name, shape in known)
        return IntakeShown(
            rule.id, _always(rule), None, rule.anywhere_in, channels, self.said(rule), *self.basis(rule)
        )

    def _step(self, rule: schema.Step) -> StepShown:
        due = tuple(self._limit(one) for one in self.of("limit") if one.step == rule.id)
        laws, confidence = self.basis(rule)
        return StepShown(
            id=rule.id, name=self.plain(rule.name), actor=rule.actor, office=None, certain=_always(rule),
            after=self.before[rule.id], done_on=None, due=due, in_time_by=None, law=laws, confidence=confidence,
        )  # fmt: skip

    def _limit(self, rule: schema.Limit) -> Due:
        count, _, unit = rule.length.partition(" ")
        laws, confidence = self.basis(rule)
        return Due(
            limit=rule.id, kind=rule.kind, length=int(count), unit=cast("Any", unit),
            starts_with=rule.starts_with, started_on=None, day=None, certain=_always(rule), expected=False,
            provisional=False, say=self.said(rule), law=laws, confidence=confidence,
        )  # fmt: skip

    def _paper(self, rule: schema.Material | schema.NotRequired) -> MaterialShown:
        return MaterialShown(
            rule.id, self.plain(rule.name), _always(rule), self.said(rule), *self.basis(rule)
        )

    def _fee(self, rule: schema.Fee) -> AmountShown:
        return AmountShown("fee", both("word.fee"), rule.amount, *self.basis(rule))

    def _notices(self) -> Iterator[Notice]:
        for rule in self.of("notice"):
            yield Notice(rule.id, self.plain(rule.say), _always(rule), self.shower.laws(rule))
        adopted: dict[Text, Notice] = {}
        for table in self.tables:
            for row in table.source.rows:
                if row.rule is not None and row.rule.adopted is not None:
                    words = self.plain(row.rule.adopted)
                    adopted.setdefault(words, Notice(row.id, words, True, self.shower.laws(row.rule)))
        yield from adopted.values()


class _OfItem:
    """Writes the rules of an item down in one language."""

    def __init__(self, rules: _Rules, language: str) -> None:
        self.rules, self.shape, self.shower = rules, rules.item.shape, rules.shower
        basis = [
            rules.basis(rule) for kind in ("requirement", "conclusion", "office") for rule in rules.of(kind)
        ]
        rest = [rules.intake, rules.steps, rules.materials, rules.papers, rules.fee, rules.notices]
        self.words = Words(language, [basis, *rest], place_names(rules.law, rules.day))

    def guide(self) -> Guide:
        words, rules, shape = self.words, self.rules, self.shape
        papers = self._only("material") | self._only("not_required")
        sections = (
            words.section("about", self._about()),
            words.section("requirements", map(self._requirement, rules.of("requirement"))),
            words.section("tables", self._conclusions()),
            words.section("where", (*self._roles(), *parts.intakes(rules.intake, words))),
            words.section(
                "steps", parts.timeline(rules.steps, self._named(), words, rules.since, self._only("step"))
            ),
            words.section("materials", parts.papers(rules.materials, rules.papers, words, papers)),
            words.section("money", parts.money((), rules.fee, words)),
            words.section("results", (Entry(words.of(text_of(one))) for one in shape.results)),
            words.section("differences", (Entry(words.of(text_of(one))) for one in shape.differences)),
            words.section("notices", parts.notices(rules.notices, words)),
            self._why_here(),
            words.law_section(),
        )
        filled = tuple(section for section in sections if section.entries)
        title = words.of(text_of(shape.name))
        plan = plan_of(title, rules.steps, self._named(), words)
        return Guide(title, tuple(self._lead()), filled, (self._made(),), plan)

    def _lead(self) -> Iterator[str]:
        words, shape, day = self.words, self.shape, self.rules.day
        if shape.summary is not None:
            yield words.of(text_of(shape.summary))
        if not self.rules.tables:
            yield words.say("not_in_force", day=day)
            if shape.before and day < shape.from_:
                yield words.of(text_of(shape.before))

    def _made(self) -> str:
        law = self.rules.law
        return self.words.say(
            "item_on",
            rulebook=law.identity.id,
            hash=law.hash[:HASH_SHOWN],
            day=self.rules.day,
            version=__version__,
        )

    def _about(self) -> Iterator[Entry]:
        words, shape = self.words, self.shape
        yield Entry(words.say("item_id", id=shape.item))
        if shape.number is not None:
            yield Entry(words.say("item_number", n=shape.number))
        if shape.catalogue == "related":
            yield Entry(words.say("item_related"))
        for place, code in shape.codes.items():
            yield Entry(words.say("item_code", province=words.places([place]), code=code))
        who = words.listed((words.say(f"serves_{one}") for one in shape.serves), "comma")
        yield Entry(words.say("item_serves", who=who))
        if shape.mode is not None:
            yield Entry(words.say("item_mode", mode=words.of(text_of(shape.mode))))
        key = "item_from" if shape.through is None else "item_through"
        yield Entry(words.say(key, since=shape.from_, through=shape.through))

    def _requirement(self, rule: schema.Requirement) -> Entry:
        """A condition as it should be, and below it whom it concerns and what is said where it is not met."""
        words, said = self.words, self.words.of(self.rules.said(rule))
        basis, concerns = self.rules.basis(rule), tuple(self._concerns(rule.id))
        if rule.name is None:
            return Entry(words.lawful(said or rule.id, *basis), "•", concerns)
        notes = (*concerns, words.say("if_not", say=said)) if said else concerns
        return Entry(words.lawful(words.of(self.rules.plain(rule.name)), *basis), "•", notes)

    def _concerns(self, requirement: str) -> Iterator[str]:
        """Whom a requirement concerns, if not everybody: beyond them it holds by a row of no rule."""
        for table in (one.source for one in self.rules.tables if one.source.kind == "requirement"):
            for row in table.rows if table.id == requirement else ():
                if row.rule is None and isinstance(row.when, Not):
                    when = condition(row.when.operand, self.shower)
                    yield self.words.say("only_if", when=self.words.of(when))

    def _conclusions(self) -> Iterator[Entry]:
        for table in (one.source for one in self.rules.tables if one.source.kind == "conclusion"):
            yield Entry(self.words.of(self.shower.label(table.id)), "•", tuple(self._rows(table)))

    def _roles(self) -> Iterator[Entry]:
        for table in (one.source for one in self.rules.tables if one.source.kind == "office"):
            notes = (*self._levels(table.id), *self._rows(table))
            yield Entry(self._role(table.id), "•", notes)

    def _levels(self, role: str) -> Iterator[str]:
        """On which level the office of a role acts, on each side."""
        words, region = self.words, self.rules.law.offices.region
        function = region.functions[self.shape.offices[role].function]
        found = ((side.name, function.tier(side.province, self.rules.day)) for side in region.sides)
        told = (
            words.say("level_on_side", side=words.of(name), level=words.say(f"tier_{tier}"))
            for name, tier in found
            if tier is not None
        )
        levels = words.listed(told)
        if levels:
            yield words.say("levels", levels=levels)

    def _role(self, role: str) -> str:
        words, title = self.words, self.shape.offices[role].name
        if role == "competent":
            return words.say("office_competent", name=self._function(role))
        if title is None:
            return words.say("office_other", name=self._function(role))
        return words.say("pair", label=words.of(text_of(title)), value=self._function(role))

    def _function(self, role: str) -> str:
        functions = self.rules.law.offices.region.functions
        return self.words.of(functions[self.shape.offices[role].function].name)

    def _named(self) -> dict[str, str]:
        """What each role is called in the timeline."""
        titles = {role: shape.name for role, shape in self.shape.offices.items()}
        return {
            role: self._function(role) if title is None else self.words.of(text_of(title))
            for role, title in titles.items()
        }

    def _rows(self, table: Table) -> Iterator[str]:
        """What each row concludes and when; a single row that always holds needs no condition."""
        stated = [row for row in table.rows if row.rule is not None]
        for row in table.rows:
            if row.rule is None and isinstance(row.when, Not):
                when = condition(row.when.operand, self.shower)
                yield self.words.say("row_only", when=self.words.of(when))
        for row in stated:
            told = self._row(row, table.id)
            if len(stated) > 1 or not isinstance(row.when, Always):
                told = self.words.say("row_when", when=self._when(row), then=told)
            yield told

    def _only(self, kind: str) -> dict[str, str]:
        """When each rule of a kind is meant, of those that are not always."""
        tables = (one.source for one in self.rules.tables if one.source.kind == kind)
        return {
            table.id: self._when(table.rows[0])
            for table in tables
            if not isinstance(table.rows[0].when, Always)
        }

    def _when(self, row: TableRow) -> str:
        return self.words.of(condition(row.when, self.shower))

    def _row(self, row: TableRow, table: str) -> str:
        words, rule = self.words, cast("schema.Rule", row.rule)
        then, said = words.of(concluded(row.then, table, self.shower)), self.rules.said(rule)
        told = then if said is None else words.say("row_then", then=then, say=words.of(said))
        return words.lawful(told, *self.rules.basis(rule))

    def _why_here(self) -> Section:
        why, joint = self.shape.provenance, self.shape.catalogue == "joint"
        entries = () if why is None else (provenance(why, self.words, joint=joint),)
        heading = self.words.say("section_provenance") if joint else self.words.say("section_reason")
        return Section("provenance", heading, entries)


def provenance(why: schema.Provenance, words: Words, *, joint: bool = True) -> Entry:
    """Return why an item stands in the catalogue, or beside it, how sure that is, and where it was seen."""
    notes = [words.of(text_of(why.why))]
    if why.batch is not None:
        sure = words.say(f"batch_{why.batch_confidence or 'guessed'}")
        notes.append(words.say("batch", n=why.batch, sure=sure))
    if why.sources:
        notes.append(words.say("seen_at", sources=words.listed(why.sources)))
    key = f"inclusion_{why.inclusion}" if joint else "item_related"
    return Entry(words.say(key), "•", tuple(notes))


def _always(rule: Any) -> bool:
    return getattr(rule, "when", "otherwise") in ("otherwise", True)
