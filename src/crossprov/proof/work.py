"""Proving many items, in several processes where there is enough to do, and none that was proved before."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

from crossprov._errors import CaseError
from crossprov.proof.digest import digest
from crossprov.proof.prover import prove_item
from crossprov.proof.replay import Program
from crossprov.rulebook.elsewhere import RulebookSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crossprov.proof.cache import Kept
    from crossprov.proof.findings import ItemProof
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item

_FEW: Final = 4  # items for which no process is started: it would take longer to load the rules again


def prove(
    rulebook: Rulebook, items: Sequence[Item], kept: Kept | None = None, jobs: int | None = None
) -> Iterator[ItemProof]:
    """Yield the proof of each item as it is made, those that are kept first.

    By a calendar of the caller's own nothing is kept: what it will say tomorrow cannot be seen in it. Raises
    ``RulebookError`` if the files of the rules are others by now than those that were loaded.
    """
    if rulebook.workdays is not None:
        kept = None
    open_: list[tuple[Item, str]] = []
    for item in items:
        mark = digest(rulebook, item) if kept is not None else ""
        found = kept.find(mark) if kept is not None else None
        if found is not None:
            yield found
        else:
            open_.append((item, mark))
    marks = {item.id: mark for item, mark in open_}
    for proof in _proofs(rulebook, [item for item, _ in open_], jobs or os.cpu_count() or 1):
        if kept is not None:
            kept.keep(marks[proof.item], proof)
        yield proof


def _proofs(rulebook: Rulebook, items: list[Item], jobs: int) -> Iterator[ItemProof]:
    source = None if jobs == 1 or len(items) <= _FEW else _source(rulebook)
    if source is None:
        program = Program(rulebook)
        for item in items:
            yield prove_item(rulebook, item, program)
        return
    # The largest first, so that no process has to wait for one that began late.
    items = sorted(items, key=lambda item: len(item.tables) * len(item.changes), reverse=True)
    with ProcessPoolExecutor(min(jobs, len(items)), multiprocessing.get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_prove, source, item.id) for item in items]):
            yield future.result()


def _source(rulebook: Rulebook) -> RulebookSource | None:
    """Return where other processes find the same rules; None if a part of them cannot go there."""
    try:
        return RulebookSource.of(rulebook)
    except CaseError:
        return None


_HERE: dict[str, Program] = {}


def _prove(source: RulebookSource, name: str) -> ItemProof:
    """Prove an item in a process of its own, which loads the rules once."""
    rulebook = source.load()
    if source.hash not in _HERE:
        _HERE[source.hash] = Program(rulebook)
    return prove_item(rulebook, rulebook.item(name), _HERE[source.hash])
