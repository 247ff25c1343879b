"""The money that moves with an enterprise pension: the part from the pool, and the personal account.

Sums of money are fen, rounded half up at the end of each sum. The law is in the rules; see 国办发〔2009〕66号
第四条 and 人社部发〔2009〕187号 for the formulas.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crossprov.facts.calculation import round_half_up
from crossprov.facts.lump_sums import MOVES, STAYS, staying
from crossprov.facts.months import from_to, until
from crossprov.facts.records import reads_concluded, tolerant
from crossprov.facts.relations import live
from crossprov.rulebook.types import FEN_A_YUAN
from crossprov.values import Fact, Month, Unknown, needs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from crossprov.facts.months import Months
    from crossprov.facts.records import Listed
    from crossprov.models import ContributionRun, PensionSpell

_TEMPORARY: Final = "temporary"
_FLEXIBLE: Final = "flexible"
_DEVIATING: Final = frozenset({"above", "below", "both"})


class PaidRun(NamedTuple):
    """Calendar months paid in a spell on one base, in fen; None: not told."""

    months: Months
    base: int | None
    run: ContributionRun
    spell: PensionSpell


def moving(spells: Listed[PensionSpell], province: str, *, temporary: bool) -> list[PensionSpell]:
    """Return the relations in ``province`` that move; ``temporary``: those of temporary accounts do, too."""
    return [spell for spell in live(spells, province) if temporary or spell.account != _TEMPORARY]


def paid_runs(spells: Iterable[PensionSpell], since: Month) -> Iterator[PaidRun]:
    """Yield the months from ``since`` of which the spells tell that they were paid, run by run."""
    earliest = since.ordinal
    for spell in spells:
        for run in spell.contributions or ():
            months = from_to(max(run.start.ordinal, earliest), run.end.ordinal)
            if months:
                yield PaidRun(months, None if run.base is None else fen(run.base), run, spell)


def all_told(spells: Iterable[PensionSpell], since: Month) -> bool:
    """Tell whether the spells tell every month paid from ``since``."""
    return all(
        spell.contributions is not None
        or spell.paid_months == 0
        or (spell.end is not None and spell.end < since)
        for spell in spells
    )


def fen(yuan: Decimal) -> int:
    """Return an amount in fen."""
    return int(yuan * FEN_A_YUAN)


# --- the part from the pool -----------------------------------------------------------------------------


@reads_concluded("lump_sums", MOVES, STAYS)
def pool(
    spells: Listed[PensionSpell],
    lump_sums: Listed[Any],
    province: str,
    temporary: bool,  # noqa: FBT001 - a fact, by its place
    share: Fraction,
    since: Month,
) -> Fact:
    """Return what the pool of ``province`` hands over, in fen; a lower bound where something is not told.

    Of a general account ``share`` of every base from ``since``; of a temporary one the employer's rate of the
    month if it is higher, but for flexibly employed persons ``share``. Months of lump sums that stay do not
    count; the pool bears no interest.
    """
    rows = moving(spells, province, temporary=temporary)
    stay = staying(lump_sums, province)
    sums = {account: Fraction(0) for account in (None, "general", _TEMPORARY)}
    counted, twice = 0, False
    known = spells.covers(province) and all_told(rows, since)
    for paid in paid_runs(rows, since):
        months = paid.months & ~stay.months
        if not months:
            continue
        rate, rate_known = _rate(paid, share, temporary=temporary)
        known = known and rate_known and paid.base is not None
        twice = twice or bool(months & counted)
        counted |= months
        sums[paid.spell.account] += rate * ((paid.base or 0) * (months & ~stay.possible).bit_count())
    if known and stay.is_certain and not twice:
        return sum(round_half_up(part) for part in sums.values())
    needs = frozenset() if known else spells.needs((province,))
    # Two bases for one month, and a payment that no record places, are for a person; so is what the rules leave open.
    low = 0 if twice or stay.unplaced else _least(sums)
    return Unknown(needs if stay.is_certain else needs | stay.needs, low=low)


def _least(sums: Mapping[str | None, Fraction]) -> int:
    """Return what accounts come to at least, in fen, each rounded half up, if one of no known type belongs to another.

    Two roundings give more than the sum of both less one, so at least its whole fen.
    """
    told = sum(round_half_up(part) for account, part in sums.items() if account is not None)
    return max(told, floor(sum(sums.values())))


def _rate(paid: PaidRun, share: Fraction, *, temporary: bool) -> tuple[Fraction, bool]:
    """Return the rate at which the months of a run count, and whether it is certain; else it is the least possible."""
    spell = paid.spell
    if spell.account == "general":
        return share, True
    if spell.account is None:
        return (share if temporary else Fraction(0)), False
    if spell.insured_as == _FLEXIBLE:
        return share, True
    told = paid.run.employer_rate if paid.run.employer_rate is not None else spell.employer_rate
    return (share, False) if told is None else (max(share, Fraction(told)), True)


# --- the personal account -------------------------------------------------------------------------------


@tolerant
@reads_concluded("lump_sums", MOVES, STAYS)
def personal_account(
    spells: Listed[PensionSpell],
    lump_sums: Listed[Any],
    province: str | Unknown,
    temporary: bool | Unknown,  # noqa: FBT001 - a fact, by its place
    check: str | Unknown,
    settled: int | Unknown,
) -> Fact:
    """Return what the personal accounts in ``province`` move, in fen, by their recorded balances.

    Less what belongs to lump sums that stay. Where the agency has settled the balance anew, it is that; where
    accounts were credited otherwise than they should (``check``), nothing is known before.
    """
    if not isinstance(settled, Unknown):
        return settled
    if isinstance(province, Unknown) or isinstance(temporary, Unknown):
        return Unknown(needs_of(province, temporary))
    if check in _DEVIATING or isinstance(check, Unknown):
        return Unknown(needs_of(check) or needs_of(settled))
    rows = moving(spells, province, temporary=temporary)
    balances = [spell.personal_account_balance for spell in rows]
    stay = staying(lump_sums, province)
    needs = frozenset() if stay.balance is not None else stay.needs
    told = all(balance is not None for balance in balances) and all(spell.account for spell in rows)
    if not told or not spells.covers(province):
        needs |= spells.needs((province,))
    elif stay.balance is not None:
        return sum(fen(balance) for balance in balances if balance is not None) - stay.balance
    return Unknown(needs)


def account_check(
    spells: Listed[PensionSpell],
    province: str,
    temporary: bool,  # noqa: FBT001 - a fact, by its place
    since: Month,
    change: Month,
    first: Fraction,
    then: Fraction,
) -> Fact:
    """Tell whether personal accounts were credited at the rates prescribed: ``first``, from ``change`` ``then``.

    ``agrees``, ``above``, ``below`` or ``both``; ``not_told`` where a record does not say at what rate.
    """
    rows = moving(spells, province, temporary=temporary)
    if not spells.covers(province):
        return spells.unknown((province,))
    paid = list(paid_runs(rows, since))
    if not all_told(rows, since) or any(one.run.personal_rate is None for one in paid):
        return "not_told"
    above = below = False
    for one in paid:
        credited = Fraction(one.run.personal_rate or 0)
        for rate, _ in at_prescribed_rates(one.months, change, first, then):
            above, below = above or credited > rate, below or credited < rate
    if above and below:
        return "both"
    return "above" if above else "below" if below else "agrees"


def at_prescribed_rates(
    months: Months, change: Month, first: Fraction, then: Fraction
) -> Iterator[tuple[Fraction, int]]:
    """Yield the shares of the base to be credited for months, ``first``, from ``change`` on ``then``: for how many."""
    before = months & until(change.ordinal - 1)
    if before:
        yield first, before.bit_count()
    if months != before:
        yield then, (months ^ before).bit_count()
