"""The interview ends where the whole case ends, asks nothing twice and nothing that cannot matter."""

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossprov import CaseError, Citizen, Rulebook, UnknownItemError, decide, read_case
from crossprov.interview import Interview
from crossprov.testing import cases
from interview.oracle import FICTIONAL, Oracle, worked

RULES = Rulebook.load()
TOY = Rulebook.load(FICTIONAL, functions=("fictional_facts",))
DAY = dt.date(2026, 11, 27)
TRANSFER = "pension-transfer-enterprise"

# The first worked example of every item and some of those after it; benchmarks/interview.py asks through all of them.
EVERY = 16
ALL = list(worked(RULES))
FIRST = {item: name for item, name, _ in reversed(ALL)}
CHOSEN = [one for n, one in enumerate(ALL) if n % EVERY == 0 or FIRST[one[0]] == one[1]]

bounded = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def of(found):
    """What an interview must not change: the outcome and, where it goes on, what was concluded and who acts."""
    if found.outcome not in ("eligible", "refer_to_person"):
        return found.outcome
    concluded = {one.name: (one.value, one.possible, one.refer) for one in found.conclusions}
    offices = [(one.role, one.division) for one in (found.competent, *found.roles) if one is not None]
    sums = {one.id: one.yuan for one in found.amounts}
    return found.outcome, concluded, offices, sums


def assert_as_whole(law, case):
    oracle = Oracle(law, case)
    talk, asked = oracle.interviewed()
    assert of(talk.decision) == of(decide(case, law))
    facts = [one.fact for one in asked]
    assert len(set(facts)) == len(facts)
    assert talk.finished
    assert talk.question is None
    return asked


@pytest.mark.parametrize(("item", "name", "case"), CHOSEN, ids=[f"{item}-{name}" for item, name, _ in CHOSEN])
def test_answered_from_a_whole_case_it_ends_where_that_ends(item, name, case):
    assert_as_whole(RULES, case)


@bounded
@given(cases(TOY))
def test_so_it_does_for_any_case_of_a_small_rulebook(case):
    try:
        decide(case, TOY)
    except CaseError:
        return
    try:
        assert_as_whole(TOY, case)
    except CaseError:
        assert Oracle(
            TOY, case
        ).case.facts  # told and recorded differently: refused as soon as both are there


@pytest.mark.parametrize("item", RULES.item_ids)
def test_who_knows_nothing_gets_an_honest_partial_answer(item):
    talk = Interview.start(item, RULES, as_of=DAY)
    seen = []
    while (question := talk.question) is not None:
        seen.append(question.fact)
        assert question.why, question.fact
        assert question.open >= 1
        talk = talk.dont_know()
    assert talk.case.keys() == {"item", "applicant", "as_of"}
    assert talk.decision.outcome in ("needs_information", "refer_to_person")
    assert {one.fact for one in talk.decision.missing} <= {*seen, "street", "county", "place"}
    assert len(set(seen)) == len(seen)


@bounded
@given(cases(TOY), st.lists(st.sampled_from(["answer", "dont_know", "back", "again"]), max_size=12))
def test_back_restores_and_the_state_is_all_there_is(case, moves):
    oracle = Oracle(TOY, case)
    talk = oracle.begin()
    trail = [talk.state()]
    for move in moves:
        if move == "again":
            talk = Interview.resume(json.dumps(talk.state()), TOY)
        elif move == "back":
            trail = trail[:-1] if len(trail) > 1 else trail
            talk = talk.back()
        elif talk.question is not None:
            try:
                talk = talk.answer(oracle(talk.question.fact) if move == "answer" else None)
            except CaseError:
                continue  # nothing has changed
            trail.append(talk.state())
        assert talk.state() == trail[-1]
    assert Interview.resume(talk.state(), TOY).to_dict() == talk.to_dict()


# --- order ------------------------------------------------------------------------------------------------


def test_what_may_end_the_matter_comes_first_and_says_so():
    asked = Interview.start("unemployment-benefit-claim", RULES, as_of=DAY).question
    assert (asked.fact, asked.why_now.code) == ("unemployment.stop_ground", "settles")


