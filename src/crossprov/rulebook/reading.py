"""Reading the parts of a rulebook that all items share: vocabulary, parameters, instruments."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crossprov.rulebook import slips
from crossprov.rulebook.law import Instruments, UncitableError
from crossprov.rulebook.parameters import Parameter, Table, Version
from crossprov.rulebook.parsing import is_name
from crossprov.rulebook.symbols import closest
from crossprov.rulebook.types import BOOL, Type, constant, exceeded
from crossprov.rulebook.vocabulary import FactDef, RecordsDef, RelationDef, Vocabulary, Where, type_of_fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crossprov._errors import Problem
    from crossprov.rulebook.schema import (
        Instrument,
        InstrumentsFile,
        ParametersFile,
        ParameterShape,
        ParameterVersion,
        TypeShape,
        VocabularyFile,
    )
    from crossprov.rulebook.source import Document
    from crossprov.values import Value

_ADDED: Final = frozenset({"articles", "sources"})  # what a second file may say more of a law
MAX_SHOWN: Final = 20  # facts of a circle that are named

Problems: TypeAlias = "list[Problem]"


def read_instruments(files: Iterable[tuple[Document, InstrumentsFile]], problems: Problems) -> Instruments:
    """Return the reviewed list of laws. A second file may add articles to a law, and change nothing of it."""
    found: dict[str, Instrument] = {}
    for document, file in files:
        here: set[str] = set()
        for index, entry in enumerate(file.instruments):
            known = found.get(entry.number)
            if entry.number in here or (known is not None and _changes(known, entry)):
                path = ("instruments", index, "number")
                problems.append(document.problem("name_taken", path, found=entry.number))
            here.add(entry.number)
            if known is not None:
                articles = {**known.articles, **entry.articles}
                sources = tuple(dict.fromkeys((*known.sources, *entry.sources)))
                found[entry.number] = known.model_copy(update={"articles": articles, "sources": sources})
            else:
                found[entry.number] = entry
    return Instruments(found.values())


def _changes(known: Instrument, entry: Instrument) -> bool:
    """Return whether a further entry of a law says anything otherwise than the first, or an article once more."""
    said = entry.model_fields_set - _ADDED
    otherwise = any(getattr(known, name) != getattr(entry, name) for name in said)
    return otherwise or bool(known.articles.keys() & entry.articles.keys())


def check_laws(laws: Iterable[str], where: Where, instruments: Instruments, problems: Problems) -> None:
    """Note a problem for every citation that does not stand in the reviewed list."""
    for law in laws:
        try:
            instruments.cite(law)
        except UncitableError as error:
            problems.append(where.at("law").problem(error.code, found=law, expected=error.expected))


class SharedParts:
    """Builds vocabulary and parameters from their files, collecting every problem."""

    def __init__(self, instruments: Instruments, problems: Problems) -> None:
        self.instruments, self.problems = instruments, problems
        self.facts: dict[str, FactDef] = {}
        self.records: dict[str, RecordsDef] = {}
        self.parameters: dict[str, Parameter] = {}
        self.relations: dict[str, RelationDef] = {}

    def vocabulary(
        self,
        facts: Sequence[tuple[Document, VocabularyFile]],
        parameters: Sequence[tuple[Document, ParametersFile]],
    ) -> Vocabulary:
        """Return the vocabulary with its parameters; problems are left in ``problems``."""
        for document, file in facts:
            for name, fact in file.facts.items():
                where = Where(document, ("facts", name))
                if self._free(name, where):
                    self.facts[name] = FactDef(name, self._type(fact, where), fact, where)
            for name, records in file.records.items():
                where = Where(document, ("records", name))
                fields = {
                    field: self._type(shape, where.at("fields", field))
                    for field, shape in records.fields.items()
                }
                if self._free(name, where):
                    self.records[name] = RecordsDef(name, fields, records, where)
            for name, relation in file.relations.items():
                where = Where(document, ("relations", name))
                if name in self.relations:
                    self.problems.append(where.problem("name_taken", found=name))
                self.relations[name] = RelationDef(name, relation, where)
        for document, values in parameters:
            for name, shape in values.parameters.items():
                where = Where(document, ("parameters", name))
                if self._free(name, where):
                    self.parameters[name] = self._parameter(name, shape, where)
        for declared in self.facts.values():
            self._source(declared)
        return Vocabulary(self.facts, self.records, self.parameters, self.relations)

    def _free(self, name: str, where: Where) -> bool:
        if not is_name(name):
            self.problems.append(where.problem("not_a_name", found=name))
        if name in self.facts or name in self.records or name in self.parameters:
            self.problems.append(where.problem("name_taken", found=name))
            return False
        return True

    def _type(self, shape: TypeShape, where: Where) -> Type:
        return type_of_fact(shape, where, self.problems) or BOOL

    def _source(self, fact: FactDef) -> None:
        """A fact has exactly one source; a function reads only what the vocabulary knows."""
        shape, where = fact.shape, fact.where
        sources = [key for key in ("given", "formula", "function") if getattr(shape, key) is not None]
        if len(sources) != 1:
            self.problems.append(where.problem("fact_source", found=", ".join(sources) or "–"))
        if shape.given is not None and shape.question is None:
            hint = slips.of_missing("question")
            self.problems.append(where.problem("key_missing", key="question", hint=hint))
        known = self.facts.keys() | self.records.keys() | self.parameters.keys()
        for name in shape.reads:
            if name not in known:
                near = closest(name, known)
                self.problems.append(where.at("reads").problem("unknown_fact", found=name, expected=near))
        check_laws(shape.law or (), where, self.instruments, self.problems)

    # --- parameters -------------------------------------------------------------------------------

    def _parameter(self, name: str, shape: ParameterShape, where: Where) -> Parameter:
        type_ = self._type(shape, where)
        keys = tuple(self._key(key, where) for key in shape.keyed_by)
        if not all(key in self.facts for key in shape.keyed_by):
            return Parameter(name, type_, keys, (), shape)
        versions = [
            self._version(version, type_, keys, where.at("versions", index))
            for index, version in enumerate(shape.versions)
        ]
        versions.sort(key=lambda version: version.from_)
        for earlier, later in itertools.pairwise(versions):
            if earlier.through is None or earlier.through >= later.from_:
                said = {"found": f"{name} ({earlier.from_})", "other": f"{later.from_}"}
                self.problems.append(where.at("versions").problem("versions_overlap", **said))
        return Parameter(name, type_, keys, tuple(versions), shape)

    def _key(self, name: str, where: Where) -> Type:
        if name not in self.facts:
            near = closest(name, self.facts)
            self.problems.append(where.at("keyed_by").problem("unknown_fact", found=name, expected=near))
            return BOOL
        return replace(self.facts[name].type, optional=False)

    def _version(
        self, version: ParameterVersion, type_: Type, keys: tuple[Type, ...], where: Where
    ) -> Version:
        check_laws(version.law, where, self.instruments, self.problems)
        if version.through is not None and version.through < version.from_:
            said = {"found": str(version.through), "expected": str(version.from_)}
            self.problems.append(where.at("through").problem("ends_before_start", **said))
        wanted, other = ("values", "value") if keys else ("value", "values")
        if getattr(version, wanted) is None or getattr(version, other) is not None:
            self.problems.append(where.problem("parameter_value_key", expected=wanted))
            return Version(version.from_, version.through, 0, version)
        table = self._table(getattr(version, wanted), type_, keys, where.at(wanted))
        return Version(version.from_, version.through, table, version)

    def _table(self, raw: Any, type_: Type, keys: tuple[Type, ...], where: Where) -> Table:
        if not keys:
            return self._constant(raw, type_, where)
        if not isinstance(raw, dict):
            self.problems.append(where.problem("parameter_value_key", expected="values"))
            return 0
        key, rest = keys[0], keys[1:]
        table: dict[Value, Table] = {}
        for word, inner in raw.items():
            at = where.at(word)
            written = {"true": True, "false": False}.get(word, word) if key.kind == "bool" else word
            table[self._constant(written, key, at)] = self._table(inner, type_, rest, at)
        needed: Mapping[str, tuple[Value, ...]] = {"bool": (True, False), "enum": tuple(key.values or ())}
        for value in needed.get(key.kind, ()):
            if value not in table:
                self.problems.append(where.problem("parameter_key_missing", expected=str(value)))
        return table

    def _constant(self, raw: Any, type_: Type, where: Where) -> Value:
        try:
            value = constant(raw, type_)
        except ValueError:
            expected = slips.of_constant(type_)
            self.problems.append(where.problem("constant_type", found=str(raw)[:60], expected=expected))
            return 0
        beyond = exceeded(value, type_)
        if beyond is not None:
            self.problems.append(where.problem("out_of_bounds", found=str(raw), expected=beyond))
        return value


def circles(vocabulary: Vocabulary) -> list[Problem]:
    """Return a problem for every circle of facts that are made from one another."""
    problems: list[Problem] = []
    done: set[str] = set()
    for start in vocabulary.facts:
        if start in done:
            continue
        path: dict[str, Iterator[str]] = {}  # the facts on the way, each with what it still has to visit
        _enter(start, path, vocabulary)
        while path:
            name, reads = next(reversed(path.items()))
            read = next(reads, None)
            if read is None:
                done.add(name)
                del path[name]
            elif read in path:
                circle = [*path][[*path].index(read) :]
                said = " → ".join([*circle, read] if len(circle) <= MAX_SHOWN else [*circle[:MAX_SHOWN], "…"])
                problems.append(vocabulary.facts[read].where.problem("circular_facts", found=said))
            elif read in vocabulary.facts and read not in done:
                _enter(read, path, vocabulary)
    return problems


def _enter(name: str, path: dict[str, Iterator[str]], vocabulary: Vocabulary) -> None:
    path[name] = iter(vocabulary.reads(name))
