"""Days as expressions, by their year, month and day: what ``calendar`` does for one day."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

_MONTHS: Final = 12
_FEBRUARY: Final = 2
_LONG: Final = (1, 3, 5, 7, 8, 10, 12)
FIRST_YEAR: Final = 1000  # days outside these years are left to the engine of single cases
LAST_YEAR: Final = 9000


def year(day: Any, space: Any) -> Any:
    """Return the year of a day."""
    return day.dt.year().cast(space.Int64)


def month(day: Any, space: Any) -> Any:
    """Return the month of a day, from 1 on."""
    return day.dt.month().cast(space.Int64)


def day_of(day: Any, space: Any) -> Any:
    """Return the day of the month."""
    return day.dt.day().cast(space.Int64)


def month_of(day: Any, space: Any) -> Any:
    """Return the month of a day, counted."""
    return year(day, space) * _MONTHS + month(day, space) - 1


def last_of(counted: Any, space: Any) -> Any:
    """Return the last day of a counted month."""
    years, number = counted // _MONTHS, counted % _MONTHS + 1
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    february = space.when(leap).then(space.lit(29)).otherwise(space.lit(28))
    short = space.when(number == _FEBRUARY).then(february).otherwise(space.lit(30))
    return space.when(number.is_in(list(_LONG))).then(space.lit(31)).otherwise(short)


def a_day(counted: Any, number: Any, space: Any) -> Any:
    """Return the day of a counted month; null outside the years that are counted here."""
    inside = (counted >= FIRST_YEAR * _MONTHS) & (counted < LAST_YEAR * _MONTHS)
    kept = space.when(inside).then(counted).otherwise(space.lit(FIRST_YEAR * _MONTHS))
    years, months = kept // _MONTHS, kept % _MONTHS + 1
    if space is pl:
        made = pl.date(years, months, number)
    else:
        written = (years * 10_000 + months * 100 + number).cast(space.String)
        made = written.str.to_date("%Y%m%d")
    return space.when(inside).then(made)


def add_months(day: Any, count: Any, space: Any) -> Any:
    """Return the day so many months later, at most the last of its month."""
    counted = month_of(day, space) + count
    last, number = last_of(counted, space), day_of(day, space)
    return a_day(counted, space.when(number > last).then(last).otherwise(number), space)


def months_between(a: Any, b: Any, space: Any) -> Any:
    """Return how many whole months lie between two days."""
    counted, number = month_of(b, space), day_of(b, space)
    short = (day_of(a, space) > number) & (number < last_of(counted, space))
    return counted - month_of(a, space) - short.cast(space.Int64)


def month_end(day: Any, space: Any, *, by_month: bool) -> Any:
    """Return the last day of a month."""
    counted = day if by_month else month_of(day, space)
    return a_day(counted, last_of(counted, space), space)


def add_days(day: Any, count: int, space: Any) -> Any:
    """Return the day so many days later."""
    return day.dt.offset_by(f"{count}d").cast(space.Date)
