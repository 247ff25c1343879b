"""How a command ends: exit codes, and an end with something to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterable

DONE: Final = 0
PROBLEMS: Final = 1
WRONG_CALL: Final = 2
WRONG_RULES: Final = 3
FAULT: Final = 4
INTERRUPTED: Final = 130


class Stop(Exception):
    """Ends the command with an exit code and what to say on standard error."""

    def __init__(self, code: int, lines: Iterable[str]) -> None:
        self.code, self.lines = code, tuple(lines)
        super().__init__(code)


def wrong(language: str, key: str, /, **values: object) -> Stop:
    """Return the end of a wrong call, with a text of ``texts/clis.yaml``."""
    return Stop(WRONG_CALL, [text(f"cli.{key}", language, **values)])
