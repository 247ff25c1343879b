import datetime as dt

import pytest

from crossprov.facts import relations
from crossprov.values import Need, Unknown, unknown
from facts.record_lists import (
    CHONGQING,
    EVERYWHERE,
    GUANGDONG,
    GUIZHOU,
    SICHUAN,
    day,
    in_turn,
    only,
    paid,
    spells,
)

FIXED = dt.date(2010, 1, 1)


# --- relations at a place -----------------------------------------------------------------------------


def test_records_at_a_place():
    listed = spells(
        *in_turn((CHONGQING, 10, "temporary"), (GUANGDONG, 10)), complete_for=only(CHONGQING, SICHUAN)
    )
    assert relations.has_record_at(listed, CHONGQING) is True
    assert relations.has_general_record_at(listed, CHONGQING) is False
    assert relations.has_general_record_at(listed, GUANGDONG) is True
    assert relations.has_record_at(listed, SICHUAN) is False
    assert relations.has_record_at(listed, GUIZHOU) == Unknown(
        frozenset({Need("pension.spells", (GUIZHOU,))})
    )
    assert relations.has_record_outside(listed, CHONGQING) is True


@pytest.mark.parametrize("state", ["transferred", "ended"])
def test_what_was_transferred_or_ended_is_no_relation_any_more(state):
    listed = spells(paid(SICHUAN, "2001-01", 5, state=state))
    assert relations.has_record_at(listed, SICHUAN) is False
    assert relations.has_general_record_at(listed, SICHUAN) is False
    assert relations.has_record_outside(listed, CHONGQING) is True  # the months were paid all the same
    again = spells(paid(SICHUAN, "2001-01", 5, state=state), paid(SICHUAN, "2005-01", 5, state="suspended"))
    assert relations.has_record_at(again, SICHUAN) is True


@pytest.mark.parametrize("state", ["paying", "suspended", "sealed", None])
def test_a_relation_without_a_state_is_taken_to_be_there(state):
    listed = spells(paid(SICHUAN, "2001-01", 5, state=state))
    assert relations.has_record_at(listed, SICHUAN) is True
    assert relations.has_general_record_at(listed, SICHUAN) is True


def test_whether_contributions_still_go_on():
    listed = spells(
        paid(SICHUAN, "2001-01", 5, state="paying"),
        paid(CHONGQING, "2001-01", 5, state=None),
        paid(GUANGDONG, "2001-01", 5, state="suspended"),
        complete_for=only(SICHUAN, CHONGQING, GUANGDONG),
    )
    places = (SICHUAN, CHONGQING, GUANGDONG)
    assert [relations.is_paying_at(listed, place) for place in places] == [True, False, False]
    assert [relations.has_untold_state_at(listed, place) for place in places] == [False, True, False]
    nobody = Unknown(frozenset({Need("pension.spells", (GUIZHOU,))}))
    assert relations.is_paying_at(listed, GUIZHOU) == nobody
    assert relations.has_untold_state_at(listed, GUIZHOU) == nobody


def test_nothing_outside_is_known_only_if_everything_is_covered():
    rows = in_turn((SICHUAN, 10))
    assert relations.has_record_outside(spells(*rows), SICHUAN) is False
    assert isinstance(
        relations.has_record_outside(spells(*rows, complete_for=only(SICHUAN)), SICHUAN), Unknown
    )


def test_another_scheme_is_no_record_of_the_enterprise_scheme():
    assert relations.has_record_at(spells(paid(SICHUAN, "2001-01", 5, scheme="public")), SICHUAN) is False


def test_arrears():
    owed = [paid(SICHUAN, "2001-01", 5, arrears_months=3), paid(SICHUAN, "2003-01", 5, arrears_months=2)]
    assert relations.arrears_months_at(spells(*owed), SICHUAN) == 5
    assert relations.arrears_months_at(spells(*owed), CHONGQING) == 0
    untold = relations.arrears_months_at(spells(*owed, paid(SICHUAN, "2005-01", 5)), SICHUAN)
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
    assert relations.has_earlier_general_relation(spells(old), CHONGQING, REACHED_50, FIXED) is answer


def test_it_must_be_general_and_in_the_same_province():
    temporary = paid(CHONGQING, "2009-01", 12, account="temporary", state="suspended")
    elsewhere = paid(GUANGDONG, "2009-01", 12, state="suspended")
    assert (
        relations.has_earlier_general_relation(spells(temporary, elsewhere), CHONGQING, REACHED_50, FIXED)
        is False
    )


def test_an_old_relation_needs_no_birth_date():
    old = paid(CHONGQING, "2009-01", 12, enrolled_on="2009-01-05", state="suspended")
    open_ = unknown("person.birth_date")
    assert relations.has_earlier_general_relation(spells(old), CHONGQING, open_, FIXED) is True
    young = paid(CHONGQING, "2012-01", 12, enrolled_on="2012-01-05", state="suspended")
    assert relations.has_earlier_general_relation(spells(young), CHONGQING, open_, FIXED) == open_
    assert relations.has_earlier_general_relation(spells(), CHONGQING, open_, FIXED) is False


def test_without_the_records_of_the_place_nothing_is_known():
    listed = spells(complete_for=only(SICHUAN))
    found = relations.has_earlier_general_relation(listed, CHONGQING, REACHED_50, FIXED)
    assert found == Unknown(frozenset({Need("pension.spells", (CHONGQING,))}))
    nowhere = unknown("move.to_place")
    assert (
        relations.has_earlier_general_relation(spells(complete_for=EVERYWHERE), nowhere, REACHED_50, FIXED)
        == nowhere
    )


def test_a_month_is_enough_where_it_lies_wholly_before_the_day():
    inside = paid(CHONGQING, "2015-05", 12, state="suspended")
    assert isinstance(
        relations.has_earlier_general_relation(spells(inside), CHONGQING, REACHED_50, FIXED), Unknown
    )
    before = paid(CHONGQING, "2015-04", 12, state="suspended")
    assert relations.has_earlier_general_relation(spells(before), CHONGQING, REACHED_50, FIXED) is True


# --- insured before a day -----------------------------------------------------------------------------

LAW = day("2011-07-01")


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (paid(SICHUAN, "2011-06", 3), True),
        (paid(SICHUAN, "2011-07", 3), False),
        (paid(SICHUAN, "2011-07", 3, enrolled_on="2011-06-30"), True),
        (paid(SICHUAN, "2011-06", 3, enrolled_on="2011-07-01"), False),
        (paid(SICHUAN, "2005-01", 3, scheme="public"), False),
    ],
)
def test_who_was_insured_before_a_day(row, answer):
    assert relations.insured_before(spells(row), LAW) is answer


def test_that_nobody_insured_the_person_before_must_be_known_everywhere():
    row = paid(SICHUAN, "2012-01", 3)
    before = ({"provinces": "all", "through": "2011-06-30"},)
    assert relations.insured_before(spells(row, complete_for=before), LAW) is False
    found = relations.insured_before(spells(row, complete_for=only(SICHUAN)), LAW)
    assert found == Unknown(frozenset({Need("pension.spells", (), everywhere=True)}))
    assert relations.insured_before(spells(paid(SICHUAN, "2009-06", 3), complete_for=()), LAW) is True
