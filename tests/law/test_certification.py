"""Items 9-12, certification: their worked examples, the two readings of the clock, and what ends nothing."""

import copy
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import CaseError, Rulebook, decide
from crossprov.examples import check_examples
from crossprov.facts.certification import certified_since_suspension, counted_from, is_drawn
from crossprov.models import BenefitDrawn
from crossprov.models.identity import check_character
from crossprov.values import NONE, Month, Need, Unknown, unknown
from facts.record_lists import drawn, only
from law.less_known import assert_no_other_answer, without

PENSION, DEPENDANT, INJURY, DEATH = ITEMS = (
    "pension-eligibility-certification",
    "pension-dependant-certification",
    "injury-eligibility-certification",
    "work-death-dependant-certification",
)
RULES = Rulebook.load()
EXAMPLES = [(item, it.example.id) for item in ITEMS for it in RULES.examples(item)]
LISTS = (("benefits",),)
PLAIN = {
    PENSION: "between-the-readings",
    DEPENDANT: "chongqing-2024",
    INJURY: "grade-3-chongqing",
    DEATH: "child-of-17",
}
LOST = {PENSION: "death-2024", DEPENDANT: "adopted", INJURY: "death-2024", DEATH: "remarried"}
ANYWHERE = ("510104", "510703", "500103", "500109", "440106", "520102")
SICHUAN, CHONGQING, ELSEWHERE = "510104", "500103", "440106"


def case_of(item, name):
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    return {**copy.deepcopy(one.case), "item": item, "as_of": str(one.as_of)}


def decided(case):
    return decide(case, RULES)


def with_facts(item, name, as_of=None, **changes):
    """An example with some facts changed (None: not told)."""
    case = case_of(item, name)
    for key, value in changes.items():
        case["facts"][f"certification.{key}"] = value
    if as_of is not None:
        case["as_of"] = as_of
        case.pop("applied_on", None)
    return decided(case)


def value(decision, name):
    return decision.conclusion(name).value


def due(decision, step):
    return next(one for one in decision.steps if one.id == step).due_on


def intake(decision):
    return {one.id for one in decision.intake}


@pytest.mark.parametrize("engine", ["index", "reference"])
@pytest.mark.parametrize("item", ITEMS)
def test_every_example_comes_out(item, engine):
    rules = Rulebook.load(engine=engine)
    assert [problem.text("en") for problem in check_examples(rules, rules.item(item))] == []


# --- knowing less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_without_the_records_of_a_province_no_answer_changes(item, name):
    whole = case_of(item, name)
    truth = decided(whole)
    for province in ("510000", "500000", "440000", "520000", "130000"):
        assert_no_other_answer(decided(without(whole, province, LISTS)), truth, province)


def test_without_the_records_of_the_paying_province_they_are_asked_for():
    case = case_of(PENSION, "between-the-readings")
    for province, outcome in (("510000", "eligible"), ("500000", "needs_information")):
        found = decided(without(case, province, LISTS))
        assert found.outcome == outcome
        assert [(one.fact, one.places) for one in found.missing] == (
            [("benefits.drawn", ("500000",))] if outcome == "needs_information" else []
        )


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_a_fact_that_is_not_told_changes_no_answer(item, name):
    whole = case_of(item, name)
    truth = decided(whole)
    for fact in whole["facts"]:
        case = copy.deepcopy(whole)
        del case["facts"][fact]
        assert_no_other_answer(decided(case), truth, fact)


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


@pytest.mark.parametrize(("item", "name"), EXAMPLES)
def test_every_law_is_in_force_on_the_day(item, name):
    decision = decided(case_of(item, name))
    papers = (*decision.materials, *decision.not_required)
    why = (*decision.reasons, *decision.conclusions, *decision.notices)
    who = (decision.competent,) if decision.competent else ()
    rules = (*who, *decision.intake, *decision.steps, *papers, *why)
    for cited in (law.citation for rule in rules for law in rule.law):
        instrument = RULES.instruments.cite(cited).instrument
        since = instrument.from_ if instrument is not None else None
        assert since is None or since <= decision.made_by.law_on, cited


# --- the clock ------------------------------------------------------------------------------------------


def clock(place, first, last, as_of, benefit="employee_pension", suspended_since="none"):
    """The decision on a pension with these days."""
    return decided(
        {
            "item": PENSION,
            "as_of": str(as_of),
            "applicant": {
                "kind": "citizen",
                "benefits": {
                    "complete_for": [{"provinces": "all"}],
                    "records": [{"scheme": benefit, "place": place, "since": f"{first}-01"}],
                },
            },
            "facts": {
                "certification.benefit": benefit,
                "certification.paying_place": place,
                "certification.first_paid": str(first),
                "certification.last_on": str(last),
                "certification.suspended_since": suspended_since,
                "certification.loss_event": "none",
            },
        }
    )


def end_of_period(first, last):
    """The last month of the period after the one that contains ``last``, as the notice of Liangshan counts."""
    end = first
    while end < last:
        end = end.plus(12)
    return end.plus(12)


