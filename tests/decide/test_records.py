"""Lists of records in rules: complete or not, in order or not, and tables applied to each."""

import pytest

from crossprov import RulebookError, checking
from decide.small import HERE, decided, fact, holds, missing, requirement, rulebook

RECORDS = (
    "  served:\n    given: applicant.insurance.deemed_periods\n    label: {zh: 记录, en: records}\n"
    "    fields:\n      place: {type: place, level: any}\n      months: {type: int, unit: months, min: 0}\n"
)
EVERYWHERE = [{"provinces": "all"}]


def person(*rows, complete_for=EVERYWHERE):
    records = [{"place": HERE, "months": 1, **row} for row in rows]
    return {
        "kind": "citizen",
        "insurance": {"deemed_periods": {"complete_for": complete_for, "records": records}},
    }


@pytest.fixture
def last(tmp_path):
    facts = fact("last", "place", level="any", optional="true", formula="latest(r.place for r in served)")
    item = "requirements:\n" + requirement("here", f"last == '{HERE}'")
    return rulebook(tmp_path, facts=facts, records=RECORDS, item=item)


def test_of_records_without_a_date_it_is_not_known_which_is_the_last(last):
    other = {"place": "980101"}
    assert (
        decided(last, applicant=person({"start": "2005-01"}, {**other, "start": "2000-01"})).outcome
        == "eligible"
    )
    undated = decided(last, applicant=person({"start": "2005-01"}, other))
    assert (undated.outcome, missing(undated)) == ("needs_information", ["served"])
    assert decided(last, applicant=person(other, other)).outcome == "ineligible"


@pytest.mark.parametrize(
    ("complete_for", "known"),
    [
        (EVERYWHERE, True),
        ([{"provinces": "all", "through": "2024-05-06"}], True),
        ([{"provinces": "all", "through": "2024-05-05"}], False),
        ([{"provinces": ["970000"]}], False),
        ([], False),
    ],
)
def test_a_list_that_is_complete_up_to_the_day_of_the_case_is_complete(tmp_path, complete_for, known):
    facts = fact("total", "int", unit="months", min=0, formula="sum(r.months for r in served)")
    item = "requirements:\n" + requirement("few", "total <= 10")
    book = rulebook(tmp_path, facts=facts, records=RECORDS, item=item)
    decision = decided(book, applicant=person({"months": 3}, complete_for=complete_for))
    assert decision.outcome == ("eligible" if known else "needs_information")
    above = decided(book, applicant=person({"months": 11}, complete_for=complete_for))
    assert holds(above) == {"few": False}  # a sum is a lower bound whatever is missing


def test_a_table_for_each_record_that_has_a_gap_is_for_a_person(tmp_path):
    item = "conclusions:\n  kept:\n    type: bool\n    label: {zh: 计入, en: counts}\n    for_each: one in served\n"
    item += "    rows:\n      - {id: long, when: one.months >= 5, then: true, law: none_found}\n"
    book = rulebook(tmp_path, records=RECORDS, item=item)
    assert decided(book, applicant=person({"months": 5})).outcome == "eligible"
    gap = decided(book, applicant=person({"months": 5}, {"months": 4}))
    assert gap.outcome == "refer_to_person"
    assert "rulebook-gap" in [notice.code for notice in gap.notices]
    assert missing(decided(book, applicant=person({"months": 5}, complete_for=[]))) == ["served"]


def test_a_sum_over_what_a_table_concluded_is_a_fact_of_the_item(tmp_path):
    item = "facts:\n" + fact(
        "counted", "int", unit="months", min=0, formula="sum(k.months for k in kept if k.conclusion)"
    )
    item += "requirements:\n" + requirement("enough", "counted >= 9")
    item += "conclusions:\n  kept:\n    type: bool\n    label: {zh: 计入, en: counts}\n    for_each: one in served\n"
    item += "    rows:\n      - {id: long, when: one.months >= 5, then: true, law: none_found}\n"
    item += "      - {id: short, when: otherwise, then: false, law: none_found}\n"
    book = rulebook(tmp_path, records=RECORDS, item=item)
    assert decided(book, applicant=person({"months": 5}, {"months": 4})).outcome == "ineligible"
    assert decided(book, applicant=person({"months": 5}, {"months": 4}, {"months": 6})).outcome == "eligible"


