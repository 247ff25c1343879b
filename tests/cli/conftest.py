"""Running the command line, in this process and as one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crossprov.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
LANGUAGE_VARIABLES = (
    "CROSSPROV_LANG",
    "CROSSPROV_ENGINE",
    "LC_ALL",
    "LC_MESSAGES",
    "LANG",
    "PYTHONIOENCODING",
)


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LANGUAGE_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def call(*arguments: object) -> Ran:
        code = main([str(one) for one in arguments])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def spawn() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    def call(
        *arguments: object, environment: dict[str, str] | None = None, **settings: Any
    ) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if name not in LANGUAGE_VARIABLES}
        command = [sys.executable, "-m", "crossprov", *map(str, arguments)]
        return subprocess.run(  # noqa: S603 - our own program
            command,
            env={**kept, **(environment or {})},
            capture_output=True,
            check=False,
            timeout=60,
            **settings,
        )

    return call


@pytest.fixture
def example() -> Callable[[str], Path]:
    return lambda name: EXAMPLES / f"{name}.json"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Write an example with some fields of the case replaced (None: left out)."""

    def write(name: str = "transfer-49", **fields: object) -> Path:
        data = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8")) | fields
        path = tmp_path / "case.json"
        kept = {key: value for key, value in data.items() if value is not None}
        path.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        return path

    return write
