"""What has to be proved of an item in a segment of time.

A *reachable* goal wants a case; a fault is that there is none. An *excluded* goal wants that there is no case; a fault
is one. Each goal is a term of z3, and a question to the program whether a set of facts is such a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import z3

from crossprov.assembly.answers import COMPETENT
from crossprov.engine import CONFLICT, GAP
from crossprov.proof.outcome import else_of, lacks_office, outcomes_of, settled_before
from crossprov.proof.symbols import TRUE, Term
from crossprov.rulebook.expression import Always
from crossprov.rulebook.item import NOT_APPLICABLE, Refer, ThenFact, ThenValue
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crossprov.proof.replay import Told
    from crossprov.proof.tables import TableTerms
    from crossprov.proof.world import ItemWorld
    from crossprov.rulebook.vocabulary import Where

Met: TypeAlias = "Callable[[Told], bool]"
Want: TypeAlias = Literal["reachable", "excluded"]

_GOES_ON: Final = ("eligible", "refer_to_person", "needs_information")
_IN_A_CASE_THAT_GOES_ON: Final = frozenset({"step", "material", "amount", "intake", "limit"})
_WITHOUT_AN_OFFICE: Final = (("eligible", "none"), ("refer_to_person", "no_place"))
_TABLES: Final = frozenset({"conclusion", "office", "requirement"})


@dataclass(frozen=True)
class Goal:
    """One thing to be proved. ``code`` names its sentence in the texts, ``subject`` what it is about.

    ``hint``: where to look first; beyond it z3 knows less of what the program would say. ``each_time``: it has to hold
    in every segment; else once while the version of its rule is in force, for what the law of a day leaves out (a sum
    that nobody published) may well leave a rule nothing to do for a while.
    """

    code: str
    subject: str
    want: Want
    term: Term
    met: Met
    where: tuple[Where, ...]
    hint: Term = TRUE

    each_time: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What names the goal in its segment."""
        return self.code, self.subject

    @property
    def version(self) -> tuple[object, ...]:
        """What names the goal over time: the version of the rule that it is about."""
        return (*self.key, *(where.path for where in self.where))


def goals(world: ItemWorld) -> Iterator[Goal]:
    """Yield everything that has to be proved of an item in the segment of a world."""
    outcomes = outcomes_of(world)
    yield from _outcomes(world, outcomes)
    for table in world.tables.values():
        if table.table.source.each is not None:
            yield from _of_records(table)
            continue
        yield from _closed(table, z3.Or(outcomes["eligible"], outcomes["refer_to_person"]))
        yield from _rows(table, settled_before(world, table), outcomes)
    yield from _offices(world)
    yield from _amounts(world, outcomes)


def _outcomes(world: ItemWorld, outcomes: dict[str, Term]) -> Iterator[Goal]:
    """Every outcome that a requirement can lead to, and eligible: so the requirements can hold together."""
    wanted: dict[str, tuple[Where, ...]] = {"eligible": (world.item.where.at("requirements"),)}
    for one in world.of_kind("requirement"):
        row = one.table.source.rows[0]
        wanted.setdefault(else_of(row.rule), (row.where,))
    for outcome, where in wanted.items():
        settled = settled_before(
            world, *(world.tables.values() if outcome == "eligible" else world.of_kind("requirement"))
        )
        term = outcomes[outcome]
        lacks = lacks_office(world)
        hint = z3.And(settled, *map(z3.Not, lacks)) if lacks else settled
        yield Goal("outcome", outcome, "reachable", term, _outcome_is(outcome), where, hint)


def _outcome_is(*outcomes: str) -> Met:
    return lambda told: told.decision.outcome in outcomes


def _hits(name: str, row: int) -> Met:
    return lambda told: told.rows.get(name) == row


def _both(one: Met, other: Met) -> Met:
    return lambda told: one(told) and other(told)


