"""CSV as offices export it: encodings, ends of lines, headers; and what is refused, with its place."""

import codecs
import datetime as dt

import pytest

from batch.registers import DAY, ITEM, csv_rows, csv_text
from crossprov.batch.contract import contract
from crossprov.batch.flat import flat
from crossprov.batch.streaming import Wish, decide_register
from crossprov.decide import builtin, decider
from crossprov.values import NONE, Month, unknown

BENEFIT, PROVINCE, FIRST, LAST = (
    f"certification.{name}" for name in ("benefit", "paying_province", "first_paid", "last_on")
)
HEADER = [BENEFIT, PROVINCE, FIRST, LAST]
GOOD = [
    ["employee_pension", "510000", "2020-01", "2026-01-05"],
    ["resident_pension", "500000", "202001", "20251201"],
    ["public_pension", "510000", "2020/1", "2026/1/5"],
    ["paid_once", "", "", "none"],
    ["", "500000", "2019-12", ""],
]
VALUES = [
    {BENEFIT: "employee_pension", PROVINCE: "510000", FIRST: Month(2020, 1), LAST: dt.date(2026, 1, 5)},
    {BENEFIT: "resident_pension", PROVINCE: "500000", FIRST: Month(2020, 1), LAST: dt.date(2025, 12, 1)},
    {BENEFIT: "public_pension", PROVINCE: "510000", FIRST: Month(2020, 1), LAST: dt.date(2026, 1, 5)},
    {BENEFIT: "paid_once", LAST: NONE},
    {PROVINCE: "500000", FIRST: Month(2019, 12)},
]


def alone(facts):
    """Decide facts as a single case; return the row as a CSV file has it.

    What functions make of them is made as ever. What records would tell is asked for by its own name.
    """
    from_records = "certification.is_drawn"
    told = {PROVINCE: unknown(PROVINCE), from_records: unknown(from_records)} | facts
    decision = decider(builtin()).decide(ITEM, None, DAY, DAY, DAY, told)
    columns = contract(ITEM, DAY)
    return {name: "" if value is None else str(value) for name, value in flat(decision, columns).items()}


@pytest.fixture(scope="module")
def expected():
    return [{"row": str(row), **alone(facts)} for row, facts in enumerate(VALUES, 1)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_export_of_the_same_rows_gives_the_answers_of_single_cases(
    batch, tmp_path, expected, encoding, end
):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(csv_text([HEADER, *GOOD], end).encode(encoding))
    ran = batch(source, target)
    assert ran.code == 0, ran.err
    assert csv_rows(target) == expected
    assert csv_rows(tmp_path / "out.refused.csv") == []
    assert "Rows read: 5; decided: 5; refused: 0." in ran.out


def test_chinese_headers_and_names_of_values(batch, tmp_path, expected):
    columns, vocabulary = contract(ITEM, DAY), builtin().vocabulary.facts
    labels = [vocabulary[name].shape.label.zh for name in HEADER]
    named = vocabulary[BENEFIT].shape.values
    rows = [[named[row[0]].zh if row[0] else "", *row[1:3], row[3].replace("none", "无")] for row in GOOD]
    source = tmp_path / "in.csv"
    source.write_bytes(csv_text([labels, *rows], "\r\n").encode("gb18030"))
    ran = batch(source, tmp_path / "out.csv")
    assert ran.code == 0, ran.err
    assert "Encoding of the file: gb18030." in ran.out
    assert csv_rows(tmp_path / "out.csv") == expected
    assert columns.facts.keys() >= set(HEADER)


def test_kept_columns_go_along_with_their_line_breaks(batch, tmp_path):
    source = tmp_path / "in.csv"
    rows = [["登记号", *HEADER, "备注"], ["甲-1", *GOOD[0], '两\n行, "引"'], ["𠮷", *GOOD[1], ""]]
    source.write_bytes(csv_text(rows).encode("gb18030"))
    assert batch(source, tmp_path / "out.csv").code == 2
    ran = batch(source, tmp_path / "out.csv", "--keep")
    assert ran.code == 0, ran.err
    found = csv_rows(tmp_path / "out.csv")
    assert [(row["登记号"], row["备注"]) for row in found] == [("甲-1", '两\n行, "引"'), ("𠮷", "")]
    assert BENEFIT not in found[0]


def test_bad_rows_come_back_with_line_field_and_what_would_be_right(batch, tmp_path):
    source = tmp_path / "in.csv"
    rows = [
        HEADER,
        GOOD[0],
        ["张三", "510104", "2,020", "2026-13-01"],
        [],
        ["a", "b"],
        GOOD[1],
        ["paid_once", "51", "1.0", "1e5"],
        [],
        [],
    ]
    source.write_text(csv_text(rows), "utf-8")
    ran = batch(source, tmp_path / "out.csv")
    assert ran.code == 1
    assert "Rows read: 6; decided: 2; refused: 4." in ran.out
    assert [row["row"] for row in csv_rows(tmp_path / "out.csv")] == ["1", "5"]
    refused = csv_rows(tmp_path / "out.refused.csv")
    places = [(row["row"], row["line"], row["field"], row["code"]) for row in refused]
    assert places == [
        ("2", "3", BENEFIT, "cell"),
        ("2", "3", FIRST, "cell"),
        ("2", "3", LAST, "cell"),
        ("3", "4", "", "row_empty"),
        ("4", "5", "", "row_cells"),
        ("6", "7", PROVINCE, "cell"),
        ("6", "7", FIRST, "cell"),
        ("6", "7", LAST, "cell"),
    ]
    assert refused[1]["found"] == "a number with separators"
    assert refused[1]["expected"] == "a month written `2026-01`, `202601` or `2026/1`"
    whole = (tmp_path / "out.refused.csv").read_text("utf-8-sig")
    for cell in ("张三", "2,020", "2026-13-01", "1e5", "510104"):
        assert cell not in whole
        assert cell not in ran.out


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ([BENEFIT, "certification.first_payd"], "near it: certification.first_paid"),
        ([BENEFIT, "张三"], "column 2 (`<?>`) is no fact of this item"),
        ([BENEFIT, "110101199003070000"], "column 2 (`<?>`) is no fact of this item"),
        ([BENEFIT, LAST, BENEFIT], "is the same as column 1"),
        ([BENEFIT, ""], "column 2"),
        (["person.sex"], "no column is a fact of this item"),
    ],
)
def test_a_header_that_is_wrong_is_told_before_anything_is_written(batch, tmp_path, header, said):
    source = tmp_path / "in.csv"
    source.write_text(csv_text([header, [""] * len(header)]), "utf-8")
    ran = batch(source, tmp_path / "out.csv")
    assert ran.code == 2
    assert said in ran.err
    assert "张三" not in ran.err
    assert "1101" not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_kept_column_cannot_stand_in_for_an_answer(batch, tmp_path):
    for name in ("row", "outcome"):
        source = tmp_path / "in.csv"
        source.write_text(csv_text([[BENEFIT, name], ["", ""]]), "utf-8")
        ran = batch(source, tmp_path / "out.csv", "--keep")
        assert (ran.code, "has the name of a column of the result" in ran.err) == (2, True)


