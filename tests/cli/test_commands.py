"""What each command prints."""

import json
import shutil
from pathlib import Path

import pytest

from engine.readings import NAMES, needs_durable

ROOT = Path(__file__).resolve().parents[2]
FICTIONAL = str(ROOT / "tests" / "fictional")
ITEM = "pension-transfer-enterprise"
CODE = "512B0068100002"


# --- decide ---------------------------------------------------------------------------------------------


def test_a_decision_names_the_office_of_the_new_place_and_the_days(run, example):
    ran = run("decide", example("transfer-49"), "--lang", "zh")
    assert ran.code == 0
    assert ran.err == ""
    assert "可以办理" in ran.out
    assert "办理机构：重庆市渝中区" in ran.out
    assert "2026-03-30" in ran.out  # 15 working days after 2026-03-09
    assert "2026-03-16" in ran.out  # the 5 working days that were promised


def test_a_no_is_an_answer(run, example):
    ran = run("decide", example("transfer-50"))
    assert ran.code == 0
    assert "This cannot be done now." in ran.out


def test_what_is_missing_comes_as_a_question(run, example):
    ran = run("decide", example("half-known"), "--lang", "zh")
    assert ran.code == 0
    assert "请提供各地的养老保险参保缴费记录" in ran.out


def test_a_decision_as_json_keeps_chinese_readable(run, example):
    ran = run("decide", example("transfer-49"), "--json")
    found = json.loads(ran.out)
    assert found["outcome"] == "eligible"
    assert found["competent"]["division"] == "500103"
    assert "渝中区" in ran.out


def test_another_day_is_another_law(run, example):
    """Before 2010-01-01 there were no rules for a transfer between provinces."""
    ran = run("decide", example("transfer-49"), "--json", "--as-of", "2026-03-09")
    assert json.loads(ran.out)["made_by"]["law_on"] == "2026-03-09"
    assert run("decide", example("transfer-49"), "--as-of", "2025-01-01").code == 2  # applied later than that


