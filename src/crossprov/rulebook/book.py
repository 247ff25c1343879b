"""``Rulebook``: the law of a directory or an installed pack, with how it is to be read and by whose calendar."""

from __future__ import annotations

import os
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crossprov._errors import Problem, RulebookError
from crossprov.places import Offices
from crossprov.rulebook.loading import Law, builtin_rules
from crossprov.rulebook.schema import ChannelsPart
from crossprov.rulebook.shapes import shaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crossprov.calendar import WorkdayCalendar
    from crossprov.places import OfficeDirectory
    from crossprov.rulebook.schema import ChannelShape

PACKS: Final = "crossprov.rulebooks"
ENGINE_VARIABLE: Final = "CROSSPROV_ENGINE"


class Rulebook(Law):
    """The rules that decide cases.

    ``Rulebook.load()`` takes the rules that come with the library, ``Rulebook.load(path)`` those of a
    directory, so rules can be corrected without a release of the code; ``Rulebook.pack(name)`` those of an
    installed package with the entry point ``crossprov.rulebooks``.

    ``engine`` is ``index`` (the default), ``reference``, ``durable`` or ``checked``, see docs/engines.md; the
    environment variable ``CROSSPROV_ENGINE`` chooses where nothing is given. ``directory`` names a backend's
    own offices, ``workdays`` its own calendar. ``functions`` are packages with the Python functions of facts
    that the vocabulary may name.

    A rulebook may be shared by threads. ``hash`` names its files as they were at load. Items are read when they are
    first needed; wrong ones raise ``RulebookError`` then, and ``check`` finds them before.
    """

    def __init__(
        self,
        root: Path,
        *,
        engine: str | None = None,
        directory: OfficeDirectory | None = None,
        workdays: WorkdayCalendar | None = None,
        functions: Sequence[str] = (),
    ) -> None:
        self.engine = engine or os.environ.get(ENGINE_VARIABLE) or "index"
        self.directory, self.workdays, self.functions = directory, workdays, tuple(functions)
        super().__init__(root)

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        engine: str | None = None,
        directory: OfficeDirectory | None = None,
        workdays: WorkdayCalendar | None = None,
        functions: Sequence[str] = (),
    ) -> Rulebook:
        """Load a rulebook; raise ``RulebookError`` with every problem, its file, line and column."""
        root = Path(path) if path is not None else builtin_rules()
        return cls(root, engine=engine, directory=directory, workdays=workdays, functions=functions)

    @classmethod
    def pack(cls, name: str, *, engine: str | None = None) -> Rulebook:
        """Load the rulebook of an installed package; raise ``RulebookError`` if there is none of that name."""
        for entry in entry_points(group=PACKS, name=name):
            return cls.load(Path(str(entry.load()())), engine=engine)
        known = ", ".join(sorted(entry_points(group=PACKS).names)) or "–"
        raise RulebookError([Problem("no_such_pack", {"found": name, "expected": known})])

    @cached_property
    def offices(self) -> Offices:
        """Who acts where, on which day."""
        return Offices(self.region.data, self.divisions, self.directory)

    @cached_property
    def channels(self) -> Mapping[str, ChannelShape]:
        """The ways to hand in a case."""
        return shaped(self.region, ChannelsPart).channels
