"""Nobody is eligible where no office could decide: the directory has none on the day, and nothing that is asked helps."""

import datetime as dt

import pytest

from batch.frame_samples import as_frame, one_by_one
from crossprov.batch import contract, decide_frame
from crossprov.values import NONE
from decide.small import HERE, HERE_ACTS, TEXT, decided, fact, missing, requirement, rulebook
from engine.readings import NAMES

FERRY = """    tier: {"970000": county, "980000": county, other: county}
    law: none_found
    confidence: inferred
"""
SINCE_2024 = """    versions:
      - {from: "2024-01-01", tier: {"970000": county, "980000": county, other: county}}
    law: none_found
    confidence: inferred
"""
OF_PREFECTURES = FERRY.replace("county", "prefecture")  # Southisle has counties right below it
LATE, EARLY = dt.date(2024, 5, 6), dt.date(2023, 12, 31)


def small(root, new=SINCE_2024, **more):
    facts = fact("a", "bool") + fact("b", "bool")
    more = {"facts": facts, "item": "requirements:\n" + requirement("fit", "a"), **more}
    return rulebook(root, region=(FERRY, new), **more)


def told(decision):
    return decision.outcome, [one.code for one in decision.notices]


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize(
    ("new", "as_of", "place", "why"),
    [
        (SINCE_2024, EARLY, HERE, "function_not_in_force"),
        (OF_PREFECTURES, LATE, "980101", "no_division_at_level"),
    ],
)
def test_without_an_office_a_person_decides_and_is_told_which_is_not_there(
    tmp_path, engine, new, as_of, place, why
):
    book = small(tmp_path, new, engine=engine)
    decision = decided(book, {"a": True}, as_of=str(as_of), move={"to_place": place})
    assert told(decision) == ("refer_to_person", ["no-office"])
    assert missing(decision) == []
    [notice] = decision.notices
    assert notice.certain
    assert "ferry office" in notice.text.en
    assert "渡轮事务所" in notice.text.zh
    assert str(as_of) in notice.text.en
    assert str(as_of) in notice.text.zh
    assert (decision.competent.undetermined, decision.competent.asks) == (why, None)


def test_who_is_not_eligible_needs_no_office(tmp_path):
    book = small(tmp_path)
    assert told(decided(book, {"a": False}, as_of=str(EARLY))) == ("ineligible", [])
    decision = decided(book, as_of=str(EARLY))
    assert told(decision) == ("needs_information", ["no-office"])
    assert missing(decision) == ["a"]


def test_of_cases_that_are_led_alike_each_has_the_office_of_its_place(tmp_path):
    book = small(tmp_path, OF_PREFECTURES)
    for _ in range(3):
        for place, outcome in (("970101", "eligible"), ("980101", "refer_to_person")):
            assert decided(book, {"a": True}, move={"to_place": place}).outcome == outcome


def test_a_place_that_a_rule_names_has_the_office_of_the_day_of_the_facts(tmp_path):
    book = small(tmp_path, office=f'{{id: always, when: otherwise, then: "{HERE}", law: none_found}}')
    for _ in range(3):
        for day, outcome in ((LATE, "eligible"), (EARLY, "refer_to_person")):
            assert decided(book, {"a": True}, law_on=LATE, facts_on=day).outcome == outcome


def test_what_would_name_the_office_is_asked_for_as_before(tmp_path):
    book = small(tmp_path)
    decision = decided(book, {"a": True}, move={"to_place": "970000"})
    assert (decision.outcome, missing(decision)) == ("needs_information", ["move.to_place"])


def test_other_roles_may_have_no_office(tmp_path):
    office = f"""{HERE_ACTS}
  other:
    function: village_pier
    name: {TEXT}
    rows:
      - {HERE_ACTS}"""
    tier = '    tier: {"970000": township, "980000": township, other: township}\n'
    later = '    versions:\n      - {from: "2030-01-01", tier: {"970000": township, "980000": township, other: township}}\n'
    facts = fact("a", "bool")
    book = rulebook(tmp_path, facts=facts, region=(tier, later), office=office)
    decision = decided(book)
    assert told(decision) == ("eligible", [])
    assert decision.roles[0].undetermined == "function_not_in_force"


