"""Facts as durable_rules is told them, and tests of them as it can test.

An unknown fact is absent. Names are our own (``v3_1``); whole numbers stand for money (fen), days and months
(ordinals), ranks for rates, and words for texts: no fraction, exponent or empty text gets there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import operator
import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crossprov.rulebook.types import ORDERED
from crossprov.values import NONE, Month, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crossprov.rulebook.lowering import Test
    from crossprov.rulebook.types import Type

MAX_WORD: Final = 200
EXACT: Final = 2**53  # whole numbers up to here are safe everywhere

Code: TypeAlias = bool | int | str
Condition: TypeAlias = dict[str, Any]

_PLAIN: Final = re.compile(r"[\w.-]+\Z")
_OTHER: Final = "#other"  # stands for every text that no test names
_BARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "true": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda value, codes: value in codes,
}  # fmt: skip
_OPERATORS: Final = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_CONTRARY: Final = {"<": "$gte", "<=": "$gt", ">": "$lte", ">=": "$lt"}


class Variable(ABC):
    """A fact, or one member of a set, as properties that durable_rules can test.

    ``v`` is the value, ``n`` says whether there is none, ``w0`` … are tests that Python has worked out.
    """

    def __init__(self, name: str, number: int, type_: Type) -> None:
        self.name, self.number, self.type = name, number, type_
        self.tests: list[Test] = []
        self._flags: dict[Test, str] = {}

    def flag(self, test: Test) -> None:
        """Have a test worked out beforehand."""
        self._flags.setdefault(test, f"w{self.name}_{len(self._flags)}")

    @cached_property
    def _none_matters(self) -> bool:
        return self.type.optional or any(test.op == "none" or not self.codes(test) for test in self.tests)

    @abstractmethod
    def code(self, value: Any) -> Code:
        """Return a known value as durable_rules is told it."""

    def codes(self, test: Test) -> tuple[Code, ...]:
        """Return the constants of a test."""
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        return tuple(dict.fromkeys(self.code(value) for value in values if value is not NONE))

    # What may be the case ---------------------------------------------------------------------------

    def told(self, value: Value) -> str:
        """Return a known value as properties."""
        found = self._named_in_rules.get(value)
        return found if found is not None else self.properties(None if value is NONE else self.code(value))

    @cached_property
    def _named_in_rules(self) -> dict[Value, str]:
        """What is told of the values that tests name; what only cases have is never kept."""
        return {}

    def choices(self, value: Unknown) -> list[str]:
        """Return what an unknown value may be, one of each kind, as properties."""
        found: list[Code | None] = list(self._codes_of(value))
        if self.type.optional and value.among is None and value.low is None and value.high is None:
            found.append(None)
        return [self.properties(code) for code in dict.fromkeys(found)]

    @abstractmethod
    def _codes_of(self, value: Unknown) -> Iterable[Code | None]:
        """Return the codes of what an unknown value may be, one of each kind; None: that there is none."""

    def properties(self, code: Code | None) -> str:
        """Return a code, or that there is no value (None), as properties."""
        found = [f'"n{self.name}":{_json(code is None)}'] if self._none_matters else []
        if code is not None:
            found.append(f'"v{self.name}":{_json(code)}')
        for test, flag in self._flags.items():
            found.append(f'"{flag}":{_json(self._holds(test, code))}')
        return found[0] if len(found) == 1 else ",".join(found)

    def _holds(self, test: Test, code: Code | None) -> bool:
        if test.op == "none":
            return (code is None) is not test.negated
        codes: Any = self.codes(test)
        if code is None:
            return test.negated
        return _BARE[test.op](code, codes if test.op == "in" else codes[0]) is not test.negated

    # What is tested ---------------------------------------------------------------------------------

    def true(self, test: Test) -> Condition | None:
        """Return the condition under which a test is certainly true; None if it never is."""
        return self._condition(test, wanted=True)

    def false(self, test: Test) -> Condition | None:
        """Return the condition under which a test is certainly false; None if it never is."""
        return self._condition(test, wanted=False)

    def _condition(self, test: Test, *, wanted: bool) -> Condition | None:
        if test in self._flags:
            return {self._flags[test]: wanted}
        holds = wanted is not test.negated
        if test.op == "none":
            return {f"n{self.name}": holds}
        if holds:
            return self._bare(test)
        contrary = self._contrary(test)
        if contrary is None:  # no constant: it fails for every value that is known, and for none
            return {"$or": [{f"n{self.name}": True}, {f"n{self.name}": False}]}
        return {"$or": [contrary, {f"n{self.name}": True}]} if self.type.optional else contrary

    def _bare(self, test: Test) -> Condition | None:
        value, codes = f"v{self.name}", self.codes(test)
        if test.op in _OPERATORS:
            return {_OPERATORS[test.op]: {value: codes[0]}}
        equal: list[Condition] = [{value: code} for code in codes]
        return None if not equal else equal[0] if len(equal) == 1 else {"$or": equal}

    def _contrary(self, test: Test) -> Condition | None:
        value, codes = f"v{self.name}", self.codes(test)
        if test.op in _CONTRARY:
            return {_CONTRARY[test.op]: {value: codes[0]}}
        other: list[Condition] = [{"$neq": {value: code}} for code in codes]
        return None if not other else other[0] if len(other) == 1 else {"$and": other}


class _Named(Variable):
    """A fact with named values: bool, enum, place, text."""

    @cached_property
    def _named_in_rules(self) -> dict[Value, str]:
        named: list[Any] = [one for test in self.tests for one in _several(test.value) if one is not NONE]
        named += [True, False] if self.type.kind == "bool" else self.type.values or ()
        found = {one: self.properties(self.code(one)) for one in named}
        return found | ({NONE: self.properties(None)} if self.type.optional else {})

    def code(self, value: Any) -> Code:
        return value if isinstance(value, bool) else word(value)

    def _codes_of(self, value: Unknown) -> Iterable[Code | None]:
        if value.among is not None:
            admitted = (one for one in value.among if self.type.admits(one))
            return [None if one is NONE else self.code(one) for one in sorted(admitted, key=repr)]
        if self.type.kind == "bool":
            return [True, False]
        tested = [code for test in self.tests for code in self.codes(test)]
        if self.type.values is None or self.type.kind == "place":
            return [*tested, _OTHER]
        declared = [self.code(one) for one in self.type.values]
        untested = [code for code in declared if code not in tested]
        return [code for code in declared if code in tested] + untested[:1]


class _Member(Variable):
    """Whether a set contains one member; of unknown sets nothing else is known."""

    def code(self, value: Any) -> Code:
        return self.tests[0].value in value if isinstance(value, frozenset) else True

    def _codes_of(self, value: Unknown) -> Iterable[Code | None]:  # noqa: ARG002 - as it says above
        return [True, False]


class _Ordered(Variable):
    """A fact with an order, as a whole number: its own, or its rank among the constants."""

    @cached_property
    def _constants(self) -> list[Any]:
        found = {one for test in self.tests for one in _several(test.value) if one is not NONE}
        return sorted(found)

    @cached_property
    def _ranked(self) -> bool:
        return self.type.kind in ("rate", "exact") or any(
            abs(one) > EXACT for one in self._constants if isinstance(one, int)
        )

    def code(self, value: Any) -> int:
        if self._ranked:
            i = bisect_left(self._constants, value)
            return 2 * i + int(i < len(self._constants) and self._constants[i] == value)
        if isinstance(value, dt.date):
            return value.toordinal()
        if isinstance(value, Month):
            return value.ordinal
        return max(-EXACT - 1, min(EXACT + 1, int(value)))

    def _codes_of(self, value: Unknown) -> Iterable[Code | None]:
        if value.among is not None:
            fits = (one for one in value.among if self._fits(one, value))
            return [None if one is NONE else self.code(one) for one in sorted(fits, key=repr)]
        lows = [self.code(one) for one in (value.low, self.type.low) if one is not None]
        highs = [self.code(one) for one in (value.high, self.type.high) if one is not None]
        if self.type.kind == "date":
            lows.append(dt.date.min.toordinal())
            highs.append(dt.date.max.toordinal())
        return _one_of_each([self.code(one) for one in self._constants], lows, highs)

    def _fits(self, one: Any, value: Unknown) -> bool:
        if one is NONE:
            return self.type.optional and value.low is None and value.high is None
        above = value.low is None or one >= value.low
        return above and (value.high is None or one <= value.high) and self.type.admits(one)


def _one_of_each(cuts: list[int], lows: list[int], highs: list[int]) -> list[Code | None]:
    """Return each cut within the bounds, and one whole number of each gap between cuts that has one there."""
    found: list[Code | None] = []
    for below, above in zip([None, *cuts], [*cuts, None], strict=True):
        least = max(lows + ([] if below is None else [below + 1]), default=None)
        most = min(highs + ([] if above is None else [above - 1]), default=None)
        if least is None or most is None or least <= most:
            found.append(next((one for one in (least, most) if one is not None), 0))
        if above is not None and above >= max(lows, default=above) and above <= min(highs, default=above):
            found.append(above)
    return found


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def variable(name: str, number: int, type_: Type) -> Variable:
    """Return the variable of a fact, or of a member of a set, of a type."""
    if type_.kind == "set":
        return _Member(name, number, type_)
    return (_Ordered if type_.kind in ORDERED else _Named)(name, number, type_)


def word(text: str) -> str:
    """Return a word for a text, another for each: itself if durable_rules can read it without doubt."""
    if len(text) <= MAX_WORD and _PLAIN.match(text):
        return text
    raw = text.encode("utf-8", "surrogatepass")
    return "#" + (raw.hex() if len(raw) <= MAX_WORD else "sha-" + hashlib.sha256(raw).hexdigest())


def _json(code: Code) -> str:
    """Return a code as JSON; no word needs an escape."""
    if isinstance(code, bool):
        return "true" if code else "false"
    return str(code) if isinstance(code, int) else f'"{code}"'
