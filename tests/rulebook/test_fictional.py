"""The fictional rulebook is right, and between them its files use everything the language has."""

from typing import get_args

import pytest
from pydantic import BaseModel

from crossprov.checking import check
from crossprov.examples import check_examples
from crossprov.rulebook import schema
from crossprov.rulebook.expression import Aggregate, Arith, Call, Compare, Expr, Param, children
from crossprov.rulebook.item import Kind as TableKind
from crossprov.rulebook.item import Refer, ThenFact, ThenValue
from crossprov.rulebook.parsing import AGGREGATES, FUNCTIONS
from crossprov.rulebook.shapes import shaped
from crossprov.rulebook.source import read_yaml
from crossprov.rulebook.types import Kind, Unit
from crossprov.values import NONE
from rulebook.patches import FICTIONAL, load


@pytest.fixture(scope="module")
def rulebook():
    return load()


@pytest.fixture(scope="module")
def trees(rulebook):
    """Every node of every expression, as resolved."""
    vocabulary = rulebook.vocabulary
    roots = [
        vocabulary.formula(name) for name, fact in vocabulary.facts.items() if fact.shape.formula is not None
    ]
    for item in rulebook.items():
        roots += item.formulas.values()
        roots += [row.when for table in item.tables for row in table.rows]
    found = []
    while roots:
        node = roots.pop()
        found.append(node)
        roots += children(node)
    return found


@pytest.fixture(scope="module")
def tables(rulebook):
    return [table for item in rulebook.items() for table in item.tables]


def test_it_has_no_problem(rulebook):
    assert rulebook.check() == []
    assert [str(problem) for problem in check(rulebook)] == []


def test_its_examples_hold_under_both_engines(rulebook):
    reference = load()
    reference.engine = "reference"
    for item in reference.items():
        assert [str(problem) for problem in check_examples(reference, item)] == []
        assert len(reference.examples(item.id)) >= 2
    assert len(list(rulebook.items())) == 3


def test_every_kind_of_expression_is_used(trees):
    assert {type(node) for node in trees} == set(get_args(Expr))


def test_every_function_and_operator_is_used(trees):
    assert {node.function for node in trees if isinstance(node, Call)} | {"value_on"} == FUNCTIONS
    assert any(node.on is not None for node in trees if isinstance(node, Param))
    assert {node.kind for node in trees if isinstance(node, Aggregate)} == AGGREGATES
    assert {node.op for node in trees if isinstance(node, Compare)} == {"==", "!=", "<", "<=", ">", ">="}
    assert {node.op for node in trees if isinstance(node, Arith)} == {"+", "-", "*", "/"}
    assert {len(node.keys) for node in trees if isinstance(node, Param)} == {0, 1, 2}


def test_every_type_and_unit_is_used(rulebook):
    types = [fact.type for fact in rulebook.vocabulary.facts.values()]
    assert {type_.kind for type_ in types} == set(get_args(Kind)) - {"exact"}
    types += [parameter.type for parameter in rulebook.parameters.values()]
    conclusions = [
        item.symbols.facts[name]
        for item in rulebook.items()
        for name in item.shape.conclusions
        if name in item.symbols.facts
    ]
    assert {type_.unit for type_ in [*types, *conclusions]} == {*get_args(Unit), None}
    # The place of an office is a conclusion too, though nothing after it reads it.
    assert {type_.kind for type_ in conclusions} >= set(get_args(Kind)) - {"exact", "place"}


def test_every_kind_of_table_and_of_conclusion_is_used(tables):
    assert {table.kind for table in tables} == set(get_args(TableKind))
    assert {table.hit for table in tables} == {"first", "unique"}
    thens = [row.then for table in tables for row in table.rows]
    assert {type(then) for then in thens} == {ThenValue, ThenFact, Refer}
    assert ThenValue(NONE) in thens
    assert sum(table.each is not None for table in tables) == 2


def shapes():
    return [
        one
        for one in vars(schema).values()
        if isinstance(one, type) and issubclass(one, schema.Shape) and one.model_fields
    ]


def used_fields(model, found):
    """Note each field of each shape that some file sets."""
    for name in model.model_fields_set:
        owner = next(
            base for base in reversed(type(model).__mro__) if name in getattr(base, "model_fields", {})
        )
        found.add((owner.__name__, name))
        value = getattr(model, name)
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        for part in parts:
            if isinstance(part, BaseModel):
                used_fields(part, found)
    return found


def test_every_key_of_the_rule_files_is_used(rulebook):
    files = [rulebook.identity, *rulebook.instruments.all, *(item.shape for item in rulebook.items())]
    vocabulary = rulebook.vocabulary
    for group in (vocabulary.facts, vocabulary.records, vocabulary.parameters):
        files += [entry.shape for entry in group.values()]
    files += [relation.shape for relation in vocabulary.relations.values()]
    files += rulebook.channels.values()
    files += rulebook.accepted
    files += [worked.example for item in rulebook.item_ids for worked in rulebook.examples(item)]
    files += rulebook.doubts
    files.append(shaped(read_yaml(FICTIONAL / "fragments" / "harbour.yaml"), schema.FragmentsFile))
    used = set()
    for file in files:
        used_fields(file, used)
    wanted = set()
    for shape in shapes():
        for name in shape.model_fields:
            owner = next(
                base for base in reversed(shape.__mro__) if name in getattr(base, "model_fields", {})
            )
            wanted.add((owner.__name__, name))
    files_themselves = {
        "VocabularyFile",
        "ParametersFile",
        "InstrumentsFile",
        "RulebookFile",
        "ExamplesFile",
        "DoubtsFile",
        "LifeEventsFile",
        "AcceptedFile",
    }
    assert {key for key in wanted - used if key[0] not in files_themselves} == set()
