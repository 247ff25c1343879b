"""Strict reading of ``region.yaml``, given as plain dicts and lists.

Raises ``RulebookError`` with a problem that names the path of the value, what stands there and, by its
code, what would be right.
"""

from __future__ import annotations

import datetime as dt
import string
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, get_args

from crossprov._errors import Problem, RulebookError
from crossprov.places._tables import is_division_code, iso_day
from crossprov.places.region import (
    EVERY_OTHER_PROVINCE,
    Agency,
    Confidence,
    Function,
    Host,
    NameKind,
    OfficeTransition,
    Region,
    Side,
    Span,
    Tier,
    TierVersion,
)
from crossprov.texts import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

T = TypeVar("T")

FILE: Final = "region.yaml"
_TIERS: Final[dict[str, Tier]] = {tier: tier for tier in get_args(Tier)}
_CONFIDENCES: Final[dict[str, Confidence]] = {mark: mark for mark in get_args(Confidence)}
_NAME_FIELDS: Final = frozenset({"province", "parent", "division", "code", "function"})
_NOTICE_FIELDS: Final[dict[str, frozenset[str]]] = {
    "outside_region": frozenset(),
    "partly_moved": frozenset({"division", "target"}),
}


class _Node(NamedTuple):
    """A value and its path, able to say where a fault is."""

    value: Any
    path: str

    def fault(self, code: str) -> RulebookError:
        return RulebookError([Problem(code, {"found": str(self.value)}, FILE, path=self.path)])

    def fields(self, needed: Collection[str], optional: Collection[str] = ()) -> dict[str, _Node]:
        """Return the members of a mapping that must have these keys and no others."""
        members = self.members()
        for key in needed:
            if key not in members:
                raise _Node(key, self.path).fault("region_key_missing")
        for key in members:
            if key not in needed and key not in optional:
                raise _Node(key, self.path).fault("region_key_unknown")
        return members

    def members(self) -> dict[str, _Node]:
        if not isinstance(self.value, dict):
            raise self.fault("region_mapping")
        return {str(key): _Node(value, f"{self.path}.{key}".lstrip(".")) for key, value in self.value.items()}

    def items(self) -> Iterator[_Node]:
        if not isinstance(self.value, list):
            raise self.fault("region_list")
        for number, value in enumerate(self.value):
            yield _Node(value, f"{self.path}[{number}]")

    def string(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.fault("region_text")
        return self.value

    def division_code(self) -> str:
        if not isinstance(self.value, str) or not is_division_code(self.value):
            raise self.fault("region_division_code")
        return self.value

    def one_of(self, choices: Mapping[str, T], code: str) -> T:
        if not isinstance(self.value, str) or self.value not in choices:
            raise self.fault(code)
        return choices[self.value]

    def day(self) -> dt.date:
        try:
            return self.value if isinstance(self.value, dt.date) else iso_day(self.value)
        except (TypeError, ValueError):
            raise self.fault("region_date") from None

    def text(self, placeholders: Collection[str] = ()) -> Text:
        """Return a text pair that uses no placeholder but these."""
        fields = self.fields(("zh", "en"))
        for node in fields.values():
            if not _placeholders(node) <= set(placeholders):
                raise node.fault("region_placeholder")
        return Text(fields["zh"].string(), fields["en"].string())


def read_region(data: Mapping[str, Any]) -> Region:
    """Return the typed form of ``region.yaml``; keys of other readers at the top are left alone."""
    top = _Node(dict(data), "").members()
    for key in ("region", "functions", "office_name", "notices"):
        if key not in top:
            raise _Node(key, "").fault("region_key_missing")
    functions = {name: _function(name, node) for name, node in top["functions"].members().items()}
    agencies = _agencies(top.get("agencies", _Node([], "agencies")), functions)
    return Region(
        sides=tuple(_side(node) for node in top["region"].fields(("sides",))["sides"].items()),
        functions=functions,
        office_name=_office_names(top["office_name"]),
        notices=_notices(top["notices"]),
        transitions=_transitions(top.get("office_transitions", _Node([], "office_transitions"))),
        agencies=agencies,
    )


def _side(node: _Node) -> Side:
    fields = node.fields(("id", "province", "name"))
    return Side(fields["id"].string(), fields["province"].division_code(), fields["name"].text())


def _function(name: str, node: _Node) -> Function:
    fields = node.fields(("name", "law", "confidence"), ("tier", "versions", "from", "through"))
    if ("tier" in fields) == ("versions" in fields):
        raise node.fault("region_tier_or_versions")
    if "versions" in fields:
        for key in ("from", "through"):
            if key in fields:
                raise _Node(key, node.path).fault("region_key_unknown")
    versions: tuple[TierVersion, ...]
    if "tier" in fields:
        versions = (TierVersion(_span(fields), _tiers(fields["tier"])),)
    else:
        versions = tuple(_version(part) for part in fields["versions"].items())
    for i, version in enumerate(versions):
        if any(version.span.overlaps(earlier.span) for earlier in versions[:i]):
            raise fields["versions"].fault("region_versions_overlap")
    law, confidence = _source(fields)
    return Function(name, fields["name"].text(), versions, law, confidence)


def _version(node: _Node) -> TierVersion:
    fields = node.fields(("tier",), ("from", "through"))
    return TierVersion(_span(fields), _tiers(fields["tier"]))


def _tiers(node: _Node) -> dict[str, Tier]:
    tiers: dict[str, Tier] = {}
    for key, tier in node.members().items():
        province = key if key == EVERY_OTHER_PROVINCE else _Node(key, node.path).division_code()
        tiers[province] = tier.one_of(_TIERS, "region_tier")
    return tiers


def _agencies(node: _Node, functions: Collection[str]) -> dict[str, Agency]:
    agencies: dict[str, Agency] = {}
    for part in node.items():
        agency = _agency(part, functions)
        if agency.id in agencies:
            raise _Node(agency.id, node.path).fault("region_agency_twice")
        agencies[agency.id] = agency
    return agencies


def _agency(node: _Node, functions: Collection[str]) -> Agency:
    fields = node.fields(
        ("id", "name", "hosts", "functions", "law", "confidence"), optional=("from", "through")
    )
    hosts = tuple(_host(host) for host in fields["hosts"].items())
    known = {name: name for name in functions}
    exercised = frozenset(f.one_of(known, "region_function") for f in fields["functions"].items())
    law, confidence = _source(fields)
    name = fields["name"].text()
    return Agency(fields["id"].string(), name, hosts, _span(fields), exercised, law, confidence)


def _host(node: _Node) -> Host:
    fields = node.fields(("county",), ("street",))
    return Host(fields["county"].division_code(), fields["street"].string() if "street" in fields else None)


def _transitions(node: _Node) -> tuple[OfficeTransition, ...]:
    found: list[OfficeTransition] = []
    for part in node.items():
        here = _transition(part)
        if any(one.division == here.division and one.span.overlaps(here.span) for one in found):
            raise part.fault("region_versions_overlap")
        found.append(here)
    return tuple(found)


def _transition(node: _Node) -> OfficeTransition:
    fields = node.fields(("division", "from", "through", "acting", "notice", "law", "confidence"))
    acting = tuple(code.division_code() for code in fields["acting"].items())
    law, confidence = _source(fields)
    division, notice = fields["division"].division_code(), fields["notice"].text()
    return OfficeTransition(division, _span(fields), acting, notice, law, confidence)


def _office_names(node: _Node) -> dict[NameKind, Text]:
    kinds: tuple[NameKind, ...] = get_args(NameKind)
    fields = node.fields(kinds)
    return {kind: fields[kind].text(_NAME_FIELDS) for kind in kinds}


def _notices(node: _Node) -> dict[str, Text]:
    fields = node.fields(_NOTICE_FIELDS)
    return {name: fields[name].text(allowed) for name, allowed in _NOTICE_FIELDS.items()}


def _source(fields: Mapping[str, _Node]) -> tuple[str, Confidence]:
    return fields["law"].string(), fields["confidence"].one_of(_CONFIDENCES, "region_confidence")


def _span(fields: Mapping[str, _Node]) -> Span:
    span = Span(
        fields["from"].day() if "from" in fields else None,
        fields["through"].day() if "through" in fields else None,
    )
    if span.from_ and span.through and span.through < span.from_:
        raise fields["through"].fault("region_through_before_from")
    return span


def _placeholders(node: _Node) -> set[str]:
    """Return the placeholders of a text; anything but a plain ``{name}`` is refused."""
    found: set[str] = set()
    try:
        for _, name, spec, conversion in string.Formatter().parse(node.string()):
            if spec or conversion:
                raise node.fault("region_placeholder")
            found |= {name} if name is not None else set()
    except ValueError:
        raise node.fault("region_placeholder") from None
    return found
