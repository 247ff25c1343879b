"""What is kept between cases must never show: a decision depends on its case and its rulebook alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from crossprov import ChinaCalendar, OfficeEntry, Rulebook, decide, read_case
from crossprov.examples import run_example

CASE = read_case((Path(__file__).parents[1] / "examples" / "transfer-49.json").read_text(encoding="utf-8"))


def _decided(rulebook, *, backwards):
    examples = [(item, it.example) for item in rulebook.items() for it in rulebook.examples(item.id)]
    ordered = reversed(examples) if backwards else examples
    return {
        (item.id, example.id): run_example(rulebook, item, example)[0].to_dict() for item, example in ordered
    }


def test_a_decision_does_not_depend_on_the_cases_before_it():
    rulebook = Rulebook.load(engine="index")
    forwards = _decided(rulebook, backwards=False)
    assert forwards
    assert _decided(rulebook, backwards=True) == forwards
    assert _decided(Rulebook.load(engine="index"), backwards=True) == forwards


class _MovingOffice:
    """A directory in which every office has moved when it is asked again."""

    def __init__(self):
        self.asked = 0

    def find(self, function, division, on):  # noqa: ARG002 - what is asked does not matter here
        self.asked += 1
        return OfficeEntry("某经办机构", "some agency", address=f"room {self.asked}")


def test_a_backends_directory_is_asked_for_every_case():
    rulebook = Rulebook.load(directory=_MovingOffice())
    first, second = (decide(CASE, rulebook).competent for _ in range(2))
    assert first.address is not None
    assert first.address != second.address


class _ChangingCalendar:
    """A calendar that learns of a holiday after the first case."""

    def __init__(self):
        self.known = ChinaCalendar()
        self.holidays = set()

    @property
    def published_from(self):
        return self.known.published_from

    @property
    def published_through(self):
        return self.known.published_through

    def is_workday(self, day):
        return day not in self.holidays and self.known.is_workday(day)


def test_a_backends_calendar_is_asked_for_every_case():
    workdays = _ChangingCalendar()
    rulebook = Rulebook.load(workdays=workdays)
    before = _letter(decide(CASE, rulebook))
    workdays.holidays.add(dt.date(2026, 3, 11))  # a Wednesday after the application
    assert _letter(decide(CASE, rulebook)) > before


def _letter(decision):
    return next(step.due_on for step in decision.steps if step.id == "send-letter")