LAW_OF_ALL_READINGS = dt.date(2023, 12, 1)
days = st.dates(LAW_OF_ALL_READINGS, dt.date(2026, 12, 31))
back = st.integers(0, 1_500)  # days since the last certification
earlier = st.integers(0, 60)  # months from the first payment to that


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, back, earlier)
def test_the_earlier_day_is_told_and_the_later_one_suspends(place, as_of, age, months):
    last = as_of - dt.timedelta(days=age)
    month = Month.of(last)
    first = month.plus(-months)
    found = clock(place, first, last, as_of)
    day, suspended = (
        dt.date.fromisoformat(value(found, "certify_by")),
        Month.parse(value(found, "suspended_from")),
    )
    expected = {
        SICHUAN: (12, end_of_period(first, month).plus(1)),
        CHONGQING: (11, month.plus(13)),
        ELSEWHERE: (12, month.plus(13)),
    }[place]
    assert (day, suspended) == (month.plus(expected[0]).last_day, expected[1])
    assert Month.of(day) < suspended
    # A missing certification never ends anything, and suspends nothing before the later month.
    assert found.outcome == "eligible"
    assert value(found, "payment") == ("continues" if Month.of(as_of) < suspended else "suspension_due")


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, st.integers(0, 40))
def test_who_was_never_certified_counts_from_the_first_payment(place, as_of, months):
    first = Month.of(as_of).plus(-months)
    found = clock(place, first, "none", as_of)
    told_months, later = {
        SICHUAN: (12, first.plus(13)),
        CHONGQING: (11, Month(first.year + 2, 1)),
        ELSEWHERE: (12, first.plus(13)),
    }[place]
    assert value(found, "certify_by") == str(first.plus(told_months).last_day)
    assert value(found, "suspended_from") == str(later)


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, back, st.integers(0, 400), earlier)
def test_a_later_certification_never_brings_a_day_forward(place, as_of, age, more, months):
    late = as_of - dt.timedelta(days=age)
    early = late - dt.timedelta(days=more)
    first = Month.of(early).plus(-months)
    before, after = (clock(place, first, last, as_of) for last in (early, late))
    for name in ("certify_by", "suspended_from"):
        assert value(before, name) <= value(after, name)


@given(
    st.sampled_from([DEPENDANT, INJURY, DEATH]),
    st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]),
    st.integers(0, 99),
    st.booleans(),
)
def test_the_other_items_count_as_for_an_employees_pension(item, place, months, never):
    case = case_of(item, PLAIN[item])
    as_of = dt.date.fromisoformat(case["as_of"])
    last = "none" if never else str(as_of - dt.timedelta(days=30 * (months % 40)))
    first = Month.of(as_of).plus(-max(months, 40))
    (record,) = case["applicant"]["benefits"]["records"]
    record.update(place=place, since=f"{first}-01")
    case["facts"] |= {
        "certification.paying_place": place,
        "certification.first_paid": str(first),
        "certification.last_on": last,
    }
    found, pension = decided(case), clock(place, first, last, as_of)
    for conclusion in ("certify_by", "suspended_from", "payment"):
        assert value(found, conclusion) == value(pension, conclusion)


@given(st.sampled_from([SICHUAN, CHONGQING, ELSEWHERE]), days, st.integers(0, 36), st.integers(-500, 0))
def test_who_was_certified_since_is_paid_again_and_asked_for_nothing(place, as_of, months, passed):
    last = as_of + dt.timedelta(days=passed)
    since = Month.of(as_of).plus(-months)
    found = clock(place, Month.of(as_of).plus(-60), last, as_of, suspended_since=str(since))
    again = Month.of(last) >= since
    assert value(found, "payment") == ("resumption_due" if again else "suspended")
    assert value(found, "back_pay_from") == str(since)
    steps = {step.id for step in found.steps}
    assert "resume" in steps
    assert ("apply" in steps) is not again
    told = {notice.code for notice in found.notices}
    assert ("suspended-before-the-later-month" in told) is (
        not again and since < Month.parse(value(found, "suspended_from"))
    )


def test_a_readings_confidence_is_that_of_its_source():
    by_place = {
        (SICHUAN, "resident_pension"): ("told-sichuan-residents", "read"),
        (SICHUAN, "employee_pension"): ("told-sichuan", "inferred"),
        (CHONGQING, "employee_pension"): ("told-chongqing", "read_copy"),
        (ELSEWHERE, "employee_pension"): ("told-national", "inferred"),
    }
    for (place, benefit), expected in by_place.items():
        found = clock(place, Month(2020, 1), dt.date(2023, 12, 5), dt.date(2024, 3, 4), benefit)
        conclusion = found.conclusion("certify_by")
        assert (conclusion.rule, conclusion.confidence) == expected


def test_each_reading_begins_when_its_source_does():
    last, first = dt.date(2019, 12, 9), Month(2015, 1)
    assert value(clock(CHONGQING, first, last, dt.date(2020, 4, 30)), "certify_by") == "2020-12-31"
    assert value(clock(CHONGQING, first, last, dt.date(2020, 5, 1)), "certify_by") == "2020-11-30"
    in_2020 = clock(SICHUAN, Month(2015, 3), last, dt.date(2020, 12, 31))
    in_2021 = clock(SICHUAN, Month(2015, 3), last, dt.date(2021, 1, 1))
    assert (value(in_2020, "suspended_from"), value(in_2021, "suspended_from")) == ("2021-01", "2021-04")


