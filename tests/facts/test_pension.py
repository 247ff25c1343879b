import datetime as dt

import pytest

from crossprov.facts import pension
from crossprov.models import DeemedPeriod
from crossprov.values import NONE, Need, Unknown, unknown
from facts.record_lists import (
    CHONGQING,
    EVERYWHERE,
    GUANGDONG,
    GUIZHOU,
    SICHUAN,
    day,
    deemed,
    in_turn,
    only,
    paid,
    spells,
)

LIMIT = 120
FIXED = dt.date(2010, 1, 1)
NO_DEEMED = deemed()


def ten_years_before(rows, deemed_periods=NO_DEEMED, **more):
    listed = spells(*rows, **more)
    last = pension.last_general_province(listed)
    return pension.latest_other_ten_year_province(listed, deemed_periods, last, LIMIT)


def months_here(rows, deemed_periods=NO_DEEMED):
    listed = spells(*rows)
    return pension.general_months_in(listed, deemed_periods, pension.last_general_province(listed))


# --- worked examples of 国办发〔2009〕66号 第六条 ------------------------------------------------------


def test_l01_the_last_relation_counts_however_short():
    assert pension.last_general_province(spells(*in_turn((CHONGQING, 180), (SICHUAN, 1)))) == SICHUAN


@pytest.mark.parametrize("months", [119, 120])
def test_l02_and_l03_months_are_counted_exactly(months):
    assert months_here(in_turn((CHONGQING, months))) == months


def test_l03_no_province_with_ten_years():
    assert ten_years_before(in_turn((GUANGDONG, 119), (CHONGQING, 100))) is NONE


def test_l05_the_later_of_two_earlier_places_with_ten_years():
    assert ten_years_before(in_turn((GUANGDONG, 130), (GUIZHOU, 125), (CHONGQING, 40))) == GUIZHOU


def test_l06_equal_months_the_later_place():
    assert ten_years_before(in_turn((GUANGDONG, 120), (GUIZHOU, 120), (CHONGQING, 1))) == GUIZHOU


def test_l07_equal_and_short():
    rows = in_turn((SICHUAN, 90), (CHONGQING, 90))
    assert (months_here(rows), ten_years_before(rows)) == (90, NONE)


def test_l13_temporary_months_count_for_nothing():
    rows = in_turn((GUANGDONG, 60), (CHONGQING, 132, "temporary"))
    assert pension.last_general_province(spells(*rows)) == GUANGDONG
    assert (months_here(rows), ten_years_before(rows)) == (60, NONE)


def test_l16_two_spells_of_one_province_add_up():
    assert months_here(in_turn((CHONGQING, 70), (GUANGDONG, 30), (CHONGQING, 55))) == 125


def test_l10_deemed_months_make_ten_years():
    assert months_here(in_turn((CHONGQING, 96)), deemed(DeemedPeriod(place=CHONGQING, months=30))) == 126


@pytest.mark.parametrize(("paid_months", "answer"), [(80, NONE), (95, SICHUAN)])
def test_l11_and_l12_deemed_months_of_an_earlier_place(paid_months, answer):
    rows = in_turn((SICHUAN, paid_months), (CHONGQING, 96))
    assert ten_years_before(rows, deemed(DeemedPeriod(place=SICHUAN, months=30))) == answer


# --- the last relation --------------------------------------------------------------------------------


def test_only_a_temporary_account():
    listed = spells(*in_turn((CHONGQING, 130, "temporary")))
    assert pension.has_general_record(listed) is False
    assert pension.last_general_province(listed) is NONE
    assert pension.general_months_in(listed, NO_DEEMED, NONE) == 0


def test_an_account_of_unknown_kind_leaves_it_open_whether_there_was_a_general_one():
    listed = spells(paid(SICHUAN, "2001-01", 5, account=None))
    assert isinstance(pension.has_general_record(listed), Unknown)
    assert isinstance(pension.last_general_province(listed), Unknown)


def test_an_open_relation_is_later_than_a_closed_one():
    rows = [paid(SICHUAN, "2000-01", 12, end=None, state="paying"), paid(CHONGQING, "2010-01", 12)]
    assert pension.last_general_province(spells(*rows)) == SICHUAN


def test_of_two_open_relations_the_later_begun_is_the_last():
    rows = [paid(SICHUAN, "2000-01", 12, end=None), paid(CHONGQING, "2010-01", 12, end=None)]
    assert pension.last_general_province(spells(*rows)) == CHONGQING


def test_a_suspended_relation_without_an_end_may_be_the_last():
    rows = [paid(SICHUAN, "2000-01", 12, end=None, state="suspended"), paid(CHONGQING, "2010-01", 12)]
    found = pension.last_general_province(spells(*rows))
    assert found == Unknown(
        frozenset({Need("pension.spells", (CHONGQING, SICHUAN))}), among=frozenset({SICHUAN, CHONGQING})
    )


