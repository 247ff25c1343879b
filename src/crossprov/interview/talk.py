"""The interview as an object: what is asked next, what was answered, and what it amounts to."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov.assembly.show import Shower
from crossprov.changes import changes_of
from crossprov.decide import builtin, guarded, read_case
from crossprov.decision import as_plain
from crossprov.facts.book import told_fact
from crossprov.interview import telling
from crossprov.interview.order import choose
from crossprov.interview.question import Question, ask_fact, ask_records
from crossprov.interview.state import FORMAT, read_state
from crossprov.interview.why import why
from crossprov.look import OPEN, Look
from crossprov.texts import Text, both

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.changes import ChangeSet
    from crossprov.decision import Decision, Missing
    from crossprov.interview.telling import Plain
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """An answer: the fact, what it is called, the answer as JSON, and in words. None: it is not known."""

    fact: str
    label: Text
    value: Any
    shown: Text

    def __repr__(self) -> str:
        return f"Answered({self.fact!r}, …)"


_Answers = tuple[tuple[str, Any], ...]


class Interview:
    """Asks for what can still change the decision of a case, and for nothing else.

    It never changes: each answer gives another one. ``state`` is all of it as plain JSON, so a service needs to
    keep nothing between two questions. What is answered becomes a part of ``case``, and ``decision`` is what
    ``decide`` says of that; "I do not know" is an answer to every question.
    """

    rules_changed: bool = False
    """Whether this was resumed under other rules than it was left under; said once, by what ``resume`` returns."""

    dropped: tuple[str, ...] = ()
    """The facts whose answers the present rules did not take any more, when it was resumed."""

    def __init__(self, law: Rulebook, start: Plain, answers: _Answers) -> None:
        """Do not call this; ``start`` and ``resume`` read what they are given."""
        self._law, self._start, self._answers = law, start, answers

    @classmethod
    def start(
        cls,
        item: str,
        rulebook: Rulebook | None = None,
        *,
        as_of: dt.date | None = None,
        case: Case | Mapping[str, object] | str | bytes | None = None,
    ) -> Interview:
        """Begin an interview about an item, by its id or official code, on a day (today in Beijing).

        ``case`` is what is known already; it need name neither the item nor the applicant. Raises
        ``UnknownItemError``, and ``CaseError`` for a case that cannot be read.
        """
        law = rulebook or builtin()
        found = law.item(item)
        told = _plain(case)
        day = as_of or told.get("as_of") or calendar.today()
        start = _whole(found, told, day)
        return _decided(cls(law, start, _NO_ANSWERS))

    @classmethod
    def resume(cls, state: Mapping[str, object] | str | bytes, rulebook: Rulebook | None = None) -> Interview:
        """Go on with an interview where ``state`` left it.

        Under other rules than it was begun under (``rules_changed``), answers that the rules do not take any
        more are left out and named in ``dropped``. Raises ``CaseError`` for what is no state.
        """
        law, read = rulebook or builtin(), read_state(state)
        begun = _decided(cls(law, _whole(law.item(read.item), read.start, read.as_of), _NO_ANSWERS))
        answers = tuple((one.fact, one.value) for one in read.answers)
        left = {"rulebook": read.rulebook, "rulebook_hash": read.rulebook_hash, "language": read.language}
        go_on = cls._with_all if left == _made_by(law) else cls._as_far_as_possible
        return go_on(begun, answers)

    # --- asking ------------------------------------------------------------------------------------------------

    @cached_property
    def question(self) -> Question | None:
        """The next question; None if nothing that could be asked would change the answer."""
        open_ = self._open
        if not open_:
            return None
        with guarded():
            chosen, why_now = choose(self._look, open_, self._cannot_ask)
            reasons = why(self._look, chosen.fact)
        known = self._law.vocabulary.facts.get(chosen.fact)
        if known is not None:
            return ask_fact(known, chosen, reasons, why_now, len(open_))
        record = telling.record_of(telling.path_of(self._law, chosen.fact))
        shape = self._law.vocabulary.records[chosen.fact].shape
        return ask_records(shape, record, chosen, reasons, why_now, len(open_))

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to ask."""
        return not self._open

    @property
    def settled(self) -> bool:
        """Whether the outcome stands already; what is still asked only fills in details."""
        return self.decision.outcome != OPEN

    @cached_property
    def _open(self) -> tuple[Missing, ...]:
        return tuple(one for one in self._look.open if not self._cannot_ask(one.fact))

    def _cannot_ask(self, fact: str) -> bool:
        """Return whether nobody can be asked for this, or somebody was."""
        if not telling.can_be_told(self._law, fact, self._applicant):
            return True
        return telling.path_of(self._law, fact) in self._asked

    @cached_property
    def _asked(self) -> frozenset[tuple[str, ...]]:
        return frozenset(telling.path_of(self._law, fact) for fact, _ in self._answers)

    # --- answering ---------------------------------------------------------------------------------------------

    def answer(self, value: object) -> Interview:
        """Return the interview with the question answered, as JSON would have the answer; None: not known.

        Raises ``CaseError`` that says what an answer should be, or with what it does not fit, and
        ``ValueError`` if there is no question.
        """
        if self.question is None:
            raise ValueError("there is no question to answer")
        fact, told = self.question.fact, telling.in_json(value)
        self._check(fact, told)
        return self._with((*self._answers, (fact, told)))

    def dont_know(self) -> Interview:
        """Return the interview with the question left open for good."""
        return self.answer(None)

    def back(self) -> Interview:
        """Return the interview before the last answer; at its beginning, itself."""
        return self._with(self._answers[:-1])

    def back_to(self, fact: str) -> Interview:
        """Return the interview before a fact was answered; raise ``KeyError`` if it was not."""
        for place, (name, _) in enumerate(self._answers):
            if name == fact:
                return self._with(self._answers[:place])
        raise KeyError(fact)

    def _with(self, answers: _Answers) -> Interview:
        return _decided(Interview(self._law, self._start, answers))

    def _with_all(self, answers: _Answers) -> Interview:
        """Return the interview with answers; raise ``CaseError`` if one of them is none."""
        for fact, value in answers:
            self._check(fact, value)
        return self._with(answers)

    def _as_far_as_possible(self, answers: _Answers) -> Interview:
        """Return the interview with those of some answers that the rules still take."""
        here, kept, dropped = self._with(()), _NO_ANSWERS, list[str]()
        for fact, value in answers:
            try:
                self._check(fact, value)
                here = self._with((*kept, (fact, value)))
                kept = (*kept, (fact, value))
            except CaseError:
                dropped.append(fact)
        here.rules_changed, here.dropped = True, tuple(dropped)
        return here

    def _check(self, fact: str, value: object) -> None:
        """Raise ``CaseError`` if the rules do not ask for a fact, or if this is no value of it."""
        if not telling.can_be_told(self._law, fact, self._applicant):
            raise CaseError([Problem("fact_not_told", {"fact": fact})])
        if value is not None:
            telling.check(self._law, fact, value, self._day)

    # --- what it amounts to --------------------------------------------------------------------------------------

    @cached_property
    def case(self) -> dict[str, Any]:
        """Everything told so far as a case, as JSON would have it."""
        return telling.told(self._law, self._start, [one for one in self._answers if one[1] is not None])

    @property
    def decision(self) -> Decision:
        """The decision of what was told so far."""
        return self._look.decision

    @cached_property
    def changes(self) -> tuple[ChangeSet, ...]:
        """What would have to be different for a "no" to be none, see ``crossprov.changes``."""
        with guarded():
            return changes_of(self._look)

    @property
    def answers(self) -> tuple[Answered, ...]:
        """The answers so far, in the order in which they were given."""
        shower = Shower(self._law, self._look.item, self._look.book)
        return tuple(self._answered(fact, value, shower) for fact, value in self._answers)

    def _answered(self, fact: str, value: Any, shower: Shower) -> Answered:
        label, known = shower.label(fact), self._law.vocabulary.facts.get(fact)
        if value is None:
            return Answered(fact, label, None, both("word.unknown"))
        if known is None:
            return Answered(fact, label, value, both("form.records", n=len(value.get("records", ()))))
        return Answered(fact, label, value, shower.value(told_fact(value, known), known.type, fact))

    def state(self) -> dict[str, Any]:
        """Return all of the interview as plain JSON. It holds what the case and the answers hold."""
        start = {key: value for key, value in self._start.items() if key not in ("item", "as_of")}
        answers = [{"fact": fact, "value": value} for fact, value in self._answers]
        head = {
            "item": self._start["item"],
            "as_of": self._start["as_of"],
            "start": start,
            "answers": answers,
        }
        return {"interview": FORMAT, **_made_by(self._law), **head}

    def to_dict(self) -> dict[str, Any]:
        """Return the state and the next question as plain data, as they would be in JSON."""
        return {
            "state": self.state(),
            "item": self._start["item"],
            "finished": self.finished,
            "settled": self.settled,
            "outcome": self.decision.outcome,
            "question": as_plain(self.question),
            "answers": as_plain(self.answers),
            "rules_changed": self.rules_changed,
            "dropped": list(self.dropped),
        }

    @cached_property
    def _look(self) -> Look:
        case = read_case(self.case)
        return Look(self._law, self._law.item(case.item), case, self._day, self._day)

    @property
    def _applicant(self) -> str:
        return str(self._start["applicant"]["kind"])

    @property
    def _day(self) -> dt.date:
        return dt.date.fromisoformat(self._start["as_of"])

    def __repr__(self) -> str:
        return f"Interview({self._start['item']!r}, {len(self._answers)} answers)"


_NO_ANSWERS: Final[_Answers] = ()


def _decided(interview: Interview) -> Interview:
    """Decide at once: what cannot be a case shall be refused now, and not when somebody reads it."""
    _ = interview.decision
    return interview


def _whole(item: Item, told: Mapping[str, Any], day: object) -> Plain:
    """Return a case that says what it is for, who applies, and its day."""
    applicant = {"kind": item.shape.serves[0]}
    return {"applicant": applicant, **told, "item": item.id, "as_of": str(day)}


def _made_by(law: Rulebook) -> dict[str, Any]:
    identity = law.identity
    return {"rulebook": identity.id, "rulebook_hash": law.hash, "language": identity.language}


def _plain(case: Case | Mapping[str, object] | str | bytes | None) -> Plain:
    """Return what is told at the beginning as JSON would have it; it is read, and refused, as a case later."""
    found = telling.in_json(case.encode("utf-8", "replace") if isinstance(case, str) else case or {})
    if not isinstance(found, dict):
        raise CaseError([Problem("interview_no_object")])
    return found
