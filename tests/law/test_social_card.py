"""Items 18, 19, 21-24 and 33-37, the social security card: examples, knowing less, and where one may go."""

import copy
import datetime as dt
import re

import pytest

from crossprov import Rulebook, decide

WINDOWS_ONLY = ("card-loss-cancel", "card-password-change", "card-password-reset", "card-cancellation")
TEN = (
    "card-loss-report",
    "card-application",
    "card-activation",
    "card-replacement",
    "card-status-query",
    "card-info-change",
    *WINDOWS_ONLY,
)
ITEMS = ("e-social-security-card", *TEN)
RULES = Rulebook.load()
EXAMPLES = [(item, it.example.id) for item in ITEMS for it in RULES.examples(item)]
PLAIN = {item: next(name for one, name in EXAMPLES if one == item) for item in ITEMS}
STATUSES = ("no_card", "sealed", "normal", "temporarily_lost", "lost", "replaced", "cancelled")
COUNTERS = {"card_window", "township_window", "social_card_outlet"}


def case_of(item, name=None, as_of=None, **facts):
    """An example of an item (the first one) with some facts changed, perhaps on another day."""
    name = name or PLAIN[item]
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    case = {**copy.deepcopy(one.case), "item": item, "as_of": as_of or str(one.as_of)}
    if as_of is not None:
        case["applied_on"] = as_of
    case["facts"].update({name.replace("__", "."): value for name, value in facts.items()})
    return case


def decided(case):
    return decide(case, RULES)


def intake(decision):
    return {one.id for one in decision.intake}


def channels(decision):
    return {channel.id for one in decision.intake for channel in one.channels}


def notices(decision):
    return {one.code for one in decision.notices}


# --- who decides, and where one may go ----------------------------------------------------------------------


# Who is neither insured nor working has nobody but the place of residence to ask.
@pytest.mark.parametrize(
    ("item", "name"),
    [one for one in EXAMPLES if one[0] != "card-application" or not one[1].startswith("neither")],
)
def test_where_the_person_lives_or_applies_never_changes_who_decides(item, name):
    plain = decided(case_of(item, name))
    for place in ("510104", "500103", "440106"):
        case = case_of(item, name)
        case["applied_at"] = case["applicant"]["residence"] = place
        found = decided(case)
        assert (found.outcome, found.competent) == (plain.outcome, plain.competent)


@pytest.mark.parametrize("item", TEN)
def test_the_joint_outlets_take_in_all_ten_items_from_the_day_they_are_attested(item):
    for day, is_open in (("2023-08-28", False), ("2023-08-29", True)):
        if dt.date.fromisoformat(day) >= RULES.item(item).shape.from_:
            found = decided(case_of(item, as_of=day))
            assert ("joint-outlets" in intake(found)) is is_open


@pytest.mark.parametrize("item", WINDOWS_ONLY)
@pytest.mark.parametrize("place", ["510107", "500103"])
def test_four_items_are_never_sent_online(item, place):
    found = decided(case_of(item, as_of="2026-03-02", card__place=place))
    assert found.outcome == "eligible"
    assert channels(found) <= COUNTERS
    assert "social_card_outlet" in channels(found)


def test_the_electronic_card_needs_no_window():
    assert not channels(decided(case_of("e-social-security-card"))) & COUNTERS


@pytest.mark.parametrize(
    "item", ["card-loss-report", "card-activation", "card-replacement", "card-status-query"]
)
def test_a_card_of_another_province_is_not_offered_what_the_two_sides_agreed(item):
    found = decided(case_of(item, as_of="2026-03-02", card__place="440106"))
    assert found.outcome == "eligible"
    assert found.competent.division == "440106"
    assert not intake(found) & {"joint-outlets", "any-joint-window", "joint-platforms", "bank-outlets"}
    assert not channels(found) & {"sichuan_renshe", "chongqing_renshe", "sichuan_government_site"}


@pytest.mark.parametrize("item", TEN)
def test_passwords_are_not_sent_to_townships(item):
    found = decided(case_of(item, as_of="2026-03-02", card__place="500103"))
    assert ("township_window" in channels(found)) is ("password" not in item)


@pytest.mark.parametrize("item", [*WINDOWS_ONLY, "card-info-change"])
def test_without_a_national_rule_a_card_of_another_province_is_out_of_scope(item):
    assert decided(case_of(item, card__place="440106")).outcome == "out_of_scope"


