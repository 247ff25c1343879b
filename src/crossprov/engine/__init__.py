"""The readings of the rules: each takes a lowered table and answers for any state of the facts.

``reference`` is naive and obviously right; ``index`` is the library's default; ``durable`` is the same in other
technology, and ``checked`` is both at once. All must agree. See docs/engines.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.engine._base import CONFLICT, GAP, Class, Engine, Evaluator, Facts, Hit
from crossprov.engine.index import IndexEngine
from crossprov.engine.reference import ReferenceEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _durable() -> Engine:
    from crossprov.engine.durable import DurableEngine  # noqa: PLC0415 - only who asks for it needs durable_rules

    return DurableEngine()


def _checked() -> Engine:
    from crossprov.engine.checked import CheckedEngine  # noqa: PLC0415 - only who asks for it needs durable_rules

    return CheckedEngine()


ENGINES: Final[Mapping[str, Callable[[], Engine]]] = {
    "index": IndexEngine,
    "reference": ReferenceEngine,
    "durable": _durable,
    "checked": _checked,
}

__all__ = [
    "CONFLICT",
    "ENGINES",
    "GAP",
    "Class",
    "Engine",
    "Evaluator",
    "Facts",
    "Hit",
    "IndexEngine",
    "ReferenceEngine",
]
