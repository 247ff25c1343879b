"""What is remembered of where cases were led stays within one bound for a rulebook, and what is forgotten is gone."""

import datetime as dt
import gc
import threading
import weakref

import pytest

from crossprov import CrossprovError, Rulebook, read_case
from crossprov.assembly import memory
from crossprov.assembly.stretches import Stop
from crossprov.decide import Decider

RULES = Rulebook.load(engine="index")
SOME = RULES.item_ids[::6]
DAYS = [dt.date(2023, 3, 1), dt.date(2024, 5, 6), dt.date(2025, 7, 1), dt.date(2026, 3, 2)]
MOST = 1_500


def cases(items=SOME, of_each=8):
    found = []
    for item in items:
        for worked in RULES.examples(item)[:of_each]:
            example = worked.example
            if example.case is not None and example.facts is None:
                found.append(read_case({"item": item, "as_of": str(example.as_of), **example.case}))
    return found


def decided(decider, case, law_on):
    """Everything that a decision says, or the problems for which the case is refused."""
    try:
        return decider.decide(str(case.item), case, law_on, case.as_of, case.as_of)
    except CrossprovError as error:
        return error.problems


def stops(prepared):
    """The stops that are remembered of an item on a day."""
    found, open_ = [], [one for one in prepared.remembered.first if one is not None]
    while open_:
        found.append(open_.pop())
        open_ += found[-1].ways.values()
    return found


def alive():
    gc.collect()
    return sum(isinstance(one, Stop) for one in gc.get_objects())


def notes_of(case):
    decider = Decider(RULES)
    decided(decider, case, case.as_of)
    return decider.memory.notes


def all_prepared(decider):
    return [prepared for _, prepared in decider._prepared.values()]


def test_over_many_items_and_days_no_more_is_remembered_than_the_bound(monkeypatch):
    monkeypatch.setattr(memory, "MAX_NOTES", MOST)
    before, decider, most, decisions = alive(), Decider(RULES), 0, []
    forgotten = []
    for law_on in DAYS:
        for case in cases():
            decisions.append(decided(decider, case, law_on))
            most = max(most, decider.memory.notes)
            assert decider.memory.notes <= MOST
            prepared = decider.prepared(RULES.item(str(case.item)), law_on)
            forgotten.append(weakref.ref(prepared.remembered))
            forgotten += [weakref.ref(one) for one in prepared.remembered.upshots.values()]
    held = all_prepared(decider)
    assert most > MOST * 0.9  # the bound was felt
    assert sum(one.remembered.notes for one in held) == decider.memory.notes
    remembered = sum(len(stops(one)) for one in held)
    assert remembered + 10 * sum(len(one.remembered.upshots) for one in held) <= decider.memory.notes
    assert alive() - before <= remembered  # although all decisions are still there
    living = {id(one()) for one in forgotten} - {id(None)}
    kept = [one for prepared in held for one in (prepared.remembered, *prepared.remembered.upshots.values())]
    assert living <= {id(one) for one in kept}
    assert len(living) < len({id(one) for one in forgotten})


def test_what_was_used_last_is_remembered_and_what_lay_unused_for_longest_is_not(monkeypatch):
    decider = Decider(RULES)
    third, known, unused = sorted((cases([item])[0] for item in SOME[:3]), key=notes_of)
    for case in (known, unused, known):  # the last time it is only led
        decided(decider, case, case.as_of)
    monkeypatch.setattr(memory, "MAX_NOTES", decider.memory.notes)
    decided(decider, third, third.as_of)
    of_known, of_unused, of_third = (
        stops(decider.prepared(RULES.item(str(case.item)), case.as_of)) for case in (known, unused, third)
    )
    assert of_known
    assert of_third
    assert not of_unused


def test_an_item_whose_cases_are_never_alike_does_not_drive_out_another(monkeypatch):
    large = "pension-transfer-enterprise"
    small = next(one for one in cases() if one.item != large)
    monkeypatch.setattr(memory, "MAX_NOTES", 3_000)
    monkeypatch.setattr(memory, "MAX_OF_ONE", 1_000)
    decider = Decider(RULES)
    decided(decider, small, small.as_of)
    first = decider.prepared(RULES.item(str(small.item)), small.as_of).remembered
    for case in cases([large], of_each=60):
        decided(decider, case, DAYS[2])
    assert decider.prepared(RULES.item(str(small.item)), small.as_of).remembered is first


@pytest.mark.parametrize("most", [5, 400])
def test_threads_that_make_each_other_forget_decide_as_ever(monkeypatch, most):
    some = cases(of_each=3)
    expected = [_said(decided(Decider(RULES), case, case.as_of)) for case in some]
    monkeypatch.setattr(memory, "MAX_NOTES", most)
    decider, wrong = Decider(RULES), []

    def turn(first):
        for number in range(3 * len(some)):
            which = (first * 7 + number) % len(some)
            if _said(decided(decider, some[which], some[which].as_of)) != expected[which]:
                wrong.append(which)

    threads = [threading.Thread(target=turn, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert decider.memory.notes <= most
    assert sum(one.remembered.notes for one in all_prepared(decider)) == decider.memory.notes


def _said(decision):
    return decision.to_dict() if hasattr(decision, "to_dict") else decision


def test_nothing_of_a_case_waits_for_the_garbage_collector():
    """What holds a case must hold nothing that holds it: else records of persons stay until somebody sweeps."""
    decider, some = Decider(RULES), cases(RULES.item_ids, of_each=2)
    for case in some:
        decided(decider, case, case.as_of)
    gc.collect()
    gc.disable()
    try:
        for case in some:
            assert decided(decider, case, case.as_of) is not None
        assert gc.collect() == 0
    finally:
        gc.enable()
