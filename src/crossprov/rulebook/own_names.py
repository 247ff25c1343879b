"""What the names of an item mean: its conclusions, and the facts that are made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crossprov.rulebook.expression import Expr, ExpressionError
from crossprov.rulebook.parsing import is_name
from crossprov.rulebook.reading import check_laws
from crossprov.rulebook.symbols import closest
from crossprov.rulebook.vocabulary import FactDef, Vocabulary, Where, read_formula, type_of, type_of_fact

if TYPE_CHECKING:
    from crossprov._errors import Problem
    from crossprov.rulebook.law import Instruments
    from crossprov.rulebook.schema import Conclusion, FactShape, ItemFile
    from crossprov.rulebook.symbols import Symbols
    from crossprov.rulebook.types import Type


class OwnNames:
    """The names that an item adds to those of the vocabulary; what is wrong with them is added to ``problems``.

    ``formulas`` and ``functions`` say how the facts of the item itself are made.
    """

    def __init__(
        self,
        shape: ItemFile,
        where: Where,
        vocabulary: Vocabulary,
        instruments: Instruments,
        problems: list[Problem],
    ) -> None:
        self.shape, self.where = shape, where
        self.vocabulary, self.instruments, self.problems = vocabulary, instruments, problems
        self.symbols = self._with_conclusions(vocabulary.symbols)
        self.functions: dict[str, FactDef] = {}
        self.formulas = self._own_facts()

    def _with_conclusions(self, symbols: Symbols) -> Symbols:
        """Conclusions are facts for the rules after them; those over records are lists of records."""
        facts: dict[str, Type] = {}
        records: dict[str, dict[str, Type]] = {}
        for name, conclusion in self.shape.conclusions.items():
            where = self.where.at("conclusions", name)
            self._check_name(name, symbols, where)
            try:
                type_ = self._type(conclusion, where)
            except ExpressionError as error:
                self.problems.append(where.at("type").of(error))
                continue
            each = self.each(conclusion, where)
            if each is None:
                facts[name] = type_
            else:
                records[name] = {**symbols.records.get(each[1], {}), "conclusion": type_}
        return symbols.with_facts(facts).with_records(records)

    def _own_facts(self) -> dict[str, Expr]:
        """The item's own facts are made from others, also from its conclusions; they may use one another."""
        types: dict[str, Type] = {}
        for name, fact in self.shape.facts.items():
            where = self.where.at("facts", name)
            self._check_name(name, self.symbols, where)
            type_ = self._type_of_fact(fact, where)
            if type_ is not None:
                types[name] = type_
        self.symbols = self.symbols.with_facts(types)
        formulas: dict[str, Expr] = {}
        for name, type_ in types.items():
            where = self.where.at("facts", name)
            fact_def = FactDef(name, type_, self.shape.facts[name], where)
            if fact_def.shape.function is not None:
                self.functions[name] = self._reading(fact_def)
                continue
            try:
                formulas[name] = read_formula(fact_def, self.symbols)
            except ExpressionError as error:
                self.problems.append(where.at("formula").of(error))
        return formulas

    def _check_name(self, name: str, symbols: Symbols, where: Where) -> None:
        if name in symbols.facts or name in symbols.parameters or name in symbols.records:
            self.problems.append(where.problem("name_taken", found=name))
        if not is_name(name):
            self.problems.append(where.problem("not_a_name", found=name))

    def _type_of_fact(self, fact: FactShape, where: Where) -> Type | None:
        """Return the type of a fact of the item; None if it cannot be made or has none."""
        sources = [key for key in ("given", "formula", "function") if getattr(fact, key) is not None]
        if sources not in (["formula"], ["function"]):
            self.problems.append(where.problem("own_fact_source", found=", ".join(sources) or "–"))
            return None
        check_laws(fact.law or (), where, self.instruments, self.problems)
        return type_of_fact(fact, where, self.problems)

    def _reading(self, fact: FactDef) -> FactDef:
        """A function reads only facts, conclusions, records and parameters that there are."""
        symbols = self.symbols
        known = symbols.facts.keys() | symbols.records.keys() | symbols.parameters.keys()
        for read in fact.shape.reads:
            if read not in known:
                near = closest(read, sorted(known))
                problem = fact.where.at("reads").problem("unknown_fact", found=read, expected=near)
                self.problems.append(problem)
        return fact

    @staticmethod
    def _type(conclusion: Conclusion, where: Where) -> Type:
        type_ = type_of(conclusion, where)
        optional = type_.optional or conclusion.when is not None
        if type_.kind == "set" and optional:
            raise ExpressionError("set_conclusion", 0)
        if not type_.is_of_facts:
            raise ExpressionError("type_not_for_facts", 0, found=type_.kind)
        return replace(type_, optional=optional)

    def each(self, conclusion: Conclusion, where: Where) -> tuple[str, str] | None:
        """Return the variable and the list of records that a conclusion is drawn for, if it is drawn for each."""
        if conclusion.for_each is None:
            return None
        variable, _, records = conclusion.for_each.partition(" in ")
        if not variable.isidentifier() or records not in self.vocabulary.symbols.records:
            near = closest(records, self.vocabulary.symbols.records)
            self.problems.append(
                where.at("for_each").problem("unknown_records", found=records, expected=near)
            )
        return variable, records
