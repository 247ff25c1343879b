"""Further doors to fuzz: records of decisions, interviews, and, where installed, registers and the service."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crossprov import decide
from crossprov.audit import record, replay
from crossprov.interview import Interview

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM: Final = "pension-eligibility-certification"
DAY: Final = dt.date(2026, 3, 2)
FACTS: Final = ("benefit", "paying_province", "first_paid", "last_on", "has_loss_event")
CASE: Final = (Path(__file__).parents[2] / "examples" / "transfer-49.json").read_text("utf-8")
MOST: Final = 20_000  # characters of a register: what is looked for is in the first rows or nowhere


class Surprise(Exception):  # noqa: N818 - no refusal
    """The service answered with a fault of its own, or no answer that it has described."""


def here(name: str) -> bool:
    """Return whether a room of the library is there, with what it needs."""
    try:
        return find_spec(f"crossprov.{name}") is not None
    except ImportError:
        return False


KEY: Final = bytes(32)


def audit_seeds() -> list[bytes]:
    return [json.dumps(record(decide(CASE), CASE, key=KEY)).encode(), b'{"seal": "hmac-sha256:00"}']


def audit(raw: bytes) -> None:
    """A record that was changed is tampered with, whatever was changed."""
    replay(raw, CASE, key=KEY)


def interview_seeds() -> list[bytes]:
    asked = Interview.start("pension-eligibility-certification")
    found = [asked]
    for _ in range(4):
        found.append(found[-1].dont_know())
    return [json.dumps(one.state(), ensure_ascii=False).encode() for one in found]


def interview(raw: bytes) -> None:
    """A state that can be read goes on: it has a question or is finished."""
    asked = Interview.resume(raw)
    assert asked.finished or asked.question is not None
    json.dumps(asked.state())


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
    from crossprov.batch.contract import contract  # noqa: PLC0415 - only where it is installed
    from crossprov.batch.csv_file import CsvFile  # noqa: PLC0415
    from crossprov.batch.json_lines import FactLines  # noqa: PLC0415

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
