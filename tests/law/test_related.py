"""Related measures: they stand beside the joint catalogue, and are decided by the same machinery."""

import copy
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossprov import Rulebook, changes, decide

RULES = Rulebook.load()
ITEMS = [item.id for item in RULES.items() if item.shape.catalogue == "related"]
EXAMPLES = [(item, it.example.id) for item in ITEMS for it in RULES.examples(item)]


def case_of(item, name, as_of=None, **facts):
    """An example of an item with some facts changed, perhaps on another day."""
    one = next(it.example for it in RULES.examples(item) if it.example.id == name)
    case = {**copy.deepcopy(one.case), "item": item, "as_of": as_of or str(one.as_of)}
    if as_of is not None:
        case["applied_on"] = as_of
    case["facts"].update({name.replace("__", "."): value for name, value in facts.items()})
    return case


def decided(case):
    return decide(case, RULES)


def concluded(decision, name):
    return next(one.value for one in decision.conclusions if one.name == name)


def test_the_first_measures_are_there():
    assert {"title-recognition", "talent-card", "personal-pension-withdrawal", "labour-arbitration"} <= set(
        ITEMS
    )


@pytest.mark.parametrize("item", ITEMS)
def test_no_related_measure_has_a_number_or_a_batch(item):
    shape = RULES.item(item).shape
    assert shape.number is None
    assert shape.provenance.batch is None


def test_none_is_counted_among_the_joint_items():
    joint = [item for item in RULES.items() if item.shape.catalogue == "joint"]
    assert all(item.shape.number is not None for item in joint)
    assert len(joint) == 43


@pytest.mark.parametrize("chosen", ["work_place", "employer_place"])
def test_where_the_worker_lives_gives_no_jurisdiction(chosen):
    offices = set()
    for home in ("510104", "500103", "130102"):
        case = case_of("labour-arbitration", "employers-place", dispute__chosen_place=chosen)
        case["applicant"]["residence"] = home
        offices.add(decided(case).competent.division)
    assert offices == {"510107" if chosen == "work_place" else "500103"}


@settings(max_examples=25, deadline=None)
@given(st.dates(dt.date(2022, 1, 1), dt.date(2024, 5, 6)), st.dates(dt.date(2022, 1, 1), dt.date(2024, 5, 6)))
def test_a_demand_never_brings_the_last_day_forward(knew, demanded):
    plain = decided(case_of("labour-arbitration", "last-day", dispute__knew_on=str(knew)))
    later = decided(
        case_of(
            "labour-arbitration",
            "last-day",
            dispute__knew_on=str(knew),
            dispute__interrupted_on=str(demanded),
        )
    )
    first, second = concluded(plain, "last_day"), concluded(later, "last_day")
    assert second is None or second >= first


@pytest.mark.parametrize(("day", "outcome"), [("2025-08-31", "ineligible"), ("2025-09-01", "eligible")])
@pytest.mark.parametrize("example", ["unemployment-chongqing", "medical-cost-above", "allowance-chengdu"])
def test_the_added_grounds_begin_in_september_2025(example, day, outcome):
    assert decided(case_of("personal-pension-withdrawal", example, as_of=day)).outcome == outcome


def test_months_of_benefit_within_two_years_are_not_said_to_come_with_time():
    found = changes(case_of("personal-pension-withdrawal", "unemployment-too-few"), RULES)
    months = [one for it in found for one in it.changes if one.fact.name == "personal_pension.benefit_months"]
    assert [one.would_do for one in months] == [("12",)]
    # Months that fall out of the two years are lost again.
    assert [one.by for one in months] == [None]


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 100))
def test_partners_never_borrow_more_than_the_cap_or_less_than_fewer_partners(number):
    def most(partners):
        decision = decided(case_of("startup-loan", "ten-partners", startup__partners=partners))
        return concluded(decision, "most_that_may_be_lent")

    fewer, more = most(number), most(number + 1)
    assert float(fewer) <= float(more) <= 6_000_000


@pytest.mark.parametrize("grade", ["intermediate", "junior"])
@pytest.mark.parametrize("issuer", ["sichuan", "chongqing", "other"])
def test_lower_titles_are_never_decided_here(grade, issuer):
    case = case_of("title-recognition", "intermediate", title__grade=grade, title__issuer=issuer)
    assert decided(case).outcome == "refer_to_person"


@pytest.mark.parametrize(("sex", "age"), [("male", 50), ("female", 40)])
@pytest.mark.parametrize("place", ["510107", "500103"])
def test_the_age_is_reached_on_the_birthday(sex, age, place):
    for day, outcome in (("2024-05-05", "ineligible"), ("2024-05-06", "eligible")):
        case = case_of("hard-to-employ", "woman-of-forty-chengdu", as_of=day)
        case["applicant"].update(sex=sex, birth_date=f"{2024 - age}-05-06", residence=place)
        assert decided(case).outcome == outcome


def test_the_county_decides_in_sichuan_and_the_township_in_chongqing():
    levels = {
        name: decided(case_of("hard-to-employ", name)).competent.level
        for name in ("woman-of-forty-chengdu", "graduate-in-chongqing")
    }
    assert levels == {"woman-of-forty-chengdu": "county", "graduate-in-chongqing": "township"}


@pytest.mark.parametrize(
    ("level", "plain", "scarce"), [("five", 1000, 1200), ("four", 1500, 1800), ("three", 2000, 2500)]
)
def test_the_subsidy_by_level(level, plain, scarce):
    for very, sum_ in ((False, plain), (True, scarce)):
        case = case_of(
            "skill-subsidy", "level-three-chongqing", skill__level=level, skill__is_very_scarce=very
        )
        assert float(concluded(decided(case), "subsidy")) == sum_
