"""Every refusal of an input model, in words, and a report of them that cannot leak what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from crossprov import _errors
from crossprov._errors import MASK, is_name
from crossprov.texts import Text, both, template

TAG: Final = "kind="
"""Begins the parts of an error path that name a member of a union and no field."""

_MAX_KEYS: Final = 1_000
_KEY: Final = "[key]"
_SHOWN: Final = ("expected", "pattern", "max_length", "min_length", "ge", "le")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where, a stable code, and what was expected there.

    ``expected`` never holds anything of the input.
    """

    path: str
    code: str
    expected: Text


def refuse(code: str) -> PydanticCustomError:
    """Return the error with which a validator refuses its value."""
    return PydanticCustomError(code, template(f"field.{code}").en)


def mask_keys(value: object) -> object:
    """Return a dict with every key that is no plain name masked; anything else unchanged.

    Models do this before validation, because pydantic puts refused keys into its error texts.
    Refuses a dict with more keys than any model or case could have.
    """
    if isinstance(value, dict) and len(value) > _MAX_KEYS:
        raise refuse("too_many")
    if not isinstance(value, dict) or all(is_name(key) for key in value):
        return value
    return {key if is_name(key) else MASK: item for key, item in value.items()}


def problems(error: ValidationError) -> tuple[Problem, ...]:
    """Report what is wrong with an input, without any value of it.

    Show this, never ``error.errors()`` or ``error.json()``, which carry the input.
    """
    found = error.errors(include_url=False, include_input=False)
    return tuple(
        Problem(_path(item["loc"]), item["type"], _expected(item["type"], item.get("ctx", {})))
        for item in found
    )


def case_error(error: ValidationError) -> _errors.CaseError:
    """Return the refusal of an input: each wrong field with what would be right, and no value."""
    return _errors.CaseError(
        [
            _errors.Problem("case_field", {"code": one.code, "expected": one.expected}, path=one.path)
            for one in problems(error)
        ]
    )


def _path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != _KEY and not part.startswith(TAG):
            path += ("." if path else "") + (part if is_name(part) else MASK)
    return path


def _expected(code: str, context: Mapping[str, Any]) -> Text:
    shown = {name: context.get(name, MASK) for name in _SHOWN}
    for key in (shown["pattern"], code):  # a form that people have a word for is told by that
        try:
            return both(f"field.{key}", **shown)
        except KeyError:
            continue
    return both("field.other")
