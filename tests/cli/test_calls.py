"""Wrong calls, exit codes, streams and encodings."""

import os
import subprocess
import sys

import pytest

from crossprov._errors import InternalFaultError
from crossprov.cli import deciding


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "missing: COMMAND"),
        (["deside"], "there is no such command; there are: decide, ask, explain"),
        (["decide"], "missing: CASE.json"),
        (["show"], "missing: ITEM"),
        (["schema"], "missing: DIR"),
        (["items", "--jsn"], "there is no option --jsn"),
        (["items", "--lang"], "the option --lang wants one value"),
        (["items", "--lang", "fr"], "--lang should be one of zh, en"),
        (["items", "a", "b"], "the command line cannot be read"),
        (["show", "no-such-item"], "the rules have no such item"),
        (["facts", "no-such-item"], "the rules have no such item"),
        (["show", "pension-transfer-enterprise", "--as-of", "2026-02-30"], "a day written 2024-05-06"),
        (["show", "pension-transfer-enterprise", "--as-of", "20260230"], "a day written 2024-05-06"),
        (["check", "--engine", "steam"], "there is no such engine"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(run, arguments, words):
    ran = run(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""


def test_a_wrong_engine_in_the_environment(run, example, monkeypatch):
    monkeypatch.setenv("CROSSPROV_ENGINE", "steam")
    ran = run("decide", example("transfer-49"))
    assert ran.code == 2
    assert "CROSSPROV_ENGINE" in ran.err


@pytest.mark.parametrize("where", ["", "none", "a\0b", "a" * 5_000])
def test_a_directory_that_holds_no_rules(run, example, tmp_path, where):
    folder = f"{tmp_path}/{where}"
    for ran in (run("decide", example("transfer-49"), "--rules", folder), run("check", folder)):
        assert ran.code == 3
        assert "no directory of rules" in ran.err


def test_a_directory_that_cannot_be_written(run, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    ran = run("schema", tmp_path / "file")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_a_fault_inside_is_no_traceback(run, example, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("张三 110101")

    monkeypatch.setattr(deciding, "rulebook_of", broken)
    ran = run("decide", example("transfer-49"))
    assert ran.code == 4
    assert "internal fault (RuntimeError at cli/deciding.py:" in ran.err
    assert "张三" not in ran.err


def test_engines_that_disagree_decide_nothing(run, example, monkeypatch):
    def disagree(*_: object) -> None:
        raise InternalFaultError([])

    monkeypatch.setattr(deciding, "rulebook_of", disagree)
    ran = run("decide", example("transfer-49"))
    assert ran.code == 4
    assert "the engines disagree" in ran.err


def test_an_interruption_is_quiet(run, example, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deciding, "rulebook_of", interrupted)
    ran = run("decide", example("transfer-49"))
    assert (ran.code, ran.said) == (130, "")


# --- as a process of its own ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_chinese_comes_out_as_utf8_whatever_the_locale(spawn, example, environment):
    ran = spawn("decide", example("transfer-49"), "--lang", "zh", environment=environment)
    assert ran.returncode == 0
    assert "渝中区" in ran.stdout.decode("utf-8")
    assert ran.stderr == b""
    wrong = spawn("decide", "none.json", "--lang", "zh", environment=environment)
    assert wrong.returncode == 2
    assert "没有这个文件" in wrong.stderr.decode("utf-8")


def test_a_case_from_standard_input(spawn, example):
    ran = spawn("decide", "-", "--json", input=example("transfer-49").read_bytes())
    assert ran.returncode == 0
    assert b'"outcome": "eligible"' in ran.stdout
    assert spawn("decide", "-", input=b"").returncode == 2


def test_standard_input_without_end_is_cut_off():
    """Only a little more than the limit is taken; the writer finds the pipe closed."""
    reads, writes = os.pipe()
    command = [sys.executable, "-m", "crossprov", "decide", "-"]
    written = 0
    with subprocess.Popen(command, stdin=reads, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own program
        os.close(reads)
        with pytest.raises(BrokenPipeError):
            while written < 1_000_000_000:
                written += os.write(writes, b" " * 65_536)
        os.close(writes)
        assert process.stderr is not None
        message = process.stderr.read()
        assert process.wait(60) == 2
    assert b"more than 2000000 bytes" in message
    assert written < 10_000_000


def test_a_reader_that_goes_away_is_no_fault(example):
    command = [sys.executable, "-m", "crossprov", "explain", str(example("transfer-49"))]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_a_case_that_is_decided_and_one_that_is_not(spawn, example, tmp_path):
    assert spawn("decide", example("transfer-50")).returncode == 0
    assert spawn("decide", tmp_path / "none.json").returncode == 2
    assert spawn("decide", example("transfer-50"), "--rules", tmp_path).returncode == 3


def test_the_version_needs_nothing_heavy():
    """The command line itself loads neither models nor rules (what ``crossprov/__init__`` loads is apart)."""
    script = """if True:
        import importlib.util, sys, types
        package = types.ModuleType("crossprov")
        package.__path__ = list(importlib.util.find_spec("crossprov").submodule_search_locations)
        sys.modules["crossprov"] = package
        from crossprov.cli import main
        main(["--version"])
        main(["decide", "--help"])
        heavy = {"pydantic", "chinese_calendar", "crossprov.decide", "crossprov.models"}
        sys.exit(", ".join(heavy & sys.modules.keys()))
    """
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script], capture_output=True, check=False, timeout=60
    )
    assert ran.stderr.decode() == "\n"
    assert ran.stdout.startswith(b"crossprov 0.")
