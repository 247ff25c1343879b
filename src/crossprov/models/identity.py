"""Identity documents and the arithmetic of their numbers.

The first six digits of a resident identity number name the place of its first issue, in codes of
that time. They say nothing about where the person is registered now, so nothing here reads them.
"""

import datetime as dt
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, Tag

from crossprov.models.base import Model, by_kind
from crossprov.models.errors import TAG, refuse

Sex: TypeAlias = Literal["male", "female"]

_CHECK_CHARACTERS: Final = "10X98765432"
_MODULUS: Final = 11
_BODY: Final = 17
_BIRTH: Final = slice(6, 14)
_SEX_DIGIT: Final = 16


def check_character(body: str) -> str:
    """Return the 18th character for 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, _BODY - place, _MODULUS) for place, digit in enumerate(body))
    return _CHECK_CHARACTERS[total % _MODULUS]


def _birth_date(number: str) -> dt.date | None:
    digits = number[_BIRTH]
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _checked(number: str) -> str:
    if check_character(number[:_BODY]) != number[_BODY]:
        raise refuse("check_character")
    return number


def _with_birth_date(number: str) -> str:
    if _birth_date(number) is None:
        raise refuse("identity_birth_date")
    return number


def _form(pattern: str) -> StringConstraints:
    return StringConstraints(strict=True, max_length=20, pattern=pattern)


# The upper-casing stands after the pattern, which admits ASCII only.
_UPPER: Final = AfterValidator(str.upper)
_ResidentNumber = Annotated[
    str,
    _form(r"^[0-9]{17}[0-9Xx]$"),
    _UPPER,
    AfterValidator(_checked),
    AfterValidator(_with_birth_date),
]
_HmtNumber = Annotated[
    str,
    _form(r"^8[123]0000[0-9]{11}[0-9Xx]$"),
    _UPPER,
    AfterValidator(_checked),
    AfterValidator(_with_birth_date),
]
_ForeignPr2017Number = Annotated[str, _form(r"^[A-Za-z]{3}[0-9]{12}$"), _UPPER]
_ForeignPr2023Number = Annotated[str, _form(r"^9[0-9]{16}[0-9Xx]$"), _UPPER, AfterValidator(_checked)]
_OtherNumber = Annotated[str, _form(r"^[0-9A-Za-z]{3,20}$"), _UPPER]


class _Document(Model):
    """What all documents answer; most numbers carry neither birth nor sex."""

    @property
    def birth_date(self) -> dt.date | None:
        """The day of birth that the number carries, if it carries one."""
        return None

    @property
    def sex(self) -> Sex | None:
        """The sex that the number carries, if it carries one."""
        return None


class _CarriesBirthAndSex(_Document):
    number: _ResidentNumber = Field(description="number of 18 characters, the last 0-9 or X")

    @property
    def birth_date(self) -> dt.date | None:
        """The day of birth, digits 7 to 14."""
        return _birth_date(self.number)

    @property
    def sex(self) -> Sex | None:
        """The sex, digit 17: odd for men, even for women."""
        return "male" if int(self.number[_SEX_DIGIT]) % 2 else "female"


class ResidentId(_CarriesBirthAndSex):
    """Resident identity card (居民身份证)."""

    kind: Literal["resident_id"] = Field(default="resident_id", description="kind of document")


class HmtResidencePermit(_CarriesBirthAndSex):
    """Residence permit for people from Hong Kong, Macao or Taiwan (港澳台居民居住证)."""

    kind: Literal["hmt_residence_permit"] = Field(
        default="hmt_residence_permit", description="kind of document"
    )
    number: _HmtNumber = Field(
        description="number of 18 characters that begins with 810000, 820000 or 830000"
    )


class ForeignPr2017(_Document):
    """Foreign permanent resident card of 2017: 3 letters, 12 digits; no check is known to us."""

    kind: Literal["foreign_pr_2017"] = Field(default="foreign_pr_2017", description="kind of document")
    number: _ForeignPr2017Number = Field(description="number: 3 letters and 12 digits")


class ForeignPr2023(_Document):
    """Foreign permanent resident card of 2023: 18 characters, the first 9.

    Its inner layout is not published in a text we read, so neither birth nor sex is taken from it.
    """

    kind: Literal["foreign_pr_2023"] = Field(default="foreign_pr_2023", description="kind of document")
    number: _ForeignPr2023Number = Field(
        description="number of 18 characters, the first 9, the last 0-9 or X"
    )


class HkMacaoPass(_Document):
    """Mainland travel permit of Hong Kong and Macao residents (港澳居民来往内地通行证)."""

    kind: Literal["hk_macao_pass"] = Field(default="hk_macao_pass", description="kind of document")
    number: _OtherNumber = Field(description="number: 3 to 20 ASCII letters and digits")


class TaiwanPass(_Document):
    """Mainland travel permit of Taiwan residents (台湾居民来往大陆通行证)."""

    kind: Literal["taiwan_pass"] = Field(default="taiwan_pass", description="kind of document")
    number: _OtherNumber = Field(description="number: 3 to 20 ASCII letters and digits")


class Passport(_Document):
    """A passport of any state."""

    kind: Literal["passport"] = Field(default="passport", description="kind of document")
    number: _OtherNumber = Field(description="number: 3 to 20 ASCII letters and digits")


IdentityDocument: TypeAlias = Annotated[
    Annotated[ResidentId, Tag(f"{TAG}resident_id")]
    | Annotated[HmtResidencePermit, Tag(f"{TAG}hmt_residence_permit")]
    | Annotated[ForeignPr2017, Tag(f"{TAG}foreign_pr_2017")]
    | Annotated[ForeignPr2023, Tag(f"{TAG}foreign_pr_2023")]
    | Annotated[HkMacaoPass, Tag(f"{TAG}hk_macao_pass")]
    | Annotated[TaiwanPass, Tag(f"{TAG}taiwan_pass")]
    | Annotated[Passport, Tag(f"{TAG}passport")],
    by_kind(),
]
"""Any identity document, told apart by ``kind``."""
