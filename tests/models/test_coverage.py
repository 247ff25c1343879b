"""When a list of records is complete for a province and a period."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crossprov.models import Coverage, HukouSpell, Records, problems

SICHUAN, CHONGQING, GUANGDONG = "510000", "500000", "440000"
ORIGIN = dt.date(2020, 1, 1)
HORIZON = 12


def listed(*coverages):
    return Records[HukouSpell](complete_for=coverages, records=())


def test_no_coverage_covers_nothing():
    nowhere = listed()
    assert not nowhere.covers(SICHUAN)
    assert not nowhere.covers_everywhere()
    assert not nowhere.covers(SICHUAN, dt.date(2024, 1, 1), dt.date(2024, 1, 1))


def test_all_covers_every_province_for_ever():
    everywhere = listed({"provinces": "all"})
    assert everywhere.covers(SICHUAN)
    assert everywhere.covers(GUANGDONG, dt.date.min, dt.date.max)
    assert everywhere.covers_everywhere()


def test_named_provinces_cover_themselves_only():
    two = listed({"provinces": [SICHUAN, CHONGQING]})
    assert two.covers(SICHUAN)
    assert two.covers(CHONGQING)
    assert not two.covers(GUANGDONG)
    assert not two.covers_everywhere()


def test_open_ends_are_not_closed_ends():
    until_march = listed({"provinces": [SICHUAN], "through": "2024-03-01"})
    since_2010 = listed({"provinces": [SICHUAN], "since": "2010-01-01"})
    assert until_march.covers(SICHUAN, through=dt.date(2024, 3, 1))
    assert not until_march.covers(SICHUAN, through=dt.date(2024, 3, 2))
    assert not until_march.covers(SICHUAN)
    assert since_2010.covers(SICHUAN, since=dt.date(2010, 1, 1))
    assert not since_2010.covers(SICHUAN, since=dt.date(2009, 12, 31))
    assert not since_2010.covers(SICHUAN)


def test_several_coverages_join_when_no_day_is_missing():
    first = {"provinces": "all", "through": "2015-12-31"}
    joined = listed({"provinces": [SICHUAN], "since": "2016-01-01"}, first)
    gap = listed({"provinces": [SICHUAN], "since": "2016-01-02"}, first)
    assert joined.covers(SICHUAN)
    assert not joined.covers(CHONGQING)
    assert not joined.covers_everywhere()
    assert joined.covers_everywhere(through=dt.date(2015, 12, 31))
    assert not gap.covers(SICHUAN)
    assert gap.covers(SICHUAN, since=dt.date(2016, 1, 2))


spans = st.tuples(st.integers(0, HORIZON), st.integers(0, HORIZON)).map(sorted)


@given(st.lists(spans, max_size=6), spans)
def test_a_period_is_covered_if_every_day_is(covered, wanted):
    def day(number):
        return ORIGIN + dt.timedelta(days=number)

    complete = listed(
        *({"provinces": [SICHUAN], "since": day(first), "through": day(last)} for first, last in covered)
    )
    days = {number for first, last in covered for number in range(first, last + 1)}
    expected = set(range(wanted[0], wanted[1] + 1)) <= days
    assert complete.covers(SICHUAN, day(wanted[0]), day(wanted[1])) is expected


def test_misuse_is_an_error_and_not_a_no():
    everywhere = listed({"provinces": "all"})
    for province in ("510100", "51", "all", "四川"):
        with pytest.raises(ValueError, match="province"):
            everywhere.covers(province)
    with pytest.raises(ValueError, match="ends before"):
        everywhere.covers(SICHUAN, dt.date(2024, 1, 2), dt.date(2024, 1, 1))


@pytest.mark.parametrize(
    "provinces",
    [[], "510000", "ALL", ["510100"], ["510000", "510000"], [510000], ["all"], None, {}, ["000000"]],
)
def test_bad_provinces_are_refused(provinces):
    with pytest.raises(ValidationError) as caught:
        Coverage(provinces=provinces)
    assert [(problem.path, problem.code) for problem in problems(caught.value)] == [
        ("provinces", "provinces")
    ]


def test_a_coverage_does_not_end_before_it_begins():
    assert Coverage(provinces="all", since="2024-01-01", through="2024-01-01")
    with pytest.raises(ValidationError) as caught:
        Coverage(provinces="all", since="2024-01-02", through="2024-01-01")
    assert [problem.path for problem in problems(caught.value)] == ["through"]


@given(st.permutations(["2001-01-01", "2002-01-01", "2003-01-01", None]))
def test_records_are_kept_in_time_order(begins):
    spells = Records[HukouSpell](records=[{"place": "510104", "since": since} for since in begins])
    assert [spell.since and spell.since.year for spell in spells.records] == [None, 2001, 2002, 2003]
