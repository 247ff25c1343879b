import pytest

from crossprov.facts.longest import duplicates_decide_longest, longest_province
from crossprov.models import DeemedPeriod
from crossprov.values import NONE, Need, Unknown
from facts.record_lists import CHONGQING, GUANGDONG, SICHUAN, deemed, in_turn, only, paid, spells

NO_DEEMED = deemed()


def longest(*parts, there=NO_DEEMED):
    return longest_province(spells(*in_turn(*parts)), there)


def test_l18_the_place_with_most_months():
    assert longest((CHONGQING, 100), (SICHUAN, 96)) == CHONGQING


def test_l19_of_as_many_the_last():
    assert longest((SICHUAN, 90), (CHONGQING, 90)) == CHONGQING
    assert longest((SICHUAN, 45), (CHONGQING, 90), (SICHUAN, 45)) == SICHUAN


def test_temporary_months_count_for_nothing_and_deemed_ones_where_a_relation_is():
    assert longest((CHONGQING, 60), (SICHUAN, 100, "temporary")) == CHONGQING
    there = deemed(DeemedPeriod(place=SICHUAN, months=20), DeemedPeriod(place=GUANGDONG, months=200))
    assert longest((CHONGQING, 60), (SICHUAN, 50), there=there) == SICHUAN


def test_without_a_relation_there_is_none_but_only_if_that_is_known():
    assert longest_province(spells(), NO_DEEMED) is NONE
    found = longest_province(spells(*in_turn((SICHUAN, 90)), complete_for=only(SICHUAN)), NO_DEEMED)
    assert found == Unknown(frozenset({Need("pension.spells", (), everywhere=True)}))


def test_a_total_of_deemed_months_that_is_not_told_is_asked_for():
    found = longest_province(spells(*in_turn((CHONGQING, 60), (SICHUAN, 50))), deemed(complete_for=None))
    assert isinstance(found, Unknown)
    assert found.among == frozenset({CHONGQING, SICHUAN})


@pytest.mark.parametrize(
    ("second", "answer"),
    [
        (paid(SICHUAN, "2008-05", 96), False),  # none of the months twice
        (paid(SICHUAN, "2008-01", 96), True),  # four of 100 and 96 twice: 96 to 100 against 92 to 96
        (paid(SICHUAN, "2008-01", 90), False),
        (paid(SICHUAN, "2003-01", 60), True),
        (paid(SICHUAN, "2003-01", 40), False),
    ],
)
def test_months_paid_twice(second, answer):
    rows = (paid(CHONGQING, "2000-01", 100), second)
    assert duplicates_decide_longest(spells(*rows), NO_DEEMED) is answer


def test_which_months_a_total_paid_is_asked_for_where_it_matters():
    untold = paid(SICHUAN, "2003-01", 96, paid_months=90)
    found = duplicates_decide_longest(spells(paid(CHONGQING, "2000-01", 95), untold), NO_DEEMED)
    assert isinstance(found, Unknown)
    assert found.needs
