"""Expressions of the rule language: a strict part of Python's grammar, read into our own tree.

Nothing is ever executed: the text is parsed with the standard library's ``ast`` and every node that is not
listed here is refused with its column. What names and types mean is settled afterwards, in ``check``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, NoReturn, TypeAlias

from crossprov.values import NONE, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

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

CompareOp: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
ArithOp: TypeAlias = Literal["+", "-", "*", "/"]

_COMPARE: Final[dict[type[ast.cmpop], CompareOp]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITH: Final[dict[type[ast.operator], ArithOp]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_DECIMAL: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?\Z")
_QUOTED: Final = re.compile(r"""'[^']*'\Z|"[^"]*"\Z""")
_BREAKS: Final = str.maketrans(dict.fromkeys("\t\n\r\f\v", " "))
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
_RESERVED: Final = frozenset({"true", "false", "none", "otherwise", "refer_to_person"})


class ExpressionError(Exception):
    """An expression cannot be used: a problem code, its parameters and the column (from 0) inside the text."""

    def __init__(self, code: str, offset: int, **params: str) -> None:
        self.code, self.offset, self.params = code, offset, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Const:
    """A constant; ``value`` is as written until the check gives it the type of its neighbour."""

    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a fact, of a field of a record, or of a parameter without a key."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter, by its keys; ``on`` names the day whose version is meant (the day of the law if absent)."""

    name: str
    keys: tuple[Expr, ...]
    on: Expr | None
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    operand: Expr
    at: int


@dataclass(frozen=True, slots=True)
class And:
    """All of several conditions."""

    operands: tuple[Expr, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of several conditions."""

    operands: tuple[Expr, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two values."""

    op: CompareOp
    left: Expr
    right: Expr
    at: int


@dataclass(frozen=True, slots=True)
class IsNone:
    """Whether a fact is known to be none."""

    operand: Expr
    at: int


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value is one of several constants."""

    operand: Expr
    options: tuple[Const, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Contains:
    """Whether a fact of the type ``set`` contains a member."""

    operand: Name
    member: Const
    at: int


@dataclass(frozen=True, slots=True)
class Arith:
    """A calculation with two values."""

    op: ArithOp
    left: Expr
    right: Expr
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of the language; ``may_be_none``: one of the arguments may be known to be none."""

    function: str
    args: tuple[Expr, ...]
    at: int
    may_be_none: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``sum(r.months for r in pension.spells if …)`` and its like over a list of records.

    ``grows``: no element is ever negative, so the sum of some records is a lower bound for that of all.
    """

    kind: str
    element: Expr
    variable: str
    records: Name
    condition: Expr | None
    at: int
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Always:
    """``otherwise``: holds for every case."""

    at: int = 0


Expr: TypeAlias = (
    Const
    | Name
    | Param
    | Not
    | And
    | Or
    | Compare
    | IsNone
    | In
    | Contains
    | Arith
    | Call
    | Aggregate
    | Always
)


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
        raise ExpressionError("expression_syntax", lead + max((error.offset or 1) - 1, 0)) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("expression_too_deep", lead, limit=str(MAX_DEPTH)) from None
    reader = _Reader(body, lead)
    read = reader.read(tree.body, 0)
    reader.refuse_comment(tree)
    return read


def _refuse_characters(body: str, lead: int) -> None:
    """No NUL, which Python's parser refuses in its own way, and no backslash: a text has no escapes."""
    for at, character in enumerate(body):
        if character in "\0\\":
            found = "\\" if character == "\\" else "U+0000"
            raise ExpressionError("expression_unsupported", lead + at, found=found)


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


def children(node: Expr) -> tuple[Expr, ...]:
    """Return the parts of a node, for walks over the tree."""
    match node:
        case Not() | IsNone() | In():
            return (node.operand,)
        case Contains():
            return (node.operand,)
        case And() | Or():
            return node.operands
        case Compare() | Arith():
            return (node.left, node.right)
        case Param():
            return (*node.keys, *((node.on,) if node.on is not None else ()))
        case Call():
            return node.args
        case Aggregate():
            return (node.element, *((node.condition,) if node.condition is not None else ()))
        case _:
            return ()


def names(node: Expr) -> Iterator[Name]:
    """Yield every fact that an expression names."""
    if isinstance(node, Name):
        yield node
    for part in children(node):
        yield from names(part)


def all_names(node: Expr) -> Iterator[str]:
    """Yield every fact, parameter and list of records that a formula is calculated from."""
    inside: Iterator[str] = (name for part in children(node) for name in all_names(part))
    if isinstance(node, Aggregate):
        yield node.records.name
        yield from (name for name in inside if not name.startswith(node.variable + "."))
        return
    if isinstance(node, (Name, Param)):
        yield node.name
    yield from inside


def parameters_in(node: Expr) -> Iterator[Param]:
    """Yield every parameter that an expression names."""
    if isinstance(node, Param):
        yield node
    for part in children(node):
        yield from parameters_in(part)
