"""What two rulebooks, or two days, decide differently: found where there is something, proved where there is nothing."""

import datetime as dt
import json
import shutil
from itertools import permutations
from pathlib import Path

import pytest

from crossprov import Rulebook
from crossprov.cli.entry import main
from crossprov.proof.compare import Side, compare, compare_days
from crossprov.proof.replay import Program
from crossprov.texts import text
from rulebook.patches import FICTIONAL, copy, load, patched

SHORES = Path(__file__).parents[2] / "examples/two-shores"
BERTH = "items/berth-move.yaml"

CHANGES = {
    # what is changed: old, new, then the kinds of difference that this makes, and no others
    "a requirement": (
        BERTH, "boat.length <= 40", "boat.length <= 39",
        {("outcome", "eligible→ineligible")},
    ),
    "an outcome of a requirement": (
        BERTH, "boat.length <= 40, else: ineligible", "boat.length <= 40, else: refer_to_person",
        {("outcome", "ineligible→refer_to_person")},
    ),
    "an office": (BERTH, "then: berth.to_place", "then: berth.from_place", {("competent", "office:competent")}),
    "a step": (BERTH, "when: berth_class == 'large', name", "when: boat.length > 20, name", {("step", "measure")}),
    "a value of law": (
        "parameters/limits.yaml", "through: 2023-12-31, value: 10", "through: 2023-12-31, value: 11",
        {("conclusion", "berth_class"), ("step", "measure")},
    ),
    "a text": (BERTH, "en: moving a berth to the other shore", "en: another berth", set()),
    "another way to say the same": (
        BERTH, "when: boat.length >= limit.small_boat", "when: not boat.length < limit.small_boat", set(),
    ),
    "a row that the rows before leave nothing": (
        BERTH, "when: boat.length >= limit.small_boat", "when: otherwise", set(),
    ),
    "what no case can have": (BERTH, "boat.length <= 40", "boat.length <= 40 and boat.waterline < 61", set()),
}  # fmt: skip


def sides(old, new, item="berth-move"):
    return [Side(Program(one), one.item(item)) for one in (old, new)]


@pytest.fixture
def shores(tmp_path):
    return Path(shutil.copytree(SHORES, tmp_path / "shores"))


@pytest.mark.parametrize("name", CHANGES, ids=lambda name: name.replace(" ", "-"))
def test_what_is_changed_is_found_and_nothing_else(shores, name):
    file, old, new, expected = CHANGES[name]
    patched(shores, file, old, new)
    found = list(compare(*sides(Rulebook.load(SHORES), Rulebook.load(shores))))
    assert {one.verdict for one in found} <= {"differs"}
    assert {(one.code, one.subject) for one in found} == expected


def test_the_case_is_one_that_both_decide_as_shown(shores):
    patched(shores, BERTH, "boat.length <= 40", "boat.length <= 39")
    old, new = Rulebook.load(SHORES), Rulebook.load(shores)
    change = next(one for one in compare(*sides(old, new)) if one.code == "outcome")
    assert change.facts["boat.length"] == "40"
    assert (change.before, change.after) == ("eligible", "ineligible")
    assert change.days == (("2020-01-01", "2023-12-31"), ("2024-01-01", "9999-12-31"))


SHAPES = {
    "bool": ("type: bool", "boat.flag"),
    "int": ("{type: int, min: 0, max: 9}", "boat.flag >= 5"),
    "optional": ("{type: int, min: 0, max: 9, optional: true}", "boat.flag is none or boat.flag >= 5"),
    "rate": ("type: rate", "boat.flag >= 0.5"),
    "money": ("type: money", "boat.flag >= '5.00'"),
    "date": ("type: date", "boat.flag >= '2020-01-01'"),
    "month": ("type: month", "boat.flag >= '2020-01'"),
    "enum": ("{type: enum, values: [a, b]}", "boat.flag == 'a'"),
    "set": ("{type: set, values: [a, b]}", "'b' in boat.flag"),
    "other set": ("{type: set, values: [b, c]}", "'b' in boat.flag or 'c' in boat.flag"),
}


def flagged(root, name):
    """The rules with a fact more, of some type, and a requirement that tests it."""
    shape, holds = SHAPES[name]
    shutil.copytree(SHORES, root)
    label = "label: {zh: 旗, en: flag}, question: {zh: 旗, en: flag}, given: told"
    told = shape.strip("{}")
    patched(root, "vocabulary/berths.yaml", "relations:", f"  boat.flag: {{{told}, {label}}}\n\nrelations:")
    rule = f'- {{id: flag, holds: "{holds}", else: ineligible, law: none_found}}'
    patched(root, BERTH, "requirements:\n", f"requirements:\n  {rule}\n")
    return Rulebook.load(root)


