import pytest

from crossprov.facts.months import Count, count, general_months, months_paid_after, total_months
from crossprov.models import DeemedPeriod, PensionSpell
from crossprov.values import Need, Unknown
from facts.record_lists import CHONGQING, GUANGDONG, SICHUAN, day, deemed, in_turn, only, paid, spells

NO_DEEMED = deemed()


def total(start: str, end: str | None, months: int | None, place: str = SICHUAN) -> PensionSpell:
    more = {"end": end} if end else {}
    return PensionSpell.model_validate(
        {
            "scheme": "employee",
            "place": place,
            "account": "general",
            "start": start,
            "paid_months": months,
            **more,
        }
    )


def runs(start: str, end: str, *parts: tuple[str, str]) -> PensionSpell:
    told = [{"start": first, "end": last} for first, last in parts]
    return PensionSpell.model_validate(
        {
            "scheme": "employee",
            "place": SICHUAN,
            "account": "general",
            "start": start,
            "end": end,
            "contributions": told,
        }
    )


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([], 0, 0),
        ([runs("2001-01", "2001-12", ("2001-01", "2001-03"), ("2001-06", "2001-06"))], 4, 4),
        # 60 and 40 months, 8 of them the same: 92
        ([paid(SICHUAN, "2000-01", 60), paid(SICHUAN, "2004-05", 40)], 92, 92),
        # totals that lie apart are added up
        ([total("2000-01", "2004-12", 30), total("2005-01", "2009-12", 20)], 50, 50),
        # a total of 30 among 60 months, of which 12 may be those paid in the other spell
        ([total("2000-01", "2004-12", 30), paid(SICHUAN, "2004-01", 24)], 42, 54),
        # two totals over the same five years
        ([total("2000-01", "2004-12", 30), total("2000-01", "2004-12", 20)], 30, 50),
        ([total("2000-01", "2000-12", None)], 0, 12),
        ([total("2000-01", None, None)], 0, None),
        ([total("2000-01", None, 7)], 7, 7),
        ([total("2000-01", None, 0), paid(SICHUAN, "2001-01", 5)], 5, 5),
    ],
)
def test_each_calendar_month_counts_once_and_open_ones_give_bounds(rows, low, high):
    assert count(rows) == Count(low, high)


def test_the_months_of_a_province_are_general_and_deemed_ones():
    rows = [
        *in_turn((SICHUAN, 70), (GUANGDONG, 30), (SICHUAN, 55)),
        paid(SICHUAN, "2015-01", 24, account="temporary"),
        paid(SICHUAN, "2018-01", 12, scheme="public"),
    ]
    there = deemed(DeemedPeriod(place="510104", months=30), DeemedPeriod(place="440106", months=9))
    found, needs = general_months(spells(*rows), there, SICHUAN)
    assert found == Count(155, 155)
    assert needs == frozenset()


def test_months_are_a_lower_bound_where_records_may_be_missing():
    rows = in_turn((SICHUAN, 130))
    found, needs = general_months(spells(*rows, complete_for=only(CHONGQING)), NO_DEEMED, SICHUAN)
    assert found == Count(130, None)
    assert needs == {Need("pension.spells", (SICHUAN,))}


def test_deemed_time_that_nobody_told_leaves_the_months_open_upwards():
    found, needs = general_months(spells(*in_turn((SICHUAN, 96))), deemed(complete_for=None), SICHUAN)
    assert found == Count(96, None)
    assert needs == {Need("pension.deemed_periods", (SICHUAN,))}


def test_an_account_of_unknown_kind_may_or_may_not_count():
    rows = [paid(SICHUAN, "2000-01", 60), paid(SICHUAN, "2010-01", 60, account=None)]
    found, needs = general_months(spells(*rows), NO_DEEMED, SICHUAN)
    assert found == Count(60, 120)
    assert needs == {Need("pension.spells", (SICHUAN,))}


def test_all_months_together_count_temporary_accounts_and_doubled_months_once():
    rows = [
        paid(SICHUAN, "2000-01", 60),
        paid(CHONGQING, "2004-05", 40),
        *in_turn((GUANGDONG, 12, "temporary"), start="2012-01"),
    ]
    assert total_months(spells(*rows), deemed(DeemedPeriod(place=SICHUAN, months=30))) == 92 + 12 + 30


def test_all_months_together_are_a_lower_bound_unless_everything_is_covered():
    found = total_months(spells(*in_turn((SICHUAN, 100)), complete_for=only(SICHUAN)), NO_DEEMED)
    assert isinstance(found, Unknown)
    assert (found.low, found.high) == (100, None)
    assert found.needs == {Need("pension.spells", (), everywhere=True)}


def test_totals_that_overlap_give_the_same_bounds_in_any_order():
    # at least the 20 of the longer one, which may hold all 6 of the other; at most both
    rows = [total("2000-01", "2000-12", 6), total("2000-01", "2001-12", 20)]
    assert count(rows) == count(reversed(rows)) == Count(20, 26)


# --- months paid after a day --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([], 0, 0),
        # five of twelve months lie after March 2019
        ([paid(SICHUAN, "2018-09", 12)], 5, 5),
        ([paid(SICHUAN, "2018-04", 12)], 0, 0),  # the last is March 2019 itself
        ([paid(SICHUAN, "2019-04", 60)], 60, 60),
        # the same month at two places counts once
        ([paid(SICHUAN, "2019-04", 12), paid(CHONGQING, "2020-01", 12)], 21, 21),
        ([paid(SICHUAN, "2019-04", 12, scheme="resident", account=None)], 0, 0),
        # which months of a total they are is not told
        ([total("2018-01", "2019-12", 20)], 0, 9),
        ([total("2019-04", "2020-03", 7)], 0, 7),
        ([total("2018-01", None, 7)], 0, 7),
    ],
)
def test_months_after_the_month_of_a_day(rows, low, high):
    found = months_paid_after(spells(*rows), day("2019-03-10"))
    assert found == low if low == high else (found.low, found.high) == (low, high)


def test_months_after_a_day_are_a_lower_bound_where_records_may_be_missing():
    found = months_paid_after(
        spells(paid(SICHUAN, "2019-04", 60), complete_for=only(SICHUAN)), day("2019-03-10")
    )
    assert (found.low, found.high) == (60, None)
    assert found.needs == frozenset({Need("pension.spells", (), everywhere=True)})


def test_records_before_the_day_are_not_wanted():
    since = ({"provinces": "all", "since": "2019-04-01"},)
    assert months_paid_after(spells(paid(SICHUAN, "2019-04", 3), complete_for=since), day("2019-03-10")) == 3


def test_months_before_1800_are_refused_and_not_counted():
    """Whoever wrote 0196 meant 1996, and 1,800 years more would make everybody entitled."""
    with pytest.raises(ValueError, match="negative shift"):
        total_months(spells(runs("0196-01", "1996-12", ("0196-01", "1996-12"))), NO_DEEMED)
    assert total_months(spells(runs("1800-01", "1800-12", ("1800-01", "1800-12"))), NO_DEEMED) == 12
