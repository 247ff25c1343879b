"""The two tables that all peers get, as plain data: rows of tests, cases, and what crossprov says of them.

``account_type`` is the pension table of item 4 (which account a person gets), ``payment`` the certification rule of
item 9 (whether a pension goes on being paid), both as they are in force on a day and row for row. Dots in the names of
facts become underscores, a month becomes its number since year 0, what is known to be none becomes null.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any, Final

from crossprov import Rulebook
from crossprov.decide import decider
from crossprov.rulebook.item import Refer, ThenFact, ThenValue
from crossprov.rulebook.types import DISCRETE
from crossprov.values import NONE, Month, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.rulebook.lowering import LoweredTable, Test
    from crossprov.rulebook.types import Type
    from crossprov.values import Fact, Value

DAY: Final = dt.date(2026, 3, 2)
ASKED: Final = {
    "account_type": ("pension-transfer-enterprise", "conclusion:account_type"),
    "payment": ("pension-eligibility-certification", "conclusion:payment"),
}
CASES: Final = 2_000
HALF_KNOWN: Final = 400
TRIES: Final = 300


def plain(value: Value) -> Any:
    """Return a value as JSON has it."""
    if value is NONE:
        return None
    if isinstance(value, Month):
        return value.year * 12 + value.month
    return value


def name(fact: str) -> str:
    return fact.replace(".", "_")


def tables(rules: Rulebook) -> Iterator[tuple[str, LoweredTable]]:
    for key, (item, wanted) in ASKED.items():
        found = rules.lowered(rules.item(item), DAY).tables
        yield key, next(table for table in found if table.name == wanted)


def told(table: LoweredTable) -> dict[str, Any]:
    """Return a table as data: for each row what it says, and its alternatives as lists of tests."""
    rows = [
        {"then": said(row.then), "any": [[_test(test) for test in tests] for tests in row.alternatives]}
        for row in table.rows
    ]
    facts = {name(fact): {"kind": type_.kind, "values": type_.values} for fact, type_ in table.types.items()}
    return {"facts": facts, "rows": rows}


def said(then: object) -> str:
    if isinstance(then, Refer):
        return "refer_to_person"
    if isinstance(then, ThenFact):
        return then.name
    assert isinstance(then, ThenValue)
    return "none" if then.value is NONE else str(then.value)


def _test(test: Test) -> dict[str, Any]:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return {
        "fact": name(test.fact),
        "op": test.op,
        "values": [plain(value) for value in values],
        "negated": test.negated,
    }


def cases(table: LoweredTable, chance: random.Random) -> Iterator[dict[str, Value]]:
    """Yield facts at and beside the constants of the table, as many for each row as can be found by chance."""
    choices = {fact: _choices(table, fact, type_) for fact, type_ in table.types.items()}
    while True:
        for number, row in enumerate(table.rows):
            for _ in range(TRIES):
                case = {fact: chance.choice(one) for fact, one in choices.items()}
                for test in chance.choice(row.alternatives) if row.alternatives else ():
                    fitting = [value for value in choices[test.fact] if test.holds(value)]
                    case[test.fact] = chance.choice(fitting) if fitting else case[test.fact]
                if _first(table, case) == number:
                    break
            yield case


def _first(table: LoweredTable, case: dict[str, Value]) -> int:
    return next(
        number
        for number, row in enumerate(table.rows)
        if any(all(test.holds(case[test.fact]) for test in tests) for tests in row.alternatives)
    )


def _choices(table: LoweredTable, fact: str, type_: Type) -> list[Value]:
    found: list[Value] = [True, False] if type_.kind == "bool" else list(type_.values or ())
    if type_.kind == "month":
        found = [Month(2025, 12), Month(2026, 2)]
    if type_.optional:
        found.append(NONE)
    for row in table.rows:
        for test in (test for tests in row.alternatives for test in tests if test.fact == fact):
            for value in test.value if isinstance(test.value, tuple) else (test.value,):
                if type_.kind in DISCRETE and isinstance(value, int) and not isinstance(value, bool):
                    found += [value - 1, value, value + 1]
    return list(dict.fromkeys(found))


def spec(seed: int = 1) -> dict[str, Any]:
    """Return all that a peer is told, and the answers of crossprov, of ``reference`` and ``index`` alike."""
    engines = [decider(Rulebook.load(engine=engine)).engine for engine in ("reference", "index")]
    chance = random.Random(seed)  # noqa: S311 - no secret
    found = {}
    for key, table in tables(Rulebook.load()):
        asks = [engine.prepare(table) for engine in engines]
        some = cases(table, chance)
        known = [next(some) for _ in range(CASES)]
        answers = [said(table.rows[asks[0](case.__getitem__).rows[0]].then) for case in known]
        assert answers == [said(table.rows[asks[1](case.__getitem__).rows[0]].then) for case in known]
        half: list[dict[str, Any]] = []
        for case in known[:HALF_KNOWN]:
            gone = chance.choice(list(case))
            hit = asks[1](_without(case, gone))
            rows = {said(table.rows[row].then) for row in hit.rows if row >= 0}
            half.append({
                "gone": name(gone),
                "known": rows.pop() if len(rows) == 1 and not hit.missing else None,
                "missing": sorted(map(name, hit.missing)),
            })  # fmt: skip
        flat = [{name(fact): plain(value) for fact, value in case.items()} for case in known]
        found[key] = {**told(table), "cases": flat, "answers": answers, "half": half}
    return found


def _without(case: dict[str, Value], gone: str) -> Callable[[str], Fact]:
    return {**case, gone: Unknown(frozenset((gone,)))}.__getitem__
