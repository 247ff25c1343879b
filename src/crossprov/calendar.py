"""Working days, calendar periods and due dates in mainland China.

A working day (工作日) is a day on which offices work under the yearly holiday schedule of the State
Council: make-up Saturdays and Sundays count, public holidays do not. The schedules come from the package
``chinesecalendar``; a backend can add a year before the package knows it. Outside the published schedules
Monday to Friday are taken for working days and nothing else, and a due date that depends on such days is
marked provisional.

Counting follows 民法典 (Civil Code) 201 to 203: the day on which a period begins is not counted; a period
of months ends on the corresponding day, or on the last day of a month that has none; a period of calendar
days or months whose last day is a rest day ends on the next working day.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

import chinese_calendar  # type: ignore[import-untyped]

from crossprov.values import MONTHS_A_YEAR, Month

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MAX_PERIOD",
    "ChinaCalendar",
    "DueDate",
    "WorkdayCalendar",
    "YearSchedule",
    "add_calendar_days",
    "add_months",
    "add_months_period",
    "add_working_days",
    "month_end",
    "months_between",
    "today",
]

_SHORTEST: Final = 28  # days that every month has

# The longest period, in days or months: a guard against slips, far beyond any time limit of law.
MAX_PERIOD: Final = 10_000

_ONE_DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5
# The whole country has kept UTC+8 without summer time since 1992, so no time zone data are needed.
_BEIJING_TIME: Final = dt.timezone(dt.timedelta(hours=8))


class WorkdayCalendar(Protocol):
    """What the counting of periods needs to know; a backend may supply its own.

    Beyond the first and the last published day a due date is marked ``provisional``.
    """

    @property
    def published_from(self) -> dt.date:
        """The first day of the published holiday schedules."""

    @property
    def published_through(self) -> dt.date:
        """The last day of the published holiday schedules."""

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether offices work on ``day``."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a period; ``provisional`` if it depends on days without a published schedule."""

    day: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True)
class YearSchedule:
    """The holiday schedule of one year, as the difference from Monday to Friday.

    ``holidays`` are the days off (weekends may be listed too); ``workdays`` are the make-up Saturdays and
    Sundays on which offices work. A day in both is a ``ValueError``.
    """

    holidays: frozenset[dt.date]
    workdays: frozenset[dt.date]

    def __post_init__(self) -> None:
        if self.holidays & self.workdays:
            raise ValueError("schedule_day_is_both")

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether offices work on ``day``, a day of this year."""
        return day in self.workdays or (day.weekday() < _SATURDAY and day not in self.holidays)


_WEEKENDS_ONLY: Final = YearSchedule(frozenset(), frozenset())


class ChinaCalendar:
    """Working days by the yearly schedules of the State Council: those of ``chinesecalendar``, and ``extra`` by year.

    A year in ``extra`` replaces what the package says about it. Years beyond the package's count as
    published only without a gap. Raises ``ValueError`` if a schedule holds a day of another year.
    """

    def __init__(self, extra: Mapping[int, YearSchedule] = MappingProxyType({})) -> None:
        for year, schedule in extra.items():
            if any(day.year != year for day in schedule.holidays | schedule.workdays):
                raise ValueError("schedule_day_of_other_year")
        self._packaged = _packaged_schedules()
        first, last = min(self._packaged), max(self._packaged)
        while first - 1 in extra:
            first -= 1
        while last + 1 in extra:
            last += 1
        self._extra = dict(extra)
        self._published_from = dt.date(first, 1, 1)
        self._published_through = dt.date(last, 12, 31)
        # For each year a byte for each day, 1 for a working day; filled when a year is first needed.
        self._years: dict[int, bytes] = {}

    @property
    def published_from(self) -> dt.date:
        """The first day of the published holiday schedules."""
        return self._published_from

    @property
    def published_through(self) -> dt.date:
        """The last day of the published holiday schedules."""
        return self._published_through

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether offices work on ``day``: by the schedule of its year, else Monday to Friday."""
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = self._build(day.year)
        return year[day.toordinal() - dt.date(day.year, 1, 1).toordinal()] == 1

    def _build(self, year: int) -> bytes:
        schedule = self._extra.get(year) or self._packaged.get(year) or _WEEKENDS_ONLY
        first = dt.date(year, 1, 1).toordinal()
        last = dt.date(year, 12, 31).toordinal()
        return bytes(schedule.is_workday(dt.date.fromordinal(day)) for day in range(first, last + 1))