def test_the_item_can_be_named_by_its_official_code(run, changed):
    ran = run("decide", changed(item=None), "--item", CODE, "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["item"] == ITEM


def without_facts(data):
    """Which facts an engine looked at on its way is its own business."""
    if isinstance(data, dict):
        return {key: without_facts(value) for key, value in data.items() if key not in ("facts", "engine")}
    return [without_facts(one) for one in data] if isinstance(data, list) else data


def test_every_engine_can_be_chosen_and_agree(run, example):
    found = []
    for engine in NAMES:
        decision = json.loads(run("decide", example("transfer-49"), "--json", "--engine", engine).out)
        assert decision["made_by"]["engine"] == engine
        found.append(without_facts(decision))
    assert all(one == found[0] for one in found)


@needs_durable
def test_two_readings_decide_unless_another_is_chosen(run, example, monkeypatch):
    def engine(*options):
        return json.loads(run("decide", example("transfer-49"), "--json", *options).out)["made_by"]["engine"]

    assert engine() == "checked"
    assert engine("--engine", "index") == "index"
    monkeypatch.setenv("CROSSPROV_ENGINE", "reference")
    assert engine() == "reference"
    monkeypatch.delenv("CROSSPROV_ENGINE")
    monkeypatch.setattr("crossprov.engine.durable.find_spec", lambda _name: None)
    assert engine() == "index"


def test_other_rules_can_be_used(run, example, tmp_path):
    shutil.copytree(ROOT / "rules", tmp_path / "mine")
    file = tmp_path / "mine" / "rulebook.yaml"
    file.write_text(file.read_text("utf-8").replace("id: sichuan-chongqing", "id: mine"), "utf-8")
    ran = run("decide", example("transfer-49"), "--rules", tmp_path / "mine", "--json")
    assert json.loads(ran.out)["made_by"]["rulebook"] == "mine"


# --- explain, show, items, facts ------------------------------------------------------------------------


def test_an_explanation_shows_the_row_that_decided_and_those_that_did_not(run, example):
    ran = run("explain", example("transfer-49"))
    assert ran.code == 0
    assert "→ under-age: if person.age_at_enrolment < limit.transfer_age[person.sex]" in ran.out
    assert "· hukou-return" in ran.out
    assert "person.age_at_enrolment): 49" in ran.out
    assert "calculated: floor(months_between(person.birth_date, move.enrolled_on) / 12)" in ran.out


def test_an_explanation_of_a_half_known_case_shows_what_is_possible(run, example):
    ran = run("explain", example("half-known"))
    assert "? last-is-hukou" in ran.out
    assert "Wanted: pension records (pension.spells)" in ran.out


def test_an_explanation_as_json_has_the_decision_and_its_trace(run, example):
    found = json.loads(run("explain", example("transfer-49"), "--json").out)
    assert found["decision"] == json.loads(run("decide", example("transfer-49"), "--json").out)
    (table,) = (one for one in found["trace"]["tables"] if one["name"] == "conclusion:account_type")
    assert [row["id"] for row in table["rows"] if row["decides"]] == ["under-age"]
    assert table["possible"] == [{"zh": "一般账户", "en": "general account"}]


def test_a_guide_without_a_case(run):
    by_code = run("show", CODE, "--lang", "zh", "--as-of", "2026-03-09")
    assert by_code.code == 0
    assert by_code.out.startswith("企业职工基本养老保险关系转移接续\n")
    assert f"事项编码（四川省）：{CODE}" in by_code.out
    assert "法定时限15个工作日" in by_code.out
    assert by_code.out == run("show", ITEM, "--lang", "zh", "--as-of", "2026-03-09").out


def test_a_guide_shows_the_rules_of_its_day(run):
    """The joint procedure of the two sides is younger than the Measures of 2010."""
    assert "承诺时限" not in run("show", ITEM, "--lang", "zh", "--as-of", "2012-01-01").out
    assert "承诺时限5个工作日" in run("show", ITEM, "--lang", "zh", "--as-of", "2026-01-01").out
    assert "2009-12-31没有有效的规则" in run("show", ITEM, "--lang", "zh", "--as-of", "2009-12-31").out


def test_items_are_listed_and_filtered(run):
    assert ITEM in run("items").out
    assert ITEM in run("items", "养老").out
    assert ITEM in run("items", CODE.lower()).out
    assert "no item matches" in run("items", "no such words").out
    listed = json.loads(run("items", "--json").out)
    assert next(one for one in listed if one["item"] == ITEM)["codes"] == {"510000": CODE}


def test_items_say_why_they_are_in_the_catalogue_and_that_it_was_not_seen_in_full(run):
    ran = run("items", "--provenance", "--lang", "zh")
    assert ran.code == 0
    assert "没有找到逐项列出的官方清单全文" in "".join(ran.out.split())
    assert f"（{ITEM}）" in "".join(ran.out.split())
    assert "列入目录：很有把握" in ran.out
    listed = json.loads(run("items", ITEM, "--provenance", "--json").out)
    assert [one["provenance"]["inclusion"] for one in listed] == ["high"]
    assert listed[0]["catalogue"] == "joint"
    assert "provenance" not in json.loads(run("items", ITEM, "--json").out)[0]


def test_related_items_are_listed_last_and_apart(run):
    lines = run("items", "--rules", FICTIONAL).out.splitlines()
    heading = next(n for n, line in enumerate(lines) if "not in the catalogue" in line)
    assert [line.split()[0] for line in lines[heading + 1 :]] == ["lighthouse-grant"]


def test_pages_are_written_and_checked(run, tmp_path):
    arguments = ("--rules", FICTIONAL)
    assert run("pages", tmp_path, "--check", *arguments).code == 1
    assert run("pages", tmp_path, *arguments).code == 0
    assert run("pages", tmp_path, "--check", *arguments).code == 0
    assert "2024-05-06" in (tmp_path / "zh/items/ferry-pass.md").read_text(
        "utf-8"
    )  # the guides_on of the rules
    ran = run("pages", tmp_path, "--check", "--as-of", "2021-04-30", *arguments)
    assert ran.code == 1
    assert "en/items/ferry-pass.md: " in ran.out


def test_facts_are_those_that_somebody_has_to_tell(run):
    listed = {one["name"]: one for one in json.loads(run("facts", ITEM, "--json").out)}
    assert listed["person.sex"]["question"]["zh"] == "申请人的性别是？"
    assert listed["pension.spells"]["given"] == "applicant.insurance.pension_spells"
    assert "person.age_at_enrolment" not in listed  # calculated
    assert "account_type" not in listed  # concluded
    assert all(one["given"] for one in listed.values())
    shown = run("facts", ITEM).out
    assert "person.sex (enum: male | female)" in shown
    assert "told under facts in the case" in shown


# --- check, schema --------------------------------------------------------------------------------------


def test_the_rules_that_come_with_the_program_are_good(run):
    ran = run("check", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith("没有问题")


@pytest.fixture
def broken(tmp_path):
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return tmp_path / "rules"


def change(folder, old, new, kind="items"):
    file = folder / kind / f"{ITEM}.yaml"
    words = file.read_text("utf-8")
    assert old in words
    file.write_text(words.replace(old, new, 1), "utf-8")
    return words[: words.index(old)].count("\n") + 1


def test_a_problem_is_shown_with_its_place(run, broken):
    line = change(broken, "holds: not person.draws_employee_pension", "holds: not person.draws_nothing")
    ran = run("check", broken)
    assert ran.code == 1
    assert ran.out.splitlines()[0].startswith(f"items/{ITEM}.yaml:{line}:")
    assert "`person.draws_nothing`" in ran.out
    assert ran.out.splitlines()[-1] == "problems found: 1"


def test_an_example_that_fails_is_a_problem(run, broken):
    change(
        broken, "conclusions: {account_type: temporary}", "conclusions: {account_type: general}", "examples"
    )
    ran = run("check", broken)
    assert ran.code == 1
    assert "conclusion account_type should be general, got temporary" in ran.out


def test_rules_that_do_not_load_decide_nothing(run, broken, example):
    change(broken, "holds: not person.draws_employee_pension", "holds: not person.draws_nothing")
    ran = run("decide", example("transfer-49"), "--rules", broken)
    assert ran.code == 3
    assert ran.out == ""
    assert f"items/{ITEM}.yaml:" in ran.err


def test_schemas_are_written_and_checked(run, tmp_path):
    folder = tmp_path / "deep" / "schema"
    assert run("schema", folder, "--check").code == 1
    assert run("schema", folder).code == 0
    assert run("schema", folder, "--check").code == 0
    (folder / "item.json").write_text("{}", "utf-8")
    ran = run("schema", folder, "--check")
    assert ran.code == 1
    assert ran.out.startswith("item.json: ")


# --- language -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "arguments", "chinese"),
    [
        ({}, [], False),
        ({"LANG": "zh_CN.UTF-8"}, [], True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, [], False),
        ({"LANG": "en_US.UTF-8", "CROSSPROV_LANG": "zh"}, [], True),
        ({"LANG": "zh_CN.UTF-8", "CROSSPROV_LANG": "klingon"}, [], True),
        ({"CROSSPROV_LANG": "zh"}, ["--lang", "en"], False),
        ({}, ["--lang=zh"], True),
    ],
)
def test_the_language_is_that_of_the_option_the_variable_the_system(
    run, monkeypatch, environment, arguments, chinese
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("事项" in run("show", ITEM, *arguments).out) is chinese


def test_help_tells_the_exit_codes_in_both_languages(run):
    english, chinese = run("--help"), run("--help", "--lang", "zh")
    assert "2 the call or the case is wrong" in " ".join(english.out.split())
    assert "2 调用或案件有误" in chinese.out
    assert (english.code, chinese.code) == (0, 0)


@pytest.mark.parametrize(
    "command", ["decide", "explain", "items", "show", "facts", "check", "doubts", "pages", "schema"]
)
def test_every_command_has_help(run, command):
    ran = run(command, "--help", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.startswith(f"用法：crossprov {command} ")
