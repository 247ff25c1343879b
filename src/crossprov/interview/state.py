"""The state of an interview as JSON: read strictly, since it comes back from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from crossprov.interview.telling import in_json
from crossprov.models.base import AS_IT_IS, Day, Identifier, Listing, Model
from crossprov.models.case import FactName
from crossprov.models.errors import case_error

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
"""The version of this form; it has nothing to do with the version of the rules or of the library."""

_MOST_ANSWERS: Final = 1_000
_Named = Annotated[str, Field(strict=True, min_length=1, max_length=200)]


class AnswerGiven(Model):
    """An answer; null: it is not known."""

    fact: FactName = Field(description="the fact, or the list of records, that was asked for")
    value: Annotated[Any, AS_IT_IS] = Field(description="the answer as JSON; null: it is not known")


class State(Model):
    """All of an interview."""

    interview: Literal[1] = Field(description="version of this form")
    rulebook: _Named = Field(description="id of the rulebook under which it was begun")
    rulebook_hash: _Named = Field(description="its hash")
    language: Annotated[int, Field(strict=True, ge=1)] = Field(description="version of its language")
    item: Identifier = Field(description="id of the item")
    as_of: Day = Field(description="day of the case")
    start: dict[str, Any] = Field(default_factory=dict, description="what was told before the first question")
    answers: Annotated[Listing[AnswerGiven], Field(max_length=_MOST_ANSWERS)] = Field(
        default=(), description="the answers in the order in which they were given"
    )


def read_state(state: Mapping[str, object] | str | bytes) -> State:
    """Read a state; raise ``CaseError`` that names each field and what would be right, and no value."""
    plain = in_json(state.encode("utf-8", "replace") if isinstance(state, str) else state)
    try:
        return State.model_validate(plain)
    except ValidationError as error:
        raise case_error(error) from None
