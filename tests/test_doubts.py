"""The page of doubts says everything that the rules leave unsettled, and is the one that lies in docs/."""

import re
from pathlib import Path

import pytest

from crossprov import Rulebook
from crossprov.decide import decider
from crossprov.report import doubts_page
from crossprov.rulebook.law import NONE_FOUND
from rulebook.patches import copy, load, patched

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def rules():
    return Rulebook.load()


@pytest.fixture(scope="module")
def page(rules):
    return doubts_page(decider(rules))


def rows(page, heading):
    """The rows of all tables under a heading."""
    parts = re.findall(rf"^### {heading} · .*?$(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    return [line for part in parts for line in part.splitlines() if line.startswith("|")]


def test_the_page_in_docs_is_the_one_that_the_rules_give(page):
    assert (ROOT / "docs" / "doubts.md").read_text(encoding="utf-8") == page, (
        "run: crossprov doubts > docs/doubts.md"
    )


def test_every_adopted_reading_is_listed(rules, page):
    listed = "\n".join(rows(page, "采用的理解"))
    adopted = {
        row.rule.adopted
        for item in rules.items()
        for table in item.tables
        for row in table.rows
        if row.rule is not None and row.rule.adopted is not None
    }
    assert adopted
    for words in adopted:
        for part in re.split(r"\{[^}]*\}", words.zh):
            assert part in listed


def test_every_rule_without_a_law_is_listed(rules, page):
    listed = "\n".join(rows(page, "未找到依据") + rows(page, "转人工"))
    without = {
        row.id
        for item in rules.items()
        for table in item.tables
        for row in table.rows
        if row.rule is not None and NONE_FOUND in row.rule.law
    }
    assert without
    assert [name for name in without if f"`{name}`" not in listed] == []


def test_what_hangs_on_no_rule_is_listed(rules, page):
    assert rules.doubts
    for doubt in rules.doubts:
        assert doubt.zh in page
        assert doubt.en in page


def reviewed_of(item, rules):
    return re.search(
        rf"^## {item} .*?经办机构已审(\d+)条", doubts_page(decider(rules)), re.MULTILINE | re.DOTALL
    )[1]


def test_a_reviewed_rule_is_counted(tmp_path):
    root = copy(tmp_path / "rules")
    before = reviewed_of("灯塔津贴", load(root))
    patched(
        root,
        "items/lighthouse-grant.yaml",
        "  - id: served\n",
        "  - id: served\n    reviewed: {by: 北岸社保局, on: 2024-05-06}\n",
    )
    assert (before, reviewed_of("灯塔津贴", load(root))) == ("0", "1")


def test_a_doubt_of_one_item_stands_with_it_and_one_of_several_stands_apart():
    page = doubts_page(decider(load()))
    sections = dict(re.findall(r"^## (.*?) · .*?$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert "`storms-unread`" in sections["渡轮证"]
    assert "`two-piers`" in sections["不限于一个事项"]
    assert "two-piers" not in sections["渡轮证"]


def test_rules_without_a_page_of_doubts_have_one_all_the_same(tmp_path):
    root = copy(tmp_path / "rules")
    (root / "doubts.yaml").unlink()
    assert doubts_page(decider(load(root))).startswith("# ")


def test_an_office_is_called_by_its_title_and_never_by_the_id_of_its_role(rules, page):
    roles = {role for item in rules.items() for role in item.shape.offices}
    assert "competent" in roles
    for role in roles:
        assert not re.search(rf"[|：] ?{role}：", page), role
    assert "公共就业服务机构：取“常住地”" in page


def test_a_time_limit_and_an_intake_are_told_in_words_and_never_by_their_id(rules, page):
    ids = {table.id for item in rules.items() for table in item.tables if table.kind in ("limit", "intake")}
    assert ids
    assert not [one for one in ids if re.search(rf"[|：] ?{one}：是", page)]
    assert "“银行放款”的时限：4个工作日" in page  # startup-loan: four working days since 2025-06-30
