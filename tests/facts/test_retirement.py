import pytest

from crossprov.facts.retirement import condition_date
from crossprov.values import Unknown, unknown
from facts.record_lists import day

STATUTORY, EARLY = day("2031-02-20"), day("2029-11-20")
MONTHS = 36
UNTOLD = unknown("retirement.timing")
NO_DATE = unknown("retirement.early_date")


@pytest.mark.parametrize(
    ("timing", "answer"),
    [("at_statutory_age", STATUTORY), ("elastic_late", STATUTORY), ("elastic_early", EARLY)],
)
def test_only_retiring_early_moves_the_day(timing, answer):
    assert condition_date(timing, EARLY, STATUTORY, MONTHS) == answer


def test_before_there_was_a_choice_nobody_is_asked():
    assert condition_date(UNTOLD, NO_DATE, STATUTORY, 0) == STATUTORY


def test_until_the_choice_is_told_the_statutory_day_is_the_latest():
    assert condition_date(UNTOLD, NO_DATE, STATUTORY, MONTHS) == Unknown(UNTOLD.needs, high=STATUTORY)
    assert condition_date("elastic_early", NO_DATE, STATUTORY, MONTHS) == Unknown(
        NO_DATE.needs, high=STATUTORY
    )


def test_an_unknown_statutory_day_stays_unknown_but_an_early_day_does_not_need_it():
    nobody = unknown("person.birth_date")
    assert condition_date("at_statutory_age", NO_DATE, nobody, MONTHS) == nobody
    assert condition_date("elastic_early", EARLY, nobody, MONTHS) == EARLY
    assert condition_date(UNTOLD, NO_DATE, nobody, MONTHS) == Unknown(UNTOLD.needs | nobody.needs)
