"""Strategies for cases as a backend would hand them over, and for the applicants in them.

They draw plain data, as JSON would have it, and no ``Case``: a model never shows what it holds, so a case that
fails could not be read. ``cases(…).map(crossprov.read_case)`` draws models.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import strategies as st

from crossprov.calendar import add_months
from crossprov.decide import builtin
from crossprov.facts.book import APPLY
from crossprov.models import Case, Citizen, Employer, Move
from crossprov.models.plan import plan
from crossprov.rulebook.types import show
from crossprov.testing._identity import draw_resident_id, draw_uscc
from crossprov.testing._records import Drawer, plain
from crossprov.testing._setting import Setting, provinces_of
from crossprov.testing.edges import edges
from crossprov.testing.steering import cases_ending
from crossprov.values import NONE, Month, Value, around

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossprov.decision import Outcome
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.vocabulary import FactDef

Plain: TypeAlias = dict[str, Any]

_ONE_DAY: Final = dt.timedelta(days=1)
_LATER: Final = 730  # days after the last change of the rules
_OF_SEX: Final = "retirement_age_class"  # its values begin with the sex they are for
_FEW: Final = (0, 1, 2, 12)


def days(rulebook: Rulebook | None = None, item: str | None = None) -> st.SearchStrategy[dt.date]:
    """Draw a day for a case: one on which the rules of the item change, the day before or after, or any.

    From the day before the item is first in force to two years after its rules last change. Without ``item``:
    of any item. ``rulebook``: the one that comes with the library unless given.
    """
    book = rulebook or builtin()
    if item is None:
        return st.sampled_from(book.item_ids).flatmap(partial(days, book))
    found = edges(book, item)
    first, last = found.item.shape.from_ - _ONE_DAY, found.last_change + dt.timedelta(days=_LATER)
    near = [
        day
        for one in reversed(found.days)
        for day in around(one)
        if isinstance(day, dt.date) and first <= day <= last
    ]
    since = (last - first).days
    return st.one_of(
        st.integers(0, since).map(lambda back: last - dt.timedelta(days=back)), st.sampled_from(near)
    )


def citizens(
    as_of: dt.date, rulebook: Rulebook | None = None, *, item: str | None = None, whole: bool | None = None
) -> st.SearchStrategy[Plain]:
    """Draw a citizen with their records as they are on ``as_of``: nothing lies after that day.

    Ages, lengths and days lie on, before and after what the rules of ``item`` (any item unless given) speak
    of. ``whole``: True tells everything and has all lists complete everywhere, False leaves things out; drawn
    unless given. Numbers of documents are made up.
    """
    return _drawn(rulebook, item, as_of, whole, _citizen)


def employers(
    as_of: dt.date, rulebook: Rulebook | None = None, *, item: str | None = None, whole: bool | None = None
) -> st.SearchStrategy[Plain]:
    """Draw an employer, as ``citizens`` draws a person."""
    return _drawn(rulebook, item, as_of, whole, _employer)


def cases(
    rulebook: Rulebook | None = None,
    item: str | None = None,
    *,
    as_of: dt.date | None = None,
    whole: bool | None = None,
    outcome: Outcome | None = None,
) -> st.SearchStrategy[Plain]:
    """Draw a case of an item (any item unless given), as JSON would have it; ``decide`` reads it.

    ``as_of`` and ``whole`` are drawn unless given, see ``days`` and ``citizens``. Every case is readable
    (``read_case`` raises nothing) and no record lies after its day. What is told may still contradict itself
    in a way that only a rule can see; ``decide`` then raises ``CaseError`` and nothing else.

    With an ``outcome``, only cases that end so are drawn: a worked example that does, changed step by step in
    ways that keep its outcome. Its day and how much it tells are its own, so ``as_of`` and ``whole`` cannot be
    given. Raises ``ValueError`` that names the outcomes of the examples if no example with a case ends so.
    """
    if outcome is not None:
        if as_of is not None or whole is not None:
            raise ValueError("as_of", "whole")
        return cases_ending(rulebook or builtin(), item, outcome)
    return _drawn(rulebook, item, as_of, whole, _case)


def told_value(value: Value, fact: FactDef) -> Any:
    """Return a known value of a fact as a case tells it by the fact's name."""
    if isinstance(value, frozenset):
        return sorted(value)
    return value if isinstance(value, (bool, int)) and fact.type.kind != "money" else show(value, fact.type)


# --- how they are drawn -------------------------------------------------------------------------------------


