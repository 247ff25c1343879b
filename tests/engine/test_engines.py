"""The two engines give the same answer to every table in every state of knowledge; and what no engine may do."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crossprov.engine import CONFLICT, ENGINES, GAP, IndexEngine, ReferenceEngine
from crossprov.engine import index as index_module
from crossprov.engine.reference import answer
from crossprov.rulebook.lowering import lower_table
from crossprov.values import NONE, Unknown
from engine.readings import NAMES, READINGS
from engine.strategies import TYPES, closed, completions, states, table_of, tables, told

EXAMPLES = settings.default.max_examples  # those of the profile


def hits(table, state):
    """The answers of all engines, each asked twice, for the second may come from what was kept."""
    found = []
    for engine in READINGS.values():
        evaluate = engine().prepare(table)
        found += [evaluate(state.__getitem__), evaluate(state.__getitem__)]
    return found


@settings(max_examples=15 * EXAMPLES)
@given(st.data())
def test_the_engines_agree(data):
    table = data.draw(tables(gaps=data.draw(st.booleans())))
    first = None
    for _ in range(3):
        state = data.draw(states(table))
        first, *others = hits(table, state)
        assert all(other == first for other in others)
        assert first.rows
        assert set(first.missing) <= {name for name, fact in state.items() if isinstance(fact, Unknown)}


@settings(max_examples=2 * EXAMPLES)
@given(st.data())
def test_every_completion_is_among_the_answers_and_telling_a_fact_never_adds_one(data):
    table = data.draw(tables())
    evaluate = IndexEngine().prepare(table)
    state = data.draw(states(table))
    hit = evaluate(state.__getitem__)
    assert answer(table, data.draw(completions(table, state))) in hit.rows
    if any(isinstance(fact, Unknown) for fact in state.values()):
        more = data.draw(told(table, state))
        assert set(evaluate(more.__getitem__).rows) <= set(hit.rows)


@settings(max_examples=2 * EXAMPLES)
@given(st.data())
def test_a_known_answer_never_changes_when_facts_are_told(data):
    table = data.draw(tables())
    evaluate = IndexEngine().prepare(table)
    state = data.draw(states(table))
    hit = evaluate(state.__getitem__)
    assume(len(hit.rows) == 1)
    assert not hit.missing
    true = data.draw(completions(table, state))
    assert evaluate(true.__getitem__).rows == hit.rows


@settings(max_examples=2 * EXAMPLES)
@given(st.data())
def test_a_table_that_is_closed_has_no_gap_and_a_first_table_no_conflict(data):
    table = data.draw(tables())
    hit = IndexEngine().prepare(table)(data.draw(states(table)).__getitem__)
    if closed(table):
        assert GAP not in hit.rows
    if table.hit == "first":
        assert CONFLICT not in hit.rows


@settings(max_examples=2 * EXAMPLES)
@given(st.data(), st.integers(0, 3))
def test_with_too_many_states_the_answer_only_becomes_wider(data, cap):
    table = data.draw(tables())
    state = data.draw(states(table))
    exact = IndexEngine().prepare(table)(state.__getitem__)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "MAX_STATES", cap)
        wide = IndexEngine().prepare(table)(state.__getitem__)
    assert set(exact.rows) <= set(wide.rows)
    if len(exact.rows) > 1:
        assert set(exact.missing) <= set(wide.missing)
    if closed(table):
        assert GAP not in wide.rows


def decide(whens, state, hit="first"):
    table = lower_table(table_of(whens, hit), TYPES, lambda _name, _keys: 0)
    first, *others = hits(table, {name: Unknown() for name in table.types} | state)
    assert all(other == first for other in others)
    return first


def test_the_first_row_that_holds_is_the_answer():
    assert decide(["f.count > 5", "f.count > 3", "otherwise"], {"f.count": 4}).rows == (1,)
    assert decide(["f.count > 5", "f.count > 3", "otherwise"], {"f.count": 6}).rows == (0,)
    assert decide(["f.count > 5", "f.count > 3", "otherwise"], {"f.count": 0}).rows == (2,)


def test_no_row_is_a_gap_and_two_rows_of_a_unique_table_are_a_conflict():
    assert decide(["f.count > 5"], {"f.count": 1}).rows == (GAP,)
    assert decide(["f.count > 5", "f.count > 3"], {"f.count": 6}, "unique").rows == (CONFLICT,)
    assert decide(["f.count > 5", "f.count > 3"], {"f.count": 4}, "unique").rows == (1,)


def test_two_alternatives_of_one_row_are_no_conflict():
    assert decide(["f.count > 5 or f.count > 3", "f.count == 0"], {"f.count": 6}, "unique").rows == (0,)


def test_only_facts_that_change_the_conclusion_are_missing():
    whens = ["f.flag and f.count > 5", "f.flag", "otherwise"]
    assert decide(whens, {"f.flag": False}).missing == ()
    assert decide(whens, {"f.flag": True}).missing == ("f.count",)
    assert decide(whens, {"f.count": 0}).missing == ("f.flag",)
    assert decide(whens, {}).missing == ("f.count", "f.flag")


def test_rows_that_conclude_the_same_make_nothing_missing():
    table = lower_table(table_of(["f.flag", "otherwise"], "first", [1, 1]), TYPES, lambda _name, _keys: 0)
    for hit in hits(table, {"f.flag": Unknown()}):
        assert (hit.rows, hit.missing) == ((0, 1), ())


def test_bounds_and_lists_of_what_is_possible_are_used():
    assert decide(["f.count >= 5", "otherwise"], {"f.count": Unknown(low=5)}).rows == (0,)
    assert decide(["f.count >= 5", "otherwise"], {"f.count": Unknown(high=4)}).rows == (1,)
    assert decide(["f.word in ['a', 'b']", "otherwise"], {"f.word": Unknown(among=frozenset("ab"))}).rows == (
        0,
    )
    assert decide(["f.count >= 0", "otherwise"], {}).rows == (
        0,
    )  # nobody is below the least that the type allows
    assert decide(["f.other is none", "otherwise"], {"f.other": Unknown(low=5)}).rows == (1,)


def test_between_two_neighbours_there_is_no_value_but_between_two_rates_there_is():
    assert decide(["f.count < 4", "f.count > 5", "f.count in [4, 5]"], {}).rows == (0, 1, 2)
    assert decide(["f.day <= '2020-01-01'", "f.day >= '2020-01-02'"], {}).rows == (0, 1)
    assert decide(["f.share <= 0.1", "f.share >= 0.2"], {}).rows == (GAP, 0, 1)


def test_the_ends_of_the_calendar_have_no_neighbours():
    assert decide(["f.day <= '9999-12-31'"], {}).rows == (0,)
    assert decide(["f.day > '0001-01-01'", "f.day == '0001-01-01'"], {}).rows == (0, 1)


@pytest.mark.parametrize(
    ("when", "row"),
    [
        ("f.other == 3", 1), ("f.other < 3", 1), ("3 >= f.other", 1), ("f.other in [3]", 1), ("f.other is none", 0), ("f.other != 3", 0),
        ("f.other not in [3]", 0), ("not (f.other < 3)", 0), ("f.other is not none", 1), ("f.maybe", 1), ("not f.maybe", 0), ("f.maybe == false", 1),
    ],
)  # fmt: skip
def test_none_fails_every_test_but_those_that_speak_of_it_or_deny_something(when, row):
    assert decide([when, "otherwise"], {"f.other": NONE, "f.maybe": NONE}).rows == (row,)


def test_each_engine_bears_its_name():
    assert list(ENGINES) == ["index", "reference", "durable", "checked"]
    assert {name: engine().name for name, engine in READINGS.items()} == {name: name for name in NAMES}
    assert ENGINES["reference"] is ReferenceEngine


def test_a_fact_with_too_many_classes_to_look_at_counts_as_missing(monkeypatch):
    monkeypatch.setattr(index_module, "MAX_STATES", 3)
    whens = ["f.flag and f.count == 1", "f.flag and f.count == 2", "not f.flag and f.count == 3", "otherwise"]
    table = lower_table(table_of(whens), TYPES, lambda _name, _keys: 0)
    hit = IndexEngine().prepare(table)({"f.flag": True, "f.count": Unknown()}.__getitem__)
    assert (hit.rows, hit.missing) == ((0, 1, 3), ("f.count",))
