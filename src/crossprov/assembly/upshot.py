"""What follows from the answers of the tables alone: the same for all cases whose answers are the same.

It holds answers that many cases share, and the names of tables for those that each case has of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crossprov.assembly.memory import UPSHOT
from crossprov.assembly.outcome import outcome
from crossprov.assembly.reasons import named_in_texts
from crossprov.assembly.steps import Outline

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from crossprov.assembly.answers import Answer
    from crossprov.assembly.show import Wording
    from crossprov.assembly.steps import Counting
    from crossprov.assembly.stretches import Answers, Prepared
    from crossprov.decision import Outcome
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import Intake
    from crossprov.values import Need


class Upshot:
    """What the answers of one case, and of all that were led the same way, say without it.

    ``offices`` and ``windows`` are the tables of the roles, and of the intake rules that may name a window where
    the applicant is. ``failed`` are the requirements that certainly do not hold. ``named`` are the facts that
    texts of the decision name. ``outcome`` is what follows, and its needs, if neither the answers that a case
    has of its own nor offices and days leave anything open.
    """

    def __init__(
        self,
        prepared: Prepared,
        answers: Answers,
        item: Item,
        wording: Wording,
        counting: Counting,
        law_on: dt.date,
    ) -> None:
        found = by_kind(answers.answers.values())
        self.offices = tuple((one.source.id, one.source.name) for one in found.get("office", ()))
        self.windows = tuple(
            (one.source.id, one.source.name) for one in found.get("intake", ()) if _may_be_a_window(one)
        )
        self.failed = tuple(
            table
            for table in prepared
            if table.kind == "requirement" and answers.answers[table.name].truth is False
        )
        self.plan = Outline(item, found.get("step", ()), found.get("limit", ()), wording, counting)
        self.named = tuple(named_in_texts(answers.answers, wording, law_on))
        self.outcome: tuple[Outcome, frozenset[Need]] | None = None
        if are_settled(answers.own):
            self.outcome = outcome(found, frozenset())


def upshot_of(
    prepared: Prepared, answers: Answers, item: Item, wording: Wording, counting: Counting, law_on: dt.date
) -> Upshot:
    """Return the upshot of answers; that of cases that were led the same way is made once."""
    by = answers.by
    found = by.upshots.get(answers.ends) if by is not None else None
    if found is None:
        found = Upshot(prepared, answers, item, wording, counting, law_on)
        if by is not None:
            by.upshots[answers.ends] = found
            by.add(UPSHOT)
    return found


def by_kind(answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    """Return answers by the kind of their tables."""
    found: dict[str, list[Answer]] = {}
    for answer in answers:
        found.setdefault(answer.source.kind, []).append(answer)
    return found


def are_settled(answers: Iterable[Answer]) -> bool:
    """Tell whether answers leave nothing to the outcome: those that do not only inform are known, by no person."""
    return not any((one.open_ or one.refers) and not one.source.informative for one in answers)


def _may_be_a_window(answer: Answer) -> bool:
    rule = cast("Intake", answer.source.rows[0].rule)
    return answer.truth is not False and rule.at is None and rule.function is not None