@st.composite
def _drawn(
    draw: st.DrawFn,
    rulebook: Rulebook | None,
    item: str | None,
    as_of: dt.date | None,
    whole: bool | None,  # noqa: FBT001 - a value that is handed on
    make: Callable[[Setting], Plain],
) -> Plain:
    book = rulebook or builtin()
    name = item or draw(st.sampled_from(book.item_ids))
    day = as_of or draw(days(book, name))
    everything = whole if whole is not None else draw(st.booleans())
    return make(Setting(draw, book, edges(book, name), day, whole=everything))


def _citizen(setting: Setting) -> Plain:
    drawer = Drawer(setting)
    born = _birth_date(setting)
    sex: str = setting.choice(("female", "male"))
    setting.earliest = max(setting.earliest, born)
    setting.anchor(add_months(born, age) for age in setting.edges.ages)
    given: Plain = {"birth_date": born if setting.tells() else None, "sex": sex if setting.tells() else None}
    classes = next(field.of for field in plan(Citizen) if field.name == _OF_SEX)
    own = [one for one in classes if one.startswith(f"{sex}_")]
    given[_OF_SEX] = setting.choice(own) if setting.tells() else None
    person = drawer.model(Citizen, given)
    if setting.choice((False, False, True)):
        person["documents"] = [draw_resident_id(setting, born, sex)]
    return person


def _birth_date(setting: Setting) -> dt.date:
    """Draw a day of birth: such that an age of the rules is reached on the day, the day before or after."""
    if setting.edges.ages and setting.yes():
        reached = setting.day(add_months(setting.as_of, -60))
        born = (
            add_months(reached, -setting.choice(setting.edges.ages)) + setting.choice((0, -1, 1)) * _ONE_DAY
        )
        return min(setting.as_of, max(setting.earliest, born))
    return setting.day()


def _employer(setting: Setting) -> Plain:
    firm = Drawer(setting).model(Employer, {})
    if setting.choice((False, False, True)):
        firm["uscc"] = draw_uscc(setting)
    return firm


def _case(setting: Setting) -> Plain:
    shape = setting.edges.item.shape
    kind = setting.choice(shape.serves)
    applicant = _citizen(setting) if kind == "citizen" else _employer(setting)
    drawer = Drawer(setting)
    applied = setting.day(add_months(setting.as_of, -24)) if setting.tells() else None
    given = {"item": shape.item, "as_of": setting.as_of, "applicant": applicant, "applied_on": applied}
    case = drawer.model(
        Case, {**given, "events": None, "move": drawer.model(Move, {}) if setting.tells() else None}
    )
    events = _events(setting, applied)
    if events:
        case["events"] = events
    case["facts"] = {fact.name: _told(setting, fact) for fact in setting.edges.told if setting.tells()}
    return {"item": shape.item, "as_of": plain(setting.as_of), "applicant": applicant, **case}


def _events(setting: Setting, applied: dt.date | None) -> list[Plain]:
    """Draw the first steps of the item as done, one after the other."""
    steps = list(dict.fromkeys(step.id for step in setting.edges.item.shape.steps if step.id != APPLY))
    found: list[Plain] = []
    day = applied or add_months(setting.as_of, -12)
    for step in steps:
        if not setting.choice((False, False, True)):
            break
        day = setting.day(day, setting.as_of)
        found.append({"step": step, "on": plain(day)})
    return found


def _told(setting: Setting, fact: FactDef) -> Any:
    type_ = fact.type
    if type_.optional and setting.yes():
        return told_value(NONE, fact)
    match type_.kind:
        case "bool":
            return setting.yes()
        case "enum":
            return setting.choice(type_.values or ())
        case "set":
            return [one for one in type_.values or () if setting.yes()]
        case "place":
            return (
                provinces_of(setting.rulebook, setting.as_of)[0]
                if type_.level == "province"
                else setting.place()
            )
        case "text":
            return setting.choice(type_.values) if type_.values else setting.street()
        case "date":
            return told_value(_within(setting.day_told(), fact), fact)
        case "month":
            return told_value(_within(Month.of(setting.day_told()), fact), fact)
    few = setting.edges.fen if type_.kind == "money" else setting.edges.numbers
    near = [
        one for edge in (*_FEW, *few) for one in around(edge) if type_.kind != "rate" and type_.admits(one)
    ]
    return told_value(setting.choice(near), fact) if near else setting.choice(("0", "0.5", "1"))


def _within(value: Any, fact: FactDef) -> Any:
    """Return a day or month moved into the bounds of its fact."""
    low, high = fact.type.low, fact.type.high
    value = max(value, low) if low is not None else value
    return min(value, high) if high is not None else value
