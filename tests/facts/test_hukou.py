import pytest

from crossprov.facts.hukou import place_on, province_on
from crossprov.models import HukouSpell
from crossprov.values import NONE, Need, Unknown, unknown
from facts.record_lists import CHONGQING, EVERYWHERE, GUIZHOU, SICHUAN, day, hukou, only

TODAY = day("2024-06-03")
CHENGDU, MIANYANG, YUZHONG = "510104", "510703", "500103"
FIRST = HukouSpell(place=CHENGDU, since="1970-01-01", through="2010-06-30")
SECOND = HukouSpell(place=YUZHONG, since="2010-07-01")


@pytest.mark.parametrize(
    ("on", "place"),
    [("1970-01-01", CHENGDU), ("2010-06-30", CHENGDU), ("2010-07-01", YUZHONG), ("2024-01-01", YUZHONG)],
)
def test_the_registration_of_the_day(on, place):
    listed = hukou(FIRST, SECOND)
    assert place_on(listed, day(on), "mainland", TODAY) == place
    assert province_on(listed, day(on), "mainland", TODAY) == place[:2] + "0000"


def test_a_closed_registration_is_certain_without_any_coverage():
    listed = hukou(FIRST, SECOND, complete_for=())
    assert province_on(listed, day("1990-01-01"), "mainland", TODAY) == SICHUAN


def test_an_open_registration_may_have_ended_where_the_list_may_be_incomplete():
    listed = hukou(SECOND, complete_for=only(CHONGQING))
    found = province_on(listed, day("2024-01-01"), "mainland", TODAY)
    assert found == Unknown(frozenset({Need("hukou.spells", (), everywhere=True)}))


def test_a_registration_of_unknown_beginning_is_taken_if_it_is_the_only_one():
    alone = HukouSpell(place=CHENGDU)
    assert province_on(hukou(alone), day("2001-01-01"), "mainland", TODAY) == SICHUAN
    found = province_on(hukou(alone, SECOND), day("2015-01-01"), "mainland", TODAY)
    assert isinstance(found, Unknown)
    assert found.among == {SICHUAN, CHONGQING}


def test_a_later_registration_ends_an_open_one():
    rows = hukou(HukouSpell(place=CHENGDU, since="1970-01-01"), SECOND)
    assert province_on(rows, day("2015-01-01"), "mainland", TODAY) == CHONGQING


@pytest.mark.parametrize("status", ["hong_kong", "macao", "taiwan", "foreigner"])
def test_who_has_no_mainland_registration(status):
    assert province_on(hukou(), day("2024-01-01"), status, TODAY) is NONE
    assert place_on(hukou(complete_for=None), unknown("x"), status, TODAY) is NONE


def test_the_status_is_asked():
    found = province_on(hukou(SECOND), day("2024-01-01"), unknown("person.status"), TODAY)
    assert found == unknown("person.status")


def test_an_absent_list_is_unknown():
    assert isinstance(province_on(hukou(complete_for=None), day("2024-01-01"), "mainland", TODAY), Unknown)


def test_the_day_does_not_matter_where_the_province_never_changed():
    rows = hukou(
        HukouSpell(place=CHENGDU, since="1970-01-01", through="2000-01-01"),
        HukouSpell(place=MIANYANG, since="2000-01-02"),
    )
    whenever = Unknown(frozenset({Need("retirement.timing")}), high=TODAY)
    assert province_on(rows, whenever, "mainland", TODAY) == SICHUAN
    found = place_on(rows, whenever, "mainland", TODAY)
    assert found == Unknown(whenever.needs, among=frozenset({CHENGDU, MIANYANG}))


def test_the_bounds_of_the_day_are_used():
    rows = hukou(
        FIRST,
        HukouSpell(place=YUZHONG, since="2010-07-01", through="2020-12-31"),
        HukouSpell(place=GUIZHOU, since="2021-01-01"),
    )
    within = Unknown(frozenset({Need("x")}), low=day("2011-01-01"), high=day("2020-12-31"))
    assert province_on(rows, within, "mainland", TODAY) == CHONGQING
    wider = Unknown(frozenset({Need("x")}), low=day("2011-01-01"), high=day("2021-01-01"))
    assert isinstance(province_on(rows, wider, "mainland", TODAY), Unknown)


@pytest.mark.parametrize("complete_for", [EVERYWHERE, only(CHONGQING)])
def test_nobody_knows_where_a_person_will_be_registered(complete_for):
    rows = hukou(SECOND, complete_for=complete_for)
    assert place_on(rows, day("2024-06-04"), "mainland", TODAY) == Unknown()
    assert province_on(hukou(SECOND), TODAY, "mainland", TODAY) == CHONGQING


def test_a_day_that_may_lie_ahead_is_asked_although_the_province_never_changed():
    rows = hukou(HukouSpell(place=CHENGDU, since="1970-01-01"))
    whenever = unknown("person.birth_date")
    assert province_on(rows, whenever, "mainland", TODAY) == whenever
    by_then = Unknown(whenever.needs, high=day("2024-06-04"))
    assert province_on(rows, by_then, "mainland", TODAY) == whenever
