"""The worked examples of a rulebook as pytest tests, one for each example and engine.

The options stand in ``_crossprov_pytest``, which is all that pytest loads where nobody asks for examples.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from crossprov._errors import CrossprovError, default_language
from crossprov.examples import Examined, examine
from crossprov.report import Guide, as_text, guide, place_names
from crossprov.rulebook.book import Rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from pathlib import Path

    from _pytest._code.code import ExceptionInfo, TerminalRepr

    from crossprov.rulebook.item import Item
    from crossprov.rulebook.worked import Worked

_WHY: Final = ("missing", "reasons", "conclusions", "where", "steps")
_LOADED: Final = pytest.StashKey[dict[tuple["Path", "str | None"], Rulebook]]()


class ExamplesFile(pytest.File):
    """A file of worked examples; its items bear the name of the item of the catalogue and of the example."""

    def collect(self) -> Iterator[WorkedExample]:
        """Yield a test for every example of the file and every engine; refuse a rulebook that cannot be read."""
        engines = self.config.getoption("--crossprov-engine") or self.config.getini("crossprov_engines")
        try:
            for engine in engines or [None]:
                yield from self._collected(engine, several=len(engines) > 1)
        except CrossprovError as error:
            raise self.CollectError(error.text()) from None

    def _collected(self, engine: str | None, *, several: bool) -> Iterator[WorkedExample]:
        rulebook = _loaded(self.config, self.path.parent.parent, engine)
        item = rulebook.item(self.path.name.partition(".")[0])
        for worked in rulebook.examples(item.id):
            if worked.where.document.file == f"examples/{self.path.name}":
                name = f"{worked.example.id}-{engine}" if several else worked.example.id
                test: WorkedExample = WorkedExample.from_parent(self, name=f"{item.id}[{name}]")
                test.example = rulebook, item, worked
                yield test


class WorkedExample(pytest.Item):
    """An example; it fails with what was expected, what was decided, and why."""

    example: tuple[Rulebook, Item, Worked]

    def runtest(self) -> None:
        """Decide the example and compare what it states."""
        examined = examine(*self.example)
        if examined.problems:
            raise _DoesNotComeOutError(examined)

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: object = None) -> str | TerminalRepr:
        """Return every difference with its file and line, then the decision with its reasons."""
        if not isinstance(excinfo.value, _DoesNotComeOutError):
            return super().repr_failure(excinfo, style=style)  # type: ignore[arg-type]
        examined, language = excinfo.value.examined, default_language()
        here = os.path.relpath(self.path, self.config.invocation_params.dir)  # as pytest shows its own
        told = "\n".join(replace(one, file=here).text(language) for one in examined.problems)
        if examined.decision is None:
            return told
        rulebook, _, worked = self.example
        assert worked.example.as_of is not None  # INVARIANT: it was decided on that day
        shown = guide(examined.decision, language, place_names(rulebook, worked.example.as_of))
        why = tuple(section for section in shown.sections if section.id in _WHY)
        return f"{told}\n\n{as_text(Guide(shown.title, shown.lead, why, ()))}"

    def reportinfo(self) -> tuple[PathLike[str], int, str]:
        """Return where the example stands; pytest counts lines from 0."""
        where = self.example[2].where
        return self.path, where.document.position(where.path).line - 1, self.name


class _DoesNotComeOutError(Exception):
    """An example does not give what it states."""

    def __init__(self, examined: Examined) -> None:
        super().__init__()
        self.examined = examined


def _loaded(config: pytest.Config, root: Path, engine: str | None) -> Rulebook:
    """Return a rulebook, loaded once for all its files."""
    kept = config.stash.setdefault(_LOADED, {})
    if (root, engine) not in kept:
        functions = config.getini("crossprov_functions")
        kept[root, engine] = Rulebook.load(root, engine=engine, functions=functions)
    return kept[root, engine]
