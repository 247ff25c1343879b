"""zen-engine (GoRules): a decision table with the hit policy first; each alternative is a row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import zen

if TYPE_CHECKING:
    from collections.abc import Callable


def cell(test: dict[str, Any]) -> str:
    """Return a test as an expression over the value of its column, `$`."""
    values = [json.dumps(value) for value in test["values"]]
    if test["op"] == "true":
        found = "$ == true"
    elif test["op"] == "none":
        found = "$ == null"
    elif test["op"] == "in":
        found = f"$ in [{', '.join(values)}]"
    else:
        found = f"$ {test['op']} {values[0]}"
    return f"not ({found})" if test["negated"] else found


def content(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table as the editor of zen would write it."""
    columns = list(table["facts"])
    inputs = [
        {"id": f"i{n}", "name": name, "type": "expression", "field": name} for n, name in enumerate(columns)
    ]
    rules: list[dict[str, str]] = []
    for row in table["rows"]:
        for tests in row["any"]:
            cells: dict[str, list[str]] = {}
            for test in tests:
                cells.setdefault(test["fact"], []).append(cell(test))
            rule = {f"i{n}": " and ".join(cells.get(name, [])) for n, name in enumerate(columns)}
            rules.append({"_id": f"r{len(rules)}", "o": json.dumps(row["then"]), **rule})
    outputs = [{"id": "o", "name": "says", "field": "says"}]
    decided = {"hitPolicy": "first", "inputs": inputs, "outputs": outputs, "rules": rules}
    spot = {"position": {"x": 0, "y": 0}}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", **spot},
            {"id": "t", "name": "t", "type": "decisionTableNode", "content": decided, **spot},
            {"id": "out", "name": "out", "type": "outputNode", **spot},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"},
            {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"},
        ],
    }


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    decision = zen.ZenEngine().create_decision(json.dumps(content(table)))
    return lambda case: decision.evaluate(case)["result"].get("says")


def prepare_batch(table: dict[str, Any]) -> Callable[[list[dict[str, Any]]], list[object]]:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"t": content(table)}}})

    def ask_all(cases: list[dict[str, Any]]) -> list[object]:
        asked = [{"key": "t", "context": case} for case in cases]
        return [one["data"]["result"].get("says") for one in engine.evaluate_batch(asked)]

    return ask_all
