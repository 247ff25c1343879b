"""Formulas: what they calculate, how missing and none flow through, and that bounds always hold."""

import datetime as dt
import re
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crossprov.facts.calculation import round_half_up
from crossprov.facts.formula import compile_formula
from crossprov.rulebook.check import resolve
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.symbols import ParameterType, Symbols
from crossprov.rulebook.types import Type
from crossprov.values import NONE, Month, Need, Unknown, needs_of, unknown

EXAMPLES = settings.default.max_examples  # those of the profile
DAY = dt.date
ENUM = Type("enum", values=("a", "b", "c"))
FACTS = {
    "i": Type("int"),
    "j": Type("int"),
    "years": Type("int", "years"),
    "o": Type("int", optional=True),
    "d": Type("date"),
    "u": Type("date", optional=True),
    "m": Type("month"),
    "rate": Type("rate"),
    "y": Type("money"),
    "b": Type("bool"),
    "e": ENUM,
    "q": Type("enum", values=("a", "b", "c"), optional=True),
    "s": Type("set", values=("a", "b")),
    "p": Type("place", level="any"),
}
FIELDS = {
    "months": Type("int", low=0),
    "kind": ENUM,
    "on": Type("date"),
    "extra": Type("int", optional=True),
    "change": Type("int"),
}
SYMBOLS = Symbols(
    FACTS,
    {"limit": ParameterType(Type("int")), "by_e": ParameterType(Type("int"), (ENUM,))},
    {"list": FIELDS},
)


class Listing:
    def __init__(self, rows, *, complete=True):
        self.rows, self.complete = rows, complete

    def covers_everywhere(self):
        return self.complete

    def needs(self, *, everywhere=False):
        return frozenset({Need("list", (), everywhere)})


class Row:
    """A record; what it does not say is unknown."""

    sorted_by = "on"

    def __init__(self, **fields):
        vars(self).update(fields)


class Facts:
    """A case made of plain values."""

    def __init__(self, values=None, rows=(), *, complete=True, limits=None):
        self.values, self.list = values or {}, Listing(rows, complete=complete)
        self.limits = limits or {}

    def get(self, name):
        return self.values.get(name, unknown(name))

    def parameter(self, name, keys, on):
        return self.limits.get((name, *keys, on), unknown(name))

    def listed(self, name):
        assert name == "list"
        return self.list

    def field(self, _records, record, name):
        return getattr(record, name, Unknown(frozenset({Need("list")})))

    def province_of(self, place, day):
        assert isinstance(day, dt.date)
        return place[:2] + "0000"

    def add_working_days(self, day, days):
        return day + dt.timedelta(days=7 * days)  # a week with one working day


def value(source, facts=None, **values):
    tree, _ = resolve(parse(source), SYMBOLS)
    return compile_formula(tree)(facts or Facts(values), None)


