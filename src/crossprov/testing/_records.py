"""Records and histories of them: what a model holds, coherent in time, near the edges of the rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crossprov.models import Coverage, LumpSum, Model, PensionSpell, Record, UnemploymentGrant
from crossprov.models.plan import Planned, plan
from crossprov.testing._setting import Setting, provinces_of
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Plain: TypeAlias = dict[str, Any]
"""What a backend would hand over as JSON."""

_ONE_DAY: Final = dt.timedelta(days=1)
_A_YEAR: Final = dt.timedelta(days=365)
_MOST_RECORDS: Final = 4
_RATES: Final = ("0.16", "0.2", "0", "1", "0.000001")
_SUMS: Final = ("0.00", "0.01", "1000.00", "23456.78")


class Drawer:
    """Draws models of one case as plain data."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def model(self, model: type[Model], given: Mapping[str, Any], span: Span | None = None) -> Plain:
        """Draw a model; what ``given`` holds is taken as it is, None leaves a field out.

        ``span`` is the time that a record is about: days lie in it, and no more months than it has are paid.
        """
        found: Plain = {}
        for field in plan(model):
            if field.name in given:
                if given[field.name] is not None:
                    found[field.name] = plain(given[field.name])
            elif field.content != "other" and (field.required or self.setting.tells()):
                found[field.name] = self._value(field, span)
        mend = _MENDED.get(model)
        if mend is not None:
            mend(found)
        return found

    def _value(self, field: Planned, span: Span | None) -> Any:
        if field.several:
            return self._several(field, span)
        setting = self.setting
        match field.content:
            case "day":
                return plain(setting.day(*span.days) if span is not None else setting.day())
            case "month":
                return plain(Month.of(setting.day(*span.days) if span is not None else setting.day()))
            case "number":
                return setting.number(span.months if span is not None else None)
            case "flag":
                return setting.yes()
            case "place":
                return setting.place()
            case "province":
                return setting.province()
            case "text":
                return setting.street()
            case "choice":
                return setting.choice(field.of)
            case "records":
                return self.records(field.of)
            case "model":
                return self.model(field.of, {})
        return setting.choice(_SUMS if field.content == "money" else _RATES)

    def _several(self, field: Planned, span: Span | None) -> list[Any]:
        """Draw a list: runs of months if the models in it have a time of their own, else anything."""
        one = replace(field, several=False)
        timed = field.content == "model" and {"start", "end"} <= {inner.name for inner in plan(field.of)}
        if span is not None and timed:
            runs = self._runs(span)
            return [self.model(field.of, {"start": run.first, "end": run.last}) for run in runs]
        return [self._value(one, span) for _ in range(self.setting.choice((0, 1, 2)))]

    def _runs(self, span: Span) -> list[Span]:
        """Draw runs of months in a span that share none: the whole, or with a gap, or without the end."""
        first, last = span.first.ordinal, span.last.ordinal
        gap = self.setting.choice((None, first, last, (first + last) // 2))
        if gap is None:
            return [span]
        parts = (
            (span.first, span.first.plus(gap - first - 1)),
            (span.first.plus(gap - first + 1), span.last),
        )
        return [Span(start, end, span.most) for start, end in parts if start <= end]

    # --- lists of records -----------------------------------------------------------------------------

    def records(self, record: type[Record]) -> Plain:
        """Draw a list of records with the provinces and days for which it is complete."""
        return {"complete_for": self._coverage(), "records": self._history(record)}

    def _coverage(self) -> list[Plain]:
        setting = self.setting
        if setting.whole or setting.yes():
            return [{"provinces": "all"}]
        codes = provinces_of(setting.rulebook, setting.as_of)
        some = (codes[:1], codes[1:2], codes[:2], codes[2:], "all")
        found: list[Plain] = []
        while len(found) < _MOST_RECORDS and setting.yes():
            whose = setting.choice(some)
            entry = self.model(Coverage, {})
            if "since" in entry and "through" in entry and entry["since"] > entry["through"]:
                del entry["through"]
            found.append({**entry, "provinces": whose if whose == "all" else list(whose)})
        return found

    def _history(self, record: type[Record]) -> list[Plain]:
        """Draw records one before the other, the last one first, and return them in time order."""
        by_month = any(field.name == record.sorted_by and field.content == "month" for field in plan(record))
        draw = self._by_month if by_month else self._by_day
        found: list[Plain] = []
        before: dt.date | None = self.setting.as_of
        while before is not None and len(found) < _MOST_RECORDS and self.setting.choice((False, True, True)):
            row, before = draw(record, before, newest=not found)
            found.append(row)
        return sorted(found, key=lambda row: row.get(record.sorted_by, ""))

    def _by_month(self, record: type[Record], most: dt.date, *, newest: bool) -> tuple[Plain, dt.date | None]:
        setting = self.setting
        last = Month.of(most).plus(-setting.choice((0, 0, 1, 6)))
        length = setting.length(max(1, last.ordinal - Month.of(setting.earliest).ordinal))
        first = last.plus(1 - length)
        span = Span(first, last, setting.as_of)
        open_ = newest and setting.choice((False, False, True))
        told = {"start": first, "end": None if open_ else last}
        row = self.model(record, told, span)
        # Now and then two records share a month or more, as records of two provinces do.
        shared = setting.choice((0, 0, 0, 1, length - 1))
        before = first.plus(min(shared, length) - 1)
        return row, before.last_day if before.first_day > setting.earliest else None

    def _by_day(self, record: type[Record], most: dt.date, *, newest: bool) -> tuple[Plain, dt.date | None]:
        setting, begin = self.setting, record.sorted_by
        since = setting.day(setting.earliest, most)
        told: dict[str, Any] = {begin: since}
        if "through" in record.model_fields:
            told["through"] = setting.choice((None, self._end(since, most, newest=newest)))
        if not record.model_fields[begin].is_required() and not setting.tells():
            told[begin] = None
        span = None if record in (LumpSum, UnemploymentGrant) else Span(Month.of(since), Month.of(most), most)
        row = self.model(record, told, span)
        return row, since - _ONE_DAY if since > setting.earliest else None

    def _end(self, since: dt.date, most: dt.date, *, newest: bool) -> dt.date:
        """Draw the last day of what began on a day; that of the newest record may be fixed ahead."""
        way = self.setting.choice(("last", "ahead", "any") if newest else ("last", "any"))
        if way == "any":
            return self.setting.day(since, most)
        return most + _A_YEAR if way == "ahead" else most


class Span:
    """The time from a first to a last month that a record is about; nothing in it lies after ``most``."""

    def __init__(self, first: Month, last: Month, most: dt.date) -> None:
        self.first, self.last, self.most = first, last, most

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.last.ordinal - self.first.ordinal + 1

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Its first and its last day."""
        return self.first.first_day, min(self.last.last_day, self.most)


def plain(value: Any) -> Any:
    """Return a value as JSON would have it."""
    return str(value) if isinstance(value, (dt.date, Month)) else value


def _pension(row: Plain) -> None:
    if row["scheme"] == "resident":
        row.pop("account", None)
    if "contributions" in row:
        row.pop("paid_months", None)  # it would have to be their sum


def _grant(row: Plain) -> None:
    if row.get("months_drawn", 0) > row["months_granted"]:
        row["months_drawn"] = row["months_granted"]


_MENDED: Final[Mapping[type[Model], Callable[[Plain], None]]] = {
    PensionSpell: _pension,
    UnemploymentGrant: _grant,
}
"""What the models refuse and fields drawn one by one would say: made coherent afterwards."""
