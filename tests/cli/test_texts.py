"""The texts of reports and of the command line: each in both languages, each used, each there when used."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from string import Formatter
from typing import get_args

import pytest

from crossprov import texts
from crossprov.assembly.answers import Special
from crossprov.audit import Verdict
from crossprov.cli.commands import RUN
from crossprov.cli.parser import ARGUMENTS, COMMANDS
from crossprov.decision import Confidence, Outcome
from crossprov.places.offices import OfficeReason
from crossprov.rulebook.item import Kind
from crossprov.rulebook.schema import Provenance

MODULES = [
    module
    for package in ("cli", "report")
    for module in files("crossprov").joinpath(package).iterdir()
    if module.name.endswith(".py")
]
TREES = [ast.parse(module.read_text("utf-8")) for module in MODULES]


def catalogue(group: str) -> dict[str, dict[str, str]]:
    return texts._catalogue(f"{group}s")


# Keys made of a part in code and a part from data: every member must exist, and nothing else.
FAMILIES = {
    "report": {
        "outcome_": get_args(Outcome),
        "different_": ("eligible", "needs_information", "refer_to_person"),
        "change_": ("time", "person"),
        "sure_law_": get_args(Confidence),
        "table_": get_args(Kind),
        "hit_": ("first", "unique"),
        "kind_": ("statutory", "promised"),
        "serves_": ("citizen", "employer"),
        "inclusion_": ("high", "medium", "low"),
        "batch_": get_args(Provenance.model_fields["batch_confidence"].annotation.__args__[0]),
        "tier_": ("province", "prefecture", "county", "township"),
        "actor_": ("applicant", "employer", "intake"),
        "undetermined_": (
            *get_args(OfficeReason),
            *(one.value for one in Special),
            "facts_missing",
            "none",
        ),
    },
    "page": {},
    "cli": {
        "ask_do_": ("back", "unknown", "why", "done", "none", "yes", "no"),
        "ask_wants_": ("choice", "place", "int", "date", "month", "money", "rate", "item", "yes_or_no"),
        "replay_": (*get_args(Verdict), "place"),
        "batch_as_": ("cases", "facts"),
        "help_": (*COMMANDS, *ARGUMENTS, "help", "version", "lang", "usage", "options", "commands"),
    },
}


def strings() -> Iterator[str]:
    """Yield every string constant in the code."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def asked() -> Iterator[tuple[str, str]]:
    """Yield (group, key) of every text that is asked for by a constant."""
    for tree in TREES:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = [
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if name == "say" and words:
                yield "report", words[0]
            elif name == "section" and words:
                yield "report", f"section_{words[0]}"
            elif name in ("wrong", "tell") and words:
                yield "cli", words[0]
            elif name in ("text", "both", "template") and words:
                group, _, key = words[0].partition(".")
                yield group, key


def test_every_command_can_be_run():
    assert set(RUN) == set(COMMANDS)


@pytest.mark.parametrize("group", ["report", "cli", "page"])
def test_every_text_is_there_in_both_languages_with_the_same_blanks(group):
    for key, words in catalogue(group).items():
        assert set(words) == {"zh", "en"}, key
        blanks = [
            {name for _, name, _, _ in Formatter().parse(words[language]) if name} for language in words
        ]
        assert blanks[0] == blanks[1], key


def test_every_text_that_is_asked_for_exists():
    found = set(asked())
    assert len(found) > 80
    for group, key in sorted(found):
        assert key in catalogue(group), f"{group}.{key}"


@pytest.mark.parametrize("group", ["report", "cli", "page"])
def test_every_text_is_used(group):
    constants = set(strings())
    families = {prefix + str(member) for prefix, members in FAMILIES[group].items() for member in members}
    sections = {key for one, key in asked() if one == "report"}
    for key in catalogue(group):
        prefixed = key.startswith(tuple(FAMILIES[group])) and key not in constants
        used = key in families if prefixed else key in sections or {key, f"{group}.{key}"} & constants
        made = {"office_address", "office_phone", "office_hours", "sure_inferred", "sure_recalled"}
        assert used or key in made, key


@pytest.mark.parametrize("group", ["report", "cli", "page"])
def test_every_member_of_a_family_exists(group):
    there = catalogue(group)
    for prefix, members in FAMILIES[group].items():
        for member in members:
            assert f"{prefix}{member}" in there
