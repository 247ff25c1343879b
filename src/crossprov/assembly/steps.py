"""The plan of a case: its steps, who acts, and by when.

A clock starts on the day on which a step was done, and the version of a limit is that of this day. Where the
step has not been done yet, the day by which it is due stands in, and the result is marked as expected.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov.assembly.answers import Answer, run
from crossprov.decision import Due, StepShown
from crossprov.facts.admit import APPLY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crossprov.assembly.answers import Prepared
    from crossprov.assembly.show import Shower
    from crossprov.calendar import WorkdayCalendar
    from crossprov.facts.book import FactBook
    from crossprov.rulebook.schema import Limit, Step
    from crossprov.texts import Text
    from crossprov.values import Need

Unit = Literal["working_days", "calendar_days", "months"]
_MAX_KEPT: Final = 4_096  # days counted


class Counting:
    """Counts periods by a calendar. What the library's own calendar answers never changes, and is kept."""

    def __init__(self, workdays: WorkdayCalendar | None) -> None:
        self.workdays = workdays or default_calendar()
        self.last_day = (
            self._last_day if workdays is not None else lru_cache(maxsize=_MAX_KEPT)(self._last_day)
        )

    def _last_day(self, unit: Unit, start: dt.date, length: int) -> calendar.DueDate:
        return _COUNTING[unit](start, length, self.workdays)


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
        counting: Counting,
    ) -> None:
        self.answers, self.limits_on = answers, limits_on
        self.book, self.shower, self.counting = book, shower, counting
        self.steps = {
            cast("Step", answer.source.rows[0].rule).id: answer
            for answer in answers.values()
            if answer.source.kind == "step" and answer.truth is not False
        }
        self.rules = {name: cast("Step", answer.source.rows[0].rule) for name, answer in self.steps.items()}
        # The steps with which some clock of a step starts, under any version of the limits.
        self._starts: dict[str, dict[str, None]] = {}
        for limit in shower.item.shape.limits:
            self._starts.setdefault(limit.step, {})[limit.starts_with] = None
        self._by_change: dict[int, list[Answer]] = {}  # the key tells how often the law had changed
        self.needs: frozenset[Need] = frozenset()
        self._dues: dict[str, tuple[Due, ...]] = {}
        for step in self.steps:
            self.due(step)

    def shown(self, office_of: Callable[[str], str | None]) -> tuple[StepShown, ...]:
        """Return the steps in their order; ``office_of`` names the division of an actor's office."""
        found = []
        for name, rule in self.rules.items():
            said = self.shower.said(rule)
            found.append(
                StepShown(
                    name,
                    cast("Text", said.name),
                    rule.actor,
                    office_of(rule.actor),
                    self.steps[name].truth is True,
                    tuple([before for before in rule.after if before in self.steps]),
                    self.done_on(name),
                    self.due(name),
                    self.in_time_by(name),
                    said.laws,
                    said.confidence,
                )
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
        found = [step]
        for name, rule in self.rules.items():
            if not set(found).isdisjoint(rule.after):
                found.append(name)
        return found[1:]

    def _limits(self, step: str) -> Iterator[Due]:
        for start in self._starts.get(step, ()):
            started = self.done_on(start)
            begins = started or self._expected(start)
            for answer in self._in_force(begins or self.book.law_on):
                rule = cast("Limit", answer.source.rows[0].rule)
                if rule.step == step and rule.starts_with == start:
                    self.needs |= answer.needs
                    yield self._due(answer, started, begins)

    def _expected(self, step: str) -> dt.date | None:
        return min((due.day for due in self.due(step) if due.day is not None), default=None)

    def _in_force(self, day: dt.date) -> list[Answer]:
        """Return the limits in force on a day that apply or may apply."""
        changes = self.shower.item.changes
        change = bisect_right(changes, day)
        found = self._by_change.get(change)
        if found is None:
            same = change == bisect_right(changes, self.book.law_on)
            answers = self.answers if same else run(self.limits_on(day), self.book)
            limits = (answer for answer in answers.values() if answer.source.kind == "limit")
            found = self._by_change[change] = [answer for answer in limits if answer.truth is not False]
        return found

    def _due(self, answer: Answer, started: dt.date | None, begins: dt.date | None) -> Due:
        rule = cast("Limit", answer.source.rows[0].rule)
        count, _, unit = rule.length.partition(" ")
        day, provisional = None, False
        if begins is not None:
            try:
                found = self.counting.last_day(cast("Unit", unit), begins, int(count))
            except ValueError:
                raise CaseError([Problem("day_out_of_range")]) from None
            day, provisional = found.day, found.provisional
        said = self.shower.said(rule)
        return Due(
            rule.id, rule.kind, int(count), cast("Unit", unit), rule.starts_with, started, day,
            answer.truth is True, started is None and day is not None, provisional,
            said.say, said.laws, said.confidence,
        )  # fmt: skip


_COUNTING: dict[Unit, Callable[[dt.date, int, WorkdayCalendar], calendar.DueDate]] = {
    "working_days": calendar.add_working_days,
    "calendar_days": calendar.add_calendar_days,
    "months": calendar.add_months_period,
}


@lru_cache(maxsize=1)
def default_calendar() -> calendar.ChinaCalendar:
    """Return the calendar of the published holiday schedules."""
    return calendar.ChinaCalendar()
