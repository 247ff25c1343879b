"""What the world does to a program: no room, closed doors, forks, signals, changed files, jumping clocks."""

import asyncio
import datetime as dt
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from crossprov import Rulebook, RulebookError, calendar, decide, read_case
from crossprov.cli import main
from crossprov.decide import decider
from crossprov.engine import durable

ROOT = Path(__file__).parents[1]
CASE = (ROOT / "examples" / "transfer-49.json").read_text("utf-8")
CLI = [sys.executable, "-W", "error", "-m", "crossprov"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")
second_engine = pytest.mark.skipif(not durable.installed(), reason="durable_rules is not installed")


def script(text, *arguments, **settings):
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(text), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **settings)  # noqa: S603


def shell(words, *more):
    """Run the program by a shell that does something to its streams."""
    line = f'exec "$0" -m crossprov {words}'
    return subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", line, sys.executable, *more], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip


# --- nowhere to write ------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("closed", [">/dev/full", ">&-"])
@pytest.mark.parametrize("words", ["decide examples/transfer-49.json --json", "items"])
def test_an_answer_that_cannot_be_written_is_no_fault_and_no_success(words, closed):
    if closed == ">/dev/full" and not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    ran = shell(f"{words} {closed}")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "the answer cannot be written" in ran.stderr


@posix
@pytest.mark.parametrize(("words", "code"), [("decide none.json", 2), ("items", 0), ("decide - <&-", 2)])
def test_without_standard_error_the_exit_code_still_says_it(words, code):
    assert shell(f"{words} 2>&-").returncode == code


@posix
def test_standard_input_that_is_closed_is_a_file_that_cannot_be_read():
    ran = shell("decide - <&-")
    assert ran.returncode == 2
    assert "the file cannot be read" in ran.stderr


WRITES = """
    import os, sys

    def watch(event, arguments):
        if event == "open" and isinstance(arguments[0], str) and arguments[0] != os.devnull:
            mode, flags = arguments[1], arguments[2]
            if (isinstance(mode, str) and set(mode) & set("wax+")) or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                raise AssertionError(arguments)
        if event in ("os.mkdir", "os.rename", "os.remove", "os.chmod", "shutil.copyfile", "tempfile.mkstemp"):
            raise AssertionError(event)

    sys.dont_write_bytecode = True
    sys.addaudithook(watch)
    from crossprov.cli import main
    for engine in ("index", "reference", *sys.argv[2:]):
        assert main(["decide", sys.argv[1], "--engine", engine]) == 0
    for arguments in (["items"], ["facts"], ["explain", sys.argv[1], "--engine", "index"], ["doubts"]):
        assert main(arguments) == 0
"""


def test_nothing_is_written_so_a_read_only_file_system_will_do():
    engines = ["checked"] if durable.installed() else []
    ran = script(WRITES, ROOT / "examples" / "transfer-49.json", *engines)
    assert ran.returncode == 0, ran.stderr


@posix
def test_a_directory_without_room_is_told(tmp_path, monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["pages", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


# --- rules that change on disk ---------------------------------------------------------------------------


@pytest.fixture
def rules(tmp_path):
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


def test_what_has_been_read_goes_on_by_the_rules_of_its_hash_and_nothing_new_is_read_beside_it(rules):
    rulebook = Rulebook.load(rules, engine="index")
    before = decide(CASE, rulebook).to_dict()
    for path in [*rules.rglob("*.yaml"), *rules.rglob("*.csv")]:
        path.write_bytes(path.read_bytes() + b"\n# changed\n")
    assert decide(CASE, rulebook).to_dict() == before
    with pytest.raises(RulebookError) as caught:
        rulebook.item("card-application")
    assert [problem.code for problem in caught.value.problems] == ["rules_changed"]
    assert before["made_by"]["rulebook_hash"] == rulebook.hash


@pytest.mark.parametrize("gone", ["streets.csv", "divisions.csv"])
def test_a_table_that_is_gone_when_it_is_needed_is_not_done_without(rules, gone):
    rulebook = Rulebook.load(rules)
    (rules / gone).unlink()
    with pytest.raises(RulebookError) as caught:
        _ = rulebook.divisions
    assert {problem.code for problem in caught.value.problems} <= {"rules_changed", "file_missing"}


def test_rules_named_by_a_relative_path_are_found_from_elsewhere(rules, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rulebook = Rulebook.load("rules", engine="index")
    monkeypatch.chdir("/")
    assert decide(CASE, rulebook).outcome == "eligible"


# --- clocks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T15:59:59.999999", "2026-12-31"),
        ("2026-12-31T16:00:00", "2027-01-01"),
        ("2028-02-28T16:00:00", "2028-02-29"),
        ("2028-02-29T15:59:59", "2028-02-29"),
        ("2028-02-29T16:00:00", "2028-03-01"),
        ("2027-02-28T16:00:00", "2027-03-01"),
    ],
)
def test_a_day_begins_at_midnight_in_beijing(monkeypatch, instant, day):
    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime.fromisoformat(instant + "+00:00").astimezone(tz)

    monkeypatch.setattr(calendar.dt, "datetime", Clock)
    assert calendar.today() == dt.date.fromisoformat(day)


@posix
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "nonsense", ""])
def test_the_zone_of_the_machine_does_not_matter(zone):
    text = "from crossprov.calendar import today; import datetime as d; print(today(), d.datetime.now(d.timezone.utc))"
    ran = script(text, env={**os.environ, "TZ": zone})
    day, utc = ran.stdout.strip().split(" ", 1)
    beijing = dt.datetime.fromisoformat(utc) + dt.timedelta(hours=8)
    assert dt.date.fromisoformat(day) in {beijing.date(), (beijing - dt.timedelta(seconds=60)).date()}


