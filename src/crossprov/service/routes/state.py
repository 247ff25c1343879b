"""Whether the service lives, and whether it can decide."""

from fastapi import APIRouter
from starlette.responses import Response

from crossprov.service.routes import documented
from crossprov.service.shared import NEVER_KEPT, Shared, as_json


def routes(shared: Shared) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["state"])

    @router.get("/health", **documented("health"))
    async def health() -> Response:
        """Answer as long as the process lives; decides nothing."""
        return as_json({"status": "ok"}, NEVER_KEPT)

    @router.get("/ready", **documented("ready"))
    async def ready() -> Response:
        """Answer once a case can be decided, by deciding one of which nothing is known."""
        await shared.desk.work(shared.decided_at_all)
        return as_json({"status": "ready", "rulebook_hash": shared.rulebook.hash}, NEVER_KEPT)

    return router
