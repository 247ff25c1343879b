"""What somebody types as an answer, read as JSON would have it; what is unclear is asked again, not guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crossprov.places import Division
from crossprov.texts import LANGUAGES, template, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from crossprov.interview import Choice, Field, Question
    from crossprov.rulebook.book import Rulebook

_CODE: Final = re.compile(r"[0-9]{6}\Z")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z")
_MONTH: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,15}\Z")
_MONEY: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?\Z")
_RATE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?\Z")
_PERCENT: Final = 100
_FEWEST_LETTERS: Final = 2
_MOST_PLACES: Final = 8


class UnclearError(Exception):
    """What was typed is no answer; ``said`` is what would be right, and never what was typed."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__()


class Reader:
    """Reads answers in one language; places by the divisions of a day."""

    def __init__(self, law: Rulebook, day: dt.date, language: str) -> None:
        self.law, self.day, self.language = law, day, language

    def read(self, asked: Question | Field, words: str) -> Any:
        """Return the answer to a question or a field of a form; raise ``UnclearError``."""
        if getattr(asked, "may_be_none", False) and _means("none", words):
            return "none"
        match asked.kind:
            case "bool" | "enum":
                return self._one(asked.choices, words)
            case "set":
                return self._several(asked.choices, words)
            case "place":
                return self._place(words)
            case "text":
                return words
        found = _plain(asked.kind, words)
        if found is None:
            raise UnclearError(self.tell(f"ask_wants_{asked.kind}"))
        return found

    def _one(self, choices: Sequence[Choice], words: str) -> Any:
        if _NUMBER.match(words) and 0 < int(words) <= len(choices):
            return choices[int(words) - 1].value
        for choice in choices:
            if words.casefold() in _called(choice):
                return choice.value
        raise UnclearError(self.tell("ask_wants_choice", n=len(choices)))

    def _several(self, choices: Sequence[Choice], words: str) -> list[Any]:
        if words == "0":
            return []
        return sorted({self._one(choices, one.strip()) for one in re.split("[,，、]", words)})

    def _place(self, words: str) -> str:
        """Return the code of a place that was typed as such, or by its name or the end of it."""
        if _CODE.match(words):
            return words
        wanted = words.casefold()
        if len(wanted) < _FEWEST_LETTERS:
            raise UnclearError(self.tell("ask_wants_place"))
        there = [one for one in self.law.divisions if one.in_force(self.day)]
        found = [one for one in there if wanted in (one.name, (one.name_en or "").casefold())]
        found = found or [
            one for one in there if wanted in one.name or wanted in (one.name_en or "").casefold()
        ]
        if len(found) == 1:
            return found[0].code
        if not 0 < len(found) <= _MOST_PLACES:
            raise UnclearError(self.tell("ask_wants_place"))
        names = self.tell("ask_comma").join(self._named(one) for one in found)
        raise UnclearError(self.tell("ask_which_place", places=names))

    def _named(self, place: Division) -> str:
        above = self.law.divisions.latest(place.parent, self.day) if place.parent is not None else None
        words = {"code": place.code, "name": self._name(place)}
        if isinstance(above, Division):
            return self.tell("ask_place_in", **words, above=self._name(above))
        return self.tell("ask_place", **words)

    def _name(self, place: Division) -> str:
        return place.name if self.language == "zh" else place.name_en or place.name

    def tell(self, key: str, /, **values: object) -> str:
        """Return a text of ``texts/clis.yaml``."""
        return text(f"cli.{key}", self.language, **values)


def _called(choice: Choice) -> set[str]:
    names = {one.casefold() for one in choice.label} | {str(choice.value).casefold()}
    if isinstance(choice.value, bool):
        names |= {"y", "true"} if choice.value else {"n", "false"}
    return names


def _plain(kind: str, words: str) -> Any:
    """Return a number, a day, a month, a sum or a rate; None for what is none."""
    match kind:
        case "int":
            return int(words) if _NUMBER.match(words) else None
        case "date":
            day = _DAY.match(words)
            return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}" if day else None
        case "month":
            month = _MONTH.match(words)
            return f"{month[1]}-{int(month[2]):02d}" if month else None
        case "money":
            yuan = re.sub("[,，元￥¥ ]", "", words)
            return yuan if _MONEY.match(yuan) else None
    return _rate(words)


def _rate(words: str) -> str | None:
    """Return a share from 0 to 1; ``16%`` is ``0.16``."""
    share = words.rstrip("%％")
    if not _RATE.match(share):
        return None
    if share == words:
        return share
    whole, _, rest = share.partition(".")
    digits = whole.zfill(3)
    return f"{int(digits[:-2])}.{digits[-2:]}{rest}"


def _means(command: str, words: str) -> bool:
    """Return whether what was typed is a command, in whichever language."""
    return words.casefold() in commands(command)


def commands(name: str) -> tuple[str, ...]:
    """Return all words for a command, in whichever language."""
    found = template(f"cli.ask_do_{name}")
    return tuple(word for language in LANGUAGES for word in found.in_(language).split("|"))


def command(name: str, language: str) -> str:
    """Return the word for a command that is shown in a language."""
    return text(f"cli.ask_do_{name}", language).split("|")[0]
