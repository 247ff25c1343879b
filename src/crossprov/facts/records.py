"""Lists of records as functions of facts see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from crossprov.values import Month, Need, Unknown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from fractions import Fraction

    from crossprov.models import Records
    from crossprov.values import Value

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])
R = TypeVar("R")

_TOLERANT: Final = "__crossprov_tolerant__"
_READS_CONCLUDED: Final = "__crossprov_reads_concluded__"


def tolerant(function: F) -> F:
    """Mark a function of facts that is called even if a fact it reads is unknown."""
    setattr(function, _TOLERANT, True)
    return function


def is_tolerant(function: Callable[..., object]) -> bool:
    """Return whether a function wants to see unknown facts itself."""
    return getattr(function, _TOLERANT, False) is True


def reads_concluded(parameter: str, *values: str) -> Callable[[F], F]:
    """Mark a function of facts that reads in ``parameter`` what the rules conclude for each record of a list.

    It knows only what ``values`` mean, that there is none, and that it is not known; rules that could conclude
    anything else for a record are refused (``registry.misread``).
    """

    def mark(function: F) -> F:
        setattr(function, _READS_CONCLUDED, {**concluded_read(function), parameter: frozenset(values)})
        return function

    return mark


def concluded_read(function: Callable[..., object]) -> Mapping[str, frozenset[str]]:
    """Return the parameters of a function that are concluded lists, with the values that it knows."""
    found: Mapping[str, frozenset[str]] = getattr(function, _READS_CONCLUDED, {})
    return found


@dataclass(slots=True, repr=False, eq=False)
class Listed(Generic[T]):
    """A list of records, what it is called, and where it is complete.

    ``coverage`` None: nobody has handed over the list, so nothing is known. ``province_of`` tells the
    province of a code on the day of the case; the day on which the code was written says what it meant.
    """

    name: str
    rows: tuple[T, ...]
    coverage: Records[Any] | None
    province_of: Callable[[str, dt.date | None], str]
    day: dt.date | None = None
    _provinces: dict[int, str] = field(default_factory=dict, init=False, compare=False)
    _covered: dict[object, bool] = field(default_factory=dict, init=False, compare=False)
    _found: dict[object, Any] = field(default_factory=dict, init=False, compare=False)

    def __repr__(self) -> str:
        return f"Listed({self.name!r}, …)"

    def province(self, row: Any) -> str:
        """Return the province, on the day of the case, of the place that a record names."""
        found = self._provinces.get(id(row))  # a list keeps its rows, so this is no other row
        if found is None:
            first = getattr(row, row.sorted_by)
            day = first.first_day if isinstance(first, Month) else first
            found = self._provinces[id(row)] = self.province_of(row.place, day)
        return found

    def once(self, key: object, find: Callable[[], R]) -> R:
        """Return what ``find`` finds in these records; what several facts ask for is looked for once.

        What is returned is shared, so nobody may change it.
        """
        found: R | None = self._found.get(key)
        if found is None:
            found = self._found[key] = find()
        return found

    def covers(self, province: str, since: dt.date | None = None, through: dt.date | None = None) -> bool:
        """Return whether nothing of ``province`` can be missing between two days, both inclusive.

        ``since`` None is the beginning, ``through`` None the day of the case.
        """
        if self.coverage is None:
            return False
        key = province, since, through
        found = self._covered.get(key)
        if found is None:
            found = self._covered[key] = self.coverage.covers(province, since, through or self.day)
        return found

    def covers_everywhere(self, since: dt.date | None = None, through: dt.date | None = None) -> bool:
        """Return whether nothing of any province can be missing between two days."""
        if self.coverage is None:
            return False
        key = since, through
        found = self._covered.get(key)
        if found is None:
            found = self._covered[key] = self.coverage.covers_everywhere(since, through or self.day)
        return found

    def unknown(
        self,
        places: tuple[str, ...] = (),
        *,
        everywhere: bool = False,
        low: int | Fraction | dt.date | Month | None = None,
        high: int | Fraction | dt.date | Month | None = None,
        among: frozenset[Value] | None = None,
    ) -> Unknown:
        """Return an unknown that these records, of ``places`` or of everywhere, would settle."""
        return Unknown(self.needs(places, everywhere=everywhere), low=low, high=high, among=among)

    def needs(self, places: tuple[str, ...] = (), *, everywhere: bool = False) -> frozenset[Need]:
        """Return the need for these records, of ``places`` or of everywhere."""
        return frozenset({Need(self.name, places, everywhere)})

    def with_rows(self, rows: tuple[Any, ...]) -> Listed[Any]:
        """Return a list of other rows that is complete where this one is."""
        return Listed(self.name, rows, self.coverage, self.province_of, self.day)
