"""The guide of a decision: the answer, why, where, the steps with their days, the papers, the laws."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final, TypeVar

from crossprov.decision import Conclusion, Reason
from crossprov.report import parts
from crossprov.report.model import Entry, Guide
from crossprov.report.plan import plan_of
from crossprov.report.words import HASH_SHOWN, PlaceNames, Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from crossprov.changes import Change, ChangeSet
    from crossprov.decision import Decision, FactShown, LawRef, NearMiss, OfficeShown

_Told = TypeVar("_Told", Reason, Conclusion)

_ORDER: Final = (False, None, True)
_WITH_ADVICE: Final = frozenset({"eligible", "needs_information", "refer_to_person"})


def guide(
    decision: Decision,
    language: str,
    places: PlaceNames | None = None,
    changes: Sequence[ChangeSet] = (),
) -> Guide:
    """Return the guide of a decision in ``zh`` or ``en``; ``places`` names codes, as ``place_names`` does.

    ``changes`` is what ``crossprov.changes`` says of the case; then the near misses of single requirements are left
    out, since each set of changes was looked at as a whole.
    """
    return _OfDecision(decision, language, places, changes).guide()


class _OfDecision:
    def __init__(
        self, decision: Decision, language: str, places: PlaceNames | None, changes: Sequence[ChangeSet]
    ) -> None:
        self.decision, self.changes = decision, changes
        moot = {one.name for one in decision.conclusions if not one.applies}
        self.reasons = _without(sorted(decision.reasons, key=lambda one: _ORDER.index(one.holds)), moot)
        self.conclusions = _without([one for one in decision.conclusions if one.applies], moot)
        self.advises = decision.outcome in _WITH_ADVICE
        roles = [one for one in decision.roles if one.undetermined != "none"] if self.advises else []
        self.offices = [*filter(None, [decision.competent]), *roles]
        self.intake = decision.intake if self.advises else ()
        self.papers = decision.not_required if self.advises else ()
        money = (decision.amounts, decision.fee)
        shown = [
            self.reasons,
            self.conclusions,
            self.offices,
            self.intake,
            decision.steps,
            decision.materials,
        ]
        self.words = Words(language, [*shown, self.papers, money, decision.notices], places)

    def guide(self) -> Guide:
        decision, words = self.decision, self.words
        fee = decision.fee if self.advises else None
        sections = (
            words.section("missing", self._missing()),
            words.section("reasons", _reasons(self._reasons(), words)),
            words.section("different", (_different(one, words) for one in self.changes)),
            words.section("conclusions", (_conclusion(one, words) for one in self.conclusions)),
            words.section("where", (*_offices(self.offices, words), *parts.intakes(self.intake, words))),
            words.section("steps", parts.timeline(decision.steps, self._named(), words)),
            words.section("materials", parts.papers(decision.materials, self.papers, words)),
            words.section("money", parts.money(decision.amounts, fee, words)),
            words.section("notices", parts.notices(decision.notices, words)),
            words.law_section(),
        )
        filled = tuple(section for section in sections if section.entries)
        title = words.of(decision.name)
        plan = plan_of(title, decision.steps, self._named(), words)
        return Guide(title, tuple(self._lead()), filled, self._footer(), plan)

    def _lead(self) -> Iterator[str]:
        """The answer, and in one line what it rests on or what to do."""
        decision, words = self.decision, self.words
        yield words.say(f"outcome_{decision.outcome}")
        if decision.outcome == "eligible":
            if decision.competent is not None and decision.competent.name is not None:
                yield words.say("lead_office", office=words.of(decision.competent.name))
            return
        if decision.outcome == "needs_information":
            yield words.say("lead_missing", n=len(decision.missing))
            return
        failed = [one for one in self.reasons if one.holds is False and one.outcome == decision.outcome]
        yield from (words.of(one.say) for one in failed if one.say is not None)
        refer = [words.of(one.label) for one in self.conclusions if one.refer]
        if decision.outcome == "refer_to_person" and refer and not failed:
            yield words.say("lead_refer", labels=words.listed(refer))
        if not decision.reasons:
            yield from (words.of(one.text) for one in decision.notices[:1])

    def _missing(self) -> Iterator[Entry]:
        words = self.words
        for one in self.decision.missing:
            note: tuple[str, ...] = ()
            if one.everywhere:
                note = (words.say("missing_everywhere"),)
            elif one.places:
                note = (words.say("missing_places", places=words.places(one.places)),)
            yield Entry(words.of(one.question or one.label), "?", note)

    def _reasons(self) -> list[Reason]:
        if not self.changes:
            return self.reasons
        return [dataclasses.replace(one, near_misses=()) for one in self.reasons]

    def _named(self) -> dict[str, str]:
        decision, words = self.decision, self.words
        offices = [*filter(None, [decision.competent]), *decision.roles]
        return {one.role: words.of(one.name or one.title or one.function) for one in offices}

    def _footer(self) -> tuple[str, ...]:
        made, words = self.decision.made_by, self.words
        by = words.say(
            "made_by", rulebook=made.rulebook, hash=made.rulebook_hash[:HASH_SHOWN], version=made.library,
            engine=made.engine,
        )  # fmt: skip
        return by, words.say("made_on", law=made.law_on, facts=made.facts_on, decided=made.decided_on)


def _without(told: Iterable[_Told], moot: Collection[str]) -> list[_Told]:
    """Leave out, among the facts that decided, conclusions of tables that do not apply."""
    return [
        dataclasses.replace(one, facts=tuple(fact for fact in one.facts if fact.name not in moot))
        for one in told
    ]


# --- why --------------------------------------------------------------------------------------------------


def _reasons(reasons: Iterable[Reason], words: Words) -> Iterator[Entry]:
    """Requirements that do not hold or are not known; then those that hold."""
    held = []
    for one in reasons:
        if one.holds:
            held.append(one)
        else:
            yield (_failed if one.holds is False else _open)(one, words)
    yield from _held([one for one in held if one.name is not None], words)
    yield from _nameless([one for one in held if one.name is None], words)


def _held(reasons: Iterable[Reason], words: Words) -> Iterator[Entry]:
    """Requirements that hold, with the facts behind them; a fact is told where it first counts."""
    told: set[str] = set()
    for one in reasons:
        new = [fact for fact in one.facts if fact.value is not None and fact.name not in told]
        told |= {fact.name for fact in new}
        yield Entry(words.lawful(words.of(one.name), one.law, one.confidence), "✓", _because(new, words))


def _nameless(reasons: Iterable[Reason], words: Words) -> Iterator[Entry]:
    """Requirements that hold and have no name, by their facts alone."""
    held: dict[tuple[str, str], list[LawRef]] = {}
    for one in reasons:
        told = words.facts(one.facts) or words.of(one.say)
        held.setdefault((told, one.confidence), []).extend(one.law)
    for (told, confidence), laws in held.items():
        yield Entry(words.lawful(told, tuple(dict.fromkeys(laws)), confidence), "✓")


def _open(one: Reason, words: Words) -> Entry:
    notes = [words.say("if_not", say=words.of(one.say))] if one.say is not None else []
    if one.name is None:
        told = words.facts(sorted(one.facts, key=lambda fact: fact.value is not None))
    else:
        told, asked = words.of(one.name), words.open_facts(one.facts)
        notes = [words.say("still_open", facts=asked), *notes] if asked else notes
    return Entry(words.lawful(told, one.law, one.confidence), "?", tuple(notes))


def _failed(one: Reason, words: Words) -> Entry:
    facts = sorted(one.facts, key=lambda fact: fact.value is not None)
    notes = _because(facts, words) if one.say is not None else ()
    near = (_near_miss(miss, words) for miss in one.near_misses)
    told = words.of(one.say) or words.facts(facts)
    return Entry(words.lawful(told, one.law, one.confidence), "✗", (*notes, *near))


def _because(facts: Sequence[FactShown], words: Words) -> tuple[str, ...]:
    return (words.say("because", facts=words.facts(facts)),) if facts else ()


def _near_miss(miss: NearMiss, words: Words) -> str:
    """What would have to be otherwise; a fact for which no single value would do is only named."""
    label, now = words.of(miss.fact.label), words.of(miss.fact.shown)
    if miss.shown is None:
        return words.say("near_miss_other", label=label, now=now)
    return words.say("near_miss", label=label, value=words.of(miss.shown))


def _different(one: ChangeSet, words: Words) -> Entry:
    """A set of changes that together would do."""
    return Entry(
        words.say(f"different_{one.outcome}"), "→", tuple(_change(change, words) for change in one.changes)
    )


def _change(one: Change, words: Words) -> str:
    said = {
        "label": words.of(one.fact.label),
        "values": words.listed((words.of(value) for value in one.shown), "or"),
        "now": words.of(one.fact.shown),
    }
    return words.say("change" if one.by is None else f"change_{one.by}", **said)


def _conclusion(one: Conclusion, words: Words) -> Entry:
    notes: list[str] = [words.of(one.say)] if one.say is not None else []
    if one.refer:
        value = words.say("for_a_person")
    elif not one.known:
        counted = len(one.possible) > 1 and not one.others
        value = words.say("not_known_yet_of" if counted else "not_known_yet", n=len(one.possible))
        asked = words.open_facts(one.facts)
        notes += [words.say("still_open", facts=asked)] if asked else []
    else:
        value = words.of(one.shown)
    for n, record in enumerate(one.records, 1):
        found = record.get("conclusion") or words.say("not_known_yet")
        notes.append(words.say("record", n=n, value=found))
    if one.known or one.refer:
        notes += _because(one.facts, words)
    told = words.say("pair", label=words.of(one.label), value=value)
    return Entry(words.lawful(told, one.law, one.confidence), "•", tuple(notes))


# --- where ------------------------------------------------------------------------------------------------


def _offices(offices: Sequence[OfficeShown], words: Words) -> Iterator[Entry]:
    noticed: set[str] = set()
    for one in offices:
        notes = [words.of(one.say)] if one.say is not None else []
        if one.candidates:
            notes.append(words.say("office_candidates", places=words.places(one.candidates)))
        known = {"address": one.address, "phone": one.phone, "hours": one.hours}
        notes += [words.say(f"office_{what}", value=value) for what, value in known.items() if value]
        new = [said for said in map(words.of, one.notices) if said not in noticed]
        noticed |= set(new)
        notes += new
        if one.generic and one.name is not None and one.role == "competent":
            notes.append(words.say("office_generic"))
        yield Entry(words.lawful(_office(one, words), one.law), "•", tuple(notes))


def _office(one: OfficeShown, words: Words) -> str:
    """The role and the name of an office, or why it has none."""
    titled = one.title is not None and one.role != "competent"
    name = words.of(one.name)
    if one.undetermined is not None:
        name = words.say(f"undetermined_{one.undetermined}")
        name = name if titled else words.say("office_open", function=words.of(one.function), why=name)
    if titled:
        return words.say("pair", label=words.of(one.title), value=name)
    return words.say("office_competent" if one.role == "competent" else "office_other", name=name)
