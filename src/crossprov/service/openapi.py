"""The specification (OpenAPI 3.1): what each operation takes and answers, with an example, and every problem."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from crossprov.decide import decide
from crossprov.service import problems, schemas
from crossprov.service.routes import catalogue, deciding, interview, places

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from crossprov.service.shared import Shared

ABOUT: Final = (
    "Decisions on cross-province (跨省通办) human-resources and social-security services by dated rules: who decides, "
    "who takes a case in, the steps with their days, papers, sums of money, and the law behind each answer; or exactly "
    "which facts are missing. Stateless. Every refusal is a problem by RFC 9457, in Chinese or English by "
    "`Accept-Language`, and repeats nothing of what was sent."
)
_SENT: Final = ("json", "too_slow_to_send", "too_large", "media_type", "busy", "rules", "fault")
_SHORT: Final = ("busy", "rules", "fault")


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation takes and answers: names of schemas, examples, and the problems besides."""

    answer: str
    example: Callable[[Shared], Any]
    problems: tuple[str, ...]
    body: str | None = None
    sent: Callable[[Shared], Any] = lambda _: None


def example_case(shared: Shared) -> dict[str, Any]:
    """Return a case of which enough is known; by rules without that item, one of which nothing is."""
    law, item = shared.rulebook, "card-loss-report"
    if item in law.item_ids:
        facts = {"card.place": "510107", "card.status": "normal", "card.loss_report": "temporary"}
        told = {"as_of": "2026-11-27", "applied_on": "2026-11-27", "facts": facts}
        return {"item": item, "applicant": {"kind": "citizen"}, **told}
    first = next(law.items())
    return {"item": first.id, "applicant": {"kind": first.shape.serves[0]}}


def _decision(shared: Shared) -> dict[str, Any]:
    return decide(example_case(shared), shared.rulebook).to_dict()


def _guided(shared: Shared) -> dict[str, Any]:
    return deciding.guided(example_case(shared), shared, "en")


def _batch(shared: Shared) -> dict[str, Any]:
    answers = [{"decision": _decision(shared)}, {"problem": _problem("case")}]
    return {"answers": answers}


def _asked(shared: Shared) -> dict[str, Any]:
    return interview.as_told(
        interview.step({"item": example_case(shared)["item"], "as_of": "2026-11-27"}, shared)
    )


def _first(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value[:1] if isinstance(value, list) else value for key, value in data.items()}


def _problem(kind: str) -> dict[str, Any]:
    return problems.body(kind, [], "en")


OPERATIONS: Final[dict[str, Operation]] = {
    "decide": Operation("Decision", _decision, (*_SENT, "case", "too_slow"), "Case", example_case),
    "guide": Operation("GuidedDecision", _guided, (*_SENT, "case", "query", "too_slow"), "Case", example_case),
    "batch": Operation(
        "Answers", _batch, (*_SENT, "request", "too_slow"), "Batch",
        lambda shared: {"cases": [example_case(shared), {"item": "card-loss-report"}]},
    ),
    "interview": Operation(
        "Interview", _asked, (*_SENT, "request", "case", "too_slow"), "Move",
        lambda shared: {"item": example_case(shared)["item"], "as_of": "2026-11-27"},
    ),
    "items": Operation("Items", lambda shared: _first(catalogue.items(shared, "", None)), ("query", *_SHORT)),
    "item": Operation(
        "ItemGuide", lambda shared: catalogue.item(shared, example_case(shared)["item"], "en"),
        ("item", "query", *_SHORT),
    ),
    "facts": Operation("Facts", lambda shared: _first(catalogue.facts(shared, None)), ("item", "query", *_SHORT)),
    "rulebook": Operation("Rulebook", lambda shared: _first(catalogue.rulebook(shared)), _SHORT),
    "places": Operation("Places", places.example, ("query", *_SHORT)),
    "health": Operation("Health", lambda _: {"status": "ok"}, ("fault",)),
    "ready": Operation("Ready", lambda shared: {"status": "ready", "rulebook_hash": shared.rulebook.hash}, _SHORT),
}  # fmt: skip
"""Every operation by its name."""


def described(app: FastAPI, shared: Shared) -> dict[str, Any]:
    """Return the specification of the app; made when first asked for."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        for methods in found["paths"].values():
            for operation in methods.values():
                operation.update(_described(OPERATIONS[operation["operationId"]], shared))
        found["components"] = {"schemas": _components()}
        app.openapi_schema = json.loads(json.dumps(found))
    return app.openapi_schema


def _described(operation: Operation, shared: Shared) -> dict[str, Any]:
    answers = {"200": _content("the answer", "application/json", operation.answer, operation.example(shared))}
    by_status: dict[int, list[str]] = {}
    for kind in operation.problems:
        by_status.setdefault(problems.TYPES[kind], []).append(kind)
    for status, kinds in sorted(by_status.items()):
        told = "; ".join(_problem(kind)["title"] for kind in kinds)
        answers[str(status)] = _content(told, problems.MEDIA_TYPE, "Problem", _problem(kinds[0]))
    found: dict[str, Any] = {"responses": answers}
    if operation.body is not None:
        sent = _content("", "application/json", operation.body, operation.sent(shared))
        found["requestBody"] = {"required": True, "content": sent["content"]}
    return found


def _content(about: str, media_type: str, schema: str, example: Any) -> dict[str, Any]:
    return {
        "description": about,
        "content": {media_type: {"schema": schemas.ref(schema), "example": example}},
    }


def _components() -> dict[str, Any]:
    return dict(sorted({**schemas.of_case(), **schemas.of_answers(), **schemas.of_service()}.items()))
