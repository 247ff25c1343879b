"""The outcome and what is missing in columns: what ``assembly.outcome`` does for one case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from crossprov.assembly.outcome import PRECEDENCE
from crossprov.rulebook.schema import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crossprov.batch.nodes import Node, Stages
    from crossprov.batch.tables import Answers

_NO_ANSWER: Final = frozenset({"requirement", "notice", "not_required"})
Needs: TypeAlias = "dict[str, list[Node]]"


class Outcome(NamedTuple):
    """The outcome of each row, whether steps and sums are shown with it, and for each fact where it is missing."""

    outcome: Node
    goes_on: Node
    missing: dict[str, Node]


def outcome(
    answers: Iterable[Answers],
    further: Mapping[str, Node],
    no_office: Node,
    gaps: frozenset[str],
    stages: Stages,
) -> Outcome:
    """Return the outcome; ``further`` is what offices would need, ``gaps`` names what is no question to anybody.

    ``no_office`` is where no office could decide, whatever else is told.
    """
    everything = list(answers)
    requirements = [one for one in everything if one.source.kind == "requirement"]
    others = [one for one in everything if one.source.kind not in _NO_ANSWER and not one.source.informative]
    certain, open_, wants = _ranks(requirements, others, no_office, stages)
    before, possible = stages.false, []
    for rank in range(len(PRECEDENCE)):
        here = stages.any(certain[rank], open_[rank])
        possible.append(stages.keep(stages.both(here, stages.no(before))))
        wants[rank] = [(stages.both(flag, stages.no(before)), one) for flag, one in wants[rank]]
        before = stages.keep(stages.any(before, certain[rank]))
    possible.append(stages.keep(stages.no(before)))
    several = stages.keep(_several(possible, stages))
    others_open = stages.any(*(one.open for one in others), *further.values())
    waiting = stages.keep(stages.both(possible[3], stages.no(several), others_open))
    referred = stages.both(possible[2], stages.no(several))
    rest = stages.keep(stages.any(several, waiting, referred))
    needs: Needs = {}
    for waiting_for in wants:
        for flag, one in waiting_for:
            _add(needs, one.needs, stages.both(several, flag), stages)
    for one in others:
        _add(needs, one.needs, rest, stages)
    for name, flag in further.items():
        needs.setdefault(name, []).append(stages.both(rest, flag))
    missing = {name: stages.keep(stages.any(*flags)) for name, flags in sorted(needs.items())}
    asked = stages.any(*(flag for name, flag in missing.items() if name not in gaps))
    incomplete = stages.keep(stages.any(several, waiting))
    return _named(
        possible, incomplete, stages.keep(asked), {k: v for k, v in missing.items() if k not in gaps}, stages
    )


def _named(
    possible: Sequence[Node], incomplete: Node, asked: Node, missing: dict[str, Node], stages: Stages
) -> Outcome:
    arms: list[tuple[Node, str | None]] = [
        (stages.both(incomplete, asked), "needs_information"),
        (incomplete, "refer_to_person"),  # only the rules could know more, and nobody can tell them
        *zip(possible, PRECEDENCE, strict=False),
    ]
    ended = stages.any(possible[0], possible[1])
    goes_on = stages.keep(stages.any(incomplete, stages.no(ended)))
    return Outcome(stages.worded(arms, "eligible"), goes_on, missing)


def _ranks(
    requirements: Sequence[Answers], others: Sequence[Answers], no_office: Node, stages: Stages
) -> tuple[list[Node], list[Node], list[list[tuple[Node, Answers]]]]:
    """Return for each rank where it is certain, where it is open, and the requirements that are open."""
    certain, open_, wants = [], [], []
    for rank in PRECEDENCE:
        here = [one for one in requirements if _rank(one) == rank]
        sure = [one.truth(value=False) for one in here]
        if rank == "refer_to_person":
            sure += [no_office, *(one.refers for one in (*requirements, *others))]
        certain.append(stages.keep(stages.any(*sure)))
        open_.append(stages.keep(stages.any(*(one.open for one in here))))
        wants.append([(one.open, one) for one in here])
    return certain, open_, wants


def _rank(answers: Answers) -> str:
    rule = answers.source.rows[0].rule
    assert isinstance(rule, Requirement)
    return rule.else_


def _several(possible: Sequence[Node], stages: Stages) -> Node:
    """Return where more than one outcome is possible."""
    pairs = [stages.both(one, other) for i, one in enumerate(possible) for other in possible[i + 1 :]]
    return stages.any(*pairs)


def _add(needs: Needs, more: Mapping[str, Node], when: Node, stages: Stages) -> None:
    for name, flag in more.items():
        needs.setdefault(name, []).append(stages.both(when, flag))
