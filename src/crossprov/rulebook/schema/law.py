"""Shapes of ``parameters/*.yaml`` and ``instruments.yaml``: dated values, and where they come from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from crossprov.rulebook.schema.base import Confidence, Dated, Day, FactName, Rule, Shape, Text, Word, as_list
from crossprov.rulebook.schema.vocabulary import TypeShape


class ParameterVersion(Rule):
    """A value, or values by key, and the days on which they hold."""

    from_: Day = Field(alias="from")
    value: Any = None
    values: dict[Word, Any] | None = None


class ParameterShape(TypeShape):
    """A dated value of law."""

    label: Text
    keyed_by: Annotated[tuple[FactName, ...], BeforeValidator(as_list)] = ()
    versions: tuple[ParameterVersion, ...] = Field(min_length=1)


class ParametersFile(Shape):
    """``parameters/*.yaml``."""

    parameters: dict[FactName, ParameterShape]


class Article(Text):
    """An article of a law: what it says in one line of our own words, and how sure we are of its text."""

    confidence: Confidence
    sources: tuple[Word, ...] = ()


class Instrument(Dated):
    """A law, regulation or notice."""

    number: Word
    title: Text
    issuer: Text | None = None
    confidence: Confidence = "read"
    sources: tuple[Word, ...] = Field(min_length=1)
    note: Text | None = None
    articles: dict[Word, Article] = Field(default_factory=dict)


class InstrumentsFile(Shape):
    """``instruments.yaml``."""

    instruments: tuple[Instrument, ...]
