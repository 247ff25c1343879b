"""Registers that are made up, from one seed, for the benchmarks of frames: a column for each fact that rules read."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from crossprov.batch import contract
from crossprov.batch.contract import NONE_OF
from crossprov.batch.rows import POLARS

if TYPE_CHECKING:
    from crossprov import Rulebook
    from crossprov.rulebook.types import Type

DAY: Final = dt.date(2026, 11, 27)
CERTIFICATION: Final = "pension-eligibility-certification"
TRANSFER: Final = "pension-transfer-enterprise"
PLACES: Final = ("510104", "510502", "500103", "500106", "440106")
KNOWN: Final = 0.9  # of the facts
DISTINCT: Final = 50_000  # rows made up; more are copies of them in another order


def column(type_: Type, rows: int, chance: random.Random, known: float) -> list[Any]:
    """Return made-up values of a fact, some of them not known."""
    match type_.kind:
        case "bool":
            some: list[Any] = [True, False]
        case "enum":
            some = list(type_.values or ())
        case "date":
            some = [DAY - dt.timedelta(days=day) for day in range(-200, 900)]
        case "month":
            some = [f"{year}-{month:02d}" for year in (2025, 2026, 2027) for month in range(1, 13)]
        case "place":
            some = [place[:2] + "0000" for place in PLACES] if type_.level == "province" else list(PLACES)
        case "set":
            some = ["", *(type_.values or ())]
        case _:
            some = list(range(int(type_.low or 0), 400))
    return [chance.choice(some) if chance.random() < known else None for _ in range(rows)]


def register(item: str, rows: int, rules: Rulebook, known: float = KNOWN) -> pl.DataFrame:
    """Return a made-up register of the facts that the rules of an item read."""
    chance, facts = random.Random(7), contract(item, DAY, rules).facts  # noqa: S311
    few = min(rows, DISTINCT)
    data: dict[str, list[Any]] = {}
    schema: dict[str, Any] = {}
    for name, fact in facts.items():
        if fact.type.kind in ("text", "rate") or (item == CERTIFICATION and name == "case.applied_on"):
            continue  # townships matter to few; certification has no application
        data[name], schema[name] = column(fact.type, few, chance, known), POLARS[fact.holds]
        if fact.companion is not None:
            data[fact.companion] = [one is None and chance.random() < known for one in data[name]]
            schema[fact.companion] = pl.Boolean
    made = pl.DataFrame(data, schema=schema)
    return made.sample(rows, with_replacement=True, seed=7) if rows > few else made


def all_known(item: str, rows: int, rules: Rulebook) -> pl.DataFrame:
    """Return a made-up register in which nothing is unknown, and nothing none that is not written as such."""
    made = register(item, rows, rules, known=1.0)
    return made.with_columns(
        pl.lit(value=False).alias(name) for name in made.columns if name.endswith(NONE_OF)
    )
