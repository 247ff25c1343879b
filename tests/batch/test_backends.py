"""Every kind of frame gives the same, and gives back its own kind."""

import datetime as dt
import random

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.frame_samples import DAY, as_frame, cells, sample
from crossprov import Rulebook
from crossprov.batch import contract, decide_frame

RULES = Rulebook.load(engine="index")
CERTIFICATION = "pension-eligibility-certification"
SMALL = ("card-status-query", "labour-arbitration")  # their plans are made soon


def a_frame(item, count=60, seed=3, *, leaves=False):
    rows = sample(item, count, seed, DAY, RULES, leaves=leaves)
    return as_frame(rows, item, DAY, RULES, cells(item, DAY, RULES, leaves=leaves))


def decided(frame, item):
    return decide_frame(frame, item, as_of=DAY, rulebook=RULES)


def in_order(frame):
    return pl.DataFrame(frame).sort("row")


def assert_as_in_memory(found, frame, item):
    wanted = decided(frame, item)
    assert in_order(found.frame).equals(wanted.frame)
    assert in_order(found.refused).equals(wanted.refused)


@pytest.mark.parametrize("item", [CERTIFICATION, *SMALL])
def test_polars_lazily(item):
    frame = a_frame(item)
    found = decided(frame.lazy(), item)
    assert isinstance(found.frame, pl.LazyFrame)
    assert found.frame.collect().equals(decided(frame, item).frame)  # also in the same order
    assert found.refused.collect().equals(decided(frame, item).refused)


@pytest.mark.parametrize("item", SMALL)
def test_duckdb(item):
    frame = a_frame(item)
    with duckdb.connect() as connection:
        connection.register("register", frame.to_arrow())
        found = decided(connection.sql("select * from register"), item)
        assert isinstance(found.frame, duckdb.DuckDBPyRelation)
        assert_as_in_memory(type(found)(found.frame.pl(), found.refused.pl()), frame, item)


def test_duckdb_with_calculated_facts():
    """Days, ages and provinces are worked out by DuckDB, too."""
    frame = a_frame(CERTIFICATION, leaves=True)
    with duckdb.connect() as connection:
        connection.register("register", frame.to_arrow())
        found = decided(connection.sql("select * from register"), CERTIFICATION)
        assert_as_in_memory(type(found)(found.frame.pl(), found.refused.pl()), frame, CERTIFICATION)


def test_pyarrow():
    frame = a_frame(CERTIFICATION)
    found = decided(frame.to_arrow(), CERTIFICATION)
    assert isinstance(found.frame, pa.Table)
    assert_as_in_memory(
        type(found)(pl.from_arrow(found.frame), pl.from_arrow(found.refused)), frame, CERTIFICATION
    )


def test_pandas_keeps_its_index():
    frame = a_frame(CERTIFICATION)
    table = frame.to_pandas(types_mapper=pd.ArrowDtype)
    table.index = [f"person {i}" for i in range(len(table))]
    found = decided(table, CERTIFICATION)
    assert isinstance(found.frame, pd.DataFrame)
    whole = {*found.frame.index, *found.refused.index}
    assert whole == set(table.index)
    assert found.frame["row"].tolist() == [int(name.split()[1]) for name in found.frame.index]
    wanted = decided(frame, CERTIFICATION).frame
    assert found.frame["outcome"].tolist() == wanted["outcome"].to_list()
    assert pl.from_pandas(found.frame).select(wanted.columns).cast(wanted.schema).equals(wanted)


def test_pandas_of_plain_objects():
    """As pandas makes columns of Python values with gaps."""
    told = {
        "certification.is_drawn": [True, None, False],
        "certification.paying_place": ["510104", None, "500103"],
        "certification.last_on": [dt.date(2026, 1, 5), None, None],
    }
    table, frame = pd.DataFrame(told), pl.DataFrame(told)
    found, wanted = decided(table, CERTIFICATION).frame, decided(frame, CERTIFICATION).frame
    assert found["outcome"].tolist() == wanted["outcome"].to_list()
    assert found["missing"].tolist() == wanted["missing"].to_list()


