"""The outcome: certain only if nothing that is unknown could still give another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decide.small import TEXT, decided, fact, holds, missing, requirement, rulebook
from engine.readings import NAMES


@pytest.fixture(params=NAMES)
def book(request, tmp_path):
    facts = fact("a", "bool") + fact("b", "bool") + fact("c", "bool")
    item = "requirements:\n"
    item += requirement("scope", "a", otherwise="out_of_scope")
    item += requirement("fit", "b")
    item += requirement("clear", "c", otherwise="refer_to_person")
    return rulebook(tmp_path, facts=facts, item=item, engine=request.param)


@pytest.mark.parametrize(
    ("told", "outcome", "asked"),
    [
        ({"a": True, "b": True, "c": True}, "eligible", []),
        ({"a": False}, "out_of_scope", []),
        ({"a": True, "b": False}, "ineligible", []),
        ({"a": True, "b": True, "c": False}, "refer_to_person", []),
        ({"b": False}, "needs_information", ["a"]),
        ({"a": True, "c": False}, "needs_information", ["b"]),
        ({}, "needs_information", ["a", "b", "c"]),
    ],
)
def test_precedence(book, told, outcome, asked):
    decision = decided(book, told)
    assert (decision.outcome, missing(decision)) == (outcome, asked)


def test_telling_more_settles_a_case_and_never_changes_an_answer(book):
    values = st.sampled_from([None, True, False])

    @given(st.tuples(values, values, values), st.tuples(*[st.booleans()] * 3))
    def never_another(half, rest):
        told = {name: value for name, value in zip("abc", half, strict=True) if value is not None}
        full = dict(zip("abc", rest, strict=True)) | told
        before, after = decided(book, told), decided(book, full)
        assert after.outcome != "needs_information"
        assert before.outcome in ("needs_information", after.outcome)

    never_another()


@pytest.mark.parametrize(
    ("told", "outcome", "asked", "listed"),
    [
        ({"a": False}, "eligible", [], {}),
        ({"a": True, "b": True}, "eligible", [], {"late": True}),
        ({"a": True, "b": False}, "ineligible", [], {"late": False}),
        ({"a": True}, "needs_information", ["b"], {"late": None}),
        ({"b": True}, "eligible", [], {"late": True}),
        ({"b": False}, "needs_information", ["a"], {"late": None}),
        ({}, "needs_information", ["a", "b"], {"late": None}),
    ],
)
@pytest.mark.parametrize("engine", NAMES)
def test_whom_a_requirement_does_not_concern_is_neither_asked_nor_told(
    tmp_path, engine, told, outcome, asked, listed
):
    item = "requirements:\n" + requirement("late", "b", more=", when: a")
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("b", "bool"), item=item, engine=engine)
    decision = decided(book, told)
    assert (decision.outcome, missing(decision), holds(decision)) == (outcome, asked, listed)


def test_a_near_miss_never_tells_to_be_somebody_else(tmp_path):
    item = "requirements:\n" + requirement("late", "b", more=", when: a")
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("b", "bool"), item=item)
    (reason,) = decided(book, {"a": True, "b": False}).reasons
    assert [miss.fact.name for miss in reason.near_misses] == ["b"]


def test_a_no_says_which_single_change_would_turn_it(tmp_path):
    facts = fact("months", "int", unit="months", min=0) + fact("sex", "enum", values=["m", "f"])
    parameter = "  limit: {type: int, unit: months, label: {zh: 限, en: limit}, keyed_by: sex, versions: "
    parameter += "[{from: 2000-01-01, values: {m: 120, f: 110}, law: none_found}]}\n"
    item = "requirements:\n" + requirement("enough", "months >= limit[sex]")
    book = rulebook(tmp_path, facts=facts, parameters=parameter, item=item)
    decision = decided(book, {"months": 115, "sex": "m"})
    assert decision.outcome == "ineligible"
    near = {miss.fact.name: miss.would_do for miss in decision.reasons[0].near_misses}
    assert near == {"months": "120", "sex": "f"}


@pytest.mark.parametrize("engine", NAMES)
def test_a_parameter_that_has_ended_is_a_gap_for_a_person_and_no_question(tmp_path, engine):
    facts = fact("months", "int", unit="months", min=0)
    parameter = "  limit: {type: int, unit: months, label: {zh: 限, en: limit}, versions: "
    parameter += "[{from: 2000-01-01, through: 2024-05-05, value: 12, law: none_found}]}\n"
    item = "requirements:\n" + requirement("enough", "months >= limit")
    book = rulebook(tmp_path, facts=facts, parameters=parameter, item=item, engine=engine)
    decision = decided(book, {"months": 500})
    assert (decision.outcome, missing(decision)) == ("refer_to_person", [])
    assert "limit" in [notice.code for notice in decision.notices]
    before = decided(book, {"months": 12}, as_of="2024-05-05")
    assert before.outcome == "eligible"


def test_a_table_that_no_row_closes_is_for_a_person(tmp_path):
    item = "conclusions:\n  c:\n    type: bool\n    label: {zh: 结论, en: conclusion}\n    rows:\n"
    item += "      - {id: only, when: a, then: true, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool"), item=item)
    assert decided(book, {"a": True}).outcome == "eligible"
    decision = decided(book, {"a": False})
    assert decision.outcome == "refer_to_person"
    assert [notice.code for notice in decision.notices] == ["rulebook-gap"]


@pytest.mark.parametrize("engine", NAMES)
def test_a_unique_table_applies_only_where_it_says(tmp_path, engine):
    item = "conclusions:\n  c:\n    type: enum\n    values: [x, y]\n    label: {zh: 结论, en: conclusion}\n"
    item += "    when: k\n    hit: unique\n    rows:\n"
    item += "      - {id: first, when: a, then: x, law: none_found}\n"
    item += "      - {id: second, when: not a, then: y, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("k", "bool"), item=item, engine=engine)
    assert decided(book, {"k": False, "a": True}).conclusion("c").applies is False
    assert decided(book, {"k": True, "a": False}).conclusion("c").value == "y"
    assert missing(decided(book, {"a": False})) == ["k"]


def test_a_conclusion_is_a_fact_for_later_rules_and_missing_flows_through_it(tmp_path):
    item = "requirements:\n" + requirement("right-kind", "c == 'x'")
    item += "conclusions:\n  c:\n    type: enum\n    values: [x, y]\n    label: {zh: 结论, en: conclusion}\n    rows:\n"
    item += "      - {id: first, when: a and b, then: x, law: none_found}\n"
    item += "      - {id: second, when: otherwise, then: y, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("b", "bool"), item=item)
    assert holds(decided(book, {"a": False})) == {"right-kind": False}
    decision = decided(book, {"a": True})
    assert (decision.outcome, missing(decision)) == ("needs_information", ["b"])
    assert decision.conclusion("c").possible == ("x", "y")


def test_an_amount_that_is_not_known_is_asked_for(tmp_path):
    item = "amounts:\n  - {id: sum, value: m, when: a, name: {zh: 金额, en: sum}, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("m", "money", min='"0.00"'), item=item)
    assert missing(decided(book, {"a": True})) == ["m"]
    assert decided(book, {"a": False}).outcome == "eligible"
    decision = decided(book, {"a": True, "m": "12.50"})
    assert [(amount.id, amount.yuan) for amount in decision.amounts] == [("sum", "12.50")]


def test_an_amount_that_only_informs_says_what_it_wants_and_leaves_the_outcome_alone(tmp_path):
    item = "amounts:\n  - {id: sum, value: m, when: a, informative: true, name: {zh: 金额, en: sum}, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("m", "money", min='"0.00"'), item=item)
    due = decided(book, {"a": True})
    assert (due.outcome, missing(due)) == ("eligible", [])
    assert [(one.yuan, [it.fact for it in one.missing]) for one in due.amounts] == [(None, ["m"])]
    open_ = decided(book)  # whether it is due is not known either
    assert (open_.outcome, open_.amounts) == ("eligible", ())
    known = decided(book, {"a": True, "m": "12.50"}).amounts
    assert [(one.yuan, one.missing) for one in known] == [("12.50", ())]


def test_a_table_or_step_that_only_informs_leaves_the_outcome_alone(tmp_path):
    item = "conclusions:\n  c:\n    type: bool\n    label: {zh: 结论, en: conclusion}\n    informative: true\n    rows:\n"
    item += "      - {id: one, when: a, then: refer_to_person, law: none_found}\n"
    item += "      - {id: two, when: otherwise, then: true, law: none_found}\n"
    item += "steps:\n  - {id: tell, actor: competent, when: b, informative: true, "
    item += "name: {zh: 告知, en: tell}, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool") + fact("b", "bool"), item=item)
    open_ = decided(book)
    assert (open_.outcome, missing(open_)) == ("eligible", [])
    assert not open_.conclusion("c").known
    assert [step.certain for step in open_.steps] == [False]
    referred = decided(book, {"a": True, "b": True})
    assert (referred.outcome, referred.conclusion("c").refer) == ("eligible", True)
    assert [step.certain for step in referred.steps] == [True]


def test_what_reads_a_table_that_only_informs_still_asks(tmp_path):
    item = "requirements:\n" + requirement("right", "c")
    item += "conclusions:\n  c:\n    type: bool\n    label: {zh: 结论, en: conclusion}\n    informative: true\n    rows:\n"
    item += "      - {id: one, when: a, then: true, law: none_found}\n"
    item += "      - {id: two, when: otherwise, then: false, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("a", "bool"), item=item)
    asked = decided(book)
    assert (asked.outcome, missing(asked)) == ("needs_information", ["a"])


def test_a_limit_asks_for_what_tells_whether_it_applies(tmp_path):
    item = "steps:\n  - {id: apply, actor: applicant, name: {zh: 申请, en: apply}, law: none_found}\n"
    item += (
        "  - {id: answer, actor: competent, after: apply, name: {zh: 答复, en: answer}, law: none_found}\n"
    )
    item += "limits:\n  - {id: soon, step: answer, starts_with: apply, kind: statutory, when: n, "
    item += "length: 15 working_days, through: 2019-12-31, law: none_found}\n"
    book = rulebook(tmp_path, facts=fact("n", "bool"), item=item)
    asked = decided(book, applied_on="2019-06-03")
    assert (asked.outcome, missing(asked)) == ("needs_information", ["n"])
    told = decided(book, {"n": True}, applied_on="2019-06-03")
    assert str(told.steps[1].due_on) == "2019-06-25"  # 15 working days, with 端午节 on Friday 7 June
    assert decided(book, {"n": False}, applied_on="2019-06-03").steps[1].due == ()
    later = decided(book, {"n": True}, applied_on="2020-06-03")
    assert later.steps[1].due == ()  # the limit had ended when the clock started


def test_whom_a_later_version_concerns_may_hang_on_a_parameter_as_late(tmp_path):
    """The parameter has to be there from the first day of the version, not of the item."""
    limit = f"  limit.n: {{type: int, unit: months, label: {TEXT}, versions: [{{from: 2020-01-01, value: 3, law: none_found}}]}}\n"
    facts = fact("a", "bool") + fact("n", "int", unit="months", min=0)
    late = requirement("late", "a", more=', from: 2020-01-01, when: "n > limit.n"')
    book = rulebook(tmp_path, facts=facts, parameters=limit, item="requirements:\n" + late)
    assert decided(book, {"a": False, "n": 4}).outcome == "ineligible"
    assert decided(book, {"a": False, "n": 3}).outcome == "eligible"
