"""The outcome of a case, from its requirements and from what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from crossprov.rulebook.schema import Requirement
from crossprov.values import Need

if TYPE_CHECKING:
    from crossprov.assembly.answers import Answer
    from crossprov.decision import Outcome

PRECEDENCE: Final[tuple[Outcome, ...]] = ("out_of_scope", "ineligible", "refer_to_person")

# Neither can change what is decided, so nobody is asked for the facts they would need.
_NO_ANSWER: Final = frozenset({"requirement", "notice", "not_required"})


def outcome_of_requirement(answer: Answer) -> Outcome:
    """Return what follows if the requirement does not hold."""
    rule = answer.source.rows[0].rule
    assert isinstance(rule, Requirement)  # noqa: S101 - INVARIANT: only requirements are asked
    return rule.else_


def outcome(answers: Mapping[str, Answer], further: frozenset[Need]) -> tuple[Outcome, frozenset[Need]]:
    """Return the outcome and what would have to be known for it.

    ``further`` is what offices and time limits would need beyond the tables.

    An outcome is certain only if no unknown requirement could still give one of higher precedence:
    knowing more may settle a case, it must never turn an answer into another.
    """
    requirements = [answer for answer in answers.values() if answer.source.kind == "requirement"]
    others = [answer for answer in answers.values() if answer.source.kind not in _NO_ANSWER]
    possible: list[Outcome] = []
    needs: frozenset[Need] = frozenset()
    for rank in PRECEDENCE:
        here = [answer for answer in requirements if outcome_of_requirement(answer) == rank]
        open_ = [answer for answer in here if answer.truth is None and not answer.refers]
        needs |= _needs(open_)
        certain = any(answer.truth is False for answer in here)
        if rank == "refer_to_person":
            certain = certain or any(answer.refers for answer in [*requirements, *others])
        if certain or open_:
            possible.append(rank)
        if certain:
            break
    else:
        possible.append("eligible")
    rest = _needs(others) | further
    if len(possible) > 1:
        return "needs_information", needs | rest
    if possible == ["eligible"] and (further or any(answer.open_ for answer in others)):
        return "needs_information", rest
    return possible[0], rest if possible == ["refer_to_person"] else frozenset()


def _needs(answers: Iterable[Answer]) -> frozenset[Need]:
    return frozenset(need for answer in answers for need in answer.needs)
