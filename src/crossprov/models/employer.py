"""The applicant as an employer."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crossprov.models.base import DivisionCode, Model, Text
from crossprov.models.errors import refuse

_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ANY: Final = "[0-9A-HJ-NP-RT-UW-Ya-hj-np-rt-uw-y]"
_MODULUS: Final = 31
_BASE: Final = 3


def uscc_check_character(body: str) -> str:
    """Return the 18th character of a unified social credit code for its first 17 (GB 32100-2015)."""
    total = sum(
        _CHARACTERS.index(character) * pow(_BASE, place, _MODULUS) for place, character in enumerate(body)
    )
    return _CHARACTERS[-total % _MODULUS]


def _checked(code: str) -> str:
    if uscc_check_character(code[:-1]) != code[-1]:
        raise refuse("check_character")
    return code


Uscc = Annotated[
    str,
    StringConstraints(strict=True, pattern=rf"^{_ANY}{{2}}[0-9]{{6}}{_ANY}{{10}}$"),
    AfterValidator(str.upper),
    AfterValidator(_checked),
]
"""Unified social credit code (统一社会信用代码), 18 characters; its digits of a division are not read."""


class Employer(Model):
    """An employer that applies; what is left out is unknown."""

    kind: Literal["employer"] = Field(default="employer", description="kind of applicant")
    name: Text | None = Field(default=None, description="registered name; absent: unknown")
    uscc: Uscc | None = Field(
        default=None, description="unified social credit code, 18 characters; absent: unknown"
    )
    registered_place: DivisionCode | None = Field(
        default=None, description="division of registration (注册地); absent: unknown"
    )
    tax_place: DivisionCode | None = Field(
        default=None, description="division of the tax office in charge (主管税务机关所在地); absent: unknown"
    )
    business_place: DivisionCode | None = Field(
        default=None, description="division of production or business (生产经营地); absent: unknown"
    )
