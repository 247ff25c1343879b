"""The page of limits says what the program does."""

import re
from pathlib import Path

import pytest

from crossprov import audit, calendar, json_text
from crossprov.assembly import answers, memory, offices, steps
from crossprov.decide import _MAX_KEPT as DAYS_KEPT
from crossprov.engine import durable, durable_pool, durable_worker, index
from crossprov.facts import book
from crossprov.models import Case, Citizen, base, errors
from crossprov.rulebook import loading, lowering, parsing, source

DOCS = Path(__file__).parents[1] / "docs"


def longest(model, field):
    metadata = [
        one for one in model.model_fields[field].metadata if getattr(one, "max_length", None) is not None
    ]
    return min(one.max_length for one in metadata)


SAID = {
    "json bytes": json_text.MAX_BYTES,
    "json depth": json_text.MAX_DEPTH,
    "record bytes": audit.MAX_BYTES,
    "records": base.MAX_ENTRIES,
    "months": base.MAX_MONTHS,
    "documents": longest(Citizen, "documents"),
    "events": longest(Case, "events"),
    "facts": longest(Case, "facts"),
    "keys": errors._MAX_KEYS,
    "text": base.MAX_TEXT,
    "files": loading.MAX_FILES,
    "yaml bytes": source.MAX_BYTES,
    "yaml values": source.MAX_VALUES,
    "yaml depth": source.MAX_DEPTH,
    "expression": parsing.MAX_LENGTH,
    "expression depth": parsing.MAX_DEPTH,
    "alternatives": lowering.MAX_ALTERNATIVES,
    "period": calendar.MAX_PERIOD,
    "states": index.MAX_STATES,
    "looks": durable_worker.MAX_LOOKS,
    "seconds": int(durable.SECONDS),
    "processes": durable_pool.MAX_WORKERS,
    "size": durable_pool.MAX_KIB // 1_000,
    "notes": memory.MAX_NOTES,
    "notes of one": memory.MAX_OF_ONE,
    "answers of a table": answers._MAX_KEPT,
    "answers to half-known facts": index.MAX_KEPT,
    "offices": offices._MAX_KEPT,
    "provinces": book._MAX_KEPT,
    "parameters": book._MAX_KEPT,
    "last days": steps._MAX_KEPT,
    "made by": DAYS_KEPT,
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_limits_says_the_limits_in_this_order(language):
    page = (DOCS / language / "limits.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    # The columns after the first name; what the fact stands for is compared in its order.
    numbers = [
        int(one.replace(",", ""))
        for row in rows
        for one in re.findall(r"(?<![\w-])\d[\d,]*(?![\w-])", row.split("|", 2)[2])
    ]
    wanted = list(SAID.values())
    found = iter(numbers)
    assert [want for want in wanted if want not in found] == []
