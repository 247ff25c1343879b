"""Items 1-3, 13-17, 26, 29 and 41: worked examples, knowing less, and what must not matter."""

import copy

import pytest

from crossprov import Rulebook, decide
from crossprov.testing import assert_no_other_answer, provinces_in, without_province

PRINTS = (
    "individual-insurance-certificate",
    "employer-insurance-certificate",
    "personal-rights-record",
    "annuity-record",
)
CERTIFICATES = (
    "employment-certificate-check",
    "professional-qualification-check",
    "skill-qualification-check",
)
FLEXIBLE = "flexible-worker-enrolment"
UNEMPLOYED = "unemployment-registration"
ITEMS = (*PRINTS, *CERTIFICATES, "personal-info-change", FLEXIBLE, UNEMPLOYED, "job-placement")
RULES = Rulebook.load()
EXAMPLES = [(item, it.example.id) for item in ITEMS for it in RULES.examples(item)]
BY_RECORDS = [(item, name) for item, name in EXAMPLES if item in {FLEXIBLE, UNEMPLOYED}]
LISTS = ("insurance.pension_spells", "benefits", "hukou")
ANYWHERE = ("510104", "500103", "440106")


def case_of(item, name):
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    return {**copy.deepcopy(one.case), "item": item, "as_of": str(one.as_of)}


def lists_in(case):
    return tuple(path for path in LISTS if path.partition(".")[0] in case["applicant"])


# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), BY_RECORDS)
def test_without_the_records_of_a_province_no_answer_changes(item, name):
    whole = case_of(item, name)
    truth = decide(whole, RULES)
    for province in provinces_in(whole):
        less = without_province(whole, province, lists=lists_in(whole))
        assert_no_other_answer(decide(less, RULES), truth)


# --- what must not matter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "name"), [one for one in EXAMPLES if one[0] not in {UNEMPLOYED, "job-placement"}]
)
def test_where_one_applies_never_changes_who_decides(item, name):
    plain = decide(case_of(item, name), RULES)
    for place in ANYWHERE:
        found = decide({**case_of(item, name), "applied_at": place}, RULES)
        assert (found.outcome, found.competent) == (plain.outcome, plain.competent)


@pytest.mark.parametrize(
    ("item", "name"), [(FLEXIBLE, "courier-in-chongqing"), (UNEMPLOYED, "resident-of-sichuan")]
)
def test_the_household_registration_matters_neither_where_it_is_nor_whether_it_is_known(item, name):
    plain = decide(case_of(item, name), RULES)
    for place in (*ANYWHERE, None):
        case = case_of(item, name)
        del case["applicant"]["hukou"]
        if place:
            records = [{"place": place, "since": "1990-05-06"}]
            case["applicant"]["hukou"] = {"complete_for": [{"provinces": "all"}], "records": records}
        found = decide(case, RULES)
        assert (found.outcome, found.competent, found.materials) == (
            plain.outcome,
            plain.competent,
            plain.materials,
        )


@pytest.mark.parametrize("engine", ["index", "reference"])
@pytest.mark.parametrize("item", [*PRINTS, "employment-certificate-check", UNEMPLOYED, "job-placement"])
def test_the_service_is_free_of_charge(item, engine):
    rules = Rulebook.load(engine=engine)
    name = next(it.example.id for it in RULES.examples(item))
    assert decide(case_of(item, name), rules).fee.yuan == "0.00"


# --- 灵活就业: the statutory age of the Measures of 2024, and who pays already ------------------------------


# The last day below the age, the first at it: annexes 1 to 3 of the Measures, by class and birth.
STATUTORY = [
    ("male_60", "1965-01-20", "2025-02-19", "2025-02-20"),  # 60 years 1 month
    ("male_60", "1965-05-20", "2025-07-19", "2025-07-20"),  # 60 years 2 months
    ("male_60", "1977-01-20", "2040-01-19", "2040-01-20"),  # 63 years
    ("female_55", "1970-01-20", "2025-02-19", "2025-02-20"),  # 55 years 1 month
    ("female_50", "1975-01-20", "2025-02-19", "2025-02-20"),  # 50 years 1 month
    ("female_50", "1975-03-20", "2025-05-19", "2025-05-20"),  # 50 years 2 months
]


def flexible(as_of="2024-03-04", spells=None, **applicant):
    case = case_of(FLEXIBLE, "courier-in-chongqing")
    case |= {"as_of": as_of, "applied_on": as_of}
    case["applicant"] |= applicant
    if spells is not None:
        case["applicant"]["insurance"]["pension_spells"]["records"] = spells
    return decide(case, RULES)


@pytest.mark.parametrize(("group", "born", "below", "reached"), STATUTORY)
def test_one_may_enrol_until_the_statutory_age_is_reached(group, born, below, reached):
    person = {"birth_date": born, "retirement_age_class": group}
    assert flexible(below, **person).outcome == "eligible"
    found = flexible(reached, **person)
    assert (found.outcome, [one.code for one in found.reasons if one.holds is False]) == (
        "ineligible",
        ["below-the-retirement-age"],
    )


def spell(**changes):
    told = {"scheme": "employee", "place": "510104", "start": "2020-07", "insured_as": "employed"}
    return {**told, "state": "paying", **changes}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "ineligible"),
        ({"scheme": "public", "insured_as": None}, "ineligible"),
        ({"insured_as": "flexible"}, "refer_to_person"),
        ({"scheme": "resident", "insured_as": None}, "eligible"),
        ({"state": "suspended"}, "eligible"),
        ({"state": "transferred"}, "eligible"),
        ({"end": "2024-02"}, "eligible"),
        ({"end": "2024-03"}, "ineligible"),
        ({"state": None}, "needs_information"),
        ({"insured_as": None}, "needs_information"),
    ],
)
def test_only_who_is_paid_for_already_is_held_back(changes, outcome):
    told = {key: value for key, value in spell(**changes).items() if value is not None}
    found = flexible(spells=[told])
    assert found.outcome == outcome
    if outcome == "needs_information":
        assert [(one.fact, one.places) for one in found.missing] == [("pension.spells", ("510000",))]


# --- 失业登记 ---------------------------------------------------------------------------------------------


def test_any_township_of_chongqing_registers_whom_a_place_in_chongqing_may_register():
    case = case_of(UNEMPLOYED, "any-township-in-chongqing")
    for place in ("500101", "500103", "500109", "500230"):
        assert decide({**case, "applied_at": place}, RULES).competent.division == place
    elsewhere = case_of(UNEMPLOYED, "resident-of-sichuan")
    assert decide({**elsewhere, "applied_at": "500101"}, RULES).competent.division == "510703"


@pytest.mark.parametrize("place", ANYWHERE)
def test_at_the_residence_of_a_person_from_anywhere_no_reason_refuses(place):
    case = case_of(UNEMPLOYED, "resident-of-sichuan")
    case["applicant"]["residence"] = case["applied_at"] = place
    found = decide(case, RULES)
    assert (found.outcome, found.competent.division) == ("eligible", place)


# --- 信息变更 ---------------------------------------------------------------------------------------------


def test_a_difference_from_the_police_is_a_step_and_never_an_outcome():
    case = case_of("personal-info-change", "name-differs")
    for field in ("name", "identity_number"):
        case["facts"]["info.field"] = field
        found = decide(case, RULES)
        assert (found.outcome, "supplement" in {step.id for step in found.steps}) == ("eligible", True)
