"""Slips of the pen by people who know neither YAML nor Python: each is told in plain words, in both languages."""

from pathlib import Path
from typing import get_args

import pytest
import yaml

from crossprov._errors import RulebookError
from crossprov.rulebook import compile as compiling
from crossprov.rulebook import slips, source, types
from crossprov.rulebook.expression import ExpressionError
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.schema import FragmentsFile, ItemFile
from crossprov.rulebook.source import parse_yaml
from crossprov.texts import every
from rulebook.patches import MARK, copy, patched, position, problems

# what was written, and a word of the Chinese and of the English that helps; MARK stands where to look
YAML_SLIPS = [
    ("a: b\n«else： c\nd: e\n", "`else` 后面是全角冒号", "full-width colon"),
    ("a: {zh: 甲，en«: x}\n", "全角标点", "full-width mark"),
    ("a:\n  b: c\n«\td: e\n", "制表符", "tab"),
    ("a:\n　b: c\n  d«: e\n", "全角空格", "full-width space"),
    ("a:\n  - id: x\n    name: y\n  «else: c\n", "行首空格", "spaces"),
    ("a:\n  - id: x\n     name«: y\n", "缩进是否对齐", "indented alike"),
    ("a: b\n«else:c\nd: e\n", "半角冒号加一个空格", "a colon and a space"),
    ("a: {zh: 甲, en: one: two}\n", "整段加双引号", "double quotes"),
    ("a: {law: 国办发[2009]66号 第一条, b: c}\n", "第 1 行开始的花括号", "braces that begin in line 1"),
    ("a: [b, c\nd: e\n", "第 1 行开始的方括号", "brackets that begin in line 1"),
    ("a:\n  b: 'c\nd: e\n", "第 2 行开始的引号", "quotation mark in line 2"),
    ("a: @b\n", "不能以这个符号开头", "cannot begin with this sign"),
]


@pytest.mark.parametrize("parser", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "written", ["a:⏎  b: {zh: 甲, en:c: d", "a: {zh: 甲}⏎b: {zh: 乙}=", "⏎⏎a: 'b", "a:⏎⏎\tb: c⏎"]
)
def test_lines_end_as_yaml_has_it_and_the_last_need_not(
    written, end, parser, monkeypatch
):  # found by a fuzzer
    if parser == "SafeLoader":
        monkeypatch.delattr(source.yaml, "CSafeLoader", raising=False)
    with pytest.raises(RulebookError) as caught:
        parse_yaml(written.replace("⏎", end).encode(), "item.yaml")
    problem = caught.value.problems[0]
    assert problem.code == "yaml_syntax"
    assert 1 <= problem.line <= written.count("⏎") + 2


@pytest.mark.parametrize("parser", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(("written", "zh", "en"), YAML_SLIPS)
def test_what_yaml_cannot_read_is_told_in_plain_words_by_either_parser(written, zh, en, parser, monkeypatch):
    if parser == "SafeLoader":
        monkeypatch.delattr(source.yaml, "CSafeLoader", raising=False)
    elif not hasattr(yaml, parser):
        pytest.skip("PyYAML without its C part")
    with pytest.raises(RulebookError) as caught:
        parse_yaml(written.replace(MARK, "").encode(), "x.yaml")
    (found,) = caught.value.problems
    assert zh in found.text("zh")
    assert en in found.text("en")
    if MARK in written:
        assert (found.line, found.column) == position(written)


@pytest.mark.parametrize(
    ("written", "zh"),
    [
        ("card.kind = 'lost'", "相等写 `==`"),
        ("card.kind <> 'lost'", "不等写 `!=`"),
        ("card.kind == 'lost' AND card.held", "小写的 `and`"),
        ("card.kind == ‘lost’", "`‘`"),
        ("card.kind == “遗失”", "`“遗失”`"),
        ("card.age ＜ 50", "`＜`"),
        ("card.kind == '已挂失' 或者 card.held", "`或者`"),
        ("(card.age < 50", "请检查括号"),
        ("card.note == '甲＝乙' and", "请检查括号"),
    ],
)
def test_an_expression_that_cannot_be_read_says_what_to_look_at(written, zh):
    with pytest.raises(ExpressionError) as caught:
        parse(written)
    assert caught.value.code == "expression_syntax"
    assert zh in caught.value.params["hint"].zh


LIMITS, FERRY = "parameters/limits.yaml", "items/ferry-pass.yaml"

# file, what stood there, what was written, words of the Chinese that help
FILE_SLIPS = [
    (LIMITS, "value: 14, law", 'value: "14", law', ["`14`", "不加引号", "years_of_age"]),
    (LIMITS, "value: 14, law", "value: 14周岁, law", ["`14周岁`", "不带单位"]),
    (
        LIMITS,
        "through: 2019-12-31, value: 12",
        "through: 2020-01-01, value: 12",
        ["2020-01-01", "较早的版本"],
    ),
    (LIMITS, "{zh: 儿童年龄界限, en: age below which one is a child}", "儿童年龄界限", ["`{zh: …, en: …}`"]),
    (
        LIMITS,
        "en: age below which one is a child}",
        "en: age, below which one is a child}",
        ["整段文字加双引号"],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), FILE_SLIPS)
def test_a_slip_in_a_file_is_told_with_what_would_be_right(file, old, new, words, tmp_path):
    root = copy(tmp_path / "rules")
    patched(root, file, old, new)
    told = "\n".join(problem.text("zh") for problem in problems(root))
    for word in words:
        assert word in told


def test_a_law_written_wrong_is_told_with_the_ones_near_it(tmp_path):
    root = copy(tmp_path / "rules")
    patched(root, FERRY, "law: [虚构法第1号 第二条, 虚构合作协议 2021年]", "law: 虚构法第l号 第二条")
    (problem,) = problems(root)
    assert problem.code == "unknown_instrument"
    assert problem.params["expected"].startswith("虚构法第1号")


def test_every_text_of_slips_is_used():
    """Each is named in the module, or is a type of the rule language."""
    code = "".join(Path(module.__file__).read_text("utf-8") for module in (slips, compiling))
    for name in every("slip"):
        assert f'"{name}"' in code or f"slip.{name}" in code or name in get_args(types.Kind), name


def test_every_form_that_a_text_must_have_is_told_by_words():
    """A regular expression helps nobody who reads the rules; each that the shapes have has its own words."""
    forms = {
        part["pattern"]
        for schema in json_schemas()
        for part in parts(schema)
        if isinstance(part.get("pattern"), str)
    }
    assert forms
    assert forms <= set(every("shape"))


def json_schemas():
    return [model.model_json_schema() for model in (ItemFile, FragmentsFile)]


def parts(node):
    """Every mapping inside a JSON Schema."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(inner)
