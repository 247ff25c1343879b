"""Whole registers as dataframes and files: one rulebook, many rows, the same answers as one by one.

For the extra ``crossprov[batch]``; nothing else in the library imports narwhals or polars.

    >>> import datetime as dt
    >>> import polars as pl
    >>> from crossprov.batch import decide_frame
    >>> register = pl.DataFrame({"card.place": ["510104"], "card.status": ["normal"]})
    >>> decided = decide_frame(register, "card-status-query", as_of=dt.date(2026, 1, 5))
    >>> decided.frame["outcome"].to_list()
    ['needs_information']
"""

from crossprov.batch.case_frames import Frames, answers_frame, facts_frame
from crossprov.batch.contract import Contract, FactColumn, contract
from crossprov.batch.flat import flat
from crossprov.batch.frame import Decided, decide_frame
from crossprov.batch.records import Answered, Refused, decide_cases
from crossprov.batch.streaming import Report, Wish, decide_register

__all__ = [
    "Answered",
    "Contract",
    "Decided",
    "FactColumn",
    "Frames",
    "Refused",
    "Report",
    "Wish",
    "answers_frame",
    "contract",
    "decide_cases",
    "decide_frame",
    "decide_register",
    "facts_frame",
    "flat",
]
