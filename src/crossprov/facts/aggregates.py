"""Aggregates over records; what is certain although records, or fields of them, may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from crossprov.values import NONE, Fact, Need, Unknown, Value, needs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.facts.formula import Facts, Formula, Record
    from crossprov.facts.records import Listed
    from crossprov.rulebook.expression import Aggregate


def aggregate(node: Aggregate, element: Formula, chosen: Formula) -> Formula:
    """Return the function that puts together what records say of an element, those for which a condition holds."""
    records, variable, kind = node.records.name, node.variable, node.kind

    def evaluate(facts: Facts, _record: Record) -> Fact:
        listed = facts.listed(records)
        values: list[Fact] = []
        rows: list[Any] = []
        doubtful: list[Fact] = []
        for row in listed.rows:
            record = (variable, records, row)
            truth = chosen(facts, record)
            if truth is False:
                continue
            value = element(facts, record)
            (doubtful if isinstance(truth, Unknown) or isinstance(value, Unknown) else values).append(value)
            rows.append(row)
            if isinstance(truth, Unknown):
                doubtful.append(truth)
        complete = listed.covers_everywhere()
        needs = needs_of(*doubtful)
        if not complete:
            needs |= listed.needs(everywhere=True)
        if kind == "latest" and complete and not doubtful:
            return _latest(listed, rows, values)
        if complete and not doubtful:
            return cast("Value", _of_all(kind, values))
        return _at_least(node, values, needs)

    return evaluate


def _of_all(kind: str, values: Sequence[Any]) -> Any:
    """Put together what all records say; a record that is known to have none adds nothing."""
    known = [value for value in values if value is not NONE]
    if kind in ("sum", "count"):
        return sum(known)
    if not known:
        return NONE
    return max(known) if kind == "max" else min(known)


def _latest(listed: Listed[Any], rows: Sequence[Any], values: Sequence[Any]) -> Fact:
    """The value of the record that began last; unknown among several if their order is not told."""
    if not rows:
        return NONE
    begun = [getattr(row, row.sorted_by) for row in rows]
    last = max((day for day in begun if day is not None), default=None)
    may_be = {value for day, value in zip(begun, values, strict=True) if day in (None, last)}
    if len(may_be) == 1:
        return cast("Value", may_be.pop())
    return Unknown(listed.needs(), among=frozenset(may_be))


def _at_least(node: Aggregate, values: Sequence[Any], needs: frozenset[Need]) -> Unknown:
    """What is known although records may be missing: a sum of what is never negative is a lower bound."""
    kind = node.kind
    known = [value for value in values if value is not NONE]
    if kind in ("sum", "count"):
        return Unknown(needs, low=sum(known) if node.grows else None)
    if kind == "max" and known:
        return Unknown(needs, low=max(known))
    if kind == "min" and known:
        return Unknown(needs, high=min(known))
    return Unknown(needs)
