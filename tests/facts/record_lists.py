"""Short ways to write lists of records for the tests of facts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crossprov.facts.records import Listed
from crossprov.models import BenefitDrawn, DeemedPeriod, HukouSpell, PensionSpell, Records
from crossprov.values import Month, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SICHUAN, CHONGQING, GUANGDONG, GUIZHOU = "510000", "500000", "440000", "520000"
PROVINCES = (SICHUAN, CHONGQING, GUANGDONG, GUIZHOU)
EVERYWHERE = ({"provinces": "all"},)


def province_of(place: str, _written_on: dt.date | None = None) -> str:
    return place[:2] + "0000"


def listed(
    kind: type, name: str, rows: Sequence[Any], complete_for: Iterable[Any] | None = EVERYWHERE
) -> Listed[Any]:
    """Return a list of records; ``complete_for`` None is a list that nobody handed over."""
    if complete_for is None:
        return Listed(name, (), None, province_of)
    records = Records[kind].model_validate({"complete_for": list(complete_for), "records": list(rows)})
    return Listed(name, records.records, records, province_of)


def spells(*rows: PensionSpell, complete_for: Iterable[Any] | None = EVERYWHERE) -> Listed[PensionSpell]:
    return listed(PensionSpell, "pension.spells", rows, complete_for)


def deemed(*rows: DeemedPeriod, complete_for: Iterable[Any] | None = EVERYWHERE) -> Listed[DeemedPeriod]:
    return listed(DeemedPeriod, "pension.deemed_periods", rows, complete_for)


def hukou(*rows: HukouSpell, complete_for: Iterable[Any] | None = EVERYWHERE) -> Listed[HukouSpell]:
    return listed(HukouSpell, "hukou.spells", rows, complete_for)


def drawn(*rows: BenefitDrawn, complete_for: Iterable[Any] | None = EVERYWHERE) -> Listed[BenefitDrawn]:
    return listed(BenefitDrawn, "benefits.drawn", rows, complete_for)


def only(*provinces: str) -> tuple[dict[str, list[str]], ...]:
    """A coverage of these provinces and no other."""
    return ({"provinces": list(provinces)},) if provinces else ()


def paid(province: str, start: str, months: int, **more: Any) -> PensionSpell:
    """A closed spell of a general account with every month paid."""
    first = Month.parse(start)
    told = {"scheme": "employee", "account": "general", "end": first.plus(months - 1), "paid_months": months}
    return PensionSpell(**{**told, "place": province, "start": first, **more})


def in_turn(*parts: tuple[Any, ...], start: str = "1995-01") -> list[PensionSpell]:
    """Spells one after the other: (province, months[, account])."""
    rows: list[PensionSpell] = []
    first = Month.parse(start)
    for province, months, *account in parts:
        more = {"account": account[0]} if account else {}
        rows.append(paid(province, str(first), months, **more))
        first = first.plus(months + 3)
    return rows


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def admits(answer: object, truth: object) -> bool:
    """Whether an answer is the truth, or an unknown whose bounds contain it."""
    if not isinstance(answer, Unknown):
        return answer == truth and type(answer) is type(truth)
    assert answer.needs, "an unknown must say what would settle it"
    if answer.among is not None and truth not in answer.among:
        return False
    if answer.low is not None and truth < answer.low:  # type: ignore[operator]
        return False
    return answer.high is None or truth <= answer.high  # type: ignore[operator]
