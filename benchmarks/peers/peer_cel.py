"""CEL by common-expression-language (Rust): the rows as one conditional expression, compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cel
from cel_rows import expression

if TYPE_CHECKING:
    from collections.abc import Callable


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    program = cel.compile(expression(table, is_null="{name} == null", nothing="null"))
    found: Callable[[dict[str, Any]], object] = program.execute
    return found
