"""A case: who applies for what, when and where, and what is told besides the records."""

import datetime as dt
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from crossprov._errors import NAME_PATTERN, is_name
from crossprov.models.base import (
    AS_IT_IS,
    MAX_TEXT,
    Day,
    DivisionCode,
    Flag,
    Identifier,
    Listing,
    Model,
    Text,
    by_kind,
    is_clean,
)
from crossprov.models.employer import Employer
from crossprov.models.errors import TAG, mask_keys, refuse
from crossprov.models.person import Citizen

_MAX_INTEGER: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

_MAX_MEMBERS: Final = 200

Approver: TypeAlias = Literal["county_party_organisation", "county_human_resources", "other"]


def _read_fact(value: object) -> str | int | bool | tuple[str, ...] | None:
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _MAX_INTEGER):
        return value
    if isinstance(value, str) and is_clean(value):
        return value
    if isinstance(value, list | tuple) and len(value) <= _MAX_MEMBERS:
        members = tuple(member for member in value if isinstance(member, str) and is_clean(member))
        if len(members) == len(value):
            return members
    raise refuse("fact_value")


def _read_fact_name(value: object) -> str:
    if isinstance(value, str) and is_name(value):
        return value
    raise refuse("fact_name")


_TEXT_SCHEMA: Final = {"type": "string", "maxLength": MAX_TEXT}

FactValue = Annotated[
    str | int | bool | tuple[str, ...] | None,
    PlainValidator(_read_fact),
    AS_IT_IS,
    WithJsonSchema(
        {
            "anyOf": [
                _TEXT_SCHEMA,
                {"type": "integer", "minimum": -_MAX_INTEGER, "maximum": _MAX_INTEGER},
                {"type": "boolean"},
                {"type": "null"},
                {"type": "array", "items": _TEXT_SCHEMA, "maxItems": _MAX_MEMBERS},
            ]
        }
    ),
]
"""The value of a fact told directly; its type is checked against the vocabulary later."""

FactName = Annotated[
    str, PlainValidator(_read_fact_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN})
]
"""A dotted name of the vocabulary, such as ``transfer.occasion``."""

Applicant: TypeAlias = Annotated[
    Annotated[Citizen, Tag(f"{TAG}citizen")] | Annotated[Employer, Tag(f"{TAG}employer")], by_kind()
]


class Event(Model):
    """A step that has happened, such as the arrival of a letter; events start the clocks of time limits."""

    step: Identifier = Field(description="id of the step in the rules of the item")
    on: Day = Field(description="day on which it happened")


class ApprovedTransfer(Model):
    """A transfer of a person between units that an authority approved (国办发〔2009〕66号, art. 5(3))."""

    approved: Flag = Field(description="the transfer was approved")
    approver: Approver | None = Field(
        default=None,
        description="Party organisation department or human-resources department of county level or above, "
        "or other; absent: unknown",
    )
    labour_relation: Flag | None = Field(
        default=None, description="a labour relation with the new unit exists; absent: unknown"
    )
    contributed: Flag | None = Field(
        default=None, description="contributions at the new place were paid; absent: unknown"
    )


class Move(Model):
    """A move from one place of insurance to another."""

    from_place: DivisionCode | None = Field(
        default=None, description="division of the old place (转出地); absent: unknown"
    )
    from_street: Text | None = Field(
        default=None, description="township or subdistrict there, where its county was split since"
    )
    to_place: DivisionCode | None = Field(
        default=None, description="division of the new place (转入地); absent: unknown"
    )
    to_street: Text | None = Field(
        default=None, description="township or subdistrict there, where its county was split since"
    )
    enrolled_on: Day | None = Field(
        default=None, description="day of registration at the new place (参保登记); absent: unknown"
    )
    employed: Flag | None = Field(
        default=None, description="works for an employer at the new place; absent: unknown"
    )
    contributed: Flag | None = Field(
        default=None, description="has paid contributions at the new place; absent: unknown"
    )
    approved_transfer: ApprovedTransfer | None = Field(
        default=None, description="approved transfer between units; absent: unknown"
    )


class Case(Model):
    """A request for one item of the catalogue, as a backend hands it over.

    What is left out is unknown, never "no". Sums are yuan as text or ``Decimal``, lengths whole months, places codes of
    six digits. Raises pydantic's ``ValidationError``; ``read_case`` raises ``CaseError``, which holds no value.
    """

    item: Identifier = Field(description="id of the catalogue item")
    applicant: Applicant = Field(description="the person or employer that applies")
    as_of: Day | None = Field(
        default=None, description="day on which the case stands; absent: the day of the decision"
    )
    applied_on: Day | None = Field(
        default=None,
        description="day of the application; absent: that of the event apply, or not yet, or unknown",
    )
    applied_at: DivisionCode | None = Field(
        default=None, description="division where the application is made; absent: unknown"
    )
    street: Text | None = Field(
        default=None, description="township or subdistrict there, where its county was split since"
    )
    events: Annotated[Listing[Event], Field(max_length=200)] = Field(
        default=(), description="steps that have happened, at most one event a step"
    )
    move: Move | None = Field(default=None, description="the move that the case is about; absent: unknown")
    facts: Annotated[dict[FactName, FactValue], BeforeValidator(mask_keys), Field(max_length=500)] = Field(
        default_factory=dict, description="facts told directly, by vocabulary name; null: unknown"
    )

    @field_validator("as_of")
    @classmethod
    def _not_before_birth(cls, as_of: dt.date | None, info: ValidationInfo) -> dt.date | None:
        applicant = info.data.get("applicant")
        born = applicant.known_birth_date if isinstance(applicant, Citizen) else None
        if as_of is not None and born is not None and born > as_of:
            raise refuse("birth_in_future")
        return as_of

    @field_validator("applied_on")
    @classmethod
    def _applied_by_then(cls, applied_on: dt.date | None, info: ValidationInfo) -> dt.date | None:
        as_of = info.data.get("as_of")
        if applied_on is not None and as_of is not None and applied_on > as_of:
            raise refuse("application_in_future")
        return applied_on

    @field_validator("events")
    @classmethod
    def _once_and_past(cls, events: tuple[Event, ...], info: ValidationInfo) -> tuple[Event, ...]:
        as_of = info.data.get("as_of")
        if len({event.step for event in events}) < len(events):
            raise refuse("step_twice")
        if as_of is not None and any(event.on > as_of for event in events):
            raise refuse("event_in_future")
        return events
