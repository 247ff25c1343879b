"""The service as it runs."""

import json
from pathlib import Path

import httpx
import pytest

from crossprov.service import create_app
from service.live import running

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def app():
    return create_app()


@pytest.fixture(scope="session")
def address(app):
    with running(app) as found:
        yield found


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address, timeout=30, headers={"Accept-Language": "en"}) as found:
        yield found


@pytest.fixture
def case():
    return json.loads((ROOT / "examples" / "transfer-49.json").read_text(encoding="utf-8"))
