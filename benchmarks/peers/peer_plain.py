"""Plain Python: what a programmer would write, `if` after `if`; made from the table so that both say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def condition(test: dict[str, Any], of: str = "case[{!r}]") -> str:
    """Return a test as an expression of Python."""
    name, values = of.format(test["fact"]), test["values"]
    if test["op"] == "true":
        return f"not {name}" if test["negated"] else name
    if test["op"] == "none":
        return f"{name} is not None" if test["negated"] else f"{name} is None"
    if test["op"] == "in":
        return f"{name} {'not in' if test['negated'] else 'in'} {tuple(values)!r}"
    found = f"{name} {test['op']} {values[0]!r}"
    return f"not ({found})" if test["negated"] else found


def either(row: dict[str, Any]) -> str:
    """Return the condition of a row."""
    return " or ".join(
        f"({' and '.join(map(condition, tests))})" if tests else "True" for tests in row["any"]
    )


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    lines = ["def answer(case):"]
    for row in table["rows"]:
        lines += [f"    if {either(row)}:", f"        return {row['then']!r}"]
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)  # noqa: S102 - our own text
    found: Callable[[dict[str, Any]], object] = names["answer"]
    return found
