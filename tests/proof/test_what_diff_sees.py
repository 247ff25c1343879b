"""For each kind of change of a rulebook directory: it is told, or it is said that it is not compared."""

import datetime as dt
import json
import shutil

import pytest

from crossprov import Rulebook
from crossprov.cli.entry import main
from crossprov.proof.beyond import beyond
from crossprov.proof.compare import Side, compare, compare_days
from crossprov.proof.replay import Program
from decide.small import HERE, HERE_ACTS, TEXT, fact, requirement, rulebook
from rulebook.patches import patched

GIFTS = f"""  gifts:
    given: applicant.insurance.lump_sums
    label: {TEXT}
    fields:
      months: {{type: int, unit: months, min: 0}}
      cause: {{type: enum, values: [deferral, other]}}
"""
LIMIT = f"""  limit.age:
    type: int
    label: {TEXT}
    versions:
      - {{from: 2010-01-01, through: 2019-12-31, value: 12, law: none_found}}
      - {{from: 2020-01-01, value: 14, law: none_found}}
  limit.share:
    type: int
    label: {TEXT}
    versions:
      - {{from: 2010-01-01, value: 1, law: none_found}}
"""
FACTS = (
    fact("a", "bool")
    + fact("age", "int", min="0", max="150")
    + fact("day", "date", given="as_of", question=TEXT)
    + fact("paid", "money", min='"0.00"', max='"900.00"')
    + fact("is_child", "bool", formula="age < limit.age")
    + fact("less", "int", formula="age - limit.share", min="-1", max="150")
    + fact("gift_months", "int", unit="months", formula="sum(g.months for g in gifts)")
)
ITEM = f"""fee: {{amount: "1.00", law: none_found}}
requirements:
{requirement("fit", "a or is_child")}{requirement("few", "gift_months < 90")}{requirement("old", "less < 100")}
conclusions:
  kind:
    type: enum
    values: {{one: {TEXT}, two: {TEXT}}}
    label: {TEXT}
    rows:
      - {{id: big, when: age >= 40, then: one, law: none_found}}
      - {{id: rest, when: otherwise, then: two, law: none_found}}
  counted:
    type: bool
    label: {TEXT}
    for_each: gift in gifts
    rows:
      - {{id: long, when: gift.months >= 6, then: true, law: none_found}}
      - {{id: short, when: otherwise, then: false, law: none_found}}
intake:
  - {{id: counter, at: competent, channels: [window], law: none_found}}
  - {{id: pier, anywhere_in: ["970000"], function: village_pier, law: none_found}}
steps:
  - {{id: apply, actor: applicant, name: {TEXT}, law: none_found}}
  - {{id: pay, actor: competent, after: apply, name: {TEXT}, law: none_found}}
  - {{id: file, actor: other, after: pay, name: {TEXT}, law: none_found}}
limits:
  - {{id: pay, step: pay, starts_with: apply, kind: statutory, length: 10 working_days, law: none_found}}
amounts:
  - {{id: sum, value: paid, name: {TEXT}, law: none_found}}
"""
OFFICES = f"""{HERE_ACTS}
  other:
    function: harbour_authority
    rows:
      - {{id: nearby, when: otherwise, then: move.to_place, law: none_found}}"""
VOCABULARY, IT, REGION, LAW = "vocabulary/all.yaml", "items/it.yaml", "region.yaml", "parameters/all.yaml"
RELATION = "relations:\n  grown: {holds: age >= 2, say: {zh: 文, en: text}}\n"
FERRY = "{zh: 渡轮事务所, en: ferry office}\n    tier: {%s: county"
PIER = '{"970000": township, "980000": township, other: township}'
KIND = f"{{one: {TEXT}, two: {TEXT}}}"

