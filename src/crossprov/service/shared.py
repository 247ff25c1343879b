"""What all routes share: the rules, the limits, the threads that decide, and how an answer is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from crossprov.calendar import today
from crossprov.decide import decide, decider
from crossprov.json_text import read_object
from crossprov.service.desk import Desk
from crossprov.service.limits import Limits
from crossprov.service.reading import read_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from crossprov.rulebook.book import Rulebook

NEVER_KEPT: Final = {"Cache-Control": "no-store"}
ASKED_AGAIN: Final = {"Cache-Control": "no-cache"}


@dataclass(frozen=True)
class Shared:
    """The rules of a service with its limits; ``desk`` is where cases are decided."""

    rulebook: Rulebook
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        object.__setattr__(self, "desk", Desk(self.limits))

    desk: Desk = field(init=False)

    def warm(self) -> None:
        """Read every item by the rules of today, so that the first request is as fast as the others."""
        ready, day = decider(self.rulebook), today()
        for item in self.rulebook.items():
            if item.in_force(day):
                ready.prepared(item, day)
                ready.prepared(item, day, "limit")
        self.decided_at_all()

    def decided_at_all(self) -> None:
        """Decide a case of which nothing is known; raise what keeps the service from deciding."""
        item = next(self.rulebook.items())
        decide({"item": item.id, "applicant": {"kind": item.shape.serves[0]}}, self.rulebook).to_dict()

    async def told(self, request: Request, answer: Callable[[dict[str, Any]], Any]) -> Response:
        """Read the JSON object of a request and return what ``answer`` makes of it, worked out at the desk."""
        raw = await read_body(request, self.limits)
        return await self.desk.work(partial(self._told, raw, answer))

    def _told(self, raw: bytes, answer: Callable[[dict[str, Any]], Any]) -> Response:
        found = read_object(raw, self.limits.bytes, self.limits.depth)
        return as_json(answer(found), NEVER_KEPT)

    async def kept(self, request: Request, answer: Callable[[], Any]) -> Response:
        """Return what does not depend on a case; who has it already is told so by its tag."""
        content = await self.desk.work(lambda: _written(answer()))
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag, **ASKED_AGAIN}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type="application/json")


def as_json(data: object, headers: dict[str, str]) -> Response:
    """Return an answer in JSON; Chinese stays readable."""
    return Response(_written(data), headers=headers, media_type="application/json")


def _written(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
