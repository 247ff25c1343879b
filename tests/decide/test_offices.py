"""Which organ acts in a role may depend on the row that names its place."""

import pytest

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