def test_a_clock_that_jumps_between_two_looks_is_looked_at_once(monkeypatch):
    days = iter([dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 1, 2)])
    monkeypatch.setattr(calendar, "today", lambda: next(days))
    case = {key: value for key, value in json.loads(CASE).items() if key != "as_of"}
    made = decide(case, Rulebook.load(engine="index")).made_by
    assert {made.law_on, made.facts_on, made.decided_on} == {dt.date(2026, 12, 31)}


# --- threads, processes, signals -------------------------------------------------------------------------


def outcome_of(engine):
    return decide(CASE, Rulebook.load(engine=engine)).outcome


ENGINE = "checked" if durable.installed() else "index"


@posix
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_decides_for_itself():
    rulebook = Rulebook.load(engine=ENGINE)
    before = decide(CASE, rulebook).to_dict()
    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            os._exit(0 if decide(CASE, rulebook).to_dict() == before else 1)
        children.append(child)
    assert decide(CASE, rulebook).to_dict() == before
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]


@posix
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_in_the_middle_of_remembering_leaves_no_lock_behind():
    rulebook = Rulebook.load(engine="index")
    with decider(rulebook).memory._lock:
        child = os.fork()
        if not child:
            signal.alarm(60)
            os._exit(0 if decide(CASE, rulebook).outcome == "eligible" else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_process_that_was_started_anew_decides_for_itself(monkeypatch):
    monkeypatch.setenv("CROSSPROV_ENGINE", ENGINE)
    before = decide(CASE, Rulebook.load()).to_dict()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        assert [one.to_dict() for one in processes.map(decide, [CASE] * 3)] == [before] * 3


def test_asyncio_in_threads_gets_what_one_thread_gets():
    rulebook, case = Rulebook.load(engine="index"), read_case(CASE)

    async def all_at_once():
        return await asyncio.gather(*(asyncio.to_thread(decide, case, rulebook) for _ in range(20)))

    alone = decide(case, rulebook).to_dict()
    assert all(one.to_dict() == alone for one in asyncio.run(all_at_once()))


def test_threads_that_come_first_together_load_one_rulebook_each_and_agree():
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(outcome_of, ["index"] * 8)) == {"eligible"}


@posix
@second_engine
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_another_thread_uses_a_process_keeps_no_end_of_its_pipes():
    pool = durable.pool()
    worker = pool.take()
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        open_ = []
        for end in (worker._in, worker._out):
            try:
                os.fstat(end)
                open_.append(end)
            except OSError:
                pass
        os.write(writes, b"open" if open_ else b"none")
        os._exit(0)
    os.close(writes)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(reads, 10) == b"none"
    os.close(reads)
    assert worker.alive()
    pool.give(worker)


LEFT = """
    import os, signal, sys, threading
    from crossprov import Rulebook, decide
    from crossprov.engine import durable

    with open(sys.argv[1], encoding="utf-8") as file:
        case = file.read()
    rules = Rulebook.load(engine="checked")
    decide(case, rules)
    if sys.argv[2] == "thread":
        def on() -> None:
            while True:
                decide(case, rules)
        threading.Thread(target=on, daemon=True).start()
    print(*durable.pool().idle() or [worker.pid for worker in durable.pool()._there], flush=True)
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
@second_engine
@pytest.mark.parametrize("end", ["quiet", "thread", "killed"])
def test_no_process_is_left_when_the_program_has_ended(end):
    ran = script(LEFT, ROOT / "examples" / "transfer-49.json", end)
    pids = [int(pid) for pid in ran.stdout.split()]
    assert pids
    assert ran.stderr == ""
    until = time.monotonic() + 20
    while (left := [pid for pid in pids if there(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def there(pid):
    """Whether a process is there and is no zombie that its new parent has yet to look at."""
    try:
        return "durable_worker" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    except OSError:
        return False


@posix
@pytest.mark.parametrize("words", [["decide", "-"], ["decide", "-", "--engine", "index", "--json"]])
def test_an_interruption_ends_the_program_with_130_and_without_a_word(words):
    with subprocess.Popen(  # noqa: S603
        [*CLI, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as ran:
        ran.stdin.write(b" " * 300_000)  # more than a pipe holds: when it is gone, the program is reading
        ran.send_signal(signal.SIGINT)
        out, err = ran.communicate(timeout=60)
    assert (ran.returncode, out, err) == (130, b"", b"")


@posix
@second_engine
def test_the_other_process_does_not_hear_the_key_that_interrupts():
    pool = durable.pool()
    worker = pool.take()
    os.kill(worker.pid, signal.SIGINT)
    time.sleep(0.2)
    assert worker.alive()
    pool.give(worker)
    assert outcome_of("checked") == "eligible"


def test_a_thread_that_is_refused_does_not_harm_the_others():
    rulebook, stop, wrong = Rulebook.load(engine="index"), threading.Event(), []

    def noise():
        while not stop.is_set():
            try:
                decide(json.loads(CASE) | {"item": "none"}, rulebook)
            except Exception as error:  # noqa: BLE001
                if type(error).__name__ != "UnknownItemError":
                    wrong.append(error)

    threads = [threading.Thread(target=noise) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert all(decide(CASE, rulebook).outcome == "eligible" for _ in range(10))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