SEEN = {
    # file, old, new, then what is told: its kind, what it is about, and whether a case shows it
    "the level at which an organ acts": (
        REGION, FERRY % '"970000"', FERRY.replace(": county", ": prefecture") % '"970000"',
        {("seat", "office:competent", "differs")},
    ),
    "an organ that ends": (
        REGION, '    tier: {"970000": county, "980000": county, other: county}\n    law: none_found\n    confidence: inferred\n',
        (
            '    versions: [{through: "2029-12-31", tier: {"970000": county, "980000": county, other: county}}]\n'
            "    law: none_found\n    confidence: inferred\n"
        ),
        {("outcome", "eligible→refer_to_person", "differs"), ("seat", "office:competent", "differs")},
    ),
    "how long an old office acts": (
        REGION, 'through: "2024-03-31"', 'through: "2024-06-30"',
        {("seat", "office:competent", "differs"), ("window", "village_pier, 970102", "unsettled")},
    ),
    "a county that goes to another prefecture": (
        "divisions.csv", "970101,潮汐区,Tide District,county,970100,", "970101,潮汐区,Tide District,county,970000,",
        {
            ("seat", "office:competent", "differs"), ("seat", "office:other", "differs"),
            ("window", "village_pier, 970100", "unsettled"),
        },
    ),
    "a township that goes to another county": (
        "streets.csv", "贝壳镇,970102,970101,", "贝壳镇,970102,970103,",
        {("seat", "office:competent", "differs"), ("window", "village_pier, 970102", "unsettled")},
    ),
    "a county more": (
        "divisions.csv", "980102,西屿区,", "980103,东港区,East Port,county,980000,1997-06-18,,,day\n980102,西屿区,",
        {
            ("seat", "office:competent", "differs"), ("seat", "office:other", "differs"),
            ("province", "980103", "unsettled"), ("window", "village_pier, 980103", "unsettled"),
        },
    ),
    "the place of another role": (
        IT, "- {id: nearby, when: otherwise, then: move.to_place", f'- {{id: nearby, when: otherwise, then: "{HERE}"',
        {("office", "office:other", "differs")},
    ),
    "the organ of a role": (
        IT, "function: harbour_authority", "function: sea_ministry", {("organ", "office:other", "differs")},
    ),
    "the office of a window": (
        REGION, f"tier: {PIER}", f"tier: {PIER.replace('township', 'prefecture', 1)}",
        {("window", "village_pier, 970101", "unsettled")},
    ),
    "where it is taken in": (IT, 'anywhere_in: ["970000"]', 'anywhere_in: ["980000"]', {("stated_intake", "pier", "differs")}),
    "a channel": (IT, "channels: [window]", "channels: [signal_post]", {("stated_intake", "counter", "differs")}),
    "who does a step": (IT, "actor: other, after: pay", "actor: competent, after: pay", {("stated_step", "file", "differs")}),
    "after which step": (IT, "actor: other, after: pay", "actor: other, after: apply", {("stated_step", "file", "differs")}),
    "what starts a clock": (IT, "starts_with: apply, kind", "starts_with: file, kind", {("due", "pay", "differs")}),
    "the kind of a limit": (IT, "kind: statutory", "kind: promised", {("due", "pay", "differs")}),
    "the fee": (IT, 'fee: {amount: "1.00"', 'fee: {amount: "2.00"', {("fee", "it", "differs")}),
    "whom it serves": (IT, "serves: [citizen]", "serves: [citizen, employer]", {("serves", "it", "differs")}),
    "when it ends": (IT, "from: 2010-01-01\n", "from: 2010-01-01\nthrough: 2030-12-31\n", {("removed", "it", "differs")}),
    "what the outcome waits for": (
        IT, "value: paid, name", "value: paid, informative: true, name", {("waits", "amount:sum", "differs")},
    ),
    "a sum more": (
        IT, "amounts:\n", f"amounts:\n  - {{id: more, value: paid, name: {TEXT}, law: none_found}}\n",
        {("amount", "more", "differs")},
    ),
    "a conclusion that goes": (
        IT, f"  kind:\n    type: enum\n    values: {KIND}", f"  sort:\n    type: enum\n    values: {KIND}",
        {("conclusion", "kind", "differs"), ("conclusion", "sort", "differs")},
    ),
    "a table that is applied to records": (
        IT, "when: gift.months >= 6", "when: gift.months >= 7", {("records", "conclusion:counted", "unsettled")},
    ),
    "a value of law behind a formula, from some day": (
        LAW, "from: 2020-01-01, value: 14", "from: 2020-01-01, value: 15",
        {("outcome", "ineligible→eligible", "differs")},
    ),
    "a formula": (VOCABULARY, "age < limit.age", "age <= limit.age", {("outcome", "ineligible→eligible", "differs")}),
    "what is added up": (
        VOCABULARY, "sum(g.months for g in gifts)", "sum(g.months for g in gifts if g.cause != 'other')",
        {("made", "gift_months", "unsettled")},
    ),
    "where a record is found": (
        VOCABULARY, "given: told, question: {zh: 文, en: text}, min: 0, max: 150",
        "given: applicant.social_card.age, question: {zh: 文, en: text}, min: 0, max: 150", {("made", "age", "unsettled")},
    ),
    "the values that can be told": (VOCABULARY, 'max: "900.00"', 'max: "800.00"', {("range", "paid", "differs")}),
    "the values that can come out": (
        VOCABULARY, "min: -1, max: 150", "min: -1, max: 140", {("range", "less", "differs")},
    ),
    "a relation": (VOCABULARY, "", RELATION, {("relation", "grown", "unsettled")}),
}  # fmt: skip

