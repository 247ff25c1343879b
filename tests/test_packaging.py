"""What a user gets: the rules in the wheel, types for checkers, a face that is kept in order."""

import subprocess
import sys
import zipfile
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
        "from crossprov import Case, CrossprovError, Decision, OfficeEntry, Rulebook, decide\n"
        "class Directory:\n"
        "    def find(self, function: str, division: str, on: dt.date) -> OfficeEntry | None:\n"
        "        return OfficeEntry('名称', 'name')\n"
        "def answer(case: Case, rules: Rulebook) -> Decision:\n"
        "    return decide(case, rules, law_on=dt.date(2024, 1, 1))\n"
        "rules: Rulebook = Rulebook.load(directory=Directory())\n"
        "def told(case: Case, rules: Rulebook) -> list[str]:\n"
        "    try:\n"
        "        decision = answer(case, rules)\n"
        "    except CrossprovError as error:\n"
        "        return [problem.text('en') for problem in error.problems]\n"
        "    if decision.outcome == 'needs_information':\n"
        "        return [missing.fact for missing in decision.missing]\n"
        "    due = [str(due.day) for step in decision.steps for due in step.due]\n"
        "    return [*due, *(reason.code for reason in decision.reasons)]\n"
        "wrong: int = decide('{}').outcome\n",
        encoding="utf-8",
    )
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "consumer.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    errors = [line for line in found.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1, found.stdout
    assert "consumer.py:18" in errors[0]


OFFLINE = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.")):
        raise AssertionError(event)

sys.addaudithook(refuse)
from crossprov import Rulebook, check, decide
from crossprov.cli import main

rules = Rulebook.load(engine="index")
assert decide(open(sys.argv[1], encoding="utf-8").read(), rules).outcome == "eligible"
for arguments in (["decide", sys.argv[1]], ["explain", sys.argv[1], "--lang", "zh"], ["items"], ["facts", "--json"]):
    assert main(arguments) == 0
"""


def test_nothing_is_asked_of_a_network():
    """Python tells of every socket that is made and every name that is looked up; there are none."""
    case = Path(__file__).parents[1] / "examples" / "transfer-49.json"
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", "-c", OFFLINE, str(case)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_what_is_built_holds_the_rules_and_nothing_else_that_lies_around():
    wheel = next(iter(Path(__file__).parents[1].glob("build/wheel/crossprov-*.whl")), None)
    if wheel is None:
        pytest.skip("build/wheel is made by sh scripts/test")
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if not name.endswith("/")}
    root = Path(__file__).parents[1]
    files = {
        f"{where}{path.relative_to(folder).as_posix()}": path.stat().st_mtime
        for where, folder in {"": root / "src", "crossprov/rules/": root / "rules"}.items()
        for path in folder.rglob("*.*")
        if path.is_file() and not {"__pycache__", "crossprov.egg-info"} & set(path.parts)
    }
    if wheel.stat().st_mtime < max(files.values()):
        pytest.skip("build/wheel is older than the source; sh scripts/test makes another")
    about = f"crossprov-{crossprov.__version__}.dist-info"
    assert {name for name in held if not name.startswith(f"{about}/")} == files.keys()
    assert f"{about}/licenses/LICENSE" in held