def _closed(table: TableTerms, goes_on: Term) -> Iterator[Goal]:
    """A table answers every case, and a unique one by one row. A case that goes on shows best what is wrong."""
    source = table.table.source
    where = tuple(row.where for row in source.rows)
    if not z3.is_false(table.gap):
        yield Goal("complete", source.name, "excluded", table.gap, _hits(source.name, GAP), where, goes_on)
    if source.hit == "unique":
        for i in range(len(where)):
            for j in range(i):
                both = z3.And(table.holds[i], table.holds[j])
                rows = f"{source.name}/{source.rows[j].id}+{source.rows[i].id}"
                met = _hits(source.name, CONFLICT)
                yield Goal("disjoint", rows, "excluded", both, met, (where[j], where[i]), goes_on)


def _rows(table: TableTerms, settled: Term, outcomes: dict[str, Term]) -> Iterator[Goal]:
    """Every row of a table can answer; what a rule adds to a case can be in one that is not refused."""
    source = table.table.source
    kind, name = source.kind, source.name
    if kind in _TABLES:
        for index, (row, hit) in enumerate(zip(source.rows, table.hits, strict=True)):
            code = "requirement" if kind == "requirement" and row.id != NOT_APPLICABLE else "row"
            if row.then == Refer() and isinstance(row.when, Always):
                continue  # a net for what the rows before leave out: it is good if there is nothing
            subject = f"{name}/{row.id}"
            met = _hits(name, index)
            yield Goal(code, subject, "reachable", hit, met, (row.where,), settled, each_time=False)
        return
    term, met = table.hits[0], _hits(name, 0)
    if kind in _IN_A_CASE_THAT_GOES_ON:
        term = z3.And(term, z3.Or(outcomes["eligible"], outcomes["refer_to_person"]))
        met = _both(met, _outcome_is(*_GOES_ON))
    yield Goal("applies", name, "reachable", term, met, (source.rows[0].where,), settled, each_time=False)


def _of_records(table: TableTerms) -> Iterator[Goal]:
    """Rows over the fields of a record: proved of the table alone, since facts make no records."""
    source = table.table.source
    if not z3.is_false(table.gap):
        where = tuple(row.where for row in source.rows)
        yield Goal("complete", source.name, "excluded", table.gap, _hits(source.name, GAP), where)
    for index, (row, hit) in enumerate(zip(source.rows, table.hits, strict=True)):
        subject = f"{source.name}/{row.id}"
        met = _hits(source.name, index)
        yield Goal("row", subject, "reachable", hit, met, (row.where,), each_time=False)


def _offices(world: ItemWorld) -> Iterator[Goal]:
    """Whoever is eligible has an office that decides."""
    table, but_for_it = world.tables.get(COMPETENT), outcomes_of(world, office=False)["eligible"]
    if table is None:
        role = world.item.where.at("offices", "competent")
        referred = _outcome_is("refer_to_person")
        yield Goal("office", COMPETENT, "excluded", but_for_it, referred, (role,))
        return

    def met(told: Told) -> bool:
        office = told.decision.competent
        return (told.decision.outcome, office and office.undetermined) in _WITHOUT_AN_OFFICE

    for index, (row, hit) in enumerate(zip(table.table.source.rows, table.hits, strict=True)):
        if row.then == ThenValue(NONE) or isinstance(row.then, ThenFact):
            none = z3.And(but_for_it, hit, table.conclusion.none)
            both = _both(met, _hits(COMPETENT, index))
            yield Goal("office", f"{COMPETENT}/{row.id}", "excluded", none, both, (row.where,))


def _amounts(world: ItemWorld, outcomes: dict[str, Term]) -> Iterator[Goal]:
    """No sum of money is less than nothing."""
    for table in world.of_kind("amount"):
        source = table.table.source
        value = table.conclusion
        less = z3.And(outcomes["eligible"], table.hits[0], value.some, value.term < 0)

        def met(told: Told, name: str = source.id) -> bool:
            return any(one.id == name and (one.yuan or "").startswith("-") for one in told.decision.amounts)

        yield Goal("amount", source.name, "excluded", less, met, (source.rows[0].where,))
