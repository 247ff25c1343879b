"""The tables of an item, asked stretch by stretch, and where the facts of earlier cases led.

What a table answers depends on its facts only by classes of their values. So a stretch of tables remembers, for
each fact that it comes to ask for, which class led to which fact next, and at the end which answers stood there.
The next case of the same kind is led the same way without asking a table. Facts are asked for in the order in
which the tables themselves would, and never one more. Only what follows from the rules is remembered: what a case
concludes from a value of its own is concluded anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crossprov.assembly.answers import concluded_fact, for_each
from crossprov.assembly.memory import Memory, Remembered
from crossprov.values import needs_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

    from crossprov.assembly.answers import Answer, PreparedTable
    from crossprov.engine import Class
    from crossprov.facts.book import FactBook
    from crossprov.values import Fact, Need

MAX_FACTS: Final = 12  # facts that the tables of one stretch test together: more would lead more ways


class Answers(NamedTuple):
    """What the tables answered. ``ends`` are where the stretches ended, equal for cases that were led the same way.

    ``own`` are the answers that a case has of its own, of those that the stretches led to; ``by`` is what led it.
    """

    answers: dict[str, Answer]
    ends: tuple[Stop, ...] = ()
    own: tuple[Answer, ...] = ()
    by: Remembered | None = None


class Prepared:
    """The tables of an item on a day, ready to be asked. ``classes`` None: each table is asked every time.

    ``read`` are the names that are read by facts, not only by tables. ``memory`` is that of the rulebook.
    """

    def __init__(
        self,
        tables: Sequence[PreparedTable],
        classes: Mapping[str, Class] | None = None,
        read: frozenset[str] = frozenset(),
        memory: Memory | None = None,
    ) -> None:
        self.tables = tuple(tables)
        self.stretches = () if classes is None else tuple(_stretches(self.tables, classes, read))
        self.memory = memory or Memory()
        self.remembered = Remembered(self)

    def __iter__(self) -> Iterator[PreparedTable]:
        return iter(self.tables)

    def run(self, book: FactBook) -> Answers:
        """Answer every table in order and enter the conclusions among the facts."""
        answers: dict[str, Answer] = {}
        if not self.stretches or book.fixed:  # fixed facts may be seen that nobody has looked at
            for table in self.tables:
                answers[table.name] = _asked(table, book)
            return Answers(answers)
        own: list[Answer] = []
        by = self.remembered
        by.used = self.memory.now
        ends = [stretch.run(by, book, answers, own) for stretch in self.stretches]
        return Answers(answers, tuple(ends), tuple(own), by)

    def forget(self) -> None:
        """Begin to remember anew."""
        self.remembered = Remembered(self)
        for table in self.tables:
            table.forget()


def _asked(table: PreparedTable, book: FactBook) -> Answer:
    answer = table.settled
    if answer is None:
        answer = for_each(table, book) if table.each else table.answer(book.seen(), book.get)
    if table.kind == "conclusion" and not table.each:
        book.put(table.source.id, concluded_fact(answer))
    return answer


def _stretches(
    tables: Sequence[PreparedTable], classes: Mapping[str, Class], read: frozenset[str]
) -> Iterator[Stretch]:
    """Yield the tables in stretches that do not test too many facts together."""
    number = 0
    here: list[PreparedTable] = []
    facts: set[str] = set()
    looked_at = set(read)  # by facts, or by tables of the stretches before
    for table in tables:
        tested = set() if table.each else set(table.table.types)
        if here and len(facts | tested) > MAX_FACTS:
            yield Stretch(number, here, classes, looked_at)
            number += 1
            looked_at |= facts.union(*(one.looked_at_anew for one in here))
            here, facts = [], set()
        here.append(table)
        facts |= tested
    if here:
        yield Stretch(number, here, classes, looked_at)


class Own(NamedTuple):
    """A table of which it is known which rows decide, but which concludes what each case has of its own."""

    table: PreparedTable
    rows: tuple[int, ...]
    needs: frozenset[Need]
    tested: tuple[str, ...]

    def answer(self, book: FactBook) -> Answer:
        """Return the answer for a case and enter the conclusion among its facts."""
        table = self.table
        if table.each:
            return for_each(table, book)
        found = table.answered(self.rows, self.needs, self.tested, book.get)
        if table.kind == "conclusion":
            book.put(table.source.id, concluded_fact(found))
        return found


class Stop:
    """A stop on the way through a stretch: what is entered there, and what is looked at next.

    On the way to it tables were answered (``said``; None: the case has an answer of its own). ``enters`` are, in
    their order, the conclusions to be entered by name, and the tables that are concluded anew. Then ``fact`` is
    looked at, or which of the facts ``shown`` have been looked at by anybody, for the table number ``at``; the
    class found leads on by ``ways``. At the end of the stretch nothing is looked at, and ``end`` has all answers.
    """

    __slots__ = ("at", "before", "end", "enters", "fact", "key", "said", "shown", "ways")

    def __init__(self, before: Stop | None, at: int) -> None:
        self.before, self.at = before, at
        self.said: list[tuple[str, Answer | None]] = []
        self.enters: list[tuple[str, Fact | Own]] = []
        self.fact: str | None = None
        self.key: Class = hash
        self.shown: tuple[str, ...] = ()
        self.ways: dict[Hashable, Stop] = {}
        self.end: dict[str, Answer | None] | None = None

    def path(self) -> list[Stop]:
        """Return the stops from the first one to this."""
        found: list[Stop] = []
        here: Stop | None = self
        while here is not None:
            found.append(here)
            here = here.before
        return found[::-1]


class Stretch:
    """Tables that are asked one after the other, led the ways of earlier cases.

    ``number`` is its place among the stretches of its item. ``looked_at`` are the names that tables before them, or
    facts, may have looked at.
    """

    def __init__(
        self,
        number: int,
        tables: Sequence[PreparedTable],
        classes: Mapping[str, Class],
        looked_at: Collection[str],
    ) -> None:
        self.number, self.tables, self.classes = number, tuple(tables), classes
        anew = (name for table in tables for name in table.looked_at_anew)
        self.looked_at = frozenset(looked_at).union(anew)

    def run(self, by: Remembered, book: FactBook, answers: dict[str, Answer], own: list[Answer]) -> Stop:
        """Answer the tables; add to ``answers`` and, those that the case has of its own, to ``own``; return the end."""
        get, seen, stop = book.get, book.seen(), by.first[self.number]
        mine: list[tuple[str, Answer]] = []
        last: Stop | None = None
        way: Hashable = None
        while stop is not None:
            for name, entry in stop.enters:
                if isinstance(entry, Own):
                    mine.append((name, entry.answer(book)))
                else:
                    book.put(name, entry)
            fact = stop.fact
            if fact is not None:
                value = seen[fact] if fact in seen else get(fact)
                way = value if value is True or value is False else stop.key(value)  # a truth is its class
            elif stop.end is None:
                way = tuple([name in seen for name in stop.shown])
            else:
                break
            last, stop = stop, stop.ways.get(way)
        else:
            stop = self._explored(by, book, mine, last, way)
        answers.update(stop.end)  # type: ignore[arg-type] # what is None there comes next
        if mine:
            answers.update(mine)
            own += [answer for _, answer in mine]
        return stop

    def _explored(
        self,
        by: Remembered,
        book: FactBook,
        mine: list[tuple[str, Answer]],
        last: Stop | None,
        way: Hashable,
    ) -> Stop:
        """Ask the tables from where no case has been; remember the way, and return its end."""
        explorer = _Explorer(self, book, mine, last)
        explorer.go()
        # Only a whole way is ever seen by other threads; if two find one, either may stay.
        if last is None:
            by.first[self.number] = explorer.first
        else:
            last.ways[way] = explorer.first
        by.add(explorer.notes)
        return explorer.stop


class _Explorer:
    """Asks tables one by one and writes down, as a row of stops, what they look at and what they answer."""

    def __init__(
        self, stretch: Stretch, book: FactBook, mine: list[tuple[str, Answer]], last: Stop | None
    ) -> None:
        self.stretch, self.tables, self.book, self.mine = stretch, stretch.tables, book, mine
        self.at = last.at if last is not None else 0
        self.first = self.stop = Stop(last, self.at)
        self.notes = 1
        path = last.path() if last is not None else []
        self.known = {stop.fact for stop in path if stop.fact is not None}
        self.known |= {name for stop in path for name, entry in stop.enters if not isinstance(entry, Own)}
        self.shown_at = self.at if last is not None and last.shown else None

    def go(self) -> None:
        """Ask the tables to the last one."""
        for at in range(self.at, len(self.tables)):
            self.at = self.stop.at = at
            table = self.tables[at]
            if table.each:
                self._of_its_own(Own(table, (), frozenset(), ()), for_each(table, self.book))
            else:
                self._ask(table)
        self.stop.end = {name: answer for stop in self.stop.path() for name, answer in stop.said}
        self.notes += len(self.stop.end)

    def _ask(self, table: PreparedTable) -> None:
        hit = table.evaluate(self._get)
        book = self.book
        needs = needs_of(*[book.get(name) for name in hit.missing])
        self._look(table)
        tested = table.tested(book.seen())
        answer = table.concluded(hit.rows, needs, tested, book.get)
        value = concluded_fact(answer)
        if table.kind == "conclusion":
            book.put(table.source.id, value)
        if not table.is_constant(hit.rows):
            self._of_its_own(Own(table, hit.rows, needs, tested), answer)
            return
        self.stop.said.append((table.name, answer))
        if table.kind == "conclusion":
            self.stop.enters.append((table.source.id, value))
            self.known.add(table.source.id)

    def _of_its_own(self, own: Own, answer: Answer) -> None:
        self.stop.said.append((own.table.name, None))
        self.stop.enters.append((own.table.name, own))
        self.mine.append((own.table.name, answer))

    def _get(self, name: str) -> Fact:
        """Return a fact that a table looks at; that it does makes a stop, unless it is known what will be found."""
        value = self.book.get(name)
        if name not in self.known:
            self.known.add(name)
            key = self.stop.key = self.stretch.classes[name]
            self.stop.fact = name
            self._on(key(value))
        return value

    def _look(self, table: PreparedTable) -> None:
        """Make a stop where what a table shows depends on whether others have looked at it."""
        open_ = tuple(
            name for name in table.shown if name not in self.known and name in self.stretch.looked_at
        )
        if open_ and self.shown_at != self.at:
            self.stop.shown = open_
            seen = self.book.seen()
            self._on(tuple([name in seen for name in open_]))

    def _on(self, way: Hashable) -> None:
        following = self.stop.ways[way] = Stop(self.stop, self.at)
        self.stop = following
        self.notes += 1
