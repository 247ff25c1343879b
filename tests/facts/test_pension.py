import pytest

from crossprov.facts import pension
from crossprov.models import DeemedPeriod, PensionSpell
from crossprov.values import NONE, Need, Unknown, unknown
from facts.record_lists import (
    CHONGQING,
    GUANGDONG,
    GUIZHOU,
    SICHUAN,
    deemed,
    in_turn,
    only,
    paid,
    spells,
)

LIMIT = 120
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


def test_the_last_place_is_that_of_the_last_relation():
    rows = [paid("510104", "2000-01", 12), paid("510703", "2003-01", 12), paid("500103", "1999-01", 6)]
    assert pension.last_general_place(spells(*rows)) == "510703"
    assert pension.last_general_place(spells()) is NONE
    alike = [paid("510104", "2000-01", 12), paid("510703", "2000-01", 12)]
    assert pension.last_general_province(spells(*alike)) == SICHUAN
    assert pension.last_general_place(spells(*alike)).among == {"510104", "510703"}


def test_an_open_relation_is_later_than_a_closed_one():
    rows = [paid(SICHUAN, "2000-01", 12, end=None, state="paying"), paid(CHONGQING, "2010-01", 12)]
    assert pension.last_general_province(spells(*rows)) == SICHUAN


def test_of_two_open_relations_the_later_begun_is_the_last():
    open_ = {"end": None, "state": "paying"}
    rows = [paid(SICHUAN, "2000-01", 12, **open_), paid(CHONGQING, "2010-01", 12, **open_)]
    assert pension.last_general_province(spells(*rows)) == CHONGQING


def test_without_an_end_and_a_state_a_relation_may_have_ended_long_ago():
    rows = [paid(SICHUAN, "2000-01", 12, end=None, state=None), paid(CHONGQING, "2005-01", 12)]
    found = pension.last_general_province(spells(*rows))
    assert isinstance(found, Unknown)
    assert found.among == frozenset({SICHUAN, CHONGQING})


def test_totals_that_may_share_months_are_asked_for_where_they_decide():
    early = {"start": "2000-01", "end": "2009-12"}
    for told, expected in ((None, None), (120, True)):
        rows = [
            PensionSpell(scheme="employee", place=SICHUAN, account="general", paid_months=told, **early),
            PensionSpell(
                scheme="employee",
                place=CHONGQING,
                account="general",
                start="2009-01",
                end="2019-10",
                paid_months=130,
            ),
        ]
        found = pension.duplicates_decide(spells(*rows), deemed(), CHONGQING, SICHUAN, 120)
        assert found is True if expected else isinstance(found, Unknown)


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


def only_deemed(listed, there, hukou=SICHUAN, limit=LIMIT):
    return pension.has_ten_years_only_deemed(listed, there, limit, hukou)


def test_deemed_time_alone():
    rows = in_turn((GUANGDONG, 40), (CHONGQING, 60))
    there = deemed(DeemedPeriod(place=GUIZHOU, months=125))
    assert only_deemed(spells(*rows), there) is True
    assert only_deemed(spells(*rows), there, limit=126) is False
    insured = in_turn((GUIZHOU, 1), (CHONGQING, 60))
    assert only_deemed(spells(*insured), there) is False
    part = spells(*rows, complete_for=only(CHONGQING))
    assert isinstance(only_deemed(part, there), Unknown)
    assert isinstance(only_deemed(spells(*rows), deemed(complete_for=None)), Unknown)


def test_deemed_time_alone_matters_nothing_in_the_province_of_registration():
    rows = in_turn((GUANGDONG, 40), (CHONGQING, 60))
    there = deemed(DeemedPeriod(place=GUIZHOU, months=125))
    assert only_deemed(spells(*rows), there, hukou=GUIZHOU) is False


# --- months paid twice --------------------------------------------------------------------------------


def decides(rows, hukou=SICHUAN, there=NO_DEEMED, **more):
    listed = spells(*rows, **more)
    return pension.duplicates_decide(listed, there, pension.last_general_province(listed), hukou, LIMIT)


@pytest.mark.parametrize(
    ("months", "answer"),
    [(131, False), (130, True), (120, True), (119, False)],
)
def test_duplicate_months_decide_only_around_the_limit(months, answer):
    # the first 11 months in Chongqing were paid in Guangdong too
    assert decides([paid(GUANGDONG, "2000-01", 40), paid(CHONGQING, "2002-06", months)]) is answer


def test_without_duplicate_months_deemed_time_does_not_matter_for_them():
    rows = in_turn((GUANGDONG, 119), (CHONGQING, 130))
    assert decides(rows, there=deemed(complete_for=None)) is False


def test_ten_years_that_only_lead_home_decide_nothing():
    # with 120 months or 108, Sichuan is the benefit place of who is registered there
    rows = [paid(SICHUAN, "2000-01", 120), paid(CHONGQING, "2009-01", 100)]
    assert decides(rows, hukou=SICHUAN) is False
    assert decides(rows, hukou=GUIZHOU) is True


def test_ten_years_before_a_later_place_with_certain_ten_years_decide_nothing():
    rows = [paid(SICHUAN, "1990-01", 120), paid(CHONGQING, "1999-01", 140), paid(GUANGDONG, "2012-01", 40)]
    assert decides(rows, hukou=GUIZHOU) is False  # Chongqing has 128 even without the months paid twice
    rows = [paid(CHONGQING, "1985-01", 140), paid(SICHUAN, "1996-01", 120), paid(GUANGDONG, "2012-01", 40)]
    assert decides(rows, hukou=GUIZHOU) is True  # Sichuan comes later and may fall below


def test_months_that_are_not_told_are_asked_only_where_they_could_matter():
    twice = [paid(GUANGDONG, "2000-01", 40), paid(CHONGQING, "2002-06", 130)]
    untold = paid(GUIZHOU, "1985-01", 150, paid_months=None)
    assert decides([untold, *twice]) == Unknown(frozenset({Need("pension.spells", (GUIZHOU,))}))
    short = paid(GUIZHOU, "1985-01", 100, paid_months=None)
    assert decides([short, *twice]) is True


def test_who_is_registered_where_is_asked_only_if_months_were_paid_twice():
    nobody = unknown("hukou.spells")
    assert decides(in_turn((GUANGDONG, 119), (CHONGQING, 130)), hukou=nobody) is False
    rows = [paid(SICHUAN, "2000-01", 120), paid(CHONGQING, "2009-01", 100)]
    assert decides(rows, hukou=nobody) == nobody
