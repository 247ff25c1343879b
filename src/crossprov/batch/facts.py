"""A fact as columns: its value, whether it is unknown or none, what is known all the same, what would settle it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from crossprov.batch.contract import SEPARATOR
from crossprov.rulebook.types import DISCRETE, ORDERED, Type
from crossprov.values import NONE, Month, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.batch.automaton import Symbol
    from crossprov.batch.coded import Coded
    from crossprov.batch.nodes import Node, Stages

RATE: Final = 10**8  # a rate has at most eight places
_MAX_GROUPS: Final = 6  # classes of which any number may be possible at once
_SOME: Final[Mapping[str, Any]] = {"int": 0, "money": 0, "date": dt.date(2000, 1, 1), "month": Month(2000, 1)}
_OTHER: Final[Any] = object()  # stands for every value that no test names


class NotColumnarError(Exception):
    """Something that cannot be said exactly in columns; the rows are decided one by one."""


@dataclass(frozen=True, slots=True)
class Among:
    """Where ``when`` holds, an unknown fact is one of these constants, or what one of these facts says."""

    when: Node
    constants: tuple[Value, ...]
    facts: tuple[Column_, ...]


@dataclass(frozen=True, slots=True)
class Column_:  # noqa: N801 - "Column" is what the index calls its own
    """A fact in a frame.

    ``value`` is null where the fact is unknown or none; months are counted, money is in fen. ``needs`` tells for
    each fact that nobody calculates where it is needed, given that this one is unknown. ``low`` and ``high`` bound
    an ordered value, also where it is unknown; None if nothing bounds what is unknown. ``size`` bounds a number.
    ``codes`` are the words as numbers, where they have been looked up.
    """

    value: Node
    unknown: Node
    none: Node
    needs: Mapping[str, Node] = field(default_factory=dict)
    low: Node | None = None
    high: Node | None = None
    among: tuple[Among, ...] = ()
    size: int = 0
    codes: Coded | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Values that behave alike: one of them, and for ordered values up to which constant they reach."""

    value: Any
    cut: Any = None
    at: bool = False  # just the constant itself


