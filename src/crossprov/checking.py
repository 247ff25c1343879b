"""Checking a whole rulebook: what loading checks, what needs the models and the places, and the examples."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from crossprov._errors import Problem, RulebookError
from crossprov.examples import check_examples
from crossprov.facts.book import TOLD
from crossprov.facts.registry import BUILTIN, function, misread
from crossprov.models import Case, Model, Records
from crossprov.models.base import PERSONAL
from crossprov.places import Division
from crossprov.rulebook.expression import Compare, Const, Expr, In, Name, children
from crossprov.rulebook.item import ThenValue
from crossprov.rulebook.symbols import closest
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.symbols import Symbols
    from crossprov.rulebook.types import Type
    from crossprov.rulebook.vocabulary import FactDef, Where


def check(rulebook: Rulebook) -> list[Problem]:
    """Return every problem of a rulebook, also those of files that deciding reads late, and failed examples.

    Nothing is raised for rules that could be loaded. By a calendar of your own the days of examples may differ.
    """
    problems = [*rulebook.check(), *_sources(rulebook)]
    if problems:
        return problems
    try:
        functions, channels = rulebook.offices.region.functions, rulebook.channels
    except RulebookError as error:
        return list(error.problems)
    for item in rulebook.items():
        problems += [*_places(item, functions, channels), *_constants(item, rulebook)]
    problems += [*_in_formulas(rulebook), *_codes(rulebook)]
    for item in rulebook.items() if not problems else ():
        problems += check_examples(rulebook, item)
    return problems


def _sources(rulebook: Rulebook) -> Iterator[Problem]:
    """What facts are made from must exist: fields of a case, and functions."""
    packages = (*rulebook.functions, BUILTIN)
    for fact in rulebook.vocabulary.facts.values():
        shape = fact.shape
        if shape.given not in (None, TOLD) and not _fields_at(str(shape.given)):
            yield fact.where.at("given").problem("given_unknown", found=str(shape.given))
        yield from _function(fact, packages, rulebook.vocabulary.symbols)
    for item in rulebook.items():
        for fact in item.functions.values():
            yield from _function(fact, packages, item.symbols)
    for records in rulebook.vocabulary.records.values():
        lists = [one for one in _fields_at(records.shape.given) if _is_records(one)]
        if not lists:
            yield records.where.at("given").problem("given_unknown", found=records.shape.given)
        for name in records.fields:
            if lists and not any(
                name in _record_of(one).model_fields or hasattr(_record_of(one), name) for one in lists
            ):
                yield records.where.at("fields", name).problem("given_unknown", found=name)


def _function(fact: FactDef, packages: Sequence[str], symbols: Symbols) -> Iterator[Problem]:
    if fact.shape.function is None:
        return
    try:
        call = function(fact.shape.function, len(fact.shape.reads), packages)
    except RulebookError as error:
        for problem in error.problems:
            yield fact.where.at("function").problem(problem.code, **_plain(problem))
    else:
        yield from misread(call, fact, symbols.records)


def _plain(problem: Problem) -> dict[str, str]:
    return {key: str(value) for key, value in problem.params.items()}


def _fields_at(path: str) -> list[Any]:
    """Return what a path of names may lead to in a case; nothing for what a decision must never show."""
    here: list[Any] = [Case]
    for name in path.split("."):
        here = [inner for model in here for inner in _fields(model, name)]
    return here


def _fields(model: Any, name: str) -> list[Any]:
    if not (isinstance(model, type) and issubclass(model, Model)) or name in PERSONAL:
        return []
    if name in model.model_fields:
        return _models(model.model_fields[name].annotation)
    own = any(isinstance(vars(base).get(name), property) for base in model.__mro__ if issubclass(base, Model))
    return [object] if own else []


def _is_records(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Records)


def _record_of(model: Any) -> Any:
    """Return the model of the records in a list."""
    return next(one for one in _models(model.model_fields["records"].annotation) if one is not object)


def _models(annotation: Any) -> list[Any]:
    """Return the models that an annotation may hold; ``object`` stands for plain values."""
    inner = [found for part in get_args(annotation) for found in _models(part)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return inner or [object]


def _places(item: Item, functions: Collection[str], channels: Collection[str]) -> Iterator[Problem]:
    """Functions and channels that an item names must stand in region.yaml."""
    for name, role in item.shape.offices.items():
        yield from _known(
            role.function, functions, item.where.at("offices", name, "function"), "office_function"
        )
        organs: dict[object, str | None] = {}
        for index, row in enumerate(role.rows):
            at = item.where.at("offices", name, "rows", index, "function")
            if row.function is not None:
                yield from _known(row.function, functions, at, "office_function")
            # Engines take rows that conclude the same for one answer; two organs must not hide in it.
            if organs.setdefault(row.then, row.function) != row.function:
                yield at.problem("office_rows_alike", found=str(row.then))
    for index, intake in enumerate(item.shape.intake):
        where = item.where.at("intake", index)
        if intake.function is not None:
            yield from _known(intake.function, functions, where.at("function"), "office_function")
        for position, channel in enumerate(intake.channels):
            yield from _known(channel, channels, where.at("channels", position), "channel")


def _constants(item: Item, rulebook: Rulebook) -> Iterator[Problem]:
    """A division code in a rule must be one that exists, or existed, at the level of the fact it is tested with.

    Also one that a row concludes, at the level of the conclusion.
    """
    for table in item.tables:
        for row in table.rows:
            yield from _unknown_codes(row.when, item.symbols.facts, row.where, rulebook)
            if table.type.kind == "place" and isinstance(row.then, ThenValue) and row.then.value is not NONE:
                yield from _unknown_code(str(row.then.value), table.type, row.where, rulebook)
    for name, formula in item.formulas.items():
        where = item.where.at("facts", name, "formula")
        yield from _unknown_codes(formula, item.symbols.facts, where, rulebook)


def _in_formulas(rulebook: Rulebook) -> Iterator[Problem]:
    """The same of the formulas of the vocabulary."""
    vocabulary = rulebook.vocabulary
    for name, fact in vocabulary.facts.items():
        if fact.shape.formula is not None:
            where, formula = fact.where.at("formula"), vocabulary.formula(name)
            yield from _unknown_codes(formula, vocabulary.symbols.facts, where, rulebook)


def _unknown_codes(
    node: Expr, facts: Mapping[str, Type], where: Where, rulebook: Rulebook
) -> Iterator[Problem]:
    for name, code in _codes_in(node):
        type_ = facts.get(name)
        if type_ is not None and type_.kind == "place":
            yield from _unknown_code(code, type_, where, rulebook)


def _unknown_code(code: str, type_: Type, where: Where, rulebook: Rulebook) -> Iterator[Problem]:
    if not _exists(code, type_.level, rulebook):
        yield where.problem("unknown_code", found=code, expected=str(type_.level or "any"))


def _codes_in(node: Expr) -> Iterator[tuple[str, str]]:
    match node:
        case Compare(left=Name(name=name), right=Const(value=str(code))):
            yield name, code
        case Compare(left=Const(value=str(code)), right=Name(name=name)):
            yield name, code
        case In(operand=Name(name=name), options=options):
            yield from ((name, one.value) for one in options if isinstance(one.value, str))
        case _:
            for part in children(node):
                yield from _codes_in(part)


def _exists(code: str, level: str | None, rulebook: Rulebook) -> bool:
    found = rulebook.divisions.latest(code, dt.date.max)
    if not isinstance(found, Division):
        return found.reason == "no_county_table" and level != "province"
    return level in (None, "any", found.level)


def _codes(rulebook: Rulebook) -> Iterator[Problem]:
    """An official code, and a number in the catalogue, belongs to one item."""
    seen: dict[object, str] = {}
    for item in rulebook.items():
        for key in (item.shape.number, *item.shape.codes.values()):
            if key is not None and seen.setdefault(key, item.id) != item.id:
                yield item.where.problem("code_twice", found=str(key), other=seen[key])


def _known(word: str, known: Collection[str], where: Where, what: str) -> Iterator[Problem]:
    if word not in known:
        yield where.problem(f"unknown_{what}", found=word, expected=closest(word, list(known)))
