"""The one lowering: (item, day) → tables of rows of unary tests, in the order of evaluation.

A row becomes alternatives (a disjunction of conjunctions) of *tests of one fact against constants*. Keyed
parameters are replaced by their values on the day, one alternative for each key. Every reading of the rules
but ``reference`` sees only this.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from crossprov._errors import Problem, RulebookError
from crossprov.rulebook.expression import (
    Always,
    And,
    Compare,
    CompareOp,
    Const,
    Contains,
    Expr,
    In,
    IsNone,
    Name,
    Not,
    Or,
    Param,
    names,
)
from crossprov.rulebook.item import Item, Table, TableRow, Then, ThenFact
from crossprov.rulebook.types import BOOL, Type
from crossprov.texts import PLACEHOLDER
from crossprov.values import NONE, Value

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.rulebook.parameters import Parameter

MAX_ALTERNATIVES: Final = 64
GAP_MARK: Final = "@"

TestOp: TypeAlias = Literal["==", "<", "<=", ">", ">=", "in", "none", "contains", "true"]
ParameterValue: TypeAlias = Callable[[str, tuple[Value, ...]], Value | None]


@dataclass(frozen=True, slots=True)
class Test:
    """A test of one fact against constants. On ``NONE`` every test but ``none`` is false before negation."""

    fact: str
    op: TestOp
    value: Value | tuple[Value, ...]
    negated: bool = False

    def holds(self, value: Value) -> bool:
        """Return whether the test holds for a known value."""
        return self._bare(value) is not self.negated

    def _bare(self, value: Value) -> bool:
        if self.op == "none":
            return value is NONE
        if value is NONE:
            return False
        if self.op == "true":
            return value is True
        if self.op == "in":
            return isinstance(self.value, tuple) and value in self.value
        if self.op == "contains":
            return isinstance(value, frozenset) and self.value in value
        return compare(self.op, value, self.value)


def compare(op: str, left: object, right: object) -> bool:
    """Return the truth of a comparison of two known values of one type; ``NONE`` equals only itself."""
    if op == "==":
        return left == right
    if op == "!=":
        return left != right
    if left is NONE or right is NONE:
        return False
    if op == "<":
        return left < right  # type: ignore[operator,no-any-return]
    if op == "<=":
        return left <= right  # type: ignore[operator,no-any-return]
    if op == ">":
        return left > right  # type: ignore[operator,no-any-return]
    return left >= right  # type: ignore[operator,no-any-return]


Alternative: TypeAlias = tuple[Test, ...]


class _TooManyError(Exception):
    """A condition has more alternatives than an engine should have to look at."""


@dataclass(frozen=True, slots=True)
class LoweredRow:
    """A row: it holds if one of its alternatives does, and an alternative if all its tests do."""

    id: str
    alternatives: tuple[Alternative, ...]
    then: Then
    group: int  # rows of one group conclude the same


@dataclass(frozen=True, slots=True)
class LoweredTable:
    """A table on a day. ``types`` has the type of every fact tested; ``source`` keeps the trees."""

    name: str
    hit: Literal["first", "unique"]
    rows: tuple[LoweredRow, ...]
    types: Mapping[str, Type]
    source: Table
    parameter: ParameterValue


@dataclass(frozen=True, slots=True)
class LoweredItem:
    """All tables of an item on a day, in the order of evaluation."""

    item: Item
    day: dt.date
    tables: tuple[LoweredTable, ...]

    def of_kind(self, kind: str) -> Iterator[LoweredTable]:
        """Yield the tables of one kind."""
        return (table for table in self.tables if table.source.kind == kind)


def lower(
    item: Item, day: dt.date, parameters: Mapping[str, Parameter], kind: str | None = None
) -> LoweredItem:
    """Return the rules of ``item`` in force on ``day`` (only tables of ``kind``, if one is named).

    Raises ``RulebookError`` for a condition with too many alternatives.
    """

    def value(name: str, keys: tuple[Value, ...]) -> Value | None:
        return parameters[name].value(day, keys)

    tables = (table.on(day) for table in item.tables if kind in (None, table.kind))
    lowered = (lower_table(table, item.symbols.facts, value, item) for table in tables if table)
    return LoweredItem(item, day, tuple(lowered))


def absent_conclusions(lowered: LoweredItem) -> Iterator[Problem]:
    """Yield a problem for every row that reads a conclusion of which no row is in force on the day."""
    item = lowered.item
    here = {table.source.id for table in lowered.of_kind("conclusion")}
    for table in lowered.tables:
        for row in table.source.rows:
            for name in sorted((_read_in_full(row, item) & item.shape.conclusions.keys()) - here):
                yield row.where.problem("conclusion_absent", found=name, day=str(lowered.day))


def _read_in_full(row: TableRow, item: Item) -> frozenset[str]:
    """Return what a row reads, also in its texts and by way of the item's own facts."""
    open_ = {name.name for name in names(row.when)}
    open_ |= {row.then.name} if isinstance(row.then, ThenFact) else set()
    for key in ("say", "adopted", "name"):
        words = getattr(row.rule, key, None)
        open_ |= set(PLACEHOLDER.findall(words.zh + words.en)) if words is not None else set()
    found: set[str] = set()
    while open_:
        name = open_.pop()
        found.add(name)
        open_ |= item.reads(name) - found
    return frozenset(found)


