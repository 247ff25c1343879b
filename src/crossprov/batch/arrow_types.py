"""Which columns of Arrow a frame of Polars can hold: handed others, Polars may end the process rather than complain."""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import types

_PLAIN: Final = (
    types.is_null,
    types.is_boolean,
    types.is_integer,
    types.is_floating,
    types.is_string,
    types.is_large_string,
    types.is_string_view,
    types.is_binary,
    types.is_large_binary,
    types.is_binary_view,
    types.is_fixed_size_binary,
    types.is_date,
    types.is_time,
    types.is_duration,
)
_MADE_OF_VALUES: Final = (types.is_list, types.is_large_list, types.is_fixed_size_list, types.is_dictionary)


def not_taken(kind: pa.DataType) -> pa.DataType | None:
    """Return the type, this one or one within it, that no frame of Polars can hold; None if it can hold all."""
    if isinstance(kind, pa.BaseExtensionType):
        return not_taken(kind.storage_type)
    inner = _within(kind)
    if inner:
        return next(filter(None, map(not_taken, inner)), None)
    if types.is_timestamp(kind):
        known = kind.tz is None or _is_time_zone(kind.tz)
    elif types.is_decimal(kind):
        known = not types.is_decimal256(kind)
    else:
        known = any(test(kind) for test in _PLAIN)
    return None if known else kind


def _within(kind: pa.DataType) -> list[pa.DataType]:
    """Return the types of which a type is made."""
    if types.is_struct(kind):
        return [kind.field(i).type for i in range(kind.num_fields)]
    if types.is_map(kind):
        return [kind.key_type, kind.item_type]
    return [kind.value_type] if any(test(kind) for test in _MADE_OF_VALUES) else []


def _is_time_zone(name: str) -> bool:
    try:
        pl.Series([], dtype=pl.Datetime("us", name))
    except pl.exceptions.ComputeError:
        return False
    return True
