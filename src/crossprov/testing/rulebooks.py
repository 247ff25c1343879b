"""A strategy for small whole rulebooks, for whoever tests what reads rules: an engine, a proof, a page.

Every rulebook loads without a problem. It has one item, ``it``, over told facts of every type, with parameters
that are dated and keyed, requirements, conclusions of both hit policies that use one another, offices, steps that
wait for each other, limits, papers, sums and notices, many of them with two versions. There are no records in it,
so ``facts`` tells everything, and ``decide_facts`` decides it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import weakref
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml
from hypothesis import strategies as st

from crossprov.rulebook.book import Rulebook
from crossprov.rulebook.types import Type, misfit, show
from crossprov.testing.conditions import joined, tests, written
from crossprov.values import NONE, Month

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crossprov.values import Value

Plain: TypeAlias = dict[str, Any]

ITEM: Final = "it"
FROM: Final = dt.date(2020, 1, 1)
CHANGE: Final = dt.date(2022, 1, 1)
_BASE: Final = ("rulebook.yaml", "region.yaml", "divisions.csv", "instruments.yaml")
_TEXT: Final = {"zh": "文", "en": "text"}
_LAWS: Final = ("none_found", "虚构法 第一条", "虚构法 第二条")
_PLACES: Final = ("970101", "970102", "980101", "980102")
_NAMED: Final = ("a", "b", "c")

_FACTS: Final[Mapping[str, Type]] = {
    "f.flag": Type("bool"),
    "f.maybe": Type("bool", optional=True),
    "f.word": Type("enum", values=_NAMED),
    "f.rare": Type("enum", values=_NAMED, optional=True),
    "f.count": Type("int", "times", low=0, high=9),
    "f.other": Type("int", "times"),
    "f.limit": Type("int", "times", optional=True),
    "f.share": Type("rate", low=0),
    "f.money": Type("money"),
    "f.price": Type("money", low=0),
    "f.day": Type("date"),
    "f.begun": Type("date"),
    "f.when": Type("date", optional=True),
    "f.month": Type("month", optional=True),
    "f.title": Type("text", values=_NAMED),
    "f.place": Type("place", level="any", optional=True),
    "f.set": Type("set", values=_NAMED),
}
_FORMULAS: Final[tuple[tuple[str, Type, str], ...]] = (
    ("g.more", Type("bool"), "f.count > f.other"),
    ("g.late", Type("bool"), "f.begun <= f.day"),
    ("g.both", Type("int", "times"), "f.count + f.other"),
    ("g.total", Type("money"), "f.money + f.price"),
    ("g.later", Type("date"), "add_days(f.day, 30)"),
)
_CONCLUDED: Final[tuple[Type, ...]] = (
    Type("bool"), Type("enum", values=_NAMED), Type("int", "times"), Type("money"), Type("date"),
)  # fmt: skip
_CONSTANTS: Final[Mapping[str, tuple[Value, ...]]] = {
    "bool": (True, False),
    "enum": _NAMED,
    "text": _NAMED,
    "int": (0, 1, 3, 5, 9),
    "money": (0, 100, 5050),
    "date": (FROM, dt.date(2020, 1, 2), CHANGE),
    "month": (Month(2020, 1), Month(2020, 2), Month(2022, 1)),
    "place": _PLACES,
}


class RulebookFiles:
    """A rulebook as the text of its files, by their names; printed, what was drawn can be read."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)

    def __repr__(self) -> str:
        drawn = {name: text for name, text in self.files.items() if name not in _BASE}
        return "\n".join(f"# --- {name}\n{text}" for name, text in drawn.items())

    def write(self, root: Path) -> Path:
        """Write the files into a directory and return it."""
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    def load(self, *, engine: str | None = None) -> Rulebook:
        """Load the rulebook from a directory that goes with it."""
        root = Path(tempfile.mkdtemp(prefix="crossprov-drawn-"))
        try:
            rulebook = Rulebook.load(self.write(root), engine=engine)
        except BaseException:
            shutil.rmtree(root, ignore_errors=True)
            raise
        weakref.finalize(rulebook, shutil.rmtree, root, ignore_errors=True)
        return rulebook


