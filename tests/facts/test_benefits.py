import pytest

from crossprov.facts.benefits import draws_employee_pension
from crossprov.models import BenefitDrawn
from crossprov.values import Need, Unknown
from facts.record_lists import CHONGQING, SICHUAN, day, drawn, only

TODAY = day("2024-03-04")


def benefit(scheme="employee_pension", since="2020-01-01", through=None):
    return BenefitDrawn(scheme=scheme, place="510104", since=since, through=through)


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
