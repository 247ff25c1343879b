"""Item 4: its worked examples, and what must hold of each of them however little or much is told."""

import copy
from itertools import product

import pytest

from crossprov import Rulebook, decide
from crossprov.models.identity import check_character
from crossprov.testing import assert_no_other_answer, provinces_in, without_province

ITEM = "pension-transfer-enterprise"
RULES = Rulebook.load()
EXAMPLES = {it.example.id: it.example for it in RULES.examples(ITEM)}
WITH_CASE = {name: one for name, one in EXAMPLES.items() if one.case is not None}
LISTS = ("hukou", "benefits", "insurance.pension_spells", "insurance.deemed_periods", "insurance.lump_sums")
ANYWHERE = ("510104", "510703", "500103", "500109", "440106", "520102")


def case_of(name):
    one = WITH_CASE[name]
    return {**copy.deepcopy(one.case), "as_of": str(one.as_of)}


def decided(case):
    return decide(case, RULES)


def with_changes(name, **changes):
    """An example with some fields of the case changed; a dict is merged into what is there."""
    case = case_of(name)
    for key, value in changes.items():
        case[key] = {**case.get(key, {}), **value} if isinstance(value, dict) else value
    return decided(case)


def notices(decision):
    return {notice.code for notice in decision.notices}


def failed(decision):
    return {reason.code for reason in decision.reasons if reason.holds is False}


def concluded(decision, name):
    return next(one for one in decision.conclusions if one.name == name)


def cited(rule):
    return {law.citation for law in rule.law}


# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_CASE)
def test_without_the_records_of_a_province_a_question_opens_but_no_answer_changes(name):
    # No exception was found: whatever is decided without the records of a province is decided with them.
    whole = case_of(name)
    truth = decided(whole)
    for province, lists in product(provinces_in(whole), (LISTS, *((path,) for path in LISTS))):
        found = decided(without_province(whole, province, lists=lists))
        assert_no_other_answer(found, truth)


def test_taking_records_away_does_open_questions():
    opened = [
        name
        for name in WITH_CASE
        for province in provinces_in(case_of(name))
        if decided(without_province(case_of(name), province, lists=LISTS)).outcome == "needs_information"
    ]
    assert set(opened) >= {"T03", "L01", "L07", "only-temporary"}


# --- what must not matter ---------------------------------------------------------------------------------


def resident_id(issued_in, born, sex):
    body = f"{issued_in}{born.replace('-', '')}00{1 if sex == 'male' else 2}"
    return {"kind": "resident_id", "number": body + check_character(body)}


@pytest.mark.parametrize(
    "name", [name for name in WITH_CASE if case_of(name)["applicant"]["status"] == "mainland"]
)
def test_the_first_six_digits_of_the_identity_number_decide_nothing(name):
    case = case_of(name)
    person = case["applicant"]
    plain = decided(case)
    for issued_in in ("510104", "500103", "440106", "650102"):
        person["documents"] = [resident_id(issued_in, str(person["birth_date"]), person["sex"])]
        assert decided(case) == plain


@pytest.mark.parametrize("name", WITH_CASE)
def test_the_place_of_application_never_changes_who_decides(name):
    plain = decided(case_of(name))
    for place in ANYWHERE:
        found = with_changes(name, applied_at=place)
        assert found.competent == plain.competent
        assert (found.outcome, found.roles) == (plain.outcome, plain.roles)


# --- the money ----------------------------------------------------------------------------------------------


def sums(decision):
    return {one.id: one.yuan for one in decision.amounts}


# Nothing moves where a transfer is refused; while it may still be granted, the sum that would move is shown.
@pytest.mark.parametrize("name", [name for name in WITH_CASE if decided(case_of(name)).amounts])
def test_a_sum_that_is_known_without_the_records_of_a_province_is_the_whole_sum(name):
    whole = case_of(name)
    truth = sums(decided(whole))
    for province, lists in product(provinces_in(whole), (LISTS, *((path,) for path in LISTS))):
        found = sums(decided(without_province(whole, province, lists=lists)))
        assert {key: yuan for key, yuan in found.items() if yuan is not None}.items() <= truth.items()


