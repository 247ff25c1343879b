"""What README and the language page promise; that every block runs is seen to by ``page_blocks``."""

import re
from pathlib import Path

import pytest

from crossprov.rulebook.parsing import parse
from crossprov.rulebook.schema import (
    ExamplesFile,
    FragmentsFile,
    InstrumentsFile,
    ItemFile,
    ParametersFile,
    VocabularyFile,
)
from crossprov.rulebook.source import parse_yaml

ROOT = Path(__file__).parents[1]


def blocks(page, language):
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def test_the_commands_of_the_readme_exist():
    for command in re.findall(r"^sh (\S+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert (ROOT / command).stat().st_mode & 0o111, command


@pytest.mark.parametrize("name", ["en/rule-files.md", "zh/rule-files.md"])
def test_the_snippets_of_the_language_page_are_rule_files(name):
    page = ROOT / "docs" / name
    vocabulary, parameters, instruments, *item, fragments, examples = blocks(page, "yaml")
    VocabularyFile.model_validate(parse_yaml(vocabulary.encode(), "page").data)
    ParametersFile.model_validate(parse_yaml(parameters.encode(), "page").data)
    InstrumentsFile.model_validate(parse_yaml(instruments.encode(), "page").data)
    FragmentsFile.model_validate(parse_yaml(fragments.encode(), "page").data)
    ExamplesFile.model_validate(parse_yaml(examples.encode(), "page").data)
    whole = "".join(item).replace("name: …", "name: {zh: …, en: …}")
    shape = ItemFile.model_validate(parse_yaml(whole.encode(), "page").data)
    for requirement in shape.requirements:
        parse(requirement.holds)
    assert {
        "requirements",
        "conclusions",
        "offices",
        "intake",
        "steps",
        "limits",
        "materials",
    } <= {name for name in ItemFile.model_fields if getattr(shape, name)}
