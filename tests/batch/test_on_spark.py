"""Cases on a real session of Spark: every row as here, the user's columns kept, bad rows beside."""

import datetime as dt
import json
from pathlib import Path

import pytest

from crossprov import CaseError
from crossprov.batch.case_frames import answers_frame, facts_frame
from crossprov.batch.on_spark import answers_on_spark, facts_on_spark

EXAMPLES = Path(__file__).parents[2] / "examples"
TRANSFER = "pension-transfer-enterprise"
DAY = dt.date(2026, 3, 9)
# PySpark says so of pandas 3, which it needs for nothing that is done here.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
CASES = [json.loads((EXAMPLES / f"{name}.json").read_text("utf-8")) for name in ("transfer-49", "half-known")]
TEXTS = [json.dumps(CASES[0]), "{", json.dumps(CASES[1]), None, json.dumps(CASES[0] | {"item": "other"})] * 4


@pytest.fixture(scope="module")
def register(spark):
    rows = [(f"id-{n}", text) for n, text in enumerate(TEXTS, 1)]
    return spark.createDataFrame(rows, "`my.id` string, `case` string").repartition(3).cache()


def rows_of(frame):
    rows = [row.asDict() for row in frame.collect()]
    return sorted(rows, key=lambda row: int(row["my.id"].removeprefix("id-")))


def here(made):
    """Return the rows of a frame made here as Spark has them."""
    rows = made.frame.to_dicts()
    return [{"my.id": f"id-{row.pop('row')}", **row} for row in rows]


@pytest.mark.parametrize(
    ("there", "alone"),
    [
        (answers_on_spark, answers_frame),
        (facts_on_spark, facts_frame),
    ],
)
def test_rows_there_are_the_rows_here_and_none_is_lost(register, there, alone):
    texts = [text if text is not None else "" for text in TEXTS]
    found, wanted = there(register, "case", TRANSFER, as_of=DAY), alone(texts, TRANSFER, as_of=DAY, workers=1)
    assert rows_of(found.frame) == here(wanted)
    refused = rows_of(found.refused)
    assert [row["my.id"] for row in refused] == [f"id-{n}" for n in range(1, 21) if n % 5 not in (1, 3)]
    codes = {row["refused.reason"] for row in refused}
    assert codes == {"case_not_json", "row_empty", "case_of_other_item"}
    assert found.frame.columns[0] == found.refused.columns[0] == "my.id"
    assert "case" not in found.frame.columns


def test_what_cannot_be_is_told_before_anything_is_computed(spark):
    frame = spark.createDataFrame([("a", "{}")], "outcome string, `case` string")
    with pytest.raises(CaseError) as caught:
        answers_on_spark(frame, "case", TRANSFER)
    assert [(one.code, one.path) for one in caught.value.problems] == [("frame_column_taken", "outcome")]
    with pytest.raises(CaseError):
        answers_on_spark(frame, "cases", TRANSFER)