def test_bases_that_nobody_told_leave_the_sum_open_and_the_transfer_certain():
    found = with_changes("bases-unknown")
    assert (found.outcome, found.missing) == ("eligible", ())
    pool = next(one for one in found.amounts if one.id == "pool")
    assert (pool.yuan, [one.fact for one in pool.missing]) == (None, ["pension.spells"])


def test_what_the_account_moves_is_for_the_old_place_to_settle_where_it_was_credited_above():
    account = next(one for one in with_changes("credited-above").amounts if one.id == "personal-account")
    assert (account.yuan, [one.fact for one in account.missing]) == (
        None,
        ["pension.personal_account_settled"],
    )


def test_the_refund_waits_for_what_the_person_and_the_agency_agree():
    found = with_changes("duplicates-not-agreed")
    refund = next(one for one in found.amounts if one.id == "duplicates-refund")
    assert (refund.yuan, [one.fact for one in refund.missing]) == (None, ["transfer.duplicates_kept"])


def test_lump_sums_that_nobody_told_leave_the_sums_open():
    case = case_of("M02")
    del case["applicant"]["insurance"]["lump_sums"]
    found = decided(case)
    assert found.outcome == "eligible"
    assert sums(found) == {"pool": None, "personal-account": None, "total": None}
    assert [step.certain for step in found.steps if step.id == "tell-what-stays"] == [False]


@pytest.mark.parametrize(
    "name", ["document-of-the-same-day", "old-payment-with-a-judgment", "lump-sum-2018-law"]
)
def test_a_lump_sum_for_a_person_to_decide_leaves_the_pool_to_that_person(name):
    found = with_changes(name)
    assert (found.outcome, concluded(found, "lump_sum_moves").refer) == ("eligible", True)
    assert sums(found)["pool"] is None


def test_nobody_asks_the_person_for_papers_on_lump_sums():
    assert "lump-sum-papers" in {paper.id for paper in with_changes("M02").not_required}


# --- retirement -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        "2024-12-31",  # before there was a choice
        "2025-09-19",  # before the original age of 60
        "2025-12-20",  # the statutory day itself
    ],
)
def test_a_day_of_early_retirement_that_cannot_be_chosen_is_refused_with_the_reason(told):
    # born 1965-09-20: originally 60 on 2025-09-20, three months later by the Measures
    found = with_changes("elastic-early", facts=early(told), as_of="2026-03-09")
    assert found.outcome == "ineligible"
    reason = next(one for one in found.reasons if one.code == "elastic-early-in-range")
    assert reason.holds is False
    assert "2025-09-20" in reason.say.zh
    assert "2025-12-20" in reason.say.zh


def test_the_first_and_the_last_day_of_early_retirement_can_be_chosen():
    for told in ("2025-09-20", "2025-12-19"):
        assert with_changes("elastic-early", facts=early(told), as_of="2026-03-09").outcome == "eligible"


def early(told):
    return {
        "transfer.occasion": "benefit_claim",
        "retirement.timing": "elastic_early",
        "retirement.early_date": told,
        "retirement.early_told_on": "2024-06-03",
    }


def test_who_may_still_choose_is_asked_for_the_choice():
    case = case_of("elastic-early")
    del case["facts"]["retirement.timing"], case["facts"]["retirement.early_date"]
    found = decided(case)
    assert found.outcome == "needs_information"
    # What the early and the late retirement would need is asked for beside the choice itself.
    assert "retirement.timing" in {missing.fact for missing in found.missing}
    assert {missing.fact.split(".")[0] for missing in found.missing} == {"retirement"}


def test_the_age_before_2025_has_no_law_that_was_read():
    found = concluded(with_changes("L01"), "statutory_date")
    assert (cited(found), found.confidence) == ({"none_found"}, "recalled")


# --- which notices and limits go together ---------------------------------------------------------------


def limits(decision, step):
    return {due.limit: due for one in decision.steps if one.id == step for due in one.due}


