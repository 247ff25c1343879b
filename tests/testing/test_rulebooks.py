"""Drawn rulebooks are whole and varied, and every engine reads them alike."""

import gc

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from crossprov import CaseError, RulebookError, check
from crossprov.testing import RulebookFiles, assert_same_answer, days, decide_facts, facts, rulebooks
from engine.readings import NAMES

ITEM = "it"
QUIET = settings(max_examples=10, database=None, phases=[Phase.generate, Phase.shrink])
FEW = max(1, settings.default.max_examples // 3)


def outcome(told, on, book):
    try:
        return decide_facts(told, ITEM, on, book)
    except CaseError:  # told facts that contradict each other
        return None


@settings(max_examples=FEW)
@given(st.data())
def test_a_drawn_rulebook_is_whole_and_all_engines_read_it_alike(data):
    files = data.draw(rulebooks())
    book = files.load(engine=NAMES[0])
    assert [problem.text("en") for problem in check(book)] == []
    others = [files.load(engine=name) for name in NAMES if name != "checked"][1:]
    for _ in range(2):
        on = data.draw(days(book, ITEM))
        told = data.draw(facts(ITEM, on, book))
        found = outcome(told, on, book)
        for other in others if found is not None else ():
            assert_same_answer(found, decide_facts(told, ITEM, on, other))


@settings(max_examples=FEW)
@given(st.data())
def test_without_gaps_no_table_is_left_without_an_answer(data):
    book = data.draw(rulebooks(gaps=False)).load(engine="index")
    on = data.draw(days(book, ITEM))
    found = outcome(data.draw(facts(ITEM, on, book, unknown=False)), on, book)
    if found is not None and found.outcome != "out_of_scope":
        codes = {notice.code for notice in found.notices}
        assert not codes & {"rulebook-gap"}
        # What another conclusion leaves to a person is open in the table that names that conclusion, too.
        left_to_a_person = any(one.refer for one in found.conclusions)
        assert left_to_a_person or all(one.known for one in found.conclusions)


def test_every_kind_of_rule_is_drawn():
    left = {
        "hit: unique", "keyed_by: f.", "through: '2021-12-31'", "informative: true", "working_days", "value: c.",
        "c.x ==", "is none", "otherwise", "in f.set", "add_days", "else: out_of_scope",
    }  # fmt: skip

    @settings(max_examples=1_000, database=None, phases=[Phase.generate])
    @given(rulebooks())
    def drawn(files):
        left.difference_update([part for part in left if part in repr(files)])
        assert left

    with pytest.raises(AssertionError):
        drawn()
    assert not left


def test_the_directory_of_a_drawn_rulebook_goes_when_it_goes():
    book = find(rulebooks(), lambda _: True, settings=QUIET).load()
    root = book.root
    assert (root / "items" / "it.yaml").is_file()
    del book
    gc.collect()
    assert not root.exists()


def test_the_directory_of_files_that_are_no_rulebook_goes_at_once(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RulebookError):
        RulebookFiles({"rulebook.yaml": "no: rules"}).load()
    assert list(tmp_path.iterdir()) == []


def test_the_simplest_rulebook_is_simple():
    found = find(rulebooks(), lambda _: True, settings=QUIET)
    assert "requirements" not in found.files["items/it.yaml"]
    assert "parameters/all.yaml" not in found.files
