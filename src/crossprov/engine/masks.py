"""The classes of the values of one fact, and what each of them allows, as a bitmask of alternatives.

The constants that tests compare a fact with cut its domain into classes, and all values of a class behave alike.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from crossprov.rulebook.types import DISCRETE, ORDERED
from crossprov.values import NONE, Month, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crossprov.rulebook.lowering import Test
    from crossprov.rulebook.types import Type

_ELSE: Final = cast("Value", object())  # stands for every value that no test names


class Column(ABC):
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


class _Named(Column):
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


class _Member(Column):
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


class _Ordered(Column):
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


def column_of(fact: str, type_: Type, tests: list[tuple[int, Test]], full: int) -> Column:
    """Return the column of a fact; ``tests`` are those of its alternatives, by their bit of ``full``."""
    if type_.kind == "set":
        return _Member(fact, type_, tests, full)
    if type_.kind in ORDERED:
        return _Ordered(fact, type_, tests, full)
    return _Named(fact, type_, tests, full)
