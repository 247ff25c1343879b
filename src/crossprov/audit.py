"""The audit record of a decision: what was decided, by which rules, of which input, sealed; and deciding it again.

The input itself is not in the record, only a keyed digest (HMAC-SHA-256) of it: a plain hash of an identity number
can be guessed, a keyed one only by who has the key. A second digest, the seal, covers the record, so that any change
of it is noticed. The key is the caller's; it is used and never kept.

A record holds the whole decision, and so the facts that decided. Keep it like the case.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from crossprov._errors import CaseError, Problem
from crossprov.decide import builtin, decide, read_case
from crossprov.json_text import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crossprov.decision import Decision
    from crossprov.models import Case
    from crossprov.rulebook.book import Rulebook

FORMAT: Final = 1
"""The version of this form of a record."""

LEAST_KEY: Final = 32
"""Bytes that a key has at least: as many as the digest."""

MAX_BYTES: Final = 20_000_000
"""Bytes that the text of a record may have: it repeats the facts of a case for each rule that looked at them."""

MOST_SHOWN: Final = 20
_METHOD: Final = "hmac-sha256:"
_SEAL: Final = "seal"
_OTHERWISE_MADE: Final = ("library", "engine", "decided_on")
"""What may differ between two makings of one decision: neither changes what is decided."""

_LOOKED_AT: Final = re.compile(r"(reasons|conclusions)\[[0-9]+\]\.(facts|near_misses)")
"""Where a decision shows which facts were looked at: another engine looks at others before it is sure."""

Verdict: TypeAlias = Literal["same", "differs", "tampered", "other_input", "other_rulebook"]


@dataclass(frozen=True, slots=True)
class Replay:
    """What deciding again gave.

    ``same``; ``differs``, and in which parts of the decision (the first few, as paths); ``tampered``: the record is
    not as it was sealed, or was sealed with another key; ``other_input``: the case is not the one that was decided;
    ``other_rulebook``: these are not the rules by which it was decided (``wanted`` is the hash of those), so nothing
    was decided again.
    """

    verdict: Verdict
    differs: tuple[str, ...] = ()
    wanted: str | None = None


def record(
    decision: Decision, case: Case | Mapping[str, object] | str | bytes, *, key: bytes
) -> dict[str, Any]:
    """Return the record of a decision and of the case of which it was made, as plain data.

    ``key`` has at least 32 bytes; raises ``ValueError`` for a shorter one and ``CaseError`` for what is no case.
    Whether the decision was made of this case is the caller's to know; ``replay`` finds out.
    """
    result = decision.to_dict()
    head = {"record": FORMAT, "input": _digest(key, "input", _input(case)), "made_by": result.pop("made_by")}
    body = {**head, "decision": result}
    return {**body, _SEAL: _digest(key, _SEAL, body)}


def replay(
    record: Mapping[str, object] | str | bytes,
    case: Case | Mapping[str, object] | str | bytes,
    *,
    key: bytes,
    rulebook: Rulebook | None = None,
) -> Replay:
    """Decide a case again and compare it with the record of its decision.

    Raises ``CaseError`` for what is no JSON object or no case, and for a record that was sealed in another format,
    ``ValueError`` for a key that is too short, and what ``decide`` raises.
    """
    body, told_input = _read(record), _digest(key, "input", _input(case))
    seal, said = body.pop(_SEAL, None), body.get("record")
    number = said if type(said) is int else FORMAT
    try:
        wanted = _digest(key, _SEAL, body, number)
    except (ValueError, RecursionError):  # nothing that was sealed could be so
        return Replay("tampered")
    if not _agree(seal, wanted):
        return Replay("tampered")
    if said != FORMAT:  # as it was sealed, so nobody has changed the number
        raise CaseError([Problem("record_of_other_format", {"found": str(number), "expected": str(FORMAT)})])
    if not _agree(body["input"], told_input):
        return Replay("other_input")
    made_by, told, law = body["made_by"], body["decision"], rulebook or builtin()
    if made_by["rulebook_hash"] != law.hash:
        return Replay("other_rulebook", wanted=made_by["rulebook_hash"])
    again = _again(case, law, made_by, told["item"])
    one_engine = made_by["engine"] == again["made_by"]["engine"]
    before, now = (
        {**made, "made_by": _without(made["made_by"])} for made in ({**told, "made_by": made_by}, again)
    )
    found = tuple(path for path in _differences("", before, now) if one_engine or not _LOOKED_AT.match(path))
    return Replay("differs", found[:MOST_SHOWN]) if found else Replay("same")


def canonical_json(data: object) -> bytes:
    """Return data as JSON of one form only: sorted keys, no spaces, UTF-8.

    For data without fractions, which records never hold, this is the form of RFC 8785. Raises ``ValueError`` for
    what JSON cannot say in one way.
    """
    _refuse_ambiguous(data)
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def _refuse_ambiguous(data: object) -> None:
    if isinstance(data, dict):
        if not all(isinstance(name, str) for name in data):
            raise ValueError("keys should be texts")
        for one in data.values():
            _refuse_ambiguous(one)
    elif isinstance(data, (list, tuple)):
        for one in data:
            _refuse_ambiguous(one)
    elif data is not None and not isinstance(data, (str, int)):
        raise ValueError("only texts, whole numbers, truth values, lists and objects have one form")


def _input(case: Case | Mapping[str, object] | str | bytes) -> dict[str, Any]:
    """Return a case as it was read: whatever way it was written, one case is one input."""
    return read_case(case).model_dump(mode="json", exclude_none=True)


def _digest(key: bytes, about: str, data: object, number: int = FORMAT) -> str:
    """Return the keyed digest of data; what it is about goes in, so no digest can stand for another.

    ``number`` is that of the format. The first line is to stay in every format, so that the seal of another can be
    told from a broken one.
    """
    if not isinstance(key, (bytes, bytearray)) or len(key) < LEAST_KEY:
        raise ValueError(f"a key has at least {LEAST_KEY} bytes")
    words = f"crossprov record {number} {about}\n".encode() + canonical_json(data)
    return _METHOD + hmac.new(key, words, "sha256").hexdigest()


def _agree(found: object, wanted: str) -> bool:
    """Compare a digest in a time that tells nothing of how much of it was right."""
    return isinstance(found, str) and hmac.compare_digest(found.encode("utf-8", "replace"), wanted.encode())


def _read(record: Mapping[str, object] | str | bytes) -> dict[str, Any]:
    """Return a record as plain data; what it holds is looked at only when its seal was found good.

    A text is read strictly: of one that says a key twice, two readers could read two records.
    """
    raw = record.encode("utf-8", "replace") if isinstance(record, str) else record
    if isinstance(raw, bytes):
        try:
            return read_object(raw, max_bytes=MAX_BYTES)
        except CaseError:
            raise CaseError([Problem("record_unreadable")]) from None
    if not isinstance(raw, dict):
        raise CaseError([Problem("record_unreadable")])
    return dict(raw)


def _again(
    case: Case | Mapping[str, object] | str | bytes, law: Rulebook, made_by: Mapping[str, str], item: str
) -> dict[str, Any]:
    law_on, facts_on = (dt.date.fromisoformat(made_by[name]) for name in ("law_on", "facts_on"))
    return decide(case, law, item=item, law_on=law_on, facts_on=facts_on).to_dict()


def _without(made_by: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made_by.items() if name not in _OTHERWISE_MADE}


def _differences(path: str, one: Any, other: Any) -> Iterator[str]:
    """Yield the path of every place in which two pieces of plain data differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            below = f"{path}.{name}" if path else name
            yield from _differences(below, one.get(name), other.get(name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{path}[{index}]", first, second)
    elif one != other:
        yield path