@st.composite
def rulebooks(draw: st.DrawFn, *, gaps: bool = True) -> RulebookFiles:
    """Draw a rulebook with one item ``it``, in force from 2020-01-01.

    ``gaps``: tables may lack a row for some case or have two, and parameters may end, so that some cases are for
    a person; without them every table answers every case. ``draw(rulebooks()).load()`` loads it.
    """
    return _Drawing(draw, gaps=gaps).files()


class _Drawing:
    """A rulebook while it is drawn: what its conditions may speak of grows with every conclusion."""

    def __init__(self, draw: st.DrawFn, *, gaps: bool) -> None:
        self.draw, self.gaps = draw, gaps
        names = draw(st.lists(st.sampled_from(sorted(_FACTS)), min_size=1, max_size=5, unique=True))
        self.formulas = [one for one in _FORMULAS if self.some(3)]
        read = {name for _, _, formula in self.formulas for name in _FACTS if name in formula}
        self.told = {name: type_ for name, type_ in _FACTS.items() if name in read or name in names}
        self.types = {**self.told, **{name: type_ for name, type_, _ in self.formulas}}
        self.parameters: Plain = {}
        self.compared: dict[str, list[str]] = {}
        self._ids: dict[str, int] = {}

    def some(self, of: int) -> bool:
        """Draw yes in one of so many."""
        return self.draw(st.integers(0, of - 1)) == of - 1

    def many(self, most: int) -> range:
        return range(self.draw(st.integers(0, most)))

    def new(self, what: str) -> str:
        self._ids[what] = self._ids.get(what, 0) + 1
        return f"{what}-{self._ids[what]}"

    def law(self) -> str:
        return self.draw(st.sampled_from(_LAWS))

    def files(self) -> RulebookFiles:
        for name, type_ in sorted(self.types.items()):
            if type_.kind in ("int", "money", "date") and self.some(3):
                self._parameter(name, type_)
        item = self._item()
        drawn: Plain = {"vocabulary/all.yaml": {"facts": self._vocabulary()}, "items/it.yaml": item}
        if self.parameters:
            drawn["parameters/all.yaml"] = {"parameters": self.parameters}
        base = {name: _base(name) for name in _BASE}
        return RulebookFiles(base | {name: _as_yaml(data) for name, data in drawn.items()})

    # --- what rules speak of ------------------------------------------------------------------------------

    def _vocabulary(self) -> Plain:
        place = {"type": "place", "level": "any", "given": "move.to_place"}
        found = {"move.to_place": {**place, "label": _TEXT, "question": _TEXT}}
        for name, type_ in self.told.items():
            found[name] = {**_shape(type_), "given": "told", "label": _TEXT, "question": _TEXT}
        for name, type_, formula in self.formulas:
            found[name] = {**_shape(type_), "formula": formula, "label": _TEXT}
        return found

    def _parameter(self, fact: str, type_: Type) -> None:
        """Draw a value of law that a fact may be compared with, with one or two versions."""
        name = f"p.{fact.replace('.', '_')}"
        keys = [key for key in ("f.flag", "f.word") if key in self.told]
        key = self.draw(st.sampled_from([None, *keys]))
        first: Plain = {"from": "2010-01-01", "law": self.law(), **self._values(key, type_)}
        versions = [first]
        if self.some(2):
            first["through"] = str(CHANGE - dt.timedelta(days=1))
            if not (self.gaps and self.some(4)):
                versions.append({"from": str(CHANGE), "law": self.law(), **self._values(key, type_)})
        shape = {"type": type_.kind, **({"unit": type_.unit} if type_.unit else {})}
        keyed = {} if key is None else {"keyed_by": key}
        self.parameters[name] = {**shape, **keyed, "label": _TEXT, "versions": versions}
        self.compared[fact] = [name if key is None else f"{name}[{key}]"]

    def _values(self, key: str | None, type_: Type) -> Plain:
        if key is None:
            return {"value": self._constant(type_)}
        keys = ("true", "false") if _FACTS[key].kind == "bool" else _NAMED
        return {"values": {one: self._constant(type_) for one in keys}}

    def _constant(self, type_: Type) -> bool | int | str:
        """Draw a constant as YAML has it."""
        value = self.draw(st.sampled_from(_CONSTANTS[type_.kind]))
        return value if isinstance(value, (bool, int)) and type_.kind != "money" else show(value, type_)

    def _test(self) -> st.SearchStrategy[str]:
        return st.sampled_from(sorted(self.types)).flatmap(self._test_of)

    def _test_of(self, name: str) -> st.SearchStrategy[str]:
        type_ = self.types[name]
        constants = _constants(type_)
        compared = constants | st.sampled_from(self.compared[name]) if name in self.compared else constants
        return tests(name, type_, constants, compared)

    def when(self) -> str:
        return self.draw(joined(self._test(), leaves=3))

    def sometimes(self) -> Plain:
        """Draw the condition of a rule that may have none."""
        return {"when": self.when()} if self.some(2) else {}

    # --- tables -------------------------------------------------------------------------------------------

    def rows(self, then: Callable[[], Any], hit: str) -> list[Plain]:
        if hit == "first":
            dated = [row for _ in self.many(3) for row in self._dated(self._row(self.when(), then))]
            # The last row holds on every day: what others read must be there on every day.
            last = self.when() if self.gaps and self.some(5) else "otherwise"
            return [*dated, self._row(last, then)]
        parts = [self.draw(self._test()) for _ in self.many(2)]
        if parts and self.gaps and self.some(3):
            return [self._row(part, then) for part in parts]
        return [self._row(when, then) for when in _apart(parts)]

    def _row(self, when: str, then: Callable[[], Any]) -> Plain:
        return {"id": self.new("row"), "when": when, "then": then(), "law": self.law()}

    def _dated(self, rule: Plain, changed: Callable[[], Plain] | None = None) -> list[Plain]:
        """Draw the versions of a rule: one for ever, one until the change or after it, or one before and one after."""
        way = self.draw(st.sampled_from(("always", "always", "two", "until", "since")))
        until = {"through": str(CHANGE - dt.timedelta(days=1))}
        since = {"from": str(CHANGE)}
        if way == "two":
            other = {**rule, **(changed() if changed is not None else {"when": self.when()})}
            return [{**rule, **until}, {**other, **since}]
        return [{"always": rule, "until": {**rule, **until}, "since": {**rule, **since}}[way]]

    def _conclusion(self, type_: Type) -> Plain:
        hit = self.draw(st.sampled_from(("first", "unique")))
        fitting = [name for name, fact in self.types.items() if misfit(fact, type_) is None]

        def then() -> Any:
            if self.some(6):
                return "refer_to_person"
            if fitting and self.some(3):
                return self.draw(st.sampled_from(sorted(fitting)))
            return self._constant(type_)

        found: Plain = {**_shape(type_), "label": _TEXT, "hit": hit}
        if self.some(4) and type_.kind != "set":
            found["when"] = self.when()
        if self.some(6):
            found["informative"] = True
        return {**found, "rows": self.rows(then, hit)}

    # --- the item -----------------------------------------------------------------------------------------

    def _item(self) -> Plain:
        item: Plain = {"item": ITEM, "name": _TEXT, "serves": ["citizen"], "from": str(FROM)}
        conclusions: Plain = {}
        for index in self.many(3):
            type_ = self.draw(st.sampled_from(_CONCLUDED))
            conclusions[f"c.{'xyz'[index]}"] = shape = self._conclusion(type_)
            optional = "when" in shape
            self.types[f"c.{'xyz'[index]}"] = Type(type_.kind, type_.unit, type_.values, optional=optional)
        item["conclusions"] = conclusions
        item["requirements"] = [one for _ in self.many(3) for one in self._requirement()]
        item["offices"] = self._offices()
        item["intake"] = self._intake()
        item |= self._procedure(sorted(item["offices"]))
        item["materials"] = [one for _ in self.many(2) for one in self._named("paper")]
        item["not_required"] = [one for _ in self.many(1) for one in self._named("no-paper")]
        item["amounts"] = self._amounts()
        item["notices"] = [
            {"id": self.new("notice"), "say": _TEXT, "law": self.law(), **self.sometimes()}
            for _ in self.many(2)
        ]
        return {key: value for key, value in item.items() if value not in ({}, [])}

    def _requirement(self) -> list[Plain]:
        otherwise = self.draw(st.sampled_from(("ineligible", "out_of_scope", "refer_to_person")))
        rule = {"id": self.new("requirement"), "holds": self.when(), "else": otherwise, "law": self.law()}
        concerns = {"when": self.when()} if self.some(4) else {}
        return self._dated({**rule, **concerns}, lambda: {"holds": self.when()})

    def _offices(self) -> Plain:
        def then() -> Any:
            return self.draw(st.sampled_from(("move.to_place", *_PLACES, "refer_to_person")))

        names = ["competent", *(["sender"] if self.some(3) else [])]
        return {name: {"function": "office", "rows": self.rows(then, "first")} for name in names}

    def _intake(self) -> list[Plain]:
        at = {"id": "at-office", "at": "competent", "channels": ["window"], "law": self.law()}
        anywhere = {"id": "anywhere", "anywhere_in": ["970000", "980000"], "function": "office"}
        also = [{**anywhere, "channels": ["window"], "law": self.law(), **self.sometimes()}]
        return [at, *(also if self.some(2) else [])]

    def _procedure(self, roles: list[str]) -> Plain:
        steps: list[Plain] = [{"id": "apply", "actor": "applicant", "name": _TEXT, "law": self.law()}]
        limits: list[Plain] = []
        for _ in self.many(3):
            before = [step["id"] for step in steps]
            actor = self.draw(st.sampled_from([*roles, "intake", "applicant"]))
            after = self.draw(st.lists(st.sampled_from(before), min_size=1, max_size=2, unique=True))
            name = self.new("step")
            step = {"id": name, "actor": actor, "after": after, "name": _TEXT, "law": self.law()}
            steps.append({**step, **self.sometimes(), **({"informative": True} if self.some(5) else {})})
            if self.some(2):
                limits += self._limit(name, before)
        return {"steps": steps, "limits": limits}

    def _limit(self, step: str, before: list[str]) -> list[Plain]:
        kind = self.draw(st.sampled_from(("statutory", "promised")))
        start = self.draw(st.sampled_from(before))
        rule = {"id": self.new("limit"), "step": step, "starts_with": start, "kind": kind, "law": self.law()}
        return self._dated(
            {**rule, "length": self._length(), **self.sometimes()}, lambda: {"length": self._length()}
        )

    def _length(self) -> str:
        unit = self.draw(st.sampled_from(("working_days", "calendar_days", "months")))
        return f"{self.draw(st.integers(0, 30))} {unit}"

    def _named(self, what: str) -> list[Plain]:
        return self._dated({"id": self.new(what), "name": _TEXT, "law": self.law(), **self.sometimes()})

    def _amounts(self) -> list[Plain]:
        sums = sorted(name for name, type_ in self.types.items() if type_.kind == "money")
        rule = {"name": _TEXT, "law": self.law()}
        return [
            {"id": self.new("sum"), "value": self.draw(st.sampled_from(sums)), **rule, **self.sometimes()}
            for _ in (self.many(2) if sums else ())
        ]


