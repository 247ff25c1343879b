"""Good and bad twins: each problem is found where it is, and only there."""

import pytest

from crossprov.texts import LANGUAGES
from rulebook.patches import copy, patched, position_of, problems
from rulebook.twins import TWINS


def name(twin):
    return f"{twin.code}-{twin.bad[:40]!r}"


@pytest.mark.parametrize("twin", TWINS, ids=name)
def test_the_good_twin_has_no_problem(twin, tmp_path):
    root = copy(tmp_path / "rules")
    patched(root, twin.file, twin.old, twin.good)
    assert [str(problem) for problem in problems(root)] == []


@pytest.mark.parametrize("twin", TWINS, ids=name)
def test_the_bad_twin_has_its_problem_where_it_is(twin, tmp_path):
    root = copy(tmp_path / "rules")
    place = patched(root, twin.file, twin.old, twin.bad)
    file = twin.file
    if twin.at is not None:
        file, place = twin.at[0], position_of(root, *twin.at)
    found = problems(root, wide=twin.wide)
    shown = [(problem.code, problem.file, (problem.line, problem.column)) for problem in found]
    assert (twin.code, file, place) in shown
    assert twin.others or len(shown) == 1, shown
    assert all(found[0].text(language) for language in LANGUAGES)


def test_what_is_wrong_in_a_fragment_only_for_some_items_says_for_which(tmp_path):
    root = copy(tmp_path / "rules")
    patched(root, "fragments/harbour.yaml", "actor: applicant", "actor: somebody")
    said = [problem.text("en") for problem in problems(root)]
    assert {item for item in ("ferry-pass", "lighthouse-grant") for one in said if f"`{item}`" in one} == {
        "ferry-pass",
        "lighthouse-grant",
    }
