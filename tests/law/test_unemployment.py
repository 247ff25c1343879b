"""Items 27 and 28: their worked examples, what must hold of each of them, and what the tables must be like."""

import copy
import datetime as dt
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossprov import Rulebook, decide
from crossprov.testing import assert_no_other_answer, provinces_in, without_province
from crossprov.values import NONE

CLAIM, TRANSFER = "unemployment-benefit-claim", "unemployment-insurance-transfer"
RULES = Rulebook.load()
EXAMPLES = {(item, it.example.id): it.example for item in (CLAIM, TRANSFER) for it in RULES.examples(item)}
WITH_CASE = {name: one for name, one in EXAMPLES.items() if one.case is not None}
LISTS = ("hukou", "benefits", "insurance.unemployment_spells", "insurance.unemployment_grants")
SICHUAN, CHONGQING = "510000", "500000"
TODAY = dt.date(2025, 3, 3)


def case_of(name):
    one = WITH_CASE[name]
    return {**copy.deepcopy(one.case), "as_of": str(one.as_of)}


def with_changes(name, **changes):
    """An example with some fields of the case changed; a dict is merged into what is there."""
    case = case_of(name)
    for key, value in changes.items():
        case[key] = {**case.get(key, {}), **value} if isinstance(value, dict) else value
    return decide(case, RULES)


def concluded(decision, name):
    return next(one for one in decision.conclusions if one.name == name)


def notices(decision):
    return {notice.code for notice in decision.notices}


def failed(decision):
    return {reason.code for reason in decision.reasons if reason.holds is False}


def amounts(decision):
    return {amount.id: amount.yuan for amount in decision.amounts}


def test_every_usable_worked_example_is_there():
    told = {name.split("-")[0] for _, name in EXAMPLES}
    numbers = (2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 33)
    assert {f"U{number:02}" for number in numbers} | {"T05"} <= told


# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_CASE)
def test_without_the_records_of_a_province_a_question_opens_but_no_answer_changes(name):
    whole = case_of(name)
    truth = decide(whole, RULES)
    for province, lists in product(provinces_in(whole), (LISTS, *((path,) for path in LISTS))):
        found = decide(without_province(whole, province, lists=lists), RULES)
        assert_no_other_answer(found, truth)


def test_taking_records_away_does_open_questions():
    opened = {
        name
        for item, name in WITH_CASE
        for province in provinces_in(case_of((item, name)))
        if decide(without_province(case_of((item, name)), province, lists=LISTS), RULES).outcome
        == "needs_information"
    }
    assert opened >= {"U10", "U15", "U19", "U24", "U33", "drawing-records"}


@pytest.mark.parametrize("name", WITH_CASE)
def test_the_place_of_application_never_changes_who_decides(name):
    plain = decide(case_of(name), RULES)
    for place in ("510104", "500103", "520102"):
        found = with_changes(name, applied_at=place)
        assert (found.competent, found.roles, found.outcome) == (plain.competent, plain.roles, plain.outcome)


def test_residence_decides_nothing():
    case = case_of((CLAIM, "U33"))
    plain = decide(case, RULES)
    case["applicant"]["residence"] = "440106"
    assert decide(case, RULES) == plain


# --- the tables of terms ------------------------------------------------------------------------------------


def months_of(name):
    return {int(step[1:]): value for step, value in RULES.parameters[name].table(TODAY).items()}


TERMS = ("param.unemployment_term_chongqing", "param.unemployment_term_sichuan")


@pytest.mark.parametrize("name", [*TERMS, "param.unemployment_cap"])
def test_a_term_grows_with_the_months_paid_up_to_two_years(name):
    terms = [months for _, months in sorted(months_of(name).items())]
    assert all(shorter <= longer for shorter, longer in pairwise(terms))
    assert (terms[0], terms[-1]) == (0, 24)


@pytest.mark.parametrize("name", TERMS)
def test_no_province_grants_more_than_the_law_allows(name):
    caps = months_of("param.unemployment_cap")
    assert all(months <= caps[step] for step, months in months_of(name).items())


@pytest.mark.parametrize(
    ("name", "fewest", "months"),
    [
        *[(TERMS[0], at, term) for at, term in ((12, 3), (24, 6), (36, 9), (48, 12), (60, 15), (72, 15))],
        *[(TERMS[0], 84 + 12 * year, 16 + year) for year in range(9)],
        *[(TERMS[1], at, term) for at, term in ((12, 3), (24, 6), (36, 12), (48, 12), (60, 15), (84, 15))],
        *[(TERMS[1], at, term) for at, term in ((96, 18), (108, 18), (120, 24), (180, 24))],
    ],
)
def test_the_steps_are_those_of_the_notes(name, fewest, months):
    assert months_of(name)[fewest] == months


