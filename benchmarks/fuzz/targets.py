"""What is fuzzed: functions that take bytes, and may refuse them with an error of ours, and nothing else.

A target is given whole inputs (``seeds`` are good ones to start from). Whatever it raises that is no refusal, a second
of computing, or a hundred MiB more is a find.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import doors

from crossprov import CrossprovError, Rulebook, check, read_case
from crossprov.cli.case_file import read_case_file
from crossprov.cli.errors import Stop
from crossprov.decide import decider
from crossprov.places._tables import read_divisions, read_streets
from crossprov.rulebook.check import condition, resolve
from crossprov.rulebook.expression import ExpressionError
from crossprov.rulebook.parsing import parse
from crossprov.rulebook.source import parse_yaml
from crossprov.rulebook.symbols import ParameterType, Symbols
from crossprov.rulebook.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).parents[2]
FICTIONAL: Final = ROOT / "tests" / "fictional"
SECOND: Final = 1.0
SYMBOLS: Final = Symbols(
    {
        "age": Type("int", "years", low=0),
        "months": Type("int", "months"),
        "sex": Type("enum", values=("male", "female")),
        "night": Type("bool"),
        "tongues": Type("set", values=("north", "south")),
        "born": Type("date"),
        "since": Type("month", optional=True),
        "share": Type("rate"),
        "savings": Type("money"),
        "home": Type("place", level="any"),
    },
    {"limit.by_sex": ParameterType(Type("int", "years"), (Type("enum", values=("male", "female")),))},
    {"spells": {"months": Type("int", "months", low=0)}},
)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads what others wrote."""

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    words: tuple[bytes, ...] = ()
    seconds: float = SECOND


def refused(run: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """An error of ours is a refusal, as it should be."""

    def inner(raw: bytes) -> object:
        try:
            return run(raw)
        except (CrossprovError, ExpressionError, Stop) as error:
            # What is said must be sayable, too, in both languages.
            for problem in getattr(error, "problems", ()):
                problem.text("en").encode()
                problem.text("zh").encode()
        return None

    return inner


def expression(raw: bytes) -> None:
    tree = parse(raw.decode("utf-8", "replace"))
    resolve(tree, SYMBOLS)
    condition(tree, SYMBOLS)


def yaml(raw: bytes) -> None:
    parse_yaml(raw, "fuzzed.yaml")


@cache
def scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="crossprov-fuzz-", dir=os.environ.get("TMPDIR")))


@cache
def rulebook_copy() -> Path:
    return Path(shutil.copytree(FICTIONAL, scratch() / "rules"))


@cache
def rule_files() -> tuple[Path, ...]:
    return tuple(sorted(path for path in rulebook_copy().rglob("*") if path.is_file()))


def rules(raw: bytes) -> None:
    """The first line names the file, the rest takes its place; then everything is checked, examples included."""
    name, _, text = raw.partition(b"\n")
    files = rule_files()
    path = next((file for file in files if file.name.encode() == name), files[len(name) % len(files)])
    kept = path.read_bytes()
    path.write_bytes(text)
    try:
        rulebook = Rulebook.load(rulebook_copy(), functions=("fictional_facts",))
        for problem in check(rulebook):
            problem.text("en").encode()
    finally:
        path.write_bytes(kept)


def rule_seeds() -> list[bytes]:
    return [path.name.encode() + b"\n" + path.read_bytes() for path in rule_files()]


@cache
def real() -> Rulebook:
    return Rulebook.load(engine="index")


def case(raw: bytes) -> None:
    """A case that can be read is decided and put into words."""
    told = read_case(raw)
    day = told.as_of
    if day is not None and told.item in items():
        json.dumps(decider(real()).decide(str(told.item), told, day, day, day).to_dict())


@cache
def items() -> frozenset[str]:
    return frozenset(item.id for item in real().items())


def case_file(raw: bytes) -> None:
    path = scratch() / "case.json"
    path.write_bytes(raw)
    read_case_file(str(path), "zh")


def case_seeds() -> list[bytes]:
    found = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.json"))]
    for item in real().items():
        for worked in real().examples(item.id):
            one = worked.example
            if one.case is not None:
                whole: dict[str, Any] = {"item": item.id, "as_of": str(one.as_of), **one.case}
                found.append(json.dumps(whole, ensure_ascii=False).encode())
    return found


KINDS: Final = (
    "resident_id",
    "hmt_residence_permit",
    "foreign_pr_2017",
    "foreign_pr_2023",
    "hk_macao_pass",
    "passport",
)


def identity(raw: bytes) -> None:
    """A number as the number of each kind of document."""
    number = raw.decode("utf-8", "surrogateescape")
    for kind in KINDS:
        try:
            read_case({"applicant": {"kind": "citizen", "documents": [{"kind": kind, "number": number}]}})
        except CrossprovError as error:
            told = [problem.text("zh") for problem in error.problems]
            assert len(number) < 6 or not any(number in one for one in told), "an error repeats the number"


