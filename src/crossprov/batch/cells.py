"""The text of a cell as the value of a fact: read strictly, refused where it would have to be guessed.

An empty cell is "not known". What is refused is described by its kind, never repeated: it may be a name or a number.
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from crossprov.models.base import is_clean
from crossprov.rulebook.types import constant
from crossprov.texts import Text, both
from crossprov.values import NONE, Month, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crossprov.rulebook.types import Type

SPACE: Final = " \t\r\n\u3000\xa0"
"""What is dropped around a cell: exports pad with these."""

NOT_ANY: Final = frozenset({"none", "无"})
_TRUTH: Final = {"true": True, "false": False, "是": True, "否": False}
_INT: Final = re.compile(r"-?[0-9]{1,15}\Z")
_MONEY: Final = re.compile(r"-?[0-9]{1,15}\.[0-9]{2}\Z")
_RATE: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,8})?\Z")
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2}))\Z"
)
_MONTH: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})|([0-9]{2})|/([0-9]{1,2}))\Z")

# Checked in this order: the first that matches says what was found.
_KINDS: Final = (
    ("found_digits", re.compile(r"[0-9]+\Z")),
    ("found_decimal", re.compile(r"-?[0-9]*\.[0-9]*\Z")),
    ("found_day", re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}([-/.月日 T].*)?\Z", re.DOTALL)),
    ("found_separators", re.compile(r"-?[0-9]{1,3}([,，' ][0-9]{2,4})+(\.[0-9]+)?\Z")),
    ("found_exponent", re.compile(r"-?[0-9.]+[eE][+-]?[0-9]+\Z")),
    ("found_percent", re.compile(r"-?[0-9.]+[%％]\Z")),
)


class CellError(ValueError):
    """A cell that is no value of its fact: what was found there, as a kind, and what would be right."""

    def __init__(self, found: Text, expected: Text) -> None:
        self.found, self.expected = found, expected
        super().__init__("cell")


class CellReader:
    """Reads the cells of one fact. ``names`` are the Chinese names of its values, where it has values."""

    def __init__(self, type_: Type, names: Mapping[str, str] | None = None) -> None:
        self.type = type_
        self._named = _unambiguous(names or {})
        self._read: Callable[[str], Value] = getattr(self, f"_{type_.kind}", self._words)

    def read(self, cell: str) -> Value | None:
        """Return the value that a cell holds, None for an empty one; raise ``CellError``."""
        word = cell.strip(SPACE)
        if not word:
            return None
        if self.type.optional and word in NOT_ANY:
            return NONE
        try:
            value = self._read(word)
        except (ValueError, KeyError):
            raise CellError(kind_of(word), wanted(self.type)) from None
        if not self.type.admits(value):
            raise CellError(both("cell.found_outside"), wanted(self.type))
        return value

    @staticmethod
    def _bool(word: str) -> bool:
        return _TRUTH[word.lower()]

    def _int(self, word: str) -> Value:
        return constant(int(_form(_INT, word)[0]), self.type)

    def _money(self, word: str) -> Value:
        return constant(_form(_MONEY, word)[0], self.type)

    @staticmethod
    def _rate(word: str) -> Fraction:
        return Fraction(_form(_RATE, word)[0])

    @staticmethod
    def _date(word: str) -> dt.date:
        return dt.date(*(int(part) for part in _form(_DATE, word).groups() if part is not None))

    @staticmethod
    def _month(word: str) -> Month:
        year, month = (int(part) for part in _form(_MONTH, word).groups() if part is not None)
        return Month.of(dt.date(year, month, 1))

    def _set(self, word: str) -> Value:
        members = [one.strip(SPACE) for one in re.split("[;；]", word)]
        return constant([self._named.get(one, one) for one in members], self.type)

    def _words(self, word: str) -> Value:
        if not is_clean(word):
            raise ValueError
        return constant(self._named.get(word, word), self.type)


def _form(form: re.Pattern[str], word: str) -> re.Match[str]:
    found = form.match(word)
    if found is None:
        raise ValueError
    return found


def _unambiguous(names: Mapping[str, str]) -> dict[str, str]:
    """Return the value for each Chinese name that only one value has and that is no value itself."""
    words = list(names.values())
    return {name: value for value, name in names.items() if words.count(name) == 1 and name not in names}


def told(raw: Any, type_: Type) -> Value:
    """Return the value of a fact as JSON tells it; raise ``CellError``."""
    try:
        value = constant(raw, type_)
    except ValueError:
        raise CellError(json_kind(raw), wanted(type_)) from None
    if not type_.admits(value) or (isinstance(value, str) and not is_clean(value)):
        raise CellError(both("cell.found_outside"), wanted(type_))
    return value


def wanted(type_: Type) -> Text:
    """Say what a value of a type looks like in a file."""
    if type_.values is not None:
        key = "some_of" if type_.kind == "set" else "one_of"
        return both(f"cell.{key}", expected=", ".join(type_.values))
    return both(f"cell.{type_.kind}" if type_.kind not in ("enum", "set") else "cell.text")


def kind_of(word: str) -> Text:
    """Say what kind of thing a cell holds, and nothing of the thing."""
    key = next((key for key, form in _KINDS if form.match(word)), "found_text")
    return both(f"cell.{key}", n=len(word))


def json_kind(raw: object) -> Text:
    """Say what kind of thing a value of JSON is."""
    if isinstance(raw, str):
        return kind_of(raw.strip(SPACE))
    names = {bool: "truth", int: "number", float: "decimal", list: "list", dict: "object"}
    return both(f"cell.found_{names.get(type(raw), 'object')}")
