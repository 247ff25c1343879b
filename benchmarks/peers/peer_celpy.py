"""CEL by cel-python (Python): the same expression as for ``peer_cel``, compiled to Python functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import celpy
from cel_rows import expression

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 200
IS_NULL = "type({name}) == type(null)"  # to compare a number with null is an error here


def prepare(table: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    engine = celpy.Environment(runner_class=celpy.CompiledRunner)
    program = engine.program(engine.compile(expression(table, is_null=IS_NULL, nothing='""')))
    convert = celpy.json_to_cel

    def ask(case: dict[str, Any]) -> object:
        return str(program.evaluate(convert(case)))

    return ask
