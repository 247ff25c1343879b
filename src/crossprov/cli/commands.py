"""The commands by name. Loads all that they need, so it is loaded only when one is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.cli.ask import ask
from crossprov.cli.asking import facts
from crossprov.cli.auditing import replay
from crossprov.cli.batch import batch
from crossprov.cli.comparing import diff
from crossprov.cli.deciding import decide, explain
from crossprov.cli.listing import doubts, items, pages, show
from crossprov.cli.proving import prove
from crossprov.cli.serving import serve
from crossprov.cli.upkeep import check, schema

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

RUN: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "decide": decide,
    "explain": explain,
    "ask": ask,
    "replay": replay,
    "items": items,
    "show": show,
    "facts": facts,
    "batch": batch,
    "serve": serve,
    "doubts": doubts,
    "pages": pages,
    "check": check,
    "schema": schema,
    "prove": prove,
    "diff": diff,
}
