"""The reference reading: a naive interpreter of the conditions as they were written.

It does not use the lowering's tests. Unknown facts are answered by enumeration: every unknown fact runs
through representatives of all values that could make a difference. Slow, and obviously right; the other
readings are tested against it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from contextlib import nullcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from crossprov.engine._base import CONFLICT, GAP, Evaluator, Facts, Hit
from crossprov.rulebook.expression import (
    Always,
    And,
    Compare,
    Const,
    Contains,
    Expr,
    In,
    IsNone,
    Name,
    Not,
    Or,
    Param,
    children,
    names,
    parameters_in,
)
from crossprov.rulebook.lowering import LoweredTable, compare
from crossprov.values import NONE, Month, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from crossprov.rulebook.types import Type

ELSEWHERE = "990000"  # a place that no rule names


class ReferenceEngine:
    """Interprets the conditions of a table as they were written."""

    name = "reference"

    def prepare(self, table: LoweredTable) -> Evaluator:
        """Return a function that enumerates every completion of the unknown facts."""
        facts = sorted({name.name for row in table.source.rows for name in names(row.when)})

        def evaluate(get: Facts) -> Hit:
            values = {name: get(name) for name in facts}
            known = {name: value for name, value in values.items() if not isinstance(value, Unknown)}
            open_ = {
                name: representatives(name, value, table)
                for name, value in values.items()
                if isinstance(value, Unknown)
            }
            answers = {
                completion: answer(table, {**known, **dict(zip(open_, completion, strict=True))})
                for completion in itertools.product(*open_.values())
            }
            missing = (name for index, name in enumerate(open_) if _matters(answers, index, table))
            return Hit(tuple(sorted(set(answers.values()))), tuple(sorted(missing)))

        return evaluate

    def classes(self, tables: Sequence[LoweredTable]) -> None:
        """Every table is asked every time: this reading is there to be compared."""

    def deciding(self) -> AbstractContextManager[None]:
        """Nothing has to be done when a case has been decided."""
        return nullcontext()


def answer(table: LoweredTable, values: Mapping[str, Value]) -> int:
    """Return the row that a table hits when every fact is known."""
    hits = [index for index, row in enumerate(table.source.rows) if holds(row.when, values, table)]
    if table.hit == "first":
        return hits[0] if hits else GAP
    return hits[0] if len(hits) == 1 else (CONFLICT if hits else GAP)


def holds(node: Expr, values: Mapping[str, Value], table: LoweredTable) -> bool:
    """Interpret a condition when every fact is known."""
    match node:
        case Always():
            return True
        case Not():
            return not holds(node.operand, values, table)
        case And():
            return all(holds(part, values, table) for part in node.operands)
        case Or():
            return any(holds(part, values, table) for part in node.operands)
        case Name():
            return values[node.name] is True
        case IsNone():
            return _value(node.operand, values, table) is NONE
        case In():
            value = _value(node.operand, values, table)
            return any(value == option.value for option in node.options)
        case Contains():
            whole = values[node.operand.name]
            return isinstance(whole, frozenset) and node.member.value in whole
        case Compare():
            left, right = _value(node.left, values, table), _value(node.right, values, table)
            return compare(node.op, left, right)
    raise AssertionError(node)


def _value(node: Expr, values: Mapping[str, Value], table: LoweredTable) -> Value:
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Param):
        found = table.parameter(node.name, tuple(_value(key, values, table) for key in node.keys))
        assert found is not None
        return found
    assert isinstance(node, Name)
    return values[node.name]


def representatives(name: str, value: Unknown, table: LoweredTable) -> list[Value]:
    """Return values of an unknown fact that stand for all values it could have."""
    type_ = table.types[name]
    constants = [one for row in table.source.rows for one in _constants(name, row.when, table)]
    found: list[Value] = [NONE] if type_.optional else []
    if value.among is not None:
        found = [one for one in value.among if type_.admits(one)]
    elif type_.kind == "bool":
        found += [False, True]
    elif type_.kind == "enum" or (type_.kind == "text" and type_.values is not None):
        found += list(type_.values or ())
    elif type_.kind == "set":
        members = sorted({str(one) for one in constants})
        found += [
            frozenset(chosen)
            for size in range(len(members) + 1)
            for chosen in itertools.combinations(members, size)
        ]
    elif type_.kind in ("place", "text"):
        found += [*constants, ELSEWHERE]
    else:
        bounds = [one for one in (value.low, value.high, type_.low, type_.high) if one is not None]
        found += [near for one in [*constants, *bounds] for near in _around(one)] or [_any_of(type_)]
    fits = [one for one in found if type_.admits(one) and _within(one, value)]
    return sorted(dict.fromkeys(fits), key=repr)


def _constants(name: str, node: Expr, table: LoweredTable) -> Iterator[Value]:
    """Yield every constant with which a condition compares a fact (for parameters: under every key)."""
    match node:
        case Compare(left=Name(name=found), right=other) | Compare(left=other, right=Name(name=found)):
            if found == name and isinstance(other, Const):
                yield other.value
            for param in parameters_in(node) if found == name else ():
                keys = [_all_keys(key, table) for key in param.keys]
                found_values = (table.parameter(param.name, chosen) for chosen in itertools.product(*keys))
                yield from (value for value in found_values if value is not None)
        case In(operand=Name(name=found)) if found == name:
            yield from (option.value for option in node.options)
        case Contains() if node.operand.name == name:
            yield node.member.value
        case _:
            for part in children(node):
                yield from _constants(name, part, table)


def _all_keys(key: Expr, table: LoweredTable) -> list[Value]:
    if isinstance(key, Const):
        return [key.value]
    assert isinstance(key, Name)
    type_ = table.types[key.name]
    return [False, True] if type_.kind == "bool" else list(type_.values or ())


def _around(value: Any) -> list[Value]:
    """Return a value and its neighbours on both sides."""
    if value is NONE:
        return []
    if isinstance(value, Fraction):
        return [value - Fraction(1, 10**9), value, value + Fraction(1, 10**9)]
    if isinstance(value, dt.date):
        days = (value.toordinal() + step for step in (-1, 0, 1))
        return [dt.date.fromordinal(day) for day in days if 1 <= day <= dt.date.max.toordinal()]
    if isinstance(value, Month):
        return [value.plus(-1), value, value.plus(1)]
    return [value - 1, value, value + 1]


def _any_of(type_: Type) -> Value:
    some: dict[str, Value] = {"date": dt.date(2000, 1, 1), "month": Month(2000, 1), "rate": Fraction(0)}
    return some.get(type_.kind, 0)


def _within(one: Value, value: Unknown) -> bool:
    if one is NONE:
        return value.low is None and value.high is None
    return (value.low is None or compare(">=", one, value.low)) and (
        value.high is None or compare("<=", one, value.high)
    )


def _matters(answers: Mapping[tuple[Value, ...], int], index: int, table: LoweredTable) -> bool:
    """Return whether some completion of the other facts leaves the conclusion to the fact at ``index``."""
    seen: dict[tuple[Value, ...], int] = {}
    for completion, row in answers.items():
        others = completion[:index] + completion[index + 1 :]
        group = row if row < 0 else table.rows[row].group
        if seen.setdefault(others, group) != group:
            return True
    return False
