"""The declared relations between facts hold of people that nobody thought of: else a proof by them would be vacuous."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossprov import Rulebook, read_case
from crossprov._errors import CaseError
from crossprov.decide import decider
from crossprov.facts.admit import admit
from crossprov.facts.book import FactBook
from crossprov.proof.prover import prove_item
from crossprov.proof.relations import broken_relations
from crossprov.rulebook.expression import names
from crossprov.testing.cases import cases
from crossprov.values import Unknown
from rulebook.patches import copy, load, patched

RULEBOOK = Rulebook.load()
RELATIONS = RULEBOOK.vocabulary.relations
ITEMS = sorted(item.id for item in RULEBOOK.items() if "citizen" in item.shape.serves)
SHORES = Path(__file__).parents[2] / "examples/two-shores"
SEEN = dict.fromkeys(RELATIONS, 0)


def book_of(case, item):
    day = case.as_of or dt.date(2024, 5, 6)
    admit(case, item, RULEBOOK, day)
    return FactBook(decider(RULEBOOK).sources, item, case, day, day)


@settings(max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(ITEMS).flatmap(lambda name: cases(item=name).map(lambda case: (name, case))))
def test_relations_hold_of_random_records(drawn):
    name, plain = drawn
    try:
        book = book_of(read_case(plain), RULEBOOK.item(name))
    except CaseError:
        return
    assert list(broken_relations(RULEBOOK, book)) == []
    for relation in RELATIONS:
        facts = [one.name for one in names(RULEBOOK.vocabulary.relation(relation))]
        SEEN[relation] += not any(isinstance(book.get(fact), Unknown) for fact in facts)


def test_they_were_tried_on_people_of_whom_all_was_known():
    """What is unknown breaks nothing, so each relation has to have met facts that are known."""
    assert all(SEEN.values()), SEEN


@pytest.fixture
def with_relation(tmp_path):
    def made(holds):
        root = copy(tmp_path / "rules")
        said = "say: {zh: 测试, en: a test}"
        patched(
            root, "vocabulary/traveller.yaml", "", f"\nrelations:\n  tried:\n    holds: {holds}\n    {said}\n"
        )
        return load(root)

    return made


def test_a_relation_that_an_example_breaks_is_a_fault(with_relation):
    rulebook = with_relation("traveller.savings >= '5.00'")
    proof = prove_item(rulebook, rulebook.item("lighthouse-grant"))
    [finding] = [one for one in proof.findings if one.code == "relation"]
    assert finding.subject == "tried (G01)"
    assert finding.rows[0].startswith("vocabulary/traveller.yaml:")


@pytest.mark.parametrize("declared", [True, False])
def test_a_relation_may_compare_two_facts_and_tells_what_nobody_can_be(tmp_path, declared):
    """No boat is longer on the waterline than in all: so a row for such boats is dead, by the relation alone."""
    root = Path(shutil.copytree(SHORES, tmp_path / "shores"))
    rows = "      - {id: small-boat, when: boat.length < limit.small_boat,"
    odd = "      - {id: odd, when: boat.waterline > 50 and boat.length < 40, then: small, law: none_found}\n"
    patched(root, "items/berth-move.yaml", rows, odd + rows)
    if not declared:
        patched(root, "vocabulary/berths.yaml", "boat.waterline <= boat.length", "boat.waterline >= 1")
    rulebook = Rulebook.load(root)
    assert rulebook.check() == []
    dead = [one.subject for one in prove_item(rulebook, rulebook.item("berth-move")).findings]
    assert dead == (["conclusion:berth_class/odd"] if declared else [])


@pytest.mark.parametrize(
    ("holds", "code"),
    [
        ("traveller.age", "type_differs"),
        ("traveller.aeg > 3", "unknown_fact"),
        ("traveller.age >", "expression_syntax"),
    ],
)
def test_a_relation_that_means_nothing_is_refused_with_its_place(with_relation, holds, code):
    [problem] = with_relation(holds).check()
    assert (problem.code, problem.file, problem.path) == (
        code,
        "vocabulary/traveller.yaml",
        "relations.tried.holds",
    )
