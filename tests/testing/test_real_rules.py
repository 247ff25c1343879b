"""What must hold of every item of the real rules: the suite that anybody can run on theirs, and what was found by it."""

from crossprov import Rulebook, decide
from crossprov.testing import assert_no_other_answer, less_told, suite
from crossprov.testing.suite import Tried

RULES = Rulebook.load(engine="index")

TestRealRules = suite(RULES)


def test_an_early_day_that_nobody_could_choose_changes_no_answer_when_it_is_not_told():
    born = {"birth_date": "2032-01-01", "sex": "female", "retirement_age_class": "female_55"}
    told = {"retirement.early_date": "2032-01-01", "retirement.timing": "elastic_early"}
    item = "pension-transfer-enterprise"
    case = {"item": item, "as_of": "2032-01-01", "applicant": {"kind": "citizen", **born}, "facts": told}
    for _, less in less_told(case):
        assert_no_other_answer(decide(less, RULES), decide(case, RULES))


def test_only_registering_and_placing_are_decided_where_they_are_asked_for():
    found = Tried.of(RULES, ["index"], ()).decided_where_asked
    assert found == {"unemployment-registration", "job-placement"}
