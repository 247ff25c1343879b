"""Which of the open facts to ask for first: the one after which the fewest are left to ask.

Every open fact is tried: for each kind of answer that the rules tell apart, the case is decided as if it had been
given, and what is then still open is counted. The mean over the kinds, and what the question itself costs a person,
is the price; the lowest is asked. So a question that may end the matter comes before one that only adds to it, and
one on which many others hang (what for? which scheme?) before those others.

Within a kind of answer all values count alike, and among the kinds of days and numbers all count alike: how often
people are in which situation is not known here, and is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from crossprov.interview.question import WhyNow
from crossprov.look import OPEN
from crossprov.rulebook.types import ORDERED
from crossprov.texts import both
from crossprov.values import NONE, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crossprov.decision import Missing
    from crossprov.look import Look

_EASE: Final = {"bool": 4, "enum": 4, "set": 5, "text": 6, "place": 5, "int": 6, "date": 5, "month": 5}
"""What a question costs a person, in quarters of a yes-or-no question; anything else is a sum or a rate."""
_QUARTERS: Final = 4
_SUM: Final = 8
_RECORDS: Final = 16
_MOST_KINDS: Final = 12
_MOST_TRIED: Final = 40


@dataclass(frozen=True, slots=True)
class Tried:
    """What asking for a fact would give: how many facts stay open on average, how many kinds of answers end it."""

    missing: Missing
    left: Fraction
    ending: int
    kinds: int
    ease: Fraction
    place: int

    @property
    def price(self) -> tuple[Fraction, Fraction, int]:
        """The lowest is asked first; of equals, the easier, then the one that the rules look at first."""
        return self.left + self.ease, self.ease, self.place


def choose(look: Look, open_: Sequence[Missing], stop: Callable[[str], bool]) -> tuple[Missing, WhyNow]:
    """Return what to ask for first among ``open_``, and why; ``stop`` tells what cannot be asked (any more)."""
    standing = look.decision.outcome != OPEN
    tried = [_try(look, one, place, len(open_), stop) for place, one in enumerate(_by_rules(look, open_))]
    best = min(tried, key=lambda one: one.price)
    return best.missing, _why_now(best, len(open_), standing=standing)


def _why_now(best: Tried, open_: int, *, standing: bool) -> WhyNow:
    if standing:
        return WhyNow("detail", both("form.why_now.detail"))
    if open_ == 1:
        return WhyNow("only", both("form.why_now.only"))
    if best.ending:
        return WhyNow("settles", both("form.why_now.settles", n=best.ending, of=best.kinds))
    if best.kinds:
        return WhyNow("fewest", both("form.why_now.fewest", n=round(best.left), of=open_))
    return WhyNow("first", both("form.why_now.first"))


def _by_rules(look: Look, open_: Sequence[Missing]) -> list[Missing]:
    """Return what is open in the order in which the rules wait for it; only so many, since each is tried."""
    rank: dict[str, int] = {}
    for answer in look.answers.values():
        for need in sorted(answer.needs):
            rank.setdefault(need.fact, len(rank))
    return sorted(open_, key=lambda one: rank.get(one.fact, len(rank)))[:_MOST_TRIED]


def _try(look: Look, one: Missing, place: int, count: int, stop: Callable[[str], bool]) -> Tried:
    ease = _ease(look, one.fact)
    found = Tried(one, Fraction(count - 1), 0, 0, ease, place)
    for name in look.settled_by(one.fact):
        kinds = _kinds(look, name)
        if 1 < len(kinds) <= _MOST_KINDS:
            found = min(
                found, _tried(look, found, name, kinds, stop), key=lambda it: (it.price, not it.kinds)
            )
    return found


def _tried(
    look: Look, found: Tried, name: str, kinds: list[tuple[Value, int]], stop: Callable[[str], bool]
) -> Tried:
    """Return what asking would give, if the answer told a fact: each kind of values weighs as it does."""
    whole = left = ending = 0
    for value, weight in kinds:
        outcome, needs = look.would_be({name: value})
        whole += weight
        ending += outcome != OPEN
        if outcome == OPEN:
            open_ = {need.fact for need in needs} - {found.missing.fact}
            left += weight * sum(not stop(fact) for fact in open_)
    return replace(found, left=Fraction(left, whole), ending=ending, kinds=len(kinds))


def _ease(look: Look, fact: str) -> Fraction:
    known = look.law.vocabulary.facts.get(fact)
    quarters = _RECORDS if known is None else _EASE.get(known.type.kind, _SUM)
    return Fraction(quarters, _QUARTERS)


def _kinds(look: Look, name: str) -> list[tuple[Value, int]]:
    """Return a value of each kind that the rules tell apart, and how much the kind weighs."""
    known = look.book.get(name)
    assert isinstance(known, Unknown)  # INVARIANT: only what is open is tried
    type_ = look.item.symbols.facts[name]
    kinds = ([one for one in alike if _possible(one, known)] for alike in look.kinds(name))
    return [(alike[0], 1 if type_.kind in ORDERED else len(alike)) for alike in kinds if alike]


def _possible(value: Any, known: Unknown) -> bool:
    if known.among is not None:
        return value in known.among
    if value is NONE:
        return known.low is None and known.high is None
    return (known.low is None or value >= known.low) and (known.high is None or value <= known.high)