def test_no_more_is_asked_once_the_outcome_stands_but_for_details():
    law, case = RULES, next(case for item, name, case in ALL if name == "annuity-fully-paid")
    talk, asked = Oracle(law, case).interviewed()
    details = [one.fact for one in asked if one.why_now.code == "detail"]
    assert details
    assert [one.fact for one in asked[-len(details) :]] == details
    while talk.answers[-1].fact in details:
        assert talk.settled
        talk = talk.back()
    assert talk.settled
    assert not talk.back().settled


def test_a_question_that_another_answer_has_made_idle_is_not_asked():
    talk = Interview.start(TRANSFER, RULES, as_of=DAY)
    for_benefit, for_a_job = talk.answer("benefit_claim"), talk.answer("new_employment")
    assert talk.question.fact == "transfer.occasion"
    assert "retirement.timing" in {one.fact for one in for_benefit.decision.missing}
    assert "retirement.timing" not in {one.fact for one in for_a_job.decision.missing}


# --- answers ----------------------------------------------------------------------------------------------


def until(talk, fact):
    """Leave everything open until a fact is asked for."""
    while talk.question is not None and talk.question.fact != fact:
        talk = talk.dont_know()
    assert talk.question is not None, fact
    return talk


@pytest.mark.parametrize("wrong", ["somewhere", 5, True, {}, [], "none", ""])
def test_what_is_no_answer_is_refused_with_what_would_be_right_and_without_itself(wrong):
    talk = Interview.start(TRANSFER, RULES, as_of=DAY)
    with pytest.raises(CaseError) as refused:
        talk.answer(wrong)
    assert "transfer.occasion" in str(refused.value)
    assert "new_employment" in str(refused.value)
    assert "somewhere" not in str(refused.value)


@pytest.mark.parametrize("place", ["000001", "999999", "51010", "510000 "])
def test_a_place_that_is_none_is_refused(place):
    talk = until(Interview.start("card-loss-report", RULES, as_of=DAY), "card.place")
    with pytest.raises(CaseError):
        talk.answer(place)
    assert talk.answer("510104").case["facts"] == {"card.place": "510104"}


def test_an_answer_stands_where_a_record_has_it_and_is_held_to_what_holds_there():
    case = {"applicant": {"kind": "citizen", "sex": "male"}}
    talk = until(
        Interview.start("flexible-worker-enrolment", RULES, as_of=DAY, case=case), "person.retirement_class"
    )
    with pytest.raises(CaseError, match=r"applicant\.retirement_age_class"):
        talk.answer("female_50")
    assert talk.answer("male_60").case["applicant"]["retirement_age_class"] == "male_60"


def test_what_lies_after_the_day_of_the_case_is_refused():
    talk = until(Interview.start("flexible-worker-enrolment", RULES, as_of=DAY), "person.birth_date")
    with pytest.raises(CaseError, match="birth"):
        talk.answer("2026-11-28")
    assert talk.answer("1990-05-06").case["applicant"]["birth_date"] == "1990-05-06"


def test_part_of_a_record_that_would_be_no_record_is_told_by_its_name():
    talk = until(Interview.start(TRANSFER, RULES, as_of=DAY), "move.transfer_contributed").answer(True)
    assert talk.case["facts"] == {"move.transfer_contributed": True}
    later = Interview.start(
        TRANSFER, RULES, as_of=DAY, case={"move": {"approved_transfer": {"approved": True}}}
    )
    later = until(later, "move.transfer_contributed").answer(True)
    assert later.case["move"]["approved_transfer"] == {"approved": True, "contributed": True}


