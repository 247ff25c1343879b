"""The shape of every rule file, as pydantic models; the JSON Schemas for editors are made from these.

Shape only: what names mean, and whether the law is coherent, is checked in ``reading`` and ``compile``. The page
``docs/rule-files.md`` explains each key.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from crossprov.rulebook.types import DATE, Kind, Level, Unit, constant

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")


class Shape(BaseModel):
    """The base of all shapes: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _day(value: object) -> object:
    try:
        return constant(value, DATE)
    except ValueError:
        raise ValueError("day") from None


def _id(value: str) -> str:
    if not _ID.match(value):
        raise ValueError("id")
    return value


def _name(value: str) -> str:
    if not _NAME.match(value):
        raise ValueError("name")
    return value


def _as_text(value: object) -> object:
    """A code or number that YAML reads as an integer is text here."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Day: TypeAlias = Annotated[dt.date, BeforeValidator(_day)]
Id: TypeAlias = Annotated[str, AfterValidator(_id)]
FactName: TypeAlias = Annotated[str, AfterValidator(_name)]
Word: TypeAlias = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=2000)]
Expression: TypeAlias = StrictBool | Word
# No Word here: ``typing`` keeps unions by their members alone, so one written elsewhere in another order
# would put Word before StrictInt, and a whole number would become text.
Scalar: TypeAlias = StrictBool | StrictInt | Annotated[str, Field(min_length=1, max_length=2000)]
Laws: TypeAlias = Annotated[tuple[Word, ...], BeforeValidator(_as_list), Field(min_length=1)]
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


# --- vocabulary ---------------------------------------------------------------------------------------


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


# --- parameters ---------------------------------------------------------------------------------------


class ParameterVersion(Rule):
    """A value, or values by key, and the days on which they hold."""

    from_: Day = Field(alias="from")
    value: Any = None
    values: dict[Word, Any] | None = None


class ParameterShape(TypeShape):
    """A dated value of law."""

    label: Text
    keyed_by: Annotated[tuple[FactName, ...], BeforeValidator(_as_list)] = ()
    versions: tuple[ParameterVersion, ...] = Field(min_length=1)


class ParametersFile(Shape):
    """``parameters/*.yaml``."""

    parameters: dict[FactName, ParameterShape]


# --- laws ---------------------------------------------------------------------------------------------


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


# --- items --------------------------------------------------------------------------------------------


class Requirement(NamedRule):
    """A condition of acceptance (受理条件) and what follows if it does not hold.

    ``when`` says whom it concerns at all; nobody else is asked for it or told of it. ``name`` says the
    condition as it should be; ``say`` is the reason where it is not met.
    """

    name: Text | None = None
    when: Expression = "otherwise"
    holds: Expression
    else_: Outcome = Field(alias="else")


class Row(NamedRule):
    """A row of a decision table."""

    when: Expression
    then: Scalar | None = None


class Conclusion(TypeShape):
    """A decision table whose result is a fact for the rules after it."""

    label: Text
    when: Expression | None = None
    hit: Literal["first", "unique"] = "first"
    for_each: Word | None = None
    informative: StrictBool = False
    rows: tuple[Row, ...] = Field(min_length=1)


class OfficeRow(Row):
    """A row that names the place of an office; ``street`` is the fact with the township of that place.

    ``function`` is the organ that acts if this row decides, where it is not that of the role.
    """

    street: FactName | None = None
    function: Word | None = None


class OfficeRole(Shape):
    """Which organ acts in a role, and where; ``name`` says what the role is."""

    name: Text | None = None
    function: Word
    hit: Literal["first", "unique"] = "first"
    rows: tuple[OfficeRow, ...] = Field(min_length=1)


class Intake(NamedRule):
    """Who may take the case in (受理); it never moves the power to decide."""

    when: Expression = "otherwise"
    at: Word | None = None
    anywhere_in: tuple[Word, ...] = ()
    function: Word | None = None
    channels: tuple[Word, ...] = ()


class Step(NamedRule):
    """A step of the procedure, its actor and the steps before it."""

    name: Text
    actor: Word
    when: Expression = "otherwise"
    informative: StrictBool = False
    after: Annotated[tuple[Id, ...], BeforeValidator(_as_list)] = ()


class Limit(NamedRule):
    """How long a step may take, from the day on which another step was done."""

    step: Id
    starts_with: Id
    kind: Literal["statutory", "promised"]
    length: Annotated[str, Field(pattern=r"^[0-9]{1,4} (working_days|calendar_days|months)$")]
    when: Expression = "otherwise"


class Material(NamedRule):
    """A paper that has to be shown."""

    name: Text
    when: Expression = "otherwise"


class NotRequired(NamedRule):
    """A paper that nobody may ask for."""

    name: Text
    when: Expression = "otherwise"


class Amount(NamedRule):
    """A sum of money that follows from the case."""

    name: Text
    value: FactName
    when: Expression = "otherwise"
    informative: StrictBool = False


class Fee(Rule):
    """What the service costs, in yuan."""

    amount: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]{2}$")]


class Notice(NamedRule):
    """Something the reader of a decision must know."""

    when: Expression = "otherwise"
    say: Text


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
    intake_in: dict[Id, Annotated[tuple[Word, ...], BeforeValidator(_as_list)]] = Field(default_factory=dict)
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


class Provenance(Shape):
    """Why the line stands in the catalogue, and how sure that is."""

    batch: StrictInt | None = None
    batch_confidence: Literal["sourced", "derived", "guessed"] | None = None
    inclusion: Literal["high", "medium", "low"]
    why: Text
    sources: tuple[Word, ...] = ()


class Parts(Shape):
    """What an item consists of, and what a fragment may hold for the items that use it."""

    facts: dict[FactName, FactShape] = Field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    conclusions: dict[FactName, Conclusion] = Field(default_factory=dict)
    offices: dict[FactName, OfficeRole] = Field(default_factory=dict)
    intake: tuple[Intake, ...] = ()
    steps: tuple[Step, ...] = ()
    limits: tuple[Limit, ...] = ()
    materials: tuple[Material, ...] = ()
    not_required: tuple[NotRequired, ...] = ()
    amounts: tuple[Amount, ...] = ()
    fee: Fee | None = None
    results: tuple[Text, ...] = ()
    notices: tuple[Notice, ...] = ()
    differences: tuple[Text, ...] = ()


class Fragment(Parts):
    """Parts that several items share; ``about`` says what for."""

    about: Text


class FragmentsFile(Shape):
    """``fragments/*.yaml``."""

    fragments: dict[Id, Fragment]


class ItemFile(Dated, Parts):
    """``items/*.yaml``: one item of the catalogue (事项). ``uses`` names the fragments it takes over.

    ``catalogue`` says whether it is one of the items that both sides agreed to handle for each other, or only
    a related measure, which has no number.
    """

    item: Id
    uses: tuple[Id, ...] = ()
    catalogue: Literal["joint", "related"] = "joint"
    number: StrictInt | None = None
    life_events: tuple[FactName, ...] = ()
    codes: dict[Word, Word] = Field(default_factory=dict)
    name: Text
    summary: Text | None = None
    serves: tuple[Literal["citizen", "employer"], ...] = Field(min_length=1)
    from_: Day = Field(alias="from")
    before: Text | None = None
    mode: Text | None = None
    provenance: Provenance | None = None


class Doubt(Text):
    """Something that is not settled and hangs on no single rule."""

    id: Id
    kind: Literal["unread", "start", "conflict", "example", "reading"]
    items: tuple[Id, ...] = ()


class DoubtsFile(Shape):
    """``doubts.yaml``."""

    doubts: tuple[Doubt, ...]


class Accepted(Text):
    """A finding of the proof that may be so, and why. ``of`` names what it is about, as the proof does."""

    item: Id
    finding: Literal[
        "outcome", "requirement", "row", "applies", "complete", "disjoint", "office", "amount", "versions"
    ]
    of: Word


class AcceptedFile(Shape):
    """``accepted.yaml``."""

    accepted: tuple[Accepted, ...]


class LifeEventsFile(Shape):
    """``life-events.yaml``: what happens to people, by which they look for items."""

    life_events: dict[FactName, Text]


class ChannelShape(Shape):
    """A way to hand in a case (办理渠道)."""

    name: Text
    address: Word | None = None


class ChannelsPart(BaseModel):
    """The part of ``region.yaml`` with the channels; the other parts are read with the places."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    channels: dict[FactName, ChannelShape] = Field(default_factory=dict)


class RulebookId(Shape):
    """The name of a rulebook and the version of the rule language it is written in.

    ``guides_on`` is the day by whose rules the guides of the items are published.
    """

    id: Id
    language: Literal[1]
    name: Text
    guides_on: Day | None = None


class RulebookFile(Shape):
    """``rulebook.yaml``."""

    rulebook: RulebookId
