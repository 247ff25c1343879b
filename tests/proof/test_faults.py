"""Faults put into the fictional rulebook, each of a kind that examples easily miss; each is found, and its case replays."""

import datetime as dt

import pytest
import yaml

from crossprov.examples import run_example
from crossprov.proof.prover import prove_item
from crossprov.rulebook.schema import Example
from rulebook.patches import copy, load, patched

FERRY, DOCK, GRANT = "items/ferry-pass.yaml", "items/dock-licence.yaml", "items/lighthouse-grant.yaml"

FAULTS = {
    # what is wrong: item, file, old, new, the finding's code and subject
    "gap of a table": (
        "dock-licence", DOCK,
        "      - {id: one-year, when: otherwise, then: 1, law: none_found}\n",
        "      - {id: one-year, when: firm.staff < 100, then: 1, law: none_found}\n",
        "complete", "conclusion:licence_years",
    ),
    "gap of a unique table": (
        "ferry-pass", FERRY,
        '      - {id: day-supplement, when: not trip.night, then: "0.00", law: none_found}\n',
        "      - {id: day-supplement, when: not trip.night and traveller.rank == 'deck', then: \"0.00\", law: none_found}\n",
        "complete", "conclusion:price_supplement",
    ),
    "overlap of a unique table": (
        "ferry-pass", FERRY,
        "when: home_side == 'south', then: \"980101\"", "when: home_side != 'elsewhere', then: \"980101\"",
        "disjoint", "office:authority/authority-of-home+home-port",
    ),
    "dead row": (
        "ferry-pass", FERRY,
        "when: pass_class == 'child' and traveller.voyages < 10, then: 30",
        "when: pass_class == 'child' and not traveller.is_child, then: 30",
        "row", "conclusion:pass_days/short",
    ),
    "shadowed row": (
        "ferry-pass", FERRY,
        "      - {id: opening, when: case.applied_on < param.opening_day, then:",
        ("      - {id: early, when: case.applied_on < '2012-03-01', then: \"2012-03-01\", law: none_found}\n"
        "      - {id: opening, when: case.applied_on < param.opening_day, then:"),
        "row", "conclusion:valid_from/opening",
    ),
    "day without a version": (
        "ferry-pass", FERRY,
        "    from: 2020-01-01\n    holds: traveller.age < 80", "    from: 2020-02-01\n    holds: traveller.age < 80",
        "versions", "requirement:sponsor-of-the-old",
    ),
    "value of law without a version": (
        "ferry-pass", "parameters/limits.yaml",
        "{from: 2010-01-01, law: 虚构法第1号 第二条, values: {male: 24, female: 18}}",
        ("{from: 2010-01-01, through: 2014-12-31, law: 虚构法第1号 第二条, values: {male: 24, female: 18}}\n"
        "      - {from: 2015-01-02, law: 虚构法第1号 第二条, values: {male: 24, female: 18}}"),
        "versions", "parameter:limit.crew_months",
    ),
    "step that nobody reaches": (
        "ferry-pass", FERRY,
        "    when: pass_class == 'crew'\n    after: [issue]",
        "    when: pass_class == 'crew' and home_side == 'elsewhere'\n    after: [issue]",
        "applies", "step:tell-the-authority",
    ),
    "paper that nobody needs": (
        "ferry-pass", FERRY,
        "    when: traveller.crew_since is not none and traveller.crew_since != '2020-02'",
        "    when: traveller.crew_since is none and traveller.crew_since < '2020-02'",
        "applies", "material:crew-book",
    ),
    "office that is not there": (
        "ferry-pass", FERRY,
        "      - {id: home, when: otherwise, then: traveller.home, street: traveller.home_street, law: 虚构法第1号 第九条}",
        ("      - {id: nobody-at-night, when: trip.night, then: none, law: none_found}\n"
        "      - {id: home, when: otherwise, then: traveller.home, street: traveller.home_street, law: 虚构法第1号 第九条}"),
        "office", "office:competent/nobody-at-night",
    ),
    "negative limit": (
        "lighthouse-grant", "parameters/limits.yaml",
        "enforcement: 3,", "enforcement: -3,",
        "limit", "parameter:limit.gift_months",
    ),
    "negative sum": (
        "ferry-pass", FERRY,
        "formula: param.fare[traveller.rank, trip.night] + price_supplement",
        "formula: param.fare[traveller.rank, trip.night] - price_supplement - '25.00'",
        "amount", "amount:price",
    ),
    "requirements that exclude one another": (
        "dock-licence", DOCK,
        "  - {id: never-closed, holds: true == dock_open,",
        ("  - {id: few-staff, holds: firm.staff < 3, else: ineligible, law: none_found}\n"
        "  - {id: never-closed, holds: true == dock_open,"),
        "outcome", "eligible",
    ),
    "requirements that exclude one another over a conclusion": (
        "dock-licence", DOCK,
        "  - {id: never-closed, holds: true == dock_open,",
        ("  - {id: small-and-long, holds: licence_years == 5 and firm.staff <= 100, else: ineligible, law: none_found}\n"
        "  - {id: never-closed, holds: true == dock_open,"),
        "outcome", "eligible",
    ),
    "requirement that nobody fails": (
        "ferry-pass", FERRY,
        "holds: traveller.age < 80 or", "holds: traveller.age < 151 or",
        "requirement", "requirement:sponsor-of-the-old/otherwise",
    ),
    "row of records that is never used": (
        "lighthouse-grant", GRANT,
        "      - {id: lost, when: otherwise, then: not_at_all, law: 虚构通知第2号 第三条}",
        ("      - {id: short-gift, when: gift.months < 1, then: not_at_all, law: none_found}\n"
        "      - {id: lost, when: otherwise, then: not_at_all, law: 虚构通知第2号 第三条}"),
        "row", "conclusion:gift_counts/short-gift",
    ),
}  # fmt: skip
WITH_A_CASE = {"complete", "disjoint", "office", "amount"}


