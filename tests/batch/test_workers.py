"""Work over processes: in order, nothing lost, whoever dies; and no process is left behind."""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pytest

from batch.killing import Broken, Killing
from crossprov import CaseError, InternalFaultError, Problem, Rulebook, RulebookError
from crossprov.batch.workers import pieces_of, spread
from crossprov.rulebook.elsewhere import RulebookSource

TESTS = Path(__file__).parents[1]
FICTIONAL = TESTS / "fictional"


@pytest.fixture(scope="module")
def rules():
    return Rulebook.load(FICTIONAL, functions=["fictional_facts"])


def test_one_process_and_several_say_the_same_in_the_same_order(rules):
    work, members = Killing(frozenset()), range(1, 24)
    for workers in (1, 2):
        answers = spread(work, pieces_of(members, 5), rules, workers)
        assert [one for piece in answers for one in piece] == [2 * n for n in members]


def test_of_a_deadly_member_only_that_one_is_lost(rules):
    members = range(1, 9)
    answers = spread(Killing(frozenset({3})), pieces_of(members, 4), rules, 2)
    expected = [-n if n == 3 else 2 * n for n in members]
    assert [one for piece in answers for one in piece] == expected


@pytest.mark.parametrize("workers", [1, 2])
def test_an_unforeseen_error_ends_the_run_and_shows_nothing_of_a_case(rules, workers):
    with pytest.raises(InternalFaultError) as caught:
        list(spread(Broken(), [[1]], rules, workers))
    assert "ZeroDivisionError" in str(caught.value)
    assert "Zhang" not in "".join(traceback.format_exception(caught.value))


def test_workers_use_the_rules_of_the_caller_and_no_others(rules, tmp_path):
    copy = tmp_path / "rules"
    shutil.copytree(FICTIONAL, copy)
    changed = Rulebook.load(copy, functions=["fictional_facts"])
    source = RulebookSource.of(changed)
    assert source._load().hash == rules.hash
    file = copy / "instruments.yaml"
    file.write_text(file.read_text("utf-8") + "\n# changed\n", "utf-8")
    with pytest.raises(RulebookError) as caught:
        list(spread(Killing(frozenset()), [[1]], changed, 2))
    assert caught.value.problems[0].code == "rules_changed"


def test_a_directory_that_cannot_travel_is_told_before_anything_starts():
    class Here:
        def find(self, function, division, on):
            return None

    local = Rulebook.load(FICTIONAL, functions=["fictional_facts"], directory=Here())
    with pytest.raises(CaseError) as caught:
        RulebookSource.of(local)
    assert caught.value.problems[0].code == "not_for_workers"


def test_errors_travel_between_processes():
    error = CaseError([Problem("case_empty"), Problem("fact_unknown", {"found": "a", "expected": "b"})])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is CaseError
    assert again.problems == error.problems


def test_a_script_without_its_guard_is_told_so(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from crossprov.batch.records import decide_cases\nprint(list(decide_cases(['{}'] * 2, workers=2)))\n",
        "utf-8",
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode != 0
    assert '`if __name__ == "__main__":`' in ran.stderr.splitlines()[-1]
    assert "worker_died" not in ran.stdout


def test_workers_end_when_their_caller_is_killed(tmp_path):
    told = tmp_path / "pid"
    script = tmp_path / "caller.py"
    script.write_text(
        "import sys\nsys.path.insert(0, sys.argv[1])\n"
        "from batch.killing import Sleeping\nfrom crossprov import Rulebook\n"
        "from crossprov.batch.workers import spread\n"
        "if __name__ == '__main__':\n"
        "    rules = Rulebook.load(sys.argv[2], functions=['fictional_facts'])\n"
        "    list(spread(Sleeping(sys.argv[3]), [[1]], rules, 2))\n",
        "utf-8",
    )
    with subprocess.Popen([sys.executable, script, TESTS, FICTIONAL, told]) as caller:
        worker = int(_until(lambda: told.exists() and told.read_text("ascii")))
        caller.send_signal(signal.SIGKILL)
    _until(lambda: not _runs(worker))


def _until(asked, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = asked()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("not in time")


def _runs(process):
    try:
        os.kill(process, 0)
        stat = Path(f"/proc/{process}/stat")
        return not stat.exists() or stat.read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
