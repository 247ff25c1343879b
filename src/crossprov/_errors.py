"""Everything that crossprov raises, and the problems that its errors carry.

    CrossprovError
    ├── RulebookError      the rule files are wrong; carries every problem found, with file, line, column
    ├── CaseError          the case is not readable as a case; carries every problem found, with field
    ├── UnknownItemError   no item of that name or code
    └── InternalFaultError two readings of the rules disagree: nothing is decided

A problem is data: a code and its parameters. Its text stands in ``texts/problems.yaml`` in Chinese and
English; no sentence is put together in code. Identity numbers and names never enter a problem.
"""

from __future__ import annotations

import os
import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from crossprov.texts import LANGUAGES, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MASK: Final = "<?>"
"""Stands in an error for a word that is no plain name: it may be a person's number or name."""

_WORDS: Final = r"[a-z]+[0-9]{0,4}(_[a-z]+[0-9]{0,4}|_[0-9]{1,4})*"
NAME_PATTERN: Final = rf"^{_WORDS}(\.{_WORDS})*$"
"""Lower_snake names, dotted. At most four digits in a row, so that no document number passes for one."""

_NAME: Final = re.compile(NAME_PATTERN)
_NAME_LENGTH: Final = 100


def is_name(word: object) -> bool:
    """Tell whether ``word`` is a plain name (dots allowed) that may be shown in an error."""
    return isinstance(word, str) and len(word) <= _NAME_LENGTH and _NAME.fullmatch(word) is not None


def shown(word: str) -> str:
    """Return a name, also one of words joined by hyphens, that may be shown in an error; else the mask."""
    return word if is_name(word.replace("-", "_")) else MASK


def default_language() -> str:
    """Return the language of error texts: ``CROSSPROV_LANG`` (``zh`` or ``en``), else ``en``."""
    asked = os.environ.get("CROSSPROV_LANG", "en")
    return asked if asked in LANGUAGES else "en"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what was found, what would be right.

    ``code`` is stable and names the kind of problem; ``line`` and ``column`` count from 1.
    """

    code: str
    params: Mapping[str, str | Text] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def where(self) -> str:
        """Return ``file:line:column`` as far as known, or the path of the field."""
        place = [self.file] if self.file else []
        if self.line:
            place += [str(self.line), str(self.column)]
        return ":".join(place) or self.path

    def text(self, language: str | None = None) -> str:
        """Return the problem as one sentence for a person."""
        chosen = language or default_language()
        params = {key: one.in_(chosen) if isinstance(one, Text) else one for key, one in self.params.items()}
        sentence = text("problem." + self.code, chosen, **params)
        return f"{self.where()}: {sentence}" if self.where() else sentence

    def __str__(self) -> str:
        return self.text()


class CrossprovError(Exception):
    """The base of every error that crossprov raises on purpose.

    ``problems`` has every problem that was found, ``text("zh")`` and ``text("en")`` say them, one a line. No value of
    a case is in any of them, so they may be logged.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(*self.problems)

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        """Let an error pass between processes: made anew it wants the problems in one."""
        return type(self), (self.problems,)

    def text(self, language: str | None = None) -> str:
        """Return all problems, one a line."""
        return "\n".join(problem.text(language) for problem in self.problems)

    def __str__(self) -> str:
        return self.text()


class RulebookError(CrossprovError):
    """The rule files cannot be used; every problem is listed with its file, line and column."""


class CaseError(CrossprovError):
    """The input cannot be read as a case; every wrong field is listed with what would be right; nothing was decided."""


class UnknownItemError(CrossprovError):
    """The rulebook has no item of that id or 事项编码."""


class InternalFaultError(CrossprovError):
    """Two readings of the rules disagree, or a rule broke at run time; nothing was decided."""


def internal_fault(error: Exception) -> InternalFaultError:
    """Say which rule of the program broke, and nothing of the case: messages may hold personal data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    said = {"kind": type(error).__name__, "at": f"{Path(frame.filename).name}:{frame.lineno}"}
    return InternalFaultError([Problem("internal_fault", said)])
