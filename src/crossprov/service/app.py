"""The app: routes, the door around them, and the rules loaded before the first request."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from crossprov._errors import CrossprovError
from crossprov._version import __version__
from crossprov.rulebook.book import Rulebook
from crossprov.service import openapi, problems
from crossprov.service.door import Door
from crossprov.service.limits import Limits
from crossprov.service.routes import catalogue, deciding, interview, page, places, state
from crossprov.service.shared import Shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

RULES_VARIABLE: Final = "CROSSPROV_RULES"
ROUTES: Final = (deciding, interview, catalogue, places, state, page)


def create_app(rulebook: Rulebook | None = None, limits: Limits | None = None) -> FastAPI:
    """Return the service as an ASGI app: by the rules that come with the library, or by others.

    ``limits`` are those of one request, by default those of the environment. Raises ``RulebookError`` for rules
    that cannot be used: a service that cannot decide does not start.
    """
    shared = Shared(rulebook or Rulebook.load(), limits or Limits.from_environment())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        shared.warm()
        yield
        shared.desk.close()

    app = FastAPI(
        title="crossprov",
        version=__version__,
        description=openapi.ABOUT,
        docs_url=None,  # FastAPI's pages load from other hosts
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    for subject in ROUTES:
        app.include_router(subject.routes(shared))
    _refuse_in_words(app)
    app.add_middleware(Door)
    app.openapi = lambda: openapi.described(app, shared)  # type: ignore[method-assign]
    return app


def from_environment() -> FastAPI:
    """Return the app as ``crossprov serve`` wants it: each of several processes makes its own."""
    rules = os.environ.get(RULES_VARIABLE)
    return create_app(Rulebook.load(Path(rules) if rules else None))


def _refuse_in_words(app: FastAPI) -> None:
    """Answer every refusal with problem details."""

    async def refused(request: Request, error: Exception) -> Response:
        return problems.answer(error, request)

    async def of_starlette(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # INVARIANT: registered for it alone
        kind = "method" if error.status_code == problems.TYPES["method"] else "not_found"
        refusal = problems.RefusalError(kind)
        refusal.headers = error.headers or {}
        return problems.answer(refusal, request)

    async def of_query(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # INVARIANT: registered for it alone
        names = [str(one["loc"][-1]) for one in error.errors()]
        return problems.answer(problems.RefusalError("query", "query", path=names[0]), request)

    app.add_exception_handler(CrossprovError, refused)
    app.add_exception_handler(problems.RefusalError, refused)
    app.add_exception_handler(HTTPException, of_starlette)
    app.add_exception_handler(RequestValidationError, of_query)
