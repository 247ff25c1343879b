"""What is refused, where, with which code, and that nothing of it is shown."""

import copy
import datetime as dt
import pickle
import time
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from crossprov import Rulebook
from crossprov.models import Case, Citizen, problems
from crossprov.models.base import Day, Money, MonthField, Rate, Text
from crossprov.values import Month
from models.model_samples import case, citizen, found, insured, resident_number, spell

PENSION = "applicant.insurance.pension_spells"
RECORD = f"{PENSION}.records[0]"
RUN = {"start": "2014-01", "end": "2014-12"}


def with_spell(**fields):
    return insured(pension_spells={"records": [spell(**fields)]})


def with_number(kind, number):
    return case(citizen(documents=[{"kind": kind, "number": number}]))


def with_record(name, **fields):
    return insured(**{name: {"records": [{"place": "510104", **fields}]}})


REFUSED = [
    # shape
    (5, "", "model_type"),
    ({}, "item", "missing"),
    (case(surprise=1), "surprise", "extra_forbidden"),
    (case(citizen(applicant={})), "applicant.applicant", "extra_forbidden"),
    (case(citizen(citizen=1)), "applicant.citizen", "extra_forbidden"),
    (case({"kind": "ghost"}), "applicant", "kind"),
    (case({"name": "x"}), "applicant", "kind"),
    (case({"kind": ["citizen"]}), "applicant", "kind"),
    (case(citizen(documents={"kind": "passport"})), "applicant.documents", "list"),
    (case(citizen(documents="AB")), "applicant.documents", "list"),
    (case(citizen(insurance=None)), "applicant.insurance", "model_type"),
    (insured(pension_spells=[]), PENSION, "model_type"),
    (insured(pension_spells={"complete_for": []}), f"{PENSION}.records", "missing"),
    # days, months
    (case(as_of="2024-02-30"), "as_of", "day"),
    (case(as_of="2024-2-3"), "as_of", "day"),
    (case(as_of="20240203"), "as_of", "day"),
    (case(as_of="2024-02-03T00:00:00"), "as_of", "day"),
    (case(as_of="2024-W05-6"), "as_of", "day"),
    (case(as_of="２０２４-02-03"), "as_of", "day"),
    (case(as_of="2024-02-03\n"), "as_of", "day"),
    (case(as_of=0), "as_of", "day"),
    (case(as_of=1.7e9), "as_of", "day"),
    (with_spell(end="2024-13"), f"{RECORD}.end", "month"),
    (with_spell(end="0000-01"), f"{RECORD}.end", "month"),
    (with_spell(end="+202-05"), f"{RECORD}.end", "month"),
    (with_spell(end="2_02-05"), f"{RECORD}.end", "month"),
    (with_spell(end="2024-05-01"), f"{RECORD}.end", "month"),
    (with_spell(end=202405), f"{RECORD}.end", "month"),
    # money and rates
    *(
        (with_spell(personal_account_balance=amount), f"{RECORD}.personal_account_balance", "money")
        for amount in (
            *(1, 1.5, True, [], {}, "", "-1.00", "+1", "-0", "1e3", "1.", ".5", "1.234", "007", " 1", "1\n"),
            *("１２", "NaN", "Infinity", "1,000.00", "1_000", "0x1", "1234567890123", "¥1", "1" * 10_000),
        )
    ),
    *(
        (with_spell(employer_rate=rate), f"{RECORD}.employer_rate", "rate")
        for rate in (0, 1, 0.16, False, "1.1", "16", "16%", "-0.1", "1e-1", "0.1234567", "０.1", "nan", "")
    ),
    # counts, flags, codes, texts
    *(
        (with_spell(arrears_months=count), f"{RECORD}.arrears_months", "int_type")
        for count in (True, "3", 3.0, 3.5, [], "三")
    ),
    (with_spell(arrears_months=-1), f"{RECORD}.arrears_months", "greater_than_equal"),
    (with_spell(arrears_months=10**30), f"{RECORD}.arrears_months", "less_than_equal"),
    *((case(move={"employed": flag}), "move.employed", "bool_type") for flag in (0, 1, "true", "yes", [])),
    *(
        (case(applied_at=code), "applied_at", "string_pattern_mismatch")
        for code in ("51010", "5101044", "51010a", "５１０１０４", "510104\n", "010104", "")
    ),
    (case(applied_at=510104), "applied_at", "string_type"),
    (case(street=" \u3000"), "street", "string_too_short"),
    (case(street="x" * 201), "street", "string_too_long"),
    (case(street="a\nb"), "street", "text"),
    (case(item="Pension Transfer"), "item", "string_pattern_mismatch"),
    (with_spell(scheme="Employee"), f"{RECORD}.scheme", "literal_error"),
    # identity numbers
    (with_number("passport", "A-123456"), "applicant.documents[0].number", "string_pattern_mismatch"),
    (with_number("passport", "A" * 21), "applicant.documents[0].number", "string_too_long"),
    (with_number("passport", 123456789), "applicant.documents[0].number", "string_type"),
    (with_number("id_card", "A123"), "applicant.documents[0]", "kind"),
    (
        with_number("foreign_pr_2017", "ABC12345678901"),
        "applicant.documents[0].number",
        "string_pattern_mismatch",
    ),
    (
        with_number("hmt_residence_permit", resident_number()),
        "applicant.documents[0].number",
        "string_pattern_mismatch",
    ),
    (
        with_number("resident_id", resident_number(birth="20230229")),
        "applicant.documents[0].number",
        "identity_birth_date",
    ),
    (
        case({"kind": "employer", "uscc": "91510700205412308E"}),
        "applicant.uscc",
        "check_character",
    ),
    # facts
    (case(facts=[]), "facts", "dict_type"),
    (case(facts={"a.b": 1.0}), "facts.a.b", "fact_value"),
    (case(facts={"a.b": 2**53}), "facts.a.b", "fact_value"),
    (case(facts={"a.b": {}}), "facts.a.b", "fact_value"),
    (case(facts={"a.b": ["x", 1]}), "facts.a.b", "fact_value"),
    (case(facts={"a.b": "x" * 201}), "facts.a.b", "fact_value"),
    (case(facts={"a.b": "x\x00"}), "facts.a.b", "fact_value"),
    (case(facts={"A.b": 1}), "facts.<?>", "fact_name"),
    (case(facts={"a..b": 1}), "facts.<?>", "fact_name"),
    (case(facts={f"f{chr(97 + i % 26)}_{i}": 1 for i in range(501)}), "facts", "too_long"),
    # agreement of fields
    (with_spell(end="2013-12"), f"{RECORD}.end", "ends_before_it_begins"),
    (with_spell(scheme="resident", account="general"), f"{RECORD}.account", "account_of_resident_scheme"),
    (with_spell(contributions=[RUN, RUN]), f"{RECORD}.contributions", "runs_overlap"),
    (with_spell(start="2014-02", contributions=[RUN]), RECORD, "run_outside_spell"),
    (with_spell(end="2014-11", contributions=[RUN]), RECORD, "run_outside_spell"),
    (with_spell(contributions=[RUN], paid_months=11), RECORD, "paid_months_disagree"),
    (with_spell(contributions=[], paid_months=1), RECORD, "paid_months_disagree"),
    (with_spell(end="2014-02", paid_months=3), RECORD, "more_months_than_period"),
    (
        with_record("deemed_periods", start="1990-01", end="1990-12", months=13),
        "applicant.insurance.deemed_periods.records[0]",
        "more_months_than_period",
    ),
    (
        with_record("unemployment_spells", start="2020-01", end="2020-01", months=2),
        "applicant.insurance.unemployment_spells.records[0]",
        "more_months_than_period",
    ),
    (
        with_record("unemployment_grants", granted_on="2020-01-01", months_granted=3, months_drawn=4),
        "applicant.insurance.unemployment_grants.records[0].months_drawn",
        "more_drawn_than_granted",
    ),
    # time of the case
    (case(as_of="2024-03-03", applied_on="2024-03-04"), "applied_on", "application_in_future"),
    (
        case(as_of="2024-03-03", events=[{"step": "apply", "on": "2024-03-04"}]),
        "events",
        "event_in_future",
    ),
    (
        case(events=[{"step": "apply", "on": "2024-03-04"}, {"step": "apply", "on": "2024-03-05"}]),
        "events",
        "step_twice",
    ),
    (case(citizen(birth_date="2024-03-04"), as_of="2024-03-03"), "as_of", "birth_in_future"),
    (
        case(
            citizen(documents=[{"kind": "resident_id", "number": resident_number("20990101")}]),
            as_of="2024-03-03",
        ),
        "as_of",
        "birth_in_future",
    ),
]


