"""A table as one conditional expression of CEL, which two peers read."""

from __future__ import annotations

import json
from typing import Any


def condition(test: dict[str, Any], is_null: str) -> str:
    """Return a test as an expression of CEL; ``is_null`` says of ``{name}`` that it is null."""
    name, values = test["fact"], [json.dumps(value) for value in test["values"]]
    if test["op"] == "true":
        found = name
    elif test["op"] == "none":
        found = is_null.format(name=name)
    elif test["op"] == "in":
        found = f"{name} in [{', '.join(values)}]"
    else:
        found = f"{name} {test['op']} {values[0]}"
    return f"!({found})" if test["negated"] else found


def expression(table: dict[str, Any], *, is_null: str, nothing: str) -> str:
    """Return the rows, the first that holds; ``nothing`` if none does."""
    found = nothing
    for row in reversed(table["rows"]):
        ways = [" && ".join(condition(test, is_null) for test in tests) or "true" for tests in row["any"]]
        either = " || ".join(f"({way})" for way in ways)
        found = f"({either}) ? {json.dumps(row['then'])} : ({found})"
    return found
