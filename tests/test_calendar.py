"""Working days and periods: worked examples of the law notes, known traps, and laws that must hold."""

import datetime as dt

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.calendar import (
    MAX_PERIOD,
    ChinaCalendar,
    DueDate,
    YearSchedule,
    add_calendar_days,
    add_months,
    add_months_period,
    add_working_days,
    month_end,
    months_between,
    today,
)
from crossprov.values import Month

CHINA = ChinaCalendar()
days = st.dates(dt.date(2003, 1, 1), dt.date(2030, 12, 31))
periods = st.integers(0, 400)


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2024-03-04", 10, "2024-03-18"),
        ("2024-03-04", 15, "2024-03-25"),
        ("2024-03-11", 15, "2024-04-01"),
        ("2024-03-04", 20, "2024-04-01"),
        # a make-up Saturday is itself the due date
        ("2026-09-28", 5, "2026-10-10"),
        # the period runs over the make-up Sunday 2026-09-20
        ("2026-09-18", 20, "2026-10-22"),
        # the first working day after a holiday, not the second
        ("2026-10-03", 1, "2026-10-08"),
        # a period that begins on a rest day counts from the next working day
        ("2024-03-03", 1, "2024-03-04"),
        ("2024-03-02", 0, "2024-03-02"),
    ],
)
def test_working_days(start, n, due):
    assert add_working_days(day(start), n, CHINA) == DueDate(day(due), provisional=False)


def test_working_days_past_the_published_schedule_are_provisional():
    known = add_working_days(day("2026-12-25"), 4, CHINA)
    assert known == DueDate(day("2026-12-31"), provisional=False)
    guess = add_working_days(day("2026-12-25"), 5, CHINA)
    assert guess == DueDate(day("2027-01-01"), provisional=True)  # Friday: nothing else is assumed


def test_working_days_before_the_first_schedule_are_provisional():
    first = CHINA.published_from
    assert add_working_days(first - dt.timedelta(days=30), 2, CHINA).provisional
    # the start day itself is not looked at
    assert not add_working_days(first - dt.timedelta(days=1), 2, CHINA).provisional


def test_a_backend_can_add_a_year_before_the_package_knows_it():
    new_year = frozenset({day("2027-01-01")})
    calendar = ChinaCalendar({2027: YearSchedule(new_year, frozenset({day("2027-01-02")}))})
    assert calendar.published_through == day("2027-12-31")
    assert add_working_days(day("2026-12-31"), 1, calendar) == DueDate(day("2027-01-02"), provisional=False)
    assert calendar.is_workday(day("2027-01-04"))
    # a year after a gap is used, but does not extend what is published
    gap = ChinaCalendar({2030: YearSchedule(frozenset({day("2030-01-01")}), frozenset())})
    assert gap.published_through == CHINA.published_through
    assert not gap.is_workday(day("2030-01-01"))


def test_a_year_can_be_corrected():
    calendar = ChinaCalendar({2026: YearSchedule(frozenset({day("2026-11-23")}), frozenset())})
    assert CHINA.is_workday(day("2026-11-23"))
    assert not calendar.is_workday(day("2026-11-23"))
    assert calendar.published_through == CHINA.published_through


def test_schedules_that_contradict_themselves_are_refused():
    monday = frozenset({day("2027-01-04")})
    with pytest.raises(ValueError, match="schedule_day_is_both"):
        YearSchedule(monday, monday)
    with pytest.raises(ValueError, match="schedule_day_of_other_year"):
        ChinaCalendar({2028: YearSchedule(monday, frozenset())})


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2024-03-04", 15, "2024-03-19"),
        ("2024-03-04", 12, "2024-03-18"),  # Saturday 16 March rolls to Monday
        ("2024-09-16", 16, "2024-10-08"),  # into the holiday of 1 to 7 October
        ("2026-10-03", 7, "2026-10-10"),  # ends on a make-up Saturday: no rest day
    ],
)
def test_calendar_days_roll_to_a_working_day(start, n, due):
    assert add_calendar_days(day(start), n, CHINA) == DueDate(day(due), provisional=False)


def test_calendar_days_without_rolling():
    assert add_calendar_days(day("2024-03-04"), 12, CHINA, roll=False).day == day("2024-03-16")
    # no schedule was looked at, so nothing is provisional
    assert not add_calendar_days(day("2026-12-25"), 30, CHINA, roll=False).provisional
    assert add_calendar_days(day("2026-12-25"), 30, CHINA).provisional


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2024-01-31", 1, "2024-02-29"),  # no 31 February: the month's last day
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-16", 1, "2024-03-18"),  # Saturday 16 March rolls to Monday
    ],
)
def test_periods_of_months(start, n, due):
    assert add_months_period(day(start), n, CHINA) == DueDate(day(due), provisional=False)