# --- what is calculated -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("i + j", 5), ("i - j", 9), ("i * j", -14), ("i / j", Fraction(-7, 2)), ("-3 + i", 4),
        ("i - 1 - 2", 4), ("i - (1 - 2)", 8), ("2 + i * 3", 23), ("i / 2 * 2", 7),
        ("floor(i / 2)", 3), ("ceil(i / 2)", 4), ("floor(j / 4)", -1), ("ceil(j / 4)", 0),
        ("min(i, j, 0)", -2), ("max(i, j, 0)", 7),
        ("i == 7", True), ("i != 7", False), ("i < 7", False), ("i <= 7", True), ("i > 7", False), ("i >= 7", True),
        ("6 < i <= 7", True), ("i in [1, 7]", True), ("i not in [1, 7]", False), ("e in ['a']", False),
        ("b and i == 7", True), ("b or i == 8", True), ("not b", False), ("'a' in s", True), ("'b' in s", False),
        ("q is none", True), ("q is not none", False), ("e == q", False), ("e != q", True),
        ("y + '0.50'", 1_050), ("round_half_up(y * rate)", 125), ("floor(y / 3)", 333),
        ("province_of(p, d)", "510000"), ("month_of(d)", Month(2024, 2)), ("m == '2024-02'", True),
        ("month_end(d)", DAY(2024, 2, 29)), ("month_end(m)", DAY(2024, 2, 29)), ("add_days(d, 1)", DAY(2024, 3, 1)),
        ("add_days(d, -60)", DAY(2023, 12, 31)), ("add_working_days(d, 2)", DAY(2024, 3, 14)),
        ("add_months(m, 11)", Month(2025, 1)), ("months_between(m, '2025-01')", 11), ("months_between('2025-01', m)", -11),
    ],
)  # fmt: skip
def test_each_operator_and_function(source, expected):
    known = {
        "i": 7, "j": -2, "b": True, "e": "b", "q": NONE, "s": frozenset({"a"}), "y": 1_000, "rate": Fraction(1, 8),
        "d": DAY(2024, 2, 29), "m": Month(2024, 2), "p": "510104",
    }  # fmt: skip
    assert value(source, **known) == expected


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (DAY(2024, 2, 29), 12, DAY(2025, 2, 28)),
        (DAY(2024, 2, 29), 48, DAY(2028, 2, 29)),
        (DAY(2024, 1, 31), 1, DAY(2024, 2, 29)),
        (DAY(2023, 1, 31), 1, DAY(2023, 2, 28)),
        (DAY(2024, 3, 31), -1, DAY(2024, 2, 29)),
        (DAY(2024, 12, 15), 1, DAY(2025, 1, 15)),
    ],
)
def test_months_are_added_to_the_last_day_that_the_month_has(start, months, expected):
    assert value("add_months(d, i)", d=start, i=months) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (DAY(1974, 5, 6), DAY(2024, 5, 6), 600),
        (DAY(1974, 5, 6), DAY(2024, 5, 5), 599),
        (DAY(2000, 2, 29), DAY(2001, 2, 28), 12),
        (DAY(2000, 2, 29), DAY(2001, 2, 27), 11),
        (DAY(2000, 2, 29), DAY(2004, 2, 28), 47),
        (DAY(2000, 2, 29), DAY(2004, 2, 29), 48),
        (DAY(2024, 1, 31), DAY(2024, 2, 29), 1),
    ],
)
def test_months_between_two_days_are_full_months(first, last, expected):
    # The law on age counts a year full on the birthday; who was born on 29 February has it on the 28th.
    assert value("months_between(d, u)", d=first, u=last) == expected


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(5, 2), 3), (Fraction(-5, 2), -3), (Fraction(1, 2), 1), (Fraction(-1, 2), -1), (Fraction(249, 100), 2),
        (Fraction(-249, 100), -2), (Fraction(0), 0), (7, 7), (-7, -7), (Fraction(10**30 + 1, 2), 5 * 10**29 + 1),
    ],
)  # fmt: skip
def test_a_half_is_rounded_away_from_zero(exact, expected):
    assert round_half_up(exact) == expected


def test_a_parameter_is_read_by_its_key_and_on_its_day():
    limits = {("limit", None): 3, ("limit", DAY(2020, 1, 1)): 2, ("by_e", "a", None): 5}
    facts = Facts({"e": "a", "d": DAY(2020, 1, 1)}, limits=limits)
    assert value("limit", facts) == 3
    assert value("by_e[e]", facts) == 5
    assert value("by_e['a']", facts) == 5
    assert value("value_on(limit, d)", facts) == 2
    assert value("value_on(limit, '2020-01-01')", facts) == 2


def test_a_parameter_without_a_value_is_a_gap():
    assert value("limit + 1", Facts()) == Unknown(frozenset({Need("limit")}))


def test_a_parameter_waits_for_its_key_and_its_day():
    assert needs_of(value("by_e[e]", Facts())) == {Need("e")}
    assert needs_of(value("value_on(by_e[e], d)", Facts())) == {Need("e"), Need("d")}


# --- none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ["==", "<", "<=", ">", ">="])
def test_a_comparison_with_none_is_false(op):
    assert value(f"o {op} 3", o=NONE) is False
    assert value(f"3 {op} o", o=NONE) is False
    assert value(f"u {op} '2020-01-01'", u=NONE) is False


def test_the_tests_that_hold_for_none():
    assert value("o != 3", o=NONE) is True
    assert value("o is none", o=NONE) is True
    assert value("o not in [3]", o=NONE) is True
    assert value("not (o < 3)", o=NONE) is True
    assert value("o in [3]", o=NONE) is False


