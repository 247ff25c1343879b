"""The plan of a case: its steps, who acts, and by when.

A clock starts on the day on which a step was done, and the version of a limit is that of this day. Where the
step has not been done yet, the day by which it is due stands in, and the result is marked as expected.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, cast

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov.assembly.answers import Answer, run
from crossprov.assembly.order import following, nearest, stated
from crossprov.decision import Due, StepShown
from crossprov.facts.admit import APPLY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from crossprov.assembly.order import Before
    from crossprov.assembly.show import Shower, Wording
    from crossprov.assembly.stretches import Prepared
    from crossprov.calendar import WorkdayCalendar
    from crossprov.facts.book import FactBook
    from crossprov.rulebook.item import Item
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

        self._starts: dict[str, dict[str, dict[str, None]]] = {}

    def starts(self, item: Item, step: str) -> Iterable[str]:
        """Return the steps with which some clock of a step starts, under any version of the limits."""
        found = self._starts.get(item.id)
        if found is None:
            found = {}
            for limit in item.shape.limits:
                found.setdefault(limit.step, {})[limit.starts_with] = None
            self._starts[item.id] = found
        return found.get(step, ())

    def _last_day(self, unit: Unit, start: dt.date, length: int) -> calendar.DueDate:
        return _COUNTING[unit](start, length, self.workdays)


_InForce: TypeAlias = "dict[tuple[str, str], list[tuple[Limit, Answer]]]"  # by step and what starts the clock


class Clock(NamedTuple):
    """A limit of a step with the day on which its clock started, and the day by which the step is due."""

    limit: Answer
    rule: Limit
    length: int
    unit: Unit
    started: dt.date | None
    day: dt.date | None
    provisional: bool

    def order(self) -> tuple[dt.date, str]:
        """Return what sorts the clocks of a step: the shortest first, those without a day last."""
        return self.day or dt.date.max, self.rule.id

    def shown(self, shower: Shower) -> Due:
        """Return the limit with its day."""
        rule, said = self.rule, shower.said(self.rule)
        return Due(
            rule.id, rule.kind, self.length, self.unit, rule.starts_with, self.started, self.day,
            self.limit.truth is True, self.started is None and self.day is not None, self.provisional,
            said.say, said.laws, said.confidence,
        )  # fmt: skip


class Plan:
    """The steps of a case with the days on which they were done, and their clocks. It holds no case."""

    def __init__(
        self,
        item: Item,
        steps: Sequence[Answer],
        done: Mapping[str, dt.date],
        clocks_of: Callable[[str], tuple[Clock, ...]],
    ) -> None:
        found = [(cast("Step", answer.source.rows[0].rule), answer) for answer in steps]
        self.steps = {rule.id: (rule, answer) for rule, answer in found if answer.truth is not False}
        self._item, self._in_force = item, tuple([rule for rule, _ in found])
        self.done = done
        self.clocks = {step: clocks_of(step) for step in self.steps}

    def shown(self, shower: Shower, office_of: Callable[[str], str | None]) -> tuple[StepShown, ...]:
        """Return the steps in their order; ``office_of`` names the division of an actor's office."""
        found, before = [], self._before()
        for name, (rule, answer) in self.steps.items():
            said = shower.said(rule)
            found.append(
                StepShown(
                    name,
                    cast("Text", said.name),
                    rule.actor,
                    office_of(rule.actor),
                    answer.truth is True,
                    tuple(before[name]),
                    self.done.get(name),
                    tuple([clock.shown(shower) for clock in self.clocks[name]]),
                    self._in_time_by(name, before),
                    said.laws,
                    said.confidence,
                )
            )
        return tuple(found)

    def _before(self) -> Before:
        """Return for each step shown the nearest steps shown that it waits for."""
        return nearest(stated(self._in_force, self._item.shape.steps), self.steps)

    def _in_time_by(self, step: str, before: Before) -> dt.date | None:
        """Return the last day on which a step can be done if it and the steps after it are to be in time."""
        steps = (step, *following(step, before))
        days = [clock.day for one in steps for clock in self.clocks[one] if clock.day is not None]
        return min(days, default=None)


