"""The command: what it says, on which stream, with which exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from batch.registers import csv_rows, csv_text
from crossprov.decide import Decider

EXAMPLES = Path(__file__).parents[2] / "examples"
TRANSFER = "pension-transfer-enterprise"
CASE = json.loads((EXAMPLES / "transfer-49.json").read_text("utf-8"))
BENEFIT = "certification.benefit"


@pytest.fixture
def source(tmp_path):
    found = tmp_path / "in.csv"
    found.write_text(csv_text([[BENEFIT], ["paid_once"], ["zzz"], ["resident_pension"]]), "utf-8")
    return found


def test_the_summary_as_json(batch, source, tmp_path):
    ran = batch(source, tmp_path / "out.csv", "--json")
    said = json.loads(ran.out)
    assert (said["told"], said["read"], said["decided"], said["refused"]) == ("facts", 3, 2, 1)
    assert said["outcome"] == {"out_of_scope": 1, "needs_information": 1}
    assert said["refused_for"] == {"cell": 1}
    assert said["about"] == {"encoding": "utf-8", "unread": ""}
    assert Path(said["files"]["refused_rows"]) == tmp_path / "out.refused.csv"
    assert ran.err == ""


def test_only_what_is_wanted_is_written_and_counted(batch, source, tmp_path):
    ran = batch(source, tmp_path / "out.csv", "--json", "--only", "outcome, competent")
    assert (tmp_path / "out.csv").read_text("utf-8-sig").splitlines() == [
        "row,outcome,competent",
        "1,out_of_scope,",
        "3,needs_information,",
    ]
    said = json.loads(ran.out)
    assert said["outcome"] == {"out_of_scope": 1, "needs_information": 1}
    assert said["missing"] == {}
    assert said["refused_for"] == {"cell": 1}


def test_an_output_that_there_is_not_is_a_wrong_call(batch, source, tmp_path):
    ran = batch(source, tmp_path / "out.csv", "--only", "outcom")
    assert ran.code == 2
    assert "near it: outcome" in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_nothing_but_the_summary_is_said_where_nobody_watches(batch, source, tmp_path):
    ran = batch(source, tmp_path / "out.csv")
    assert ran.err == ""
    assert "Rows read: 3; decided: 2; refused: 1." in ran.out


def test_a_rule_that_breaks_refuses_its_row_and_shows_nothing_of_the_case(run, tmp_path, monkeypatch):
    decide, calls = Decider.decide, []

    def breaking(self, *arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise ZeroDivisionError("Zhang San")
        return decide(self, *arguments)

    monkeypatch.setattr(Decider, "decide", breaking)
    source = tmp_path / "in.jsonl"
    source.write_text((json.dumps(CASE) + "\n") * 3, "utf-8")
    ran = run("batch", TRANSFER, source, tmp_path / "out.csv", "--jobs", 1)
    assert ran.code == 4
    assert [row["row"] for row in csv_rows(tmp_path / "out.csv")] == ["1", "3"]
    refused = csv_rows(tmp_path / "out.refused.csv")
    assert [(row["row"], row["code"]) for row in refused] == [("2", "internal_fault")]
    assert "Zhang" not in (tmp_path / "out.refused.csv").read_text("utf-8-sig") + ran.out + ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--as", "rows"], "--as should be one of cases, facts"),
        (["--encoding", "latin-1"], "--encoding should be one of utf-8, gb18030"),
        (["--jobs", "0"], "--jobs should be a whole number"),
        (["--as-of", "2026-02-30"], "--as-of should be a day"),
    ],
)
def test_options_that_are_wrong(batch, source, tmp_path, options, said):
    ran = batch(source, tmp_path / "out.csv", *options)
    assert (ran.code, said in ran.err) == (2, True)


def test_an_unknown_item(run, source, tmp_path):
    ran = run("batch", "no-such-item", source, tmp_path / "out.csv")
    assert (ran.code, "no such item" in ran.err) == (2, True)


@pytest.mark.parametrize("missing", ["polars", "narwhals", "pyarrow"])
def test_without_the_extra_the_command_says_how_to_get_it(source, tmp_path, missing):
    program = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "from crossprov.cli import main\n"
        f"sys.exit(main(['batch', '{TRANSFER}', {str(source)!r}, {str(tmp_path / 'out.csv')!r}, '--lang', 'en']))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (
        2,
        "crossprov: this command needs: pip install 'crossprov[batch]'\n",
    )


def test_the_rest_of_the_command_line_needs_no_extra():
    program = "import sys\nfor name in ('polars', 'narwhals', 'pyarrow', 'rich', 'pyspark'): sys.modules[name] = None\n"
    program += "import crossprov.cli.commands"
    subprocess.run([sys.executable, "-c", program], check=True)
