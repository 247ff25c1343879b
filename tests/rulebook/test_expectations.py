"""What an example can state, and how it is told where that is wrong. What holds is stated in the fictional examples."""

import pytest

from crossprov import RulebookError
from crossprov.examples import examine
from crossprov.rulebook.schema import ExamplesFile, Expectation
from crossprov.rulebook.shapes import shaped
from crossprov.rulebook.source import read_yaml
from rulebook.patches import load

RULES = load()


def told(example, **expect):
    """What is said, in English, of an example that expects something else."""
    item = RULES.item("ferry-pass")
    worked = next(one for one in RULES.examples(item.id) if one.example.id == example)
    changed = worked.example.model_copy(update={"expect": Expectation.model_validate(expect)})
    found = examine(RULES, item, type(worked)(changed, worked.where)).problems
    assert all(problem.line for problem in found)
    return [problem.text("en").split(": ", 1)[1] for problem in found]


@pytest.mark.parametrize(
    ("example", "expect", "said"),
    [
        ("F01", {"no_reasons": ["child"]}, "reason child should be None, got child"),
        ("F02", {"no_reasons": ["known-tongue"]}, "reason known-tongue should be None, got known-tongue"),
        ("F01", {"competent": "none"}, "competent should be none, got 970101"),
        ("F12", {"competent": "none"}, "competent should be none, got facts_missing"),
        ("F11", {"roles": {"authority": "980101"}}, "role authority should be 980101, got none"),
        ("F11", {"roles": {"ministry": "none"}}, "role ministry should be none, got refer_to_person"),
        ("F01", {"no_amounts": ["price"]}, "amount price should be None, got price"),
        ("F01", {"due": {"issue": "none"}}, "due issue should be none, got 2024-05-17"),
        ("F10", {"due": {"tell-the-authority": "2024-06-17"}}, "due tell-the-authority should be 2024-06-17, got none"),
        ("F01", {"intake_in": {"any-window": "970000"}},
         "intake_in any-window should be ['970000'], got ['970000', '980000']"),
        ("F01", {"intake_in": {"competent-window": ["980101"]}},
         "intake_in competent-window should be ['980101'], got ['970101']"),
    ],
)  # fmt: skip
def test_a_wrong_expectation_is_told(example, expect, said):
    assert told(example, **expect) == [f"example `{example}`: {said}"]


def test_a_step_that_is_not_there_is_not_due_on_none():
    assert told("F01", due={"tell-the-authority": "none"}) == [
        "example `F01`: due tell-the-authority should be none, got None"
    ]


def test_an_intake_that_is_not_there_is_nowhere():
    assert told("F03", intake_in={"any-window": "970000"}) == [
        "example `F03`: intake_in any-window should be ['970000'], got []"
    ]


@pytest.mark.parametrize("key", ["no_reasons", "no_notices", "no_amounts"])
def test_what_is_absent_must_be_the_name_of_a_rule(key):
    assert told("F01", **{key: ["strom"]}) == [
        "the item `ferry-pass` has no rule `strom`, so an example says nothing by its absence; near it: storms"
    ]
    assert told("F01", **{key: ["crew"]}) == []


def test_a_day_is_a_day_or_none(tmp_path):
    path = tmp_path / "ferry-pass.yaml"
    path.write_text(
        "examples: [{id: X, title: {zh: 例, en: x}, as_of: 2024-05-06, expect: {due: {issue: never}}}]",
        encoding="utf-8",
    )
    with pytest.raises(RulebookError, match="never"):
        shaped(read_yaml(path, "examples/ferry-pass.yaml"), ExamplesFile)