def test_periods_out_of_range_are_refused():
    for n in (-1, MAX_PERIOD + 1):
        for add in (add_working_days, add_calendar_days, add_months_period):
            with pytest.raises(ValueError, match="period_out_of_range"):
                add(day("2024-03-04"), n, CHINA)


def test_due_dates_beyond_the_range_of_dates_are_refused():
    for add in (add_working_days, add_calendar_days, add_months_period):
        with pytest.raises(ValueError, match="date_out_of_range"):
            add(day("9999-12-30"), 30, CHINA)
    with pytest.raises(ValueError, match="date_out_of_range"):
        add_months(day("0001-01-01"), -1)


def test_every_published_day_agrees_with_an_independent_source():
    oracle = holidays.China(years=range(2007, 2027))
    first, last = day("2007-01-01").toordinal(), day("2026-12-31").toordinal()
    every = [dt.date.fromordinal(n) for n in range(first, last + 1)]
    assert len(every) == 7305
    assert [d for d in every if CHINA.is_workday(d) != oracle.is_working_day(d)] == []


def test_every_day_of_the_package_is_read_as_the_package_reads_it():
    first, last = CHINA.published_from.toordinal(), CHINA.published_through.toordinal()
    for n in range(first, last + 1):
        d = dt.date.fromordinal(n)
        assert CHINA.is_workday(d) == chinese_calendar.is_workday(d)
    assert CHINA.published_from.year == 2004
    assert CHINA.published_through >= day("2026-12-31")


@given(days, days, periods, periods)
def test_working_days_are_monotone(a, b, n, m):
    a, b = sorted((a, b))
    n, m = sorted((n, m))
    assert add_working_days(a, n, CHINA).day <= add_working_days(a, m, CHINA).day
    if n:
        assert add_working_days(a, n, CHINA).day <= add_working_days(b, n, CHINA).day


@given(days, periods)
def test_a_period_contains_as_many_working_days_as_asked_for(start, n):
    due = add_working_days(start, n, CHINA).day
    counted = range(start.toordinal() + 1, due.toordinal() + 1)
    assert sum(CHINA.is_workday(dt.date.fromordinal(d)) for d in counted) == n
    assert n == 0 or CHINA.is_workday(due)


@given(days, st.integers(0, 3000))
def test_a_rolled_period_ends_on_the_first_working_day_from_its_end(start, n):
    end = start + dt.timedelta(days=n)
    due = add_calendar_days(start, n, CHINA).day
    assert due >= end
    assert CHINA.is_workday(due)
    between = range(end.toordinal(), due.toordinal())
    assert not any(CHINA.is_workday(dt.date.fromordinal(d)) for d in between)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-01-15", -1, "2023-12-15"),
    ],
)
def test_add_months(start, n, end):
    assert add_months(day(start), n) == day(end)


@pytest.mark.parametrize(
    ("a", "b", "n"),
    [
        ("1974-05-06", "2024-05-05", 599),
        ("1974-05-06", "2024-05-06", 600),  # on the fiftieth birthday itself
        ("2000-02-29", "2001-02-28", 12),
        ("2000-02-29", "2001-02-27", 11),
        ("2000-02-29", "2004-02-28", 47),
        ("2000-02-29", "2004-02-29", 48),
        ("2024-03-15", "2024-03-15", 0),
        ("2024-03-15", "2024-03-14", -1),
        ("2024-03-31", "2024-02-29", -1),
    ],
)
def test_months_between(a, b, n):
    assert months_between(day(a), day(b)) == n


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(-1200, 1200))
def test_months_between_undoes_add_months(a, n):
    assert months_between(a, add_months(a, n)) == n


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_months_between_is_the_greatest_that_fits(a, b):
    n = months_between(a, b)
    assert add_months(a, n) <= b < add_months(a, n + 1)


def test_month_end():
    assert month_end(day("2024-02-01")) == day("2024-02-29")
    assert month_end(Month(2023, 2)) == day("2023-02-28")
    assert month_end(day("9999-12-31")) == day("9999-12-31")


def test_today_is_the_date_in_china():
    beijing = dt.timezone(dt.timedelta(hours=8))
    before = dt.datetime.now(tz=beijing).date()
    assert before <= today() <= dt.datetime.now(tz=beijing).date()