@pytest.mark.parametrize(("data", "path", "code"), REFUSED, ids=lambda value: str(value)[:40])
def test_refused_through_both_doors_with_path_and_code(data, path, code):
    assert (path, code) in found(data)


def test_every_refusal_says_what_was_expected():
    for data, _, _ in REFUSED:
        with pytest.raises(ValidationError) as caught:
            Case.model_validate(data)
        for problem in problems(caught.value):
            for words in problem.expected:
                assert words not in ("", "a valid value", "有效的值"), problem
                assert "<?>" not in words, problem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (with_spell(place="锦江区"), "六位区划代码"),
        (insured(pension_spells={"records": [], "complete_for": [{"provinces": ["510104"]}]}), "省级"),
        (case(item="失业登记"), "连字符"),
        (with_number("resident_id", "1234"), "公民身份号码"),
    ],
)
def test_a_form_that_people_have_a_word_for_is_told_by_that_word(data, words):
    with pytest.raises(ValidationError) as caught:
        Case.model_validate(data)
    said = [problem.expected.zh for problem in problems(caught.value)]
    assert any(words in one for one in said)
    assert not any("[0-9]" in one for one in said)


@pytest.mark.parametrize(
    "data",
    [
        case(as_of="2024-03-04", applied_on="2024-03-04", events=[{"step": "a", "on": "2024-03-04"}]),
        case(citizen(birth_date="2024-03-04"), as_of="2024-03-04"),
        with_spell(end="2014-01", paid_months=1, contributions=[{"start": "2014-01", "end": "2014-01"}]),
        with_spell(scheme="resident"),
        with_spell(personal_account_balance="0", employer_rate="1"),
        with_spell(personal_account_balance="999999999999.99", employer_rate="0.000001"),
        case(facts={"a": True, "a.b_2": -(2**53) + 1, "c.d": []}),
        with_record("unemployment_grants", granted_on="2020-01-01", months_granted=3, months_drawn=3),
    ],
    ids=range(8),
)
def test_the_limits_themselves_are_accepted(data):
    assert found(data) == []


