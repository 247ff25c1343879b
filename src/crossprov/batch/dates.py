"""Days as expressions, by their year, month and day: what ``calendar`` does for one day."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from crossprov.values import Month

_MONTHS: Final = 12
_FEBRUARY: Final = 2
_LONG: Final = (1, 3, 5, 7, 8, 10, 12)
FIRST_YEAR: Final = 1000  # days outside these years are left to the engine of single cases
LAST_YEAR: Final = 9000
FIRST_MONTH: Final = Month(1900, 1)  # the same of months
LAST_MONTH: Final = Month(2199, 12)
MONTHS_WRITTEN: Final = [
    str(FIRST_MONTH.plus(i)) for i in range(LAST_MONTH.ordinal - FIRST_MONTH.ordinal + 1)
]


def counted_month(written: Any, space: Any) -> Any:
    """Return a month, written ``2024-05``, as it is counted; in Polars by looking it up, which is faster."""
    if space is pl:
        counted = range(FIRST_MONTH.ordinal, LAST_MONTH.ordinal + 1)
        return written.replace_strict(MONTHS_WRITTEN, counted, default=None, return_dtype=pl.Int64)
    years, months = written.str.slice(0, 4).cast(space.Int64), written.str.slice(5, 2).cast(space.Int64)
    return years * _MONTHS + months - 1


def coded_month(code: Any) -> Any:
    """Return a month as it is counted from its place among the months written here; null for what comes after."""
    counted = code.cast(pl.Int64) + FIRST_MONTH.ordinal
    return pl.when(code < len(MONTHS_WRITTEN)).then(counted)


def written_month(counted: Any, space: Any) -> Any:
    """Return a counted month as it is written; only of the months that are counted here."""
    if space is pl:
        place = (counted - FIRST_MONTH.ordinal).clip(0, len(MONTHS_WRITTEN) - 1)
        return pl.lit(pl.Series(MONTHS_WRITTEN)).gather(place)
    years = (counted // _MONTHS).cast(space.String).str.zfill(4)
    return space.concat_str(years, space.lit("-"), (counted % _MONTHS + 1).cast(space.String).str.zfill(2))


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
