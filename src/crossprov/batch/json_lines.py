"""A register as JSON Lines, a record a line: the facts of a record by their names, or whole cases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from crossprov._errors import CaseError, Problem, shown
from crossprov.batch.cells import CellError, told
from crossprov.batch.headers import ROW
from crossprov.batch.reading import ROWS_A_PIECE, Columns, Filling, Piece, held
from crossprov.batch.refused import BadRow, cell_problem
from crossprov.json_text import MAX_BYTES, read_object
from crossprov.rulebook.symbols import closest
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from crossprov.batch.contract import Contract
    from crossprov.batch.reading import Cell

Line: TypeAlias = tuple[int, bytes | None]
Told: TypeAlias = Literal["cases", "facts"]

_OF_CASES: Final = frozenset({"item", "applicant", "applied_on", "events", "move"})
_BOM: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n"


class Lines:
    """The lines of a file with their numbers; None for an empty line between others."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = max(path.stat().st_size, 1)
        self._read = 0

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines; empty ones at the end are no records. What no case could be as long as is cut off."""
        empty: list[int] = []
        self._read = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(self._cut(file), 1):
                text = line.removeprefix(_BOM) if number == 1 else line
                if not text.strip(_BLANK):
                    empty.append(number)
                    continue
                yield from ((one, None) for one in empty)
                empty.clear()
                yield number, text

    def _cut(self, file: BinaryIO) -> Iterator[bytes]:
        while line := file.readline(MAX_BYTES + 2):
            rest = line
            self._read += len(line)
            while not rest.endswith(b"\n") and (rest := file.readline(MAX_BYTES)):
                self._read += len(rest)
            yield line

    def done(self) -> float:
        """Return which part of the file has been read."""
        return min(self._read / self._size, 1.0)


def bad_line(number: int, problems: Iterable[Problem]) -> BadRow:
    """Return a line that was refused; where a problem counts lines, it counts those of the file."""
    counted = (
        replace(one, params={**one.params, "line": str(number)}) if "line" in one.params else one
        for one in problems
    )
    return BadRow(number, tuple(counted), number)


def what_is_told(path: Path) -> Told:
    """Return whether the lines of a file are cases or facts, by the keys of the first that can be read."""
    for _, line in Lines(path):
        try:
            keys = read_object(line or b"").keys()
        except CaseError:
            continue
        return "cases" if keys & _OF_CASES else "facts"
    return "facts"


class FactLines:
    """A file whose lines tell facts by name. A fact that a line leaves out, or null, is not known."""

    def __init__(self, path: Path, columns: Contract, *, keep: bool = False) -> None:
        self.lines, self.columns = Lines(path), columns
        self.kept = self._kept() if keep else ()
        self.about: Mapping[str, str] = {}

    def done(self) -> float:
        """Return which part of the file has been read."""
        return self.lines.done()

    def pieces(self) -> Iterator[Piece]:
        """Yield the records."""
        filling, some = _Filling(self), False
        for number, line in self.lines:
            some = True
            filling.add(number, line)
            if filling.count >= ROWS_A_PIECE:
                yield filling.piece()
                filling, some = _Filling(self), True
        if filling.count or not some:
            yield filling.piece()

    def _kept(self) -> tuple[str, ...]:
        """Return the keys of the first line that are no facts: they go along."""
        for _, line in self.lines:
            try:
                found = read_object(line or b"")
            except CaseError:
                continue
            kept = tuple(key for key in found if key not in self.columns.facts)
            taken = [key for key in kept if key == ROW or key in self.columns.outputs]
            if taken:
                said = {"column": str(list(found).index(taken[0]) + 1), "found": shown(taken[0])}
                raise CaseError([Problem("column_taken", said)])
            return kept
        return ()


class _Filling(Filling):
    def __init__(self, file: FactLines) -> None:
        self.file, self.facts = file, file.columns.facts
        super().__init__(Columns(tuple(self.facts.values()), file.kept))

    def add(self, number: int, line: bytes | None) -> None:
        try:
            record = self._read(line)
        except CaseError as error:
            return self.refuse(bad_line(number, error.problems))
        cells = {name: self._cell(name, raw) for name, raw in record.items() if name in self.facts}
        wrong = [cell for cell in cells.values() if isinstance(cell, Problem)]
        others = record.keys() - cells.keys() - set(self.file.kept)
        problems = (*wrong, *(self._unknown(name) for name in sorted(others)))
        if problems:
            return self.refuse(bad_line(number, problems))
        self.take(
            number,
            number,
            [cells.get(name) for name in self.facts],
            [_text(record.get(name)) for name in self.file.kept],
        )

    @staticmethod
    def _read(line: bytes | None) -> dict[str, Any]:
        if line is None:
            raise CaseError([Problem("row_empty")])
        return read_object(line)

    def _cell(self, name: str, raw: Any) -> Cell | Problem:
        if raw is None:
            return None
        try:
            value = told(raw, self.facts[name].type)
        except CellError as error:
            return cell_problem(name, error.found, error.expected)
        return NONE if value is NONE else held(value)

    def _unknown(self, name: str) -> Problem:
        said = {"found": shown(name), "expected": closest(name, self.facts)}
        return Problem("fact_unknown", said, path=shown(name))


def _text(raw: Any) -> str | None:
    return raw if raw is None or isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
