"""Error texts: each problem that the code can report has one, in both languages, and none is left over."""

import ast
import re
import string
from itertools import chain
from pathlib import Path

import pytest
import yaml

import crossprov
from rulebook.test_files import RAW
from rulebook.twins import TWINS

SOURCE = Path(crossprov.__file__).parent
PROBLEMS = yaml.safe_load((SOURCE / "texts/problems.yaml").read_text(encoding="utf-8"))
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")]
WORDS = {
    node.value
    for tree in TREES
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
FUNCTIONS = {"Problem", "ExpressionError", "UncitableError"}
METHODS = {"problem", "key_problem", "refuse", "_refuse", "fault"}
TYPE_NAMES = re.compile(r"\b(NoneType|str|dict|tuple|bool|None|True|False|Error|Exception|Traceback)\b")


def reporting(call):
    """The name of what is called, if it reports a problem."""
    if isinstance(call.func, ast.Name):
        return call.func.id if call.func.id in FUNCTIONS else None
    return call.func.attr if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS else None


def reports():
    """Every call that reports a problem by a code that stands in it, with the parameters that stand in it."""
    for node in chain.from_iterable(map(ast.walk, TREES)):
        if isinstance(node, ast.Call) and reporting(node):
            args = node.args[-1:] if reporting(node) == "fault" else node.args[:1]
            codes = [arg.value for arg in args if isinstance(arg, ast.Constant)]
            yield from ((code, node) for code in codes if isinstance(code, str) and len(code) > 1)


def given(node):
    """The names of the parameters of a call, or None where they come from elsewhere."""
    name = reporting(node)
    if name == "Problem":
        given_ = node.args[1:2]
        if not given_ or not isinstance(given_[0], ast.Dict):
            return None if given_ else set()
        return {key.value for key in given_[0].keys}
    if name in ("fault", "UncitableError") or any(keyword.arg is None for keyword in node.keywords):
        return None
    return {keyword.arg for keyword in node.keywords}


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_problem_that_the_code_reports_has_a_text():
    assert {code for code, _ in reports()} - PROBLEMS.keys() == set()
    assert len({code for code, _ in reports()}) > 80


def test_every_text_is_used():
    made = {f"unknown_{word}" for word in WORDS}  # checking names what is unknown
    assert PROBLEMS.keys() - WORDS - made == set()


@pytest.mark.parametrize(
    ("code", "node"), [(code, node) for code, node in reports() if given(node) is not None]
)
def test_every_placeholder_is_filled(code, node):
    assert placeholders(PROBLEMS[code]["en"]) <= given(node)


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_text_is_one_sentence_in_both_languages(code):
    zh, en = PROBLEMS[code]["zh"], PROBLEMS[code]["en"]
    assert set(PROBLEMS[code]) == {"zh", "en"}
    assert placeholders(zh) == placeholders(en)
    assert not en.endswith(".")
    assert not zh.endswith("。")
    assert en[0] in "`{" or en[0].islower()
    assert "\n" not in zh + en
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en.replace("实施主体", ""))
    assert not TYPE_NAMES.search(en)


# What stands in `found` there is a word of ours or a number, not what somebody typed.
OURS = {
    "type_differs", "unit_differs", "wider_type", "not_ordered", "not_a_number", "type_not_for_facts", "parameter_keys",
    "table_cells", "circular_facts", "circular_conclusions", "circular_steps", "fact_source", "own_fact_source",
    "parameter_too_late", "file_character",
    "item_file_name", "example_failed",
    "cell", "row_cells", "output_busy", "output_exists", "output_unwritable", "frame_column_type",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(PROBLEMS.keys() - OURS))
def test_what_was_typed_stands_in_backticks(code):
    for text in PROBLEMS[code].values():
        assert all(f"`{{{name}}}`" in text for name in placeholders(text) & {"found", "key", "name", "fact"})


def test_every_problem_of_a_rulebook_has_a_twin():
    """The sections of the texts say which problems a rulebook can have; tables and region have tests of their own."""
    lines = (SOURCE / "texts/problems.yaml").read_text(encoding="utf-8").splitlines()
    section, found = "", set()
    for line in lines:
        if line.startswith("# ---"):
            section = line.strip("# -")
        elif ":" in line and section in ("files", "expressions", "coherence"):
            found.add(line.partition(":")[0])
    elsewhere = {
        "no_rulebook_here", "no_such_pack", "too_many_files", "file_missing", "file_irregular", "file_unreadable",
        "file_too_large", "file_not_utf8", "yaml_too_many", "rules_changed",
    }  # fmt: skip  # test_files
    assert found - elsewhere == {twin.code for twin in TWINS} | {code for code, _, _ in RAW}
