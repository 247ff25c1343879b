"""From a YAML document to its shape, with every problem at its line and column."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from crossprov._errors import Problem, RulebookError
from crossprov.rulebook import schema
from crossprov.rulebook.check import closest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from crossprov.rulebook.source import Document, Path_

S = TypeVar("S", bound=BaseModel)

_CODES = {"missing": "key_missing", "extra_forbidden": "key_unknown", "literal_error": "not_one_of"}
_OWN_CODES = {"day": "not_a_day", "id": "not_an_id", "name": "not_a_name"}


def shaped(document: Document, model: type[S]) -> S:
    """Return the document as ``model``; raise ``RulebookError`` with everything that does not fit."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found: dict[tuple[int, int, str], Problem] = {}
        for detail in error.errors(include_url=False):
            problem = _problem(document, detail)
            found.setdefault((problem.line, problem.column, problem.code), problem)
        raise RulebookError(found.values()) from None


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    path: Path_ = detail["loc"]
    kind = detail["type"]
    context = detail.get("ctx", {})
    own = _OWN_CODES.get(str(context.get("error", "")))
    code = own or _CODES.get(kind, "value_unusable")
    last = str(path[-1]) if path else ""
    params = {"key": last, "found": _shown(detail["input"])}
    if code == "key_missing":
        path = path[:-1]
    elif code == "key_unknown":
        params["expected"] = closest(last, _keys())
    elif code == "not_one_of":
        params["expected"] = str(context.get("expected", ""))
    elif code == "value_unusable":
        params["expected"] = detail["msg"]
    return document.problem(code, path, **params)


def _shown(value: object) -> str:
    """Rule files hold no personal data, so what was found may be shown; only not at length."""
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 - a line's worth


@cache
def _keys() -> tuple[str, ...]:
    """Return every key that any rule file may have."""
    shapes = [shape for shape in vars(schema).values() if isinstance(shape, type) and issubclass(shape, schema.Shape)]
    return tuple({field.alias or name for shape in shapes for name, field in shape.model_fields.items()})