def test_the_promise_shown_is_the_one_that_is_applied():
    old = with_changes("begun-before-5-days")
    assert limits(old, "confirm-and-close")["whole-case"].length == 10
    assert "promise-of-5-days-start-unknown" not in notices(old)
    assert "2021" in limits(old, "confirm-and-close")["whole-case"].say.en
    new = with_changes("begun-before-5-days", applied_on="2025-11-07")
    assert limits(new, "confirm-and-close")["whole-case"].length == 5
    assert "promise-of-5-days-start-unknown" in notices(new)


def test_a_case_begun_before_any_promise_has_the_limits_of_the_statute():
    found = with_changes("begun-before-any-promise")
    for step, limit in (("send-letter", "letter"), ("send-record", "record"), ("confirm-and-close", "close")):
        assert set(limits(found, step)) == {limit}
    assert limits(found, "confirm-and-close")["close"].confidence == "inferred"


def test_before_a_promise_was_reported_the_words_promise_nothing():
    early = concluded(
        with_changes("T03", as_of="2021-06-07", applied_on="2021-06-07", move={"enrolled_on": "2021-05-06"}),
        "procedure",
    )
    assert (early.value, early.confidence) == ("sichuan_chongqing", "inferred")
    assert "承诺" not in early.say.zh
    late = concluded(with_changes("T03"), "procedure")
    assert "承诺" in late.say.zh


# --- single points ------------------------------------------------------------------------------------------


def test_a_claim_says_that_it_is_about_one_sending_place():
    assert "one-sending-place" in notices(with_changes("L01"))
    assert "one-sending-place" not in notices(with_changes("T03"))


def test_a_told_state_needs_no_notice():
    assert "old-account-state-unknown" not in notices(with_changes("T03"))


def test_paper_forms_are_excluded_only_between_the_two_sides():
    def excluded(name):
        return {paper.id for paper in with_changes(name).not_required}

    assert "paper-application-form" in excluded("T03")
    assert "paper-application-form" not in excluded("T01")


def test_the_day_of_the_registration_is_cited_where_the_registration_decides():
    day = "人社部发〔2010〕70号 户籍时点部分"
    for name in ("L01", "L07", "only-temporary"):
        found = with_changes(name)
        assert day in cited(concluded(found, "benefit_place"))
        assert day in cited(found.competent)


def test_deemed_months_before_the_notice_of_2016_rest_on_an_inference():
    found = concluded(with_changes("deemed-2012"), "benefit_place")
    assert "国办发〔2009〕66号 第十二条" in cited(found)
    assert found.confidence == "inferred"
    assert concluded(with_changes("L10"), "benefit_place").confidence == "read"


def test_the_settlement_is_known_from_copies_only():
    step = next(step for step in with_changes("T03").steps if step.id == "settle-yearly")
    assert step.confidence == "read_copy"


def test_arrears_are_waived_in_writing():
    told = {"transfer.arrears_waived": True}
    assert with_changes("arrears", facts=told).outcome == "eligible"


@pytest.mark.parametrize("name", ["foreigner-of-55", "hong-kong-of-45"])
def test_nobody_is_asked_for_what_a_person_must_decide_anyway(name):
    case = case_of(name)
    for row in case["applicant"]["insurance"]["pension_spells"]["records"]:
        del row["arrears_months"]
    assert decided(case).outcome == "refer_to_person"


def test_who_is_too_young_is_refused_whatever_the_registration_will_be():
    found = with_changes("too-young")
    assert failed(found) == {"benefit-age-reached"}
    assert not concluded(found, "benefit_place").known
    assert found.competent.division is None


def test_a_temporary_account_still_refuses_who_has_a_mainland_registration():
    case = case_of("foreigner-of-55")
    case["applicant"]["status"] = "mainland"
    case["applicant"]["hukou"]["records"] = [{"place": "510104", "since": "1968-07-15"}]
    found = decided(case)
    assert (found.outcome, failed(found)) == ("ineligible", {"transferable-now"})