# --- loss -----------------------------------------------------------------------------------------------------


def test_a_report_by_telephone_is_for_the_time_being_and_the_formal_one_is_not_by_telephone():
    temporary = decided(case_of("card-loss-report", "temporary-sichuan"))
    formal = decided(case_of("card-loss-report", "temporary-sichuan", card__loss_report="formal"))
    assert "phone_12333" in channels(temporary)
    assert "phone_12333" not in channels(formal)
    assert "formal-online-in-sichuan" in intake(formal)
    assert "formal-online-in-sichuan" not in intake(temporary)


@pytest.mark.parametrize(
    ("reported", "last"),
    [("2024-02-23", "2024-02-29"), ("2024-12-28", "2025-01-03"), ("2021-02-22", "2021-02-28")],
)
def test_in_sichuan_the_seventh_day_is_the_last_and_the_day_of_the_report_the_first(reported, last):
    found = decided(case_of("card-loss-report", "temporary-sichuan", as_of=reported))
    assert found.conclusion("formal_report_by").value == last


@pytest.mark.parametrize("place", ["500103", "440106"])
def test_elsewhere_no_length_of_a_temporary_report_is_made_up(place):
    found = decided(case_of("card-loss-report", "temporary-sichuan", card__place=place))
    assert found.conclusion("formal_report_by").value == "none"
    assert not re.search(r"2024-05-1[0-9]", repr(found))


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_reported_lost_can_be_cancelled_and_nothing_else(status):
    reported = decided(case_of("card-loss-cancel", card__status=status)).outcome
    assert reported == ("eligible" if status in {"temporarily_lost", "lost"} else "ineligible")


@pytest.mark.parametrize("place", ["510107", "500103"])
@pytest.mark.parametrize("status", ["temporarily_lost", "lost", "replaced"])
def test_after_a_new_card_was_made_no_report_is_cancelled(place, status):
    found = decided(
        case_of("card-loss-cancel", card__place=place, card__status=status, card__replacement="made")
    )
    assert found.outcome == "ineligible"


@pytest.mark.parametrize("item", ["card-password-change", "card-password-reset"])
@pytest.mark.parametrize("status", STATUSES)
def test_without_the_card_at_hand_no_password_is_set(item, status):
    found = decided(case_of(item, card__status=status)).outcome
    assert (found == "eligible") is (status in {"sealed", "normal"})


# --- which service ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["known", "forgotten", "locked"])
def test_exactly_one_of_change_and_reset_is_for_a_password(password):
    outcomes = [decided(case_of(item, card__password=password)).outcome for item in WINDOWS_ONLY[1:3]]
    assert sorted(outcomes) == ["eligible", "out_of_scope"]


@pytest.mark.parametrize("status", STATUSES)
def test_only_a_sealed_card_is_enabled(status):
    found = decided(case_of("card-activation", card__status=status))
    assert found.outcome == ("eligible" if status == "sealed" else "ineligible")


def test_a_lost_card_is_reported_before_it_is_replaced():
    for status in ("sealed", "normal", "temporarily_lost", "lost"):
        steps = [one.id for one in decided(case_of("card-replacement", card__status=status)).steps]
        assert ("report-loss" in steps) is (status != "lost")
        assert steps[-3:] == ["make-card", "enable-again", "activate-at-the-bank"]


def test_the_limit_of_the_regulation_begins_with_the_regulation():
    for day, limited in (("2023-11-30", False), ("2023-12-01", True)):
        found = decided(case_of("card-application", as_of=day))
        made = next(one for one in found.steps if one.id == "make-card")
        assert (made.due_on is not None) is limited


@pytest.mark.parametrize("item", ITEMS)
def test_the_one_card_regulations_are_told_of_from_their_first_day(item):
    for day, told in (("2024-12-31", False), ("2025-01-01", True)):
        assert ("one-card" in notices(decided(case_of(item, as_of=day)))) is told


@pytest.mark.parametrize("item", ITEMS)
def test_nothing_but_the_application_has_a_due_date(item):
    found = decided(case_of(item, as_of="2024-05-06"))
    assert {one.id for one in found.steps if one.due_on is not None} == (
        {"make-card"} if item == "card-application" else set()
    )
