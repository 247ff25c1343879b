"""Lists of records that say for which provinces and days they are complete."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, TypeAlias, TypeVar, cast

from pydantic import Field, PlainValidator, WithJsonSchema, field_validator

from crossprov.models.base import AS_IT_IS, Day, Listing, Model, not_before
from crossprov.models.errors import refuse
from crossprov.values import Month

_PROVINCE: Final = re.compile(r"[1-9][0-9]0000")
_MAX_PROVINCES: Final = 100
_EVER: Final = (0, dt.date.max.toordinal() + 1)
"""Before the first and after the last day a calendar knows, as day numbers."""

Period: TypeAlias = tuple[int, int]


def _read_provinces(value: object) -> Literal["all"] | tuple[str, ...]:
    # One validator for both forms: pydantic would report both branches of a union.
    if value == "all":
        return "all"
    if isinstance(value, list | tuple) and 0 < len(value) <= _MAX_PROVINCES:
        codes = tuple(code for code in value if isinstance(code, str) and _PROVINCE.fullmatch(code))
        if len(set(codes)) == len(value):
            return codes
    raise refuse("provinces")


Provinces = Annotated[
    Literal["all"] | tuple[str, ...],
    PlainValidator(_read_provinces),
    AS_IT_IS,
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "all"},
                {
                    "type": "array",
                    "items": {"type": "string", "pattern": f"^{_PROVINCE.pattern}$"},
                    "minItems": 1,
                    "maxItems": _MAX_PROVINCES,
                    "uniqueItems": True,
                },
            ]
        }
    ),
]


class Coverage(Model):
    """For which provinces and days a list of records is complete."""

    provinces: Provinces = Field(description="`all`, or the codes of the provinces")
    since: Day | None = Field(
        default=None, description="first day of the complete period; absent: from the beginning"
    )
    through: Annotated[Day | None, not_before("since")] = Field(
        default=None,
        description="last day of the complete period, inclusive; absent: up to the day of the case",
    )

    @property
    def period(self) -> Period:
        """First and last day as day numbers, with open ends beyond the calendar."""
        return _period(self.since, self.through)


class Record(Model):
    """An entry of a list of records; ``sorted_by`` names the field that puts it in time order."""

    sorted_by: ClassVar[str]

    @property
    def last_told(self) -> dt.date | None:
        """The last day of which the record tells something that has happened, if it names a day.

        A month counts with its first day. The end of a benefit or a registration may be fixed ahead.
        """
        fields = vars(self)  # asked for a field that it has not, a model raises an error and catches it
        begun, end = fields[self.sorted_by], fields.get("end")
        last = begun if end is None or (begun is not None and end < begun) else end
        return last.first_day if isinstance(last, Month) else last


R = TypeVar("R", bound=Record)


class Records(Model, Generic[R]):
    """Records and their coverage. No ``Records`` at all: unknown. None within a coverage: none there.

    The records are kept in time order, those without a known beginning first.
    """

    complete_for: Listing[Coverage] = Field(
        default=(), description="where and when the list is complete; absent: nowhere known to be"
    )
    records: Listing[R] = Field(description="the records, in any order")

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle looks classes up by their names, and ``Records[PensionSpell]`` is the name of nothing.
        return _restored, (self.__pydantic_generic_metadata__["args"], self.__getstate__())

    @field_validator("records")
    @classmethod
    def _in_time_order(cls, records: tuple[R, ...]) -> tuple[R, ...]:
        dated = [(getattr(record, record.sorted_by), record) for record in records]
        return tuple(record for _, record in sorted(dated, key=lambda it: (it[0] is not None, it[0])))

    def covers(self, province: str, since: dt.date | None = None, through: dt.date | None = None) -> bool:
        """Tell whether the list is complete for a province over a period.

        ``since`` None: from the beginning; ``through`` None: up to the day of the case; both days
        inclusive. Raises ``ValueError`` for what is no province code and for a reversed period.
        """
        if not _PROVINCE.fullmatch(province):
            raise ValueError("not a province code")
        entries = [one for one in self.complete_for if one.provinces == "all" or province in one.provinces]
        return self._complete(entries, since, through)

    def covers_everywhere(self, since: dt.date | None = None, through: dt.date | None = None) -> bool:
        """Tell whether the list is complete for all provinces over a period, as ``covers`` does.

        Only coverages of ``all`` count: which provinces exist is not known here.
        """
        entries = [one for one in self.complete_for if one.provinces == "all"]
        return self._complete(entries, since, through)

    @staticmethod
    def _complete(entries: Iterable[Coverage], since: dt.date | None, through: dt.date | None) -> bool:
        if since is not None and through is not None and through < since:
            raise ValueError("the period ends before it begins")
        periods, wanted = [], _period(since, through)
        for entry in entries:
            if entry.since is None and entry.through is None:
                return True
            period = entry.period
            if period[0] <= wanted[0] and wanted[1] <= period[1]:
                return True
            periods.append(period)
        return _contains(sorted(periods), wanted)


def _restored(entry: tuple[type[Record], ...], state: dict[Any, Any]) -> Model:
    made = cast("type[Model]", Records.__class_getitem__(entry) if entry else Records)
    found = made.__new__(made)
    found.__setstate__(state)
    return found


def _period(since: dt.date | None, through: dt.date | None) -> Period:
    first = _EVER[0] if since is None else since.toordinal()
    last = _EVER[1] if through is None else through.toordinal()
    return first, last


def _contains(periods: list[Period], wanted: Period) -> bool:
    # Walk forward: `open_day` is the first wanted day not yet covered.
    open_day, last = wanted
    for first, through in periods:
        if first > open_day:
            return False
        open_day = max(open_day, through + 1)
        if open_day > last:
            return True
    return False
