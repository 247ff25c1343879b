"""What records and told days say about certification."""

import datetime as dt

import pytest

from crossprov.facts.certification import certified_since_suspension, counted_from, is_drawn
from crossprov.models import BenefitDrawn
from crossprov.values import NONE, Month, Need, Unknown, unknown
from facts.record_lists import drawn, only

TODAY = dt.date(2024, 5, 6)


def row(scheme="employee_pension", place="510104", since="2020-01-01", through=None):
    return BenefitDrawn(scheme=scheme, place=place, since=since, through=through)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (row(), True),
        (row(place="510703"), True),
        (row(place="500103"), False),
        (row("public_pension"), False),
        (row(since="2024-05-07"), False),
        (row(through="2024-05-06"), True),
        (row(through="2024-05-05"), False),
    ],
)
def test_a_benefit_is_drawn_from_the_paying_province_on_the_day(record, found):
    assert is_drawn(drawn(record), "employee_pension", "510000", TODAY) is found


def test_the_paying_province_alone_tells_that_nothing_is_drawn():
    asked = Unknown(frozenset({Need("benefits.drawn", ("510000",))}))
    for complete_for, found in ((only("510000"), False), (only("500000"), asked), (None, asked)):
        assert is_drawn(drawn(complete_for=complete_for), "employee_pension", "510000", TODAY) == found


def test_a_benefit_paid_once_is_never_being_drawn():
    assert is_drawn(drawn(complete_for=()), "paid_once", "510000", TODAY) is False


def test_the_clock_starts_with_the_last_certification_or_else_with_the_first_payment():
    first, last = Month(2020, 3), dt.date(2023, 6, 20)
    assert counted_from(last, first, TODAY) == Month(2023, 6)
    assert counted_from(last, unknown("certification.first_paid"), TODAY) == Month(2023, 6)
    assert counted_from(NONE, first, TODAY) == first
    found = counted_from(unknown("certification.last_on"), first, TODAY)
    assert isinstance(found, Unknown)
    assert (found.low, found.high) == (first, Month(2024, 5))
    assert found.needs == {Need("certification.last_on")}


def test_a_certification_in_the_suspended_month_or_later_ends_the_suspension():
    since, first = Month(2024, 2), Month(2020, 3)
    for last, found in (
        (dt.date(2024, 1, 31), False),
        (dt.date(2024, 2, 1), True),
        (dt.date(2024, 5, 6), True),
        (NONE, False),
    ):
        assert certified_since_suspension(since, last, first, TODAY) is found
    assert certified_since_suspension(NONE, unknown("certification.last_on"), first, TODAY) is False
    asked = certified_since_suspension(since, unknown("certification.last_on"), first, TODAY)
    assert asked == unknown("certification.last_on")
    assert certified_since_suspension(since, dt.date(2024, 2, 1), unknown("certification.first_paid"), TODAY)


@pytest.mark.parametrize("since", [Month(2024, 6), Month(2020, 2)])
def test_a_suspension_lies_between_the_first_payment_and_the_day_of_the_case(since):
    with pytest.raises(ValueError, match="suspension_out_of_range"):
        certified_since_suspension(since, NONE, Month(2020, 3), TODAY)
