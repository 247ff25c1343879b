"""The index reading: for each fact, classes of values; for each class, a bitmask of what it allows.

The classes are made in ``masks``. A bit stands for one alternative of one row, in the order of the rows.
Deciding is one look-up a fact and an AND; the lowest bit that is left is the first row that holds. An unknown
fact keeps all classes that it could be in; the sets of masks that are then possible give the exact answer over
all completions.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov.engine._base import CONFLICT, GAP, Class, Evaluator, Facts, Hit
from crossprov.engine.masks import column_of
from crossprov.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from crossprov.rulebook.lowering import LoweredTable, Test
    from crossprov.rulebook.types import Type
    from crossprov.values import Fact

MAX_STATES: Final = 50_000
MAX_KEPT: Final = 256  # answers to half-known facts that a table keeps
_NOTHING: Final = nullcontext()

_Open: TypeAlias = tuple[str, frozenset[int]]  # an unknown fact and what the classes it may be in allow


class IndexEngine:
    """Answers tables from bitmasks."""

    name = "index"

    def prepare(self, table: LoweredTable) -> Evaluator:
        """Return the function that answers the table; a table without tests is answered at once."""
        index = TableIndex(table)
        if not index.columns:
            always = Hit((index.answer(index.full),))
            return lambda _get: always
        return index

    def classes(self, tables: Sequence[LoweredTable]) -> Mapping[str, Class]:
        """Return for each fact that tables test the classes into which all their constants cut its values."""
        tests: dict[str, list[Test]] = {}
        types: dict[str, Type] = {}
        for table in tables:
            types |= table.types
            for test in (test for row in table.rows for one in row.alternatives for test in one):
                tests.setdefault(test.fact, []).append(test)
        return {fact: _class(fact, types[fact], list(dict.fromkeys(found))) for fact, found in tests.items()}

    def deciding(self) -> AbstractContextManager[None]:
        """Nothing has to be done when a case has been decided."""
        return _NOTHING


class TableIndex:
    """A table as columns of masks; calling it decides the table."""

    def __init__(self, table: LoweredTable) -> None:
        self.hit = table.hit
        self.row_of = [i for i, row in enumerate(table.rows) for _ in row.alternatives]
        self.groups = {i: row.group for i, row in enumerate(table.rows)} | {GAP: GAP, CONFLICT: CONFLICT}
        alternatives = [alternative for row in table.rows for alternative in row.alternatives]
        self.full = (1 << len(alternatives)) - 1
        tests: dict[tuple[str, object], list[tuple[int, Test]]] = {}
        for bit, alternative in enumerate(alternatives):
            for test in alternative:
                member = test.value if test.op == "contains" else None
                tests.setdefault((test.fact, member), []).append((bit, test))
        self.columns = [
            column_of(fact, table.types[fact], found, self.full) for (fact, _), found in tests.items()
        ]
        needed = [0] * len(alternatives)
        for position, column in enumerate(self.columns):
            for bit in column.tests:
                needed[bit] |= 1 << position
        self.needed = needed  # for each alternative, the columns that it tests
        self._walk = [  # what each column is asked for, at hand
            (1 << position, column.tested, column.fact, column.mask, column)
            for position, column in enumerate(self.columns)
        ]
        # What it answers, made once; of half-known facts, only so many.
        self._decided = {row: Hit((row,)) for row in (*range(len(table.rows)), GAP, CONFLICT)}
        self._undecided_hits: dict[tuple[int, tuple[_Open, ...]], Hit] = {}

    def answer(self, mask: int) -> int:
        """Return the row that a table hits when just the alternatives in ``mask`` hold."""
        if not mask:
            return GAP
        first = self.row_of[(mask & -mask).bit_length() - 1]
        if self.hit == "first":
            return first
        last = self.row_of[mask.bit_length() - 1]
        return first if first == last else CONFLICT

    def __call__(self, get: Facts) -> Hit:
        """Decide the table; facts that cannot matter any more are not asked for."""
        mask, seen, first = self.full, 0, self.hit == "first"
        open_: list[_Open] = []
        for bit, tested, fact, mask_of, column in self._walk:
            if not tested & mask:
                continue
            value = get(fact)
            if isinstance(value, Unknown):
                open_.append((fact, column.masks(value)))
                continue
            mask &= mask_of(value)
            seen |= bit
            if first and mask:
                lowest = (mask & -mask).bit_length() - 1
                if not self.needed[lowest] & ~seen:
                    return self._decided[self.row_of[lowest]]
        if not open_:
            return self._decided[self.answer(mask)]
        key = mask, tuple(open_)
        found = self._undecided_hits.get(key)
        if found is None:
            found = self.undecided(mask, open_)
            if len(self._undecided_hits) < MAX_KEPT:
                self._undecided_hits[key] = found
        return found

    def undecided(self, mask: int, open_: list[_Open]) -> Hit:
        """Answer exactly over all completions of the unknown facts."""
        states = _combine({mask}, (masks for _, masks in open_))
        if states is None:
            return self._too_many(mask, open_)
        rows = tuple(sorted({self.answer(state) for state in states}))
        if len(rows) == 1:
            return Hit(rows)
        missing = sorted({fact for i, (fact, _) in enumerate(open_) if self._matters(mask, open_, i)})
        return Hit(rows, tuple(missing))

    def _matters(self, mask: int, open_: list[_Open], index: int) -> bool:
        """Return whether some completion of the other facts leaves the conclusion to this one."""
        fact = open_[index][0]
        own = _combine({self.full}, (masks for other, masks in open_ if other == fact))
        others = _combine({mask}, (masks for other, masks in open_ if other != fact))
        if own is None or others is None:
            return True  # too many to look at: it may matter
        groups = self.groups
        for state in others:
            found = {groups[self.answer(state & choice)] for choice in own}
            if len(found) > 1:
                return True
        return False

    def _too_many(self, mask: int, open_: list[_Open]) -> Hit:
        """Too many completions to look at: answer safely that every row that may hold is possible."""
        possible = certain = mask
        for _, masks in open_:
            possible &= reduce(or_, masks)
            certain &= reduce(and_, masks)
        rows = {self.row_of[bit] for bit in range(len(self.row_of)) if possible >> bit & 1}
        if certain and self.hit == "first":
            sure = self.answer(certain)
            rows = {row for row in rows if row <= sure}
        rows |= set() if certain else {GAP}
        rows |= {CONFLICT} if self.hit == "unique" else set()
        return Hit(tuple(sorted(rows)), tuple(sorted({fact for fact, _ in open_})))


def _combine(states: set[int], choices: Iterable[frozenset[int]]) -> set[int] | None:
    """Return every mask that some choice of one mask from each set gives; None if there are too many."""
    for masks in choices:
        states = {state & mask for state in states for mask in masks}
        if len(states) > MAX_STATES:
            return None
    return states


def _class(fact: str, type_: Type, tests: Sequence[Test]) -> Class:
    """Return the function that tells the classes of a fact apart, as masks of the tests that hold."""
    by_member: dict[object, list[tuple[int, Test]]] = {}
    for bit, test in enumerate(tests):
        by_member.setdefault(test.value if test.op == "contains" else None, []).append((bit, test))
    full = (1 << len(tests)) - 1
    columns = [column_of(fact, type_, found, full) for found in by_member.values()]

    def of_unknown(value: Unknown) -> Hashable:
        return value.needs, *[column.masks(value) for column in columns]

    def truth(value: Fact) -> Hashable:
        return of_unknown(value) if isinstance(value, Unknown) else value

    def of_one(value: Fact) -> Hashable:
        return of_unknown(value) if isinstance(value, Unknown) else mask_of(value)

    def of_members(value: Fact) -> Hashable:
        return (
            of_unknown(value)
            if isinstance(value, Unknown)
            else tuple([column.mask(value) for column in columns])
        )

    mask_of = columns[0].mask
    return truth if type_.kind == "bool" else of_one if len(columns) == 1 else of_members
