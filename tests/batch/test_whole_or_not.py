"""A result is there whole or not at all, and once: whatever stops a run, and whoever else is running."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.registers import DAY, ITEM, batch_process, csv_rows, csv_text
from crossprov import CaseError
from crossprov.batch import csv_file, json_lines, streaming
from crossprov.batch.aside import Aside
from crossprov.batch.streaming import Wish, decide_register
from crossprov.texts import both

BENEFIT = "certification.benefit"
EXAMPLES = Path(__file__).parents[2] / "examples"
TRANSFER = "pension-transfer-enterprise"


@pytest.fixture
def source(tmp_path):
    found = tmp_path / "in.csv"
    found.write_text(csv_text([[BENEFIT], ["paid_once"], ["zzz"]]), "utf-8")
    return found


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_written_over_without_force(batch, source, tmp_path):
    target, refused = tmp_path / "out.csv", tmp_path / "out.refused.csv"
    for there in (target, refused):
        there.write_text("mine", "utf-8")
        ran = batch(source, target)
        assert (ran.code, "--force" in ran.err) == (2, True)
        assert there.read_text("utf-8") == "mine"
        assert names(tmp_path) == sorted(["in.csv", there.name])
        there.unlink()
    target.write_text("mine", "utf-8")
    assert batch(source, target, "--force").code == 1
    assert [row["row"] for row in csv_rows(target)] == ["1"]
    assert names(tmp_path) == ["in.csv", "out.csv", "out.refused.csv"]


def test_the_file_that_is_read_is_never_written(batch, source, tmp_path):
    before = source.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    for target in (source, link):
        ran = batch(source, target, "--force")
        assert (ran.code, "choose another name" in ran.err) == (2, True)
    assert source.read_bytes() == before


def test_refused_rows_are_never_written_over_the_file_that_is_read(batch, source, tmp_path):
    source = source.rename(tmp_path / "out.refused.csv")
    before = source.read_bytes()
    ran = batch(source, tmp_path / "out.csv", "--force")
    assert (ran.code, "choose another name" in ran.err) == (2, True)
    assert source.read_bytes() == before
    assert names(tmp_path) == ["out.refused.csv"]


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
@pytest.mark.parametrize("name", ["out.csv.part", "out.refused.csv.part"])
def test_nothing_is_written_through_a_link_that_has_the_name_of_a_part(batch, source, tmp_path, link, name):
    """Whether it leads to the file that is read or to any other."""
    other = tmp_path / "other.csv"
    other.write_text("mine", "utf-8")
    before = source.read_bytes()
    for target in (source, other):
        link(tmp_path / name, target)
        ran = batch(source, tmp_path / "out.csv", "--force")
        assert (ran.code, "choose another name" in ran.err or "move it away" in ran.err) == (2, True), ran.err
        assert names(tmp_path) == sorted(["in.csv", "other.csv", name])
        (tmp_path / name).unlink()
    assert (source.read_bytes(), other.read_text("utf-8")) == (before, "mine")


def test_a_file_that_is_read_by_a_link_to_a_part_is_never_written(batch, source, tmp_path):
    before = source.read_bytes()
    source.rename(tmp_path / "out.csv.part")
    source.symlink_to(tmp_path / "out.csv.part")
    ran = batch(source, tmp_path / "out.csv")
    assert (ran.code, "choose another name" in ran.err) == (2, True)
    assert source.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_neither_read_nor_written(batch, source, tmp_path):
    """Nobody is at its other end; a register is read more than once besides."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    ran = batch(pipe, tmp_path / "out.csv")
    assert (ran.code, "no plain file" in ran.err) == (2, True)
    pipe.rename(tmp_path / "out.csv.part")
    ran = batch(source, tmp_path / "out.csv")
    assert (ran.code, "move it away" in ran.err) == (2, True)
    assert names(tmp_path) == ["in.csv", "out.csv.part"]


