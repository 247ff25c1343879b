"""Relations of the residents' and the public sector's schemes: what is known of them, and what is not yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.facts import schemes
from crossprov.models import PensionSpell
from crossprov.values import NONE, Month, Need, Unknown
from facts.record_lists import (
    CHONGQING,
    GUANGDONG,
    PROVINCES,
    SICHUAN,
    admits,
    day,
    deemed,
    only,
    paid,
    spells,
)

SINCE = Month(2014, 10)


def resident(place, start, months, balance="100.00", **more):
    told = {"scheme": "resident", "account": None, "personal_account_balance": balance}
    return paid(place, start, months, **{**told, **more})


def public(place, start, months, base="5000.00"):
    first = Month.parse(start)
    end = first.plus(months - 1)
    run = {"start": first, "end": end, "base": base}
    return PensionSpell(scheme="public", place=place, start=first, end=end, contributions=[run])


def test_a_relation_that_was_moved_away_is_none_at_the_old_place():
    rows = spells(resident("510104", "2015-01", 12, state="transferred"))
    assert schemes.has_resident_record_at(rows, SICHUAN) is False
    assert schemes.resident_account_at(rows, SICHUAN) == 0
    assert schemes.resident_months(rows) == 12


def test_the_place_of_the_residents_relation_is_known_only_if_there_is_one():
    one = resident("510104", "2015-01", 12)
    assert schemes.resident_place(spells(one)) == "510104"
    assert schemes.resident_place(spells(one, resident("500103", "2017-01", 12))) is NONE
    assert schemes.resident_place(spells()) is NONE
    assert isinstance(schemes.resident_place(spells(one, complete_for=only(SICHUAN))), Unknown)


def test_months_by_a_day_count_the_month_of_the_day():
    rows = spells(resident("510104", "2015-01", 12), resident("510104", "2016-01", 12))
    assert schemes.resident_months_by(rows, day("2016-03-31")) == 15
    half = PensionSpell(scheme="resident", place="510104", start="2016-01", end="2016-12", paid_months=6)
    found = schemes.resident_months_by(spells(half, resident("510104", "2015-01", 12)), day("2016-03-31"))
    assert (found.low, found.high) == (12, 15)


def test_wages_of_the_public_sector_count_from_the_month_of_the_reform():
    rows = spells(public("510104", "2014-08", 4), public("500103", "2015-01", 12))
    assert schemes.public_wages(rows, SICHUAN, SINCE) == 2 * 5000_00
    assert schemes.public_wages(rows, CHONGQING, SINCE) == 12 * 5000_00


def test_a_wage_not_told_leaves_a_lower_bound():
    rows = spells(public("510104", "2015-01", 4), public("510107", "2016-01", 2, base=None))
    found = schemes.public_wages(rows, SICHUAN, SINCE)
    assert found == Unknown(frozenset({Need("pension.spells", (SICHUAN,))}), low=4 * 5000_00)


def test_a_month_before_the_reform_needs_no_wage():
    rows = spells(public("510104", "2014-01", 4, base=None))
    assert schemes.public_wages(rows, SICHUAN, SINCE) == 0


def test_months_of_two_schemes_are_compared_month_by_month():
    rows = spells(paid("510104", "2014-11", 4), resident("510104", "2014-01", 24))
    assert schemes.months_in_both_schemes(rows) == 4
    assert schemes.years_in_both_schemes(rows) == 2


def test_months_that_are_not_told_may_be_shared():
    some = PensionSpell(scheme="resident", place="510104", start="2014-01", end="2014-12", paid_months=6)
    found = schemes.months_in_both_schemes(spells(paid("510104", "2014-11", 4), some))
    assert (found.low, found.high) == (0, 2)


def test_an_account_that_is_not_told_leaves_a_lower_bound():
    rows = spells(resident("510104", "2015-01", 12), resident("510107", "2017-01", 12, balance=None))
    assert schemes.resident_account(rows).low == 100_00


@st.composite
def record(draw):
    scheme, place = (
        draw(st.sampled_from(["employee", "public", "resident"])),
        draw(st.sampled_from(PROVINCES)),
    )
    start, months = Month(2014, 1).plus(draw(st.integers(0, 40))), draw(st.integers(1, 20))
    run = {"start": start, "end": start.plus(months - 1), "base": "4000.00"}
    account = None if scheme == "resident" else "general"
    told = {"scheme": scheme, "account": account, "personal_account_balance": "10.00", "contributions": [run]}
    return paid(place, str(start), months, **told)


FACTS = {
    "employee": schemes.has_employee_record,
    "resident": schemes.has_resident_record,
    "resident_at": lambda rows: schemes.has_resident_record_at(rows, SICHUAN),
    "public_at": lambda rows: schemes.has_public_record_at(rows, SICHUAN),
    "place": schemes.resident_place,
    "months_at": lambda rows: schemes.resident_months_at(rows, SICHUAN),
    "months": schemes.resident_months,
    "by": lambda rows: schemes.resident_months_by(rows, day("2016-05-20")),
    "both": schemes.months_in_both_schemes,
    "years": schemes.years_in_both_schemes,
    "two": lambda rows: schemes.months_of_two(rows, deemed(), SICHUAN, CHONGQING),
    "twice": lambda rows: schemes.months_paid_in_both(rows, SICHUAN, CHONGQING),
    "account_at": lambda rows: schemes.resident_account_at(rows, SICHUAN),
    "account": schemes.resident_account,
    "employee_account": schemes.employee_account,
    "public_account": lambda rows: schemes.public_account_at(rows, SICHUAN),
    "wages": lambda rows: schemes.public_wages(rows, SICHUAN, SINCE),
}


@pytest.mark.parametrize("name", FACTS)
@given(st.lists(record(), max_size=5), st.sets(st.sampled_from([SICHUAN, CHONGQING, GUANGDONG])))
def test_knowing_less_changes_no_answer(name, rows, kept):
    fact = FACTS[name]
    seen = [row for row in rows if row.place in kept]
    assert admits(fact(spells(*seen, complete_for=only(*sorted(kept)))), fact(spells(*rows)))
