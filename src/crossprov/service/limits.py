"""How much one request may ask for, so that no request takes the service away from the others."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import Final, Self

from crossprov._errors import CaseError, Problem

PREFIX: Final = "CROSSPROV_MAX_"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a service; each can be set by an environment variable, ``CROSSPROV_MAX_BYTES`` and so on.

    ``bytes`` of a body and its ``depth`` in JSON; ``cases`` of a batch; ``sending`` and ``deciding`` in seconds;
    ``threads`` that decide at once in a process, and requests ``waiting`` for one of them.
    """

    bytes: int = 1_000_000
    depth: int = 32
    cases: int = 100
    sending: int = 10
    deciding: int = 10
    threads: int = 2
    waiting: int = 64

    @classmethod
    def from_environment(cls) -> Self:
        """Return the limits that the environment sets; raise ``CaseError`` if one is no number above zero."""
        given = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            raw = os.environ.get(name, "")
            if raw and not (raw.isascii() and raw.isdecimal() and len(raw) <= 12 and int(raw) > 0):  # noqa: PLR2004
                raise CaseError([Problem("limit_wrong", {"name": name})])
            if raw:
                given[field.name] = int(raw)
        return cls(**given)
