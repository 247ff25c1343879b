"""Expressions that know how deep they stand, so that a whole item becomes a few stages of columns.

They are written in what Polars and Narwhals share: for frames of Polars they are expressions of Polars, for all
others of Narwhals. Only looking up a number in a list differs, which Narwhals has not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from crossprov.batch.contract import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_NUMBERED: Final = frozenset({"int", "money", "month", "rate", "exact"})
_ARMS: Final = 12  # values that are chosen among by one test after the other
_FEW: Final = 5  # numbers that are told from others by tests
_BITS: Final = 10  # flags that are looked up at once, as one number


class _Open:
    """Stands for a value that depends on the row."""


OPEN: Final = _Open()


@dataclass(frozen=True, slots=True)
class Node:
    """An expression, the first stage in which it can be worked out, and its value if that is the same for all rows."""

    expr: Any
    stage: int = 0
    value: Any = field(default=OPEN)
    uses: frozenset[str] = frozenset()  # the columns that it reads
    is_column: bool = False  # it is one of these itself

    @property
    def is_open(self) -> bool:
        """Whether the value depends on the row."""
        return self.value is OPEN


class ListLookup(NamedTuple):
    """What a list has at the place that a column says."""

    key: str
    table: tuple[Any, ...]
    kind: Any


class Stages:
    """Makes expressions, and keeps those that are used again as columns of their own, stage by stage."""

    def __init__(self, space: Any) -> None:
        self.space = space
        self.stages: list[dict[str, Node]] = []
        self.lookups: dict[int, dict[str, ListLookup]] = {}  # what is looked up before a stage
        self.true, self.false = self.constant(value=True), self.constant(value=False)
        self._count = 0

    def constant(self, value: Any, kind: Any = None) -> Node:
        """Return a value that is the same for all rows."""
        return Node(self.space.lit(value, dtype=kind), 0, value)

    def column(self, name: str) -> Node:
        """Return a column of the frame."""
        return Node(self.space.col(name), uses=frozenset({name}), is_column=True)

    def of(self, make: Callable[..., Any], *parts: Node) -> Node:
        """Return what an operation makes of others."""
        stage = max((part.stage for part in parts), default=0)
        uses = frozenset().union(*(part.uses for part in parts))
        return Node(make(*(part.expr for part in parts)), stage, uses=uses)

    def keep(self, node: Node) -> Node:
        """Return the same as a column of its own, to be used several times."""
        if not node.is_open or node.is_column:
            return node
        name = self._name()
        self.put(name, node)
        return Node(self.space.col(name), node.stage + 1, uses=frozenset({name}), is_column=True)

    def put(self, name: str, node: Node) -> None:
        """Make a column of an expression, in the first stage in which it can be worked out."""
        while len(self.stages) <= node.stage:
            self.stages.append({})
        self.stages[node.stage][name] = node

    # --- truth: every truth value here is true or false, never null -----------------------------------------

    def both(self, *parts: Node) -> Node:
        """Return whether all hold."""
        return self._join(parts, and_, self.false, self.true)

    def any(self, *parts: Node) -> Node:
        """Return whether one holds."""
        return self._join(parts, or_, self.true, self.false)

    def _join(self, parts: Iterable[Node], how: Callable[[Any, Any], Any], ends: Node, empty: Node) -> Node:
        some = [part for part in parts if part.value is not empty.value]
        if any(part.value is ends.value for part in some):
            return ends
        distinct = list({id(part.expr): part for part in some}.values())
        if not distinct:
            return empty
        if not distinct[1:]:
            return distinct[0]
        if self.space is pl and distinct[2:]:  # a deep tree takes Polars long to look through
            at_once = pl.all_horizontal if how is and_ else pl.any_horizontal
            return self.of(at_once, *distinct)
        return self.of(lambda *exprs: reduce(how, exprs), *distinct)

    def no(self, part: Node) -> Node:
        """Return whether it does not hold."""
        if not part.is_open:
            return part if part.value is None else self.false if part.value else self.true
        return self.of(lambda expr: ~expr, part)

    def sure(self, part: Node) -> Node:
        """Return a truth value with false in place of null."""
        if part.value is None:
            return self.false
        return part if not part.is_open else self.of(lambda expr: expr.fill_null(False), part)

    def is_null(self, part: Node) -> Node:
        """Return whether a value is null."""
        if not part.is_open:
            return self.true if part.value is None else self.false
        return self.of(lambda expr: expr.is_null(), part)

    # --- choice ---------------------------------------------------------------------------------------------

    def choose(self, arms: Sequence[tuple[Node, Node]], otherwise: Node) -> Node:
        """Return the value of the first arm that holds."""
        some = []
        for when, then in arms:
            if when.value is False:
                continue
            if when.value is True:
                otherwise = then
                break
            some.append((when, then))
        found = otherwise
        if not some:
            return found
        nodes = [node for arm in some for node in arm] + [otherwise]

        def make(*exprs: Any) -> Any:
            chain = self.space.when(exprs[0]).then(exprs[1])
            for i in range(2, len(exprs) - 1, 2):
                chain = chain.when(exprs[i]).then(exprs[i + 1])
            return chain.otherwise(exprs[-1])

        return self.of(make, *nodes)

    def worded(self, arms: Sequence[tuple[Node, str | None]], otherwise: str | None) -> Node:
        """Return the word of the first arm that holds; Polars is faster with the numbers of words."""
        words = [word for _, word in arms] + [otherwise]
        if self.space is not pl:
            named = [self.constant(word, self.space.String) for word in words]
            return self.choose(
                [(when, then) for (when, _), then in zip(arms, named, strict=False)], named[-1]
            )
        numbers = [self.constant(i, pl.Int32) for i in range(len(words))]
        chosen = [(when, number) for (when, _), number in zip(arms, numbers, strict=False)]
        return self.pick(self.choose(chosen, numbers[-1]), words, pl.String)

    def pick(self, key: Node, table: Sequence[Any], kind: Any) -> Node:
        """Return what a list has at the place that ``key`` says, a number from 0 on."""
        if not key.is_open:
            return self.constant(table[key.value], kind)
        if all(one == table[0] for one in table):
            return self.constant(table[0], kind)
        if self.space is pl:
            listed = pl.Series(list(table), dtype=kind)
            return self.of(lambda expr: pl.lit(listed).gather(expr), key)
        places: dict[Any, list[int]] = {}
        for i, one in enumerate(table):
            places.setdefault(one, []).append(i)
        if len(places) > _ARMS and kind in (self.space.Int32, self.space.Int64, self.space.String):
            return self._looked_up(key, table, kind)
        usual = max(places, key=lambda one: len(places[one]))
        arms = [
            (self.among(key, listed), self.constant(one, kind))
            for one, listed in places.items()
            if one != usual
        ]
        return self.choose(arms, self.constant(usual, kind))

    def _looked_up(self, key: Node, table: Sequence[Any], kind: Any) -> Node:
        """Look a number up in a long list, for which Narwhals has no expression: the frame does it itself."""
        key = self.keep(key)
        (name,) = key.uses
        made = self._name()
        self.lookups.setdefault(key.stage, {})[made] = ListLookup(name, tuple(table), kind)
        while len(self.stages) <= key.stage:
            self.stages.append({})
        return Node(self.space.col(made), key.stage, uses=frozenset({made}), is_column=True)

    def _name(self) -> str:
        self._count += 1
        return f"k{self._count}"

    def flag(self, key: Node, places: Iterable[int], count: int) -> Node:
        """Return whether ``key``, a number below ``count``, is one of some."""
        some = set(places)
        if not key.is_open:
            return self.true if key.value in some else self.false
        if not some or len(some) == count:
            return self.true if some else self.false
        if (
            self.space is pl and min(len(some), count - len(some)) > _FEW
        ):  # a look-up takes as long as some tests
            return self.pick(key, [i in some for i in range(count)], pl.Boolean)
        if len(some) > count / 2:
            return self.no(self.among(key, sorted(set(range(count)) - some)))
        return self.among(key, sorted(some))

    def among(self, value: Node, options: Sequence[Any]) -> Node:
        """Return whether a value is one of some constants; null stays null."""
        if len(options) == 1:
            return self.of(lambda expr: expr == options[0], value)
        return self.of(lambda expr: expr.is_in(list(options)), value)

    def number(self, digits: Sequence[tuple[Node, int]], start: Node | None = None) -> Node:
        """Return digits, each below its base, as one number; ``start`` comes before the first."""
        found = start if start is not None else self.constant(0, self.space.Int32)
        for digit, base in digits:
            if not found.is_open and not digit.is_open:
                found = self.constant(found.value * base + digit.value, self.space.Int32)
            elif found.value == 0:
                found = digit
            elif digit.value == 0:
                found = self.of(lambda one, base=base: one * base, found)
            else:
                found = self.of(lambda one, other, base=base: one * base + other, found, digit)
        return found

    # --- texts ----------------------------------------------------------------------------------------------

    def joined(self, flags: Mapping[str, Node]) -> Node:
        """Return the names whose flags hold, joined in order; an empty text if none does."""
        some = [(name, flag) for name, flag in flags.items() if flag.value is not False]
        if self.space is not pl:
            return self._listed(some)
        parts = [self._some(some[i : i + _BITS]) for i in range(0, len(some), _BITS)]
        if not parts:
            return self.constant("", self.space.String)
        if not any(part.is_open for part in parts):
            return self.constant(
                SEPARATOR.join(part.value for part in parts if part.value), self.space.String
            )
        return self.of(
            lambda *exprs: self.space.concat_str(*exprs, separator=SEPARATOR, ignore_nulls=True), *parts
        )

    def _listed(self, flags: Sequence[tuple[str, Node]]) -> Node:
        space = self.space
        if not any(flag.is_open for _, flag in flags):
            return self.constant(SEPARATOR.join(name for name, _ in flags), space.String)
        named = [
            self.choose([(flag, self.constant(name, space.String))], self.null(space.String))
            for name, flag in flags
        ]
        return self.of(
            lambda *exprs: space.concat_str(*exprs, separator=SEPARATOR, ignore_nulls=True), *named
        )

    def _some(self, flags: Sequence[tuple[str, Node]]) -> Node:
        """Return some names at once: all ways in which their flags can hold stand in one list."""
        names = [name for name, _ in flags]
        count = len(names)
        table = [
            SEPARATOR.join(name for i, name in enumerate(names) if key >> (count - 1 - i) & 1) or None
            for key in range(2**count)
        ]
        return self.pick(self.number([(self.digit(flag), 2) for _, flag in flags]), table, pl.String)

    def null(self, kind: Any) -> Node:
        """Return a value that no row has."""
        return self.constant(None, kind)

    def nothing(self, kind: str) -> Node:
        """Return a value that no row has, of a kind of facts as it is calculated with."""
        space = self.space
        kinds = {"bool": space.Boolean, "date": space.Date}
        return self.null(kinds.get(kind, space.Int64 if kind in _NUMBERED else space.String))

    def digit(self, flag: Node) -> Node:
        """Return a truth value as 0 or 1."""
        if not flag.is_open:
            return self.constant(int(flag.value), self.space.Int32)
        return self.of(lambda expr: expr.cast(self.space.Int32), flag)
