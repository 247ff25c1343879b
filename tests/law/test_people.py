"""Items 20, 32, 40 and 43: files of mobile workers, agencies for human-resources services, labour inspection."""

import copy
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov.testing import assert_no_other_answer, without_province

FILES, CERTIFICATE, AGENCY, COMPLAINT = ITEMS = (
    "archive-receive-transfer",
    "archive-certificate",
    "hr-agency-recognition",
    "labour-inspection-complaint",
)
RULES = Rulebook.load()
EXAMPLES = [(item, it.example.id) for item in ITEMS for it in RULES.examples(item)]
OF_PERSONS = [one for one in EXAMPLES if one[0] in {FILES, COMPLAINT} and one[1] != "registration-unknown"]
COUNTIES = ("510104", "510703", "500103", "500101", "440106")


def case_of(item, name):
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    return {**copy.deepcopy(one.case), "item": item, "as_of": str(one.as_of)}


def with_facts(item, name, **facts):
    case = case_of(item, name)
    case["facts"] |= {key.replace("__", "."): value for key, value in facts.items()}
    return decide(case, RULES)


def channels(found):
    return {one.id for one in found.intake if one.certain}


# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), OF_PERSONS)
def test_without_the_records_of_a_province_no_answer_changes(item, name):
    whole = case_of(item, name)
    truth = decide(whole, RULES)
    for province in ("510000", "500000", "440000", "130000"):
        assert_no_other_answer(decide(without_province(whole, province, lists=["hukou"]), RULES), truth)


# --- files ----------------------------------------------------------------------------------------------


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES))
def test_the_place_of_registration_receives_wherever_the_file_and_the_home_are(home, kept):
    case = case_of(FILES, "registered-in-chongqing")
    case["applicant"]["residence"] = home
    case["facts"]["archive.kept_place"] = kept
    found = decide(case, RULES)
    assert (found.outcome, found.competent.division) == ("eligible", "500103")


@pytest.mark.parametrize("cadre", [True, False])
@pytest.mark.parametrize(
    ("request_", "target"), [("receive", None), ("send", "talent_body"), ("send", "state_unit")]
)
def test_ems_is_closed_to_former_cadres_and_to_state_units(cadre, request_, target):
    found = with_facts(
        FILES,
        "to-a-state-unit",
        archive__request=request_,
        archive__target=target,
        archive__cadre_history=cadre,
    )
    closed = cadre or target == "state_unit"
    expected = "confidential_or_courier" if closed else "also_ems"
    assert found.conclusion("sending_mode").value == expected


@pytest.mark.parametrize(
    ("kept", "target", "letter"),
    [("510104", "500103", False), ("500103", "510104", False), ("510104", "510703", True)],
)
def test_only_between_the_two_sides_no_letter_is_asked_for(kept, target, letter):
    found = with_facts(FILES, "to-a-state-unit", archive__kept_place=kept, archive__target_place=target)
    assert ("transfer-letter" in {one.id for one in found.materials}) is letter
    assert ("no-transfer-letter" in {one.id for one in found.not_required}) is not letter


@pytest.mark.parametrize("item", [FILES, CERTIFICATE])
def test_files_are_served_free_of_charge(item):
    name = {FILES: "registered-in-chongqing", CERTIFICATE: "kinship-from-chengdu"}[item]
    assert decide(case_of(item, name), RULES).fee.yuan == "0.00"


def test_an_employer_may_have_its_workers_file_received():
    case = case_of(FILES, "employer-in-chengdu")
    case["applicant"] = {"kind": "employer"}
    found = decide(case, RULES)
    assert (found.outcome, found.competent.division) == ("eligible", "510104")
    assert "employer-licence" in {one.id for one in found.materials}


# --- labour inspection ----------------------------------------------------------------------------------


@given(st.dates(dt.date(2021, 1, 1), dt.date(2024, 3, 1)))
def test_a_violation_is_pursued_for_two_years(ended):
    found = with_facts(
        COMPLAINT,
        "works-in-chongqing-complains-in-sichuan",
        inspection__ended_on=str(ended),
        inspection__reported_on="none",
    )
    # The complaint of the example is of 2024-03-01.
    assert found.outcome == ("eligible" if ended >= dt.date(2022, 3, 1) else "ineligible")


@pytest.mark.parametrize("applied_at", [*COUNTIES, None])
def test_where_one_complains_does_not_move_who_decides(applied_at):
    case = case_of(COMPLAINT, "works-in-chongqing-complains-in-sichuan")
    case["applied_at"] = applied_at
    assert decide(case, RULES).competent.division == "500103"


def test_any_inspection_takes_complaints_from_the_day_of_the_agreement():
    case = case_of(COMPLAINT, "before-the-agreement")
    assert "any-inspection" not in channels(decide(case, RULES))
    case["as_of"] = case["applied_on"] = "2020-06-17"
    assert "any-inspection" in channels(decide(case, RULES))
    outside = case_of(COMPLAINT, "registered-in-guangdong")
    assert "any-inspection" not in channels(decide(outside, RULES))


# --- agencies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("founder", ["local", "foreign", "central", "municipal", "outside"])
@pytest.mark.parametrize("place", ["510104", "500103"])
def test_only_chongqing_divides_by_founder(founder, place):
    found = with_facts(
        AGENCY,
        "licence-in-sichuan",
        agency__place=place,
        agency__founder=founder,
        agency__seriously_discredited=False,
    )
    municipal = place == "500103" and founder != "local"
    assert found.competent.division == ("500000" if municipal else place)


def test_what_cannot_matter_is_not_asked():
    sichuan = case_of(AGENCY, "licence-in-sichuan")
    assert not decide(sichuan, RULES).missing
    branch = with_facts(AGENCY, "branch-in-chongqing")
    assert not branch.missing


@pytest.mark.parametrize("matter", ["branch", "change", "closing"])
def test_who_is_qualified_needs_no_second_licence(matter):
    found = with_facts(AGENCY, "branch-in-sichuan", agency__matter=matter, agency__founder="local")
    assert found.outcome == "eligible"
    assert "decide" not in {one.id for one in found.steps}
