"""The built site: every link arrives, nothing is loaded from elsewhere, and a real browser finds Chinese words."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urlsplit

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOADING = {
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("audio", "src"), ("video", "src"),
    ("embed", "src"), ("object", "data"), ("link", "href"), ("use", "href"), ("form", "action"),
}  # fmt: skip


class Page(HTMLParser):
    """The ids of a page, its links, and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key == "id":
                self.ids.add(value)
            if (tag, key) == ("a", "href"):
                self.links.append(value)
            if (tag, key) in LOADING or key in ("srcset", "poster"):
                self.loads.append(value)


@pytest.fixture(scope="module")
def pages(site):
    found = {
        path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }
    assert len(found) > 15
    return found


def test_every_link_inside_arrives(site, pages):
    lost = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto"):
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            other = pages.get(target.resolve().relative_to(site.resolve()).as_posix())
            fragment = unquote(parts.fragment)
            if not target.is_file() or (fragment and other and fragment not in other.ids):
                lost.append(f"{name}: {link}")
    assert not lost


def test_no_page_loads_anything_from_another_host(pages):
    loaded = {one for page in pages.values() for one in page.loads}
    assert loaded
    assert not {one for one in loaded if re.match(r"(https?:)?//", one)}


def test_no_style_or_script_loads_anything_from_another_host(site):
    loading = re.compile(
        r"""url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//"""
        r"""|(?:fetch|import|importScripts|open)\(\s*["'`](?:https?:)?//|\.src\s*=\s*["'`](?:https?:)?//"""
    )
    files = [*site.rglob("*.css"), *site.rglob("*.js"), *site.rglob("*.html"), *site.rglob("*.svg")]
    assert len(files) > 20
    for path in files:
        assert not loading.search(path.read_text(encoding="utf-8")), path.name


def browse(url):
    """Return the page as a browser has it once its scripts have run; no other host can be reached."""
    if BROWSER is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    ran = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--virtual-time-budget=8000", "--dump-dom", url,
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=90, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def results(address, page, words):
    dom = browse(f"{address}/{page}.html?q={quote(words)}")
    return re.findall(r'<li class="kind-[a-z]+"><a href="([^"#?]*)', dom), dom


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("受理与办理", "zh/concepts.html"),  # a phrase
        ("节假日安排", "zh/quickstart.html"),  # longer than any word of a dictionary
        ("国办发 临时缴费账户", "zh/rules.html"),  # two terms, both must occur
        ("鲲鹏", "zh/offline.html"),  # a word no dictionary of common words has
        ("OfficeDirectory", "api.html"),  # a name of the program
    ],
)
def test_a_browser_finds_chinese(address, words, found):
    pages, _ = results(address, "search", words)
    assert found in pages


def test_a_browser_finds_english_and_says_so_in_english(address):
    pages, dom = results(address, "search-en", "wheelhouse without network")
    assert "en/offline.html" in pages
    assert "Search Results" in dom


def test_what_does_not_occur_is_not_found(address):
    pages, dom = results(address, "search", "饕餮盛宴")
    assert pages == []
    assert "没有" in dom


def test_the_search_page_speaks_chinese(address):
    _, dom = results(address, "search", "受理")
    assert "搜索结果" in dom
