"""Shapes of ``vocabulary/*.yaml``: facts, records and what always holds between facts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool, StrictInt

from crossprov.rulebook.schema.base import (
    Confidence,
    Expression,
    FactName,
    Id,
    Laws,
    Scalar,
    Shape,
    Text,
    Word,
)
from crossprov.rulebook.types import Kind, Level, Unit


class TypeShape(Shape):
    """The type of a fact, of a field of a record, of a parameter or of a conclusion."""

    type: Kind
    unit: Unit | None = None
    values: dict[str, Text] | tuple[Word, ...] | None = None
    level: Level | None = None
    optional: StrictBool = False
    min: Scalar | None = None
    max: Scalar | None = None


class FactShape(TypeShape):
    """A fact that rules may speak of, and how it is obtained."""

    label: Text
    question: Text | None = None
    help: Text | None = None
    given: Word | None = None
    formula: Expression | StrictInt | None = None
    function: Word | None = None
    reads: tuple[FactName, ...] = ()
    law: Laws | None = None
    confidence: Confidence | None = None
    adopted: Text | None = None
    sources: tuple[Word, ...] = ()
    changes: Literal["time", "person", "never"] | None = None


class RecordsShape(Shape):
    """A list of records that rules may add up or go through."""

    given: Word
    label: Text
    question: Text | None = None
    fields: dict[FactName, TypeShape]


class RelationShape(Shape):
    """Something that holds of the facts of every case, whatever the law says; proofs rely on it."""

    holds: Expression
    say: Text


class VocabularyFile(Shape):
    """``vocabulary/*.yaml``."""

    facts: dict[FactName, FactShape] = Field(default_factory=dict)
    records: dict[FactName, RecordsShape] = Field(default_factory=dict)
    relations: dict[Id, RelationShape] = Field(default_factory=dict)
