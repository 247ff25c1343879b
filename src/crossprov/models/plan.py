"""What the fields of an input model hold, read from the model itself: a new field needs nothing here.

The testing kit draws records by it, the interview asks for them by it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from crossprov.models.base import PERSONAL, DivisionCode, Model, Money, ProvinceCode, Rate, Text
from crossprov.models.records import Record, Records
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

Content: TypeAlias = Literal[
    "day", "month", "money", "rate", "flag", "number", "place", "province", "text", "choice", "model",
    "records", "other",
]  # fmt: skip

_ATOMS: Final[tuple[tuple[Any, Content], ...]] = (
    (Money, "money"),
    (Rate, "rate"),
    (DivisionCode, "place"),
    (ProvinceCode, "province"),
    (Text, "text"),
)
_TYPES: Final[dict[Any, Content]] = {dt.date: "day", Month: "month", bool: "flag", int: "number"}


@dataclass(frozen=True, slots=True)
class Planned:
    """A field: what it holds, of which choices or model, and whether it can be left out."""

    name: str
    content: Content
    of: Any = None
    required: bool = False
    several: bool = False


@cache
def plan(model: type[Model]) -> tuple[Planned, ...]:
    """Return the fields of a model in their order, without those that identify a person or an employer."""
    skipped = (
        frozenset[str]() if issubclass(model, Record) else PERSONAL
    )  # the papers of a record are its own
    return tuple(_planned(name, field) for name, field in model.model_fields.items() if name not in skipped)


def _planned(name: str, field: FieldInfo) -> Planned:
    content, of, several = _content(field.annotation, tuple(field.metadata))
    tag = content == "choice" and len(of) == 1  # a `kind`, which tells the members of a union apart
    return Planned(name, content, of, field.is_required() or tag, several)


def _content(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Content, Any, bool]:
    """Return what an annotation stands for, what it is made of, and whether it is a list of that."""
    for base, more in _layers(annotation, metadata):
        for atom, content in _ATOMS:
            if base is get_args(atom)[0] and get_args(atom)[1] in more:
                return content, None, False
        if base in _TYPES:
            return _TYPES[base], None, False
        if get_origin(base) is Literal:
            return "choice", get_args(base), False
        if isinstance(base, type) and issubclass(base, Records):
            record = get_args(base.model_fields["records"].annotation)[0]
            return "records", record, False
        if isinstance(base, type) and issubclass(base, Model):
            return "model", base, False
        if get_origin(base) is tuple:
            content, of, _ = _content(get_args(base)[0], ())
            return content, of, True
    return "other", None, False


def _layers(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield what stands inside ``Annotated`` and beside ``None``, from the outside inwards."""
    here, more = annotation, metadata
    while True:
        yield here, more
        origin = get_origin(here)
        if origin is Annotated:
            here, more = here.__origin__, (*more, *here.__metadata__)
        elif origin in (Union, UnionType):
            members = [one for one in get_args(here) if one is not type(None)]
            if len(members) > 1:
                return
            here = members[0]
        else:
            return


__all__ = ["Content", "Planned", "plan"]
