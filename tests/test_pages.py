"""The pages of the items say what the rules say, are those that lie in docs/, and their plans can be drawn."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import Rulebook
from crossprov.decide import decider
from crossprov.examples import run_example
from crossprov.report import as_svg, guide, item_guide, pages, stale, write_pages
from crossprov.report.markdown import plain
from rulebook.patches import copy, load, patched

ROOT = Path(__file__).parents[1]
SVG = re.compile(r"<svg .*?</svg>")
DAY = dt.date(2024, 5, 6)


@pytest.fixture(scope="module")
def rules():
    return Rulebook.load()


@pytest.fixture(scope="module")
def written(rules):
    return pages(decider(rules), rules.identity.guides_on)


@pytest.fixture(scope="module")
def invented():
    return pages(decider(load()), DAY)


def test_the_pages_in_docs_are_those_that_the_rules_give(written):
    assert stale(written, ROOT / "docs") == [], "run: crossprov pages docs (and remove what is one too many)"


def test_every_item_has_a_page_in_both_languages_and_every_list_leads_to_it(rules, written):
    for name in rules.item_ids:
        for language in ("zh", "en"):
            assert f"{language}/items/{name}.md" in written
            for lists in ("index", "life-events", "catalogue"):
                assert f"({name}.md)" in written[f"{language}/items/{lists}.md"]


def test_a_page_says_what_its_item_says(rules, written):
    for item in rules.items():
        page = written[f"zh/items/{item.id}.md"]
        for section in item_guide(decider(rules), item, rules.identity.guides_on, "zh").sections:
            for entry in section.entries:
                assert plain(entry.words) in page
                assert all(plain(note) in page for note in entry.notes)
        for worked in rules.examples(item.id):
            assert plain(worked.example.title.zh) in page


def test_every_plan_on_a_page_is_a_picture_that_says_in_words_what_it_shows(rules, written):
    seen = 0
    for name, page in written.items():
        for found in SVG.findall(page):
            seen += 1
            root = ET.fromstring(found)  # noqa: S314 - our own
            assert root[0].tag == "title"
            assert root[1].tag == "desc"
            assert "http" not in found, name
            assert not re.search(r"\bid=|<script|url\(", found), name
    assert seen > len(rules.item_ids)


def test_each_step_of_a_plan_stands_beside_its_number_and_below_what_it_waits_for(rules):
    for item in rules.items():
        for worked in rules.examples(item.id)[:5]:
            decision, _ = run_example(rules, item, worked.example)
            plan = guide(decision, "zh").plan
            assert [step.id for step in plan.steps] == [step.id for step in decision.steps]
            for step, shown in zip(plan.steps, decision.steps, strict=True):
                assert {plan.steps[n - 1].id for n in step.after} == set(shown.after)
                assert plan.lanes[step.lane] == step.who
            assert as_svg(plan) == as_svg(guide(decision, "zh").plan)
            if plan.steps:
                circles = re.findall(r'<circle [^>]*cy="([\d.]+)"', as_svg(plan))
                assert len(circles) == len(plan.steps)
                assert all(float(above) < float(below) for above, below in pairwise(circles))


def test_what_a_step_waits_for_is_said_where_it_does_not_follow_the_one_before(rules):
    steps = item_guide(
        decider(rules), rules.item("unemployment-insurance-transfer"), dt.date(2024, 3, 4), "zh"
    ).section("steps")
    waits = {entry.mark: [note for note in entry.notes if note.startswith("须待")] for entry in steps.entries}
    assert waits["2."] == []
    assert waits["5."] == ["须待第3步完成"]  # the record comes in; nobody waits for the money


def test_a_guide_says_when_a_step_and_a_paper_are_meant():
    rules = load()
    found = item_guide(decider(rules), rules.item("ferry-pass"), DAY, "en")
    tell = next(entry for entry in found.section("steps").entries if "tell the authority" in entry.words)
    assert "Only if: class of the pass = crew" in tell.notes
    book = next(entry for entry in found.section("materials").entries if "crew book" in entry.words)
    assert any(note.startswith("Only if: there is a ") for note in book.notes)


def test_a_related_item_is_listed_apart_and_counted_apart(invented):
    index = invented["en/items/index.md"]
    joint, related = index.split("## Related measures")
    assert "(ferry-pass.md)" in joint
    assert "(lighthouse-grant.md)" not in joint
    assert "(lighthouse-grant.md)" in related
    assert "2 of the catalogue, 1 related" in invented["en/items/catalogue.md"]


def test_an_item_stands_with_what_happened_or_else_among_the_others(invented):
    page = invented["zh/items/life-events.md"]
    events = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |^---|\Z)", page, re.MULTILINE | re.DOTALL))
    assert "ferry-pass.md" in events["初次乘船"]
    assert "风暴受损" not in events
    assert "lighthouse-grant.md" in events["其他"]


def test_every_fact_that_only_a_case_can_give_is_listed_with_its_question_and_its_items(rules, written):
    page = written["zh/items/facts.md"]
    for fact in rules.vocabulary.facts.values():
        asked = f"`{fact.name}`" in page
        assert not (asked and fact.shape.given is None), fact.name
        if asked and fact.shape.question is not None:
            assert plain(fact.shape.question.zh) in page
    assert "`unemployment.transfer_ground`" in page


def test_a_change_of_a_rule_shows_on_the_page(tmp_path, invented):
    root = copy(tmp_path / "rules")
    patched(
        root,
        "items/ferry-pass.yaml",
        "name: {zh: 发证, en: issue the pass}",
        "name: {zh: 发证, en: hand it out}",
    )
    after = pages(decider(load(root)), DAY)
    assert {name for name in after if after[name] != invented[name]} >= {"en/items/ferry-pass.md"}
    assert "hand it out" in after["en/items/ferry-pass.md"]


def test_missing_changed_and_superfluous_pages_are_named(tmp_path, invented):
    assert write_pages(invented, tmp_path) == len(invented)
    assert stale(invented, tmp_path) == []
    (tmp_path / "zh/items/index.md").write_text("old")
    (tmp_path / "en/items/index.md").unlink()
    (tmp_path / "en/items/gone.md").write_text("gone")
    assert stale(invented, tmp_path) == ["en/items/gone.md", "en/items/index.md", "zh/items/index.md"]


def test_what_is_no_page_at_all_is_not_current(tmp_path, invented):
    write_pages(invented, tmp_path)
    (tmp_path / "zh/items/index.md").write_bytes(b"\xff")
    (tmp_path / "en/items/folder.md").mkdir()
    assert stale(invented, tmp_path) == ["en/items/folder.md", "zh/items/index.md"]


SIGNS = st.one_of(st.sampled_from("\\`*_<>|[]()#+-=:.~&;!1 ab"), st.characters(exclude_categories=["C"]))


@given(st.text(SIGNS, min_size=1, max_size=12).filter(str.strip))
def test_no_words_mean_anything_to_markdown(words):
    markdown_it = pytest.importorskip("markdown_it")
    html = markdown_it.MarkdownIt().render("- " + plain(words))
    said = ET.fromstring(html)  # noqa: S314
    assert [one.tag for one in said.iter()] == ["ul", "li"]
    assert "".join(said.itertext()).split() == words.split()
