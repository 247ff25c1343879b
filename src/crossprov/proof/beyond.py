"""What two rulebooks differ in that the same facts do not show: what can be told, and what is made of records.

Decisions are compared of the same facts (``compare``). What stands before that, and what is applied to each record, is
compared as it is written; what has changed there is told as a difference, or as one that was not looked into.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, TypeAlias

from crossprov.proof.compare import Change, Side, common, shown
from crossprov.proof.digest import text_of
from crossprov.proof.directories import PROVINCE, directories
from crossprov.proof.segments import Segment, formula_of
from crossprov.rulebook.closure import everything_read, made_from
from crossprov.rulebook.expression import all_names
from crossprov.rulebook.law import in_force
from crossprov.rulebook.types import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.rulebook.parameters import Version
    from crossprov.rulebook.types import Type

Days: TypeAlias = tuple[dt.date, dt.date]
_ONE_DAY: Final = dt.timedelta(days=1)


def beyond(old: Side, new: Side, days: Days | None = None) -> Iterator[Change]:
    """Yield what differs between an item in two rulebooks besides what ``compare`` finds.

    ``days``: of one day of each, as ``compare_days`` compares them; else of all days on which both are in force.
    """
    if days is None:
        yield from _alone(old, new)
    yield from _stated(old, new)
    yield from _ranges(old, new)
    yield from _made(old, new, days)
    yield from _relations(old, new)
    yield from _of_records(old, new, days)
    yield from _places(old, new, days)
    yield from _calendars(old, new)


def _alone(old: Side, new: Side) -> Iterator[Change]:
    """Yield the days on which only one of them has the item."""
    for code, one, other in (("removed", old, new), ("added", new, old)):
        (first, last), (begins, ends) = _life(one), _life(other)
        times = []
        if first < begins:
            times.append((str(first), str(min(last, begins - _ONE_DAY))))
        if ends < last:
            times.append((str(max(first, ends + _ONE_DAY)), str(last)))
        if times:
            yield Change(new.item.id, code, new.item.id, "differs", tuple(times), {})


def _life(side: Side) -> tuple[dt.date, dt.date]:
    return side.item.shape.from_, side.item.shape.through or dt.date.max


def _stated(old: Side, new: Side) -> Iterator[Change]:
    """Yield whom the item serves, what it costs, and what the outcome waits for, if that is stated otherwise."""
    before, after = ({**_whole(side), **_waiting(side)} for side in (old, new))
    for code, subject in sorted(before.keys() & after.keys()):
        one, other = before[code, subject], after[code, subject]
        if one != other:
            yield Change(new.item.id, code, subject, "differs", (), {}, one, other)


def _whole(side: Side) -> dict[tuple[str, str], str]:
    shape = side.item.shape
    fee = shape.fee.amount if shape.fee is not None else "–"
    return {("serves", shape.item): ", ".join(sorted(shape.serves)), ("fee", shape.item): fee}


def _waiting(side: Side) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], set[str]] = {}
    for table in side.item.tables:
        found.setdefault(("waits", table.name), set()).add(str(not table.informative).lower())
    return {key: ", ".join(sorted(values)) for key, values in found.items()}


# --- facts ------------------------------------------------------------------------------------------------


def _ranges(old: Side, new: Side) -> Iterator[Change]:
    """Yield the facts of which a case may have other values: what one admits, the other refuses."""
    for name in sorted(_facts(old) & _facts(new)):
        before, after = (side.item.symbols.facts[name] for side in (old, new))
        one, other = _range(before), _range(after)
        if one != other and before.kind == after.kind:
            yield Change(new.item.id, "range", name, "differs", (), {}, one, other)


def _range(type_: Type) -> str:
    values = ", ".join(type_.values) if type_.values is not None else ""
    bounds = [
        f"{word} {show(one, type_)}" for word, one in (("≥", type_.low), ("≤", type_.high)) if one is not None
    ]
    parts = (type_.level, values, *bounds, "optional" if type_.optional else "")
    return "; ".join(part for part in parts if part) or type_.kind


def _made(old: Side, new: Side, days: Days | None) -> Iterator[Change]:
    """Yield the facts that another field of a case gives, or that are made otherwise of records."""
    one, other = days or (None, None)
    for name in sorted(_leaves(old) & _leaves(new)):
        if _how(old, name, one) != _how(new, name, other):
            yield Change(new.item.id, "made", name, "unsettled", (), {})


def _relations(old: Side, new: Side) -> Iterator[Change]:
    """Yield the relations that only one of them states so: of both, a proof takes all for true."""
    before, after = (side.program.rulebook.vocabulary.relations for side in (old, new))
    read = everything_read(old.item, old.program.rulebook.vocabulary)
    for name in sorted(before.keys() | after.keys()):
        one, other = (str(known[name].shape.holds) if name in known else "–" for known in (before, after))
        sides = [side for side, known in ((old, before), (new, after)) if name in known]
        trees = [side.program.rulebook.vocabulary.relation(name) for side in sides]
        if one != other and any(read.issuperset(all_names(tree)) for tree in trees):
            yield Change(new.item.id, "relation", name, "unsettled", (), {}, one, other)


def _leaves(side: Side) -> frozenset[str]:
    """Return the facts that a proof takes as they are."""
    vocabulary = side.program.rulebook.vocabulary
    return frozenset(name for name in _facts(side) if formula_of(name, side.item, vocabulary) is None)


def _facts(side: Side) -> frozenset[str]:
    """Return the facts that the rules of an item read, but for its conclusions."""
    read = everything_read(side.item, side.program.rulebook.vocabulary)
    return read & side.item.symbols.facts.keys() - side.item.shape.conclusions.keys()


def _how(side: Side, name: str, day: dt.date | None) -> str:
    """Return how a fact comes about, with everything that it is made from; by the law of a day, or of all days."""
    item, vocabulary = side.item, side.program.rulebook.vocabulary
    found: list[object] = []
    for one in sorted(made_from([name], item, vocabulary)):
        if one in vocabulary.records:
            records = vocabulary.records[one]
            found.append((one, records.shape.given, records.fields))
        elif one in vocabulary.parameters:
            versions = vocabulary.parameters[one].versions
            found.append((one, [_value(version, day) for version in versions]))
        elif one in item.own_facts or one in vocabulary.facts:
            shape = item.shape.facts[one] if one in item.own_facts else vocabulary.facts[one].shape
            found.append((one, shape.given, shape.formula, shape.function, shape.reads))
    return text_of(found)


def _value(version: Version, day: dt.date | None) -> object:
    if day is None:
        return version.from_, version.through, version.table
    return version.table if in_force(version.from_, version.through, day) else None


# --- records, places, days --------------------------------------------------------------------------------


def _times(old: Side, new: Side, days: Days | None) -> Iterator[tuple[Segment, Segment]]:
    """Yield the times that are compared, of each side its own."""
    if days is not None:
        yield Segment(days[0], days[0]), Segment(days[1], days[1])
        return
    for segment in common(old, new):
        yield segment, segment


def _of_records(old: Side, new: Side, days: Days | None) -> Iterator[Change]:
    """Yield the tables that are applied to each record, if they are others."""
    found: dict[str, list[tuple[str, str]]] = {}
    for before, after in _times(old, new, days):
        one, other = _over_records(old, before), _over_records(new, after)
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                found.setdefault(name, []).append(shown(before, after))
    for name, times in found.items():
        yield Change(new.item.id, "records", name, "unsettled", tuple(times), {})


def _over_records(side: Side, segment: Segment) -> dict[str, str]:
    """Return the tables that are applied to each record, as text: the same text decides the same."""
    tables = side.program.rulebook.lowered(side.item, segment.first).tables
    return {
        table.name: text_of([table.hit, table.rows, table.types, table.source.type, table.source.each])
        for table in tables
        if table.source.each is not None
    }


def _places(old: Side, new: Side, days: Days | None) -> Iterator[Change]:
    """Yield where a place lies in another province, and where a window has moved that takes a case in."""
    facts = new.item.symbols.facts
    if any(facts[name].kind == "place" for name in _leaves(new)):
        yield from _moved(old, new, days, "province", PROVINCE)
    windows = {str(rule.function) for rule in new.item.shape.intake if rule.function is not None}
    for function in sorted(windows):
        yield from _moved(old, new, days, "window", function)


def _moved(old: Side, new: Side, days: Days | None, code: str, function: str) -> Iterator[Change]:
    """Yield one place that has moved, for example, with the days on which some have."""
    known = directories(old.program.rulebook, new.program.rulebook)
    found = [
        (shown(one, other), places[0])
        for before, after in _times(old, new, days)
        for one, other, places in known.moved(function, before, after)
    ]
    if found:
        (_, place), times = found[0], tuple(time for time, _ in found)
        subject = f"{function}, {place.place}" if code == "window" else place.place
        yield Change(new.item.id, code, subject, "unsettled", times, {}, place.before, place.after)


def _calendars(old: Side, new: Side) -> Iterator[Change]:
    """Yield that days are counted, or offices are named, by what a caller brought for one of them only."""
    one, other = old.program.rulebook, new.program.rulebook
    for code, same in (
        ("calendar", one.workdays is other.workdays),
        ("directory", one.directory is other.directory),
    ):
        if not same:
            yield Change(new.item.id, code, new.item.id, "unsettled", (), {})
