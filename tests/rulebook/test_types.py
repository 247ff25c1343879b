"""Types: how constants are written, and which values a type admits."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.rulebook.symbols import closest
from crossprov.rulebook.types import Type, constant, misfit, show
from crossprov.values import NONE, Month

WORDS = ("a", "b")
INT, RATE, MONEY, DATE, MONTH = (Type(kind) for kind in ("int", "rate", "money", "date", "month"))


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        (True, "bool", True), (5, "int", 5), (-5, "int", -5), ("0.08", "rate", Fraction(2, 25)), ("1", "rate", 1), (1, "rate", 1),
        ("12.30", "money", 1_230), ("-0.05", "money", -5), ("7", "money", 700), ("2024-02-29", "date", dt.date(2024, 2, 29)),
        ("2024-02", "month", Month(2024, 2)), ("510000", "place", "510000"), (510_000, "place", "510000"), ("文", "text", "文"), ("", "text", ""),
    ],
)  # fmt: skip
def test_a_constant_is_read_in_its_type(raw, kind, value):
    found = constant(raw, Type(kind))
    assert found == value
    assert Type(kind).admits(found)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("true", "bool"), (1, "bool"), (None, "bool"), ("5", "int"), (True, "int"), (5.0, "int"), ("5.", "rate"), (".5", "rate"), ("1e3", "rate"),
        ("1/3", "rate"), ("0.123456789", "rate"), ("nan", "rate"), (5, "money"), ("5.123", "money"), ("5.0元", "money"), ("１２", "money"),
        ("2024-2-9", "date"), ("2023-02-29", "date"), ("20240229", "date"), ("2024-02-29T00:00", "date"), ("2024-13", "month"), ("2024-00", "month"),
        ("2024-+5", "month"), ("2024- 5", "month"), ("2024-02-01", "month"), ("51000", "place"), ("5100000", "place"), ("四川", "place"),
        (5, "text"), (None, "text"), (["a"], "text"), ("c", "enum"), (["c"], "set"), ("a", "set"), ({"a": 1}, "set"), ("none", "int"),
    ],
)  # fmt: skip
def test_what_is_no_constant_of_the_type_is_refused(raw, kind):
    with pytest.raises(ValueError, match=r".*"):
        constant(raw, Type(kind, values=WORDS if kind in ("enum", "set") else None))


def test_none_is_a_constant_only_of_what_is_optional():
    assert constant("none", Type("int", optional=True)) is NONE
    assert Type("int", optional=True).admits(NONE)
    assert not INT.admits(NONE)


VALUES = {
    "bool": st.booleans(),
    "int": st.integers(-(10**15), 10**15),
    "rate": st.integers(-(10**10), 10**10).map(lambda parts: Fraction(parts, 10**8)),
    "money": st.integers(-(10**12), 10**12),
    "date": st.dates(),
    "month": st.builds(Month, st.integers(1, 9999), st.integers(1, 12)),
    "text": st.text(max_size=9),
    "enum": st.sampled_from(WORDS),
    "place": st.integers(0, 999_999).map("{:06}".format),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_what_is_shown_reads_back_as_the_same_constant(kind, data):
    type_ = Type(kind, values=WORDS if kind == "enum" else None)
    value = data.draw(VALUES[kind])
    shown = show(value, type_)
    raw = {"true": True, "false": False}[shown] if kind == "bool" else int(shown) if kind == "int" else shown
    assert constant(raw, type_) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(1, 3), "0.33333333"), (Fraction(-1, 10**9), "0"), (Fraction(10**40), "1" + "0" * 40)],
)
def test_a_rate_without_end_is_shown_rounded(value, shown):
    assert show(value, RATE) == shown


@pytest.mark.parametrize(
    ("value", "type_", "admitted"),
    [
        (3, Type("int", low=3, high=5), True), (5, Type("int", low=3, high=5), True), (2, Type("int", low=3), False), (6, Type("int", high=5), False),
        (True, INT, False), (1, Type("bool"), False), (Fraction(1), INT, False), (1, RATE, False), (dt.datetime(2024, 1, 1), DATE, False),  # noqa: DTZ001
        ("a", Type("enum", values=WORDS), True), ("c", Type("enum", values=WORDS), False), ("c", Type("text", values=WORDS), False),
        (frozenset("a"), Type("set", values=WORDS), True), (frozenset("ac"), Type("set", values=WORDS), False), (Month(2024, 1), DATE, False),
        ("2024-01", MONTH, False), (100, MONEY, True),
    ],
)  # fmt: skip
def test_a_type_admits_only_its_values(value, type_, admitted):
    assert type_.admits(value) is admitted


@pytest.mark.parametrize(
    ("found", "wanted", "code"),
    [
        (INT, INT, None), (INT, MONEY, "type_differs"), (Type("int", "months"), Type("int", "years"), "unit_differs"),
        (Type("int", optional=True), INT, "wider_type"), (INT, Type("int", optional=True), None),
        (Type("enum", values=("a", "b")), Type("enum", values=("a",)), "wider_type"), (Type("enum", values=("a",)), Type("enum", values=("a", "b")), None),
        (Type("place", level="any"), Type("place", level="province"), "wider_type"), (Type("place", level="county"), Type("place", level="any"), None),
        (INT, Type("int", low=0), "wider_type"), (Type("int", low=1), Type("int", low=0), None), (Type("int", high=9), Type("int", high=5), "wider_type"),
    ],
)  # fmt: skip
def test_nothing_wider_flows_into_a_type(found, wanted, code):
    assert (misfit(found, wanted) or (None,))[0] == code


def test_names_like_a_word_are_the_same_in_whatever_order_they_are_known():
    names = [f"limit.{letter}" for letter in "abcdefghijkl"]
    assert closest("limit", names) == closest("limit", names[::-1]) == closest("limit", set(names))
