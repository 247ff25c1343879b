"""The web page: files of the package, held in memory, and the texts they show."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from crossprov.service.shared import ASKED_AGAIN, Shared
from crossprov.texts import every

FOLDER: Final = "web"
TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def routes(shared: Shared) -> APIRouter:
    """Return the routes; they are for browsers and stand in no specification."""
    router = APIRouter(include_in_schema=False)

    def served(name: str) -> Any:
        async def file(request: Request) -> Response:
            content, tag = _file(name)
            headers = {"ETag": tag, **ASKED_AGAIN}
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers=headers)
            return Response(content, headers=headers, media_type=TYPES[name.rpartition(".")[2]])

        return file

    router.add_api_route("/", served("index.html"), methods=["GET"])
    for name in _names():
        router.add_api_route(f"/web/{name}", served(name), methods=["GET"])

    @router.get("/web/texts.json")
    async def texts(request: Request) -> Response:
        return await shared.kept(request, lambda: {group: every(group) for group in ("web", "report")})

    return router


@cache
def _names() -> tuple[str, ...]:
    there = (path.name for path in files("crossprov.service").joinpath(FOLDER).iterdir())
    return tuple(sorted(name for name in there if name.rpartition(".")[2] in TYPES))


@cache
def _file(name: str) -> tuple[bytes, str]:
    content = files("crossprov.service").joinpath(FOLDER, name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
