"""What a guide is: a title, a short answer, sections of entries, the provenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crossprov.report.plan import Plan


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a section says: a mark before it, and smaller lines below it."""

    words: str
    mark: str = "•"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide; ``id`` is stable and the same in both languages."""

    id: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that is said, in the order in which it is read; sections without entries are left out.

    ``plan`` has the steps once more, to be drawn.
    """

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    plan: Plan | None = None

    def section(self, name: str) -> Section:
        """Return a section by its id; raise ``KeyError`` if the guide has none of that id."""
        for section in self.sections:
            if section.id == name:
                return section
        raise KeyError(name)
