"""The pytest plugin and the suite: on a rulebook of somebody else, in a run of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crossprov import RulebookError
from crossprov.testing import suite
from crossprov.testing.suite import PROPERTIES
from decide.small import FICTIONAL, fact, requirement, rulebook

pytest_plugins = ["pytester"]

GROWN_UP = requirement("grown-up", "traveller.age >= 18", more=", say: {zh: 未成年, en: Too young.}")
EXAMPLES = """\
examples:
  - id: grown-up
    title: {zh: 成年, en: of age}
    source: made up
    as_of: 2024-05-06
    case: {applicant: {kind: citizen}, move: {to_place: "970101"}, facts: {traveller.age: 18}}
    expect: {outcome: eligible, competent: "970101"}
  - id: young
    title: {zh: 未成年, en: too young}
    source: made up
    like: grown-up
    case: {facts: {traveller.age: 17}}
    expect: {outcome: eligible}
"""


@pytest.fixture
def rules(pytester):
    """The directory of a rulebook with one example that comes out and one that does not."""
    root = pytester.mkdir("rules")
    rulebook(root, facts=fact("traveller.age", "int", unit="years_of_age"), item=f"requirements:\n{GROWN_UP}")
    (root / "examples").mkdir()
    (root / "examples" / "it.yaml").write_text(EXAMPLES, encoding="utf-8")
    return root


def test_without_being_asked_nothing_is_collected(pytester, rules):
    pytester.runpytest_inprocess().assert_outcomes()


def test_each_example_is_a_test_with_a_name(pytester, rules):
    found = pytester.runpytest_inprocess("--crossprov", "rules", "-v")
    found.assert_outcomes(passed=1, failed=1)
    found.stdout.fnmatch_lines(["rules/examples/it.yaml::it[[]grown-up] PASSED*"])


def test_a_failure_says_what_was_expected_where_and_why(pytester, rules):
    found = pytester.runpytest_inprocess("--crossprov", "rules")
    found.stdout.fnmatch_lines(
        [
            "*it[[]young]*",
            "rules/examples/it.yaml:13:*: example `young`: outcome should be eligible, got ineligible",
            "*Too young.*",
        ]
    )
    found.stdout.no_fnmatch_line("*Traceback*")
    assert not [line for line in found.outlines if "runtest" in line]


def test_named_in_the_settings_they_are_collected_by_each_engine(pytester, rules):
    pytester.makeini("[pytest]\ncrossprov_rulebooks = rules\ncrossprov_engines = index reference\n")
    found = pytester.runpytest_inprocess("-v")
    found.assert_outcomes(passed=2, failed=2)
    found.stdout.fnmatch_lines(["rules/examples/it.yaml::it[[]young-reference] FAILED*"])


def test_another_rulebook_than_the_one_named_is_left_alone(pytester, rules):
    shutil.copytree(rules, pytester.path / "others")
    pytester.makeini("[pytest]\ncrossprov_rulebooks = rules\n")
    pytester.runpytest_inprocess("others").assert_outcomes()


def test_yaml_that_is_no_rulebook_is_left_alone(pytester):
    pytester.mkdir("examples").joinpath("it.yaml").write_text("examples: []\n", encoding="utf-8")
    pytester.runpytest_inprocess("--crossprov").assert_outcomes()


def test_an_example_that_cannot_be_decided_says_so(pytester, rules):
    path = rules / "examples" / "it.yaml"
    path.write_text(path.read_text("utf-8").replace("traveller.age: 17", "traveller.hat: 17"), "utf-8")
    found = pytester.runpytest_inprocess("--crossprov", "rules")
    found.stdout.fnmatch_lines(["*example `young` cannot be run*traveller.hat*"])


def test_a_rulebook_that_cannot_be_read_is_an_error_with_a_place(pytester, rules):
    path = rules / "items" / "it.yaml"
    path.write_text(path.read_text("utf-8").replace("traveller.age", "traveller.aeg"), "utf-8")
    found = pytester.runpytest_inprocess("--crossprov", "rules")
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*items/it.yaml:*traveller.aeg*"])


def test_functions_of_a_rulebook_are_named_in_the_settings(pytester, monkeypatch):
    shutil.copytree(FICTIONAL, pytester.path / "rules")
    monkeypatch.setenv("PYTHONPATH", str(FICTIONAL.parent))
    pytester.makeini("[pytest]\ncrossprov_rulebooks = rules\ncrossprov_functions = fictional_facts\n")
    found = pytester.runpytest_subprocess("-q")
    assert found.ret == 0
    assert found.parseoutcomes()["passed"] > 10


def test_who_does_not_use_it_imports_nothing_of_it(pytester):
    pytester.makepyfile(
        "import sys\n"
        "def test_it(request):\n"
        "    assert request.config.pluginmanager.has_plugin('crossprov')\n"
        "    assert 'crossprov' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=pytester.path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


# --- the suite ----------------------------------------------------------------------------------------------


def test_the_suite_runs_on_a_rulebook_of_somebody_else(pytester, rules):
    pytester.makepyfile("from crossprov.testing import suite\nTestMine = suite('rules', max_examples=5)\n")
    found = pytester.runpytest_subprocess("-v")
    found.assert_outcomes(passed=len(PROPERTIES))
    found.stdout.fnmatch_lines(["*::TestMine::test_intake_never_moves_competence[[]it[]]*PASSED*"])


def test_the_suite_finds_competence_that_follows_the_window(pytester):
    root = pytester.mkdir("rules")
    window = fact("asked.place", "place", level="any", given="applied_at", question="{zh: 何处, en: where}")
    province = fact(
        "asked.province", "place", level="province", formula='"province_of(asked.place, case.as_of)"'
    )
    day = fact("case.as_of", "date", given="as_of", question="{zh: 何日, en: when}")
    north = "{id: north, when: asked.province == '970000', then: move.to_place, law: none_found}"
    south = "{id: south, when: otherwise, then: refer_to_person, law: none_found}"
    rulebook(root, facts=day + window + province, office=f"{north}\n      - {south}")
    others = sorted(PROPERTIES.keys() - {"intake_never_moves_competence"})
    pytester.makepyfile(
        "from crossprov.testing import suite\n"
        f"TestMine = suite('rules', max_examples=200, without={others})\n"
    )
    found = pytester.runpytest_subprocess("-q")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["*test_intake_never_moves_competence*", "*the decisions differ in*"])


def test_a_test_to_leave_out_must_be_one(rules):
    with pytest.raises(ValueError, match="no_such_test"):
        suite(rules, without=["no_such_test"])


def test_a_suite_of_no_rulebook_is_refused(tmp_path):
    with pytest.raises(RulebookError):
        suite(Path(tmp_path / "nowhere"))


def test_the_real_rules_are_taken_without_being_named():
    tests = suite(items=["job-placement"])
    assert {f"test_{name}" for name in PROPERTIES} <= vars(tests).keys()
