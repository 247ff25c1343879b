"""Declared sex and birth against documents, and household registration over time."""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crossprov.models import Citizen, problems
from models.model_samples import resident_number

MAN = {"kind": "resident_id", "number": resident_number("19740506", "123")}
WOMAN = {"kind": "resident_id", "number": resident_number("19740506", "124")}
LATER = {"kind": "resident_id", "number": resident_number("19740507", "123")}
PASSPORT = {"kind": "passport", "number": "E12345678"}


def found(**fields):
    try:
        Citizen.model_validate({"kind": "citizen", **fields})
    except ValidationError as error:
        return [(problem.path, problem.code) for problem in problems(error)]
    return []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"documents": [PASSPORT, MAN], "sex": "female"}, ("sex", "sex_contradicts_documents")),
        (
            {"documents": [MAN], "birth_date": "1974-05-07"},
            ("birth_date", "birth_date_contradicts_documents"),
        ),
        ({"documents": [MAN, WOMAN]}, ("documents", "documents_disagree")),
        ({"documents": [MAN, LATER]}, ("documents", "documents_disagree")),
        (
            {"sex": "male", "retirement_age_class": "female_55"},
            ("retirement_age_class", "retirement_age_class_contradicts_sex"),
        ),
        (
            {"documents": [WOMAN], "retirement_age_class": "male_60"},
            ("retirement_age_class", "retirement_age_class_contradicts_sex"),
        ),
    ],
)
def test_contradictions_are_refused_at_their_field(fields, problem):
    assert found(**fields) == [problem]


def test_what_agrees_is_accepted():
    assert found(documents=[MAN, PASSPORT], sex="male", birth_date="1974-05-06") == []
    assert found(documents=[WOMAN], retirement_age_class="female_50") == []
    assert found(retirement_age_class="female_55") == []
    assert found(documents=[PASSPORT], sex="female", birth_date="1990-01-01") == []


def test_sex_and_birth_fall_back_to_documents():
    shown = Citizen(documents=[PASSPORT, WOMAN])
    assert (shown.sex, shown.birth_date) == (None, None)
    assert (shown.known_sex, shown.known_birth_date) == ("female", dt.date(1974, 5, 6))
    declared = Citizen(sex="male", birth_date="1980-01-02")
    assert (declared.known_sex, declared.known_birth_date) == ("male", dt.date(1980, 1, 2))
    nothing = Citizen(documents=[PASSPORT])
    assert (nothing.known_sex, nothing.known_birth_date) == (None, None)


def test_the_retirement_class_is_never_inferred():
    assert Citizen(documents=[MAN], sex="male").retirement_age_class is None


def test_the_number_tells_no_household_registration():
    shown = Citizen(documents=[MAN])
    assert (shown.hukou, shown.residence, shown.workplace) == (None, None, None)


def hukou(*spells):
    return {
        "records": [{"place": place, "since": since, "through": through} for place, since, through in spells]
    }


@pytest.mark.parametrize(
    ("spells", "accepted"),
    [
        ([("510104", "2000-01-01", "2009-12-31"), ("500103", "2010-01-01", None)], True),
        ([("510104", "2000-01-01", "2010-01-01"), ("500103", "2010-01-01", None)], False),
        ([("510104", "2000-01-01", None), ("500103", "2010-01-01", None)], True),
        ([("510104", None, None), ("500103", None, None)], True),
        ([("510104", None, "2010-01-01"), ("500103", "2009-01-01", "2011-01-01")], False),
        ([("510104", "2000-01-01", "2010-01-01"), ("510104", "2005-01-01", "2015-01-01")], True),
        (
            [
                ("510104", "2000-01-01", "2020-01-01"),
                ("510104", "2001-01-01", "2002-01-01"),
                ("500103", "2005-01-01", "2006-01-01"),
            ],
            False,
        ),
    ],
)
def test_one_place_of_registration_a_day(spells, accepted):
    assert found(hukou=hukou(*spells)) == ([] if accepted else [("hukou", "hukou_in_two_places")])


days = st.integers(1, 28).map(lambda day: dt.date(2020, 1, day))
spells = st.tuples(st.sampled_from(["510104", "500103", "440106"]), days, days).map(
    lambda spell: (spell[0], *sorted(spell[1:]))
)


@given(st.lists(spells, max_size=6))
def test_clashes_are_found_as_by_comparing_every_pair(listed):
    clash = any(
        one[0] != other[0] and one[1] <= other[2] and other[1] <= one[2]
        for one, other in combinations(listed, 2)
    )
    assert bool(found(hukou=hukou(*listed))) is clash


def test_absent_is_not_none():
    unknown = Citizen()
    none = Citizen(benefits={"complete_for": [{"provinces": "all"}], "records": []})
    assert unknown.benefits is None
    assert none.benefits is not None
    assert none.benefits.covers_everywhere()
    assert none.benefits.records == ()
