"""The base of all input models, and the atoms their fields are made of.

A Python dict is read exactly as JSON would be: atoms are strict (no number for a text, no text for
a number, no float at all), and lists may be Python lists or tuples. Python objects (``date``,
``Decimal``, ``Month``) are accepted where their JSON text is.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from crossprov.models.errors import TAG, mask_keys, refuse
from crossprov.values import Month

MAX_ENTRIES: Final = 2_000
"""The longest list of records; more is no person's life but an attack or a mistake."""

PERSONAL: Final = frozenset({"name", "documents", "number", "uscc"})
"""Fields that identify a person or an employer: no fact is made from them, and no decision shows them."""

MAX_TEXT: Final = 200
MAX_MONTHS: Final = 1_200
"""A hundred years."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_MONEY: Final = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?")
_RATE: Final = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")
_FEN: Final = Decimal("0.01")
_NOT_IN_TEXT: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")

T = TypeVar("T")


def _require_kind(schema: dict[str, Any]) -> None:
    # `kind` has a default for Python callers; in JSON a union is told apart by it, so it is required.
    required = schema.get("required", [])
    if "kind" in schema.get("properties", {}) and "kind" not in required:
        schema["required"] = ["kind", *required]


class Model(BaseModel):
    """Base of the input models: immutable, closed to unknown fields, silent about its contents."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, json_schema_extra=_require_kind
    )

    @model_validator(mode="before")
    @classmethod
    def _mask_unknown_keys(cls, data: object) -> object:
        return mask_keys(data)

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            # Pydantic's own refusal repeats the value, even with `hide_input_in_errors`.
            raise AttributeError("records are immutable")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __str__(self) -> str:
        return repr(self)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Give pretty printers nothing to print: fields are personal data."""
        return ()


def _read_day(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise refuse("day")


def _read_month(value: object) -> Month:
    if isinstance(value, Month):
        value = str(value)  # a Month can be built with any numbers
    if isinstance(value, str) and _MONTH.fullmatch(value):
        try:
            return Month.parse(value)
        except ValueError:
            pass
    raise refuse("month")


def _decimal(value: object, form: re.Pattern[str], code: str) -> Decimal:
    # A Decimal is judged by the digits it would be written with, so both doors have one rule.
    if isinstance(value, Decimal):
        small = value.is_finite() and abs(value.adjusted()) <= MAX_TEXT
        value = _plain(value) if small else None
    if isinstance(value, str) and form.fullmatch(value):
        return Decimal(value)
    raise refuse(code)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_money(value: object) -> Decimal:
    return _decimal(value, _MONEY, "money").quantize(_FEN)


def _read_rate(value: object) -> Decimal:
    return Decimal(_plain(_decimal(value, _RATE, "rate")))


def _without_controls(value: str) -> str:
    if not is_clean(value):
        raise refuse("text")
    return value


def is_clean(value: str) -> bool:
    """Tell whether a text is short, without control characters and representable in UTF-8."""
    return len(value) <= MAX_TEXT and _NOT_IN_TEXT.search(value) is None


def _read_list(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise refuse("list")
    if len(value) > MAX_ENTRIES:
        raise refuse("too_many")  # pydantic would validate every entry before it counts them
    return value


def _schema(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern.pattern})$"})


Day = Annotated[
    dt.date,
    PlainValidator(_read_day),
    PlainSerializer(lambda day: day.isoformat(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A calendar day: ``"2024-05-06"`` or a ``date``; no ``datetime``, no timestamp."""

MonthField = Annotated[
    Month,
    PlainValidator(_read_month),
    PlainSerializer(Month.__str__, return_type=str),
    _schema(_MONTH),
]
"""A calendar month: ``"2024-05"`` or a ``Month``. Dumped as text in every mode."""

Money = Annotated[
    Decimal,
    PlainValidator(_read_money),
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str, when_used="json"),
    _schema(_MONEY),
]
"""Yuan, not negative, below 10^12: ``"1234.50"`` or a ``Decimal``; kept and dumped with 2 decimals."""

Rate = Annotated[
    Decimal,
    PlainValidator(_read_rate),
    PlainSerializer(lambda rate: f"{rate:f}", return_type=str, when_used="json"),
    _schema(_RATE),
]
"""A share from 0 to 1: ``"0.16"`` or a ``Decimal``; kept without needless zeros."""

Text = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=MAX_TEXT),
    AfterValidator(_without_controls),
]
"""A short text; spaces around it are dropped; empty is not a way to say unknown."""

DivisionCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[1-9][0-9]{5}$")]
"""A GB/T 2260 code of six digits. Whether it exists depends on a date, so that is asked elsewhere."""

ProvinceCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[1-9][0-9]0000$")]
"""The division code of a province, autonomous region or municipality."""

Identifier = Annotated[
    str, StringConstraints(strict=True, max_length=100, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
]
"""The id of an item or a step in a rulebook: lower-case-with-hyphens."""

Flag = Annotated[bool, Field(strict=True)]
Months = Annotated[int, Field(strict=True, ge=0, le=MAX_MONTHS)]
"""A number of months."""

Listing = Annotated[tuple[T, ...], BeforeValidator(_read_list), Field(max_length=MAX_ENTRIES)]
"""A list, kept as a tuple."""


AS_IT_IS: Final = PlainSerializer(lambda value: value, return_type=Any)
"""Dumps a union by what the value is. Pydantic would guess a member, and warn with the value."""


def not_before(start: str) -> AfterValidator:
    """Make a field refuse an end that lies before the field ``start``, where both are known."""

    def check(end: Any, info: ValidationInfo) -> Any:
        begin = info.data.get(start)
        if end is not None and begin is not None and end < begin:
            raise refuse("ends_before_it_begins")
        return end

    return AfterValidator(check)


def by_kind() -> Discriminator:
    """Return the discriminator of a union by ``kind``.

    Pydantic's own would repeat the unknown kind in its error, and it may be anything.
    """
    return Discriminator(_tag_of, custom_error_type="kind", custom_error_message="unknown kind")


def _tag_of(value: object) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"{TAG}{kind}" if isinstance(kind, str) and is_clean(kind) else None
