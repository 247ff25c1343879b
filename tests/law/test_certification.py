"""Items 9-12, certification: their worked examples, knowing less, what must not matter, and where one certifies."""

import datetime as dt

import pytest

from crossprov.models.identity import check_character
from crossprov.testing import assert_no_other_answer, without_province
from law.certifying import (
    ANYWHERE,
    CHONGQING,
    DEATH,
    DEPENDANT,
    EXAMPLES,
    INJURY,
    ITEMS,
    LISTS,
    PENSION,
    SICHUAN,
    case_of,
    decided,
    intake,
    with_facts,
)

# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_without_the_records_of_a_province_no_answer_changes(item, name):
    whole = case_of(item, name)
    truth = decided(whole)
    for province in ("510000", "500000", "440000", "520000", "130000"):
        assert_no_other_answer(decided(without_province(whole, province, lists=LISTS)), truth)


def test_without_the_records_of_the_paying_province_they_are_asked_for():
    case = case_of(PENSION, "between-the-readings")
    for province, outcome in (("510000", "eligible"), ("500000", "needs_information")):
        found = decided(without_province(case, province, lists=LISTS))
        assert found.outcome == outcome
        assert [(one.fact, one.places) for one in found.missing] == (
            [("benefits.drawn", ("500000",))] if outcome == "needs_information" else []
        )


# --- what must not matter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_where_the_person_lives_or_applies_never_changes_who_decides(item, name):
    plain = decided(case_of(item, name))
    for place in ANYWHERE:
        case = case_of(item, name)
        case["applied_at"] = case["applicant"]["residence"] = place
        found = decided(case)
        assert (found.outcome, found.competent) == (plain.outcome, plain.competent)


def resident_id(issued_in, born, sex):
    body = f"{issued_in}{born.replace('-', '')}00{1 if sex == 'male' else 2}"
    return {"kind": "resident_id", "number": body + check_character(body)}


def test_the_first_six_digits_of_the_identity_number_decide_nothing():
    case = case_of(DEATH, "child-of-17")
    person = case["applicant"]
    plain = decided(case)
    for issued_in in ("510104", "500103", "440106"):
        person["documents"] = [resident_id(issued_in, str(person["birth_date"]), person["sex"])]
        assert decided(case) == plain


# --- where ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_the_joint_windows_open_on_one_day(item):
    name = "father-2019" if item == DEATH else "sichuan-2019"
    joint = {"any-window", "apps-of-both-sides"}
    before = with_facts(item, name, as_of="2020-09-29", last_on="2019-12-10")
    after = with_facts(item, name, as_of="2020-09-30", last_on="2019-12-10")
    assert not intake(before) & joint
    assert intake(after) >= joint
    assert before.competent.division == after.competent.division == SICHUAN


@pytest.mark.parametrize("item", ITEMS)
def test_the_ways_to_certify_open_on_their_days(item):
    name = "father-2019" if item == DEATH else "sichuan-2019"
    for way, first_day in (
        ("any-township", "2020-09-30"),
        ("at-home", "2020-09-30"),
        ("consulates", "2020-05-01"),
        ("national-platform", "2020-11-03"),
        ("bank-outlets", "2024-10-23"),
    ):
        opened = dt.date.fromisoformat(first_day)
        eve = opened - dt.timedelta(days=1)
        for day, is_open in ((eve, False), (opened, True)):
            assert (way in intake(with_facts(item, name, as_of=str(day)))) is is_open, (way, day)


@pytest.mark.parametrize("item", [PENSION, DEPENDANT, INJURY])
def test_what_the_two_sides_agreed_is_not_offered_elsewhere(item):
    joint = {"any-window", "any-township", "apps-of-both-sides", "at-home", "bank-outlets"}
    found = with_facts(item, "other-province", as_of="2026-03-09")
    assert intake(found) == {"competent-window", "national-platform", "consulates"}
    assert not intake(found) & joint


def test_who_cannot_come_is_told_of_one_way_to_be_visited():
    for name, way in (("cannot-travel", "visit-at-home"), ("cannot-travel-elsewhere", "help-elsewhere")):
        told = {one.code for one in decided(case_of(PENSION, name)).notices}
        assert told & {"visit-at-home", "help-elsewhere"} == {way}


@pytest.mark.parametrize("place", ["510104", "500103", "511623"])
def test_a_township_of_either_side_takes_in_and_the_paying_county_decides(place):
    case = case_of(PENSION, "cannot-travel")
    case["applied_at"] = place
    found = decided(case)
    window = next(one for one in found.intake if one.id == "any-township")
    assert (window.office.level, window.office.division) == ("township", place)
    assert [channel.id for channel in window.channels] == ["township_window"]
    assert found.competent.division == CHONGQING


@pytest.mark.parametrize("item", ITEMS)
def test_nothing_but_an_identity_document_may_be_asked_for(item):
    found = [decided(case_of(item, name)) for one, name in EXAMPLES if one == item]
    since = [one for one in found if one.made_by.law_on >= dt.date(2023, 12, 1)]
    assert {paper.id for one in since for paper in one.materials} == {"identity-document"}
