"""The proof knows that nobody is eligible where no office could decide, and that places and days differ in it."""

import datetime as dt

import pytest

from crossprov.proof.compare import Side, compare
from crossprov.proof.prover import prove_item
from crossprov.proof.replay import Program
from decide.small import HERE_ACTS, TEXT, fact, requirement, rulebook
from decide.test_no_office import AT_HOME, FERRY, HOME, OF_PREFECTURES, SINCE_2024

BOTH = '{"970000": county, "980000": county}'
EVERYWHERE_SINCE_2024 = SINCE_2024.replace(
    "      - {from", f'      - {{through: "2023-12-31", tier: {BOTH}}}\n      - {{from'
)
TO_2030 = SINCE_2024.replace('{from: "2024-01-01"', '{through: "2029-12-31"')
ITEM = {"facts": fact("a", "bool"), "item": "requirements:\n" + requirement("fit", "a")}


def small(root, region=FERRY, office=HERE_ACTS):
    root.mkdir(exist_ok=True)
    return rulebook(root, region=(FERRY, region), office=office, **ITEM)


@pytest.mark.parametrize(
    ("region", "everywhere"),
    [(FERRY, True), (SINCE_2024, False), (TO_2030, False), (OF_PREFECTURES, False)],
)
def test_whether_each_place_has_an_office_is_known_of_a_time(tmp_path, region, everywhere):
    offices = small(tmp_path, region).offices
    without = offices.provinces_without("ferry_office", dt.date(2010, 1, 1), dt.date.max)
    assert (not any(without)) is everywhere


def test_in_a_time_without_a_row_nobody_can_be_eligible(tmp_path):
    book = small(tmp_path, office=HERE_ACTS.replace("law:", "from: 2012-01-01, law:"))
    found = {(one.code, one.subject): one for one in prove_item(book, book.item("it")).findings}
    assert {key for key, one in found.items() if one.verdict == "fault"} == {
        ("office", "office:competent"),
        ("outcome", "eligible"),
    }
    for one in found.values():
        assert one.days == (("2010-01-01", "2011-12-31"),)
    assert found["office", "office:competent"].outcome == "refer_to_person"


def test_where_only_some_places_have_an_office_the_others_prove_that_some_are_eligible(tmp_path):
    book = small(tmp_path, OF_PREFECTURES)
    assert prove_item(book, book.item("it")).proved


DAY = fact("day", "date", given="as_of", question=TEXT)


@pytest.mark.parametrize("asks", [True, False], ids=["the day is asked for", "nobody asks for the day"])
@pytest.mark.parametrize(
    ("region", "nobody"),
    [
        (SINCE_2024, ("2010-01-01", "2023-12-31")),
        (TO_2030, ("2030-01-01", None)),
        (EVERYWHERE_SINCE_2024, None),
    ],
)
def test_an_organ_that_begins_or_ends_within_the_law_of_an_item_parts_its_days(
    tmp_path, region, nobody, asks
):
    """Before it began nobody is eligible, afterwards somebody is; in between there is nothing to complain of."""
    more = {"facts": ITEM["facts"] + DAY, "item": ITEM["item"] + requirement("since", "day >= '2011-01-01'")}
    book = rulebook(tmp_path, region=(FERRY, region), **(more if asks else ITEM))
    found = prove_item(book, book.item("it")).findings
    assert [(one.code, one.subject, one.verdict, one.days) for one in found] == (
        [("outcome", "eligible", "fault", (nobody,))] if nobody is not None else []
    )


def test_who_meets_the_requirements_without_a_place_is_found(tmp_path):
    book = rulebook(tmp_path, facts=fact("a", "bool") + HOME, item=ITEM["item"], office=AT_HOME)
    [found] = prove_item(book, book.item("it")).findings
    assert (found.code, found.subject) == ("office", "office:competent/home")
    assert (found.verdict, found.outcome) == ("fault", "refer_to_person")
    assert found.facts == {"a": "true", "home": "none"}


@pytest.mark.parametrize("region", [TO_2030, OF_PREFECTURES])
def test_rulebooks_whose_directories_differ_are_not_proved_to_decide_alike(tmp_path, region):
    old, new = small(tmp_path / "old"), small(tmp_path / "new", region)
    sides = [Side(Program(one), one.item("it")) for one in (old, new)]
    assert ("outcome", "eligible→refer_to_person") in {(one.code, one.subject) for one in compare(*sides)}
    assert list(compare(sides[1], sides[1])) == []
