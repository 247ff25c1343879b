"""Cases changed in ways that may open a question, or that may change nothing at all."""

from __future__ import annotations

import copy
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from crossprov.calendar import today
from crossprov.decide import builtin
from crossprov.models import Citizen
from crossprov.models.identity import check_character
from crossprov.models.plan import plan
from crossprov.values import Month

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from crossprov.models import Model
    from crossprov.rulebook.book import Rulebook
    from crossprov.testing.cases import Plain

_PROVINCE_DIGITS: Final = 2
_ISSUED_IN: Final = 6
_BODY: Final = 17
_CARRIES_A_PLACE: Final = "resident_id"


def lists_of(applicant: type[Model] = Citizen, path: str = "") -> dict[str, str]:
    """Return the lists of records of an applicant: their path below it, and the field of their first day."""
    found: dict[str, str] = {}
    for field in plan(applicant):
        if field.content == "records":
            found[path + field.name] = field.of.sorted_by
        elif field.content == "model" and not field.several:
            found |= lists_of(field.of, f"{path}{field.name}.")
    return found


def without_province(
    case: Mapping[str, Any],
    province: str,
    *,
    rulebook: Rulebook | None = None,
    lists: Collection[str] | None = None,
) -> Plain:
    """Return a case as it would be if nobody had handed over the records of one province.

    ``province`` is a code such as ``510000``. Its records are left out, and the lists are complete for it no
    more; whose a record is, is seen on the day of the case, as a place may have changed province. ``lists``
    are paths below the applicant (``hukou``, ``insurance.pension_spells``); all unless given.
    """
    book, less = rulebook or builtin(), copy.deepcopy(dict(case))
    on = dt.date.fromisoformat(str(case["as_of"])) if "as_of" in case else today()
    begins = lists_of()
    for path in begins if lists is None else lists:
        listed = _at(less["applicant"], path)
        if listed is not None:
            rows, begin = listed["records"], begins[path]
            listed["records"] = [row for row in rows if _province(row, begin, on, book) != province]
            cover = listed.get("complete_for", [])
            listed["complete_for"] = [cut for entry in cover for cut in _without(entry, province, on, book)]
    return less


def provinces_in(case: Mapping[str, Any], rulebook: Rulebook | None = None) -> tuple[str, ...]:
    """Return the provinces of which a case has records, and one of which it has none."""
    book = rulebook or builtin()
    on = dt.date.fromisoformat(str(case["as_of"])) if "as_of" in case else today()
    lists = ((_at(case["applicant"], path), begin) for path, begin in lists_of().items())
    found = {
        _province(row, begin, on, book)
        for listed, begin in lists
        if listed is not None
        for row in listed["records"]
    }
    other = next((code for code in book.divisions.province_codes(on) if code not in found), None)
    return tuple(sorted(found | ({other} if other is not None else set())))


def less_told(case: Mapping[str, Any]) -> Iterator[tuple[str, Plain]]:
    """Yield the case with each told fact left out, in turn, with the name of that fact."""
    for name in case.get("facts", {}):
        less = copy.deepcopy(dict(case))
        del less["facts"][name]
        yield name, less


@st.composite
def reordered(draw: st.DrawFn, case: Mapping[str, Any]) -> Plain:
    """Draw the same case with every list of it (records, coverages, papers, events) in another order."""

    def mixed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: mixed(one) for key, one in value.items()}
        if isinstance(value, list):
            return draw(st.permutations([mixed(one) for one in value]))
        return value

    changed: Plain = mixed(dict(case))
    return changed


def issued_elsewhere(case: Mapping[str, Any], place: str) -> Plain:
    """Return a case whose resident identity numbers were first issued in another place.

    That place, digits 1 to 6, says nothing of where a person is registered, insured or living.
    """
    changed = copy.deepcopy(dict(case))
    for paper in changed["applicant"].get("documents", ()):
        if paper["kind"] == _CARRIES_A_PLACE:
            body = place + paper["number"][_ISSUED_IN:_BODY]
            paper["number"] = body + check_character(body)
    return changed


def _at(holder: Any, path: str) -> Any:
    for part in path.split("."):
        holder = holder.get(part) if isinstance(holder, dict) else None
    return holder


def _province(row: Mapping[str, Any], begin: str, on: dt.date, rulebook: Rulebook) -> str:
    written = str(row[begin]) if row.get(begin) is not None else None
    day = None if written is None else _first_day(written)
    found = rulebook.divisions.province_of(row["place"], on, written_on=day)
    return found if isinstance(found, str) else f"{row['place'][:_PROVINCE_DIGITS]}0000"


def _first_day(written: str) -> dt.date:
    month = len(written) == len("2024-05")
    return Month.parse(written).first_day if month else dt.date.fromisoformat(written)


def _without(entry: Plain, province: str, on: dt.date, rulebook: Rulebook) -> list[Plain]:
    told = entry["provinces"]
    codes = rulebook.divisions.province_codes(on) if told == "all" else told
    left = [one for one in codes if one != province]
    return [{**entry, "provinces": left}] if left else []
