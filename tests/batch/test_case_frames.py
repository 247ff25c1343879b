"""Facts of cases in bulk: what a row says decides as the case does, and what it cannot say is named."""

import datetime as dt
import json
from pathlib import Path

import pytest

from crossprov import UnknownItemError, decide
from crossprov.batch.case_facts import ONLY_IN_CASE, MakingFacts
from crossprov.batch.case_frames import answers_frame, facts_frame
from crossprov.batch.case_rows import AnyDay, case_of
from crossprov.batch.contract import contract
from crossprov.batch.flat import flat
from crossprov.batch.rows import Told, as_told
from crossprov.decide import builtin, decider
from crossprov.models import Case

EXAMPLES = Path(__file__).parents[2] / "examples"
TRANSFER = "pension-transfer-enterprise"
DAY = dt.date(2026, 3, 9)
CASES = [json.loads((EXAMPLES / f"{name}.json").read_text("utf-8")) for name in ("transfer-49", "half-known")]


def from_facts(row, columns):
    """Decide a row of facts by the engine of single cases; return its outcome and all but what is missing."""
    told = [
        Told(fact, fact.name, fact.companion, absent=False)
        for fact in columns.facts.values()
        if not fact.calculated
    ]
    day = columns.as_of
    facts = as_told(row, columns, told)
    found = flat(decider(builtin()).decide(columns.item.id, None, day, day, day, facts), columns)
    return without_missing(found)


def without_missing(row):
    return {name: value for name, value in row.items() if name != "missing"}


def of_an_item(item):
    """Yield (row of facts, the columns, the decision of the case) for the worked examples of an item."""
    rules = builtin()
    for one in rules.examples(item):
        example = one.example
        if example.case is None:
            continue
        case = json.dumps({"item": item, "as_of": str(example.as_of), **example.case}, default=str)
        columns = contract(item, example.as_of)
        work = MakingFacts(item, example.as_of)
        made = work(rules, [(1, case)])
        row = work.frame(rules, made).to_dicts()[0]
        yield example.id, row, columns, decide(case)


@pytest.mark.parametrize("item", builtin().item_ids)
def test_a_row_that_says_all_decides_as_its_case(item):
    for name, row, columns, decision in of_an_item(item):
        alone, found = flat(decision, columns), from_facts(row, columns)
        if not row[ONLY_IN_CASE]:
            assert found == without_missing(alone), name
        elif (
            "applicant" not in row[ONLY_IN_CASE]
        ):  # knowing less may ask for more, and never answers otherwise
            assert found["outcome"] in (alone["outcome"], "needs_information"), name


def test_many_rows_say_all_so_the_test_above_says_something():
    rows = [row for item in builtin().item_ids for _, row, _, _ in of_an_item(item)]
    whole = [row for row in rows if not row[ONLY_IN_CASE]]
    assert len(whole) > 200
    assert len(rows) - len(whole) > 20


def test_months_known_in_part_are_named_and_not_told_as_a_number():
    found = facts_frame([CASES[1]], TRANSFER, as_of=dt.date(2024, 6, 3), workers=1).frame
    assert found[ONLY_IN_CASE][0]
    for name in found[ONLY_IN_CASE][0].split(";"):
        assert found[name][0] is None


def test_answers_are_those_of_single_cases_and_bad_ones_are_beside():
    read = Case.model_validate(CASES[0])
    found = answers_frame([CASES[0], "{", read, CASES[1]], TRANSFER, workers=1)
    assert found.frame["row"].to_list() == [1, 3, 4]
    columns = AnyDay.of(builtin(), TRANSFER)
    rows = found.frame.drop("row", "as_of").to_dicts()
    assert rows == [flat(decide(case), columns) for case in (CASES[0], CASES[0], CASES[1])]
    assert found.refused.select("row", "code").rows() == [(2, "case_not_json")]


def test_one_process_and_two_make_the_same_frames():
    cases = [*CASES, "{", CASES[0] | {"item": "other"}, CASES[0] | {"applied_on": "2030-01-01"}] * 50
    alone = facts_frame(cases, TRANSFER, as_of=DAY, workers=1)
    together = facts_frame(cases, TRANSFER, as_of=DAY, workers=2)
    assert alone.frame.equals(together.frame)
    assert alone.refused.equals(together.refused)
    assert alone.frame["row"].to_list() == [n for n in range(1, 251) if n % 5 in (1, 2)]
    assert set(alone.refused["code"]) == {"case_not_json", "case_of_other_item", "case_field"}


def test_no_cases_give_frames_with_columns():
    for found in (facts_frame([], TRANSFER, as_of=DAY), answers_frame([], TRANSFER)):
        assert found.frame.height == found.refused.height == 0
        assert len(found.frame.columns) > 20


def test_a_case_may_leave_its_item_out():
    case = {key: value for key, value in CASES[0].items() if key != "item"}
    assert case_of(case, TRANSFER) == case_of(json.dumps(CASES[0]), TRANSFER)
    assert "item" not in case


def test_what_is_no_case_at_all_is_refused_and_stops_nothing():
    cases = [5, CASES[0], [1], ["ab"], None, 1.5, object()]
    found = answers_frame(cases, TRANSFER, workers=1)
    assert found.frame["row"].to_list() == [2]
    assert found.refused["row"].to_list() == [1, 3, 4, 5, 6, 7]
    made = facts_frame(cases, TRANSFER, as_of=DAY, workers=1)
    assert (made.frame["row"].to_list(), made.refused["row"].to_list()) == ([2], [1, 3, 4, 5, 6, 7])


def test_an_item_may_be_named_by_its_official_code():
    item = next(one for one in builtin().items() if one.shape.codes)
    case = {"item": item.id, "applicant": {"kind": item.shape.serves[0]}}
    for code in item.shape.codes.values():
        assert answers_frame([case], code, workers=1).frame.equals(
            answers_frame([case], item.id, workers=1).frame
        )
        assert facts_frame([case], code, as_of=DAY, workers=1).refused.height == 0
    with pytest.raises(UnknownItemError):
        answers_frame([case], "nothing", workers=1)
