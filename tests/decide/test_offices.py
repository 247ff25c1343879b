"""Which organ acts in a role may depend on the row that names its place."""

import pytest

from crossprov import CaseError
from decide.small import HERE, HERE_ACTS, decided, fact, missing, rulebook

APPEAL = "{id: appeal, when: appeals, then: move.to_province, function: sea_ministry, law: none_found}"
PROVINCE = fact("move.to_province", "place", level="any", formula="'province_of(move.to_place, case.as_of)'")
AS_OF = fact("case.as_of", "date", given="as_of", question="{zh: 问, en: question}")
ENGINES = ("index", "reference")


@pytest.fixture(params=ENGINES)
def book(request, tmp_path):
    office = f"{APPEAL}\n      - {HERE_ACTS}"
    facts = fact("appeals", "bool") + PROVINCE + AS_OF
    return rulebook(tmp_path, facts=facts, office=office, engine=request.param)


@pytest.mark.parametrize(("appeals", "division"), [(True, "970000"), (False, HERE)])
def test_a_row_may_name_another_organ_than_the_role(book, appeals, division):
    decision = decided(book, {"appeals": appeals})
    assert (decision.outcome, decision.competent.division) == ("eligible", division)


@pytest.mark.parametrize("place", [HERE, "970000"])
def test_until_the_row_is_settled_no_organ_is_named(book, place):
    """Nor where the rows happen to agree on the place."""
    decision = decided(book, move={"to_place": place})
    assert (decision.outcome, missing(decision)) == ("needs_information", ["appeals"])
    assert decision.competent.division is None


@pytest.mark.parametrize(
    ("case", "path"),
    [
        ({"move": {"to_place": "979999"}}, "move.to_place"),
        ({"facts": {"move.to_place": "979999", "home": "none"}, "move": {}}, "facts.move.to_place"),
        ({"facts": {"home": "979999"}, "move": {"to_place": HERE}}, "facts.home"),
    ],
)
def test_a_code_of_no_division_is_told_with_the_field_that_told_it(tmp_path, case, path):
    office = "{id: home, when: home is not none, then: home, law: none_found}\n      - " + HERE_ACTS
    facts = fact("home", "place", level="any", optional="true")
    with pytest.raises(CaseError) as caught:
        decided(rulebook(tmp_path, facts=facts, office=office), **{"facts": {"home": "none"}} | case)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("place_unknown", path)
    assert "979999" not in str(problem)
