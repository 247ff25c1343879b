"""Shapes of the files that a rulebook has once, such as ``rulebook.yaml`` and ``doubts.yaml``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crossprov.rulebook.schema.base import Day, FactName, Id, Shape, Text, Word


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
