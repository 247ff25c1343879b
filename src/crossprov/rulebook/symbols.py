"""What an expression may name, and the known names that a word is most like."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crossprov.rulebook.types import Type

_LIKELY: Final = 6
_MAX_COMPARED: Final = 100


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What a parameter yields and the types of its keys."""

    type: Type
    keys: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Symbols:
    """Everything an expression may name."""

    facts: Mapping[str, Type]
    parameters: Mapping[str, ParameterType] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)

    def with_facts(self, more: Mapping[str, Type]) -> Symbols:
        """Return these symbols with further facts (conclusions, or the fields of a record)."""
        return replace(self, facts={**self.facts, **more})

    def with_records(self, more: Mapping[str, Mapping[str, Type]]) -> Symbols:
        """Return these symbols with further lists of records."""
        return replace(self, records={**self.records, **more})


def closest(word: str, names: Iterable[str]) -> str:
    """Return the known names most like ``word``, for error texts; the same in whatever order they are given."""
    known = tuple(sorted(names))
    asked = _pairs(word[:_MAX_COMPARED])
    # difflib takes milliseconds for each hundred names, and there may be hundreds of unknown words.
    likely = nlargest(
        _LIKELY, _with_pairs(known), key=lambda one: len(asked & one[1]) / (len(asked | one[1]) or 1)
    )
    near = difflib.get_close_matches(word[:_MAX_COMPARED], [name for name, _ in likely], n=3, cutoff=0.6)
    return ", ".join(near) or "–"


def _pairs(word: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(word)))


@lru_cache(maxsize=16)
def _with_pairs(names: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((name, _pairs(name)) for name in names)