class Classes:
    """The classes of a fact's values, as fine as some columns of the index need them."""

    def __init__(self, type_: Type, columns: Sequence[Any]) -> None:
        self.type = type_
        pieces = list(_ordered(columns, type_) if type_.kind in ORDERED else _named(columns, type_))
        groups: dict[tuple[int, ...], int] = {}
        self.group_of = [
            groups.setdefault(tuple(column.mask(piece.value) for column in columns), len(groups))
            for piece in pieces
        ]
        self.pieces, self.count = pieces, len(groups)
        self.examples = [pieces[self.group_of.index(group)].value for group in range(self.count)]
        if type_.optional:
            self.none = groups.setdefault(tuple(column.mask(NONE) for column in columns), self.count)
            if self.none == self.count:
                self.count += 1
                self.examples.append(NONE)

    def symbols(self, column: Any, *, subsets: bool) -> tuple[Symbol, ...]:
        """Return what a column of the index allows for each class, then for the unknown, then for each set of them."""
        single: list[Symbol] = [column.mask(example) for example in self.examples]
        single.append(column.masks(Unknown()))
        if subsets:
            single += [
                frozenset(column.mask(one) for i, one in enumerate(self.examples) if bits >> i & 1)
                for bits in range(1, 2**self.count)
            ]
        return tuple(single)

    # --- in a frame -------------------------------------------------------------------------------------

    def code(self, fact: Column_, stages: Stages) -> Node:
        """Return the number of the class of a fact: after the classes comes "unknown", then sets of classes."""
        bounded = fact.low is not None or fact.high is not None
        plain = not fact.among and not self.type.optional and fact.value.is_open
        if plain and self.type.kind == "bool" and self.count > 1:
            return stages.of(lambda expr: expr.cast(stages.space.Int32).fill_null(self.count), fact.value)
        code = self.known(fact, stages)
        arms = []
        if fact.among or bounded:
            if self.count > _MAX_GROUPS:
                raise NotColumnarError
            flags = self._among(fact, stages) if fact.among else self._within(fact, stages)
            bits = stages.number([(stages.digit(flag), 2) for flag in reversed(flags)])
            bits = (
                stages.of(lambda expr: expr + self.count, bits)
                if bits.is_open
                else stages.constant(bits.value + self.count, stages.space.Int32)
            )
            listed = (
                stages.any(*(one.when for one in fact.among))
                if fact.among
                else stages.any(
                    *(stages.no(stages.is_null(end)) for end in (fact.low, fact.high) if end is not None)
                )
            )
            arms.append((stages.both(fact.unknown, listed), bits))
        if fact.unknown.value is not False:
            arms.append((fact.unknown, stages.constant(self.count, stages.space.Int32)))
        return stages.choose(arms, code)

    def has_sets(self, fact: Column_) -> bool:
        """Return whether of the unknown fact only some classes may be possible."""
        return bool(fact.among) or fact.low is not None or fact.high is not None

    def known(self, fact: Column_, stages: Stages) -> Node:
        """Return the class of a fact where it is known."""
        int32, value = stages.space.Int32, fact.value
        none = [(fact.none, stages.constant(self.none, int32))] if self.type.optional else []
        if not value.is_open:  # of a table that concludes nothing there is none in any row
            group = 0 if value.value is None else self._group(value.value)
            return stages.choose(none, stages.constant(group, int32))
        if self.type.kind in ORDERED:
            return stages.choose([*none, *self._steps(value, stages)], self._at(stages, -1))
        if self.type.kind == "bool":
            no, yes = self._at(stages, 0), self._at(stages, 1)
            return stages.choose([*none, (stages.sure(value), yes)], no)
        return stages.choose([*none, *self._listed(fact, stages)], self._at(stages, -1))

    def _group(self, value: Any) -> int:
        """Return the class of a constant, which is written as a frame holds it."""
        for piece, group in zip(self.pieces, self.group_of, strict=True):
            if self.type.kind in ORDERED:
                cut = None if piece.cut is None else held(piece.cut)
                if cut is None or (value <= cut if piece.at else value < cut):
                    return group
            elif piece.value is _OTHER or held(piece.value) == value:
                return group
        raise NotColumnarError

    def _at(self, stages: Stages, piece: int) -> Node:
        return stages.constant(self.group_of[piece], stages.space.Int32)

    def _steps(self, value: Node, stages: Stages) -> list[tuple[Node, Node]]:
        """Return for each stretch of one class the test of where it ends, from the least on."""
        arms = []
        for i, piece in enumerate(self.pieces[:-1]):
            if self.group_of[i] == self.group_of[i + 1]:
                continue
            end, inclusive = held(piece.cut), piece.at
            test = stages.of(
                lambda expr, end=end, inclusive=inclusive: expr <= end if inclusive else expr < end, value
            )
            arms.append((stages.sure(test), self._at(stages, i)))
        return arms

    def _listed(self, fact: Column_, stages: Stages) -> list[tuple[Node, Node]]:
        by_group: dict[int, list[Any]] = {}
        for piece, group in zip(self.pieces, self.group_of, strict=True):
            if piece.value is not _OTHER:
                by_group.setdefault(group, []).append(piece.value)
        last = self.group_of[-1]
        value, codes = fact.value, fact.codes
        if codes is not None and all(one in codes.places for some in by_group.values() for one in some):
            value = codes.node
            by_group = {group: [codes.places[one] for one in some] for group, some in by_group.items()}
        return [
            (stages.sure(stages.among(value, options)), stages.constant(group, stages.space.Int32))
            for group, options in by_group.items()
            if group != last
        ]

    def _among(self, fact: Column_, stages: Stages) -> list[Node]:
        """Return for each class whether the unknown fact may be in it, where its values are listed."""
        flags = []
        for group in range(self.count):
            found = []
            for one in fact.among:
                constant = any(
                    (self.none if value is NONE else self._group(held(value))) == group
                    for value in one.constants
                )
                here = [
                    stages.of(lambda expr, group=group: expr == group, stages.keep(self.known(other, stages)))
                    for other in one.facts
                ]
                found.append(stages.both(one.when, stages.true if constant else stages.any(*here)))
            flags.append(stages.any(*found))
        return flags

    def _within(self, fact: Column_, stages: Stages) -> list[Node]:
        """Return for each class whether the unknown fact may be in it, where it has bounds."""
        if self.type.kind not in DISCRETE:
            raise NotColumnarError
        found: list[list[Node]] = [[] for _ in range(self.count)]
        below: Any = None
        for piece, group in zip(self.pieces, self.group_of, strict=True):
            least, most = (piece.cut, piece.cut) if piece.at else (_beside(below, 1), _beside(piece.cut, -1))
            below = piece.cut
            if self._outside(least, most):
                continue
            tests = []
            if fact.high is not None and least is not None:
                end = held(least)
                tests.append(stages.no(stages.sure(stages.of(lambda expr, end=end: expr < end, fact.high))))
            if fact.low is not None and most is not None:
                end = held(most)
                tests.append(stages.no(stages.sure(stages.of(lambda expr, end=end: expr > end, fact.low))))
            found[group].append(stages.both(*tests))
        return [stages.any(*tests) for tests in found]

    def _outside(self, least: Any, most: Any) -> bool:
        type_ = self.type
        return bool(
            (least is not None and type_.high is not None and least > type_.high)
            or (most is not None and type_.low is not None and most < type_.low)
        )


