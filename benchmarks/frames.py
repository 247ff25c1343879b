"""How many rows of a register are decided in a second, and in how much memory, beside other ways to do it, in one run.

    pip install 'crossprov[batch]' matplotlib
    python benchmarks/frames.py                                 1,000,000 and 10,000,000 rows
    python benchmarks/frames.py --rows 1000000 --plot DIR       fewer; bars as DIR/frames-ITEM.svg, with matplotlib
    python benchmarks/frames.py --quick                         does it still run, and do all agree?

The registers of certification (item 9) and of item 4 are made up, from one seed; nine in ten facts are known. Beside
the columns of `decide_frame` stand

* some of the answers written by hand, see `by_hand.py`: as expressions of Polars;
* the same as formulas of OpenFisca-Core over NumPy, see `peers/openfisca_frame.py`, in an environment of its own;
* a loop over `decide` for the same rows, and one over zen-engine for one table (see `peers/run.py`), of some rows.

Where all is known, all must agree. Each way runs in a process of its own, one after the other: rows a second by the
clock are those of the better of two times; the peak is the greatest resident size of the process, which holds the
register as well. Compare the ratios, since the machine and its load are the same for all. What does not fit into
the memory of the machine is left out.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from by_hand import ANSWERED, ANSWERS, differing
from made_up import CERTIFICATION, DAY, TRANSFER, all_known, register

from crossprov import Rulebook
from crossprov.batch import contract, decide_frame
from crossprov.batch.rows import Told, decide_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.batch.contract import Contract

HERE: Final = Path(__file__).parent
LOOPED: Final = 2_000  # rows of which a loop over single cases is timed
COMPARED: Final = 20_000  # rows of which all answers must agree
NULL: Final = -1
TABLES: Final = {CERTIFICATION: "payment", TRANSFER: "account_type"}  # what zen-engine is asked
SHARE: Final = 0.8  # of the memory of the machine, that a process may take
COLUMNS: Final = ("item", "way", "rows", "rows/s", "to `decide`", "to by hand", "peak MiB", "before it MiB")
WAYS: Final = {
    "decide": "a loop over `decide`",
    "zen": "a loop over zen-engine, one table",
    "hand": "by hand in Polars, some answers",
    "openfisca": "OpenFisca-Core, some answers, words as numbers",
    "some": "`decide_frame`, the same answers",
    "all": "`decide_frame`, all answers",
}


@dataclass(frozen=True, slots=True)
class Took:
    """How long some rows took one way, and the greatest resident size before and after."""

    rows: int
    seconds: float
    before: float = 0
    peak: float = 0

    @classmethod
    def told(cls, told: dict[str, Any]) -> Took:
        return cls(told["rows"], told["seconds"], told["before_KiB"] / 1024, told["peak_KiB"] / 1024)

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


# --- one way, in a process of its own -------------------------------------------------------------------


def one(way: str, item: str, file: Path) -> None:
    """Decide a register one way and print how long it took, as JSON."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    whole = Path("/proc/meminfo").read_text("ascii").split()[1]
    resource.setrlimit(resource.RLIMIT_DATA, (int(int(whole) * 1024 * SHARE), most))
    rules, frame = Rulebook.load(engine="index"), pl.read_parquet(file)
    columns = contract(item, DAY, rules)
    if way == "decide":
        frame = frame.head(LOOPED).unique()
    calls = {
        "decide": lambda: decide_rows(frame, columns, _told(frame, columns)),
        "hand": lambda: ANSWERED[item](frame),
        "some": lambda: decide_frame(frame, item, as_of=DAY, rulebook=rules, only=ANSWERS[item]),
        "all": lambda: decide_frame(frame, item, as_of=DAY, rulebook=rules),
    }
    only = ANSWERS[item] if way == "some" else None
    if way in ("some", "all"):  # made ready beforehand
        decide_frame(frame.head(10), item, as_of=DAY, rulebook=rules, only=only)
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak starts anew
    before, best = _size("VmRSS"), float("inf")
    for _ in range(2):
        began = time.perf_counter()
        calls[way]()
        best = min(best, time.perf_counter() - began)
    print(json.dumps({"rows": len(frame), "seconds": best, "before_KiB": before, "peak_KiB": _size("VmHWM")}))


