"""Cells: what is read, what is not known, what is refused; nothing is guessed and nothing repeated."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov.batch.cells import CellError, CellReader, kind_of, told
from crossprov.rulebook.types import Type
from crossprov.values import NONE, Month

SEX = Type("enum", values=("male", "female"))


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        (Type("bool"), "true", True),
        (Type("bool"), "FALSE", False),
        (Type("bool"), "是", True),
        (Type("bool"), "否", False),
        (Type("int"), "0120", 120),
        (Type("int"), "-3", -3),
        (Type("int"), "\u3000120 ", 120),
        (Type("money"), "1234.50", 123450),
        (Type("rate"), "0.08", Fraction(2, 25)),
        (Type("date"), "2026-01-05", dt.date(2026, 1, 5)),
        (Type("date"), "20260105", dt.date(2026, 1, 5)),
        (Type("date"), "2026/1/5", dt.date(2026, 1, 5)),
        (Type("date"), "2026/12/05", dt.date(2026, 12, 5)),
        (Type("month"), "2026-01", Month(2026, 1)),
        (Type("month"), "202601", Month(2026, 1)),
        (Type("month"), "2026/1", Month(2026, 1)),
        (Type("place", level="any"), "510104", "510104"),
        (SEX, "male", "male"),
        (SEX, "女", "female"),
        (Type("set", values=("a", "b")), "a；b", frozenset("ab")),
        (Type("date", optional=True), "none", NONE),
        (Type("date", optional=True), "无", NONE),
        (Type("int"), "", None),
        (Type("int"), " \u3000", None),
    ],
)
def test_what_is_read(type_, cell, value):
    assert CellReader(type_, {"male": "男", "female": "女"}).read(cell) == value


@pytest.mark.parametrize(
    ("type_", "cell", "found"),
    [
        (Type("bool"), "1", "digits (1)"),
        (Type("int"), "1.0", "a number with a point"),
        (Type("int"), "1,234", "a number with separators"),
        (Type("int"), "1 234", "a number with separators"),
        (Type("int"), "1e3", "a number in scientific notation"),
        (Type("int"), "１２", "a text (2 characters)"),
        (Type("int"), "none", "a text (4 characters)"),
        (Type("int", low=0), "-1", "a value outside what is possible"),
        (Type("money"), "1234", "digits (4)"),
        (Type("money"), "1234.5", "a number with a point"),
        (Type("money"), "1,234.50", "a number with separators"),
        (Type("rate"), "8%", "a number with a percent sign"),
        (Type("date"), "2026-1-5", "something written like a day"),
        (Type("date"), "2026-02-30", "something written like a day"),
        (Type("date"), "2026-01-05 00:00:00", "something written like a day"),
        (Type("date"), "05/01/2026", "a text (10 characters)"),
        (Type("date"), "46027", "digits (5)"),
        (Type("month"), "2026-13", "something written like a day"),
        (Type("place", level="any"), "5101", "digits (4)"),
        (SEX, "M", "a text (1 characters)"),
        (Type("text"), "a\x00b", "a text (3 characters)"),
    ],
)
def test_what_is_refused_and_how_it_is_told(type_, cell, found):
    with pytest.raises(CellError) as caught:
        CellReader(type_).read(cell)
    assert caught.value.found.en == found
    assert caught.value.expected.zh
    assert caught.value.expected.en


def test_a_name_that_two_values_share_says_neither():
    reader = CellReader(Type("enum", values=("a", "b", "c")), {"a": "同", "b": "同", "c": "异"})
    assert reader.read("异") == "c"
    with pytest.raises(CellError):
        reader.read("同")


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        (Type("int"), 1.0),
        (Type("int"), "1"),
        (Type("bool"), 1),
        (Type("money"), 1234),
        (Type("date"), "20260105"),
        (Type("int", low=0), -1),
        (Type("text"), {"a": 1}),
        (Type("text"), "a\nb"),
    ],
)
def test_json_is_read_as_strictly_as_in_a_case(type_, raw):
    with pytest.raises(CellError):
        told(raw, type_)


@given(st.text(min_size=1))
def test_of_what_was_found_only_its_kind_is_told(word):
    told_kinds = ("digits", "a number", "something written like a day", "a text")
    assert kind_of(word).en.startswith(told_kinds)
    assert len(kind_of(word).en) < 45
