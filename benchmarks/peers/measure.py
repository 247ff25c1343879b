"""Measure one peer, in an environment that has it and nothing of crossprov.

    python measure.py PEER SPEC.json

A peer is a module ``peer_PEER`` with ``prepare(table) -> ask``, where ``ask(facts)`` returns the answer as text, and,
where the peer can do many at once, ``prepare_batch(table) -> ask_all``. Times are those of one table that is asked,
after all answers have been compared; but for the median of a call they are times of computing, which other work on
the machine disturbs less. Only the standard library is used here.
"""

from __future__ import annotations

import gc
import importlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS: Final = 2.0  # of calls, for each number that is measured
MISUSED: Final = 200
BATCH: Final = 20  # how often all cases are repeated in a batch
KIB_A_PAGE: Final = 4

Ask = "Callable[[dict[str, Any]], object]"


def held() -> int:
    """Return the memory of this process in KiB."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * KIB_A_PAGE


def timed(ask: Callable[[dict[str, Any]], object], cases: list[dict[str, Any]]) -> dict[str, float]:
    """Return the median of one call in microseconds, and how many a core does in a second."""
    clock, times = time.perf_counter_ns, []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        for case in cases[:200]:
            start = clock()
            ask(case)
            times.append(clock() - start)
    times.sort()
    done, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        for case in cases[:200]:
            ask(case)
        done += 200
    return {
        "p50_us": times[len(times) // 2] / 1_000,
        "p99_us": times[len(times) * 99 // 100] / 1_000,
        "loop_per_s": done / (time.process_time() - began),
    }


def half_known(ask: Callable[[dict[str, Any]], object], table: dict[str, Any], how: str) -> dict[str, int]:
    """Count what is done where a fact is not known: it is left out, or null."""
    found = dict.fromkeys(("right", "wrong", "guessed", "error", "no_answer"), 0)
    for case, half in zip(table["cases"], table["half"], strict=False):
        if how == "null" and table["facts"][half["gone"]]["kind"] == "month":
            continue  # there null is an answer: it is known that there is none
        asked = {key: value for key, value in case.items() if key != half["gone"]}
        if how == "null":
            asked[half["gone"]] = None
        try:
            said = ask(asked)
        except Exception:  # noqa: BLE001 - what it is does not matter here
            found["error"] += 1
            continue
        if said in (None, ""):
            found["no_answer"] += 1
        elif half["known"] is None:
            found["guessed"] += 1
        else:
            found["right" if said == half["known"] else "wrong"] += 1
    return found


def misuse(ask: Callable[[dict[str, Any]], object], table: dict[str, Any]) -> dict[str, int]:
    """Count what is done where a fact has the wrong type, or is a word that there is not."""
    found = dict.fromkeys(("refused", "answered", "no_answer"), 0)
    for number, case in enumerate(table["cases"][:MISUSED]):
        name = list(case)[number % len(case)]
        wrong = (
            "a word that there is not" if table["facts"][name]["kind"] in ("enum", "int", "month") else "no"
        )
        try:
            said = ask({**case, name: wrong})
        except Exception:  # noqa: BLE001 - what it is does not matter here
            found["refused"] += 1
            continue
        found["no_answer" if said in (None, "") else "answered"] += 1
    return found


def measure(peer: Any, table: dict[str, Any], before: int, began: float) -> dict[str, Any]:
    ask = peer.prepare(table)
    first = ask(table["cases"][0])
    cold = time.process_time() - began
    some = getattr(peer, "CASES", len(table["cases"]))
    cases, answers = table["cases"][:some], table["answers"][:some]
    said = [ask(case) for case in cases]
    wrong = sum(one != answer for one, answer in zip(said, answers, strict=True))
    gc.collect()
    found = {
        "cold_ms": cold * 1_000, "memory_MiB": (held() - before) / 1024, "compared": len(cases),
        "wrong": wrong + (first != answers[0]), **timed(ask, cases),
    }  # fmt: skip
    if wrong:
        found["example"] = next((c, s, a) for c, s, a in zip(cases, said, answers, strict=True) if s != a)
    for how in ("left_out", "null"):
        found[how] = half_known(ask, table, how)
    found["misuse"] = misuse(ask, table)
    if hasattr(peer, "prepare_batch"):
        ask_all = peer.prepare_batch(table)
        assert list(ask_all(table["cases"])) == table["answers"], "the batch answers otherwise"
        many = table["cases"] * BATCH
        start = time.process_time()
        ask_all(many)
        found["batch_per_s"] = len(many) / (time.process_time() - start)
    return found


def main() -> None:
    name, file = sys.argv[1:]
    spec = json.loads(Path(file).read_text("utf-8"))
    before, began = held(), time.process_time()
    peer = importlib.import_module(f"peer_{name}")
    result = {"peer": name}
    for key, table in spec.items():
        result[key] = measure(peer, table, before, began)
        began = time.process_time()
    result["peak_MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
