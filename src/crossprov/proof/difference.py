"""One way in which the decisions of two worlds may differ: a term of z3, and a question to both programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.symbols import FALSE, TRUE, Term, compared

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from crossprov.proof.replay import Told
    from crossprov.proof.symbols import Sym
    from crossprov.proof.tables import TableTerms
    from crossprov.proof.world import ItemWorld
    from crossprov.rulebook.item import Kind
    from crossprov.values import Value

GOES_ON: Final = frozenset({"eligible", "refer_to_person"})


@dataclass(frozen=True)
class Laid:
    """Facts that are laid over a case, and the days on which the two decide it."""

    facts: Mapping[str, Value]
    days: tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Difference:
    """One way in which two decisions may differ. ``said`` returns what a decision says of it.

    ``laid``: it is looked for in cases that have these facts besides, such as the place of an office that has moved.
    ``told`` is what to show where no such case is found; ``days`` are fewer than those of the two worlds.
    """

    code: str
    subject: str
    term: Term
    said: Callable[[Told], str]
    goes_on: bool = False
    hint: Term = TRUE
    laid: tuple[Laid, ...] = ()
    days: tuple[tuple[str, str], ...] = ()
    told: tuple[dict[str, str], str, str] = ({}, "", "")

    def differs(self, old: Told, new: Told) -> bool:
        """Return whether two decisions differ in this, where it is asked of cases that go on, only of these."""
        if self.goes_on and not {old.decision.outcome, new.decision.outcome} <= GOES_ON:
            return False
        before, after = self.said(old), self.said(new)
        return before != after and "" not in (before, after)


def of_both(
    old: ItemWorld, new: ItemWorld, kind: Kind
) -> Iterator[tuple[str, TableTerms | None, TableTerms | None]]:
    """Yield the names of the tables of a kind, each with the table in both worlds; None where it is not there."""
    for name in dict.fromkeys(one.table.name for world in (old, new) for one in world.of_kind(kind)):
        yield name, old.tables.get(name), new.tables.get(name)


def apart(one: TableTerms | None, other: TableTerms | None) -> Term:
    """Return that two tables conclude differently, or that only one of them concludes."""
    if one is None or other is None:
        found = [z3.And(z3.Not(table.special), table.conclusion.some) for table in (one, other) if table]
        return z3.Or(*found, FALSE)
    a, b = one.conclusion, other.conclusion
    if a.kind != b.kind:
        return FALSE
    both = z3.And(z3.Not(one.special), z3.Not(other.special))
    same = _same_members(a, b) if a.kind == "set" else compared("==", a, b)
    return z3.Or(z3.And(both, z3.Not(same)), one.special != other.special)


def _same_members(a: Sym, b: Sym) -> Term:
    """Return that two sets have the same members; what only one can have is in neither."""
    one, other = (dict(zip(each.values, each.parts, strict=True)) for each in (a, b))
    return z3.And(*[one.get(name, FALSE) == other.get(name, FALSE) for name in one | other])
