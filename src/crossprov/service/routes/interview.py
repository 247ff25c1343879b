"""The interview: one question at a time. Its state goes to and fro; the service keeps nothing of it."""

import datetime as dt
import re
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from crossprov._errors import UnknownItemError
from crossprov.interview import Interview
from crossprov.service.problems import RefusalError
from crossprov.service.routes import documented
from crossprov.service.shared import Shared

_BEGIN: Final = frozenset({"item", "as_of", "case"})
_MOVES: Final = frozenset({"answer", "dont_know", "back", "back_to"})
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def routes(shared: Shared) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["decide"])

    @router.post("/interview", **documented("interview"))
    async def interview(request: Request) -> Response:
        """Begin an interview about an item, or go on from a state with one move: answer, dont_know, back, back_to.

        Only what can still change the decision is asked. The decision stands beside the question as soon as its
        outcome is settled.
        """
        return await shared.told(request, lambda told: as_told(step(told, shared)))

    return router


def step(told: dict[str, Any], shared: Shared) -> Interview:
    """Return the interview that a request begins or goes on with; raise ``CaseError`` or a refusal."""
    keys = told.keys()
    try:
        if "item" in keys and keys <= _BEGIN:
            return _begun(told, shared)
        if "state" in keys and len(keys & _MOVES) <= 1 and keys <= {"state"} | _MOVES:
            return _moved(Interview.resume(told["state"], shared.rulebook), told)
    except UnknownItemError:
        raise RefusalError("case", "item_unknown", path="item") from None
    raise RefusalError("request", "step_wanted")


def _begun(told: dict[str, Any], shared: Shared) -> Interview:
    item, day = told["item"], told.get("as_of")
    if not isinstance(item, str):
        raise RefusalError("case", "item_unknown", path="item")
    return Interview.start(
        item, shared.rulebook, as_of=None if day is None else _day(day), case=told.get("case")
    )


def _day(told: object) -> dt.date:
    try:
        if isinstance(told, str) and _DAY.fullmatch(told):
            return dt.date.fromisoformat(told)
    except ValueError:
        pass
    raise RefusalError("request", "day_wanted", path="as_of")


def _moved(here: Interview, told: dict[str, Any]) -> Interview:
    if told.get("back") is True:
        return here.back()
    if isinstance(told.get("back_to"), str):
        return _back_to(here, told["back_to"])
    if "answer" not in told and told.get("dont_know") is not True:
        if len(told) == 1:
            return here
        raise RefusalError("request", "step_wanted")
    if here.finished:
        raise RefusalError("request", "nothing_asked", path="state")
    return here.answer(told["answer"]) if "answer" in told else here.dont_know()


def _back_to(here: Interview, fact: str) -> Interview:
    try:
        return here.back_to(fact)
    except KeyError:
        raise RefusalError("request", "not_answered", path="back_to") from None


def as_told(here: Interview) -> dict[str, Any]:
    """Return an interview as the service tells it: with the case so far, and the decision once it is settled."""
    decision = here.decision.to_dict() if here.settled or here.finished else None
    return {**here.to_dict(), "case": here.case, "decision": decision}
