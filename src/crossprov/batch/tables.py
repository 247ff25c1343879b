"""A table of an item in columns: which rows answer it, what they conclude, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from crossprov.assembly.answers import COMPETENT
from crossprov.batch.automaton import Automaton, Letter, TooManyStatesError, automaton
from crossprov.batch.coded import Coded
from crossprov.batch.facts import Among, Classes, Column_, NotColumnarError, has_member, held
from crossprov.engine import CONFLICT, GAP, Hit
from crossprov.engine.index import TableIndex
from crossprov.rulebook.item import Refer, ThenFact, ThenValue
from crossprov.values import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crossprov.batch.item import ItemColumns
    from crossprov.batch.nodes import Node, Stages
    from crossprov.rulebook.item import Then
    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.rulebook.schema import OfficeRow

_FLAT: Final = frozenset({"bool", "enum", "place", "text"})
_SPECIAL: Final = (GAP, CONFLICT)


class Gap:
    """Stands for what is concluded where the rules do not answer; a person must decide then, too."""


_GAP: Final = Gap()
Concluded: TypeAlias = "Then | Gap"
_Key = TypeVar("_Key")
_Merged: TypeAlias = "dict[_Key, list[int]]"
"""The answers, by their places, in which something takes part: a table has far fewer facts than ways to mix them."""


class Answers:
    """What a table answers, row by row of a frame; ``hits`` are its possible answers, ``state`` says which it is."""

    def __init__(self, table: LoweredTable, item: ItemColumns) -> None:
        self.table, self.source, self.stages, self._fact = table, table.source, item.stages, item.fact
        self._kept, stages = item.columns.automata, item.stages
        self.state, self.hits = self._decided()
        self.thens = [_thens(table, hit.rows) for hit in self.hits]
        self._groups: dict[tuple[Concluded, ...], list[int]] = {}
        for place, thens in enumerate(self.thens):
            self._groups.setdefault(thens, []).append(place)
        self._needs_place = self.source.name == COMPETENT
        self.open = stages.keep(self._open())
        self.no_place = stages.keep(self._fact_is_none()) if self._needs_place else stages.false
        referred = self.where(
            lambda hit: (
                all(isinstance(one, (Refer, Gap)) for one in self._of(hit)) and len(self._of(hit)) == 1
            )
        )
        self.refers = stages.keep(stages.any(referred, self.no_place)) if self._needs_place else referred
        self.needs = self._needs()

    def _of(self, hit: Hit) -> tuple[Concluded, ...]:
        return _thens(self.table, hit.rows)

    def where(self, test: Callable[[Hit], bool]) -> Node:
        """Return where the answer is one that meets a test."""
        return self._at(i for i, hit in enumerate(self.hits) if test(hit))

    def _at(self, places: Iterable[int]) -> Node:
        """Return where the answer is one of some."""
        return self.stages.flag(self.state, places, len(self.hits))

    # --- which rows -----------------------------------------------------------------------------------------

    def _decided(self) -> tuple[Node, tuple[Hit, ...]]:
        index, stages = TableIndex(self.table), self.stages
        if not index.columns:
            return stages.constant(0, stages.space.Int32), (Hit((index.answer(index.full),)),)
        read = [_letter(column, self._fact(column.fact), stages) for column in index.columns]
        letters = tuple(letter for letter, _ in read)
        try:
            made = self._automaton(index, letters)
        except TooManyStatesError:
            raise NotColumnarError from None
        state = stages.constant(0, stages.space.Int32)
        for step in made.lookups:
            digits = [(read[i][1], len(read[i][0].symbols)) for i in step.letters]
            state = stages.keep(stages.pick(stages.number(digits, state), step.table, stages.space.Int32))
        return state, made.answers

    def _automaton(self, index: TableIndex, letters: tuple[Letter, ...]) -> Automaton:
        """Return the automaton of the table, made once for all frames that tell as much."""
        key = id(self.table), letters  # the contract holds the item, which holds the table
        if key not in self._kept:
            self._kept[key] = automaton(index, letters)
        return self._kept[key]

    # --- what they conclude ---------------------------------------------------------------------------------

    def _facts(self, thens: Iterable[Concluded]) -> list[Column_]:
        return [self._fact(then.name) for then in thens if isinstance(then, ThenFact)]

    def _open(self) -> Node:
        """Return where the conclusion is not known: rows that conclude differently, or an unknown fact."""
        stages = self.stages
        found = [self.where(lambda hit: self._differ(hit.rows))]
        never: list[int] = []
        unknown: _Merged[str] = {}
        pairs: _Merged[tuple[Concluded, Concluded]] = {}
        for thens, places in self._groups.items():
            others = [one for one in thens if not isinstance(one, ThenFact)]
            if len(others) > 1 or (thens[1:] and any(map(self._is_no_value, others))):
                never += places
                continue
            facts = [one for one in thens if isinstance(one, ThenFact)]
            for fact in facts:
                unknown.setdefault(fact.name, []).extend(places)
            members = [*others, *facts]
            for one in members[1:]:
                pairs.setdefault((members[0], one), []).extend(places)
        for name, places in unknown.items():
            found.append(stages.both(self._at(places), self._fact(name).unknown))
        for (one, other), places in pairs.items():
            found.append(stages.both(self._at(places), stages.no(self._same(one, other))))
        return stages.any(*found, self._at(never))

    def _is_no_value(self, then: Concluded) -> bool:
        """Tell whether no fact concludes the same: that nobody is to decide is not said by a place that is none."""
        nobody = self._needs_place and isinstance(then, ThenValue) and then.value is NONE
        return nobody or isinstance(then, (Refer, Gap))

    def _fact_is_none(self) -> Node:
        """Return where the conclusion is that of a fact which is known to be none."""
        stages = self.stages
        found = [
            stages.both(self._at(places), self._fact(name).none, stages.no(self.open))
            for name, places in self._by_first_fact().items()
        ]
        return stages.any(*found)

    def _by_first_fact(self) -> _Merged[str]:
        """Return the answers by their first fact; where all conclude the same, what it says is what all say."""
        found: _Merged[str] = {}
        for thens, places in self._groups.items():
            for then in [then for then in thens if isinstance(then, ThenFact)][:1]:
                found.setdefault(then.name, []).extend(places)
        return found

    def _differ(self, rows: Sequence[int]) -> bool:
        """Tell whether rows that may decide name different organs, even for one place."""
        if self.source.kind != "office":
            return False
        rules = [cast("OfficeRow", self.source.rows[row].rule) for row in rows if row >= 0]
        return len({rule.function for rule in rules}) > 1

    def _same(self, one: Concluded, other: Concluded) -> Node:
        """Return where two conclusions are certainly the same."""
        stages, (first, second) = self.stages, (self._column(one), self._column(other))
        equal = stages.sure(stages.of(lambda a, b: a == b, first.value, second.value))
        return stages.any(equal, stages.both(first.none, second.none))

    def _column(self, then: Concluded) -> Column_:
        return (
            self._fact(then.name) if isinstance(then, ThenFact) else self._constant(cast("ThenValue", then))
        )

    def _constant(self, then: ThenValue) -> Column_:
        stages, value = self.stages, then.value
        if value is NONE:
            return Column_(stages.null(None), stages.false, stages.true)
        if isinstance(value, frozenset):
            raise NotColumnarError
        return Column_(stages.constant(held(value), self._kind(held(value))), stages.false, stages.false)

    def _kind(self, value: Any) -> Any:
        return self.stages.space.Int64 if isinstance(value, int) and not isinstance(value, bool) else None

    def value(self) -> tuple[Node, Node]:
        """Return the conclusion where it is known, else null; and where it is known to be none."""
        stages = self.stages
        fixed: dict[int, Any] = {}
        for thens, places in self._groups.items():
            one = thens[0]
            if len(thens) == 1 and isinstance(one, ThenValue):
                fixed |= dict.fromkeys(places, one.value)
        arms, nones = [], []
        for name, places in self._by_first_fact().items():
            here = stages.both(self._at(places), stages.no(self.open))
            arms.append((here, self._fact(name).value))
            if not self._needs_place:
                nones.append(stages.both(here, self._fact(name).none))
        if any(isinstance(value, frozenset) for value in fixed.values()):
            raise NotColumnarError
        listed = [
            held(fixed[i]) if i in fixed and fixed[i] is not NONE else None for i in range(len(self.hits))
        ]
        kinds = {type(one) for one in listed if one is not None}
        constant = stages.null(None)
        if kinds:
            constant = stages.pick(self.state, listed, self._listed_kind(kinds))
        known = [(self.open, stages.null(None))] if self._may_differ(fixed) else []
        chosen = stages.choose([*known, *arms], constant)
        value = stages.nothing(self.source.type.kind) if chosen.value is None else stages.keep(chosen)
        none = self._at(i for i in fixed if fixed[i] is NONE)
        return value, stages.keep(stages.both(stages.any(none, *nones), stages.no(self.open)))

    def coded(self) -> Coded | None:
        """Return the conclusion as the numbers of its words, null where it is not known; None if not all have some.

        Only tables whose conclusions are facts with the same words have them.
        """
        stages = self.stages
        by_fact: _Merged[str] = {}
        for thens, places in self._groups.items():
            if len(thens) == 1 and isinstance(thens[0], (Refer, Gap)):
                continue
            names = [then.name for then in thens if isinstance(then, ThenFact)]
            if len(names) < len(thens):
                return None
            by_fact.setdefault(names[0], []).extend(places)
        arms: list[tuple[Node, Node]] = []
        words: Mapping[str, int] | None = None
        for name, places in by_fact.items():
            codes = self._fact(name).codes
            if codes is None or codes.places != (words := words or codes.places):
                return None
            arms.append((stages.both(self._at(places), stages.no(self.open)), codes.node))
        if words is None:
            return None
        number = stages.keep(stages.choose(arms, stages.null(None)))
        return Coded(number, words) if number.is_open else None

    def _may_differ(self, fixed: Mapping[int, Any]) -> bool:
        return any(self._differ(self.hits[place].rows) for place in fixed)

    def _listed_kind(self, kinds: set[type]) -> Any:
        space = self.stages.space
        names = {bool: space.Boolean, int: space.Int64, str: space.String}
        return names.get(next(iter(kinds)), space.Date)

    def row(self) -> Node:
        """Return the id of the row that decides; null if several may."""
        rows = self.source.rows
        ids = [rows[hit.rows[0]].id if len(hit.rows) == 1 and hit.rows[0] >= 0 else None for hit in self.hits]
        return self.stages.pick(self.state, ids, self.stages.space.String)

    def truth(self, *, value: bool) -> Node:
        """Return where a table of one condition is certainly true, or certainly false."""
        return self.where(lambda hit: self._of(hit) == (ThenValue(value),))

    # --- what is missing ------------------------------------------------------------------------------------

    def _needs(self) -> dict[str, Node]:
        """Return for each fact that nobody calculates where it is needed to answer the table."""
        stages = self.stages
        found: dict[str, list[Node]] = {}
        for name in sorted({name for hit in self.hits for name in hit.missing}):
            here = self.where(lambda hit, name=name: name in hit.missing)  # type: ignore[misc]
            for leaf, flag in self._fact(name).needs.items():
                found.setdefault(leaf, []).append(stages.both(here, flag, self.open))
        by_fact: _Merged[str] = {}
        for thens, places in self._groups.items():
            for then in thens:
                if isinstance(then, ThenFact):
                    by_fact.setdefault(then.name, []).extend(places)
        for name, places in by_fact.items():
            fact = self._fact(name)
            here = stages.both(self._at(places), fact.unknown, self.open)
            for leaf, flag in fact.needs.items():
                found.setdefault(leaf, []).append(stages.both(here, flag))
        return {leaf: stages.keep(stages.any(*flags)) for leaf, flags in found.items()}

    # --- as a fact ------------------------------------------------------------------------------------------

    def as_fact(self) -> Column_:
        """Return the conclusion as a fact: unknown among what is possible, or unknown for good."""
        stages = self.stages
        value, none = self.value()
        unknown = stages.keep(stages.any(self.open, self.refers))
        return Column_(value, unknown, none, self.needs, among=tuple(self._among()))

    def _among(self) -> Iterable[Among]:
        if self.source.type.kind not in _FLAT:
            return
        for thens, places in self._groups.items():
            facts = self._facts(thens)
            if not thens[1:] or any(isinstance(then, (Refer, Gap)) for then in thens):
                continue
            stages = self.stages
            here = self._at(places)
            known = [stages.no(one.unknown) for one in facts]
            constants = tuple(then.value for then in thens if isinstance(then, ThenValue))
            yield Among(stages.keep(stages.both(here, self.open, *known)), constants, tuple(facts))


def _thens(table: LoweredTable, rows: Sequence[int]) -> tuple[Concluded, ...]:
    """Return what rows conclude, each once; a gap of the rules is for a person."""
    found = [_GAP if row in _SPECIAL else table.rows[row].then for row in rows]
    return tuple(dict.fromkeys(found))


def _letter(column: Any, fact: Column_, stages: Stages) -> tuple[Letter, Node]:
    """Return what a table reads of a fact, and the number of its class."""
    if column.type.kind == "set":
        return _member(column, fact, stages)
    classes = Classes(column.type, [column])
    zero = stages.constant(0, stages.space.Int32)
    if not fact.value.is_open and not classes.has_sets(fact):  # the same for all rows
        code = classes.code(fact, stages)
        if not code.is_open:
            return Letter(column.fact, (classes.symbols(column, subsets=False)[code.value],)), zero
    symbols = classes.symbols(column, subsets=classes.has_sets(fact))
    return Letter(column.fact, symbols), stages.keep(classes.code(fact, stages))


def _member(column: Any, fact: Column_, stages: Stages) -> tuple[Letter, Node]:
    """Return whether a set has a member; it is told as text with ``;`` between."""
    if not fact.value.is_open:
        raise NotColumnarError
    inside = stages.of(lambda expr: has_member(expr, column.member, stages.space), fact.value)
    int32 = stages.space.Int32
    code = stages.choose(
        [(fact.unknown, stages.constant(2, int32)), (stages.sure(inside), stages.constant(1, int32))],
        stages.constant(0, int32),
    )
    return Letter(
        column.fact, (column.outside, column.inside, frozenset({column.inside, column.outside}))
    ), stages.keep(code)
