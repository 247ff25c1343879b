"""A decision is put into words when it is read. Nobody may be able to tell."""

from __future__ import annotations

import copy
import dataclasses
import gc
import pickle
import shutil
import threading
import types
import weakref
from pathlib import Path

import pytest

from crossprov import Citizen, Decision, InternalFaultError, Rulebook, decide, read_case
from crossprov.examples import run_example
from crossprov.models import Case

EXAMPLES = Path(__file__).parents[2] / "examples"
FIELDS = [field.name for field in dataclasses.fields(Decision)]
NAMES = ["half-known", "transfer-49", "transfer-50"]


def _case(name):
    return read_case((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def _whole(decision):
    """Return the same decision, read at once and made as any dataclass is."""
    return Decision(**{name: getattr(decision, name) for name in FIELDS})


@pytest.fixture(scope="module")
def rulebook():
    return Rulebook.load(engine="index")


def test_every_worked_example_reads_the_same_late_as_at_once(rulebook):
    """Late is after all the others, with nothing that a later case left behind."""
    late, at_once = {}, {}
    for item in rulebook.items():
        for worked in rulebook.examples(item.id):
            example = worked.example
            key = item.id, example.id
            late[key] = run_example(rulebook, item, example)[0]
            at_once[key] = run_example(rulebook, item, example)[0].to_dict()
    assert at_once
    for key, decision in late.items():
        assert decision.to_dict() == at_once[key], key


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [FIELDS, FIELDS[::-1]], ids=["forwards", "backwards"])
def test_the_order_of_reading_does_not_matter(rulebook, name, order):
    unread, read = decide(_case(name), rulebook), decide(_case(name), rulebook)
    for field in order:
        getattr(read, field)
    assert read == _whole(read) == unread
    assert repr(read) == repr(_whole(read))


def test_a_part_is_put_into_words_once(rulebook):
    decision = decide(_case("half-known"), rulebook)
    assert decision.reasons is decision.reasons


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_can_be_changed_read_or_unread(rulebook, field):
    decision = decide(_case("transfer-49"), rulebook)
    for _ in range(2):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(decision, field, None)
        getattr(decision, field)


def test_it_has_no_other_attributes(rulebook):
    decision = decide(_case("transfer-49"), rulebook)
    assert not hasattr(decision, "reason")
    with pytest.raises(AttributeError, match="'Decision' object has no attribute 'reason'"):
        _ = decision.reason  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "copied",
    [lambda one: pickle.loads(pickle.dumps(one)), copy.copy, copy.deepcopy, dataclasses.replace],  # noqa: S301
    ids=["pickle", "copy", "deepcopy", "replace"],
)
def test_a_copy_is_whole_and_equal(rulebook, name, copied):
    found = copied(decide(_case(name), rulebook))
    assert not hasattr(found, "_untold")  # it has no way to ask for more, so it has everything
    assert found == decide(_case(name), rulebook)
    assert hash(found) == hash(decide(_case(name), rulebook))


@pytest.mark.parametrize("name", NAMES)
def test_threads_that_read_one_decision_read_the_same(rulebook, name):
    decision, expected = decide(_case(name), rulebook), decide(_case(name), rulebook).to_json()
    start, found = threading.Barrier(8), []

    def read():
        start.wait()
        found.append(decision.to_json())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_threads_that_decide_do_not_see_each_others_cases(rulebook):
    expected = {name: decide(_case(name), rulebook).to_json() for name in NAMES}
    start, found = threading.Barrier(6), []

    def work(name):
        start.wait()
        found.extend((name, decide(_case(name), rulebook).to_json()) for _ in range(20))

    threads = [threading.Thread(target=work, args=(name,)) for name in NAMES * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120
    assert all(said == expected[name] for name, said in found)


def test_it_can_be_read_when_nobody_holds_the_rulebook_any_more():
    rulebook = Rulebook.load(engine="index")
    expected = decide(_case("half-known"), rulebook).to_dict()
    decision = decide(_case("half-known"), rulebook)
    del rulebook
    gc.collect()
    assert decision.to_dict() == expected


def test_it_can_be_read_when_the_rule_files_are_gone(tmp_path, rulebook):
    rules = tmp_path / "rules"
    shutil.copytree(rulebook.root, rules)
    decision = decide(_case("half-known"), Rulebook.load(rules, engine="index"))
    shutil.rmtree(rules)
    assert decision.to_dict() == decide(_case("half-known"), rulebook).to_dict()


def test_it_does_not_hold_the_case(rulebook):
    """The case has names and numbers; an unread decision has neither, however long it is kept."""
    case = _case("half-known")
    person = case.applicant
    decision = decide(case, rulebook)
    held, seen = [decision], {}
    while held:
        one = held.pop()
        if id(one) in seen or isinstance(one, (type, types.ModuleType, str, int)):
            continue
        seen[id(one)] = one
        assert one is not case
        assert one is not person
        assert not isinstance(one, (Case, Citizen))
        # a function holds the globals of its module, which are no part of a decision
        function = isinstance(one, types.FunctionType)
        held += [one.__closure__, one.__defaults__] if function else gc.get_referents(one)
    assert any(isinstance(one, Rulebook) for one in seen.values())  # it did look


def test_a_case_is_let_go_once_it_is_decided(rulebook):
    case = _case("half-known")
    gone = weakref.ref(case)
    decision = decide(case, rulebook)
    del case
    gc.collect()
    assert gone() is None
    assert decision.missing


def test_a_fault_while_it_is_read_shows_nothing_of_the_case(rulebook, monkeypatch):
    decision = decide(_case("half-known"), rulebook)

    def broken(*_):
        raise ValueError("110101196403103771")

    monkeypatch.setattr("crossprov.assembly.reasons.reason", broken)
    with pytest.raises(InternalFaultError) as error:
        _ = decision.reasons
    assert "110101196403103771" not in str(error.value)
    assert error.value.__cause__ is None
    monkeypatch.undo()
    assert decision.reasons  # what could not be read is not kept