def _size(name: str) -> int:
    """Return the resident size of this process in KiB: VmRSS now, VmHWM at most; ru_maxrss starts with the parent's."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def _told(frame: pl.DataFrame, columns: Contract) -> list[Told]:
    return [Told(columns.facts[name], name) for name in frame.columns if name in columns.facts]


def apart(command: list[str]) -> dict[str, Any] | None:
    """Return what a process prints as JSON; None if it fails, as it does for want of memory."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        print(f"({' '.join(command[1:4])}: {done.stderr.strip()[-200:]})", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def in_crossprov(way: str, item: str, file: Path) -> Took | None:
    found = apart([sys.executable, str(Path(__file__)), "--one", way, item, str(file)])
    return found and Took.told(found)


# --- OpenFisca, and zen-engine --------------------------------------------------------------------------


def peers() -> Any:
    """Return the module that sets the environments of the peers up."""
    sys.path.insert(0, str(HERE / "peers"))
    import run  # noqa: PLC0415 - only who asks for peers needs it

    run.BUILD.mkdir(parents=True, exist_ok=True)
    return run


def zen() -> dict[str, Took]:
    """Return how long zen-engine takes for one table of each item, in a loop."""
    run = peers()
    from tables import spec  # noqa: PLC0415 - it stands beside the peers

    file = run.BUILD / "spec.json"
    file.write_text(json.dumps(spec()), "utf-8")
    python = run.environment("zen")
    found = run.measured("zen", python, file) if python else None
    if found is None:
        return {}
    return {item: Took(LOOPED, LOOPED / found[table]["loop_per_s"]) for item, table in TABLES.items()}


class OpenFisca:
    """The answers of OpenFisca; words go there as numbers, ``none`` as 0."""

    def __init__(self, item: str, rules: Rulebook, directory: Path) -> None:
        self.item, self.directory = item, directory
        self.python = peers().environment("openfisca")
        columns = contract(item, DAY, rules)
        types = {name: fact.type for name, fact in columns.facts.items()}
        self.months = {name for name, type_ in types.items() if type_.kind == "month"}
        self.months |= {
            f"conclusion.{name}" for name, type_ in columns.conclusions.items() if type_.kind == "month"
        }
        self.words = {"none": 0}
        self.read: list[str] | None = None

    def answers(self, frame: pl.DataFrame) -> tuple[Took, dict[str, Any]] | None:
        """Return how long the answers take, and the answers."""
        files = [self.directory / name for name in ("columns.npz", "words.json", "answers.npz")]
        np.savez(files[0], **self.numbers(frame.select(self.read or pl.all())))
        files[1].write_text(json.dumps(self.words), "utf-8")
        script = HERE / "peers" / "openfisca_frame.py"
        told = apart([str(self.python), str(script), self.item, *map(str, files)]) if self.python else None
        if told is None:
            return None
        self.read = told["read"]
        with np.load(files[2]) as held:
            return Took.told(told), {name: held[name] for name in held.files}

    def numbers(self, frame: pl.DataFrame) -> dict[str, Any]:
        """Return columns as numbers, also of a frame of answers."""
        found = {}
        for column in frame:
            values = column
            if column.dtype == pl.String and column.name in self.months:
                month = column.str.slice(0, 4).cast(pl.Int32, strict=False) * 12
                month += column.str.slice(5).cast(pl.Int32, strict=False)
                values = month.zip_with(column != "none", pl.Series([0], dtype=pl.Int32))
            elif column.dtype == pl.String:
                for word in column.unique().drop_nulls().sort():
                    self.words.setdefault(word, len(self.words))
                values = column.replace_strict(self.words, return_dtype=pl.Int32)
            elif column.dtype == pl.Boolean:
                found[column.name] = column.fill_null(value=False).to_numpy()
                continue
            found[column.name] = values.cast(pl.Int32).fill_null(NULL).to_numpy()
        return found


# --- all of them ----------------------------------------------------------------------------------------


def agreed(item: str, rules: Rulebook, openfisca: OpenFisca | None) -> None:
    """Make sure that all ways say the same where all is known."""
    known = all_known(item, COMPARED, rules)
    ours = decide_frame(known, item, as_of=DAY, rulebook=rules).frame
    hand = ANSWERED[item](known)
    assert not differing(ours, hand), list(differing(ours, hand))
    if openfisca is not None:
        wanted = openfisca.numbers(hand)  # gives the words their numbers
        wanted |= openfisca.numbers(pl.DataFrame({"words": [*_words(item, rules)]}))
        found = openfisca.answers(known)
        assert found is not None, "OpenFisca failed"
        for name in hand.columns:
            assert (found[1][name] == wanted[name]).all(), (item, name)


