"""The types of facts and parameters, and how a constant of each is written in a rule file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from crossprov.values import NONE, Month, Value

Kind: TypeAlias = Literal[
    "bool", "int", "rate", "money", "date", "month", "text", "enum", "set", "place", "exact"
]
Unit: TypeAlias = Literal["years", "years_of_age", "months", "days", "working_days", "persons", "times"]
Level: TypeAlias = Literal["province", "prefecture", "county", "any"]

ORDERED: Final = frozenset({"int", "rate", "money", "date", "month", "exact"})
NUMBERS: Final = frozenset({"int", "rate", "money", "exact"})
DISCRETE: Final = frozenset({"int", "money", "date", "month"})

FEN_A_YUAN: Final = 100
_PLACES: Final = 8  # decimals of a rate
_DECIMAL: Final = re.compile(rf"-?[0-9]{{1,15}}(\.[0-9]{{1,{_PLACES}}})?\Z")
_MONEY: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?\Z")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}\Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_PLACE: Final = re.compile(r"[0-9]{6}\Z")


@dataclass(frozen=True, slots=True)
class Type:
    """What values a fact can have.

    ``exact`` is the type of an unrounded result (money times a rate, a quotient); it never is the type of a
    fact. ``unit`` guards against comparing months with years. ``low`` and ``high`` hold for everybody.
    """

    kind: Kind
    unit: Unit | None = None
    values: tuple[str, ...] | None = None
    level: Level | None = None
    optional: bool = False
    low: Value | None = None
    high: Value | None = None
    of: Kind | None = None

    def name(self) -> str:
        """Return the type as a rule file writes it, for error texts."""
        return f"{self.kind} ({self.unit})" if self.unit else self.kind

    @property
    def is_of_facts(self) -> bool:
        """Whether a fact can be of this type: not an unrounded one; a set without members is no missing set."""
        return self.kind != "exact" and not (self.kind == "set" and self.optional)

    def admits(self, value: Value) -> bool:
        """Return whether ``value`` may be a value of this type."""
        if value is NONE:
            return self.optional
        if not _is_of_kind(value, self.kind):
            return False
        if self.kind in ("enum", "text") and self.values is not None:
            return value in self.values
        if isinstance(value, frozenset):
            return self.values is None or value <= frozenset(self.values)
        return self.bounds_admit(value)

    def bounds_admit(self, value: Value) -> bool:
        """Return whether what is a constant of this type lies within its bounds, too."""
        if value is NONE:
            return True
        if self.low is not None and value < self.low:  # type: ignore[operator]
            return False
        return self.high is None or value <= self.high  # type: ignore[operator]


def misfit(found: Type, wanted: Type) -> tuple[str, str, str] | None:
    """Return why not every value of ``found`` is one of ``wanted``: a problem code, what was found, what wanted.

    None if all fit. Whatever reads a fact trusts its declared type, so nothing wider may flow into it.
    """
    if found.kind != wanted.kind:
        return "type_differs", found.name(), wanted.name()
    if wanted.unit != found.unit and found.unit is not None:
        return "unit_differs", str(found.unit), str(wanted.unit or "–")
    if found.optional and not wanted.optional:
        return "wider_type", "optional", wanted.name()
    if wanted.values is not None and not set(found.values or ("…",)) <= set(wanted.values):
        return "wider_type", ", ".join(found.values or ("…",)), ", ".join(wanted.values)
    if wanted.level not in (None, "any", found.level):
        return "wider_type", str(found.level or "any"), str(wanted.level)
    for mine, theirs, outside in ((found.low, wanted.low, "min"), (found.high, wanted.high, "max")):
        if theirs is not None and (mine is None or (mine < theirs if outside == "min" else mine > theirs)):  # type: ignore[operator]
            return (
                "wider_type",
                f"{outside} {'–' if mine is None else show(mine)}",
                f"{outside} {show(theirs)}",
            )
    return None


BOOL: Final = Type("bool")
INT: Final = Type("int")
DATE: Final = Type("date")
MONTH: Final = Type("month")


def _is_of_kind(value: Value, kind: Kind) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind in ("int", "money"):
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "rate":
        return isinstance(value, Fraction)
    if kind == "date":
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    if kind == "month":
        return isinstance(value, Month)
    if kind == "set":
        return isinstance(value, frozenset)
    return isinstance(value, str)


def constant(raw: object, type_: Type) -> Value:
    """Return the constant that ``raw`` writes in the type ``type_``.

    Its bounds are not looked at: see ``exceeded``. Raises ``ValueError`` for what writes no constant of the type.
    """
    if raw == "none" and type_.optional:
        return NONE
    kind = type_.kind
    if isinstance(raw, bool):
        if kind == "bool":
            return raw
    elif kind == "int" and isinstance(raw, int):
        return raw
    elif kind == "set" and isinstance(raw, (list, tuple, frozenset)):
        members = frozenset(str(member) for member in raw)
        if type_.values is None or members <= frozenset(type_.values):
            return members
    elif isinstance(raw, (str, int, Fraction)):
        return _from_text(raw, type_)
    raise ValueError(kind)


def _from_text(raw: str | int | Fraction, type_: Type) -> Value:
    kind, word = type_.kind, str(raw)  # those first that cases tell most
    if kind == "enum" and (type_.values is None or word in type_.values):
        return word
    if kind == "date" and _DATE.match(word):
        return dt.date.fromisoformat(word)
    if kind == "rate" and (isinstance(raw, Fraction) or _DECIMAL.match(word)):
        return Fraction(word)
    if kind == "money" and isinstance(raw, str) and _MONEY.match(raw):
        return int(Fraction(raw) * FEN_A_YUAN)
    if kind == "month" and _MONTH.match(word):
        return Month.parse(word)
    if kind == "place" and _PLACE.match(word):
        return word
    if kind == "text" and isinstance(raw, str) and (type_.values is None or raw in type_.values):
        return raw
    raise ValueError(kind)


def exceeded(value: Value, type_: Type) -> str | None:
    """Return the bounds of a type beyond which a constant of it lies, as text; None if it lies within."""
    if type_.admits(value):
        return None
    ends = ("" if bound is None else show(bound, type_) for bound in (type_.low, type_.high))
    return " … ".join(ends).strip()


def show(value: Value, type_: Type | None = None) -> str:
    """Return a value as text that reads back as the same constant (money as yuan)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_ is not None and type_.kind == "money" and isinstance(value, int):
        yuan, fen = divmod(abs(value), FEN_A_YUAN)
        return f"{'-' if value < 0 else ''}{yuan}.{fen:02d}"
    if isinstance(value, Fraction):
        return _decimal(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if value is NONE:
        return "none"
    return str(value)


def _decimal(value: Fraction) -> str:
    """Return a rate as a decimal number; one without end is rounded to the last place a rate can have."""
    whole, part = divmod(round(abs(value) * 10**_PLACES), 10**_PLACES)
    text = f"{whole}.{part:0{_PLACES}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and text != "0" else text
