"""What the service answers about cases is what the library says of them."""

import json
from pathlib import Path

import pytest

from crossprov import decide
from crossprov.changes import changes
from crossprov.decision import as_plain
from crossprov.interview import Interview
from crossprov.report import guide

ROOT = Path(__file__).parents[2]
LOST = {
    "card.place": "510107",
    "card.status": "normal",
    "card.loss_report": "temporary",
    "case.applied_on": "2026-11-27",
}


def test_a_decision_is_that_of_the_library(client, case):
    told = client.post("/decide", json=case)
    assert told.status_code == 200
    assert told.headers["content-type"] == "application/json"
    assert told.headers["cache-control"] == "no-store"
    assert told.json() == decide(case).to_dict()
    assert told.json()["outcome"] == "eligible"


def test_chinese_stays_readable(client, case):
    assert "企业职工基本养老保险关系转移接续" in client.post("/decide", json=case).content.decode()


def test_what_is_missing_is_an_answer_and_no_error(client):
    told = client.post("/decide", json={"item": "card-loss-report", "applicant": {"kind": "citizen"}})
    assert told.status_code == 200
    assert told.json()["outcome"] == "needs_information"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_guide_is_in_the_language_asked_for(client, case, language):
    by_header = client.post("/guide", json=case, headers={"Accept-Language": language})
    by_address = client.post("/guide", params={"lang": language}, json=case)
    assert by_header.json() == by_address.json()
    told = by_address.json()["guide"]
    assert told["title"] == guide(decide(case), language).title
    assert [one["id"] for one in told["sections"]] == [
        one.id for one in guide(decide(case), language).sections
    ]
    assert told["plan"]["steps"][0]["id"] == by_address.json()["decision"]["steps"][0]["id"]


def test_the_guide_of_a_no_says_what_would_turn_it(client):
    case = json.loads((ROOT / "examples" / "transfer-50.json").read_text(encoding="utf-8"))
    told = client.post("/guide", params={"lang": "en"}, json=case).json()
    assert told["decision"]["outcome"] == "ineligible"
    assert told["changes"] == as_plain(changes(case))
    sections = {section["id"]: section["entries"] for section in told["guide"]["sections"]}
    assert len(sections["different"]) == len(told["changes"]) > 0


def test_in_a_batch_a_bad_case_spoils_no_other(client, case):
    bad = {"item": "card-loss-report", "applicant": {"kind": "citizen", "sex": "x"}}
    told = client.post("/batch", json={"cases": [bad, case, 7, {**case, "item": "no-such-item"}, case]})
    assert told.status_code == 200
    found = told.json()["answers"]
    assert [list(one) for one in found] == [["problem"], ["decision"], ["problem"], ["problem"], ["decision"]]
    assert found[1]["decision"] == decide(case).to_dict()
    assert found[0]["problem"]["errors"][0]["path"] == "applicant.sex"
    assert found[3]["problem"]["errors"] == [
        {
            "code": "item_unknown",
            "path": "item",
            "detail": "the rules have no such item; /items lists them all",
        }
    ]


def test_an_interview_goes_on_from_its_state_alone(client):
    here = client.post("/interview", json={"item": "card-loss-report", "as_of": "2026-11-27"}).json()
    asked = []
    while not here["settled"]:
        asked.append(here["question"]["fact"])
        assert here["decision"] is None
        move = {"state": here["state"], "answer": LOST[asked[-1]]}
        here = client.post("/interview", json=move).json()
    assert len(asked) == len(set(asked))
    assert here["outcome"] == here["decision"]["outcome"] == "eligible"
    assert client.post("/decide", json=here["case"]).json() == here["decision"]
    by_hand = Interview.resume(here["state"])
    assert here["answers"] == as_plain(by_hand.answers)


def test_an_interview_goes_back(client):
    first = client.post("/interview", json={"item": "card-loss-report"}).json()
    second = client.post("/interview", json={"state": first["state"], "dont_know": True}).json()
    third = client.post("/interview", json={"state": second["state"], "dont_know": True}).json()
    assert client.post("/interview", json={"state": third["state"], "back": True}).json() == second
    fact = first["question"]["fact"]
    assert client.post("/interview", json={"state": third["state"], "back_to": fact}).json() == first
    assert client.post("/interview", json={"state": third["state"]}).json() == third


def test_an_interview_may_begin_with_what_a_backend_knows(client, case):
    told = client.post("/interview", json={"item": case["item"], "case": case})
    assert told.json()["settled"]
    assert told.json()["decision"] == decide(case).to_dict()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, "step_wanted"),
        ({"item": "card-loss-report", "answer": 1}, "step_wanted"),
        ({"item": 5}, "item_unknown"),
        ({"item": "no-such-item"}, "item_unknown"),
        ({"item": "card-loss-report", "as_of": "tomorrow"}, "day_wanted"),
        ({"item": "card-loss-report", "case": {"applicant": 5}}, "case_field"),
        ({"state": {}}, None),
        ({"state": "x"}, None),
        ({"state": {"interview": 1}, "back": True, "answer": 1}, "step_wanted"),
    ],
)
def test_a_move_that_is_none_is_refused(client, told, code):
    refused = client.post("/interview", json=told)
    assert refused.status_code == 422
    if code is not None:
        assert refused.json()["errors"][0]["code"] == code


def test_an_answer_that_is_none_says_what_would_be_right(client):
    first = client.post("/interview", json={"item": "card-loss-report"}).json()
    refused = client.post("/interview", json={"state": first["state"], "answer": "somewhere"})
    assert refused.status_code == 422
    assert "somewhere" not in refused.text
    assert refused.json()["errors"][0]["code"] == "fact_not_of_type"


def test_nothing_can_be_answered_after_the_end(client, case):
    here = client.post("/interview", json={"item": case["item"], "case": case}).json()
    while not here["finished"]:
        here = client.post("/interview", json={"state": here["state"], "dont_know": True}).json()
    refused = client.post("/interview", json={"state": here["state"], "dont_know": True})
    assert refused.json()["errors"][0]["code"] == "nothing_asked"
