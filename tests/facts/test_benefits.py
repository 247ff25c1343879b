import pytest

from crossprov.facts.benefits import (
    draws_employee_pension,
    enterprise_pensions_drawn_in_both,
    pensions_drawn_in_both,
)
from crossprov.models import BenefitDrawn
from crossprov.values import Need, Unknown
from facts.record_lists import CHONGQING, GUANGDONG, SICHUAN, day, drawn, only

TODAY = day("2024-03-04")


def benefit(scheme="employee_pension", since="2020-01-01", through=None, place="510104"):
    return BenefitDrawn(scheme=scheme, place=place, since=since, through=through)


@pytest.mark.parametrize(
    ("row", "draws"),
    [
        (benefit(), True),
        (benefit("public_pension"), True),
        (benefit("resident_pension"), False),
        (benefit("unemployment"), False),
        (benefit(since="2024-03-04"), True),
        (benefit(since="2024-03-05"), False),
        (benefit(through="2024-03-04"), True),
        (benefit(through="2024-03-03"), False),
    ],
)
def test_pensions_of_employees_on_the_day(row, draws):
    assert draws_employee_pension(drawn(row), TODAY) is draws


def test_one_pension_seen_is_enough():
    assert draws_employee_pension(drawn(benefit(), complete_for=()), TODAY) is True


@pytest.mark.parametrize("complete_for", [None, (), only(SICHUAN, CHONGQING)])
def test_that_there_is_none_must_be_known_everywhere(complete_for):
    found = draws_employee_pension(drawn(complete_for=complete_for), TODAY)
    assert found == Unknown(frozenset({Need("benefits.drawn", (), everywhere=True)}))


def test_a_list_complete_on_the_day_is_enough():
    today = [{"provinces": "all", "since": "2024-03-04", "through": "2024-03-04"}]
    assert draws_employee_pension(drawn(complete_for=today), TODAY) is False


# --- two pensions at once -----------------------------------------------------------------------------


def both(*rows, through=TODAY, asked=pensions_drawn_in_both, **more):
    return asked(drawn(*rows, **more), SICHUAN, CHONGQING, through, TODAY)


def other(**more):
    return benefit(place="500103", **more)


@pytest.mark.parametrize(
    ("here", "there", "answer"),
    [
        (benefit(), other(), True),
        (benefit(through="2021-12-31"), other(since="2022-01-01"), False),
        (benefit(through="2022-01-01"), other(since="2022-01-01"), True),  # a single day
        (benefit(since="2022-01-01"), other(through="2022-01-01"), True),
        (benefit(), other(since="2024-03-05"), False),  # only after the day of the case
        (benefit("resident_pension"), other(), False),
        (benefit("public_pension"), other(), True),
        (benefit(), benefit(since="2021-01-01"), False),  # both of one province
    ],
)
def test_two_pensions_are_drawn_at_once_if_both_are_on_some_day(here, there, answer):
    assert both(here, there) is answer
    assert both(there, here) is answer


def test_one_of_the_public_sector_is_no_pair_of_the_enterprise_scheme():
    rows = (benefit("public_pension"), other())
    assert both(*rows, asked=enterprise_pensions_drawn_in_both) is False
    assert both(benefit(), other(), asked=enterprise_pensions_drawn_in_both) is True


def test_what_was_drawn_later_does_not_count_for_an_earlier_day():
    rows = (benefit(since="2008-01-01"), other(since="2010-01-01"))
    assert both(*rows, through=day("2009-12-31")) is False
    assert both(*rows, through=day("2010-01-01")) is True


def test_a_pair_that_is_seen_is_enough_and_a_province_that_is_not_told_is_asked_for():
    assert both(benefit(), other(), complete_for=()) is True
    found = both(benefit(), complete_for=only(SICHUAN, GUANGDONG))
    assert found == Unknown(frozenset({Need("benefits.drawn", (CHONGQING,))}))


def test_a_province_is_no_pair_with_itself():
    assert pensions_drawn_in_both(drawn(benefit()), SICHUAN, SICHUAN, TODAY, TODAY) is False
