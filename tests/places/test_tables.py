"""Tables that are wrong are refused, and the problem says where."""

import pytest

from crossprov._errors import RulebookError
from crossprov.places import Divisions

HEADER = "code,name,name_en,level,parent,from,through,successors,precision"
STREETS = "street_code,name,old_county,new_county,from"
# A fictional province 61 in which county 610101 was divided on 2020-01-01.
GOOD = [
    "610000,甲省,Jia,province,,1990-01-01,,,year",
    "610101,东县,,county,610000,1990-01-01,2019-12-31,610102;610103,day",
    "610102,南县,,county,610000,1990-01-01,,,day",
    "610103,北县,,county,610000,2020-01-01,,,day",
]


@pytest.fixture
def load(tmp_path):
    def load(rows, streets=None, header=HEADER):
        (tmp_path / "divisions.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        if streets is not None:
            (tmp_path / "streets.csv").write_text("\n".join([STREETS, *streets, ""]), encoding="utf-8")
        return Divisions.load(tmp_path)

    return load


def problems(load, *args, **kwargs):
    with pytest.raises(RulebookError) as caught:
        load(*args, **kwargs)
    return caught.value.problems


def test_a_right_table_is_read(load, day):
    divisions = load(GOOD, ["610101001,西镇,610101,610103,2020-01-01"])
    on = day("2020-01-01")
    assert [c.code for c in divisions.children("610000", on)] == ["610102", "610103"]
    assert divisions.resolve("610101", on, street="西镇").division.code == "610103"


@pytest.mark.parametrize(
    ("line", "code", "column", "found"),
    [
        ("6101,东县,,county,610000,1990-01-01,,,day", "table_code", "code", "6101"),
        ("61010４,东县,,county,610000,1990-01-01,,,day", "table_code", "code", "61010４"),
        ("610104,,,county,610000,1990-01-01,,,day", "table_name", "name", ""),
        ("610104, 东县,,county,610000,1990-01-01,,,day", "table_name", "name", " 东县"),
        ("610104,东县,,town,610000,1990-01-01,,,day", "table_level", "level", "town"),
        ("610104,东县,,county,6100,1990-01-01,,,day", "table_code", "parent", "6100"),
        ("610104,东县,,county,,1990-01-01,,,day", "table_parent", "parent", ""),
        ("620000,乙省,,province,610000,1990-01-01,,,day", "table_parent", "parent", "610000"),
        ("610104,东县,,county,610000,19900101,,,day", "table_date", "from", "19900101"),
        ("610104,东县,,county,610000,1990-02-30,,,day", "table_date", "from", "1990-02-30"),
        ("610104,东县,,county,610000,,,,day", "table_date", "from", ""),
        ("610104,东县,,county,610000,1990-01-01,1990,,day", "table_date", "through", "1990"),
        (
            "610104,东县,,county,610000,1990-01-01,1989-12-31,,day",
            "table_through_before_from",
            "through",
            "1989-12-31",
        ),
        (
            "610104,东县,,county,610000,1990-01-01,,610102,day",
            "table_successors_in_force",
            "successors",
            "610102",
        ),
        (
            "610104,东县,,county,610000,1990-01-01,2000-01-01,610102 610103,day",
            "table_codes",
            "successors",
            "610102 610103",
        ),
        ("610104,东县,,county,610000,1990-01-01,,,month", "table_precision", "precision", "month"),
    ],
)
def test_a_wrong_cell_is_pointed_at(load, line, code, column, found):
    (problem,) = problems(load, [*GOOD, line])
    assert (problem.code, problem.file, problem.line) == (code, "divisions.csv", 6)
    assert problem.params == {"column": column, "found": found}
    assert problem.column == HEADER.split(",").index(column) + 1


def test_all_wrong_lines_are_reported_at_once(load):
    bad = "6101,东县,,county,610000,1990-01-01,,,day"
    assert [problem.line for problem in problems(load, [bad, *GOOD, bad])] == [2, 7]


def test_the_header_must_be_right(load):
    (problem,) = problems(load, GOOD, header=HEADER.replace("through", "valid_until"))
    assert (problem.code, problem.line) == ("table_header", 1)
    assert "valid_until" in problem.params["found"]


def test_a_row_of_another_length_is_refused(load):
    (problem,) = problems(load, ["610000,甲省,Jia,province,,1990-01-01,,"])
    assert (problem.code, problem.params) == ("table_cells", {"found": "8", "expected": "9"})


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"610102,\xff,,county,610000,1990-01-01,,,day", "file_not_utf8", 3),
        (b'610102,"south" and east,,county,610000,1990-01-01,,,day', "table_syntax", 3),
        (b'610102,"south,,county,610000,1990-01-01,,,day', "table_syntax", 3),
        (b"610102," + b"x" * 200_000 + b",,county,610000,1990-01-01,,,day", "table_syntax", 3),
        (b"\0" * 500, "table_cells", 3),
    ],
)
def test_what_is_no_csv_is_refused_with_its_line(tmp_path, raw, code, line):
    good = "\n".join([HEADER, GOOD[0], ""]).encode()
    (tmp_path / "divisions.csv").write_bytes(good + raw + b"\n")
    with pytest.raises(RulebookError) as caught:
        Divisions.load(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.line) == (code, "divisions.csv", line)


def test_a_table_saved_by_a_spreadsheet_is_read(tmp_path):
    text = "\r\n".join([HEADER, *GOOD, ""])
    (tmp_path / "divisions.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert len(list(Divisions.load(tmp_path))) == len(GOOD)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        # two lives of one code on the same day
        ([*GOOD, "610102,西县,,county,610000,2005-01-01,,,day"], "division_lives_overlap"),
        (
            [
                *GOOD[:1],
                "610102,南县,,county,610000,1990-01-01,2005-01-01,,day",
                "610102,西县,,county,610000,2005-01-01,,,day",
            ],
            "division_lives_overlap",
        ),
        # a parent that is not there, begins later, or has ended
        ([*GOOD, "620101,西县,,county,620000,1990-01-01,,,day"], "division_parent_missing"),
        ([*GOOD, "610104,西县,,county,610000,1989-12-31,,,day"], "division_parent_missing"),
        # a successor that is not in force on the day after
        (GOOD[:2], "division_successor_missing"),
        ([GOOD[0], GOOD[1].replace("2019-12-31", "2018-12-31"), *GOOD[2:]], "division_successor_missing"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(load, rows, code):
    assert code in {problem.code for problem in problems(load, rows)}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("610101,西镇,610101,610103,2020-01-01", "table_street_code"),
        (",西镇,610101,610103,2020-01-01", "table_street_code"),
        ("610101001,*,610101,610103,2020-01-01", "table_street_code"),
        ("x,*,610101,610103,2020-01-01", "table_street_code"),
        ("610101001,西镇,610101,610103,2020", "table_date"),
        ("610101001,西镇,610101,610199,2020-01-01", "street_county_missing"),
        ("610101001,西镇,610103,610102,2020-01-01", "street_county_missing"),
    ],
)
def test_wrong_streets_are_refused(load, line, code):
    assert [problem.code for problem in problems(load, GOOD, [line])] == [code]


def test_the_row_for_every_other_township_has_no_code(load, day):
    divisions = load(GOOD, [",*,610101,610102,2020-01-01"])
    assert divisions.resolve("610101", day("2021-05-06"), street="某镇").division.code == "610102"