class Clocks:
    """Starts the clocks of the steps of one case.

    ``limits`` are the limits in force on the day of the law, ``limits_on`` returns those of another day.
    ``needs`` is what would tell whether limits apply.
    """

    def __init__(
        self,
        limits: Sequence[Answer],
        limits_on: Callable[[dt.date], Prepared],
        book: FactBook,
        wording: Wording,
        counting: Counting,
    ) -> None:
        self.limits, self.limits_on = limits, limits_on
        self.book, self.wording, self.counting = book, wording, counting
        self.done = days_done(book)
        self.needs: frozenset[Need] = frozenset()
        self._by_change: dict[int, _InForce] = {}  # how often the law had changed
        self._of: dict[str, tuple[Clock, ...]] = {}

    def of(self, step: str) -> tuple[Clock, ...]:
        """Return the clocks of a step, the shortest first."""
        if step not in self._of:
            self._of[step] = ()  # a circle of clocks has no day
            self._of[step] = tuple(sorted(self._start(step), key=Clock.order))
        return self._of[step]

    def _start(self, step: str) -> Iterator[Clock]:
        for start in self.counting.starts(self.book.item, step):
            started = self.done.get(start)
            begins = started or self._expected(start)
            for rule, answer in self._in_force(begins or self.book.law_on).get((step, start), ()):
                self.needs |= answer.needs
                self.wording.ask(rule, self.book)
                yield self._clock(rule, answer, started, begins)

    def _expected(self, step: str) -> dt.date | None:
        return min((clock.day for clock in self.of(step) if clock.day is not None), default=None)

    def _in_force(self, day: dt.date) -> _InForce:
        """Return the limits in force on a day that apply or may apply."""
        changes = self.book.item.changes
        change = bisect_right(changes, day)
        found = self._by_change.get(change)
        if found is None:
            same = change == bisect_right(changes, self.book.law_on)
            limits = self.limits if same else run(self.limits_on(day), self.book).values()
            found = self._by_change[change] = {}
            for answer in limits:
                if answer.truth is not False:
                    rule = cast("Limit", answer.source.rows[0].rule)
                    found.setdefault((rule.step, rule.starts_with), []).append((rule, answer))
        return found

    def _clock(self, rule: Limit, answer: Answer, started: dt.date | None, begins: dt.date | None) -> Clock:
        count, _, unit = rule.length.partition(" ")
        length, unit = int(count), cast("Unit", unit)
        if begins is None:
            return Clock(answer, rule, length, unit, started, None, False)
        try:
            found = self.counting.last_day(unit, begins, length)
        except ValueError:
            raise CaseError([Problem("day_out_of_range")]) from None
        return Clock(answer, rule, length, unit, started, found.day, found.provisional)


def days_done(book: FactBook) -> dict[str, dt.date]:
    """Return the day on which each step was done, of those that the case tells."""
    case = book.case
    if case is None:
        applied = book.seen().get("case.applied_on")
        return {APPLY: applied} if isinstance(applied, dt.date) else {}
    found = {APPLY: case.applied_on} if case.applied_on is not None else {}
    for event in reversed(case.events):  # of several, the first told counts
        found[event.step] = event.on
    return found


_COUNTING: dict[Unit, Callable[[dt.date, int, WorkdayCalendar], calendar.DueDate]] = {
    "working_days": calendar.add_working_days,
    "calendar_days": calendar.add_calendar_days,
    "months": calendar.add_months_period,
}


@lru_cache(maxsize=1)
def default_calendar() -> calendar.ChinaCalendar:
    """Return the calendar of the published holiday schedules."""
    return calendar.ChinaCalendar()
