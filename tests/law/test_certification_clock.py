"""Items 9-12: the two readings of the clock. The earlier day is told, a suspension follows the later one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import CaseError
from crossprov.values import Month
from law.certifying import (
    CHONGQING,
    DEATH,
    DEPENDANT,
    ELSEWHERE,
    INJURY,
    ITEMS,
    PENSION,
    PLAIN,
    SICHUAN,
    case_of,
    decided,
    value,
    with_facts,
)


def clock(place, first, last, as_of, benefit="employee_pension", suspended_since="none"):
    """The decision on a pension with these days."""
    return decided(
        {
            "item": PENSION,
            "as_of": str(as_of),
            "applicant": {
                "kind": "citizen",
                "benefits": {
                    "complete_for": [{"provinces": "all"}],
                    "records": [{"scheme": benefit, "place": place, "since": f"{first}-01"}],
                },
            },
            "facts": {
                "certification.benefit": benefit,
                "certification.paying_place": place,
                "certification.first_paid": str(first),
                "certification.last_on": str(last),
                "certification.suspended_since": suspended_since,
                "certification.loss_event": "none",
            },
        }
    )


def end_of_period(first, last):
    """The last month of the period after the one that contains ``last``, as the notice of Liangshan counts."""
    end = first
    while end < last:
        end = end.plus(12)
    return end.plus(12)


LAW_OF_ALL_READINGS = dt.date(2023, 12, 1)
days = st.dates(LAW_OF_ALL_READINGS, dt.date(2026, 12, 31))
back = st.integers(0, 1_500)  # days since the last certification
earlier = st.integers(0, 60)  # months from the first payment to that


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, back, earlier)
def test_the_earlier_day_is_told_and_the_later_one_suspends(place, as_of, age, months):
    last = as_of - dt.timedelta(days=age)
    month = Month.of(last)
    first = month.plus(-months)
    found = clock(place, first, last, as_of)
    day, suspended = (
        dt.date.fromisoformat(value(found, "certify_by")),
        Month.parse(value(found, "suspended_from")),
    )
    expected = {
        SICHUAN: (12, end_of_period(first, month).plus(1)),
        CHONGQING: (11, month.plus(13)),
        ELSEWHERE: (12, month.plus(13)),
    }[place]
    assert (day, suspended) == (month.plus(expected[0]).last_day, expected[1])
    assert Month.of(day) < suspended
    # A missing certification never ends anything, and suspends nothing before the later month.
    assert found.outcome == "eligible"
    assert value(found, "payment") == ("continues" if Month.of(as_of) < suspended else "suspension_due")


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, st.integers(0, 40))
def test_who_was_never_certified_counts_from_the_first_payment(place, as_of, months):
    first = Month.of(as_of).plus(-months)
    found = clock(place, first, "none", as_of)
    told_months, later = {
        SICHUAN: (12, first.plus(13)),
        CHONGQING: (11, Month(first.year + 2, 1)),
        ELSEWHERE: (12, first.plus(13)),
    }[place]
    assert value(found, "certify_by") == str(first.plus(told_months).last_day)
    assert value(found, "suspended_from") == str(later)


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, back, st.integers(0, 400), earlier)
def test_a_later_certification_never_brings_a_day_forward(place, as_of, age, more, months):
    late = as_of - dt.timedelta(days=age)
    early = late - dt.timedelta(days=more)
    first = Month.of(early).plus(-months)
    before, after = (clock(place, first, last, as_of) for last in (early, late))
    for name in ("certify_by", "suspended_from"):
        assert value(before, name) <= value(after, name)


@given(
    st.sampled_from([DEPENDANT, INJURY, DEATH]),
    st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]),
    st.integers(0, 99),
    st.booleans(),
)
def test_the_other_items_count_as_for_an_employees_pension(item, place, months, never):
    case = case_of(item, PLAIN[item])
    as_of = dt.date.fromisoformat(case["as_of"])
    last = "none" if never else str(as_of - dt.timedelta(days=30 * (months % 40)))
    first = Month.of(as_of).plus(-max(months, 40))
    (record,) = case["applicant"]["benefits"]["records"]
    record.update(place=place, since=f"{first}-01")
    case["facts"] |= {
        "certification.paying_place": place,
        "certification.first_paid": str(first),
        "certification.last_on": last,
    }
    found, pension = decided(case), clock(place, first, last, as_of)
    for conclusion in ("certify_by", "suspended_from", "payment"):
        assert value(found, conclusion) == value(pension, conclusion)


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, st.integers(0, 36), st.integers(-500, 0))
def test_who_was_certified_since_is_paid_again_and_asked_for_nothing(place, as_of, months, passed):
    last = as_of + dt.timedelta(days=passed)
    since = Month.of(as_of).plus(-months)
    found = clock(place, Month.of(as_of).plus(-60), last, as_of, suspended_since=str(since))
    again = Month.of(last) >= since
    assert value(found, "payment") == ("resumption_due" if again else "suspended")
    assert value(found, "back_pay_from") == str(since)
    steps = {step.id for step in found.steps}
    assert "resume" in steps
    assert ("apply" in steps) is not again
    told = {notice.code for notice in found.notices}
    assert ("suspended-before-the-later-month" in told) is (
        not again and since < Month.parse(value(found, "suspended_from"))
    )


def test_a_readings_confidence_is_that_of_its_source():
    by_place = {
        (SICHUAN, "resident_pension"): ("told-sichuan-residents", "read"),
        (SICHUAN, "employee_pension"): ("told-sichuan", "inferred"),
        (CHONGQING, "employee_pension"): ("told-chongqing", "read_copy"),
        (ELSEWHERE, "employee_pension"): ("told-national", "inferred"),
    }
    for (place, benefit), expected in by_place.items():
        found = clock(place, Month(2020, 1), dt.date(2023, 12, 5), dt.date(2024, 3, 4), benefit)
        conclusion = found.conclusion("certify_by")
        assert (conclusion.rule, conclusion.confidence) == expected


def test_each_reading_begins_when_its_source_does():
    last, first = dt.date(2019, 12, 9), Month(2015, 1)
    assert value(clock(CHONGQING, first, last, dt.date(2020, 4, 30)), "certify_by") == "2020-12-31"
    assert value(clock(CHONGQING, first, last, dt.date(2020, 5, 1)), "certify_by") == "2020-11-30"
    in_2020 = clock(SICHUAN, Month(2015, 3), last, dt.date(2020, 12, 31))
    in_2021 = clock(SICHUAN, Month(2015, 3), last, dt.date(2021, 1, 1))
    assert (value(in_2020, "suspended_from"), value(in_2021, "suspended_from")) == ("2021-01", "2021-04")


@pytest.mark.parametrize("item", ITEMS)
def test_the_year_after_the_first_payment_counts_from_the_day_it_is_first_attested(item):
    never = {"paying_place": CHONGQING, "first_paid": "2022-01", "last_on": "none"}
    for as_of, month in (("2023-02-07", "2023-02"), ("2023-02-08", "2024-01")):
        assert value(with_facts(item, PLAIN[item], as_of=as_of, **never), "suspended_from") == month


def test_the_earlier_day_is_known_without_the_first_payment():
    found = with_facts(PENSION, "sichuan-residents", first_paid=None)
    assert value(found, "certify_by") == "2024-06-30"
    assert {one.fact for one in found.missing} == {"certification.first_paid"}


def test_chongqing_does_not_ask_for_the_first_payment_of_who_was_certified():
    assert with_facts(PENSION, "between-the-readings", first_paid=None).outcome == "eligible"


@pytest.mark.parametrize(
    "changes",
    [
        {"last_on": "2024-06-01"},  # after the day of the case
        {"last_on": "2019-07-31"},  # before the first payment
        {"first_paid": "2024-06", "last_on": "none"},
        {"suspended_since": "2024-06"},  # after the month of the case
        {"suspended_since": "2019-07"},  # before the first payment
    ],
)
def test_days_that_cannot_be_are_bad_input(changes):
    with pytest.raises(CaseError):
        with_facts(PENSION, "between-the-readings", **changes)
