"""What must hold of every item of the real rules, over drawn cases, cases near the worked examples, and facts."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossprov import CaseError, Rulebook, decide
from crossprov.testing import (
    assert_due_in_order,
    assert_law_in_force,
    assert_no_other_answer,
    assert_same_answer,
    assert_same_offices,
    cases,
    days,
    decide_facts,
    facts,
    issued_elsewhere,
    less_told,
    lists_of,
    near_examples,
    provinces_in,
    reordered,
    without_province,
)

RULES = Rulebook.load(engine="index")
REFERENCE = Rulebook.load(engine="reference")
ITEMS = RULES.item_ids
WITH_EXAMPLES = [item for item in ITEMS if any(one.example.case for one in RULES.examples(item))]
PLACES = ("510104", "500103", "440106")
FEW = max(1, settings.default.max_examples // 5)  # of the profile; each test runs for every item

# Where the law has the office decide that is asked; everywhere else a window takes in and moves nothing.
WHERE_IT_IS_ASKED_FOR = {
    item.id
    for item in RULES.items()
    for row in item.shape.offices["competent"].rows
    if row.then == "service.applied_place"
}

every_item = pytest.mark.parametrize("item", ITEMS)


def drawn(item):
    return cases(RULES, item) | near_examples(RULES, item) if item in WITH_EXAMPLES else cases(RULES, item)


def answer(case, rules=RULES):
    """The decision, or None for a case that contradicts itself; no other exception may come."""
    try:
        return decide(case, rules)
    except CaseError:
        return None


def from_facts(told, item, on, rules):
    try:
        return decide_facts(told, item, on, rules)
    except CaseError:
        return None


def assert_same(one, other):
    # Facts told that contradict each other are refused by who looks at them, and engines look at different ones.
    if one is not None and other is not None:
        assert_same_answer(one, other)


# --- one answer, whoever reads the rules ----------------------------------------------------------------


@every_item
@settings(max_examples=max(1, FEW // 3))  # the reference tries every completion, which takes up to seconds
@given(st.data())
def test_the_engines_agree_on_a_case_and_cite_law_in_force(item, data):
    case = data.draw(drawn(item))
    found = answer(case)
    assert_same(found, answer(case, REFERENCE))
    if found is not None:
        assert_law_in_force(found, RULES)


@every_item
@settings(max_examples=FEW)
@given(st.data())
def test_the_engines_agree_on_facts(item, data):
    on = data.draw(days(RULES, item))
    told = data.draw(facts(item, on, RULES))
    assert_same(*(from_facts(told, item, on, rules) for rules in (RULES, REFERENCE)))


# --- knowing less ------------------------------------------------------------------------------------------


@every_item
@settings(max_examples=FEW)
@given(st.data())
def test_without_the_records_of_a_province_no_answer_changes(item, data):
    case = data.draw(drawn(item))
    province = data.draw(st.sampled_from(provinces_in(case, RULES)))
    lists = data.draw(st.sampled_from([None, *lists_of()]))
    less = without_province(case, province, rulebook=RULES, lists=None if lists is None else [lists])
    full, found = answer(case), answer(less)
    if full is not None and found is not None:
        assert_no_other_answer(found, full)


@every_item
@settings(max_examples=FEW)
@given(st.data())
def test_a_fact_that_is_not_told_changes_no_answer(item, data):
    case = data.draw(drawn(item))
    full = answer(case)
    for _, less in less_told(case) if full is not None else ():
        # What contradicts itself may come to light only where the fact is missing that made it idle.
        found = answer(less)
        if found is not None:
            assert_no_other_answer(found, full)


def test_an_early_day_that_nobody_could_choose_changes_no_answer_when_it_is_not_told():
    born = {"birth_date": "2032-01-01", "sex": "female", "retirement_age_class": "female_55"}
    told = {"retirement.early_date": "2032-01-01", "retirement.timing": "elastic_early"}
    item = "pension-transfer-enterprise"
    case = {"item": item, "as_of": "2032-01-01", "applicant": {"kind": "citizen", **born}, "facts": told}
    for _, less in less_told(case):
        assert_no_other_answer(decide(less, RULES), decide(case, RULES))


def test_only_registering_and_placing_are_decided_where_they_are_asked_for():
    assert {"unemployment-registration", "job-placement"} == WHERE_IT_IS_ASKED_FOR


# --- what must not matter --------------------------------------------------------------------------------


@every_item
@settings(max_examples=FEW)
@given(st.data())
def test_neither_the_window_nor_the_order_of_records_nor_the_issue_of_a_number_matters(item, data):
    case = data.draw(drawn(item))
    place = data.draw(st.sampled_from(PLACES))
    found = answer(case)
    assert_same(found, answer(data.draw(reordered(case))))
    if found is not None:
        assert_same_answer(found, decide(issued_elsewhere(case, place), RULES))
        if item not in WHERE_IT_IS_ASKED_FOR:
            assert_same_offices(found, decide({**case, "applied_at": place}, RULES))


@every_item
@settings(max_examples=FEW)
@given(st.data())
def test_time_limits_do_not_run_backwards(item, data):
    case = data.draw(drawn(item))
    decisions = [answer(case)]
    if "applied_on" in case:
        earlier = dt.date.fromisoformat(case["applied_on"]) - dt.timedelta(days=data.draw(st.integers(0, 60)))
        decisions.append(answer({**case, "applied_on": str(earlier)}))
    assert_due_in_order(*(one for one in decisions if one is not None))
