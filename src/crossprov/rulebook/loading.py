"""Loading a rulebook: its files, its checks, and its items one by one when they are first asked for."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from crossprov._errors import Problem, RulebookError, UnknownItemError, shown
from crossprov.places import Divisions
from crossprov.rulebook.compile import compile_item
from crossprov.rulebook.expression import ExpressionError
from crossprov.rulebook.fragments import read_fragments, weave
from crossprov.rulebook.lowering import LoweredItem, absent_conclusions, lower
from crossprov.rulebook.reading import SharedParts, circles, read_instruments
from crossprov.rulebook.schema import (
    AcceptedFile,
    DoubtsFile,
    InstrumentsFile,
    ItemFile,
    LifeEventsFile,
    ParametersFile,
    RulebookFile,
    RulebookId,
    Shape,
    VocabularyFile,
)
from crossprov.rulebook.shapes import shaped
from crossprov.rulebook.source import Document, parse_yaml, read_bytes, require_file
from crossprov.rulebook.symbols import closest
from crossprov.rulebook.vocabulary import Where
from crossprov.rulebook.worked import Worked, read_examples

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from crossprov.rulebook.fragments import Fragments
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.law import Instruments
    from crossprov.rulebook.parameters import Parameter
    from crossprov.rulebook.schema import Accepted, Doubt, Text
    from crossprov.rulebook.source import Path_

MAX_FILES: Final = 2_000
_DOUBTS: Final = "doubts.yaml"
_ACCEPTED: Final = "accepted.yaml"
_LIFE_EVENTS: Final = "life-events.yaml"

S = TypeVar("S", bound=Shape)


def builtin_rules() -> Path:
    """Return the directory of the rules that come with the library."""
    installed = Path(str(files("crossprov"))) / "rules"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "rules"


class Law:
    """The law of a rulebook, loaded from a directory: what the rules say, and nothing of any case.

    Items are read when first asked for, so that a large catalogue costs nothing to those who need one item.
    Raises ``RulebookError`` with every problem found, each with its file, line and column.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()  # items are read late, and a service may have gone elsewhere by then
        if not root.is_dir():
            raise RulebookError([Problem("no_rulebook_here", {"found": root.name})])
        problems: list[Problem] = []
        self._digests = {path: _digest(path, self._name(path)) for path in self._files()}
        self.identity = self._identity()
        self.instruments = self._instruments(problems)
        facts = self._shaped(self._folder("vocabulary"), VocabularyFile, problems)
        parameters = self._shaped(self._folder("parameters"), ParametersFile, problems)
        if problems:  # what could not be read would be missed everywhere
            raise RulebookError(problems)
        self.vocabulary = SharedParts(self.instruments, problems).vocabulary(facts, parameters)
        if problems:
            raise RulebookError(problems)
        self.kept: dict[str, object] = {}  # what readers of the law keep for all cases
        self._items: dict[str, Item] = {}
        self._worked: dict[str, tuple[Worked, ...]] = {}
        self._lowered: dict[tuple[str, int, str | None], LoweredItem] = {}

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """All dated values of law."""
        return self.vocabulary.parameters

    # --- items ------------------------------------------------------------------------------------

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of all items; an item stands in the file of its name."""
        return tuple(sorted(path.stem for path in (self.root / "items").glob("*.yaml")))

    def item(self, name: str) -> Item:
        """Return an item by its id or by the official 事项编码; raise ``UnknownItemError``."""
        if name in self._items:
            return self._items[name]
        if name in self.item_ids:
            found = self._items[name] = self._read_item(name)
            return found
        by_code = next((item for item in self.items() if name in item.shape.codes.values()), None)
        if by_code is None:
            said = {"found": shown(name), "expected": closest(name, self.item_ids)}
            raise UnknownItemError([Problem("unknown_item", said)])
        return by_code

    def items(self) -> Iterator[Item]:
        """Yield every item, in the order of the catalogue."""
        everything = [self.item(name) for name in self.item_ids]
        return iter(sorted(everything, key=_place_in_catalogue))

    def lowered(self, item: Item, day: dt.date, kind: str | None = None) -> LoweredItem:
        """Return the rules of an item in force on ``day`` (only tables of ``kind``, if one is named).

        Days between two changes of law share them.
        """
        key = (item.id, bisect_right(item.changes, day), kind)
        found = self._lowered.get(key)
        if found is None:
            made = lower(item, day, self.parameters, kind)
            found = self._lowered.setdefault(key, made)  # two threads keep one
        return found

    def examples(self, name: str) -> tuple[Worked, ...]:
        """Return the worked examples of an item: those of ``examples/NAME.yaml`` and ``examples/NAME.*.yaml``."""
        found = self._worked.get(name)
        if found is None:
            paths = [path for path in self._folder("examples") if _item_of(path) == name]
            documents = [self._late(self._name(path)) for path in paths]
            found = self._worked[name] = read_examples(documents)
        return found

    @cached_property
    def _fragments(self) -> Fragments:
        return read_fragments(self._late(self._name(path)) for path in self._folder("fragments"))

    def _read_item(self, name: str) -> Item:
        document = weave(self._late(f"items/{name}.yaml"), self._fragments)
        shape = shaped(document, ItemFile)
        if shape.item != name:
            problem = document.problem("item_file_name", ("item",), found=shape.item, expected=name)
            raise RulebookError([problem])
        if shape.catalogue == "related" and shape.number is not None:
            found = str(shape.number)
            raise RulebookError([document.problem("number_of_related", ("number",), found=found)])
        self._check_life_events(shape, document)
        return compile_item(shape, Where(document, ()), self.vocabulary, self.instruments)

    def _check_life_events(self, shape: ItemFile, document: Document) -> None:
        problems = []
        for index, name in enumerate(shape.life_events):
            if name not in self.life_events:
                said = {"found": name, "expected": closest(name, self.life_events)}
                problems.append(document.problem("unknown_life_event", ("life_events", index), **said))
        if problems:
            raise RulebookError(problems)

    # --- what else a rulebook holds ---------------------------------------------------------------

    @cached_property
    def divisions(self) -> Divisions:
        """The administrative divisions with their days."""
        names = ("divisions.csv", "streets.csv")
        for name in names:
            if name == "divisions.csv" or (self.root / name).exists():
                require_file(self.root / name, name)
        self._unchanged(*(self.root / name for name in names))
        found = Divisions.load(self.root)
        self._unchanged(*(self.root / name for name in names))  # nor did they change while they were read
        return found

    @cached_property
    def region(self) -> Document:
        """``region.yaml``: the two provinces, who acts at which level, channels."""
        return self._late("region.yaml")

    @cached_property
    def life_events(self) -> Mapping[str, Text]:
        """``life-events.yaml``: what happens to people, in the order in which it is shown; there need not be any."""
        if not (self.root / _LIFE_EVENTS).exists():
            return {}
        return shaped(self._late(_LIFE_EVENTS), LifeEventsFile).life_events

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """``doubts.yaml``: what is not settled and hangs on no single rule; a rulebook need not have any."""
        if not (self.root / _DOUBTS).exists():
            return ()
        document = self._late(_DOUBTS)
        found = shaped(document, DoubtsFile).doubts
        problems: list[Problem] = []
        for index, doubt in enumerate(found):
            if any(doubt.id == other.id for other in found[:index]):
                problems.append(document.problem("name_taken", ("doubts", index, "id"), found=doubt.id))
            for position, name in enumerate(doubt.items):
                if name not in self.item_ids:
                    said = {"found": name, "expected": closest(name, self.item_ids)}
                    path: Path_ = ("doubts", index, "items", position)
                    problems.append(document.problem("unknown_item", path, **said))
        if problems:
            raise RulebookError(problems)
        return found

    @cached_property
    def accepted(self) -> tuple[Accepted, ...]:
        """``accepted.yaml``: what the proof finds and may be so; a rulebook need not have any."""
        if not (self.root / _ACCEPTED).exists():
            return ()
        document = self._late(_ACCEPTED)
        found = shaped(document, AcceptedFile).accepted
        problems: list[Problem] = []
        for index, one in enumerate(found):
            if one.item not in self.item_ids:
                said = {"found": one.item, "expected": closest(one.item, self.item_ids)}
                problems.append(document.problem("unknown_item", ("accepted", index, "item"), **said))
        if problems:
            raise RulebookError(problems)
        return found

    @cached_property
    def hash(self) -> str:
        """A SHA-256 over all rule files as they were when the rulebook was loaded.

        A file that has changed since is refused when it is read, so a decision is made by the rules of this hash.
        """
        whole = hashlib.sha256()
        for path, digest in self._digests.items():
            whole.update(self._name(path).encode() + b"\0" + digest)
        return whole.hexdigest()

    def digests(self) -> Mapping[str, bytes]:
        """Return the digest of every rule file as it was when the rulebook was loaded, by its name."""
        return {self._name(path): digest for path, digest in self._digests.items()}

    def check(self) -> list[Problem]:
        """Read everything, also what is otherwise read late; return every problem."""
        problems: list[Problem] = []
        for name, fact in self.vocabulary.facts.items():
            if fact.shape.formula is not None:
                try:
                    self.vocabulary.formula(name)
                except ExpressionError as error:
                    problems.append(fact.where.at("formula").of(error))
        for name, relation in self.vocabulary.relations.items():
            try:
                self.vocabulary.relation(name)
            except ExpressionError as error:
                problems.append(relation.where.at("holds").of(error))
        if not problems:
            problems += circles(self.vocabulary)
        used: set[str] = set()
        for name in self.item_ids:
            try:
                item = self.item(name)
                used.update(item.shape.uses)
                self._check_item(item)
                self.examples(name)
            except RulebookError as error:  # what is wrong in a fragment is found by every item that uses it
                problems += [problem for problem in error.problems if problem not in problems]
        try:
            _ = self.doubts, self.accepted, self.life_events
        except RulebookError as error:
            problems += error.problems
        return problems or [*self._unused(used), *self._strays()]

    def _unused(self, used: set[str]) -> Iterator[Problem]:
        for name, (document, path) in self._fragments.items():
            if name not in used:
                yield document.key_problem("fragment_unused", path, found=name)

    def _strays(self) -> Iterator[Problem]:
        """Examples of no item would never be run."""
        for path in self._folder("examples"):
            if _item_of(path) not in self.item_ids:
                said = {"found": _item_of(path), "expected": closest(_item_of(path), self.item_ids)}
                yield Problem("unknown_item", said, self._name(path))

    def _check_item(self, item: Item) -> None:
        problems: dict[object, Problem] = {}
        for day in item.changes:
            if item.in_force(day):
                for problem in absent_conclusions(self.lowered(item, day)):
                    problems.setdefault((problem.path, problem.params["found"]), problem)
        if problems:
            raise RulebookError(problems.values())

    # --- reading ----------------------------------------------------------------------------------

    def _late(self, name: str) -> Document:
        """Read a file that was not needed until now."""
        return self._document(self.root / name)

    def _document(self, path: Path) -> Document:
        """Read a file as it was when the rulebook was loaded; raise ``RulebookError`` if it has changed since."""
        name = self._name(path)
        raw = read_bytes(path, name)
        if self._digests.get(path) != hashlib.sha256(raw).digest():
            raise RulebookError([Problem("rules_changed", {"found": name}, name)])
        return parse_yaml(raw, name)

    def _unchanged(self, *paths: Path) -> None:
        """Raise ``RulebookError`` if a file is not what it was when the rulebook was loaded."""
        for path in paths:
            name = self._name(path)
            if self._digests.get(path) != (_digest(path, name) if path.is_file() else None):
                raise RulebookError([Problem("rules_changed", {"found": name}, name)])

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _files(self) -> list[Path]:
        found = [path for kind in ("*.yaml", "*.csv") for path in self.root.rglob(kind) if path.is_file()]
        if len(found) > MAX_FILES:
            raise RulebookError([Problem("too_many_files", {"limit": str(MAX_FILES)}, self.root.name)])
        return sorted(found)

    def _identity(self) -> RulebookId:
        return shaped(self._document(self.root / "rulebook.yaml"), RulebookFile).rulebook

    def _instruments(self, problems: list[Problem]) -> Instruments:
        paths = [self.root / "instruments.yaml", *self._folder("instruments")]
        return read_instruments(self._shaped(paths, InstrumentsFile, problems), problems)

    def _folder(self, name: str) -> list[Path]:
        return sorted((self.root / name).glob("*.yaml"))

    def _shaped(self, paths: list[Path], model: type[S], problems: list[Problem]) -> list[tuple[Document, S]]:
        found: list[tuple[Document, S]] = []
        for path in paths:
            try:
                document = self._document(path)
                found.append((document, shaped(document, model)))
            except RulebookError as error:
                problems += error.problems
        return found


def _item_of(path: Path) -> str:
    """Return the item whose examples a file holds: its name up to the first dot."""
    return path.name.split(".", 1)[0]


def _place_in_catalogue(item: Item) -> tuple[bool, int, str]:
    shape = item.shape
    return shape.catalogue == "related", shape.number or MAX_FILES, item.id


def _digest(path: Path, name: str) -> bytes:
    return hashlib.sha256(read_bytes(path, name)).digest()
