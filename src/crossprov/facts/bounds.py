"""What is certain of facts that are unknown: between which values they lie, or among which."""

from __future__ import annotations

from typing import Any

from crossprov.rulebook.lowering import compare
from crossprov.values import NONE, Fact, Unknown, needs_of


def bounds(value: Fact) -> tuple[Any, Any]:
    """Return the least and the greatest that a fact can be; None where nothing bounds it."""
    if isinstance(value, Unknown):
        return value.low, value.high
    ordered = not isinstance(value, (str, bool, frozenset)) and value is not NONE
    return (value, value) if ordered else (None, None)


def is_some(value: Fact) -> bool:
    """Return whether a fact is certainly not none; what has a bound has a value."""
    if not isinstance(value, Unknown):
        return value is not NONE
    if value.among is not None:
        return NONE not in value.among
    return value.low is not None or value.high is not None


def compared_by_bounds(op: str, a: Fact, b: Fact) -> Fact:
    """Compare where at least one side is unknown; known if the bounds leave only one answer."""
    needs = needs_of(a, b)
    (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
    if a is NONE or b is NONE:
        if op not in ("==", "!="):
            return False
        return op == "!=" if is_some(a) or is_some(b) else Unknown(needs)
    if op in (">", ">="):
        op, a_low, a_high, b_low, b_high = {">": "<", ">=": "<="}[op], b_low, b_high, a_low, a_high
    if op in ("<", "<="):
        if a_high is not None and b_low is not None and compare(op, a_high, b_low):
            return True
        if a_low is not None and b_high is not None and not compare(op, a_low, b_high):
            return False
        return Unknown(needs)
    apart = (a_high is not None and b_low is not None and a_high < b_low) or (
        b_high is not None and a_low is not None and b_high < a_low
    )
    if apart or _disjoint(a, b):
        return op == "!="
    return Unknown(needs)


def _disjoint(a: Fact, b: Fact) -> bool:
    """Return whether the values that two facts may have are listed and have none in common."""
    sets = [value.among if isinstance(value, Unknown) else frozenset({value}) for value in (a, b)]
    return sets[0] is not None and sets[1] is not None and not sets[0] & sets[1]
