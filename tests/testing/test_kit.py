"""The testing kit itself: what it draws is readable, lies on the edges, and shrinks to something simple."""

import dataclasses
import datetime as dt
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from crossprov import CaseError, Rulebook, decide, read_case
from crossprov.models import Citizen, Employer
from crossprov.testing import (
    assert_due_in_order,
    assert_law_in_force,
    assert_no_other_answer,
    assert_same_answer,
    assert_same_offices,
    cases,
    citizens,
    days,
    decide_facts,
    edges,
    employers,
    facts,
    issued_elsewhere,
    lists_of,
    near_examples,
    provinces_in,
    without_province,
)
from crossprov.testing._setting import Setting
from crossprov.values import Unknown
from decide.small import rulebook

RULES = Rulebook.load()
FICTIONAL = Rulebook.load(Path(__file__).parents[1] / "fictional", functions=("fictional_facts",))
ITEM = "pension-transfer-enterprise"
DAY = dt.date(2024, 5, 6)
SEARCH = settings(max_examples=5_000, database=None, phases=[Phase.generate])
QUIET = settings(max_examples=30, database=None)


def example(item, name):
    one = next(one.example for one in RULES.examples(item) if one.example.id == name)
    return {"item": item, "as_of": str(one.as_of), **one.case}


# --- what is drawn ------------------------------------------------------------------------------------


@given(cases(RULES) | cases(FICTIONAL))
def test_every_case_is_readable(case):
    read_case(case)


@given(citizens(DAY, RULES), employers(DAY, RULES))
def test_applicants_are_readable(person, firm):
    Citizen.model_validate(person)
    Employer.model_validate(firm)


@given(cases(FICTIONAL))
def test_another_pair_of_provinces_is_decided_too(case):
    try:
        found = decide(case, FICTIONAL)
    except CaseError:
        return
    assert found.item == case["item"]


@given(citizens(DAY, RULES, item=ITEM, whole=True))
def test_who_tells_everything_leaves_no_list_open(person):
    for path in lists_of():
        holder = person
        for part in path.split("."):
            holder = holder[part]
        assert holder["complete_for"] == [{"provinces": "all"}]


@given(citizens(DAY, RULES, item=ITEM))
def test_histories_are_in_time_order_and_end_by_the_day(person):
    spells = person.get("insurance", {}).get("pension_spells", {}).get("records", [])
    assert all(one["start"] <= two["start"] for one, two in pairwise(spells))
    assert all(one.get("end", one["start"]) <= "2024-05" for one in spells)


@pytest.mark.parametrize("months", [119, 120, 121])
def test_lengths_lie_on_and_beside_what_the_rules_compare_with(months):
    assert 120 in edges(RULES, ITEM).months  # 国办发〔2009〕66号 第六条: ten years

    @st.composite
    def lengths(draw):
        return Setting(draw, RULES, edges(RULES, ITEM), DAY, whole=True).length()

    find(lengths(), lambda length: length == months, settings=SEARCH)


@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_days_lie_on_and_beside_a_change_of_the_rules(beside):
    change = RULES.item(ITEM).changes[-1] + dt.timedelta(days=beside)
    find(days(RULES, ITEM), lambda day: day == change, settings=SEARCH)


@settings(max_examples=20)
@given(st.data())
def test_facts_are_values_that_the_vocabulary_admits(data):
    told = data.draw(facts(ITEM, DAY, RULES))
    types = RULES.item(ITEM).symbols.facts
    assert told
    assert all(isinstance(value, Unknown) or types[name].admits(value) for name, value in told.items())
    assert decide_facts(told, ITEM, DAY, RULES).made_by.law_on == DAY


def test_the_simplest_case_is_simple():
    case = find(cases(FICTIONAL, "ferry-pass"), lambda _: True, settings=QUIET)
    assert set(case) <= {"item", "as_of", "applicant", "facts"}
    assert len(case["applicant"]) <= 2


