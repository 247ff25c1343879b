"""Strategies for the facts that the tables of an item test, without any records behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from crossprov.calendar import add_months
from crossprov.decide import builtin, decider
from crossprov.engine.kinds import near
from crossprov.rulebook.item import ThenFact
from crossprov.testing._setting import places, provinces_of
from crossprov.testing.steering import facts_ending
from crossprov.testing.values import candidates, unknowns, values
from crossprov.values import Month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from crossprov.decision import Decision, Outcome
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.types import Type
    from crossprov.values import Fact, Value

_PLACES: Final = 6
_MONTHS_AGO: Final = (0, 1, 12, 240, 600, 720, -1, -12)
_NUMBERS: Final = (0, 1, 2, 12, 1_000)


def facts(
    item: str,
    on: dt.date,
    rulebook: Rulebook | None = None,
    *,
    unknown: bool = True,
    outcome: Outcome | None = None,
) -> st.SearchStrategy[dict[str, Fact]]:
    """Draw values for the facts that the rules of an item test on a day, known or (``unknown``) not known.

    Each value is a constant that its tests compare with, a neighbour of one, or an ordinary value of its type;
    a fact that may be none may be ``NONE``; of an unknown one, bounds or a list may be known. The facts are
    drawn apart, so some draws are states that no case has: rules and engines must give one answer all the same.
    Facts that the item calculates from these, and its conclusions, are left to it. See ``decide_facts``.

    With an ``outcome``, only facts that end so are drawn, by choosing rows that lead there; all are known, but
    for ``needs_information``. Drawing then raises ``ValueError`` if no rule of the day could end so.
    """
    book = rulebook or builtin()
    near = tested(book, book.item(item), on)
    types = book.item(item).symbols.facts
    if outcome is not None:
        tried = {name: candidates(types[name], some) for name, some in near.items()}
        return facts_ending(book, item, on, outcome, tried, lambda told: decide_facts(told, item, on, book))
    drawn: dict[str, st.SearchStrategy[Fact]] = {}
    for name, some in near.items():
        known = values(types[name], some)
        drawn[name] = _mostly(known, unknowns(name, types[name], some)) if unknown else known
    return st.fixed_dictionaries(drawn)


def _mostly(usual: st.SearchStrategy[Fact], rare: st.SearchStrategy[Fact]) -> st.SearchStrategy[Fact]:
    """Draw the rare in one of four; ``|`` would give each form of it the weight of the usual."""
    return st.sampled_from((usual, usual, usual, rare)).flatmap(lambda chosen: chosen)


def decide_facts(
    facts: Mapping[str, Fact], item: str, on: dt.date, rulebook: Rulebook | None = None
) -> Decision:
    """Decide an item from facts alone, with no case: what is not among them is unknown.

    Raises ``CaseError`` for facts that contradict each other where a formula can see it.
    """
    return decider(rulebook or builtin()).decide(item, None, on, on, on, facts)


def tested(rulebook: Rulebook, item: Item, on: dt.date) -> dict[str, tuple[Value, ...]]:
    """Return the facts that the rules of an item read on a day, each with values worth trying.

    These are the constants that tests compare with and their neighbours, and for places codes of the divisions.
    Left out is what the item concludes or calculates itself.
    """
    found: dict[str, dict[Value, None]] = {}
    for table in rulebook.lowered(item, on).tables:
        for row in table.rows:
            if isinstance(row.then, ThenFact):
                found.setdefault(row.then.name, {})
            for test in (test for alternative in row.alternatives for test in alternative):
                found.setdefault(test.fact, {}).update(dict.fromkeys(near(test, table.types[test.fact])))
    for own in sorted(item.own_facts):
        for name in item.reads(own):
            found.setdefault(name, {})
    declared = rulebook.vocabulary.facts
    given = declared.keys() - item.own_facts - item.shape.conclusions.keys()
    return {
        name: (*found[name], *_ordinary(rulebook, declared[name].type, on))
        for name in sorted(found.keys() & given)
    }


def _ordinary(rulebook: Rulebook, type_: Type, on: dt.date) -> tuple[Value, ...]:
    """Return values of a type that no test names."""
    match type_.kind:
        case "date":
            return tuple(add_months(on, -months) for months in _MONTHS_AGO)
        case "month":
            return tuple(Month.of(on).plus(-months) for months in _MONTHS_AGO)
        case "int" | "money":
            return _NUMBERS
        case "place" if type_.level == "province":
            return provinces_of(rulebook, on)[:_PLACES]
        case "place":
            return tuple(code for code, since in places(rulebook)[0] if since <= on)
    return ()
