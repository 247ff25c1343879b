"""Proving the goals of one segment: z3 finds a case or proves that there is none; the program has the last word.

Where z3 left a calculation free, a case it finds may be impossible. Then the program tells the true values, z3 learns
them and looks again; after some rounds the goal is *unsettled*, which is never taken for proved.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import z3

from crossprov.proof.goals import Goal, goals
from crossprov.proof.outcome import certainly, plain
from crossprov.proof.people import People, is_value, learnt
from crossprov.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.facts.book import FactBook
    from crossprov.proof.replay import Program, Told
    from crossprov.proof.symbols import Term
    from crossprov.proof.world import ItemWorld
    from crossprov.values import Value

Verdict: TypeAlias = Literal["proved", "fault", "unsettled"]

MILLISECONDS: Final = 30_000
_ROUNDS: Final = 8


@dataclass
class Settled:
    """A goal with what became of it; ``told`` is the case that shows a fault, or that a thing is reachable."""

    goal: Goal
    verdict: Verdict
    told: Told | None = None


@dataclass
class Search:
    """The search in one world."""

    world: ItemWorld
    program: Program
    solver: z3.Solver = field(default_factory=z3.Solver)
    asked: int = 0

    def __post_init__(self) -> None:
        self.people, self.plain = People(self.world), plain(self.world)
        self.solver.set("timeout", MILLISECONDS)
        self.solver.add(*self.world.constraints)

    def settle_all(self, reached: set[tuple[object, ...]]) -> list[Settled]:
        """Return what became of every goal. A case that reaches one goal often reaches others.

        ``reached`` are the versions of goals that an earlier segment has reached, and grows.
        """
        open_ = list(goals(self.world))
        found: dict[tuple[str, str], Settled] = {}
        for goal in open_:
            if goal.key in found:
                continue
            if not goal.each_time and goal.version in reached:
                found[goal.key] = Settled(goal, "proved")
                continue
            finding = found[goal.key] = self._settle(goal)
            if finding.told is None or goal.want == "excluded":
                continue
            for other in open_:
                if other.want == "reachable" and other.met(finding.told):
                    reached.add(other.version)
                    found.setdefault(other.key, Settled(other, "proved", finding.told))
        return [found[goal.key] for goal in open_]

    def _settle(self, goal: Goal) -> Settled:
        if self.is_of_records(goal):
            return self._settle_of_records(goal)
        if goal.want == "excluded" and self._none(goal.term):
            return Settled(goal, "proved")
        if goal.want == "reachable":
            for hints in ((goal.hint, self.plain), (goal.hint,)):
                finding = self._look(goal, z3.And(goal.term, *hints))
                if finding.told is not None:
                    return finding
        certain = certainly(self.world, goal.term)
        if goal.want == "excluded":
            for hints in ((goal.hint, self.plain), (self.plain,)):
                finding = self._look(goal, z3.And(certain, *hints))
                if finding.told is not None:
                    return finding
        return self._look(goal, certain)

    def _none(self, term: Term) -> bool:
        """Return whether there surely is no case."""
        self.solver.push()
        self.solver.add(term)
        self.asked += 1
        answer = self.solver.check()
        self.solver.pop()
        return bool(answer == z3.unsat)

    def _look(self, goal: Goal, term: Term) -> Settled:
        self.solver.push()
        try:
            self.solver.add(term)
            for _ in range(_ROUNDS):
                self.asked += 1
                answer = self.solver.check()
                if answer == z3.unsat:
                    return Settled(goal, "proved" if goal.want == "excluded" else "fault")
                if answer != z3.sat:
                    break
                told = self._try(self.solver.model(), goal)
                if told is not None:
                    return Settled(goal, "proved" if goal.want == "reachable" else "fault", told)
        finally:
            self.solver.pop()
        return Settled(goal, "unsettled")

    def _try(self, model: z3.ModelRef, goal: Goal) -> Told | None:
        """Ask the program about the facts of a model; teach z3 what it got wrong."""
        facts = self.people.facts(model)
        day = self.day(facts)
        told = self.program.decide(self.world.item, facts, day)
        if told is not None and goal.met(told):
            return told
        book = told.book if told is not None else self.program.book(self.world.item, facts, day)
        wrong = self._wrong(model, facts, book)
        for lemma in wrong:
            self.solver.add(lemma)
        if not wrong:
            self.solver.add(
                z3.Not(
                    z3.And(*[is_value(self.world.leaves[n], v, self.world.codes) for n, v in facts.items()])
                )
            )
        return None

    def day(self, facts: Mapping[str, Value]) -> dt.date:
        """Return the day of the case that facts tell."""
        as_of = self.world.as_of
        told = facts[as_of] if as_of is not None else None
        return told if isinstance(told, dt.date) else self.world.segment.first

    def _wrong(self, model: z3.ModelRef, facts: Mapping[str, Value], book: FactBook) -> list[Term]:
        """Return what z3 has to learn: calculated facts that the model has wrong, and those that nobody can have."""
        world = self.world
        found: list[Term] = []
        for name in world.formulas:
            sym = world.get(name)
            true = self.program.true_value(book, name)
            if isinstance(true, Unknown):
                continue
            if true is not None and z3.is_true(
                model.eval(is_value(sym, true, world.codes), model_completion=True)
            ):
                continue
            found.append(learnt(world, facts, name, true, partial(self._as_in, model)))
        return found

    def _as_in(self, model: z3.ModelRef, leaf: str) -> Term:
        """Return that a leaf is as it was in the model."""
        sym = self.world.leaves[leaf]
        same = [part == model.eval(part, model_completion=True) for part in sym.parts]
        none = model.eval(sym.none, model_completion=True)
        return z3.And(*same, sym.none == none)

    # --- tables over records ----------------------------------------------------------------------

    def is_of_records(self, goal: Goal) -> bool:
        """Return whether a goal is about a table that is applied to each record."""
        table = self.world.tables.get(goal.subject.partition("/")[0])
        return table is not None and table.table.source.each is not None

    def _settle_of_records(self, goal: Goal) -> Settled:
        self.solver.push()
        self.solver.add(goal.term)
        self.asked += 1
        answer = self.solver.check()
        self.solver.pop()
        if answer == z3.unknown:
            return Settled(goal, "unsettled")
        return Settled(goal, "proved" if (answer == z3.sat) == (goal.want == "reachable") else "fault")