def test_a_rule_may_state_that_nobody_is_to_decide(tmp_path):
    """Then that is the answer, such as where an employer pays by itself."""
    office = f"{{id: nobody, when: b, then: none, law: none_found}}\n      - {HERE_ACTS}"
    book = small(tmp_path, office=office)
    decision = decided(book, {"a": True, "b": True})
    assert (*told(decision), decision.competent.undetermined) == ("eligible", [], "none")


def test_where_no_row_is_in_force_no_office_decides(tmp_path):
    book = small(tmp_path, FERRY, office=HERE_ACTS.replace("law:", "from: 2024-01-01, law:"))
    assert told(decided(book, {"a": True})) == ("eligible", [])
    decision = decided(book, {"a": True}, as_of=str(EARLY))
    assert told(decision) == ("refer_to_person", ["no-office"])
    assert "ferry office" in decision.notices[0].text.en


HOME = fact("home", "place", level="any", optional="true")
AT_HOME = "{id: home, when: otherwise, then: home, law: none_found}"
STATED = f"{{id: nobody, when: b, then: none, law: none_found}}\n      - {AT_HOME}"


@pytest.mark.parametrize("engine", NAMES)
def test_that_a_place_is_none_does_not_state_that_nobody_is_to_decide(tmp_path, engine):
    facts = fact("a", "bool") + fact("b", "bool") + HOME
    book = small(tmp_path, FERRY, facts=facts, office=STATED, engine=engine)
    for _ in range(2):
        found = decided(book, {"a": True, "b": False, "home": "none"})
        assert (*told(found), found.competent.undetermined) == ("refer_to_person", ["no-office"], "no_place")
        found = decided(book, {"a": True, "b": True, "home": "none"})
        assert (*told(found), found.competent.undetermined) == ("eligible", [], "none")
        found = decided(book, {"a": True, "home": "none"})
        assert (found.outcome, missing(found)) == ("needs_information", ["b"])
        assert decided(book, {"a": True, "b": False, "home": HERE}).outcome == "eligible"


def test_a_frame_gives_the_same_where_a_place_is_none(tmp_path):
    facts = fact("a", "bool") + fact("b", "bool") + HOME
    rules = small(tmp_path, FERRY, facts=facts, office=STATED, engine="index")
    kinds = (True, False, None)
    rows = [{"a": a, "b": b, "home": home} for a in kinds for b in kinds for home in (HERE, NONE, None)]
    frame = as_frame(rows, "it", LATE, rules, rows[0])
    found = decide_frame(frame, "it", as_of=LATE, rulebook=rules).frame
    got = found.select("row", *contract("it", LATE, rules).outputs).to_dicts()
    wanted = one_by_one(rows, "it", LATE, rules)
    assert got == [{"row": i, **one} for i, one in enumerate(wanted)]
    assert {"no_place", "none", None} <= {one["competent_why"] for one in got}


PLACES = ("970101", "970000", "980101", "110101", None)


@pytest.mark.parametrize("day", [EARLY, LATE])
@pytest.mark.parametrize("new", [SINCE_2024, OF_PREFECTURES])
def test_a_frame_gives_the_same(tmp_path, new, day):
    rules = small(tmp_path, new, engine="index")
    rows = [
        {"a": a, "move.to_place": place, "move.to_street": None}
        for a in (True, False, None)
        for place in PLACES
    ]
    frame = as_frame(rows, "it", day, rules, rows[0])
    found = decide_frame(frame, "it", as_of=day, rulebook=rules).frame
    got = found.select("row", *contract("it", day, rules).outputs).to_dicts()
    wanted = one_by_one(rows, "it", day, rules)
    assert got == [{"row": i, **one} for i, one in enumerate(wanted) if one is not None]
    lacking = (new, day) != (SINCE_2024, LATE)
    assert ("refer_to_person" in {one["outcome"] for one in got}) == lacking
