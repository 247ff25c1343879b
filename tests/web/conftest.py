"""The page in a real browser, against the service as it runs.

The browser is closed after the module: while it is open, no test can run an event loop of its own.
"""

import os
import shutil
from pathlib import Path

import pytest

from crossprov.service import create_app
from service.live import running

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def site():
    with running(create_app()) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture
def open_page(browser, site):
    """Open pages of which nothing may go wrong: no error on the console, no request to another host.

    ``expected`` are ends of what the browser itself writes, such as of an answer with another status than 200.
    """
    contexts, wrong = [], []

    def opened(width=390, height=844, scheme="light", expected=()):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN", base_url=site
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: None if said.text.endswith(tuple(expected)) else told(said))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda asked: None if asked.url.startswith(f"{site}/") else wrong.append(asked.url)
        )
        return page

    def told(said):
        if said.type in ("error", "warning"):
            wrong.append(said.text)

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture
def picture():
    """Take a picture for the pages in docs/, if CROSSPROV_PICTURES names a folder for them."""
    folder = os.environ.get("CROSSPROV_PICTURES")

    def take(page, name, **how):
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", **how)

    return take
