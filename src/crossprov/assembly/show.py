"""Facts, values and laws in words, from the vocabulary and the list of instruments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crossprov.decision import FactShown, LawRef
from crossprov.places import Division
from crossprov.rulebook.expression import parameters_in
from crossprov.rulebook.law import confidence_of, weakest
from crossprov.rulebook.types import Type, show
from crossprov.texts import Text, both
from crossprov.values import NONE, Fact, Unknown, Value

if TYPE_CHECKING:
    from crossprov.assembly.answers import Answer
    from crossprov.decision import Confidence
    from crossprov.facts.book import FactBook
    from crossprov.rulebook import schema
    from crossprov.rulebook.item import Item, TableRow
    from crossprov.rulebook.loading import Law
    from crossprov.rulebook.parameters import Version


def text_of(words: schema.Text) -> Text:
    """Return a text of a rule file."""
    return Text(words.zh, words.en)


class Shower:
    """Puts the facts of one case, and the laws behind them, into words."""

    def __init__(self, law: Law, item: Item, book: FactBook) -> None:
        self.law, self.item, self.book = law, item, book

    def laws(self, rule: schema.Rule) -> tuple[LawRef, ...]:
        """Return the citations of a rule."""
        return self.citations(rule.law)

    def citations(self, laws: Iterable[str]) -> tuple[LawRef, ...]:
        """Return citations as the list of instruments has them."""
        found = (self.law.instruments.cite(law) for law in laws)
        return tuple(
            LawRef(one.text, text_of(one.instrument.title) if one.instrument else None, one.confidence)
            for one in found
        )

    def confidence(self, rule: schema.Rule) -> Confidence:
        """Return how sure we are of a rule."""
        return confidence_of(rule, (self.law.instruments.cite(law) for law in rule.law))

    def certainty(self, rule: schema.Rule, answer: Answer) -> Confidence:
        """Return how sure we are of a rule together with the parameters it compares with."""
        found = [self.confidence(rule), *(self.confidence(version.rule) for version in self.versions(answer))]
        return weakest(found)

    def versions(self, answer: Answer) -> list[Version]:
        """Return the versions of the parameters that the deciding row of a table compares with."""
        row = answer.row if answer.row is not None else answer.source.rows[0]
        names = {param.name for param in parameters_in(row.when)}
        found = (self.law.parameters[name].version(self.book.law_on) for name in sorted(names))
        return [version for version in found if version is not None]

    def say(self, rule: schema.Rule | None) -> Text | None:
        """Return the reason in words, with the facts it names."""
        if rule is None or rule.say is None:
            return None
        return self.filled(rule.say)

    def filled(self, words: schema.Text) -> Text:
        """Return a text with the facts that it names."""
        if "{" not in words.zh and "{" not in words.en:
            return Text(words.zh, words.en)
        return Text(words.zh, words.en).replaced(self._worded)

    def _worded(self, name: str) -> Text:
        return self.value(self.book.get(name), self.item.symbols.facts[name], name)

    def facts(self, names: Iterable[str]) -> tuple[FactShown, ...]:
        """Return facts with label and value."""
        return tuple(self.fact(name) for name in names if name in self.item.symbols.facts)

    def fact(self, name: str) -> FactShown:
        """Return a fact with label and value."""
        value, type_ = self.book.get(name), self.item.symbols.facts[name]
        plain = None if isinstance(value, Unknown) else show(value, type_)
        return FactShown(name, self.label(name), plain, self.value(value, type_, name))

    def label(self, name: str) -> Text:
        """Return what a fact, a conclusion, a list of records or a parameter is called."""
        shape = self.shape(name)
        return text_of(shape.label) if shape is not None else Text(name, name)

    def shape(self, name: str) -> Any:
        """Return the entry of the rule files that declares a name, or None."""
        vocabulary, item = self.law.vocabulary, self.item.shape
        for declared in (vocabulary.facts, vocabulary.records, vocabulary.parameters):
            if name in declared:
                return declared[name].shape
        return item.conclusions.get(name) or item.facts.get(name)

    def value(self, value: Fact, type_: Type, name: str) -> Text:
        """Return a value in words."""
        if isinstance(value, Unknown):
            return self._unknown(value, type_)
        return self.known(value, type_, name)

    def known(self, value: Value, type_: Type, name: str) -> Text:
        """Return a known value in words: enum values and places by their names, months with their unit."""
        if value is NONE:
            return both("word.none")
        if isinstance(value, bool):
            return both("word.yes" if value else "word.no")
        plain = show(value, type_)
        if type_.kind == "enum":
            return self._option(name, plain)
        if type_.kind == "place":
            return self.place(plain)
        if type_.unit is not None:
            return both(f"word.{type_.unit}", n=plain)
        if type_.kind == "money":
            return both("word.yuan", n=plain)
        return Text(plain, plain)

    def _unknown(self, value: Unknown, type_: Type) -> Text:
        if value.low is not None and value.high is None and not isinstance(value.low, bool):
            return both("word.at_least", value=show(value.low, type_))
        return both("word.unknown")

    def _option(self, name: str, plain: str) -> Text:
        shape = self.shape(name)
        words = shape.values.get(plain) if shape is not None and isinstance(shape.values, dict) else None
        return text_of(words) if words is not None else Text(plain, plain)

    def place(self, code: str) -> Text:
        """Return the name of a division on the day of the facts, or its code."""
        found = self.law.divisions.latest(code, self.book.facts_on)
        if isinstance(found, Division):
            return Text(found.name, found.name_en or found.name)
        return Text(code, code)

    def row_rule(self, row: TableRow | None) -> schema.Rule | None:
        """Return the rule that a row states, if it states one."""
        return row.rule if row is not None else None
