"""An answer becomes an ordinary part of a case: only a case is decided, and an interview has no way of its own.

A fact that stands on a record is written there (``applicant.birth_date``), so that what holds of records, such
as that a retirement class fits the sex, holds of answers too. Where the case has no such place, it is told by
the fact's name. Records are added to those that the case has already.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CaseError, Problem
from crossprov.facts.book import TOLD, told_fact
from crossprov.json_text import MAX_BYTES, read_value
from crossprov.models import Case, Citizen, Employer, Model, Records
from crossprov.models.plan import plan
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.types import Type

Plain = dict[str, Any]

_APPLICANTS: Final[Mapping[str, type[Model]]] = {"citizen": Citizen, "employer": Employer}
_KNOWN: Final = "known_"
"""Begins the name of what a model knows from several fields; the field of that name without it is told."""
_PROVINCE: Final = "0000"
_NO_JSON: Final = frozenset({"case_not_json", "case_not_utf8", "case_empty"})


def path_of(law: Rulebook, fact: str) -> tuple[str, ...]:
    """Return where the answer about a fact, or a list of records, belongs; its own name if it is only told so.

    Two facts can belong to one place: one answer tells both.
    """
    known = law.vocabulary.facts.get(fact)
    given = law.vocabulary.records[fact].shape.given if known is None else known.shape.given
    if given is None or given == TOLD:
        return (fact,)
    *parts, last = given.split(".")
    return (*parts, last.removeprefix(_KNOWN))


def in_json(told: object) -> Any:
    """Return what a Python caller hands over as JSON would have it; bytes are a text, read as one from anywhere.

    Raises ``CaseError`` if it cannot be JSON, or is nested too deep.
    """
    if isinstance(told, bytes):
        return _read(told)
    try:
        text = json.dumps(told, default=_in_json, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise CaseError([Problem("interview_not_json")]) from None
    return read_value(text, max(len(text), MAX_BYTES))  # how large objects become is the caller's to know


def _read(text: bytes) -> Any:
    try:
        return read_value(text)
    except CaseError as error:
        if error.problems[0].code in _NO_JSON:
            raise CaseError([Problem("interview_not_json")]) from None
        raise


def _in_json(value: object) -> object:
    if isinstance(value, Model):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, (dt.date, Decimal, Month)):
        return str(value)
    raise TypeError


def can_be_told(law: Rulebook, fact: str, applicant: str) -> bool:
    """Return whether an applicant of a kind can be asked for a fact; only a citizen has lists of records."""
    known = law.vocabulary.facts.get(fact)
    if known is None:
        return fact in law.vocabulary.records and applicant == Citizen.model_fields["kind"].default
    return known.shape.given is not None


def check(law: Rulebook, fact: str, value: object, day: dt.date) -> None:
    """Raise ``CaseError`` if a value is no answer to the question about a fact; the case is looked at later."""
    known = law.vocabulary.facts.get(fact)
    if known is None:
        return  # a list of records is read as a part of the case
    told_fact(value, known)
    if known.type.kind == "place" and not _is_place(law, str(value), known.type, day):
        problem = Problem("place_unknown", {"day": str(day)}, path=fact)
        raise CaseError([problem])


def _is_place(law: Rulebook, code: str, type_: Type, day: dt.date) -> bool:
    if type_.level == "province" and not code.endswith(_PROVINCE):
        return False
    return law.divisions.province_of(code, day) is not None


def told(law: Rulebook, start: Mapping[str, Any], answers: Sequence[tuple[str, object]]) -> Plain:
    """Return a case with answers in it; ``start`` is left as it was."""
    case: Plain = json.loads(json.dumps(start))  # a copy, all the way down
    for fact, value in answers:
        path = path_of(law, fact)
        if fact in law.vocabulary.records:
            _add_records(case, path, value)
        elif (len(path) == 1 and path[0] == fact) or not _place(case, Case, path, value):
            case.setdefault("facts", {})[fact] = value
    return case


def _place(here: Plain, model: type[Model], path: Sequence[str], value: object) -> bool:
    """Write a value where its path leads; return False if the case has no such place."""
    name, *rest = path
    fields = {field.name: field for field in plan(model)}
    if name not in fields:
        return False
    if not rest:
        here[name] = value
        return True
    inner = fields[name].of if name != "applicant" else _APPLICANTS.get(here["applicant"].get("kind", ""))
    if inner is None:
        return False
    below: Plain | None = here.get(name)
    if below is None:
        wanted = {field.name for field in plan(inner) if field.required} - {rest[0]}
        if wanted:  # a part that is made of this answer alone would be none
            return False
        below = {}
    if not _place(below, inner, rest, value):
        return False
    here[name] = below
    return True


def _add_records(case: Plain, path: Sequence[str], value: object) -> None:
    """Add records, and what they are complete for, to the list that the case has; it is read with the case."""
    *parents, last = path
    here = case
    for name in parents:
        if here.get(name) is None:
            here[name] = {}
        here = here[name]
    before = here.get(last)
    if before is None or not isinstance(value, dict):
        here[last] = value
        return
    here[last] = (
        before | value | {key: [*before.get(key, ()), *several(value, key)] for key in Records.model_fields}
    )


def several(value: Plain, key: str) -> list[Any]:
    """Return one of the lists of an answer about records; raise ``CaseError`` if it is none."""
    found = value.get(key, [])
    if not isinstance(found, list):
        raise CaseError([Problem("records_wanted", path=key)])
    return found


def record_of(path: Sequence[str]) -> type[Model]:
    """Return the model of the records at a path of a case; raise ``KeyError`` if no list of records is there."""
    here: Any = Case
    for name in path:
        here = Citizen if name == "applicant" else {field.name: field for field in plan(here)}[name].of
    found: type[Model] = here
    return found
