"""Items 9-12: who must certify, what suspends a payment, and what ends it."""

import datetime as dt

import pytest

from law.certifying import (
    DEATH,
    DEPENDANT,
    INJURY,
    ITEMS,
    LOST,
    PENSION,
    PLAIN,
    RULES,
    case_of,
    decided,
    due,
    value,
    with_facts,
)

# --- suspension and loss --------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_a_suspension_ends_with_back_pay_from_its_first_month(item):
    found = with_facts(item, PLAIN[item], suspended_since="2024-01", last_on="2022-05-10", first_paid=None)
    assert found.outcome == "eligible"
    assert (value(found, "payment"), value(found, "back_pay_from")) == ("suspended", "2024-01")
    assert "resume" in {step.id for step in found.steps}
    assert "suspended-before-the-later-month" not in {notice.code for notice in found.notices}


@pytest.mark.parametrize("item", ITEMS)
def test_only_a_verified_loss_ends_the_benefit(item):
    for verified, outcome in ((False, "refer_to_person"), (None, "needs_information"), (True, "ineligible")):
        assert with_facts(item, LOST[item], loss_verified=verified).outcome == outcome


@pytest.mark.parametrize("item", ITEMS)
def test_the_limit_to_report_a_loss_begins_with_the_regulation(item):
    case = case_of(item, LOST[item])
    # 20 working days: no public holiday lies between
    for event, expected in (("2023-11-30", None), ("2023-12-01", dt.date(2023, 12, 29))):
        case["events"] = [{"step": "loss", "on": event}]
        assert due(decided(case), "report-loss") == expected


@pytest.mark.parametrize("event", ["employed_or_enlisted", "remarried", "adopted"])
@pytest.mark.parametrize("item", [PENSION, INJURY])
def test_what_ends_a_dependants_allowance_does_not_end_an_own_benefit(item, event):
    assert with_facts(item, PLAIN[item], loss_event=event).outcome == "eligible"


def test_a_prison_sentence_is_left_to_a_person_unless_its_text_was_seen():
    told_of = {"loss_event": "imprisonment", "loss_verified": None}
    for item in (PENSION, DEPENDANT, INJURY):
        assert with_facts(item, LOST[item], **told_of).outcome == "refer_to_person"
    for verified, outcome in ((False, "refer_to_person"), (None, "needs_information"), (True, "ineligible")):
        told_of["loss_verified"] = verified
        assert with_facts(DEATH, "remarried", **told_of).outcome == outcome


# --- who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_a_benefit_paid_once_is_not_certified(item):
    found = with_facts(item, PLAIN[item], benefit="paid_once")
    assert found.outcome == "out_of_scope"
    assert {one.code for one in found.reasons if one.holds is False} >= {"not-paid-once"}


def test_every_benefit_belongs_to_one_item():
    values = RULES.vocabulary.facts["certification.benefit"].shape.values
    for benefit in set(values) - {"paid_once"}:
        takes = [
            item
            for item in ITEMS
            if with_facts(item, PLAIN[item], benefit=benefit, payer="fund").outcome != "out_of_scope"
        ]
        assert len(takes) == 1, benefit


@pytest.mark.parametrize("grade", range(1, 11))
def test_the_fund_pays_the_allowance_up_to_grade_4(grade):
    found = with_facts(INJURY, "grade-3-chongqing", injury_grade=grade)
    assert found.outcome == ("eligible" if grade <= 4 else "out_of_scope")


@pytest.mark.parametrize("relation", ["spouse", "parent", "grandparent"])
@pytest.mark.parametrize(("sex", "age"), [("male", 60), ("female", 55)])
def test_older_dependants_have_a_ground_from_the_birthday(relation, sex, age):
    day = dt.date(2024, 5, 6)
    for born, ground in ((day, "elder"), (day + dt.timedelta(days=1), "no_ground")):
        case = case_of(DEATH, "child-of-17")
        case["applicant"] |= {"sex": sex, "birth_date": str(born.replace(year=day.year - age))}
        case["facts"] |= {"certification.relation": relation, "certification.nearer_kin_unable": True}
        assert value(decided(case), "ground") == ground


@pytest.mark.parametrize("relation", ["child", "grandchild", "sibling"])
def test_minor_dependants_have_a_ground_until_the_birthday(relation):
    for born, ground in (("2006-05-07", "minor"), ("2006-05-06", "no_ground")):
        case = case_of(DEATH, "child-of-17")
        case["applicant"]["birth_date"] = born
        case["facts"] |= {"certification.relation": relation, "certification.nearer_kin_unable": True}
        assert value(decided(case), "ground") == ground


@pytest.mark.parametrize("relation", ["grandparent", "grandchild", "sibling"])
def test_farther_relatives_need_that_the_nearer_ones_cannot_support(relation):
    found = with_facts(DEATH, "child-of-17", relation=relation, nearer_kin_unable=False)
    assert (found.outcome, value(found, "ground")) == ("ineligible", "no_ground")


@pytest.mark.parametrize("relation", ["child", "parent", "grandparent", "grandchild", "sibling"])
def test_only_a_spouse_loses_by_marrying_again(relation):
    case = case_of(DEATH, "remarried")
    case["applicant"]["birth_date"] = (
        "2010-01-05" if relation in {"child", "grandchild", "sibling"} else "1960-01-05"
    )
    case["facts"] |= {"certification.relation": relation, "certification.nearer_kin_unable": True}
    case["events"] = []
    assert decided(case).outcome == "eligible"


@pytest.mark.parametrize(
    ("relation", "share"),
    [("spouse", "0.4"), ("child", "0.3"), ("parent", "0.3"), ("sibling", "0.3")],
)
def test_the_share_of_the_wage_is_that_of_the_regulation(relation, share):
    found = with_facts(DEATH, "child-of-17", relation=relation, nearer_kin_unable=True)
    assert value(found, "allowance_rate") == share
