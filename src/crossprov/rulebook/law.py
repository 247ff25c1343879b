"""Laws and notices (依据): what may be cited, and how sure we are of each text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crossprov.rulebook.symbols import closest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from crossprov.rulebook.schema import Confidence, Instrument, Rule

NONE_FOUND: Final = "none_found"
_ORDER: Final[tuple[Confidence, ...]] = ("inferred", "recalled", "read_copy", "read")


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of an instrument. Without an instrument: no law was found."""

    instrument: Instrument | None
    article: str | None
    confidence: Confidence

    @property
    def text(self) -> str:
        """The citation as an official writes it, or ``none_found``."""
        if self.instrument is None:
            return NONE_FOUND
        return f"{self.instrument.number} {self.article}" if self.article else self.instrument.number


class UncitableError(ValueError):
    """A citation that does not occur in the reviewed list; ``code`` says why."""

    def __init__(self, code: str, expected: str) -> None:
        self.code, self.expected = code, expected
        super().__init__(code)


class Instruments:
    """The reviewed list of laws and notices."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self.all: tuple[Instrument, ...] = tuple(instruments)
        self._by_number: Mapping[str, Instrument] = {entry.number: entry for entry in self.all}
        self._cited: dict[str, Citation] = {}

    def cite(self, words: str) -> Citation:
        """Return the citation that ``words`` (NUMBER, or NUMBER and ARTICLE) names.

        Raises ``UncitableError`` if the instrument or the article is not in the list.
        """
        found = self._cited.get(words)
        if found is None:
            found = self._cited[words] = self._read(words)
        return found

    def _read(self, words: str) -> Citation:
        if words == NONE_FOUND:
            return Citation(None, None, "inferred")
        number, _, article = words.partition(" ")
        entry = self._by_number.get(words) or self._by_number.get(number)
        if entry is None:
            raise UncitableError("unknown_instrument", closest(number, self._by_number))
        if entry.number == words:
            return Citation(entry, None, entry.confidence)
        if article not in entry.articles:
            raise UncitableError("unknown_article", ", ".join(entry.articles) or "–")
        return Citation(entry, article, entry.articles[article].confidence)


def confidence_of(rule: Rule, citations: Iterable[Citation]) -> Confidence:
    """Return how sure a rule is: that of its weakest citation, or what it states for itself if lower."""
    found = [citation.confidence for citation in citations if citation.instrument is not None]
    if rule.confidence is not None:
        found.append(rule.confidence)
    return weakest(found)


def weakest(found: Iterable[Confidence]) -> Confidence:
    """Return the least of several confidences."""
    return min(found, key=_ORDER.index, default="inferred")


def in_force(from_: dt.date | None, through: dt.date | None, day: dt.date) -> bool:
    """Return whether ``day`` lies within the first and the last day (both inclusive, absent is open)."""
    return (from_ is None or from_ <= day) and (through is None or day <= through)
