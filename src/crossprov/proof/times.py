"""Versions of rules and values of law over time: no day with two, none left out in between, nothing below nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.types import NUMBERS, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.vocabulary import Where
    from crossprov.values import Value

_ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """A version of a rule, or of a value of law: its days, and where it stands."""

    subject: str
    from_: dt.date
    through: dt.date | None
    where: Where | None


@dataclass(frozen=True)
class Hole:
    """Days, from ``first`` to ``last``, on which two versions hold or none does."""

    subject: str
    first: dt.date
    last: dt.date
    between: tuple[Version, Version]


def versions(rulebook: Rulebook, item: Item) -> dict[str, list[Version]]:
    """Return all versions of each rule of an item, and of each value of law that it reads."""
    found: dict[str, list[Version]] = {}
    for table in item.tables:
        whole = table.kind not in ("conclusion", "office")
        for row in table.rows[:1] if whole else table.rows:
            subject = table.name if whole else f"{table.name}/{row.id}"
            found.setdefault(subject, []).append(Version(subject, row.from_, row.through, row.where))
    for name in sorted(everything_read(item, rulebook.vocabulary) & rulebook.parameters.keys()):
        for one in rulebook.parameters[name].versions:
            version = Version(f"parameter:{name}", one.from_, one.through, None)
            found.setdefault(version.subject, []).append(version)
    return found


def holes(all_versions: Iterable[list[Version]]) -> Iterator[Hole]:
    """Yield the days on which a rule has two versions, or none between its first and its last."""
    for several in all_versions:
        ordered = sorted(several, key=lambda one: one.from_)
        for earlier, later in itertools.pairwise(ordered):
            after = dt.date.max if earlier.through is None else earlier.through + _ONE_DAY
            if after < later.from_:
                yield Hole(earlier.subject, after, later.from_ - _ONE_DAY, (earlier, later))
            elif after > later.from_:
                yield Hole(earlier.subject, later.from_, after - _ONE_DAY, (earlier, later))


@dataclass(frozen=True)
class Below:
    """A value of law that is less than nothing, with its first and its last day."""

    subject: str
    first: dt.date
    last: dt.date | None
    value: str


def below_nothing(rulebook: Rulebook, names: Iterable[str]) -> Iterator[Below]:
    """Yield the limits, sums and rates that are negative, though their type does not say that they may be."""
    for name in sorted(names):
        parameter = rulebook.parameters[name]
        if parameter.type.kind not in NUMBERS or (
            parameter.type.low is not None and _negative(parameter.type.low)
        ):
            continue
        for version in parameter.versions:
            for value in _values(version.table):
                if _negative(value):
                    shown = show(value, parameter.type)
                    yield Below(f"parameter:{name}", version.from_, version.through, shown)


def _values(table: object) -> Iterator[Value]:
    if isinstance(table, dict):
        for inner in table.values():
            yield from _values(inner)
    else:
        yield cast("Value", table)


def _negative(value: Value) -> bool:
    return isinstance(value, (int, Fraction)) and value < 0