def test_the_simplest_near_example_is_the_first_example():
    case = find(near_examples(RULES, ITEM), lambda _: True, settings=QUIET)
    first = next(one.example for one in RULES.examples(ITEM) if one.example.case is not None)
    assert case["as_of"] == str(first.as_of)
    assert read_case(case) == read_case({"item": ITEM, "as_of": str(first.as_of), **first.case})


def test_an_item_without_such_an_example_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no_example_with_a_case"):
        near_examples(rulebook(tmp_path), "it")


def test_the_library_does_not_need_hypothesis():
    code = (
        "import sys, crossprov; sys.exit('hypothesis' in sys.modules or 'crossprov.testing' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words


# --- what is asserted -----------------------------------------------------------------------------------


def test_records_of_a_place_that_changed_province_are_those_of_its_province_now():
    # 510202 was a district of Chongqing when Chongqing belonged to Sichuan.
    row = {"scheme": "employee", "place": "510202", "start": "1990-01", "end": "1995-12"}
    listed = {"complete_for": [{"provinces": ["510000", "500000"]}], "records": [row]}
    case = {
        "item": ITEM,
        "as_of": "2024-05-06",
        "applicant": {"kind": "citizen", "insurance": {"pension_spells": listed}},
    }
    assert "500000" in provinces_in(case, RULES)
    assert "510000" not in provinces_in(case, RULES)
    kept = without_province(case, "510000", rulebook=RULES)["applicant"]["insurance"]["pension_spells"]
    gone = without_province(case, "500000", rulebook=RULES)["applicant"]["insurance"]["pension_spells"]
    assert (kept["records"], kept["complete_for"]) == ([row], [{"provinces": ["500000"]}])
    assert (gone["records"], gone["complete_for"]) == ([], [{"provinces": ["510000"]}])


def test_only_the_digits_of_the_first_issue_change():
    case = {"applicant": {"documents": [{"kind": "resident_id", "number": "11010519491231002X"}]}}
    number = issued_elsewhere(case, "510104")["applicant"]["documents"][0]["number"]
    assert number[:17] == "51010419491231002"
    read_case(
        {"item": ITEM, "applicant": {"kind": "citizen", **issued_elsewhere(case, "510104")["applicant"]}}
    )


def test_another_answer_is_seen():
    eligible = decide(example(ITEM, "T03"), RULES)
    other = example(ITEM, "T03")
    other["move"] = {**other["move"], "to_place": other["move"]["from_place"]}
    with pytest.raises(AssertionError, match="knowing less turned the outcome"):
        assert_no_other_answer(decide(other, RULES), eligible)
    with pytest.raises(AssertionError, match="the decisions differ in"):
        assert_same_answer(decide(other, RULES), eligible)
    with pytest.raises(AssertionError, match="the decisions differ in outcome"):
        assert_same_offices(decide(other, RULES), eligible)


def test_a_law_that_is_not_in_force_is_seen():
    found = decide(example(ITEM, "T03"), RULES)
    law = found.reasons[0].law[0]
    late = dataclasses.replace(law, citation="虚构合作协议 2021年")
    reason = dataclasses.replace(found.reasons[0], law=(late,))
    made = dataclasses.replace(found.made_by, law_on=dt.date(2020, 1, 1))
    bare = dataclasses.replace(
        found, reasons=(reason,), conclusions=(), competent=None, roles=(), intake=(), steps=(), materials=(),
        not_required=(), amounts=(), fee=None, notices=(), made_by=made,
    )  # fmt: skip
    with pytest.raises(AssertionError, match="not in force on 2020-01-01"):
        assert_law_in_force(bare, FICTIONAL)


def test_a_limit_that_runs_backwards_is_seen():
    found = decide(example(ITEM, "T03"), RULES)
    index, step = next((i, one) for i, one in enumerate(found.steps) if one.due and one.due[0].started_on)
    due = dataclasses.replace(step.due[0], day=step.due[0].started_on - dt.timedelta(days=1))
    steps = (*found.steps[:index], dataclasses.replace(step, due=(due,)), *found.steps[index + 1 :])
    with pytest.raises(AssertionError, match="before its start"):
        assert_due_in_order(dataclasses.replace(found, steps=steps))
