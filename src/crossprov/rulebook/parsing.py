"""Reading the text of an expression: a strict part of Python's grammar.

Nothing is ever executed: the text is parsed with the standard library's ``ast`` and every node that is not
listed here is refused with its column.
"""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from typing import Final, NoReturn

from crossprov.rulebook import slips
from crossprov.rulebook.expression import (
    Aggregate,
    Always,
    And,
    Arith,
    ArithOp,
    Call,
    Compare,
    CompareOp,
    Const,
    Contains,
    Expr,
    ExpressionError,
    In,
    IsNone,
    Name,
    Not,
    Or,
    Param,
)
from crossprov.values import NONE

MAX_LENGTH: Final = 1_000
MAX_DEPTH: Final = 40
MAX_SHOWN: Final = 40
FUNCTIONS: Final = frozenset(
    {
        "min", "max", "ceil", "floor", "round_half_up",
        "add_months", "add_days", "add_working_days", "months_between", "month_end", "month_of",
        "province_of", "value_on",
    }
)  # fmt: skip
AGGREGATES: Final = frozenset({"sum", "count", "min", "max", "latest"})

_COMPARE: Final[dict[type[ast.cmpop], CompareOp]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITH: Final[dict[type[ast.operator], ArithOp]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_DECIMAL: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?\Z")
# A text, which may say what it likes, or a number with a letter right behind it: of that Python's parser only warns.
_STUCK: Final = re.compile(r"""'[^']*'|"[^"]*"|(?<![\w.])(?P<number>[0-9][0-9.]*[^\W\d_]+)""")
_QUOTED: Final = re.compile(r"""'[^']*'\Z|"[^"]*"\Z""")
_BREAKS: Final = str.maketrans(dict.fromkeys("\t\n\r\f\v", " "))
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
_RESERVED: Final = frozenset({"true", "false", "none", "otherwise", "refer_to_person"})


def parse(source: object) -> Expr:
    """Read an expression; raise ``ExpressionError`` with the column of what is wrong."""
    if isinstance(source, bool):
        return Const(source, 0)
    if isinstance(source, int):
        return Const(source, 0)
    if not isinstance(source, str) or not source.strip():
        raise ExpressionError("expression_empty", 0)
    if len(source) > MAX_LENGTH:
        raise ExpressionError("expression_too_long", 0, limit=str(MAX_LENGTH))
    if source.strip() == "otherwise":
        return Always()
    lead = len(source) - len(source.lstrip())
    body = source.strip().translate(_BREAKS)
    _refuse_characters(body, lead)
    try:
        tree = ast.parse(body, mode="eval")
    except SyntaxError as error:
        at = lead + max((error.offset or 1) - 1, 0)
        raise ExpressionError("expression_syntax", at, hint=slips.of_expression(body)) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("expression_too_deep", lead, limit=str(MAX_DEPTH)) from None
    reader = _Reader(body, lead)
    read = reader.read(tree.body, 0)
    reader.refuse_comment(tree)
    return read


def _refuse_characters(body: str, lead: int) -> None:
    """No NUL, which Python's parser refuses in its own way, no backslash (a text has no escapes), no ``1if``."""
    for at, character in enumerate(body):
        if character in "\0\\":
            found = "\\" if character == "\\" else "U+0000"
            raise ExpressionError("expression_unsupported", lead + at, found=found)
    for part in _STUCK.finditer(body):
        if part["number"]:
            raise ExpressionError(
                "expression_constant", lead + part.start(), found=part["number"][:MAX_SHOWN]
            )


def is_name(word: str) -> bool:
    """Return whether ``word`` may name a fact, a parameter, a conclusion or a list of records."""
    import keyword  # noqa: PLC0415 - only when a rulebook is checked

    if word in _RESERVED or not _NAME.match(word):
        return False
    return not any(keyword.iskeyword(part) for part in word.split("."))


class _Reader:
    """Turns Python's tree into ours; every method answers for one kind of node."""

    def __init__(self, source: str, lead: int) -> None:
        self.encoded = source.encode()
        self.lead = lead

    def column(self, node: ast.expr) -> int:
        """Return the column in characters: ``ast`` counts bytes, and a Chinese character has three."""
        return self.lead + len(self.encoded[: node.col_offset].decode())

    def refuse(self, code: str, node: ast.expr, **params: str) -> NoReturn:
        raise ExpressionError(code, self.column(node), **params)

    def segment(self, node: ast.expr) -> str:
        return self.encoded[node.col_offset : node.end_col_offset].decode()

    def shown(self, node: ast.expr) -> str:
        written = self.segment(node)
        return written if len(written) <= MAX_SHOWN else written[: MAX_SHOWN - 1] + "…"

    def unsupported(self, node: ast.expr) -> NoReturn:
        self.refuse("expression_unsupported", node, found=self.shown(node))

    def refuse_comment(self, tree: ast.Expression) -> None:
        """After ``#`` Python would read nothing; a reader of the rule would."""
        texts = [
            range(node.col_offset, node.end_col_offset or 0)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for at, byte in enumerate(self.encoded):
            if byte == ord("#") and not any(at in text for text in texts):
                column = self.lead + len(self.encoded[:at].decode())
                raise ExpressionError("expression_unsupported", column, found="#")

    def read(self, node: ast.expr, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            self.refuse("expression_too_deep", node, limit=str(MAX_DEPTH))
        at, deeper = self.column(node), depth + 1
        match node:
            case ast.BoolOp(op=ast.And()):
                return And(tuple(self.read(value, deeper) for value in node.values), at)
            case ast.BoolOp():
                return Or(tuple(self.read(value, deeper) for value in node.values), at)
            case ast.UnaryOp(op=ast.Not()):
                return Not(self.read(node.operand, deeper), at)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                return self.negative(node, deeper)
            case ast.BinOp() if type(node.op) in _ARITH:
                left, right = self.read(node.left, deeper), self.read(node.right, deeper)
                return Arith(_ARITH[type(node.op)], left, right, at)
            case ast.Compare():
                return self.compare(node, deeper)
            case ast.Constant():
                return self.constant(node)
            case ast.Name() | ast.Attribute():
                return self.name_or_word(node)
            case ast.Subscript():
                keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                read = tuple(self.read(key, deeper) for key in keys)
                return Param(self.dotted(node.value), read, None, at)
            case ast.Call():
                return self.call(node, deeper)
        self.unsupported(node)

    def negative(self, node: ast.UnaryOp, depth: int) -> Const:
        inner = self.read(node.operand, depth)
        if isinstance(inner, Const) and isinstance(inner.value, (int, Fraction)):
            return Const(-inner.value, self.column(node))
        self.unsupported(node)

    def constant(self, node: ast.Constant) -> Const:
        at = self.column(node)
        written = self.segment(node)
        if isinstance(node.value, str) and _QUOTED.match(written):
            return Const(node.value, at)
        if isinstance(node.value, (int, float)) and _DECIMAL.match(written):
            return Const(Fraction(written) if "." in written else int(written), at)
        self.refuse("expression_constant", node, found=self.shown(node))

    def name_or_word(self, node: ast.Name | ast.Attribute) -> Expr:
        at, word = self.column(node), self.dotted(node)
        if word in ("true", "false"):
            return Const(word == "true", at)
        if word == "none":
            return Const(NONE, at)
        return Name(word, at)

    def dotted(self, node: ast.expr) -> str:
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            self.unsupported(inner)
        if not self.segment(node).isascii():  # Python reads full-width letters as plain ones
            self.unsupported(node)
        return ".".join([inner.id, *reversed(parts)])

    def compare(self, node: ast.Compare, depth: int) -> Expr:
        sides = [node.left, *node.comparators]
        for middle in sides[1:-1]:
            if any(isinstance(part, ast.Compare) and len(part.ops) > 1 for part in ast.walk(middle)):
                self.unsupported(
                    middle
                )  # it is tested on both sides: chains in chains would double each time
        tests = [
            self.comparison(op, left, right, depth)
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return tests[0] if len(tests) == 1 else And(tuple(tests), self.column(node))

    def comparison(self, op: ast.cmpop, left: ast.expr, right: ast.expr, depth: int) -> Expr:
        at = self.column(left)
        if isinstance(op, (ast.Is, ast.IsNot)):
            if self.read(right, depth) != Const(NONE, self.column(right)):
                self.refuse("expression_is", right)
            test: Expr = IsNone(self.read(left, depth), at)
            return test if isinstance(op, ast.Is) else Not(test, at)
        if isinstance(op, (ast.In, ast.NotIn)):
            test = self.membership(left, right, depth)
            return test if isinstance(op, ast.In) else Not(test, at)
        return Compare(_COMPARE[type(op)], self.read(left, depth), self.read(right, depth), at)

    def membership(self, left: ast.expr, right: ast.expr, depth: int) -> Expr:
        at = self.column(left)
        if isinstance(right, (ast.List, ast.Tuple)):
            options = [self.read(option, depth) for option in right.elts]
            constants = tuple(option for option in options if isinstance(option, Const))
            if not constants or len(constants) != len(options):
                self.refuse("expression_in", right)
            return In(self.read(left, depth), constants, at)
        member, whole = self.read(left, depth), self.read(right, depth)
        if not isinstance(member, Const) or not isinstance(whole, Name):
            self.refuse("expression_in", right)
        return Contains(whole, member, at)

    def call(self, node: ast.Call, depth: int) -> Expr:
        at = self.column(node)
        function = self.dotted(node.func)
        if node.keywords:
            self.unsupported(node.keywords[0].value)
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            return self.aggregate(function, node.args[0], node, depth)
        if function not in FUNCTIONS:
            self.refuse("unknown_function", node, found=function, expected=", ".join(sorted(FUNCTIONS)))
        args = tuple(self.read(arg, depth) for arg in node.args)
        if function != "value_on":
            return Call(function, args, at)
        if len(args) != 2 or not isinstance(args[0], (Param, Name)):  # noqa: PLR2004 - parameter, day
            self.refuse("function_arguments", node, found=function, expected="value_on(parameter, day)")
        keys = args[0].keys if isinstance(args[0], Param) else ()
        return Param(args[0].name, keys, args[1], at)

    def aggregate(self, kind: str, node: ast.GeneratorExp, call: ast.Call, depth: int) -> Aggregate:
        if kind not in AGGREGATES:
            self.refuse("unknown_function", call, found=kind, expected=", ".join(sorted(AGGREGATES)))
        loop = node.generators[0]
        if len(node.generators) != 1 or len(loop.ifs) > 1 or loop.is_async:
            self.unsupported(call)
        if not isinstance(loop.target, ast.Name) or not is_name(self.segment(loop.target)):
            self.unsupported(loop.target)
        records = Name(self.dotted(loop.iter), self.column(loop.iter))
        condition = self.read(loop.ifs[0], depth) if loop.ifs else None
        element = self.read(node.elt, depth)
        if any(
            isinstance(part, ast.GeneratorExp) for whole in (node.elt, *loop.ifs) for part in ast.walk(whole)
        ):
            self.unsupported(call)  # the inner list would not see the variable of the outer one
        return Aggregate(kind, element, loop.target.id, records, condition, self.column(call))
