"""Formulas of the vocabulary as columns: what ``facts.formula`` does for one case, done for all rows at once.

What cannot be done exactly on every backend is refused here (``NotColumnarError``), and what would leave the
range in which it is exact is left to the engine of single cases, row by row (``Sources.doubt``).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from crossprov.batch.facts import RATE, Column_, NotColumnarError
from crossprov.batch.functions import called, kind_of
from crossprov.batch.law_values import common_multiple, law_value
from crossprov.batch.numbers import Exact, arithmetic, constant, of_one_measure, product
from crossprov.batch.truth import compared, contains, is_none, logic, one_of
from crossprov.rulebook import expression as ex
from crossprov.values import Unknown

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.batch.nodes import Node, Stages
    from crossprov.rulebook.parameters import Parameter
    from crossprov.values import Fact


class Sources(Protocol):
    """What a formula may ask for."""

    stages: Stages
    as_of: dt.date

    def fact(self, name: str) -> Column_:
        """Return a fact as columns."""
        ...

    def kind(self, name: str) -> str:
        """Return the kind of a fact."""
        ...

    def parameter(self, name: str) -> Parameter:
        """Return a parameter with its versions."""
        ...

    def province_of(self, place: Column_) -> Column_:
        """Return the province of a place on the day of the facts."""
        ...

    def working_days_later(self, begins: Node, count: int) -> Node:
        """Return the day that lies so many working days later."""
        ...

    def settled(self, tree: ex.Expr) -> Fact | None:
        """Return what a part of a formula is that is the same for all rows; None if it differs."""
        ...

    def constant_fact(self, fact: Fact, kind: str) -> Column_:
        """Return a fact of a kind that is the same for all rows."""
        ...

    def doubt(self, when: Node) -> None:
        """Leave rows to the engine of single cases."""
        ...


def formula(tree: ex.Expr, sources: Sources) -> Column_:
    """Return a calculated fact as columns; raise ``NotColumnarError`` if it cannot be one."""
    found = _Formula(sources).of(tree)
    if found.by != 1:
        raise NotColumnarError
    return found.part


class _Formula:
    def __init__(self, sources: Sources) -> None:
        self.sources, self.stages = sources, sources.stages

    def of(self, tree: ex.Expr) -> Exact:
        """Return a part of the formula."""
        if isinstance(tree, ex.Const):
            return constant(self.stages, tree.value)
        if isinstance(tree, ex.Name):
            by = RATE if self.sources.kind(tree.name) == "rate" else 1
            return Exact(self.sources.fact(tree.name), by)
        settled = self.sources.settled(tree)
        if settled is None:
            return self._of_parts(tree)
        if not isinstance(settled, Unknown):
            return constant(self.stages, settled)
        if isinstance(settled.low, Fraction) or isinstance(settled.high, Fraction):
            raise NotColumnarError
        return Exact(self.sources.constant_fact(settled, kind_of(tree, self.sources)))

    def _of_parts(self, tree: ex.Expr) -> Exact:
        match tree:
            case ex.Param():
                return self._parameter(tree)
            case ex.Not() | ex.And() | ex.Or():
                return Exact(logic(self.stages, tree, self._operands(tree)))
            case ex.Compare():
                return Exact(self._compare(tree))
            case ex.IsNone():
                return Exact(is_none(self.stages, self.of(tree.operand).part))
            case ex.In():
                return Exact(
                    one_of(self.stages, self.of(tree.operand).part, [one.value for one in tree.options])
                )
            case ex.Contains():
                return Exact(
                    contains(self.stages, self.sources.fact(tree.operand.name), str(tree.member.value))
                )
            case ex.Arith(op="/", right=ex.Param() as divisor) if self.sources.settled(divisor) is None:
                return self._divided(self.of(tree.left), divisor)
            case ex.Arith():
                return arithmetic(self.stages, tree.op, self.of(tree.left), self.of(tree.right))
            case ex.Call():
                return called(tree, [self.of(arg) for arg in tree.args], self.sources)
        raise NotColumnarError

    def _operands(self, tree: ex.Not | ex.And | ex.Or) -> list[Column_]:
        operands = (tree.operand,) if isinstance(tree, ex.Not) else tree.operands
        return [self.of(one).part for one in operands]

    def _compare(self, tree: ex.Compare) -> Column_:
        left, right = self.of(tree.left), self.of(tree.right)
        return compared(self.stages, tree.op, *of_one_measure(self.stages, left, right))

    def _divided(self, left: Exact, divisor: ex.Param) -> Exact:
        """Divide by a keyed parameter: multiply by what makes one number of all its values."""
        over = common_multiple(self.sources.parameter(divisor.name))
        by_value = self._parameter(divisor, over)
        return Exact(product(self.stages, left.part, by_value.part), left.by * over)

    def _parameter(self, tree: ex.Param, over: int = 0) -> Exact:
        on = self.of(tree.on).part if tree.on is not None else None
        keys = [self.of(key).part for key in tree.keys]
        return law_value(self.sources, self.sources.parameter(tree.name), keys, on, over)
