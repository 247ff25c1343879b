"""What all shapes are made of: values as they are written in YAML, texts, days, and what every rule states."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from crossprov.rulebook.types import DATE, constant

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")


class Shape(BaseModel):
    """The base of all shapes: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _day(value: object) -> object:
    try:
        return constant(value, DATE)
    except ValueError:
        raise ValueError("day") from None


def _id(value: str) -> str:
    if not ID.match(value):
        raise ValueError("id")
    return value


def _name(value: str) -> str:
    if not NAME.match(value):
        raise ValueError("name")
    return value


def _as_text(value: object) -> object:
    """A code or number that YAML reads as an integer is text here."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_list(value: object) -> object:
    """One text may stand for a list of one."""
    return [value] if isinstance(value, str) else value


Day: TypeAlias = Annotated[dt.date, BeforeValidator(_day)]
Id: TypeAlias = Annotated[str, AfterValidator(_id)]
FactName: TypeAlias = Annotated[str, AfterValidator(_name)]
Word: TypeAlias = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=2000)]
Expression: TypeAlias = StrictBool | Word
# No Word here: ``typing`` keeps unions by their members alone, so one written elsewhere in another order
# would put Word before StrictInt, and a whole number would become text.
Scalar: TypeAlias = StrictBool | StrictInt | Annotated[str, Field(min_length=1, max_length=2000)]
Laws: TypeAlias = Annotated[tuple[Word, ...], BeforeValidator(as_list), Field(min_length=1)]
Confidence: TypeAlias = Literal["read", "read_copy", "recalled", "inferred"]
Outcome: TypeAlias = Literal["out_of_scope", "ineligible", "refer_to_person"]


class Text(Shape):
    """A text for people, in both languages."""

    zh: Word
    en: Word


class Reviewed(Shape):
    """Who reviewed a rule, and when."""

    by: Word
    on: Day


class Dated(Shape):
    """First and last day in force, both inclusive; absent means those of what contains it."""

    from_: Day | None = Field(None, alias="from")
    through: Day | None = None


class Rule(Dated):
    """What every rule states."""

    law: Laws
    say: Text | None = None
    confidence: Confidence | None = None
    adopted: Text | None = None
    reviewed: Reviewed | None = None
    sources: tuple[Word, ...] = ()


class NamedRule(Rule):
    """A rule with an id, which is its reason code."""

    id: Id