@pytest.mark.filterwarnings("ignore::FutureWarning")  # Spark on what pandas it would like
@pytest.mark.parametrize("item", SMALL)
def test_spark(spark, item):
    frame = a_frame(item, 25)
    numbered = frame.rename({name: f"c{i}" for i, name in enumerate(frame.columns)})
    rows = spark.createDataFrame(numbered.to_arrow()).toDF(*frame.columns)
    found = decided(rows, item)
    assert_as_in_memory(type(found)(*(_collected(one) for one in found)), frame, item)


def _collected(frame):
    plain = frame.toDF(*(f"c{i}" for i in range(len(frame.columns))))
    return pl.from_arrow(plain.toArrow()).rename({f"c{i}": name for i, name in enumerate(frame.columns)})


def only(frame, item):
    columns = contract(item, DAY, RULES)
    wanted = [name for name in columns.outputs if name in ("outcome", "competent") or "conclusion" in name][
        :3
    ]
    return decide_frame(frame, item, as_of=DAY, rulebook=RULES, only=wanted), wanted


def assert_only(found, wanted, frame, item):
    """The answers named, after the columns that came in; their values and the refused rows as with all."""
    whole = decided(frame, item)
    assert in_order(found.frame).equals(whole.frame.select(*frame.columns, *wanted))
    assert in_order(found.refused).equals(whole.refused)


def test_only_some_answers_of_duckdb():
    item = SMALL[0]
    frame = a_frame(item)
    with duckdb.connect() as connection:
        connection.register("register", frame.to_arrow())
        found, wanted = only(connection.sql("select * from register"), item)
        assert_only(type(found)(found.frame.pl(), found.refused.pl()), wanted, frame, item)


def test_only_some_answers_of_pyarrow_and_pandas():
    frame = a_frame(CERTIFICATION)
    found, wanted = only(frame.to_arrow(), CERTIFICATION)
    assert_only(type(found)(*map(pl.from_arrow, found)), wanted, frame, CERTIFICATION)
    found, wanted = only(frame.to_pandas(types_mapper=pd.ArrowDtype), CERTIFICATION)
    whole = decided(frame, CERTIFICATION)
    kinds = {**whole.frame.schema, **whole.refused.schema}
    made = [pl.from_pandas(one) for one in found]
    made = [one.cast({name: kinds[name] for name in one.columns}) for one in made]
    assert_only(type(found)(*made), wanted, frame, CERTIFICATION)


@pytest.mark.filterwarnings("ignore::FutureWarning")  # Spark on what pandas it would like
def test_only_some_answers_of_spark(spark):
    item = SMALL[0]
    frame = a_frame(item, 25)
    numbered = frame.rename({name: f"c{i}" for i, name in enumerate(frame.columns)})
    rows = spark.createDataFrame(numbered.to_arrow()).toDF(*frame.columns)
    found, wanted = only(rows, item)
    assert_only(type(found)(*map(_collected, found)), wanted, frame, item)


@settings(max_examples=5)
@given(st.integers(0, 10**6))
def test_no_row_knows_of_another(seed):
    """Rows in another order, or twice, or alone, are decided as before."""
    frame = a_frame(CERTIFICATION, 30, seed)
    places = random.Random(seed).choices(range(30), k=50)  # noqa: S311
    mixed = frame[places].with_columns(row=pl.int_range(50, dtype=pl.Int64))
    wanted = decided(frame, CERTIFICATION).frame.rename({"row": "before"})
    found = decided(mixed, CERTIFICATION).frame.with_columns(before=pl.Series(places)[pl.Series(range(50))])
    kept = [name for name in wanted.columns if name != "before"]
    joined = (
        found.select("before", "row").join(wanted, on="before", maintain_order="left").select("row", *kept)
    )
    assert found.select("row", *kept).equals(joined)