def test_a_suspended_relation_whose_months_are_told_ended_with_the_last_of_them():
    told = [{"start": "2000-01", "end": "2000-12"}]
    old = paid(SICHUAN, "2000-01", 12, end=None, state="suspended", contributions=told)
    assert pension.last_general_province(spells(old, paid(CHONGQING, "2010-01", 12))) == CHONGQING


def test_two_relations_that_ended_alike_are_not_ordered_by_chance():
    found = pension.last_general_province(
        spells(paid(SICHUAN, "2000-01", 12), paid(CHONGQING, "2000-01", 12))
    )
    assert isinstance(found, Unknown)
    assert found.among == {SICHUAN, CHONGQING}


def test_the_last_relation_is_unknown_while_another_province_may_have_a_later_one():
    listed = spells(*in_turn((SICHUAN, 100)), complete_for=only(SICHUAN, CHONGQING))
    assert pension.last_general_province(listed) == Unknown(
        frozenset({Need("pension.spells", (), everywhere=True)})
    )
    assert pension.has_general_record(listed) is True


def test_it_is_known_if_everything_since_its_last_month_is_covered():
    last = paid(SICHUAN, "2010-03", 10)  # through 2010-12
    since = [{"provinces": "all", "since": "2010-12-01"}]
    assert pension.last_general_province(spells(last, complete_for=since)) == SICHUAN
    later = [{"provinces": "all", "since": "2010-12-02"}]
    assert isinstance(pension.last_general_province(spells(last, complete_for=later)), Unknown)


def test_an_absent_list_is_unknown_and_an_empty_one_is_none():
    assert isinstance(pension.last_general_province(spells(complete_for=None)), Unknown)
    assert isinstance(pension.has_general_record(spells(complete_for=None)), Unknown)
    assert pension.last_general_province(spells()) is NONE
    assert pension.has_general_record(spells()) is False


# --- ten years elsewhere ------------------------------------------------------------------------------


def test_an_earlier_place_is_sure_without_deemed_time_if_no_later_one_can_reach_ten_years():
    rows = in_turn((SICHUAN, 130), (CHONGQING, 40))
    assert ten_years_before(rows, deemed(complete_for=None)) == SICHUAN


def test_a_later_place_that_deemed_time_could_lift_leaves_it_open():
    rows = in_turn((SICHUAN, 130), (GUIZHOU, 100), (CHONGQING, 40))
    found = ten_years_before(rows, deemed(complete_for=only(SICHUAN)))
    assert found == Unknown(
        frozenset({Need("pension.deemed_periods", (GUIZHOU,))}), among=frozenset({SICHUAN, GUIZHOU})
    )


def test_two_places_with_ten_years_that_ended_alike_are_not_ordered_by_chance():
    rows = [
        paid(SICHUAN, "2000-01", 130),
        paid(GUANGDONG, "2000-01", 130),
        *in_turn((CHONGQING, 40), start="2015-01"),
    ]
    found = ten_years_before(rows)
    assert isinstance(found, Unknown)
    assert found.among == {SICHUAN, GUANGDONG}


def test_none_is_not_concluded_from_what_may_be_incomplete():
    since = [{"provinces": "all", "since": "2000-01-01"}]
    rows = in_turn((CHONGQING, 40), start="2001-01")
    assert isinstance(ten_years_before(rows, complete_for=since), Unknown)


def test_deemed_time_alone():
    rows = in_turn((GUANGDONG, 40), (CHONGQING, 60))
    there = deemed(DeemedPeriod(place=GUIZHOU, months=125))
    assert pension.has_ten_years_only_deemed(spells(*rows), there, LIMIT) is True
    assert pension.has_ten_years_only_deemed(spells(*rows), there, 126) is False
    insured = in_turn((GUIZHOU, 1), (CHONGQING, 60))
    assert pension.has_ten_years_only_deemed(spells(*insured), there, LIMIT) is False
    part = spells(*rows, complete_for=only(CHONGQING))
    assert isinstance(pension.has_ten_years_only_deemed(part, there, LIMIT), Unknown)
    assert isinstance(
        pension.has_ten_years_only_deemed(spells(*rows), deemed(complete_for=None), LIMIT), Unknown
    )


@pytest.mark.parametrize(
    ("months", "decides"),
    [(131, False), (130, True), (120, True), (119, False)],
)
def test_duplicate_months_decide_only_around_the_limit(months, decides):
    # the first 11 months in Chongqing were paid in Guangdong too
    rows = [paid(GUANGDONG, "2000-01", 40), paid(CHONGQING, "2002-06", months)]
    assert pension.duplicates_decide(spells(*rows), NO_DEEMED, LIMIT) is decides