def test_the_first_two_spells_of_a_life_add_up_however_they_are_cut():
    """12 months more never shorten the term, on either side."""
    name = (CLAIM, "U19")
    case = case_of(name)
    last = -1
    for months in range(30, 200, 12):
        spells = [
            {"place": "500103", "start": "2005-01", "end": "2023-06", "months": months},
            {"place": "510104", "start": "2024-04", "end": "2025-01", "months": 10},
        ]
        paid = {"employer_paid": True, "person_paid": True}
        case["applicant"]["insurance"]["unemployment_spells"]["records"] = [{**row, **paid} for row in spells]
        found = int(concluded(decide(case, RULES), "benefit_months").value)
        assert last <= found <= 24
        last = found


COMPLETE = [{"provinces": "all"}]
MONTHS = st.integers(min_value=0, max_value=240)


def claim(spells, grants, insured_place="500103"):
    """A claim in one province of 2025-03-03 with these records."""
    case = case_of((CLAIM, "U15"))
    paid = {"place": insured_place, "employer_paid": True, "person_paid": True}
    case["applicant"]["hukou"]["records"] = [{"place": insured_place, "since": "1988-07-15"}]
    insurance = case["applicant"]["insurance"]
    insurance["unemployment_spells"]["records"] = [{**paid, **spell} for spell in spells]
    insurance["unemployment_grants"]["records"] = [{"place": insured_place, **grant} for grant in grants]
    return case


def months_granted(case):
    return int(concluded(decide(case, RULES), "benefit_months").value)


@settings(deadline=None, max_examples=40)
@given(
    MONTHS, st.integers(0, 12), st.integers(0, 24), st.integers(1, 24), st.sampled_from(["500103", "510104"])
)
def test_a_longer_history_never_shortens_the_term(months, more, granted, drawn, place):
    """More months paid, at the same place and after the same grant, give as many months of benefit or more."""
    grants = [{"granted_on": "2000-01-10", "months_granted": granted, "months_drawn": min(drawn, granted)}]
    grants = [one for one in grants if one["months_granted"]]
    spell = {"start": "2003-01", "end": "2025-01"}
    shorter = months_granted(claim([{**spell, "months": months}], grants, place))
    longer = months_granted(claim([{**spell, "months": months + more}], grants, place))
    assert 0 <= shorter <= longer <= 24


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["500103", "510104", "520102"]), st.integers(0, 36)), max_size=4),
    st.sampled_from(["500103", "510104", "520102"]),
    st.integers(1, 15),
    st.integers(0, 15),
    st.sampled_from(["insured_place", "hukou_place", "residence"]),
)
def test_knowing_less_never_gives_another_answer(parts, granted_at, granted, drawn, claim_at):
    spells = [
        {"place": place, "start": f"{2010 + 3 * at}-01", "end": f"{2012 + 3 * at}-12", "months": months}
        for at, (place, months) in enumerate(parts)
    ]
    grant = {"granted_on": "2011-05-09", "months_granted": granted, "months_drawn": min(drawn, granted)}
    whole = claim(spells, [{**grant, "place": granted_at}])
    whole["facts"]["unemployment.claim_at"] = claim_at
    truth = decide(whole, RULES)
    for province in ("500000", "510000", "520000"):
        assert_no_other_answer(decide(without_province(whole, province, lists=LISTS), RULES), truth)


# --- standards ------------------------------------------------------------------------------------------------


def standard(day, level, province):
    return RULES.parameters["param.unemployment_standard"].value(day, (level, province))


@pytest.mark.parametrize(
    ("day", "level", "province", "fen"),
    [
        ("2017-05-08", "tier_1", SICHUAN, 105_000),
        ("2017-05-08", "tier_2", SICHUAN, 96_600),
        ("2017-05-08", "tier_3", SICHUAN, 88_200),
        ("2018-08-01", "general", CHONGQING, 120_000),
        ("2019-01-01", "general", CHONGQING, 144_000),
        ("2020-12-31", "four_counties", CHONGQING, 162_000),
        ("2021-01-01", "four_counties", CHONGQING, None),
        ("2023-05-08", "general", CHONGQING, None),
        ("2025-12-31", "general", CHONGQING, 186_400),
        ("2025-12-31", "four_counties", CHONGQING, 209_700),
        ("2026-01-01", "general", CHONGQING, None),
        ("2024-05-06", "tier_1", SICHUAN, None),
    ],
)
def test_standards_and_their_gaps(day, level, province, fen):
    assert standard(dt.date.fromisoformat(day), level, province) == fen


@pytest.mark.parametrize(
    "name",
    [
        (CLAIM, "insured-place-2024"),
        (CLAIM, "registration-2026"),
        (TRANSFER, "agreement-2021-from-sichuan"),
        (TRANSFER, "places-agree-2012"),
        (TRANSFER, "first-day-of-the-national-notice"),
    ],
)
def test_where_a_figure_was_not_found_no_sum_is_given(name):
    found = decide(case_of(name), RULES)
    assert found.outcome in {"eligible", "refer_to_person"}
    assert amounts(found) == {}


def change_days():
    days = RULES.parameters["param.unemployment_standard"].change_days()
    return sorted({day + dt.timedelta(days=by) for day in days for by in (-1, 0)})


