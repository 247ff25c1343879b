"""JsonLogic by json-logic-qubit (Python): one `if` with all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from json_logic import jsonLogic

if TYPE_CHECKING:
    from collections.abc import Callable


def condition(test: dict[str, Any]) -> dict[str, Any]:
    """Return a test as JsonLogic."""
    var = {"var": test["fact"]}
    if test["op"] == "true":
        found = {"===": [var, True]}
    elif test["op"] == "none":
        found = {"===": [var, None]}
    elif test["op"] == "in":
        found = {"in": [var, test["values"]]}
    else:
        found = {{"==": "==="}.get(test["op"], test["op"]): [var, test["values"][0]]}
    return {"!": [found]} if test["negated"] else found


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    branches: list[Any] = []
    for row in table["rows"]:
        alternatives = [
            {"and": [condition(test) for test in tests]} if tests else True for tests in row["any"]
        ]
        branches += [{"or": alternatives}, row["then"]]
    logic = {"if": [*branches, None]}
    return lambda case: jsonLogic(logic, case)
