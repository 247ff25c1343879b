"""The plan of a case: its steps, who acts, and by when.

A clock starts on the day on which a step was done, and the version of a limit is that of this day. Where the
step has not been done yet, the day by which it is due stands in, and the result is marked as expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov.assembly.answers import Answer, run
from crossprov.assembly.show import Shower
from crossprov.decision import Due, StepShown
from crossprov.rulebook.schema import Limit, Step
from crossprov.values import Need

if TYPE_CHECKING:
    from crossprov.assembly.answers import Prepared
    from crossprov.calendar import WorkdayCalendar
    from crossprov.facts.book import FactBook

APPLY = "apply"
Unit = Literal["working_days", "calendar_days", "months"]


class Plan:
    """The steps of a case with their limits.

    ``limits_on`` returns the limits in force on a day. ``needs`` is what would tell whether limits apply.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer],
        limits_on: Callable[[dt.date], Prepared],
        book: FactBook,
        shower: Shower,
        workdays: WorkdayCalendar,
    ) -> None:
        self.answers, self.limits_on = answers, limits_on
        self.book, self.shower, self.workdays = book, shower, workdays
        self.steps = {
            cast("Step", answer.source.rows[0].rule).id: answer
            for answer in answers.values()
            if answer.source.kind == "step" and answer.truth is not False
        }
        self.needs: frozenset[Need] = frozenset()
        self._dues: dict[str, tuple[Due, ...]] = {}
        for step in self.steps:
            self.due(step)

    def shown(self, office_of: Callable[[str], str | None]) -> tuple[StepShown, ...]:
        """Return the steps in their order; ``office_of`` names the division of an actor's office."""
        found = []
        for name, answer in self.steps.items():
            rule = cast("Step", answer.source.rows[0].rule)
            found.append(
                StepShown(
                    name, self.shower.filled(rule.name), rule.actor, office_of(rule.actor), answer.truth is True,
                    tuple(before for before in rule.after if before in self.steps), self.done_on(name),
                    self.due(name), self.in_time_by(name), self.shower.laws(rule), self.shower.confidence(rule),
                )  # fmt: skip
            )
        return tuple(found)

    def done_on(self, step: str) -> dt.date | None:
        """Return the day on which a step was done, if the case says so."""
        case = self.book.case
        if case is None:
            applied = self.book.seen().get("case.applied_on")
            return applied if step == APPLY and isinstance(applied, dt.date) else None
        for event in case.events:
            if event.step == step:
                return event.on
        return case.applied_on if step == APPLY else None

    def due(self, step: str) -> tuple[Due, ...]:
        """Return the limits of a step with their days, the shortest first."""
        if step not in self._dues:
            self._dues[step] = ()  # a circle of clocks has no day
            found = sorted(self._limits(step), key=lambda due: (due.day or dt.date.max, due.limit))
            self._dues[step] = tuple(found)
        return self._dues[step]

    def in_time_by(self, step: str) -> dt.date | None:
        """Return the last day on which a step can be done if it and the steps after it are to be in time."""
        days = [due.day for one in (step, *self._after(step)) for due in self.due(one) if due.day is not None]
        return min(days, default=None)

    def _after(self, step: str) -> list[str]:
        """Return the steps that cannot begin before this one is done."""
        found: list[str] = []
        for name, answer in self.steps.items():
            rule = cast("Step", answer.source.rows[0].rule)
            if step in rule.after or any(one in rule.after for one in found):
                found.append(name)
        return found

    def _limits(self, step: str) -> Iterator[Due]:
        for start in self._starts(step):
            started = self.done_on(start)
            begins = started or self._expected(start)
            for answer in self._in_force(begins or self.book.law_on):
                rule = cast("Limit", answer.source.rows[0].rule)
                if rule.step == step and rule.starts_with == start:
                    self.needs |= answer.needs
                    yield self._due(answer, started, begins)

    def _starts(self, step: str) -> list[str]:
        """Return the steps with which some clock of this step starts, under any version of the limits."""
        limits = self.shower.item.shape.limits
        return list(dict.fromkeys(limit.starts_with for limit in limits if limit.step == step))

    def _expected(self, step: str) -> dt.date | None:
        return min((due.day for due in self.due(step) if due.day is not None), default=None)

    def _in_force(self, day: dt.date) -> list[Answer]:
        if day == self.book.law_on:
            found = [answer for answer in self.answers.values() if answer.source.kind == "limit"]
        else:
            found = list(run(self.limits_on(day), self.book).values())
        return [answer for answer in found if answer.truth is not False]

    def _due(self, answer: Answer, started: dt.date | None, begins: dt.date | None) -> Due:
        rule = cast("Limit", answer.source.rows[0].rule)
        count, _, unit = rule.length.partition(" ")
        day, provisional = None, False
        if begins is not None:
            try:
                found = _COUNTING[cast("Unit", unit)](begins, int(count), self.workdays)
            except ValueError:
                raise CaseError([Problem("day_out_of_range")]) from None
            day, provisional = found.day, found.provisional
        return Due(
            rule.id, rule.kind, int(count), cast("Unit", unit), rule.starts_with, started, day,
            answer.truth is True, started is None and day is not None, provisional,
            self.shower.say(rule), self.shower.laws(rule), self.shower.confidence(rule),
        )  # fmt: skip


_COUNTING: dict[Unit, Callable[[dt.date, int, "WorkdayCalendar"], calendar.DueDate]] = {
    "working_days": calendar.add_working_days,
    "calendar_days": calendar.add_calendar_days,
    "months": calendar.add_months_period,
}


@lru_cache(maxsize=1)
def default_calendar() -> calendar.ChinaCalendar:
    """Return the calendar of the published holiday schedules."""
    return calendar.ChinaCalendar()
