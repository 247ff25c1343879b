"""Cases in bulk are decided as one by one, and bad ones come back beside the good ones."""

import json
from pathlib import Path

import pytest

from crossprov import decide, read_case
from crossprov.batch.records import Answered, Refused, decide_cases

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("transfer-49", "transfer-50", "half-known")
TEXTS = [(EXAMPLES / f"{name}.json").read_text("utf-8") for name in NAMES]


def good_and_bad():
    yield TEXTS[0]
    yield "{"
    yield json.loads(TEXTS[1])
    yield read_case(TEXTS[2])
    yield TEXTS[0].encode()
    yield json.loads(TEXTS[0]) | {"as_of": "Zhang San"}
    yield json.loads(TEXTS[0]) | {"item": "no-such-item"}
    yield '{"item": 1, "item": 2}'
    yield "\ud800"


@pytest.mark.parametrize("workers", [1, 2])
def test_each_is_decided_as_alone_and_none_is_lost(workers):
    answers = list(decide_cases(good_and_bad(), workers=workers))
    assert [one.row for one in answers] == list(range(1, 10))
    decided = [one for one in answers if isinstance(one, Answered)]
    assert [one.row for one in decided] == [1, 3, 4, 5]
    alone = [decide(text) for text in (TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[0])]
    assert [one.decision for one in decided] == alone
    refused = {one.row: one.problems for one in answers if isinstance(one, Refused)}
    assert [refused[row][0].code for row in (2, 6, 7, 8, 9)] == [
        "case_not_json", "case_field", "unknown_item", "case_duplicate", "case_not_utf8",
    ]  # fmt: skip
    assert refused[6][0].path == "as_of"
    assert "Zhang" not in str(answers)


def test_the_first_answer_comes_before_the_last_case_is_read():
    def endless():
        while True:
            yield TEXTS[0]

    first = next(iter(decide_cases(endless(), workers=1)))
    assert first == Answered(1, decide(TEXTS[0]))


def test_no_cases_no_answers():
    assert list(decide_cases([], workers=2)) == []
