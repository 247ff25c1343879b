"""durable_rules used directly: a rule for each alternative, with priorities, and one post for each case."""

from __future__ import annotations

import itertools
from functools import reduce
from typing import TYPE_CHECKING, Any

from durable.lang import m, post, pri, ruleset, when_all

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 500
NONE = "none"  # it has no null
_numbers = itertools.count()
_rulesets = itertools.count()


def condition(test: dict[str, Any]) -> Any:
    """Return a test as a condition of its language."""
    name = test["fact"]
    values = {"true": [True], "none": [NONE]}.get(test["op"], test["values"])
    if test["op"] in ("true", "none", "==", "in"):
        if test["negated"]:
            return reduce(lambda a, b: a & b, [getattr(m, name) != value for value in values])
        return reduce(lambda a, b: a | b, [getattr(m, name) == value for value in values])
    turned = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
    op = turned[test["op"]] if test["negated"] else test["op"]
    fact, value = getattr(m, name), values[0]
    return {"<": fact < value, "<=": fact <= value, ">": fact > value, ">=": fact >= value}[op]


def _action(heard: list[str], says: str) -> Callable[[Any], None]:
    def act(_: Any) -> None:  # with a second parameter, even a default, it would be taken to be asynchronous
        heard.append(says)

    return act


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    heard: list[str] = []
    name = f"t{next(_rulesets)}"
    anything = next(iter(table["facts"]))
    with ruleset(name):
        place = 0
        for row in table["rows"]:
            for tests in row["any"]:
                place += 1
                conditions = [condition(test) for test in tests] or [+getattr(m, anything)]
                when_all(pri(place), reduce(lambda a, b: a & b, conditions))(_action(heard, row["then"]))

    def ask(case: dict[str, Any]) -> object:
        heard.clear()
        told = {key: NONE if value is None else value for key, value in case.items()}
        post(name, {"id": next(_numbers), **told})
        return heard[0] if heard else None

    return ask