def lower_table(
    table: Table, types: Mapping[str, Type], value: ParameterValue, item: Item | None = None
) -> LoweredTable:
    """Lower one table; raise ``RulebookError`` for a condition with too many alternatives."""
    if table.each is not None and item is not None:
        variable, records = table.each
        fields = item.symbols.records[records]
        types = {**types, **{f"{variable}.{name}": type_ for name, type_ in fields.items()}}
    table = _with_gaps_named(table, types, value)
    groups: dict[Then, int] = {}
    rows: list[LoweredRow] = []
    for row in table.rows:
        try:
            alternatives = _alternatives(row.when, types, value)
        except _TooManyError:
            limit = str(MAX_ALTERNATIVES)
            problem = row.where.problem("too_many_alternatives", found=row.id, limit=limit)
            raise RulebookError([problem]) from None
        rows.append(LoweredRow(row.id, alternatives, row.then, groups.setdefault(row.then, len(groups))))
    tested = {test.fact for row in rows for alternative in row.alternatives for test in alternative}
    known = {name: types.get(name, BOOL) for name in sorted(tested)}
    return LoweredTable(table.name, table.hit, tuple(rows), known, table, value)


# --- gaps of the law ----------------------------------------------------------------------------------


def _with_gaps_named(table: Table, types: Mapping[str, Type], value: ParameterValue) -> Table:
    """Where a parameter has no value on the day, put an unknown in place of the comparison.

    The unknown bears the parameter's name and, after ``GAP_MARK``, which comparison it stands for: one may
    hold where another does not. No case can tell it: what depends on it is for a person.
    """
    rows = tuple(
        row if when is row.when else replace(row, when=when)
        for row in table.rows
        for when in [_name_gaps(row.when, types, value)]
    )
    return table if all(map(operator.is_, rows, table.rows)) else replace(table, rows=rows)


def _name_gaps(tree: Expr, types: Mapping[str, Type], value: ParameterValue) -> Expr:
    match tree:
        case Not():
            inner = _name_gaps(tree.operand, types, value)
            return tree if inner is tree.operand else replace(tree, operand=inner)
        case And() | Or():
            parts = tuple(_name_gaps(part, types, value) for part in tree.operands)
            same = all(map(operator.is_, parts, tree.operands))
            return tree if same else replace(tree, operands=parts)
        case Compare(left=Param() as param) | Compare(right=Param() as param):
            return _name_gap(tree, param, types, value)
    return tree


def _name_gap(tree: Compare, param: Param, types: Mapping[str, Type], value: ParameterValue) -> Expr:
    combinations = list(itertools.product(*(_key_values(key, types) for key in param.keys)))
    found = [value(param.name, tuple(key for _, key in combination)) for combination in combinations]
    if None not in found:
        return tree
    cases: list[Expr] = []
    for combination, constant in zip(combinations, found, strict=True):
        keys = tuple(Compare("==", name, Const(key, 0), 0) for name, key in combination if name)
        here = _gap(tree, param, combination) if constant is None else _put(tree, param, constant)
        cases.append(And((*keys, here), tree.at) if keys else here)
    return Or(tuple(cases), tree.at) if len(cases) > 1 else cases[0]


