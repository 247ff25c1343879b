"""The reader of JSON from anywhere: strict, and not slowed down by a text made for that."""

import time

import pytest

from crossprov import CaseError
from crossprov.json_text import read_object


def refused(raw, **limits):
    with pytest.raises(CaseError) as caught:
        read_object(raw, **limits)
    return [(problem.code, dict(problem.params)) for problem in caught.value.problems]


def test_an_object_is_read():
    assert read_object('{"a": [1, "二", null, true]}'.encode()) == {"a": [1, "二", None, True]}


def test_each_limit_can_be_given():
    assert refused(b'{"a": 1}', max_bytes=7) == [("case_too_large", {"limit": "7"})]
    assert refused(b'{"a": [[1]]}', max_depth=2) == [("case_too_deep", {"limit": "2"})]
    assert read_object(b'{"a": [[1]]}', max_bytes=12, max_depth=3) == {"a": [[1]]}


def test_brackets_in_strings_do_not_nest():
    assert read_object(b'{"a": "[[[[\\"[[["}', max_depth=1) == {"a": '[[[["[[['}


@pytest.mark.parametrize(
    "raw",
    [b'["' + b'\\"' * 900_000, b'{"' + b"\\" * 1_800_001, b'"' * 1_900_001, b"[" * 1_900_000],
    ids=["quotes that are escaped", "backslashes", "quotes", "brackets"],
)
def test_a_text_without_end_is_refused_at_once(raw):
    start = time.perf_counter()
    assert refused(raw)[0][0] in ("case_not_json", "case_too_deep")
    assert time.perf_counter() - start < 10


def test_many_keys_of_which_the_last_stands_twice_are_refused_at_once():
    raw = "{" + ",".join(f'"k{n}":0' for n in range(150_000)) + ',"k149999":0}'
    start = time.perf_counter()
    assert refused(raw.encode())[0][0] == "case_duplicate"
    assert time.perf_counter() - start < 10


def test_more_depth_than_python_can_read_is_not_allowed_by_any_limit():
    for levels in (501, 2_000, 100_000):
        with pytest.raises(CaseError) as caught:
            read_object(b'{"a":' + b"[" * levels + b"]" * levels + b"}", max_depth=1_000_000)
        assert [(one.code, one.params["limit"]) for one in caught.value.problems] == [
            ("case_too_deep", "500")
        ]


@pytest.mark.parametrize(
    "raw", [rb'{"a": "\ud800"}', rb'{"\uDFFF": 1}', rb'{"a": [{"b": ["\ude00\ud83d"]}]}']
)
def test_half_a_character_is_refused_since_nothing_could_write_it_again(raw):
    assert refused(raw) == [("case_half_character", {})]


def test_a_whole_character_of_two_halves_is_read():
    assert read_object(rb'{"a": "\ud83d\ude00", "b": "\\ud800"}') == {"a": "\U0001f600", "b": "\\ud800"}
