"""Shapes of ``examples/*.yaml``: worked cases and what they must give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from crossprov.rulebook.schema.base import Day, FactName, Id, Scalar, Shape, Text, Word, as_list


class Expectation(Shape):
    """What an example must give; only what stands here is compared.

    Where no office is named, ``competent`` and ``roles`` say why: ``none`` (nobody acts), ``facts_missing`` …
    """

    outcome: (
        Literal["out_of_scope", "ineligible", "refer_to_person", "needs_information", "eligible"] | None
    ) = None
    conclusions: dict[FactName, Scalar] = Field(default_factory=dict)
    facts: dict[FactName, Scalar] = Field(default_factory=dict)
    competent: Word | None = None
    roles: dict[FactName, Word] = Field(default_factory=dict)
    intake: tuple[Id, ...] | None = None
    intake_in: dict[Id, Annotated[tuple[Word, ...], BeforeValidator(as_list)]] = Field(default_factory=dict)
    steps: tuple[Id, ...] | None = None
    actors: dict[Id, Word] = Field(default_factory=dict)
    due: dict[Id, Day | Literal["none"]] = Field(default_factory=dict)
    materials: tuple[Id, ...] | None = None
    not_required: tuple[Id, ...] | None = None
    reasons: tuple[Id, ...] = ()
    no_reasons: tuple[Id, ...] = ()
    notices: tuple[Id, ...] = ()
    no_notices: tuple[Id, ...] = ()
    amounts: dict[Id, Word] = Field(default_factory=dict)
    no_amounts: tuple[Id, ...] = ()
    missing: tuple[FactName, ...] | None = None


class Example(Shape):
    """A worked case with its expected answer; run by ``crossprov check`` and by the tests.

    ``like`` names another example of the item, of which only what differs is written down; its day, case and
    facts are taken over, what it expects is not.
    """

    id: Word
    title: Text
    source: Word | None = None
    like: Word | None = None
    as_of: Day | None = None
    case: dict[str, Any] | None = None
    facts: dict[FactName, Any] | None = None
    expect: Expectation


class ExamplesFile(Shape):
    """``examples/*.yaml``: worked examples of the item after which the file is named."""

    examples: tuple[Example, ...]
