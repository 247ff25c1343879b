"""What a decision says, as data: for a person (``report``), for a backend (attributes), for the wire (JSON).

Everything that rests on law carries its citations. Texts are in Chinese and English. No name and no identity
number is ever part of a decision.

What ``decide`` returns is decided, but not yet told: a part of it is put into words when it is first read. That
does not show. A decision is equal to one that was read at once, and a copy, also a pickled one, is whole.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeAlias

from crossprov.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossprov.models import Case

Outcome: TypeAlias = Literal["out_of_scope", "ineligible", "refer_to_person", "needs_information", "eligible"]
Confidence: TypeAlias = Literal["read", "read_copy", "recalled", "inferred"]


@dataclass(frozen=True, slots=True)
class LawRef:
    """A citation: number and article, the title, and how sure we are of the text (``none_found``: no law)."""

    citation: str
    title: Text | None
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact with its label and value in words; ``value`` is None if it is not known."""

    name: str
    label: Text
    value: str | None
    shown: Text


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A single fact that, were it otherwise, would turn a "no": its value now and the nearest that would do.

    ``would_do`` is that value as a constant, ``shown`` the same in words; None if no single value is known.
    """

    fact: FactShown
    would_do: str | None
    shown: Text | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A requirement (受理条件) and whether it holds: True, False, or None if that is not known.

    ``name`` says the condition as it should be, ``say`` the reason where it is not met.
    """

    code: str
    name: Text | None
    holds: bool | None
    outcome: Outcome
    say: Text | None
    facts: tuple[FactShown, ...]
    law: tuple[LawRef, ...]
    confidence: Confidence
    near_misses: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a decision table concluded. ``known`` is false while facts are missing.

    ``possible`` lists what is left, and ``others`` says that values not known yet are left as well.

    ``refer`` means that the law we know leaves this to a person; ``applies`` is false where the question
    does not arise (the value is then ``none``).
    """

    name: str
    label: Text
    known: bool
    value: str | None
    shown: Text | None
    possible: tuple[str, ...]
    others: bool
    refer: bool
    applies: bool
    rule: str | None
    say: Text | None
    facts: tuple[FactShown, ...]
    law: tuple[LawRef, ...]
    confidence: Confidence | None
    records: tuple[dict[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeShown:
    """The office of a role, which ``title`` names. ``generic``: the name states the type of office and is no real name.

    ``place`` is the division the rules named; without an office ``undetermined`` says why and ``asks`` what
    would settle it.
    """

    role: str
    title: Text | None
    function: Text
    place: str | None
    division: str | None
    level: str | None
    name: Text | None
    generic: bool
    address: str | None
    phone: str | None
    hours: str | None
    undetermined: str | None
    asks: str | None
    candidates: tuple[str, ...]
    rule: str | None
    say: Text | None
    law: tuple[LawRef, ...]
    notices: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to hand in a case."""

    id: str
    name: Text
    address: str | None = None