def test_records_are_added_to_those_that_are_there():
    before = {"place": "510104", "scheme": "employee", "start": "2010-01", "paid_months": 12}
    spells = {"complete_for": [{"provinces": ["510000"]}], "records": [before]}
    case = {"applicant": {"kind": "citizen", "insurance": {"pension_spells": spells}}}
    talk = until(Interview.start("flexible-worker-enrolment", RULES, as_of=DAY, case=case), "pension.spells")
    further = {"place": "500103", "scheme": "employee", "start": "2020-07", "end": "2021-06"}
    whole = talk.answer({"records": [further], "complete_for": [{"provinces": "all"}]})
    found = whole.case["applicant"]["insurance"]["pension_spells"]
    assert found["records"] == [before, further]
    assert found["complete_for"] == [{"provinces": ["510000"]}, {"provinces": "all"}]
    with pytest.raises(CaseError, match="place"):
        talk.answer({"records": [{"place": "x"}], "complete_for": []})
    for wrong in ({"records": 1}, [], "all", {"records": [], "more": 1}):
        with pytest.raises(CaseError):
            talk.answer(wrong)


def test_a_list_that_may_go_on_stays_open_and_is_not_asked_for_again():
    talk = until(Interview.start("flexible-worker-enrolment", RULES, as_of=DAY), "pension.spells")
    talk = talk.answer({"records": [], "complete_for": []})
    assert "pension.spells" in {one.fact for one in talk.decision.missing}
    while talk.question is not None:
        assert talk.question.fact != "pension.spells"
        talk = talk.dont_know()
    assert talk.decision.outcome == "needs_information"


def test_an_employer_is_not_asked_for_the_records_of_a_person():
    talk = Interview.start(
        "archive-receive-transfer", RULES, as_of=DAY, case={"applicant": {"kind": "employer"}}
    )
    while talk.question is not None:
        assert talk.question.kind != "records"
        talk = talk.dont_know()


def test_two_facts_of_one_place_are_one_question():
    talk = Interview.start("unemployment-benefit-claim", RULES, as_of=DAY)
    talk = until(talk, "unemployment.service_months").answer(0)
    assert talk.case["applicant"]["military"] == {"service_months": 0}


def test_back_to_an_earlier_answer():
    talk = Interview.start(TRANSFER, RULES, as_of=DAY)
    begun = talk.state()
    talk = talk.answer("benefit_claim").dont_know().dont_know()
    assert talk.back_to("transfer.occasion").state() == begun
    with pytest.raises(KeyError):
        talk.back_to("person.sex.x")
    assert Interview.start(TRANSFER, RULES, as_of=DAY).back().state() == begun


def test_there_is_nothing_to_answer_when_it_is_finished():
    talk = Interview.start("dock-licence", TOY, as_of=dt.date(2000, 1, 1))
    assert talk.finished
    with pytest.raises(ValueError, match="no question"):
        talk.answer(True)


# --- state ------------------------------------------------------------------------------------------------


def test_a_state_names_its_rules_and_a_change_of_rules_is_said():
    talk = Interview.start("card-loss-report", RULES, as_of=DAY)
    talk = until(talk, "card.place").answer("510104")
    state = json.loads(json.dumps(talk.state()))
    assert state["rulebook_hash"] == RULES.hash
    again = Interview.resume(state, RULES)
    assert (again.rules_changed, again.dropped, again.to_dict()) == (False, (), talk.to_dict())
    state["rulebook_hash"] = "another"
    state["answers"].append({"fact": "card.colour", "value": "blue"})
    later = Interview.resume(state, RULES)
    assert (later.rules_changed, later.dropped) == (True, ("card.colour",))
    assert later.case == talk.case
    assert not later.dont_know().rules_changed
    assert later.state() == talk.state()  # it goes on under the present rules


def with_(state, **changes):
    return {**state, **changes}


@pytest.mark.parametrize(
    "change",
    [
        {"interview": 2},
        {"item": "Item"},
        {"as_of": "yesterday"},
        {"answers": {"fact": "card.place"}},
        {"answers": [{"fact": "card.place"}]},
        {"answers": [{"fact": "card.colour", "value": "blue"}]},
        {"answers": [{"fact": "card.place", "value": "nowhere"}]},
        {"start": []},
        {"start": {"applicant": "me"}},
        {"start": {"applicant": {"kind": "citizen"}, "move": "far"}},
        {"start": {"facts": {"card.colour": "blue"}}},
        {"more": 1},
    ],
)
def test_what_is_no_state_is_refused(change):
    state = Interview.start("card-loss-report", RULES, as_of=DAY).state()
    with pytest.raises(CaseError):
        Interview.resume(with_(state, **change), RULES)


