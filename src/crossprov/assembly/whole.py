"""The whole decision, from the answers of its tables.

What may need the case, or may refuse it, is done at once (``Assembly``): the outcome, what is missing, the
offices, the days. What only puts the findings into words waits until it is read (``Findings``).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from crossprov._errors import internal_fault
from crossprov.assembly import reasons
from crossprov.assembly.offices import COMPETENT, OfficeFinder, OfficeShower, office_needs
from crossprov.assembly.outcome import outcome
from crossprov.assembly.show import Shower, text_of, wording_of
from crossprov.assembly.steps import Clocks, Counting, Plan
from crossprov.assembly.upshot import are_settled, by_kind, upshot_of
from crossprov.decision import Decision

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crossprov.assembly.answers import Answer
    from crossprov.assembly.offices import Found
    from crossprov.assembly.reasons import WouldDo
    from crossprov.assembly.stretches import Answers, Prepared
    from crossprov.decision import (
        AmountShown,
        Conclusion,
        IntakeShown,
        MadeBy,
        MaterialShown,
        Missing,
        Notice,
        OfficeShown,
        Outcome,
        Reason,
        StepShown,
    )
    from crossprov.facts.book import FactBook, KnownFacts
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.values import Need

_GOES_ON: Final = frozenset({"eligible", "needs_information", "refer_to_person"})


class Assembly:
    """Puts the answers of one case together. ``limits_on`` returns the limits in force on a day."""

    def __init__(
        self,
        rulebook: Rulebook,
        book: FactBook,
        prepared: Prepared,
        answered: Answers,
        limits_on: Callable[[dt.date], Prepared],
        counting: Counting,
    ) -> None:
        self.rulebook, self.book, self.wording = rulebook, book, wording_of(rulebook, book.item)
        self.answers, self._own = answered.answers, answered.own
        self.upshot = upshot_of(prepared, answered, book.item, self.wording, counting, book.law_on)
        finder, answers = OfficeFinder(rulebook, book), self.answers
        self.offices = {role: finder.role(role, answers[table]) for role, table in self.upshot.offices}
        self.windows = {rule: finder.window(answers[table]) for rule, table in self.upshot.windows}
        clocks = Clocks(self.upshot.plan, limits_on, book, counting)
        self.plan = Plan(self.upshot.plan, clocks)
        self.further = clocks.needs

    def decision(self, made_by: MadeBy) -> Decision:
        """Return the decision."""
        result, needs = self.outcome()
        near_misses = {
            table.name: reasons.near_misses(self.answers[table.name], table.evaluate, self.book)
            for table in self.upshot.failed
        }
        reasons.ask_for_named(self.upshot.named, self.book, self.wording)
        findings = Findings(self, self.book.known(), result, needs, near_misses)
        item, name = self.book.item.id, self.wording.name
        return Decision.told_by(findings, item=item, name=name, outcome=result, made_by=made_by)

    def outcome(self) -> tuple[Outcome, frozenset[Need]]:
        """Return the outcome and everything that would have to be known for the decision to be whole."""
        further = self.further
        for name, office in self.offices.items():
            further |= office_needs(office, self.answers[f"office:{name}"])
        found, no_office = self.upshot.outcome, lacks_office(self.offices)
        if found is None or further or no_office or not are_settled(self._own):
            found = outcome(by_kind(self.answers.values()), further, no_office=no_office)
        result, needs = found
        if result == "needs_information" and not any(
            reasons.is_question(one, self.rulebook) for one in needs
        ):
            return "refer_to_person", needs  # only the rules could know more, and nobody can tell them
        return result, needs


class Findings:
    """What was found out of a case, each part put into words when it is asked for.

    It keeps answers, facts, days and the rulebook, and neither the case nor any record of it.
    """

    def __init__(
        self,
        found: Assembly,
        facts: KnownFacts,
        result: Outcome,
        needs: frozenset[Need],
        near_misses: Mapping[str, WouldDo],
    ) -> None:
        self._rulebook, self._item = found.rulebook, found.book.item
        self._answers, self._plan = found.answers, found.plan
        self._offices: Mapping[str, Found] = found.offices
        self._windows: Mapping[str, Found | None] = found.windows
        self._facts, self._needs, self._near_misses = facts, needs, near_misses
        self._goes_on = result in _GOES_ON

    def part(self, name: str) -> object:
        """Return the part of the decision that has this name; raise ``InternalFaultError`` if a rule breaks."""
        try:
            return getattr(self, name)()
        except Exception as error:
            raise internal_fault(error) from None

    def reasons(self) -> tuple[Reason, ...]:
        """Return the requirements that concern the case, each with what decided it."""
        near, shower = self._near_misses, self._shower
        requirements = [one for one in self._of("requirement") if not one.beyond]
        return tuple([reasons.reason(one, near.get(one.source.name, ()), shower) for one in requirements])

    def conclusions(self) -> tuple[Conclusion, ...]:
        """Return what the decision tables concluded."""
        return tuple([reasons.conclusion(one, self._shower) for one in self._of("conclusion")])

    def competent(self) -> OfficeShown | None:
        """Return the office that decides."""
        return self._roles.get(COMPETENT)

    def roles(self) -> tuple[OfficeShown, ...]:
        """Return the other offices that act."""
        return tuple([office for name, office in self._roles.items() if name != COMPETENT])

    def intake(self) -> tuple[IntakeShown, ...]:
        """Return who may take the case in."""
        show = OfficeShower(self._rulebook, self._shower).intake
        windows = self._windows
        return tuple([show(one, windows.get(one.source.id), self._roles) for one in self._open("intake")])

    def steps(self) -> tuple[StepShown, ...]:
        """Return the steps in order, with their days."""
        return self._plan.shown(self._shower, self._division) if self._goes_on else ()

    def materials(self) -> tuple[MaterialShown, ...]:
        """Return the papers to be shown."""
        open_ = self._open("material") if self._goes_on else ()
        return tuple([reasons.paper(one, self._shower) for one in open_])

    def not_required(self) -> tuple[MaterialShown, ...]:
        """Return the papers that nobody may ask for."""
        return tuple([reasons.paper(one, self._shower) for one in self._of("not_required") if one.truth])

    def amounts(self) -> tuple[AmountShown, ...]:
        """Return the sums of money that are known."""
        found = self._of("amount") if self._goes_on else ()
        return tuple([shown for one in found if (shown := reasons.amount(one, self._shower))])

    def fee(self) -> AmountShown | None:
        """Return what the service costs."""
        return reasons.fee(self._item.shape, self._shower)

    def missing(self) -> tuple[Missing, ...]:
        """Return what would have to be told."""
        return tuple(reasons.missing(self._needs, self._shower))

    def notices(self) -> tuple[Notice, ...]:
        """Return what the reader must know besides, each once."""
        return tuple(dict.fromkeys(self._notices()))

    def _notices(self) -> Iterator[Notice]:
        yield from reasons.notices(self._answers, self._shower)
        yield from reasons.readings_of_facts(self._shower)
        yield from reasons.gaps(self._needs, self._shower)
        if self._goes_on and lacks_office(self._offices):
            yield OfficeShower(self._rulebook, self._shower).nowhere(self._answers.get(f"office:{COMPETENT}"))

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Answer]]:
        return by_kind(self._answers.values())

    @cached_property
    def _shower(self) -> Shower:
        return Shower(self._rulebook, self._item, self._facts)

    @cached_property
    def _roles(self) -> Mapping[str, OfficeShown]:
        show = OfficeShower(self._rulebook, self._shower).role
        return {name: show(name, self._answers[f"office:{name}"], one) for name, one in self._offices.items()}

    def _division(self, actor: str) -> str | None:
        office = self._offices.get(actor)
        return office.division if office is not None else None

    def _of(self, kind: str) -> Sequence[Answer]:
        return self._by_kind.get(kind, ())

    def _open(self, kind: str) -> list[Answer]:
        """Return the rules of a kind that apply or may apply."""
        return [answer for answer in self._of(kind) if answer.truth is not False]


def lacks_office(offices: Mapping[str, Found]) -> bool:
    """Tell whether no office could decide, whatever else is told.

    Where a rule states that nobody is to decide, that is an answer.
    """
    found = offices.get(COMPETENT)
    return found is None or found.is_nowhere


def out_of_scope(item: Item, notice: Notice, made_by: MadeBy) -> Decision:
    """Return the decision that an item has no rules for this day or this kind of applicant."""
    name, result = text_of(item.shape.name), "out_of_scope"
    nothing: tuple[Any, ...] = ()
    return Decision(
        item=item.id,
        name=name,
        outcome=cast("Outcome", result),
        reasons=nothing,
        conclusions=nothing,
        competent=None,
        roles=nothing,
        intake=nothing,
        steps=nothing,
        materials=nothing,
        not_required=nothing,
        amounts=nothing,
        fee=None,
        missing=nothing,
        notices=(notice,),
        made_by=made_by,
    )
