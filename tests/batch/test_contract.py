"""What a frame may tell: wrong columns are refused before anything is computed, wrong values row by row."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.frame_samples import DAY, as_frame, cells, sample
from crossprov import CaseError, Rulebook
from crossprov.batch import contract, decide_frame
from decide import small
from decide.small import HERE, LETTER, fact, rulebook

RULES = Rulebook.load(engine="index")
CERTIFICATION = "pension-eligibility-certification"
ARBITRATION = "labour-arbitration"


def decided(frame, item=CERTIFICATION, as_of=DAY):
    return decide_frame(frame, item, as_of=as_of, rulebook=RULES)


def problems(frame, item=CERTIFICATION):
    with pytest.raises(CaseError) as raised:
        decided(frame, item)
    assert raised.value.text("zh")
    assert raised.value.text("en")
    return [(one.path, one.code) for one in raised.value.problems]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("certification.is_drawn", ["yes"]),
        ("certification.is_drawn", [1]),
        ("certification.last_on", ["2026-01-05"]),
        ("certification.last_on", [dt.datetime(2026, 1, 5)]),  # noqa: DTZ001
        ("certification.benefit", [1]),
        ("certification.sichuan_months_left", [70.0]),
    ],
)
def test_a_column_of_another_type_is_refused_at_once(column, values):
    assert problems(pl.DataFrame({column: values})) == [(column, "frame_column_type")]


def test_an_error_names_column_and_both_types():
    with pytest.raises(CaseError) as raised:
        decided(pl.DataFrame({"certification.sichuan_months_left": [70.5]}))
    assert (
        raised.value.text("en")
        == "certification.sichuan_months_left: the column as a whole holds Float64; Int64 is wanted, whatever its rows say"
    )


def test_of_values_of_several_types_the_first_rows_are_named_and_none_is_shown():
    values = [True, None, "张三", float("nan"), 1, False, dt.date(2026, 1, 1), "yes"]
    with pytest.raises(CaseError) as raised:
        decided(pd.DataFrame({"certification.is_drawn": pd.Series(values, dtype=object)}))
    (problem,) = raised.value.problems
    assert (problem.path, problem.code) == ("certification.is_drawn", "frame_column_mixed")
    assert problem.params["rows"] == "3, 5, 7"
    assert "rows with others, from 1 on: 3, 5, 7" in problem.text("en")
    assert "3, 5, 7" in problem.text("zh")
    assert "张三" not in str(raised.value)


def test_of_plain_objects_of_one_type_no_row_is_worse_than_another():
    frame = pd.DataFrame({"certification.is_drawn": pd.Series(["yes", None], dtype=object)})
    assert problems(frame) == [("certification.is_drawn", "frame_column_type")]


def test_all_problems_are_told_at_once():
    frame = pl.DataFrame(
        {
            "outcome": ["x"],
            "certification.sichuan_months_left": [0.5],
            "case.as_of": [DAY],
            "payment": ["continues"],
        }
    )
    assert problems(frame) == [
        ("outcome", "frame_column_taken"),
        ("payment", "fact_not_told"),
        ("case.as_of", "frame_as_of"),
        ("certification.sichuan_months_left", "frame_column_type"),
    ]


def test_a_name_that_is_no_output_is_refused_with_those_near_it():
    with pytest.raises(CaseError) as raised:
        decide_frame(
            pl.DataFrame({"n": [1]}), CERTIFICATION, as_of=DAY, rulebook=RULES, only=["outcom", "missing"]
        )
    (problem,) = raised.value.problems
    assert problem.code == "frame_no_output"
    assert problem.text("en") == "`outcom` in `only` is no output of this item; near it: outcome"
    assert problem.text("zh") == "only 中的 `outcom` 不是此事项的结果列；相近的有：outcome"


@pytest.mark.parametrize("typed", ["张三", "510104199003070028x y", "a" * 500])
def test_what_is_no_plain_name_is_not_repeated(typed):
    with pytest.raises(CaseError) as raised:
        decide_frame(pl.DataFrame({"n": [1]}), CERTIFICATION, as_of=DAY, rulebook=RULES, only=[typed])
    (problem,) = raised.value.problems
    assert typed not in raised.value.text("zh") + raised.value.text("en") + repr(problem.params)


def test_an_output_with_a_hyphen_is_repeated():
    with pytest.raises(CaseError, match=r"`due\.send-leter`"):
        decide_frame(
            pl.DataFrame({"n": [1]}),
            "pension-transfer-enterprise",
            as_of=DAY,
            rulebook=RULES,
            only="due.send-leter",
        )


def test_only_what_is_wanted_stands_beside_the_columns_lazily_too():
    frame = pl.DataFrame({"n": [1], "certification.benefit": ["paid_once"]})
    for one in (frame, frame.lazy()):
        found = (
            decide_frame(one, CERTIFICATION, as_of=DAY, rulebook=RULES, only="outcome").frame.lazy().collect()
        )
        assert found.rows() == [(1, "paid_once", "out_of_scope")]
        assert found.columns[2:] == ["outcome"]


@pytest.mark.parametrize("month", ["1899-12", "2200-01", "0001-01", "none", "2026-11"])
def test_a_month_far_away_is_no_wrong_value(month):
    frame = pl.DataFrame({"certification.suspended_since": ["2026-01", month]})
    found = decided(frame)
    assert found.refused.is_empty()
    assert len(found.frame) == 2


def test_wrong_values_are_named_among_many_right_ones():
    """The first wrong value of a row, in the order of the facts, whatever other rows hold."""
    frame = pl.DataFrame(
        {
            "certification.suspended_since": ["2026-01", "2026-13", "2026-02", "2026-1"],
            "certification.benefit": ["resident_pension", "nonsense", "none", None],
            "certification.paying_place": ["510104", "440106", "440106", "51010x"],
        }
    )
    bad = decided(frame).refused
    assert bad["certification.suspended_since"].to_list() == ["2026-13", "2026-02", "2026-1"]
    assert bad["refused.column"].to_list() == [
        "certification.benefit",
        "certification.benefit",
        "certification.paying_place",
    ]


def test_only_frames_that_are_known():
    assert problems({"certification.sichuan_months_left": [70]}) == [("", "frame_kind")]
    assert problems([1, 2]) == [("", "frame_kind")]


def test_the_day_is_a_date():
    with pytest.raises(CaseError, match="should be a date"):
        decided(pl.DataFrame({"a": [1]}), as_of="2026-11-27")


def test_no_companion_for_what_is_never_none():
    assert problems(pl.DataFrame({"certification.sichuan_months_left.none": [True]})) == [
        ("certification.sichuan_months_left.none", "frame_never_none")
    ]


BAD = [
    ("certification.benefit", "pension", "fact_not_of_type"),
    ("certification.paying_place", "51010", "fact_not_of_type"),
    ("certification.paying_place", "510104\n", "fact_not_of_type"),
    ("certification.paying_place", "999999", "place_unknown"),
]


@pytest.mark.parametrize(("column", "value", "code"), BAD)
@pytest.mark.parametrize("lazily", [False, True])
def test_a_wrong_value_refuses_its_row_alone(column, value, code, lazily):
    frame = pl.DataFrame({"n": [1, 2, 3], column: [None, value, None]}, schema_overrides={column: pl.String})
    found = decided(frame.lazy() if lazily else frame)
    good, bad = (one.collect() if lazily else one for one in found)
    assert good["n"].to_list() == [1, 3]
    assert bad["n"].to_list() == [2]
    assert bad["refused.column"].to_list() == [column]
    assert bad["refused.reason"].to_list() == [code]
    assert bad.columns == ["n", column, "refused.column", "refused.reason", "refused.expected"]


@pytest.mark.parametrize("lazily", [False, True])
@pytest.mark.parametrize("kind", [pl.UInt64, pl.Int128])
def test_a_number_that_no_column_of_ours_holds_refuses_its_row_alone(kind, lazily):
    name = "certification.sichuan_months_left"
    assert contract(CERTIFICATION, DAY, RULES).facts[name].holds == "int"
    frame = pl.DataFrame({"n": [1, 2, 3, 4], name: pl.Series([2**63, 3, None, 2**64 - 1], dtype=kind)})
    found = decided(frame.lazy() if lazily else frame)
    good, bad = (one.collect() if lazily else one for one in found)
    assert good["n"].to_list() == [2, 3]
    assert bad.select("n", "refused.column", "refused.reason").rows() == [
        (1, name, "fact_not_of_type"),
        (4, name, "fact_not_of_type"),
    ]
    small = decided(frame.with_columns(pl.Series(name, [None, 3, None, None], dtype=pl.Int64)))
    assert good.drop(name).equals(small.frame[1:3].drop(name))


@pytest.mark.parametrize("lazily", [False, True])
def test_a_day_that_python_cannot_count_refuses_its_row_alone(lazily):
    name = "certification.last_on"
    frame = pl.DataFrame({"n": [1, 2, 3], name: pl.Series([2_932_896, 2_932_897, -719_163]).cast(pl.Date)})
    found = decided(frame.lazy() if lazily else frame)
    bad = found.refused.collect() if lazily else found.refused
    assert bad.select("n", "refused.column", "refused.reason").rows()[-2:] == [
        (2, name, "fact_not_of_type"),
        (3, name, "fact_not_of_type"),
    ]


FOREIGN = {
    "extension": pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1], pa.int8())),
    "list": pa.array([[1]], pa.list_view(pa.int64())),
    "interval": pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
    "decimal": pa.array([None], pa.decimal256(70, 2)),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_column_of_a_type_that_nobody_here_knows_is_told(kind):
    name = "certification.is_drawn"
    told = problems(pa.table({name: FOREIGN[kind]}))
    assert told == [(name, "frame_column_type")]
    assert decided(pa.table({name: pa.nulls(1), "kept": FOREIGN[kind]})).frame.num_rows == 1


def test_an_extension_of_polars_is_no_column_of_a_fact():
    name = "certification.is_drawn"
    assert problems(pl.DataFrame(pa.table({name: FOREIGN["extension"]}))) == [(name, "frame_column_type")]


def test_a_refusal_names_column_and_what_would_be_right():
    bad = decided(pl.DataFrame({"certification.benefit": ["pension"]})).refused
    assert bad["refused.column"].item() == "certification.benefit"
    assert "resident_pension" in bad["refused.expected"].item()


def test_a_day_that_is_told_cannot_be_none_as_well():
    facts = contract(ARBITRATION, DAY, RULES).facts
    name = "dispute.interrupted_on"
    assert facts[name].companion == "dispute.interrupted_on.none"
    frame = pl.DataFrame({name: [DAY, DAY, None, None], name + ".none": [True, False, True, None]})
    found = decided(frame, ARBITRATION)
    assert found.refused["refused.reason"].to_list() == ["fact_contradicts"]
    assert len(found.frame) == 3


def test_only_the_companion_may_be_told():
    name = "dispute.interrupted_on"
    told = pl.DataFrame(
        {name: [None], name + ".none": [True]}, schema={name: pl.Date, name + ".none": pl.Boolean}
    )
    assert decided(told.drop(name), ARBITRATION).frame["missing"].to_list() == (
        decided(told, ARBITRATION).frame["missing"].to_list()
    )


def test_months_are_written_as_months():
    name = "certification.suspended_since"
    values = ["2026-01", "2026-13", "2026-1", "0000-01", "none", None, "26-01"]
    found = decided(pl.DataFrame({"n": range(7), name: values}))
    assert found.refused["n"].to_list() == [1, 2, 3, 6]


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["employee_pension", "nonsense", None]), max_size=8))
def test_no_row_is_lost(values):
    frame = pl.DataFrame(
        {"n": range(len(values)), "certification.benefit": values},
        schema_overrides={"certification.benefit": pl.String},
    )
    found = decided(frame)
    assert sorted([*found.frame["n"], *found.refused["n"]]) == list(range(len(values)))
    assert len(found.refused) == values.count("nonsense")


def test_own_columns_and_facts_are_kept_as_they_are():
    frame = pl.DataFrame(
        {"姓名": ["甲"], "a b.c": [Decimal("1.10")], "certification.benefit": ["resident_pension"]},
        schema_overrides={"certification.benefit": pl.Categorical},
    )
    found = decided(frame).frame
    assert found.select(frame.columns).equals(frame)
    assert list(found.columns) == [*frame.columns, *contract(CERTIFICATION, DAY, RULES).outputs]


@pytest.mark.parametrize("lazily", [False, True])
def test_clocks_start_on_the_day_of_the_application_whatever_its_fact_is_called(tmp_path, lazily):
    """A fact that only has the usual name is no day on which anything started."""
    text = "{zh: 问, en: ask}"
    facts = fact("asked.on", "date", given="applied_on", question=text) + fact("case.applied_on", "date")
    book = rulebook(tmp_path, facts=facts + fact("a", "bool"), item=LETTER)
    day, other = dt.date(2024, 5, 2), dt.date(2024, 4, 1)
    frame = pl.DataFrame(
        {
            "a": [True, True],
            "asked.on": [day, None],
            "case.applied_on": [other, other],
            "move.to_place": [HERE] * 2,
        }
    )
    found = decide_frame(
        frame.lazy() if lazily else frame, "it", as_of=dt.date(2024, 5, 6), rulebook=book
    ).frame
    answers = found.collect() if lazily else found
    assert answers.select("due.letter", "due.pay").rows() == [
        (dt.date(2024, 5, 13), dt.date(2024, 5, 23)),
        (None, None),
    ]
    alone = small.decided(book, {"a": True, "case.applied_on": str(other)}, applied_on=str(day))
    days = {step.id: step.due[0].day for step in alone.steps if step.due}
    assert days == {"letter": dt.date(2024, 5, 13), "pay": dt.date(2024, 5, 23)}


def test_a_frame_without_any_fact():
    found = decided(pl.DataFrame({"n": [1, 2]}))
    assert found.frame["outcome"].to_list() == ["needs_information"] * 2


def test_an_item_that_is_not_in_force_yet():
    found = decided(pl.DataFrame({"certification.is_drawn": [True]}), as_of=dt.date(2018, 12, 31))
    assert found.frame["outcome"].to_list() == ["out_of_scope"]


@pytest.mark.parametrize("item", RULES.item_ids)
def test_columns_are_the_same_for_every_frame(item):
    """What comes out does not depend on what was told."""
    columns = contract(item, DAY, RULES)
    few = decided(pl.DataFrame({"n": [1]}), item).frame
    names = cells(item, DAY, RULES)
    many = decided(as_frame(sample(item, 3, 1, DAY, RULES), item, DAY, RULES, names), item).frame
    assert few.select(list(columns.outputs)).schema == many.select(list(columns.outputs)).schema
