"""Proving an item: over all segments of time, what holds, what does not, and a case that shows it."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from crossprov._errors import CrossprovError
from crossprov.examples import run_example
from crossprov.proof.counterexamples import entry, shortest, written_facts
from crossprov.proof.digest import table_text
from crossprov.proof.findings import Finding, ItemProof
from crossprov.proof.rails import broken
from crossprov.proof.relations import broken_relations
from crossprov.proof.replay import Program
from crossprov.proof.search import Search
from crossprov.proof.segments import segments
from crossprov.proof.times import below_nothing, holes, versions
from crossprov.proof.world import ItemWorld
from crossprov.rulebook.closure import everything_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.proof.goals import Goal
    from crossprov.proof.replay import Told
    from crossprov.proof.search import Settled
    from crossprov.proof.segments import Segment
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.vocabulary import Where


def prove_item(rulebook: Rulebook, item: Item, program: Program | None = None) -> ItemProof:
    """Prove an item; what is found is in the order of the obligations."""
    return _Prover(rulebook, item, program or Program(rulebook)).proof()


class _Prover:
    def __init__(self, rulebook: Rulebook, item: Item, program: Program) -> None:
        self.rulebook, self.item, self.program = rulebook, item, program
        self.counted: Counter[str] = Counter()
        self.asked = 0

    def proof(self) -> ItemProof:
        started = time.process_time()
        times = list(segments(self.item, self.rulebook))
        found = [
            *self._in_time(),
            *self._values(),
            *self._goals(times),
            *self._rails(times),
            *self._relations(),
        ]
        seconds = round(time.process_time() - started, 2)
        findings = tuple(self._with_accepted(found))
        return ItemProof(self.item.id, len(times), dict(self.counted), self.asked, seconds, findings)

    # --- goals over time --------------------------------------------------------------------------

    def _goals(self, times: list[Segment]) -> Iterator[Finding]:
        reached: set[tuple[object, ...]] = set()
        open_: dict[tuple[object, ...], list[tuple[Segment, Settled]]] = {}
        for segment in times:
            search = Search(ItemWorld(self.rulebook, self.item, segment), self.program)
            for settled in search.settle_all(reached):
                self.counted[settled.goal.code] += 1
                if settled.verdict != "proved":
                    open_.setdefault(settled.goal.version, []).append((segment, settled))
            self.asked += search.asked
        for version, several in open_.items():
            if version not in reached or several[0][1].goal.each_time:
                yield self._finding(several)

    def _finding(self, several: list[tuple[Segment, Settled]]) -> Finding:
        """Put together what was found of one goal in several segments."""
        shown = next((one for _, one in several if one.told is not None), several[0][1])
        goal = shown.goal
        verdict = "fault" if any(one.verdict == "fault" for _, one in several) else "unsettled"
        if not goal.each_time and any(one.verdict == "unsettled" for _, one in several):
            verdict = "unsettled"
        days = tuple((str(segment.first), _last(segment)) for segment, _ in several)
        told = self._shortest(shown.told, goal) if verdict == "fault" else None
        return Finding(
            self.item.id,
            goal.code,
            goal.subject,
            verdict,  # type: ignore[arg-type]
            days,
            tuple(place(where) for where in goal.where),
            written_facts(told, self.item) if told is not None else {},
            told.decision.outcome if told is not None else None,
            entry(told, self.item, self.program, goal) if told is not None else None,
        )

    def _shortest(self, told: Told | None, goal: Goal) -> Told | None:
        return None if told is None else shortest(told, self.item, self.program, goal.met)

    # --- what needs no z3 -------------------------------------------------------------------------

    def _in_time(self) -> Iterator[Finding]:
        """No day with two versions of a rule, and none without one between its first and its last."""
        found = versions(self.rulebook, self.item)
        self.counted["versions"] += len(found)
        for hole in holes(found.values()):
            where = tuple(place(one.where) for one in hole.between if one.where is not None)
            days = ((str(hole.first), str(hole.last)),)
            yield Finding(self.item.id, "versions", hole.subject, "fault", days, where)

    def _values(self) -> Iterator[Finding]:
        """No limit, sum or rate of law is less than nothing."""
        read = everything_read(self.item, self.rulebook.vocabulary) & self.rulebook.parameters.keys()
        self.counted["limit"] += len(read)
        for one in below_nothing(self.rulebook, read):
            days = ((str(one.first), None if one.last is None else str(one.last)),)
            said = {one.subject.partition(":")[2]: one.value}
            yield Finding(self.item.id, "limit", one.subject, "fault", days, (), said)

    def _rails(self, times: list[Segment]) -> Iterator[Finding]:
        """A case is never both certain and unknown, table by table."""
        seen: set[str] = set()
        for segment in times:
            for table in self.rulebook.lowered(self.item, segment.first).tables:
                text = table_text(table)
                if not table.types or text in seen:
                    continue
                seen.add(text)
                self.counted["rails"] += 1
                facts = broken(table)
                if facts is not None:
                    rows = tuple(place(row.where) for row in table.source.rows)
                    words = {name: str(value) for name, value in facts.items()}
                    days = ((str(segment.first), _last(segment)),)
                    yield Finding(self.item.id, "rails", table.name, "fault", days, rows, words)

    def _relations(self) -> Iterator[Finding]:
        """The declared relations hold of every worked example of the item that has records."""
        broken_by: dict[str, list[str]] = {}
        self.counted["relation"] += len(self.rulebook.vocabulary.relations)
        for worked in self.rulebook.examples(self.item.id):
            if worked.example.case is None or not self.rulebook.vocabulary.relations:
                continue
            try:
                _, book = run_example(self.rulebook, self.item, worked.example)
            except CrossprovError:  # `crossprov check` says so
                continue
            for name in broken_relations(self.rulebook, book):
                broken_by.setdefault(name, []).append(worked.example.id)
        for name, examples in broken_by.items():
            where = self.rulebook.vocabulary.relations[name].where
            subject = f"{name} ({', '.join(examples)})"
            yield Finding(self.item.id, "relation", subject, "fault", (), (place(where),))

    # --- what may be so ---------------------------------------------------------------------------

    def _with_accepted(self, found: list[Finding]) -> Iterator[Finding]:
        reasons = {(one.finding, one.of): one for one in self.rulebook.accepted if one.item == self.item.id}
        used = set()
        for finding in found:
            key = (finding.code, finding.subject)
            reason = reasons.get(key)  # type: ignore[arg-type]
            if reason is None or finding.verdict != "fault":
                yield finding
                continue
            used.add(key)
            said = {"zh": reason.zh, "en": reason.en}
            yield Finding(
                finding.item, finding.code, finding.subject, "accepted", finding.days, accepted=said
            )
        for key in reasons.keys() - used:
            yield Finding(self.item.id, "unused", f"{key[0]} {key[1]}", "fault", ())


def place(where: Where) -> str:
    """Return where a rule stands: ``file:line:column``."""
    return where.problem("-").where()


def _last(segment: Segment) -> str | None:
    return None if segment.last.year == 9999 else str(segment.last)  # noqa: PLR2004 - the last there is
