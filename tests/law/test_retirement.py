"""Item 4 where the pension age is reached: elastic retirement, short years, two pensions, special persons."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.facts.retirement import condition_date
from law.test_item4 import WITH_CASE, case_of, cited, concluded, decided, failed, notices, with_changes

BEFORE = [name for name in WITH_CASE if case_of(name)["as_of"] <= "2026-07-01"]


# --- the newer notice, read by nobody here ----------------------------------------------------------------


@pytest.mark.parametrize("name", BEFORE)
@pytest.mark.parametrize("day", ["2026-07-01", "2026-09-14"])
def test_every_decision_since_july_2026_says_that_a_newer_notice_was_not_read(name, day):
    found = decided({**case_of(name), "as_of": day})
    assert "newer-notice-unread" in notices(found), found.outcome


def test_the_newer_notice_is_not_spoken_of_before():
    assert "newer-notice-unread" not in notices(with_changes("T03", as_of="2026-06-30"))


def test_the_newer_notice_is_with_every_kind_of_outcome():
    outcomes = {decided({**case_of(name), "as_of": "2026-07-01"}).outcome for name in BEFORE}
    assert outcomes == {"out_of_scope", "ineligible", "refer_to_person", "needs_information", "eligible"}


# --- elastic retirement -------------------------------------------------------------------------------------


def test_a_choice_of_retirement_is_asked_of_nobody_who_had_none():
    found = with_changes("timing-not-asked", facts={"retirement.timing": "elastic_late"})
    assert found.outcome == "eligible"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [("2027-02-20", "eligible"), ("2027-02-21", "ineligible"), ("2026-06-01", "eligible")],
)
def test_three_months_before_the_chosen_day_are_enough_and_a_day_less_is_not(told, outcome):
    facts = {**case_of("D15")["facts"], "retirement.early_told_on": told}
    assert with_changes("D15", facts=facts).outcome == outcome


@pytest.mark.parametrize(
    ("late", "outcome"),
    [
        ("2025-04-20", "ineligible"),
        ("2025-04-21", "eligible"),
        ("2028-04-20", "eligible"),
        ("2028-04-21", "ineligible"),
    ],
)
def test_late_retirement_lies_after_the_statutory_day_and_within_three_years(late, outcome):
    # born 1965-03-20: the statutory day is 2025-04-20
    facts = {**case_of("elastic-late")["facts"], "retirement.late_date": late}
    found = with_changes("elastic-late", facts=facts, as_of="2028-05-08")
    assert found.outcome == outcome


@pytest.mark.parametrize(("agreed", "outcome"), [("2025-03-20", "eligible"), ("2025-03-21", "ineligible")])
def test_late_retirement_is_settled_a_month_before_the_statutory_day(agreed, outcome):
    facts = {**case_of("elastic-late")["facts"], "retirement.late_agreed_on": agreed}
    assert with_changes("elastic-late", facts=facts).outcome == outcome


def test_elastic_retirement_says_that_the_day_of_the_age_is_not_settled():
    assert "elastic-retirement" in notices(with_changes("elastic-late"))
    assert "elastic-retirement" in notices(with_changes("elastic-early"))
    assert "elastic-retirement" not in notices(with_changes("timing-not-asked"))


days = st.dates(dt.date(2025, 1, 1), dt.date(2045, 12, 31))


@given(days, days, days)
def test_late_retirement_never_moves_the_day_of_the_age(statutory, earliest, early):
    assert condition_date("elastic_late", early, statutory, earliest, 36) == statutory
    assert condition_date("at_statutory_age", early, statutory, earliest, 36) == statutory


CLASSES = {"male_60": (1965, 60, 4, 36), "female_55": (1970, 55, 4, 36), "female_50": (1975, 50, 2, 60)}
births = st.dates(dt.date(1963, 1, 1), dt.date(1990, 12, 28)).filter(lambda born: born.day <= 28)


def in_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)


def statutory_day(born, age_class):
    """The statutory day as the Measures put it, independently of the rules; also the years on which it builds."""
    base, original, step, cap = CLASSES[age_class]
    late = (born.year - base) * 12 + born.month
    delay = 0 if late <= 0 else min(cap, -(-late // step))
    return in_months(born, original * 12 + delay), in_months(born, original * 12)


def claims(born, age_class, day, **facts):
    told = {f"retirement.{name}": value for name, value in facts.items()}
    return decided(
        {
            "item": "pension-transfer-enterprise",
            "as_of": str(day),
            "applicant": {"kind": "citizen", "birth_date": str(born), "retirement_age_class": age_class},
            "facts": {"transfer.occasion": "benefit_claim", **told},
        }
    )


@given(births, st.sampled_from(sorted(CLASSES)))
def test_the_statutory_day_agrees_with_a_plain_reading(born, age_class):
    found = claims(born, age_class, "2025-06-03")
    assert concluded(found, "statutory_date").value == str(statutory_day(born, age_class)[0])


@given(births, st.sampled_from(sorted(CLASSES)), st.integers(-2, 2))
def test_early_retirement_begins_three_years_before_but_not_below_the_original_age(born, age_class, offset):
    statutory, original = statutory_day(born, age_class)
    earliest = max(dt.date(2025, 1, 1), original, in_months(statutory, -36))
    chosen = earliest + dt.timedelta(days=offset)
    found = claims(born, age_class, "2046-06-04", timing="elastic_early", early_date=str(chosen))
    refused = "elastic-early-in-range" in failed(found)
    may_choose = statutory >= dt.date(2025, 1, 1)
    assert refused is (may_choose and not earliest <= chosen < statutory)


@given(births, st.sampled_from(sorted(CLASSES)))
def test_nobody_reaches_the_statutory_age_in_the_first_month_of_the_measures(born, age_class):
    # So everybody who may retire late had a month in which to agree on it.
    found = concluded(claims(born, age_class, "2025-06-03"), "statutory_date").value
    assert not "2025-01-01" <= found <= "2025-01-31"


# --- short years ----------------------------------------------------------------------------------------------


def test_who_has_enough_is_told_of_no_other_way():
    found = with_changes("L01")
    assert concluded(found, "months_short").value == "0"
    names = ("pay_on_in", "one_sum_months", "residents_scheme_instead", "ending_instead")
    assert {concluded(found, name).value for name in names} == {"none"}


def test_paying_on_rests_on_the_rules_of_2011():
    found = concluded(with_changes("L17"), "pay_on_in")
    assert {"人社部令第13号 第二条", "人社部令第13号 第四条"} <= cited(found)


def test_the_claim_is_a_step_only_where_the_years_are_enough():
    steps = {step.id for step in with_changes("L01").steps}
    assert {"claim-pension", "decide-pension"} <= steps
    assert "claim-pension" not in {step.id for step in with_changes("L17").steps}
    assert "claim-pension" not in {step.id for step in with_changes("register-shown-2023").steps}


def test_who_reached_the_age_before_any_known_minimum_is_asked_for_no_years():
    found = with_changes("age-reached-long-ago", as_of="2024-06-03", applied_on="2024-06-03")
    assert found.outcome == "eligible"
    assert "claim-pension" in {step.id for step in found.steps}


# --- two pensions at once -----------------------------------------------------------------------------------------


def amounts(decision):
    return {amount.id: int(amount.yuan.replace(".", "")) for amount in decision.amounts}


def test_until_it_is_agreed_which_pension_is_kept_no_sum_is_given():
    assert amounts(with_changes("kept-pension-open")) == {}


def test_before_the_notice_of_2019_no_sum_is_given():
    assert amounts(with_changes("two-pensions-2018")) == {}


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_what_was_drawn_twice_is_repaid_in_full_and_the_account_used_up_once(overpaid, left):
    told = {"two_pensions.overpaid": yuan(overpaid), "two_pensions.account_left": yuan(left)}
    found = amounts(with_changes("M09", facts={**case_of("M09")["facts"], **told}))
    assert found["repaid-from-account"] + found["repaid-monthly"] == overpaid
    assert found["repaid-from-account"] + found["account-refunded"] == left
    assert 0 in (found["repaid-monthly"], found["account-refunded"])


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


# --- people without a mainland registration ---------------------------------------------------------------------


@pytest.mark.parametrize("status", ["hong_kong", "macao", "taiwan"])
@pytest.mark.parametrize("name", ["L18", "L19", "L20"])
def test_the_benefit_place_without_a_registration_rests_on_memory_and_says_so(name, status):
    case = case_of(name)
    case["applicant"]["status"] = status
    found = decided(case)
    place = concluded(found, "benefit_place")
    assert place.value == concluded(decided(case_of(name)), "benefit_place").value
    assert place.confidence == "recalled"
    assert any(code.startswith("hong-kong-macao-taiwan-") for code in notices(found))


def test_a_foreigner_has_no_benefit_place_by_that_rule():
    case = case_of("L18")
    case["applicant"]["status"] = "foreigner"
    found = decided(case)
    assert (found.outcome, failed(found)) == ("refer_to_person", set())
    assert concluded(found, "benefit_place").refer


def test_who_leaves_after_the_age_is_for_a_person():
    case = case_of("E01")
    case["applicant"]["birth_date"] = "1964-03-10"
    assert concluded(decided(case), "account_on_leaving").refer


def test_what_concerns_a_move_does_not_concern_who_leaves():
    assert failed(with_changes("leaves-within-one-province")) == {"not-leaving"}


# --- what bears on the benefit place ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["last-relation-paid-twice", "temporary-account-where-registered-since"])
def test_a_benefit_place_that_is_open_is_named_by_no_rule(name):
    found = with_changes(name)
    place = concluded(found, "benefit_place")
    assert (place.refer, place.value) == (True, None)
    assert found.competent.division is None


def test_of_two_relations_still_paid_neither_is_the_last_by_itself():
    case = case_of("last-relation-paid-twice")
    for row in case["applicant"]["insurance"]["pension_spells"]["records"]:
        del row["end"], row["paid_months"]
        row["state"] = "paying"
        row["contributions"] = [{"start": row["start"], "end": "2024-05"}]
    assert concluded(decided(case), "benefit_place").refer


def test_nothing_is_said_of_money_where_none_moves():
    spoken = {"sums-rounded", "personal-account-to-be-checked", "lump-sums-stay", "lump-sums-add-up"}
    for name in ("account-2024", "drawing-refused", "from-the-benefit-place", "too-young"):
        found = with_changes(name)
        assert (found.amounts, notices(found) & spoken) == ((), set()), name
    assert "sums-rounded" in notices(with_changes("F01"))
