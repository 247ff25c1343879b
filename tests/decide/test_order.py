"""What a step waits for: of the steps that a decision shows, the nearest; never itself, whatever is left out."""

import datetime as dt
from graphlib import TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import Rulebook
from crossprov.assembly.order import following, nearest, stated
from crossprov.examples import run_example
from crossprov.rulebook.schema import Step
from decide.small import LETTER, decided, fact, rulebook


@st.composite
def plans(draw):
    """An order without a circle, and some of its steps."""
    steps = [f"s{n}" for n in range(draw(st.integers(1, 7)))]
    before = {
        step: tuple(draw(st.lists(st.sampled_from(steps[:n]), unique=True, max_size=3))) if n else ()
        for n, step in enumerate(steps)
    }
    return before, draw(st.lists(st.sampled_from(steps), unique=True))


def reachable(before):
    """The pairs of steps of which the first has to be done before the second."""
    pairs = {(one, step) for step, named in before.items() for one in named}
    while True:
        more = {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs
        if not more:
            return pairs
        pairs |= more


@given(plans())
def test_leaving_steps_out_changes_nothing_about_the_order_of_the_others(plan):
    before, shown = plan
    found = nearest(before, shown)
    assert list(found) == shown
    assert {one for named in found.values() for one in named} <= set(shown)
    assert reachable(found) == {(a, b) for a, b in reachable(before) if a in shown and b in shown}
    TopologicalSorter(found).prepare()


@given(plans())
def test_where_a_step_is_left_out_no_arrow_says_what_others_say(plan):
    before, shown = plan
    found = nearest(before, shown)
    for step, named in found.items():
        if not set(before[step]) <= set(shown):
            assert not any((a, b) in reachable(before) for a in named for b in named)


@given(plans())
def test_what_follows_a_step_are_those_that_wait_for_it(plan):
    before, _ = plan
    for step in before:
        assert following(step, before) == {b for a, b in reachable(before) if a == step}


def test_nothing_is_lost_where_a_step_between_is_left_out():
    before = {"apply": (), "check": ("apply",), "pay": ("check",), "tell": ("check", "pay")}
    assert nearest(before, ["apply", "pay", "tell"]) == {
        "apply": (),
        "pay": ("apply",),
        "tell": ("pay",),
    }


def test_a_step_that_has_no_rule_on_the_day_hands_on_what_its_versions_wait_for():
    def step(name, after):
        return Step.model_validate(
            {
                "id": name,
                "actor": "applicant",
                "after": after,
                "name": {"zh": "步", "en": "s"},
                "law": "none_found",
            }
        )

    today = [step("apply", []), step("pay", ["check"])]
    assert nearest(stated(today, [*today, step("check", ["apply"])]), ["apply", "pay"]) == {
        "apply": (),
        "pay": ("apply",),
    }


RULES = Rulebook.load()


@pytest.mark.parametrize("name", RULES.item_ids)
def test_the_plan_of_every_worked_example_can_be_drawn(name):
    item = RULES.item(name)
    for worked in RULES.examples(name):
        decision, _ = run_example(RULES, item, worked.example)
        shown = {step.id: step.after for step in decision.steps}
        assert {one for after in shown.values() for one in after} <= shown.keys(), worked.example.id
        TopologicalSorter(shown).prepare()


def test_no_clock_runs_from_a_step_that_is_none_of_the_case(tmp_path):
    """It will never be done, so nothing is due some days after it; told as done all the same, it counts."""
    book = rulebook(tmp_path, facts=fact("a", "bool"), item=LETTER)

    def due(told, **more):
        return {
            step.id: step.due_on for step in decided(book, {"a": told}, applied_on="2024-05-06", **more).steps
        }

    sixteenth, after = dt.date(2024, 5, 16), dt.date(2024, 5, 27)  # the 26th is a Sunday
    assert due(True) == {"apply": None, "letter": sixteenth, "pay": after}
    assert due(False) == {"apply": None, "pay": None}
    assert due(False, events=[{"step": "letter", "on": "2024-05-06"}]) == {"apply": None, "pay": sixteenth}
