"""The body of a request, read within the limits while it arrives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from crossprov.service.problems import RefusalError

if TYPE_CHECKING:
    from starlette.requests import Request

    from crossprov.service.limits import Limits


_DIGITS: Final = 15
"""No body is as long as a longer number says, and Python reads no number of thousands of digits."""


async def read_body(request: Request, limits: Limits) -> bytes:
    """Return the body; refuse what is no JSON by its header, too large, or too slow, without reading it whole."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise RefusalError("media_type", "media_type")
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > _DIGITS or int(told) > limits.bytes:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.sending):
            return await _collected(request, limits)
    except TimeoutError:
        raise RefusalError("too_slow_to_send", "too_slow_to_send", limit=str(limits.sending)) from None


async def _collected(request: Request, limits: Limits) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > limits.bytes:
            raise _too_large(limits)
    return bytes(found)


def _too_large(limits: Limits) -> RefusalError:
    return RefusalError("too_large", "too_large", limit=str(limits.bytes))
