"""The code blocks of the pages as tests: what a reader copies must run, and what a page shows must come out.

| block | what is done with it |
|---|---|
| ``python`` | runs, in one namespace for each page |
| ``output`` | is what the Python block before it printed |
| ``console`` | each line after ``$`` runs and must succeed; the lines below it are what it printed |
| ``sh`` | runs and must succeed |
| ``yaml`` | has the shape of a rule file (or of a part of one), and its conditions can be read |
| ``json`` | is JSON, and a case if it names an item |

In outputs ``...`` stands for anything. A block that cannot run here says why in the comment before it:
``<!-- skip: next "reason" -->``; pytest shows the reason.
"""

import contextlib
import doctest
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from sybil import Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser, SkipParser

from crossprov import read_case
from crossprov.rulebook import schema
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.source import parse_yaml

ROOT = Path(__file__).parents[1]
LANGUAGES = ("python", "output", "console", "sh", "yaml", "json")
FILES = [
    model
    for name, model in vars(schema).items()
    if name.endswith("File") and isinstance(model, type) and issubclass(model, schema.Shape)
]
ITEM = {"item": "x", "name": {"zh": "…", "en": "…"}, "serves": ["citizen"], "from": "2020-01-01"}
CONDITIONS = ("holds", "when", "formula")
_TIMEOUT = 120

_python = PythonEvaluator()


def python(example):
    printed = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(printed):
        _python(example)
    example.namespace["printed"] = printed.getvalue()


def output(example):
    compare(example.parsed, example.namespace["printed"])


def console(example):
    shown = re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)
    assert not shown[0].strip(), "a console block begins with `$ `"
    for part in shown[1:]:
        command, _, expected = part.partition("\n")
        compare(expected, shell(command))


def sh(example):
    shell(example.parsed)


def yaml(example):
    text = re.sub(r"\b(name|say): …", r"\1: {zh: …, en: …}", example.parsed)
    data = parse_yaml(text.encode(), example.path).data
    file = next(model for model in FILES if data.keys() <= keys(model))
    file.model_validate(({} if "item" in data or file is not schema.ItemFile else ITEM) | data)
    for condition in conditions(data):
        parse(condition)


def json_(example):
    data = json.loads(example.parsed)
    if "item" in data:
        read_case(example.parsed)


def compare(expected, got):
    checker, flags = doctest.OutputChecker(), doctest.ELLIPSIS
    want = doctest.Example("", expected)
    assert checker.check_output(want.want, got, flags), checker.output_difference(want, got, flags)


def shell(command):
    """Run a command as a reader would, with this environment's programs first; return what it printed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with subprocess.Popen(
        ["sh", "-euc", command],  # noqa: S607 - the shell of the machine is meant
        cwd=ROOT,
        env=os.environ | {"PATH": path, "PYTHON": sys.executable, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as ran:
        try:
            printed, _ = ran.communicate(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(ran.pid, signal.SIGKILL)  # what the shell started, too
            raise
    assert ran.returncode == 0, f"{command}\nended with {ran.returncode}:\n{printed}"
    return printed


def keys(model):
    return {field.alias or name for name, field in model.model_fields.items()}


def conditions(data):
    if isinstance(data, dict):
        yield from (
            data[key]
            for key in CONDITIONS
            if isinstance(data.get(key), str) and data[key] not in ("otherwise", "…")
        )
        data = list(data.values())
    if isinstance(data, list):
        for one in data:
            yield from conditions(one)


def collected():
    evaluators = dict(zip(LANGUAGES, (python, output, console, sh, yaml, json_), strict=True))
    return Sybil(
        parsers=[*(CodeBlockParser(name, run) for name, run in evaluators.items()), SkipParser()],
        path=str(ROOT),
        patterns=["README.md", "CONTRIBUTING.md", "docs/*.md", "docs/**/*.md", "benchmarks/README.md"],
    ).pytest()
