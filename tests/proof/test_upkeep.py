"""What is proved is kept, by what the proof read; what is said of it; and how the command ends."""

import json
import shutil

import pytest
import yaml
from hypothesis import given

import fictional_facts
from crossprov import ChinaCalendar, Rulebook, RulebookError, proof
from crossprov.cli.entry import main
from crossprov.proof.cache import Kept
from crossprov.proof.digest import digest
from crossprov.proof.findings import CODES
from crossprov.proof.prover import prove_item
from crossprov.proof.rails import broken
from crossprov.proof.search import Search
from crossprov.proof.work import prove
from crossprov.texts import template
from engine.strategies import tables
from rulebook.patches import FICTIONAL, copy, load, patched

DOCK = "items/dock-licence.yaml"


@pytest.fixture
def root(tmp_path):
    return copy(tmp_path / "rules")


def mark(root, item="dock-licence"):
    rulebook = load(root)
    return digest(rulebook, rulebook.item(item))


# --- what a proof read --------------------------------------------------------------------------------


def test_a_text_changes_nothing_of_a_proof(root):
    before = mark(root)
    patched(
        root, DOCK, "name: {zh: 船坞许可, en: dock licence}", "name: {zh: 船坞许可, en: licence of a dock}"
    )
    assert mark(root) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (DOCK, "firm.staff >= 3", "firm.staff >= 4"),
        (DOCK, "through: 2023-12-31", "through: 2023-12-30"),
        (DOCK, "else: ineligible", "else: refer_to_person"),
        (DOCK, "then: firm.place, function", "then: none, function"),
        ("vocabulary/traveller.yaml", "    unit: persons\n    min: 1", "    unit: persons\n    min: 2"),
        (
            "vocabulary/traveller.yaml",
            "",
            "\nrelations: {r: {holds: firm.staff < 9, say: {zh: 一, en: a}}}\n",
        ),
        ("accepted.yaml", "en: who never served has no office", "en: no office"),
        ("examples/dock-licence.yaml", "firm.staff: 3", "firm.staff: 4"),
    ],
)
def test_what_a_proof_reads_changes_its_mark(root, file, old, new):
    before = mark(root)
    patched(root, file, old, new)
    assert mark(root) != before


def test_a_value_of_law_that_a_formula_reads_changes_its_mark(root):
    before, other = mark(root, "lighthouse-grant"), mark(root)
    patched(root, "parameters/limits.yaml", "male: 24", "male: 25")
    assert mark(root, "lighthouse-grant") != before
    assert mark(root) == other  # which reads no such value


def test_an_item_is_not_proved_twice(root, tmp_path):
    rulebook, kept = load(root), Kept(tmp_path / "kept")
    item = rulebook.item("dock-licence")
    [first] = prove(rulebook, [item], kept)
    [second] = prove(rulebook, [item], kept)
    assert (first.kept, second.kept) == (False, True)
    assert (second.obligations, second.findings) == (first.obligations, first.findings)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"item": "dock-licence"}', "null"])
def test_a_proof_that_cannot_be_read_is_made_again(root, tmp_path, text):
    rulebook, kept = load(root), Kept(tmp_path / "kept")
    item = rulebook.item("dock-licence")
    kept.folder.mkdir()
    (kept.folder / f"{digest(rulebook, item)}.json").write_text(text)
    [found] = prove(rulebook, [item], kept)
    assert not found.kept


def test_a_fault_is_not_kept(root, tmp_path):
    patched(root, DOCK, "      - {id: one-year, when: otherwise, then: 1, law: none_found}\n", "")
    rulebook, kept = load(root), Kept(tmp_path / "kept")
    item = rulebook.item("dock-licence")
    for _ in range(2):
        [found] = prove(rulebook, [item], kept)
        assert not found.kept
        assert not found.proved


# --- accepted findings --------------------------------------------------------------------------------


def test_an_accepted_finding_that_occurs_no_more_is_a_fault(root):
    patched(root, DOCK, "holds: true == dock_open", "holds: firm.staff != 4")
    rulebook = load(root)
    unused = [one.subject for one in prove_item(rulebook, rulebook.item("dock-licence")).findings]
    assert sorted(unused) == ["outcome refer_to_person", "requirement requirement:never-closed/otherwise"]


def test_an_accepted_finding_of_no_item_is_an_error(root):
    patched(root, "accepted.yaml", "item: lighthouse-grant", "item: lighthouse")
    [problem] = load(root).check()
    assert (problem.code, problem.file, problem.path) == ("unknown_item", "accepted.yaml", "accepted.2.item")


# --- what is missing ----------------------------------------------------------------------------------


@given(tables(facts=3, rows=4))
def test_a_table_is_never_both_certain_and_unknown(table):
    assert broken(table) is None


def test_an_index_that_is_wrong_is_found(monkeypatch):
    rulebook = load()
    [lowered] = [
        one
        for one in rulebook.lowered(
            rulebook.item("dock-licence"), rulebook.item("dock-licence").shape.from_
        ).tables
        if one.name == "requirement:enough-staff"
    ]
    assert broken(lowered) is None
    monkeypatch.setattr("crossprov.engine.masks._Ordered.mask", lambda self, _value: self.at[0])
    assert broken(lowered)["firm.staff"] < 3


# --- z3 has its limits --------------------------------------------------------------------------------