@dataclass(frozen=True, slots=True)
class IntakeShown:
    """Who may take the case in (受理). It never moves the power to decide."""

    id: str
    certain: bool
    office: OfficeShown | None
    anywhere_in: tuple[str, ...]
    channels: tuple[Channel, ...]
    say: Text | None
    law: tuple[LawRef, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Due:
    """A time limit of a step. ``day`` is None until the clock can start.

    ``expected``: the clock has not started; the day supposes that the earlier steps take all their time.
    Not ``certain``: whether the limit applies depends on facts that are missing.
    ``provisional``: the day depends on a holiday schedule that is not published yet.
    """

    limit: str
    kind: Literal["statutory", "promised"]
    length: int
    unit: Literal["working_days", "calendar_days", "months"]
    starts_with: str
    started_on: dt.date | None
    day: dt.date | None
    certain: bool
    expected: bool
    provisional: bool
    say: Text | None
    law: tuple[LawRef, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step: who acts, after what, by when.

    ``due`` are its own limits. ``in_time_by`` is the last day on which it can be done if the limits of the
    steps after it are to be kept as well.
    """

    id: str
    name: Text
    actor: str
    office: str | None
    certain: bool
    after: tuple[str, ...]
    done_on: dt.date | None
    due: tuple[Due, ...]
    in_time_by: dt.date | None
    law: tuple[LawRef, ...]
    confidence: Confidence

    @property
    def due_on(self) -> dt.date | None:
        """The earliest of the days by which the step is due."""
        return min((due.day for due in self.due if due.day is not None), default=None)


@dataclass(frozen=True, slots=True)
class MaterialShown:
    """A paper to be shown; not ``certain`` while facts are missing."""

    id: str
    name: Text
    certain: bool
    say: Text | None
    law: tuple[LawRef, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that would change the decision: whose records, or which question to ask."""

    fact: str
    label: Text
    question: Text | None
    places: tuple[str, ...]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class AmountShown:
    """A sum of money in yuan, as text with two decimals.

    ``yuan`` is None for a sum that is due but cannot be calculated until ``missing`` is known; the decision
    itself does not depend on it.
    """

    id: str
    name: Text
    yuan: str | None
    law: tuple[LawRef, ...]
    confidence: Confidence
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know: an adopted reading, a doubt, a gap of the rules."""

    code: str
    text: Text
    certain: bool
    law: tuple[LawRef, ...]


@dataclass(frozen=True, slots=True)
class MadeBy:
    """By which rules, versions and days a decision was made."""

    rulebook: str
    rulebook_hash: str
    language: int
    library: str
    engine: str
    law_on: dt.date
    facts_on: dt.date
    decided_on: dt.date


class Untold(Protocol):
    """What a decision will say, before it is read. It knows no case, only what was found out."""

    def part(self, name: str) -> object:
        """Return one part of the decision in words: always the same for the same name."""
        ...


class _ToldWhenRead:
    """Fields that have no value yet get it from ``Untold`` when they are first read.

    Two threads may both do this; they find the same, so it does not matter whose value stays.
    """

    __slots__ = ("_untold",)

    if not TYPE_CHECKING:  # a type checker knows the fields, and should know nothing else

        def __getattr__(self, name: str) -> object:
            """Return a field that was not read before; only then does Python ask here."""
            if name not in self.__dataclass_fields__:
                said = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(said, name=name, obj=self)
            value = self._untold.part(name)
            object.__setattr__(self, name, value)
            return value


@dataclass(frozen=True, slots=True)
class Decision(_ToldWhenRead):
    """The answer to a case: who decides it and who takes it in, what happens by when, and why.

    Days are ``date``; sums are yuan as text with two decimals; a length of time stands beside its unit. Texts are
    pairs, ``text.zh`` and ``text.en``. Each part carries its ``law``; what the parts hold, ``crossprov.decision`` says.
    """

    item: str
    name: Text
    outcome: Outcome
    reasons: tuple[Reason, ...]
    conclusions: tuple[Conclusion, ...]
    competent: OfficeShown | None
    roles: tuple[OfficeShown, ...]
    intake: tuple[IntakeShown, ...]
    steps: tuple[StepShown, ...]
    materials: tuple[MaterialShown, ...]
    not_required: tuple[MaterialShown, ...]
    amounts: tuple[AmountShown, ...]
    fee: AmountShown | None
    missing: tuple[Missing, ...]
    notices: tuple[Notice, ...]
    made_by: MadeBy

    @classmethod
    def told_by(cls, untold: Untold, **known: object) -> Self:
        """Return a decision with the fields ``known``; ``untold`` tells each of the others when it is read."""
        decision, put = cls.__new__(cls), object.__setattr__
        put(decision, "_untold", untold)
        for name, value in known.items():
            put(decision, name, value)
        return decision

    def conclusion(self, name: str) -> Conclusion:
        """Return a conclusion by name; raise ``KeyError`` if the item has none of that name."""
        for conclusion in self.conclusions:
            if conclusion.name == name:
                return conclusion
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as plain data, as it would be in JSON."""
        plain: dict[str, Any] = as_plain(self)
        return plain

    def record(self, case: Case | Mapping[str, object] | str | bytes, *, key: bytes) -> dict[str, Any]:
        """Return the audit record of this decision, which was made of ``case``: see ``crossprov.record``.

        A decision holds no case, so the case is given once more.
        """
        from crossprov.audit import record  # noqa: PLC0415 - a room above this one; a convenience leads there

        return record(self, case, key=key)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the decision as JSON; Chinese stays readable."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def as_plain(value: object) -> Any:
    """Return a part of a decision, or of what belongs to one, as plain data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, (tuple, list)):
        return [as_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): as_plain(one) for key, one in value.items()}
    return str(value) if isinstance(value, dt.date) else value
