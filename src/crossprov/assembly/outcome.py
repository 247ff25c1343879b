"""The outcome of a case, from its requirements and from what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.rulebook.schema import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crossprov.assembly.answers import Answer
    from crossprov.decision import Outcome
    from crossprov.values import Need

PRECEDENCE: Final[tuple[Outcome, ...]] = ("out_of_scope", "ineligible", "refer_to_person")

# Neither can change what is decided, so nobody is asked for the facts they would need.
_NO_ANSWER: Final = frozenset({"requirement", "notice", "not_required"})


def outcome_of_requirement(answer: Answer) -> Outcome:
    """Return what follows if the requirement does not hold."""
    rule = answer.source.rows[0].rule
    assert isinstance(rule, Requirement)
    return rule.else_


def outcome(
    answers: Mapping[str, Sequence[Answer]], further: frozenset[Need], *, no_office: bool = False
) -> tuple[Outcome, frozenset[Need]]:
    """Return the outcome of the answers, by kind of table, and what would have to be known for it.

    ``further`` is what offices and time limits would need beyond the tables. ``no_office``: the directory of
    offices has none that could decide, whatever else is told. Tables that only inform are shown as open where they
    are, and leave the outcome alone.

    An outcome is certain only if no unknown requirement could still give one of higher precedence:
    knowing more may settle a case, it must never turn an answer into another.
    """
    requirements = answers.get("requirement", ())
    others = [
        answer
        for kind, several in answers.items()
        if kind not in _NO_ANSWER
        for answer in several
        if not answer.source.informative
    ]
    possible: list[Outcome] = []
    needs: frozenset[Need] = frozenset()
    by_rank: dict[Outcome, list[Answer]] = {}
    for answer in requirements:
        by_rank.setdefault(outcome_of_requirement(answer), []).append(answer)
    for rank in PRECEDENCE:
        here = by_rank.get(rank, [])
        open_ = [answer for answer in here if answer.truth is None and not answer.refers]
        needs |= _needs(open_)
        certain = any(answer.truth is False for answer in here)
        if rank == "refer_to_person":
            certain = certain or no_office or any(answer.refers for answer in [*requirements, *others])
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
    return frozenset().union(*[answer.needs for answer in answers if answer.needs])
