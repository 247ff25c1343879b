"""What a proof has found, as plain data: it goes between processes, into the cache and out as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, TypeAlias

Verdict: TypeAlias = Literal["proved", "fault", "unsettled", "accepted"]

CODES: Final = (
    "outcome", "requirement", "row", "applies", "complete", "disjoint", "office", "amount", "limit", "versions",
    "rails", "relation", "unused",
)  # fmt: skip
"""What is proved: the names of the sentences in ``texts/proofs.yaml``, and of accepted findings."""


@dataclass(frozen=True)
class Finding:
    """Something that was not proved.

    ``days`` are the first and the last day of each time for which it was found. ``rows`` say where its rules stand
    (``file:line:column``), ``facts`` are those of a case that shows it, as a rule file writes them, and ``example`` is
    that case as an entry of ``examples/ITEM.yaml``. ``accepted`` is the reason why it may be so.
    """

    item: str
    code: str
    subject: str
    verdict: Verdict
    days: tuple[tuple[str, str | None], ...]
    rows: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    outcome: str | None = None
    example: str | None = None
    accepted: dict[str, str] | None = None


@dataclass(frozen=True)
class ItemProof:
    """What was proved of an item: in how many segments of time, how many obligations of each kind, and in what time."""

    item: str
    segments: int
    obligations: dict[str, int]
    asked: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    kept: bool = False

    @property
    def proved(self) -> bool:
        """Whether everything is proved, or accepted with a reason."""
        return all(one.verdict == "accepted" for one in self.findings)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON would have it."""
        return asdict(self)


def item_proof(plain: dict[str, Any]) -> ItemProof:
    """Return the proof that ``plain`` writes; raise ``TypeError`` or ``KeyError`` if it is none."""
    findings = tuple(
        Finding(**{**one, "days": tuple(map(tuple, one["days"])), "rows": tuple(one["rows"])})
        for one in plain["findings"]
    )
    return ItemProof(**{**plain, "findings": findings})
