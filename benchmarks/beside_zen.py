"""How long one table of the rules takes, beside the same table in zen-engine (GoRules), in one run.

    pip install zen-engine
    python benchmarks/beside_zen.py            the table
    python benchmarks/beside_zen.py --quick    does it still run, and do both agree?

The tables are those of item 4 as they are in force on one day, row for row: each alternative of a row becomes a row
of a zen decision table with the hit policy `first`. Both engines get the same facts, all of them known, since zen
knows no unknown ones, and must name the same row for every one of them before anything is timed. What is timed is
one evaluation of one table: no records, no reasons, no offices.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from typing import TYPE_CHECKING, Any, Final

from crossprov import Rulebook
from crossprov.decide import decider
from crossprov.rulebook.types import DISCRETE
from decide import FULL, QUICK, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.rulebook.lowering import LoweredTable, Test
    from crossprov.values import Value

ITEM: Final = "pension-transfer-enterprise"
TABLES: Final = ("conclusion:account_type", "conclusion:benefit_place", "conclusion:procedure")
CASES: Final = 500
DAY: Final = "2024-05-06"


def zen_table(table: LoweredTable) -> dict[str, Any]:
    """Return a table as zen's editor would write it; its output is the number of the row."""
    columns = list(table.types)
    inputs = [
        {"id": f"i{n}", "name": name, "type": "expression", "field": plain(name)}
        for n, name in enumerate(columns)
    ]
    rules = []
    for number, row in enumerate(table.rows):
        for alternative in row.alternatives:
            tests: dict[str, list[str]] = {}
            for test in alternative:
                tests.setdefault(test.fact, []).append(cell(test))
            rule = {f"i{n}": " and ".join(tests.get(name, [])) for n, name in enumerate(columns)}
            rules.append({"_id": f"r{len(rules)}", "o": str(number), **rule})
    content = {
        "hitPolicy": "first", "inputs": inputs, "rules": rules,
        "outputs": [{"id": "o", "name": "row", "field": "row"}],
    }  # fmt: skip
    spot = {"position": {"x": 0, "y": 0}}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", **spot},
            {"id": "t", "name": "t", "type": "decisionTableNode", "content": content, **spot},
            {"id": "out", "name": "out", "type": "outputNode", **spot},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"},
            {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"},
        ],
    }


def plain(name: str) -> str:
    return name.replace(".", "_")


def cell(test: Test) -> str:
    """Return a test as an expression of zen over the value of its column."""
    if test.op == "true":
        found = "$ == true"
    elif test.op == "none":
        found = "$ == null"
    elif test.op == "in":
        assert isinstance(test.value, tuple)
        found = f"$ in [{', '.join(json.dumps(value) for value in test.value)}]"
    else:
        found = f"$ {test.op} {json.dumps(test.value)}"
    return f"not ({found})" if test.negated else found


def facts(table: LoweredTable, chance: random.Random) -> dict[str, Value]:
    """Return facts that lie on, or beside, what the table compares them with."""
    return {
        name: chance.choice(list(dict.fromkeys(_candidates(table, name))) or [True]) for name in table.types
    }


def _candidates(table: LoweredTable, name: str) -> Iterator[Value]:
    type_ = table.types[name]
    if type_.kind == "bool":
        yield from (True, False)
    if type_.kind == "enum":
        yield from type_.values or ()
    for row in table.rows:
        for test in (test for alternative in row.alternatives for test in alternative if test.fact == name):
            for value in test.value if isinstance(test.value, tuple) else (test.value,):
                if type_.kind in DISCRETE and isinstance(value, int) and not isinstance(value, bool):
                    yield from (value - 1, value, value + 1)
                elif isinstance(value, str):
                    yield value
    if type_.kind == "place":
        yield "440000"


def lowered(rules: Rulebook, day: dt.date) -> dict[str, LoweredTable]:
    """Return the tables that are compared."""
    found = rules.lowered(rules.item(ITEM), day).tables
    return {table.name: table for table in found if table.name in TABLES}


def compared(table: LoweredTable, rules: Rulebook) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return a call of each engine over the same cases, after both have agreed on all of them."""
    import zen  # noqa: PLC0415 - only who compares needs it

    ours = decider(rules).engine.prepare(table)
    theirs = zen.ZenEngine().create_decision(json.dumps(zen_table(table)))
    chance = random.Random(1)  # noqa: S311 - no secret
    cases = [facts(table, chance) for _ in range(CASES)]
    asked = [{plain(name): value for name, value in case.items()} for case in cases]
    for case, flat in zip(cases, asked, strict=True):
        ours_says, theirs_says = ours(case.__getitem__).rows, theirs.evaluate(flat)["result"]["row"]
        assert ours_says == (theirs_says,), (table.name, case, ours_says, theirs_says)

    def all_ours() -> None:
        for case in cases:
            ours(case.__getitem__)

    def all_theirs() -> None:
        for flat in asked:
            theirs.evaluate(flat)

    return all_ours, all_theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few calls: only whether it runs, and agrees")
    effort = QUICK if parser.parse_args().quick else FULL
    rules = Rulebook.load()
    print(f"{'table':28}{'rows':>6}{'facts':>7}{'index µs':>10}{'zen µs':>9}{'zen / index':>13}")
    for name, table in lowered(rules, dt.date.fromisoformat(DAY)).items():
        ours, theirs = (measured(call, effort).p50 / CASES for call in compared(table, rules))
        print(
            f"{name.partition(':')[2]:28}{len(table.rows):6}{len(table.types):7}"
            f"{ours:10.2f}{theirs:9.2f}{theirs / ours:13.1f}"
        )


if __name__ == "__main__":
    main()
