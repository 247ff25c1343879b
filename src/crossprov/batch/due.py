"""Due dates in columns: what ``assembly.steps`` counts for one case.

A clock starts on the day on which the step before was done or is due, under the limits in force on that day.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple, cast

from crossprov.batch.tables import Answers
from crossprov.decide import decider
from crossprov.facts.book import APPLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crossprov.assembly.steps import Unit
    from crossprov.batch.item import ItemColumns
    from crossprov.batch.nodes import Node
    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.rulebook.schema import Limit


class _InForce(NamedTuple):
    """A limit with its answers, and the stretches between changes of law in which this version is in force."""

    rule: Limit
    answers: Answers
    stretches: set[int]


class DueColumns:
    """The days by which the steps of an item are due; ``steps`` says of each where it is shown."""

    def __init__(self, item: ItemColumns, steps: Mapping[str, Node]) -> None:
        self.item, self.stages, self.shape, self.steps = item, item.stages, item.item, steps
        self.applied = self._no_day()
        applied = item.rulebook.vocabulary.applied_on
        if applied in item.told:
            self.applied = self._kept(item.fact(applied).value)
        self.needs: dict[str, list[Node]] = {}
        self._limits = list(self._all_limits()) if applied in item.told else []

    def _no_day(self) -> Node:
        return self.stages.null(None)

    def _kept(self, node: Node) -> Node:
        return self.stages.keep(self.stages.of(lambda expr: expr.cast(self.stages.space.Date), node))

    def _all_limits(self) -> Iterator[_InForce]:
        """Yield every limit in each of its versions."""
        found: dict[object, _InForce] = {}
        for stretch in range(len(self.shape.changes) + 1):
            first = (
                self.shape.changes[stretch - 1] if stretch else self.shape.changes[0] - dt.timedelta(days=1)
            )
            if not self._reaches(stretch):
                continue
            for table in self.item.rulebook.lowered(self.shape, first, "limit").tables:
                rule = cast("Limit", table.source.rows[0].rule)
                key = (rule, table.rows)
                if key not in found:
                    found[key] = _InForce(rule, self._answers(table), set())
                found[key].stretches.add(stretch)
        yield from found.values()

    def _reaches(self, stretch: int) -> bool:
        """Return whether days are counted in a stretch between two changes of law."""
        changes = self.shape.changes
        ends = changes[stretch] if stretch < len(changes) else dt.date.max
        starts = changes[stretch - 1] if stretch else dt.date.min
        return starts <= self.item.days.last and ends > self.item.days.first

    def _answers(self, table: LoweredTable) -> Answers:
        """Return the answers of a limit, those of the day of the law if it is the same then."""
        here = self.item.answers.get(table.name)
        if (
            here is not None
            and here.table.rows == table.rows
            and here.source.rows[0].rule == table.source.rows[0].rule
        ):
            return here
        return Answers(table, self.item)

    def due(self, step: str) -> Node:
        """Return the day by which a step is due where it is shown; also notes what would have to be known."""
        return self._expected(step, self.stages.true, ())

    def _expected(self, step: str, asked: Node, path: tuple[str, ...]) -> Node:
        """Return the day by which a step is due; where it is no step of the case it has none."""
        shown = self.steps.get(step)
        if shown is None:
            return self._no_day()
        found = self._of(step, self.stages.both(asked, shown), path)
        return found if found.value is None else self.stages.choose([(shown, found)], self._no_day())

    def _of(self, step: str, asked: Node, path: tuple[str, ...]) -> Node:
        """Return the earliest of the days of a step's clocks; a circle of clocks has no day."""
        if step in path or not self._limits:
            return self._no_day()
        starts = dict.fromkeys(one.starts_with for one in self.shape.shape.limits if one.step == step)
        days = []
        for start in starts:
            begins = self._begins(start, asked, (*path, step))
            for limit in self._limits:
                if (limit.rule.step, limit.rule.starts_with) == (step, start):
                    days += self._clock(limit, begins, asked)
        days = [day for day in days if day.value is not None]
        if not days[1:]:
            return days[0] if days else self._no_day()
        least = self.stages.space.min_horizontal
        return self._kept(self.stages.of(least, *days))

    def _begins(self, start: str, asked: Node, path: tuple[str, ...]) -> Node:
        if start != APPLY:
            return self._expected(start, asked, path)
        stages = self.stages
        not_told = stages.both(asked, stages.is_null(self.applied))
        other = self._expected(start, not_told, path)
        if other.value is None:
            return self.applied
        return stages.choose([(stages.is_null(self.applied), other)], self.applied)

    def _clock(self, limit: _InForce, begins: Node, asked: Node) -> list[Node]:
        stages = self.stages
        if begins.value is None:
            return []
        begins = self._kept(begins)
        started = stages.keep(stages.both(asked, stages.no(stages.is_null(begins))))
        inside = self.item.days.inside(begins, stages)
        self.item.doubt(stages.keep(stages.both(started, stages.no(inside))))
        here = stages.keep(stages.both(started, inside, self._within(limit.stretches, begins)))
        for name, flag in limit.answers.needs.items():
            self.needs.setdefault(name, []).append(stages.both(here, flag))
        runs = stages.both(here, stages.no(limit.answers.truth(value=False)))
        count, _, unit = limit.rule.length.partition(" ")
        return [
            self._kept(
                stages.choose([(runs, self._counted(begins, cast("Unit", unit), int(count)))], self._no_day())
            )
        ]

    def _within(self, stretches: set[int], begins: Node) -> Node:
        """Return where a day lies in one of some stretches between changes of law."""
        stages, changes = self.stages, self.shape.changes
        everything = {i for i in range(len(changes) + 1) if self._reaches(i)}
        if everything <= stretches:
            return stages.true
        found = []
        for i in sorted(stretches):
            tests = []
            if i:
                tests.append(stages.of(lambda e, day=changes[i - 1]: e >= day, begins))
            if i < len(changes):
                tests.append(stages.of(lambda e, day=changes[i]: e < day, begins))
            found.append(stages.both(*tests))
        return stages.sure(stages.any(*found))

    def _counted(self, begins: Node, unit: Unit, length: int) -> Node:
        last_day = decider(self.item.rulebook).counting.last_day
        return self.item.days.counted(begins, lambda day: last_day(unit, day, length).day, self.stages)

    def further(self) -> Mapping[str, Node]:
        """Return what would tell whether limits apply."""
        return {name: self.stages.keep(self.stages.any(*flags)) for name, flags in self.needs.items()}
