"""The page of doubts: everything in a rulebook that is not settled, in both languages, as Markdown.

Written from the rules themselves, so that it cannot say less than they do; what hangs on no single rule stands
in ``doubts.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast, get_args

from crossprov.assembly.show import Shower, text_of
from crossprov.facts.book import FactBook
from crossprov.report.trace import concluded
from crossprov.rulebook.item import Refer
from crossprov.rulebook.law import NONE_FOUND, confidence_of, weakest
from crossprov.rulebook.schema import Doubt, Intake, Limit, Requirement, Rule
from crossprov.texts import Text, both, template

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from crossprov.decide import Decider
    from crossprov.decision import Confidence
    from crossprov.rulebook.item import Item, Table, TableRow
    from crossprov.rulebook.loading import Law

_RULES: Final = ("adopted", "refer", "none_found", "unsure")
_KINDS: Final[tuple[str, ...]] = get_args(Doubt.model_fields["kind"].annotation)
_SURE: Final = "read"


GROUPS: Final = (*_RULES, *_KINDS)
"""The ways in which something can be in doubt, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is not settled: in which way, in words, under which ids, by which laws, how sure."""

    group: str
    words: Text
    ids: tuple[str, ...]
    laws: tuple[str, ...] = ()
    confidence: Confidence | None = None

    def joined(self, other: Entry) -> Entry:
        """Return one entry for two rules that say the same."""
        sure = [one.confidence for one in (self, other) if one.confidence is not None]
        return replace(
            self,
            ids=tuple(dict.fromkeys(self.ids + other.ids)),
            laws=tuple(dict.fromkeys(self.laws + other.laws)),
            confidence=weakest(sure) if sure else None,
        )


@dataclass(slots=True)
class Section:
    """What is not settled in one item, or in what all items share."""

    title: Text
    rules: int = 0
    doubtful: int = 0
    reviewed: int = 0
    entries: list[Entry] = field(default_factory=list)

    def add(self, rule: Rule, entries: Iterable[Entry]) -> None:
        """Count a rule, and take over what is not settled about it."""
        found = list(entries)
        self.rules += 1
        self.doubtful += bool(found)
        self.reviewed += rule.reviewed is not None
        self.entries += found


def doubts_page(decider: Decider) -> str:
    """Return the page of doubts of a rulebook as Markdown, each sentence in Chinese and English."""
    law = decider.rulebook
    sections = [item_doubts(decider, item) for item in law.items()]
    sections += [_of_parameters(law), _of_laws(law), _general(law.doubts)]
    lines = [f"# {_both('title')}", "", *_paragraphs(template("doubt.about"))]
    for section in sections:
        if section.entries:
            lines += ["", f"## {_joined(section.title)}", "", *_section(section)]
    return "\n".join(lines) + "\n"


# --- what is in doubt -------------------------------------------------------------------------------------


def item_doubts(decider: Decider, item: Item) -> Section:
    """Return what is not settled in one item, by the rules of all days."""
    section = Section(text_of(item.shape.name))
    seen = _Seen(decider, item)
    for table in item.tables:
        for row in table.rows:
            if row.rule is not None:
                section.add(row.rule, seen.row(table, row))
    if item.shape.fee is not None:
        section.add(item.shape.fee, seen.rule(item.shape.fee, both("word.fee"), "fee"))
    section.entries += _told(one for one in decider.rulebook.doubts if one.items == (item.id,))
    return section


class _Seen:
    """Looks at the rules of one item."""

    def __init__(self, decider: Decider, item: Item) -> None:
        self.law, self.item, day = decider.rulebook, item, item.shape.from_
        self.shower = Shower(self.law, item, FactBook(decider.sources, item, None, day, day))

    def row(self, table: Table, row: TableRow) -> Iterator[Entry]:
        rule = cast("Rule", row.rule)
        words = _dated(self._words(table, row, rule), rule.from_, rule.through)
        if rule.adopted is not None:
            yield _entry(self.law, "adopted", rule, self._plain(text_of(rule.adopted)), row.id)
        if isinstance(row.then, Refer) or (isinstance(rule, Requirement) and rule.else_ == "refer_to_person"):
            yield _entry(self.law, "refer", rule, words, row.id)
        else:
            yield from self.rule(rule, words, row.id)

    def rule(self, rule: Rule, words: Text, name: str) -> Iterator[Entry]:
        """Yield the entry of a rule that has no law, or a law whose text was not read."""
        return _unread(self.law, rule, words, name)

    def _words(self, table: Table, row: TableRow, rule: Rule) -> Text:
        """What a rule says, or else what it is called, or else what it concludes."""
        said = rule.say or getattr(rule, "name", None)
        if said is not None:
            return self._plain(text_of(said))
        if isinstance(rule, Limit):
            return template("doubt.limit").filled(step=self._step(rule.step), length=_length(rule))
        if isinstance(rule, Intake) and rule.channels:
            names = [text_of(self.law.channels[one].name) for one in rule.channels]
            return template("doubt.intake").filled(channel=_listed(names))
        then = concluded(row.then, table.id, self.shower)
        return template("doubt.then").filled(label=self._label(table), then=then)

    def _step(self, name: str) -> Text:
        return next(self._plain(text_of(one.name)) for one in self.item.shape.steps if one.id == name)

    def _label(self, table: Table) -> Text:
        """What a table decides; a role is called by its title, which is no fact and has no label."""
        if table.kind != "office":
            return self.shower.label(table.id)
        title = self.item.shape.offices[table.id].name
        return both("doubt.office") if title is None else text_of(title)

    def _plain(self, words: Text) -> Text:
        return words.replaced(lambda name: template("report.blank").filled(label=self.shower.label(name)))


def _length(limit: Limit) -> Text:
    number, unit = limit.length.split()
    return both(f"word.{unit}", n=number) if int(number) else template("report.same_day")


def _listed(words: Iterable[Text]) -> Text:
    """Several words as one, by the comma of each language."""
    comma, told = template("report.comma"), tuple(words)
    return Text(comma.zh.join(one.zh for one in told), comma.en.join(one.en for one in told))


def _entry(law: Law, group: str, rule: Rule, words: Text, name: str) -> Entry:
    sure = confidence_of(rule, (law.instruments.cite(one) for one in rule.law))
    return Entry(group, words, (name,), tuple(one for one in rule.law if one != NONE_FOUND), sure)


def _unread(law: Law, rule: Rule, words: Text, name: str) -> Iterator[Entry]:
    entry = _entry(law, "none_found" if NONE_FOUND in rule.law else "unsure", rule, words, name)
    if entry.group == "none_found" or entry.confidence != _SURE:
        yield entry


def _of_parameters(law: Law) -> Section:
    section = Section(template("doubt.parameters"))
    for name, parameter in law.parameters.items():
        for version in parameter.versions:
            rule = version.rule
            words = _dated(text_of(parameter.shape.label), version.from_, version.through)
            entries = list(_unread(law, rule, words, name))
            if rule.adopted is not None:
                entries.append(_entry(law, "adopted", rule, text_of(rule.adopted), name))
            section.add(rule, entries)
    return section


def _of_laws(law: Law) -> Section:
    """Articles whose text was not read, and what is to be said of an instrument as a whole."""
    section = Section(template("doubt.laws"))
    for entry in law.instruments.all:
        if entry.note is not None:
            section.entries.append(Entry("unread", text_of(entry.note), (entry.number,)))
        for article, told in entry.articles.items():
            if told.confidence != _SURE:
                section.entries.append(
                    Entry("unsure", text_of(told), (article,), (entry.number,), told.confidence)
                )
    return section


def _general(doubts: Iterable[Doubt]) -> Section:
    section = Section(template("doubt.general"))
    section.entries += _told(one for one in doubts if len(one.items) != 1)
    return section


def _told(doubts: Iterable[Doubt]) -> Iterator[Entry]:
    return (Entry(one.kind, text_of(one), (one.id,)) for one in doubts)


def _dated(words: Text, from_: dt.date | None, through: dt.date | None) -> Text:
    if from_ is None and through is None:
        return words
    key = "days" if from_ and through else "since" if from_ else "until"
    days = {name: Text(str(day), str(day)) for name, day in (("from", from_), ("through", through)) if day}
    return template(f"doubt.{key}").filled(words=words, **days)


# --- Markdown ---------------------------------------------------------------------------------------------


def _section(section: Section) -> Iterator[str]:
    if section.rules:
        counted = {"rules": section.rules, "doubtful": section.doubtful, "reviewed": section.reviewed}
        yield from _paragraphs(both("doubt.counts", **counted))
    for group in GROUPS:
        entries = [one for one in section.entries if one.group == group]
        if entries:
            yield from (
                "",
                f"### {_both(group)}",
                "",
                *_table(entries, "rule" if group in _RULES else "doubt"),
            )


def merged(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries of which none says what another says."""
    told: dict[Text, Entry] = {}
    for one in entries:
        told[one.words] = told[one.words].joined(one) if one.words in told else one
    return tuple(told.values())


def _table(entries: Iterable[Entry], kind: str) -> Iterator[str]:
    head = template(f"doubt.head_{kind}")
    yield from (head.zh, head.en)
    for one in merged(entries):
        sure = "" if one.confidence is None else _both(f"sure_{one.confidence}")
        cells = {"zh": one.words.zh, "en": one.words.en, "law": "<br>".join(one.laws), "sure": sure}
        cells["id"] = ", ".join(f"`{name}`" for name in one.ids)
        plain = {name: words.replace("|", "\\|").replace("\n", " ") for name, words in cells.items()}
        yield template(f"doubt.row_{kind}").zh.format_map(plain)


def _paragraphs(words: Text) -> Iterator[str]:
    yield from (words.zh, "", words.en)


def _both(name: str) -> str:
    return _joined(template(f"doubt.{name}"))


def _joined(words: Text) -> str:
    return template("doubt.both").zh.format_map({"zh": words.zh, "en": words.en})
