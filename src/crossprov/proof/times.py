"""Versions of a rule over time: no day with two of them, no day without one between the first and the last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.vocabulary import Where

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
    """Return all versions of each rule of an item, and of each value of law that its conditions name."""
    found: dict[str, list[Version]] = {}
    for table in item.tables:
        whole = table.kind not in ("conclusion", "office")
        for row in table.rows[:1] if whole else table.rows:
            subject = table.name if whole else f"{table.name}/{row.id}"
            found.setdefault(subject, []).append(Version(subject, row.from_, row.through, row.where))
    for name in sorted(item.parameters):
        for one in rulebook.parameters[name].versions:
            version = Version(f"parameter:{name}", one.from_, one.through, None)
            found.setdefault(version.subject, []).append(version)
    return found


def holes(all_versions: Iterable[list[Version]]) -> Iterator[Hole]:
    """Yield the days on which a rule has two versions, or none between its first and its last."""
    for several in all_versions:
        ordered = sorted(several, key=lambda one: one.from_)
        for earlier, later in zip(ordered, ordered[1:], strict=False):
            after = dt.date.max if earlier.through is None else earlier.through + _ONE_DAY
            if after < later.from_:
                yield Hole(earlier.subject, after, later.from_ - _ONE_DAY, (earlier, later))
            elif after > later.from_:
                yield Hole(earlier.subject, later.from_, after - _ONE_DAY, (earlier, later))