def test_too_many_records_are_refused_at_once():
    many = [{"provinces": "all"}] * 1_000_000
    began = time.perf_counter()
    assert found(insured(pension_spells={"complete_for": many, "records": []})) == [
        (f"{PENSION}.complete_for", "too_many")
    ]
    assert time.perf_counter() - began < 60  # a guard against hanging, not a measure of speed


def test_a_flood_of_keys_is_refused_at_once():
    flood = {f"k_{i % 10_000}_{i // 10_000}": 1 for i in range(1_001)}
    assert found(case(facts=flood)) == [("facts", "too_many")]
    assert found(case(citizen(**flood))) == [("applicant", "too_many")]
    assert found(case(move={f"电话{key}": 1 for key in flood})) == [("move", "too_many")]


def test_shorter_lists_have_limits_of_their_own():
    papers = [{"kind": "passport", "number": "E12345678"}] * 21
    assert found(case(citizen(documents=papers))) == [("applicant.documents", "too_long")]
    events = [{"step": f"step-{i}", "on": "2024-01-01"} for i in range(201)]
    assert found(case(events=events)) == [("events", "too_long")]


def test_sets_and_generators_are_no_lists():
    for listing in ({1}, (item for item in ()), {}.keys()):
        with pytest.raises(ValidationError):
            Citizen(documents=listing)


@pytest.mark.parametrize("value", [dt.datetime(2024, 5, 6, tzinfo=dt.UTC), dt.time(1), None, b"2024-05-06"])
def test_only_dates_are_days(value):
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


@pytest.mark.parametrize(
    ("atom", "given", "kept"),
    [
        (Day, dt.date(2024, 5, 6), dt.date(2024, 5, 6)),
        (MonthField, Month(2024, 5), Month(2024, 5)),
        (MonthField, "2024-05", Month(2024, 5)),
        (Money, Decimal("1E+3"), Decimal("1000.00")),
        (Money, Decimal("1.500"), Decimal("1.50")),
        (Money, "1.5", Decimal("1.50")),
        (Rate, Decimal("0.160"), Decimal("0.16")),
        (Rate, "0", Decimal(0)),
        (Text, "  某街道 ", "某街道"),
    ],
)
def test_python_objects_stand_for_their_text(atom, given, kept):
    read = TypeAdapter(atom).validate_python(given)
    assert (read, str(read)) == (kept, str(kept))


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "-Infinity", "-1", "-0", "1.234", "1E+12", "1E+999999", "1E-999999"]
)
def test_decimals_are_held_to_the_rule_for_texts(amount):
    with pytest.raises(ValidationError):
        TypeAdapter(Money).validate_python(Decimal(amount))
    with pytest.raises(ValidationError):
        TypeAdapter(Rate).validate_python(Decimal(amount))


def test_an_impossible_month_object_is_refused():
    with pytest.raises(ValidationError):
        TypeAdapter(MonthField).validate_python(Month(2024, 13))


def test_a_case_can_be_sent_to_another_process():
    """Each worked example as a whole case: the class of its lists of records is named nowhere."""
    rulebook = Rulebook.load()
    for item in rulebook.items():
        for worked in rulebook.examples(item.id):
            if worked.example.case is not None:
                told = Case.model_validate({"item": item.id, **worked.example.case})
                sent = pickle.loads(pickle.dumps(told))  # noqa: S301
                assert sent == told
                assert sent.model_dump_json() == told.model_dump_json()
                assert copy.deepcopy(told) == told
