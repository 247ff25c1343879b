"""All pages of a rulebook: one for each item and the lists that lead to them, in both languages.

They are written by the rules of one day, so that the same rules give the same pages; a test compares those in
``docs/`` with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crossprov.assembly.show import text_of
from crossprov.report import markdown
from crossprov.report.asked import asked_for, declared, type_in_words
from crossprov.report.item import provenance
from crossprov.report.item_page import item_page
from crossprov.report.markdown import link, plain
from crossprov.report.trace import whence
from crossprov.report.words import Words
from crossprov.texts import LANGUAGES, Text, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from crossprov.decide import Decider
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.schema import FactShape, RecordsShape

FOLDER: Final = "items"
"""Where the pages of a language lie in its folder."""


def pages(decider: Decider, day: dt.date) -> dict[str, str]:
    """Return every page by its path, ``zh/items/NAME.md``, by the rules in force on ``day``."""
    items = list(decider.rulebook.items())
    found: dict[str, str] = {}
    for language in LANGUAGES:
        lists = _Lists(decider, items, day, language)
        written = {
            "index": lists.index(),
            "life-events": lists.events(),
            "facts": lists.facts(),
            "catalogue": lists.catalogue(),
        }
        for name, lines in written.items():
            found[f"{language}/{FOLDER}/{name}.md"] = "\n".join((*lines, *lists.generated())) + "\n"
        for item in items:
            found[f"{language}/{FOLDER}/{item.id}.md"] = item_page(decider, item, day, language)
    return found


def write_pages(found: dict[str, str], folder: Path) -> int:
    """Write pages into ``folder``, which is made if need be; return how many. Raises ``OSError``."""
    for name, page in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.encode())
    return len(found)


def stale(found: dict[str, str], folder: Path) -> list[str]:
    """Return the names of the pages in ``folder`` that are missing, superfluous or not current."""
    there = {
        path.relative_to(folder).as_posix(): path
        for language in LANGUAGES
        for path in (folder / language / FOLDER).glob("*.md")
    }
    wanted = {name: page.encode() for name, page in found.items()}
    return sorted(name for name in there.keys() | wanted.keys() if _read(there.get(name)) != wanted.get(name))


def _read(path: Path | None) -> bytes | None:
    try:
        return None if path is None else path.read_bytes()
    except OSError:  # a directory of that name, or nothing to be read: not what is wanted in any case
        return b""


class _Lists:
    """The pages that lead to the items, in one language."""

    def __init__(self, decider: Decider, items: list[Item], day: dt.date, language: str) -> None:
        self.law, self.items, self.day, self.language = decider.rulebook, items, day, language

    def generated(self) -> Iterator[str]:
        """What every list ends with."""
        yield from ("", "---", "")
        yield self._say("generated", day=self.day, rulebook=self.law.identity.id)

    def index(self) -> Iterator[str]:
        """All items, and the way to the other lists."""
        yield from (f"# {self._say('index_title')}", "", self._say("index_about"), "")
        for key, name in (
            ("by_event", "life-events"),
            ("all_facts", "facts"),
            ("the_catalogue", "catalogue"),
        ):
            yield f"- {link(self._say(key), f'{name}.md')}"
        yield from ("", f"## {self._say('joint')}", "")
        head = [self._say(key) for key in ("number", "item")]
        yield from markdown.table(head, map(self._line, self._listed("joint")))
        related = self._listed("related")
        if related:
            yield from ("", f"## {self._say('related')}", "", self._say("related_about"), "")
            yield from (f"- {self._line(item)[1]}" for item in related)
        yield from ("", "```{toctree}", ":hidden:", "", "life-events", "facts", "catalogue")
        yield from (*(item.id for item in self.items), "```")

    def _line(self, item: Item) -> tuple[str, str]:
        shape = item.shape
        who = text("report.comma", self.language).join(
            text(f"report.serves_{one}", self.language) for one in shape.serves
        )
        told = who
        if shape.mode is not None:
            mode = self._of(text_of(shape.mode))
            told = text("report.pair", self.language, label=who, value=mode)
        return str(shape.number or ""), f"{self._link(item)}<br>{plain(told)}"

    def events(self) -> Iterator[str]:
        """The items by what happened to a person."""
        yield from (f"# {self._say('events_title')}", "", self._say("events_about"))
        for name, words in self.law.life_events.items():
            yield from self._found(
                self._of(text_of(words)), [one for one in self.items if name in one.shape.life_events]
            )
        yield from self._found(
            self._say("events_rest"), [one for one in self.items if not one.shape.life_events]
        )

    def _found(self, heading: str, items: list[Item]) -> Iterator[str]:
        if items:
            yield from ("", f"## {plain(heading)}", "")
        for item in items:
            summary = item.shape.summary
            yield f"- {self._link(item)}" + (
                "" if summary is None else f"<br>{plain(self._of(text_of(summary)))}"
            )

    def facts(self) -> Iterator[str]:
        """Everything that the rules may ask for."""
        asked, shapes = asked_for(self.law, self.items), declared(self.law)
        yield from (f"# {self._say('facts_title')}", "", self._say("facts_about", n=len(asked)))
        domains: dict[str, list[str]] = {}
        for name in asked:
            domains.setdefault(name.partition(".")[0], []).append(name)
        for domain, names in domains.items():
            yield from ("", f"## {domain}", "")
            for name in names:
                yield from self._fact(name, shapes[name], asked[name])

    def _fact(self, name: str, shape: FactShape | RecordsShape, items: tuple[Item, ...]) -> Iterator[str]:
        yield f"- {plain(self._of(text_of(shape.question or shape.label)))}"
        told = {
            "fact_name": f"`{name}`",
            "fact_label": plain(self._of(text_of(shape.label))),
            "fact_type": f"`{type_in_words(shape)}`",
            "fact_where": plain(whence(shape, self.language)),
            "fact_items": self._users(items),
        }
        for key, words in told.items():
            yield f"  - {text('report.pair', self.language, label=self._say(key), value=words)}"

    def _users(self, items: tuple[Item, ...]) -> str:
        if len(items) == len(self.items):
            return self._say("every_item")
        return text("report.separator", self.language).join(map(self._link, items))

    def catalogue(self) -> Iterator[str]:
        """Each line of the catalogue, how sure it is, and why it is there."""
        yield from (f"# {self._say('catalogue_title')}", "", self._say("catalogue_about"), "")
        counts = {kind: len(self._listed(kind)) for kind in ("joint", "related")}
        yield from (self._say("catalogue_counts", **counts), "", self._say("catalogue_replace"))
        for kind in ("joint", "related"):
            if self._listed(kind):
                yield from ("", f"## {self._say(kind)}", "")
            for item in self._listed(kind):
                yield from self._reasons(item)

    def _reasons(self, item: Item) -> Iterator[str]:
        mark = "-" if item.shape.number is None else f"{item.shape.number}."
        yield f"{mark} {self._link(item)}"
        why = item.shape.provenance
        if why is not None:
            found = provenance(why, Words(self.language, (), None))
            indent = " " * (len(mark) + 1)
            yield from (f"{indent}- {plain(words)}" for words in (found.words, *found.notes))

    def _listed(self, kind: str) -> list[Item]:
        return [item for item in self.items if item.shape.catalogue == kind]

    def _link(self, item: Item) -> str:
        return link(self._of(text_of(item.shape.name)), f"{item.id}.md")

    def _of(self, words: Text) -> str:
        return words.in_(self.language)

    def _say(self, key: str, **values: object) -> str:
        return text(f"page.{key}", self.language, **values)
