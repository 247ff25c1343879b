"""The real tables, and a fictional pair of provinces for what the real ones cannot show."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from crossprov.places import Divisions, Offices

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def rules():
    return RULES


@pytest.fixture(scope="session")
def divisions():
    return Divisions.load(RULES)


@pytest.fixture
def region_data():
    """region.yaml as plain data; a fresh copy, so that a test may change it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((RULES / "region.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe


@pytest.fixture
def offices(region_data, divisions):
    return Offices(region_data, divisions)


@pytest.fixture(scope="session")
def day():
    return dt.date.fromisoformat
