"""The files of the page: every text is there and used, nothing comes from elsewhere, nothing becomes markup."""

import re
from pathlib import Path

import pytest

import crossprov.service
from crossprov.texts import every

WEB = Path(crossprov.service.__file__).parent / "web"
SCRIPTS = sorted(WEB.glob("*.js"))
ALL = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
MADE = {"serves_citizen", "serves_employer", "statutory", "promised"}
"""Names that the scripts make of parts, or take from a decision."""


def test_every_text_that_is_shown_is_there_and_every_text_is_shown():
    there = set(every("web"))
    asked = set(re.findall(r'\bt\("([a-z_]+)"', ALL))
    assert asked <= there
    quoted = set(re.findall(r'"([a-z_]+)"', ALL))
    assert there - quoted - MADE == set()


def test_every_text_of_the_reports_that_is_shown_is_there():
    asked = set(re.findall(r'\breport\("([a-z_]+)"', ALL))
    assert asked
    assert asked <= set(every("report"))


@pytest.mark.parametrize("group", ["web", "service"])
def test_texts_have_the_same_blanks_in_both_languages(group):
    for name, said in every(group).items():
        zh, en = (sorted(re.findall(r"\{([a-z]+)\}", said[language])) for language in ("zh", "en"))
        assert zh == en, name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_nothing_that_is_shown_can_become_markup(path):
    words = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|localStorage|cookie",
        words,
    )
    assert not re.search(r"https?://", words)
    assert len(words.splitlines()) < 300


def test_nothing_is_loaded_from_elsewhere_and_nothing_stands_inline():
    page = (WEB / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:src|href)="([^"]+)"', page)) == {
        "/web/icon.svg",
        "/web/style.css",
        "/web/app.js",
        "#main",
    }
    assert not re.search(r"<script(?![^>]*src)|<style|style=|\son[a-z]+=", page)
    style = (WEB / "style.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face", style)