@pytest.mark.parametrize(
    "source",
    [
        "o + 1",
        "1 - o",
        "o * i",
        "o / 2",
        "i / o",
        "min(o, 1)",
        "max(i, o)",
        "ceil(o / 2)",
        "add_days(u, 1)",
        "add_months(d, o)",
        "months_between(u, d)",
        "month_of(u)",
        "add_working_days(u, 1)",
    ],
)
def test_none_flows_through_a_calculation_even_past_what_is_unknown(source):
    assert value(source, o=NONE, u=NONE, i=1, d=DAY(2020, 1, 1)) is NONE
    assert value(source, o=NONE, u=NONE) is NONE


def test_what_is_unknown_may_be_none_so_a_maximum_has_no_bound():
    assert value("max(o, 5) >= 5") == unknown("o")
    assert value("max(i, 5) >= 5") is True
    assert value("max(o, 5) >= 5", o=Unknown(low=1)) is True


# --- unknown ------------------------------------------------------------------------------------------


def test_missing_flows_through_with_all_that_would_settle_it():
    assert needs_of(value("i + j * 2")) == {Need("i"), Need("j")}
    assert needs_of(value("floor(months_between(d, u) / 12)")) == {Need("d"), Need("u")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("b and false_one == 1", False),
        ("b and i == 7", None),
        ("b or i == 7", True),
        ("not (b or i == 7)", False),
        ("b or i == 1", None),
    ],
)
def test_and_and_or_are_known_as_soon_as_one_side_decides(source, expected):
    found = value(source.replace("false_one", "i"), i=7)
    assert found is expected if expected is not None else isinstance(found, Unknown)


def test_bounds_answer_a_comparison_though_the_number_is_unknown():
    at_least = Unknown(frozenset({Need("list")}), low=130)
    assert value("i >= 120", i=at_least) is True
    assert value("i >= 131", i=at_least) == Unknown(frozenset({Need("list")}))
    assert value("i < 130", i=at_least) is False
    assert value("i == 100", i=at_least) is False
    assert value("i != 100", i=at_least) is True
    assert value("floor((200 - i) / 12) <= 5", i=at_least) is True


def test_a_list_of_what_is_possible_answers_membership():
    some = Unknown(among=frozenset({"a", "b"}))
    assert value("e in ['a', 'b']", e=some) is True
    assert value("e in ['c']", e=some) is False
    assert isinstance(value("e in ['a']", e=some), Unknown)
    assert value("e == 'c'", e=some) is False
    assert value("q is none", q=some) is False
    assert isinstance(value("q is none", q=Unknown(among=frozenset({"a", NONE}))), Unknown)


def test_division_by_zero_is_unknown_and_no_fact_can_settle_it():
    assert value("i / j", i=1, j=0) == Unknown()


def test_a_bound_that_leaves_the_calendar_is_no_bound():
    assert value("add_days(d, i)", d=Unknown(low=DAY(9999, 12, 1)), i=Unknown(low=60)) == Unknown()


# --- lists --------------------------------------------------------------------------------------------


ROWS = (
    Row(months=2, kind="a", on=DAY(2019, 1, 1), extra=3, change=1),
    Row(months=7, kind="b", on=DAY(2020, 1, 1), extra=NONE, change=-9),
    Row(months=5, kind="a", on=DAY(2021, 1, 1), extra=NONE, change=2),
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sum(r.months for r in list)", 14), ("sum(r.months for r in list if r.kind == 'a')", 7),
        ("count(r for r in list if r.kind == 'a')", 2), ("min(r.months for r in list)", 2),
        ("max(r.on for r in list)", DAY(2021, 1, 1)), ("latest(r.on for r in list)", DAY(2021, 1, 1)),
        ("latest(r.months for r in list if r.kind == 'b')", 7), ("sum(r.extra for r in list)", 3),
        ("max(r.extra for r in list)", 3), ("latest(r.extra for r in list)", NONE), ("sum(r.months * i for r in list)", 28),
        ("max(r.months for r in list if r.months > 100)", NONE), ("latest(r.on for r in list if r.kind == 'c')", NONE),
        ("sum(r.months for r in list if r.kind == 'c')", 0), ("count(r for r in list if r.extra is none)", 2),
    ],
)  # fmt: skip
def test_aggregates_of_a_complete_list(source, expected):
    assert value(source, Facts({"i": 2}, ROWS)) == expected


