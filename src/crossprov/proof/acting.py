"""Differences in who acts: the place and the organ that the roles name, their office there, who does a step."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import z3

from crossprov.assembly.answers import COMPETENT
from crossprov.proof.difference import Difference, Laid, apart, of_both
from crossprov.proof.directories import directories
from crossprov.proof.symbols import FALSE, Term
from crossprov.rulebook.item import ThenFact, ThenValue
from crossprov.rulebook.schema import OfficeRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crossprov.decision import OfficeShown
    from crossprov.proof.directories import Moved
    from crossprov.proof.replay import Told
    from crossprov.proof.segments import Segment
    from crossprov.proof.tables import TableTerms
    from crossprov.proof.world import ItemWorld
    from crossprov.rulebook.item import Kind, TableRow
    from crossprov.values import Value

_STATED: Final[dict[Kind, tuple[str, ...]]] = {
    "step": ("actor", "after"),
    "intake": ("at", "anywhere_in", "function", "channels"),
}
_MOST: Final = 12  # places that are tried


def acting(old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term) -> Iterator[Difference]:
    """Yield the ways in which two worlds may differ in who acts."""
    for name, one, other in of_both(old, new, "office"):
        code, term = "competent" if name == COMPETENT else "office", z3.And(goes_on, apart(one, other))
        yield Difference(code, name, term, _office(name), goes_on=True, hint=hint)
        if one is not None and other is not None:
            yield from _organs(name, old, new, goes_on, hint)
            yield from _seats(name, old, new, goes_on, hint)
    for kind, fields in _STATED.items():
        yield from _stated(kind, fields, old, new, goes_on, hint)


# --- roles ----------------------------------------------------------------------------------------------


def _office(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        office = _shown(told, name)
        if office is None:
            return "" if name == COMPETENT else "–"
        return str(office.division or office.undetermined)

    return said


def _seat(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        office = _shown(told, name)
        if office is None or office.division is None:
            return "" if office is None else " ".join([str(office.undetermined), *office.candidates])
        return f"{office.division} ({office.level})"

    return said


def _shown(told: Told, name: str) -> OfficeShown | None:
    offices = (told.decision.competent, *told.decision.roles)
    return next((one for one in offices if one is not None and f"office:{one.role}" == name), None)


def _organs(name: str, old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term) -> Iterator[Difference]:
    """Yield that another organ acts in a role."""
    hits: dict[str, list[Term]] = {}
    for side, world in enumerate((old, new)):
        for row, hit in _rows(world.tables[name]):
            terms = hits.setdefault(_organ(world, name, row), [FALSE, FALSE])
            terms[side] = z3.Or(terms[side], hit)
    if len(hits) > 1:
        term = z3.And(goes_on, z3.Or(*[before != after for before, after in hits.values()]))
        yield Difference("organ", name, term, _organ_of(name), goes_on=True, hint=hint)


def _organ(world: ItemWorld, name: str, row: TableRow) -> str:
    rule: Any = row.rule
    return str(rule.function or world.item.shape.offices[name.partition(":")[2]].function)


def _organ_of(name: str) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        row = _row(told, name)
        rule: Any = row.rule if row is not None else None
        role = told.book.item.shape.offices[name.partition(":")[2]]
        return str(rule.function or role.function) if rule is not None else ""

    return said


def _seats(name: str, old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term) -> Iterator[Difference]:
    """Yield that the place of a role has another office, by region.yaml or by the divisions."""
    known, moves, hits = directories(old.rulebook, new.rulebook), list[_Move](), list[Term]()
    for row, hit in _rows(new.tables[name]):
        for before, after, places in known.moved(_organ(new, name, row), old.segment, new.segment):
            for moved in places:
                facts = _facts(row, moved, new)
                if facts is not None:
                    moves.append(_Move(facts, moved, before, after))
                    hits += [hit] if not hits or hits[-1] is not hit else []
    if moves:
        term = z3.And(goes_on, z3.Or(*hits))
        tried = moves[:: 1 + len(moves) // _MOST]
        laid = tuple(Laid(one.facts, (one.old.first, one.new.first)) for one in tried)
        facts, moved = moves[0].facts, moves[0].moved
        told = ({fact: str(value) for fact, value in facts.items()}, moved.before, moved.after)
        said, days = _seat(name), _days(moves)
        yield Difference("seat", name, term, said, hint=hint, laid=laid, told=told, days=days)


class _Move(NamedTuple):
    """A place that has another office, in the days of two times, and the facts that lead a row there."""

    facts: dict[str, Value]
    moved: Moved
    old: Segment
    new: Segment


def _days(moves: Sequence[_Move]) -> tuple[tuple[str, str], ...]:
    """Return the days of some moves, those that follow one another as one time."""
    found: list[tuple[dt.date, dt.date]] = []
    for one in sorted(moves, key=lambda one: one.old.first):
        last = one.old.last if one.old == one.new else one.new.last
        if found and one.old.first - dt.timedelta(days=1) <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((one.old.first, last))
    return tuple((str(first), str(last)) for first, last in found)


def _facts(row: TableRow, moved: Moved, world: ItemWorld) -> dict[str, Value] | None:
    """Return the facts that lead a row to a place; None if it never goes there."""
    street = row.rule.street if isinstance(row.rule, OfficeRow) else None
    if moved.street and street is None:
        return None
    township: dict[str, Value] = {street: moved.street} if street is not None and moved.street else {}
    if isinstance(row.then, ThenValue):
        return township if row.then.value == moved.place else None
    if not isinstance(row.then, ThenFact):
        return None
    level = world.item.symbols.facts[row.then.name].level
    is_province, is_prefecture = moved.place.endswith("0000"), moved.place.endswith("00")
    if level == "province" and not is_province:
        return None
    if level == "prefecture" and (is_province or not is_prefecture):
        return None
    return {row.then.name: moved.place, **township}


# --- steps, and who takes a case in ---------------------------------------------------------------------


def _stated(
    kind: Kind, fields: Sequence[str], old: ItemWorld, new: ItemWorld, goes_on: Term, hint: Term
) -> Iterator[Difference]:
    """Yield that a rule that applies by both laws names another actor, place, channel or order."""
    for one in old.of_kind(kind):
        name, other = one.table.name, new.tables.get(one.table.name)
        if other is None:
            continue
        before, after = (table.table.source.rows[0].rule for table in (one, other))
        if _fields(before, fields) != _fields(after, fields):
            term = z3.And(goes_on, one.applies(), other.applies())
            said = _said_by(name, fields)
            yield Difference(f"stated_{kind}", name.partition(":")[2], term, said, goes_on=True, hint=hint)


def _said_by(name: str, fields: Sequence[str]) -> Callable[[Told], str]:
    def said(told: Told) -> str:
        row = _row(told, name)
        return _fields(row.rule, fields) if row is not None and told.rows[name] == 0 else ""

    return said


def _fields(rule: object, fields: Sequence[str]) -> str:
    values = {field: getattr(rule, field) for field in fields}
    said = {field: ", ".join(one) if isinstance(one, tuple) else one for field, one in values.items()}
    return "; ".join(f"{field}: {one}" for field, one in said.items() if one)


def _rows(table: TableTerms) -> Iterator[tuple[TableRow, Term]]:
    return zip(table.table.source.rows, table.hits, strict=True)


def _row(told: Told, name: str) -> TableRow | None:
    """Return the row that answered a table, if one did."""
    index = told.rows.get(name, -1)
    tables = (table.on(told.day) for table in told.book.item.tables if table.name == name)
    rows = next((table.rows for table in tables if table is not None), ())
    return rows[index] if 0 <= index < len(rows) else None
