"""What would have to be different: decided again, minimal, and silent where nothing is refused."""

import copy
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from crossprov import CaseError, Rulebook, changes, decide
from crossprov.decide import decider, read_case
from crossprov.report import guide
from crossprov.rulebook.types import constant
from crossprov.testing import cases
from decide.small import fact, requirement, rulebook

RULES = Rulebook.load()
WORKED = [
    (item.id, one.example.id, {**one.example.case, "item": item.id, "as_of": str(one.example.as_of)})
    for item in RULES.items()
    for one in RULES.examples(item.id)
    if one.example.case is not None and one.example.expect.outcome in ("ineligible", "out_of_scope")
]
MAY_BE_REFUSED = ("resident-pension-claim", "flexible-worker-enrolment")


def case_of(item, name):
    return copy.deepcopy(next(case for one, id_, case in WORKED if (one, id_) == (item, name)))


def told(sets):
    return [({one.fact.name: one.would_do for one in it.changes}, it.outcome) for it in sets]


def decided_with(case, values, law):
    """The outcome of a case in which some facts are laid down, by the pipeline and not by the search."""
    read = read_case(case)
    item = law.item(read.item)
    types = item.symbols.facts
    fixed = {name: constant(_plain(value, types[name]), types[name]) for name, value in values.items()}
    return decider(law).decide(item.id, read, read.as_of, read.as_of, read.as_of, fixed).outcome


def _plain(value, type_):
    if type_.kind == "bool":
        return value == "true"
    return int(value) if type_.kind == "int" else value


def assert_true_and_minimal(case, law):
    before = decide(case, law)
    found = changes(case, law)
    for one in found:
        choices = {change.fact.name: change.would_do for change in one.changes}
        assert 1 <= len(choices) <= 3
        for change in one.changes:
            assert change.fact.value not in change.would_do
            assert len(change.shown) == len(change.would_do)
            for value in change.would_do:
                laid = {name: values[0] for name, values in choices.items()} | {change.fact.name: value}
                assert decided_with(case, laid, law) == one.outcome
        for size in range(1, len(choices)):
            for names in combinations(choices, size):
                part = {name: choices[name][0] for name in names}
                assert decided_with(case, part, law) != one.outcome
    names = [frozenset(change.fact.name for change in one.changes) for one in found]
    assert len(set(names)) == len(names)
    assert not found or before.outcome in ("ineligible", "out_of_scope")
    return found


@pytest.mark.parametrize(("item", "name", "case"), WORKED, ids=[f"{item}-{name}" for item, name, _ in WORKED])
def test_every_set_was_decided_again_and_no_part_of_it_would_do(item, name, case):
    assert_true_and_minimal(case, RULES)


@pytest.mark.parametrize("item", MAY_BE_REFUSED)
def test_so_it_is_for_any_case(item):
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(cases(RULES, item, whole=True))
    def holds(case):
        try:
            decide(case, RULES)
        except CaseError:
            return
        assert_true_and_minimal(case, RULES)

    holds()


# --- from the law -----------------------------------------------------------------------------------------


def test_one_more_month_of_contributions_would_do():
    # 社会保险法 第二十二条 with the fifteen years of 国发〔2014〕8号: 179 months are one short of 180.
    found = changes(case_of("resident-pension-claim", "a-month-short"), RULES)
    assert told(found) == [({"resident.months": ("180",)}, "eligible")]


def test_enrolled_a_year_younger_a_man_of_fifty_would_have_a_general_account():
    # 国办发〔2009〕66号 第五条: men below 50.
    found = changes(case_of("pension-transfer-enterprise", "account-2019"), RULES)
    assert ({"person.age_at_enrolment": ("49",)}, "eligible") in told(found)


def test_what_time_brings_says_so_and_only_forwards():
    young = changes(case_of("flexible-worker-enrolment", "fifteen"), RULES)
    assert [(one.fact.name, one.would_do, one.by) for it in young for one in it.changes] == [
        ("person.age", ("16",), "time")
    ]
    child = changes(case_of("work-death-dependant-certification", "child-of-18"), RULES)
    by = {one.fact.name: (one.would_do, one.by) for it in child for one in it.changes}
    assert by["certification.age"] == (("17",), None)


def test_what_the_person_can_bring_about_says_so():
    found = changes(case_of("hard-to-employ", "not-registered"), RULES)
    by = {one.fact.name: one.by for it in found for one in it.changes}
    assert by["hardship.is_registered"] == "person"