def test_aggregates_of_a_list_that_may_miss_records_are_bounds():
    facts = Facts(rows=ROWS, complete=False)
    need = frozenset({Need("list", (), everywhere=True)})
    assert value("sum(r.months for r in list)", facts) == Unknown(need, low=14)
    assert value("count(r for r in list)", facts) == Unknown(need, low=3)
    assert value("max(r.months for r in list)", facts) == Unknown(need, low=7)
    assert value("min(r.months for r in list)", facts) == Unknown(need, high=2)
    assert value("latest(r.months for r in list)", facts) == Unknown(need)
    assert value("sum(r.change for r in list)", facts) == Unknown(need)  # what is missing may be negative
    assert value("max(r.months for r in list) is none", facts) is False
    assert isinstance(value("max(r.months for r in list if r.kind == 'c') is none", facts), Unknown)


def test_a_record_that_may_or_may_not_count_makes_a_bound():
    facts = Facts(rows=(ROWS[1], Row(months=4, change=1)))
    assert value("sum(r.months for r in list if r.kind == 'b')", facts) == Unknown(
        frozenset({Need("list")}), low=7
    )
    assert value("count(r for r in list if r.kind == 'b')", facts) == Unknown(
        frozenset({Need("list")}), low=1
    )


RECORDS = st.builds(
    Row,
    months=st.integers(0, 9),
    kind=st.sampled_from("abc"),
    on=st.none() | st.dates(DAY(2020, 1, 1), DAY(2020, 1, 9)),
)


def test_the_latest_of_records_whose_order_is_not_told_is_one_of_them():
    undated = Row(months=1, on=None)
    dated = (
        Row(months=2, on=DAY(2019, 1, 1)),
        Row(months=3, on=DAY(2020, 1, 1)),
        Row(months=3, on=DAY(2020, 1, 1)),
    )
    found = value("latest(r.months for r in list)", Facts(rows=(undated, *dated)))
    assert found == Unknown(frozenset({Need("list")}), among=frozenset({1, 3}))
    assert value("latest(r.months for r in list)", Facts(rows=dated)) == 3


@given(st.lists(RECORDS, max_size=5), st.data())
def test_deleting_records_never_changes_an_answer_only_what_is_known(rows, data):
    kept = [row for row in rows if data.draw(st.booleans())]
    for kind in ("sum(r.months", "count(r", "min(r.months", "max(r.months", "latest(r.months"):
        source = f"{kind} for r in list if r.kind != 'c')"
        whole, part = value(source, Facts(rows=rows)), value(source, Facts(rows=kept, complete=False))
        assert isinstance(whole, Unknown) or contains(part, whole)


# --- bounds of random formulas ------------------------------------------------------------------------


def contains(found, true):
    """Whether a value or an unknown may be ``true``."""
    if not isinstance(found, Unknown):
        return found == true
    if found.among is not None and true not in found.among:
        return False
    if true is NONE:
        return found.low is None and found.high is None
    return (found.low is None or found.low <= true) and (found.high is None or true <= found.high)


SMALL = st.integers(-6, 6)
DAYS = st.dates(DAY(2019, 12, 1), DAY(2021, 3, 31))
MONTHS = st.builds(Month, st.integers(2019, 2021), st.integers(1, 12))
TRUTHS = st.fixed_dictionaries(
    {
        "i": SMALL, "j": SMALL, "o": SMALL | st.just(NONE), "d": DAYS, "u": DAYS | st.just(NONE), "m": MONTHS,
        "rate": st.sampled_from([Fraction(0), Fraction(1, 8), Fraction(1, 2), Fraction(-1, 3)]), "y": st.integers(-200, 500),
        "b": st.booleans(), "e": st.sampled_from("abc"), "q": st.sampled_from(["a", "b", NONE]),
        "s": st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"a", "b"})]),
    }
)  # fmt: skip


def less(value_, by):
    if isinstance(value_, dt.date):
        return value_ - dt.timedelta(days=by)
    return value_.plus(-by) if isinstance(value_, Month) else value_ - by


