"""Facts, values and laws in words, from the vocabulary and the list of instruments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from crossprov.decision import FactShown, LawRef
from crossprov.places import Division
from crossprov.rulebook.expression import parameters_in
from crossprov.rulebook.law import confidence_of, weakest
from crossprov.rulebook.types import Type, show
from crossprov.texts import PLACEHOLDER, Text, both, template
from crossprov.values import NONE, Fact, Unknown, Value

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from crossprov.assembly.answers import Answer
    from crossprov.decision import Confidence
    from crossprov.facts.book import FactBook, KnownFacts
    from crossprov.rulebook import schema
    from crossprov.rulebook.item import Item, TableRow
    from crossprov.rulebook.loading import Law
    from crossprov.rulebook.parameters import Parameter, Version


_KEPT: Final = "wording"
_NAMED: Final = frozenset({"bool", "enum"})  # kinds of facts whose values the rule files list


def text_of(words: schema.Text) -> Text:
    """Return a text of a rule file."""
    return Text(words.zh, words.en)


def _named_in(*texts: Text | None) -> tuple[str, ...]:
    """Return the facts that texts name, each once, in the order of their first naming."""
    names = [name for text in texts if text is not None for name in PLACEHOLDER.findall(text.zh + text.en)]
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Said:
    """A rule in words: its reason, its name if it has one, its citations, how sure we are of it."""

    say: Text | None
    name: Text | None
    laws: tuple[LawRef, ...]
    confidence: Confidence


class Wording:
    """What can be said of an item without any case: worked out when first asked for, kept for all cases."""

    def __init__(self, law: Law, item: Item) -> None:
        self.law, self.item, self.name = law, item, text_of(item.shape.name)
        self.rules: dict[int, tuple[schema.Rule, Said, tuple[str, ...]]] = {}
        self._parameters: dict[int, tuple[TableRow, tuple[Parameter, ...]]] = {}
        self._labels: dict[str, Text] = {}
        self._facts: dict[tuple[str, Value], FactShown] = {}
        self._values: dict[tuple[str, Value], Text] = {}

    def rule(self, rule: schema.Rule) -> tuple[schema.Rule, Said, tuple[str, ...]]:
        """Return a rule, what it says, and the facts that it names, which only a case can fill in."""
        # By identity, since rules compare by all their fields, which takes long. The entry holds the rule,
        # so no other rule can ever have this identity.
        found = self.rules.get(id(rule))
        if found is None:
            name: schema.Text | None = getattr(rule, "name", None)
            words = (rule.say, name, rule.adopted)
            texts = [text_of(one) if one is not None else None for one in words]
            confidence = confidence_of(rule, (self.law.instruments.cite(law) for law in rule.law))
            said = Said(texts[0], texts[1], self.citations(rule.law), confidence)
            found = self.rules[id(rule)] = (rule, said, _named_in(*texts))
        return found

    def parameters(self, row: TableRow) -> tuple[Parameter, ...]:
        """Return the parameters that a row of a table compares with."""
        found = self._parameters.get(id(row))
        if found is None:
            names = sorted({param.name for param in parameters_in(row.when)})
            found = self._parameters[id(row)] = (row, tuple(self.law.parameters[name] for name in names))
        return found[1]

    def versions(self, answer: Answer, on: dt.date) -> list[Version]:
        """Return the versions of the parameters that the deciding row of a table compares with on a day."""
        row = answer.row if answer.row is not None else answer.source.rows[0]
        found = [parameter.version(on) for parameter in self.parameters(row)]
        return [version for version in found if version is not None]

    def citations(self, laws: Iterable[str]) -> tuple[LawRef, ...]:
        """Return citations as the list of instruments has them."""
        found = (self.law.instruments.cite(law) for law in laws)
        return tuple(
            LawRef(one.text, text_of(one.instrument.title) if one.instrument else None, one.confidence)
            for one in found
        )

    def label(self, name: str) -> Text:
        """Return what a fact, a conclusion, a list of records or a parameter is called."""
        found = self._labels.get(name)
        if found is None:
            shape = self.shape(name)
            found = self._labels[name] = text_of(shape.label) if shape is not None else Text(name, name)
        return found

    def shape(self, name: str) -> Any:
        """Return the entry of the rule files that declares a name, or None."""
        vocabulary, item = self.law.vocabulary, self.item.shape
        for declared in (vocabulary.facts, vocabulary.records, vocabulary.parameters):
            if name in declared:
                return declared[name].shape
        return item.conclusions.get(name) or item.facts.get(name)

    def fact(self, name: str, value: Value, type_: Type) -> FactShown:
        """Return a fact of a kind whose values have names, with label and value."""
        found = self._facts.get((name, value))
        if found is None:
            found = FactShown(name, self.label(name), show(value, type_), self.known(value, type_, name))
            self._facts[name, value] = found
        return found

    def known(self, value: Value, type_: Type, name: str) -> Text:
        """Return a known value in words: enum values by their names, months with their unit."""
        if type_.kind not in _NAMED and value is not NONE:
            return _measured(show(value, type_), type_)
        found = self._values.get((name, value))
        if found is None:
            found = self._values[name, value] = self._name_of(value, type_, name)
        return found

    def _name_of(self, value: Value, type_: Type, name: str) -> Text:
        if value is NONE:
            return both("word.none")
        if isinstance(value, bool):
            return both("word.yes" if value else "word.no")
        return self._option(name, show(value, type_))

    def _option(self, name: str, plain: str) -> Text:
        shape = self.shape(name)
        words = shape.values.get(plain) if shape is not None and isinstance(shape.values, dict) else None
        return text_of(words) if words is not None else Text(plain, plain)

    def named(self, rule: schema.Rule) -> tuple[str, ...]:
        """Return the facts that the texts of a rule name."""
        return (self.rules.get(id(rule)) or self.rule(rule))[2]

    @cached_property
    def naming_tables(self) -> frozenset[str]:
        """The names of the tables with a rule, or a parameter, whose texts name facts."""
        return self._tables_with(lambda rule: bool(self.named(rule)))

    @cached_property
    def naming_facts(self) -> Mapping[str, tuple[str, ...]]:
        """For each fact that states which reading was adopted, the facts that it names in doing so."""
        found = {
            name: _named_in(text_of(shape.adopted))
            for name, shape in self.adopting_facts.items()
            if shape.adopted is not None
        }
        return {name: named for name, named in found.items() if named}

    @cached_property
    def adopting_facts(self) -> Mapping[str, schema.FactShape]:
        """The facts that state which reading was adopted."""
        shapes = {
            name: fact.shape for name, fact in self.law.vocabulary.facts.items()
        } | self.item.shape.facts
        return {name: shape for name, shape in shapes.items() if shape.adopted is not None}

    @cached_property
    def adopting_tables(self) -> frozenset[str]:
        """The names of the tables with a rule, or a parameter, that states which reading was adopted."""
        return self._tables_with(lambda rule: rule.adopted is not None)

    def _tables_with(self, wanted: Callable[[schema.Rule], bool]) -> frozenset[str]:
        return frozenset(
            table.name
            for table in self.item.tables
            for row in table.rows
            for rule in (
                row.rule,
                *(version.rule for one in self.parameters(row) for version in one.versions),
            )
            if rule is not None and wanted(rule)
        )


def _measured(plain: str, type_: Type) -> Text:
    """Return a value with its unit."""
    if type_.unit is not None:
        return both(f"word.{type_.unit}", n=plain)
    if type_.kind == "money":
        return both("word.yuan", n=plain)
    return Text(plain, plain)


def wording_of(law: Law, item: Item) -> Wording:
    """Return the wording of an item, which the law keeps."""
    kept = law.kept.setdefault(_KEPT, {})
    assert isinstance(kept, dict)
    found: Wording | None = kept.get(item.id)
    if found is None or found.item is not item:
        found = kept[item.id] = Wording(law, item)
    return found


class Shower:
    """Puts the facts of one case, and the laws behind them, into words."""

    def __init__(self, law: Law, item: Item, book: FactBook | KnownFacts) -> None:
        self.law, self.item, self.book = law, item, book
        self.wording = wording_of(law, item)
        self.label, self.shape, self._rules = self.wording.label, self.wording.shape, self.wording.rules
        self._shown: dict[str, FactShown] = {}

    def said(self, rule: schema.Rule) -> Said:
        """Return what a rule says, with the facts it names."""
        _, said, named = self._rules.get(id(rule)) or self.wording.rule(rule)
        if not named:
            return said
        say, name = (text and text.replaced(self._worded) for text in (said.say, said.name))
        return Said(say, name, said.laws, said.confidence)

    def laws(self, rule: schema.Rule) -> tuple[LawRef, ...]:
        """Return the citations of a rule."""
        return self.wording.rule(rule)[1].laws

    def confidence(self, rule: schema.Rule) -> Confidence:
        """Return how sure we are of a rule."""
        return self.wording.rule(rule)[1].confidence

    def certainty(self, rule: schema.Rule, answer: Answer) -> Confidence:
        """Return how sure we are of a rule together with the parameters it compares with."""
        own = self.confidence(rule)
        versions = self.versions(answer)
        return weakest([own, *(self.confidence(version.rule) for version in versions)]) if versions else own

    def versions(self, answer: Answer) -> list[Version]:
        """Return the versions of the parameters that the deciding row of a table compares with."""
        return self.wording.versions(answer, self.book.law_on)

    def say(self, rule: schema.Rule | None) -> Text | None:
        """Return the reason in words, with the facts it names."""
        return self.said(rule).say if rule is not None else None

    def filled(self, words: schema.Text) -> Text:
        """Return a text with the facts that it names."""
        return text_of(words).replaced(self._worded)

    def _worded(self, name: str) -> Text:
        """Return a fact inside a sentence: one that is not known says so instead of breaking it."""
        fact, value = self.fact(name), self.book.get(name)
        if isinstance(value, Unknown) and value.low is None:
            return template("word.open").filled(label=fact.label)
        return fact.shown

    def facts(self, names: Iterable[str]) -> tuple[FactShown, ...]:
        """Return facts with label and value."""
        known = self.item.symbols.facts
        return tuple([self.fact(name) for name in names if name in known])

    def fact(self, name: str) -> FactShown:
        """Return a fact with label and value."""
        found = self._shown.get(name)
        if found is None:
            found = self._shown[name] = self._fact(name, self.book.get(name), self.item.symbols.facts[name])
        return found

    def _fact(self, name: str, value: Fact, type_: Type) -> FactShown:
        if type_.kind in _NAMED and not isinstance(value, Unknown):
            return self.wording.fact(name, value, type_)
        plain = None if isinstance(value, Unknown) else show(value, type_)
        return FactShown(name, self.label(name), plain, self.value(value, type_, name))

    def value(self, value: Fact, type_: Type, name: str) -> Text:
        """Return a value in words."""
        return self._unknown(value, type_) if isinstance(value, Unknown) else self.known(value, type_, name)

    def _unknown(self, value: Unknown, type_: Type) -> Text:
        if value.low is not None and value.high is None and not isinstance(value.low, bool):
            return template("word.at_least").filled(value=self.known(value.low, type_, ""))
        return both("word.unknown")

    def known(self, value: Value, type_: Type, name: str) -> Text:
        """Return a known value in words, a place by its name on the day of the facts."""
        if type_.kind == "place" and isinstance(value, str):
            return self.place(value)
        return self.wording.known(value, type_, name)

    def place(self, code: str) -> Text:
        """Return the name of a division on the day of the facts, or its code."""
        found = self.law.divisions.latest(code, self.book.facts_on)
        if isinstance(found, Division):
            return Text(found.name, found.name_en or found.name)
        return Text(code, code)

    def row_rule(self, row: TableRow | None) -> schema.Rule | None:
        """Return the rule that a row states, if it states one."""
        return row.rule if row is not None else None
