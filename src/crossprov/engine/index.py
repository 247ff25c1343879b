"""The index reading: for each fact, classes of values; for each class, a bitmask of what it allows.

The constants that a table compares a fact with cut the fact's domain into classes, and all values of a class
behave alike. A bit stands for one alternative of one row, in the order of the rows. Deciding is one look-up a
fact and an AND; the lowest bit that is left is the first row that holds. An unknown fact keeps all classes
that it could be in; the sets of masks that are then possible give the exact answer over all completions.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_left
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from crossprov.engine._base import CONFLICT, GAP, Class, Evaluator, Facts, Hit
from crossprov.rulebook.types import DISCRETE, ORDERED
from crossprov.values import NONE, Fact, Month, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from crossprov.rulebook.lowering import LoweredTable, Test
    from crossprov.rulebook.types import Type

MAX_STATES: Final = 50_000
_ELSE: Final = cast("Value", object())  # stands for every value that no test names
MAX_KEPT: Final = 256  # answers to half-known facts that a table keeps

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
        return nullcontext()


class _Column(ABC):
    """One fact (or one member of a set): which alternatives each class of its values allows."""

    def __init__(self, fact: str, type_: Type, tests: list[tuple[int, Test]], full: int) -> None:
        self.fact, self.type, self.full = fact, type_, full
        self.tests: dict[int, list[Test]] = {}
        for bit, test in tests:
            self.tests.setdefault(bit, []).append(test)
        self.tested = sum(1 << bit for bit in self.tests)

    def _mask_of(self, value: Value) -> int:
        mask = self.full
        for bit, tests in self.tests.items():
            if not all(test.holds(value) for test in tests):
                mask &= ~(1 << bit)
        return mask

    @abstractmethod
    def mask(self, value: Any) -> int:
        """Return the alternatives that a known value allows."""

    def masks(self, value: Unknown) -> frozenset[int]:
        """Return the masks of all classes that an unknown value may be in."""
        if value.among is None and value.low is None and value.high is None:
            return self._all
        return self._masks(value)

    @cached_property
    def _all(self) -> frozenset[int]:
        return self._masks(Unknown())

    @abstractmethod
    def _masks(self, value: Unknown) -> frozenset[int]:
        """Return the masks of the classes within what is known about a value."""

    def _with_none(self, masks: Iterable[int], value: Unknown) -> frozenset[int]:
        found = frozenset(masks)
        if self.type.optional and value.low is None and value.high is None:
            found |= {self._mask_of(NONE)}
        return found


class _Named(_Column):
    """A fact with named values: bool, enum, place, text."""

    def __init__(self, fact: str, type_: Type, tests: list[tuple[int, Test]], full: int) -> None:
        super().__init__(fact, type_, tests, full)
        named: list[Value] = []
        for _, test in tests:
            named += test.value if isinstance(test.value, tuple) else [test.value]
        if type_.kind == "bool":
            named = [True, False]
        elif type_.kind in ("enum", "text") and type_.values is not None:
            named = list(type_.values)
        self.by_value = {value: self._mask_of(value) for value in named}
        self.closed = type_.kind == "bool" or (type_.kind in ("enum", "text") and type_.values is not None)
        self.other = self._mask_of(_ELSE)
        if type_.optional:
            self.by_value[NONE] = self._mask_of(NONE)

    def mask(self, value: Any) -> int:
        return self.by_value.get(value, self.other)

    def _masks(self, value: Unknown) -> frozenset[int]:
        if value.among is not None:
            return frozenset(self.mask(one) for one in value.among if self.type.admits(one))
        masks = [mask for one, mask in self.by_value.items() if one is not NONE]
        return self._with_none(masks if self.closed else [*masks, self.other], value)


class _Member(_Column):
    """Whether a fact of the type ``set`` contains one member."""

    def __init__(self, fact: str, type_: Type, tests: list[tuple[int, Test]], full: int) -> None:
        super().__init__(fact, type_, tests, full)
        self.member = tests[0][1].value
        self.inside = self._mask_of(frozenset({self.member}))  # type: ignore[arg-type]
        self.outside = self._mask_of(frozenset())

    def mask(self, value: Any) -> int:
        return self.inside if value is not NONE and self.member in value else self.outside

    def _masks(self, value: Unknown) -> frozenset[int]:  # noqa: ARG002 - of sets nothing else is known
        return frozenset({self.inside, self.outside})


class _Ordered(_Column):
    """A fact with an order: 2k+1 classes around k constants, without those that no value can be in."""

    def __init__(self, fact: str, type_: Type, tests: list[tuple[int, Test]], full: int) -> None:
        super().__init__(fact, type_, tests, full)
        cuts: set[Any] = set()
        for _, test in tests:
            constants = test.value if isinstance(test.value, tuple) else (test.value,)
            cuts.update(constant for constant in constants if constant is not NONE)
        self.cuts = sorted(cuts)
        self.none = self._mask_of(NONE)
        # between[i] is the mask of the values between cuts[i-1] and cuts[i]; at[i] that of cuts[i]
        self.at = [self._mask_of(cut) for cut in self.cuts]
        self.between = [
            self._mask_of(cast("Value", self._gap(i)))  # it compares like a value
            for i in range(len(self.cuts) + 1)
        ]

    def _gap(self, i: int) -> _Between:
        return _Between(self.cuts[i - 1] if i else None, self.cuts[i] if i < len(self.cuts) else None)

    def mask(self, value: Any) -> int:
        if value is NONE:
            return self.none
        i = bisect_left(self.cuts, value)
        if i < len(self.cuts) and self.cuts[i] == value:
            return self.at[i]
        return self.between[i]

    def _masks(self, value: Unknown) -> frozenset[int]:
        if value.among is not None:
            return frozenset(self.mask(one) for one in value.among if self._possible(one, value))
        low = _tighter(value.low, self.type.low, max)
        high = _tighter(value.high, self.type.high, min)
        return self._with_none(self._classes(low, high), value)

    def _possible(self, one: Any, value: Unknown) -> bool:
        if one is NONE:
            return self.type.optional and value.low is None and value.high is None
        above = value.low is None or one >= value.low
        return above and (value.high is None or one <= value.high) and self.type.admits(one)

    def _classes(self, low: Any, high: Any) -> Iterable[int]:
        """Yield the masks of all classes with a value between two bounds (inclusive; None is open)."""
        discrete = self.type.kind in DISCRETE
        for i in range(len(self.cuts) + 1):
            if _nonempty(self._gap(i), low, high, discrete=discrete):
                yield self.between[i]
        for cut, mask in zip(self.cuts, self.at, strict=True):
            if (low is None or cut >= low) and (high is None or cut <= high):
                yield mask


@dataclass(frozen=True, slots=True)
class _Between:
    """Stands for any value strictly between two neighbouring cuts (None is open); compares only with cuts."""

    below: Any
    above: Any

    def __lt__(self, cut: Any) -> bool:
        return bool(self.above is not None and self.above <= cut)

    def __le__(self, cut: Any) -> bool:
        return self.__lt__(cut)

    def __gt__(self, cut: Any) -> bool:
        return bool(self.below is not None and self.below >= cut)

    def __ge__(self, cut: Any) -> bool:
        return self.__gt__(cut)


def _tighter(one: Any, other: Any, choose: Callable[[Any, Any], Any]) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _next(value: Any, step: int) -> Any:
    """Return the neighbour of a value of a discrete type; None beyond the first or the last day."""
    if isinstance(value, dt.date):
        day = value.toordinal() + step
        return dt.date.fromordinal(day) if 1 <= day <= dt.date.max.toordinal() else None
    return value.plus(step) if isinstance(value, Month) else value + step


def _ends(cut: Any, step: int) -> bool:
    """Return whether nothing lies beyond a cut."""
    return cut is not None and _next(cut, step) is None


def _nonempty(gap: _Between, low: Any, high: Any, *, discrete: bool) -> bool:
    """Return whether some value lies strictly between two cuts and within two bounds (inclusive)."""
    if discrete:
        if _ends(gap.below, 1) or _ends(gap.above, -1):
            return False
        first = _tighter(None if gap.below is None else _next(gap.below, 1), low, max)
        last = _tighter(None if gap.above is None else _next(gap.above, -1), high, min)
        return bool(first is None or last is None or first <= last)
    first, last = _tighter(gap.below, low, max), _tighter(gap.above, high, min)
    if first is None or last is None or first < last:
        return True
    return bool(first == last and first != gap.below and last != gap.above)


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
            _column(fact, table.types[fact], found, self.full) for (fact, _), found in tests.items()
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


def _column(fact: str, type_: Type, tests: list[tuple[int, Test]], full: int) -> _Column:
    if type_.kind == "set":
        return _Member(fact, type_, tests, full)
    if type_.kind in ORDERED:
        return _Ordered(fact, type_, tests, full)
    return _Named(fact, type_, tests, full)


def _class(fact: str, type_: Type, tests: Sequence[Test]) -> Class:
    """Return the function that tells the classes of a fact apart, as masks of the tests that hold."""
    by_member: dict[object, list[tuple[int, Test]]] = {}
    for bit, test in enumerate(tests):
        by_member.setdefault(test.value if test.op == "contains" else None, []).append((bit, test))
    full = (1 << len(tests)) - 1
    columns = [_column(fact, type_, found, full) for found in by_member.values()]

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
