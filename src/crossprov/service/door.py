"""The outermost layer: every answer has its headers and its line in the log, and nothing passes as a traceback.

The log names the route, never the address: what was typed behind ``/items/`` or a question mark may be anything.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request

from crossprov._errors import internal_fault
from crossprov.service import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("crossprov.service")

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_METHODS: Final = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_SENT: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class Door:
    """Lets requests in and answers out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a fault of the program becomes a problem that shows nothing of the case."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, start = 0, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_SENT]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:  # whoever asked has gone before all was sent: no fault, and nobody to answer
            pass
        except Exception as error:  # its message and its traceback may hold personal data
            fault = internal_fault(error)
            log.error("fault %(kind)s at %(at)s", dict(fault.problems[0].params))  # noqa: TRY400
            if not status:
                await problems.answer(fault, Request(scope))(scope, receive, sending)
        milliseconds = (time.perf_counter() - start) * 1000
        log.info("%s %s %d %.1fms", _method(scope), _route(scope), status, milliseconds)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "-"


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "-")