def test_the_earlier_day_is_known_without_the_first_payment():
    found = with_facts(PENSION, "sichuan-residents", first_paid=None)
    assert value(found, "certify_by") == "2024-06-30"
    assert {one.fact for one in found.missing} == {"certification.first_paid"}


def test_chongqing_does_not_ask_for_the_first_payment_of_who_was_certified():
    assert with_facts(PENSION, "between-the-readings", first_paid=None).outcome == "eligible"


@pytest.mark.parametrize(
    "changes",
    [
        {"last_on": "2024-06-01"},  # after the day of the case
        {"last_on": "2019-07-31"},  # before the first payment
        {"first_paid": "2024-06", "last_on": "none"},
        {"suspended_since": "2024-06"},  # after the month of the case
        {"suspended_since": "2019-07"},  # before the first payment
    ],
)
def test_days_that_cannot_be_are_bad_input(changes):
    with pytest.raises(CaseError):
        with_facts(PENSION, "between-the-readings", **changes)


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


@pytest.mark.parametrize("place", ["510104", "500103", "511623"])
def test_a_township_of_either_side_takes_in_and_the_paying_county_decides(place):
    case = case_of(PENSION, "cannot-travel")
    case["applied_at"] = place
    found = decided(case)
    window = next(one for one in found.intake if one.id == "any-township")
    assert (window.office.level, window.office.division) == ("township", place)
    assert [channel.id for channel in window.channels] == ["township_window"]
    assert found.competent.division == CHONGQING


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


@pytest.mark.parametrize("item", ITEMS)
def test_nothing_but_an_identity_document_may_be_asked_for(item):
    found = [decided(case_of(item, name)) for one, name in EXAMPLES if one == item]
    since = [one for one in found if one.made_by.law_on >= dt.date(2023, 12, 1)]
    assert {paper.id for one in since for paper in one.materials} == {"identity-document"}


# --- the functions ----------------------------------------------------------------------------------------

TODAY = dt.date(2024, 5, 6)


def row(scheme="employee_pension", place="510104", since="2020-01-01", through=None):
    return BenefitDrawn(scheme=scheme, place=place, since=since, through=through)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (row(), True),
        (row(place="510703"), True),
        (row(place="500103"), False),
        (row("public_pension"), False),
        (row(since="2024-05-07"), False),
        (row(through="2024-05-06"), True),
        (row(through="2024-05-05"), False),
    ],
)
def test_a_benefit_is_drawn_from_the_paying_province_on_the_day(record, found):
    assert is_drawn(drawn(record), "employee_pension", "510000", TODAY) is found


def test_the_paying_province_alone_tells_that_nothing_is_drawn():
    asked = Unknown(frozenset({Need("benefits.drawn", ("510000",))}))
    for complete_for, found in ((only("510000"), False), (only("500000"), asked), (None, asked)):
        assert is_drawn(drawn(complete_for=complete_for), "employee_pension", "510000", TODAY) == found


def test_a_benefit_paid_once_is_never_being_drawn():
    assert is_drawn(drawn(complete_for=()), "paid_once", "510000", TODAY) is False


def test_the_clock_starts_with_the_last_certification_or_else_with_the_first_payment():
    first, last = Month(2020, 3), dt.date(2023, 6, 20)
    assert counted_from(last, first, TODAY) == Month(2023, 6)
    assert counted_from(last, unknown("certification.first_paid"), TODAY) == Month(2023, 6)
    assert counted_from(NONE, first, TODAY) == first
    found = counted_from(unknown("certification.last_on"), first, TODAY)
    assert isinstance(found, Unknown)
    assert (found.low, found.high) == (first, Month(2024, 5))
    assert found.needs == {Need("certification.last_on")}


def test_a_certification_in_the_suspended_month_or_later_ends_the_suspension():
    since, first = Month(2024, 2), Month(2020, 3)
    for last, found in (
        (dt.date(2024, 1, 31), False),
        (dt.date(2024, 2, 1), True),
        (dt.date(2024, 5, 6), True),
        (NONE, False),
    ):
        assert certified_since_suspension(since, last, first, TODAY) is found
    assert certified_since_suspension(NONE, unknown("certification.last_on"), first, TODAY) is False
    asked = certified_since_suspension(since, unknown("certification.last_on"), first, TODAY)
    assert asked == unknown("certification.last_on")
    assert certified_since_suspension(since, dt.date(2024, 2, 1), unknown("certification.first_paid"), TODAY)


@pytest.mark.parametrize("since", [Month(2024, 6), Month(2020, 2)])
def test_a_suspension_lies_between_the_first_payment_and_the_day_of_the_case(since):
    with pytest.raises(ValueError, match="suspension_out_of_range"):
        certified_since_suspension(since, NONE, Month(2020, 3), TODAY)
