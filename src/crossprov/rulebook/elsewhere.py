"""The same rulebook in another process, here or on another machine of a cluster.

What travels is where the rules are, not the rules; they are loaded there, once, and must be the same.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crossprov._errors import CaseError, Problem, RulebookError
from crossprov.rulebook.book import Rulebook
from crossprov.rulebook.loading import builtin_rules

if TYPE_CHECKING:
    from crossprov.calendar import WorkdayCalendar
    from crossprov.places import OfficeDirectory


@dataclass(frozen=True, slots=True)
class RulebookSource:
    """Where another process finds a rulebook, and by which hash it knows that it found the same.

    ``root`` is a directory that must be there too, or None: the rules that come with the library, wherever it is
    installed there.
    """

    root: str | None
    hash: str
    engine: str
    functions: tuple[str, ...]
    directory: OfficeDirectory | None
    workdays: WorkdayCalendar | None

    @classmethod
    def of(cls, rulebook: Rulebook) -> RulebookSource:
        """Return the source of a rulebook; raise ``CaseError`` if a part of it cannot go to another process."""
        root = rulebook.root.resolve()
        found = cls(
            None if root == builtin_rules().resolve() else str(root), rulebook.hash, rulebook.engine,
            rulebook.functions, rulebook.directory, rulebook.workdays,
        )  # fmt: skip
        for name in ("directory", "workdays"):
            try:
                pickle.dumps(getattr(found, name))
            except Exception:  # noqa: BLE001 - pickle raises whatever the object raises
                raise CaseError([Problem("not_for_workers", {"found": name})]) from None
        return found

    def load(self) -> Rulebook:
        """Return the rulebook, loaded once a process; raise ``RulebookError`` if its files are others."""
        key = pickle.dumps(self)
        found = _loaded.get(key)
        if found is None:
            found = _loaded[key] = self._load()
        return found

    def _load(self) -> Rulebook:
        found = Rulebook.load(
            self.root, engine=self.engine, functions=self.functions,
            directory=self.directory, workdays=self.workdays,
        )  # fmt: skip
        if found.hash != self.hash:
            raise RulebookError([Problem("rules_changed", {"found": found.root.name})])
        return found


_loaded: Final[dict[bytes, Rulebook]] = {}
