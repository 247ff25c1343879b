"""An item on a day as stages of columns: everything that a frame gets as answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossprov.assembly.offices import COMPETENT
from crossprov.batch.dates import FIRST_MONTH, LAST_MONTH, written_month
from crossprov.batch.due import DueColumns
from crossprov.batch.facts import RATE, NotColumnarError
from crossprov.batch.item import ItemColumns, in_range
from crossprov.batch.native import looked_up
from crossprov.batch.nodes import Stages
from crossprov.batch.offices import OfficeColumns, office
from crossprov.batch.outcome import outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crossprov.batch.contract import Contract
    from crossprov.batch.nodes import ListLookup, Node
    from crossprov.batch.outcome import Outcome
    from crossprov.batch.rows import Told

DOUBTFUL = "doubtful"


class Program:
    """The columns of an item for frames that tell certain facts; ``space`` is Polars or Narwhals.

    Raises ``NotColumnarError`` if the item cannot be said exactly in columns.
    """

    def __init__(self, columns: Contract, told: Sequence[Told], space: Any) -> None:
        self.columns, self.told = columns, told
        self.stages = Stages(space)
        if not columns.item.in_force(columns.as_of):
            raise NotColumnarError
        self.item = ItemColumns(columns, told, self.stages)
        self.offices = {
            one.source.id: office(one, self.item)
            for one in self.item.answers.values()
            if one.source.kind == "office"
        }
        steps = dict(self._steps())
        self.clocks = DueColumns(self.item, steps)
        self.due = {name: self.clocks.due(name) for name in steps}
        self.outcome = self._outcome()
        made = {columns.meanwhile[name]: node for name, node in self._made().items()}
        self.doubtful = self._doubtful()
        for name, node in [*made.items(), (DOUBTFUL, self.doubtful)]:
            self.stages.put(name, node)
        self._kept: dict[Any, list[tuple[Mapping[str, ListLookup], list[Any]]]] = {}

    def _doubtful(self) -> Node:
        stages = self.stages
        found = [self.item.doubtful, stages.no(in_range(stages, self.told))]
        return stages.any(*found)

    def _outcome(self) -> Outcome:
        further: dict[str, list[Node]] = {}
        for one in self.offices.values():
            for name, flag in one.needs.items():
                further.setdefault(name, []).append(flag)
        for name, flag in self.clocks.further().items():
            further.setdefault(name, []).append(flag)
        needed = {name: self.stages.any(*flags) for name, flags in further.items()}
        gaps = frozenset(self.columns.rulebook.parameters)
        competent = self.offices.get(COMPETENT)
        nowhere = self.stages.true if competent is None else competent.nowhere
        return outcome(self.item.answers.values(), needed, nowhere, gaps, self.stages)

    def _made(self) -> Mapping[str, Node]:
        stages, space = self.stages, self.stages.space
        requirements = dict(self._of("requirement"))
        intake = dict(self._of("intake"))
        found: dict[str, Node] = {"outcome": self.outcome.outcome}
        found["reasons"] = stages.joined({name: one.truth(value=False) for name, one in requirements.items()})
        found["reasons_open"] = stages.joined(
            {name: stages.any(one.open, one.refers) for name, one in requirements.items()}
        )
        nothing = stages.null(space.String)
        none = OfficeColumns(nothing, nothing, nothing, {}, stages.true)
        competent = self.offices.get(COMPETENT, none)
        found["competent"], found["competent_place"] = competent.division, competent.place
        found["competent_why"] = competent.why
        found["intake"] = stages.joined({name: one.truth(value=True) for name, one in intake.items()})
        found["intake_open"] = stages.joined(
            {name: stages.any(one.open, one.refers) for name, one in intake.items()}
        )
        found["missing"] = stages.joined(self.outcome.missing)
        return found | dict(self._conclusions()) | dict(self._amounts()) | dict(self._due())

    def _of(self, kind: str) -> Iterator[tuple[str, Any]]:
        for one in self.item.answers.values():
            if one.source.kind == kind:
                yield one.source.id, one

    def _steps(self) -> Iterator[tuple[str, Node]]:
        """Yield the steps with where they are shown: also those that may apply."""
        for name, one in self._of("step"):
            yield name, self.stages.keep(self.stages.no(one.truth(value=False)))

    def _conclusions(self) -> Iterator[tuple[str, Node]]:
        stages = self.stages
        several = dict(self._of("conclusion"))
        for name in self.columns.conclusions:
            one, fact = several[name], self.item.fact(name)
            yield f"conclusion.{name}", self._shown(name, fact)
            yield f"rule.{name}", one.row()
        ordered = {name: several[name] for name in self.columns.conclusions}
        yield "conclusions_open", stages.joined({name: one.open for name, one in ordered.items()})
        yield "conclusions_refer", stages.joined({name: one.refers for name, one in ordered.items()})

    def _shown(self, name: str, fact: Any) -> Node:
        """Return a conclusion as its column holds it: months as text, and what is none as such."""
        stages, space, kind = self.stages, self.stages.space, self.columns.conclusions[name].kind
        value = fact.value
        if kind == "month":
            value = stages.choose([(stages.is_null(value), stages.null(space.String))], self._month(value))
        if self.columns.outputs[f"conclusion.{name}"] == "text":
            return stages.choose(
                [(fact.none, stages.constant("none", space.String))], self._typed(value, "text")
            )
        return self._typed(value, self.columns.outputs[f"conclusion.{name}"])

    def _typed(self, value: Node, held: str) -> Node:
        space = self.stages.space
        if held == "decimal":
            return self._rate(value)
        kinds = {"bool": space.Boolean, "int": space.Int64, "date": space.Date, "text": space.String}
        return self.stages.of(lambda expr: expr.cast(kinds[held]), value)

    def _rate(self, value: Node) -> Node:
        """Return a rate with its point, by way of its digits, which every backend reads alike."""
        space = self.stages.space

        def written(expr: Any) -> Any:
            size = space.when(expr < 0).then(-expr).otherwise(expr)
            sign = space.when(expr < 0).then(space.lit("-")).otherwise(space.lit(""))
            places = (size % RATE).cast(space.String).str.zfill(8)
            text = space.concat_str(sign, (size // RATE).cast(space.String), space.lit("."), places)
            return text.cast(space.Decimal(38, 8))

        return self.stages.of(written, self._typed(value, "int"))

    def _month(self, value: Node) -> Node:
        """Return a counted month as it is written; a row with one far away is in doubt."""
        stages, ends = self.stages, (FIRST_MONTH.ordinal, LAST_MONTH.ordinal)
        far = stages.of(lambda e: (e < ends[0]) | (e > ends[1]), value)
        self.item.doubt(stages.keep(stages.sure(far)))
        return stages.of(lambda e: written_month(e, stages.space), value)

    def _amounts(self) -> Iterator[tuple[str, Node]]:
        stages = self.stages
        for name, one in self._of("amount"):
            value, _ = one.value()
            shown = stages.choose([(self.outcome.goes_on, value)], stages.null(None))
            yield f"amount.{name}", self._typed(shown, "int")

    def _due(self) -> Iterator[tuple[str, Node]]:
        stages = self.stages
        for name in self.columns.steps:
            day = stages.choose([(self.outcome.goes_on, self.due[name])], stages.null(None))
            yield f"due.{name}", self._typed(day, "date")

    def applied(self, frame: Any, kept: Sequence[str], answers: Iterable[str]) -> Any:
        """Return a frame with columns of answers, under the names by which they go meanwhile, and of doubt.

        ``kept`` are columns of the frame that stay; all others go as soon as no later stage reads them. What only
        other answers need is not worked out, but which rows are in doubt does not depend on the answers wanted.
        """
        key = tuple(frame.collect_schema().names()), tuple(kept), tuple(answers)
        steps = self._kept.get(key)
        if steps is None:
            steps = self._kept[key] = list(self._selected(*key))
        for lookups, columns in steps:
            if lookups:
                frame = looked_up(frame, lookups)
            frame = frame.select(columns)
        return frame

    def _selected(
        self, given: Iterable[str], kept: Iterable[str], answers: Iterable[str]
    ) -> Iterator[tuple[Mapping[str, ListLookup], list[Any]]]:
        """Yield for each stage what is looked up before it, and its columns."""
        here, wanted = list(given), {*kept, *answers, DOUBTFUL}
        last_use = _last_uses(self.stages, {*answers, DOUBTFUL})
        column = self.stages.space.col
        for i, stage in enumerate(self.stages.stages):
            lookups = {
                k: one for k, one in self.stages.lookups.get(i, {}).items() if last_use.get(k, -1) >= i
            }
            here += lookups
            here = [name for name in here if name in wanted or last_use.get(name, -1) >= i]
            made = {
                name: node for name, node in stage.items() if name in wanted or last_use.get(name, -1) > i
            }
            exprs = [*map(column, here), *(node.expr.alias(name) for name, node in made.items())]
            yield lookups, exprs
            here += made


def _last_uses(stages: Stages, wanted: Collection[str]) -> dict[str, int]:
    """Return for each column the last stage that reads it; columns that nothing wanted needs read nothing."""
    found: dict[str, int] = {}
    for i in range(len(stages.stages) - 1, -1, -1):
        for name, node in stages.stages[i].items():
            if name in wanted or name in found:
                for used in node.uses:
                    found.setdefault(used, i)
        for name, lookup in stages.lookups.get(i, {}).items():
            if name in found:
                found.setdefault(lookup.key, i)
    return found


__all__ = ["DOUBTFUL", "Program"]
