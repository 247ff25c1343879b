"""The readings of the rules: each takes a lowered table and answers for any state of the facts.

``reference`` is naive and obviously right; ``index`` is the library's default. They must agree.
"""

from __future__ import annotations

from typing import Final

from crossprov.engine._base import CONFLICT, GAP, Engine, Evaluator, Facts, Hit
from crossprov.engine.index import IndexEngine
from crossprov.engine.reference import ReferenceEngine

ENGINES: Final[dict[str, type[Engine]]] = {"index": IndexEngine, "reference": ReferenceEngine}

__all__ = [
    "CONFLICT",
    "ENGINES",
    "GAP",
    "Engine",
    "Evaluator",
    "Facts",
    "Hit",
    "IndexEngine",
    "ReferenceEngine",
]