NOT_COMPARED = {
    "a text": (IT, "length: 10 working_days,", f"length: 10 working_days, say: {TEXT},"),
    "the name of an office": (REGION, "en: ferry office", "en: ferry board"),
    "the address of a channel": (REGION, "address: signal.example", "address: other.example"),
    "how sure the level is": (REGION, "confidence: recalled", "confidence: inferred"),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    root = tmp_path_factory.mktemp("base")
    rulebook(root, facts=FACTS, records=GIFTS, parameters=LIMIT, item=ITEM, office=OFFICES, engine="index")
    return root


def sides(*roots):
    books = [Rulebook.load(root, engine="index") for root in roots]
    return [Side(Program(book), book.item("it")) for book in books]


def changed(base, tmp_path, file, old, new):
    root = shutil.copytree(base, tmp_path / "new")
    patched(root, file, old, new)
    return root


def told(old, new):
    return {(one.code, one.subject, one.verdict) for one in (*compare(old, new), *beyond(old, new))}


@pytest.mark.parametrize("name", SEEN, ids=lambda name: name.replace(" ", "-"))
def test_each_kind_of_change_is_told(base, tmp_path, name):
    file, old, new, wanted = SEEN[name]
    assert told(*sides(base, changed(base, tmp_path, file, old, new))) == wanted


def test_nothing_is_told_where_nothing_has_changed(base):
    assert told(*sides(base, base)) == set()


@pytest.mark.parametrize("name", NOT_COMPARED, ids=lambda name: name.replace(" ", "-"))
def test_what_is_not_compared_is_said(base, tmp_path, capsys, name):
    assert main(["diff", str(base), str(changed(base, tmp_path, *NOT_COMPARED[name])), "--lang", "en"]) == 0
    *proved, note = capsys.readouterr().out.splitlines()
    assert proved == ["it: proved: no difference", "no case is decided differently"]
    assert "Not compared: texts, names of offices and their addresses, the law that is cited" in note


def test_the_place_whose_office_has_moved_is_named_with_both_offices(base, tmp_path, capsys):
    file, old, new, _ = SEEN["the level at which an organ acts"]
    arguments = ["diff", str(base), str(changed(base, tmp_path, file, old, new)), "--json"]
    assert main(arguments) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert found["facts"]["move.to_place"] == HERE
    assert (found["before"], found["after"]) == ("970101 (county)", "970100 (prefecture)")


def test_a_place_has_another_office_on_another_day(base):
    """Reef County ended with 2023; its offices went to Tide District and to the new one, as the township tells."""
    old, new = sides(base, base)
    found = list(compare_days(old, dt.date(2023, 12, 31), new, dt.date(2024, 1, 1)))
    assert {one.code for one in found} == {"seat"}
    assert ("970102 (county)", "970101 (county)") in {(one.before, one.after) for one in found}


def test_days_of_which_only_one_has_the_item_are_named(base, tmp_path):
    file, old, new, _ = SEEN["when it ends"]
    found = list(beyond(*sides(base, changed(base, tmp_path, file, old, new))))
    assert [(one.code, one.days) for one in found] == [("removed", (("2031-01-01", "9999-12-31"),))]


def test_a_calendar_or_a_directory_of_one_side_is_not_compared(base):
    class Names:
        def find(self, *_):
            return None

    class EveryDay:
        def is_workday(self, _):
            return True

    one = Rulebook.load(base, engine="index")
    other = Rulebook.load(base, engine="index", directory=Names(), workdays=EveryDay())
    found = beyond(*[Side(Program(book), book.item("it")) for book in (one, other)])
    assert {(change.code, change.verdict) for change in found} == {
        ("calendar", "unsettled"),
        ("directory", "unsettled"),
    }


DIVIDED = (
    fact("x", "int", min="0", max="100")
    + fact("n", "int", min="1", max="9")
    + fact("q", "int", formula="floor(x / y)")
)


def divided(root, by):
    root.mkdir()
    facts = DIVIDED + fact("day", "date", given="as_of", question=TEXT) + fact("y", "int", formula=f'"{by}"')
    book = rulebook(
        root, facts=facts, item="requirements:\n" + requirement("enough", "q >= 5"), engine="index"
    )
    return Side(Program(book), book.item("it"))


def test_what_is_divided_by_something_else_is_not_proved_the_same(tmp_path):
    """10 by 1 + 1 is 5, by 1 + 2 it is 3."""
    found = compare(divided(tmp_path / "old", "n + 1"), divided(tmp_path / "new", "n + 2"))
    assert "eligible→ineligible" in {one.subject for one in found}


def test_nor_on_another_day_by_what_the_day_makes_of_it(tmp_path):
    side = divided(tmp_path / "rules", "n + months_between('2020-01-01', day)")
    found = compare_days(side, dt.date(2021, 1, 1), side, dt.date(2022, 1, 1))
    assert "eligible→ineligible" in {one.subject for one in found}
