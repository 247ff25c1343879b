"""How a case was decided, for a person: a section for each table, and one for the facts that were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.report.model import Entry, Guide, Section
from crossprov.report.trace import traced
from crossprov.report.words import Words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from crossprov.decide import Decider
    from crossprov.models import Case
    from crossprov.report.trace import FactTrace, RowTrace, TableTrace
    from crossprov.rulebook.item import Item


def explanation(
    decider: Decider, item: Item, case: Case, days: tuple[dt.date, dt.date], language: str
) -> Guide:
    """Return every table of a case with its rows, and every fact that was used with where it came from.

    ``days`` are the day of the law and the day of the facts. For a case that ``decide`` has accepted.
    """
    trace = traced(decider, item, case, days)
    words = Words(language, trace.tables, None)
    tables = (_table(table, words) for table in trace.tables)
    facts = words.section("facts", (_used(one, words) for one in trace.facts))
    title = words.say("explained", name=words.of(trace.name))
    return Guide(title, (words.say("legend"),), (*tables, facts, words.law_section()), ())


def _table(table: TableTrace, words: Words) -> Section:
    heading = words.say(f"table_{table.kind}", name=words.of(table.label))
    if table.chooses:
        heading = words.say(f"hit_{table.hit}", heading=heading)
    rows = (_row(row, words) for row in table.rows)
    return Section(table.name, heading, (_answer(table, words), *rows, *_facts(table, words)))


def _answer(table: TableTrace, words: Words) -> Entry:
    if table.each:
        records = enumerate(map(words.of, table.records), 1)
        return Entry("", "=", tuple(words.say("record", n=n, value=value) for n, value in records))
    values = words.listed(map(words.of, table.possible), "comma")
    if not table.open:
        return Entry(words.say("answer", value=values or words.say("no_row")), "=")
    if not values:
        return Entry(words.say("answer", value=words.say("not_known_yet")), "=")
    return Entry(words.say("answer_open_others" if table.others else "answer_open", values=values), "=")


def _row(row: RowTrace, words: Words) -> Entry:
    mark = "→" if row.decides else "?" if row.possible else "·"
    told = words.say("row", id=row.id, when=row.when, then=words.of(row.then))
    said = (words.of(row.say),) if row.say is not None else ()
    return Entry(words.lawful(told, row.law, row.confidence), mark, said)


def _facts(table: TableTrace, words: Words) -> Iterator[Entry]:
    for one in table.facts:
        label, shown = words.of(one.label), words.of(one.shown)
        yield Entry(words.say("fact", label=label, name=one.name, value=shown), "○")
    for name, label_ in table.wants.items():
        yield Entry(words.say("wants", label=words.of(label_), name=name), "○")


def _used(one: FactTrace, words: Words) -> Entry:
    """A fact with its value and where it came from."""
    told = words.say("fact", label=words.of(one.label), name=one.name, value=words.of(one.shown))
    return Entry(told, "•" if one.known else "?", (words.of(one.source),))
