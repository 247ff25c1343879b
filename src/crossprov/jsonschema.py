"""JSON Schemas of the rule files and of a case, for editors and for other programs.

They are generated from the models that read the files, so that they cannot say anything else. What names
mean, and whether the law is coherent, no schema can say: that is ``crossprov check``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import GenerateJsonSchema

from crossprov.models import Case
from crossprov.rulebook import schema as shapes
from crossprov.rulebook.schema.base import ID, NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FILES: Final[dict[str, type[BaseModel]]] = {
    "rulebook": shapes.RulebookFile,
    "vocabulary": shapes.VocabularyFile,
    "parameters": shapes.ParametersFile,
    "instruments": shapes.InstrumentsFile,
    "item": shapes.ItemFile,
    "fragments": shapes.FragmentsFile,
    "examples": shapes.ExamplesFile,
    "doubts": shapes.DoubtsFile,
    "accepted": shapes.AcceptedFile,
    "life-events": shapes.LifeEventsFile,
    "case": Case,
}
"""The name of each schema and the model it describes."""

_KEY_RULES: Final = ("pattern", "minLength", "maxLength")


def schemas() -> dict[str, str]:
    """Return the text of every schema by its file name; the same models give the same bytes."""
    return {f"{name}.json": _text(name, model) for name, model in FILES.items()}


def write(folder: Path) -> int:
    """Write every schema into ``folder``, which is made if need be; return how many. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    found = schemas()
    for name, text in found.items():
        (folder / name).write_bytes(text.encode())
    return len(found)


def stale(folder: Path) -> list[str]:
    """Return the names of the files in ``folder`` that are missing, superfluous or not current."""
    found = schemas()
    names = found.keys() | {path.name for path in folder.glob("*.json")}
    return sorted(name for name in names if _read(folder / name) != found.get(name))


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None


def _text(name: str, model: type[BaseModel]) -> str:
    found = model.model_json_schema(schema_generator=_Generator)
    whole = {"$schema": DIALECT, "$id": f"{name}.json", **_lengths_of_lists(found)}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _lengths_of_lists(node: Any) -> Any:
    """Pydantic writes the length of a list that may be written as one text as if it were that of a text."""
    if isinstance(node, list):
        return [_lengths_of_lists(part) for part in node]
    if not isinstance(node, dict):
        return node
    one_or_many = "anyOf" in node
    return {
        "minItems" if one_or_many and key == "minLength" else key: _lengths_of_lists(part)
        for key, part in node.items()
    }


class _Generator(GenerateJsonSchema):
    """Says also what the validators of the shapes accept, which pydantic cannot see."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        return _described(schema["function"]["function"], super().function_before_schema(schema))

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        return _described(schema["function"]["function"], super().function_after_schema(schema))

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A wrong key is an error: pydantic would only say what its value is if the key were right."""
        plain = super().dict_schema({**schema, "keys_schema": {"type": "str"}})
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        names = {rule: keys[rule] for rule in _KEY_RULES if rule in keys}
        return {**plain, "propertyNames": names} if names else plain

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A title that repeats the key helps nobody."""
        return False


def _described(validator: object, found: JsonSchemaValue) -> JsonSchemaValue:
    describe = _VALIDATORS.get(getattr(validator, "__name__", ""))
    return found if describe is None else describe(found)


def _pattern(pattern: str) -> str:
    return f"^({pattern.removesuffix(chr(92) + 'Z')})$"


# By the names of the validators in `rulebook/schema/base.py`; a test holds them together.
_VALIDATORS: Final[dict[str, Callable[[JsonSchemaValue], JsonSchemaValue]]] = {
    "_day": lambda _: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "_id": lambda found: {**found, "pattern": _pattern(ID.pattern)},
    "_name": lambda found: {**found, "pattern": _pattern(NAME.pattern)},
    "_as_text": lambda found: {**found, "type": ["string", "integer"]},
    "as_list": lambda found: {"anyOf": [found["items"], found]},
}
