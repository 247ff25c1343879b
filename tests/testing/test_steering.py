"""Draws towards an outcome end so, lie on the edges, shrink to an example, and refuse what cannot be."""

import datetime as dt

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov.rulebook.types import Type
from crossprov.testing import cases, decide_facts, facts, rulebooks, values
from crossprov.testing.steering import OUTCOMES, aims

RULES = Rulebook.load(engine="index")
ITEM = "pension-transfer-enterprise"
DAY = dt.date(2024, 5, 6)
FEW = settings(max_examples=max(1, settings.default.max_examples // 8))
SEARCH = settings(max_examples=500, database=None, phases=[Phase.generate])


@pytest.mark.parametrize("outcome", ["out_of_scope", "ineligible", "refer_to_person", "eligible"])
@FEW
@given(st.data())
def test_a_case_ends_as_it_was_asked_to(outcome, data):
    assert decide(data.draw(cases(RULES, ITEM, outcome=outcome)), RULES).outcome == outcome


@pytest.mark.parametrize(
    "item", [ITEM, "unemployment-benefit-claim", "labour-arbitration", "card-activation"]
)
@FEW
@given(st.data())
def test_facts_end_as_they_were_asked_to(item, data):
    possible = [one for one in OUTCOMES if aims(RULES, item, DAY, one)]
    outcome = data.draw(st.sampled_from(possible))
    told = data.draw(facts(item, DAY, RULES, outcome=outcome))
    assert decide_facts(told, item, DAY, RULES).outcome == outcome


@FEW
@given(st.data())
def test_facts_of_a_drawn_rulebook_can_be_steered_too(data):
    book = data.draw(rulebooks(gaps=False)).load(engine="index")
    on = dt.date(2023, 1, 1)
    outcome = data.draw(st.sampled_from([one for one in OUTCOMES if aims(book, "it", on, one)]))
    told = data.draw(facts("it", on, book, outcome=outcome))
    assert decide_facts(told, "it", on, book).outcome == outcome


def test_the_simplest_case_of_an_outcome_is_a_worked_example():
    case = find(
        cases(RULES, ITEM, outcome="eligible"),
        lambda _: True,
        settings=settings(max_examples=10, database=None, phases=[Phase.generate, Phase.shrink]),
    )
    known = [str(one.example.as_of) for one in RULES.examples(ITEM) if one.example.case is not None]
    assert case["as_of"] in known


def test_steered_facts_lie_on_the_edge_of_the_rules():
    # 国办发〔2009〕66号 第六条: the benefit place needs 120 months, so 119 and 120 are drawn.
    name = "pension.general_months_in_last_province"
    for months in (119, 120):
        drawn = facts(ITEM, DAY, RULES, outcome="eligible").map(lambda told: told[name])
        find(drawn, lambda drawn, months=months: drawn == months, settings=SEARCH)


def test_any_item_that_can_end_so_is_drawn():
    found = find(
        cases(RULES, outcome="out_of_scope"), lambda case: case["item"] != RULES.item_ids[0], settings=SEARCH
    )
    assert decide(found, RULES).outcome == "out_of_scope"


def test_an_outcome_that_no_example_has_is_refused_with_those_that_they_have():
    with pytest.raises(
        ValueError, match=r"card-activation ends as refer_to_person; what can be reached: .*eligible"
    ):
        cases(RULES, "card-activation", outcome="refer_to_person")
    with pytest.raises(ValueError, match="ends as refer_to_person; what can be reached: ineligible, "):
        find(facts("card-activation", DAY, RULES, outcome="refer_to_person"), lambda _: True, settings=SEARCH)


def test_a_case_of_an_outcome_has_its_own_day():
    with pytest.raises(ValueError, match="as_of"):
        cases(RULES, ITEM, as_of=DAY, outcome="eligible")


def test_both_truths_are_drawn_even_where_the_rules_name_one():
    for truth in (True, False):
        find(values(Type("bool"), near=(True,)), lambda value, truth=truth: value is truth, settings=SEARCH)
