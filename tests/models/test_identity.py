"""Identity numbers: check characters, birth and sex; the address digits never matter."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from stdnum.cn import uscc

from crossprov.models import (
    Employer,
    ForeignPr2017,
    ForeignPr2023,
    HkMacaoPass,
    HmtResidencePermit,
    Passport,
    ResidentId,
    TaiwanPass,
    problems,
)
from crossprov.models.employer import uscc_check_character
from crossprov.models.identity import check_character
from models.model_samples import resident_number, with_check_character

BODIES = 5_000
USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code_of(model, **fields):
    with pytest.raises(ValidationError) as caught:
        model(**fields)
    return [problem.code for problem in problems(caught.value)]


def test_check_characters_agree_with_an_independent_implementation():
    draw = random.Random(11_643)  # noqa: S311 - reproducible, no secret
    for _ in range(BODIES):
        body = f"{draw.randrange(10**17):017d}"
        assert body + check_character(body) == with_check_character(body)


def test_social_credit_check_characters_agree_with_an_independent_implementation():
    draw = random.Random(32_100)  # noqa: S311 - reproducible, no secret
    for _ in range(BODIES):
        body = "".join(draw.choices(USCC_CHARACTERS, k=17))
        assert uscc_check_character(body) == uscc.calc_check_digit(body)


@pytest.mark.parametrize("code", ["91510700205412308D", "9150000020286320X6", "91510100ma61rkr7x3"])
def test_social_credit_codes_in_use_are_accepted(code):
    assert Employer(uscc=code).uscc == code.upper()


@pytest.mark.parametrize("code", ["91510700205412308d0", "9151070020541230ID", "91X10700205412308D", "9151"])
def test_malformed_social_credit_codes_are_refused(code):
    assert code_of(Employer, uscc=code) == ["string_pattern_mismatch"]


@given(area=st.from_regex("[0-9]{6}", fullmatch=True), day=st.dates(), order=st.integers(0, 999))
def test_the_address_digits_never_matter(area, day, order):
    number = resident_number(f"{day:%Y%m%d}".rjust(8, "0"), f"{order:03d}", area)
    document = ResidentId(number=number)
    assert document.birth_date == day
    assert document.sex == ("male" if order % 2 else "female")


@given(day=st.dates(), order=st.integers(0, 999), place=st.integers(0, 16), add=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(day, order, place, add):
    number = resident_number(f"{day:%Y%m%d}".rjust(8, "0"), f"{order:03d}")
    wrong = str((int(number[place]) + add) % 10)
    assert "check_character" in code_of(ResidentId, number=number[:place] + wrong + number[place + 1 :])


def test_a_small_x_is_a_large_one():
    number = next(
        number for order in range(1_000) if (number := resident_number(order=f"{order:03d}")).endswith("X")
    )
    assert ResidentId(number=number.lower()).number == number
    assert ResidentId(number=number.lower()) == ResidentId(number=number)


@pytest.mark.parametrize("birth", ["20230229", "20241301", "20240100", "00000101", "20240431"])
def test_a_day_that_never_was_is_refused(birth):
    assert code_of(ResidentId, number=resident_number(birth)) == ["identity_birth_date"]


def test_a_leap_day_is_accepted():
    assert ResidentId(number=resident_number("20240229")).birth_date == dt.date(2024, 2, 29)


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_permits_for_hong_kong_macao_and_taiwan(area):
    permit = HmtResidencePermit(number=resident_number("19800102", "124", area))
    assert (permit.birth_date, permit.sex) == (dt.date(1980, 1, 2), "female")


def test_foreign_cards_tell_neither_birth_nor_sex():
    body = "91234567198001011"
    card = ForeignPr2023(number=with_check_character(body))
    old = ForeignPr2017(number="abc123456789012")
    assert (card.birth_date, card.sex, old.birth_date, old.sex) == (None, None, None, None)
    assert old.number == "ABC123456789012"
    other = "0123456789X".replace(card.number[-1], "")[0]
    assert code_of(ForeignPr2023, number=body + other) == ["check_character"]
    eight = with_check_character("8" + body[1:])
    assert code_of(ForeignPr2023, number=eight) == ["string_pattern_mismatch"]


@pytest.mark.parametrize("document", [Passport, HkMacaoPass, TaiwanPass])
def test_other_documents_have_no_rule_but_letters_and_digits(document):
    assert document(number="h01234567").number == "H01234567"
    assert (document(number="ABC").sex, document(number="A" * 20).birth_date) == (None, None)
    for number in ("AB", "护照1234", "A 123", "ß123"):
        assert code_of(document, number=number) == ["string_pattern_mismatch"]
