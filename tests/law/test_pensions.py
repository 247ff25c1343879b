"""Items 5-8, 25, 30 and 42: their worked examples, knowing less, and what must hold of each whatever is told."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov.testing import assert_no_other_answer, provinces_in, without_province

RESIDENT, PUBLIC, LINKAGE, MIXED, MILITARY, YEARS, CLAIM = ITEMS = (
    "pension-transfer-resident",
    "pension-transfer-public-sector",
    "pension-convert-employee-resident",
    "pension-convert-public-enterprise",
    "pension-transfer-military",
    "contribution-years-recognition",
    "resident-pension-claim",
)
RULES = Rulebook.load()
EXAMPLES = [
    (item, it.example.id) for item in ITEMS for it in RULES.examples(item) if it.example.case is not None
]
LISTS = ("hukou", "benefits", "insurance.pension_spells", "insurance.deemed_periods", "insurance.lump_sums")
ANYWHERE = ("510104", "500103", "500109", "440106")


def case_of(item, name):
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    return {**copy.deepcopy(one.case), "item": item, "as_of": str(one.as_of)}


def decided(case):
    return decide(case, RULES)


def spells_of(case):
    return case["applicant"]["insurance"]["pension_spells"]["records"]


def value(decision, name):
    return decision.conclusion(name).value


def months_of(decision, name):
    return int(value(decision, name))


def amounts(decision):
    return {one.id: one.yuan for one in decision.amounts if one.yuan is not None}


# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_without_the_records_of_a_province_no_answer_changes(item, name):
    whole = case_of(item, name)
    truth = decided(whole)
    lists = [path for path in LISTS if path.partition(".")[0] in whole["applicant"]]
    for province in provinces_in(whole):
        for cut in (tuple(lists), *((path,) for path in lists)):
            assert_no_other_answer(decided(without_province(whole, province, lists=cut)), truth)


# --- what must not matter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_where_the_case_is_handed_in_never_changes_who_decides(item, name):
    plain = decided(case_of(item, name))
    for place in ANYWHERE:
        found = decided({**case_of(item, name), "applied_at": place})
        assert (found.outcome, found.competent, found.roles) == (plain.outcome, plain.competent, plain.roles)


@pytest.mark.parametrize("day", ["2024-03-04", "2025-11-10", "2026-09-01"])
@pytest.mark.parametrize(("item", "name"), [(RESIDENT, "R10"), (PUBLIC, "F13"), (MIXED, "approved-transfer")])
def test_the_promise_of_days_of_the_enterprise_scheme_is_not_given_to_other_schemes(item, name, day):
    case = {**case_of(item, name), "as_of": day, "applied_on": day}
    if item == RESIDENT:
        case["applicant"]["hukou"]["records"] = [{"place": "500103", "since": "1980-05-06"}]
    assert all(due.kind != "promised" for step in decided(case).steps for due in step.due)


# --- the linkage ------------------------------------------------------------------------------------------


@given(st.integers(1, 400))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_in_2024_fifteen_years_divide_the_two_ways(months):
    case = case_of(LINKAGE, "R01")
    employee, _ = spells_of(case)
    year, month = divmod(1980 * 12 + months - 1, 12)
    employee.update(start="1980-01", end=f"{year}-{month + 1:02}", paid_months=months)
    case["applicant"]["insurance"]["pension_spells"]["records"] = [
        employee,
        {
            "scheme": "resident",
            "place": "510104",
            "start": "2016-01",
            "end": "2020-12",
            "paid_months": 60,
            "personal_account_balance": "15000.00",
            "state": "suspended",
        },
    ]
    found = decided(case)
    if months >= 180:
        assert (value(found, "direction"), months_of(found, "months_after")) == ("to_employees", months)
    else:
        assert value(found, "direction") == "to_residents"
        assert months_of(found, "months_after") == months + 60
        assert months_of(found, "months_to_pay_on") == 180 - months


@pytest.mark.parametrize(
    ("months", "direction"), [(179, "to_residents"), (180, None), (239, None), (240, "to_employees")]
)
def test_in_2040_who_lies_between_fifteen_years_and_the_minimum_is_for_a_person(months, direction):
    case = case_of(LINKAGE, "between-fifteen-years-and-the-minimum")
    year, month = divmod(1995 * 12 + months - 1, 12)
    spells_of(case)[0].update(start="1995-01", end=f"{year}-{month + 1:02}", paid_months=months)
    found = decided(case)
    assert value(found, "direction") == direction
    assert found.outcome == ("refer_to_person" if direction is None else "eligible")


# --- years of both sides ----------------------------------------------------------------------------------


def run(start, length):
    year, month = divmod(start + length - 1, 12)
    first_year, first_month = divmod(start, 12)
    return {
        "start": f"{first_year}-{first_month + 1:02}",
        "end": f"{year}-{month + 1:02}",
        "paid_months": length,
    }


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_the_years_of_both_sides_are_the_union_of_their_months(here, length, there, other_length):
    case = case_of(YEARS, "sixty-and-forty")
    base = 2010 * 12
    one, other = spells_of(case)
    one.update(run(base + here, length))
    other.update(run(base + there, other_length))
    months, others = set(range(here, here + length)), set(range(there, there + other_length))
    found = decided(case)
    assert months_of(found, "months_in_sichuan") == len(months)
    assert months_of(found, "months_in_chongqing") == len(others)
    assert months_of(found, "months_counted_once") == len(months & others)
    assert months_of(found, "recognised_months") == len(months | others)
    assert not found.amounts
    assert "no-transfer" in {notice.code for notice in found.notices}


# --- money ------------------------------------------------------------------------------------------------


@given(st.integers(1, 100), st.integers(100_000, 3_000_000))
@settings(max_examples=40, deadline=None)
def test_of_the_public_sector_twelve_of_a_hundred_move_rounded_once(months, fen):
    case = case_of(PUBLIC, "F13")
    told = run(2014 * 12 + 9, months)
    told.pop("paid_months")
    base = f"{fen // 100}.{fen % 100:02}"
    spells_of(case)[0].update(start=told["start"], end=told["end"], contributions=[{**told, "base": base}])
    moved = (months * fen * 12 * 2 + 100) // 200  # half up, in fen
    assert amounts(decided(case))["pool"] == f"{moved // 100}.{moved % 100:02}"


def test_a_wage_that_is_not_told_leaves_the_sum_open_and_the_case_decided():
    case = case_of(PUBLIC, "F13")
    del spells_of(case)[0]["contributions"][0]["base"]
    found = decided(case)
    assert found.outcome == "eligible"
    assert "pool" not in amounts(found)
