"""Hypothesis strategies for decision tables and for what may be known of the facts they test.

``tables()`` draws tables with conditions of every form over facts of every type; ``states(table)`` draws what a
case may know of those facts; ``completions(state)`` draws values that the unknown ones may turn out to have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Final, TypeAlias

from hypothesis import reject
from hypothesis import strategies as st

from crossprov._errors import RulebookError
from crossprov.rulebook.check import condition
from crossprov.rulebook.expression import Always
from crossprov.rulebook.item import Table, TableRow, ThenValue
from crossprov.rulebook.lowering import LoweredTable, lower_table
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.source import Document
from crossprov.rulebook.symbols import ParameterType, Symbols
from crossprov.rulebook.types import ORDERED, Type
from crossprov.rulebook.vocabulary import Where
from crossprov.testing.conditions import joined, written
from crossprov.testing.conditions import tests as test_of
from crossprov.values import NONE, Fact, Month, Need, Unknown, Value

State: TypeAlias = Mapping[str, Fact]
Values: TypeAlias = Mapping[str, Value]

DAY: Final = dt.date(2020, 1, 1)
_ENUM: Final = ("a", "b", "c")
TYPES: Final[Mapping[str, Type]] = {
    "f.flag": Type("bool"),
    "f.maybe": Type("bool", optional=True),
    "f.word": Type("enum", values=_ENUM),
    "f.rare": Type("enum", values=_ENUM, optional=True),
    "f.count": Type("int", low=0, high=9),
    "f.other": Type("int", optional=True),
    "f.share": Type("rate", low=Fraction(0)),
    "f.money": Type("money"),
    "f.day": Type("date"),
    "f.when": Type("date", optional=True),
    "f.month": Type("month", optional=True),
    "f.text": Type("text"),
    "f.title": Type("text", values=_ENUM, optional=True),
    "f.place": Type("place", level="any", optional=True),
    "f.set": Type("set", values=_ENUM),
}
KEYS: Final = ("f.flag", "f.word")
_PARAMETERS: Final = ("count", "share", "money", "day", "month", "word")
SYMBOLS: Final = Symbols(
    TYPES,
    {
        f"p.{kind}{'_by' * len(keys)}{''.join(key[1:].replace('.', '_') for key in keys)}": ParameterType(
            TYPES[f"f.{kind}"], tuple(TYPES[key] for key in keys)
        )
        for kind in _PARAMETERS
        for keys in ((), ("f.flag",), ("f.word",), ("f.word", "f.flag"))
    },
)


@cache
def values(type_: Type) -> st.SearchStrategy[Value]:
    """Draw a value of a type, from few, so that facts and constants often meet."""
    few: dict[str, st.SearchStrategy[Value]] = {
        "bool": st.booleans(),
        "int": st.integers(-1, 10),
        "rate": st.integers(0, 6).map(lambda eighths: Fraction(eighths, 8)),
        "money": st.integers(-2, 12).map(lambda yuan: yuan * 50),
        "date": st.integers(-2, 8).map(lambda days: DAY + dt.timedelta(days=days))
        | st.sampled_from([dt.date.min, dt.date.max]),
        "month": st.integers(-2, 8).map(lambda months: Month.of(DAY).plus(months)),
        "enum": st.sampled_from(_ENUM),
        "text": st.sampled_from(_ENUM if type_.values else ("a", "b", "", "那")),
        "place": st.sampled_from(["510000", "500000", "510104"]),
        "set": st.frozensets(st.sampled_from(_ENUM)),
    }
    drawn = few[type_.kind].filter(type_.admits)
    return drawn | st.just(NONE) if type_.optional else drawn


# --- conditions ---------------------------------------------------------------------------------------


@cache
def constants(name: str) -> st.SearchStrategy[str]:
    """Draw a constant, as written, to compare a fact with."""
    type_ = TYPES[name]
    return values(type_).filter(lambda value: value is not NONE).map(lambda value: written(value, type_))


@cache
def parameters(name: str) -> st.SearchStrategy[str]:
    """Draw a parameter of the type of a fact, keyed by facts or by constants."""
    kind = name.partition(".")[2]
    flag, word = st.sampled_from(["f.flag", "true", "false"]), st.sampled_from(["f.word", "'a'", "'c'"])
    return st.one_of(
        st.just(f"p.{kind}"),
        flag.map(f"p.{kind}_by_flag[{{}}]".format),
        word.map(f"p.{kind}_by_word[{{}}]".format),
        st.tuples(word, flag).map(lambda keys: f"p.{kind}_by_by_word_flag[{keys[0]}, {keys[1]}]"),
    )


@cache
def tests(name: str) -> st.SearchStrategy[str]:
    """Draw a test of one fact, of every form that its type allows."""
    constant = constants(name)
    compared = constant | parameters(name) if name.partition(".")[2] in _PARAMETERS else constant
    return test_of(name, TYPES[name], constant, compared)


@cache
def conditions(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw a condition over some facts: tests joined by ``and``, ``or`` and ``not``."""
    return joined(st.sampled_from(names).flatmap(tests), leaves=4)


# --- tables -------------------------------------------------------------------------------------------

_NOWHERE: Final = Where(Document("drawn.yaml", None), ())


