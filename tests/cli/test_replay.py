"""The audit record on the command line."""

import json
import shutil
import stat

import pytest

from crossprov.rulebook.loading import builtin_rules

KEY = "k" * 32


@pytest.fixture
def sealed(run, example, tmp_path, monkeypatch):
    """A record of the example, and the name of the variable with its key."""
    monkeypatch.setenv("AUDIT_KEY", KEY)
    file = tmp_path / "record.json"
    assert run("decide", example("transfer-49"), "--record", file, "--key-env", "AUDIT_KEY").code == 0
    return file


def test_a_record_is_for_its_owner_and_decides_the_same_again(run, example, sealed):
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert KEY not in sealed.read_text("utf-8")
    ran = run("replay", sealed, example("transfer-49"), "--key-env", "AUDIT_KEY", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("the same")


def test_a_key_in_a_file(run, example, sealed, tmp_path):
    file = tmp_path / "key"
    file.write_text(KEY + "\n", "utf-8")
    assert run("replay", sealed, example("transfer-49"), "--key-file", file).code == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told["decision"].update(outcome="ineligible"), "the record was changed"),
        (lambda told: told["made_by"].update(rulebook_hash="0" * 64), "the record was changed"),
        (lambda told: told.pop("seal"), "the record was changed"),
    ],
)
def test_a_record_that_was_changed_is_noticed(run, example, sealed, change, words):
    told = json.loads(sealed.read_text("utf-8"))
    change(told)
    sealed.write_text(json.dumps(told), "utf-8")
    ran = run("replay", sealed, example("transfer-49"), "--key-env", "AUDIT_KEY", "--lang", "en")
    assert ran.code == 1
    assert words in ran.out


def test_another_case_is_noticed(run, example, sealed):
    ran = run("replay", sealed, example("transfer-50"), "--key-env", "AUDIT_KEY", "--lang", "zh")
    assert ran.code == 1
    assert "不是当时判断的案件" in ran.out


def test_other_rules_are_named(run, example, sealed, tmp_path):
    root = tmp_path / "rules"
    shutil.copytree(builtin_rules(), root)
    with (root / "doubts.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    ran = run(
        "replay", sealed, example("transfer-49"), "--key-env", "AUDIT_KEY", "--rules", root, "--lang", "en"
    )
    assert ran.code == 1
    assert json.loads(sealed.read_text("utf-8"))["made_by"]["rulebook_hash"] in ran.out


def test_as_data(run, example, sealed):
    ran = run("replay", sealed, example("transfer-49"), "--key-env", "AUDIT_KEY", "--json")
    assert json.loads(ran.out) == {"verdict": "same", "differs": [], "wanted": None}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "give the key by one of"),
        (["--key-env", "AUDIT_KEY", "--key-file", "x"], "give the key by one of"),
        (["--key-env", "NO_SUCH_NAME"], "the key cannot be read"),
        (["--key-file", "/no/such/file"], "the key cannot be read"),
        (["--key-env", "SHORT_KEY"], "a key has at least 32 bytes"),
    ],
)
def test_a_key_is_wanted(run, example, sealed, monkeypatch, options, words):
    monkeypatch.setenv("SHORT_KEY", "secret")
    for ran in (
        run("replay", sealed, example("transfer-49"), *options, "--lang", "en"),
        run("decide", example("transfer-49"), "--record", sealed, *options, "--lang", "en"),
    ):
        assert ran.code == 2
        assert words in ran.err
        assert "secret" not in ran.said


def test_a_record_that_cannot_be_written_or_read(run, example, sealed):
    ran = run("decide", example("transfer-49"), "--record", "/no/such/folder/r", "--key-env", "AUDIT_KEY")
    assert ran.code == 2
    sealed.write_text("[]", "utf-8")
    assert run("replay", sealed, example("transfer-49"), "--key-env", "AUDIT_KEY").code == 2


def test_a_file_that_all_could_read_is_for_its_owner_once_a_record_is_in_it(run, example, sealed, tmp_path):
    file = tmp_path / "there.json"
    file.write_text("x" * 1_000_000, "utf-8")
    file.chmod(0o644)
    assert run("decide", example("transfer-49"), "--record", file, "--key-env", "AUDIT_KEY").code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text("utf-8"))["input"] == json.loads(sealed.read_text("utf-8"))["input"]
