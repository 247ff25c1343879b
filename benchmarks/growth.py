"""How what a frame costs grows: with its rows, and with the rules.

    pip install 'crossprov[batch,testing]' matplotlib
    python benchmarks/growth.py                10,000 to 10,000,000 rows; tables of 10 to 1,000 rows, 1 to 100 of them
    python benchmarks/growth.py --plot DIR     both as DIR/growth-rows.svg and DIR/growth-rules.svg, too
    python benchmarks/growth.py --quick        does it still run?

The rows are those of `frames.py`: certification, made up, each count in a process of its own. The rules are written by
this script: tables with the hit policy `first` over an enum and a count, each row an answer of its own, so that no two
rows can be made one; every answer is compared with a loop over `decide` before it is timed. Times are times of
computing, of all threads; those of rules at one number of rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import yaml
from frames import Took, in_crossprov
from made_up import CERTIFICATION, register

from crossprov import Rulebook
from crossprov.batch import contract, decide_frame
from crossprov.batch.rows import Told, decide_rows
from crossprov.testing import RulebookFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS: Final = (10_000, 100_000, 1_000_000, 10_000_000)
RULES: Final = ((1, 10), (1, 100), (1, 1_000), (10, 10), (100, 10))  # tables, rows of each
COUNT: Final = 2**18  # rows of the frame that the rules decide
CHECKED: Final = 200
DAY: Final = dt.date(2024, 5, 6)
WORDS: Final = tuple("abcdefghij")
TEXT: Final = {"zh": "文", "en": "text"}
BASE: Final = ("rulebook.yaml", "region.yaml", "divisions.csv", "instruments.yaml")


# --- with rows ------------------------------------------------------------------------------------------


def by_rows(counts: tuple[int, ...]) -> Iterator[tuple[str, Took]]:
    """Yield what `decide_frame` took for so many rows of certification: some answers, then all."""
    rules = Rulebook.load(engine="index")
    with tempfile.TemporaryDirectory(prefix="crossprov-growth-") as directory:
        file = Path(directory) / "register.parquet"
        for count in counts:
            register(CERTIFICATION, count, rules).write_parquet(file)
            for way in ("some", "all"):
                found = in_crossprov(way, CERTIFICATION, file)
                if found is not None:
                    yield way, found


# --- with rules -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grown:
    """What rules of a size took: to load, until the first frame, a row of a frame, a single decision."""

    tables: int
    rows: int
    load_ms: float
    ready_ms: float
    row_us: float
    single_us: float


def written(tables: int, rows: int) -> RulebookFiles:
    """Return a rulebook with so many tables of so many rows."""
    facts: dict[str, Any] = {
        "f.word": {"type": "enum", "values": dict.fromkeys(WORDS, TEXT)},
        "f.count": {"type": "int", "unit": "times", "min": 0},
        "move.to_place": {"type": "place", "level": "any"},
    }
    told = {"given": "told", "label": TEXT, "question": TEXT}
    vocabulary = {name: {**shape, **told} for name, shape in facts.items()}
    vocabulary["move.to_place"]["given"] = "move.to_place"
    item = {
        "item": "it",
        "name": TEXT,
        "serves": ["citizen"],
        "from": "2020-01-01",
        "conclusions": {f"c.t{n}": _table(n, rows) for n in range(tables)},
        "offices": {
            "competent": {
                "function": "office",
                "rows": [{"id": "there", "when": "otherwise", "then": "move.to_place", "law": "none_found"}],
            }
        },
        "intake": [{"id": "there", "at": "competent", "channels": ["window"], "law": "none_found"}],
    }
    base = {name: files("crossprov.testing").joinpath("nowhere", name).read_text("utf-8") for name in BASE}
    made = {"vocabulary/all.yaml": {"facts": vocabulary}, "items/it.yaml": item}
    return RulebookFiles(base | {name: _yaml(data) for name, data in made.items()})


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice: rule files have no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - whatever it is
        return True


def _yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False)


def _table(number: int, rows: int) -> dict[str, Any]:
    """Return a table: for each word, from the least count on, an answer of its own; then another for the rest."""
    found = []
    for place in range(rows - 1):
        word, end = WORDS[place % len(WORDS)], 10 * (place // len(WORDS) + 1) + number % 10
        when = f"f.word == '{word}' and f.count < {end}"
        found.append({"id": f"r{place}", "when": when, "then": place, "law": "none_found"})
    found.append({"id": "rest", "when": "otherwise", "then": rows, "law": "none_found"})
    return {"type": "int", "unit": "times", "label": TEXT, "hit": "first", "rows": found}


def frame_of(count: int, most: int) -> pl.DataFrame:
    """Return made-up facts, one in ten not known."""
    chance = random.Random(3)  # noqa: S311 - no secret
    few = min(count, 50_000)

    def some(values: list[Any]) -> list[Any]:
        return [chance.choice(values) if chance.random() < 0.9 else None for _ in range(few)]

    made = pl.DataFrame(
        {
            "f.word": some(list(WORDS)),
            "f.count": some(list(range(most))),
            "move.to_place": some(["970101", "980101"]),
        },
        schema={"f.word": pl.String, "f.count": pl.Int64, "move.to_place": pl.String},
    )
    return made.sample(count, with_replacement=True, seed=3)


def computing(call: Any) -> float:
    """Return the milliseconds that a call computes, in all threads."""
    began = time.process_time()
    call()
    return 1_000 * (time.process_time() - began)


def by_rules(sizes: tuple[tuple[int, int], ...], count: int) -> Iterator[Grown]:
    """Yield what rules of these sizes took."""
    for tables, rows in sizes:
        with tempfile.TemporaryDirectory(prefix="crossprov-growth-") as directory:
            root = written(tables, rows).write(Path(directory))
            began = time.process_time()
            book = Rulebook.load(root, engine="index")
            book.item("it")
            load = 1_000 * (time.process_time() - began)
            frame = frame_of(count, rows + 20)
            ready = computing(lambda b=book, f=frame: decide_frame(f.head(10), "it", as_of=DAY, rulebook=b))
            single = _checked(frame.head(CHECKED), book)
            best = min(
                computing(lambda b=book, f=frame: decide_frame(f, "it", as_of=DAY, rulebook=b))
                for _ in range(3)
            )
            yield Grown(tables, rows, load, ready, 1_000 * best / count, single)


def _checked(frame: pl.DataFrame, book: Rulebook) -> float:
    """Make sure that a frame says what a loop over single cases says; return the microseconds of one of these."""
    columns = contract("it", DAY, book)
    told = [Told(columns.facts[name], name) for name in frame.columns]
    distinct = frame.unique(maintain_order=True)
    wanted = decide_rows(distinct, columns, told)
    took = min(computing(lambda: decide_rows(distinct, columns, told)) for _ in range(2))
    found = decide_frame(distinct, "it", as_of=DAY, rulebook=book).frame
    assert found.select(list(columns.outputs)).equals(wanted.select(list(columns.outputs)))
    return 1_000 * took / len(distinct)


# --- shown ----------------------------------------------------------------------------------------------


def print_rows(found: list[tuple[str, Took]]) -> None:
    print("| rows | answers | seconds | µs a row | peak MiB | before it MiB |")
    print("|--:|---|--:|--:|--:|--:|")
    names = {"some": "five", "all": "all"}
    for way, took in found:
        print(
            f"| {took.rows:,} | {names[way]} | {took.seconds:.2f} | {1e6 * took.seconds / took.rows:.2f} "
            f"| {took.peak:,.0f} | {took.before:,.0f} |"
        )


def print_rules(found: list[Grown]) -> None:
    print(
        "| tables | rows of each | load ms | until the first frame ms | µs a row of a frame | µs a single decision |"
    )
    print("|--:|--:|--:|--:|--:|--:|")
    for one in found:
        print(
            f"| {one.tables} | {one.rows:,} | {one.load_ms:,.0f} | {one.ready_ms:,.0f} "
            f"| {one.row_us:.2f} | {one.single_us:,.0f} |"
        )


def plot(rows: list[tuple[str, Took]], rules: list[Grown], directory: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only who draws needs it

    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    directory.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
    for way, label in (("some", "five answers"), ("all", "all answers")):
        some = [took for name, took in rows if name == way]
        axes.plot([one.rows for one in some], [one.seconds for one in some], marker="o", label=label)
    axes.set(xscale="log", yscale="log", xlabel="rows", ylabel="seconds")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(directory / "growth-rows.svg", metadata={"Date": None})
    figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
    longer = [one for one in rules if one.tables == 1]
    more = [one for one in rules if one.rows == rules[0].rows]
    for some, label in ((longer, "one table, longer"), (more, "tables of ten rows, more")):
        axes.plot(
            [one.tables * one.rows for one in some], [one.row_us for one in some], marker="o", label=label
        )
    axes.set(xscale="log", yscale="log", xlabel="rows of all tables", ylabel="µs a row of a frame")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(directory / "growth-rules.svg", metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--plot", type=Path, metavar="DIR", help="where to draw both")
    parser.add_argument("--quick", action="store_true", help="few rows, small rules: only whether it runs")
    given = parser.parse_args()
    rules = list(by_rules(RULES[:1] if given.quick else RULES, 1_000 if given.quick else COUNT))
    print_rules(rules)
    print(flush=True)
    rows = list(by_rows((1_000, 2_000) if given.quick else ROWS))
    print_rows(rows)
    if given.plot:
        plot(rows, rules, given.plot)


if __name__ == "__main__":
    main()