@pytest.mark.parametrize("name", ["x" * 300, "x" * 248, "a\0b", "\ud800"])
def test_a_name_that_no_file_can_have_is_told(source, tmp_path, name):
    """248 letters and the ending make a name, but not with what is written aside."""
    with pytest.raises(CaseError) as to:
        decide_register(source, tmp_path / f"{name}.csv", ITEM)
    assert [one.code for one in to.value.problems] == ["output_unwritable"]
    with pytest.raises(CaseError) as of:
        decide_register(tmp_path / f"{name}.csv", tmp_path / "out.csv", ITEM)
    assert [one.code for one in of.value.problems] == ["register_unreadable"]
    assert names(tmp_path) == ["in.csv"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_progress_goes_up_and_ends_at_one(tmp_path, monkeypatch, ending):
    for module in (csv_file, json_lines):
        monkeypatch.setattr(module, "ROWS_A_PIECE", 10)
    source, told = tmp_path / f"in.{ending}", pl.DataFrame({BENEFIT: ["paid_once"] * 95})
    if ending == "csv":
        told.write_csv(source)
    elif ending == "jsonl":
        told.write_ndjson(source)
    else:
        told.write_parquet(source)
    seen = list[float]()
    decide_register(source, tmp_path / "out.csv", ITEM, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere/out.csv", "no such file or directory"),
        ("folder.csv", "it is a directory"),
        ("out.xlsx", ".parquet, .csv"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(batch, source, tmp_path, target, said):
    (tmp_path / "folder.csv").mkdir()
    ran = batch(source, tmp_path / target)
    assert (ran.code, said in ran.err) == (2, True)
    assert names(tmp_path) == ["folder.csv", "in.csv"]


@pytest.mark.parametrize("name", ["nothing.csv", "folder.csv", "in.xlsx"])
def test_a_place_that_cannot_be_read_is_told(batch, tmp_path, name):
    (tmp_path / "folder.csv").mkdir()
    ran = batch(tmp_path / name, tmp_path / "out.csv")
    assert ran.code == 2
    assert names(tmp_path) == ["folder.csv"]


class Full:
    """A file on a disk that is full after some bytes."""

    def __init__(self, file, room):
        self._file, self._room = file, room

    def write(self, data):
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("room", [0, 100, 4_000])
def test_a_full_disk_leaves_nothing_and_is_told(batch, source, tmp_path, monkeypatch, ending, room):
    locked = Aside._locked
    monkeypatch.setattr(Aside, "_locked", lambda self: Full(locked(self), room))
    source.write_text(csv_text([[BENEFIT], *[["paid_once"]] * 500, *[["zzz"]] * 100]), "utf-8")
    ran = batch(source, tmp_path / f"out{ending}")
    assert (ran.code, "the disk is full" in ran.err) == (2, True), ran
    assert names(tmp_path) == ["in.csv"]


def test_a_disk_that_is_really_full(tmp_path, source):
    disk = tmp_path / "disk"
    disk.mkdir()
    unshare = shutil.which("unshare")
    mount = f"mount -t tmpfs -o size=64k none {disk}"
    if (
        unshare is None
        or subprocess.run([unshare, "-rm", "sh", "-c", mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("no small disk can be made here (unshare, mount)")
    source.write_text(csv_text([[BENEFIT], *[["zzz"]] * 3_000]), "utf-8")
    command = f"{mount} && {sys.executable} -m crossprov batch {ITEM} {source} {disk}/out.csv; echo $?; ls -A {disk}"
    ran = subprocess.run(
        [unshare, "-rm", "sh", "-c", command], capture_output=True, text=True, check=False,
        env=os.environ | {"CROSSPROV_LANG": "en"},
    )  # fmt: skip
    assert "the disk is full" in ran.stderr
    assert ran.stdout.split() == ["2"]


def test_two_runs_do_not_write_one_result(batch, source, tmp_path):
    target = tmp_path / "out.csv"
    with Aside(target, both("reason.results"), force=False) as other:
        ran = batch(source, target)
        assert (ran.code, "another process is writing" in ran.err) == (2, True)
        other.file.write(b"the other's")
        other.commit()
    assert target.read_text("utf-8") == "the other's"
    assert batch(source, target).code == 2


def test_a_run_that_waited_for_a_part_does_not_write_over_the_result_of_another(tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    slow = Aside(target, both("reason.results"), force=False)
    opened = type(slow.part).open

    def open_late(path, *arguments, **named):
        file = opened(path, *arguments, **named)
        if path == slow.part and not target.exists():
            path.replace(target)  # in between, the other run has ended
        return file

    monkeypatch.setattr(type(slow.part), "open", open_late)
    with pytest.raises(CaseError) as caught, slow:
        pass
    assert caught.value.problems[0].code == "output_exists"
    assert target.exists()


def test_after_a_kill_nothing_is_there_and_the_next_run_gives_each_row_once(tmp_path):
    cases = [
        json.loads((EXAMPLES / f"{name}.json").read_text("utf-8")) for name in ("transfer-49", "half-known")
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    one = "".join(json.dumps(case) + "\n" for case in cases) + "{\n"
    source.write_text(one * 1_500, "utf-8")
    with batch_process(TRANSFER, source, target, "--jobs", "1") as running:
        part = tmp_path / "out.jsonl.part"
        end = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size):
            assert running.poll() is None, running.stderr.read()
            assert time.monotonic() < end
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert names(tmp_path) == ["in.jsonl", "out.jsonl.part", "out.refused.jsonl.part"]

    source.write_text(one * 20, "utf-8")  # enough to see that nothing of the first run is left
    with batch_process(TRANSFER, source, target, "--jobs", "1") as again:
        said, complained = again.communicate(timeout=120)
    assert again.returncode == 1, complained
    assert b"Rows read: 60; decided: 40; refused: 20." in said
    rows = [
        json.loads(line)["row"]
        for path in (target, streaming.refused_beside(target))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert sorted(rows) == list(range(1, 61))
    assert names(tmp_path) == ["in.jsonl", "out.jsonl", "out.refused.jsonl"]


def test_a_kill_between_the_two_names_is_mended_by_the_next_run(batch, source, tmp_path):
    assert batch(source, tmp_path / "out.csv").code == 1
    (tmp_path / "out.csv").rename(tmp_path / "out.csv.part")  # refused rows have their name, answers not yet
    assert batch(source, tmp_path / "out.csv").code == 1
    assert names(tmp_path) == ["in.csv", "out.csv", "out.refused.csv"]


def test_an_interrupted_run_leaves_nothing(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        (json.dumps(json.loads((EXAMPLES / "transfer-49.json").read_text("utf-8"))) + "\n") * 3_000
    )
    with batch_process(TRANSFER, source, target, "--jobs", "2") as running:
        while not (tmp_path / "out.jsonl.part").exists():
            assert running.poll() is None
            time.sleep(0.02)
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        _, complained = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"Traceback" not in complained
    assert names(tmp_path) == ["in.jsonl"]


CELLS = st.sampled_from(["paid_once", "resident_pension", "", "zzz", " ", "paid_once,2026-01-05", '"', "\n"])


@settings(max_examples=25)
@given(st.lists(CELLS, max_size=12), st.integers(min_value=1, max_value=5))
def test_every_record_is_decided_or_refused_once(tmp_path_factory, cells, size):
    folder = tmp_path_factory.mktemp("register")
    source, target = folder / "in.csv", folder / "out.parquet"
    rows = [[cell, "2026-01-05"] for cell in cells]
    source.write_text(csv_text([[BENEFIT, "certification.last_on"], *rows]), "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("crossprov.batch.csv_file.ROWS_A_PIECE", size)
        report = decide_register(source, target, ITEM, wish=Wish(as_of=DAY))
    decided = pl.read_parquet(target)["row"].to_list()
    refused = pl.read_parquet(streaming.refused_beside(target))["row"].unique().to_list()
    assert sorted(decided + refused) == list(range(1, len(cells) + 1))
    assert decided == sorted(decided)
    assert refused == [n for n, cell in enumerate(cells, 1) if cell in ("zzz", "paid_once,2026-01-05", '"')]
    assert (report.summary.read, report.summary.decided) == (len(cells), len(decided))
