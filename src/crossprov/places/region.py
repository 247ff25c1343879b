"""The typed form of ``region.yaml``: the sides, who acts at which level, and how offices are named."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from crossprov.values import change_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crossprov.texts import Text

Tier: TypeAlias = Literal["province", "prefecture", "county", "township"]
Confidence: TypeAlias = Literal["read", "read_copy", "recalled", "inferred"]
NameKind: TypeAlias = Literal["province", "prefecture", "county", "outside"]

EVERY_OTHER_PROVINCE: Final = "other"


class Side(NamedTuple):
    """One of the provinces for which the rulebook is made."""

    id: str
    province: str
    name: Text


@dataclass(frozen=True, slots=True)
class Span:
    """A time in force, both days inclusive; ``None`` means that no such day is known."""

    from_: dt.date | None = None
    through: dt.date | None = None

    def includes(self, on: dt.date) -> bool:
        """Tell whether ``on`` lies within."""
        return (self.from_ is None or self.from_ <= on) and (self.through is None or on <= self.through)

    def overlaps(self, other: Span) -> bool:
        """Tell whether some day lies within both."""
        first = max(self.from_ or dt.date.min, other.from_ or dt.date.min)
        return first <= min(self.through or dt.date.max, other.through or dt.date.max)

    def change_days(self) -> Iterator[dt.date]:
        """Return the day on which it begins, and the one after its last, as far as they are known."""
        return change_days(self.from_, self.through)


@dataclass(frozen=True, slots=True)
class TierVersion:
    """At which level a function is exercised, by province (``other`` for the rest), for a time."""

    span: Span
    tiers: Mapping[str, Tier]

    def tier_in(self, province: str) -> Tier | None:
        """Return the level in the province with this code; ``None`` if nothing is laid down for it."""
        return self.tiers.get(province) or self.tiers.get(EVERY_OTHER_PROVINCE)


@dataclass(frozen=True, slots=True)
class Function:
    """A public task of an office (实施主体), with the law that gives it that level."""

    id: str
    name: Text
    versions: tuple[TierVersion, ...]
    law: str
    confidence: Confidence

    def tier(self, province: str, on: dt.date) -> Tier | None:
        """Return the level that acts in ``province`` on ``on``; ``None`` if the function is not in force."""
        version = next((v for v in self.versions if v.span.includes(on)), None)
        return version.tier_in(province) if version else None

    def change_days(self) -> frozenset[dt.date]:
        """Return the days on which a version begins or has ended."""
        return frozenset(day for version in self.versions for day in version.span.change_days())


class Host(NamedTuple):
    """A county in which an agency lies; ``street`` follows it through a division of the county."""

    county: str
    street: str | None


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that acts as an office without being a division (new areas, development zones)."""

    id: str
    name: Text
    hosts: tuple[Host, ...]
    span: Span
    functions: frozenset[str]
    law: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class OfficeTransition:
    """A time in which the offices of former divisions still act for a new one."""

    division: str
    span: Span
    acting: tuple[str, ...]
    notice: Text
    law: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Region:
    """Everything that ``region.yaml`` says; read it with ``read_region``."""

    sides: tuple[Side, ...]
    functions: Mapping[str, Function]
    office_name: Mapping[NameKind, Text]
    notices: Mapping[str, Text]
    transitions: tuple[OfficeTransition, ...]
    agencies: Mapping[str, Agency]
