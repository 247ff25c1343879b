"""The divisions that a case can name, for whoever lets a person choose one."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from crossprov.calendar import today
from crossprov.service.routes import documented
from crossprov.service.shared import Shared

if TYPE_CHECKING:
    from crossprov.places import Division

On = Annotated[
    dt.date | None, Query(description="the day on which the divisions are in force; left out: today")
]


def routes(shared: Shared) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["catalogue"])

    @router.get("/places", **documented("places"))
    async def places(request: Request, on: On = None) -> Response:
        """Return the provinces in force on a day; of the two sides, with all divisions down to the county."""
        return await shared.kept(request, lambda: _places(shared, on or today()))

    return router


def _places(shared: Shared, day: dt.date) -> dict[str, Any]:
    sides = [side.province for side in shared.rulebook.offices.region.sides]
    provinces = shared.rulebook.divisions.provinces(day)
    first = sorted(provinces, key=lambda one: (one.code not in sides, one.code))
    return {"on": str(day), "provinces": [_place(shared, one, day) for one in first]}


def example(shared: Shared) -> dict[str, Any]:
    """Return as much of the places of today as shows how they are told."""
    told = _places(shared, today())
    return {**told, "provinces": [{**one, "parts": one["parts"][:1]} for one in told["provinces"][:2]]}


def _place(shared: Shared, division: "Division", day: dt.date) -> dict[str, Any]:
    below = shared.rulebook.divisions.children(division.code, day)
    return {
        "code": division.code,
        "name": {"zh": division.name, "en": division.name_en or division.name},
        "level": division.level,
        "parts": [_place(shared, one, day) for one in below],
    }
