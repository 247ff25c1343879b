"""What must hold of every decision: assertions that raise ``AssertionError`` and say what does not hold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final, NoReturn

from crossprov._errors import default_language
from crossprov.decide import builtin
from crossprov.decision import Conclusion, Due, LawRef, MadeBy, Reason
from crossprov.models.base import PERSONAL
from crossprov.rulebook.law import in_force
from crossprov.texts import both

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from crossprov.decision import Decision, OfficeShown
    from crossprov.rulebook.book import Rulebook

_ASKS: Final = "needs_information"
_NOT_COMPARED: Final = {
    (MadeBy, "engine"), (Reason, "facts"), (Reason, "near_misses"), (Conclusion, "facts"),
}  # fmt: skip
_NAMES: Final = ("id", "code", "limit", "role", "name")


def assert_no_other_answer(less: Decision, full: Decision) -> None:
    """Assert that a decision made knowing less than another gives no other answer.

    A question may open, and it must then be named. An outcome, a conclusion or an office that is still given
    must be that of the full knowledge, and that of the full knowledge must be among what is still possible.
    """
    if less.outcome not in (full.outcome, _ASKS):
        fail("finding.outcome_changed", full=full.outcome, less=less.outcome)
    if less.outcome == _ASKS and not less.missing:
        fail("finding.nothing_missing")
    truth = {one.name: one for one in full.conclusions}
    for one in less.conclusions:
        if one.name not in truth:
            fail("finding.conclusion_changed", name=one.name, full="–", less=_concluded(one))
        _compare_conclusions(one, truth[one.name])
    offices = {office.role: office for office in _offices(full)}
    for office in _offices(less):
        known = offices[office.role].division if office.role in offices else "–"
        if office.division is not None and office.division != known:
            fail("finding.office_changed", name=office.role, full=known, less=office.division)


def _compare_conclusions(less: Conclusion, full: Conclusion) -> None:
    if less.known or less.refer:
        if (less.value, less.refer) != (full.value, full.refer):
            said = {"full": _concluded(full), "less": _concluded(less)}
            fail("finding.conclusion_changed", name=less.name, **said)
    elif full.value is not None and not less.others and full.value not in less.possible:
        fail("finding.conclusion_excluded", name=less.name, full=full.value, less=", ".join(less.possible))


def _concluded(one: Conclusion) -> str:
    return "refer_to_person" if one.refer else str(one.value)


def _offices(decision: Decision) -> Iterator[OfficeShown]:
    yield from (office for office in (decision.competent, *decision.roles) if office is not None)


def assert_same_answer(one: Decision, other: Decision) -> None:
    """Assert that two decisions say the same, whatever engine made them.

    Not compared is which facts are shown beside a reason, and the near misses among them: an engine shows those
    that it had to look at.
    """
    _fail_at(next(_differences("decision", one, other), None))


def _differences(path: str, one: Any, other: Any) -> Iterator[tuple[str, object, object]]:
    """Yield every place in which two parts of decisions differ."""
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        for field in dataclasses.fields(one):
            if (type(one), field.name) not in _NOT_COMPARED:
                below = getattr(one, field.name), getattr(other, field.name)
                yield from _differences(f"{path}.{field.name}", *below)
    elif type(one) is tuple and type(other) is tuple and len(one) == len(other):
        for index, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{path}[{index}]", first, second)
    elif one != other:
        yield path, one, other


def _fail_at(difference: tuple[str, object, object] | None) -> None:
    if difference is not None:
        path, full, less = difference
        fail("finding.answer_differs", name=path, full=full, less=less)


def assert_same_offices(one: Decision, other: Decision) -> None:
    """Assert that two decisions have one outcome, one competent office and the same offices in all other roles."""
    for name in ("outcome", "competent", "roles"):
        _fail_at(next(_differences(name, getattr(one, name), getattr(other, name)), None))


def assert_law_in_force(decision: Decision, rulebook: Rulebook | None = None) -> None:
    """Assert that every law a decision cites is in force on its day.

    That is the day of the law of the decision, and for a time limit the day on which its clock starts.
    """
    instruments = (rulebook or builtin()).instruments
    for name, law, day in citations(decision):
        found = instruments.cite(law.citation).instrument
        if found is not None and not in_force(found.from_, found.through, day):
            fail("finding.law_not_in_force", name=name, law=law.citation, day=day)


def citations(decision: Decision) -> Iterator[tuple[str, LawRef, dt.date]]:
    """Yield every citation of a decision: what cites it, the law, and the day on which it must be in force."""
    due = {step.id: step.due_on for step in decision.steps}
    law_on = decision.made_by.law_on
    for shown in _everything(decision):
        name = next((str(getattr(shown, key)) for key in _NAMES if hasattr(shown, key)), "")
        day = (shown.started_on or due.get(shown.starts_with) or law_on) if isinstance(shown, Due) else law_on
        yield from ((name, law, day) for law in getattr(shown, "law", ()))


def _everything(shown: Any) -> Iterator[Any]:
    if isinstance(shown, tuple):
        for one in shown:
            yield from _everything(one)
    elif dataclasses.is_dataclass(shown) and not isinstance(shown, LawRef):
        yield shown
        for field in dataclasses.fields(shown):
            yield from _everything(getattr(shown, field.name))


def assert_due_in_order(*decisions: Decision) -> None:
    """Assert that no time limit ends before it starts, and that of two equal ones the later start ends later.

    Equal are limits of one rule with one length, in whichever of the decisions.
    """
    seen: dict[tuple[str, str, int, str], list[Due]] = {}
    for decision in decisions:
        for step in decision.steps:
            for due in step.due:
                seen.setdefault((step.id, due.limit, due.length, due.unit), []).append(due)
    for (step_id, limit, *_), some in seen.items():
        known = [
            (one.started_on, one.day) for one in some if one.started_on is not None and one.day is not None
        ]
        latest: dt.date | None = None
        for start, day in sorted(known):
            if day < start:
                fail("finding.due_before_start", name=step_id, limit=limit, day=day, start=start)
            if latest is not None and day < latest:
                fail("finding.due_goes_back", name=step_id, limit=limit, day=day, start=start)
            latest = day


def assert_nothing_personal(decision: Decision, case: Mapping[str, Any]) -> None:
    """Assert that no name and no number that identifies the applicant comes back in a decision."""
    told = f"{decision.to_json()}\n{decision!r}"
    for field, value in _personal(case.get("applicant")):
        if value in told:
            fail("finding.personal_shown", name=field)  # and never the value itself


def _personal(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text that stands under a personal field, or inside one."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _personal(one, key if key in PERSONAL else "")
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _personal(one)
    elif field and isinstance(value, str) and value:
        yield field, value


def fail(key: str, **said: object) -> NoReturn:
    """Raise ``AssertionError`` with a text of the findings."""
    raise AssertionError(both(key, **said).in_(default_language()))
