"""PyYAML has a parser in C and one in Python; where no wheel fits, only the second is there."""

from pathlib import Path

import pytest
import yaml

import crossprov

TEXTS = Path(crossprov.__file__).parent / "texts"
FILES = sorted([*crossprov.rules().rglob("*.yaml"), *TEXTS.glob("*.yaml")])


def read(path, loader):
    # Comparing what is read, not where: the two count positions alike, but that is not theirs to promise.
    events = yaml.parse(path.read_text(encoding="utf-8"), Loader=loader)
    return [(type(event).__name__, getattr(event, "value", None)) for event in events]


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this PyYAML has only the parser in Python")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_reads_the_same_without_the_parser_in_c(path):
    """A text that ends in `?` before `}` is one for C and an error for Python: put it in quotes."""
    assert read(path, yaml.SafeLoader) == read(path, yaml.CSafeLoader)
