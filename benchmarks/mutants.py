"""Small changes of rule files that turn right rules into wrong ones, each at a place with a file and a line.

A mutant changes the loaded data of one file: a comparison by its boundary, a constant by one, a row away or before
its neighbour, a condition denied, a day moved. ``mutations.py`` asks what notices it.
"""

from __future__ import annotations

import ast
import copy
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.rulebook.source import Document

Path_: TypeAlias = tuple[Any, ...]
Change: TypeAlias = tuple[str, Path_, str, Any]
"""The kind, where, what it does ("set", "drop" or "swap"), and the new value."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}\Z")
_DECIMAL: Final = re.compile(r"-?[0-9]+\.([0-9]+)\Z")
_CONDITIONS: Final = ("holds", "when", "formula")
_REFER: Final = "refer_to_person"
_LISTS: Final = (
    "requirements",
    "intake",
    "steps",
    "limits",
    "materials",
    "not_required",
    "amounts",
    "notices",
)
_OTHER_END: Final = {"out_of_scope": "ineligible", "ineligible": _REFER, _REFER: "ineligible"}
_BESIDE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OTHER_CALL: Final = {
    "min": "max",
    "max": "min",
    "floor": "ceil",
    "ceil": "floor",
    "any": "all",
    "all": "any",
}


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    file: str
    line: int
    kind: str
    path: Path_
    does: str
    value: Any
    before: str

    def applied(self, data: Any) -> Any:
        """Return a changed copy of the data of the file."""
        changed = copy.deepcopy(data)
        holder = changed
        for part in self.path[:-1]:
            holder = holder[part]
        last = self.path[-1]
        if self.does == "drop":
            del holder[last]
        elif self.does == "swap":
            holder[last], holder[last + 1] = holder[last + 1], holder[last]
        else:
            holder[last] = self.value
        return changed

    def __str__(self) -> str:
        after = f" → {_short(self.value)}" if self.does == "set" else ""
        where = ".".join(map(str, self.path))
        return f"{self.file}:{self.line}: {self.kind}: {where}: {_short(self.before)}{after}"


def mutants_of(document: Document) -> Iterator[Mutant]:
    """Yield every mutant of an item, a file of fragments, of parameters or of the vocabulary."""
    data = document.data
    for kind, path, does, value in _changes(data):
        here = data
        for part in path:
            here = here[part]
        line = document.position(path).line
        yield Mutant(document.file, line, kind, path, does, value, _short(here))


def _changes(data: Any) -> Iterator[Change]:
    for name, fragment in data.get("fragments", {}).items():
        yield from _parts(fragment, ("fragments", name))
    for name, parameter in data.get("parameters", {}).items():
        yield from _parameter(parameter, ("parameters", name))
    if "item" in data:
        yield from _dated(data, ())
    yield from _parts(data, ())


def _parts(data: Any, at: Path_) -> Iterator[Change]:
    for name, fact in data.get("facts", {}).items():
        if "formula" in fact:
            yield from _expression(fact["formula"], (*at, "facts", name, "formula"), "formula")
    for name, table in data.get("conclusions", {}).items():
        yield from _rule(table, (*at, "conclusions", name))
        yield from _rows(table, (*at, "conclusions", name, "rows"))
    for name, role in data.get("offices", {}).items():
        yield from _rows(role, (*at, "offices", name, "rows"))
    for section in _LISTS:
        for index, rule in enumerate(data.get(section, ())):
            path = (*at, section, index)
            yield f"drop one of {section}", path, "drop", None
            yield from _rule(rule, path)
            yield from _own(section, rule, path)


def _rule(rule: Any, path: Path_) -> Iterator[Change]:
    yield from _dated(rule, path)
    for key in _CONDITIONS:
        if rule.get(key, "otherwise") != "otherwise":
            yield from _expression(rule[key], (*path, key), "condition")
            if key == "when":
                yield "drop a condition", (*path, key), "drop", None


def _own(section: str, rule: Any, path: Path_) -> Iterator[Change]:
    """Yield what only rules of one section have."""
    if section == "requirements":
        yield "other outcome", (*path, "else"), "set", _OTHER_END[rule["else"]]
    if section == "limits":
        number, unit = rule["length"].split()
        yield "limit by one", (*path, "length"), "set", f"{int(number) + 1} {unit}"
        other = "calendar_days" if unit == "working_days" else "working_days"
        yield "other unit", (*path, "length"), "set", f"{number} {other}"
    if section == "steps":
        other = "applicant" if rule["actor"] != "applicant" else "competent"
        yield "other actor", (*path, "actor"), "set", other
    if section == "intake":
        for index in range(len(rule.get("anywhere_in", ()))):
            yield "drop a place of intake", (*path, "anywhere_in", index), "drop", None


def _rows(table: Any, path: Path_) -> Iterator[Change]:
    rows = table["rows"]
    thens = [*dict.fromkeys(str(row.get("then")) for row in rows)]
    for index, row in enumerate(rows):
        here = (*path, index)
        if len(rows) > 1:
            yield "drop a row", here, "drop", None
        if table.get("hit", "first") == "first" and _may_swap(row, rows[index + 1 : index + 2]):
            yield "swap rows", here, "swap", None
        yield from _dated(row, here)
        if row["when"] != "otherwise":
            yield from _expression(row["when"], (*here, "when"), "condition")
        other = _other_then(row.get("then"), thens, table)
        if other is not None:
            yield "other then", (*here, "then"), "set", other


def _may_swap(row: Any, after: list[Any]) -> bool:
    """Return whether the order of a row and the next can matter: only if both may be in force on one day."""
    return any(
        other["id"] != row["id"] and other["when"] != "otherwise" and not _apart(row, other)
        for other in after
    )


def _apart(one: Any, other: Any) -> bool:
    """Return whether two rows are never in force on the same day."""
    days = [(str(row.get("from", "0001")), str(row.get("through", "9999"))) for row in (one, other)]
    return max(first for first, _ in days) > min(last for _, last in days)


def _other_then(then: Any, thens: list[str], table: Any) -> Any:
    if isinstance(then, bool):
        return not then
    if isinstance(then, int):
        return then + 1
    named = [one for one in table.get("values", {}) if one != then]
    others = [one for one in thens if one not in (str(then), "None")]
    return next(iter([*others, *named]), None if then == _REFER else _REFER)


def _dated(rule: Any, path: Path_) -> Iterator[Change]:
    for key in ("from", "through"):
        if key in rule:
            for days in (-1, 1):
                moved = str(dt.date.fromisoformat(str(rule[key])) + dt.timedelta(days=days))
                yield "day by one", (*path, key), "set", moved


def _parameter(parameter: Any, at: Path_) -> Iterator[Change]:
    for index, version in enumerate(parameter["versions"]):
        path = (*at, "versions", index)
        yield from _dated(version, path)
        open_: list[tuple[Path_, Any]] = [
            ((*path, key), version[key]) for key in ("value", "values") if key in version
        ]
        while open_:
            here, value = open_.pop()
            if isinstance(value, dict):
                open_.extend(((*here, key), one) for key, one in value.items())
            else:
                yield from (("parameter by one", here, "set", other) for other in _beside(value))


def _beside(value: Any) -> Iterator[Any]:
    """Yield the neighbours of a constant."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str) and _DAY.match(value):
        day = dt.date.fromisoformat(value)
        yield from (str(day + dt.timedelta(days=1)), str(day - dt.timedelta(days=1)))
    elif isinstance(value, str) and _MONTH.match(value):
        yield from (str(Month.parse(value).plus(1)), str(Month.parse(value).plus(-1)))
    elif isinstance(value, str) and (found := _DECIMAL.match(value)):
        places = len(found[1])
        yield f"{(int(value.replace('.', '')) + 1) / 10**places:.{places}f}"


