"""From a YAML document to its shape, with every problem at its line and column."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import BaseModel, ValidationError

from crossprov._errors import Problem, RulebookError
from crossprov.rulebook import schema, slips
from crossprov.rulebook.symbols import closest
from crossprov.texts import Text, both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from crossprov.rulebook.source import Document, Path_

S = TypeVar("S", bound=BaseModel)

MAX_PROBLEMS: Final = 100
_CODES: Final = {"missing": "key_missing", "extra_forbidden": "key_unknown", "literal_error": "not_one_of"}
_SHOWN = 60  # characters of what was found: enough to recognise it
_OWN_CODES: Final = {"day": "not_a_day", "id": "not_an_id", "name": "not_a_name"}
_CHOICE: Final = re.compile(r"'([^']*)'|([0-9]+)")


def shaped(document: Document, model: type[S]) -> S:
    """Return the document as ``model``; raise ``RulebookError`` with everything that does not fit."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found: dict[tuple[int, int, str], Problem] = {}
        for detail in error.errors(include_url=False)[:MAX_PROBLEMS]:
            problem = _problem(document, detail)
            found.setdefault((problem.line, problem.column, problem.code), problem)
        raise RulebookError(found.values()) from None


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    path, of_key = _path(document, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    code = _OWN_CODES.get(str(context.get("error", ""))) or _CODES.get(kind, "value_unusable")
    last = str(path[-1]) if path else ""
    if code == "key_missing":
        key = str(detail["loc"][-1])
        return document.problem(code, path, key=key, hint=slips.of_missing(key))
    if code == "key_unknown":
        return document.key_problem(code, path, key=last, expected=slips.of_key(last, closest(last, _keys())))
    if of_key:
        return document.key_problem(code, path, found=_shown(detail["input"]))
    if code == "not_one_of":
        choices = ", ".join(word or number for word, number in _CHOICE.findall(str(context.get("expected"))))
        return document.problem(code, path, found=_shown(detail["input"]), expected=choices)
    if code == "value_unusable":
        wanted = _wanted(kind, context)
        return document.problem(code, path, key=last, found=_shown(detail["input"]), expected=wanted)
    return document.problem(code, path, found=_shown(detail["input"]))


def _path(document: Document, place: Path_) -> tuple[Path_, bool]:
    """Return the part of a place that exists in the document, and whether its last key is meant.

    Pydantic adds the names of branches of unions, and ``[key]`` where a key is wrong.
    """
    here: Any = document.data
    path: list[str | int] = []
    for part in place:
        if (isinstance(here, dict) and part in here) or (isinstance(here, list) and isinstance(part, int)):
            here = here[cast("Any", part)]
        else:
            continue
        path.append(part)
    return tuple(path), bool(place) and place[-1] == "[key]"


def _wanted(kind: str, context: Mapping[str, object]) -> Text:
    """Return what would be right in words; for what nobody has met yet, where to look."""
    try:
        key = context["pattern"] if kind == "string_pattern_mismatch" else kind
        return both(f"shape.{key}", **context)
    except KeyError:
        return both("shape.other")


def _shown(value: object) -> str:
    """Rule files hold no personal data, so what was found may be shown; only not at length."""
    if isinstance(value, (dict, list)):
        return "{…}" if isinstance(value, dict) else "[…]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@cache
def _keys() -> tuple[str, ...]:
    """Return every key that any rule file may have."""
    shapes = [
        shape
        for shape in vars(schema).values()
        if isinstance(shape, type) and issubclass(shape, schema.Shape)
    ]
    return tuple({field.alias or name for shape in shapes for name, field in shape.model_fields.items()})
