"""Lowering: which rows a table has on a day, and what conditions become."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.rulebook.lowering import GAP_MARK, lower, lower_table
from crossprov.rulebook.lowering import Test as FactTest
from crossprov.values import NONE, Unknown
from engine.readings import READINGS
from engine.strategies import TYPES, table_of
from rulebook.patches import copy, load, patched

DAY = dt.date
ONE_DAY = dt.timedelta(days=1)
RULEBOOK = load()
ITEMS = tuple(RULEBOOK.items())


def lowered(item, day):
    return RULEBOOK.lowered(RULEBOOK.item(item), day)


def rows(item, day, name):
    tables = [table for table in lowered(item, day).tables if table.name == name]
    return [row.id for table in tables for row in table.rows]


def first_row_of(item, day, name):
    (table,) = (table for table in lowered(item, day).tables if table.name == name)
    return [
        [(test.fact, test.op, test.value, test.negated) for test in one] for one in table.rows[0].alternatives
    ]


# --- versions -----------------------------------------------------------------------------------------


def crew_row(day):
    (table,) = (table for table in lowered("ferry-pass", day).tables if table.name == "conclusion:pass_class")
    (row,) = (row for row in table.rows if row.id == "crew")
    return sorted({test.fact for one in row.alternatives for test in one})


def test_a_row_is_the_version_of_the_day():
    assert crew_row(DAY(2021, 4, 30)) == ["traveller.crew_since"]
    assert crew_row(DAY(2021, 5, 1)) == ["service.is_crew", "traveller.crew_since"]


def test_a_requirement_is_the_version_of_the_day():
    before = first_row_of("ferry-pass", DAY(2019, 12, 31), "requirement:sponsor-of-the-old")
    after = first_row_of("ferry-pass", DAY(2020, 1, 1), "requirement:sponsor-of-the-old")
    assert before[0] == [("traveller.age", "<", 70, False)]
    assert after[0] == [("traveller.age", "<", 80, False)]


def test_a_parameter_in_a_condition_is_that_of_the_day():
    def fares(day):
        found = first_row_of("ferry-pass", day, "requirement:may-pay")
        return sorted(test[2] for one in found for test in one if test[0] == "traveller.savings")

    assert fares(DAY(2022, 12, 31)) == [2_000, 3_000, 6_000, 9_000]
    assert fares(DAY(2023, 1, 1)) == [2_250, 3_300, 6_600, 9_900]


def test_a_keyed_parameter_becomes_one_alternative_for_each_key():
    found = first_row_of("ferry-pass", DAY(2024, 1, 1), "requirement:may-pay")
    assert found[0] == [
        ("traveller.rank", "==", "deck", False),
        ("trip.night", "==", True, False),
        ("traveller.savings", ">=", 3_300, False),
    ]
    assert found[4] == [("traveller.is_child", "true", True, False)]
    assert len(found) == 5


@pytest.mark.parametrize(
    ("day", "there"),
    [(DAY(2021, 4, 30), False), (DAY(2021, 5, 1), True), (DAY(2010, 1, 1), False), (DAY(2099, 1, 1), True)],
)
def test_a_rule_stands_only_on_its_days(day, there):
    assert bool(rows("ferry-pass", day, "intake:any-window")) is there


def test_after_the_last_day_of_an_item_nothing_is_left():
    item = RULEBOOK.item("dock-licence")
    assert lower(item, DAY(2023, 12, 31), RULEBOOK.parameters).tables
    assert lower(item, DAY(2024, 1, 1), RULEBOOK.parameters).tables == ()
    assert lower(item, DAY(2014, 12, 31), RULEBOOK.parameters).tables == ()


def plain(item):
    """What two lowerings must have in common; the function of parameters is another each time."""
    return [(table.name, table.hit, table.rows, dict(table.types), table.source) for table in item.tables]


@given(st.sampled_from(ITEMS), st.dates(DAY(2009, 6, 1), DAY(2031, 1, 1)))
def test_what_is_kept_for_a_day_is_what_lowering_gives_anew(item, day):
    assert plain(RULEBOOK.lowered(item, day)) == plain(lower(item, day, RULEBOOK.parameters))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_days_without_a_change_between_them_share_one_lowering(item):
    for first, following in pairwise(item.changes):
        last = following - ONE_DAY
        assert RULEBOOK.lowered(item, first) is RULEBOOK.lowered(item, last)
        assert RULEBOOK.lowered(item, last) is not RULEBOOK.lowered(item, following)
        assert plain(RULEBOOK.lowered(item, last)) == plain(lower(item, last, RULEBOOK.parameters))


def test_every_first_day_and_every_day_after_a_last_one_is_a_change():
    changes = RULEBOOK.item("ferry-pass").changes
    assert set(changes) >= {
        DAY(2010, 1, 1),
        DAY(2020, 1, 1),
        DAY(2021, 5, 1),
        DAY(2023, 1, 1),
        DAY(2024, 1, 1),
    }
    assert list(changes) == sorted(set(changes))
    assert DAY(2024, 1, 1) in RULEBOOK.item("dock-licence").changes


def test_conclusions_come_before_what_reads_them():
    for item in ITEMS:
        for change in item.changes:
            seen = set()
            for table in RULEBOOK.lowered(item, change).tables:
                read = {name for name in table.source.reads() if name in item.shape.conclusions}
                assert read <= seen
                seen.add(table.source.id)


# --- conditions ---------------------------------------------------------------------------------------


def alternatives(when, value=lambda _name, _keys: None):
    return lower_table(table_of([when]), TYPES, value).rows[0].alternatives


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("f.flag", [[FactTest("f.flag", "true", True)]]),
        ("not f.flag", [[FactTest("f.flag", "true", True, negated=True)]]),
        ("f.count < 3", [[FactTest("f.count", "<", 3)]]),
        ("3 < f.count", [[FactTest("f.count", ">", 3)]]),
        ("3 >= f.count", [[FactTest("f.count", "<=", 3)]]),
        ("3 == f.count", [[FactTest("f.count", "==", 3)]]),
        ("f.count != 3", [[FactTest("f.count", "==", 3, negated=True)]]),
        ("not (f.count != 3)", [[FactTest("f.count", "==", 3)]]),
        ("f.other is none", [[FactTest("f.other", "none", NONE)]]),
        ("f.word in ['a', 'b']", [[FactTest("f.word", "in", ("a", "b"))]]),
        ("'a' in f.set", [[FactTest("f.set", "contains", "a")]]),
        ("1 <= f.count < 3", [[FactTest("f.count", ">=", 1), FactTest("f.count", "<", 3)]]),
        ("f.flag or f.count < 3", [[FactTest("f.flag", "true", True)], [FactTest("f.count", "<", 3)]]),
        (
            "not (f.flag or f.count < 3)",
            [[FactTest("f.flag", "true", True, negated=True), FactTest("f.count", "<", 3, negated=True)]],
        ),
        ("f.flag and f.flag", [[FactTest("f.flag", "true", True)]]),
        ("f.flag or f.flag", [[FactTest("f.flag", "true", True)]]),
        ("otherwise", [[]]),
    ],
)
def test_a_condition_becomes_alternatives_of_tests(when, expected):
    assert [list(one) for one in alternatives(when)] == expected


@pytest.mark.parametrize(
    ("op", "values"),
    [("<", {NONE: False, 3: False}), ("==", {NONE: True, 3: False}), ("!=", {NONE: False, 3: True})],
)
def test_a_parameter_that_is_none_is_less_than_nothing_and_equals_only_none(op, values):
    (alternative,) = alternatives(f"f.other {op} p.count", lambda _name, _keys: NONE)
    (test,) = alternative
    assert {value: test.holds(value) for value in values} == values


def test_rows_that_conclude_the_same_share_a_group():
    table = lower_table(
        table_of(["f.flag", "f.count > 1", "otherwise"], "first", [7, 8, 7]), TYPES, lambda _name, _keys: 0
    )
    assert [row.group for row in table.rows] == [0, 1, 0]


def gap_in(table):
    (name,) = (name for name in table.types if name.startswith("p."))
    return name


def test_a_value_that_the_law_does_not_have_is_an_unknown_of_its_name():
    table = lower_table(
        table_of(["f.count < p.count_by_flag[f.flag]", "otherwise"]),
        TYPES,
        lambda _name, keys: 5 if keys[0] else None,
    )
    gap = gap_in(table)
    assert gap.partition(GAP_MARK)[0] == "p.count_by_flag"
    for engine in READINGS.values():
        answer = engine().prepare(table)
        state = {"f.count": 4, gap: Unknown()}
        assert answer({**state, "f.flag": True}.__getitem__).rows == (0,)
        hit = answer({**state, "f.flag": False}.__getitem__)
        assert (hit.rows, hit.missing) == ((0, 1), (gap,))


@pytest.mark.parametrize("hit", ["first", "unique"])
@given(st.data())
def test_whatever_value_would_fill_a_gap_its_answer_is_among_the_answers(hit, data):
    count = data.draw(st.integers(0, 9))
    tests = [
        "f.count {} p.count",
        "f.count {} p.count_by_flag[f.flag]",
        "p.count {} f.other",
        "not (f.count {} p.count)",
    ]
    ops = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    one = st.builds(str.format, st.sampled_from(tests), ops)
    whens = data.draw(
        st.lists(
            one | st.builds("{} and {}".format, one, one) | st.builds("{} or {}".format, one, one),
            min_size=1,
            max_size=3,
        )
    )
    state = {
        "f.count": data.draw(st.integers(0, 9)),
        "f.other": data.draw(st.integers(0, 9) | st.just(NONE)),
        "f.flag": data.draw(st.booleans()),
    }
    filled = {
        ("p.count", ()): count,
        ("p.count_by_flag", (True,)): data.draw(st.integers(0, 9)),
        ("p.count_by_flag", (False,)): count,
    }
    known = {key: value if data.draw(st.booleans()) else None for key, value in filled.items()}
    whole = lower_table(table_of(whens, hit), TYPES, lambda name, keys: filled[name, keys])
    part = lower_table(table_of(whens, hit), TYPES, lambda name, keys: known[name, keys])
    for engine in READINGS.values():
        (row,) = engine().prepare(whole)(state.__getitem__).rows
        assert row in engine().prepare(part)(lambda name: state.get(name, Unknown())).rows


# --- the fictional rulebook under both engines --------------------------------------------------------

TABLES = tuple(
    table
    for item in ITEMS
    for day in item.changes
    for table in RULEBOOK.lowered(item, day).tables
    if 0 < len(table.types) <= 4
)


@given(st.sampled_from(TABLES), st.data())
def test_all_engines_agree_on_the_tables_of_a_rulebook(table, data):
    state = {name: data.draw(_fact(type_)) for name, type_ in table.types.items()}
    index, *others = (engine().prepare(table)(state.__getitem__) for engine in READINGS.values())
    assert others
    assert all(other == index for other in others)


def _fact(type_):
    few = {
        "bool": [True, False], "int": [0, 3, 10, 14, 70, 80, 150, 365, 1000], "money": [0, 2_250, 5_999, 9_900], "rate": [],
        "enum": type_.values, "text": ["festival", "x"], "place": ["970101", "980101"],
        "set": [frozenset(), frozenset({"north"}), frozenset({"north", "sign"})],
        "date": [DAY(2012, 2, 28), DAY(2012, 2, 29), DAY(2020, 1, 1)], "month": [],
    }  # fmt: skip
    values = [value for value in few[type_.kind] if type_.admits(value)] + ([NONE] if type_.optional else [])
    return st.sampled_from([Unknown(), *values])


def test_a_change_of_a_version_moves_with_its_day(tmp_path):
    root = copy(tmp_path / "rules")
    patched(
        root, "items/ferry-pass.yaml", "- {id: issue, from: 2021-05-01,", "- {id: issue, from: 2021-06-01,"
    )
    changes = load(root).item("ferry-pass").changes
    assert DAY(2021, 6, 1) in changes
