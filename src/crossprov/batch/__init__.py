"""Whole registers as dataframes: one rulebook, many rows, the same answers as one by one.

For the extra ``crossprov[batch]``; nothing else in the library imports narwhals or polars.

    >>> import datetime as dt
    >>> import polars as pl
    >>> from crossprov.batch import decide_frame
    >>> register = pl.DataFrame({"card.place": ["510104"], "card.status": ["normal"]})
    >>> decided = decide_frame(register, "card-status-query", as_of=dt.date(2026, 1, 5))
    >>> decided.frame["outcome"].to_list()
    ['needs_information']
"""

from crossprov.batch.contract import Contract, FactColumn, contract
from crossprov.batch.flat import flat
from crossprov.batch.frame import Decided, decide_frame

__all__ = ["Contract", "Decided", "FactColumn", "contract", "decide_frame", "flat"]
