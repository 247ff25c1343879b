"""Registers of facts: every row as a single case that tells just these facts, also where functions make facts of them."""

import datetime as dt
import random

import polars as pl
import pytest

from batch.registers import DAY
from crossprov import CrossprovError
from crossprov.batch.contract import REFUSED, contract
from crossprov.batch.fact_rows import FactsDecided
from crossprov.batch.flat import flat
from crossprov.batch.made_facts import everything_behind
from crossprov.batch.reading import Columns, Piece, held
from crossprov.decide import builtin, decider
from crossprov.values import NONE, Month, unknown

MONTHS = [Month(2025, 10), Month(2020, 1), Month(2026, 8), Month(2026, 12), None]
DAYS = [dt.date(2026, 1, 5), dt.date(2025, 10, 31), dt.date(2019, 12, 31), dt.date(2026, 10, 30), NONE, None]
VALUES = {
    "certification.benefit": [
        "employee_pension",
        "resident_pension",
        "public_pension",
        "paid_once",
        "disability_allowance",
        None,
    ],
    "certification.paying_place": ["510104", "500103", "511702", None],
    "certification.first_paid": MONTHS,
    "certification.last_on": DAYS,
    "certification.suspended_since": [Month(2026, 8), NONE, NONE, None],
    "certification.loss_event": ["death", NONE, NONE, None],
    "certification.loss_verified": [True, False, None],
    "certification.is_drawn": [True, True, None],
    "case.applied_on": [dt.date(2026, 10, 30), None],
}
ITEMS = ("pension-eligibility-certification", "injury-eligibility-certification")


class Pieces:
    """A register that is there already."""

    about = {}  # noqa: RUF012 - as a register has it

    def __init__(self, *frames):
        self.frames = frames

    def pieces(self):
        for frame in self.frames:
            yield Piece(frame, [])

    def done(self):
        return 1.0


def rows_of(seed, count):
    drawn = random.Random(seed)  # noqa: S311 - the same rows each time
    return [{name: drawn.choice(values) for name, values in VALUES.items()} for _ in range(count)]


def frame_of(rows, columns, first=1):
    facts = [fact for name, fact in columns.facts.items() if name in VALUES]
    cells = [[NONE if row[one.name] is NONE else held(row[one.name]) for row in rows] for one in facts]
    return Columns(facts).frame(range(first, first + len(rows)), cells, ())


def alone(row, columns):
    """Decide a row as a single case; what would come from records is not known, under its own name."""
    vocabulary = builtin().vocabulary
    from_records = {
        name
        for name, fact in columns.facts.items()
        if not fact.calculated and everything_behind(name, vocabulary) & vocabulary.records.keys()
    }
    told = {name: unknown(name) for name in from_records}
    told |= {
        name: unknown(name) if value is None else value
        for name, value in row.items()
        if name in columns.facts
    }
    try:
        return flat(decider(builtin()).decide(columns.item.id, None, DAY, DAY, DAY, told), columns)
    except CrossprovError as error:
        return error.problems[0].code


@pytest.mark.parametrize("item", ITEMS)
def test_every_row_is_decided_as_alone(item):
    columns, rows = contract(item, DAY), rows_of(item, 240)
    pieces = Pieces(frame_of(rows[:100], columns), frame_of(rows[100:], columns, 101))
    answers = list(FactsDecided(pieces, columns).answers())
    frame = pl.concat([one.frame for one in answers])
    found = {row.pop("row"): row for row in frame.to_dicts()}
    refused = {bad.row: bad.problems[0].code for one in answers for bad in one.refused}
    assert frame["row"].is_sorted()
    assert not found.keys() & refused.keys()
    for number, row in enumerate(rows, 1):
        assert (found | refused)[number] == alone(row, columns), row
    assert refused
    assert len({row["outcome"] for row in found.values()}) > 1
    assert not set(REFUSED) & set(frame.columns)


def test_what_is_missing_is_what_can_be_told_and_no_fact_made_of_it():
    columns = contract(ITEMS[0], DAY)
    row = dict.fromkeys(VALUES) | {
        "certification.benefit": "resident_pension",
        "certification.paying_place": "510104",
        "certification.is_drawn": True,
        "certification.loss_event": NONE,
        "certification.loss_verified": False,
        "certification.suspended_since": NONE,
    }
    answers = next(FactsDecided(Pieces(frame_of([row], columns)), columns).answers())
    missing = answers.frame["missing"][0].split(";")
    assert missing == ["certification.first_paid", "certification.last_on"]


def test_an_error_while_reading_reaches_the_caller():
    class Broken(Pieces):
        def pieces(self):
            yield Piece(frame_of([dict.fromkeys(VALUES)], columns), [])
            raise OSError("gone")

    columns = contract(ITEMS[0], DAY)
    answers = FactsDecided(Broken(), columns).answers()
    assert next(answers).records == 1
    with pytest.raises(OSError, match="gone"):
        next(answers)
