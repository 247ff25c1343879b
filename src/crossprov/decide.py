"""The story of a case: records → facts → tables → decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from pydantic import ValidationError

from crossprov import calendar
from crossprov._errors import CaseError, Problem
from crossprov._version import __version__
from crossprov.assembly import reasons
from crossprov.assembly.answers import Answer, Prepared, run
from crossprov.assembly.offices import OfficeFinder, office_needs
from crossprov.assembly.outcome import outcome
from crossprov.assembly.show import Shower, text_of
from crossprov.assembly.steps import Plan, default_calendar
from crossprov.decision import Decision, MadeBy
from crossprov.engine import ENGINES
from crossprov.facts.book import FactBook, FactSources, check_told
from crossprov.facts.registry import BUILTIN
from crossprov.models import Case
from crossprov.models import problems as model_problems
from crossprov.rulebook.book import Rulebook

if TYPE_CHECKING:
    from crossprov.decision import Notice, OfficeShown, Outcome, Reason, StepShown
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.lowering import LoweredItem
    from crossprov.values import Fact

_KEPT: Final = "decider"
_WITH_STEPS: Final = frozenset({"eligible", "needs_information", "refer_to_person"})


def decide(
    case: Case | Mapping[str, object] | str | bytes,
    rulebook: Rulebook | None = None,
    *,
    item: str | None = None,
    law_on: dt.date | None = None,
    facts_on: dt.date | None = None,
) -> Decision:
    """Decide a case.

    ``case`` is a ``Case``, a dict (read as JSON would be), or JSON text. ``item`` overrides the item named in
    the case. Three days are kept apart: ``law_on`` chooses the law, ``facts_on`` the facts; both are the
    case's ``as_of`` unless given, and that is today in Beijing unless given; the day of deciding is today.

    Raises ``CaseError`` for an input that cannot be read as a case, ``UnknownItemError`` for an unknown item,
    ``RulebookError`` for rules that cannot be used. Never raises for facts that are missing: the decision
    then says which.
    """
    read = read_case(case)
    today = calendar.today()
    as_of = read.as_of or facts_on or today
    return decider(rulebook or builtin()).decide(item or read.item, read, law_on or as_of, facts_on or as_of, today)


def read_case(case: Case | Mapping[str, object] | str | bytes) -> Case:
    """Read a case; raise ``CaseError`` that names each field and what would be right, and no value."""
    if isinstance(case, Case):
        return case
    try:
        if isinstance(case, (str, bytes)):
            return Case.model_validate_json(case)
        return Case.model_validate(case)
    except ValidationError as error:
        found = [
            Problem("case_field", {"code": one.code, "expected": one.expected}, path=one.path)
            for one in model_problems(error)
        ]
        raise CaseError(found) from None


@lru_cache(maxsize=1)
def builtin() -> Rulebook:
    """Return the rulebook that comes with the library, loaded once."""
    return Rulebook.load()


def decider(rulebook: Rulebook) -> Decider:
    """Return the decider of a rulebook; it keeps what does not depend on a case."""
    found = rulebook.kept.get(_KEPT)
    if not isinstance(found, Decider):
        found = rulebook.kept[_KEPT] = Decider(rulebook)
    return found


class Decider:
    """Decides cases by one rulebook; keeps prepared tables and sources of facts for all cases."""

    def __init__(self, rulebook: Rulebook) -> None:
        if rulebook.engine not in ENGINES:
            said = {"found": rulebook.engine[:40], "expected": ", ".join(ENGINES)}
            raise CaseError([Problem("unknown_engine", said)])
        self.rulebook = rulebook
        self.engine = ENGINES[rulebook.engine]()
        self.workdays = rulebook.workdays or default_calendar()
        self.sources = FactSources(rulebook, self.workdays, (*rulebook.functions, BUILTIN))
        self._prepared: dict[int, tuple[LoweredItem, Prepared]] = {}

    def prepared(self, item: Item, day: dt.date) -> Prepared:
        """Return the tables of an item in force on a day, ready to be asked."""
        lowered = self.rulebook.lowered(item, day)
        found = self._prepared.get(id(lowered))
        if found is None:
            tables = tuple((table, self.engine.prepare(table)) for table in lowered.tables)
            found = self._prepared[id(lowered)] = (lowered, tables)
        return found[1]

    def decide(
        self,
        item_id: str,
        case: Case | None,
        law_on: dt.date,
        facts_on: dt.date,
        decided_on: dt.date,
        fixed: Mapping[str, Fact] | None = None,
    ) -> Decision:
        """Decide a case on its days; ``fixed`` facts are taken as they are, without records."""
        item = self.rulebook.item(item_id)
        made_by = self._made_by(law_on, facts_on, decided_on)
        if case is not None:
            _check_days(case, facts_on)
            check_told(case, self.rulebook)
        if not item.in_force(law_on):
            return _out_of_scope(item, reasons.not_in_force(item.shape), made_by)
        if case is not None and case.applicant.kind not in item.shape.serves:
            return _out_of_scope(item, reasons.not_served(), made_by)
        book = FactBook(self.sources, item, case, law_on, facts_on, fixed)
        prepared = self.prepared(item, law_on)
        answers = run(prepared, book)
        return _Assembly(self, item, book, prepared, answers).decision(made_by)

    def _made_by(self, law_on: dt.date, facts_on: dt.date, decided_on: dt.date) -> MadeBy:
        identity = self.rulebook.identity
        return MadeBy(
            identity.id, self.rulebook.hash, identity.language, __version__, self.engine.name,
            law_on, facts_on, decided_on,
        )  # fmt: skip


class _Assembly:
    """Puts the answers of one case together."""

    def __init__(
        self, decider: Decider, item: Item, book: FactBook, prepared: Prepared, answers: Mapping[str, Answer]
    ) -> None:
        self.decider, self.item, self.book = decider, item, book
        self.prepared, self.answers = prepared, answers
        self.shower = Shower(decider.rulebook, item, book)

    def decision(self, made_by: MadeBy) -> Decision:
        shower, answers = self.shower, self.answers
        result, needs = outcome(answers)
        finder = OfficeFinder(self.decider.rulebook, shower, self.book)
        roles = {one.source.id: finder.role(one.source.id, one) for one in self._of("office")}
        if result in _WITH_STEPS:
            office = frozenset(need for role in roles.values() for need in office_needs(role, answers[f"office:{role.role}"]))
            needs |= office
            result = "needs_information" if office and result == "eligible" else result
        gaps = tuple(reasons.gaps(needs, shower))
        if result == "needs_information" and not tuple(reasons.missing(needs, shower)):
            result = "refer_to_person"  # only the rules could know more
        with_steps = result in _WITH_STEPS
        competent = roles.pop("competent", None)
        everyone = {**roles, **({"competent": competent} if competent else {})}
        return Decision(
            item=self.item.id,
            name=text_of(self.item.shape.name),
            outcome=result,
            reasons=self._reasons(),
            conclusions=tuple(reasons.conclusion(one, shower) for one in self._of("conclusion")),
            competent=competent,
            roles=tuple(roles.values()),
            intake=tuple(finder.intake(one, everyone) for one in self._of("intake") if one.truth is not False),
            steps=self._steps(everyone) if with_steps else (),
            materials=tuple(
                reasons.paper(one, shower) for one in self._of("material") if one.truth is not False and with_steps
            ),
            not_required=tuple(reasons.paper(one, shower) for one in self._of("not_required") if one.truth),
            amounts=tuple(
                shown
                for one in self._of("amount")
                if one.truth and with_steps and (shown := reasons.amount(one, shower))
            ),
            fee=reasons.fee(self.item.shape, shower),
            missing=tuple(reasons.missing(needs, shower)),
            notices=tuple(
                dict.fromkeys(
                    [*reasons.notices(answers, shower), *reasons.readings_of_facts(shower), *gaps]
                )
            ),
            made_by=made_by,
        )

    def _of(self, kind: str) -> list[Answer]:
        return [answer for answer in self.answers.values() if answer.source.kind == kind]

    def _reasons(self) -> tuple[Reason, ...]:
        evaluators = {table.name: evaluate for table, evaluate in self.prepared}
        return tuple(
            reasons.reason(answer, evaluators[answer.source.name], self.shower)
            for answer in self._of("requirement")
        )

    def _steps(self, roles: Mapping[str, OfficeShown]) -> tuple[StepShown, ...]:
        def limits_on(day: dt.date) -> Prepared:
            return tuple(
                one for one in self.decider.prepared(self.item, day) if one[0].source.kind == "limit"
            )

        plan = Plan(self.answers, limits_on, self.book, self.shower, self.decider.workdays)
        return plan.shown(lambda actor: roles[actor].division if actor in roles else None)


def _check_days(case: Case, facts_on: dt.date) -> None:
    """What lies after the day of the facts cannot have happened yet."""
    late = [f"events[{index}].on" for index, event in enumerate(case.events) if event.on > facts_on]
    if case.applied_on is not None and case.applied_on > facts_on:
        late.append("applied_on")
    born = getattr(case.applicant, "known_birth_date", None)
    if born is not None and born > facts_on:
        late.append("applicant.birth_date")
    if late:
        raise CaseError(Problem("after_as_of", {"day": str(facts_on)}, path=path) for path in late)


def _out_of_scope(item: Item, notice: Notice, made_by: MadeBy) -> Decision:
    """The item has no rules for this day or this kind of applicant: say so."""
    name, result = text_of(item.shape.name), "out_of_scope"
    return Decision(
        item.id, name, cast("Outcome", result), (), (), None, (), (), (), (), (), (), None, (), (notice,), made_by
    )


__all__ = ["Decider", "builtin", "decide", "decider", "read_case"]
