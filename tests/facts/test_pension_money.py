"""The money that moves: sums over months, what stays, what was paid twice; exact, or bounded and asked for."""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.facts import duplicates, lump_sums
from crossprov.facts.hukou import moved_in_on
from crossprov.facts.pension_money import account_check, personal_account, pool
from crossprov.models import HukouSpell, LumpSum, PensionSpell
from crossprov.values import NONE, Month, Need, Unknown, unknown
from facts.record_lists import (
    CHONGQING,
    EVERYWHERE,
    GUANGDONG,
    SICHUAN,
    admits,
    day,
    hukou,
    listed,
    only,
    spells,
)

SHARE, FIRST, THEN = Fraction(12, 100), Fraction(11, 100), Fraction(8, 100)
SINCE, CHANGE = Month(1998, 1), Month(2006, 1)
SETTLED = unknown("pension.personal_account_settled")


def run(start, months, base="1000.00", **more):
    first = Month.parse(start)
    return {"start": first, "end": first.plus(months - 1), "base": base, **more}


def spell(*runs, place=SICHUAN, account="general", **more):
    return PensionSpell.model_validate(
        {"scheme": "employee", "place": place, "account": account, "start": runs[0]["start"],
         "end": runs[-1]["end"], "contributions": list(runs), "state": "suspended", **more}
    )  # fmt: skip


@dataclass(frozen=True)
class Concluded:
    """A lump sum with what the rules concluded of it."""

    record: LumpSum
    conclusion: object

    def __getattr__(self, name):
        return getattr(self.record, name)


def lumps(*pairs, complete_for=EVERYWHERE):
    made = [LumpSum(**{"place": SICHUAN, "paid_on": "2018-03-01", **told}) for told, _ in pairs]
    found = listed(LumpSum, "pension.lump_sums", made, complete_for)
    rows = tuple(Concluded(row, what) for row, (_, what) in zip(made, pairs, strict=True))
    return replace(found, rows=rows)


def moved(*rows, stay=None, temporary=False, complete_for=EVERYWHERE):
    stay = lumps() if stay is None else stay
    return pool(spells(*rows, complete_for=complete_for), stay, SICHUAN, temporary, SHARE, SINCE)


def test_a_payment_of_which_the_rules_conclude_nothing_does_not_stay():
    """As where the table of payments does not concern the case: its ``when`` does not hold."""
    stay = lumps(({"months": 12, "first_month": "2010-01", "personal_account": "40.00"}, NONE))
    rows = (spell(run("2010-01", 12), personal_account_balance="100.00"),)
    assert moved(*rows, stay=stay) == moved(*rows)
    assert lump_sums.months_staying(stay, SICHUAN) == 0
    assert account(*rows, stay=stay) == 10_000


# --- the pool -------------------------------------------------------------------------------------------


def test_each_month_counts_from_the_first_that_does():
    assert moved(spell(run("1997-12", 2, "1000.00"))) == 12_000


def test_a_sum_is_rounded_once_at_its_end():
    # 0.04 yuan x 12% is less than half a fen each month; three months are 1.44 fen, thirteen 6.24
    assert moved(spell(run("2010-01", 3, "0.04"))) == 1
    assert moved(spell(run("2010-01", 13, "0.04"))) == 6


def test_a_half_is_rounded_up():
    half = [run("2010-01", 1, "0.04", employer_rate="0.125")]
    assert moved(spell(*half, account="temporary", insured_as="employed"), temporary=True) == 1


@pytest.mark.parametrize(
    ("more", "fen"),
    [
        ({"employer_rate": "0.16"}, 16_000),
        ({"employer_rate": "0.10"}, 12_000),
        ({"insured_as": "flexible"}, 12_000),
    ],
)
def test_the_rate_of_a_temporary_account(more, fen):
    assert moved(spell(run("2012-01", 1), account="temporary", **more), temporary=True) == fen


