"""Months paid, runs of contributions, and what stays unknown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crossprov.models import ContributionRun, Insurance, LumpSum, PensionSpell, problems
from crossprov.values import Month

START = Month(2000, 1)


def spell(**fields):
    return PensionSpell(scheme="employee", place="510104", start=START, **fields)


def run(first, last):
    return {"start": START.plus(first), "end": START.plus(last)}


def test_months_paid_from_either_source():
    assert spell().months_paid is None
    assert spell(paid_months=119).months_paid == 119
    assert spell(contributions=[run(0, 0)]).months_paid == 1
    assert spell(contributions=[run(0, 11), run(24, 35)]).months_paid == 24
    assert spell(contributions=[run(0, 11)], paid_months=12).months_paid == 12
    assert spell(contributions=[], paid_months=0).months_paid == 0


@given(st.sets(st.integers(0, 60)), st.randoms())
def test_months_paid_counts_different_months(months, order):
    runs = [run(month, month) for month in sorted(months)]
    order.shuffle(runs)
    read = spell(contributions=runs)
    assert read.months_paid == len(months)
    assert [item.start for item in read.contributions] == [START.plus(month) for month in sorted(months)]


def test_adjacent_runs_do_not_overlap_and_shared_months_do():
    assert spell(contributions=[run(12, 23), run(0, 11)]).months_paid == 24
    with pytest.raises(ValidationError) as caught:
        spell(contributions=[run(11, 23), run(0, 11)])
    assert [problem.code for problem in problems(caught.value)] == ["runs_overlap"]


def test_a_run_keeps_its_base_and_rate_exactly():
    paid = ContributionRun(start="2014-01", end="2014-12", base="4000.10", employer_rate="0.16")
    assert (paid.base, paid.employer_rate, paid.months) == (Decimal("4000.10"), Decimal("0.16"), 12)


def test_an_open_spell_has_no_last_month():
    assert spell(contributions=[run(0, 400)]).end is None


def test_papers_unknown_and_papers_none_differ():
    facts = {"place": "510104", "months": 36, "paid_on": "2018-05-01"}
    assert LumpSum(**facts).documents is None
    assert LumpSum(**facts, documents=[]).documents == ()


def test_nothing_told_is_nothing_known():
    insurance = Insurance()
    assert all(getattr(insurance, name) is None for name in Insurance.model_fields)
