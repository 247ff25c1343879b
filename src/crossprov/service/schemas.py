"""JSON Schemas of what the service takes and gives, made from the types that make it, so that they say nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from typing import TYPE_CHECKING, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from crossprov import decision
from crossprov.changes import ChangeSet
from crossprov.interview.question import Question
from crossprov.interview.talk import Answered
from crossprov.models import Case
from crossprov.report.model import Entry, Guide, Section
from crossprov.report.plan import Plan, PlanStep
from crossprov.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

REFERENCE: Final = "#/components/schemas/"
_ATOMS: Final[dict[object, dict[str, str]]] = {
    Any: {},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    type(None): {"type": "null"},
    dt.date: {"type": "string", "format": "date"},
}
_NAMES: Final = {one.__name__: one for one in (Entry, Section, Plan, PlanStep)} | vars(decision)


def of_case() -> dict[str, Any]:
    """Return the schema of a case and of all its parts, by name."""
    found = Case.model_json_schema(ref_template=REFERENCE + "{model}")
    parts: dict[str, Any] = found.pop("$defs")
    return {**parts, "Case": found}


def of_answers() -> dict[str, Any]:
    """Return the schemas of a decision, of a guide, and of all their parts, by name."""
    found: dict[str, Any] = {"Text": both_languages()}
    for one in (decision.Decision, ChangeSet, Guide, Question, Answered):
        _add(one, found)
    return found


def of_service() -> dict[str, Any]:
    """Return the schemas of what only the service says, by name."""
    text, day, texts = _ATOMS[str], _ATOMS[dt.date], {"type": "array", "items": _ATOMS[str]}
    maybe_text, maybe_day = {"anyOf": [ref("Text"), {"type": "null"}]}, {"anyOf": [day, {"type": "null"}]}
    whole, either = (
        {"type": "integer"},
        [shape({"decision": ref("Decision")}), shape({"problem": ref("Problem")})],
    )
    line = {
        "item": text, "catalogue": {"enum": ["joint", "related"]}, "number": {"type": ["integer", "null"]},
        "life_events": texts, "codes": {"type": "object", "additionalProperties": text}, "name": ref("Text"),
        "serves": texts, "from": day, "through": maybe_day, "summary": maybe_text, "in_force": {"type": "boolean"},
    }  # fmt: skip
    return {
        "Problem": _problem(),
        **_of_interview(),
        "GuidedDecision": shape(
            {"decision": ref("Decision"), "changes": listed("ChangeSet"), "guide": ref("Guide")}
        ),
        "Batch": shape({"cases": {**listed("Case"), "minItems": 1}}),
        "Answers": shape({"answers": {"type": "array", "items": {"anyOf": either}}}),
        "LifeEvent": shape({"id": text, "name": ref("Text")}),
        "Item": shape(line),
        "Items": shape({"items": listed("Item"), "life_events": listed("LifeEvent")}),
        "ItemGuide": shape({**line, "guide": ref("Guide")}),
        "Fact": _fact(),
        "Facts": shape({"facts": listed("Fact")}),
        "Rulebook": shape(
            {
                "id": text,
                "name": ref("Text"),
                "hash": text,
                "language": whole,
                "library": text,
                "engine": text,
                "items": whole,
                "today": day,
                "guides_on": maybe_day,
                "changes": {"type": "array", "items": day},
            }
        ),
        "Place": shape({"code": text, "name": ref("Text"), "level": text, "parts": listed("Place")}),
        "Places": shape({"on": day, "provinces": listed("Place")}),
        "Health": shape({"status": {"const": "ok"}}),
        "Ready": shape({"status": {"const": "ready"}, "rulebook_hash": text}),
    }


def _of_interview() -> dict[str, Any]:
    """One move, and where the interview then stands. A state is only ever handed back as it came."""
    text, flag, anything = _ATOMS[str], _ATOMS[bool], dict[str, Any]()
    state, case = {"type": "object"}, {"type": "object"}
    begin = shape(
        {"item": text, "as_of": {"type": "string", "format": "date"}, "case": case}, ("as_of", "case")
    )
    moves = {"answer": anything, "dont_know": {"const": True}, "back": {"const": True}, "back_to": text}
    go_on = [shape({"state": state}), *(shape({"state": state, move: said}) for move, said in moves.items())]
    stands = {
        "state": state, "item": text, "finished": flag, "settled": flag, "outcome": text,
        "question": _or_null("Question"), "answers": listed("Answered"), "rules_changed": flag,
        "dropped": {"type": "array", "items": text}, "case": case, "decision": _or_null("Decision"),
    }  # fmt: skip
    return {"Move": {"anyOf": [begin, *go_on]}, "Interview": shape(stands)}


def _or_null(name: str) -> dict[str, Any]:
    return {"anyOf": [ref(name), {"type": "null"}]}


def _problem() -> dict[str, Any]:
    """The type is a URN; ``errors`` says each thing that is wrong, and at which field."""
    text = _ATOMS[str]
    errors = {"type": "array", "items": shape({"code": text, "path": text, "detail": text})}
    told = {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "errors": errors}
    return shape(told, optional=("detail", "errors"))


def _fact() -> dict[str, Any]:
    """A fact has a type, a list of records has fields; the rest as the vocabulary declares it."""
    text = _ATOMS[str]
    told = {
        "name": text, "type": text, "unit": text, "values": {}, "level": text, "optional": {"type": "boolean"},
        "label": ref("Text"), "question": ref("Text"), "given": text,
        "fields": {"type": "object"}, "items": {"type": "array", "items": text},
    }  # fmt: skip
    return shape(told, optional=("type", "unit", "values", "level", "optional", "question", "fields"))


def both_languages() -> dict[str, Any]:
    """Return the schema of a text in Chinese and English."""
    return shape({"zh": _ATOMS[str], "en": _ATOMS[str]})


def shape(properties: dict[str, Any], optional: Iterable[str] = ()) -> dict[str, Any]:
    """Return the schema of an object that has these properties and no other."""
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def ref(name: str) -> dict[str, str]:
    """Return the reference to a schema."""
    return {"$ref": REFERENCE + name}


def listed(name: str) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": ref(name)}


def _add(made: type, found: dict[str, Any]) -> None:
    if made.__name__ in found:
        return
    found[made.__name__] = {}  # a type may contain itself
    hints = get_type_hints(made, localns=_NAMES)
    fields = [field.name for field in dataclasses.fields(made)]
    schema = shape({name: _of(hints[name], found) for name in fields})
    found[made.__name__] = {"description": (made.__doc__ or "").strip().split("\n")[0], **schema}


def _of(hint: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type, in the words of ``decision.as_plain``."""
    if hint in _ATOMS:
        return dict(_ATOMS[hint])
    if hint is Text:
        return dict(ref("Text"))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        _add(hint, found)
        return dict(ref(hint.__name__))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return {"anyOf": [_of(one, found) for one in arguments]}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(arguments[1], found)}
    assert origin is tuple, (
        hint
    )  # INVARIANT: decisions and guides are made of nothing else; a test makes all schemas
    return {"type": "array", "items": _of(arguments[0], found)}
