"""What a proof of an item read, as one number: an item is proved again only if something of that has changed."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import z3

from crossprov.proof.segments import segments
from crossprov.rulebook.closure import everything_read
from crossprov.rulebook.vocabulary import Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item
    from crossprov.rulebook.lowering import LoweredTable
    from crossprov.rulebook.schema import Rule

_PACKAGE: Final = Path(__file__).parents[1]
_WORDS: Final = {"say", "adopted", "name", "law", "sources", "confidence", "reviewed"}
_TABLES_OF_PLACES: Final = ("divisions.csv", "streets.csv", "region.yaml", "accepted.yaml")


def digest(rulebook: Rulebook, item: Item) -> str:
    """Return the digest of all that proving an item reads: law, places, examples, and the program itself."""
    whole = hashlib.sha256()
    for part in _parts(rulebook, item):
        whole.update(part.encode() + b"\0")
    return whole.hexdigest()


def _parts(rulebook: Rulebook, item: Item) -> Iterator[str]:
    yield program_digest()
    for package in rulebook.functions:
        yield f"{package} {code_digest(package)}"
    yield f"{item.id} {item.shape.serves} {[role.function for role in item.shape.offices.values()]}"
    for segment in segments(item, rulebook):
        yield f"{segment.first} {segment.last}"
        for table in rulebook.lowered(item, segment.first).tables:
            yield table_text(table)
    vocabulary = rulebook.vocabulary
    for name in sorted(everything_read(item, vocabulary)):
        yield f"{name} {item.symbols.facts.get(name)}"
        if name in item.own_facts:
            yield text_of(item.shape.facts[name])
        elif name in vocabulary.facts:
            yield text_of(vocabulary.facts[name].shape)
        elif name in vocabulary.parameters:
            yield text_of(
                [(one.from_, one.through, one.table) for one in vocabulary.parameters[name].versions]
            )
    for name, relation in vocabulary.relations.items():
        yield f"{name} {relation.shape.holds}"
    for file, found in rulebook.digests().items():
        if file in _TABLES_OF_PLACES or file.startswith(f"examples/{item.id}."):
            yield f"{file} {found.hex()}"


def table_text(table: LoweredTable) -> str:
    """Return a lowered table as text: the same text decides the same."""
    source = table.source
    rows = [
        (row.id, row.alternatives, row.then, written.from_, written.through, _stated(written.rule))
        for row, written in zip(table.rows, source.rows, strict=True)
    ]
    return text_of([table.name, table.hit, rows, table.types, source.type, source.each, source.informative])


def _stated(rule: Rule | None) -> object:
    """Return what a rule states besides its condition, without its words."""
    return rule.model_dump(mode="json", exclude=_WORDS) if rule is not None else None


def text_of(value: object) -> str:
    """Return a value as text, whatever the order in which its members were put; where it stands is left out."""
    if isinstance(value, Where):
        return ""
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{text_of(key)}: {text_of(value[key])}" for key in sorted(value, key=str)) + "}"
        )
    if isinstance(value, (frozenset, set)):
        return "{" + ", ".join(sorted(map(text_of, value))) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(text_of, value)) + "]"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [text_of(getattr(value, one.name)) for one in dataclasses.fields(value)]
        return f"{type(value).__name__}({', '.join(fields)})"
    return repr(value)


@cache
def program_digest() -> str:
    """Return the digest of what proves: every line of the library, z3, and the holidays by which it counts."""
    whole = hashlib.sha256(f"{z3.get_version_string()} {version('chinesecalendar')}".encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def code_digest(package: str) -> str:
    """Return the digest of a package with functions of facts: relations are tried on what they make of records."""
    whole, found = hashlib.sha256(), find_spec(package)
    folders = [] if found is None else [Path(one) for one in found.submodule_search_locations or ()]
    alone = [] if found is None or folders or found.origin is None else [Path(found.origin)]
    for path in (*alone, *sorted(path for folder in folders for path in folder.rglob("*.py"))):
        whole.update(path.read_bytes())
    return whole.hexdigest()
