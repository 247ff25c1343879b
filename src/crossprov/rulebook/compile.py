"""From the shape of an item file to checked tables; every problem is collected, none stops the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crossprov._errors import Problem, RulebookError
from crossprov.rulebook.check import condition, hides
from crossprov.rulebook.expression import (
    Always,
    And,
    Expr,
    ExpressionError,
    Not,
    all_names,
    names,
    parameters_in,
)
from crossprov.rulebook.item import (
    NOT_APPLICABLE,
    Item,
    Refer,
    Table,
    TableRow,
    Then,
    ThenFact,
    ThenValue,
    evaluation_order,
)
from crossprov.rulebook.own_names import OwnNames
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.procedure import procedure_problems
from crossprov.rulebook.reading import check_laws
from crossprov.rulebook.schema import Amount
from crossprov.rulebook.symbols import Symbols, closest
from crossprov.rulebook.types import BOOL, Type, constant, exceeded, misfit
from crossprov.texts import PLACEHOLDER, both
from crossprov.values import NONE, change_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crossprov.rulebook.item import Kind
    from crossprov.rulebook.law import Instruments
    from crossprov.rulebook.schema import (
        Conclusion,
        Dated,
        ItemFile,
        NamedRule,
        OfficeRole,
        Requirement,
        Row,
        Rule,
    )
    from crossprov.rulebook.vocabulary import Vocabulary, Where

_PLACE: Final = Type("place", level="any", optional=True)
_MONEY: Final = Type("money")
_REFER: Final = "refer_to_person"


def compile_item(shape: ItemFile, where: Where, vocabulary: Vocabulary, instruments: Instruments) -> Item:
    """Return the item with its rules checked; raise ``RulebookError`` with every problem found."""
    return _Compiler(shape, where, vocabulary, instruments).item()


class _Compiler:
    def __init__(
        self, shape: ItemFile, where: Where, vocabulary: Vocabulary, instruments: Instruments
    ) -> None:
        self.shape, self.where = shape, where
        self.vocabulary, self.instruments = vocabulary, instruments
        self.problems: list[Problem] = []
        names = OwnNames(shape, where, vocabulary, instruments, self.problems)
        self.symbols, self.formulas, self.functions = names.symbols, names.formulas, names.functions
        self._each = names.each
        self.parameters: set[str] = set()

    def item(self) -> Item:
        tables = tuple(self._tables())
        self.problems += procedure_problems(self.shape, self.where)
        try:
            own = {name: frozenset(all_names(formula)) for name, formula in self.formulas.items()}
            own |= {name: frozenset(fact.shape.reads) for name, fact in self.functions.items()}
            tables = evaluation_order(tables, own)
        except ValueError as error:
            self.problems.append(self.where.problem("circular_conclusions", found=str(error)))
        if self.problems:
            raise RulebookError(self.problems)
        return Item(
            self.shape.item, self.shape, tables, self.symbols, self.formulas, self.functions,
            frozenset(self.parameters), self._changes(tables), self.where,
        )  # fmt: skip

    # --- tables -----------------------------------------------------------------------------------

    def _tables(self) -> Iterator[Table]:
        shape = self.shape
        for index, requirement in enumerate(shape.requirements):
            where = self.where.at("requirements", index)
            yield self._requirement(requirement, where)
        for name, conclusion in shape.conclusions.items():
            yield self._conclusion(name, conclusion)
        for name, role in shape.offices.items():
            yield self._office(name, role)
        groups: tuple[tuple[Kind, str, Sequence[NamedRule]], ...] = (
            ("intake", "intake", shape.intake),
            ("step", "steps", shape.steps),
            ("limit", "limits", shape.limits),
            ("material", "materials", shape.materials),
            ("not_required", "not_required", shape.not_required),
            ("amount", "amounts", shape.amounts),
            ("notice", "notices", shape.notices),
        )
        for kind, key, rules in groups:
            for index, rule in enumerate(rules):
                when = getattr(rule, "when", "otherwise")
                if isinstance(rule, Amount):
                    yield self._amount(rule, self.where.at(key, index))
                else:
                    yield self._single(kind, rule, when, self.where.at(key, index), "when")
            self._versions(rules, key)
        self._versions(shape.requirements, "requirements")
        if shape.fee is not None:
            self._laws(shape.fee, self.where.at("fee"))

    def _requirement(self, rule: Requirement, where: Where) -> Table:
        """A requirement that concerns some only: beyond them it holds, by a row of its own."""
        table = self._single("requirement", rule, rule.holds, where, "holds")
        concerns = self._condition(rule.when, where.at("when"), self.symbols, rule.from_)
        if isinstance(concerns, Always):
            return table
        first, *rest = table.rows
        met = replace(first, when=And((concerns, first.when), 0))
        beyond = replace(first, id=NOT_APPLICABLE, when=Not(concerns, 0), rule=None, where=where.at("when"))
        return replace(table, rows=(met, beyond, *rest))

    def _single(self, kind: Kind, rule: NamedRule, when: object, where: Where, key: str) -> Table:
        """A rule with one condition: a table whose answer is true or false."""
        self._laws(rule, where)
        from_, through = self._days(rule, where)
        expr = self._condition(when, where.at(key), self.symbols, from_)
        row = TableRow(rule.id, expr, ThenValue(value=True), rule, from_, through, where)
        rows: tuple[TableRow, ...] = (row,)
        if not isinstance(expr, Always):
            rows += (TableRow("otherwise", Always(), ThenValue(value=False), None, from_, through, where),)
        informative = getattr(rule, "informative", False)
        return Table(kind, rule.id, BOOL, "first", rows, from_, through, informative=informative)

    def _amount(self, rule: Amount, where: Where) -> Table:
        """A sum of money: what the fact says where the condition holds, else none."""
        type_ = self.symbols.facts.get(rule.value, _MONEY)
        if type_.kind != "money":
            said = {"found": type_.name(), "expected": "money"}
            self.problems.append(where.at("value").problem("type_differs", **said))
        if rule.value not in self.symbols.facts:
            near = closest(rule.value, self.symbols.facts)
            problem = where.at("value").problem("unknown_fact", found=rule.value, expected=near)
            self.problems.append(problem)
        table = self._single("amount", rule, rule.when, where, "when")
        thens: tuple[Then, ...] = (ThenFact(rule.value), ThenValue(NONE))
        rows = tuple(replace(row, then=then) for row, then in zip(table.rows, thens, strict=False))
        return replace(table, type=replace(_MONEY, optional=True), rows=rows)

    def _conclusion(self, name: str, conclusion: Conclusion) -> Table:
        where = self.where.at("conclusions", name)
        each = self._each(conclusion, where) if conclusion.for_each else None
        symbols = self.symbols
        if each is None:
            type_ = symbols.facts.get(name, BOOL)
        else:
            if hides(each[0], symbols):
                self.problems.append(where.at("for_each").problem("name_taken", found=each[0]))
            fields = symbols.records.get(each[1], {})
            type_ = symbols.records.get(name, {}).get("conclusion", BOOL)
            symbols = symbols.with_facts({f"{each[0]}.{field}": kind for field, kind in fields.items()})
        rows = self._rows(conclusion.rows, where, type_, symbols)
        if conclusion.hit == "unique" and len(rows) > 1 and any(isinstance(row.when, Always) for row in rows):
            self.problems.append(where.at("hit").problem("otherwise_in_unique"))
        if conclusion.when is not None:
            applies = self._condition(conclusion.when, where.at("when"), symbols)
            if conclusion.hit == "unique":
                rows = tuple(replace(row, when=And((applies, row.when), 0)) for row in rows)
            first = TableRow(
                NOT_APPLICABLE,
                Not(applies, 0),
                ThenValue(NONE),
                None,
                self.shape.from_,
                None,
                where.at("when"),
            )
            rows = (first, *rows)
        return Table(
            "conclusion", name, type_, conclusion.hit, rows, self.shape.from_, self.shape.through, each,
            conclusion.informative,
        )  # fmt: skip

    def _office(self, name: str, role: OfficeRole) -> Table:
        where = self.where.at("offices", name)
        for index, row in enumerate(role.rows):
            if row.street is None:
                continue
            at, street = where.at("rows", index, "street"), self.symbols.facts.get(row.street)
            if street is None:
                near = closest(row.street, self.symbols.facts)
                self.problems.append(at.problem("unknown_fact", found=row.street, expected=near))
            elif street.kind != "text":
                said = {"found": street.name(), "expected": "text"}
                self.problems.append(at.problem("type_differs", **said))
        rows = self._rows(role.rows, where, _PLACE, self.symbols)
        return Table("office", name, _PLACE, role.hit, rows, self.shape.from_, self.shape.through)

    def _rows(self, rows: Sequence[Row], where: Where, type_: Type, symbols: Symbols) -> tuple[TableRow, ...]:
        found: list[TableRow] = []
        for index, row in enumerate(rows):
            at = where.at("rows", index)
            self._laws(row, at)
            from_, through = self._days(row, at)
            when = self._condition(row.when, at.at("when"), symbols, from_)
            if isinstance(when, Always) and self._closes_early(row, rows[index + 1 :]):
                self.problems.append(at.at("when").problem("rows_after_otherwise", found=row.id))
            then = self._then(row, at.at("then"), type_, symbols)
            found.append(TableRow(row.id, when, then, row, from_, through, at))
        self._versions(rows, "rows", where)
        return tuple(found)

    @staticmethod
    def _closes_early(row: Row, later: Sequence[Row]) -> bool:
        return row.from_ is None and row.through is None and bool(later)

    def _then(self, row: Row, where: Where, type_: Type, symbols: Symbols) -> Then:
        raw = row.then
        if raw == _REFER:
            return Refer()
        is_value = type_.kind == "enum" and str(raw) in (type_.values or ())
        if isinstance(raw, str) and raw in symbols.facts:
            if is_value:
                self.problems.append(where.problem("then_ambiguous", found=raw))
            wrong = misfit(symbols.facts[raw], type_)
            if wrong is not None:
                self.problems.append(where.problem(wrong[0], found=wrong[1], expected=wrong[2]))
            return ThenFact(raw)
        try:
            value = constant(raw, type_)
        except ValueError:
            expected = ", ".join(type_.values) if type_.values else type_.name()
            near = closest(str(raw), symbols.facts)
            self.problems.append(
                where.problem("then_unusable", found=str(raw)[:60], expected=expected, facts=near)
            )
            return Refer()
        beyond = exceeded(value, type_)
        if beyond is not None:
            self.problems.append(where.problem("out_of_bounds", found=str(raw), expected=beyond))
        return ThenValue(value)

    # --- parts ------------------------------------------------------------------------------------

    def _condition(self, raw: object, where: Where, symbols: Symbols, from_: dt.date | None = None) -> Expr:
        try:
            tree = condition(parse(raw), symbols)
        except ExpressionError as error:
            self.problems.append(where.of(error))
            return Always()
        self._parameters(tree, where, symbols, from_ or self.shape.from_)
        return tree

    def _parameters(self, tree: Expr, where: Where, symbols: Symbols, from_: dt.date) -> None:
        """A parameter in a condition must have a value for every key its facts can have, from the rule's first day."""
        for param in parameters_in(tree):
            self.parameters.add(param.name)
            declared = self.vocabulary.parameters[param.name]
            for name in names(param):
                type_ = symbols.facts[name.name]
                if type_.kind not in ("enum", "bool") or type_.optional:
                    self.problems.append(
                        where.problem("parameter_key_open", name.at, found=name.name, name=param.name)
                    )
            if declared.versions[0].from_ > from_:
                self.problems.append(
                    where.problem(
                        "parameter_too_late", name=param.name, found=str(declared.versions[0].from_)
                    )
                )

    def _days(self, rule: Dated, where: Where) -> tuple[dt.date, dt.date | None]:
        from_ = rule.from_ or self.shape.from_
        through = rule.through or self.shape.through
        if through is not None and through < from_:
            if rule.from_ is None and where.is_shared:
                return through, through  # a version of a fragment that ended before this item began
            self.problems.append(
                where.at("through").problem("ends_before_start", found=str(through), expected=str(from_))
            )
        return from_, through

    def _laws(self, rule: Rule, where: Where) -> None:
        check_laws(rule.law, where, self.instruments, self.problems)
        for key in ("say", "adopted", "name"):
            words = getattr(rule, key, None)
            for language in ("zh", "en") if words is not None else ():
                self._placeholders(getattr(words, language), where.at(key, language))

    def _placeholders(self, words: str, where: Where) -> None:
        """A text names only facts, so that it can always be filled."""
        for found in PLACEHOLDER.findall(words):
            if found not in self.symbols.facts:
                near = closest(found, self.symbols.facts)
                self.problems.append(where.problem("unknown_placeholder", found=found, expected=near))

    def _versions(self, rules: Sequence[NamedRule], key: str, where: Where | None = None) -> None:
        """The same id twice is two versions of one rule: their days must not overlap."""
        seen: dict[str, list[tuple[int, NamedRule]]] = {}
        for index, rule in enumerate(rules):
            for before, other in seen.get(rule.id, []):
                if _overlap(rule, other, self.shape):
                    at = (where or self.where).at(key, index)
                    line = self.where.document.position((*at.path[:-1], before)).line
                    other_at = both("slip.in_line", line=line)
                    self.problems.append(at.problem("versions_overlap", found=rule.id, other=other_at))
            seen.setdefault(rule.id, []).append((index, rule))

    # --- across the item --------------------------------------------------------------------------

    def _changes(self, tables: Iterable[Table]) -> tuple[dt.date, ...]:
        """Return the days on which any rule of the item begins or has ended, in order."""
        days: set[dt.date] = set()
        for table in tables:
            spans = [(table.from_, table.through), *((row.from_, row.through) for row in table.rows)]
            for from_, through in spans:
                days.update(change_days(from_, through))
        for name in self.parameters:
            days.update(self.vocabulary.parameters[name].change_days())
        return tuple(sorted(days))


def _overlap(one: NamedRule, other: NamedRule, item: ItemFile) -> bool:
    def days(rule: NamedRule) -> tuple[dt.date, dt.date]:
        return rule.from_ or item.from_, rule.through or item.through or dt.date.max

    (a, b), (c, d) = days(one), days(other)
    return a <= d and c <= b