def test_a_temporary_account_without_its_rate_gives_at_least_the_share():
    found = moved(spell(run("2012-01", 1), account="temporary"), temporary=True)
    assert found == Unknown(frozenset({Need("pension.spells", (SICHUAN,))}), low=12_000)


def test_what_is_known_at_least_is_never_more_than_what_it_turns_out_to_be():
    """Half a fen of a general account and half a fen of one of no told type are one fen if both are of one type."""
    half = run("2010-01", 1, "0.04", employer_rate="0.125"), run("2010-02", 1, "0.04", employer_rate="0.125")
    share = Fraction(125, 1000)

    def at(*accounts):
        rows = [
            spell(one, account=account, insured_as="employed")
            for one, account in zip(half, accounts, strict=True)
        ]
        return pool(spells(*rows, complete_for=EVERYWHERE), lumps(), SICHUAN, True, share, SINCE)

    assert at("general", "general") == 1
    assert at("general", "temporary") == 2
    assert at("general", None) == Unknown(frozenset({Need("pension.spells", (SICHUAN,))}), low=1)


CENTS = st.integers(1, 40).map(lambda fen: f"0.{fen:02}")


@given(st.lists(st.tuples(CENTS, st.sampled_from(["general", "temporary", None])), min_size=1, max_size=5))
def test_whatever_the_types_of_accounts_turn_out_to_be(told):
    def at(accounts):
        rows = [
            spell(run(f"20{10 + i}-01", 7, base), account=account, insured_as="flexible")
            for i, ((base, _), account) in enumerate(zip(told, accounts, strict=True))
        ]
        return moved(*rows, temporary=True)

    found = at([account for _, account in told])
    choices = [[account] if account else ["general", "temporary"] for _, account in told]
    least = min(at(accounts) for accounts in product(*choices))
    assert (found.low if isinstance(found, Unknown) else found) <= least


def test_a_temporary_account_that_is_sealed_moves_nothing():
    assert moved(spell(run("2012-01", 1), account="temporary")) == 0


def test_a_relation_that_went_away_and_one_elsewhere_move_nothing():
    gone = spell(run("2012-01", 1), state="transferred")
    assert moved(gone, spell(run("2012-01", 1), place=CHONGQING)) == 0


@pytest.mark.parametrize(
    "row",
    [
        spell(run("2012-01", 12, None)),
        spell(run("2012-01", 12), contributions=None, paid_months=12),
        spell(run("2012-01", 12), account=None),
    ],
)
def test_what_is_not_told_is_asked_for(row):
    assert moved(row) == Unknown(frozenset({Need("pension.spells", (SICHUAN,))}), low=0)


def test_two_bases_for_one_month_are_for_a_person():
    assert moved(spell(run("2012-01", 1)), spell(run("2012-01", 1, "2000.00"))) == Unknown(low=0)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 999_999)), min_size=1, max_size=8), st.integers(0, 8)
)
def test_the_sum_over_a_partition_of_months_is_the_sum(parts, cut):
    runs, first = [], Month(2000, 1)
    for months, fen in parts:
        runs.append(run(str(first), months, f"{fen // 100}.{fen % 100:02d}"))
        first = first.plus(months)
    total = sum(months * fen for months, fen in parts) * SHARE
    whole = moved(spell(*runs))
    assert whole == int(total + Fraction(1, 2))
    pieces = [spell(*part) for part in (runs[:cut], runs[cut:]) if part]
    assert moved(*pieces) == whole


@given(st.sets(st.integers(0, 5)), st.sets(st.sampled_from([SICHUAN, CHONGQING])), st.booleans())
def test_knowing_less_never_makes_the_lower_bound_larger(left, provinces, told):
    rows = [spell(run(f"20{10 + n}-01", 12)) for n in range(6)]
    stay = lumps(({"months": 12, "first_month": "2010-01"}, "stays"), complete_for=EVERYWHERE if told else ())
    truth = moved(*rows, stay=lumps(({"months": 12, "first_month": "2010-01"}, "stays")))
    kept = [row for n, row in enumerate(rows) if n in left]
    found = moved(*kept, stay=stay, complete_for=only(*sorted(provinces - {SICHUAN})))
    assert isinstance(found, Unknown)
    assert admits(found, truth)