# --- expressions --------------------------------------------------------------------------------------------


def _expression(written: Any, path: Path_, what: str) -> Iterator[Change]:
    """Yield the mutants of an expression, each with one node changed."""
    if not isinstance(written, str):
        return
    seen = {_written(ast.parse(written, mode="eval"))}
    if what == "condition":
        yield "deny a condition", path, "set", f"not ({written})"
    for index in range(sum(1 for _ in ast.walk(ast.parse(written, mode="eval")))):
        variant = 0
        while True:
            tree = ast.parse(written, mode="eval")
            node = [*ast.walk(tree)][index]
            kind = _changed(node, variant)
            if kind is None:
                break
            variant += 1
            text = _written(tree)
            if text not in seen:
                seen.add(text)
                yield f"{kind} ({what})", path, "set", text


def _written(tree: ast.AST) -> str:
    return ast.unparse(_WithoutPlus().visit(tree))


class _WithoutPlus(ast.NodeTransformer):
    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Return what stands behind a plus, which rules do not have."""
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.UAdd) else node


def _changed(node: ast.AST, variant: int) -> str | None:
    """Change a node in place in its n-th way; return the kind of change, or None if there is no such way."""
    ways: list[tuple[str, Any]] = []
    match node:
        case ast.Compare(ops=ops):
            ways = [("comparison", (_set_item, ops, i, _BESIDE[type(op)]())) for i, op in enumerate(ops)]
        case ast.BoolOp(values=values):
            ways = [
                ("and/or", (setattr, node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()))
            ]
            ways += [("drop a part", (values.pop, i)) for i in range(len(values)) if len(values) > 1]
        case ast.UnaryOp(op=ast.Not()):
            ways = [("drop a not", (setattr, node, "op", ast.UAdd()))]  # which is taken away when written
        case ast.BinOp(op=ast.Add() | ast.Sub() as op):
            ways = [
                ("arithmetic", (setattr, node, "op", ast.Sub() if isinstance(op, ast.Add) else ast.Add()))
            ]
        case ast.BinOp(op=ast.Mult() | ast.Div() as op):
            ways = [
                ("arithmetic", (setattr, node, "op", ast.Div() if isinstance(op, ast.Mult) else ast.Mult()))
            ]
        case ast.Call(func=ast.Name(id=name) as func) if name in _OTHER_CALL:
            ways = [("function", (setattr, func, "id", _OTHER_CALL[name]))]
        case ast.List(elts=elts) if len(elts) > 1:
            ways = [("drop from a list", (elts.pop, i)) for i in range(len(elts))]
        case ast.Constant(value=value) if isinstance(value, int) and not isinstance(value, bool):
            ways = [("constant by one", (setattr, node, "value", other)) for other in _beside(value)]
        case ast.Constant(value=str(value)):
            ways = [("constant by one", (setattr, node, "value", other)) for other in _beside(value)]
    if variant >= len(ways):
        return None
    kind, (change, *args) = ways[variant]
    change(*args)
    return kind


def _set_item(holder: list[Any], index: int, value: Any) -> None:
    holder[index] = value


def _short(value: Any) -> str:
    text = str(value.get("id", value)) if isinstance(value, dict) else str(value)
    return text if len(text) < 300 else f"{text[:300]}…"