def _row(index: int, when: str, then: int) -> TableRow:
    tree = condition(parse(when), SYMBOLS)
    return TableRow(f"row-{index}", tree, ThenValue(then), None, DAY, None, _NOWHERE)


def table_of(whens: list[str], hit: str = "first", thens: list[int] | None = None) -> Table:
    """Return the table of some conditions; row ``i`` concludes ``thens[i]``, or its own number."""
    rows = tuple(_row(i, when, thens[i] if thens else i) for i, when in enumerate(whens))
    return Table(
        "conclusion", "drawn", Type("int"), "unique" if hit == "unique" else "first", rows, DAY, None
    )


@st.composite
def tables(draw: st.DrawFn, *, facts: int = 4, rows: int = 5, gaps: bool = False) -> LoweredTable:
    """Draw a lowered table over at most ``facts`` facts; ``gaps`` lets parameters lack values."""
    names = tuple(draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=facts, unique=True)))
    whens = draw(st.lists(conditions(names), min_size=1, max_size=rows))
    hit = draw(st.sampled_from(["first", "unique"]))
    if hit == "first" and draw(st.booleans()):
        whens.append("otherwise")
    thens = draw(st.lists(st.integers(0, 2), min_size=len(whens), max_size=len(whens)))
    known: dict[tuple[str, tuple[Value, ...]], Value | None] = {}

    def parameter(name: str, keys: tuple[Value, ...]) -> Value | None:
        if (name, keys) not in known:
            kind = SYMBOLS.parameters[name].type
            one = values(kind).filter(lambda value: value is not NONE)
            known[name, keys] = draw(one | st.none() if gaps else one)
        return known[name, keys]

    try:
        return lower_table(table_of(whens, hit, thens), TYPES, parameter)
    except RulebookError:  # a condition with too many alternatives
        reject()


def closed(table: LoweredTable) -> bool:
    """Whether the last row of a table holds for every case."""
    return isinstance(table.source.rows[-1].when, Always)


# --- what is known ------------------------------------------------------------------------------------


@cache
def unknowns(name: str, type_: Type) -> st.SearchStrategy[Unknown]:
    """Draw an unknown: nothing known of it, bounds, or a list of what is possible; some value is possible."""
    needs = frozenset({Need(name)})
    found: st.SearchStrategy[Unknown] = st.just(Unknown(needs))
    some = values(type_).filter(lambda value: value is not NONE)
    if type_.kind in ORDERED:
        ends = st.tuples(some, some).map(lambda pair: sorted(pair))  # type: ignore[type-var]
        found |= ends.map(lambda pair: Unknown(needs, low=pair[0], high=pair[1]))  # type: ignore[arg-type]
        found |= some.map(lambda low: Unknown(needs, low=low))  # type: ignore[arg-type]
        found |= some.map(lambda high: Unknown(needs, high=high))  # type: ignore[arg-type]
    if type_.kind != "set":
        listed = st.frozensets(values(type_), min_size=1, max_size=3)
        found |= listed.map(lambda among: Unknown(needs, among=among))
    return found


@st.composite
def states(draw: st.DrawFn, table: LoweredTable, *, unknown: int = 3) -> dict[str, Fact]:
    """Draw what is known of the facts that a table tests, at most ``unknown`` of them unknown."""
    state: dict[str, Fact] = {}
    left = unknown
    for name, type_ in table.types.items():
        if name not in TYPES:  # a gap of the law is known to nobody
            state[name] = Unknown(frozenset({Need(name)}))
        elif left and draw(st.booleans()):
            state[name] = draw(unknowns(name, type_))
            left -= 1
        else:
            state[name] = draw(values(type_))
    return state


def possible(value: Value, fact: Unknown) -> bool:
    """Whether an unknown may turn out to be a value."""
    if fact.among is not None:
        return value in fact.among
    if value is NONE:
        return fact.low is None and fact.high is None
    above = fact.low is None or value >= fact.low  # type: ignore[operator]
    return above and (fact.high is None or value <= fact.high)  # type: ignore[operator]


@st.composite
def told(draw: st.DrawFn, table: LoweredTable, state: State) -> dict[str, Fact]:
    """Draw a state in which one unknown fact of ``state`` has been told."""
    name = draw(st.sampled_from([name for name, fact in state.items() if isinstance(fact, Unknown)]))
    return {**state, name: draw(value_of(table.types[name], state[name]))}


@st.composite
def completions(draw: st.DrawFn, table: LoweredTable, state: State) -> dict[str, Value]:
    """Draw values for all facts that agree with what is known."""
    return {name: draw(value_of(table.types[name], fact)) for name, fact in state.items()}


def value_of(type_: Type, fact: Fact) -> st.SearchStrategy[Value]:
    """Draw a value that a fact may turn out to have."""
    if not isinstance(fact, Unknown):
        return st.just(fact)
    ends = [end for end in (fact.low, fact.high) if end is not None]
    listed = [one for one in (*(fact.among or ()), *ends) if type_.admits(one) and possible(one, fact)]
    drawn = values(type_).filter(lambda value: possible(value, fact))
    return (
        st.sampled_from(sorted(listed, key=repr))
        if listed and fact.among is not None
        else (drawn | st.sampled_from(listed) if listed else drawn)
    )
