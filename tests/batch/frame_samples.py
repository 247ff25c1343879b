"""Frames of facts for tests: drawn by hypothesis, or a fixed sample; and what single cases give for their rows."""

import datetime as dt
import random

import polars as pl
from hypothesis import strategies as st

from crossprov import CaseError
from crossprov.batch import contract, flat
from crossprov.testing import decide_facts
from crossprov.testing.facts import _ordinary, tested
from crossprov.values import NONE, Month, unknown

DAY = dt.date(2026, 11, 27)
KINDS = {
    "bool": pl.Boolean,
    "int": pl.Int64,
    "date": pl.Date,
    "text": pl.String,
    "decimal": pl.Decimal(38, 8),
}
FEW = {"int": (0, 1, 11, 12, 13, 120), "money": (0, 1, 100_000, 333_333), "text": ("a", "那")}


def cells(item, day, rules, *, leaves=False):
    """For each column of facts, the cells worth trying: null, what is none, constants of the rules and neighbours."""
    columns, near = contract(item, day, rules), tested(rules, rules.item(item), day)
    found = {}
    for name, fact in columns.facts.items():
        if fact.calculated if leaves else name not in near and name != "case.applied_on":
            continue
        type_ = fact.type
        some = type_.values or near.get(name) or _ordinary(rules, type_, day) or FEW.get(type_.kind, ())
        if name == "case.applied_on":
            some = [day - dt.timedelta(days=days) for days in (0, 1, 15, 60, 200, 400, 5_000)]
        if type_.kind == "set":
            some = [frozenset(), *(frozenset(type_.values[:i]) for i in (1, 2)), frozenset(type_.values[-1:])]
        known = [one for one in dict.fromkeys(some) if one is not NONE and type_.admits(one)]
        found[name] = [*known, *([NONE] if type_.optional else [])]
    return found


def written(value, fact):
    """A value as a cell holds it."""
    if value is NONE:
        return "none" if fact.holds == "text" else None
    if isinstance(value, Month):
        return str(value)
    return ";".join(sorted(value)) if isinstance(value, frozenset) else value


def as_frame(rows, item, day, rules, names):
    """A frame of rows of values; a value of None is not known."""
    facts, data, schema = contract(item, day, rules).facts, {}, {}
    for name in names:
        fact, values = facts[name], [row[name] for row in rows]
        data[name] = [None if one is None else written(one, fact) for one in values]
        schema[name] = KINDS[fact.holds]
        if fact.companion:
            data[fact.companion], schema[fact.companion] = [one is NONE for one in values], pl.Boolean
    return pl.DataFrame({"row": list(range(len(rows))), **data}, schema={"row": pl.Int64, **schema})


def frames(item, day, rules, *, leaves=False, most=10):
    """Draw rows of facts; one in four cells is not known."""
    some = cells(item, day, rules, leaves=leaves)
    row = st.fixed_dictionaries(
        {name: st.sampled_from([*known, *[None] * (1 + len(known) // 3)]) for name, known in some.items()}
    )
    return st.lists(row, max_size=most)


def sample(item, count, seed, day, rules, *, leaves=False):
    """The same frame at each run, some of whose columns know less than others."""
    drawn, some = random.Random(seed), cells(item, day, rules, leaves=leaves)  # noqa: S311
    gaps = {name: drawn.choice((0.05, 0.2, 0.5)) for name in some}
    return [
        {
            name: None if not known or drawn.random() < gaps[name] else drawn.choice(known)
            for name, known in some.items()
        }
        for _ in range(count)
    ]


def one_by_one(rows, item, day, rules):
    """What single cases give for rows: the columns of each, or None for a row that contradicts itself."""
    columns = contract(item, day, rules)
    nobody = [name for name, fact in columns.facts.items() if not fact.calculated]
    found = []
    for row in rows:
        told = {name: unknown(name) for name in nobody}
        told |= {name: unknown(name) if value is None else value for name, value in row.items()}
        try:
            found.append(flat(decide_facts(told, item, day, rules), columns))
        except CaseError:
            found.append(None)
    return found
