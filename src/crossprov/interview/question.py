"""What a question is, as data: for a terminal, a web page or a backend to ask.

A question asks for one fact, or for one list of records by a form. How it is worded stands in the vocabulary;
what a record is made of is read from the models, so a new field is asked for by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from crossprov.assembly.show import text_of
from crossprov.models.base import MAX_MONTHS
from crossprov.models.plan import Content, Planned, plan
from crossprov.rulebook.types import show
from crossprov.texts import Text, both, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.decision import Confidence, LawRef, Missing
    from crossprov.models import Model
    from crossprov.rulebook.schema import RecordsShape, TypeShape
    from crossprov.rulebook.vocabulary import FactDef

Kind: TypeAlias = Literal[
    "bool", "enum", "set", "int", "money", "rate", "date", "month", "text", "place", "records"
]
Constant: TypeAlias = str | int | bool

_KINDS: Final[Mapping[Content, Kind]] = {
    "day": "date",
    "month": "month",
    "money": "money",
    "rate": "rate",
    "flag": "bool",
    "number": "int",
    "place": "place",
    "province": "place",
    "text": "text",
    "choice": "enum",
    "model": "records",
}
YUAN: Final = "yuan"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a question offers."""

    value: Constant
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form of one record. What is not known is left out.

    ``many``: a list of forms made of ``fields``, such as the papers of a payment.
    """

    name: str
    kind: Kind
    label: Text
    required: bool
    choices: tuple[Choice, ...] = ()
    low: Constant | None = None
    high: Constant | None = None
    level: str | None = None
    unit: str | None = None
    many: bool = False
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """A rule that wants to know: what for, in words, with its law."""

    kind: str
    rule: str
    text: Text
    law: tuple[LawRef, ...]
    confidence: Confidence | None


@dataclass(frozen=True, slots=True)
class WhyNow:
    """Why a question comes before the others that are open: a stable code, and in words."""

    code: Literal["only", "settles", "fewest", "first", "detail"]
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """The next thing to ask.

    ``choices`` are all answers of a bool, an enum or a set. ``low`` and ``high`` are inclusive and written as the
    answer is. ``unit`` is that of an int, or ``yuan``, and ``unit_label`` a text with the place ``{n}``.
    ``may_be_none``: the answer ``none`` says that it is known that there is none. ``fields`` are the form of one
    record of a list. ``places`` and ``everywhere`` say whose records would tell it. ``open`` is the number of facts
    that are open now, this one included: a measure of what may remain, since answers close and open others.
    """

    fact: str
    kind: Kind
    label: Text
    question: Text
    places: tuple[str, ...]
    everywhere: bool
    why: tuple[Why, ...]
    why_now: WhyNow
    open: int
    help: Text | None = None
    choices: tuple[Choice, ...] = ()
    unit: str | None = None
    unit_label: Text | None = None
    low: Constant | None = None
    high: Constant | None = None
    level: str | None = None
    may_be_none: bool = False
    none_label: Text | None = None
    fields: tuple[Field, ...] = ()


def ask_fact(fact: FactDef, missing: Missing, why: tuple[Why, ...], why_now: WhyNow, open_: int) -> Question:
    """Return the question about a fact that a case tells."""
    type_ = fact.type
    unit = YUAN if type_.kind == "money" else type_.unit
    bounds = [None if one is None else _constant(one, fact) for one in (type_.low, type_.high)]
    return Question(
        fact=fact.name,
        kind=type_.kind,  # type: ignore[arg-type]  # INVARIANT: no fact is `exact`
        label=missing.label,
        question=missing.question or missing.label,
        help=text_of(fact.shape.help) if fact.shape.help is not None else None,
        choices=choices_of(fact.shape),
        unit=unit,
        unit_label=template(f"word.{unit}") if unit is not None else None,
        low=bounds[0],
        high=bounds[1],
        level=(type_.level or "any") if type_.kind == "place" else None,
        may_be_none=type_.optional,
        none_label=both("word.none") if type_.optional else None,
        places=missing.places,
        everywhere=missing.everywhere,
        why=why,
        why_now=why_now,
        open=open_,
    )


def ask_records(
    shape: RecordsShape,
    record: type[Model],
    missing: Missing,
    why: tuple[Why, ...],
    why_now: WhyNow,
    open_: int,
) -> Question:
    """Return the question about a list of records, with the form of one of them."""
    return Question(
        fact=missing.fact,
        kind="records",
        label=missing.label,
        question=missing.question or missing.label,
        fields=form_of(record, shape.fields),
        places=missing.places,
        everywhere=missing.everywhere,
        why=why,
        why_now=why_now,
        open=open_,
    )


def _constant(value: Any, fact: FactDef) -> Constant:
    return value if isinstance(value, (bool, int)) and fact.type.kind != "money" else show(value, fact.type)


def choices_of(shape: TypeShape) -> tuple[Choice, ...]:
    """Return the values of a type that can be listed, each with its name."""
    if shape.type == "bool":
        return Choice(True, both("word.yes")), Choice(False, both("word.no"))
    if shape.values is None:
        return ()
    if isinstance(shape.values, dict):
        return tuple([Choice(value, text_of(words)) for value, words in shape.values.items()])
    return tuple([Choice(value, Text(value, value)) for value in shape.values])


# --- forms ---------------------------------------------------------------------------------------------------


def form_of(record: type[Model], named: Mapping[str, TypeShape]) -> tuple[Field, ...]:
    """Return the form of a record, field by field; ``named`` are the fields whose values the vocabulary names."""
    return tuple([_field(record, one, named.get(one.name)) for one in plan(record) if one.content in _KINDS])


def _field(record: type[Model], field: Planned, shape: TypeShape | None) -> Field:
    kind, number = _KINDS[field.content], field.content == "number"
    level = {"place": "any", "province": "province"}.get(field.content)
    choices = choices_of(shape) if shape is not None and kind in ("bool", "enum") else ()
    return Field(
        field.name,
        kind,
        both(f"form.{record.__name__}.{field.name}"),
        field.required,
        choices or _choices(field),
        low=0 if number else None,
        high=MAX_MONTHS if number else None,
        level=level,
        unit="months" if number else YUAN if kind == "money" else None,
        many=field.several,
        fields=form_of(field.of, {}) if kind == "records" else (),
    )


def _choices(field: Planned) -> tuple[Choice, ...]:
    if field.content == "flag":
        return Choice(True, both("word.yes")), Choice(False, both("word.no"))
    if field.content != "choice":
        return ()
    return tuple([Choice(value, both(f"form.choice.{value}")) for value in field.of])
