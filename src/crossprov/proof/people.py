"""From a model of z3 to facts that the program can be asked about, and from their true values back to terms."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

import z3

from crossprov.proof.symbols import Codes, Sym, Term, compared, of_value
from crossprov.values import MONTHS_A_YEAR, NONE, Month

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crossprov.proof.world import ItemWorld
    from crossprov.rulebook.types import Type
    from crossprov.values import Value


class People:
    """Reads models of one world; a number that no rule names becomes a word, or a place, that no rule names."""

    def __init__(self, world: ItemWorld) -> None:
        self.world = world

    def facts(self, model: z3.ModelRef) -> dict[str, Value]:
        """Return the leaves of the world as a model has them."""
        reader = _Reader(self, model)
        return {
            name: reader.value(self.world.leaves[name], type_) for name, type_ in self.world.types.items()
        }

    def value(self, model: z3.ModelRef, sym: Sym, type_: Type) -> Value:
        """Return any value as a model has it."""
        return _Reader(self, model).value(sym, type_)


class _Reader:
    """Reads one model."""

    def __init__(self, people: People, model: z3.ModelRef) -> None:
        self.people, self.model = people, model
        self.codes: Codes = people.world.codes
        self._chosen: dict[int, str] = {}

    def value(self, sym: Sym, type_: Type) -> Value:
        if self._true(sym.none):
            return NONE
        kind = sym.kind
        if kind == "bool":
            return self._true(sym.parts[0])
        if kind == "set":
            return frozenset(one for one, part in zip(sym.values, sym.parts, strict=True) if self._true(part))
        if kind in ("rate", "exact"):
            found = self.model.eval(z3.simplify(sym.parts[0]), model_completion=True)
            return Fraction(found.numerator_as_long(), found.denominator_as_long())
        numbers = [self._int(part) for part in sym.parts]
        if kind == "date":
            return _day(numbers[0], numbers[1])
        if kind == "month":
            return _month(numbers[0])
        if kind == "place":
            return self._place(numbers[0], sym.parts[0], type_.level or "any")
        if kind in ("enum", "text"):
            return self.codes.words.word(numbers[0]) or f"other-{numbers[0]}"
        return numbers[0]

    def _true(self, term: Term) -> bool:
        return bool(z3.is_true(self.model.eval(term, model_completion=True)))

    def _int(self, term: Term) -> int:
        found: int = self.model.eval(term, model_completion=True).as_long()
        return found

    def _place(self, number: int, term: Term, level: str) -> str:
        word = self.codes.places.word(number)
        if word is not None:
            return word
        chosen = self._chosen.get(number)
        if chosen is None:
            province = self.codes.places.word(self._int(self.people.world.places.home(term)))
            pool = self.people.world.places.unnamed(str(province), level)
            taken = set(self._chosen.values())
            chosen = self._chosen[number] = next(
                (one for one in pool if one not in taken), (*pool, str(province))[-1]
            )
        return chosen


def _day(month: int, day: int) -> dt.date:
    found = _month(month)
    return min(found.last_day, found.first_day + dt.timedelta(days=max(day, 1) - 1))


def _month(number: int) -> Month:
    return Month(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1)


def is_value(sym: Sym, value: Value, codes: Codes) -> Term:
    """Return that a fact has a value."""
    return compared("==", sym, of_value(value, sym.kind, codes, sym.values))


def learnt(
    world: ItemWorld,
    facts: Mapping[str, Value],
    name: str,
    true_value: Value | None,
    model: Callable[[str], Term],
) -> Term:
    """Return what the program told: with these facts, a calculated fact has its true value (None: there is none).

    ``model`` returns that a leaf is as it was in the model.
    """
    here = z3.And(*[model(leaf) for leaf in sorted(world.leaves_of(name)) if leaf in facts])
    if true_value is None:
        return z3.Not(here)
    return z3.Implies(here, is_value(world.get(name), true_value, world.codes))
