"""A case that is led the way of earlier ones is answered as if every table had been asked, fact by fact."""

import dataclasses
import gc
import types
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossprov import CaseError, Rulebook, RulebookError, decide, read_case
from crossprov.assembly import memory, stretches
from crossprov.assembly.answers import Answer
from crossprov.assembly.stretches import Prepared
from crossprov.calendar import today
from crossprov.decide import Decider, decider
from crossprov.examples import run_example
from crossprov.facts.book import FactBook
from crossprov.models import Case, Citizen, PensionSpell
from crossprov.testing import cases, near_examples
from decide.small import decided, fact, requirement
from decide.small import rulebook as small

EXAMPLES = Path(__file__).parents[2] / "examples"
RULES = Rulebook.load(engine="index")
FEW = max(1, settings.default.max_examples // 10)
WITH_EXAMPLES = [item for item in RULES.item_ids if any(one.example.case for one in RULES.examples(item))]


def plain(answer):
    """Everything an answer says, so that two can be compared."""
    said = {
        field.name: getattr(answer, field.name)
        for field in dataclasses.fields(Answer)
        if field.name not in ("table", "source", "records")
    }
    return {**said, "table": answer.table.name, "records": [plain(one) for one in answer.records]}


def asked(decider_, item, case, day, prepared):
    """The answers in their order, and the facts in the order in which they were asked for; None: refused."""
    book = FactBook(decider_.sources, item, case, day, day)
    try:
        answers = prepared.run(book).answers
    except CaseError:
        return None, list(book.seen())
    return [(name, plain(answer)) for name, answer in answers.items()], list(book.seen().items())


def assert_as_if_every_table_were_asked(case, decider_=None):
    decider_ = decider_ or decider(RULES)
    read = read_case(case)
    item, day = RULES.item(read.item), read.as_of or today()
    led = decider_.prepared(item, day)
    every = asked(decider_, item, read, day, Prepared(led.tables))
    for _ in range(2):  # the second time on a way that is known
        assert asked(decider_, item, read, day, led) == every


@pytest.mark.parametrize("item", RULES.item_ids)
def test_every_worked_example_is_answered_alike(item):
    for worked in RULES.examples(item):
        example = worked.example
        if example.case is not None and example.facts is None:
            assert_as_if_every_table_were_asked({"item": item, "as_of": str(example.as_of), **example.case})


@pytest.mark.parametrize("item", WITH_EXAMPLES)
def test_drawn_cases_are_answered_alike(item):
    @settings(max_examples=FEW, suppress_health_check=list(HealthCheck))
    @given(cases(RULES, item) | near_examples(RULES, item))
    def alike(case):
        assert_as_if_every_table_were_asked(case)

    alike()


def test_what_remembers_too_much_forgets_and_answers_alike(monkeypatch):
    monkeypatch.setattr(memory, "MAX_OF_ONE", 300)
    decider_, notes = Decider(RULES), [0]
    item = RULES.item("pension-transfer-enterprise")
    for worked in RULES.examples(item.id)[:60]:
        example = worked.example
        if example.case is None or example.facts is not None:
            continue
        case = {"item": item.id, "as_of": str(example.as_of), **example.case}
        assert_as_if_every_table_were_asked(case, decider_)
        notes.append(decider_.memory.notes)
        assert decider_.prepared(item, example.as_of).remembered.notes <= 300
    assert any(later < earlier for earlier, later in pairwise(notes))  # it did forget


def test_facts_that_are_given_beforehand_do_not_mislead_those_that_follow():
    """A worked example of facts has all of them seen, also those that no table of a case looks at."""
    fresh = Rulebook.load(engine="index")
    for item in RULES.items():
        for worked in RULES.examples(item.id):
            if worked.example.facts is not None:
                late = run_example(RULES, item, worked.example)[0]  # after all the cases of the tests before
                assert late.to_dict() == run_example(fresh, item, worked.example)[0].to_dict()


def test_a_case_that_is_refused_half_way_leaves_nothing_behind(tmp_path):
    facts = fact("a", "bool") + fact("n", "int") + fact("m", "int", formula="n + 1", max=3)
    item = "requirements:\n" + requirement("first", "a") + requirement("second", "m > 1")
    book = small(tmp_path, facts=facts, item=item, engine="index")
    for _ in range(2):
        with pytest.raises(CaseError):
            decided(book, {"a": True, "n": 9})
        assert decided(book, {"a": True, "n": 2}).outcome == "eligible"
        assert decided(book, {"a": True, "n": 0}).outcome == "ineligible"


@pytest.mark.parametrize("reads_it", [True, False])
def test_a_fact_shows_as_looked_at_only_if_this_case_looked_at_it(tmp_path, reads_it):
    """``c`` asks for ``b`` only where ``a`` holds, and the second requirement shows ``b`` only if it was asked for."""
    facts = fact("a", "bool") + fact("b", "bool") + fact("c", "bool", formula="a and b") + fact("d", "bool")
    item = "requirements:\n" + requirement("first", "not c") + requirement("second", "d or b")
    book = small(tmp_path, facts=facts, item=item, engine="index")
    for a in (reads_it, not reads_it, reads_it):
        decision = decided(book, {"a": a, "b": False, "d": True})
        shown = [one.name for one in decision.reasons[1].facts]
        assert shown == (["b", "d"] if a else ["d"])


FOR_EACH = """conclusions:
  y:
    type: bool
    label: {zh: 文, en: text}
    for_each: VARIABLE in b.rows
    informative: true
    rows:
      - {id: one, when: "VARIABLE.kind == 'a'", then: true, law: none_found}
      - {id: other, when: otherwise, then: false, law: none_found}
requirements:
"""


def with_a_table_for_each(path, variable):
    text = "{zh: 文, en: text}"
    head = f"  b.rows: {{given: applicant.hukou, label: {text}, question: {text}, fields: "
    records = head + "{place: {type: place}, kind: {type: enum, values: [a, b]}}}\n"
    return small(
        path,
        facts=fact("mine.kind", "enum", values="[a, b, c, d]"),
        records=records,
        item=FOR_EACH.replace("VARIABLE", variable) + requirement("first", "mine.kind == 'c'"),
        engine="index",
    )


@pytest.mark.parametrize("kinds", ["dc", "cd"])
def test_a_field_of_a_record_that_is_called_like_a_field_of_a_fact_does_not_class_it(tmp_path, kinds):
    """Of the fact there are four kinds and of the field two: nothing of the field tells the others apart."""
    book, outcomes = with_a_table_for_each(tmp_path, "one"), {"c": "eligible", "d": "ineligible"}
    for kind in kinds:
        assert decided(book, {"mine.kind": kind}).outcome == outcomes[kind]


def test_a_variable_may_not_hide_a_fact(tmp_path):
    book = with_a_table_for_each(tmp_path, "mine")
    with pytest.raises(RulebookError) as refused:
        book.item("it")
    [problem] = refused.value.problems
    assert (problem.code, problem.file, problem.line) == ("name_taken", "items/it.yaml", 9)
    assert "mine" in problem.text("en")


@given(st.sampled_from(["half-known", "transfer-49", "transfer-50"]))
@settings(max_examples=3)
def test_what_is_remembered_holds_no_case_and_no_text_of_one(name):
    rules = Rulebook.load(engine="index")
    case = read_case((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    street = "街道-of-one-person"
    assert case.move is not None
    told = case.model_copy(update={"move": case.move.model_copy(update={"to_street": street})})
    decide(told, rules)
    item = rules.item(str(case.item))
    held, seen = [decider(rules).prepared(item, case.as_of)], {}
    while held:
        one = held.pop()
        if id(one) in seen or isinstance(one, (type, types.ModuleType, int)):
            continue
        seen[id(one)] = one
        assert not isinstance(one, (Case, Citizen, PensionSpell, FactBook))
        assert one is not street
        function = isinstance(one, types.FunctionType)
        held += [one.__closure__, one.__defaults__] if function else gc.get_referents(one)
    assert any(isinstance(one, stretches.Stop) for one in seen.values())