def divisions(raw: bytes) -> None:
    path = scratch() / "divisions.csv"
    path.write_bytes(raw)
    read_divisions(path)


def streets(raw: bytes) -> None:
    path = scratch() / "streets.csv"
    path.write_bytes(raw)
    read_streets(path)


def yaml_seeds() -> list[bytes]:
    return [path.read_bytes() for path in sorted(FICTIONAL.rglob("*.yaml"))] + [
        b"a: " + b"[" * 30, b"? a\n: b", b"a: &x [1]\nb: *x", b"!!python/object:os.system x", b"%YAML 1.1\n---\na: 1",
        "a: \ud7ff\u2028b".encode(), b"a: |2\n   b\n", b"\xef\xbb\xbfa: 1", b"- - - - a",
    ]  # fmt: skip


def expression_seeds() -> list[bytes]:
    return [
        b"age >= 16 and not night", b"16 <= age < 60 or sex == 'male'", b"age > limit.by_sex[sex]",
        b"'north' in tongues", b"since is not none",
        b"sum(s.months for s in spells if s.months > 1) > 3", b"savings * 0.08 > '1.00'",
        b"add_months(born, 600) > '2020-01-01'", b"floor(months / 12) == 3", b"min(age, age, 3) != 4", b"otherwise",
        b"value_on(limit.by_sex[sex], born) > 1", b"sex in ['male', 'female']", b"province_of(home, born) == '500000'",
        b"latest(s.months for s in spells)",
    ]  # fmt: skip


def _table_seeds(name: str) -> list[bytes]:
    return [path.read_bytes()[:6_000] for path in (FICTIONAL / name, ROOT / "rules" / name)]


MARKS: Final = (
    *"()[]{}'\"\\#,:-<+*/|>?年１％\0\r\n\t\ufeff\u2028\u202e",
    *(
        "<=",
        "==",
        "!=",
        "&a ",
        "*a",
        "!!x ",
        "null",
        "true",
        "none",
        "1e999",
        "-0",
        "0.1",
        "9" * 15,
        "9" * 40,
    ),
    *(
        "otherwise",
        "refer_to_person",
        "0001-01-01",
        "2024-02-30",
        "9999-12-31",
        "{x.y}",
        "  ",
        "- ",
        ": ",
        "---\n",
    ),
    *(" and ", " or ", "not ", " in ", " is none", " if ", " for x in spells", "age<(", "min(age,"),
)
GRAMMAR: Final = (*(mark.encode() for mark in MARKS), b"\xff", b"\xed\xa0\x80")


def further() -> Iterator[Target]:
    """Yield the targets of what is installed."""

    def file(name: str) -> Path:
        return scratch() / name

    yield Target("audit", doors.audit, doors.audit_seeds, GRAMMAR)
    yield Target("interview", doors.interview, doors.interview_seeds, GRAMMAR, 2 * SECOND)
    if doors.here("batch.csv_file"):
        yield Target("register_csv", late(lambda: doors.register(file, "csv")), doors.register_seeds, GRAMMAR)
        yield Target("register_lines", late(lambda: doors.register(file, "jsonl")), doors.line_seeds, GRAMMAR)
    if doors.here("service"):
        yield Target("service", late(doors.service), service_seeds, GRAMMAR, 5 * SECOND)


def late(make: Callable[[], Callable[[bytes], None]]) -> Callable[[bytes], None]:
    """Make a target when it is first used: others need not wait for it."""
    kept = cache(make)
    return lambda raw: kept()(raw)  # noqa: PLW0108 - not yet


def service_seeds() -> list[bytes]:
    some = case_seeds()[::40]
    whole = [json.dumps({"cases": [json.loads(raw) for raw in some[:3]]}).encode()]
    return [*some, *whole, b'{"item": "card-application"}', b'{"item": "card-application", "answer": true}']


TARGETS: Final = (
    Target(
        "expression", expression, expression_seeds, (*GRAMMAR, *(name.encode() for name in SYMBOLS.facts))
    ),
    Target("yaml", yaml, yaml_seeds, GRAMMAR),
    Target("rules", rules, rule_seeds, GRAMMAR, 10 * SECOND),
    Target("case", case, case_seeds, GRAMMAR),
    Target("case_file", case_file, case_seeds, (*GRAMMAR, b'\\"', b'"a":1,')),
    Target(
        "identity", identity, lambda: [b"11010119900307221X", b"830000199001010022", b"E12345678"], GRAMMAR
    ),
    Target("divisions", divisions, lambda: _table_seeds("divisions.csv"), (*GRAMMAR, b'"', b'""', b";")),
    Target("streets", streets, lambda: _table_seeds("streets.csv"), (*GRAMMAR, b'"', b'""')),
    *further(),
)
