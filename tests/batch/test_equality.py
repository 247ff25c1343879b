"""Row by row, a frame gives what single cases give, whatever is not known."""

import datetime as dt

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.frame_samples import DAY, as_frame, cells, frames, one_by_one, sample
from crossprov import Rulebook
from crossprov.batch import contract, decide_frame
from crossprov.batch.accept import matched
from crossprov.batch.plan import Plan
from crossprov.testing.rulebooks import rulebooks
from crossprov.values import Month
from decide.small import HERE, LETTER, TEXT, fact, requirement, rulebook

RULES = Rulebook.load(engine="index")
ITEMS = RULES.item_ids
FEW = max(1, settings.default.max_examples // 30)  # of the profile; each test runs for every item
every_item = pytest.mark.parametrize("item", ITEMS)

# Told only what nobody calculates, these need a formula that columns cannot say exactly on every backend.
BY_ROWS = {"injury-determination", "pension-convert-employee-resident", "work-capacity-recognition"}


def assert_same(rows, item, day, rules, names):
    frame = as_frame(rows, item, day, rules, names)
    decided = decide_frame(frame, item, as_of=day, rulebook=rules)
    wanted = one_by_one(rows, item, day, rules)
    assert decided.refused["row"].to_list() == [i for i, one in enumerate(wanted) if one is None]
    got = decided.frame.select("row", *contract(item, day, rules).outputs).to_dicts()
    assert got == [{"row": i, **one} for i, one in enumerate(wanted) if one is not None]


@every_item
@settings(max_examples=FEW)
@given(data=st.data())
def test_a_frame_gives_what_single_cases_give(item, data):
    rows = data.draw(frames(item, DAY, RULES))
    assert_same(rows, item, DAY, RULES, cells(item, DAY, RULES))


@every_item
def test_what_is_wanted_does_not_change_what_is_said(item):
    """Also of rows that are refused or in doubt: a place that nobody knows, an application long ago."""
    frame = as_frame(sample(item, 30, 8, DAY, RULES), item, DAY, RULES, cells(item, DAY, RULES))
    places = [
        name
        for name, fact in contract(item, DAY, RULES).facts.items()
        if fact.type.kind == "place" and name in frame.columns
    ]
    wrong = pl.when(pl.col("row") % 7 == 0).then(pl.lit("999999"))
    frame = frame.with_columns(wrong.otherwise(pl.col(name)).alias(name) for name in places)
    whole = decide_frame(frame, item, as_of=DAY, rulebook=RULES)
    outputs = list(contract(item, DAY, RULES).outputs)
    for wanted in (outputs[:1], outputs[1::3], outputs[2::5], []):
        some = decide_frame(frame, item, as_of=DAY, rulebook=RULES, only=reversed(wanted))
        assert some.frame.equals(whole.frame.select(*frame.columns, *wanted))
        assert some.refused.equals(whole.refused)


@every_item
def test_also_where_facts_are_calculated(item):
    """A register tells what nobody calculates: days of birth, places."""
    rows = sample(item, 12, 5, DAY, RULES, leaves=True)
    assert_same(rows, item, DAY, RULES, cells(item, DAY, RULES, leaves=True))


@pytest.mark.parametrize("day", [dt.date(2017, 3, 1), dt.date(2020, 11, 3), dt.date(2024, 2, 29)])
@pytest.mark.parametrize(
    "item", ["pension-eligibility-certification", "unemployment-insurance-transfer", "resident-pension-claim"]
)
def test_under_the_law_of_other_days(item, day):
    rows = sample(item, 40, 11, day, RULES)
    assert_same(rows, item, day, RULES, cells(item, day, RULES))


@settings(max_examples=10 * FEW)
@given(data=st.data())
def test_of_anybodys_rules(data):
    rules = data.draw(rulebooks()).load()
    item = rules.item_ids[0]
    rows = sample(item, 20, data.draw(st.integers(0, 99)), DAY, rules)
    assert_same(rows, item, DAY, rules, cells(item, DAY, rules))


def test_a_conclusion_that_is_none_or_for_a_person(tmp_path):
    """It has no value in any row of the frame, and yet what asks whether it is none has two answers."""
    book = rulebook(
        tmp_path,
        facts=fact("f.month", "month"),
        item=f"""conclusions:
  c.x:
    type: bool
    label: {TEXT}
    hit: unique
    when: f.month == '2020-02'
    rows:
      - {{id: never, when: f.month == '2020-01', then: true, law: none_found}}
requirements:
{requirement("asks", "not (c.x is none)")}""",
        engine="index",
    )
    months = [Month(2020, 1), Month(2020, 2), None]
    rows = [{"f.month": month, "move.to_place": HERE} for month in months]
    wanted = one_by_one(rows, "it", DAY, book)
    assert [one["outcome"] for one in wanted] == ["ineligible", "refer_to_person", "needs_information"]
    assert_same(rows, "it", DAY, book, ["f.month", "move.to_place"])


def test_no_clock_runs_from_a_step_that_is_none_of_the_case(tmp_path):
    told = fact("case.applied_on", "date", given="applied_on", question=TEXT)
    book = rulebook(tmp_path, facts=fact("a", "bool") + told, item=LETTER, engine="index")
    applied = dt.date(2024, 5, 6)
    rows = [{"a": a, "case.applied_on": applied, "move.to_place": HERE} for a in (True, False, None)]
    wanted = one_by_one(rows, "it", DAY, book)
    assert [one["due.pay"] for one in wanted] == [dt.date(2024, 5, 27), None, dt.date(2024, 5, 27)]
    assert_same(rows, "it", DAY, book, ["a", "case.applied_on", "move.to_place"])


def plan(item, *, leaves):
    names = cells(item, DAY, RULES, leaves=leaves)
    frame = as_frame([], item, DAY, RULES, names)
    columns = contract(item, DAY, RULES)
    return Plan.of(columns, matched({name: _nw(kind) for name, kind in frame.schema.items()}, columns))


def _nw(kind):
    return nw.from_native(pl.DataFrame(schema={"a": kind})).schema["a"]


@every_item
def test_no_item_is_left_to_rows(item):
    assert plan(item, leaves=False).program(pl) is not None
    assert (plan(item, leaves=True).program(pl) is None) is (item in BY_ROWS)