def test_without_duplicate_months_deemed_time_does_not_matter_for_them():
    rows = in_turn((GUANGDONG, 119), (CHONGQING, 130))
    assert pension.duplicates_decide(spells(*rows), deemed(complete_for=None), LIMIT) is False


# --- relations at a place -----------------------------------------------------------------------------


def test_records_at_a_place():
    listed = spells(
        *in_turn((CHONGQING, 10, "temporary"), (GUANGDONG, 10)), complete_for=only(CHONGQING, SICHUAN)
    )
    assert pension.has_record_at(listed, CHONGQING) is True
    assert pension.has_general_record_at(listed, CHONGQING) is False
    assert pension.has_general_record_at(listed, GUANGDONG) is True
    assert pension.has_record_at(listed, SICHUAN) is False
    assert pension.has_record_at(listed, GUIZHOU) == Unknown(frozenset({Need("pension.spells", (GUIZHOU,))}))
    assert pension.has_record_outside(listed, CHONGQING) is True


def test_nothing_outside_is_known_only_if_everything_is_covered():
    rows = in_turn((SICHUAN, 10))
    assert pension.has_record_outside(spells(*rows), SICHUAN) is False
    assert isinstance(pension.has_record_outside(spells(*rows, complete_for=only(SICHUAN)), SICHUAN), Unknown)


def test_another_scheme_is_no_record_of_the_enterprise_scheme():
    assert pension.has_record_at(spells(paid(SICHUAN, "2001-01", 5, scheme="public")), SICHUAN) is False


def test_arrears():
    owed = [paid(SICHUAN, "2001-01", 5, arrears_months=3), paid(SICHUAN, "2003-01", 5, arrears_months=2)]
    assert pension.arrears_months_at(spells(*owed), SICHUAN) == 5
    assert pension.arrears_months_at(spells(*owed), CHONGQING) == 0
    untold = pension.arrears_months_at(spells(*owed, paid(SICHUAN, "2005-01", 5)), SICHUAN)
    assert untold == Unknown(frozenset({Need("pension.spells", (SICHUAN,))}), low=5)


# --- an account that stays general (人社部发〔2010〕70号) ----------------------------------------------

REACHED_50 = day("2015-05-06")


@pytest.mark.parametrize(
    ("enrolled_on", "state", "answer"),
    [
        ("2009-12-31", "suspended", True),
        ("2010-01-01", "suspended", True),  # before the age was reached
        ("2015-05-05", "suspended", True),
        ("2015-05-06", "suspended", False),  # on the birthday the age is reached
        ("2009-12-31", "transferred", False),
        ("2009-12-31", "ended", False),
    ],
)
def test_an_earlier_relation_stays_general_if_it_is_old_enough_and_still_there(enrolled_on, state, answer):
    old = paid(CHONGQING, enrolled_on[:7], 12, enrolled_on=enrolled_on, state=state)
    assert pension.has_earlier_general_relation(spells(old), CHONGQING, REACHED_50, FIXED) is answer


def test_it_must_be_general_and_in_the_same_province():
    temporary = paid(CHONGQING, "2009-01", 12, account="temporary", state="suspended")
    elsewhere = paid(GUANGDONG, "2009-01", 12, state="suspended")
    assert (
        pension.has_earlier_general_relation(spells(temporary, elsewhere), CHONGQING, REACHED_50, FIXED)
        is False
    )


def test_an_old_relation_needs_no_birth_date():
    old = paid(CHONGQING, "2009-01", 12, enrolled_on="2009-01-05", state="suspended")
    open_ = unknown("person.birth_date")
    assert pension.has_earlier_general_relation(spells(old), CHONGQING, open_, FIXED) is True
    young = paid(CHONGQING, "2012-01", 12, enrolled_on="2012-01-05", state="suspended")
    assert pension.has_earlier_general_relation(spells(young), CHONGQING, open_, FIXED) == open_
    assert pension.has_earlier_general_relation(spells(), CHONGQING, open_, FIXED) is False


def test_without_the_records_of_the_place_nothing_is_known():
    listed = spells(complete_for=only(SICHUAN))
    found = pension.has_earlier_general_relation(listed, CHONGQING, REACHED_50, FIXED)
    assert found == Unknown(frozenset({Need("pension.spells", (CHONGQING,))}))
    nowhere = unknown("move.to_place")
    assert (
        pension.has_earlier_general_relation(spells(complete_for=EVERYWHERE), nowhere, REACHED_50, FIXED)
        == nowhere
    )


def test_a_month_is_enough_where_it_lies_wholly_before_the_day():
    inside = paid(CHONGQING, "2015-05", 12, state="suspended")
    assert isinstance(
        pension.has_earlier_general_relation(spells(inside), CHONGQING, REACHED_50, FIXED), Unknown
    )
    before = paid(CHONGQING, "2015-04", 12, state="suspended")
    assert pension.has_earlier_general_relation(spells(before), CHONGQING, REACHED_50, FIXED) is True