# --- lump sums ------------------------------------------------------------------------------------------


def test_months_that_stay_do_not_count():
    row = spell(run("2010-01", 24))
    stay = lumps(
        ({"months": 12, "first_month": "2010-01"}, "stays"),
        ({"months": 6, "first_month": "2011-01"}, "moves"),
    )
    assert moved(row, stay=stay) == 12 * 12_000
    assert lump_sums.months_staying(stay, SICHUAN) == 12
    assert lump_sums.months_staying(stay, CHONGQING) == 0


def test_what_may_stay_is_bounded_by_both_answers():
    row = spell(run("2010-01", 24))
    stay = lumps(({"months": 12, "first_month": "2010-01"}, unknown("pension.lump_sums")))
    assert moved(row, stay=stay) == Unknown(frozenset({Need("pension.lump_sums")}), low=12 * 12_000)
    months = lump_sums.months_staying(stay, SICHUAN)
    assert (months.low, months.high) == (0, 12)


def test_months_of_a_lump_sum_that_nobody_told_are_asked_for():
    stay = lumps(({"months": 12}, "stays"))
    assert moved(spell(run("2010-01", 24)), stay=stay) == Unknown(
        frozenset({Need("pension.lump_sums", (SICHUAN,))}), low=0
    )


def test_short_payments_that_reach_the_limit_together():
    def reach(*months, complete_for=EVERYWHERE):
        return lump_sums.short_payments_reach(
            lumps(*(({"months": count}, None) for count in months), complete_for=complete_for), SICHUAN, 36
        )

    assert reach(20, 16) is True
    assert reach(20, 15) is False
    assert reach(36) is False
    assert reach(1, 36) is True
    assert isinstance(reach(35, complete_for=()), Unknown)


def test_papers_are_in_time_by_their_date():
    def paid(*papers):
        return LumpSum(place=SICHUAN, months=36, paid_on="2018-03-01", documents=list(papers))

    early, late = {"kind": "court", "dated": "2018-02-28"}, {"kind": "audit", "dated": "2018-03-02"}
    same = {"kind": "arbitration", "dated": "2018-03-01"}
    made = paid(early, late, same)
    assert made.papers_before_payment == {"court"}
    assert made.papers_by_payment == {"court", "arbitration"}
    assert paid({"kind": "court"}).papers_before_payment is None
    assert paid(early, {"kind": "court"}).papers_before_payment == {"court"}
    assert paid().papers == frozenset()


# --- the personal account ---------------------------------------------------------------------------------


def account(*rows, stay=None, check="not_told", settled=SETTLED, complete_for=EVERYWHERE):
    stay = lumps() if stay is None else stay
    return personal_account(spells(*rows, complete_for=complete_for), stay, SICHUAN, False, check, settled)


def test_balances_add_up_less_what_stays():
    rows = [spell(run("2010-01", 12), personal_account_balance=f"{yuan}.00") for yuan in (500, 700)]
    assert account(*rows) == 120_000
    stay = lumps(({"months": 36, "personal_account": "200.00"}, "stays"))
    assert account(*rows, stay=stay) == 100_000
    assert account(*rows, stay=lumps(({"months": 36}, "stays"))).needs == {
        Need("pension.lump_sums", (SICHUAN,))
    }
    assert account(*rows, complete_for=()).needs == {Need("pension.spells", (SICHUAN,))}


