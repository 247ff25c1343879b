"""Made-up numbers of identity: correct in form and check digit, drawn and never anybody's on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossprov.models.employer import uscc_check_character
from crossprov.models.identity import check_character

if TYPE_CHECKING:
    import datetime as dt

    from crossprov.testing._setting import Setting


def resident_number(issued_in: str, born: dt.date, sex: str, serial: int = 0) -> str:
    """Return a resident identity number of 18 characters; ``serial`` (0 to 499) tells numbers of one day apart."""
    body = f"{issued_in}{born:%Y%m%d}{2 * serial + (1 if sex == 'male' else 0):03d}"
    return body + check_character(body)


def draw_resident_id(setting: Setting, born: dt.date, sex: str) -> dict[str, str]:
    """Draw a resident identity card of a person."""
    return {"kind": "resident_id", "number": resident_number(setting.place(), born, sex)}


def draw_uscc(setting: Setting) -> str:
    """Draw a unified social credit code of an employer."""
    body = f"91{setting.place()}MA0000000"
    return body + uscc_check_character(body)
