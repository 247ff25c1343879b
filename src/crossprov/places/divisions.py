"""The dated table of administrative divisions (GB/T 2260) and the way through its changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from crossprov._errors import RulebookError
from crossprov.places._consistency import problems_of_divisions, problems_of_streets
from crossprov.places._streets import Streets
from crossprov.places._tables import is_division_code, read_divisions, read_streets
from crossprov.places.division import Ambiguous, Division, NotFound, Resolved, Street

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from crossprov.places.division import Asks, Level, Reason

_ONE_DAY: Final = dt.timedelta(days=1)
_PROVINCE_DIGITS: Final = 2


class Divisions:
    """Every province, and the prefectures and counties of the provinces that the table covers in full.

    A code is looked up on a day. A code that has been abolished is followed to the place that has its
    territory now; a code that was given to another place later is read as on the day it was written.
    ``streets`` are the townships that changed county.
    """

    def __init__(self, divisions: Iterable[Division], streets: Iterable[Street] = ()) -> None:
        self._lives: dict[str, list[Division]] = {}
        self._children: dict[str, list[Division]] = {}
        for division in sorted(divisions, key=lambda d: (d.code, d.from_)):
            self._lives.setdefault(division.code, []).append(division)
            if division.parent is not None:
                self._children.setdefault(division.parent, []).append(division)
        # A province is covered in full if the table has anything below it.
        self._covered = {code[:_PROVINCE_DIGITS] for code in self._children}
        self.streets = tuple(streets)
        self._streets = Streets(self.streets)
        self._check(self.streets)

    @classmethod
    def load(cls, folder: Path) -> Divisions:
        """Read ``divisions.csv`` and, if there is one, ``streets.csv`` from the folder of a rulebook.

        Raises ``RulebookError`` with every problem of a table that is malformed or contradicts itself.
        """
        streets = folder / "streets.csv"
        return cls(
            read_divisions(folder / "divisions.csv"), read_streets(streets) if streets.exists() else ()
        )

    def __iter__(self) -> Iterator[Division]:
        """Yield every life of every division, by code and then by time."""
        return (life for lives in self._lives.values() for life in lives)

    def find(self, code: str, on: dt.date) -> Division | NotFound:
        """Return the division that has ``code`` on the day ``on``, without following any change."""
        latest = self.latest(code, on)
        if isinstance(latest, NotFound) or latest.in_force(on):
            return latest
        return NotFound("abolished")

    def latest(self, code: str, on: dt.date) -> Division | NotFound:
        """Return the life of ``code`` on the day ``on``, or the last one that ended before it."""
        if not is_division_code(code):
            return NotFound("malformed")
        lives = self._lives.get(code)
        if lives is None:
            return NotFound(self._why_unknown(code, on))
        return _begun(lives, on) or NotFound("not_yet")

    def had_other_lives(self, code: str) -> bool:
        """Return whether it matters when a code was written down: it has meant more than one division."""
        return len(self._lives.get(code, ())) > 1

    def resolve(
        self, code: str, on: dt.date, *, street: str | None = None, written_on: dt.date | None = None
    ) -> Resolved | Ambiguous | NotFound:
        """Return the division in force on ``on`` for a code that may have been abolished or moved.

        ``written_on`` is the day on which the code was recorded and decides which life of it is meant;
        without it, or if the code did not exist then, the code is read as on ``on``. ``street`` (name or
        code of the 街道, 镇 or 乡) settles a county that was divided, and moves a township that has
        changed county since.
        """
        if not is_division_code(code):
            return NotFound("malformed")
        lives = self._lives.get(code)
        if lives is None:
            return NotFound(self._why_unknown(code, on))
        meant = (written_on and _begun(lives, written_on)) or _begun(lives, on)
        if meant is None or meant.from_ > on:
            return NotFound("not_yet")
        paths = self._follow((meant,), on, street)
        ends = {path[-1].code: path[-1] for path in paths}
        if not ends:
            return NotFound("no_successor")
        if len(ends) > 1:
            asks: Asks = "street" if meant.level == "county" else "county"
            return Ambiguous(tuple(ends[end] for end in sorted(ends)), asks)
        path = paths[0]
        placed = street is not None and any(self._streets.settles(life.code, street, on) for life in path)
        return Resolved(path[-1], _via(path), () if placed else self._parts_moved(path[-1], on, written_on))

    def province_of(
        self, code: str, on: dt.date, *, written_on: dt.date | None = None
    ) -> str | Ambiguous | None:
        """Return the code of the province in which the place lies on ``on``.

        ``None`` if the code is unknown. A county that was divided within one province still has that
        province. For a province whose counties are not in the table the first two digits tell it; this
        holds for codes of places only and must never be applied to an identity number.
        """
        found = self.resolve(code, on, written_on=written_on)
        if isinstance(found, NotFound):
            return _province_code(code) if found.reason == "no_county_table" else None
        divisions = (found.division,) if isinstance(found, Resolved) else found.candidates
        provinces = {
            division.code: division
            for division in (self.ancestor(d, "province", on) for d in divisions)
            if division
        }
        if len(provinces) > 1:
            asks = found.asks if isinstance(found, Ambiguous) else "street"
            return Ambiguous(tuple(provinces[province] for province in sorted(provinces)), asks)
        return next(iter(provinces), None)

    def former_county(self, county: str, street: str, on: dt.date) -> str | None:
        """Return the county that ``street``, now in ``county``, has left by ``on``; ``None`` if not known."""
        return self._streets.came_from(county, street, on)

    def ancestor(self, division: Division, level: Level, on: dt.date) -> Division | None:
        """Return the division of ``level`` that contains ``division`` (or is it) on the day ``on``."""
        here: Division | NotFound = division
        while isinstance(here, Division):
            if here.level == level:
                return here
            if here.parent is None:
                break
            here = self.latest(here.parent, on)
        return None

    def provinces(self, on: dt.date) -> tuple[Division, ...]:
        """Return the province-level divisions in force on ``on``, in the order of their codes."""
        return tuple(life for life in self if life.level == "province" and life.in_force(on))

    def province_codes(self, on: dt.date) -> tuple[str, ...]:
        """Return the codes of the provinces in force on ``on``, in their order."""
        return tuple([one.code for one in self.provinces(on)])

    def children(self, code: str, on: dt.date) -> tuple[Division, ...]:
        """Return what lies directly under ``code`` on ``on``, in the order of the codes."""
        return tuple(child for child in self._children.get(code, ()) if child.in_force(on))

    def below(self, code: str, level: Level, on: dt.date) -> tuple[Division, ...]:
        """Return everything of ``level`` under ``code`` on ``on``, however deep."""
        found: list[Division] = []
        for child in self.children(code, on):
            found += [child] if child.level == level else self.below(child.code, level, on)
        return tuple(sorted(found, key=lambda division: division.code))

    def _follow(
        self, path: tuple[Division, ...], on: dt.date, street: str | None, since: dt.date | None = None
    ) -> list[tuple[Division, ...]]:
        """Return every path of changes from the end of ``path`` to a division in force on ``on``.

        ``since`` is the day of the last change on the way: a township only goes on by later ones, so one that came
        back to a county stays there.
        """
        life = path[-1]
        if life.through is None or life.in_force(on):
            moved = self._streets.place(life.code, street, on, since) if street else None
            if moved is None:
                return [path]
            change = moved.from_
            following: Sequence[Division] = self._begun_codes((moved.new_county,), change)
        else:
            change = life.through + _ONE_DAY
            following = self._successors(life, change, street)
        return [
            longer
            for successor in following
            for longer in self._follow((*path, successor), on, street, change)
        ]

    def _successors(self, life: Division, change: dt.date, street: str | None) -> Sequence[Division]:
        """Return the lives that took over on ``change``, the day after ``life`` ended."""
        if len(life.successors) > 1 and street:
            placed = self._streets.place(life.code, street, change)
            if placed is not None:
                return self._begun_codes((placed.new_county,), change)
        if life.successors:
            return self._begun_codes(life.successors, change)
        return self._heirs_of_prefecture(life, change)

    def _heirs_of_prefecture(self, life: Division, change: dt.date) -> Sequence[Division]:
        """Return where a division without listed successors went: itself renamed, or its last counties.

        Prefectures were often dissolved and their counties shared out; then only the counties can tell.
        """
        counties = self.children(life.code, change - _ONE_DAY)
        stayed = {county.code for county in self.children(life.code, change)}
        renamed = self.find(life.code, change)
        if isinstance(renamed, Division) and stayed.issuperset(county.code for county in counties):
            return (renamed,)
        return counties

    def _begun_codes(self, codes: Iterable[str], on: dt.date) -> list[Division]:
        lives = (_begun(self._lives[code], on) for code in codes)
        return [life for life in lives if life is not None]

    def _parts_moved(self, division: Division, on: dt.date, written_on: dt.date | None) -> tuple[str, ...]:
        rows = self._streets.moved(division.code, on)
        return tuple(sorted({row.new_county for row in rows if written_on is None or written_on < row.from_}))

    def _why_unknown(self, code: str, on: dt.date) -> Reason:
        if code[:_PROVINCE_DIGITS] in self._covered:
            return "unknown_code"
        province = self._lives.get(_province_code(code))
        if province is None:
            return "unknown_code"
        return "no_county_table" if _begun(province, on) else "not_yet"

    def _check(self, streets: Iterable[Street]) -> None:
        problems = [p for lives in self._lives.values() for p in problems_of_divisions(lives, self.find)]
        problems += problems_of_streets(streets, self.find)
        if problems:
            raise RulebookError(problems)


def _begun(lives: Sequence[Division], on: dt.date) -> Division | None:
    """Return the last of ``lives`` that had begun by ``on``."""
    return next((life for life in reversed(lives) if life.from_ <= on), None)


def _province_code(code: str) -> str:
    return code[:_PROVINCE_DIGITS] + "0000"


def _via(path: Sequence[Division]) -> tuple[str, ...]:
    """Return the codes on the way, each once in a row, without the last."""
    codes = [life.code for life in path]
    return tuple(code for i, code in enumerate(codes[:-1]) if code != codes[i + 1])
