"""Parts that several items share, written once and taken over by each item that names them under ``uses``.

An item is woven before it is read: what its fragments hold comes first, in the order in which they are named,
then what the item itself states. Whatever is wrong in a part is reported where that part was written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crossprov._errors import RulebookError
from crossprov.rulebook.schema import FragmentsFile, Parts
from crossprov.rulebook.shapes import shaped
from crossprov.rulebook.symbols import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crossprov._errors import Problem
    from crossprov.rulebook.source import Document, Path_

USES: Final = "uses"
_SECTIONS: Final = tuple(Parts.model_fields)
_FRAGMENTS: Final = "fragments"

Fragments: TypeAlias = "Mapping[str, tuple[Document, Path_]]"
"""Each fragment by its name: the document it stands in, and where."""


def read_fragments(documents: Iterable[Document]) -> dict[str, tuple[Document, Path_]]:
    """Return the fragments of all files; raise ``RulebookError`` with every problem found."""
    found: dict[str, tuple[Document, Path_]] = {}
    problems: list[Problem] = []
    for document in documents:
        try:
            names = shaped(document, FragmentsFile).fragments
        except RulebookError as error:
            problems += error.problems
            continue
        for name in names:
            path: Path_ = (_FRAGMENTS, name)
            if name in found:
                problems.append(document.key_problem("name_taken", path, found=name))
            found[name] = (document, path)
    if problems:
        raise RulebookError(problems)
    return found


def weave(document: Document, fragments: Fragments) -> Document:
    """Return an item's document with the parts of the fragments it uses; raise ``RulebookError``.

    What has not the shape of an item is left as it is: reading the shape will say so.
    """
    data = document.data
    uses = data.get(USES) if isinstance(data, dict) else None
    if not isinstance(uses, list) or not all(isinstance(name, str) for name in uses):
        return document
    problems: list[Problem] = []
    for index, name in enumerate(uses):
        if name not in fragments:
            said = {"found": name, "expected": closest(name, fragments)}
            problems.append(document.problem("unknown_fragment", (USES, index), **said))
        elif name in uses[:index]:
            problems.append(document.problem("name_taken", (USES, index), found=name))
    if problems:
        raise RulebookError(problems)
    woven = _Weaving(document)
    for name in uses:
        woven.take(*fragments[name])
    woven.take(document, ())
    if woven.problems:
        raise RulebookError(woven.problems)
    return replace(document, data={**data, **woven.sections}, grafts=woven.grafts)


class _Weaving:
    """The sections of an item as they grow, and where each part of them was written."""

    def __init__(self, item: Document) -> None:
        self.item = item
        self.sections: dict[str, Any] = {}
        self.grafts: dict[Path_, tuple[Document, Path_]] = {}
        self.problems: list[Problem] = []

    def take(self, document: Document, start: Path_) -> None:
        """Add the sections that stand below ``start`` in a document."""
        here: Any = document.data
        for part in start:
            here = here[part]
        for section in _SECTIONS:
            if section in here:
                self._section(section, here[section], document, (*start, section))

    def _section(self, name: str, added: Any, document: Document, path: Path_) -> None:
        before = self.sections.get(name)
        if isinstance(added, list) and isinstance(before, list | None):
            grown = self.sections[name] = [*(before or ()), *added]
            for index in range(len(added)):
                self.grafts[name, len(grown) - len(added) + index] = (document, (*path, index))
        elif isinstance(added, dict) and isinstance(before, dict) and name != "fee":
            for key in added:
                if key in before:
                    self.problems.append(document.key_problem("name_taken", (*path, key), found=key))
                self.grafts[name, key] = (document, (*path, key))
            self.sections[name] = {**before, **added}
        elif before is not None:
            self.problems.append(document.key_problem("name_taken", path, found=name))
        else:
            self.sections[name] = added
            self.grafts[(name,)] = (document, path)
