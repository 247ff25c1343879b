"""How many rows of a register are decided in a second, beside other ways to do it, in one run.

    pip install 'crossprov[batch]'
    python benchmarks/frames.py                      a million rows
    python benchmarks/frames.py --rows 10000000      more of them
    python benchmarks/frames.py --quick              does it still run, and do all agree?

The register is made up, from one seed: people who draw pensions, of whom nine in ten facts are known. Beside the
columns of `decide_frame` stand

* the same logic for certification written by hand as an expression of Polars: today's law only, no reasons, no
  missing facts, no due dates; what is null there is null in the answer. Where all is known it must agree;
* a loop over `decide` for the same rows, of which some are timed;
* a loop over zen-engine, if it is installed, for one of the tables.

Each is timed as rows a second; compare the ratios, since the machine and its load are the same for all.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import time
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from crossprov import Rulebook
from crossprov.batch import contract, decide_frame
from crossprov.batch.rows import POLARS, Told, decide_rows

if TYPE_CHECKING:
    from collections.abc import Callable

DAY: Final = dt.date(2026, 11, 27)
CERTIFICATION: Final = "pension-eligibility-certification"
PENSION: Final = "pension-transfer-enterprise"
PLACES: Final = ("510104", "510502", "500103", "500106", "440106")
BY_HAND: Final = (
    "outcome",
    "conclusion.certify_by",
    "conclusion.suspended_from",
    "conclusion.payment",
    "competent",
)
KNOWN: Final = 0.9
LOOPED: Final = 2_000  # rows of which a loop over single cases is timed
DISTINCT: Final = 50_000  # rows made up; more are copies of them in another order


def column(name: str, rows: int, rng: random.Random, rules: Rulebook, item: str, known: float) -> list[Any]:
    """Return made-up values of a fact."""
    type_ = contract(item, DAY, rules).facts[name].type
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
        case "text":
            some = ["某某街道"]
        case _:
            some = list(range(int(type_.low or 0), 400))  # type: ignore[arg-type]
    return [rng.choice(some) if rng.random() < known else None for _ in range(rows)]


def register(item: str, rows: int, rules: Rulebook, known: float = KNOWN) -> pl.DataFrame:
    """Return a made-up register of the facts that the rules of an item read."""
    rng, facts = random.Random(7), contract(item, DAY, rules).facts  # noqa: S311
    few = min(rows, DISTINCT)
    data, schema = {}, {}
    for name, fact in facts.items():
        if fact.type.kind in ("text", "rate") or (item == CERTIFICATION and name == "case.applied_on"):
            continue  # townships matter to few; certification has no application
        data[name], schema[name] = column(name, few, rng, rules, item, known), POLARS[fact.holds]
        if fact.companion is not None:
            data[fact.companion] = [one is None and rng.random() < known for one in data[name]]
            schema[fact.companion] = pl.Boolean
    made = pl.DataFrame(data, schema=schema)
    return made.sample(rows, with_replacement=True, seed=7) if rows > few else made


def by_hand() -> list[pl.Expr]:
    """Return certification as somebody would write it who needs the answers of today only."""
    c = {name: pl.col("certification." + name) for name in (
        "benefit", "is_drawn", "loss_event", "loss_verified", "paying_province", "paying_place", "last_on",
        "certified_since", "suspended_since", "sichuan_residents_last_day", "sichuan_last_day",
        "chongqing_last_day", "national_last_day", "sichuan_suspension", "chongqing_first_suspension",
        "chongqing_suspension", "national_suspension",
    )}  # fmt: skip
    lost = c["loss_event"].is_in(["death", "imprisonment", "settled_abroad", "other"])
    sichuan, chongqing = c["paying_province"] == "510000", c["paying_province"] == "500000"
    pensions = ["employee_pension", "public_pension", "resident_pension", "sickness_allowance"]
    pensions += ["chengdu_supplementary_pension"]
    residents = sichuan & (c["benefit"] == "resident_pension")
    by = pl.when(residents).then(c["sichuan_residents_last_day"]).when(sichuan).then(c["sichuan_last_day"])
    by = by.when(chongqing).then(c["chongqing_last_day"]).otherwise(c["national_last_day"])
    never = pl.col("certification.last_on.none")
    since = pl.when(sichuan).then(c["sichuan_suspension"]).when(chongqing & never)
    since = since.then(c["chongqing_first_suspension"]).when(chongqing).then(c["chongqing_suspension"])
    since = since.otherwise(c["national_suspension"])
    month = DAY.strftime("%Y-%m")
    resting = c["suspended_since"] != "none"
    late = (by < DAY) & (since <= month)
    pays = pl.when(lost).then(pl.lit("none")).when(c["certified_since"]).then(pl.lit("resumption_due"))
    pays = pays.when(resting).then(pl.lit("suspended")).when(~late).then(pl.lit("continues"))
    pays = pays.otherwise(pl.lit("suspension_due"))
    prison = c["loss_event"] == "imprisonment"
    outcome = pl.when(~c["benefit"].is_in(pensions)).then(pl.lit("out_of_scope"))
    outcome = outcome.when(~c["is_drawn"] | (lost & ~prison & c["loss_verified"])).then(pl.lit("ineligible"))
    chengdu = (c["benefit"] == "chengdu_supplementary_pension") & ~sichuan
    outcome = outcome.when(prison | (lost & ~c["loss_verified"]) | chengdu).then(pl.lit("refer_to_person"))
    return [
        outcome.otherwise(pl.lit("eligible")).alias("outcome"),
        pl.when(~lost).then(by).alias("conclusion.certify_by"),
        pl.when(lost).then(pl.lit("none")).otherwise(since).alias("conclusion.suspended_from"),
        pays.alias("conclusion.payment"),
        c["paying_place"].alias("competent"),
    ]


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes: the best of two, the first of which warms up."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def agree(rules: Rulebook) -> None:
    """Both must say the same where all is known and the place is one of today."""
    known = register(CERTIFICATION, 2_000, rules, known=1.0)
    told = pl.all_horizontal(
        pl.col(name).is_not_null()
        for name in known.columns
        if name not in contract(CERTIFICATION, DAY, rules).facts
    )
    known = known.filter(told).with_columns(
        pl.lit(value=False).alias("certification.last_on.none"),
    )
    ours = decide_frame(known, CERTIFICATION, as_of=DAY, rulebook=rules).frame
    hand = known.select(by_hand())
    differ = [name for name in hand.columns if not ours[name].eq_missing(hand[name]).all()]
    assert not differ, differ


def zen_rows(rules: Rulebook, rows: int) -> float | None:
    """Return how many rows a second zen-engine answers of one table, in a loop."""
    try:
        import zen  # noqa: PLC0415
        from beside_zen import plain, zen_table  # noqa: PLC0415
    except ImportError:
        return None
    import json  # noqa: PLC0415

    item = rules.item(CERTIFICATION)
    table = next(one for one in rules.lowered(item, DAY).tables if one.name == "conclusion:payment")
    decision = zen.ZenEngine().create_decision(json.dumps(zen_table(table)))
    fact = {plain(name): False for name in table.types}
    return rows / seconds(lambda: [decision.evaluate(fact) for _ in range(rows)])


def report(rows: int, looped: int) -> None:
    """Print the table."""
    rules = Rulebook.load(engine="index")
    agree(rules)
    print("| item | way | rows | rows/s | to `decide` |")
    print("|---|---|--:|--:|--:|")
    for item in (CERTIFICATION, PENSION):
        frame = register(item, rows, rules)
        start = time.perf_counter()
        decide_frame(frame.head(10), item, as_of=DAY, rulebook=rules)
        ready = time.perf_counter() - start
        told = [
            Told(contract(item, DAY, rules).facts[name], name)
            for name in frame.columns
            if not name.endswith(".none")
        ]
        some = frame.head(looped).unique()
        single = len(some) / seconds(
            lambda some=some, told=told, item=item: decide_rows(some, contract(item, DAY, rules), told)
        )
        line(item, "a loop over `decide`", len(some), single, single)
        if item == CERTIFICATION:
            zen = zen_rows(rules, looped)
            if zen is not None:
                line(item, "a loop over zen-engine, one table", looped, zen, single)
            line(
                item,
                "by hand, today's law, no reasons",
                rows,
                rows / seconds(lambda f=frame: f.select(by_hand())),
                single,
            )
            line(
                item,
                "`decide_frame`, the same five outputs",
                rows,
                rows
                / seconds(
                    lambda f=frame, i=item: decide_frame(f, i, as_of=DAY, rulebook=rules, only=BY_HAND)
                ),
                single,
            )
        for count in dict.fromkeys((rows // 10, rows)):
            part = frame.head(count)
            took = seconds(lambda p=part, item=item: decide_frame(p, item, as_of=DAY, rulebook=rules))
            line(item, "`decide_frame`", count, count / took, single)
        print(f"\n{item}: made ready in {ready:.1f} s\n")
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB, the registers included"
    )


def line(item: str, way: str, count: int, rate: float, single: float) -> None:
    """Print a line of the table."""
    print(f"| {item} | {way} | {count:,} | {rate:,.0f} | {rate / single:,.0f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How many rows of a register are decided in a second.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    report(2_000, 100) if given.quick else report(given.rows, LOOPED)
