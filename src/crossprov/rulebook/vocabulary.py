"""The vocabulary: every fact a rule may speak of, its type, and how it is obtained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from crossprov.rulebook import slips
from crossprov.rulebook.check import may_be_none, resolve, typed_constant
from crossprov.rulebook.expression import Const, Expr, ExpressionError, all_names
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.symbols import Symbols
from crossprov.rulebook.types import Type, constant, exceeded, misfit, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov._errors import Problem
    from crossprov.rulebook.parameters import Parameter
    from crossprov.rulebook.schema import FactShape, RecordsShape, RelationShape, TypeShape
    from crossprov.rulebook.source import Document, Path_
    from crossprov.texts import Text

APPLIED_ON: Final = "applied_on"
"""The field of a case with the day of the application."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where something stands in the rule files."""

    document: Document
    path: Path_

    def problem(self, code: str, offset: int = 0, /, **params: str | Text) -> Problem:
        """Return a problem at this place."""
        return self.document.problem(code, self.path, offset, **params)

    def at(self, *more: str | int) -> Where:
        """Return the place of a part of this."""
        return Where(self.document, (*self.path, *more))

    @property
    def is_shared(self) -> bool:
        """Whether it was taken over from a fragment."""
        return self.document.home(self.path)[0].file != self.document.file

    def of(self, error: ExpressionError) -> Problem:
        """Return the problem of an expression that stands here."""
        return self.problem(error.code, error.offset, **error.params)


@dataclass(frozen=True, slots=True)
class FactDef:
    """A fact as the vocabulary declares it."""

    name: str
    type: Type
    shape: FactShape
    where: Where


@dataclass(frozen=True, slots=True)
class RecordsDef:
    """A list of records as the vocabulary declares it."""

    name: str
    fields: Mapping[str, Type]
    shape: RecordsShape
    where: Where


@dataclass(frozen=True, slots=True)
class RelationDef:
    """A relation between facts as the vocabulary declares it."""

    name: str
    shape: RelationShape
    where: Where


def type_of(shape: TypeShape, where: Where) -> Type:
    """Return the type that a shape declares; raise ``ExpressionError`` if its bounds are not of that type."""
    values = tuple(shape.values) if shape.values is not None else None
    type_ = Type(shape.type, shape.unit, values, shape.level, shape.optional)
    bounds: dict[str, Any] = {}
    for key, raw in (("low", shape.min), ("high", shape.max)):
        if raw is None:
            continue
        try:
            bounds[key] = constant(raw, type_)
        except ValueError:
            raise ExpressionError(
                "constant_type", 0, found=str(raw), expected=slips.of_constant(type_)
            ) from None
    if shape.type in ("enum", "set") and not values:
        raise ExpressionError("enum_without_values", 0, found=str(where.path[-1]))
    return replace(type_, **bounds)


def type_of_fact(shape: TypeShape, where: Where, problems: list[Problem]) -> Type | None:
    """Return the type that a fact or a field declares, None if it declares none; what is wrong is noted."""
    try:
        type_ = type_of(shape, where)
    except ExpressionError as error:
        problems.append(where.of(error))
        return None
    if not type_.is_of_facts:
        problems.append(where.at("type").problem("type_not_for_facts", found=type_.kind))
    return type_


class Vocabulary:
    """All facts and lists of records; formulas are read when first used."""

    def __init__(
        self,
        facts: Mapping[str, FactDef],
        records: Mapping[str, RecordsDef],
        parameters: Mapping[str, Parameter],
        relations: Mapping[str, RelationDef] | None = None,
    ) -> None:
        self.facts, self.records, self.parameters = facts, records, parameters
        self.relations: Mapping[str, RelationDef] = relations or {}
        self.symbols = Symbols(
            {name: fact.type for name, fact in facts.items()},
            {name: parameter.signature for name, parameter in parameters.items()},
            {name: entry.fields for name, entry in records.items()},
        )
        self._formulas: dict[str, Expr] = {}
        self.applied_on = next((name for name, fact in facts.items() if fact.shape.given == APPLIED_ON), None)
        """The fact that is the day of the application, on which clocks start; None if no fact is."""

    def formula(self, name: str) -> Expr:
        """Return the formula of a calculated fact, checked; raise ``ExpressionError``."""
        found = self._formulas.get(name)
        if found is None:
            found = self._formulas[name] = read_formula(self.facts[name], self.symbols)
        return found

    def relation(self, name: str) -> Expr:
        """Return what a relation says, checked; raise ``ExpressionError``. Here two facts may be compared."""
        tree, type_ = resolve(parse(self.relations[name].shape.holds), self.symbols)
        if type_.kind != "bool":
            raise ExpressionError("type_differs", 0, found=type_.name(), expected="bool")
        return tree

    def reads(self, name: str) -> tuple[str, ...]:
        """Return the names of the facts, records and parameters from which a fact is made."""
        shape = self.facts[name].shape
        if shape.function is not None:
            return shape.reads
        if shape.formula is not None:
            return tuple(dict.fromkeys(all_names(self.formula(name))))
        return ()


def read_formula(fact: FactDef, symbols: Symbols) -> Expr:
    """Return the formula of a calculated fact, checked; raise ``ExpressionError``."""
    parsed, wanted = parse(fact.shape.formula), fact.type
    if isinstance(parsed, Const):
        only = typed_constant(parsed, wanted)
        beyond = exceeded(only.value, wanted)
        if beyond is not None:
            raise ExpressionError("out_of_bounds", parsed.at, found=show(only.value, wanted), expected=beyond)
        return only
    tree, type_ = resolve(parsed, symbols)
    if type_.kind == "exact":
        raise ExpressionError("not_rounded", 0)
    if type_.kind != wanted.kind and not (type_.kind == "text" and wanted.kind == "enum"):
        raise ExpressionError("type_differs", 0, found=type_.name(), expected=wanted.name())
    if type_.unit and wanted.unit and type_.unit != wanted.unit:
        raise ExpressionError("unit_differs", 0, found=str(type_.unit), expected=str(wanted.unit))
    if may_be_none(tree, symbols) and not wanted.optional:
        raise ExpressionError("may_be_none", 0, found=fact.name)
    # The bounds of a calculation are checked when it is made; named values and levels are known before.
    made = replace(wanted, values=type_.values or wanted.values, level=type_.level or wanted.level)
    wrong = misfit(made, wanted)
    if wrong is not None:
        raise ExpressionError(wrong[0], 0, found=wrong[1], expected=wrong[2])
    return tree