def held(value: Any) -> Any:
    """Return a value as it is calculated with: a month counted, a rate as a whole number of its last places."""
    if isinstance(value, Fraction):
        if RATE % value.denominator:
            raise NotColumnarError
        return int(value * RATE)
    return value.ordinal if isinstance(value, Month) else value


def has_member(expr: Any, member: str, space: Any) -> Any:
    """Return whether a set, told as text with ``;`` between its members, has one."""
    whole = space.concat_str(space.lit(SEPARATOR), expr, space.lit(SEPARATOR))
    return whole.str.contains(f"{SEPARATOR}{member}{SEPARATOR}", literal=True)


def _named(columns: Sequence[Any], type_: Type) -> list[_Piece]:
    if type_.kind == "bool":
        return [_Piece(value=False), _Piece(value=True)]
    names: dict[Any, None] = {}
    for column in columns:
        names |= dict.fromkeys(value for value in column.by_value if value is not NONE)
    closed = all(column.closed for column in columns)
    return [_Piece(name) for name in names] + ([] if closed else [_Piece(_OTHER)])


def _ordered(columns: Sequence[Any], type_: Type) -> list[_Piece]:
    """Return the stretches between the constants of all columns, and the constants; what has no value is left out."""
    cuts = sorted({cut for column in columns for cut in column.cuts})
    found: list[_Piece] = []
    if type_.kind not in DISCRETE:
        for i, cut in enumerate(cuts):
            found += [_Piece((cuts[i - 1] + cut) / 2 if i else cut - 1, cut), _Piece(cut, cut, at=True)]
        return [*found, _Piece(cuts[-1] + 1 if cuts else Fraction(0))]
    for i, cut in enumerate(cuts):
        before = _beside(cut, -1)
        if before is not None and (i == 0 or before > cuts[i - 1]):
            found.append(_Piece(before, cut))
        found.append(_Piece(cut, cut, at=True))
    after = _beside(cuts[-1], 1) if cuts else _SOME[type_.kind]
    return [*found, _Piece(after)] if after is not None else found


def _beside(value: Any, step: int) -> Any:
    """Return the neighbour of a value; None beyond the first or the last day."""
    if isinstance(value, dt.date):
        day = value.toordinal() + step
        return dt.date.fromordinal(day) if 1 <= day <= dt.date.max.toordinal() else None
    return value.plus(step) if isinstance(value, Month) else None if value is None else value + step
