"""A lowered table as rules of durable_rules, on two rails.

For each alternative one rule fires if it is certainly true, for each test one if it is certainly false; an
unknown fact is absent and fires neither.
"""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from crossprov.engine.durable_facts import Condition, Variable, variable
from crossprov.values import Fact, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crossprov.rulebook.lowering import LoweredTable, Test

MAX_GROUPS: Final = 14  # of ``$or`` and ``$and`` in one condition; there is room for 16
MAX_NAMED: Final = 16


class Encoded:
    """A table as rules. ``told`` is what the engine has to know besides them to answer the table."""

    def __init__(self, table: LoweredTable, number: int) -> None:
        self.table, self.name = table, f"t{number}"
        self._alternatives = [alternative for row in table.rows for alternative in row.alternatives]
        self._tests: dict[Test, int] = {}  # each test, and the alternatives that have it
        for bit, alternative in enumerate(self._alternatives):
            for test in alternative:
                self._tests[test] = self._tests.get(test, 0) | 1 << bit
        self._variables: dict[tuple[str, object], Variable] = {}
        for test in self._tests:
            if _key(test) not in self._variables:
                order = len(self._variables)
                found = variable(f"{number}_{order}", order, table.types[test.fact])
                self._variables[_key(test)] = found
            self._variables[_key(test)].tests.append(test)
        for alternative in self._alternatives:
            self._flag_some(alternative)
        self._of_fact: dict[str, list[Variable]] = {}
        for (fact, _), tested in self._variables.items():
            self._of_fact.setdefault(fact, []).append(tested)
        self._says: dict[str, tuple[int, int]] = {}
        self.rules = dict(self._rules())

    def _flag_some(self, alternative: Iterable[Test]) -> None:
        """Let Python work out tests that would need more branches than durable_rules has room for."""
        groups = 0
        for test in alternative:
            tested = self._variables[_key(test)]
            groups += _groups(tested.true(test))
            if groups > MAX_GROUPS or (test.op == "in" and len(tested.codes(test)) > MAX_NAMED):
                tested.flag(test)

    def _rules(self) -> Iterator[tuple[str, Condition]]:
        """Yield the rules; a condition that can never hold makes none."""
        for bit, alternative in enumerate(self._alternatives):
            parts = [self._variables[_key(test)].true(test) for test in alternative]
            if parts and None not in parts:
                self._says[f"{self.name}a{bit}"] = (1 << bit, 0)
                yield f"{self.name}a{bit}", parts[0] if len(parts) == 1 and parts[0] else {"$and": parts}
        for number, (test, mask) in enumerate(self._tests.items()):
            condition = self._variables[_key(test)].false(test)
            if condition is not None:
                self._says[f"{self.name}f{number}"] = (0, mask)
                yield f"{self.name}f{number}", condition

    @cached_property
    def told(self) -> dict[str, Any]:
        """What the engine has to know of the table besides its rules."""
        variables = list(self._variables.items())
        return {
            "first": self.table.hit == "first",
            "row_of": [i for i, row in enumerate(self.table.rows) for _ in row.alternatives],
            "groups": [row.group for row in self.table.rows],
            "always": sum(1 << bit for bit, one in enumerate(self._alternatives) if not one),
            "rules": self._says,
            "testing": [reduce(or_, (self._tests[test] for test in one.tests)) for _, one in variables],
            "facts": [fact for (fact, _), _ in variables],
            "choices": [one.choices(Unknown()) for _, one in variables],
        }

    def question(self, facts: Mapping[str, Fact]) -> tuple[str, list[tuple[int, list[str]]]]:
        """Return for the engine what is known of facts, and what is half known; of the rest it knows nothing."""
        known: list[str] = []
        half: list[tuple[int, list[str]]] = []
        for fact, value in facts.items():
            for tested in self._of_fact[fact]:
                if not isinstance(value, Unknown):
                    known.append(tested.told(value))
                elif not (value.among is None and value.low is None and value.high is None):
                    half.append((tested.number, tested.choices(value)))
        return ",".join(known), half


def _groups(condition: Condition | None) -> int:
    """Return how many groups of conditions a condition has."""
    inner = [one for name in ("$or", "$and") for one in (condition or {}).get(name, ())]
    return (1 if inner else 0) + sum(map(_groups, inner))


def _key(test: Test) -> tuple[str, object]:
    return test.fact, test.value if test.op == "contains" else None
