"""The page of an item, like a public guide (办事指南): the guide of a day, its plan, its examples, its doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.assembly.show import Shower, text_of
from crossprov.facts.book import FactBook
from crossprov.places import Division
from crossprov.report import markdown
from crossprov.report.asked import asked_for, declared
from crossprov.report.doubts import GROUPS, item_doubts, merged
from crossprov.report.item import item_guide
from crossprov.report.markdown import plain
from crossprov.report.plan import as_svg
from crossprov.rulebook.types import constant
from crossprov.texts import both, template, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.decide import Decider
    from crossprov.report.model import Guide
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import Example, Expectation

_FIRST: Final = ("about", "requirements", "where", "materials", "steps", "money", "results")
_THEN: Final = ("tables", "differences", "notices")
_LAST: Final = ("laws", "provenance")
_SHOWN: Final = 8  # examples that are seen without a click


def item_page(decider: Decider, item: Item, day: dt.date, language: str) -> str:
    """Return the page of an item as Markdown, by the rules in force on ``day``."""
    return "\n".join(_ItemPage(decider, item, day, language).lines()) + "\n"


class _ItemPage:
    def __init__(self, decider: Decider, item: Item, day: dt.date, language: str) -> None:
        self.decider, self.law, self.item = decider, decider.rulebook, item
        self.day, self.language = day, language
        self.guide: Guide = item_guide(decider, item, day, language)
        self.shower = Shower(self.law, item, FactBook(decider.sources, item, None, day, day))

    def lines(self) -> Iterator[str]:
        yield f"# {plain(self.guide.title)}"
        for words in self.guide.lead:
            yield from ("", plain(words))
        yield from self._sections(_FIRST)
        yield from self._asked()
        yield from self._sections(_THEN)
        yield from self._examples()
        yield from self._doubts()
        yield from self._sections(_LAST)
        yield from ("", "---", "", text("page.not_official", self.language), "")
        rulebook = self.law.identity.id
        yield text("page.generated", self.language, day=self.day, rulebook=rulebook)

    def _sections(self, names: tuple[str, ...]) -> Iterator[str]:
        there = {section.id: section for section in self.guide.sections}
        for name in names:
            if name not in there:
                continue
            lines = list(markdown.section(there[name]))
            plan = self.guide.plan
            if name == "steps" and plan is not None and len(plan.steps) > 1:
                lines[3:3] = [f'<div class="plan-picture">{as_svg(plan)}</div>', ""]
            yield from lines

    def _asked(self) -> Iterator[str]:
        """The questions that the item may lead to."""
        shapes = declared(self.law)
        asked = asked_for(self.law, [self.item])
        lines = []
        for name in asked:
            words = shapes[name].question or shapes[name].label
            lines.append(f"- {plain(text_of(words).in_(self.language))}")
        if lines:
            title = text("page.asked", self.language, n=len(lines))
            yield from markdown.folded(title, lines)

    # --- worked examples --------------------------------------------------------------------------

    def _examples(self) -> Iterator[str]:
        examples = [worked.example for worked in self.law.examples(self.item.id)]
        if not examples:
            return
        yield from ("", f"## {text('page.examples', self.language)}", "")
        yield from (text("page.examples_about", self.language), "")
        yield from self._table(examples[:_SHOWN])
        if len(examples) > _SHOWN:
            more = examples[_SHOWN:]
            title = text("page.examples_more", self.language, n=len(more))
            yield from markdown.folded(title, self._table(more))

    def _table(self, examples: list[Example]) -> Iterator[str]:
        head = [
            text(f"page.{key}", self.language)
            for key in ("example_case", "example_day", "example_outcome", "example_gives")
        ]
        return markdown.table(head, map(self._example, examples))

    def _example(self, example: Example) -> tuple[str, ...]:
        expect = example.expect
        outcome = text(f"report.outcome_{expect.outcome}", self.language) if expect.outcome else "—"
        gives = "<br>".join(plain(one) for one in self._gives(expect))
        title = plain(text_of(example.title).in_(self.language))
        return title, str(example.as_of), plain(outcome), gives

    def _gives(self, expect: Expectation) -> Iterator[str]:
        """What an example must give: conclusions, the office, days, sums, what is missing."""
        for name, value in expect.conclusions.items():
            yield self._pair(self._label(name), self._value(name, value))
        if expect.competent is not None and expect.competent.isdigit():
            yield text("page.competent", self.language, place=self._place(expect.competent))
        for step, due in expect.due.items():
            key = "page.no_due" if due == "none" else "page.due"
            yield text(key, self.language, step=self._step(step), day=due)
        names = {one.id: text_of(one.name).in_(self.language) for one in self.item.shape.amounts}
        for amount, yuan in expect.amounts.items():
            key = "page.no_sum" if yuan == "none" else "word.yuan"
            yield self._pair(names.get(amount, amount), text(key, self.language, n=yuan))
        if expect.missing:
            labels = text("report.comma", self.language).join(map(self._label, expect.missing))
            yield text("page.missing", self.language, labels=labels)

    def _pair(self, label: str, value: str) -> str:
        return text("report.pair", self.language, label=label, value=value)

    def _label(self, name: str) -> str:
        return self.shower.label(name).in_(self.language)

    def _value(self, name: str, value: object) -> str:
        if value == "refer_to_person":
            return both("report.for_a_person").in_(self.language)
        type_ = self.item.symbols.facts.get(name)
        if type_ is None or type_.kind == "set":  # of records, or of several values: as the example states it
            return str(value)
        return self.shower.known(constant(value, type_), type_, name).in_(self.language)

    def _place(self, code: str) -> str:
        found = self.law.divisions.latest(code, self.day)
        if not isinstance(found, Division):
            return code
        return found.name if self.language == "zh" else found.name_en or found.name

    def _step(self, name: str) -> str:
        steps = [step for step in self.item.shape.steps if step.id == name]
        words = text_of(steps[-1].name).replaced(
            lambda fact: template("report.blank").filled(label=self.shower.label(fact))
        )
        return words.in_(self.language)

    # --- doubts -----------------------------------------------------------------------------------

    def _doubts(self) -> Iterator[str]:
        found = item_doubts(self.decider, self.item)
        counts = {"rules": found.rules, "doubtful": found.doubtful, "reviewed": found.reviewed}
        yield from ("", f"## {text('page.doubts', self.language)}", "")
        yield text("page.doubts_counts", self.language, **counts)
        lines: list[str] = []
        n = 0
        for group in GROUPS:
            of_group = merged(one for one in found.entries if one.group == group)
            if of_group:
                lines += ["", f"**{text(f'doubt.{group}', self.language)}**", ""]
                lines += [f"- {plain(one.words.in_(self.language))}" for one in of_group]
                n += len(of_group)
        if n:
            yield from markdown.folded(text("page.doubts_all", self.language, n=n), lines)