@st.composite
def known_of(draw, name, true):
    """What a case may know of a fact whose value is ``true``."""
    how = draw(st.sampled_from(["known", "known", "unknown", "bounds", "among"]))
    if how == "known":
        return true
    needs = frozenset({Need(name)})
    if how == "bounds" and true is not NONE and FACTS[name].kind in ("int", "date", "month", "rate", "money"):
        low, high = draw(st.integers(0, 5) | st.none()), draw(st.integers(0, 5) | st.none())
        return Unknown(
            needs, None if low is None else less(true, low), None if high is None else less(true, -high)
        )
    if how == "among" and FACTS[name].kind in ("enum", "bool"):
        others = draw(
            st.frozensets(
                st.sampled_from(
                    ["a", "b", "c", NONE]
                    if name == "q"
                    else ["a", "b", "c"]
                    if name == "e"
                    else [True, False]
                )
            )
        )
        return Unknown(needs, among=others | {true})
    return Unknown(needs)


def numbers(inner):
    both = st.tuples(inner, inner)
    return st.one_of(
        both.map("({0[0]} + {0[1]})".format),
        both.map("({0[0]} - {0[1]})".format),
        both.map("({0[0]} * {0[1]})".format),
        st.tuples(st.sampled_from(["floor", "ceil", "round_half_up"]), inner, inner).map(
            "{0[0]}({0[1]} / {0[2]})".format
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map("{0[0]}({0[1]}, {0[2]})".format),
    )


DATE = st.sampled_from(
    [
        "d",
        "u",
        "month_end(m)",
        "add_days(d, i)",
        "add_months(d, j)",
        "add_months(u, i)",
        "min(d, u)",
        "add_working_days(d, 3)",
    ]
)
LEAF = st.sampled_from(
    [
        "i",
        "j",
        "o",
        "max(0, i)",
        "months_between(d, u)",
        "months_between(u, month_end(d))",
        "months_between(m, month_of(d))",
        "floor(rate * j)",
    ]
)
NUMBER = st.recursive(LEAF, numbers, max_leaves=5)
MONEY = st.sampled_from(
    [
        "y",
        "floor(y * rate)",
        "max(y, '1.00')",
        "round_half_up(y * rate / 3)",
        "ceil((y + '0.33') * (1 - rate))",
        "min(y, y * 2)",
    ]
)
COMPARE = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
TEST = st.one_of(
    st.tuples(NUMBER, COMPARE, NUMBER | st.integers(-9, 9).map(str)).map(" ".join),
    st.tuples(DATE, COMPARE, DATE).map(" ".join),
    st.tuples(MONEY, COMPARE, MONEY).map(" ".join),
    st.sampled_from(
        [
            "b",
            "e == 'a'",
            "e == q",
            "e != q",
            "q in ['a', 'b']",
            "q not in ['a']",
            "q is none",
            "o is none",
            "'a' in s",
            "m > '2020-06'",
            "rate >= 0.2",
        ]
    ),
)
TRUTH = st.recursive(
    TEST,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map("({0[0]} {0[1]} {0[2]})".format),
    ),
    max_leaves=4,
)


@settings(max_examples=5 * EXAMPLES)
@given(TRUTH | NUMBER | DATE | MONEY, TRUTHS, st.data())
def test_what_is_said_of_unknown_facts_holds_for_their_values(source, true, data):
    known = {name: data.draw(known_of(name, one)) for name, one in true.items()}
    whole = value(source, **true)
    assume(not isinstance(whole, Unknown))  # a division by zero
    assert contains(value(source, **known), whole)


SINGLE = [
    "i + j", "i - j", "i * j", "floor(i / -2)", "ceil(i / 3)", "round_half_up(i / -4)", "floor(rate * j)", "min(i, j)", "max(i, o)", "min(d, u)",
    "months_between(d, u)", "months_between(m, month_of(d))", "add_months(d, i)", "add_months(m, j)", "add_days(d, i)", "month_of(d)", "month_end(d)",
    "month_end(m)", "i < j", "i <= j", "i == j", "i != j", "d >= u", "e == q", "q != 'a'", "o in [1, 2]", "o is none", "q is none", "i * i > 5",
]  # fmt: skip


@pytest.mark.parametrize("source", SINGLE)
@given(TRUTHS, st.data())
def test_what_is_said_of_unknown_facts_holds_for_each_operation(source, true, data):
    known = {
        name: data.draw(known_of(name, one))
        for name, one in true.items()
        if re.search(rf"\b{name}\b", source)
    }
    assert contains(value(source, **known), value(source, **true))
