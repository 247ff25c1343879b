"""Deciding: one case, a batch of cases, or one case as a guide for a person."""

from time import monotonic
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from crossprov._errors import CrossprovError, UnknownItemError
from crossprov.changes import changes
from crossprov.decide import decide
from crossprov.decision import as_plain
from crossprov.report import guide, place_names
from crossprov.service import problems
from crossprov.service.routes import Lang, documented
from crossprov.service.shared import Shared

if TYPE_CHECKING:
    from crossprov.decision import Decision
    from crossprov.rulebook.book import Rulebook

_SPENT = 0.8
"""The share of the time for deciding after which a batch begins no further case."""


def routes(shared: Shared) -> APIRouter:
    """Return the routes."""
    router, law = APIRouter(tags=["decide"]), shared.rulebook

    @router.post("/decide", **documented("decide"))
    async def decide_case(request: Request) -> Response:
        """Decide a case. The answer is what ``crossprov decide --json`` writes."""
        return await shared.told(request, lambda case: decided(case, law).to_dict())

    @router.post("/guide", **documented("guide"))
    async def guide_of_case(request: Request, lang: Lang = None) -> Response:
        """Decide a case and put it into words of one language (办事指南), with what would turn a "no"."""
        language = lang or problems.language_of(request)
        return await shared.told(request, lambda case: guided(case, shared, language))

    @router.post("/batch", **documented("batch"))
    async def batch(request: Request) -> Response:
        """Decide several cases. A case that is wrong gets its problem, beside the decisions of the others."""
        language = problems.language_of(request)
        return await shared.told(request, lambda told: _batch(told, shared, language))

    return router


def decided(case: dict[str, Any], law: "Rulebook") -> "Decision":
    """Decide a case; an item that the rules do not have is a mistake in the case, and no missing address."""
    try:
        return decide(case, law)
    except UnknownItemError:
        raise problems.RefusalError("case", "item_unknown", path="item") from None


def guided(case: dict[str, Any], shared: Shared, language: str) -> dict[str, Any]:
    """Return the decision of a case, what would turn a "no", and the guide of both in one language."""
    decision = decided(case, shared.rulebook)
    found = changes(case, shared.rulebook)
    names = place_names(shared.rulebook, decision.made_by.facts_on)
    told = guide(decision, language, names, found)
    return {"decision": decision.to_dict(), "changes": as_plain(found), "guide": as_plain(told)}


def _batch(told: dict[str, Any], shared: Shared, language: str) -> dict[str, Any]:
    cases, limit = told.get("cases"), shared.limits.cases
    if told.keys() != {"cases"} or not isinstance(cases, list) or not cases:
        raise problems.RefusalError("request", "cases_wanted", path="cases")
    if len(cases) > limit:
        raise problems.RefusalError("request", "too_many_cases", path="cases", limit=str(limit))
    until = monotonic() + shared.limits.deciding * _SPENT
    answers = [_one(case, shared, language, late=monotonic() > until) for case in cases]
    return {"answers": answers}


def _one(case: object, shared: Shared, language: str, *, late: bool) -> dict[str, Any]:
    refusal = _not_decided(case, shared, late=late)
    if refusal is not None:
        return {"problem": problems.details(refusal, language)}
    assert isinstance(case, dict)  # INVARIANT: anything else was refused
    try:
        return {"decision": decided(case, shared.rulebook).to_dict()}
    except (CrossprovError, problems.RefusalError) as error:
        return {"problem": problems.details(error, language)}


def _not_decided(case: object, shared: Shared, *, late: bool) -> problems.RefusalError | None:
    if late:
        return problems.RefusalError("too_slow", "too_slow", limit=str(shared.limits.deciding))
    return None if isinstance(case, dict) else problems.RefusalError("request", "case_wanted")
