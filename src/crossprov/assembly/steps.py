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
from crossprov.assembly.order import following, nearest, stated
from crossprov.decision import Due, StepShown
from crossprov.facts.book import APPLY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crossprov.assembly.answers import Answer
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

    def starts(self, item: Item) -> Mapping[str, Iterable[str]]:
        """Return for each step those with which some clock of it starts, under any version of the limits."""
        found = self._starts.get(item.id)
        if found is None:
            found = {}
            for limit in item.shape.limits:
                found.setdefault(limit.step, {})[limit.starts_with] = None
            self._starts[item.id] = found
        return found

    def _last_day(self, unit: Unit, start: dt.date, length: int) -> calendar.DueDate:
        return _COUNTING[unit](start, length, self.workdays)


class Period(NamedTuple):
    """A limit that applies, or may apply: how long it is, and the facts that its texts name."""

    limit: Answer
    rule: Limit
    length: int
    unit: Unit
    named: tuple[str, ...]


InForce: TypeAlias = "dict[tuple[str, str], list[Period]]"
"""The limits in force by their step and by what starts the clock."""


def in_force(limits: Iterable[Answer], wording: Wording) -> InForce:
    """Return the limits that apply or may apply."""
    found: InForce = {}
    for answer in limits:
        if answer.truth is not False:
            rule = cast("Limit", answer.source.rows[0].rule)
            count, _, unit = rule.length.partition(" ")
            period = Period(answer, rule, int(count), cast("Unit", unit), wording.named(rule))
            found.setdefault((rule.step, rule.starts_with), []).append(period)
    return found


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


class Outline:
    """The steps of a plan, and the limits by the law of its day, as far as they follow from answers alone."""

    def __init__(
        self,
        item: Item,
        steps: Sequence[Answer],
        limits: Sequence[Answer],
        wording: Wording,
        counting: Counting,
    ) -> None:
        found = [(cast("Step", answer.source.rows[0].rule), answer) for answer in steps]
        self.steps = {rule.id: (rule, answer) for rule, answer in found if answer.truth is not False}
        self.item, self.wording, self.in_force = item, wording, tuple([rule for rule, _ in found])
        self.limits = in_force(limits, wording)
        self.starts = counting.starts(item)
        self.timed = tuple([step for step in self.steps if step in self.starts])


class Plan:
    """The steps of a case with the days on which they were done, and their clocks. It holds no case."""

    def __init__(self, outline: Outline, clocks: Clocks) -> None:
        self.outline, self.done = outline, clocks.done
        self.clocks = {step: clocks.of(step) for step in outline.timed}

    def shown(self, shower: Shower, office_of: Callable[[str], str | None]) -> tuple[StepShown, ...]:
        """Return the steps in their order; ``office_of`` names the division of an actor's office."""
        found, before = [], self._before()
        for name, (rule, answer) in self.outline.steps.items():
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
                    tuple([clock.shown(shower) for clock in self.clocks.get(name, ())]),
                    self._in_time_by(name, before),
                    said.laws,
                    said.confidence,
                )
            )
        return tuple(found)

    def _before(self) -> Before:
        """Return for each step shown the nearest steps shown that it waits for."""
        outline = self.outline
        return nearest(stated(outline.in_force, outline.item.shape.steps), outline.steps)

    def _in_time_by(self, step: str, before: Before) -> dt.date | None:
        """Return the last day on which a step can be done if it and the steps after it are to be in time."""
        steps = (step, *following(step, before))
        days = [clock.day for one in steps for clock in self.clocks.get(one, ()) if clock.day is not None]
        return min(days, default=None)


class Clocks:
    """Starts the clocks of the steps of one case.

    ``limits_on`` returns the limits in force on another day than that of the outline. ``needs`` is what would
    tell whether limits apply.
    """

    def __init__(
        self,
        outline: Outline,
        limits_on: Callable[[dt.date], Prepared],
        book: FactBook,
        counting: Counting,
    ) -> None:
        self.outline, self.limits_on = outline, limits_on
        self.book, self.counting = book, counting
        self.done = days_done(book)
        self.needs: frozenset[Need] = frozenset()
        changes = book.item.changes
        self._by_change = {
            bisect_right(changes, book.law_on): outline.limits
        }  # how often the law had changed
        self._of: dict[str, tuple[Clock, ...]] = {}

    def of(self, step: str) -> tuple[Clock, ...]:
        """Return the clocks of a step, the shortest first."""
        found = self._of.get(step)
        if found is None:
            self._of[step] = ()  # a circle of clocks has no day
            clocks = self._started(step)
            if len(clocks) > 1:
                clocks.sort(key=Clock.order)
            found = self._of[step] = tuple(clocks)
        return found

    def _started(self, step: str) -> list[Clock]:
        clocks: list[Clock] = []
        for start in self.outline.starts.get(step, ()):
            started = self.done.get(start)
            begins = started or self._expected(start)
            for period in self._in_force(begins).get((step, start), ()):
                if period.limit.needs:
                    self.needs |= period.limit.needs
                for name in period.named:
                    self.book.get(name)
                clocks.append(self._clock(period, started, begins))
        return clocks

    def _expected(self, step: str) -> dt.date | None:
        if step not in self.outline.steps or step not in self.outline.starts:
            return None  # what is no step of this case will never be done
        return min((clock.day for clock in self.of(step) if clock.day is not None), default=None)

    def _in_force(self, day: dt.date | None) -> InForce:
        """Return the limits in force on a day that apply or may apply; without a day, those of the outline."""
        if day is None:
            return self.outline.limits
        change = bisect_right(self.book.item.changes, day)
        found = self._by_change.get(change)
        if found is None:
            answers = self.limits_on(day).run(self.book).answers
            found = self._by_change[change] = in_force(answers.values(), self.outline.wording)
        return found

    def _clock(self, period: Period, started: dt.date | None, begins: dt.date | None) -> Clock:
        limit, rule, length, unit, _ = period
        if begins is None:
            return Clock(limit, rule, length, unit, started, None, False)
        try:
            found = self.counting.last_day(unit, begins, length)
        except ValueError:
            raise CaseError([Problem("day_out_of_range")]) from None
        return Clock(limit, rule, length, unit, started, found.day, found.provisional)


def days_done(book: FactBook) -> dict[str, dt.date]:
    """Return the day on which each step was done, of those that the case tells.

    The day of the application is told by a field, an event, or by the name of its fact, as the rules read it.
    """
    case, found = book.case, dict[str, dt.date]()
    if case is not None:
        if case.applied_on is not None:
            found[APPLY] = case.applied_on
        for event in reversed(case.events):  # of several, the first told counts
            found[event.step] = event.on
    name = book.sources.law.vocabulary.applied_on
    if APPLY not in found and name is not None:
        for applied in (book.seen().get(name), book.told.get(name)):
            if isinstance(applied, dt.date):
                found.setdefault(APPLY, applied)
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