def _apart(parts: list[str]) -> list[str]:
    """Return conditions of which exactly one holds: the first, the second without the first …, and none of them."""
    found: list[str] = []
    for index, part in enumerate(parts):
        found.append(" and ".join([*(f"not ({one})" for one in parts[:index]), part]))
    return [*found, " and ".join(f"not ({one})" for one in parts) or "otherwise"]


def _constants(type_: Type) -> st.SearchStrategy[str]:
    if type_.kind == "rate":
        return st.sampled_from(("0", "0.25", "0.5"))
    some = [value for value in _CONSTANTS.get(type_.kind, ()) if value is not NONE and type_.admits(value)]
    return st.sampled_from([written(value, type_) for value in some or _NAMED])


def _shape(type_: Type) -> Plain:
    found: Plain = {"type": type_.kind}
    if type_.unit is not None:
        found["unit"] = type_.unit
    if type_.values is not None:
        named = type_.kind == "enum"
        found["values"] = dict.fromkeys(type_.values, _TEXT) if named else list(type_.values)
    if type_.level is not None:
        found["level"] = type_.level
    if type_.optional:
        found["optional"] = True
    for key, bound in (("min", type_.low), ("max", type_.high)):
        if bound is not None:
            found[key] = bound if type_.kind == "int" else show(bound, type_)
    return found


@cache
def _base(name: str) -> str:
    """Return a file that all drawn rulebooks share: the invented pair of provinces and its one law."""
    return files("crossprov.testing").joinpath("nowhere", name).read_text(encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Writes what occurs twice twice: rule files have no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - whatever it is
        """Return that nothing is to be named."""
        return True


def _as_yaml(data: Any) -> str:
    return yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120
    )