@pytest.fixture(scope="module", params=FAULTS, ids=lambda name: name.replace(" ", "-"))
def seeded(request, tmp_path_factory):
    """A rulebook with one fault, and the findings of the item that has it."""
    item, file, old, new, code, subject = FAULTS[request.param]
    root = copy(tmp_path_factory.mktemp("seeded") / "rules")
    patched(root, file, old, new)
    rulebook = load(root)
    return rulebook, rulebook.item(item), prove_item(rulebook, rulebook.item(item)), code, subject


def test_the_fault_is_found(seeded):
    _, _, proof, code, subject = seeded
    faults = {(one.code, one.subject) for one in proof.findings if one.verdict == "fault"}
    assert (code, subject) in faults
    assert not any(one.verdict == "unsettled" for one in proof.findings)


def test_a_case_that_shows_it_is_an_example_that_passes(seeded):
    """The entry is pasted as it stands: the program says of it what the proof says that it says."""
    rulebook, item, proof, code, subject = seeded
    [finding] = [one for one in proof.findings if (one.code, one.subject) == (code, subject)]
    assert (finding.example is not None) == (code in WITH_A_CASE)
    if finding.example is None:
        return
    [entry] = yaml.safe_load(finding.example)
    example = Example.model_validate({**entry, "as_of": str(entry["as_of"])})
    decision, _ = run_example(rulebook, item, example)
    assert decision.outcome == example.expect.outcome == finding.outcome
    if code in ("complete", "disjoint"):
        kind, _, name = subject.partition("/")[0].partition(":")
        if kind == "office":
            [role] = [one for one in decision.roles if one.role == name]
            assert role.undetermined == "gap"
        else:
            [conclusion] = [one for one in decision.conclusions if one.name == name]
            assert (conclusion.known, conclusion.value, conclusion.rule) == (False, None, None)
    if code == "office":
        assert decision.competent.undetermined == "none"
    if code == "amount":
        assert next(one.yuan for one in decision.amounts).startswith("-")


def test_a_fault_names_its_rules_and_days(seeded):
    _, _, proof, code, subject = seeded
    [finding] = [one for one in proof.findings if (one.code, one.subject) == (code, subject)]
    if code != "limit" and not subject.startswith("parameter:"):
        assert finding.rows
        assert all(row.startswith("items/") and row.count(":") == 2 for row in finding.rows)
    assert all(dt.date.fromisoformat(first) for first, _ in finding.days)


def test_the_rulebook_without_a_fault_is_proved():
    rulebook = load()
    for item in rulebook.items():
        proof = prove_item(rulebook, item)
        assert proof.proved, proof.findings
        assert {one.verdict for one in proof.findings} <= {"accepted"}
