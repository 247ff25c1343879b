"""What a request is told when it is not answered: problem details (RFC 9457) in its language.

Each type of problem has one status, and a title in ``texts/services.yaml``. No problem repeats what was sent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from crossprov._errors import (
    CrossprovError,
    InternalFaultError,
    Problem,
    RulebookError,
    UnknownItemError,
    default_language,
)
from crossprov.texts import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final[dict[str, int]] = {
    "not_found": 404,
    "method": 405,
    "media_type": 415,
    "too_large": 413,
    "too_slow_to_send": 408,
    "json": 400,
    "query": 422,
    "request": 422,
    "case": 422,
    "item": 404,
    "busy": 503,
    "too_slow": 503,
    "rules": 503,
    "fault": 500,
}
"""Every type of problem and its status."""

RETRY_SECONDS: Final = "2"
_UNAVAILABLE: Final = 503
_JSON: Final = (
    "not_utf8",
    "empty",
    "too_deep",
    "not_json",
    "long_number",
    "no_object",
    "duplicate",
    "no_number",
    "half_character",
)
_OF_JSON: Final = frozenset(f"case_{code}" for code in _JSON)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: a code, where it stands in what was sent, and the words for it."""

    code: str
    path: str
    detail: str

    @classmethod
    def of(cls, problem: Problem, language: str, within: str = "") -> Wrong:
        """Return a problem of the library; its words without the place, which stands apart."""
        path = ".".join(filter(None, (within, problem.path)))
        return cls(problem.code, path, Problem(problem.code, problem.params).text(language))


class RefusalError(Exception):
    """Ends a request with a problem; ``code`` names the text that says more than its title."""

    def __init__(self, kind: str, code: str = "", path: str = "", **said: str) -> None:
        self.kind, self.code, self.path, self.said = kind, code, path, said
        self.headers: Mapping[str, str] = {}
        if TYPES[kind] == _UNAVAILABLE:
            self.headers = {"Retry-After": RETRY_SECONDS}
        super().__init__(kind)


def language_of(request: Request) -> str:
    """Return the language of an answer: ``lang`` in the address, else by ``Accept-Language``, else the default."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else _accepted(request.headers.get("accept-language", ""))


def _accepted(header: str) -> str:
    best, chosen = 0.0, default_language()
    for part in header[:200].split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        language = tag.partition("-")[0]
        try:
            weight = float(parameter.strip().removeprefix("q=") or "1")
        except ValueError:
            continue
        if language in LANGUAGES and weight > best:
            best, chosen = weight, language
    return chosen


def details(error: Exception, language: str) -> dict[str, Any]:
    """Return the problem details of an error."""
    if isinstance(error, RefusalError):
        words = text(f"service.{error.code}", language, **error.said) if error.code else ""
        return body(error.kind, [Wrong(error.code, error.path, words)] if words else [], language)
    assert isinstance(error, CrossprovError)  # INVARIANT: nothing else is handed here, see ``door``
    if isinstance(error, UnknownItemError):
        words = text("service.item_unknown", language)
        return body("item", [Wrong("item_unknown", "", words)], language)
    return body(_kind(error), [Wrong.of(problem, language) for problem in error.problems], language)


def _kind(error: CrossprovError) -> str:
    if isinstance(error, InternalFaultError):
        return "fault"
    if isinstance(error, RulebookError):
        return "rules"
    codes = {problem.code for problem in error.problems}
    if "case_too_large" in codes:
        return "too_large"
    return "json" if codes <= _OF_JSON else "case"


def body(kind: str, errors: list[Wrong], language: str) -> dict[str, Any]:
    """Return a problem as data. Its type is a name and leads nowhere: a closed network has no place for it."""
    told: dict[str, Any] = {
        "type": f"urn:crossprov:problem:{kind.replace('_', '-')}",
        "title": text(f"service.title_{kind}", language),
        "status": TYPES[kind],
    }
    if errors:
        told["detail"] = errors[0].detail
        told["errors"] = [{"code": one.code, "path": one.path, "detail": one.detail} for one in errors]
    return told


def answer(error: Exception, request: Request) -> Response:
    """Return the answer to a request that ended with an error."""
    language = language_of(request)
    told = details(error, language)
    more = error.headers if isinstance(error, RefusalError) else {}
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store", **more}
    content = json.dumps(told, ensure_ascii=False).encode()
    return Response(content, told["status"], headers, media_type=MEDIA_TYPE)
