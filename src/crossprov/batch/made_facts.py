"""Facts that Python functions make of other facts, for registers that tell only the others.

"The month from which twelve months run" follows from two days that a register has. Such facts are made here by the
same functions as for a single case, once for each combination of what they read, and put beside the told ones. A row
for which a function breaks, or knows more than "not known" ("some month since 2024-05"), is hard: a column cannot say
it, so that row is decided by the engine of single cases. Facts that come from lists of records are not made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import polars as pl

from crossprov._errors import CrossprovError, RulebookError, internal_fault
from crossprov.batch.case_facts import says_more
from crossprov.batch.contract import REFUSED, SEPARATOR
from crossprov.batch.flat import flat
from crossprov.batch.reading import held
from crossprov.batch.rows import POLARS, Told, as_told
from crossprov.decide import decider
from crossprov.facts.book import FactBook
from crossprov.values import NONE, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crossprov.batch.contract import Contract, FactColumn
    from crossprov.rulebook.vocabulary import Vocabulary
    from crossprov.values import Fact

Makes: TypeAlias = "frozenset[str]"
"""All facts that functions make of facts, of an item."""

HARD: Final = "made.hard"
_NEEDS: Final = "made.needs."
_BETTER: Final = "made.missing"
_MAX_KEPT: Final = 1 << 20


class Made(NamedTuple):
    """What a function makes of one combination of facts."""

    value: Any = None
    none: bool = False
    needs: str | None = None
    hard: bool = False


class MadeTogether:
    """Facts that are made of the same others. What was made before is kept, for later pieces of the register."""

    def __init__(
        self, columns: Contract, facts: Sequence[FactColumn], told: Sequence[Told], makes: Makes
    ) -> None:
        self.columns, self.facts, self.told, self.makes = columns, facts, told, makes
        self.keys = columns_of(told)
        self.schema: dict[str, Any] = {}
        for fact in facts:
            self.schema[fact.name] = POLARS[fact.holds]
            if fact.companion is not None:
                self.schema[fact.companion] = pl.Boolean
            self.schema |= {_NEEDS + fact.name: pl.String, _hard(fact.name): pl.Boolean}
        self._kept = pl.DataFrame()

    def beside(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame with the facts beside what they are made of."""
        if not self.keys:
            same = zip(self.schema.items(), self._cells({}), strict=True)
            return frame.with_columns(pl.lit(value, kind).alias(name) for (name, kind), value in same)
        if not self._kept.width or self._kept.height > _MAX_KEPT:
            self._kept = pl.DataFrame(schema={**frame.select(self.keys).schema, **self.schema})
        found = self._looked_up(frame)
        new = found[_hard(self.facts[0].name)].is_null()
        if not new.any():
            return found
        keys = frame.filter(new).select(self.keys).unique()
        made = pl.DataFrame([self._cells(row) for row in keys.to_dicts()], schema=self.schema, orient="row")
        self._kept = pl.concat([self._kept, keys.hstack(made)])
        return self._looked_up(frame)

    def _looked_up(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(self._kept, on=self.keys, how="left", nulls_equal=True, maintain_order="left")

    def _cells(self, row: Mapping[str, Any]) -> list[Any]:
        cells: list[Any] = []
        for fact, made in zip(self.facts, self._made(row), strict=True):
            cells += [made.value, *([made.none] if fact.companion is not None else []), made.needs, made.hard]
        return cells

    def _made(self, row: Mapping[str, Any]) -> Iterator[Made]:
        columns, day = self.columns, self.columns.as_of
        try:
            fixed = told_alone(row, columns, self.told, self.makes)
        except ValueError:  # no value of its fact: the row is going to be refused
            yield from [Made()] * len(self.facts)
            return
        book = FactBook(decider(columns.rulebook).sources, columns.item, None, day, day, fixed)
        for fact in self.facts:
            try:
                yield _made_of(book.get(fact.name), fact)
            except Exception:  # noqa: BLE001 - whatever it is, the engine of single cases will tell it or not ask
                yield Made(hard=True)


def _made_of(value: Fact, fact: FactColumn) -> Made:
    if isinstance(value, Unknown):
        needs = SEPARATOR.join(sorted({need.fact for need in value.needs}))
        return Made(needs=needs, hard=says_more(value, fact.type))
    if value is NONE:
        return Made("none" if fact.companion is None else None, none=True)
    return Made(held(value))


class MadeFacts:
    """The facts of an item that can be made of those that a register tells, and what to do with its rows."""

    def __init__(self, columns: Contract, told: Sequence[tuple[FactColumn, str | None]]) -> None:
        self.columns = columns
        self.told = [Told(fact, fact.name, none) for fact, none in told]
        named = {one.fact.name: one for one in self.told}
        makes = _made_of_facts(columns)
        self.facts = [columns.facts[name] for name in makes if name not in named]
        self.makes = frozenset(makes)
        self.together = [
            MadeTogether(
                columns, [columns.facts[name] for name in names], [named[read] for read in reads], self.makes
            )
            for reads, names in _together(
                {name: makes[name] & named.keys() for name in makes if name not in named}
            )
        ]
        self._kept: dict[tuple[Any, ...], dict[str, Any]] = {}

    def beside(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame with all facts that can be made beside those told, and which rows are hard."""
        for one in self.together:
            frame = one.beside(frame)
        hard = [_hard(fact.name) for fact in self.facts]
        return frame.with_columns(pl.any_horizontal(hard).alias(HARD)).drop(hard) if hard else frame

    def told_instead(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return answers in which what is missing is what would have to be told, and no fact made of it."""
        columns = [_NEEDS + fact.name for fact in self.facts]
        if not columns:
            return frame
        if "missing" not in frame.columns:  # it is not wanted
            return frame.drop(columns)
        named = [name.removeprefix(_NEEDS) for name in columns]
        some = (pl.col("missing") != "") & pl.any_horizontal(pl.col(name).is_not_null() for name in columns)
        distinct = frame.filter(some).select("missing", *columns).unique()
        words = [
            _instead(missing, dict(zip(named, needs, strict=True))) for missing, *needs in distinct.rows()
        ]
        better = distinct.with_columns(pl.Series(_BETTER, words, dtype=pl.String))
        joined = frame.join(
            better, on=["missing", *columns], how="left", nulls_equal=True, maintain_order="left"
        )
        missing = pl.coalesce(_BETTER, "missing").alias("missing")
        return joined.with_columns(missing).drop(_BETTER, *columns)

    def by_engine(self, frame: pl.DataFrame) -> list[dict[str, Any]]:
        """Decide the rows of a frame by the engine of single cases; rows that tell the same once."""
        keys = columns_of(self.told)
        return [self._by_engine(keys, row) for row in frame.select(keys).rows()]

    def _by_engine(self, keys: Sequence[str], row: tuple[Any, ...]) -> dict[str, Any]:
        found = self._kept.get(row)
        if found is None:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            told = told_alone(dict(zip(keys, row, strict=True)), self.columns, self.told, self.makes)
            found = self._kept[row] = decide_told(told, self.columns)
        return found


def _hard(name: str) -> str:
    return f"{HARD}.{name}"


def _instead(missing: str, needs: Mapping[str, str | None]) -> str:
    words = (needs.get(word) or word for word in missing.split(SEPARATOR))
    return SEPARATOR.join(sorted({one for word in words for one in word.split(SEPARATOR)}))


def columns_of(told: Iterable[Told]) -> list[str]:
    """Return the columns in which facts are told."""
    some = list(told)
    return [one.column for one in some] + [one.none for one in some if one.none is not None]


def _together(made: Mapping[str, frozenset[str]]) -> list[tuple[list[str], list[str]]]:
    """Return what is read and what is made of it, facts that read no more than another together with that one."""
    found: list[tuple[frozenset[str], list[str]]] = []
    for name, reads in sorted(made.items(), key=lambda one: -len(one[1])):
        names = next((names for more, names in found if reads <= more), None)
        if names is None:
            found.append((reads, [name]))
        else:
            names.append(name)
    return [(sorted(reads), names) for reads, names in found]


def _made_of_facts(columns: Contract) -> dict[str, frozenset[str]]:
    """Return the facts that functions make without any list of records, each with the told facts behind it."""
    vocabulary, found = columns.rulebook.vocabulary, dict[str, frozenset[str]]()
    for name, fact in columns.facts.items():
        shape = vocabulary.facts[name].shape if name in vocabulary.facts else None
        if fact.calculated or shape is None or shape.function is None or name in columns.item.functions:
            continue
        behind = everything_behind(name, vocabulary)
        if not behind & vocabulary.records.keys():
            found[name] = frozenset(behind & vocabulary.facts.keys())
    return found


def everything_behind(name: str, vocabulary: Vocabulary) -> set[str]:
    """Return the names of all facts, records and parameters from which a fact is made, however indirectly."""
    found, open_ = set[str](), {name}
    while open_:
        one = open_.pop()
        found.add(one)
        if one in vocabulary.facts:
            open_ |= set(vocabulary.reads(one)) - found
        elif one in vocabulary.parameters:
            open_ |= set(vocabulary.parameters[one].shape.keyed_by) - found
    return found - {name}


def decide_told(told: Mapping[str, Fact], columns: Contract) -> dict[str, Any]:
    """Return what the engine of single cases says to some facts, in the columns of answers and of a refusal."""
    day = columns.as_of
    try:
        decision = decider(columns.rulebook).decide(columns.item.id, None, day, day, day, told)
        return {**flat(decision, columns), **dict.fromkeys(REFUSED)}
    except RulebookError:  # no fault of the row
        raise
    except CrossprovError as error:
        problem = error.problems[0]
    except Exception as error:  # noqa: BLE001 - as in `decide`
        problem = internal_fault(error).problems[0]
    where = str(problem.params.get("fact", problem.path))
    refusal = dict(zip(REFUSED, (where, problem.code, None), strict=True))
    return {**dict.fromkeys(columns.outputs), **refusal}


def told_alone(
    row: Mapping[str, Any], columns: Contract, told: Sequence[Told], made: Iterable[str]
) -> dict[str, Fact]:
    """Return the facts of a row as they were told; those in ``made`` are left to their functions."""
    facts = as_told(row, columns, told)
    named = {one.fact.name for one in told}
    return {name: value for name, value in facts.items() if name in named or name not in made}