@pytest.fixture(scope="module")
def with_flags(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flags")
    return {name: flagged(folder / name.replace(" ", "-"), name) for name in SHAPES}


def test_a_fact_of_another_type_is_a_difference_and_no_proof_of_anything(with_flags):
    kinds = {name: "int" if name == "optional" else name.rpartition(" ")[2] for name in SHAPES}
    for (old, before), (new, after) in permutations(kinds.items(), 2):
        if before == after:
            continue
        [found] = compare(*sides(with_flags[old], with_flags[new]))
        assert (found.code, found.subject, found.verdict) == ("fact", "boat.flag", "differs")
        assert (found.before, found.after) == (before, after)


def test_of_the_same_type_cases_are_compared_that_both_can_be_told(with_flags):
    assert list(compare(*sides(with_flags["int"], with_flags["optional"]))) == []
    # Of sets, b is the one member that both know, and both want it; a alone, or c alone, only one can be told.
    for pair in (("set", "other set"), ("other set", "set")):
        assert list(compare(*sides(*(with_flags[name] for name in pair)))) == []


def test_two_days_before_and_after_a_reform():
    """The limit rose from 10 to 12 metres: boats of 10 and 11 became small ones, and are not measured any more."""
    old, new = sides(Rulebook.load(SHORES), Rulebook.load(SHORES))
    found = list(compare_days(old, dt.date(2023, 12, 31), new, dt.date(2024, 1, 1)))
    assert [(one.code, one.before, one.after) for one in found] == [
        ("conclusion", "large", "small"),
        ("step", "applies", "applies_not"),
    ]
    assert {one.facts["boat.length"] for one in found} <= {"10", "11"}


def test_two_days_with_the_same_law_differ_in_nothing():
    old, new = sides(Rulebook.load(SHORES), Rulebook.load(SHORES))
    assert list(compare_days(old, dt.date(2024, 1, 1), new, dt.date(2026, 6, 30))) == []


def test_limits_and_sums(tmp_path):
    root = copy(tmp_path / "rules")
    patched(root, "items/ferry-pass.yaml", "length: 10 working_days", "length: 12 working_days")
    patched(
        root,
        "parameters/money.yaml",
        'bridge: {true: "99.00", false: "66.00"}',
        'bridge: {true: "98.00", false: "66.00"}',
    )
    old, new = sides(load(), load(root), "ferry-pass")
    found = {
        (one.code, one.subject): one
        for one in compare_days(old, dt.date(2024, 5, 6), new, dt.date(2024, 5, 6))
    }
    assert {("due", "issue"), ("amount", "price")} <= found.keys()
    assert found["due", "issue"].before == "10 working_days (statutory, apply)"
    assert found["due", "issue"].after == "12 working_days (statutory, apply)"
    sums = found["amount", "price"]
    assert float(sums.before) - float(sums.after) == pytest.approx(1)
    assert sums.facts["traveller.rank"] == "bridge"


# --- the command --------------------------------------------------------------------------------------


def test_no_difference(capsys):
    assert main(["diff", str(SHORES), str(SHORES), "--lang", "en"]) == 0
    proved = "berth-move: proved: no difference\nno case is decided differently\n"
    assert capsys.readouterr().out == proved + text("proof.diff_beyond", "en") + "\n"


def test_differences_in_words_and_as_json(capsys, shores):
    patched(shores, BERTH, "boat.length <= 40", "boat.length <= 39")
    assert main(["diff", str(SHORES), str(shores), "--lang", "en", "--on", "2024-05-06"]) == 1
    said = capsys.readouterr().out
    assert "DIFFERS berth-move: the outcome: This can be done. → This cannot be done now.\n" in said
    assert "  length of the boat in metres (boat.length): 40\n" in said
    assert main(["diff", str(SHORES), str(shores), "--json", "--item", "berth-move"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["facts"]["boat.length"] == "40"


def test_an_item_of_one_rulebook_only(capsys, shores):
    (shores / BERTH).rename(shores / "items/berth-swap.yaml")
    patched(shores, "items/berth-swap.yaml", "item: berth-move", "item: berth-swap")
    assert main(["diff", str(SHORES), str(shores), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "DIFFERS berth-move: only the former has the item" in said
    assert "DIFFERS berth-swap: only the latter has the item" in said


def test_a_day_before_the_item_began(capsys):
    assert main(["diff", str(SHORES), "--between", "2019-12-31", "2020-01-01", "--lang", "en"]) == 1
    assert "only the latter has the item" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [str(SHORES)],
        [str(SHORES), str(SHORES), "--item", "no-such"],
        [str(SHORES), "--between", "2020-01-01", "1"],
    ],
)
def test_a_call_that_names_nothing_to_compare(capsys, arguments):
    assert main(["diff", *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("days", "option"), [(["--on", "2024-13-01"], "--on"), (["--between", "2024-01-01", "x"], "--between")]
)
def test_a_day_that_is_none_is_told_by_its_option(capsys, days, option):
    assert main(["diff", str(SHORES), str(SHORES), *days, "--lang", "en"]) == 2
    assert f"{option} should be a day" in capsys.readouterr().err


def test_an_item_may_be_named_by_its_official_code(capsys):
    rules = [str(FICTIONAL), str(FICTIONAL), "--functions", "fictional_facts", "--lang", "en"]
    assert main(["diff", *rules, "--item", "F000000001", "--between", "2024-05-06", "2024-05-06"]) == 0
    assert "ferry-pass: proved" in capsys.readouterr().out
