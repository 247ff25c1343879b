"""Payments for past months in one go (一次性缴费): what of them stays at the old place.

Which payment moves is concluded by the rules, for each of them; here it is only counted. A payment whose
conclusion is open, or is for a person, may stay; one of which the rules conclude none does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crossprov.facts.book import as_fact
from crossprov.facts.months import from_to
from crossprov.facts.records import reads_concluded
from crossprov.rulebook.types import Type
from crossprov.values import NONE, Fact, Need, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.facts.months import Months
    from crossprov.facts.records import Listed
    from crossprov.models import LumpSum

MOVES: Final = "moves"
STAYS: Final = "stays"
_MONEY: Final = Type("money")


@dataclass(frozen=True, slots=True)
class Staying:
    """What stays at a place: calendar months that surely do, and those that may.

    ``unplaced``: some payment that stays, or may, does not tell its months, or was not told at all.
    ``balance`` is what the personal account holds of the payments that stay, in fen; None if that is not known.
    """

    months: Months
    possible: Months
    unplaced: bool
    balance: int | None
    needs: frozenset[Need]

    @property
    def is_certain(self) -> bool:
        """Whether it is known which months stay."""
        return not self.unplaced and self.months == self.possible


def staying(concluded: Listed[Any], province: str) -> Staying:
    """Return what stays in ``province`` of the payments, ``concluded`` by the rules for each."""
    return concluded.once(("staying", province), lambda: _staying(concluded, province))


def _staying(concluded: Listed[Any], province: str) -> Staying:
    sure = possible = 0
    balances: list[int | None] = []
    needs: frozenset[Need] = frozenset()
    unplaced = not concluded.covers(province)
    for lump_sum in _there(concluded, province):
        conclusion = lump_sum.conclusion
        if conclusion == MOVES or conclusion is NONE or lump_sum.months == 0:
            continue
        months = _months(lump_sum)
        balance = None if lump_sum.personal_account is None else as_fact(lump_sum.personal_account, _MONEY)
        if conclusion == STAYS:
            sure |= months or 0
            balances.append(balance if isinstance(balance, int) else None)
            if not months or balance is None:
                needs |= concluded.needs((province,))
        else:
            balances.append(None)
            needs |= conclusion.needs
        possible |= months or 0
        unplaced = unplaced or not months
    if not concluded.covers(province):
        balances.append(None)
        needs |= concluded.needs((province,))
    known = [balance for balance in balances if balance is not None]
    total = sum(known) if len(known) == len(balances) else None
    return Staying(sure, possible, unplaced, total, needs)


@reads_concluded("concluded", MOVES, STAYS)
def months_staying(concluded: Listed[Any], province: str) -> Fact:
    """Return the number of months that stay in ``province``, by what the rules conclude for each payment."""
    there = list(_there(concluded, province))
    low: int = sum(one.months for one in there if one.conclusion == STAYS)
    open_ = [one for one in there if isinstance(one.conclusion, Unknown)]
    if not concluded.covers(province):
        return concluded.unknown((province,), low=low)
    if not open_:
        return low
    needs = frozenset(need for one in open_ for need in one.conclusion.needs)
    return Unknown(needs, low=low, high=low + sum(one.months for one in open_))


def short_payments_reach(lump_sums: Listed[LumpSum], province: str, limit: int) -> Fact:
    """Tell whether payments made in ``province`` reach ``limit`` months together though one of them does not.

    Whether the limit is meant for each payment or for their sum is settled nowhere.
    """
    months = [one.months for one in _there(lump_sums, province) if one.months > 0]
    if any(count < limit for count in months) and sum(months) >= limit:
        return True
    return False if lump_sums.covers(province) else lump_sums.unknown((province,))


def _there(lump_sums: Listed[Any], province: str) -> Iterator[Any]:
    return (one for one in lump_sums.rows if lump_sums.province(one) == province)


def _months(lump_sum: LumpSum) -> Months | None:
    first = lump_sum.first_month
    return None if first is None else from_to(first.ordinal, first.ordinal + lump_sum.months - 1)
