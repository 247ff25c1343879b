"""The declared relations between facts hold of people that nobody thought of: else a proof by them would be vacuous."""

import datetime as dt

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
    rulebook = with_relation("traveller.birth_date > case.as_of")
    proof = prove_item(rulebook, rulebook.item("lighthouse-grant"))
    [finding] = [one for one in proof.findings if one.code == "relation"]
    assert finding.subject == "tried (G01)"
    assert finding.rows[0].startswith("vocabulary/traveller.yaml:")


def test_a_relation_may_compare_two_facts_and_is_used(with_relation):
    """Nobody has been on more voyages than there are years of age: so the row for many voyages of the young is dead."""
    rulebook = with_relation("traveller.voyages <= 5")
    item = rulebook.item("ferry-pass")
    proof = prove_item(rulebook, item)
    dead = {one.subject for one in proof.findings if one.verdict == "fault"}
    assert "conclusion:pass_days/month" not in dead  # nobody at all has no voyages
    assert not {"conclusion:pass_days/year"} & dead
    assert rulebook.check() == []


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
