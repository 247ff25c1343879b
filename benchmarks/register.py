"""A register of 140 million pension records through ``crossprov batch``, end to end: wall time and memory.

    python benchmarks/register.py                    140,000,000 records
    python benchmarks/register.py --rows 1000000     fewer
    python benchmarks/register.py --profile          where the time goes, in this process, for one million

The register is made up, by a fixed seed, and written as Parquet piece by piece: of each record what the certification
item asks a bureau for: the benefit, the place that pays, first payment, last certification, suspension, loss of
qualification. One in a thousand records is not wholly known, and one in a million is wrong. Then the program runs as a
process of its own, as a bureau would start it; its memory is the greatest resident size that the system saw.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEM: Final = "pension-eligibility-certification"
DAY: Final = dt.date(2026, 11, 1)
ROWS: Final = 140_000_000
PIECE: Final = 1_000_000
FIRST_YEARS: Final = (1995, 2026)
PLACES: Final = ("510104", "510105", "511702", "510107", "500103", "500105", "500112", "500101")
BENEFITS: Final = ("employee_pension", "resident_pension", "public_pension")
KIB_A_GIB: Final = 1 << 20


def pieces(rows: int) -> Iterator[pl.DataFrame]:
    """Yield the register, made up by a fixed seed."""
    random = np.random.default_rng(2026)
    for start in range(0, rows, PIECE):
        yield piece(random, min(PIECE, rows - start))


def piece(random: Any, rows: int) -> pl.DataFrame:
    months = [f"{year}-{month:02d}" for year in range(*FIRST_YEARS) for month in range(1, 13)]
    since = random.integers(0, 400, rows)  # days since the last certification

    def chosen(values: tuple[str, ...] | list[str], weights: list[float] | None = None) -> pl.Series:
        return pl.Series(values).gather(random.choice(len(values), rows, p=weights))

    last = pl.select(pl.lit(DAY) - pl.duration(days=pl.lit(pl.Series(since)))).to_series()
    frame = pl.DataFrame(
        {
            "certification.benefit": chosen(BENEFITS, [0.5, 0.45, 0.05]),
            "certification.paying_place": chosen(PLACES),
            "certification.first_paid": chosen(months),
            "certification.last_on": last,
            "certification.suspended_since": chosen(["none", "2026-08"], [0.99, 0.01]),
            "certification.loss_event": chosen(["none", "death"], [0.999, 0.001]),
            "certification.loss_verified": np.zeros(rows, dtype=bool),
            "certification.is_drawn": np.ones(rows, dtype=bool),
        }
    )
    unknown, wrong = random.random(rows) < 1e-3, random.random(rows) < 1e-6
    return frame.with_columns(
        pl.when(pl.Series(unknown))
        .then(None)
        .otherwise("certification.loss_event")
        .alias("certification.loss_event"),
        pl.when(pl.Series(wrong))
        .then(pl.lit("?"))
        .otherwise("certification.benefit")
        .alias("certification.benefit"),
    )


def make(path: Path, rows: int) -> None:
    writer = None
    for frame in pieces(rows):
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=PIECE // 4)
    assert writer is not None
    writer.close()


def run(source: Path, target: Path) -> dict[str, Any]:
    """Run the program; return what it says, with wall time, time of the processors and memory."""
    command = [
        sys.executable,
        "-m",
        "crossprov",
        "batch",
        ITEM,
        source,
        target,
        "--as-of",
        DAY,
        "--json",
        "--force",
    ]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run([str(one) for one in command], stdout=subprocess.PIPE, check=False)  # noqa: S603 - ours
    seconds = time.perf_counter() - began
    assert ran.returncode in (0, 1), ran.returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        **json.loads(ran.stdout),
        "seconds": seconds,
        "processors": used,
        "peak_gib": after.ru_maxrss / KIB_A_GIB,
    }


def profile(folder: Path) -> None:
    """Show where the time goes: the functions of this process that take longest."""
    import cProfile  # noqa: PLC0415 - only here
    import pstats  # noqa: PLC0415

    from crossprov.batch.streaming import Wish, decide_register  # noqa: PLC0415

    source = folder / "in.parquet"
    make(source, PIECE)
    profiler = cProfile.Profile()
    profiler.runcall(decide_register, source, folder / "out.parquet", ITEM, wish=Wish(as_of=DAY))
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where the files go (some 3 GB for 140 million)"
    )
    parser.add_argument("--profile", action="store_true", help="where does the time go?")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        if options.profile:
            profile(folder)
            return 0
        source = folder / "in.parquet"
        began = time.perf_counter()
        make(source, options.rows)
        made = time.perf_counter() - began
        found = run(source, folder / "out.parquet")
        size = {path.name: f"{path.stat().st_size / 1e6:.0f} MB" for path in folder.iterdir()}
        assert found["read"] == found["decided"] + found["refused"] == options.rows
        print(f"rows={options.rows} made_in={made:.0f}s files={size}")
        print(f"outcomes={found['outcome']} refused={found['refused']}")
        print(
            f"wall={found['seconds']:.1f}s processors={found['processors']:.1f}s "
            f"rows_a_second={options.rows / found['seconds']:.0f} peak={found['peak_gib']:.2f}GiB"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
