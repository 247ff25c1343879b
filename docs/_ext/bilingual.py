"""Chinese and English pages in one site: search in both, and the words of the theme in the page's language.

Sphinx knows one language for a whole site. Here it is Chinese; pages under ``en/``, and pages that are
written in English only, get the English words that the templates are written in.
"""

from __future__ import annotations

import gettext
import re
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_GUIDES = {"zh": "中文指南", "en": "Guide in English"}
"""The captions of ``index.md`` above the pages of one language."""

_IN_BOTH = ("index", "glossary", "doubts", "search")

_WORDS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-zA-Z0-9_]+")


class ChineseByPairs(SearchEnglish):
    """Chinese text is found by its pairs of characters, so no dictionary decides what a word is.

    Splitting by words finds nothing when a reader types a longer term than the dictionary knows (the page has
    养老保险 and 关系, the query is 养老保险关系). Pairs are the same on both sides, and all must occur.
    """

    lang = "zh"
    language_name = "English"  # names the stemmer in the browser: English words are cut, Chinese ones are not
    js_splitter_code = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff\u{20000}-\u{3ffff}]+|[a-zA-Z0-9_]+/gu) || []).flatMap((run) => {
    const signs = Array.from(run);
    if (/^[a-zA-Z0-9_]/.test(run) || signs.length === 1) return [run];
    return signs.slice(1).map((sign, i) => signs[i] + sign);
  });
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - the name is Sphinx's
        """Return the English words, and each sign and pair of signs of the Chinese."""
        return list(self._terms(input))

    def word_filter(self, stemmed_word: str) -> bool:
        """Keep single signs, too: 案 is a fair question."""
        return stemmed_word not in self.stopwords and (len(stemmed_word) > 1 or not stemmed_word.isascii())

    def _terms(self, text: str) -> Iterator[str]:
        for run in _WORDS.findall(text):
            if run.isascii():
                yield run
            else:
                yield from run
                yield from (run[i : i + 2] for i in range(len(run) - 1))


def _language(page: str) -> str | None:
    """Return the language of a page, None for a page that is in both."""
    if page.startswith(("zh/", "en/")):
        return page[:2]
    if page == "search-en":
        return "en"
    return None if page.startswith(_IN_BOTH) else "en"


def _dress(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Give a page its language, the other language's page, and a menu without the other language's guide."""
    language = _language(pagename)
    guide = pagename[:2] if pagename.startswith(("zh/", "en/")) else None
    context["other_page"] = ("en/" if guide == "zh" else "zh/") + pagename[3:] if guide else None
    context["other_language"] = {"zh": "English", "en": "中文"}.get(guide or "")
    context["page_language"] = language or "zh"
    if language == "en":
        plain = gettext.NullTranslations()
        context |= {"_": plain.gettext, "gettext": plain.gettext, "ngettext": plain.ngettext}
        context["script_files"] = [one for one in context["script_files"] if "translations" not in str(one)]
        context["language"] = "en"
    else:
        context["language"] = "zh-CN"
    if guide:
        context["furo_navigation_tree"] = _without(context["furo_navigation_tree"], _GUIDES[_other(guide)])


def _other(language: str) -> str:
    return "en" if language == "zh" else "zh"


def _without(tree: str, caption: str) -> str:
    soup = BeautifulSoup(tree, "html.parser")
    for found in soup.select("p.caption"):
        if found.get_text(strip=True) == caption:
            pages = found.find_next_sibling("ul")
            found.decompose()
            if pages is not None:
                pages.decompose()
    return str(soup)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the search and the dressing of pages."""
    app.add_search_language(ChineseByPairs)
    app.connect("html-page-context", _dress, priority=900)  # after the theme has made its menu
    app.connect("html-collect-pages", lambda _app: [("search-en", {}, "search.html")])
    return {"parallel_read_safe": True, "parallel_write_safe": True}
