"""The durable reading: the same tables, decided by durable_rules in processes of its own.

It shares with ``index`` the lowering and nothing after it. Known facts are matched by the Rete network on two
rails; what half-known facts leave open is worked out from decision diagrams over what the network answers.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import nullcontext
from functools import lru_cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CrossprovError, InternalFaultError, Problem
from crossprov.engine._base import CONFLICT, GAP, Evaluator, Facts, Hit
from crossprov.engine.durable_pool import Chunk, Pool, Talk, WorkerError
from crossprov.engine.durable_rules import Encoded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.values import Fact

EXTENSION: Final = "durable_rules_engine"
SECONDS_VARIABLE: Final = "CROSSPROV_CHECK_SECONDS"
SECONDS: Final = 5.0
TOO_NEW: Final = (3, 13)  # where durable_rules does not build without help
MATCHING_AT_ONCE: Final = 56  # branches that one fact may match; durable_rules has room for 64
_LARGE: Final = 60  # rules of one ruleset
_KIB_A_RULESET: Final = 200
_KIB_A_RULE: Final = 24

_making = threading.Lock()
_chunks = count(1)
_tables = count(1)


def installed() -> bool:
    """Return whether durable_rules is there; it is not loaded."""
    return os.name == "posix" and find_spec(EXTENSION) is not None


def pool() -> Pool:
    """Return the processes of this program, made when first needed, and seen to work.

    Raises ``CrossprovError`` if durable_rules is missing or does not start here.
    """
    with _making:  # a cache alone lets several threads make one each
        return only_pool()


@lru_cache(maxsize=1)
def only_pool() -> Pool:
    """Make the processes of this program; see ``pool``."""
    spec = find_spec(EXTENSION) if os.name == "posix" else None
    version = ".".join(map(str, sys.version_info[:2]))
    if spec is None or spec.origin is None:
        code = "durable_too_new" if sys.version_info >= TOO_NEW else "durable_missing"
        raise CrossprovError(
            [Problem(code if os.name == "posix" else "durable_not_here", {"version": version})]
        )
    found = Pool(str(Path(spec.origin).parent), _seconds())
    try:
        found.give(found.take())
    except WorkerError as error:
        raise CrossprovError(
            [Problem("durable_unusable", {"kind": error.kind, "version": version})]
        ) from None
    return found


def _seconds() -> float:
    told = os.environ.get(SECONDS_VARIABLE)
    try:
        seconds = SECONDS if told is None else float(told)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise CrossprovError([Problem("seconds_wrong", {"name": SECONDS_VARIABLE})])
    return seconds


class DurableEngine:
    """Answers tables by durable_rules, each at once: exact, and for comparison rather than for speed."""

    name = "durable"

    def __init__(self, processes: Pool | None = None) -> None:
        self._pool = processes or pool()
        self._shelf = Shelf()

    def prepare(self, table: LoweredTable) -> Evaluator:
        """Return a function that asks a process; it raises ``InternalFaultError`` if there is no answer."""
        placed = self._shelf.place(table)

        def evaluate(get: Facts) -> Hit:
            if placed.constant is not None:
                return placed.constant
            talk = Talk(self._pool)
            try:
                talk.ask(placed.chunk(), placed.question({name: get(name) for name in table.types}))
                (answer,) = talk.answers()
            except WorkerError as error:
                raise fault(error, self._pool.seconds) from None
            return hit_of(answer)

        return evaluate

    def classes(self, tables: Sequence[LoweredTable]) -> None:
        """Every table is asked every time: this reading is there to be compared."""

    def deciding(self) -> AbstractContextManager[None]:
        """Nothing has to be done when a case has been decided."""
        return nullcontext()


def fault(error: WorkerError, seconds: float) -> InternalFaultError:
    """Return the error for an engine that did not answer."""
    codes = {"silent": "engine_silent", "busy": "engine_busy"}
    code = codes.get(error.kind, "engine_broke")
    return InternalFaultError([Problem(code, {"kind": error.kind, "seconds": f"{seconds:g}"})])


def hit_of(answer: Any) -> Hit:
    """Return an answer of a process as that of a table."""
    rows, missing, _ = answer
    return Hit(tuple(rows), tuple(missing))


class Placed:
    """A table that some process will be told of, together with those prepared before its first question."""

    def __init__(self, shelf: Shelf, table: LoweredTable) -> None:
        self.encoded = Encoded(table, next(_tables))
        self.constant = None if table.types else _constant(table)
        self._shelf = shelf
        self._chunk: Chunk | None = None

    def chunk(self) -> Chunk:
        """Return the rules that this table is among."""
        if self._chunk is None:
            self._shelf.close()
        assert self._chunk is not None
        return self._chunk

    def put(self, chunk: Chunk) -> None:
        """Note among which rules the table is."""
        self._chunk = chunk

    def question(self, facts: Mapping[str, Fact]) -> str:
        """Return the question to a process, in a line."""
        known, half = self.encoded.question(facts)
        return f"A\t{self.encoded.name}\t{known}\t{json.dumps(half, ensure_ascii=False) if half else ''}\n"


def _constant(table: LoweredTable) -> Hit:
    """Return the answer of a table that tests nothing."""
    rows = [i for i, row in enumerate(table.rows) if row.alternatives]
    if not rows:
        return Hit((GAP,))
    return Hit((rows[0] if table.hit == "first" or len(rows) == 1 else CONFLICT,))


class Shelf:
    """Gathers tables until the first of them is asked; the rules of several share a ruleset.

    A fact bears names of one table only, so no other table's rules see it. A ruleset takes about 0.2 MB
    however small it is; of one table no more rules than one fact may match at once go into it. Tables that
    test and group the same are one: most of a law stays as it is from one version to the next.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Placed] = []
        self._known: dict[object, Placed] = {}

    def place(self, table: LoweredTable) -> Placed:
        """Take a table in."""
        rows = tuple((row.alternatives, row.group) for row in table.rows)
        key = table.hit, rows, tuple(table.types.items())
        with self._lock:
            placed = self._known.get(key)
            if placed is None:
                placed = self._known[key] = Placed(self, table)
                self._waiting.append(placed)
        return placed

    def close(self) -> None:
        """Make one chunk of the tables that wait."""
        with self._lock:
            rulesets: list[dict[str, Any]] = []
            tables: dict[str, Any] = {}
            for placed in self._waiting:
                encoded = placed.encoded
                parts = _parts(encoded.rules)
                used = [_into(rulesets, part, alone=len(parts) > 1) for part in parts]
                tables[encoded.name] = {**encoded.told, "rulesets": [str(number) for number in used]}
            told = {"rulesets": {str(i): rules for i, rules in enumerate(rulesets)}, "tables": tables}
            text = "D" + json.dumps(told, ensure_ascii=False) + "\n"
            kib = sum(_KIB_A_RULESET + _KIB_A_RULE * len(rules) for rules in rulesets)
            chunk = Chunk(next(_chunks), text, kib)
            for placed in self._waiting:
                placed.put(chunk)
            self._waiting.clear()


def _parts(rules: dict[str, Any]) -> list[dict[str, Any]]:
    names = list(rules)
    parts = (names[i : i + MATCHING_AT_ONCE] for i in range(0, len(names), MATCHING_AT_ONCE))
    return [{name: {"all": [{"m": rules[name]}]} for name in part} for part in parts]


def _into(rulesets: list[dict[str, Any]], part: dict[str, Any], *, alone: bool) -> int:
    """Put rules into the last ruleset if there is room and nothing else of their table, and return its number."""
    if not rulesets or alone or len(rulesets[-1]) + len(part) > _LARGE:
        rulesets.append({})
    rulesets[-1] |= part
    return len(rulesets) - 1
