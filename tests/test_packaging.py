"""What a user gets: the rules in the wheel, types for checkers, a face that is kept in order."""

import subprocess
import sys
from importlib.metadata import entry_points, requires, version
from pathlib import Path

import pytest

import crossprov

PACKAGE = Path(crossprov.__file__).parent


def test_the_face_is_sorted_and_whole():
    assert list(crossprov.__all__) == sorted(crossprov.__all__)
    for name in crossprov.__all__:
        assert getattr(crossprov, name) is not None


def test_the_rules_come_with_the_library():
    root = crossprov.rules()
    assert (root / "rulebook.yaml").is_file()
    assert list((root / "items").glob("*.yaml"))
    assert version("crossprov") == crossprov.__version__


def test_the_rules_are_an_installed_pack():
    assert "sichuan-chongqing" in entry_points(group="crossprov.rulebooks").names
    assert crossprov.Rulebook.pack("sichuan-chongqing").identity.id == "sichuan-chongqing"
    with pytest.raises(crossprov.RulebookError, match="no rulebook `nowhere` is installed"):
        crossprov.Rulebook.pack("nowhere")


def test_nothing_but_what_deciding_needs_is_required():
    needed = {
        line.split(">")[0].split(";")[0].strip().lower()
        for line in requires("crossprov") or ()
        if "extra ==" not in line
    }
    assert needed == {"pydantic", "pyyaml", "chinesecalendar"}


def test_a_consumer_is_checked_by_types(tmp_path):
    assert (PACKAGE / "py.typed").is_file()
    (tmp_path / "consumer.py").write_text(
        "import datetime as dt\n"
        "from crossprov import Case, Decision, OfficeEntry, Rulebook, decide\n"
        "class Directory:\n"
        "    def find(self, function: str, division: str, on: dt.date) -> OfficeEntry | None:\n"
        "        return OfficeEntry('名称', 'name')\n"
        "def answer(case: Case, rules: Rulebook) -> Decision:\n"
        "    return decide(case, rules, law_on=dt.date(2024, 1, 1))\n"
        "rules: Rulebook = Rulebook.load(directory=Directory())\n"
        "wrong: int = decide('{}').outcome\n",
        encoding="utf-8",
    )
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "consumer.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    errors = [line for line in found.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1, found.stdout
    assert "consumer.py:9" in errors[0]
