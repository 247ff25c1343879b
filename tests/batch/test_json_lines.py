"""JSON Lines: facts by name, or whole cases; found out by the keys, decided as alone, bad lines beside good ones."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from batch.registers import ITEM, csv_rows
from crossprov import decide
from crossprov.batch.case_lines import CaseLines
from crossprov.batch.case_rows import AnyDay
from crossprov.batch.flat import flat
from crossprov.batch.records import Deciding
from crossprov.decide import builtin

EXAMPLES = Path(__file__).parents[2] / "examples"
TRANSFER = "pension-transfer-enterprise"
CASES = [json.loads((EXAMPLES / f"{name}.json").read_text("utf-8")) for name in ("transfer-49", "half-known")]
BENEFIT = "certification.benefit"


def lines(path, *records):
    texts = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


def test_facts_by_name(batch, tmp_path):
    good = [{BENEFIT: "paid_once"}, {BENEFIT: None}, {}, {"certification.last_on": "none"}]
    bad = [{BENEFIT: "张三"}, {"certification.is_drawn": "true"}, {"person.sex": "male"}, "[1]", '{"a": NaN}']
    ran = batch(lines(tmp_path / "in.jsonl", *good, *bad), tmp_path / "out.csv", "--as", "facts")
    assert ran.code == 1
    found = csv_rows(tmp_path / "out.csv")
    assert [row["row"] for row in found] == ["1", "2", "3", "4"]
    assert found[0]["outcome"] == "out_of_scope"
    refused = csv_rows(tmp_path / "out.refused.csv")
    assert [(row["line"], row["field"], row["code"]) for row in refused] == [
        ("5", BENEFIT, "cell"),
        ("6", "certification.is_drawn", "cell"),
        ("7", "person.sex", "fact_unknown"),
        ("8", "", "case_no_object"),
        ("9", "", "case_no_number"),
    ]
    assert "张三" not in (tmp_path / "out.refused.csv").read_text("utf-8-sig")


def test_other_keys_of_facts_go_along_if_wished(batch, tmp_path):
    source = lines(
        tmp_path / "in.jsonl", {"登记号": "甲", BENEFIT: None, "n": [1]}, {"登记号": None}, {"other": 1}
    )
    ran = batch(source, tmp_path / "out.jsonl", "--keep")
    assert ran.code == 1
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(row["row"], row["登记号"], row["n"]) for row in found] == [(1, "甲", "[1]"), (2, None, None)]
    assert json.loads((tmp_path / "out.refused.jsonl").read_text("utf-8"))["code"] == "fact_unknown"


def test_only_some_answers_of_cases(run, tmp_path):
    """The columns named, in the order of the outputs; what is said in them and refused is as with all."""
    source = lines(tmp_path / "in.jsonl", CASES[0], "{", CASES[1])
    for name, more in (("all", ()), ("some", ("--only", "due.send-letter,outcome"))):
        ran = run("batch", TRANSFER, source, tmp_path / f"{name}.csv", "--jobs", 1, *more)
        assert ran.code == 1
    whole, some = (csv_rows(tmp_path / f"{name}.csv") for name in ("all", "some"))
    wanted = [name for name in whole[0] if name in ("row", "as_of", "outcome", "due.send-letter")]
    assert [list(row) for row in some] == [wanted] * 2
    assert some == [{name: row[name] for name in wanted} for row in whole]
    assert csv_rows(tmp_path / "some.refused.csv") == csv_rows(tmp_path / "all.refused.csv")
    ran = run("batch", TRANSFER, source, tmp_path / "none.csv", "--jobs", 1, "--only", "outcom")
    assert ran.code == 2
    assert "near it: outcome" in ran.err
    assert not (tmp_path / "none.csv").exists()


def test_cases_are_known_by_their_keys_and_decided_on_their_own_days(run, tmp_path):
    source = lines(tmp_path / "in.jsonl", "{", *CASES)
    ran = run("batch", TRANSFER, source, tmp_path / "out.parquet", "--jobs", 1)
    assert ran.code == 1
    assert "Each row was read as a case" in ran.out
    found = pl.read_parquet(tmp_path / "out.parquet").to_dicts()
    columns = AnyDay.of(builtin(), TRANSFER)
    assert [row.pop("row") for row in found] == [2, 3]
    assert [row.pop("as_of") for row in found] == [dt.date(2026, 3, 9), dt.date(2024, 6, 3)]
    assert found == [flat(decide(case), columns) for case in CASES]


def test_a_day_for_all_cases_is_the_day_that_counts(run, tmp_path):
    source = lines(tmp_path / "in.jsonl", *CASES)
    ran = run("batch", TRANSFER, source, tmp_path / "out.parquet", "--jobs", 1, "--as-of", "2026-06-01")
    assert ran.code == 0
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found["as_of"].to_list() == [dt.date(2026, 6, 1)] * 2


def test_a_case_of_another_item_is_refused(batch, tmp_path):
    ran = batch(lines(tmp_path / "in.jsonl", *CASES), tmp_path / "out.csv")
    assert ran.code == 1
    refused = csv_rows(tmp_path / "out.refused.csv")
    assert {(row["code"], row["found"], row["expected"]) for row in refused} == {
        ("case_of_other_item", TRANSFER, ITEM)
    }
    assert csv_rows(tmp_path / "out.csv") == []


def test_a_file_without_lines_gives_a_result_without_rows(batch, tmp_path):
    for told in ("facts", "cases"):
        ran = batch(lines(tmp_path / "in.jsonl", "", ""), tmp_path / "out.csv", "--as", told, "--force")
        assert ran.code == 0, ran.err
        assert csv_rows(tmp_path / "out.csv") == []


def test_one_line_of_many_megabytes_is_a_bad_row_and_no_more(batch, tmp_path):
    source = tmp_path / "in.jsonl"
    with source.open("w", encoding="ascii") as file:
        file.write('{"certification.benefit": "')
        for _ in range(50):
            file.write("x" * 100_000)
        file.write('"}\n{"certification.benefit": "paid_once"}')
    ran = batch(source, tmp_path / "out.csv", "--as", "facts")
    assert [row["row"] for row in csv_rows(tmp_path / "out.csv")] == ["2"]
    assert [(row["line"], row["code"]) for row in csv_rows(tmp_path / "out.refused.csv")] == [
        ("1", "case_too_large")
    ]
    assert ran.code == 1


@pytest.mark.parametrize("item", builtin().item_ids)
def test_every_worked_example_is_decided_in_bulk_as_alone(tmp_path, item):
    examples = [one.example for one in builtin().examples(item) if one.example.case is not None]
    cases = [{"item": item, "as_of": str(one.as_of), **one.case} for one in examples]
    texts = [json.dumps(one, default=str) for one in cases]
    source = lines(tmp_path / "in.jsonl", *texts)
    register = CaseLines(source, builtin(), item, Deciding(None, None, dt.date(2026, 11, 1)), 1)
    answers = list(register.answers())
    assert sum(one.records for one in answers) == sum(one.frame.height for one in answers) == len(texts)
    rows = pl.concat([one.frame for one in answers]).drop("row", "as_of").to_dicts()
    columns = AnyDay.of(builtin(), item)
    for row, example, text in zip(rows, examples, texts, strict=True):
        assert row == flat(decide(text), columns), example.id


def test_half_a_character_in_a_kept_column_refuses_its_row_alone(batch, tmp_path):
    told = [
        {BENEFIT: "paid_once", "note": note} for note in ("甲", "\ud800", "\U0001f600", {"a": ["\udfff"]})
    ]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(one) + "\n" for one in told), "ascii")
    ran = batch(source, tmp_path / "out.csv", "--as", "facts", "--keep")
    assert ran.code == 1
    assert [row["note"] for row in csv_rows(tmp_path / "out.csv")] == ["甲", "\U0001f600"]
    refused = csv_rows(tmp_path / "out.refused.csv")
    assert [(row["line"], row["code"]) for row in refused] == [
        ("2", "case_half_character"),
        ("4", "case_half_character"),
    ]
