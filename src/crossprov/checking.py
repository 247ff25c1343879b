"""Checking a whole rulebook: what loading checks, what needs the models and the places, and the examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from crossprov._errors import Problem, RulebookError
from crossprov.examples import check_examples
from crossprov.facts.book import TOLD
from crossprov.facts.registry import BUILTIN, function
from crossprov.models import Case
from crossprov.rulebook.check import closest

if TYPE_CHECKING:
    from collections.abc import Collection

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.vocabulary import Where


def check(rulebook: Rulebook) -> list[Problem]:
    """Return every problem of a rulebook, also those of files that deciding reads late, and failed examples."""
    problems = [*rulebook.check(), *_sources(rulebook)]
    if problems:
        return problems
    try:
        functions, channels = rulebook.offices.region.functions, rulebook.channels
    except RulebookError as error:
        return list(error.problems)
    for item in rulebook.items():
        problems += _places(item, functions, channels)
    for item in rulebook.items() if not problems else ():
        problems += check_examples(rulebook, item)
    return problems


def _sources(rulebook: Rulebook) -> Iterator[Problem]:
    """What facts are made from must exist: fields of a case, and functions."""
    packages = (*rulebook.functions, BUILTIN)
    for fact in rulebook.vocabulary.facts.values():
        shape = fact.shape
        if shape.given not in (None, TOLD) and not is_field(str(shape.given)):
            yield fact.where.at("given").problem("given_unknown", found=str(shape.given))
        if shape.function is not None:
            try:
                function(shape.function, len(shape.reads), packages)
            except RulebookError as error:
                for problem in error.problems:
                    yield fact.where.at("function").problem(problem.code, **_plain(problem))
    for records in rulebook.vocabulary.records.values():
        if not is_field(records.shape.given):
            yield records.where.at("given").problem("given_unknown", found=records.shape.given)


def _plain(problem: Problem) -> dict[str, str]:
    return {key: str(value) for key, value in problem.params.items()}


def is_field(path: str) -> bool:
    """Return whether a path of names leads to a field (or a property) of a case."""
    here: list[Any] = [Case]
    for name in path.split("."):
        here = [inner for model in here for inner in _fields(model, name)]
    return bool(here)


def _fields(model: Any, name: str) -> list[Any]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)) or name.startswith("_"):
        return []
    if name in model.model_fields:
        return _models(model.model_fields[name].annotation)
    return [object] if isinstance(getattr(model, name, None), property) else []


def _models(annotation: Any) -> list[Any]:
    """Return the models that an annotation may hold; ``object`` stands for plain values."""
    inner = [found for part in get_args(annotation) for found in _models(part)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner.append(annotation)
    return inner or [object]


def _places(item: Item, functions: Collection[str], channels: Collection[str]) -> Iterator[Problem]:
    """Functions and channels that an item names must stand in region.yaml."""
    for name, role in item.shape.offices.items():
        yield from _known(role.function, functions, item.where.at("offices", name, "function"), "office_function")
    for index, intake in enumerate(item.shape.intake):
        where = item.where.at("intake", index)
        if intake.function is not None:
            yield from _known(intake.function, functions, where.at("function"), "office_function")
        for position, channel in enumerate(intake.channels):
            yield from _known(channel, channels, where.at("channels", position), "channel")


def _known(word: str, known: Collection[str], where: Where, what: str) -> Iterator[Problem]:
    if word not in known:
        yield where.problem(f"unknown_{what}", found=word, expected=closest(word, list(known)))
