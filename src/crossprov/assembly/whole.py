"""The whole decision, from the answers of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from crossprov.assembly import reasons
from crossprov.assembly.offices import OfficeFinder, office_needs
from crossprov.assembly.outcome import outcome
from crossprov.assembly.show import Shower, text_of
from crossprov.assembly.steps import Counting, Plan
from crossprov.decision import Decision

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from crossprov.assembly.answers import Answer, Prepared
    from crossprov.decision import MadeBy, Notice, OfficeShown, Outcome, Reason
    from crossprov.facts.book import FactBook
    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.values import Need

COMPETENT: Final = "competent"
_GOES_ON: Final = frozenset({"eligible", "needs_information", "refer_to_person"})


class Assembly:
    """Puts the answers of one case together. ``limits_on`` returns the limits in force on a day."""

    def __init__(
        self,
        rulebook: Rulebook,
        book: FactBook,
        prepared: Prepared,
        answers: Mapping[str, Answer],
        limits_on: Callable[[dt.date], Prepared],
        counting: Counting,
    ) -> None:
        self.book, self.prepared, self.answers = book, prepared, answers
        self.item = book.item
        self.shower = Shower(rulebook, self.item, book)
        self.finder = OfficeFinder(rulebook, self.shower, book)
        self._by_kind: dict[str, list[Answer]] = {}
        for answer in answers.values():
            self._by_kind.setdefault(answer.source.kind, []).append(answer)
        self.offices = {one.source.id: self.finder.role(one.source.id, one) for one in self._of("office")}
        self.plan = Plan(answers, limits_on, book, self.shower, counting)

    def decision(self, made_by: MadeBy) -> Decision:
        """Return the decision."""
        shower, shape = self.shower, self.item.shape
        result, needs = self._outcome()
        goes_on = result in _GOES_ON
        roles = [office for name, office in self.offices.items() if name != COMPETENT]
        return Decision(
            item=self.item.id,
            name=text_of(shape.name),
            outcome=result,
            reasons=self._reasons(),
            conclusions=tuple(reasons.conclusion(one, shower) for one in self._of("conclusion")),
            competent=self.offices.get(COMPETENT),
            roles=tuple(roles),
            intake=tuple(self.finder.intake(one, self.offices) for one in self._open("intake")),
            steps=self.plan.shown(self._division) if goes_on else (),
            materials=tuple(reasons.paper(one, shower) for one in self._open("material") if goes_on),
            not_required=tuple(reasons.paper(one, shower) for one in self._of("not_required") if one.truth),
            amounts=tuple(
                shown for one in self._of("amount") if goes_on and (shown := reasons.amount(one, shower))
            ),
            fee=reasons.fee(shape, shower),
            missing=tuple(reasons.missing(needs, shower)),
            notices=tuple(dict.fromkeys(self._notices(needs))),
            made_by=made_by,
        )

    def _outcome(self) -> tuple[Outcome, frozenset[Need]]:
        """Return the outcome and everything that would have to be known for the decision to be whole."""
        further = self.plan.needs
        for name, office in self.offices.items():
            further |= office_needs(office, self.answers[f"office:{name}"])
        result, needs = outcome(self._by_kind, further)
        if result == "needs_information" and not tuple(reasons.missing(needs, self.shower)):
            return "refer_to_person", needs  # only the rules could know more, and nobody can tell them
        return result, needs

    def _notices(self, needs: frozenset[Need]) -> list[Notice]:
        shower = self.shower
        return [
            *reasons.notices(self.answers, shower),
            *reasons.readings_of_facts(shower),
            *reasons.gaps(needs, shower),
        ]

    def _of(self, kind: str) -> list[Answer]:
        return self._by_kind.get(kind, [])

    def _open(self, kind: str) -> list[Answer]:
        """Return the rules of a kind that apply or may apply."""
        return [answer for answer in self._of(kind) if answer.truth is not False]

    def _division(self, actor: str) -> str | None:
        office: OfficeShown | None = self.offices.get(actor)
        return office.division if office is not None else None

    def _reasons(self) -> tuple[Reason, ...]:
        evaluators = {table.name: table.evaluate for table in self.prepared}
        return tuple(
            reasons.reason(answer, evaluators[answer.source.name], self.shower)
            for answer in self._of("requirement")
        )


def out_of_scope(item: Item, notice: Notice, made_by: MadeBy) -> Decision:
    """Return the decision that an item has no rules for this day or this kind of applicant."""
    name, result = text_of(item.shape.name), "out_of_scope"
    return Decision(
        item.id,
        name,
        cast("Outcome", result),
        (),
        (),
        None,
        (),
        (),
        (),
        (),
        (),
        (),
        None,
        (),
        (notice,),
        made_by,
    )
