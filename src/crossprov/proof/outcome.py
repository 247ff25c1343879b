"""The outcome of an item as terms, what is so of most cases, and what is certain although a value is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import z3

from crossprov.assembly.answers import COMPETENT
from crossprov.proof.symbols import FALSE, FIRST_OTHER, TRUE, Codes, Sym, Term, of_value
from crossprov.rulebook.item import ThenFact
from crossprov.rulebook.schema import OfficeRow
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.proof.tables import TableTerms
    from crossprov.proof.world import ItemWorld
    from crossprov.rulebook.schema import Requirement
    from crossprov.rulebook.types import Type

_MANY: Final = 10**9
_MOST_AT_ONCE: Final = 128  # values of open facts that are put in together
_NO_ANSWER: Final = frozenset({"requirement", "notice", "not_required"})


def outcomes_of(world: ItemWorld, *, office: bool = True) -> dict[str, Term]:
    """Return for each outcome whether it is that of the case, if every fact is known; ``office``: one is needed."""
    failed: dict[str, list[Term]] = {"out_of_scope": [], "ineligible": [], "refer_to_person": []}
    for one in world.of_kind("requirement"):
        rule = one.table.source.rows[0].rule
        failed[else_of(rule)].append(one.fails())
    special = [
        one.special
        for one in world.tables.values()
        if one.table.source.kind not in _NO_ANSWER and not one.table.source.informative
        if one.table.source.each is None
    ]
    failed["refer_to_person"] += [*special, *(lacks_office(world) if office else ())]
    found, above = {}, FALSE
    for outcome, terms in failed.items():
        here = z3.Or(*terms, FALSE)
        found[outcome] = z3.And(z3.Not(above), here)
        above = z3.Or(above, here)
    found["eligible"] = z3.Not(above)
    return found


def lacks_office(world: ItemWorld) -> list[Term]:
    """Return in which cases no office could decide: there is no place, or the place has none.

    Of which places that is so is left open, where it is so of some.
    """
    table = world.tables.get(COMPETENT)
    if table is None:
        return [TRUE]
    role, place, found = world.item.shape.offices["competent"], table.conclusion, []
    for row, hit in zip(table.table.source.rows, table.hits, strict=True):
        if isinstance(row.then, ThenFact) and not z3.is_false(world.get(row.then.name).none):
            found.append(z3.And(hit, world.get(row.then.name).none))
        own = row.rule.function if isinstance(row.rule, OfficeRow) else None
        lacks = world.lacks_office(own or role.function, place.term)
        if not z3.is_false(lacks):
            found.append(z3.And(hit, z3.Not(table.special), place.some, lacks))
    return found


def plain(world: ItemWorld) -> Term:
    """Return what is so of most cases; above all, each place is one that no rule names, so it has an office."""
    found = [z3.Or(place.none, place.term >= FIRST_OTHER) for place, _ in world.own_places()]
    return z3.And(*found, *world.held_likely, *map(z3.Not, lacks_office(world)), TRUE)


def settled_before(world: ItemWorld, *tables: TableTerms) -> Term:
    """Return that every conclusion before some tables has a value, so that none of their facts is open."""
    found = [
        one.special
        for one in world.of_kind("conclusion")
        if one.table.source.each is None and one.table.source.id in world.before(tables)
    ]
    return z3.Not(z3.Or(*found, FALSE))


def certainly(world: ItemWorld, term: Term) -> Term:
    """Return what must hold for a term to be certain where nobody can tell a value.

    That is so of a conclusion that a person must make, and where the law that we know has no value. What the
    program is certain of holds for every value, so for each of some.
    """
    found, apart, size = term, [term], 1
    for sym, type_ in world.open:
        here = [one for one in _for_some_values(found, sym, type_, world.codes) if not one.eq(found)]
        if here and size * len(here) <= _MOST_AT_ONCE:
            found, size = z3.And(*here), size * len(here)
        elif here:
            apart += _for_some_values(term, sym, type_, world.codes)
    return z3.And(*apart, found)


def _for_some_values(term: Term, sym: Sym, type_: Type, codes: Codes) -> Iterator[Term]:
    """Yield a term with each of some values in the place of a fact: all, if there are few."""
    some: list[Sym] = []
    if type_.kind == "bool":
        some = [of_value(one, "bool", codes) for one in (False, True)]
    elif type_.values is not None and type_.kind in ("enum", "text"):
        some = [of_value(one, type_.kind, codes) for one in type_.values]
    elif type_.kind in ("place", "text"):
        some = [Sym(type_.kind, (z3.IntVal(number),)) for number in (0, 1, 2, FIRST_OTHER)]
    elif type_.kind in ("int", "money"):
        ends = (type_.low or 0, type_.high or _MANY)
        some = [of_value(end, type_.kind, codes) for end in ends]
    some += [of_value(NONE, type_.kind, codes, sym.values)] if type_.optional and type_.kind != "set" else []
    for one in some:
        pairs = list(zip(sym.parts, one.parts, strict=True))
        pairs += [(sym.none, one.none)] if not z3.is_false(sym.none) else []
        yield z3.substitute(term, *pairs)


def else_of(rule: object) -> str:
    """Return the outcome of who does not meet a requirement."""
    requirement: Requirement = rule  # type: ignore[assignment]
    return requirement.else_