@pytest.mark.parametrize("check", ["above", "below", "both"])
def test_an_account_credited_otherwise_is_settled_by_the_agency(check):
    row = spell(run("2010-01", 12), personal_account_balance="500.00")
    assert account(row, check=check) == SETTLED
    assert account(row, check=check, settled=40_000) == 40_000


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        (("0.11", "0.08"), "agrees"),
        (("0.11", "0.11"), "above"),
        (("0.08", "0.08"), "below"),
        (("0.08", "0.11"), "both"),
        (("0.11", None), "not_told"),
    ],
)
def test_the_rates_on_both_sides_of_the_change(rates, found):
    row = spell(run("2005-12", 1, personal_rate=rates[0]), run("2006-01", 1, personal_rate=rates[1]))
    known = (SICHUAN, False, SINCE, CHANGE, FIRST, THEN)
    assert account_check(spells(row), *known) == found
    assert isinstance(account_check(spells(row, complete_for=only(CHONGQING)), *known), Unknown)


# --- months paid twice --------------------------------------------------------------------------------------


def refund(*rows, kept="other_place", **more):
    return duplicates.refund(spells(*rows, **more), SICHUAN, kept, SINCE, CHANGE, FIRST, THEN)


def test_the_side_that_is_cleared_is_paid_back():
    here, there = spell(run("2010-01", 12, "1000.00")), spell(run("2010-07", 12, "2000.00"), place=CHONGQING)
    assert duplicates.months_paid_twice(spells(here, there), SICHUAN) == 6
    assert refund(here, there) == 6 * 8_000
    assert refund(here, there, kept="old_place") == 6 * 16_000


def test_the_rate_credited_counts_where_it_is_told():
    here = spell(run("2010-01", 12, personal_rate="0.11"))
    assert refund(here, spell(run("2010-01", 1), place=CHONGQING)) == 11_000


def test_months_before_uniform_accounts_are_for_a_person():
    assert refund(spell(run("1997-12", 2)), spell(run("1997-12", 1), place=CHONGQING)) == Unknown()


def test_months_paid_twice_are_bounded_where_totals_hide_them():
    here = spell(run("2010-01", 12), contributions=None, paid_months=6)
    there = spell(run("2010-07", 12), place=GUANGDONG)
    found = duplicates.months_paid_twice(spells(here, there), SICHUAN)
    assert (found.low, found.high) == (0, 6)
    assert isinstance(refund(here, there), Unknown)
    assert duplicates.months_paid_twice(spells(here, complete_for=only(SICHUAN)), SICHUAN).high is None


def test_a_relation_that_went_away_was_paid_twice_no_longer():
    there = spell(run("2010-01", 12), place=CHONGQING, state="transferred")
    assert duplicates.months_paid_twice(spells(spell(run("2010-01", 12)), there), SICHUAN) == 0


# --- the registration that makes an account general -----------------------------------------------------------

HOME = HukouSpell(place="510104", since="1970-01-01", through="2024-05-14")
NEW = HukouSpell(place="500103", since="2024-05-15")
AS_OF = day("2024-06-03")


def moved_in(*rows, enrolled="2022-03-01", complete_for=EVERYWHERE):
    enrolled_on = day(enrolled) if enrolled else unknown("move.enrolled_on")
    return moved_in_on(hukou(*rows, complete_for=complete_for), CHONGQING, enrolled_on, "mainland", AS_OF)


def test_the_day_of_the_registration_after_the_enrolment():
    assert moved_in(HOME, NEW) == day("2024-05-15")
    assert moved_in(HOME, NEW, enrolled="2024-05-20") is NONE  # registered there on the day of the enrolment
    assert moved_in(HukouSpell(place="510104", since="1970-01-01")) is NONE
    assert moved_in(HukouSpell(place="510104", since="1970-01-01"), enrolled=None) is NONE
    back = [
        HukouSpell(place="500103", since="1970-01-01"),
        HukouSpell(place="510104", since="2010-01-01"),
        NEW,
    ]
    assert moved_in(*back) == day("2024-05-15")


def test_a_registration_that_nobody_told_may_have_been():
    assert moved_in(complete_for=only(SICHUAN)).needs == {Need("hukou.spells", (CHONGQING,))}
    assert isinstance(moved_in(NEW, complete_for=only(CHONGQING)), Unknown)  # where before?
    assert isinstance(moved_in(HOME, NEW, enrolled=None), Unknown)
