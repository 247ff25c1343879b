"""The same two tables on crossprov and its peers, each in an environment of its own under build/peers.

    python benchmarks/peers/run.py                 all of them; sets the environments up first; ten minutes
    python benchmarks/peers/run.py zen plain       some
    python benchmarks/peers/run.py --json out.json the numbers as data, too
    python benchmarks/peers/run.py --quick         only what needs no other environment: does it still run?

Every peer has to give our answers to 2,000 known cases (slow ones to fewer) before it is timed. Then one fact of 400
cases is taken away, once left out and once null: crossprov says for which of them the answer is open. Packages come
from the index that pip is set up for, in the versions below.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
BUILD: Final = ROOT / "build" / "peers"
PEERS: Final[dict[str, tuple[str, ...]]] = {
    "plain": (),
    "zen": ("zen-engine==2.1.3",),
    "cel": ("common-expression-language==0.10.0",),
    "celpy": ("cel-python==0.5.0",),
    "rule_engine": ("rule-engine==5.1.0",),
    "json_logic": ("json-logic-qubit==0.9.1",),
    "clips": ("clipspy==1.0.6",),
    "durable": ("durable_rules==2.0.28",),
    "spiff": ("SpiffWorkflow==3.2.0",),
    "openfisca": ("OpenFisca-Core==46.0.1",),
    "pydmnrules": ("pyDMNrules==1.4.5",),
}
OURS: Final = ("index", "durable", "reference")
MINUTES: Final = 10
COLUMNS: Final = (
    *("engine", "table", "wrong", "p50 µs", "a second and core", "cold ms", "MiB"),
    *("a fact left out", "a fact null", "a wrong fact"),
)


def environment(peer: str) -> Path | None:
    """Return the Python of a peer's environment, set up if need be; None if it cannot be."""
    home = BUILD / peer
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)  # noqa: S603
        if PEERS[peer]:
            command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[peer]]
            done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
            if done.returncode:
                print(f"{peer}: cannot be installed: {done.stderr.strip().splitlines()[-1]}", flush=True)
                return None
        (home / "ready").touch()
    return python


def measured(peer: str, python: Path | str, spec: Path, engine: str = "") -> dict[str, Any] | None:
    command = [str(python), str(HERE / "measure.py"), peer, str(spec)]
    settings = {**os.environ, "CROSSPROV_ENGINE": engine or "index"}
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, timeout=60 * MINUTES, env=settings
        )
    except subprocess.TimeoutExpired:
        print(f"{peer}: took more than {MINUTES} minutes")
        return None
    if done.returncode:
        print(f"{peer}: {done.stderr.strip().splitlines()[-1]}", flush=True)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def line(name: str, table: str, found: dict[str, Any]) -> str:
    """Return a line of the table of times."""
    batch = found.get("batch_per_s", found["loop_per_s"])
    open_ = found["left_out"]
    return (
        f"| {name} | {table} | {found['wrong']} of {found['compared']} | {found['p50_us']:,.1f} | {batch:,.0f} "
        f"| {found['cold_ms']:,.0f} | {found['memory_MiB']:.0f} "
        f"| {' '.join(f'{key} {open_[key]}' for key in open_ if open_[key])} "
        f"| {' '.join(f'{key} {count}' for key, count in found['null'].items() if count)} "
        f"| {' '.join(f'{key} {count}' for key, count in found['misuse'].items() if count)} |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("peers", nargs="*", metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--quick", action="store_true", help="only crossprov and plain Python")
    options = parser.parse_args()
    from tables import spec  # noqa: PLC0415 - the environments of the peers have no crossprov

    BUILD.mkdir(parents=True, exist_ok=True)
    told = BUILD / "spec.json"
    told.write_text(json.dumps(spec()), "utf-8")
    chosen = options.peers or (["plain"] if options.quick else list(PEERS))
    results: dict[str, dict[str, Any] | None] = {}
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---|---|--:|--:|--:|--:|--:|---|---|---|", flush=True)
    runs = [(f"crossprov {engine}", "crossprov", engine) for engine in OURS[: 1 if options.quick else None]]
    for name, peer, engine in [*runs, *((peer, peer, "") for peer in chosen)]:
        python = sys.executable if peer == "crossprov" or options.quick else environment(peer)
        found = results[name] = measured(peer, python, told, engine) if python else None
        for table in ("account_type", "payment"):
            if found:
                print(line(name, table, found[table]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
