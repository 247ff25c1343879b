"""Items 31, 38, 39, work injuries: their worked examples, knowing less, what must not matter, and the scales of the law."""

import copy
import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov.calendar import ChinaCalendar

CARE, CAPACITY, DETERMINATION = ITEMS = (
    "injury-offsite-care",
    "work-capacity-recognition",
    "injury-determination",
)
RULES = Rulebook.load()
EXAMPLES = {
    (item, one.example.id): one.example
    for item in ITEMS
    for one in RULES.examples(item)
    if one.example.case is not None
}
WORKDAYS = ChinaCalendar()
GRADES = [f"grade_{n}" for n in range(1, 11)]
SICHUAN, CHONGQING = "510104", "500103"


def case_of(name, **changes):
    """An example with some fields of its case changed; a mapping is merged into what is there."""
    one = EXAMPLES[name]
    case = {**copy.deepcopy(one.case), "item": name[0], "as_of": str(one.as_of)}
    for key, value in changes.items():
        case[key] = {**case.get(key, {}), **value} if isinstance(value, dict) else value
    return case


def decided(name, **changes):
    return decide(case_of(name, **changes), RULES)


def value(decision, name):
    return decision.conclusion(name).value


def due(decision, step):
    return next(one for one in decision.steps if one.id == step).due_on


def failed(decision):
    return {reason.code for reason in decision.reasons if reason.holds is False}


@pytest.mark.parametrize("name", EXAMPLES)
def test_where_one_applies_or_lives_never_changes_who_decides(name):
    plain = decided(name)
    for place in (SICHUAN, "510703", CHONGQING, "500109", "440106"):
        case = case_of(name, applied_at=place)
        case["applicant"]["residence"] = place
        found = decide(case, RULES)
        assert (found.outcome, found.competent) == (plain.outcome, plain.competent)


# --- where ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "first", "second"), [(SICHUAN, "510100", "510000"), (CHONGQING, CHONGQING, "500000")]
)
def test_levels_differ_between_the_sides(place, first, second):
    facts = {"insured.place": place}
    determined = decided((DETERMINATION, "worker-hurt-on-the-other-side"), facts=facts)
    appraised = decided((CAPACITY, "first-2025"), facts=facts)
    again = decided((CAPACITY, "again-on-the-last-day"), facts=facts)
    offices = [one.competent.division for one in (determined, appraised, again)]
    assert offices == [first, first, second]


@pytest.mark.parametrize("accident", [SICHUAN, CHONGQING, "520102"])
def test_the_place_of_the_accident_helps_and_does_not_decide(accident):
    found = decided(
        (DETERMINATION, "worker-hurt-on-the-other-side"), facts={"injury.accident_place": accident}
    )
    assert found.competent.division == CHONGQING
    assert ("assist-investigation" in {one.id for one in found.steps}) == (accident[:2] != "50")


def test_injury_insurance_is_never_transferred():
    for day in ("2014-06-09", "2023-11-30", "2023-12-01", "2026-03-09"):
        told = {"as_of": day, "applied_on": day, "facts": {"offsite.reason": "moves_insurance"}}
        found = decided((CARE, "lives-on-the-other-side"), **told)
        assert (found.outcome, "no-transfer" in failed(found)) == ("out_of_scope", True)


# --- when -----------------------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2025, 6, 30))


@given(DAYS, st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_the_employer_is_late_after_thirty_days_and_the_next_working_day(injured, waited):
    last = injured + dt.timedelta(days=30)
    while not WORKDAYS.is_workday(last):
        last += dt.timedelta(days=1)
    applied = injured + dt.timedelta(days=waited)
    found = decided(
        (DETERMINATION, "employer-on-the-last-day"),
        as_of=str(applied),
        applied_on=str(applied),
        events=[],
        facts={"injury.on": str(injured)},
    )
    assert value(found, "apply_by") == str(last)
    assert value(found, "costs_meanwhile") == ("by_employer" if applied > last else "as_usual")
    assert found.outcome in ("eligible", "refer_to_person")  # never refused for being late


@given(DAYS, st.integers(300, 500), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_time_lost_without_fault_only_ever_helps_the_worker(injured, waited, lost):
    applied = injured + dt.timedelta(days=waited)
    plain, helped = (
        decided(
            (DETERMINATION, "worker-hurt-on-the-other-side"),
            as_of=str(applied),
            applied_on=str(applied),
            events=[],
            facts={"injury.on": str(injured), "injury.delay_days": days},
        )
        for days in (0, lost)
    )
    assert plain.outcome == "eligible" or waited > 365
    assert helped.outcome == "eligible" or (plain.outcome == "ineligible" and waited - lost > 365)


@given(st.dates(dt.date(2025, 7, 1), dt.date(2026, 8, 31)))
@settings(max_examples=40, deadline=None)
def test_an_appraisal_is_due_later_the_later_it_was_asked_for(applied):
    told = {"as_of": str(applied), "applied_on": str(applied)}
    plain = decided((CAPACITY, "first-2025"), **told)
    longer = decided((CAPACITY, "first-2025"), **told, facts={"capacity.is_extended": True})
    following = str(applied + dt.timedelta(days=1))
    next_day = decided((CAPACITY, "first-2025"), as_of=following, applied_on=following)
    assert applied + dt.timedelta(days=60) <= due(plain, "conclude") <= due(next_day, "conclude")
    assert due(longer, "conclude") > due(plain, "conclude")
    assert due(plain, "conclude") < due(plain, "deliver") < due(plain, "object")


# --- how much ---------------------------------------------------------------------------------------------


def amounts(**facts):
    found = decided((CAPACITY, "grade-4"), facts={"capacity.without_work": True, **facts})
    return {one.id: Decimal(one.yuan) for one in found.amounts}


def test_a_worse_grade_never_gets_less():
    found = [amounts(**{"capacity.grade": grade}) for grade in GRADES]
    for worse, better in pairwise(found):
        assert worse["one-off-sum"] > better["one-off-sum"]
        assert worse.get("monthly-allowance", 0) >= better.get("monthly-allowance", 0)
    assert [("monthly-allowance" in one) for one in found] == [True] * 6 + [False] * 4


@given(st.integers(0, 100_000), st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_the_own_wage_stays_within_its_bounds(wage, other):
    low, high = sorted((wage, other))
    less, more = (amounts(**{"capacity.insured_wage": str(one)})["one-off-sum"] for one in (low, high))
    assert 21 * 4200 <= less <= more <= 21 * 21000
