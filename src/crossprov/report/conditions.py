"""The condition of a rule in words, with the names of its facts: for a reader who has no case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.rulebook.expression import (
    Always,
    And,
    Compare,
    Const,
    Contains,
    Expr,
    In,
    IsNone,
    Name,
    Not,
    Or,
    Param,
)
from crossprov.texts import Text, both, template
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crossprov.assembly.show import Shower

_WORDS: Final = {"==": "report.when_equal", "!=": "report.when_not_equal"}
_SIGNS: Final = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def condition(when: Expr, shower: Shower) -> Text:
    """Return a condition in words; one that always holds is what is left over (其他情况)."""
    return _Worded(shower).words(when)


class _Worded:
    def __init__(self, shower: Shower) -> None:
        self.shower = shower

    def words(self, node: Expr) -> Text:
        match node:
            case Always():
                return both("report.when_otherwise")
            case And():
                return _joined("when_and", (self._inside(one) for one in node.operands))
            case Or():
                return _joined("when_or", (self._inside(one) for one in node.operands))
            case Not(operand=IsNone() as none):
                return template("report.when_some").filled(label=self.words(none.operand))
            case Not():
                return template("report.when_not").filled(words=self.words(node.operand))
            case IsNone():
                return template("report.when_none").filled(label=self.words(node.operand))
            case Compare():
                return template(_WORDS.get(node.op, "report.when_compare")).filled(
                    left=self._side(node.left, node.right),
                    sign=Text(_SIGNS[node.op], _SIGNS[node.op]),
                    right=self._side(node.right, node.left),
                )
            case In():
                options = _joined("when_one_of", (self._side(one, node.operand) for one in node.options))
                return template("report.when_in").filled(label=self.words(node.operand), options=options)
            case Contains():
                member = self._side(node.member, node.operand)
                return template("report.when_contains").filled(label=self.words(node.operand), member=member)
            case _:
                return self._side(node, node)

    def _inside(self, node: Expr) -> Text:
        """Brackets around what is joined by itself, where it stands inside something else."""
        told = self.words(node)
        return template("report.when_inside").filled(words=told) if isinstance(node, (And, Or)) else told

    def _side(self, node: Expr, other: Expr) -> Text:
        """A fact or a dated value of law by its name; a constant as a value of what it is compared with."""
        if isinstance(node, Name):
            return self.shower.label(node.name)
        if isinstance(node, Param):
            return self._parameter(node)
        if isinstance(node, Const):
            return self._constant(node, other)
        return both("report.when_calculated")

    def _constant(self, node: Const, other: Expr) -> Text:
        type_ = self.shower.item.symbols.facts.get(other.name) if isinstance(other, Name) else None
        if type_ is not None and isinstance(other, Name):
            shown = self.shower.known(node.value, type_, other.name)
            # A name of several words would run into the sentence: 情形不是“都不是”.
            return template("report.named").filled(name=shown) if type_.kind in ("enum", "set") else shown
        return both("word.none") if node.value is NONE else Text(str(node.value), str(node.value))

    def _parameter(self, node: Param) -> Text:
        return self.shower.label(node.name)


def _joined(key: str, parts: Iterable[Text]) -> Text:
    found, joint = tuple(parts), template(f"report.{key}")
    return Text(joint.zh.join(one.zh for one in found), joint.en.join(one.en for one in found))
