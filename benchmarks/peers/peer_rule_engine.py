"""rule-engine (zeroSteiner): a compiled rule for each row, the first that matches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import rule_engine

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 500


def condition(test: dict[str, Any]) -> str:
    """Return a test as an expression of rule-engine."""
    name, values = test["fact"], [json.dumps(value) for value in test["values"]]
    if test["op"] == "true":
        found = name
    elif test["op"] == "none":
        found = f"{name} == null"
    elif test["op"] == "in":
        found = f"{name} in [{', '.join(values)}]"
    else:
        found = f"{name} {test['op']} {values[0]}"
    return f"not ({found})" if test["negated"] else found


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    rules = []
    for row in table["rows"]:
        either = " or ".join(f"({' and '.join(map(condition, tests)) or 'true'})" for tests in row["any"])
        rules.append((rule_engine.Rule(either).matches, row["then"]))

    def ask(case: dict[str, Any]) -> object:
        return next((then for matches, then in rules if matches(case)), None)

    return ask
