"""What must hold of the rules themselves, whatever the case: that their days go with those of the law they cite."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.law import in_force
from crossprov.testing.properties import fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item, TableRow

_ONE_DAY: Final = dt.timedelta(days=1)
_NEARLY: Final = 2  # days


def assert_rules_no_older_than_law(rulebook: Rulebook, item: str) -> None:
    """Assert that every rule of an item cites law in force on every day on which the rule is in force."""
    found = rulebook.item(item)
    ends = {day for change in found.changes for day in (change, change - _ONE_DAY)}
    for day in sorted(day for day in ends if found.in_force(day)):
        for table in rulebook.lowered(found, day).tables:
            for row in table.source.rows:
                _assert_cites_in_force(row, day, rulebook)


def _assert_cites_in_force(row: TableRow, day: dt.date, rulebook: Rulebook) -> None:
    for citation in _laws(row):
        law = rulebook.instruments.cite(citation).instrument
        if law is not None and not in_force(law.from_, law.through, day):
            fail("finding.law_not_in_force", name=row.id, law=citation, day=day)


def assert_days_agree(rulebook: Rulebook, item: str) -> None:
    """Assert that no two days on which the law of an item changes lie but a day or two apart.

    Law that changes with other law changes on its day; days that nearly agree are one day written in two ways,
    such as a first day taken for a last one. Compared are the days of the rules of the item, of the parameters
    that it reads, and of the law that they cite.
    """
    found = rulebook.item(item)
    days = sorted(day for day in {*_days(found, rulebook)} if found.in_force(day))
    for one, other in pairwise(days):
        if (other - one).days <= _NEARLY:
            fail("finding.days_nearly_agree", name=item, day=one, other=other)


def _days(item: Item, rulebook: Rulebook) -> Iterator[dt.date]:
    yield from item.changes
    cited = {law for table in item.tables for row in table.rows for law in _laws(row)}
    for name in everything_read(item, rulebook.vocabulary) & rulebook.parameters.keys():
        parameter = rulebook.parameters[name]
        yield from parameter.change_days()
        cited.update(law for version in parameter.shape.versions for law in version.law)
    for law in (rulebook.instruments.cite(one).instrument for one in sorted(cited)):
        if law is not None:
            yield from (day for day in (law.from_,) if day is not None)
            yield from (day + _ONE_DAY for day in (law.through,) if day is not None)


def _laws(row: TableRow) -> Iterable[str]:
    return row.rule.law if row.rule is not None else ()
