"""Which values of a fact the rules tell apart: a few of each kind stand for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.rulebook.types import DISCRETE, Type
from crossprov.values import NONE, Value, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crossprov.rulebook.lowering import LoweredTable, Test

_LISTED: Final = frozenset({"enum", "text"})


def kinds_of_values(
    tables: Iterable[LoweredTable], name: str, type_: Type, provinces: Sequence[str]
) -> list[list[Value]]:
    """Return values of a fact, those together that no test of the tables tells apart.

    The values are those that the tests name, their neighbours, and one that no test names; of places, the provinces.
    """
    tests = [test for table in tables for test in tests_of(table, name)]
    alike: dict[tuple[bool, ...], list[Value]] = {}
    for value in dict.fromkeys(_values(tests, type_, provinces)):
        if type_.admits(value):
            alike.setdefault(tuple([test.holds(value) for test in tests]), []).append(value)
    return list(alike.values())


def tests_of(table: LoweredTable, name: str) -> Iterator[Test]:
    """Yield the tests of a fact in a table."""
    for row in table.rows:
        for alternative in row.alternatives:
            yield from (test for test in alternative if test.fact == name)


def _values(tests: Sequence[Test], type_: Type, provinces: Sequence[str]) -> Iterator[Value]:
    if type_.optional:
        yield NONE
    if type_.kind == "bool":
        yield from (True, False)
    elif type_.kind in _LISTED and type_.values is not None:
        yield from type_.values
    elif type_.kind == "set":
        yield from (frozenset(), *(frozenset({member}) for member in type_.values or ()))
    else:
        yield from (value for test in tests for value in near(test, type_) if not isinstance(value, bool))
    if type_.kind == "place":
        yield from provinces
    if type_.kind == "text":
        yield ""  # any other


def near(test: Test, type_: Type) -> Iterator[Value]:
    """Yield the constants of a test and, where values have neighbours, these too."""
    for value in test.value if isinstance(test.value, tuple) else (test.value,):
        if value is not NONE:
            yield from around(value) if type_.kind in DISCRETE else (value,)
