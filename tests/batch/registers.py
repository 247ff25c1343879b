"""Registers of the certification item for tests, and reading what comes out."""

import csv
import datetime as dt
import io
import os
import subprocess
import sys

DAY = dt.date(2026, 11, 1)
ITEM = "pension-eligibility-certification"


def batch_process(item, source, target, *options):
    """Start ``crossprov batch`` as a process of its own."""
    command = [sys.executable, "-m", "crossprov", "batch", item, source, target, *options]
    return subprocess.Popen(
        [str(one) for one in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"CROSSPROV_LANG": "en"},
    )


def csv_text(rows, end="\n"):
    written = io.StringIO()
    csv.writer(written, lineterminator=end).writerows(rows)
    return written.getvalue()


def csv_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
