import pytest

from crossprov.facts.retirement import condition_date
from crossprov.values import Need, Unknown, unknown
from facts.record_lists import day

STATUTORY, EARLY, EARLIEST = day("2031-02-20"), day("2029-11-20"), day("2028-02-20")
MONTHS = 36
UNTOLD = unknown("retirement.timing")
NO_DATE = unknown("retirement.early_date")


@pytest.mark.parametrize(
    ("timing", "answer"),
    [("at_statutory_age", STATUTORY), ("elastic_late", STATUTORY), ("elastic_early", EARLY)],
)
def test_only_retiring_early_moves_the_day(timing, answer):
    assert condition_date(timing, EARLY, STATUTORY, EARLIEST, MONTHS) == answer


def test_before_there_was_a_choice_nobody_is_asked():
    assert condition_date(UNTOLD, NO_DATE, STATUTORY, UNTOLD, 0) == STATUTORY


@pytest.mark.parametrize("statutory", ["2024-12-31", "2025-01-01"])
def test_who_reached_the_age_before_there_was_a_choice_is_not_asked_later(statutory):
    statutory = day(statutory)
    assert condition_date(UNTOLD, NO_DATE, statutory, day("2025-01-01"), MONTHS) == statutory


def test_until_the_choice_is_told_the_day_lies_between_the_earliest_and_the_statutory_one():
    found = condition_date(UNTOLD, NO_DATE, STATUTORY, EARLIEST, MONTHS)
    assert found == Unknown(UNTOLD.needs, low=EARLIEST, high=STATUTORY)
    found = condition_date("elastic_early", NO_DATE, STATUTORY, EARLIEST, MONTHS)
    assert found == Unknown(NO_DATE.needs, low=EARLIEST, high=STATUTORY)


@pytest.mark.parametrize("chosen", ["2028-02-20", "2031-02-19"])
def test_a_day_that_may_be_chosen_is_the_day(chosen):
    assert condition_date("elastic_early", day(chosen), STATUTORY, EARLIEST, MONTHS) == day(chosen)


@pytest.mark.parametrize("chosen", ["2024-12-31", "2028-02-19", "2031-02-20", "2031-02-21"])
def test_a_day_that_nobody_can_choose_moves_nothing(chosen):
    assert condition_date("elastic_early", day(chosen), STATUTORY, EARLIEST, MONTHS) == STATUTORY


def test_who_reached_the_age_before_there_was_a_choice_has_no_early_day_either():
    found = condition_date("elastic_early", day("2025-03-01"), day("2024-12-31"), day("2025-01-01"), MONTHS)
    assert found == day("2024-12-31")


def test_while_the_statutory_day_is_unknown_nobody_knows_whether_a_day_may_be_chosen():
    nobody = unknown("person.birth_date")
    assert condition_date("at_statutory_age", NO_DATE, nobody, nobody, MONTHS) == nobody
    assert condition_date("elastic_early", EARLY, nobody, nobody, MONTHS) == nobody
    late = Unknown(nobody.needs, low=day("2031-01-01"))
    early = Unknown(nobody.needs, low=day("2028-01-01"), high=day("2028-12-31"))
    assert condition_date("elastic_early", EARLY, late, early, MONTHS) == EARLY
    found = condition_date(UNTOLD, NO_DATE, nobody, Unknown(nobody.needs, low=day("2025-01-01")), MONTHS)
    assert found == Unknown(UNTOLD.needs | frozenset({Need("person.birth_date")}), low=day("2025-01-01"))