def test_two_requirements_that_fail_want_two_changes():
    found = changes(case_of("pension-transfer-enterprise", "P15"), RULES)
    names = [{one.fact.name for one in it.changes} for it in found]
    assert {"person.age_at_enrolment", "pension.has_general_record_at_from_place"} in names
    assert all(len(one) == 2 for one in names)


# --- of small rules ---------------------------------------------------------------------------------------


SMALL = fact("a", "bool") + fact("b", "bool") + fact("n", "int", unit="months", min=0)


def small(tmp_path, *requirements, facts=SMALL):
    return rulebook(tmp_path, facts=facts, item="requirements:\n" + "".join(requirements))


def of_small(book, **facts):
    case = {
        "item": "it",
        "as_of": "2024-05-06",
        "applicant": {"kind": "citizen"},
        "move": {"to_place": "970101"},
    }
    return changes({**case, "facts": facts}, book)


def test_each_way_out_is_named_and_the_nearest_value(tmp_path):
    book = small(tmp_path, requirement("either", "a or n >= 12"))
    assert told(of_small(book, a=False, n=3)) == [
        ({"a": ("true",)}, "eligible"),
        ({"n": ("12",)}, "eligible"),
    ]
    assert of_small(book, a=True, n=3) == ()
    assert of_small(book) == ()


def test_three_at_once_and_not_four(tmp_path):
    more = SMALL + fact("c", "bool") + fact("d", "bool")
    three = small(tmp_path, *[requirement(f"r-{name}", name) for name in "abc"], facts=more)
    assert told(of_small(three, a=False, b=False, c=False)) == [
        ({"a": ("true",), "b": ("true",), "c": ("true",)}, "eligible")
    ]


def test_not_four(tmp_path):
    more = SMALL + fact("c", "bool") + fact("d", "bool")
    four = small(tmp_path, *[requirement(f"r-{name}", name) for name in "abcd"], facts=more)
    assert of_small(four, a=False, b=False, c=False, d=False) == ()


def test_what_never_changes_is_not_proposed(tmp_path):
    book = small(
        tmp_path,
        requirement("either", "a or b"),
        facts=fact("a", "bool", changes="never") + fact("b", "bool"),
    )
    assert told(of_small(book, a=False, b=False)) == [({"b": ("true",)}, "eligible")]


def test_time_makes_nothing_of_none(tmp_path):
    """What may be none is neither more nor later than anything."""
    one = fact("n", "int", unit="months", min=0, optional="true", changes="time")
    book = small(tmp_path, requirement("long", "n >= 12"), facts=one)
    (found,) = of_small(book, n="none")
    assert [(change.would_do, change.by) for change in found.changes] == [(("12",), None)]
    (found,) = of_small(book, n=3)
    assert [(change.would_do, change.by) for change in found.changes] == [(("12",), "time")]
    nothing = rulebook_of_none(tmp_path / "none", one)
    (found,) = of_small(nothing, n=3)
    assert [(change.would_do, change.by) for change in found.changes] == [(("none",), None)]


def rulebook_of_none(root, one):
    root.mkdir()
    return small(root, requirement("never", "n is none"), facts=one)


def test_where_nothing_leads_to_a_yes_what_ends_the_no_is_named(tmp_path):
    book = small(tmp_path, requirement("first", "a"), requirement("second", "b", otherwise="refer_to_person"))
    assert told(of_small(book, a=False, b=False)) == [({"a": ("true",)}, "refer_to_person")]
    assert told(of_small(book, a=False)) == [({"a": ("true",)}, "needs_information")]


def test_the_guide_says_it_and_leaves_the_single_near_misses_out():
    case = case_of("resident-pension-claim", "a-month-short")
    decision, found = decide(case, RULES), changes(case, RULES)
    entry = guide(decision, "en", changes=found).section("different").entries[0]
    assert entry.notes == ("months paid into the residents' scheme in all: 180 months (now 179 months)",)
    notes = [
        note for one in guide(decision, "en", changes=found).section("reasons").entries for note in one.notes
    ]
    assert not any("This would hold if" in note for note in notes)
    assert any(
        "This would hold if" in note
        for one in guide(decision, "en").section("reasons").entries
        for note in one.notes
    )
    with pytest.raises(KeyError):
        guide(decision, "en").section("different")
