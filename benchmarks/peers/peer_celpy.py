"""CEL by cel-python (Python): the same expression as for ``peer_cel``, compiled to Python functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import celpy

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 200


def condition(test: dict[str, Any]) -> str:
    """Return a test as an expression of CEL."""
    name, values = test["fact"], [json.dumps(value) for value in test["values"]]
    if test["op"] == "true":
        found = name
    elif test["op"] == "none":
        found = f"type({name}) == type(null)"  # to compare a number with null is an error here
    elif test["op"] == "in":
        found = f"{name} in [{', '.join(values)}]"
    else:
        found = f"{name} {test['op']} {values[0]}"
    return f"!({found})" if test["negated"] else found


def expression(table: dict[str, Any]) -> str:
    """Return the rows, the first that holds."""
    found = '""'
    for row in reversed(table["rows"]):
        either = " || ".join(f"({' && '.join(map(condition, tests)) or 'true'})" for tests in row["any"])
        found = f"({either}) ? {json.dumps(row['then'])} : ({found})"
    return found


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    engine = celpy.Environment(runner_class=celpy.CompiledRunner)
    program = engine.program(engine.compile(expression(table)))
    convert = celpy.json_to_cel

    def ask(case: dict[str, Any]) -> object:
        return str(program.evaluate(convert(case)))

    return ask