def _gap(tree: Compare, param: Param, combination: Iterable[tuple[Name | None, Value]]) -> Name:
    left, right = ("" if side is param else getattr(side, "name", "") for side in (tree.left, tree.right))
    keys = ", ".join(str(key) for _, key in combination)
    return Name(f"{param.name}{GAP_MARK}{left} {tree.op} {right} [{keys}]", param.at)


def _put(tree: Compare, param: Param, constant: Value) -> Compare:
    const = Const(constant, param.at)
    return replace(tree, left=const) if tree.left is param else replace(tree, right=const)


def _alternatives(tree: Expr, types: Mapping[str, Type], value: ParameterValue) -> tuple[Alternative, ...]:
    found = _dnf(tree, types, value, negated=False)
    distinct = tuple(dict.fromkeys(tuple(dict.fromkeys(alternative)) for alternative in found))
    if len(distinct) > MAX_ALTERNATIVES:
        raise _TooManyError
    return distinct


def _dnf(tree: Expr, types: Mapping[str, Type], value: ParameterValue, *, negated: bool) -> list[Alternative]:
    match tree:
        case Always():
            return [] if negated else [()]
        case Not():
            return _dnf(tree.operand, types, value, negated=not negated)
        case And() | Or():
            parts = [_dnf(part, types, value, negated=negated) for part in tree.operands]
            if isinstance(tree, Or) is not negated:
                return [alternative for part in parts for alternative in part]
            return _product(parts)
        case Compare(left=Param()) | Compare(right=Param()):
            return _keyed(tree, types, value, negated=negated)
        case _:
            return [(_test(tree, negated=negated),)]


def _product(parts: list[list[Alternative]]) -> list[Alternative]:
    """Combine the alternatives of conditions that must hold together, bounded against blow-up."""
    found: list[Alternative] = [()]
    for part in parts:
        found = [(*one, *other) for one in found for other in part]
        if len(found) > MAX_ALTERNATIVES * 4:
            raise _TooManyError
    return found


def _keyed(
    tree: Compare, types: Mapping[str, Type], value: ParameterValue, *, negated: bool
) -> list[Alternative]:
    """A comparison with a keyed parameter: one alternative for each combination of keys."""
    param = tree.right if isinstance(tree.right, Param) else tree.left
    assert isinstance(param, Param)
    choices = [_key_values(key, types) for key in param.keys]
    found: list[Alternative] = []
    for combination in itertools.product(*choices):
        constant = value(param.name, tuple(key for _, key in combination))
        assert constant is not None
        test = _test(_put(tree, param, constant), negated=negated)
        when = tuple(_test(Compare("==", name, Const(key, 0), 0)) for name, key in combination if name)
        found.append((*when, test))
    return found


def _key_values(key: Expr, types: Mapping[str, Type]) -> list[tuple[Name | None, Value]]:
    if isinstance(key, Const):
        return [(None, key.value)]
    assert isinstance(key, Name)
    type_ = types[key.name]
    values: tuple[Value, ...] = (True, False) if type_.kind == "bool" else tuple(type_.values or ())
    return [(key, one) for one in values]


_MIRRORED: Final[dict[CompareOp, CompareOp]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _test(tree: Expr, *, negated: bool = False) -> Test:
    match tree:
        case Name():
            return Test(tree.name, "true", True, negated)
        case IsNone(operand=Name() as name):
            return Test(name.name, "none", NONE, negated)
        case In(operand=Name() as name):
            return Test(name.name, "in", tuple(option.value for option in tree.options), negated)
        case Contains():
            return Test(tree.operand.name, "contains", tree.member.value, negated)
        case Compare(left=Name() as name, right=Const() as const):
            return _comparison(name, tree.op, const, negated=negated)
        case Compare(left=Const() as const, right=Name() as name):
            return _comparison(name, _MIRRORED.get(tree.op, tree.op), const, negated=negated)
    raise AssertionError(tree)  # INVARIANT: conditions hold only tests, see check.condition


def _comparison(name: Name, op: CompareOp, const: Const, *, negated: bool) -> Test:
    if const.value is NONE and op not in ("==", "!="):  # nothing is more or less than none
        return Test(name.name, "in", (), negated)
    if const.value is NONE:
        return Test(name.name, "none", NONE, negated is (op == "=="))
    if op == "!=":
        return Test(name.name, "==", const.value, not negated)
    return Test(name.name, op, const.value, negated)
