"""The checked reading: ``index`` decides, ``durable`` decides the same tables from the same facts, and they agree.

The tables of a case are asked together when it has been decided, each with the facts that ``index`` looked at.
Nothing that was decided leaves before both agree.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from crossprov._errors import InternalFaultError
from crossprov.engine._base import CONFLICT, GAP, Evaluator, Facts, Hit
from crossprov.engine.durable import Shelf, fault, hit_of, pool
from crossprov.engine.durable_pool import Talk, WorkerError
from crossprov.engine.index import IndexEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crossprov.engine.durable import Placed
    from crossprov.engine.durable_pool import Pool
    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.values import Fact

_NO_ROW: Final = {GAP: "gap", CONFLICT: "conflict"}


class CheckedEngine:
    """Answers tables by ``index`` and raises ``InternalFaultError`` unless ``durable`` answers the same."""

    name = "checked"

    def __init__(self, processes: Pool | None = None) -> None:
        self._pool = processes or pool()
        self._shelf = Shelf()
        self._index = IndexEngine()
        self._local = threading.local()

    def prepare(self, table: LoweredTable) -> Evaluator:
        """Return a function that answers at once; within ``deciding`` it is checked at the end of that."""
        placed, index = self._shelf.place(table), self._index.prepare(table)

        def evaluate(get: Facts) -> Hit:
            asked: dict[str, Fact] = {}

            def noting(name: str) -> Fact:
                value = asked[name] = get(name)
                return value

            hit = index(noting)
            check: Check | None = getattr(self._local, "check", None)
            if check is not None:
                check.add(placed, table, asked, hit)
            else:
                with self.deciding():
                    self._local.check.add(placed, table, asked, hit)
            return hit

        return evaluate

    def classes(self, tables: Sequence[LoweredTable]) -> None:
        """Every table is asked every time: this reading is there to be compared."""

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """Check what is answered within, at the end; raise ``InternalFaultError`` if something differs."""
        outer = getattr(self._local, "check", None)
        check = self._local.check = Check(self._pool)
        try:
            yield
        finally:
            self._local.check = outer
        check.compare()


class Check:
    """The tables of one case: what ``index`` answered, and the questions to the other process."""

    def __init__(self, processes: Pool) -> None:
        self._talk = Talk(processes)
        self._seconds = processes.seconds
        self._expected: list[tuple[LoweredTable, Hit]] = []

    def add(self, placed: Placed, table: LoweredTable, asked: dict[str, Fact], hit: Hit) -> None:
        """Ask the same; of facts that ``index`` did not look at, the other may not know anything either."""
        if placed.constant is not None:
            _same(table, hit, placed.constant)
            return
        self._talk.ask(placed.chunk(), placed.question(asked))
        self._expected.append((table, hit))

    def compare(self) -> None:
        """Wait for the answers and compare them."""
        try:
            answers = self._talk.answers()
        except WorkerError as error:
            raise fault(error, self._seconds) from None
        if len(answers) != len(self._expected):
            raise fault(WorkerError("answers_lost"), self._seconds)
        for (table, hit), answer in zip(self._expected, answers, strict=True):
            _same(table, hit, hit_of(answer), exact=answer[2])


def _same(table: LoweredTable, index: Hit, durable: Hit, *, exact: bool = True) -> None:
    """Raise ``InternalFaultError`` if two answers differ; one that is not exact may only be wider."""
    if index == durable:
        return
    if not exact and set(index.rows) <= set(durable.rows) and set(index.missing) <= set(durable.missing):
        return
    said = {"table": table.name, "index": _said(table, index), "durable": _said(table, durable)}
    raise InternalFaultError([table.source.rows[0].where.problem("engines_differ", **said)])


def _said(table: LoweredTable, hit: Hit) -> str:
    found = ", ".join(_NO_ROW.get(row) or table.rows[row].id for row in hit.rows)
    return f"{found} ← {', '.join(hit.missing)}" if hit.missing else found
