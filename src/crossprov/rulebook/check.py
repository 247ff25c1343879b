"""Names and types of an expression: what every name means, and that only like is compared with like.

``resolve`` returns the same tree with constants turned into values of their type and names of parameters
turned into ``Param``; after it, evaluation cannot meet a wrong type.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crossprov.rulebook import slips
from crossprov.rulebook.expression import (
    Aggregate,
    Always,
    And,
    Arith,
    Call,
    Compare,
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
    children,
)
from crossprov.rulebook.symbols import closest
from crossprov.rulebook.types import BOOL, DATE, INT, MONTH, NUMBERS, ORDERED, Kind, Type, constant, show
from crossprov.values import NONE

if TYPE_CHECKING:
    from crossprov.rulebook.symbols import Symbols

_ADD: Final[dict[str, tuple[tuple[Kind, ...], Kind]]] = {
    "add_days": (("date",), "date"),
    "add_working_days": (("date",), "date"),
}


def resolve(node: Expr, symbols: Symbols) -> tuple[Expr, Type]:
    """Return the resolved tree and its type; raise ``ExpressionError``."""
    match node:
        case Always():
            return node, BOOL
        case Const():
            return _bare_constant(node)
        case Name():
            return _name(node, symbols)
        case Param():
            return _param(node, symbols)
        case Not():
            return Not(_expect(node.operand, symbols, "bool")[0], node.at), BOOL
        case And() | Or():
            parts = tuple(_expect(part, symbols, "bool")[0] for part in node.operands)
            return replace(node, operands=parts), BOOL
        case Compare():
            return _compare(node, symbols)
        case IsNone():
            operand, type_ = resolve(node.operand, symbols)
            if not type_.optional:
                raise ExpressionError("never_none", node.at)
            return IsNone(operand, node.at), BOOL
        case In():
            operand, type_ = resolve(node.operand, symbols)
            options = tuple(typed_constant(option, type_) for option in node.options)
            return In(operand, options, node.at), BOOL
        case Contains():
            return _contains(node, symbols)
        case Arith():
            return _arith(node, symbols)
        case Call():
            return _call(node, symbols)
        case Aggregate():
            return _aggregate(node, symbols)


def may_be_none(node: Expr, symbols: Symbols) -> bool:
    """Return whether the value of a resolved expression may be known to be none."""
    match node:
        case Name():
            return node.name in symbols.facts and symbols.facts[node.name].optional
        case Aggregate():
            return node.kind in ("min", "max", "latest")
        case Param():
            inside = any(may_be_none(part, symbols) for part in children(node))
            return inside or symbols.parameters[node.name].type.optional
        case Arith() | Call():
            return any(may_be_none(part, symbols) for part in children(node))
        case _:
            return False


def condition(node: Expr, symbols: Symbols) -> Expr:
    """Resolve a condition: and/or/not of tests of one fact against a constant or a keyed parameter."""
    resolved, _ = _expect(node, symbols, "bool")
    _only_tests(resolved)
    return resolved


def _only_tests(node: Expr) -> None:
    match node:
        case Not():
            _only_tests(node.operand)
        case And() | Or():
            for part in node.operands:
                _only_tests(part)
        case Name() | Always() | IsNone(operand=Name()) | In(operand=Name()) | Contains():
            return
        case Compare(left=Name(), right=Const()) | Compare(left=Const(), right=Name()):
            return
        case Compare(left=Name(), right=Param() as param) | Compare(left=Param() as param, right=Name()):
            if param.on is not None or not all(isinstance(key, (Name, Const)) for key in param.keys):
                raise ExpressionError("condition_parameter", param.at)
        case Const():
            raise ExpressionError("condition_constant", node.at)
        case _:
            raise ExpressionError("condition_needs_name", getattr(node, "at", 0))


def _bare_constant(node: Const) -> tuple[Expr, Type]:
    if isinstance(node.value, bool):
        return node, BOOL
    if isinstance(node.value, int):
        return node, INT
    if isinstance(node.value, str):
        return node, Type("text")
    return node, Type("rate")


def _name(node: Name, symbols: Symbols) -> tuple[Expr, Type]:
    if node.name in symbols.facts:
        return node, symbols.facts[node.name]
    if node.name in symbols.parameters:
        return _param(Param(node.name, (), None, node.at), symbols)
    if node.name in symbols.records:
        raise ExpressionError("records_need_aggregate", node.at, found=node.name)
    near = closest(node.name, [*symbols.facts, *symbols.parameters])
    raise ExpressionError("unknown_fact", node.at, found=node.name, expected=slips.of_name(node.name, near))


def _param(node: Param, symbols: Symbols) -> tuple[Expr, Type]:
    declared = symbols.parameters.get(node.name)
    if declared is None:
        near = closest(node.name, symbols.parameters)
        raise ExpressionError("unknown_parameter", node.at, found=node.name, expected=near)
    if len(node.keys) != len(declared.keys):
        raise ExpressionError(
            "parameter_keys",
            node.at,
            name=node.name,
            found=str(len(node.keys)),
            expected=str(len(declared.keys)),
        )
    keys = tuple(_as_key(key, type_, symbols) for key, type_ in zip(node.keys, declared.keys, strict=True))
    on = _expect(node.on, symbols, "date")[0] if node.on is not None else None
    return Param(node.name, keys, on, node.at), declared.type


def _as_key(key: Expr, wanted: Type, symbols: Symbols) -> Expr:
    if isinstance(key, Const):
        return typed_constant(key, wanted)
    resolved, found = resolve(key, symbols)
    if found.kind != wanted.kind or not set(found.values or ()) <= set(wanted.values or found.values or ()):
        raise ExpressionError("type_differs", _at(key), found=found.name(), expected=wanted.name())
    return resolved


def _expect(node: Expr, symbols: Symbols, kind: Kind) -> tuple[Expr, Type]:
    if isinstance(node, Const) and kind != "bool":
        return typed_constant(node, Type(kind)), Type(kind)
    resolved, found = resolve(node, symbols)
    if found.kind != kind:
        raise ExpressionError("type_differs", _at(node), found=found.name(), expected=kind)
    return resolved, found


def _at(node: Expr) -> int:
    return getattr(node, "at", 0)


def typed_constant(node: Const, type_: Type) -> Const:
    """Give a constant the type of its neighbour."""
    try:
        value = constant(node.value, type_)
        if value is NONE:  # the text 'none': a comparison says nothing of what is none
            raise ExpressionError("none_compared", node.at)
        return Const(value, node.at)
    except ValueError:
        if node.value is NONE:
            raise ExpressionError("none_compared", node.at) from None
        found = show(node.value)[:60]
        raise ExpressionError(
            "constant_type", node.at, found=found, expected=slips.of_constant(type_)
        ) from None


def _pair(node: Compare | Arith, symbols: Symbols) -> tuple[Expr, Type, Expr, Type]:
    """Resolve both sides, giving a constant the type of the other side."""
    if isinstance(node.left, Const) and not isinstance(node.right, Const):
        right, right_type = resolve(node.right, symbols)
        return typed_constant(node.left, right_type), right_type, right, right_type
    left, left_type = resolve(node.left, symbols)
    if isinstance(node.right, Const):
        return left, left_type, typed_constant(node.right, left_type), left_type
    right, right_type = resolve(node.right, symbols)
    return left, left_type, right, right_type


def _same(left: Type, right: Type, at: int) -> None:
    kinds = {"money", "exact"} if "money" in (left.kind, left.of) else {left.kind}
    if right.kind != left.kind and right.kind not in kinds:
        raise ExpressionError("type_differs", at, found=right.name(), expected=left.name())
    if left.unit and right.unit and left.unit != right.unit:
        raise ExpressionError("unit_differs", at, found=str(right.unit), expected=str(left.unit))
    if left.kind == "enum" and left.values and right.values and not set(left.values) & set(right.values):
        raise ExpressionError(
            "type_differs", at, found=", ".join(right.values), expected=", ".join(left.values)
        )


def _compare(node: Compare, symbols: Symbols) -> tuple[Expr, Type]:
    if isinstance(node.left, Const) and isinstance(node.right, Const):
        raise ExpressionError("condition_constant", node.at)
    left, left_type, right, right_type = _pair(node, symbols)
    _same(left_type, right_type, node.at)
    if left_type.kind == "set":
        raise ExpressionError("set_compared", node.at)
    if node.op not in ("==", "!=") and left_type.kind not in ORDERED:
        raise ExpressionError("not_ordered", node.at, found=left_type.name())
    return Compare(node.op, left, right, node.at), BOOL


def _contains(node: Contains, symbols: Symbols) -> tuple[Expr, Type]:
    operand, type_ = resolve(node.operand, symbols)
    if type_.kind != "set" or not isinstance(operand, Name):
        raise ExpressionError("type_differs", node.at, found=type_.name(), expected="set")
    return Contains(operand, typed_constant(node.member, Type("enum", values=type_.values)), node.at), BOOL


def _arith(node: Arith, symbols: Symbols) -> tuple[Expr, Type]:
    if node.op in ("+", "-"):
        left, left_type, right, right_type = _pair(node, symbols)
        _same(left_type, right_type, node.at)
        type_ = left_type
    else:
        left, left_type = resolve(node.left, symbols)
        right, right_type = resolve(node.right, symbols)
        type_ = _product(node, left_type, right_type)
    for side, found in ((node.left, left_type), (node.right, right_type)):
        if found.kind not in NUMBERS:
            raise ExpressionError("not_a_number", _at(side), found=found.name())
    if "exact" in (left_type.kind, right_type.kind):
        type_ = Type("exact", of=_counted(left_type, right_type))
    elif node.op in ("+", "-"):  # a product of months and a number has no unit that we could be sure of
        type_ = Type(type_.kind, left_type.unit or right_type.unit)
    return Arith(node.op, left, right, node.at), type_


def _counted(*types: Type) -> Kind:
    """Return what an unrounded number counts: fen, or plain units."""
    return "money" if any("money" in (type_.kind, type_.of) for type_ in types) else "int"


def _product(node: Arith, left: Type, right: Type) -> Type:
    kinds = (left.kind, right.kind)
    money = "money" in (left.kind, right.kind, left.of, right.of)
    if node.op == "*" and kinds == ("money", "money"):
        raise ExpressionError("type_differs", node.at, found="money", expected="int, rate")
    if node.op == "*" and set(kinds) <= {"int", "money"}:
        return Type("money" if money else "int")
    if node.op == "/" and kinds == ("money", "money"):
        return Type("exact", of="int")
    return Type("exact", of="money" if money else "int")


def _call(node: Call, symbols: Symbols) -> tuple[Expr, Type]:
    function, args = node.function, node.args
    if function in ("min", "max"):
        return _extreme(node, symbols)
    if function in ("ceil", "floor", "round_half_up"):
        _count(node, 1, "(x)")
        inner, type_ = resolve(args[0], symbols)
        if type_.kind not in NUMBERS:
            raise ExpressionError("not_a_number", node.at, found=type_.name())
        kind: Kind = "money" if "money" in (type_.kind, type_.of) else "int"
        return Call(function, (inner,), node.at), Type(kind)
    if function == "province_of":
        _count(node, 2, "(place, day)")
        place, day = _expect(args[0], symbols, "place")[0], _expect(args[1], symbols, "date")[0]
        return Call(function, (place, day), node.at), Type("place", level="province")
    return _date_call(node, symbols)


def _date_call(node: Call, symbols: Symbols) -> tuple[Expr, Type]:
    function, args = node.function, node.args
    if function in ("month_end", "month_of"):
        _count(node, 1, "(day)")
        inner, type_ = resolve(args[0], symbols)
        wanted: tuple[Kind, ...] = ("date",) if function == "month_of" else ("date", "month")
        _is_one_of(type_, wanted, node.at)
        return Call(function, (inner,), node.at), MONTH if function == "month_of" else DATE
    _count(node, 2, "(a, b)")
    if function == "months_between":
        first, first_type, second, second_type = _pair(Arith("-", args[0], args[1], node.at), symbols)
        _is_one_of(first_type, ("date", "month"), node.at)
        _same(first_type, second_type, node.at)
        return Call(function, (first, second), node.at), Type("int", "months")
    first, first_type = resolve(args[0], symbols)
    wanted, _ = _ADD.get(function, (("date", "month"), "date"))
    _is_one_of(first_type, wanted, node.at)
    second, second_type = resolve(args[1], symbols)
    unit = {"add_months": "months", "add_days": "days", "add_working_days": "working_days"}[function]
    if second_type.kind != "int" or second_type.unit not in (None, unit):
        raise ExpressionError("type_differs", node.at, found=second_type.name(), expected=f"int ({unit})")
    return Call(function, (first, second), node.at), Type(first_type.kind)


def _is_one_of(found: Type, wanted: tuple[Kind, ...], at: int) -> None:
    if found.kind not in wanted:
        raise ExpressionError("type_differs", at, found=found.name(), expected=", ".join(wanted))


def _count(node: Call, wanted: int, shape: str) -> None:
    if len(node.args) != wanted:
        raise ExpressionError(
            "function_arguments", node.at, found=node.function, expected=node.function + shape
        )


def _extreme(node: Call, symbols: Symbols) -> tuple[Expr, Type]:
    found = [None if isinstance(arg, Const) else resolve(arg, symbols) for arg in node.args]
    typed = [one for one in found if one is not None]
    if len(node.args) < 2 or not typed:  # noqa: PLR2004 - the greater of two
        raise ExpressionError("function_arguments", node.at, found=node.function, expected="(a, b, …)")
    type_ = typed[0][1]
    resolved: list[Expr] = []
    for arg, one in zip(node.args, found, strict=True):
        if isinstance(arg, Const):
            resolved.append(typed_constant(arg, type_))
        elif one is not None:
            _same(type_, one[1], _at(arg))
            resolved.append(one[0])
    if type_.kind not in ORDERED:
        raise ExpressionError("not_ordered", node.at, found=type_.name())
    unit = next((found.unit for _, found in typed if found.unit), None)
    open_ = any(may_be_none(arg, symbols) for arg in resolved)
    result = Type(type_.kind, unit, of=type_.of)
    if any(found.kind == "exact" for _, found in typed):
        result = Type("exact", unit, of=_counted(*(found for _, found in typed)))
    return Call(node.function, tuple(resolved), node.at, open_), result


def hides(variable: str, symbols: Symbols) -> bool:
    """Tell whether the name of a variable is that of something else, or what the names of others begin with."""
    names = (*symbols.facts, *symbols.parameters, *symbols.records)
    return any(name.partition(".")[0] == variable for name in names)


def _aggregate(node: Aggregate, symbols: Symbols) -> tuple[Expr, Type]:
    fields = symbols.records.get(node.records.name)
    if fields is None:
        near = closest(node.records.name, symbols.records)
        raise ExpressionError("unknown_records", node.records.at, found=node.records.name, expected=near)
    if hides(node.variable, symbols):
        raise ExpressionError("name_taken", node.at, found=node.variable)
    inside = symbols.with_facts({f"{node.variable}.{name}": type_ for name, type_ in fields.items()})
    chosen = _expect(node.condition, inside, "bool")[0] if node.condition is not None else None
    if node.kind == "count":
        element: Expr = Const(1, node.at)
        type_ = Type("int", low=0)
    else:
        element, type_ = resolve(node.element, inside)
    if node.kind == "sum" and type_.kind not in NUMBERS:
        raise ExpressionError("not_a_number", node.at, found=type_.name())
    if node.kind in ("min", "max") and type_.kind not in ORDERED:
        raise ExpressionError("not_ordered", node.at, found=type_.name())
    grows = isinstance(type_.low, int) and type_.low >= 0
    if node.kind in ("min", "max", "latest"):
        type_ = replace(type_, optional=True)  # of no record there is no latest
    return Aggregate(node.kind, element, node.variable, node.records, chosen, node.at, grows), type_
