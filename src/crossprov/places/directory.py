"""Names, addresses and hours of offices: what a backend knows, and the generic name where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from crossprov.places.division import Division, NotFound
from crossprov.texts import Text

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.places.divisions import Divisions
    from crossprov.places.region import NameKind, Region


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """What is known about one office; ``hours`` is free text as the office publishes it."""

    name_zh: str
    name_en: str
    address: str | None = None
    phone: str | None = None
    hours: str | None = None


class OfficeDirectory(Protocol):
    """A backend's own list of offices.

    ``function`` is an id of ``region.yaml``; ``division`` is the code of the division whose office is
    wanted, or the id of an agency. Return ``None`` for an office that the list does not have.
    """

    def find(self, function: str, division: str, on: dt.date) -> OfficeEntry | None:
        """Return the office that exercises ``function`` for ``division`` on the day ``on``."""


class GenericDirectory:
    """Names the type of office and its place from the templates of ``region.yaml``, and nothing else."""

    def __init__(self, region: Region, divisions: Divisions) -> None:
        self._region = region
        self._divisions = divisions

    def find(self, function: str, division: str, on: dt.date) -> OfficeEntry | None:
        """Return the generic name; ``None`` if the code is not that of a place or the function is unknown."""
        rule = self._region.functions.get(function)
        place = self._divisions.latest(division, on)
        if rule is None:
            return None
        if isinstance(place, Division):
            return self._entry(place.level, self._fields(place, on), rule.name)
        if place.reason == "no_county_table":
            return self._entry("outside", self._fields_outside(division, on), rule.name)
        return None

    def _entry(self, kind: NameKind, fields: dict[str, Text], function: Text) -> OfficeEntry:
        name = self._region.office_name[kind].filled(**fields, function=function)
        return OfficeEntry(name.zh, name.en)

    def _fields(self, place: Division, on: dt.date) -> dict[str, Text]:
        parent = self._divisions.latest(place.parent, on) if place.parent else place
        province = self._divisions.ancestor(place, "province", on) or place
        return {
            "division": name_of(place),
            "parent": name_of(place if isinstance(parent, NotFound) else parent),
            "province": name_of(province),
            "code": Text(place.code, place.code),
        }

    def _fields_outside(self, code: str, on: dt.date) -> dict[str, Text]:
        province = self._divisions.province_of(code, on)
        found = self._divisions.latest(province if isinstance(province, str) else code, on)
        name = name_of(found) if isinstance(found, Division) else Text("", "")
        itself = Text(code, code)
        return {"division": itself, "parent": name, "province": name, "code": itself}


def name_of(division: Division) -> Text:
    """Return the names of a division; the Chinese name stands in for a missing English one."""
    return Text(division.name, division.name_en or division.name)
