"""The case as a JSON file, or on standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from crossprov._errors import CaseError, Problem
from crossprov.json_text import MAX_BYTES, read_object
from crossprov.texts import text


def read_case_file(source: str, language: str) -> dict[str, Any]:
    """Read the JSON object of a case from a file or, for ``-``, from standard input."""
    return read_object(_bytes(source, language))


def _bytes(source: str, language: str) -> bytes:
    """Return what a file or standard input holds, and of too much no more than tells that it is too much."""
    try:
        if source == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        why = "no_such_file"
    except IsADirectoryError:
        why = "is_directory"
    except PermissionError:
        why = "no_permission"
    except (OSError, ValueError, AttributeError):  # also a path that cannot be one, and no standard input
        why = "other_reason"
    raise CaseError([Problem("case_unreadable", {"reason": text(f"cli.{why}", language)})])
