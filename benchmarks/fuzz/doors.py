"""Further doors to fuzz, as far as they are installed: registers in files, and the service over HTTP."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM: Final = "pension-eligibility-certification"
DAY: Final = dt.date(2026, 3, 2)
FACTS: Final = ("benefit", "paying_province", "first_paid", "last_on", "has_loss_event")
MOST: Final = 20_000  # characters of a register: what is looked for is in the first rows or nowhere


class Surprise(Exception):  # noqa: N818 - no refusal
    """The service answered with a fault of its own, or no answer that it has described."""


def here(name: str) -> bool:
    """Return whether a room of the library is there, with what it needs."""
    try:
        return find_spec(f"crossprov.{name}") is not None
    except ImportError:
        return False


def register_seeds() -> list[bytes]:
    head = ",".join(f"certification.{fact}" for fact in FACTS)
    rows = [
        "employee_pension,510000,2020-01,2026-01-05,false",
        "resident_pension,500000,202001,20251201,否",
        '"public_pension","510000",2020/1,2026/1/5,true',
        "paid_once,,,none,",
    ]
    text = "\r\n".join([head, *rows, ""])
    return [
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("gb18030"),
        text.replace("\r", "").encode(),
    ]


def line_seeds() -> list[bytes]:
    facts = {"certification.benefit": "employee_pension", "certification.first_paid": "2020-01"}
    lines = [
        json.dumps(facts),
        json.dumps({"facts": facts}),
        "",
        json.dumps({**facts, "certification.last_on": None}),
    ]
    return ["\n".join(lines).encode(), json.dumps(facts).encode()]


def register(scratch: Callable[[str], Any], suffix: str) -> Callable[[bytes], None]:
    """Return what reads a register of facts with that suffix."""
    from crossprov.batch.csv_file import CsvFile  # noqa: PLC0415
    from crossprov.batch.json_lines import FactLines  # noqa: PLC0415

    from crossprov.batch.contract import contract  # noqa: PLC0415 - only where it is installed

    columns, path = contract(ITEM, DAY), scratch(f"register.{suffix}")

    def run(raw: bytes) -> None:
        path.write_bytes(raw[:MOST])
        reader = CsvFile(path, columns) if suffix == "csv" else FactLines(path, columns)
        for piece in reader.pieces():
            for refused in piece.refused:
                for problem in refused.problems:
                    problem.text("zh").encode()

    return run


def service() -> Callable[[bytes], None]:
    """Return what sends a body to each address that takes one; a 5xx is a find."""
    from crossprov.service import create_app  # noqa: PLC0415 - only where it is installed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient  # noqa: PLC0415

    client = TestClient(create_app(), raise_server_exceptions=True)
    client.__enter__()
    paths = sorted(
        path for path, told in client.get("/openapi.json").json()["paths"].items() if "post" in told
    )

    def run(raw: bytes) -> None:
        path = paths[len(raw) % len(paths)]
        answer = client.post(path, content=raw, headers={"Content-Type": "application/json"})
        if answer.status_code >= 500 or not isinstance(answer.json(), dict | list):
            raise Surprise(f"{path}: {answer.status_code}")

    return run
