"""A table as a small automaton: it reads the facts one after the other, each as the number of a class of values.

The classes and what they allow are those of the index; what a state knows is what the index would carry along,
and what its last states answer is what the index answers. So all completions of unknown facts are looked at
once, when a table is made ready, and a row of a frame is a few look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov.engine import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crossprov.engine.index import TableIndex

MAX_STATES: Final = 200_000
_MAX_KEYS: Final = 4_096  # places of one look-up

Symbol: TypeAlias = "int | frozenset[int]"
"""The alternatives that a value allows; of an unknown one, those that each of its classes does."""
_Open: TypeAlias = "tuple[tuple[str, frozenset[int]], ...]"
_State: TypeAlias = "tuple[int, _Open]"


class TooManyStatesError(Exception):
    """A table has more states than a frame should have to look up."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a table reads of a fact: for each class, as a frame numbers them, what it allows."""

    fact: str
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Some facts read at once: the state after them, by the number made of the state before and their classes."""

    letters: tuple[int, ...]
    states: int
    table: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Automaton:
    """The look-ups of a table, one after the other, and what each state that the last one gives answers."""

    lookups: tuple[Lookup, ...]
    answers: tuple[Hit, ...]


def automaton(index: TableIndex, letters: Sequence[Letter]) -> Automaton:
    """Return a table over the classes of its facts; raise ``TooManyStatesError`` for one that is too large."""
    layers, last = _walk(index, letters)
    answers: dict[Hit, int] = {}
    merged = [answers.setdefault(_answer(index, state), len(answers)) for state in last]
    steps: list[list[tuple[int, ...]]] = []
    for layer in reversed(layers):  # states with the same future are one
        rows: dict[tuple[int, ...], int] = {}
        merged = [rows.setdefault(tuple(merged[to] for to in row), len(rows)) for row in layer]
        steps.append(list(rows))
    steps.reverse()
    return Automaton(tuple(_lookups(steps, letters)), tuple(answers))


def _walk(index: TableIndex, letters: Sequence[Letter]) -> tuple[list[list[tuple[int, ...]]], list[_State]]:
    """Return for each letter where each state goes with each symbol, and the states after the last letter."""
    later = [0] * (len(letters) + 1)
    for i in range(len(letters) - 1, -1, -1):
        later[i] = later[i + 1] | index.columns[i].tested
    states: dict[_State, int] = {(index.full, ()): 0}
    layers = []
    for i, letter in enumerate(letters):
        following: dict[_State, int] = {}
        layer = []
        for state in states:
            row = [
                _settled(index, _read(state, letter.fact, symbol), later[i + 1]) for symbol in letter.symbols
            ]
            layer.append(tuple(following.setdefault(one, len(following)) for one in row))
        if len(following) > MAX_STATES:
            raise TooManyStatesError
        layers.append(layer)
        states = following
    return layers, list(states)


def _read(state: _State, fact: str, symbol: Symbol) -> _State:
    mask, open_ = state
    return (mask & symbol, open_) if isinstance(symbol, int) else (mask, (*open_, (fact, symbol)))


def _settled(index: TableIndex, state: _State, later: int) -> _State:
    """Return a state without what cannot matter any more."""
    mask, open_ = state
    while True:
        before = mask, open_
        for _, masks in open_:
            mask &= _any(masks)
        if index.hit == "first":
            sure = mask & ~later
            for _, masks in open_:
                sure &= _all(masks)
            if sure:  # what comes after an alternative that holds is not looked at
                mask &= ((sure & -sure) << 1) - 1
        kept = []
        for fact, masks in open_:
            narrowed = frozenset(one & mask for one in masks)
            if len(narrowed) == 1:
                mask &= next(iter(narrowed))
            else:
                kept.append((fact, narrowed))
        open_ = tuple(kept)
        if (mask, open_) == before:
            return mask, tuple(sorted(open_, key=lambda one: (one[0], sorted(one[1]))))


def _any(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _all(masks: Iterable[int]) -> int:
    found = -1
    for mask in masks:
        found &= mask
    return found


def _answer(index: TableIndex, state: _State) -> Hit:
    mask, open_ = state
    return index.undecided(mask, list(open_)) if open_ else Hit((index.answer(mask),))


def _lookups(steps: Sequence[list[tuple[int, ...]]], letters: Sequence[Letter]) -> Iterable[Lookup]:
    """Join steps to look-ups of not too many places each."""
    start = 0
    while start < len(steps):
        end, places = start + 1, len(steps[start]) * len(letters[start].symbols)
        while end < len(steps) and places * len(letters[end].symbols) <= _MAX_KEYS:
            places *= len(letters[end].symbols)
            end += 1
        chosen = range(start, end)
        table = []
        for state in range(len(steps[start])):
            for symbols in product(*(range(len(letters[i].symbols)) for i in chosen)):
                here = state
                for i, symbol in zip(chosen, symbols, strict=True):
                    here = steps[i][here][symbol]
                table.append(here)
        yield Lookup(tuple(chosen), len(steps[start]), tuple(table))
        start = end
