"""What z3 is told means what the program does: random conditions and formulas with random facts, one value in both."""

import datetime as dt

import pytest
import z3
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crossprov import calendar
from crossprov.engine.reference import answer
from crossprov.facts.formula import compile_formula
from crossprov.proof import tables as proof_tables
from crossprov.proof.formulas import translated
from crossprov.proof.people import is_value
from crossprov.proof.symbols import Codes, bounds, free, month_length, of_value
from crossprov.rulebook.check import resolve
from crossprov.rulebook.parameters import Parameter, Version
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.types import Type
from crossprov.values import Month, Unknown
from engine.strategies import tables, values
from facts import test_formula as formulas

EXAMPLES = settings.default.max_examples
DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31))


class Known:
    """A world in which every fact has a value."""

    day = dt.date(2024, 5, 6)

    def __init__(self, facts, parameters=()):
        self.codes = Codes()
        self.facts = {
            name: of_value(
                value, formulas.FACTS[name].kind, self.codes, tuple(formulas.FACTS[name].values or ())
            )
            for name, value in facts.items()
        }
        self.parameters = {one.name: one for one in parameters}
        self.musts, self.left = [], {}

    def get(self, name):
        return self.facts[name]

    def parameter(self, name):
        return self.parameters[name]

    def left_free(self, key, type_):
        if key not in self.left:
            self.left[key] = free(f"left {key}", type_)
            self.musts += bounds(self.left[key], type_, self.codes, (0, 0))
        return self.left[key]

    unknowable = left_free

    def must(self, holds):
        self.musts.append(holds)

    def likely(self, holds):
        pass

    def can_be(self, sym, value):
        """Whether a term may have a value, with all that is said to hold of it; and whether it may have another."""
        solver = z3.Solver()
        solver.add(*self.musts)
        same = is_value(sym, value, self.codes)
        return solver.check(same) == z3.sat, solver.check(z3.Not(same)) == z3.sat


@settings(max_examples=2 * EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(formulas.TRUTH | formulas.NUMBER | formulas.DATE | formulas.MONEY, formulas.TRUTHS)
def test_a_formula_has_the_value_that_the_program_calculates(source, facts):
    true = formulas.value(source, **facts)
    assume(not isinstance(true, Unknown))  # a division by zero
    tree, _ = resolve(parse(source), formulas.SYMBOLS)
    world = Known(facts)
    may_be, may_differ = world.can_be(translated(tree, world), true)
    assert may_be
    # What is left free may be something else as well; the program then has the last word.
    assert not may_differ or world.left


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.data())
def test_a_table_has_the_row_that_the_reference_hits(table, data):
    facts = {name: data.draw(values(type_)) for name, type_ in table.types.items()}
    codes = Codes()
    syms = {
        name: of_value(value, table.types[name].kind, codes, tuple(table.types[name].values or ()))
        for name, value in facts.items()
    }
    holds = [
        any(
            all(
                z3.is_true(z3.simplify(proof_tables.tested(test, syms[test.fact], codes)))
                for test in alternative
            )
            for alternative in row.alternatives
        )
        for row in table.rows
    ]
    hits = [index for index, here in enumerate(holds) if here]
    expected = answer(table, facts)
    if table.hit == "first":
        assert (hits[0] if hits else -1) == expected
    else:
        assert (hits[0] if len(hits) == 1 else -2 if hits else -1) == expected


@given(st.integers(1901 * 12, 2099 * 12 + 11))
def test_a_month_has_the_days_that_the_calendar_gives_it(number):
    month = Month(number // 12, number % 12 + 1)
    whole = z3.Int("month")
    found = z3.simplify(z3.substitute(month_length(whole), (whole, z3.IntVal(number))))
    assert found.as_long() == month.last_day.day


@given(DAYS, st.integers(-400, 400))
def test_a_day_that_is_added_to_lies_within_what_is_certain_of_it(day, count):
    later = day + dt.timedelta(days=count)
    assume(1901 <= later.year <= 2099)
    world = Known({"d": day, "i": count})
    tree, _ = resolve(parse("add_days(d, i)"), formulas.SYMBOLS)
    assert world.can_be(translated(tree, world), later)[0]


@given(DAYS, DAYS)
def test_months_between_two_days(first, last):
    world = Known({"d": first, "u": last})
    tree, _ = resolve(parse("months_between(d, u)"), formulas.SYMBOLS)
    assert world.can_be(translated(tree, world), calendar.months_between(first, last)) == (True, False)


@pytest.mark.parametrize(
    ("source", "on", "expected"),
    [
        ("value_on(limit, d)", dt.date(2019, 12, 31), 7),
        ("value_on(limit, d)", dt.date(2020, 1, 1), 9),
        ("limit * i", dt.date(2020, 1, 1), 27),
        ("by_e[e] + i", dt.date(2020, 1, 1), 23),
        ("floor(i * 100 / by_e[e])", dt.date(2020, 1, 1), 15),
    ],
)
def test_a_value_of_law_is_that_of_its_key_and_day(source, on, expected):
    number, word = Type("int"), formulas.ENUM
    first, second = dt.date(2010, 1, 1), dt.date(2020, 1, 1)
    versions = (
        Version(first, dt.date(2019, 12, 31), 7, None),
        Version(second, None, 9, None),
    )
    keyed = (Version(first, None, {"a": 10, "b": 20, "c": 30}, None),)
    world = Known(
        {"d": on, "i": 3, "e": "b"},
        [Parameter("limit", number, (), versions, None), Parameter("by_e", number, (word,), keyed, None)],
    )
    tree, _ = resolve(parse(source), formulas.SYMBOLS)
    assert world.can_be(translated(tree, world), expected) == (True, False)


def test_a_value_of_law_outside_its_days_is_nobodys_to_tell():
    versions = (Version(dt.date(2010, 1, 1), dt.date(2019, 12, 31), 7, None),)
    world = Known({"d": dt.date(2020, 1, 1)}, [Parameter("limit", Type("int"), (), versions, None)])
    tree, _ = resolve(parse("value_on(limit, d)"), formulas.SYMBOLS)
    found = translated(tree, world)
    assert world.can_be(found, 7) == (True, True)
    assert compile_formula(tree)(formulas.Facts({"d": dt.date(2020, 1, 1)}), None) == Unknown(
        frozenset({formulas.Need("limit")})
    )
