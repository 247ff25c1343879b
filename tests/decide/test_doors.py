"""Bad input never decides anything: it is refused as a whole, in words, without what was typed."""

import datetime as dt

import pytest

from crossprov import CaseError, InternalFaultError, RulebookError, UnknownItemError, check, decide
from crossprov.facts import book as facts_of_a_case
from decide.small import FICTIONAL, HERE, decided, fact, missing, requirement, rulebook

STEPS = "steps:\n  - {id: apply, actor: applicant, name: {zh: 申请, en: apply}, law: none_found}\n"


@pytest.fixture
def book(tmp_path):
    facts = fact("a", "bool") + fact("n", "int", min=0) + fact("twice", "int", formula="2 * n")
    facts += fact(
        "sex", "enum", values=["male", "female"], given="applicant.known_sex", question="{zh: 问, en: q}"
    )
    item = "requirements:\n" + requirement("yes", "a or n > 3 or twice > 100 or sex == 'male'") + STEPS
    return rulebook(tmp_path, facts=facts, item=item)


def codes(error):
    return [(problem.code, problem.path) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("case", "code", "path"),
    [
        ({"facts": {"a": True, "n": "rubbish"}}, "fact_not_of_type", "facts.n"),
        ({"facts": {"a": True, "n": -4}}, "fact_not_of_type", "facts.n"),
        ({"facts": {"a": True, "m": 1}}, "fact_unknown", "facts.m"),
        ({"facts": {"a": True, "twice": 1}}, "fact_not_told", "facts.twice"),
        (
            {"facts": {"a": True, "sex": "male"}, "applicant": {"kind": "citizen", "sex": "female"}},
            "fact_contradicts",
            "facts.sex",
        ),
        ({"events": [{"step": "aply", "on": "2024-05-06"}]}, "event_unknown", "events[0].step"),
        (
            {"events": [{"step": "apply", "on": "2024-05-03"}], "applied_on": "2024-05-02"},
            "event_contradicts",
            "events[0].on",
        ),
    ],
)
def test_what_cannot_be_is_refused_even_if_nobody_asks_for_it(book, case, code, path):
    with pytest.raises(CaseError) as error:
        decided(book, **case) if "facts" not in case else decided(book, case.pop("facts"), **case)
    assert codes(error) == [(code, path)]
    for language in ("zh", "en"):
        assert "rubbish" not in error.value.text(language)


def test_a_fact_may_be_told_where_the_record_is_silent(book):
    assert decided(book, {"sex": "male"}).outcome == "eligible"
    assert decided(book, {"a": False, "n": 0, "sex": "female"}).outcome == "ineligible"


@pytest.mark.parametrize(
    ("applicant", "path"),
    [
        ({"birth_date": "2024-05-07"}, "applicant.birth_date"),
        (
            {
                "insurance": {
                    "pension_spells": {"records": [{"scheme": "employee", "place": HERE, "start": "2024-06"}]}
                }
            },
            "applicant.insurance.pension_spells.records[0]",
        ),
        ({"hukou": {"records": [{"place": HERE, "since": "2024-05-07"}]}}, "applicant.hukou.records[0]"),
    ],
)
def test_what_has_not_happened_is_no_fact(book, applicant, path):
    with pytest.raises(CaseError) as error:
        decided(
            book,
            {"a": True},
            applicant={"kind": "citizen", **applicant},
            facts_on=dt.date(2024, 5, 6),
            as_of=None,
        )
    assert codes(error) == [("after_as_of", path)]


def test_the_days_are_kept_apart(book):
    decision = decided(book, {"a": True}, as_of=None, facts_on=dt.date(2015, 1, 1))
    assert decision.made_by.facts_on == dt.date(2015, 1, 1)
    assert decision.made_by.law_on == decision.made_by.decided_on
    decision = decided(book, {"a": True}, law_on=dt.date(2015, 1, 1))
    assert (decision.made_by.law_on, decision.made_by.facts_on) == (dt.date(2015, 1, 1), dt.date(2024, 5, 6))


@pytest.mark.parametrize("day", ["2015-01-01", dt.datetime(2015, 1, 1)])  # noqa: DTZ001 - the wrong kind
def test_a_day_is_a_date(book, day):
    with pytest.raises(CaseError, match="should be a date"):
        decided(book, {"a": True}, law_on=day)


def test_before_the_first_rule_it_is_out_of_scope_and_says_since_when(book):
    decision = decided(book, {"a": True}, as_of="1990-01-01")
    assert decision.outcome == "out_of_scope"
    assert "2010-01-01" in decision.notices[0].text.zh
    assert "2010-01-01" in decision.notices[0].text.en


def test_an_item_for_persons_is_not_open_to_employers(book):
    decision = decided(book, applicant={"kind": "employer"})
    assert (decision.outcome, decision.notices[0].code) == ("out_of_scope", "not-served")


def test_an_unknown_item_names_what_is_near(book):
    with pytest.raises(UnknownItemError, match="there is no item"):
        decided(book, item="itt")


def test_an_engine_that_does_not_exist(tmp_path):
    made = rulebook(tmp_path, item="requirements: []\n", engine="abacus")
    with pytest.raises(CaseError, match="abacus"):
        decided(made)


def test_a_rule_file_changed_after_loading_is_refused(tmp_path):
    made = rulebook(tmp_path, item="requirements: []\n")
    path = tmp_path / "items" / "it.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(RulebookError, match="changed after loading"):
        decided(made)


def test_a_rule_that_breaks_decides_nothing_and_shows_nothing_of_the_case(book, monkeypatch):
    secret = "张三110101199003070011"  # noqa: S105 - stands for what must not be shown

    def broken(*_):
        raise KeyError(secret)

    monkeypatch.setattr(facts_of_a_case.FactBook, "get", broken)
    with pytest.raises(InternalFaultError) as error:
        decided(book, {"a": True})
    assert "KeyError" in str(error.value)
    assert secret not in str(error.value)
    assert error.value.__suppress_context__


def test_no_fact_is_made_from_a_name_or_a_number(tmp_path):
    facts = fact("called", "text", given="applicant.name", question="{zh: 问, en: q}")
    made = rulebook(tmp_path, facts=facts, item="requirements: []\n")
    assert [problem.code for problem in check(made)] == ["given_unknown"]


def test_a_place_that_does_not_exist_is_bad_input_and_one_too_coarse_is_asked_for_again(book):
    with pytest.raises(CaseError, match="division code"):
        decided(book, {"a": True}, move={"to_place": "979999"})
    assert missing(decided(book, {"a": True}, move={"to_place": "970000"})) == ["move.to_place"]


def test_a_county_that_was_divided_asks_for_its_township_and_takes_the_answer(book):
    asked = decided(book, {"a": True}, move={"to_place": "970102"})
    assert (asked.outcome, missing(asked)) == ("needs_information", ["move.to_street"])
    for street, county in (("贝壳镇", "970101"), ("月牙街道", "970103")):
        told = decided(book, {"a": True}, move={"to_place": "970102", "to_street": street})
        assert (told.outcome, told.competent.division) == ("eligible", county)


def test_the_rules_that_come_with_the_library_are_those_tested_here():
    assert not FICTIONAL.samefile(decide.__globals__["builtin"]().root)
