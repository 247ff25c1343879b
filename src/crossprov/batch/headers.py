"""Which column of a file tells which fact: by the fact's name, or by its Chinese label if only one has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crossprov._errors import CaseError, Problem, shown
from crossprov.batch.cells import SPACE
from crossprov.rulebook.symbols import closest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crossprov.batch.contract import Contract, FactColumn

ROW: Final = "row"
"""The column with the number of a record in its file, from 1, in whatever comes out."""

_SOME: Final = 5


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a file are, each with its place: facts, columns to be kept, columns that no rule reads.

    ``companions`` say of a fact that it is known to be none (only in formats with types).
    """

    facts: Mapping[int, FactColumn]
    companions: Mapping[int, str]
    kept: Mapping[int, str]
    unread: tuple[str, ...]


def header(names: Sequence[str], columns: Contract, *, keep: bool, companions: bool = False) -> Header:
    """Return what the columns of a file are.

    A column that tells nothing of the item is an error that names the facts nearest to it, unless ``keep``; then
    it goes along. A fact of the vocabulary that the item does not read is only reported. Raises ``CaseError`` with
    all that is wrong. A header is not repeated unless it is a plain name: it may be a row with data.
    """
    facts: dict[int, FactColumn] = {}
    none_of, kept, unread = dict[int, str](), dict[int, str](), list[str]()
    labels = chinese_names(columns)
    known_none = {fact.companion for fact in columns.facts.values() if companions} - {None}
    problems: list[Problem] = []
    for place, raw in enumerate(names):
        word = raw.strip(SPACE)
        name = labels.get(word, word)
        if name in columns.facts:
            facts[place] = columns.facts[name]
        elif name in known_none:
            none_of[place] = name
        elif name in columns.rulebook.vocabulary.facts and not keep:
            unread.append(name)
        elif keep and word:
            kept[place] = word
        else:
            near = closest(word, [*columns.facts, *labels])
            problems.append(_problem("column_unknown", place, word, expected=near))
    problems += _twice({**{place: fact.name for place, fact in facts.items()}, **none_of, **kept})
    problems += [
        _problem("column_taken", place, name)
        for place, name in kept.items()
        if name == ROW or name in columns.outputs
    ]
    if not facts and not problems:
        problems.append(Problem("column_none", {"expected": ", ".join(list(columns.facts)[:_SOME])}))
    if problems:
        raise CaseError(problems)
    return Header(facts, none_of, kept, tuple(unread))


def chinese_names(columns: Contract) -> dict[str, str]:
    """Return the facts of an item by their Chinese labels, those left out that two of them have."""
    found: dict[str, list[str]] = {}
    for name in columns.facts:
        found.setdefault(_label(columns, name), []).append(name)
    return {label: names[0] for label, names in found.items() if len(names) == 1 and label}


def _label(columns: Contract, name: str) -> str:
    shapes = columns.item.shape.facts
    shape = shapes.get(name) or columns.rulebook.vocabulary.facts[name].shape
    return str(shape.label.zh)


def _twice(named: Mapping[int, str]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for place, name in sorted(named.items()):
        if name in seen:
            yield _problem("column_twice", place, name, expected=str(seen[name] + 1))
        seen.setdefault(name, place)


def _problem(code: str, place: int, word: str, **said: str) -> Problem:
    return Problem(code, {"column": str(place + 1), "found": shown(word), **said})
