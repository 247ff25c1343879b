"""Parts of a decision in words of one language, with the numbers of the laws behind them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from crossprov.decision import FactShown, LawRef
from crossprov.places import Division
from crossprov.report.model import Entry, Section
from crossprov.texts import Text, both, text

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.rulebook.book import Rulebook

HASH_SHOWN: Final = 12
"""How many characters of a rulebook's hash a reader gets to see."""

PlaceNames = Callable[[str], Text]
"""From a division code to its name."""


def place_names(law: Rulebook, day: dt.date) -> PlaceNames:
    """Return how places are called on ``day``; a code that is not in the table stays a code."""

    def name(code: str) -> Text:
        found = law.divisions.latest(code, day)
        return (
            Text(found.name, found.name_en or found.name) if isinstance(found, Division) else Text(code, code)
        )

    return name


class Words:
    """Puts parts of a decision into words of one language; numbers the laws that are cited.

    ``shown`` is everything that will be said, in the order of the guide: the laws are numbered by it.
    """

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

    def perhaps(self, words: str, *, certain: bool) -> str:
        """Return words with the remark that they depend on the case, unless they are certain."""
        return words if certain else self.say("perhaps", words=words)

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

    def open_facts(self, facts: Iterable[FactShown]) -> str:
        """Return the facts that are not known as one list; with their bounds, where there are any."""
        open_ = [one for one in facts if one.value is None]
        return self.listed(
            self.of(one.label) if one.shown == both("word.unknown") else self.facts([one]) for one in open_
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