def test_what_z3_cannot_settle_is_never_taken_for_proved(monkeypatch):
    """With no time at all nothing that needs z3 is proved."""
    monkeypatch.setattr(Search, "_none", lambda _self, _term: False)
    monkeypatch.setattr("crossprov.proof.search._ROUNDS", 0)
    rulebook = load()
    found = prove_item(rulebook, rulebook.item("dock-licence"))
    assert not found.proved
    assert {one.verdict for one in found.findings} == {
        "unsettled",
        "fault",
    }  # a fault: two accepted occur no more
    assert {one.code for one in found.findings if one.verdict == "fault"} == {"unused"}


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def command(*arguments):
        code = main(["prove", *map(str, arguments), "--functions", "fictional_facts", "--lang", "en"])
        return code, capsys.readouterr()

    return command


def test_a_rulebook_without_faults(run):
    code, said = run("dock-licence", "--rules", FICTIONAL)
    assert code == 0
    assert "accepted dock-licence" in said.out
    assert said.out.endswith("accepted findings: 2\n")


def test_a_fault_in_words(run, root):
    patched(root, DOCK, "when: otherwise, then: 1, law", "when: firm.staff < 100, then: 1, law")
    code, said = run("dock-licence", "--rules", root)
    assert code == 1
    assert (
        "FAULT dock-licence: there is a case that no row of this table answers: conclusion:licence_years"
        in said.out
    )
    assert "  rule: items/dock-licence.yaml:" in said.out
    assert "  number of staff (firm.staff): 100\n" in said.out
    assert "  to paste into examples/dock-licence.yaml:" in said.out
    pasted = said.out[said.out.index("- id:") : said.out.index("\nFAULT dock-licence: an accepted")]
    [entry] = yaml.safe_load(pasted)
    assert entry["facts"] == {"firm.staff": 100}


def test_a_fault_as_json(run, root):
    patched(root, DOCK, "when: otherwise, then: 1, law", "when: firm.staff < 100, then: 1, law")
    code, said = run("dock-licence", "--rules", root, "--json")
    [found] = json.loads(said.out)
    faults = [one for one in found["findings"] if one["verdict"] == "fault"]
    assert code == 1
    # Who falls into the gap is for a person, so one finding that was accepted occurs no more.
    assert [(one["code"], one["facts"]) for one in faults] == [
        ("complete", {"firm.staff": "100"}),
        ("unused", {}),
    ]


def test_what_is_not_settled_has_an_exit_code_of_its_own(run, monkeypatch):
    monkeypatch.setattr("crossprov.proof.search._ROUNDS", 0)
    code, said = run("lighthouse-grant", "--rules", FICTIONAL, "--no-cache")
    assert "UNSETTLED lighthouse-grant" in said.out
    assert code in (1, 5)


def test_without_z3_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setattr(proof, "find_spec", lambda _name: None)
    code, said = run("dock-licence", "--rules", FICTIONAL)
    assert code == 2
    assert "pip install 'crossprov[prove]'" in said.err


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "257", "9" * 5_000])
def test_jobs_are_counted(run, jobs):
    code, said = run("dock-licence", "--rules", FICTIONAL, "--jobs", jobs)
    assert code == 2
    assert "--jobs" in said.err


def test_every_kind_of_finding_has_its_sentence():
    for code in CODES:
        assert template(f"proof.fault_{code}").zh


def test_functions_of_ones_own_are_a_part_of_what_was_read(root, tmp_path, monkeypatch):
    package = tmp_path / "facts_of_ones_own"
    shutil.copytree(next(iter(fictional_facts.__path__)), package)
    monkeypatch.syspath_prepend(tmp_path)
    for file in root.rglob("*.yaml"):
        words = file.read_text("utf-8")
        file.write_text(words.replace("fictional_facts", "facts_of_ones_own"), "utf-8")

    def now():
        rulebook = Rulebook.load(root, functions=["facts_of_ones_own"])
        return digest(rulebook, rulebook.item("dock-licence"))

    before = now()
    assert now() == before
    some = next(path for path in package.rglob("*.py") if path.read_text("utf-8").strip())
    some.write_text(some.read_text("utf-8") + "\n# another\n", "utf-8")
    assert now() != before


# --- in other processes -------------------------------------------------------------------------------


@pytest.fixture
def many(root):
    """The fictional rules with so many items that processes are started for them."""
    whole = (root / DOCK).read_text("utf-8")
    for n in range(5):
        name = f"dock-licence-{n}"
        (root / f"items/{name}.yaml").write_text(
            whole.replace("item: dock-licence", f"item: {name}"), "utf-8"
        )
    return root


def test_rules_that_changed_after_they_were_loaded_are_not_proved_in_their_place(many, tmp_path):
    rulebook, kept = load(many), Kept(tmp_path / "kept")
    items = [one for one in rulebook.items() if one.id.startswith("dock-licence")]
    patched(many, "items/dock-licence-1.yaml", "firm.staff >= 3", "firm.staff >= 4")
    with pytest.raises(RulebookError) as caught:
        list(prove(rulebook, items, kept, jobs=2))
    assert caught.value.problems[0].code == "rules_changed"
    assert not list(tmp_path.glob("kept/*"))


def test_by_a_calendar_of_ones_own_nothing_is_kept(root, tmp_path):
    rulebook = Rulebook.load(root, functions=["fictional_facts"], workdays=ChinaCalendar())
    [found] = prove(rulebook, [rulebook.item("dock-licence")], Kept(tmp_path / "kept"), jobs=1)
    assert found.proved
    assert not list(tmp_path.glob("kept/*"))