def _words(item: str, rules: Rulebook) -> Iterator[str]:
    """Yield the words that formulas may name, whether or not they occur."""
    columns = contract(item, DAY, rules)
    yield from ("out_of_scope", "ineligible", "refer_to_person", "eligible", "510000", "500000")
    for type_ in [*(fact.type for fact in columns.facts.values()), *columns.conclusions.values()]:
        if type_.kind == "enum":
            yield from type_.values or ()


def measured(
    item: str, rows: list[int], ways: list[str], looped: dict[str, Took]
) -> Iterator[tuple[str, Took]]:
    """Yield what each way took for a register of so many rows."""
    rules = Rulebook.load(engine="index")
    with tempfile.TemporaryDirectory(prefix="crossprov-frames-") as name:
        directory = Path(name)
        openfisca = OpenFisca(item, rules, directory) if "openfisca" in ways else None
        agreed(item, rules, openfisca)
        for count in rows:
            file = directory / "register.parquet"
            register(item, count, rules).write_parquet(file)  # and held by nobody while others are measured
            for way in ways:
                if way == "zen":
                    found = looped.get(item) if count == rows[0] else None
                elif way == "openfisca":
                    said = (
                        openfisca.answers(pl.read_parquet(file, columns=openfisca.read))
                        if openfisca
                        else None
                    )
                    found = said and said[0]
                elif way == "decide" and count != rows[0]:
                    continue
                else:
                    found = in_crossprov(way, item, file)
                if found is not None:
                    yield way, found


def line(item: str, way: str, took: Took, single: Took, hand: Took | None) -> str:
    """Return a line of the table."""
    ratio = f"{took.rate / hand.rate:.2f}" if hand is not None else ""
    memory = [f"{size:,.0f}" if size else "–" for size in (took.peak, took.before)]
    cells = [
        item,
        WAYS[way],
        f"{took.rows:,}",
        f"{took.rate:,.0f}",
        f"{took.rate / single.rate:,.0f}",
        ratio,
        *memory,
    ]
    return f"| {' | '.join(cells)} |"


def bars(item: str, found: list[tuple[str, Took]], directory: Path) -> None:
    """Draw the rows a second of the largest register as bars."""
    import matplotlib as mpl  # noqa: PLC0415 - only who draws needs it

    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    last = dict(found)
    figure, axes = plt.subplots(figsize=(7.5, 2.6), layout="constrained")
    drawn = axes.barh([WAYS[way] for way in last], [took.rate for took in last.values()], color="#4c72b0")
    axes.bar_label(drawn, labels=[f"{took.rate:,.0f}" for took in last.values()], padding=3, fontsize=8)
    axes.set(xscale="log", xlabel="rows a second", title=item)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    directory.mkdir(parents=True, exist_ok=True)
    figure.savefig(directory / f"frames-{item}.svg", metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--plot", type=Path, metavar="DIR", help="where to draw the bars")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--no-peers", action="store_true", help="without OpenFisca and zen-engine")
    parser.add_argument("--quick", action="store_true", help="few rows: only whether it runs, and all agree")
    parser.add_argument("--one", nargs=3, metavar=("WAY", "ITEM", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], given.one[1], Path(given.one[2]))
        return
    alone = given.no_peers or given.quick
    rows = [2_000] if given.quick else given.rows
    ways = [way for way in WAYS if not (alone and way in ("zen", "openfisca"))]
    looped = {} if alone else zen()
    numbers: list[dict[str, Any]] = []
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"|---|---|{'--:|' * (len(COLUMNS) - 2)}", flush=True)
    for item in ANSWERS:
        found: list[tuple[str, Took]] = []
        for way, took in measured(item, rows, ways, looped):
            found.append((way, took))
            hand = [one for other, one in found if other == "hand" and one.rows == took.rows]
            print(line(item, way, took, found[0][1], hand[0] if hand else None), flush=True)
            numbers.append(
                {"item": item, "way": way, "rows": took.rows, "rate": took.rate, "peak_MiB": took.peak}
            )
        if given.plot:
            bars(item, found, given.plot)
    if given.json:
        given.json.write_text(json.dumps(numbers, indent=1), "utf-8")


if __name__ == "__main__":
    main()
