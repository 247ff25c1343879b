"""What a command writes to standard output."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Final

from crossprov.cli.errors import DONE
from crossprov.report import as_text

if TYPE_CHECKING:
    from crossprov.report import Guide

_WIDTH: Final = 92
_WIDTHS: Final = (60, 100)


def write(guide: Guide) -> int:
    """Write a guide as wide as the terminal, within reason; in a file, at a fixed width."""
    width = _WIDTH
    if sys.stdout.isatty():
        least, most = _WIDTHS
        width = min(max(shutil.get_terminal_size((_WIDTH, 0)).columns, least), most)
    sys.stdout.write(as_text(guide, width))
    return DONE


def write_json(data: object) -> int:
    """Write data as JSON; Chinese stays readable."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return DONE
