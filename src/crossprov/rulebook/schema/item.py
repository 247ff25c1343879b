"""Shapes of ``items/*.yaml`` and ``fragments/*.yaml``: the parts of a service."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictInt

from crossprov.rulebook.schema.base import (
    Dated,
    Day,
    Expression,
    FactName,
    Id,
    NamedRule,
    Outcome,
    Rule,
    Scalar,
    Shape,
    Text,
    Word,
    as_list,
)
from crossprov.rulebook.schema.vocabulary import FactShape, TypeShape


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
    after: Annotated[tuple[Id, ...], BeforeValidator(as_list)] = ()


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
