"""Tables as terms: which rows hold, which is the answer, and what is concluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import z3

from crossprov.proof.formulas import member, truth
from crossprov.proof.symbols import FALSE, Codes, Sym, Term, chosen, compared, of_value
from crossprov.rulebook.item import Refer, ThenFact, ThenValue
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crossprov.rulebook.lowering import LoweredTable, Test
    from crossprov.rulebook.types import Type


class Facts(Protocol):
    """What a table may ask for."""

    codes: Codes

    def get(self, name: str) -> Sym:
        """Return a fact."""
        ...

    def left_free(self, key: str, type_: Type) -> Sym:
        """Return the variable of what is not calculated; the same key is the same variable."""
        ...

    def unknowable(self, key: str, type_: Type) -> Sym:
        """Return the variable of what nobody can tell."""
        ...


@dataclass(frozen=True)
class TableTerms:
    """A table as terms: ``holds`` whether each row holds, ``hits`` whether it is the answer.

    ``special``: a person must decide, or no row, or more than one of a unique table, answers.
    """

    table: LoweredTable
    holds: tuple[Term, ...]
    hits: tuple[Term, ...]
    gap: Term
    conflict: Term
    special: Term
    conclusion: Sym

    def fails(self) -> Term:
        """Return whether a requirement does not hold."""
        return self._answers(ThenValue(value=False))

    def applies(self) -> Term:
        """Return whether a rule with one condition applies."""
        return self._answers(ThenValue(value=True))

    def _answers(self, then: ThenValue) -> Term:
        rows = zip(self.table.rows, self.hits, strict=True)
        return z3.Or(*[hit for row, hit in rows if row.then == then], FALSE)


def table_terms(table: LoweredTable, facts: Facts) -> TableTerms:
    """Return a table as terms."""
    asked = {name: _asked(table, name, facts) for name in table.types}
    tests: dict[Test, Term] = {}

    def test(one: Test) -> Term:
        if one not in tests:
            tests[one] = tested(one, asked[one.fact], facts.codes)
        return tests[one]

    holds = tuple(
        z3.Or(*[z3.And(*[test(one) for one in alternative]) for alternative in row.alternatives])
        for row in table.rows
    )
    hits, before = [], FALSE
    for index, here in enumerate(holds):
        others = before if table.hit == "first" else z3.Or(*holds[:index], *holds[index + 1 :])
        hits.append(z3.simplify(z3.And(here, z3.Not(others))))
        before = z3.simplify(z3.Or(before, here))
    gap = z3.simplify(z3.Not(z3.Or(*holds)))
    conflict = FALSE if table.hit == "first" else z3.simplify(z3.And(z3.Not(gap), *map(z3.Not, hits)))
    value, special = _concluded(table, hits, facts)
    special = z3.simplify(z3.Or(gap, conflict, *special))
    return TableTerms(table, holds, tuple(hits), gap, conflict, special, value)


def _asked(table: LoweredTable, name: str, facts: Facts) -> Sym:
    """Return a fact that a table tests; a field of its record may be anything of its type."""
    variable = table.source.each[0] if table.source.each is not None else None
    if variable is None or not name.startswith(f"{variable}."):
        return facts.get(name)
    return facts.left_free(f"{table.name} {name}", table.types[name])


def _concluded(table: LoweredTable, hits: Sequence[Term], facts: Facts) -> tuple[Sym, list[Term]]:
    """Return what a table concludes, and the rows in which a person must decide."""
    special: list[Term] = []
    value = facts.unknowable(f"conclusion {table.name}", table.source.type)
    for row, hit in zip(table.rows, hits, strict=True):
        match row.then:
            case Refer():
                special.append(hit)
            case ThenValue():
                constant = of_value(row.then.value, value.kind, facts.codes, value.values)
                value = chosen(hit, constant, value)
            case ThenFact():
                fact = facts.get(row.then.name)
                value = chosen(hit, Sym(value.kind, fact.parts, fact.none, fact.values), value)
    return value, special


def tested(test: Test, fact: Sym, codes: Codes) -> Term:
    """Return whether a test of a fact holds."""
    return z3.Not(_bare(test, fact, codes)) if test.negated else _bare(test, fact, codes)


def _bare(test: Test, fact: Sym, codes: Codes) -> Term:
    if test.op == "none":
        return fact.none
    if test.op == "true":
        return truth(fact)
    if test.op == "contains":
        return member(fact, str(test.value))
    if test.op == "in":
        assert isinstance(test.value, tuple)
        options = [of_value(one, fact.kind, codes) for one in test.value if one is not NONE]
        return z3.And(fact.some, z3.Or(*[compared("==", fact, one) for one in options], FALSE))
    assert not isinstance(test.value, tuple)
    if isinstance(test.value, frozenset):
        raise AssertionError(test)  # INVARIANT: sets are tested by their members
    return z3.And(fact.some, compared(test.op, fact, of_value(test.value, fact.kind, codes)))