def test_a_fact_that_the_item_does_not_read_is_reported(batch, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(csv_text([[BENEFIT, "person.sex"], ["paid_once", "male"]]), "utf-8")
    ran = batch(source, tmp_path / "out.csv")
    assert ran.code == 0
    assert "Columns that this item does not read: person.sex." in ran.out


def test_a_header_alone_gives_a_result_without_rows(batch, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(csv_text([HEADER]), "utf-8")
    ran = batch(source, tmp_path / "out.csv")
    assert (ran.code, csv_rows(tmp_path / "out.csv")) == (0, [])
    written = (tmp_path / "out.csv").read_bytes()
    assert written.startswith(codecs.BOM_UTF8 + b"row,outcome,")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (codecs.BOM_UTF16_LE + BENEFIT.encode("utf-16-le"), "UTF-16"),
        (BENEFIT.encode() + b"\nok\n\xff\xff\n", "at byte 26"),
        (BENEFIT.encode() + b'\npaid_once\n"paid_once\n', "from line 3 the quotes do not match"),
        (BENEFIT.encode() + b'\n"paid"_once\n', "from line 2 the quotes do not match"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(batch, tmp_path, raw, said):
    source = tmp_path / "in.csv"
    source.write_bytes(raw)
    ran = batch(source, tmp_path / "out.csv")
    assert ran.code == 2
    assert said in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_named_encoding_is_the_only_one_tried(batch, tmp_path):
    source = tmp_path / "in.csv"
    source.write_bytes(csv_text([[BENEFIT, "备注"], ["paid_once", "中文"]]).encode("gb18030"))
    assert batch(source, tmp_path / "out.csv", "--keep", "--encoding", "utf-8").code == 2
    assert batch(source, tmp_path / "out.csv", "--keep", "--encoding", "gb18030").code == 0
    ran = batch(source, tmp_path / "other.csv", "--encoding", "latin-1")
    assert (ran.code, "utf-8, gb18030" in ran.err) == (2, True)


def test_a_character_across_two_blocks_is_no_wrong_byte(batch, tmp_path, monkeypatch):
    monkeypatch.setattr("crossprov.batch.encodings._BLOCK", 3)
    source = tmp_path / "in.csv"
    for encoding in ("utf-8", "gb18030"):
        source.write_bytes(csv_text([[BENEFIT, "备注"], ["paid_once", "中文𠮷字"]]).encode(encoding))
        ran = batch(source, tmp_path / "out.csv", "--keep", "--force")
        assert ran.code == 0, ran.err
        assert csv_rows(tmp_path / "out.csv")[0]["备注"] == "中文𠮷字"


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_row_that_only_deciding_refuses_has_its_line_and_its_day(tmp_path, ending):
    """No division has the code 999999; in which column it stood, and on which day it was looked for, must be told."""
    source, target = tmp_path / f"in.{ending}", tmp_path / "out.csv"
    if ending == "csv":
        source.write_text('note,card.place\n"two\nlines",510104\n,999999\n"\n\n",510104\n,999999\n', "utf-8")
    else:
        source.write_text("".join(f'{{"card.place": "{code}"}}\n' for code in ("510104", "999999")), "utf-8")
    wish = Wish(as_of=dt.date(2026, 1, 5), keep=True)
    decide_register(source, target, "card-status-query", wish=wish)
    refused = csv_rows(tmp_path / "out.refused.csv")
    wanted = [("2", "4"), ("4", "8")] if ending == "csv" else [("2", "2")]
    assert [(row["row"], row["line"]) for row in refused] == wanted
    for row in refused:
        assert (row["code"], row["field"]) == ("place_unknown", "card.place")
        assert row["found"] == "a code that no division had on 2026-01-05"
        assert row["expected"] == "a division code of six digits"
        assert "999999" not in row["zh"] + row["en"]
        assert "2026-01-05" in row["zh"]
        assert "2026-01-05" in row["en"]
