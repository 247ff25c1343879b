"""Files that are no case: one clear message each, exit code 2, nothing decided."""

import json
import os
import time

import pytest

CASE = b'{"item": "pension-transfer-enterprise", "applicant": {"kind": "citizen"}%s}'


def refused(ran, *words):
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err
    return ran.err


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ('{"姓名"'.encode("gb18030"), "the file is not UTF-8"),
        ("{}".encode("utf-16"), "the file is not UTF-8"),
        (b'{\n  "item" 1}', "this is not JSON: line 2, column 10"),
        (b"{} {}", "this is not JSON: line 1, column 4"),
        (b"[]", "a case should be a JSON object {…}"),
        (b"null", "a case should be a JSON object {…}"),
        (b"7", "a case should be a JSON object {…}"),
        (b'{"item": NaN}', "there is no NaN or Infinity in JSON"),
        (b'{"item": [-Infinity]}', "there is no NaN or Infinity in JSON"),
        (b'{"item": "a", "item": "b"}', "the key `item` occurs twice"),
        (b'{"item": "a", "facts": {"person.sex": 1, "person.sex": 2}}', "the key `person.sex` occurs twice"),
        (b"[" * 100_000, "nested deeper than 64 levels"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "nested deeper than 64 levels"),
        (b'{"item": ' + b"9" * 10_000 + b"}", "a number in the case is too long"),
        (b" " * 2_000_001, "more than 2000000 bytes"),
    ],
    ids=range(18),
)
def test_a_file_that_is_no_case(run, tmp_path, raw, words):
    path = tmp_path / "case.json"
    path.write_bytes(raw)
    message = refused(run("decide", path), words)
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"' + b'\\"' * 500_000, "this is not JSON"),
        (b'\\"' * 500_000, "this is not JSON"),
        (
            b"{" + b"".join(b'"a%d":1,' % n for n in range(120_000)) + b'"z":1,"z":2}',
            "the key `z` occurs twice",
        ),
    ],
    ids=("escapes", "escapes-outside", "keys"),
)
def test_a_hostile_file_is_refused_at_once(run, tmp_path, raw, words):
    """Each took from minutes to days, by looking at the rest of the file for each of its characters or keys."""
    path = tmp_path / "case.json"
    path.write_bytes(raw)
    start = time.process_time()
    refused(run("decide", path), words)
    assert time.process_time() - start < 20  # a guard against hanging, not a measure of speed


def test_a_file_that_cannot_be_read(run, tmp_path):
    refused(run("decide", tmp_path / "none.json"), "there is no such file")
    refused(run("decide", tmp_path), "it is a directory")
    refused(run("decide", "a" * 5_000), "the file cannot be read")
    refused(run("decide", "a\0b"), "the file cannot be read")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_without_permission(run, tmp_path):
    path = tmp_path / "case.json"
    path.write_text("{}", "utf-8")
    path.chmod(0)
    refused(run("decide", path), "no permission")


def test_a_byte_order_mark_is_no_mistake(run, example, tmp_path):
    path = tmp_path / "case.json"
    path.write_bytes(b"\xef\xbb\xbf" + example("transfer-49").read_bytes())
    assert run("decide", path).code == 0


def test_brackets_in_texts_are_no_nesting(run, tmp_path):
    path = tmp_path / "case.json"
    path.write_bytes(CASE % b', "facts": {"transfer.occasion": "%s"}' % (b"[{" * 80))
    refused(run("decide", path), "facts.transfer.occasion")


def test_every_wrong_field_is_named(run, changed):
    path = changed(as_of="yesterday", street=7, nonsense=True)
    message = refused(run("decide", path))
    assert {"as_of", "street", "nonsense"} <= {line.split(": ")[1] for line in message.splitlines()}


def test_a_field_deep_inside_is_named_with_its_path(run, changed, example):
    applicant = json.loads(example("transfer-49").read_text("utf-8"))["applicant"]
    applicant["insurance"]["pension_spells"]["records"][1]["paid_months"] = "one"
    refused(
        run("decide", changed(applicant=applicant)),
        "applicant.insurance.pension_spells.records[1].paid_months",
    )


def test_a_fact_that_nobody_can_tell_is_refused(run, changed):
    refused(run("decide", changed(facts={"person.age_at_enrolment": 49})), "calculated")
    refused(run("decide", changed(facts={"person.sexx": "male"})), "person.sex")


def test_messages_are_in_the_language_of_the_user(run, tmp_path):
    assert "没有这个文件" in run("decide", tmp_path / "none.json", "--lang", "zh").err
    path = tmp_path / "case.json"
    path.write_bytes(b'{"item": "a", "item": "b"}')
    assert "出现两次" in run("decide", path, "--lang", "zh").err
