"""The JSON Schemas: current on disk, true of the real files, as strict as the loader in what they can say."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from crossprov import jsonschema as ours
from crossprov.rulebook import schema as shapes
from crossprov.rulebook.schema import base
from crossprov.rulebook.source import read_yaml

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules"
FOLDERS = {"item": "items", "parameters": "parameters", "vocabulary": "vocabulary"}
SINGLE = {"instruments": "instruments.yaml", "rulebook": "rulebook.yaml"}
FILES = [(name, path) for name, folder in FOLDERS.items() for path in sorted((RULES / folder).glob("*.yaml"))]
FILES += [(name, RULES / path) for name, path in SINGLE.items()]


def validator(name):
    return jsonschema.Draft202012Validator(json.loads(ours.schemas()[f"{name}.json"]))


def test_the_files_beside_the_rules_are_current():
    assert ours.stale(RULES / "schema") == []


def test_the_same_models_give_the_same_bytes():
    assert ours.schemas() == ours.schemas()


@pytest.mark.parametrize("name", ours.FILES)
def test_each_is_a_schema_with_a_relative_id(name):
    found = json.loads(ours.schemas()[f"{name}.json"])
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$id"] == f"{name}.json"
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(("name", "path"), FILES, ids=[path.stem for _, path in FILES])
def test_the_rule_files_fit(name, path):
    assert [error.message for error in validator(name).iter_errors(read_yaml(path).data)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.json")), ids=lambda path: path.stem)
def test_the_example_cases_fit(path):
    validator("case").validate(json.loads(path.read_text("utf-8")))


ITEM = {
    "item": "ferry-pass",
    "name": {"zh": "渡船证", "en": "ferry pass"},
    "serves": ["citizen"],
    "from": "2020-01-01",
    "requirements": [{"id": "adult", "holds": "person.adult", "else": "ineligible", "law": "法 第一条"}],
    "limits": [
        {"id": "a", "step": "b", "starts_with": "c", "kind": "promised", "length": "5 months", "law": ["x"]}
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("item",), "Ferry Pass"),
        (("from",), "2020-1-1"),
        (("from",), None),
        (("serves",), []),
        (("serves",), ["dog"]),
        (("name",), {"zh": "渡船证"}),
        (("extra",), 1),
        (("requirements", 0, "law"), []),
        (("requirements", 0, "else"), "eligible"),
        (("requirements", 0, "id"), "a_b"),
        (("limits", 0, "length"), "soon"),
        (("facts",), {"Not A Name": {}}),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(path, value):
    validator("item").validate(ITEM)
    shapes.ItemFile.model_validate(ITEM)
    wrong = copy.deepcopy(ITEM)
    here = wrong
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    assert not validator("item").is_valid(wrong)
    with pytest.raises(ValueError, match=r"validation error"):
        shapes.ItemFile.model_validate(wrong)


def test_one_law_may_be_written_without_a_list_and_a_number_for_a_text():
    item = {**ITEM, "number": 4, "codes": {"510000": 12}}
    validator("item").validate(item)
    shapes.ItemFile.model_validate(item)


def test_the_validators_that_are_described_are_those_of_the_shapes():
    used = {
        mark.func.__name__
        for alias in (base.Day, base.Id, base.FactName, base.Word, base.Laws)
        for mark in alias.__metadata__
        if hasattr(mark, "func")
    }
    assert used == set(ours._VALIDATORS)
