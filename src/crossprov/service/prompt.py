"""Answers leave at once.

Several workers share a socket of which asyncio does not know that it speaks TCP, so it leaves Nagle's algorithm on:
the body of an answer then waits for the other side to acknowledge its head, 40 ms for nothing.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio


class Prompt(H11Protocol):
    """HTTP as uvicorn speaks it, on connections that do not wait to fill a packet."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        here = transport.get_extra_info("socket")
        if here is not None and here.family in (socket.AF_INET, socket.AF_INET6):
            here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
