"""Nothing personal comes out of an error, wherever it was put in by mistake."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.model_samples import resident_number

NUMBER = resident_number("19760507", "131")
NAME = "欧阳小明"


def silent(ran: Any) -> None:
    for private in (NUMBER, NUMBER[:14], NUMBER[6:14], NAME):
        assert private not in ran.said
    assert "Traceback" not in ran.said


@pytest.fixture
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a call writes, it writes into a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("private", [NUMBER, NAME, f"--{NUMBER}", f"-{NUMBER}", f"--{NAME}", f"a{NUMBER}"])
@pytest.mark.parametrize(
    "call",
    [
        [...],
        ["decide", ...],
        ["decide", "CASE", ...],
        ["decide", "CASE", "--item", ...],
        ["decide", "CASE", "--as-of", ...],
        ["decide", "CASE", "--lang", ...],
        ["decide", "CASE", "--engine", ...],
        ["decide", "CASE", "--rules", ...],
        ["decide", "CASE", "--json", ...],
        ["explain", ...],
        ["ask", ...],
        ["ask", "card-loss-report", "--case", ...],
        ["replay", ..., "CASE", "--key-env", ...],
        ["show", ...],
        ["show", "pension-transfer-enterprise", "--as-of", ...],
        ["facts", ...],
        ["items", ...],
        ["check", ...],
        ["check", "--engine", ...],
        ["schema", ..., "--check", ...],
    ],
)
@pytest.mark.usefixtures("_elsewhere")
def test_what_was_typed_is_not_repeated(run, example, call, private):
    known = {"CASE": example("transfer-49"), ...: private}
    silent(run(*(known.get(word, word) for word in call)))


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value of a case."""
    if path:
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def with_value(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(data))
    here = copy
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return copy


def test_what_stands_in_a_case_is_not_repeated(run, example, tmp_path):
    data = json.loads(example("transfer-49").read_text("utf-8"))
    path = tmp_path / "case.json"
    tried = 0
    for place in places(data):
        for value in (NUMBER, f"a{NUMBER}", NAME, int(NUMBER[:17]), {NUMBER: 1}, [NAME]):
            path.write_text(json.dumps(with_value(data, place, value)), "utf-8")
            ran = run("decide", path)
            assert ran.code in (0, 2)
            silent(ran)
            tried += 1
    assert tried > 200


@pytest.mark.parametrize("key", [NUMBER, NAME, f"a{NUMBER}", f"facts.{NUMBER}"])
def test_a_key_is_not_repeated(run, changed, tmp_path, key):
    for fields in (
        {key: 1},
        {"facts": {key: 1}},
        {"move": {key: 1}},
        {"applicant": {"kind": "citizen", key: 1}},
    ):
        ran = run("decide", changed(**fields))
        assert ran.code == 2
        silent(ran)
    path = tmp_path / "twice.json"
    path.write_text(f'{{"{key}": 1, "{key}": 2}}', "utf-8")
    ran = run("decide", path)
    assert "occurs twice" in ran.err
    silent(ran)


@pytest.mark.parametrize("raw", [f"{NUMBER}{NAME}", f"[{NUMBER}", f'{{"item": {NAME}}}', f'"{NUMBER}"'])
def test_what_is_no_json_is_not_repeated(run, tmp_path, raw):
    path = tmp_path / f"{NUMBER}.json"
    path.write_text(raw, "utf-8")
    ran = run("decide", path)
    assert ran.code == 2
    silent(ran)


@pytest.mark.parametrize(
    "call", ["decide", "explain", "decide --lang=zh", "explain --lang=zh", "decide --json", "explain --json"]
)
@pytest.mark.parametrize("name", ["transfer-49", "transfer-50", "half-known"])
def test_no_answer_names_the_person(run, changed, example, call, name):
    applicant = json.loads(example(name).read_text("utf-8"))["applicant"]
    applicant["name"] = NAME
    ran = run(*call.split(), changed(name, applicant=applicant))
    assert ran.code == 0
    assert ran.out
    assert NAME not in ran.said
    assert applicant["documents"][0]["number"] not in ran.said
