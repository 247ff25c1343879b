"""The installation without a network, as the pages describe it: wheels only, no index, no compiler."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / "build" / "wheelhouse"


def run(*command, env=None):
    environment = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "LC_ALL": "C.UTF-8"} | (
        env or {}
    )
    return subprocess.run(
        [str(one) for one in command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout


@pytest.mark.skipif(not WHEELS.is_dir(), reason="build/wheelhouse is made by sh scripts/test")
def test_installed_from_wheels_alone_it_decides_with_and_without_the_yaml_parser_in_c(tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    programs = tmp_path / "venv" / "bin"
    run(programs / "pip", "install", "--no-index", "--find-links", WHEELS, "crossprov", env={"CC": "false"})
    decide = (programs / "crossprov", "decide", "examples/transfer-49.json", "--json")
    with_c = run(*decide)
    assert '"outcome": "eligible"' in with_c

    yaml = next((tmp_path / "venv").glob("lib/python*/site-packages/yaml"))
    for part in (yaml.parent / "yaml").glob("_yaml*.so"):
        part.unlink()
    shutil.rmtree(yaml / "__pycache__")
    assert run(programs / "python", "-c", "import yaml; print(yaml.__with_libyaml__)").strip() == "False"
    assert run(*decide) == with_c
