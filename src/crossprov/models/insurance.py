"""Insurance records: pension and unemployment spells, deemed periods, lump-sum payments."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from crossprov.models.base import (
    Day,
    DivisionCode,
    Flag,
    Listing,
    Model,
    Money,
    MonthField,
    Months,
    Rate,
    Text,
    not_before,
)
from crossprov.models.errors import refuse
from crossprov.models.records import Record, Records
from crossprov.values import Month

PensionScheme: TypeAlias = Literal["employee", "public", "resident"]
AccountType: TypeAlias = Literal["general", "temporary"]
InsuredAs: TypeAlias = Literal["employed", "flexible"]
SpellState: TypeAlias = Literal["paying", "suspended", "sealed", "transferred", "ended"]
LumpSumCause: TypeAlias = Literal["enforcement", "deferral", "levy_order", "veteran", "other"]
LumpSumDocumentKind: TypeAlias = Literal[
    "court",
    "arbitration",
    "audit",
    "labour_inspection",
    "commitment",
    "deferral_agreement",
    "receipt",
    "levy_order",
    "veteran_recognition",
    "other",
]


def _months_in(first: Month, last: Month) -> int:
    return last.ordinal - first.ordinal + 1


def _refuse_more_than_period(months: int | None, first: Month | None, last: Month | None) -> None:
    if months is not None and first is not None and last is not None and months > _months_in(first, last):
        raise refuse("more_months_than_period")


class ContributionRun(Model):
    """Consecutive months paid on one base; a single month is a run of length one."""

    start: MonthField = Field(description="first month paid")
    end: Annotated[MonthField, not_before("start")] = Field(description="last month paid, inclusive")
    base: Money | None = Field(
        default=None, description="monthly contribution wage of each month, yuan; absent: unknown"
    )
    employer_rate: Rate | None = Field(
        default=None, description="employer's share of the base; absent: that of the spell"
    )
    personal_rate: Rate | None = Field(
        default=None, description="share of the base credited to the personal account; absent: unknown"
    )

    @property
    def months(self) -> int:
        """The number of months in the run."""
        return _months_in(self.start, self.end)


class PensionSpell(Record):
    """A time in one pension scheme at one place."""

    sorted_by: ClassVar[str] = "start"

    scheme: PensionScheme = Field(description="employee (企业职工), public (机关事业) or resident (城乡居民)")
    place: DivisionCode = Field(description="division where insured, in the codes of that time")
    account: AccountType | None = Field(
        default=None, description="general or temporary account (临时缴费账户); absent: unknown or resident"
    )
    enrolled_on: Day | None = Field(default=None, description="day of registration there; absent: unknown")
    start: MonthField = Field(description="first month of the spell")
    end: Annotated[MonthField | None, not_before("start")] = Field(
        default=None,
        description="last month of the spell, inclusive; absent: unknown, or still open where the state says `paying`",
    )
    insured_as: InsuredAs | None = Field(
        default=None, description="by an employer or as flexibly employed; absent: unknown"
    )
    employer_rate: Rate | None = Field(
        default=None, description="employer's share of the base where a run names none; absent: unknown"
    )
    contributions: Listing[ContributionRun] | None = Field(
        default=None, description="all months paid in the spell, as runs that share no month; absent: unknown"
    )
    paid_months: Months | None = Field(
        default=None, description="number of months paid in the spell; absent: unknown"
    )
    personal_account_balance: Money | None = Field(
        default=None,
        description="what the personal account moves, with interest, yuan: the whole recorded balance, but "
        "only the person's own part of years before uniform accounts; absent: unknown",
    )
    arrears_months: Months | None = Field(
        default=None, description="number of months owed, 0 for none; absent: unknown"
    )
    state: SpellState | None = Field(
        default=None, description="state of the relation on the day of the case; absent: unknown"
    )

    @property
    def last_told(self) -> dt.date | None:
        """The first day of the last month of which the spell tells something."""
        last = self.start if self.end is None else self.end
        if self.contributions:
            last = max(last, self.contributions[-1].end)
        return last.first_day

    @property
    def months_paid(self) -> int | None:
        """The number of different months paid, or None if nobody has told it."""
        if self.contributions is None:
            return self.paid_months
        return sum(run.months for run in self.contributions)

    @field_validator("account")
    @classmethod
    def _fits_scheme(cls, account: AccountType | None, info: ValidationInfo) -> AccountType | None:
        if account is not None and info.data.get("scheme") == "resident":
            raise refuse("account_of_resident_scheme")
        return account

    @field_validator("contributions")
    @classmethod
    def _apart(cls, runs: tuple[ContributionRun, ...] | None) -> tuple[ContributionRun, ...] | None:
        if runs is None:
            return None
        runs = tuple(sorted(runs, key=lambda run: run.start))
        if any(later.start <= earlier.end for earlier, later in pairwise(runs)):
            raise refuse("runs_overlap")
        return runs

    @model_validator(mode="after")
    def _agree(self) -> Self:
        runs = self.contributions
        if runs and (runs[0].start < self.start or (self.end is not None and runs[-1].end > self.end)):
            raise refuse("run_outside_spell")
        if self.paid_months is not None and self.paid_months != self.months_paid:
            raise refuse("paid_months_disagree")
        _refuse_more_than_period(self.paid_months, self.start, self.end)
        return self


class DeemedPeriod(Record):
    """Service that counts as paid (视同缴费年限), credited where the person worked at the time."""

    sorted_by: ClassVar[str] = "start"

    place: DivisionCode = Field(description="division of the work, in the codes of that time")
    months: Months = Field(description="number of months deemed paid")
    start: MonthField | None = Field(default=None, description="first month; absent: unknown")
    end: Annotated[MonthField | None, not_before("start")] = Field(
        default=None, description="last month, inclusive; absent: unknown"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _refuse_more_than_period(self.months, self.start, self.end)
        return self


class LumpSumDocument(Model):
    """A paper that supports a lump-sum payment."""

    kind: LumpSumDocumentKind = Field(description="who made it or what it is")
    dated: Day | None = Field(default=None, description="its date; absent: unknown")
    issuer: Text | None = Field(default=None, description="body that issued it; absent: unknown")


class LumpSum(Record):
    """A payment for past months in one go (一次性缴费)."""

    sorted_by: ClassVar[str] = "paid_on"

    place: DivisionCode = Field(description="division where it was paid, in the codes of that time")
    months: Months = Field(description="number of months it pays for")
    paid_on: Day = Field(description="day of payment")
    first_month: MonthField | None = Field(
        default=None, description="first month it pays for; absent: unknown"
    )
    cause: LumpSumCause | None = Field(
        default=None,
        description="enforcement (court, arbitration, audit, labour inspection), deferral (approved for the "
        "employer), levy_order (levying body), veteran (make-up for retired soldiers) or other; "
        "absent: unknown",
    )
    documents: Listing[LumpSumDocument] | None = Field(
        default=None, description="supporting papers; empty: there are none; absent: unknown"
    )
    personal_account: Money | None = Field(
        default=None,
        description="what the personal account holds of this payment, with interest, yuan; absent: unknown",
    )

    @property
    def papers(self) -> frozenset[str] | None:
        """The kinds of the supporting papers, or None if nobody has told them."""
        return None if self.documents is None else frozenset(paper.kind for paper in self.documents)

    @property
    def papers_before_payment(self) -> frozenset[str] | None:
        """The kinds of papers dated before the day of payment, or None if that is not known."""
        return self._dated(lambda day: day < self.paid_on)

    @property
    def papers_by_payment(self) -> frozenset[str] | None:
        """The kinds of papers dated on the day of payment or before, or None if that is not known."""
        return self._dated(lambda day: day <= self.paid_on)

    def _dated(self, in_time: Callable[[dt.date], bool]) -> frozenset[str] | None:
        if self.documents is None:
            return None
        sure = frozenset(
            paper.kind for paper in self.documents if paper.dated is not None and in_time(paper.dated)
        )
        undated = any(paper.dated is None and paper.kind not in sure for paper in self.documents)
        return None if undated else sure


class UnemploymentSpell(Record):
    """A time in unemployment insurance at one place."""

    sorted_by: ClassVar[str] = "start"

    place: DivisionCode = Field(description="division where insured, in the codes of that time")
    start: MonthField = Field(description="first month of the spell")
    end: Annotated[MonthField | None, not_before("start")] = Field(
        default=None, description="last month of the spell, inclusive; absent: unknown, or still open"
    )
    months: Months | None = Field(default=None, description="number of months paid; absent: unknown")
    employer_paid: Flag | None = Field(
        default=None, description="the employer paid its share for these months; absent: unknown"
    )
    person_paid: Flag | None = Field(
        default=None, description="the person paid theirs, or owed none; absent: unknown"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _refuse_more_than_period(self.months, self.start, self.end)
        return self


class UnemploymentGrant(Record):
    """Months of unemployment benefit that were granted once, and how many of them were drawn."""

    sorted_by: ClassVar[str] = "granted_on"

    place: DivisionCode = Field(description="division that granted it, in the codes of that time")
    granted_on: Day = Field(description="day of the decision")
    months_granted: Months = Field(description="number of months granted")
    months_drawn: Months | None = Field(
        default=None, description="number of months drawn so far; absent: unknown"
    )

    @field_validator("months_drawn")
    @classmethod
    def _at_most_granted(cls, drawn: int | None, info: ValidationInfo) -> int | None:
        if drawn is not None and drawn > info.data.get("months_granted", drawn):
            raise refuse("more_drawn_than_granted")
        return drawn


class Insurance(Model):
    """All insurance records of a person; a list that is absent is unknown, not empty."""

    pension_spells: Records[PensionSpell] | None = Field(
        default=None, description="times in a pension scheme; absent: unknown"
    )
    deemed_periods: Records[DeemedPeriod] | None = Field(
        default=None, description="service deemed paid; absent: unknown"
    )
    lump_sums: Records[LumpSum] | None = Field(
        default=None, description="pension payments for past months in one go; absent: unknown"
    )
    unemployment_spells: Records[UnemploymentSpell] | None = Field(
        default=None, description="times in unemployment insurance; absent: unknown"
    )
    unemployment_grants: Records[UnemploymentGrant] | None = Field(
        default=None, description="unemployment benefit granted before; absent: unknown"
    )