@pytest.mark.parametrize("day", change_days())
@pytest.mark.parametrize("hukou", ["500103", "500229"])
def test_a_level_is_concluded_only_where_its_standard_is_known(day, hukou):
    case = case_of((CLAIM, "U15"))
    case["as_of"] = case["applied_on"] = str(day)
    case["applicant"]["hukou"]["records"] = [{"place": hukou, "since": "1988-07-15"}]
    case["applicant"]["insurance"]["unemployment_grants"]["records"] = []
    spell = {"place": "500103", "start": "2010-01", "end": "2014-12", "months": 60}
    paid = {"employer_paid": True, "person_paid": True}
    case["applicant"]["insurance"]["unemployment_spells"]["records"] = [{**spell, **paid}]
    case["facts"]["unemployment.registered_on"] = str(day)
    case["facts"]["unemployment.farm_worker"] = False
    found = decide(case, RULES)
    level = concluded(found, "standard_level").value
    assert found.outcome == "eligible"
    if level == str(NONE.value):
        assert "standard-not-found" in notices(found)
        assert amounts(found) == {}
    else:
        assert amounts(found)["monthly-standard"] == f"{standard(day, level, CHONGQING) / 100:.2f}"


# --- dates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "outcome", "province"),
    [
        ("2020-12-20", "refer_to_person", None),  # insured in Sichuan: the places agree
        (
            "2020-12-21",
            "refer_to_person",
            SICHUAN,
        ),  # agreement: sending standard, whose steps are not attested
        ("2021-11-08", "refer_to_person", SICHUAN),
        ("2021-11-09", "eligible", CHONGQING),  # national notice: receiving standard
    ],
)
def test_whose_standard_holds_changes_with_the_day(day, outcome, province):
    case = case_of((CLAIM, "sichuan-to-chongqing-2024"))
    case["as_of"] = case["applied_on"] = case["facts"]["unemployment.registered_on"] = day
    spell = case["applicant"]["insurance"]["unemployment_spells"]["records"][0]
    spell.update({"start": "2017-01", "end": "2020-06", "months": 42})
    found = decide(case, RULES)
    assert (found.outcome, concluded(found, "standard_province").value) == (outcome, province)


def test_service_counts_from_the_day_of_the_regulation():
    told = {"as_of": "2024-08-30", "applied_on": "2024-08-30"}
    facts = {
        "unemployment.registered_on": "2024-08-30",
        "unemployment.claim_at": "hukou_place",
        "unemployment.leaving_ground": "contract_ended",
    }
    before = with_changes((CLAIM, "U24"), **told, facts=facts)
    assert failed(before) == {"paid-for-a-year"}
    assert "service-before-the-regulation" in notices(before)


def test_nobody_is_refused_for_claiming_late():
    late = with_changes((CLAIM, "U15"), facts={"unemployment.left_on": "2023-01-03"})
    assert late.outcome == "eligible"
    assert "sixty-days-no-ground-to-refuse" in notices(late)


def test_the_limits_of_the_transfer_begin_with_the_national_notice():
    early = with_changes((TRANSFER, "agreement-2021"))
    assert all(not step.due for step in early.steps)


def test_an_employee_who_leaves_chongqing_moves_money_since_the_national_notice():
    for day, moves in (("2021-11-08", "false"), ("2021-11-09", "true")):
        found = with_changes((TRANSFER, "agreement-2021"), as_of=day, applied_on=day)
        assert concluded(found, "money_moves").value == moves
        assert ("amount-for-employees-unknown" in notices(found)) == (moves == "true")
        assert "fee" not in amounts(found)


def test_nobody_young_is_asked_for_the_class_of_the_retirement_age():
    found = with_changes((CLAIM, "U15"))
    assert found.outcome == "eligible"
    assert not {missing.fact for missing in found.missing}


@pytest.mark.parametrize(
    "ground", ["contract_ended", "dismissed", "agreed_on_employers_proposal", "removed", "left_for_breach"]
)
def test_every_ground_but_resigning_is_involuntary(ground):
    found = with_changes((CLAIM, "U15"), facts={"unemployment.leaving_ground": ground})
    assert found.outcome == "eligible"


@pytest.mark.parametrize("ground", ["employed_again", "enlisted", "emigrated", "refused_work", "imprisoned"])
def test_every_ground_to_stop_stops(ground):
    found = with_changes((CLAIM, "U15"), facts={"unemployment.stop_ground": ground})
    assert (found.outcome, failed(found)) == ("ineligible", {"no-ground-to-stop"})


def test_nothing_is_cited_before_it_is_in_force():
    """Each rule is decided by the law of its day."""
    instruments = {entry.number: entry for entry in RULES.instruments.all}
    early = []
    for item in (CLAIM, TRANSFER):
        for table in RULES.item(item).tables:
            for row in table.rows:
                for law in row.rule.law if row.rule is not None else ():
                    entry = instruments.get(law) or instruments.get(law.partition(" ")[0])
                    if entry is not None and entry.from_ is not None and row.from_ < entry.from_:
                        early.append((table.name, row.id, law))
    assert early == []
