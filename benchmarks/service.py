"""What the service does under load, on this machine alone: requests a second, and how long one waits.

    python benchmarks/service.py              a table, in about two minutes
    python benchmarks/service.py --seconds 2  shorter
    python benchmarks/service.py --quick      a few requests: does it still run? The figures mean nothing

The service runs as ``crossprov serve`` with one worker and with two, on loopback; the client is one process that
keeps connections open and asks for the next answer as soon as it has one. On two cores the client takes its
share. ``in process`` is the same answer without HTTP: decided, read whole and written as JSON, on one core.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep
from typing import TYPE_CHECKING, Final
from urllib.request import urlopen

from crossprov import Rulebook, decide
from crossprov.interview import Interview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples"
BATCH: Final = 20


@dataclass(frozen=True)
class Effort:
    """Seconds for each line of the table, and connections that are open at once."""

    seconds: float
    connections: tuple[int, ...]


FULL: Final = Effort(5, (1, 8))
QUICK: Final = Effort(0.3, (2,))


@dataclass(frozen=True)
class Request:
    """What is asked, as bytes, and the same without HTTP."""

    name: str
    raw: bytes
    here: Callable[[], str] | None = None


def post(path: str, data: object) -> bytes:
    body = json.dumps(data, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def requests() -> list[Request]:
    rulebook = Rulebook.load(engine="index")
    case = json.loads((EXAMPLES / "transfer-49.json").read_text(encoding="utf-8"))
    half = json.loads((EXAMPLES / "half-known.json").read_text(encoding="utf-8"))

    def decided(one: dict[str, object]) -> str:
        return json.dumps(decide(one, rulebook).to_dict(), ensure_ascii=False)

    def asked() -> str:
        return json.dumps(Interview.start("card-loss-report", rulebook).to_dict(), ensure_ascii=False)

    return [
        Request("GET /health", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        Request("POST /decide, half-known", post("/decide", half), lambda: decided(half)),
        Request("POST /decide, transfer-49", post("/decide", case), lambda: decided(case)),
        Request(f"POST /batch, {BATCH} × transfer-49", post("/batch", {"cases": [case] * BATCH})),
        Request("POST /interview, first question", post("/interview", {"item": "card-loss-report"}), asked),
    ]


@contextlib.contextmanager
def served(workers: int) -> Iterator[int]:
    """Run the service; give its port once every worker can decide."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "crossprov", "serve", "--engine", "index"]
    command += ["--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        while True:
            assert process.poll() is None, "the service did not start"
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/ready"):
                break
            sleep(0.1)
        sleep(1)  # the other workers
        yield port
    finally:
        process.terminate()
        process.wait()


async def visitor(port: int, raw: bytes, until: float, times: list[float]) -> None:
    """Ask again and again over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    while monotonic() < until:
        start = perf_counter()
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(perf_counter() - start)
    writer.close()


async def load(port: int, raw: bytes, seconds: float, connections: int) -> list[float]:
    """Return how long each answer took, in seconds, once everything is warm."""
    for spent in (min(1.0, seconds), seconds):
        times: list[float] = []
        until = monotonic() + spent
        await asyncio.gather(*(visitor(port, raw, until, times) for _ in range(connections)))
    return times


def in_process(call: Callable[[], str], seconds: float) -> list[float]:
    call()
    times, until = [], monotonic() + seconds
    while monotonic() < until:
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return times


def line(name: str, workers: str, connections: str, times: list[float], a_second: float) -> None:
    p99 = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
    print(
        f"| {name} | {workers} | {connections} | {a_second:,.0f} | {median(times) * 1e3:.1f} | {p99 * 1e3:.1f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, help="for each line of the table")
    options = parser.parse_args()
    effort = QUICK if options.quick else FULL
    effort = replace(effort, seconds=options.seconds or effort.seconds)
    load_now = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores, load before: {load_now}\n")
    print("| request | workers | connections | requests/s | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|")
    asked = requests()
    for one in asked:
        if one.here is not None:
            times = in_process(one.here, effort.seconds)
            line(one.name, "in process", "–", times, len(times) / sum(times))
    for workers in (1, 2):
        with served(workers) as port:
            for one in asked:
                for connections in effort.connections:
                    times = asyncio.run(load(port, one.raw, effort.seconds, connections))
                    line(one.name, str(workers), str(connections), times, len(times) / effort.seconds)


if __name__ == "__main__":
    main()
