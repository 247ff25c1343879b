"""What a programmer would write who needs only the account type and the due dates, and only today's law.

It is the measure for what the declarative rules cost. It answers the example cases and little else: no
missing facts, no reasons, no sources, no earlier law, no offices. Nothing may use it but the benchmark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crossprov.calendar import ChinaCalendar, add_months, add_working_days
from crossprov.models import Citizen

if TYPE_CHECKING:
    import datetime as dt

    from crossprov import Case

PlainAnswer: TypeAlias = tuple[str | None, dict[str, "dt.date"]]

WORKDAYS = ChinaCalendar()
PAIR = ("51", "50")
TRANSFER_AGE = {"male": 50, "female": 40}


def plain_answer(case: Case) -> PlainAnswer:
    """Return the account type and the days by which the steps are due."""
    if case.facts.get("transfer.occasion") == "benefit_claim":
        return "none", _at_a_claim(case.applied_on)
    account = _account_type(case)
    if account == "temporary" or case.move is None:
        return account, {}
    old, new = str(case.move.from_place)[:2], str(case.move.to_place)[:2]
    if old in PAIR and new in PAIR and old != new:
        return account, _sichuan_chongqing(case.applied_on, promised=5)
    return account, _national(case.applied_on)


def _account_type(case: Case) -> str | None:
    person, move = case.applicant, case.move
    if not isinstance(person, Citizen) or move is None or move.enrolled_on is None or move.to_place is None:
        return None
    if person.hukou is not None and person.hukou.records[-1].place[:2] == move.to_place[:2]:
        return "general"
    if move.approved_transfer is not None and move.approved_transfer.approved:
        return "general"
    if person.known_birth_date is None or person.known_sex is None:
        return None
    months = TRANSFER_AGE[person.known_sex] * 12
    return "general" if move.enrolled_on < add_months(person.known_birth_date, months) else "temporary"


def _at_a_claim(applied_on: dt.date | None) -> dict[str, dt.date]:
    """Return the days where it is open whether both provinces are of the pair, and what stays has to be told."""
    days = {**_national(applied_on), **_sichuan_chongqing(applied_on, promised=None)}
    if "send-letter" in days:
        days["tell-what-stays"] = add_working_days(days["send-letter"], 10, WORKDAYS).day
    return days


def _national(applied_on: dt.date | None) -> dict[str, dt.date]:
    if applied_on is None:
        return {}
    letter = add_working_days(applied_on, 15, WORKDAYS).day
    money = add_working_days(letter, 15, WORKDAYS).day
    booked = add_working_days(money, 15, WORKDAYS).day
    return {"send-letter": letter, "send-record-and-money": money, "book-in": booked}


def _sichuan_chongqing(applied_on: dt.date | None, *, promised: int | None) -> dict[str, dt.date]:
    if applied_on is None:
        return {}
    letter = add_working_days(applied_on, 15, WORKDAYS).day
    record = add_working_days(letter, 15, WORKDAYS).day
    closed = add_working_days(record, 15, WORKDAYS).day
    if promised is not None:
        closed = min(closed, add_working_days(applied_on, promised, WORKDAYS).day)
    return {"send-letter": letter, "send-record": record, "confirm-and-close": closed}
