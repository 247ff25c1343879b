"""The sources of the pages: both languages, links that lead somewhere, no block that escapes its test."""

import re
from pathlib import Path

import pytest

import page_blocks

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    *sorted(DOCS.rglob("*.md")),
]
GUIDES = sorted(page.name for page in (DOCS / "zh").glob("*.md"))

FENCE = re.compile(r"^[ \t]*```+(.*)$", re.MULTILINE)


def fences(page):
    """The info strings of all code blocks of a page, directives left out."""
    opened = FENCE.findall(page.read_text(encoding="utf-8"))[::2]
    return [info.strip() for info in opened if not info.startswith("{")]


def name(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_is_of_a_kind_that_is_tested(page):
    assert set(fences(page)) <= set(page_blocks.LANGUAGES)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_block_that_is_skipped_says_why(page):
    for skip in re.findall(r"<!--\s*skip:(.*?)-->", page.read_text(encoding="utf-8")):
        assert re.fullmatch(r' next "[^"]{10,}" ', skip), skip


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", GUIDES)
def test_a_guide_says_the_same_in_both_languages(page):
    zh, en = ((DOCS / language / page).read_text(encoding="utf-8") for language in ("zh", "en"))
    assert shape(zh) == shape(en)


def test_each_guide_is_there_in_both_languages():
    assert sorted(page.name for page in (DOCS / "en").glob("*.md")) == GUIDES


def shape(page):
    """What two translations have in common: levels of headings, kinds of blocks, sizes of tables and lists."""
    blocks = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", blocks.sub("", page), re.MULTILINE)],
        "blocks": re.findall(r"^```([a-z{].*)$", page, re.MULTILINE),
        "rows": len(re.findall(r"^\|", blocks.sub("", page), re.MULTILINE)),
        "points": len(re.findall(r"^(?:\*|\d\.) ", blocks.sub("", page), re.MULTILINE)),
    }
