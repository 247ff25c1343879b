"""Dated values of law: ages, months, rates, by key and by day. Ended means ended: there is no falling back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from crossprov.rulebook.symbols import ParameterType
from crossprov.values import change_days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from crossprov.rulebook.schema import ParameterShape, ParameterVersion
    from crossprov.rulebook.types import Type
    from crossprov.values import Value

Table: TypeAlias = "Value | Mapping[Value, Table]"


def of_keys(table: Table | None, keys: tuple[Value, ...]) -> Value | None:
    """Return what a table has for keys, or None."""
    found: Any = table
    for key in keys:
        if found is None:
            return None
        found = found.get(key)
    value: Value | None = found
    return value


@dataclass(frozen=True, slots=True)
class Version:
    """What a parameter is between two days, both inclusive."""

    from_: dt.date
    through: dt.date | None
    table: Table
    rule: ParameterVersion


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value of law with all its versions, in order of time."""

    name: str
    type: Type
    keys: tuple[Type, ...]
    versions: tuple[Version, ...]
    shape: ParameterShape

    @property
    def signature(self) -> ParameterType:
        """What an expression sees."""
        return ParameterType(self.type, self.keys)

    def version(self, day: dt.date) -> Version | None:
        """Return the version in force on ``day``, or None: a gap, which is shown as one."""
        for version in reversed(self.versions):
            if version.from_ <= day:
                return version if version.through is None or day <= version.through else None
        return None

    def table(self, day: dt.date) -> Table | None:
        """Return the value in force on ``day``; for a keyed parameter the mapping from its keys."""
        version = self.version(day)
        return None if version is None else version.table

    def value(self, day: dt.date, keys: tuple[Value, ...]) -> Value | None:
        """Return the value for ``keys`` on ``day``, or None where the law we know has none."""
        return of_keys(self.table(day), keys)

    def change_days(self) -> Iterator[dt.date]:
        """Yield the days on which the value may change."""
        for version in self.versions:
            yield from change_days(version.from_, version.through)
