"""How long it takes to tell whether a day is a working day, beside the package that knows the schedules."""

import datetime as dt
import time
from collections.abc import Callable

import chinese_calendar

from crossprov import ChinaCalendar

DAYS = [dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(2_500)]


def per_day(is_workday: Callable[[dt.date], bool]) -> float:
    best = float("inf")
    for _ in range(7):
        began = time.perf_counter()
        for day in DAYS:
            is_workday(day)
        best = min(best, (time.perf_counter() - began) / len(DAYS))
    return best


if __name__ == "__main__":
    ours, theirs = per_day(ChinaCalendar().is_workday), per_day(chinese_calendar.is_workday)
    print(f"crossprov {ours * 1e6:.2f} µs, chinesecalendar {theirs * 1e6:.2f} µs, ratio {theirs / ours:.0f}")