def _packaged_schedules() -> dict[int, YearSchedule]:
    """Return the schedules that ``chinesecalendar`` carries, by year."""
    years = sorted({day.year for day in chinese_calendar.holidays})
    return {
        year: YearSchedule(
            frozenset(day for day in chinese_calendar.holidays if day.year == year),
            frozenset(day for day in chinese_calendar.workdays if day.year == year),
        )
        for year in years
    }


def add_working_days(start: dt.date, n: int, workdays: WorkdayCalendar) -> DueDate:
    """Return the last day of a period of ``n`` working days (0 to ``MAX_PERIOD``) after ``start``.

    ``start`` is not counted, whatever day it is. Raises ``ValueError`` for another ``n`` and for a period
    that leaves the range of dates.
    """
    _check_period(n)
    day, left = start, n
    while left:
        day = _next(day)
        left -= workdays.is_workday(day)
    return DueDate(day, n > 0 and _is_provisional(_next(start), day, workdays))


def add_calendar_days(start: dt.date, n: int, workdays: WorkdayCalendar, *, roll: bool = True) -> DueDate:
    """Return the last day of a period of ``n`` calendar days (0 to ``MAX_PERIOD``) after ``start``.

    With ``roll``, a period that would end on a rest day ends on the next working day (民法典 203).
    Raises ``ValueError`` as ``add_working_days`` does.
    """
    _check_period(n)
    try:
        end = start + dt.timedelta(days=n)
    except OverflowError:
        raise ValueError("date_out_of_range") from None
    return _roll(end, workdays) if roll else DueDate(end, provisional=False)


def add_months_period(start: dt.date, n: int, workdays: WorkdayCalendar, *, roll: bool = True) -> DueDate:
    """Return the last day of a period of ``n`` months (0 to ``MAX_PERIOD``) after ``start`` (民法典 202).

    ``roll`` and errors are as for ``add_calendar_days``.
    """
    _check_period(n)
    end = add_months(start, n)
    return _roll(end, workdays) if roll else DueDate(end, provisional=False)


def add_months(day: dt.date, n: int) -> dt.date:
    """Return the day ``n`` months later (earlier if negative), at most the last day of that month.

    Raises ``ValueError`` if there is no such date.
    """
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + n, MONTHS_A_YEAR)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError("date_out_of_range")
    month += 1
    last = _SHORTEST if day.day <= _SHORTEST else monthrange(year, month)[1]
    return dt.date(year, month, min(day.day, last))


def months_between(a: dt.date, b: dt.date) -> int:
    """Return the greatest ``n`` for which ``add_months(a, n)`` is not after ``b``; negative if ``b < a``.

    So a person is 600 months old on the fiftieth birthday itself, and one born on 29 February completes a
    year of age on 28 February in common years.
    """
    n = (b.year - a.year) * MONTHS_A_YEAR + b.month - a.month
    return n - (a.day > b.day and add_months(a, n) > b)


def month_end(day: dt.date | Month) -> dt.date:
    """Return the last day of the month, or of the month that contains the day."""
    return (day if isinstance(day, Month) else Month.of(day)).last_day


def today() -> dt.date:
    """Return today's date in China, whatever the clock of the machine is set to."""
    return dt.datetime.now(tz=_BEIJING_TIME).date()


def _check_period(n: int) -> None:
    if not 0 <= n <= MAX_PERIOD:
        raise ValueError("period_out_of_range")


def _roll(end: dt.date, workdays: WorkdayCalendar) -> DueDate:
    day = end
    while not workdays.is_workday(day):
        day = _next(day)
    return DueDate(day, _is_provisional(end, day, workdays))


def _is_provisional(first: dt.date, last: dt.date, workdays: WorkdayCalendar) -> bool:
    return first < workdays.published_from or last > workdays.published_through


def _next(day: dt.date) -> dt.date:
    try:
        return day + _ONE_DAY
    except OverflowError:
        raise ValueError("date_out_of_range") from None