@pytest.mark.parametrize(
    "words", ["", "{", "[]", "1", b"\xff", '"state"', '{"start": ' * 50_000], ids=range(7)
)
def test_a_text_that_is_no_state_is_refused(words):
    with pytest.raises(CaseError):
        Interview.resume(words, RULES)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (b'{"facts": {"card.place": "510100", "card.place": "500000"}}', "case_duplicate"),
        (b'{"facts": {"card.place": NaN}}', "case_no_number"),
        (b"{'facts': {}}", "interview_not_json"),
        (b"\xff", "interview_not_json"),
        (b'{"facts": {"card.place": -Infinity}}', "case_no_number"),
        (b'{"facts": {"card.place": 1' + b"0" * 9_999 + b"}}", "case_long_number"),
        (b'{"facts": ' * 65 + b"1" + b"}" * 65, "case_too_deep"),
        ({"facts": {"card.place": float("nan")}}, "interview_not_json"),
        ({"facts": {"card.place": {1: "a", "1": "b"}}}, "case_duplicate"),
        ({"facts": {"card.place": "\ud800"}}, "interview_not_json"),
    ],
)
def test_what_json_cannot_say_in_one_way_is_refused_by_every_door(told, code):
    state = Interview.start("card-loss-report", RULES, as_of=DAY).state()
    doors = [
        lambda: Interview.start("card-loss-report", RULES, as_of=DAY, case=told),
        lambda: Interview.start("card-loss-report", RULES, as_of=DAY).answer(told),
        lambda: Interview.resume(told if isinstance(told, bytes) else with_(state, start=told), RULES),
    ]
    for door in doors:
        with pytest.raises(CaseError) as refused:
            door()
        assert [problem.code for problem in refused.value.problems] == [code]


def test_an_item_that_is_none_is_refused():
    with pytest.raises(UnknownItemError):
        Interview.start("no-such-item", RULES)


def test_nothing_of_a_person_shows():
    case = {"applicant": {"kind": "citizen", "name": "某某", "birth_date": "1990-05-06"}}
    talk = Interview.start("flexible-worker-enrolment", RULES, as_of=DAY, case=case)
    talk = (
        until(talk, "residence.place")
        if any(m.fact == "residence.place" for m in talk.decision.missing)
        else talk
    )
    shown = repr(talk) + repr(talk.answers) + json.dumps(talk.decision.to_dict(), ensure_ascii=False)
    assert "某某" not in shown


def deep(levels):
    found = {}
    for _ in range(levels):
        found = {"a": found}
    return found


@pytest.mark.parametrize("levels", [50, 900, 100_000])
def test_what_is_nested_without_end_is_refused(levels):
    with pytest.raises(CaseError):
        Interview.start("card-loss-report", RULES, case=deep(levels))
    with pytest.raises(CaseError):
        Interview.resume(deep(levels), RULES)
    with pytest.raises(CaseError):
        Interview.resume('{"a":' * levels + "1" + "}" * levels, RULES)
    with pytest.raises(CaseError):
        Interview.start(TRANSFER, RULES).answer(deep(levels))


def test_python_callers_may_hand_over_what_json_has_no_word_for():
    person = Citizen(sex="male", birth_date=dt.date(1990, 5, 6))
    talk = Interview.start("flexible-worker-enrolment", RULES, case={"applicant": person})
    assert talk.state()["start"]["applicant"]["birth_date"] == "1990-05-06"
    assert (
        Interview.start("flexible-worker-enrolment", RULES, case=read_case(talk.case)).case["applicant"][
            "sex"
        ]
        == "male"
    )
    talk = until(Interview.start("flexible-worker-enrolment", RULES, as_of=DAY), "person.birth_date")
    assert talk.answer(dt.date(1990, 5, 6)).case["applicant"]["birth_date"] == "1990-05-06"
