"""The day of the application is that of the event `apply`, whichever of the two a case tells."""

import datetime as dt

import pytest

from crossprov import CaseError
from decide.small import LETTER, decided, fact, missing, requirement, rulebook

APPLIED = fact("case.applied_on", "date", given="applied_on", question="{zh: 问, en: question}")
EVENT = {"events": [{"step": "apply", "on": "2024-05-02"}]}


@pytest.fixture
def book(tmp_path):
    item = "requirements:\n" + requirement("in-time", "case.applied_on <= '2024-05-02'") + LETTER
    return rulebook(tmp_path, facts=APPLIED + fact("a", "bool"), item=item)


def test_who_tells_the_event_is_not_asked_for_the_day(book):
    told = {"facts": {"a": False}}
    assert missing(decided(book, **told)) == ["case.applied_on"]
    assert decided(book, **told, **EVENT).outcome == "eligible"
    late = [{"step": "apply", "on": "2024-05-03"}]
    assert decided(book, **told, events=late).outcome == "ineligible"


def test_all_ways_of_telling_decide_the_same(book):
    """Also by the name of the fact; else the rules would know the day, and the clocks would not."""
    one, other = (decided(book, {"a": True}, **more) for more in (EVENT, {"applied_on": "2024-05-02"}))
    assert one == other == decided(book, {"a": True}, **EVENT, applied_on="2024-05-02")
    assert one == decided(book, {"a": True, "case.applied_on": "2024-05-02"})
    assert [step.in_time_by for step in one.steps if step.id == "pay"] == [dt.date(2024, 5, 23)]


def test_another_event_is_not_the_application(book):
    found = decided(book, {"a": False}, events=[{"step": "pay", "on": "2024-05-02"}])
    assert missing(found) == ["case.applied_on"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"applied_on": "2024-05-01"}, "event_contradicts"),
        ({"facts": {"a": True, "case.applied_on": "2024-05-01"}}, "fact_contradicts"),
    ],
)
def test_two_days_that_differ_are_refused(book, more, code):
    with pytest.raises(CaseError) as refused:
        decided(book, **EVENT, **more)
    assert [problem.code for problem in refused.value.problems] == [code]