def test_a_fact_of_the_item_may_be_worked_out_by_a_function_from_what_a_table_concluded(tmp_path):
    own = fact(
        "counted", "int", unit="months", min=0, function="sides:gifts_counted_in_full", reads="[kept, home]"
    )
    item = "facts:\n" + own + "requirements:\n" + requirement("enough", "counted >= 9")
    item += "conclusions:\n  kept:\n    type: enum\n    values: [full, not_at_all]\n    label: {zh: 计入, en: counts}\n"
    item += "    for_each: one in served\n    rows:\n"
    item += "      - {id: long, when: one.months >= least, then: full, law: none_found}\n"
    item += "      - {id: short, when: otherwise, then: not_at_all, law: none_found}\n"
    home = fact("case.as_of", "date", given="as_of", question="{zh: 问, en: ask}")
    home += fact("home", "place", level="province", formula='"province_of(move.to_place, case.as_of)"')
    least = "  least: {type: int, unit: months, label: {zh: 至少, en: at least}, versions: "
    least += "[{from: 2010-01-01, value: 5, law: none_found}]}\n"
    book = rulebook(
        tmp_path, facts=home, records=RECORDS, parameters=least, item=item, functions=["fictional_facts"]
    )
    assert book.check() == []
    enough = person({"months": 5}, {"months": 4}, {"months": 4, "place": "980101"}, {"months": 6})
    assert decided(book, applicant=enough).outcome == "eligible"
    assert decided(book, applicant=person({"months": 8}, {"months": 4})).outcome == "ineligible"
    asked = decided(book, applicant=person({"months": 8}, complete_for=[]))
    assert (asked.outcome, missing(asked)) == ("needs_information", ["served"])


KINDS = {
    "moves or stays": "enum\n    values: [stays, moves]",
    "moves only": "enum\n    values: [moves]",
    "another": "enum\n    values: [moves, partly]",
    "no enum": "bool",
    "no conclusion": None,
}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("moves or stays", None),
        ("moves only", None),
        ("another", "partly"),
        ("no enum", "bool"),
        ("no conclusion", "–"),
    ],
)
def test_a_function_is_handed_only_conclusions_that_it_knows(tmp_path, kind, values):
    """Months of which the rules say ``partly`` would be counted neither as those that stay nor as open."""
    read = "served" if KINDS[kind] is None else "kept"
    own = fact(
        "staying", "int", unit="months", min=0, function="lump_sums:months_staying", reads=f"[{read}, home]"
    )
    item = "facts:\n" + own + "requirements:\n" + requirement("few", "staying < 9")
    if KINDS[kind] is not None:
        then = "true" if kind == "no enum" else "moves"
        item += f"conclusions:\n  kept:\n    type: {KINDS[kind]}\n    label: {{zh: 去留, en: what becomes of it}}\n"
        item += "    for_each: one in served\n    rows:\n"
        item += f"      - {{id: all, when: otherwise, then: {then}, law: none_found}}\n"
    home = fact("case.as_of", "date", given="as_of", question="{zh: 问, en: ask}")
    home += fact("home", "place", level="province", formula='"province_of(move.to_place, case.as_of)"')
    book = rulebook(tmp_path, facts=home, records=RECORDS, item=item)
    if values is None:
        assert book.check() == []
        assert decided(book, applicant=person({"months": 12})).outcome == "eligible"
        return
    (found,) = checking.check(book)
    with pytest.raises(RulebookError) as caught:
        decided(book, applicant=person({"months": 12}))
    assert caught.value.problems == (found,)
    assert (found.code, found.params["values"], found.params["expected"]) == (
        "function_reads_concluded", values, "moves, stays",
    )  # fmt: skip
    lines = (tmp_path / found.file).read_text("utf-8").splitlines()
    assert lines[found.line - 1][found.column - 1 :].startswith(f"{read}, home]")


def test_a_fee_is_shown_only_while_the_law_says_so(tmp_path):
    item = 'fee: {amount: "0.00", through: 2024-05-05, law: none_found}\n'
    book = rulebook(tmp_path, item=item)
    assert decided(book, as_of="2024-05-05").fee.yuan == "0.00"
    assert decided(book).fee is None
