"""Whole cases in bulk: decided one by one as ``decide`` does, over worker processes; bad ones come back, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov import calendar
from crossprov._errors import CrossprovError, Problem, RulebookError, internal_fault
from crossprov.batch.workers import pieces_of, spread, usual_workers
from crossprov.decide import builtin, decider, read_case
from crossprov.json_text import read_object
from crossprov.models import Case

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from crossprov.decision import Decision
    from crossprov.rulebook.book import Rulebook

CASES_A_PIECE: Final = 200
"""Cases that go to a worker at once: a fraction of a second of work, and little to do again if it dies."""

CaseLike: TypeAlias = Case | Mapping[str, object] | str | bytes
Numbered: TypeAlias = tuple[int, CaseLike]


@dataclass(frozen=True, slots=True)
class Answered:
    """A case that was decided. ``row`` is its number among all cases, from 1."""

    row: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not decided, with everything that is wrong with it and nothing that stands in it."""

    row: int
    problems: tuple[Problem, ...]


def decide_cases(
    cases: Iterable[CaseLike],
    rulebook: Rulebook | None = None,
    *,
    law_on: dt.date | None = None,
    facts_on: dt.date | None = None,
    workers: int | None = None,
) -> Iterator[Answered | Refused]:
    """Decide many cases; yield an answer for each, in order, while they are read.

    Each is what ``decide`` takes, and its decision is what ``decide`` gives on the day this began. A case that cannot
    be decided is ``Refused`` and stops nothing. ``workers`` is the number of processes (default: the processors;
    1: this process); a program that uses several must begin under ``if __name__ == "__main__":``.

    Raises ``RulebookError`` for rules that cannot be used, ``CaseError`` for a rulebook whose directory or calendar
    cannot go to another process.
    """
    work = Deciding(law_on, facts_on, calendar.today())
    pieces = pieces_of(enumerate(cases, 1), CASES_A_PIECE)
    for answers in spread(
        work, pieces, rulebook or builtin(), usual_workers() if workers is None else workers
    ):
        yield from answers


@dataclass(frozen=True, slots=True)
class Deciding:
    """The work of deciding cases on their days."""

    law_on: dt.date | None
    facts_on: dt.date | None
    today: dt.date

    def __call__(self, rulebook: Rulebook, piece: Sequence[Numbered]) -> list[Answered | Refused]:
        """Decide the cases of a piece."""
        return [self._one(rulebook, row, case) for row, case in piece]

    def _one(self, rulebook: Rulebook, row: int, case: CaseLike) -> Answered | Refused:
        try:
            return Answered(row, self.decision(rulebook, read(case)))
        except RulebookError:  # no fault of the row
            raise
        except CrossprovError as error:
            return Refused(row, error.problems)

    def decision(self, rulebook: Rulebook, case: Case) -> Decision:
        """Decide one case; raise ``CrossprovError`` as ``decide`` does."""
        as_of = case.as_of or self.today
        law_on, facts_on = self.law_on or as_of, self.facts_on or as_of
        try:
            return decider(rulebook).decide(case.item, case, law_on, facts_on, self.today)
        except CrossprovError:
            raise
        except Exception as error:  # noqa: BLE001 - as in `decide`
            raise internal_fault(error) from None

    def lost(self, member: Numbered) -> Refused:
        """Return the answer for a case of which a worker died."""
        return lost(member)


def lost(member: tuple[int, object]) -> Refused:
    """Return the answer for a row of which a worker died."""
    return Refused(member[0], (Problem("worker_died"),))


def read(case: CaseLike) -> Case:
    """Read a case as ``decide`` does, and text as strictly as the command line does."""
    if isinstance(case, str):
        case = case.encode("utf-8", "surrogatepass")
    return read_case(read_object(case) if isinstance(case, bytes) else case)
