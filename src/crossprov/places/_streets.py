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
        """Return the county from which the named ``street`` came to ``county`` by ``on``, if it did."""
        for old_county in self._by_county:
            row = self.place(old_county, street, on)
            if row is not None and row.new_county == county and row.name != EVERY_OTHER:
                return old_county
        return None

    def place(self, county: str, street: str, on: dt.date, after: dt.date | None = None) -> Street | None:
        """Return the row that moves ``street`` out of ``county`` by ``on`` and later than ``after``, or ``None``.

        ``street`` is a name (an address that contains it will do) or a code of nine or twelve digits.
        Text that does not look like a township at all is not placed, rather than counted as "other".
        """
        text = "".join(street.split())
        rows = self.moved(county, on, after)
        other = next((row for row in rows if row.name == EVERY_OTHER), None)
        named = [row for row in rows if row.name != EVERY_OTHER]
        if text.isascii() and text.isdigit():
            found = next((row for row in named if row.code == text[:_STREET_CODE_DIGITS]), None)
            return found or (other if text.startswith(county) and len(text) >= _STREET_CODE_DIGITS else None)
        found = next((row for row in named if row.name in text or _stem(row.name) == text), None)
        return found or (other if _TOWNSHIP_KIND.search(text) else None)


def _stem(name: str) -> str:
    """Return a township's name without its kind: 统景 for 统景镇."""
    return _TOWNSHIP_KIND.sub("", name)
