"""The catalogue as a whole: which items it holds, and what holds of every one of them.

That every example comes out is tested by our own plugin, see ``crossprov_rulebooks`` in pyproject.toml.
"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov.examples import run_example
from crossprov.testing import assert_law_in_force, assert_no_other_answer, less_told

RULES = Rulebook.load()
ALL = list(RULES.items())
ITEMS = [item for item in ALL if item.shape.number is not None]
CASES = [
    (item.id, worked.example)
    for item in ALL
    for worked in RULES.examples(item.id)
    if worked.example.case is not None
]
ANY_DAY = st.dates(dt.date(2010, 1, 1), dt.date(2035, 12, 31))

every_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)


def test_the_catalogue_has_its_forty_three_lines():
    assert [item.shape.number for item in ITEMS] == list(range(1, 44))


@pytest.mark.parametrize(("item", "example"), CASES, ids=lambda one: getattr(one, "id", one))
def test_a_fact_that_is_not_told_changes_no_answer(item, example):
    whole = {**example.case, "item": item, "as_of": str(example.as_of)}
    truth = decide(whole, RULES)
    for _, less in less_told(whole):
        assert_no_other_answer(decide(less, RULES), truth)


@pytest.mark.parametrize(("item", "example"), CASES, ids=lambda one: getattr(one, "id", one))
def test_every_law_is_in_force_on_the_day(item, example):
    assert_law_in_force(decide({**example.case, "item": item, "as_of": str(example.as_of)}, RULES), RULES)


def test_a_limit_begins_with_a_step_that_the_decision_shows():
    for item, example in CASES:
        decision = decide({**example.case, "item": item, "as_of": str(example.as_of)}, RULES)
        shown = {step.id for step in decision.steps}
        begins = {due.starts_with for step in decision.steps for due in step.due}
        assert begins <= shown, (item, example.id)


@every_item
def test_why_a_line_stands_in_the_catalogue_is_said(item):
    why = item.shape.provenance
    assert why is not None
    assert why.batch in {1, 2, 3, 4}
    assert why.batch_confidence is not None
    assert why.sources


@every_item
def test_an_item_has_worked_examples_and_they_do_not_all_end_alike(item):
    examples = [worked.example for worked in RULES.examples(item.id)]
    assert len(examples) >= 3
    assert len({one.expect.outcome for one in examples if one.expect.outcome}) >= 2


@every_item
def test_some_example_says_who_decides_and_in_which_steps(item):
    expected = [worked.example.expect for worked in RULES.examples(item.id)]
    assert any(one.competent for one in expected)
    assert any(one.steps for one in expected)


@every_item
def test_no_decision_asks_for_a_paper_that_nobody_may_ask_for(item):
    for worked in RULES.examples(item.id):
        decision, _ = run_example(RULES, item, worked.example)
        asked = {one.id for one in decision.materials if one.certain}
        assert not asked & {one.id for one in decision.not_required if one.certain}, worked.example.id


@every_item
def test_what_any_window_takes_in_is_taken_in_on_both_sides(item):
    # 川渝通办: any window of either side takes the case in. An example cannot name the two provinces.
    for worked in RULES.examples(item.id):
        decision, _ = run_example(RULES, item, worked.example)
        sides = [set(one.anywhere_in) for one in decision.intake if one.anywhere_in]
        assert all(one == {"510000", "500000"} for one in sides), worked.example.id


@given(ANY_DAY)
def test_both_halves_of_the_gaozhu_new_area_lie_in_a_county_on_any_day(day):
    sichuan = RULES.divisions.resolve("511623", day, street="高滩镇")
    chongqing = RULES.divisions.resolve("500112", day, street="茨竹镇")
    assert (sichuan.division.code, sichuan.division.level) == ("511623", "county")
    assert chongqing.division.code == ("500112" if day < dt.date(2025, 11, 6) else "500109")
    assert set(RULES.offices.hosts("gaozhu_new_area", day)) == {"511623", chongqing.division.code}
