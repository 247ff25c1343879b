"""The competent office in columns: its division, the place the rules named, or why it cannot be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crossprov.assembly.reasons import STREET
from crossprov.batch.places import Reading
from crossprov.rulebook.item import ThenFact, ThenValue
from crossprov.rulebook.schema import OfficeRow
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.batch.item import ItemColumns
    from crossprov.batch.nodes import Node
    from crossprov.batch.tables import Answers


class OfficeColumns(NamedTuple):
    """The office of a role: null where there is none. ``needs`` is what would settle one that cannot be named yet.

    ``nowhere`` is where no office acts for the place, and nothing that could be told would name one.
    """

    place: Node
    division: Node
    why: Node
    needs: Mapping[str, Node]
    nowhere: Node


def office(answers: Answers, item: ItemColumns) -> OfficeColumns:
    """Return the office of a role from the place that its table concludes."""
    stages, space = item.stages, item.stages.space
    text = space.String
    value, none = answers.value()
    place = stages.keep(stages.of(lambda expr: expr.cast(text), value))  # it may be null for all rows
    coded = answers.coded()
    found = stages.no(stages.any(answers.open, answers.refers, none))
    division: list[tuple[Node, Node]] = []
    why: list[tuple[Node, str | None]] = []
    nowhere: list[Node] = []
    needs: dict[str, list[Node]] = {}
    for function, rows in _organs(answers, item).items():
        here = stages.keep(stages.both(found, answers.where(lambda hit, rows=rows: _row(hit) in rows)))  # type: ignore[misc]
        if here.value is False:
            continue
        book = item.columns.office_book(function, _constants(answers))
        reading = Reading(book, place, stages, coded)
        division.append((here, reading.division()))
        why += [(stages.both(here, flag), one) for one, flag in reading.reasons().items()]
        nowhere.append(stages.both(here, reading.has_none()))
        item.doubt(stages.keep(stages.both(here, reading.wrong())))
        _ask(answers, item, reading, here, rows, needs)
    _doubt_streets(answers, item, place, found)
    gap = answers.where(lambda hit: len(hit.rows) == 1 and hit.rows[0] < 0)
    words = [
        (answers.open, "facts_missing"),
        (answers.no_place, "no_place"),
        (gap, "gap"),
        (answers.refers, "refer_to_person"),
        (none, "none"),
        *why,
    ]
    needed = {name: stages.keep(stages.any(*flags)) for name, flags in needs.items()}
    named = stages.choose([(stages.no(found), stages.null(text))], place)
    return OfficeColumns(
        named,
        stages.choose(division, stages.null(text)),
        stages.worded(words, None),
        needed,
        stages.keep(stages.any(*nowhere)),
    )


def _row(hit: Any) -> int:
    """Return the row that decides, or -1 where several may: then the role says who acts."""
    return hit.rows[0] if len(hit.rows) == 1 else -1


def _organs(answers: Answers, item: ItemColumns) -> dict[str, set[int]]:
    """Return for each function the rows under which it acts."""
    role = item.item.shape.offices[answers.source.id]
    found: dict[str, set[int]] = {role.function: {-1}}
    for i, row in enumerate(answers.source.rows):
        own = row.rule.function if isinstance(row.rule, OfficeRow) else None
        found.setdefault(own or role.function, set()).add(i)
    return found


def _constants(answers: Answers) -> tuple[str, ...]:
    thens = (row.then for row in answers.source.rows)
    return tuple(
        sorted({str(one.value) for one in thens if isinstance(one, ThenValue) and one.value is not NONE})
    )


def _ask(
    answers: Answers,
    item: ItemColumns,
    reading: Reading,
    here: Node,
    rows: set[int],
    needs: dict[str, list[Node]],
) -> None:
    """Note what would settle the office of a place: the township, or the fact that named the place."""
    stages = item.stages
    for what in reading.asked():
        asks = stages.keep(stages.both(here, reading.asks(what)))
        for row in rows:
            name = _asked_fact(answers, row, what)
            when = answers.where(lambda hit, row=row: _row(hit) == row)  # type: ignore[misc]
            needs.setdefault(name, []).append(stages.both(asks, when))


def _asked_fact(answers: Answers, row: int, what: str) -> str:
    if row < 0:
        return STREET
    found = answers.source.rows[row]
    if what == STREET:
        return (found.rule.street if isinstance(found.rule, OfficeRow) else None) or STREET
    return found.then.name if isinstance(found.then, ThenFact) else STREET


def _doubt_streets(answers: Answers, item: ItemColumns, place: Node, found: Node) -> None:
    """Leave rows to the engine of single cases where the name of a township may move the place."""
    stages = item.stages
    for i, row in enumerate(answers.source.rows):
        street = row.rule.street if isinstance(row.rule, OfficeRow) else None
        if street is None:
            continue
        told = item.fact(street)
        if told.unknown.value is True:
            continue
        moved = stages.sure(stages.among(place, sorted(item.columns.moved_places)))
        here = answers.where(lambda hit, i=i: _row(hit) == i)  # type: ignore[misc]
        item.doubt(stages.keep(stages.both(found, here, stages.no(told.unknown), moved)))
