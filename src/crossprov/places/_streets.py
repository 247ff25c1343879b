"""Placing a township that changed county."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crossprov.places._tables import EVERY_OTHER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from crossprov.places.division import Street

# What a township-level name looks like: 街道 (subdistrict), 镇 (town), 乡 (township).
_TOWNSHIP_KIND: Final = re.compile(r"街道|镇|乡")
_STREET_CODE_DIGITS: Final = 9


class Streets:
    """The townships that changed county, looked up by the county they left."""

    def __init__(self, streets: Iterable[Street]) -> None:
        self._by_county: dict[str, list[Street]] = {}
        for street in streets:
            self._by_county.setdefault(street.old_county, []).append(street)

    def moved(self, county: str, on: dt.date, after: dt.date | None = None) -> tuple[Street, ...]:
        """Return the rows of ``county`` that have taken effect by the day ``on``, and later than ``after``."""
        rows = self._by_county.get(county, ())
        return tuple(row for row in rows if row.from_ <= on and (after is None or row.from_ > after))

    def came_from(self, county: str, street: str, on: dt.date) -> str | None:
        """Return the county from which the named ``street`` came to ``county`` by ``on``, if only one can be meant."""
        rows = (self.place(old_county, street, on) for old_county in self._by_county)
        found = {
            row.old_county for row in rows if row and row.new_county == county and row.name != EVERY_OTHER
        }
        return found.pop() if len(found) == 1 else None

    def place(self, county: str, street: str, on: dt.date, after: dt.date | None = None) -> Street | None:
        """Return the row that moves ``street`` out of ``county`` by ``on`` and later than ``after``, or ``None``.

        ``street`` is a name (an address that contains it will do) or a code of nine or twelve digits.
        Text that does not look like a township at all is not placed, rather than counted as "other"; nor is an
        address that names two that went different ways.
        """
        rows = self.moved(county, on, after)
        meant = _meant(rows, street)
        if meant:
            return meant[0] if len({row.new_county for row in meant}) == 1 else None
        other = next((row for row in rows if row.name == EVERY_OTHER), None)
        return other if _is_township(street, county) else None

    def settles(self, county: str, street: str, on: dt.date) -> bool:
        """Return whether ``street`` says for certain whether a township that has left ``county`` is meant."""
        meant = _meant(self.moved(county, on), street)
        return len({row.new_county for row in meant}) == 1 or (not meant and _is_township(street, county))


def _meant(rows: Iterable[Street], street: str) -> list[Street]:
    """Return the townships among ``rows`` that a name, an address or a code may mean."""
    text, named = _plain(street), [row for row in rows if row.name != EVERY_OTHER]
    if _is_code(text):
        return [row for row in named if row.code == text[:_STREET_CODE_DIGITS]]
    found = [row for row in named if row.name in text or _stem(row.name) == text]
    return [row for row in found if not any(row.name in one.name != row.name for one in found)]


def _is_township(street: str, county: str) -> bool:
    """Return whether a text looks like a township, or is the code of one in ``county``."""
    text = _plain(street)
    if _is_code(text):
        return text.startswith(county) and len(text) >= _STREET_CODE_DIGITS
    return _TOWNSHIP_KIND.search(text) is not None


def _plain(street: str) -> str:
    return "".join(street.split())


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _stem(name: str) -> str:
    """Return a township's name without its kind: 统景 for 统景镇."""
    return _TOWNSHIP_KIND.sub("", name)
